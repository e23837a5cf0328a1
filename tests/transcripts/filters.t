# What stands behind the bar.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#dial-peer voice 100 voip
edge1(config-dial-peer)#description to the carrier
edge1(config-dial-peer)#session target ipv4:192.0.2.1
edge1(config-dial-peer)#dial-peer voice 200 voip
edge1(config-dial-peer)#session target ipv4:192.0.2.2
edge1(config-dial-peer)#sip-ua
edge1(config-sip-ua)#retry invite 2
edge1(config-sip-ua)#end
edge1#show running-config | include target
 session target ipv4:192.0.2.1
 session target ipv4:192.0.2.2
edge1#sh run | inc ^dial|ipv4:192.0.2.1$
dial-peer voice 100 voip
 session target ipv4:192.0.2.1
dial-peer voice 200 voip
edge1#show running-config | exclude dial|target|version|hostname|!|time|description
Building configuration...

Current configuration : {N} bytes
sip-ua 
 retry invite 2
end

edge1#show running-config | begin sip-ua
sip-ua 
 retry invite 2
!
end

edge1#show running-config | section dial-peer voice 200
dial-peer voice 200 voip
 session target ipv4:192.0.2.2
edge1#show running-config | count session
Number of lines which match regexp = 2
edge1#show running-config | section dial | include description
 description to the carrier
edge1#show running-config |
% Incomplete command.

edge1#show running-config | ?
  append    Append redirected output to URL (URLs supporting append operation only)
  begin     Begin with the line that matches
  count     Count number of lines which match regexp
  exclude   Exclude lines that match
  include   Include lines that match
  redirect  Redirect output to URL
  section   Filter a section of output
  tee       Copy output to URL

edge1#show running-config | include
% Incomplete command.

edge1#show running-config | include (
% Failed to compile regular expression
edge1#show running-config | xyz x
                            ^
% Invalid input detected at '^' marker.

edge1#show running-config | redirect ../outside
% Error opening ../outside (Permission denied)
edge1#show running-config | redirect flash:kept
edge1#show running-config | append flash:kept
edge1#configure terminal | include x
