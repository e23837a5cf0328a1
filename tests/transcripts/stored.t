# Lines of a router that this box only keeps: one of each family at least, and their blocks.  A block of
# free lines is left by exit, end, and by any line that belongs above.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#service tcp-keepalives-in
Router(config)#service call-home
Router(config)#no service pad
Router(config)#service counters max age 5
Router(config)#platform qfp utilization monitor load 80
Router(config)#no platform punt-keepalive disable-kernel-core
Router(config)#platform hardware throughput level MB 1000
Router(config)#hostname edge
edge(config)#boot-start-marker
edge(config)#boot system flash bootflash:isr4400.17.09.bin
edge(config)#boot-end-marker
edge(config)#card type e1 0 1
edge(config)#vrf definition Mgmt-intf
edge(config-vrf)#rd 65000:1
edge(config-vrf)#address-family ipv4
edge(config-vrf-af)#route-target export 65000:1
edge(config-vrf-af)#exit-address-family
edge(config-vrf)#address-family ipv6
edge(config-vrf-af)#exit-address-family
edge(config-vrf)#network-clock synchronization automatic
edge(config)#no network-clock synchronization participate 0/1
edge(config)#network-clock-participate wic 1
edge(config)#ip cef
edge(config)#no ip source-route
edge(config)#no ip gratuitous-arps
edge(config)#ip multicast-routing distributed
edge(config)#no ip bootp server
edge(config)#ip dhcp excluded-address 10.0.0.1 10.0.0.20
edge(config)#ip dhcp pool PHONES
edge(dhcp-config)#network 10.0.0.0 255.255.255.0
edge(dhcp-config)#default-router 10.0.0.1
edge(dhcp-config)#option 150 ip 10.0.0.5
edge(dhcp-config)#domain-name example.com
edge(dhcp-config)#host 10.0.0.9 255.255.255.0
edge(dhcp-config)#ipv6 unicast-routing
edge(config)#no ipv6 cef
edge(config)#ipv6 route ::/0 2001:db8::1
edge(config)#subscriber templating
edge(config)#multilink bundle-name authenticated
edge(config)#isdn switch-type primary-net5
edge(config)#key chain K
edge(config-keychain)#key 1
edge(config-keychain-key)#key-string 7 070C285F4D06
edge(config-keychain-key)#accept-lifetime 00:00:00 Jan 1 2024 infinite
edge(config-keychain-key)#key 2
edge(config-keychain-key)#key-string 0 two words
edge(config-keychain-key)#trunk group TG
edge(config-trunkgroup)#hunt-scheme round-robin
edge(config-trunkgroup)#max-calls voice 10
edge(config-trunkgroup)#translation-profile incoming IN
edge(config-trunkgroup)#voice-card 0/1
edge(config-voicecard)#dsp services dspfarm
edge(config-voicecard)#dspfarm
edge(config-voicecard)#no watchdog
edge(config-voicecard)#license udi pid ISR4431/K9 sn FOC1
edge(config)#license boot level uck9
edge(config)#license smart transport smart
edge(config)#diagnostic bootup level minimal
edge(config)#memory free low-watermark processor 67114
edge(config)#spanning-tree extend system-id
edge(config)#hw-module pvdm 0/1
edge(config)#scheduler allocate 20000 1000
edge(config)#exception data-corruption buffer truncate
edge(config)#cdp run
edge(config)#no lldp run
edge(config)#threat-visibility
edge(config)#transceiver type all
edge(config-xcvr-type)#monitoring
edge(config-xcvr-type)#redundancy
edge(config-red)#mode none
edge(config-red)#application redundancy
edge(config-red-app)#group 1
edge(config-red-app-grp)#name HA
edge(config-red-app-grp)#priority 150 failover threshold 75
edge(config-red-app-grp)#timers delay 30 reload 60
edge(config-red-app-grp)#control GigabitEthernet1 protocol 1
edge(config-red-app-grp)#data GigabitEthernet2
edge(config-red-app-grp)#track 1 shutdown
edge(config-red-app-grp)#track 2 shutdown
edge(config-red-app-grp)#protocol 1
edge(config-red-app-grp)#timers hellotime 3 holdtime 10
edge(config-red-app-grp)#authentication md5 key-string 7 070C285F4D06
edge(config-red-app-grp)#controller E1 0/1/0
edge(config-controller)#framing no-crc4
edge(config-controller)#clock source line
edge(config-controller)#pri-group timeslots 1-31
edge(config-controller)#description to the PSTN
edge(config-controller)#track 1 interface GigabitEthernet1 line-protocol
edge(config-track)#delay down 5 up 10
edge(config-track)#track 2 ip sla 1 reachability
edge(config-track)#class-map match-any VOICE
edge(config-cmap)#match ip dscp ef
edge(config-cmap)#match access-group name RTP
edge(config-cmap)#policy-map OUT
edge(config-pmap)#class VOICE
edge(config-pmap-c)#priority percent 33
edge(config-pmap-c)#police cir 8000
edge(config-pmap-c-police)#conform-action transmit
edge(config-pmap-c-police)#exceed-action drop
edge(config-pmap-c-police)#set dscp ef
edge(config-pmap-c)#class class-default
edge(config-pmap-c)#fair-queue
edge(config-pmap-c)#crypto isakmp policy 10
edge(config-isakmp)#encryption aes 256
edge(config-isakmp)#authentication pre-share
edge(config-isakmp)#group 14
edge(config-isakmp)#crypto isakmp key 6 ABCDEF address 192.0.2.1
edge(config)#crypto isakmp key s3cret hostname peer.example.com no-xauth
edge(config)#crypto isakmp keepalive 10 3
edge(config)#crypto ikev2 proposal P
edge(config-ikev2-proposal)#encryption aes-cbc-256
edge(config-ikev2-proposal)#integrity sha256
edge(config-ikev2-proposal)#group 19
edge(config-ikev2-proposal)#crypto ikev2 policy POL
edge(config-ikev2-policy)#proposal P
edge(config-ikev2-policy)#crypto ikev2 keyring KR
edge(config-ikev2-keyring)#peer ONE
edge(config-ikev2-keyring-peer)#address 192.0.2.2
edge(config-ikev2-keyring-peer)#pre-shared-key local 0 abc
edge(config-ikev2-keyring-peer)#pre-shared-key remote 0 def
edge(config-ikev2-keyring-peer)#peer TWO
edge(config-ikev2-keyring-peer)#address 192.0.2.3
edge(config-ikev2-keyring-peer)#pre-shared-key ghi
edge(config-ikev2-keyring-peer)#crypto ikev2 profile PR
edge(config-ikev2-profile)#match identity remote address 192.0.2.2
edge(config-ikev2-profile)#authentication remote pre-share
edge(config-ikev2-profile)#authentication local rsa-sig
edge(config-ikev2-profile)#keyring local KR
edge(config-ikev2-profile)#aaa authorization group psk list default
edge(config-ikev2-profile)#crypto ikev2 dpd 10 3 on-demand
edge(config)#crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
edge(cfg-crypto-trans)#mode tunnel
edge(cfg-crypto-trans)#crypto ipsec profile IP
edge(ipsec-profile)#set transform-set TS
edge(ipsec-profile)#set ikev2-profile PR
edge(ipsec-profile)#crypto ipsec security-association replay window-size 1024
edge(config)#crypto map CM local-address Loopback0
edge(config)#crypto map CM 10 ipsec-isakmp
edge(config-crypto-map)#set peer 192.0.2.1
edge(config-crypto-map)#set transform-set TS
edge(config-crypto-map)#match address 101
edge(config-crypto-map)#crypto engine nm 0
edge(config)#interface GigabitEthernet0/0
edge(config-if)#ip address 192.0.2.9 255.255.255.0
edge(config-if)#router bgp 65000
edge(config-router)#bgp log-neighbor-changes
edge(config-router)#network 10.0.0.0 mask 255.255.255.0
edge(config-router)#neighbor 192.0.2.5 remote-as 65001
edge(config-router)#neighbor 192.0.2.5 password 7 070C285F4D06
edge(config-router)#no auto-summary
edge(config-router)#address-family ipv4
edge(config-router-af)#neighbor 192.0.2.5 activate
edge(config-router-af)#exit-address-family
edge(config-router)#router rip
edge(config-router)#version 2
edge(config-router)#network 10.0.0.0
edge(config-router)#router ospf 1
edge(config-router)#router-id 192.0.2.9
edge(config-router)#passive-interface default
edge(config-router)#ip default-gateway 192.0.2.254
edge(config)#no ip nat service sip udp port 5060
edge(config)#ip nat inside source list 1 interface GigabitEthernet0/0 overload
edge(config)#ip nat pool P1 192.0.2.10 192.0.2.20 netmask 255.255.255.0
edge(config)#ip forward-protocol nd
edge(config)#no ip http server
edge(config)#ip http secure-server
edge(config)#ip http authentication local
edge(config)#ip http timeout-policy idle 60 life 86400 requests 10000
edge(config)#ip http client source-interface GigabitEthernet0/0
edge(config)#ip http client password 7 070C285F4D06
edge(config)#ip ftp source-interface GigabitEthernet0/0
edge(config)#ip ftp username u
edge(config)#ip ftp password 7 070C285F4D06
edge(config)#ip tftp source-interface GigabitEthernet0/0
edge(config)#ip telnet source-interface Loopback0
edge(config)#ip scp server enable
edge(config)#ip route 0.0.0.0 0.0.0.0 192.0.2.254
edge(config)#ip route vrf Mgmt-intf 0.0.0.0 0.0.0.0 GigabitEthernet0 192.0.2.1 200 name the-default track 1
edge(config)#ip route 10.1.0.0 255.255.0.0 Null0 254 tag 7 permanent
edge(config)#ip route 10.2.0.0 255.255.0.0 Serial0/1/0:23
edge(config)#ip prefix-list PL seq 5 permit 10.0.0.0/8 le 24
edge(config)#ip sla 1
edge(config-ip-sla)#icmp-echo 192.0.2.254 source-interface GigabitEthernet0/0
edge(config-ip-sla-probe)#frequency 10
edge(config-ip-sla-probe)#threshold 500
edge(config-ip-sla-probe)#ip sla schedule 1 life forever start-time now
edge(config)#object-group network ON
edge(config-network-group)#host 192.0.2.1
edge(config-network-group)#192.0.2.0 255.255.255.0
edge(config-network-group)#route-map RM permit 10
edge(config-route-map)#match ip address 101
edge(config-route-map)#set ip next-hop 192.0.2.1
edge(config-route-map)#snmp-server community public RO 10
edge(config)#snmp-server location Row 5, rack 2
edge(config)#snmp-server contact noc@example.com
edge(config)#snmp-server host 192.0.2.7 version 2c public
edge(config)#snmp-server user u g v3 auth sha AUTHPASS priv aes 128 PRIVPASS
edge(config)#snmp-server enable traps voice poor-qov
edge(config)#snmp-server ifindex persist
edge(config)#tftp-server flash:SEP.cnf.xml
edge(config)#tacacs server T
edge(config-server-tacacs)#address ipv4 192.0.2.30
edge(config-server-tacacs)#key 7 070C285F4D06
edge(config-server-tacacs)#radius server R
edge(config-radius-server)#address ipv4 192.0.2.31 auth-port 1812 acct-port 1813
edge(config-radius-server)#key 7 070C285F4D06
edge(config-radius-server)#radius-server timeout 5
edge(config)#radius-server key 7 070C285F4D06
edge(config)#tacacs-server host 192.0.2.32 key cisco
edge(config)#control-plane
edge(config-cp)#service-policy input COPP
edge(config-cp)#line con 0
edge(config-line)#stopbits 1
edge(config-line)#call-home
edge(cfg-call-home)#contact-email-addr noc@example.com
edge(cfg-call-home)#profile "CiscoTAC-1"
edge(cfg-call-home-profile)#active
edge(cfg-call-home-profile)#destination transport-method http
edge(cfg-call-home-profile)#kron occurrence NIGHT at 2:00 recurring
edge(config-kron-occurrence)#policy-list SAVE
edge(config-kron-occurrence)#kron policy-list SAVE
edge(config-kron-policy)#cli write memory
edge(config-kron-policy)#event manager environment _mail noc@example.com
edge(config)#event manager directory user policy "flash:/eem"
edge(config)#event manager applet WATCH authorization bypass
edge(config-applet)#event syslog pattern "SYS-5-CONFIG_I" maxrun 60
edge(config-applet)#action 1.0 cli command "enable"
edge(config-applet)#action 1.1 syslog msg "a rather long message, as they are, with $_event_pub_time and | pipes ! and marks; it goes on and on for more than one hundred and twenty-eight characters"
edge(config-applet)#netconf-yang
edge(config)#restconf
edge(config)#netconf-yang ssh port 830
edge(config)#end
edge#show running-config
Building configuration...

Current configuration : {N} bytes
!
! Last configuration change at {TIME} UTC {DATE} by console
!
version 17.9
service timestamps debug datetime msec
service timestamps log datetime msec
service tcp-keepalives-in
service call-home
no service pad
service counters max age 5
platform qfp utilization monitor load 80
no platform punt-keepalive disable-kernel-core
platform hardware throughput level MB 1000
hostname edge
boot-start-marker
boot system flash bootflash:isr4400.17.09.bin
boot-end-marker
card type e1 0 1
!
vrf definition Mgmt-intf
 rd 65000:1
 address-family ipv4
  route-target export 65000:1
 exit-address-family
 address-family ipv6
 exit-address-family
!
network-clock synchronization automatic
no network-clock synchronization participate 0/1
network-clock-participate wic 1
ip cef
no ip source-route
no ip gratuitous-arps
ip multicast-routing distributed
no ip bootp server
ip dhcp excluded-address 10.0.0.1 10.0.0.20
!
ip dhcp pool PHONES
 network 10.0.0.0 255.255.255.0
 default-router 10.0.0.1
 option 150 ip 10.0.0.5
 domain-name example.com
 host 10.0.0.9 255.255.255.0
!
ipv6 unicast-routing
no ipv6 cef
ipv6 route ::/0 2001:db8::1
!
key chain K
 key 1
  key-string 7 070C285F4D06
  accept-lifetime 00:00:00 Jan 1 2024 infinite
 key 2
  key-string 0 two words
!
subscriber templating
multilink bundle-name authenticated
isdn switch-type primary-net5
!
trunk group TG
 hunt-scheme round-robin
 max-calls voice 10
 translation-profile incoming IN
!
voice-card 0/1
 dsp services dspfarm
 dspfarm
 no watchdog
!
license udi pid ISR4431/K9 sn FOC1
license boot level uck9
license smart transport smart
diagnostic bootup level minimal
memory free low-watermark processor 67114
hw-module pvdm 0/1
scheduler allocate 20000 1000
exception data-corruption buffer truncate
spanning-tree extend system-id
cdp run
no lldp run
!
transceiver type all
 monitoring
!
redundancy
 mode none
 application redundancy
  group 1
   name HA
   priority 150 failover threshold 75
   timers delay 30 reload 60
   control GigabitEthernet1 protocol 1
   data GigabitEthernet2
   track 1 shutdown
   track 2 shutdown
  protocol 1
   timers hellotime 3 holdtime 10
   authentication md5 key-string 7 070C285F4D06
!
controller E1 0/1/0
 framing no-crc4
 clock source line
 pri-group timeslots 1-31
 description to the PSTN
!
track 1 interface GigabitEthernet1 line-protocol
 delay down 5 up 10
!
track 2 ip sla 1 reachability
!
class-map match-any VOICE
 match ip dscp ef
 match access-group name RTP
!
policy-map OUT
 class VOICE
  priority percent 33
  police cir 8000
   conform-action transmit
   exceed-action drop
  set dscp ef
 class class-default
  fair-queue
!
crypto isakmp keepalive 10 3
!
crypto isakmp policy 10
 encryption aes 256
 authentication pre-share
 group 14
!
crypto isakmp key 6 ABCDEF address 192.0.2.1
crypto isakmp key 0 s3cret hostname peer.example.com no-xauth
crypto ikev2 dpd 10 3 on-demand
!
crypto ikev2 proposal P
 encryption aes-cbc-256
 integrity sha256
 group 19
!
crypto ikev2 policy POL
 proposal P
!
crypto ikev2 keyring KR
 peer ONE
  address 192.0.2.2
  pre-shared-key local 0 abc
  pre-shared-key remote 0 def
 peer TWO
  address 192.0.2.3
  pre-shared-key 0 ghi
!
crypto ikev2 profile PR
 match identity remote address 192.0.2.2
 authentication remote pre-share
 authentication local rsa-sig
 keyring local KR
 aaa authorization group psk list default
!
crypto ipsec security-association replay window-size 1024
!
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
 mode tunnel
!
crypto ipsec profile IP
 set transform-set TS
 set ikev2-profile PR
!
crypto map CM local-address Loopback0
!
crypto map CM 10 ipsec-isakmp
 set peer 192.0.2.1
 set transform-set TS
 match address 101
!
crypto engine nm 0
!
interface GigabitEthernet0/0
 ip address 192.0.2.9 255.255.255.0
!
router bgp 65000
 bgp log-neighbor-changes
 network 10.0.0.0 mask 255.255.255.0
 neighbor 192.0.2.5 remote-as 65001
 neighbor 192.0.2.5 password 7 070C285F4D06
 no auto-summary
 address-family ipv4
  neighbor 192.0.2.5 activate
 exit-address-family
!
router rip
 version 2
 network 10.0.0.0
!
router ospf 1
 router-id 192.0.2.9
 passive-interface default
!
ip default-gateway 192.0.2.254
no ip nat service sip udp port 5060
ip nat inside source list 1 interface GigabitEthernet0/0 overload
ip nat pool P1 192.0.2.10 192.0.2.20 netmask 255.255.255.0
ip forward-protocol nd
no ip http server
ip http secure-server
ip http authentication local
ip http timeout-policy idle 60 life 86400 requests 10000
ip http client source-interface GigabitEthernet0/0
ip http client password 7 070C285F4D06
ip ftp source-interface GigabitEthernet0/0
ip ftp username u
ip tftp source-interface GigabitEthernet0/0
ip telnet source-interface Loopback0
ip ftp password 7 070C285F4D06
ip scp server enable
ip route 0.0.0.0 0.0.0.0 192.0.2.254
ip route vrf Mgmt-intf 0.0.0.0 0.0.0.0 GigabitEthernet0 192.0.2.1 200 name the-default track 1
ip route 10.1.0.0 255.255.0.0 Null0 254 tag 7 permanent
ip route 10.2.0.0 255.255.0.0 Serial0/1/0:23
ip prefix-list PL seq 5 permit 10.0.0.0/8 le 24
!
ip sla 1
 icmp-echo 192.0.2.254 source-interface GigabitEthernet0/0
  frequency 10
  threshold 500
!
ip sla schedule 1 life forever start-time now
!
object-group network ON
 host 192.0.2.1
 192.0.2.0 255.255.255.0
!
route-map RM permit 10
 match ip address 101
 set ip next-hop 192.0.2.1
!
snmp-server location Row 5, rack 2
snmp-server contact noc@example.com
snmp-server community public RO 10
snmp-server host 192.0.2.7 version 2c public
snmp-server user u g v3 auth sha AUTHPASS priv aes 128 PRIVPASS
snmp-server enable traps voice poor-qov
snmp-server ifindex persist
tftp-server flash:SEP.cnf.xml
tacacs-server host 192.0.2.32 key cisco
!
tacacs server T
 address ipv4 192.0.2.30
 key 7 070C285F4D06
!
radius-server key 7 070C285F4D06
radius-server timeout 5
!
radius server R
 address ipv4 192.0.2.31 auth-port 1812 acct-port 1813
 key 7 070C285F4D06
!
control-plane
 service-policy input COPP
!
line con 0
 stopbits 1
!
call-home
 contact-email-addr noc@example.com
 profile "CiscoTAC-1"
  active
  destination transport-method http
!
kron occurrence NIGHT at 2:00 recurring
 policy-list SAVE
!
kron policy-list SAVE
 cli write memory
!
event manager environment _mail noc@example.com
event manager directory user policy "flash:/eem"
!
event manager applet WATCH authorization bypass
 event syslog pattern "SYS-5-CONFIG_I" maxrun 60
 action 1.0 cli command "enable"
 action 1.1 syslog msg "a rather long message, as they are, with $_event_pub_time and | pipes ! and marks; it goes on and on for more than one hundred and twenty-eight characters"
!
threat-visibility
netconf-yang
restconf
netconf-yang ssh port 830
!
end

# What is no line stays none; what is abbreviated is spelled out; `no' takes away, or is kept.
edge#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge(config)#ip nonsense 1
                 ^
% Invalid input detected at '^' marker.

edge(config)#routing-nonsense 1
                 ^
% Invalid input detected at '^' marker.

edge(config)#serv tcp-keepalives-o
edge(config)#no service call-home
edge(config)#default service pad
edge(config)#class-map match-any VOICE
edge(config-cmap)#no match access-group name RTP
edge(config-cmap)#no match access-group name NEVER
edge(config-cmap)#default match access-group name NEVER
edge(config-cmap)#match protocol ! sip
edge(config-cmap)#int gi0/0
edge(config-if)#no policy-map OUT
edge(config)#no vrf def Mgmt-intf
edge(config)#no ip route 10.1.0.0 255.255.0.0 null0
edge(config)#router bgp 65000
edge(config-router)#address-f ipv6
edge(config-router-af)#exit-a
edge(config-router)#network 10.9.0.0
edge(config-router)#exit
edge(config)#radius server R
edge(config-radius-server)#?
radius server configuration commands:
  LINE     A line of this block
  default  Set a command to its defaults
  do       To run exec commands in config mode
  end      Exit to privileged EXEC mode
  exit     Exit from this configuration mode
  key      The key
  no       Negate a command or set its defaults
  pac      PAC

edge(config-radius-server)#key ?
  LINE  The UNENCRYPTED (cleartext) password
  0     Specifies an UNENCRYPTED password will follow
  6     Specifies an ENCRYPTED password will follow
  7     Specifies a HIDDEN password will follow

edge(config-radius-server)#key
% Incomplete command.

edge(config-radius-server)#exit
edge(config)#key chain K
edge(config-keychain)#key 1
edge(config-keychain-key)#key 3
edge(config-keychain-key)#key-s abc
edge(config-keychain-key)#exit
edge(config-keychain)#no key 2
edge(config-keychain)#exit
edge(config)#kron ?
  occurrence   When
  policy-list  Which

edge(config)#event manager ?
  applet       An applet
  directory    Where policies stand
  environment  A variable
  history      How much is remembered
  policy       A policy
  scheduler    How many run at once
  session      The CLI's user

edge(config)#class-map
% Incomplete command.

edge(config)#end
edge#show running-config | section class-map
class-map match-any VOICE
 match ip dscp ef
 match protocol ! sip
edge#show running-config | section router bgp|key chain
key chain K
 key 1
  key-string 7 070C285F4D06
  accept-lifetime 00:00:00 Jan 1 2024 infinite
 key 3
  key-string 0 abc
router bgp 65000
 bgp log-neighbor-changes
 network 10.0.0.0 mask 255.255.255.0
 neighbor 192.0.2.5 remote-as 65001
 neighbor 192.0.2.5 password 7 070C285F4D06
 no auto-summary
 address-family ipv4
  neighbor 192.0.2.5 activate
 exit-address-family
 address-family ipv6
 exit-address-family
 network 10.9.0.0
edge#show running-config | include policy-map|vrf|service|hostname|ip route
service timestamps debug datetime msec
service timestamps log datetime msec
service tcp-keepalives-in
no service call-home
service tcp-keepalives-out
service counters max age 5
hostname edge
 dsp services dspfarm
crypto isakmp key 0 s3cret hostname peer.example.com no-xauth
no ip nat service sip udp port 5060
ip route 0.0.0.0 0.0.0.0 192.0.2.254
ip route vrf Mgmt-intf 0.0.0.0 0.0.0.0 GigabitEthernet0 192.0.2.1 200 name the-default track 1
ip route 10.2.0.0 255.255.0.0 Serial0/1/0:23
 service-policy input COPP
