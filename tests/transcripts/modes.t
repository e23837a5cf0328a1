# One of every mode, in the order in which they are printed.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#service timestamps debug datetime msec
Router(config)#service timestamps log datetime localtime show-timezone
Router(config)#hostname edge1
edge1(config)#logging buffered 65536 informational
edge1(config)#ip domain name example.com
edge1(config)#ip domain-name example.net
edge1(config)#no ip domain lookup
edge1(config)#username admin privilege 15 secret 9 $9$short
% Invalid encrypted password
edge1(config)#username admin privilege 15 secret 9 $9$HXh5.NfXIFkUah$srpzpRN14/QW18GyGPrHyPXKFe.G/RAzkIBSyqBvB3c
edge1(config)#username guest password 0 visitor
edge1(config)#crypto pki trustpoint tp
edge1(ca-trustpoint)#enrollment terminal pem
edge1(ca-trustpoint)#fqdn edge1.example.com
edge1(ca-trustpoint)#subject-name cn=edge1.example.com,o=Example
edge1(ca-trustpoint)#subject-alt-name edge1.example.com,sip.example.com
edge1(ca-trustpoint)#serial-number none
edge1(ca-trustpoint)#ip-address none
edge1(ca-trustpoint)#revocation-check none
edge1(ca-trustpoint)#rsakeypair edge-key 2048
edge1(ca-trustpoint)#hash sha256
edge1(ca-trustpoint)#exit
edge1(config)#voice class codec 1
edge1(config-class)#codec preference 1 g711ulaw
edge1(config-class)#codec preference 2 g729r8 bytes 20
edge1(config-class)#voice class srtp-crypto 1
edge1(config-class)#crypto 1 AEAD_AES_256_GCM
edge1(config-class)#crypto 2 AES_CM_128_HMAC_SHA1_80
edge1(config-class)#interface gi0/0
edge1(config-if)#ip address 10.72.86.86 255.255.255.0
edge1(config-if)#ip address 10.72.86.86 255.0.255.0
% Bad mask 0xFF00FF00 for address
edge1(config-if)#description to the call manager
edge1(config-if)#no shutdown
edge1(config-if)#gateway
edge1(config-gateway)#timer receive-rtp 300
edge1(config-gateway)#line con 0
edge1(config-line)#exec-timeout 0 0
edge1(config-line)#logging synchronous
edge1(config-line)#line vty 0 4
edge1(config-line)#login local
edge1(config-line)#transport input telnet ssh
edge1(config-line)#end
edge1#show running-config
Building configuration...

Current configuration : {N} bytes
!
! Last configuration change at {TIME} UTC {DATE} by console
!
version 17.9
service timestamps debug datetime msec
service timestamps log datetime localtime show-timezone
hostname edge1
logging buffered 65536 informational
no ip domain lookup
ip domain name example.net
!
crypto pki trustpoint tp
 enrollment terminal pem
 serial-number none
 fqdn edge1.example.com
 ip-address none
 subject-name cn=edge1.example.com,o=Example
 subject-alt-name edge1.example.com,sip.example.com
 revocation-check none
 rsakeypair edge-key 2048
 hash sha256
!
voice class codec 1
 codec preference 1 g711ulaw
 codec preference 2 g729r8 bytes 20
!
voice class srtp-crypto 1
 crypto 1 AEAD_AES_256_GCM
 crypto 2 AES_CM_128_HMAC_SHA1_80
!
username admin privilege 15 secret 9 $9$HXh5.NfXIFkUah$srpzpRN14/QW18GyGPrHyPXKFe.G/RAzkIBSyqBvB3c
username guest password 0 visitor
!
interface GigabitEthernet0/0
 description to the call manager
 ip address 10.72.86.86 255.255.255.0
!
gateway 
 timer receive-rtp 300
!
line con 0
 exec-timeout 0
 logging synchronous
!
line vty 0 4
 login local
 transport input telnet ssh
!
end

