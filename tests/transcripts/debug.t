# What is debugged, and of which calls.
Router#debug ccsip messages
SIP Call messages tracing is enabled
Router#debug voip dialpeer inout
voip dialpeer inout debugging is on
Router#show debug condition
% No conditions found
Router#debug condition called 1...
Condition 1 set
Router#debug condition calling 555
Condition 2 set
Router#debug condition called 1...
Condition 1 set
Router#show debug condition
Condition 1: called 1... (0 flags triggered)
Condition 2: calling 555 (0 flags triggered)
Router#show debugging
dial-peer:
  debug voip dialpeer inout is ON (filter is ON)
CCSIP SPI: SIP Call Message tracing is enabled  (filter is ON)
Router#debug condition 1
% A condition says called or calling
Router#no debug condition 7
% Condition not found
Router#no debug condition called 1...
Condition 1 has been removed
Router#undebug condition calling 555
Condition 2 has been removed
Router#undebug condition all
All conditions have been removed
Router#show debug condition
% No conditions found
Router#undebug all
All possible debugging has been turned off
Router#show debugging
