# From user mode to privileged mode, at the console.
#level 1
Router>show running-config
             ^
% Invalid input detected at '^' marker.

Router>configure terminal
       ^
% Invalid input detected at '^' marker.

Router>?
Exec commands:
{LINES}
  enable    Turn on privileged commands
  exit      Exit from the EXEC
{LINES}

Router>enable
Router#disable
Router>enable
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#enable secret topsecret
Router(config)#do show running-config | include secret
enable secret 9 $9${*}
Router(config)#end
Router#disable
Router>enable
Password: wrong
Password: worse
Password: worst
% Bad secrets

Router>enable
Password: wrong
Password: topsecret
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#no enable secret
Router(config)#end
Router#disable
Router>enable
Router#exit
Router>exit
