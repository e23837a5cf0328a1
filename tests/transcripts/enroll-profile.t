Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#crypto pki profile enrollment EP
Router(ca-profile-enroll)#?
ca-profile-enroll configuration commands:
  authentication    The certificate of the CA
  default           Set a command to its defaults
  do                To run exec commands in config mode
  end               Exit to privileged EXEC mode
  enrollment        Our certificate
  exit              Exit from this configuration mode
  method-cmp        The servers speak CMP
  method-est        The servers speak EST (https)
  no                Negate a command or set its defaults
  parameter         A word of a command
  reenrollment      The next certificate
  source-interface  Our address is that of an interface

Router(ca-profile-enroll)#authentication terminal
Router(ca-profile-enroll)#enrollment url http://127.0.0.1:1
Router(ca-profile-enroll)#enrollment credential OTHER
Router(ca-profile-enroll)#reenrollment url http://127.0.0.1:2
Router(ca-profile-enroll)#parameter 1 value a-word
Router(ca-profile-enroll)#parameter 2 prompt What is it
Router(ca-profile-enroll)#source-interface gi0/1
Router(ca-profile-enroll)#exit
Router(config)#do show running-config | section profile
crypto pki profile enrollment EP
 authentication terminal
 enrollment url http://127.0.0.1:1
 enrollment credential OTHER
 reenrollment url http://127.0.0.1:2
 parameter 1 value a-word
 parameter 2 prompt What is it
 source-interface GigabitEthernet0/1
Router(config)#crypto pki trustpoint TP
Router(ca-trustpoint)#revocation-check none
Router(ca-trustpoint)#enrollment url http://127.0.0.1:80
Router(ca-trustpoint)#enrollment profile NONE
Router(ca-trustpoint)#exit
Router(config)#do show running-config | section trustpoint
crypto pki trustpoint TP
 enrollment profile NONE
 revocation-check none
Router(config)#crypto pki authenticate TP
% Enrollment profile NONE does not exist
Router(config)#crypto pki enroll TP
% Enrollment profile NONE does not exist
Router(config)#crypto pki trustpoint TP
Router(ca-trustpoint)#enrollment profile EP
Router(ca-trustpoint)#exit
Router(config)#do show crypto pki trustpoints TP
Trustpoint TP:
    Enrollment profile: EP
    SCEP URL: http://127.0.0.1:1
    No certificate: not authenticated, not enrolled


Router(config)#crypto pki profile enrollment EP
Router(ca-profile-enroll)#authentication command GET /ca HTTP/1.0
Router(ca-profile-enroll)#enrollment command POST /enroll HTTP/1.0
Router(ca-profile-enroll)#no reenrollment url
Router(ca-profile-enroll)#exit
Router(config)#do show running-config | section profile
 enrollment profile EP
crypto pki profile enrollment EP
 authentication command GET /ca HTTP/1.0
 enrollment command POST /enroll HTTP/1.0
 enrollment credential OTHER
 parameter 1 value a-word
 parameter 2 prompt What is it
 source-interface GigabitEthernet0/1
Router(config)#crypto pki authenticate TP
% The 'command' of enrollment profile EP is kept, but not carried out: 'url' and 'terminal' are
Router(config)#crypto pki enroll TP
% The 'command' of enrollment profile EP is kept, but not carried out: 'url' and 'terminal' are
Router(config)#crypto pki profile enrollment EP
Router(ca-profile-enroll)#no authentication command
Router(ca-profile-enroll)#enrollment url http://127.0.0.1:1
Router(ca-profile-enroll)#method-est
Router(ca-profile-enroll)#exit
Router(config)#crypto pki authenticate TP
% Enrollment profile EP does not say how: 'authentication {terminal | url URL}'
Router(config)#crypto pki enroll TP
% EST is spoken over HTTPS alone: https://HOST[:PORT]/.well-known/est[/LABEL]
Router(config)#no crypto pki profile enrollment test
% Enrollment profile test does not exist
Router(config)#no crypto pki profile enrollment EP
Router(config)#crypto pki enroll TP
% Enrollment profile EP does not exist
Router(config)#crypto pki profile enrollment EP
Router(ca-profile-enroll)#method-est
Router(ca-profile-enroll)#method-cmp
Router(ca-profile-enroll)#authentication terminal
Router(ca-profile-enroll)#enrollment url http://127.0.0.1:1/cmp
Router(ca-profile-enroll)#exit
Router(config)#do show crypto pki trustpoints TP
Trustpoint TP:
    Enrollment profile: EP
    CMP URL: http://127.0.0.1:1/cmp
    No certificate: not authenticated, not enrolled


Router(config)#do show running-config | section profile
 enrollment profile EP
crypto pki profile enrollment EP
 authentication terminal
 enrollment url http://127.0.0.1:1/cmp
 method-cmp
Router(config)#crypto pki trustpoint TP
Router(ca-trustpoint)#enrollment url http://127.0.0.1:1
Router(ca-trustpoint)#enrollment protocol ?
  cmp   CMP (RFC 4210, RFC 9483)
  est   EST (RFC 7030)
  scep  SCEP (RFC 8894)

Router(ca-trustpoint)#enrollment protocol cmp
Router(ca-trustpoint)#enrollment cmp reference edge
Router(ca-trustpoint)#enrollment cmp pkcs10
Router(ca-trustpoint)#exit
Router(config)#do show running-config | section trustpoint
crypto pki trustpoint TP
 enrollment url http://127.0.0.1:1
 enrollment protocol cmp
 enrollment cmp reference edge
 enrollment cmp pkcs10
 revocation-check none
Router(config)#crypto pki authenticate TP
% The certificate of the CA is to be pasted: without 'enrollment cmp reference' and 'password' nothing vouches for what the server says of its CA

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

< quit

% Error in saving certificate: status = FAIL
% there is no certificate in the text

Router(config)#end
