# What survives a reboot.
Router#show startup-config
startup-config is not present
Router#write memory
Building configuration...
[OK]
Router#show startup-config
Using {N} out of 33554432 bytes
!
! No configuration change since last restart
!
version 17.9
service timestamps debug datetime msec
service timestamps log datetime msec
hostname Router
!
end

Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#end
edge1#reload

System configuration has been modified. Save? [yes/no]: perhaps
% Please answer 'yes' or 'no'.
System configuration has been modified. Save? [yes/no]: no
Proceed with reload? [confirm]n
edge1#copy running-config startup-config
Destination filename [startup-config]? 
Building configuration...
[OK]
edge1#show startup-config | include hostname|NVRAM
! NVRAM config last updated at {TIME} UTC {DATE}
hostname edge1
edge1#show running-config
Building configuration...

Current configuration : {N} bytes
!
! Last configuration change at {TIME} UTC {DATE} by console
! NVRAM config last updated at {TIME} UTC {DATE}
!
version 17.9
service timestamps debug datetime msec
service timestamps log datetime msec
hostname edge1
!
end

edge1#reload
Proceed with reload? [confirm]n
edge1#write erase
Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]n
edge1#show startup-config | include hostname
hostname edge1
edge1#erase startup-config
Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]
[OK]
Erase of nvram: complete
edge1#show startup-config
startup-config is not present
edge1#wr
Building configuration...
[OK]
edge1#show startup-config | include hostname
hostname edge1
edge1#write xyz
            ^
% Invalid input detected at '^' marker.

