# `ip host', `ip name-server', `ip domain': what is typed comes back, and `show hosts' says what is known.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#ip host Sbc.Example.COM 192.0.2.20 192.0.2.21
Router(config)#ip host 192.0.2.20 192.0.2.20
                       ^
% Invalid input detected at '^' marker.

Router(config)#ip host trunk.example.com srv 1 50 5060 SBC.example.com
Router(config)#ip host trunk.example.com srv 2 50 5062 sbc.example.com
Router(config)#ip host trunk.example.com srv 3 50 0 sbc.example.com
                                                  ^
% Invalid input detected at '^' marker.

Router(config)#ip host vrf Mgmt-intf boot.example.com 192.0.2.30
Router(config)#ip name-server 192.0.2.53 198.51.100.53
Router(config)#ip name-server 203.0.113.53
Router(config)#ip name-server 192.0.2.53
Router(config)#ip name-server vrf Mgmt-intf 192.0.2.53
Router(config)#ip domain name example.com
Router(config)#ip domain list voice.example.com
Router(config)#ip domain list example.com
Router(config)#ip domain round-robin
Router(config)#ip domain timeout 1
Router(config)#ip domain retry 0
Router(config)#do show running-config | include ip host|name-server|domain
ip host sbc.example.com 192.0.2.20 192.0.2.21
ip host trunk.example.com srv 1 50 5060 sbc.example.com
ip host trunk.example.com srv 2 50 5062 sbc.example.com
ip host vrf Mgmt-intf boot.example.com 192.0.2.30
ip name-server 192.0.2.53 198.51.100.53 203.0.113.53
ip name-server vrf Mgmt-intf 192.0.2.53
ip domain list voice.example.com
ip domain list example.com
ip domain round-robin
ip domain timeout 1
ip domain retry 0
ip domain name example.com
Router(config)#no ip name-server 198.51.100.53
Router(config)#ip name-server 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4
Router(config)#ip name-server 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5
% Name-server table is full: 6 at most
Router(config)#no ip host trunk.example.com srv 2 50 5062 sbc.example.com
Router(config)#do show hosts
Default domain is example.com
Domain list: voice.example.com, example.com
Name servers are 192.0.2.53, 203.0.113.53, 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4
NAME  TTL  CLASS   TYPE      DATA/ADDRESS
-----------------------------------------
 sbc.example.com   10      IN      A       192.0.2.20
 sbc.example.com   10      IN      A       192.0.2.21
 trunk.example.com   10      IN      SRV     1 50 5060 sbc.example.com
Router(config)#ip host sbc.example.com 192.0.2.22
Router(config)#no ip domain lookup
Router(config)#no ip name-server
Router(config)#no ip host trunk.example.com srv 1 50 5060 sbc.example.com
Router(config)#no ip domain list voice.example.com
Router(config)#default ip domain timeout
Router(config)#default ip domain retry
Router(config)#no ip domain round-robin
Router(config)#no ip host vrf Mgmt-intf boot.example.com 192.0.2.30
Router(config)#no ip name-server vrf Mgmt-intf 192.0.2.53
Router(config)#do show running-config | include ip host|name-server|domain
ip host sbc.example.com 192.0.2.22
ip domain list example.com
no ip domain lookup
ip domain name example.com
Router(config)#do show hosts
Default domain is example.com
Domain list: example.com
Name lookup is off: only what 'ip host' says is known
Name servers are {*}
NAME  TTL  CLASS   TYPE      DATA/ADDRESS
-----------------------------------------
 sbc.example.com   10      IN      A       192.0.2.22
Router(config)#no ip host sbc.example.com
Router(config)#do show running-config | include ip host|name-server
