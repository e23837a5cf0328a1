# `do' from any mode, and what it does not do.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#do show startup-config
startup-config is not present
Router(config)#do
% Incomplete command.

Router(config)#do xyz
                  ^
% Invalid input detected at '^' marker.

Router(config)#dial-peer voice 1 voip
Router(config-dial-peer)#do show running-config | count dial-peer
Number of lines which match regexp = 1
Router(config-dial-peer)#do configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#do exit
