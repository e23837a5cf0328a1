# A configuration in the place of another, changes that go back by themselves, and who alone may configure.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#username joe privilege 15 secret 9 $9$nqzdhvNSrFKY8W$OwaULTwE3pEmcIp8IKgLxR2l.sZEIHZj6xipjTTWLLI
edge1(config)#dial-peer voice 100 voip
edge1(config-dial-peer)#destination-pattern 1...
edge1(config-dial-peer)#session protocol sipv2
edge1(config-dial-peer)#end
edge1#copy running-config flash:good.cfg
Destination filename [good.cfg]? 

{N} bytes copied in {*} secs ({N} bytes/sec)
edge1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#hostname edge2
edge2(config)#dial-peer voice 100 voip
edge2(config-dial-peer)#destination-pattern 2...
edge2(config-dial-peer)#dial-peer voice 200 voip
edge2(config-dial-peer)#destination-pattern 3...
edge2(config-dial-peer)#end
edge2#show archive config differences flash:good.cfg
!Contextual Config Diffs:
+hostname edge2
dial-peer voice 100 voip
 +destination-pattern 2...
 -destination-pattern 1...
+dial-peer voice 200 voip
 +destination-pattern 3...
-hostname edge1

edge2#configure replace flash:none
This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: y
%Error opening flash:none (No such file or directory)
edge2#configure replace flash:good.cfg
This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: n
edge2#configure replace flash:good.cfg list
This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: y
!Pass 1
!List of Rollback Commands:
no hostname edge2
no dial-peer voice 200 voip
hostname edge1
dial-peer voice 100 voip
 no destination-pattern 2...
 destination-pattern 1...
end


Total number of passes: 1
Rollback Done

edge1#show archive config differences flash:good.cfg
!Contextual Config Diffs:
!No changes were found

edge1#configure confirm
%No Rollback Confirmed Change pending
edge1#configure revert now
%No Rollback Confirmed Change pending
edge1#configure terminal revert timer 5
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#hostname edge3
edge3(config)#do configure terminal revert timer 5
% Another change waits to be confirmed already
edge3(config)#end
edge3#configure revert timer 2
edge3#configure revert now

Total number of passes: 1
Rollback Done

edge1#configure replace flash:good.cfg force time 3

Total number of passes: 1
Rollback Done

edge1#configure confirm
edge1#show running-config | redirect flash:bad.cfg
edge1#configure terminal lock
Configuration mode locked exclusively. The lock will be cleared once you exit out of configuration mode using end/exit
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#hostname edge4
edge4(config)#end
edge4#configure replace flash:good.cfg force

Total number of passes: 1
Rollback Done

edge1#configure memory
%Error opening nvram:startup-config (No such file or directory)
edge1#copy running-config startup-config
Destination filename [startup-config]? 
Building configuration...
[OK]
edge1#configure memory
edge1#reload in 0
% Bad time: mmm or hhh:mm, 24 days at most
edge1#reload in 2:30 for the upgrade

System configuration has been modified. Save? [yes/no]: maybe
% Please answer 'yes' or 'no'.
System configuration has been modified. Save? [yes/no]: no
Reload scheduled for {*} (in {*}) by console on con0
Reload reason: for the upgrade
Proceed with reload? [confirm]
edge1#show reload
Reload scheduled for {*} (in {*}) by console on con0
Reload reason: for the upgrade
edge1#reload cancel


***
*** --- SHUTDOWN ABORTED ---
***
edge1#reload cancel
%No reload is scheduled.
edge1#show reload
No reload is scheduled.
edge1#reload at 25:00
% Bad time: hh:mm
edge1#reload

System configuration has been modified. Save? [yes/no]: yes
Building configuration...
[OK]
Proceed with reload? [confirm]n
