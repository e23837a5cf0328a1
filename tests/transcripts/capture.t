# Captures: what they are, what show says, what is refused.  The network of the test has only a loopback, down.
Router#show monitor capture
Router#monitor capture CAP
% Incomplete command.
Router#monitor capture TOOLONGNAME match any
% A capture's name has up to 8 letters, digits or _
Router#monitor capture a-b match any
% A capture's name has up to 8 letters, digits or _
Router#monitor capture CAP start
% Capture CAP does not exist
Router#monitor capture CAP interface eth9 both
% There is no interface eth9
Router#show monitor capture CAP
% Capture CAP does not exist
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#interface GigabitEthernet0/0
Router(config-if)#ip address 192.0.2.1 255.255.255.0
Router(config-if)#ip access-list standard WEBEX
Router(config-std-nacl)#permit 192.0.2.0 0.0.0.255
Router(config-std-nacl)#end
Router#monitor capture CAP buffer circular size 20
Router#monitor capture CAP start
% Unable to start capture CAP: it has no interface and no control-plane
Router#monitor capture CAP interface gi0/0 both
Router#monitor capture CAP start
% Unable to start capture CAP: it has no filter (match any takes everything)
Router#monitor capture CAP access-list NONE
Router#monitor capture CAP start
% Unable to start capture CAP: there is no standard access list NONE
Router#monitor capture CAP access-list WEBEX
Router#monitor capture CAP start
% Unable to start capture CAP: the host has no interface GigabitEthernet0/0
Router#monitor capture CAP stop
% Capture CAP is not active
Router#monitor capture CAP clear
Router#monitor capture CAP export flash:x.pcap
% Capture CAP was never started
Router#show monitor capture CAP
Status Information for Capture CAP
  Target Type:
   Interface: GigabitEthernet0/0, Direction: both
   Status : Inactive
  Filter Details:
    Access-list: WEBEX
  Buffer Details:
   Buffer Type: CIRCULAR
   Buffer Size (in MB): 20
  Limit Details:
   Number of Packets to capture: 0 (no limit)
   Packet Capture duration: 0 (no limit)
   Packet Size to capture: 0 (no limit)
   Maximum number of packets to capture per second: 0 (no limit)
   Packet sampling rate: 0 (no sampling)
Router#show monitor capture CAP parameter
   monitor capture CAP interface GigabitEthernet0/0 both
   monitor capture CAP access-list WEBEX
   monitor capture CAP buffer circular size 20
Router#show monitor capture CAP buffer
 buffer size (KB) : 20480
 buffer used (KB) : 0
 packets in buf   : 0
 packets dropped  : 0
 packets per sec  : 0
Router#show monitor capture CAP buffer brief
 ----------------------------------------------------------------------------
 #   size   timestamp     source             destination      dscp    protocol
 ----------------------------------------------------------------------------
Router#show monitor capture CAP buffer dump
Router#monitor capture SIP control-plane in match ipv4 protocol udp any eq 5060 host 192.0.2.7 limit packets 100 duration 60
Router#monitor capture SIP limit packet-len 128
Router#show monitor capture SIP
Status Information for Capture SIP
  Target Type:
   Interface: Control Plane, Direction: in
   Status : Inactive
  Filter Details:
   IPv4
    Source IP:  any eq 5060
    Destination IP:  host 192.0.2.7
   Protocol: udp
  Buffer Details:
   Buffer Type: LINEAR (default)
   Buffer Size (in MB): 10
  Limit Details:
   Number of Packets to capture: 100
   Packet Capture duration: 60
   Packet Size to capture: 128
   Maximum number of packets to capture per second: 0 (no limit)
   Packet sampling rate: 0 (no sampling)
Router#show monitor capture SIP parameter
   monitor capture SIP control-plane in
   monitor capture SIP match ipv4 protocol udp any eq 5060 host 192.0.2.7
   monitor capture SIP buffer size 10
   monitor capture SIP limit duration 60 packets 100 packet-len 128
Router#monitor capture SIP match ipv4 10.0.0.0/8 192.0.2.77/24 bidirectional buffer size 1
Router#show monitor capture SIP parameter
   monitor capture SIP control-plane in
   monitor capture SIP match ipv4 10.0.0.0/8 192.0.2.0/24 bidirectional
   monitor capture SIP buffer size 1
   monitor capture SIP limit duration 60 packets 100 packet-len 128
Router#monitor capture SIP match ipv4 any eq 5060 any
% A port takes `protocol tcp' or `protocol udp'
Router#monitor capture SIP match ipv4 10.0.0.0/33 any
                                      ^
% Invalid input detected at '^' marker.

Router#monitor capture SIP match ipv4 protocol tcp 0.0.0.0/0 any eq 5061
Router#show monitor capture SIP | begin Filter
  Filter Details:
   IPv4
    Source IP:  any
    Destination IP:  any eq 5061
   Protocol: tcp
  Buffer Details:
   Buffer Type: LINEAR (default)
   Buffer Size (in MB): 1
  Limit Details:
   Number of Packets to capture: 100
   Packet Capture duration: 60
   Packet Size to capture: 128
   Maximum number of packets to capture per second: 0 (no limit)
   Packet sampling rate: 0 (no sampling)
Router#no monitor capture SIP limit packets
Router#show monitor capture SIP parameter
   monitor capture SIP control-plane in
   monitor capture SIP match ipv4 protocol tcp any any eq 5061
   monitor capture SIP buffer size 1
   monitor capture SIP limit duration 60 packet-len 128
Router#no monitor capture SIP limit
Router#no monitor capture SIP match
Router#no monitor capture SIP buffer
Router#no monitor capture SIP control-plane
Router#show monitor capture SIP
Status Information for Capture SIP
  Target Type:
   Status : Inactive
  Filter Details:
  Buffer Details:
   Buffer Type: LINEAR (default)
   Buffer Size (in MB): 10
  Limit Details:
   Number of Packets to capture: 0 (no limit)
   Packet Capture duration: 0 (no limit)
   Packet Size to capture: 0 (no limit)
   Maximum number of packets to capture per second: 0 (no limit)
   Packet sampling rate: 0 (no sampling)
Router#monitor capture C3 match any
Router#monitor capture C4 match any
Router#monitor capture C5 match any
% There are 4 captures already
Router#no monitor capture C3
Router#no monitor capture C3
% Capture C3 does not exist
Router#no monitor capture C4 match
Router#show monitor capture C4 parameter
   monitor capture C4 buffer size 10
Router#monitor capture CAP ?
  access-list    Which packets, by an access list
  buffer         Where they are kept
  clear          Empty the buffer
  control-plane  All that the box receives and sends
  export         Write the buffer to a file
  interface      Of an interface
  limit          When it ends
  match          Which packets
  start          Begin, with an empty buffer
  stop           End
  <cr>           <cr>

Router#monitor capture CAP buffer size 101
                                       ^
% Invalid input detected at '^' marker.

Router#monitor capture CAP export nvram:startup-config
% Capture CAP was never started
Router#disable
Router>monitor capture CAP stop
       ^
% Invalid input detected at '^' marker.

Router>show monitor capture
             ^
% Invalid input detected at '^' marker.

