# The box as a whole: its process, its chassis, the terminal that asks, everything at once.
Router#show version
IOS (compatible) Parapet Edge Software (X86_64_LINUX-PARAPET-M), Version 17.9.1, RELEASE SOFTWARE (fc1)
Copyright (c) 2024-2026 the Parapet authors

ROM: Linux-{*}

Router uptime is {N} minutes
System returned to ROM by start of the process
System restarted at {TIME} UTC {DATE}
System image file is "file:{*}"
Last reload reason: start of the process

Parapet PARAPET (revision 1.0) processor with {N}K/{N}K bytes of memory.
Processor board ID PARAPET0001
Router operating mode: Autonomous
0 Gigabit Ethernet interfaces
{N}K bytes of physical memory.
{N}K bytes of virtual hard disk at nvram:.

Configuration register is 0x2102
Router#show platform
Chassis type: PARAPET

Slot      Type                State                 Insert time (ago) 
--------- ------------------- --------------------- ----------------- 
0         Parapet-software    ok                    {TIME}
Router#show environment
Number of Critical alarms:  0
Number of Major alarms:     0
Number of Minor alarms:     0

A software box has no sensors: no temperature, fan or power supply is measured.
Router#show terminal
Line 0, Location: "", Type: ""
Length: 24 lines, Width: 80 columns
Baud rate (TX/RX) is 0/0
Status: PSI Enabled, Ready, Active, Ctrl-c Enabled, Automore On
Capabilities: none
Modem state: Ready
Special Chars: Escape  Hold  Stop  Start  Disconnect  Activation
                none    none   -     -       none         none
Timeouts:      Idle EXEC    Idle Session   Modem Answer  Session   Dispatch
               00:10:00        never                        none     not set
                            Idle Session Disconnect Warning
                              never
                            Login-sequence User Response
                             00:00:30
                            Autoselect Initial Wait
                              not set
Modem type is unknown.
Session limit is not set.
Time since activation: {TIME}
Editing is enabled.
History is enabled, history size is 20.
DNS resolution in show commands is disabled
Full user help is disabled
Allowed input transports are none.
Allowed output transports are none.
Preferred transport is none.
Shell: disabled
Shell trace: off
No output characters are padded
No special data dispatching characters
Router#show sessions
% No connections open
Router#show processes | include PID
 PID QTy       PC Runtime (ms)    Invoked   uSecs      Stacks TTY Process
Router#show processes cpu history
% No history of the processor's time is kept
Router#show processes cpu sorted | include CPU|PID
CPU utilization for five seconds: {N}%/0%; one minute: {N}%; five minutes: {N}%
 PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process
Router#show processes memory sorted
Processor Pool Total: {*} Used: {*} Free: {*}

 PID TTY  Allocated      Freed    Holding    Getbufs    Retbufs Process
{*} cross_transcrip
{*} Total
Router#show memory
                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)
Processor        heap {*}

          Processor memory

  Alloc PC        Size     Blocks      Bytes    What

0x00000000  {N} {N} {N}    In use
0x00000000  {N} {N} {N}    In use, mapped
0x00000000  {N} {N} {N}    (free)
0x00000000  {N} {N} {N}    (free, small)
Router#show memory summary | include Alloc
  Alloc PC        Size     Blocks      Bytes    What
Router#show memory statistics
                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)
Processor        heap {*}
Router#show tech-support ?
  voice  Voice only
  |      Output modifiers
  <cr>   <cr>

Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#enable secret topsecret
edge1(config)#username guest password 0 very visible words
edge1(config)#username admin privilege 15 secret 9 $9$HXh5.NfXIFkUah$srpzpRN14/QW18GyGPrHyPXKFe.G/RAzkIBSyqBvB3c
edge1(config)#line vty 0 4
edge1(config-line)#password 7 0822455D0A16
edge1(config-line)#ip ssh pubkey-chain
edge1(conf-ssh-pubkey)#username joe
edge1(conf-ssh-pubkey-user)#key-hash ssh-rsa 0123456789ABCDEF0123456789ABCDEF joe@desk
edge1(conf-ssh-pubkey-user)#end
edge1#show tech-support | include ^---
------------------ show clock ------------------
------------------ show version ------------------
------------------ show running-config ------------------
------------------ show inventory ------------------
------------------ show platform ------------------
--------- ------------------- --------------------- ----------------- 
------------------ show users ------------------
------------------ show line ------------------
------------------ show ip ssh ------------------
------------------ show ssh ------------------
------------------ show interfaces ------------------
------------------ show ip interface ------------------
------------------ show ip interface brief ------------------
------------------ show ip route ------------------
------------------ show arp ------------------
------------------ show hosts ------------------
-----------------------------------------
------------------ show tcp brief all ------------------
------------------ show udp ------------------
------------------ show processes cpu sorted ------------------
------------------ show processes memory sorted ------------------
------------------ show memory summary ------------------
------------------ show crypto pki trustpoints status ------------------
------------------ show crypto pki certificates ------------------
------------------ show sip-ua status ------------------
------------------ show sip-ua statistics ------------------
------------------ show sip-ua connections udp brief ------------------
-------------- SIP Transport Layer Listen Sockets ---------------
------------------ show sip-ua connections tcp detail ------------------
---------Printing Detailed Connection Report---------
-------------- SIP Transport Layer Listen Sockets ---------------
------------------ show sip-ua connections tcp tls detail ------------------
---------Printing Detailed Connection Report---------
-------------- SIP Transport Layer Listen Sockets ---------------
------------------ show sip-ua timers ------------------
------------------ show sip-ua retry ------------------
------------------ show sip-ua min-se ------------------
------------------ show sip-ua service ------------------
------------------ show ip address trusted list ------------------
--------        ----------      --------------
------------------ show dial-peer voice summary ------------------
------------------ show dial-peer voip keepalive status ------------------
------------------ show call active voice brief ------------------
------------------ show call history voice brief ------------------
------------------ show voip rtp connections ------------------
------------------------------------------------------------------------------
------------------------------------------------------------------------------
------------------ show debugging ------------------
------------------ show logging ------------------
edge1#show tech-support | include removed
enable secret 9 <removed>
username guest password 0 <removed>
username admin privilege 15 secret 9 <removed>
   key-hash ssh-rsa <removed>
 password 7 <removed>
edge1#show tech-support | count topsecret|visible|HXh5|0822455D|0123456789ABCDEF
Number of lines which match regexp = 0
edge1#show tech-support | section ^line vty
line vty 0 4
 password 7 <removed>
edge1#show tech-support voice | include ^---
------------------ show version ------------------
------------------ show running-config ------------------
------------------ show sip-ua status ------------------
------------------ show sip-ua statistics ------------------
------------------ show sip-ua connections udp brief ------------------
-------------- SIP Transport Layer Listen Sockets ---------------
------------------ show sip-ua connections tcp detail ------------------
---------Printing Detailed Connection Report---------
-------------- SIP Transport Layer Listen Sockets ---------------
------------------ show sip-ua connections tcp tls detail ------------------
---------Printing Detailed Connection Report---------
-------------- SIP Transport Layer Listen Sockets ---------------
------------------ show sip-ua timers ------------------
------------------ show sip-ua retry ------------------
------------------ show sip-ua min-se ------------------
------------------ show sip-ua service ------------------
------------------ show ip address trusted list ------------------
--------        ----------      --------------
------------------ show dial-peer voice summary ------------------
------------------ show dial-peer voip keepalive status ------------------
------------------ show call active voice brief ------------------
------------------ show call history voice brief ------------------
------------------ show voip rtp connections ------------------
------------------------------------------------------------------------------
------------------------------------------------------------------------------
------------------ show debugging ------------------
------------------ show logging ------------------
edge1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#line con 0
edge1(config-line)#exec-timeout 0 0
edge1(config-line)#length 0
edge1(config-line)#do show tech-support | count ^------------------ show
Number of lines which match regexp = 39
edge1(config-line)#do show terminal | include Length|Idle EXEC|never|Automore
Length: 0 lines, Width: 80 columns
Status: PSI Enabled, Ready, Active, Ctrl-c Enabled, Automore Off
Timeouts:      Idle EXEC    Idle Session   Modem Answer  Session   Dispatch
               never           never                        none     not set
                              never
edge1(config-line)#end
edge1#disable
edge1>show tech-support
             ^
% Invalid input detected at '^' marker.

edge1>show ip interface brief
Interface                  IP-Address      OK? Method Status                Protocol
