# Abbreviations, ambiguity, the caret, what is not finished.
Router#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#host edge2
edge2(config)#ho a_name-with-20-characters-and-more
a_name-with-20-chara(config)#hostname edge1
edge1(config)#hostname -edge
% Hostname contains one or more illegal characters.
edge1(config)#hostname 1edge
% Hostname contains one or more illegal characters.
edge1(config)#dial
% Incomplete command.

edge1(config)#d
% Ambiguous command:  "d"
edge1(config)#dial-peer voice 0 voip
                              ^
% Invalid input detected at '^' marker.

edge1(config)#dial-peer voice 1073741824 voip
                              ^
% Invalid input detected at '^' marker.

edge1(config)#dial-peer voice 100 pots
                                  ^
% Invalid input detected at '^' marker.

edge1(config)#dial-peer voice 100 voip extra
                                       ^
% Invalid input detected at '^' marker.

edge1(config)#xyzzy
              ^
% Invalid input detected at '^' marker.

edge1(config)#  xyzzy
                ^
% Invalid input detected at '^' marker.

edge1(config)#crypto pki trustpoint
% Incomplete command.

edge1(config)#dial-p v 100 v
edge1(config-dial-peer)#pref 11
                             ^
% Invalid input detected at '^' marker.

edge1(config-dial-peer)#pref 2
edge1(config-dial-peer)#PREF 3
edge1(config-dial-peer)#se pr sipv2
edge1(config-dial-peer)#session target ipv4:10.72.86.300
                                       ^
% Invalid input detected at '^' marker.

edge1(config-dial-peer)#session target ipv4:10.72.86.74:70000
                                       ^
% Invalid input detected at '^' marker.

edge1(config-dial-peer)#sess targ ipv4:10.72.86.74
edge1(config-dial-peer)#s
% Ambiguous command:  "s"
edge1(config-dial-peer)#codec g7
% Ambiguous command:  "codec g7"
edge1(config-dial-peer)#codec g711u
edge1(config-dial-peer)#incoming called .T
edge1(config-dial-peer)#voice-class sip
% Incomplete command.

edge1(config-dial-peer)#voice-class sip bind control source-interface Gi0/0
edge1(config-dial-peer)#do sh run | s dial-peer
dial-peer voice 100 voip
 preference 3
 session protocol sipv2
 session target ipv4:10.72.86.74
 incoming called-number .T
 voice-class sip bind control source-interface GigabitEthernet0/0
 codec g711ulaw
edge1(config-dial-peer)#end
edge1#sh
% Type "show ?" for a list of subcommands
edge1#show
% Type "show ?" for a list of subcommands
edge1#show xyz
           ^
% Invalid input detected at '^' marker.

edge1#show running-config xyz
                          ^
% Invalid input detected at '^' marker.

edge1#co
% Ambiguous command:  "co"
edge1#con
Configuring from terminal, memory, or network [terminal]? xyz
?Must be "terminal", "memory" or "network"
edge1#con
Configuring from terminal, memory, or network [terminal]? 
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#
edge1(config)#exit
edge1#wr xyz
         ^
% Invalid input detected at '^' marker.

edge1#xyzzy
      ^
% Invalid input detected at '^' marker.

