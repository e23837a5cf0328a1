# Who may come in and what they may do: lines that merge, levels, aaa, access lists, the guard.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#username anna privilege 15
edge1(config)#username anna secret 9 $9$nqzdhvNSrFKY8W$OwaULTwE3pEmcIp8IKgLxR2l.sZEIHZj6xipjTTWLLI
edge1(config)#username carl privilege 15 secret 9 $9$nqzdhvNSrFKY8W$OwaULTwE3pEmcIp8IKgLxR2l.sZEIHZj6xipjTTWLLI
edge1(config)#username carl secret 5 $1$abcd$Tzpe6vw2AgGvjuNxqYv6z.
edge1(config)#username carl password clear
% Can not have both a user password and a user secret. Please choose one or the other.
edge1(config)#username joe password 0 clear
edge1(config)#username joe privilege 7
edge1(config)#username joe secret other
% Can not have both a user password and a user secret. Please choose one or the other.
edge1(config)#username kim nopassword
edge1(config)#username lee algorithm-type sha256 secret text
edge1(config)#enable secret level 7 9 $9$nqzdhvNSrFKY8W$OwaULTwE3pEmcIp8IKgLxR2l.sZEIHZj6xipjTTWLLI
edge1(config)#enable algorithm-type scrypt secret top
edge1(config)#do show running-config | include ^username|^enable
enable secret 9 {*}
enable secret level 7 9 $9$nqzdhvNSrFKY8W$OwaULTwE3pEmcIp8IKgLxR2l.sZEIHZj6xipjTTWLLI
username anna privilege 15 secret 9 $9$nqzdhvNSrFKY8W$OwaULTwE3pEmcIp8IKgLxR2l.sZEIHZj6xipjTTWLLI
username carl privilege 15 secret 5 $1$abcd$Tzpe6vw2AgGvjuNxqYv6z.
username joe privilege 7 password 0 clear
username kim nopassword
username lee secret 9 {*}
edge1(config)#no enable secret
edge1(config)#enable secret 9 $9$nqzdhvNSrFKY8W$OwaULTwE3pEmcIp8IKgLxR2l.sZEIHZj6xipjTTWLLI
edge1(config)#privilege exec level 7 show running-config
edge1(config)#privilege exec level 7 configure terminal
edge1(config)#privilege exec all level 5 clear
edge1(config)#privilege configure level 7 hostname
edge1(config)#aaa new-model
edge1(config)#aaa authentication login default group tacacs+ local
edge1(config)#aaa authentication login CON none
edge1(config)#aaa authorization exec default local if-authenticated
edge1(config)#aaa accounting exec default start-stop group tacacs+
edge1(config)#aaa session-id common
edge1(config)#login block-for 120 attempts 3 within 60
edge1(config)#login quiet-mode access-class MGMT
edge1(config)#login on-failure log
edge1(config)#login on-success log every 10
edge1(config)#ip access-list standard MGMT
edge1(config-std-nacl)#remark the network of the operators
edge1(config-std-nacl)#permit 192.0.2.0 0.0.0.255
edge1(config-std-nacl)#permit host 198.51.100.7
edge1(config-std-nacl)#15 deny 192.0.2.66
edge1(config-std-nacl)#deny any log
edge1(config-std-nacl)#permit 1.2.3
                                 ^
% Invalid input detected at '^' marker.

edge1(config-std-nacl)#access-list 10 permit any
edge1(config)#access-list 10 deny host 192.0.2.1
edge1(config)#access-list 110 permit tcp 192.0.2.0 0.0.0.255 any eq 22
edge1(config)#access-list 11 permit any
edge1(config)#no access-list 11
edge1(config)#line vty 0 4
edge1(config-line)#access-class MGMT in
edge1(config-line)#login authentication default
edge1(config-line)#history size 50
edge1(config-line)#end
edge1#show running-config | section access-list|^line|^aaa|^login|^privilege
aaa new-model
aaa authentication login default group tacacs+ local
aaa authentication login CON none
aaa authorization exec default local if-authenticated
aaa accounting exec default start-stop group tacacs+
aaa session-id common
login block-for 120 attempts 3 within 60
login quiet-mode access-class MGMT
login on-failure log
login on-success log every 10
ip access-list standard MGMT
 10 remark the network of the operators
 15 deny 192.0.2.66
 20 permit 192.0.2.0 0.0.0.255
 30 permit host 198.51.100.7
 40 deny any log
ip access-list standard 10
 10 permit any
 20 deny host 192.0.2.1
ip access-list extended 110
 10 permit tcp 192.0.2.0 0.0.0.255 any eq 22
privilege exec level 7 show running-config
privilege exec level 7 configure terminal
privilege exec all level 5 clear
privilege configure level 7 hostname
line vty 0 4
 login authentication default
 access-class MGMT in
 history size 50
edge1#show access-lists
Standard IP access list 10
    10 permit any
    20 deny 192.0.2.1
Standard IP access list MGMT
    10 remark the network of the operators
    15 deny 192.0.2.66
    20 permit 192.0.2.0, wildcard bits 0.0.0.255
    30 permit 198.51.100.7
    40 deny any log
Extended IP access list 110
    10 permit tcp 192.0.2.0 0.0.0.255 any eq 22
edge1#show ip access-lists 10
Standard IP access list 10
    10 permit any
    20 deny 192.0.2.1
edge1#show login
     A default login delay of 1 seconds is applied.
     Quiet-Mode access list MGMT is applied.

     Router enabled to watch for login Attacks.
     If more than 2 login failures occur in 60 seconds or less,
     logins will be disabled for 120 seconds.

     Router presently in Normal-Mode.
     Total login failures: 0.
edge1#show login failures
*** No logged failed login attempts with the device.***
edge1#disable 7
edge1#show privilege
Current privilege level is 7
edge1#show clock | include nothing
edge1#clear logging
Clear logging buffer [confirm]n
edge1#show running-config | include ^hostname
hostname edge1
edge1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#hostname edge2
edge2(config)#dial-peer voice 1 voip
               ^
% Invalid input detected at '^' marker.

edge2(config)#end
edge2#show dial-peer voice summary
           ^
% Invalid input detected at '^' marker.

edge2#enable 9
% Error in authentication.
edge2#enable 15
Password: cisco
edge2#show privilege
Current privilege level is 15
edge2#disable
edge2>enable 7
Password: wrong
Password: cisco
edge2#show privilege
Current privilege level is 7
edge2#disable 15
% New privilege level must be less than current privilege level
