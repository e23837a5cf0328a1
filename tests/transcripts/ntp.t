# `ntp' and `clock set': what is typed comes back; without a chronyd the host keeps the clock, and the log
# says so.
Router#show ntp associations
%NTP is not enabled.
Router#show ntp foo
                ^
% Invalid input detected at '^' marker.

Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#ntp server 192.0.2.123 prefer key 1 minpoll 4 maxpoll 6 iburst
Router(config)#ntp server ntp.example.com
Router(config)#ntp server vrf Mgmt-intf 192.0.2.124 prefer
Router(config)#ntp peer 192.0.2.125 version 3
Router(config)#ntp source gi0/0
Router(config)#ntp authenticate
Router(config)#ntp authentication-key 1 md5 geheim
Router(config)#ntp authentication-key 2 md5 094F471A1A0A 7
Router(config)#ntp trusted-key 1
Router(config)#ntp master 3
Router(config)#ntp update-calendar
Router(config)#ntp logging
Router(config)#ntp clock-period 17179872
Router(config)#ntp server 192.0.2.123 maxpoll 3
                                              ^
% Invalid input detected at '^' marker.

Router(config)#do show running-config | include ntp
ntp authenticate
ntp authentication-key 1 md5 0 geheim
ntp authentication-key 2 md5 0 094F471A1A0A 7
ntp trusted-key 1
ntp clock-period 17179872
ntp source GigabitEthernet0/0
ntp logging
ntp update-calendar
ntp master 3
ntp peer 192.0.2.125 version 3
ntp server 192.0.2.123 key 1 minpoll 4 maxpoll 6 prefer iburst
ntp server ntp.example.com
ntp server vrf Mgmt-intf 192.0.2.124 prefer
Router(config)#do show ntp status
Clock is {*}
nominal freq is 250.0000 Hz, actual freq is {N}.{N} Hz, precision is 2**{N}
ntp uptime is {N} (1/100 of seconds), resolution is {N}
reference time is 00000000.00000000 (00:00:00.000 UTC Mon Jan 1 1900)
clock offset is {*} msec, root delay is 0.00 msec
root dispersion is {*} msec, peer dispersion is {*} msec
loopfilter state is {*}, drift is {*} s/s
system poll interval is 64, never updated.
Router(config)#do show ntp associations

  address         ref clock       st   when   poll reach  delay  offset   disp
 ~192.0.2.123     .INIT.          16      -     16     0  0.000   0.000 15937.
 ~ntp.example.com .INIT.          16      -     64     0  0.000   0.000 15937.
 ~192.0.2.125     .INIT.          16      -     64     0  0.000   0.000 15937.
 * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured
Router(config)#no ntp server 192.0.2.123
Router(config)#no ntp server vrf Mgmt-intf 192.0.2.124 prefer
Router(config)#no ntp peer 192.0.2.125
Router(config)#no ntp master
Router(config)#no ntp clock-period
Router(config)#no ntp authentication-key 1
Router(config)#no ntp source
Router(config)#do show running-config | include ntp
ntp authenticate
ntp authentication-key 2 md5 0 094F471A1A0A 7
ntp trusted-key 1
ntp logging
ntp update-calendar
ntp server ntp.example.com
Router(config)#end
Router#show clock detail
{*}{TIME} UTC {DATE}
{*}ime source{*}
Router#clock set 25:00:00 4 March 2024
% There is no such time: hh:mm:ss, and a day of that month
Router#clock set 10:15 4 March 2024
% There is no such time: hh:mm:ss, and a day of that month
Router#clock set 10:15:22 31 June 2024
% There is no such time: hh:mm:ss, and a day of that month
Router#clock set 10:15:22 June 31 2024
% There is no such time: hh:mm:ss, and a day of that month
Router#clock set 10:15:22 30 Jun 1992
                                 ^
% Invalid input detected at '^' marker.

Router#clock set 10:15:22 30 Ju 2024
% Ambiguous command:  "clock set 10:15:22 30 Ju 2024"
