# Words that stand for others, what was typed, and the help that is no question mark.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#alias exec sc show clock
edge1(config)#alias exec srs show running-config | section
edge1(config)#alias configure dp dial-peer voice
edge1(config)#dp 7 voip
edge1(config-dial-peer)#dp 8 voip
                         ^
% Invalid input detected at '^' marker.

edge1(config-dial-peer)#exit
edge1(config)#username admin secret hidden
edge1(config)#do sc
*{TIME} UTC {DATE}
edge1(config)#end
edge1#sc
*{TIME} UTC {DATE}
edge1#srs ^dial-peer
dial-peer voice 7 voip
edge1#s aliases
Exec mode aliases:
  h                     help
  lo                    logout
  s                     show
  u                     undebug
  un                    undebug
  sc                    show clock
  srs                   show running-config | section

Global configuration mode aliases:
  dp                    dial-peer voice
edge1#show history
  configure terminal
  hostname edge1
  alias exec sc show clock
  alias exec srs show running-config | section
  alias configure dp dial-peer voice
  dp 7 voip
  dp 8 voip
  exit
  username admin secret *****
  do sc
  end
  sc
  srs ^dial-peer
  s aliases
  show history
edge1#terminal history size 2
edge1#show history
  terminal history size 2
  show history
edge1#help
Help may be requested at any point in a command by entering a question
mark '?'. If nothing matches, there is nothing that could follow: go back
until a '?' shows what can be typed.
Two kinds of help are given:
1. What may come next, where a blank stands before the '?'
   ('show ?').
2. The words that begin so, where none does ('show pr?').

edge1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#line vty 0 4
edge1(config-line)#list
  exec-timeout <0-35791> [<0-2147483>]
  privilege level <0-15>
  password PASSWORD
  logging synchronous
  {login | login local | no login}
  login authentication WORD
  authorization exec WORD
  access-class WORD in
  access-class WORD out
  history size <0-256>
  session-limit <0-65535>
  session-timeout LINE
  absolute-timeout <0-10000>
  length <0-512>
  width <0-512>
  transport input {{none | telnet | ssh | all}}+
  stopbits WORD
edge1(config-line)#help
Help may be requested at any point in a command by entering a question
mark '?'. If nothing matches, there is nothing that could follow: go back
until a '?' shows what can be typed.
Two kinds of help are given:
1. What may come next, where a blank stands before the '?'
   ('show ?').
2. The words that begin so, where none does ('show pr?').

edge1(config-line)#no alias exec sc
edge1(config)#end
edge1#sc
       ^
% Invalid input detected at '^' marker.

