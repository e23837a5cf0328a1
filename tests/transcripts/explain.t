# Certificates that explain themselves: what is sent, who uses it, what ends when, and what a handshake would say.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#crypto pki import edge pkcs12 terminal password cisco12345

Enter the base 64 encoded pkcs12.
End with a blank line or the word "quit" on a line by itself:

<< pki/old.p12.b64
< quit
% Do you also want to create trustpoints for CAs higher in
% the hierarchy? [yes/no]: yes
CRYPTO_PKI: Imported PKCS12 file successfully.

edge1(config)#crypto pki trustpoint edge
edge1(ca-trustpoint)#revocation-check none
edge1(ca-trustpoint)#crypto pki trustpoint peers
edge1(ca-trustpoint)#enrollment terminal
edge1(ca-trustpoint)#revocation-check none
edge1(ca-trustpoint)#dial-peer voice 100 voip
edge1(config-dial-peer)#session protocol sipv2
edge1(config-dial-peer)#session target ipv4:192.0.2.20
edge1(config-dial-peer)#session transport tcp tls
edge1(config-dial-peer)#destination-pattern 1...
edge1(config-dial-peer)#sip-ua
edge1(config-sip-ua)#crypto signaling default trustpoint edge
edge1(config-sip-ua)#end
edge1#show crypto pki chain
Trustpoint edge:
  CN=edge9.example.com (serial 2002)
     sent, our certificate, valid to 00:00:00 UTC Jan 1 2120
    +- CN=Bundle Issuing CA (serial 1001)
       sent, intermediate CA, valid to 00:00:00 UTC Jan 1 2120
      +- CN=Bundle Root CA (serial 1000)
         not sent: the peer has to hold it, valid to 00:00:00 UTC Jan 1 2120

Trustpoint edge-rrr1:
  no certificate of ours: nothing is sent, its CA vouches for peers

Trustpoint peers:
  no certificate of ours: nothing is sent, its CA vouches for peers

edge1#show crypto pki chain nobody
% Trustpoint nobody does not exist
edge1#show crypto pki usage
Trustpoint edge:
  as client  dial-peers 100
  as server  all TLS peers

Trustpoint edge-rrr1:
  nothing uses it now

Trustpoint peers:
  nothing uses it now

edge1#show crypto pki expiry
   Days  Ends                      Certificate
  {N}  00:00:00 UTC Jan 1 2120   CN=Bundle Issuing CA (serial 1001), CA of trustpoint edge
  {N}  00:00:00 UTC Jan 1 2120   CN=Bundle Root CA (serial 1000), CA of trustpoint edge-rrr1
  {N}  00:00:00 UTC Jan 1 2120   CN=edge9.example.com (serial 2002), trustpoint edge
                                   then stops dial-peers 100
edge1#crypto pki validate edge
Trustpoint edge: CN=edge9.example.com (serial 2002)
  Key pair edge: good, it is the certificate's
  Chain: complete, 2 certificates are sent
  As server, where we are called: good: it leads to trustpoint edge
  As client, where we call: good: it leads to trustpoint edge
edge1#crypto pki validate edge as server name edge9.example.com at 2030-01-01
Trustpoint edge: CN=edge9.example.com (serial 2002)
  Key pair edge: good, it is the certificate's
  Chain: complete, 2 certificates are sent
  As server, where we are called: good: it leads to trustpoint edge, and is for edge9.example.com
edge1#crypto pki validate edge as client name other.example.com
Trustpoint edge: CN=edge9.example.com (serial 2002)
  Key pair edge: good, it is the certificate's
  Chain: complete, 2 certificates are sent
  As client, where we call: REFUSED: our certificate CN=edge9.example.com (serial 2002) is for edge9.example.com, and not for other.example.com, which was called: configure the right name, or have the certificate reissued
% The certificate of edge will not do
edge1#crypto pki validate edge at never
% never is no date: YYYY-MM-DD
edge1#crypto pki validate peers
% Trustpoint peers has no certificate of ours
edge1#crypto pki what-if remove edge
Without trustpoint edge:
  dial-peer 100: it calls with the certificate of edge
edge1#crypto pki what-if remove nobody
% Trustpoint nobody does not exist
edge1#crypto pki what-if peer-chain as client
Enter the certificates of the peer.
End with the word "quit" on a line by itself

<< pki/leaf.pem
< quit
If it calls us: good: it leads to trustpoint edge
edge1#crypto pki what-if peer-chain as server peer 192.0.2.20 name 192.0.2.20
Enter the certificates of the peer.
End with the word "quit" on a line by itself

<< pki/leaf.pem
<< pki/sub.pem
< quit
If we call it: REFUSED: the peer's certificate CN=edge9.example.com (serial 2002) is for edge9.example.com, and not for 192.0.2.20, which was called: configure the right name, or have the certificate reissued
% The peer will be refused
edge1#crypto pki what-if peer-chain
Enter the certificates of the peer.
End with the word "quit" on a line by itself

< nothing
< quit
% this is not a certificate
edge1#show sip-ua tls handshake-failures
TLS client handshake failures : 0
TLS server handshake failures : 0
Kept : 0, newest first

edge1#show crypto pki rollover
No identity was changed since the box came up
edge1#crypto pki rollover back
% No identity was changed since the box came up
edge1#show crypto pki crls

Parsed CRL cache current size is 0 bytes
Parsed CRL cache maximum size is 536870912 bytes
edge1#show crypto pki counters
PKI Sessions Started: 2
PKI Sessions Ended: 2
PKI Sessions Active: 0
Successful Validations: 1
Failed Validations: 1
Bypassed Validations: 0
Pending Validations: 0
CRLs checked: 0
CRL - fetch attempts: 0
CRL - failed attempts: 0
CRL - rejected busy fetching: 0
AAA authorizations: 0
edge1#show crypto pki sessions
Asks for    Since     Of                                Server
Active sessions: 0
edge1#crypto pki crl request edge
% The CRL could not be fetched: the certificate names no CRL distribution point
edge1#test sip-ua tls nowhere
% nowhere is no address: A.B.C.D or A.B.C.D:PORT
edge1#test sip-ua tls 192.0.2.1 profile 9
% The handshake failed:
  voice class tls-profile 9 is not configured
