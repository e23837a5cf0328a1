# Files of the box, with IOS's questions.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#end
edge1#pwd
flash:/
edge1#dir
Directory of flash:/

No files in directory

{N} bytes total ({N} bytes free)
edge1#dir nvram:
Directory of nvram:/

No files in directory

{N} bytes total ({N} bytes free)
edge1#show startup-config
startup-config is not present
edge1#copy running-config startup-config
Destination filename [startup-config]? 
Building configuration...
[OK]
edge1#dir nvram:
Directory of nvram:/

{*}-rw-{*} +00:00  startup-config

{N} bytes total ({N} bytes free)
edge1#copy run start
Destination filename [startup-config]? 
Building configuration...
[OK]
edge1#copy running-config flash:
Destination filename [running-config]? a.cfg

{N} bytes copied in {*} secs ({N} bytes/sec)
edge1#copy running-config flash:a.cfg
Destination filename [a.cfg]? 
%Warning:There is a file already existing with this name 
Do you want to over write? [confirm]

{N} bytes copied in {*} secs ({N} bytes/sec)
edge1#copy startup-config bootflash:b.cfg
Destination filename [b.cfg]? 

{N} bytes copied in {*} secs ({N} bytes/sec)
edge1#dir
Directory of flash:/

{*}-rw-{*} +00:00  a.cfg
{*}-rw-{*} +00:00  b.cfg

{N} bytes total ({N} bytes free)
edge1#dir flash:a.cfg
Directory of flash:a.cfg

{*}-rw-{*} +00:00  a.cfg
edge1#dir flash:none
%Error opening flash:/none (No such file or directory)
edge1#more flash:a.cfg
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
edge1#more nvram:startup-config | include hostname
hostname edge1
edge1#more system:running-config | include ^hostname
hostname edge1
edge1#more flash:none
%Error opening flash:/none (No such file or directory)
edge1#more nvram:keys
%Error opening nvram:/keys (No such file or directory)
edge1#more flash:../startup-config
%Error opening flash:../startup-config (Invalid URL or file system)
edge1#mkdir flash:old
Create directory filename [old]? 
Created dir flash:/old
edge1#mkdir old
Create directory filename [old]? 
%Error Creating dir flash:/old (File exists)
edge1#copy flash:a.cfg flash:old
Destination filename [old/a.cfg]? 

{N} bytes copied in {*} secs ({N} bytes/sec)
edge1#rename flash:b.cfg flash:old/b.cfg
Destination filename [old/b.cfg]? 
edge1#rename flash:old/b.cfg flash:a.cfg
Destination filename [a.cfg]? 
%Error renaming flash:/old/b.cfg (File exists)
edge1#dir flash:old
Directory of flash:/old

{*}-rw-{*} +00:00  a.cfg
{*}-rw-{*} +00:00  b.cfg

{N} bytes total ({N} bytes free)
edge1#verify /md5 flash:old/a.cfg
....Done!
verify /md5 (flash:old/a.cfg) = {HEX}
edge1#verify /md5 flash:old/a.cfg 0123
....Done!
% Error verifying flash:old/a.cfg
Computed signature  = {HEX}
Submitted signature = 0123
edge1#verify /sha512 flash:old/none
%Error opening flash:/old/none (No such file or directory)
edge1#rmdir flash:old
Remove directory filename [old]? 
Delete flash:/old? [confirm]
%Error Removing dir flash:/old (Directory not empty)
edge1#delete flash:old
Delete filename [old]? 
Delete flash:/old? [confirm]
%Error deleting flash:/old (Is a directory)
edge1#delete /recursive /force flash:old
edge1#delete flash:a.cfg
Delete filename [a.cfg]? 
Delete flash:/a.cfg? [confirm]n
edge1#delete flash:a.cfg
Delete filename [a.cfg]? 
Delete flash:/a.cfg? [confirm]
edge1#delete flash:a.cfg
Delete filename [a.cfg]? 
Delete flash:/a.cfg? [confirm]
%Error deleting flash:/a.cfg (No such file or directory)
edge1#dir all-filesystems
Directory of nvram:/

{*}-rw-{*} +00:00  startup-config

{N} bytes total ({N} bytes free)

Directory of flash:/

No files in directory

{N} bytes total ({N} bytes free)
edge1#show running-config | redirect flash:c.txt
edge1#more flash:c.txt | include hostname
hostname edge1
edge1#copy nowhere:x flash:
%Error opening nowhere:x (Invalid URL or file system)
edge1#copy flash:c.txt tftp:
Address or name of remote host []? 
?Invalid host address or name
edge1#show file systems
File Systems:

       Size(b)       Free(b)      Type  Flags  Prefixes
             -             -    opaque     rw   system:
             -             -    opaque     rw   null:
{*}      disk     rw   flash:
{*}      disk     rw   bootflash:
{*}     nvram     rw   nvram:
             -             -   network     rw   tftp:
             -             -   network     rw   ftp:
             -             -   network     rw   http:
             -             -   network     ro   https:
             -             -   network     rw   scp:
             -             -   network     rw   sftp:
