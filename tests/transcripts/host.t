# What the box says of itself.
Router#show inventory
NAME: "Chassis", DESCR: "Parapet border element"
PID: PARAPET           , VID: V00  , SN: PARAPET0001

Router#show processes cpu | include CPU|PID
CPU utilization for five seconds: {N}%/0%; one minute: {N}%; five minutes: {N}%
 PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process
Router#show processes cpu sorted | count [0-9]%
{*}
Router#show memory statistics | include Head
                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)
