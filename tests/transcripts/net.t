# What the kernel's network looks like.  The test's own network has only a loopback, and it is down.
Router#show interfaces
Router#show interfaces lo | include line protocol
Router#show interfaces eth9
% There is no interface eth9
Router#show interfaces description
Interface                      Status         Protocol Description
Router#show ip interface brief
Interface                  IP-Address      OK? Method Status                Protocol
Router#show ip interface
Router#show ip route
Codes: L - local, C - connected, S - static, R - RIP, B - BGP
       D - EIGRP, O - OSPF, i - IS-IS, * - candidate default

Gateway of last resort is not set

Router#show ip route summary
IP routing table name is default (0x0)
Route Source    Networks    Subnets     Replicates  Overhead    Memory (bytes)
connected       0           0           0           0           0
static          0           0           0           0           0
Total           0           0           0           0           0
Router#show arp
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Router#show ip arp
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Router#show hosts
Default domain is not set
Name servers are {*}
NAME  TTL  CLASS   TYPE      DATA/ADDRESS
-----------------------------------------
Router#show tcp brief
TCB       Local Address               Foreign Address             (state)
Router#show tcp brief all
TCB       Local Address               Foreign Address             (state)
Router#show udp
Proto        Remote      Port      Local       Port  In Out  Stat TTY OutputIF
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#ip domain name example.com
Router(config)#interface GigabitEthernet0/0
Router(config-if)#description towards the carrier
Router(config-if)#ip address 192.0.2.1 255.255.255.0
Router(config-if)#interface Loopback0
Router(config-if)#shutdown
Router(config-if)#end
Router#show interfaces gi0/0
GigabitEthernet0/0 is down, line protocol is down
  Hardware is not present
  Description: towards the carrier
  Internet address is 192.0.2.1/24
  MTU 0 bytes, BW 0 Kbit/sec, DLY 0 usec,
     reliability 255/255, txload 1/255, rxload 1/255
  Encapsulation ARPA, loopback not set
  Keepalive not set
  Auto Duplex, Auto Speed, link type is auto, media type is unknown
  output flow-control is unsupported, input flow-control is unsupported
  ARP type: ARPA, ARP Timeout 00:00:00
  Last input never, output never, output hang never
  Last clearing of "show interface" counters never
  Input queue: 0/0/0/0 (size/max/drops/flushes); Total output drops: 0
  Queueing strategy: none
  Output queue: 0/0 (size/max)
  5 minute input rate 0 bits/sec, 0 packets/sec
  5 minute output rate 0 bits/sec, 0 packets/sec
     0 packets input, 0 bytes, 0 no buffer
     Received 0 broadcasts (0 IP multicasts)
     0 runts, 0 giants, 0 throttles
     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored
     0 watchdog, 0 multicast, 0 pause input
     0 packets output, 0 bytes, 0 underruns
     Output 0 broadcasts (0 IP multicasts)
     0 output errors, 0 collisions, 0 interface resets
     0 unknown protocol drops
     0 babbles, 0 late collision, 0 deferred
     0 lost carrier, 0 no carrier, 0 pause output
     0 output buffer failures, 0 output buffers swapped out
Router#show interfaces description
Interface                      Status         Protocol Description
Gi0/0                          down           down     towards the carrier
Lo0                            admin down     down     
Router#show ip interface brief
Interface                  IP-Address      OK? Method Status                Protocol
GigabitEthernet0/0         192.0.2.1       YES manual down                  down
Loopback0                  unassigned      YES unset  administratively down down
Router#show ip interface lo0
Loopback0 is administratively down, line protocol is down
  Internet protocol processing disabled
Router#show hosts | include domain
Default domain is example.com
Router#show ip route connected | exclude :
       D - EIGRP, O - OSPF, i - IS-IS, * - candidate default

Gateway of last resort is not set

