# Copies of the configuration, what differs, and who has typed what.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#do show archive
 Archive feature not enabled
edge1(config)#do archive config
%Archive feature not enabled: no path is set
edge1(config)#archive
edge1(config-archive)#path flash:cfg-$h-
edge1(config-archive)#maximum 2
edge1(config-archive)#write-memory
edge1(config-archive)#time-period 1440
edge1(config-archive)#log config
edge1(config-archive-log-cfg)#logging enable
edge1(config-archive-log-cfg)#logging size 200
edge1(config-archive-log-cfg)#notify syslog contenttype plaintext
edge1(config-archive-log-cfg)#hidekeys
edge1(config-archive-log-cfg)#end
edge1#archive config
edge1#show archive
The maximum archive configurations allowed is 2.
There are currently 1 archive configurations saved.
The next archive file will be named flash:cfg-edge1-{*}-1
 Archive #  Name
   1        flash:cfg-edge1-{*}-0 <- Most Recent
   2
edge1#show archive config differences
%Error opening nvram:startup-config (No such file or directory)
edge1#write memory
Building configuration...
[OK]
edge1#show archive config differences
!Contextual Config Diffs:
!No changes were found

edge1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#username admin privilege 15 secret hidden
edge1(config)#dial-peer voice 100 voip
edge1(config-dial-peer)#destination-pattern 1...
edge1(config-dial-peer)#session protocol sipv2
edge1(config-dial-peer)#no destination-pattern
edge1(config-dial-peer)#voice service voip
edge1(conf-voi-serv)#sip
edge1(conf-serv-sip)#early-offer forced
edge1(conf-serv-sip)#end
edge1#show archive config differences
!Contextual Config Diffs:
+voice service voip
 +fax protocol t38 version 0 ls-redundancy 0 hs-redundancy 0 fallback none
 +sip
  +early-offer forced
+username admin privilege 15 secret 9 {*}
+dial-peer voice 100 voip
 +session protocol sipv2

edge1#show archive config incremental-diffs nvram:startup-config
!List of Commands:
voice service voip
 fax protocol t38 version 0 ls-redundancy 0 hs-redundancy 0 fallback none
 sip
  early-offer forced
username admin privilege 15 secret 9 {*}
dial-peer voice 100 voip
 session protocol sipv2
end

edge1#show archive config differences flash:none
%Error opening flash:none (No such file or directory)
edge1#write memory
Building configuration...
[OK]
edge1#show archive
The maximum archive configurations allowed is 2.
There are currently 2 archive configurations saved.
The next archive file will be named flash:cfg-edge1-{*}-3
 Archive #  Name
   1        flash:cfg-edge1-{*}-1
   2        flash:cfg-edge1-{*}-2 <- Most Recent
edge1#show archive log config all
 idx   sess           user@line      Logged command
    1     1        console@con0     |  logging enable
    2     1        console@con0     |  logging size 200
    3     1        console@con0     |  notify syslog contenttype plaintext
    4     1        console@con0     |  hidekeys
    5     1        console@con0     |username admin privilege 15 secret *****
    6     1        console@con0     |dial-peer voice 100 voip
    7     1        console@con0     | destination-pattern 1...
    8     1        console@con0     | session protocol sipv2
    9     1        console@con0     | no destination-pattern
   10     1        console@con0     |voice service voip
   11     1        console@con0     | sip
   12     1        console@con0     |  early-offer forced
