# The same over the network: without a secret nobody gets in.
#level 1
#source vty
Router>enable
% No password set
Router>show startup-config
             ^
% Invalid input detected at '^' marker.

