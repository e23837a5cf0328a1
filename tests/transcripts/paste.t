# What a paste brings along: remarks, blanks, tabs, carriage returns, prompts, what `show' printed.
Router#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#!
Router(config)#! a remark
Router(config)#  ! indented
Router(config)#hostname edge1<CR>
edge1(config)#<HT>dial-peer<HT>voice<HT>100<HT>voip
edge1(config-dial-peer)#   description   of   many   blanks  <CR>
edge1(config-dial-peer)# destination-pattern 1...   ! remark behind
edge1(config-dial-peer)#ip address 10.72.86.86 255.255.255.0!glued
                            ^
% Invalid input detected at '^' marker.

edge1(config-dial-peer)#interface GigabitEthernet0/0
edge1(config-if)# ip address 10.72.86.86 255.255.255.0!glued
edge1(config-if)#dial-peer voice 100 voip
edge1(config-dial-peer)#edge1(config-dial-peer)# no vad
edge1(config-dial-peer)#VG_yohur(config-dial-peer)#codec g711ulaw
edge1(config-dial-peer)#end
edge1#show running-config | section dial-peer
dial-peer voice 100 voip
 description of   many   blanks
 destination-pattern 1...
 codec g711ulaw
 no vad
edge1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#dial-peer voice 100 voip<^Z>
edge1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#dial-peer voice 100 voip
edge1(config-dial-peer)#preference 4<^Z>
edge1#show running-config | include preference
 preference 4
edge1#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#dial-peer voice 100 voip
edge1(config-dial-peer)#<^Z>
edge1#
