# How TLS is spoken with a peer: voice class tls-profile and tls-cipher, and how older guides spell them.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#voice class tls-profile 1
Router(config-class)#trustpoint A client B
Router(config-class)#cn-san-validate server
Router(config-class)#cn-san 1 *.example.com
Router(config-class)#compatibility sha-1
Router(config-class)#do show running-config | section tls-profile
voice class tls-profile 1
 trustpoint A client B
 cn-san validate server
 cn-san 1 *.example.com
 compatibility sha-1
Router(config-class)#no cn-san-validate
Router(config-class)#do show running-config | section tls-profile
voice class tls-profile 1
 trustpoint A client B
 cn-san 1 *.example.com
 compatibility sha-1
Router(config-class)#voice class tls-cipher 1
Router(config-class)#cipher 1 ECDHE-RSA-AES256-GCM-SHA384
Router(config-class)#cipher 2 TLS13_AES128_GCM_SHA256
Router(config-class)#do show running-config | section tls-cipher
voice class tls-cipher 1
 cipher 1 ECDHE_RSA_AES256_GCM_SHA384
 cipher 2 TLS13_AES128_GCM_SHA256
Router(config-class)#cipher 3 NONSENSE
% There is no suite NONSENSE
Router(config-class)#cipher 14 AES128_GCM_SHA256
                            ^
% Invalid input detected at '^' marker.

Router(config-class)#voice class tls-profile 1
Router(config-class)#cipher 1
Router(config-class)#cipher ecdsa-cipher curve-size 384
Router(config-class)#client-vtp CARRIER-CA
Router(config-class)#sni send
Router(config-class)#description carrier
Router(config-class)#cn-san 11 a.example.com
                            ^
% Invalid input detected at '^' marker.

Router(config-class)#sip-ua
Router(config-sip-ua)#crypto signaling remote-addr 198.51.100.0 255.255.255.0 tls-profile 1
Router(config-sip-ua)#crypto signaling default trustpoint A cn-san-validate server ecdsa-cipher curve-size 384
Router(config-sip-ua)#do show running-config | section tls-profile|^sip-ua
voice class tls-profile 1
 description carrier
 trustpoint A client B
 cn-san 1 *.example.com
 cipher ecdsa-cipher curve-size 384
 client-vtp CARRIER-CA
 sni send
 compatibility sha-1
sip-ua 
 crypto signaling remote-addr 198.51.100.0 255.255.255.0 tls-profile 1 
 crypto signaling default trustpoint A ecdsa-cipher curve-size 384 cn-san-validate server 
Router(config-sip-ua)#exit
# what is allowed to a peer that is too old ends on a day
Router(config)#voice class tls-profile 2
Router(config-class)#trustpoint A
Router(config-class)#compatibility ?
  rsa-1024  Weak: RSA keys from 1024 bits
  sha-1     Weak: Certificates signed with SHA-1
  tls-1.0   Weak: TLS 1.0 and up
  tls-1.1   Weak: TLS 1.1 and up

Router(config-class)#compatibility sha-1 until ?
  YYYY-MM-DD  Day, which begins at 00:00 UTC

Router(config-class)#compatibility sha-1 until 2099-12-31
Router(config-class)#compatibility rsa-1024 until 2020-02-29
Router(config-class)#compatibility tls-1.1 until 2099-02-30
                                                 ^
% Invalid input detected at '^' marker.

Router(config-class)#compatibility tls-1.1 until tomorrow
                                                 ^
% Invalid input detected at '^' marker.

Router(config-class)#compatibility tls-1.1 until 1960-01-01
                                                 ^
% Invalid input detected at '^' marker.

Router(config-class)#compatibility tls-1.1
Router(config-class)#compatibility tls-1.0 until 2099-1-2
Router(config-class)#do show running-config | section tls-profile 2
voice class tls-profile 2
 trustpoint A
 compatibility rsa-1024 until 2020-02-29
 compatibility sha-1 until 2099-12-31
 compatibility tls-1.0 until 2099-01-02
 compatibility tls-1.1
Router(config-class)#do show crypto pki expiry
   Days  Ends                      Certificate
  -{N}  00:00:00 UTC Feb 29 2020  compatibility rsa-1024, voice class tls-profile 2: ENDED
  {N}  00:00:00 UTC Jan 2 2099   compatibility tls-1.0, voice class tls-profile 2
  {N}  00:00:00 UTC Dec 31 2099  compatibility sha-1, voice class tls-profile 2
Router(config-class)#compatibility sha-1
Router(config-class)#no compatibility rsa-1024
Router(config-class)#default compatibility tls-1.0
Router(config-class)#do show running-config | section tls-profile 2
voice class tls-profile 2
 trustpoint A
 compatibility sha-1
 compatibility tls-1.1
Router(config-class)#exit
Router(config)#line vty 0 4
Router(config-line)#no login
Router(config-line)#do show running-config | section line vty
line vty 0 4
 no login
Router(config-line)#default login
Router(config-line)#do show running-config | section line vty
line vty 0 4
