# `no', `default', and the modes above.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#no dial-peer voice 7 voip
Router(config)#dial-peer voice 1 voip
Router(config-dial-peer)#description one
Router(config-dial-peer)#preference 5
Router(config-dial-peer)#no vad
Router(config-dial-peer)#srtp fallback
Router(config-dial-peer)#dtmf-relay rtp-nte
Router(config-dial-peer)#do show running-config | section dial-peer
dial-peer voice 1 voip
 description one
 preference 5
 dtmf-relay rtp-nte
 srtp fallback
 no vad
Router(config-dial-peer)#no description
Router(config-dial-peer)#no preference
Router(config-dial-peer)#vad
Router(config-dial-peer)#no srtp
Router(config-dial-peer)#default dtmf-relay
Router(config-dial-peer)#do show running-config | section dial-peer
dial-peer voice 1 voip
 no srtp
Router(config-dial-peer)#default srtp
Router(config-dial-peer)#preference 5
Router(config-dial-peer)#default preference
Router(config-dial-peer)#do show running-config | section dial-peer
dial-peer voice 1 voip
# a line of a mode above
Router(config-dial-peer)#sip-ua
Router(config-sip-ua)#dial-peer voice 2 voip
Router(config-dial-peer)#hostname edge1
edge1(config)#voice service voip
edge1(conf-voi-serv)#sip
edge1(conf-serv-sip)#address-hiding
edge1(conf-voi-serv)#ip address trusted list
edge1(cfg-iptrust-list)#ipv4 10.0.0.0 255.0.0.0
edge1(cfg-iptrust-list)#ip address trusted authenticate
edge1(conf-voi-serv)#no ip address trusted list
edge1(conf-voi-serv)#do show running-config | section voice service
voice service voip
 address-hiding
 fax protocol t38 version 0 ls-redundancy 0 hs-redundancy 0 fallback none
 sip
edge1(conf-voi-serv)#exit
edge1(config)#no voice service voip
edge1(config)#no dial-peer voice 1 voip
edge1(config)#no dial-peer voice 2 voip
edge1(config)#no hostname
Router(config)#no sip-ua
Router(config)#do show running-config
Building configuration...

Current configuration : {N} bytes
!
! Last configuration change at {TIME} UTC {DATE} by console
!
version 17.9
service timestamps debug datetime msec
service timestamps log datetime msec
hostname Router
!
end

Router(config)#no configure
                     ^
% Invalid input detected at '^' marker.

Router(config)#end
Router#no configure terminal
          ^
% Invalid input detected at '^' marker.

# a TLS version, and all of them again
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#sip-ua
Router(config-sip-ua)#transport tcp tls v1.2 minimum
Router(config-sip-ua)#do show running-config | section sip-ua
sip-ua 
 transport tcp tls v1.2 minimum
Router(config-sip-ua)#transport tcp tls
Router(config-sip-ua)#do show running-config | section sip-ua
sip-ua 
Router(config-sip-ua)#transport tcp tls v1.3
Router(config-sip-ua)#no transport tcp tls
Router(config-sip-ua)#do show running-config | section sip-ua
sip-ua 
 no transport tcp tls
Router(config-sip-ua)#default transport tcp tls
