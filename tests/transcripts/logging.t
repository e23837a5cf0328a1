# `logging', `service timestamps', `clock': what is typed comes back in IOS's order, and takes effect.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#no service timestamps debug
Router(config)#service timestamps log datetime localtime show-timezone year
Router(config)#service sequence-numbers
Router(config)#clock timezone CET 1
Router(config)#clock timezone CET 24
                                  ^
% Invalid input detected at '^' marker.

Router(config)#clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00
Router(config)#clock summer-time CEST recurring last Sun Smarch 2:00
% Summer time: week day month hh:mm week day month hh:mm [minutes]
Router(config)#logging buffered 8192 warnings
Router(config)#no logging console
Router(config)#logging rate-limit all 10 except errors
Router(config)#logging trap notifications
Router(config)#logging facility local3
Router(config)#logging origin-id string the box
                                            ^
% Invalid input detected at '^' marker.

Router(config)#logging origin-id hostname
Router(config)#logging host 192.0.2.50
Router(config)#logging host 192.0.2.51 transport tcp port 1514
Router(config)#no logging host 192.0.2.51
Router(config)#do show running-config | include logging|clock|service
no service timestamps debug
service timestamps log datetime localtime show-timezone year
service sequence-numbers
logging rate-limit all 10 except errors
logging buffered 8192 warnings
no logging console
clock timezone CET 1
clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00
logging trap notifications
logging origin-id hostname
logging facility local3
logging host 192.0.2.50
Router(config)#default logging console
Router(config)#default logging buffered
Router(config)#no logging trap
Router(config)#no clock summer-time
Router(config)#no clock timezone
Router(config)#do show running-config | include logging|clock
logging rate-limit all 10 except errors
no logging trap
logging origin-id hostname
logging facility local3
logging host 192.0.2.50
