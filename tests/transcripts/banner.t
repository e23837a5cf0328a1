# Banners: any delimiter, one line or many, typed, pasted and loaded again.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#banner motd #One line, with ! and | in it#
Router(config)#banner login @
Enter TEXT message.  End with the character '@'.
<  Authorised only.
< 
<    Last line.@
Router(config)#banner exec ^C
Enter TEXT message.  End with the character '^C'.
< Welcome to $(hostname)
< ^C
Router(config)#do show running-config | begin banner
banner exec ^C
Welcome to $(hostname)
^C
banner login ^C
 Authorised only.

   Last line.^C
banner motd ^COne line, with ! and | in it^C
!
end

Router(config)#no banner login
Router(config)#banner incoming #x#
                      ^
% Invalid input detected at '^' marker.

Router(config)#banner motd
% Incomplete command.

Router(config)#do show running-config | include banner
banner exec ^C
banner motd ^COne line, with ! and | in it^C
Router(config)#end
Router#show users
    Line       User       Host(s)              Idle       Location

  Interface    User               Mode         Idle     Peer Address

Router#clear line vty 7
[confirm]
% Not allowed to clear line 9: nobody is there
