Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#crypto pki trustpoint TP
edge1(ca-trustpoint)#revocation-check none
edge1(ca-trustpoint)#enrollment url ftp://192.0.2.5/ca
edge1(ca-trustpoint)#exit
edge1(config)#crypto pki authenticate TP
% Invalid enrollment URL: http://HOST[:PORT][/PATH] is SCEP, https://HOST[:PORT]/.well-known/est is EST
edge1(config)#crypto pki enroll TP
% Invalid enrollment URL: http://HOST[:PORT][/PATH] is SCEP, https://HOST[:PORT]/.well-known/est is EST
edge1(config)#crypto pki trustpoint TP
edge1(ca-trustpoint)#enrollment url https://192.0.2.5/scep
edge1(ca-trustpoint)#exit
edge1(config)#crypto pki authenticate TP
% The enrollment URL is not one of EST: https://HOST[:PORT]/.well-known/est[/LABEL]
edge1(config)#crypto pki trustpoint TP
edge1(ca-trustpoint)#enrollment url http://127.0.0.1:1
edge1(ca-trustpoint)#enrollment retry period 5
edge1(ca-trustpoint)#enrollment retry count 20
edge1(ca-trustpoint)#enrollment http username edge password a-secret
edge1(ca-trustpoint)#auto-enroll 70 regenerate
edge1(ca-trustpoint)#exit
edge1(config)#no crypto pki enroll TP
% No enrollment session is currently active for trustpoint TP.
edge1(config)#end
edge1#show crypto pki timers
edge1#show crypto pki trustpoints TP
Trustpoint TP:
    SCEP URL: http://127.0.0.1:1
    No certificate: not authenticated, not enrolled


edge1#show running-config | section trustpoint
crypto pki trustpoint TP
 enrollment retry count 20
 enrollment retry period 5
 enrollment url http://127.0.0.1:1
 enrollment http username edge password 0 a-secret
 revocation-check none
 auto-enroll 70 regenerate
edge1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#crypto pki trustpoint TP
edge1(ca-trustpoint)#enrollment terminal pem
edge1(ca-trustpoint)#do show running-config | include enrollment
 enrollment terminal pem
 enrollment retry count 20
 enrollment retry period 5
 enrollment http username edge password 0 a-secret
edge1(ca-trustpoint)#enrollment url http://192.0.2.5
edge1(ca-trustpoint)#do show running-config | include enrollment
 enrollment retry count 20
 enrollment retry period 5
 enrollment url http://192.0.2.5:80
 enrollment http username edge password 0 a-secret
edge1(ca-trustpoint)#end
