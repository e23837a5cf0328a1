# The bundle of CA certificates, certificate maps, and lines that are only kept.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#crypto pki trustpool import terminal
% Enter PEM-formatted CA certificate.
% End with "quit" on a line by itself.
<< pki/shuffled.pem
< quit
% PEM files import succeeded.
% CA certificates added: 2, in the pool: 2
Router(config)#crypto pki trustpool import terminal
% Enter PEM-formatted CA certificate.
% End with "quit" on a line by itself.
<< root.pem
<< pki/root.pem
< quit
% PEM files import succeeded.
% CA certificates added: 1, in the pool: 3
Router(config)#crypto pki trustpool import terminal
% Enter PEM-formatted CA certificate.
% End with "quit" on a line by itself.
< not a certificate
< quit
% No certificates imported from terminal.
% this is not a certificate
Router(config)#crypto pki trustpool import ca-bundle
% No bundle is configured: 'crypto pki trustpool policy', 'cabundle url URL'.
Router(config)#crypto pki trustpool policy
Router(ca-trustpool)#cabundle url flash:bundle.pem
Router(ca-trustpool)#revocation-check none
Router(ca-trustpool)#chain-validation continue
Router(ca-trustpool)#exit
Router(config)#crypto pki trustpool import ca-bundle
Source filename [bundle.pem]? 
Reading file from flash:bundle.pem
%Error opening flash:bundle.pem (No such file or directory)
Error: failed to open file.
Router(config)#do show crypto pki trustpool policy
Trustpool Policy

  Chain validation will continue to the root
  Trustpool CA certificates will expire when their certificates do
  They vouch for a peer where no trustpoint does, and client-vtp names none
  Certificate matching is disabled
  Revocation is checked by none
  Policy Overrides: 
    CA bundle: flash:bundle.pem
Router(config)#do show crypto pki trustpool | count Associated Trustpoints: Trustpool
Number of lines which match regexp = 3
Router(config)#crypto pki trustpool import clean terminal
% Enter PEM-formatted CA certificate.
% End with "quit" on a line by itself.
<< pki/root.pem
< quit
% PEM files import succeeded.
% CA certificates added: 1, in the pool: 1
Router(config)#do show crypto pki trustpool verbose
CA Certificate
  Status: Available
  Version: 3
  Certificate Serial Number (hex): 1000
  Certificate Usage: Signature
  Issuer: 
    cn=Bundle Root CA
    o=Bundle
  Subject: 
    cn=Bundle Root CA
    o=Bundle
  Validity Date: 
    start date: 00:00:00 UTC Jan 1 2020
    end   date: 00:00:00 UTC Jan 1 2120
  Subject Key Info:
    Public Key Algorithm: ecEncryption
    EC Public Key:  (256 bit)
  Signature Algorithm: SHA256 with ECDSA
  Fingerprint MD5: 89C96EF0 CFFAC686 0923F369 8B5EEBF2 
  Fingerprint SHA1: 1C929E0A B87B1998 182CC1E4 664146AD 4FAED801 
  Fingerprint SHA256: 9C230C57 662800EF B3BE8829 7EC7D566 6863269C 08B02E79 A7CC394C 5BFE1148 
  X509v3 extensions:
    X509v3 Key Usage: 06000000
      Key Cert Sign
      CRL Signature
    X509v3 Subject Key ID: B21F2F45 8D4E97FE 174CF2A2 FAA116C1 B3F64F3D 
    X509v3 Basic Constraints:
        CA: TRUE
    Authority Info Access:
  Associated Trustpoints: Trustpool 
  Trustpool: Downloaded
Router(config)#do show crypto pki trustpool
CA Certificate
  Status: Available
  Certificate Serial Number (hex): 1000
  Certificate Usage: Signature
  Issuer: 
    cn=Bundle Root CA
    o=Bundle
  Subject: 
    cn=Bundle Root CA
    o=Bundle
  Validity Date: 
    start date: 00:00:00 UTC Jan 1 2020
    end   date: 00:00:00 UTC Jan 1 2120
  Associated Trustpoints: Trustpool 
  Trustpool: Downloaded
Router(config)#crypto pki trustpool clean
Router(config)#do show crypto pki trustpool
# maps
Router(config)#crypto pki certificate map peers 10
Router(ca-certificate-map)#subject-name co o=Example, Inc.
Router(ca-certificate-map)#issuer-name eq cn=Bundle Issuing CA
Router(ca-certificate-map)#expires-on ge May 30 12:00:00 2027 UTC
Router(ca-certificate-map)#no subject-name co o=Example, Inc.
Router(ca-certificate-map)#crypto ca certificate map peers 20
Router(ca-certificate-map)#alt-subject-name nc test
Router(ca-certificate-map)#subject-name is x
                                        ^
% Invalid input detected at '^' marker.

Router(ca-certificate-map)#crypto ca trustpoint tp
Router(ca-trustpoint)#enrollment url http://192.0.2.5:80 pem vrf Mgmt
Router(ca-trustpoint)#enrollment retry count 5
Router(ca-trustpoint)#enrollment retry period 2
Router(ca-trustpoint)#enrollment mode ra
Router(ca-trustpoint)#usage ssl-client ssl-server
Router(ca-trustpoint)#password 7 070C285F4D06
Router(ca-trustpoint)#match certificate peers skip revocation-check
Router(ca-trustpoint)#match certificate elsewhere override cdp url http://pki.example.com/ca.crl
Router(ca-trustpoint)#match certificate asked override ocsp url http://ocsp.example.com/
Router(ca-trustpoint)#match certificate asked override ocsp
% Incomplete command.

Router(ca-trustpoint)#crl cache extend 120
Router(ca-trustpoint)#match eku server-auth
Router(ca-trustpoint)#crl optional
Router(ca-trustpoint)#ocsp url http://192.0.2.6
Router(ca-trustpoint)#source interface gi0/0
Router(ca-trustpoint)#auto-enroll 70 regenerate
Router(ca-trustpoint)#default ocsp url
Router(ca-trustpoint)#primary
Router(ca-trustpoint)#exit
Router(config)#crypto pki profile enrollment ep
Router(ca-profile-enroll)#authentication terminal
Router(ca-profile-enroll)#enrollment url http://192.0.2.5
Router(ca-profile-enroll)#exit
Router(config)#crypto pki token default removal timeout 0
Router(config)#crypto ca certificate storage nvram:
Router(config)#crypto pki certificate query
Router(config)#crypto pki authenticate tp
% Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0
% interface GigabitEthernet0/0, the source interface, has no address

Router(config)#crypto pki enroll tp
% Key pair tp does not exist: 'crypto key generate rsa label tp modulus 2048'
Router(config)#do show running-config | section crypto
crypto pki trustpoint tp
 enrollment mode ra
 enrollment retry count 5
 enrollment retry period 2
 enrollment url http://192.0.2.5:80 pem vrf Mgmt
 usage ssl-client ssl-server
 password 7 070C285F4D06
 revocation-check crl none
 crl cache extend 120
 source interface GigabitEthernet0/0
 match certificate peers skip revocation-check
 match certificate elsewhere override cdp url http://pki.example.com/ca.crl
 match certificate asked override ocsp url http://ocsp.example.com/
 match eku server-auth
 auto-enroll 70 regenerate
 primary
crypto pki profile enrollment ep
 authentication terminal
 enrollment url http://192.0.2.5
crypto pki trustpool policy
 cabundle url flash:bundle.pem
 chain-validation continue
 revocation-check none
crypto pki certificate query
crypto pki certificate storage nvram:
crypto pki token default removal timeout 0
crypto pki certificate map peers 10
 issuer-name eq cn=Bundle Issuing CA
 expires-on ge May 30 12:00:00 2027 UTC
crypto pki certificate map peers 20
 alt-subject-name nc test
