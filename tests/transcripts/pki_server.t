# crypto pki server: the mode, the first start, requests, grants, revocation, and the end.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#crypto pki server ?
  WORD  Its name

edge1(config)#crypto pki server CA
edge1(cs-server)#?
cs-server configuration commands:
  auto-rollover  A new CA certificate before the old one ends
  cdp-url        Where the revocation list is
  database       Database
  default        Set a command to its defaults
  do             To run exec commands in config mode
  eku            Extended key usage of what is issued
  end            Exit to privileged EXEC mode
  exit           Exit from this configuration mode
  grant          Which requests are granted
  hash           Hash of signatures, sha256 by itself
  issuer-name    Issuer name
  keylength      Size of the key that is made
  lifetime       How long is valid
  mode           Part of a hierarchy
  no             Negate a command or set its defaults
  redundancy     Kept in step with a standby box
  serial-number  First serial number
  show           What is configured
  shutdown       Shutdown the server

edge1(cs-server)#database level ?
  complete  Every certificate too
  minimum   Only what is needed to go on
  names     Serial numbers and subjects too

edge1(cs-server)#do show crypto pki server
Certificate Server CA:
    Status: disabled
    State: disabled
    Server's configuration is unlocked  (enter "no shut" to lock it)
    Issuer name: CN=CA
    Granting mode is: manual
    Current primary storage dir: nvram:
    Database Level: Minimum - no cert data written to storage
edge1(cs-server)#database level complete
edge1(cs-server)#issuer-name cn=edge-ca,o=Example
edge1(cs-server)#lifetime certificate 30 12
edge1(cs-server)#lifetime crl 0 30
edge1(cs-server)#cdp-url http://192.0.2.1/CA.crl
edge1(cs-server)#eku server-auth client-auth
edge1(cs-server)#serial-number 0x10
edge1(cs-server)#serial-number many
                               ^
% Invalid input detected at '^' marker.

edge1(cs-server)#database url flash:
% A database of flash: has a directory of its own
edge1(cs-server)#database url flash:../keys
% A database of flash: has a directory of its own
edge1(cs-server)#do show running-config | section pki server
crypto pki server CA
 database level complete
 issuer-name cn=edge-ca,o=Example
 lifetime crl 0 30
 lifetime certificate 30 12
 serial-number 0x10
 cdp-url http://192.0.2.1/CA.crl
 eku server-auth client-auth
 shutdown
# nothing was typed: nothing happens
edge1(cs-server)#no shutdown
%Some server settings cannot be changed after CA certificate generation.
% Please enter a passphrase to protect the private key
% or type Return to exit
Password: 

edge1(cs-server)#do show crypto key mypubkey all
# too short, not the same, then well
edge1(cs-server)#no shutdown
%Some server settings cannot be changed after CA certificate generation.
% Please enter a passphrase to protect the private key
% or type Return to exit
Password: short

% The passphrase must have at least 8 characters.
Password: passphrase

Re-enter password: passphrases

% Passwords do not match.
Password: passphrase

Re-enter password: passphrase

% Generating 2048 bit RSA keys, keys will be non-exportable...
[OK] (elapsed time was {N} seconds)

% Certificate Server enabled.
edge1(cs-server)#do show crypto pki server
Certificate Server CA:
    Status: enabled
    State: enabled
    Server's configuration is locked  (enter "shut" to unlock it)
    Issuer name: cn=edge-ca,o=Example
    CA cert fingerprint: {HEX}
    Granting mode is: manual
    Last certificate issued serial number (hex): 10
    CA certificate expiration timer: {TIME} UTC {*}
    CRL NextUpdate timer: {TIME} UTC {*}
    Current primary storage dir: nvram:
    Database Level: Complete - all issued certs written as <serialnum>.cer
edge1(cs-server)#show
 database level complete
 issuer-name cn=edge-ca,o=Example
 no grant auto rollover ca-cert
 no grant auto rollover ra-cert
 lifetime crl 0 30
 lifetime certificate 30 12
 lifetime ca-certificate 1095
 lifetime enrollment-request 168
 serial-number 0x10
 cdp-url http://192.0.2.1/CA.crl
 keylength 2048
 eku server-auth client-auth
 no redundancy
 no shutdown
edge1(cs-server)#no shutdown
Certificate server 'no shut' event has been queued for processing.
# what works is not changed
edge1(cs-server)#hash sha512
% Server is enabled. It must be shutdown before changes can be made.
edge1(cs-server)#lifetime certificate 30 12
edge1(cs-server)#exit
edge1(config)#do show running-config | section trustpoint|server
crypto pki trustpoint CA
 revocation-check crl
 rsakeypair CA
crypto pki server CA
 database level complete
 issuer-name cn=edge-ca,o=Example
 lifetime crl 0 30
 lifetime certificate 30 12
 serial-number 0x10
 cdp-url http://192.0.2.1/CA.crl
 eku server-auth client-auth
edge1(config)#crypto pki export CA pem terminal
% The specified trustpoint is not enrolled (CA).
% Only export the CA certificate in PEM format.
% CA certificate:
-----BEGIN CERTIFICATE-----
{LINES}
-----END CERTIFICATE-----

edge1(config)#end
# a request, pasted
edge1#crypto pki server ?
  WORD  Its name

edge1#crypto pki server CA ?
  grant     Grant requests
  info      What there is
  password  A challenge of SCEP
  reject    Reject them
  remove    Forget them
  request   Take a request
  revoke    Revoke a certificate
  rollover  Make the CA certificate that follows
  start     No shutdown
  stop      Shutdown
  trim      Take certificates that have ended off the revocation list
  unrevoke  Take that back

edge1#crypto pki server CA request pkcs10 terminal
PKCS10 request in base64 or pem

% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.
% End with a blank line or "quit" on a line by itself.
<< edge2.csr
< quit
% Enrollment request pending, reqid=1
edge1#show crypto pki server CA requests
Enrollment Request Database:

Subordinate CA certificate requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------

RA certificate requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------

Router certificates requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------
1      pending    92AD05A323D1D640AEC38E4CF45CA4EE cn=edge2,o=Example

edge1#crypto pki server CA grant 7
% there is no request 7
edge1#crypto pki server CA grant 1
edge1#crypto pki server CA grant 1
% request 1 is granted already
edge1#crypto pki server CA info requests
Enrollment Request Database:

Subordinate CA certificate requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------

RA certificate requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------

Router certificates requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------
1      granted    92AD05A323D1D640AEC38E4CF45CA4EE cn=edge2,o=Example

edge1#crypto pki server CA request pkcs10 terminal pem
PKCS10 request in base64 or pem

% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.
% End with a blank line or "quit" on a line by itself.
<< edge2.csr
< quit
% Granted certificate:
-----BEGIN CERTIFICATE-----
{LINES}
-----END CERTIFICATE-----

edge1#show crypto pki server CA certificates
Serial Issued date              Expire date               Subject Name
10      {TIME} UTC {*} {TIME} UTC {*}  cn=edge-ca,o=Example
11      {TIME} UTC {*} {TIME} UTC {*}  cn=edge2,o=Example
edge1#show crypto pki server CA certificates 0x11
Certificate
  Status: Available
  Version: 3
  Certificate Serial Number (hex): 11
  Certificate Usage: General Purpose
  Issuer: 
    cn=edge-ca
    o=Example
  Subject:
    Name: edge2
    cn=edge2
    o=Example
  CRL Distribution Points: 
    http://192.0.2.1/CA.crl
  Validity Date: 
    start date: {TIME} UTC {*}
    end   date: {TIME} UTC {*}
  Subject Key Info:
    Public Key Algorithm: rsaEncryption
    RSA Public Key: (2048 bit)
  Signature Algorithm: SHA256 with RSA Encryption
  Fingerprint MD5: {HEX}
  Fingerprint SHA1: {HEX}
  Fingerprint SHA256: {HEX}
  X509v3 extensions:
    X509v3 Key Usage: A0000000
      Digital Signature
      Key Encipherment
    X509v3 Subject Key ID: {HEX}
    X509v3 Basic Constraints:
        CA: FALSE
    X509v3 Subject Alternative Name:
        edge2.example.com
        OtherNames :
    X509v3 Authority Key ID: {HEX}
    Authority Info Access:
    Extended Key Usage:
        Server Auth
        Client Auth
  Associated Trustpoints: CA 
edge1#show crypto pki server CA certificates 99
% no certificate of serial number 0x63 is kept (database level complete keeps them)
# what is no request
edge1#crypto pki server CA request pkcs10 terminal
PKCS10 request in base64 or pem

% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.
% End with a blank line or "quit" on a line by itself.
<< pasted.key
< quit
% this is a private key, not a certificate request: it was not kept
edge1#crypto pki server CA request pkcs10 terminal
PKCS10 request in base64 or pem

% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.
% End with a blank line or "quit" on a line by itself.
< quit
% there is no certificate request in the text
edge1#crypto pki server CA request pkcs10 flash:none.csr
%Error opening flash:none.csr (No such file or directory)
# revoked
edge1#show crypto pki server CA crl
Certificate Revocation List:
    Issuer: cn=edge-ca,o=Example
    This Update: {TIME} UTC {*}
    Next Update: {TIME} UTC {*}
    Number of CRL entries: 0
    CRL size: {N} bytes
edge1#crypto pki server CA revoke 0x11
% Certificate 11 succesfully revoked.
edge1#crypto pki server CA revoke 17
% certificate 0x11 is revoked already
edge1#crypto pki server CA revoke 0x10
% 0x10 is the certificate of the CA itself
edge1#crypto pki server CA revoke eleven
% 'eleven' is not a serial number: 0x1A, or 26.
edge1#crypto pki server CA info crl
Certificate Revocation List:
    Issuer: cn=edge-ca,o=Example
    This Update: {TIME} UTC {*}
    Next Update: {TIME} UTC {*}
    Number of CRL entries: 1
    CRL size: {N} bytes
    Serial Number (hex): 11
    Revocation Date: {TIME} UTC {*}
edge1#crypto pki server CA trim
% 0 entries of certificates that have ended were removed from the CRL.
edge1#show crypto pki timers
Expiry Alert Timers
|{*}
  |{*}  CA(CA)
CS Timers
|{*}
  |{*}  CS CRL UPDATE
  |{*}  CS CERT EXPIRE
edge1#crypto pki server CA unrevoke 0x11
% Certificate 11 succesfully unrevoked.
edge1#crypto pki server CA remove all
edge1#show crypto pki server CA requests
Enrollment Request Database:

Subordinate CA certificate requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------

RA certificate requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------

Router certificates requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------

# granted at once
edge1#crypto pki server CA stop
Certificate server 'shut' event has been queued for processing.
edge1#show crypto pki server CA
Certificate Server CA:
    Status: disabled
    State: disabled
    Server's configuration is unlocked  (enter "no shut" to lock it)
    Issuer name: cn=edge-ca,o=Example
    Granting mode is: manual
    Current primary storage dir: nvram:
    Database Level: Complete - all issued certs written as <serialnum>.cer
edge1#crypto pki server CA grant all
% Certificate server 'CA' is not enabled.
edge1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#crypto pki server CA
edge1(cs-server)#grant auto
edge1(cs-server)#no eku
edge1(cs-server)#end
edge1#crypto pki server CA start
Certificate server 'no shut' event has been queued for processing.
edge1#crypto pki server CA request pkcs10 terminal
PKCS10 request in base64 or pem

% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.
% End with a blank line or "quit" on a line by itself.
<< edge3.csr
< quit
% Granted certificate:
{LINES}

edge1#show crypto pki server CA
Certificate Server CA:
    Status: enabled
    State: enabled
    Server's configuration is locked  (enter "shut" to unlock it)
    Issuer name: cn=edge-ca,o=Example
    CA cert fingerprint: {HEX}
    Granting mode is: auto
    Last certificate issued serial number (hex): 12
    CA certificate expiration timer: {TIME} UTC {*}
    CRL NextUpdate timer: {TIME} UTC {*}
    Current primary storage dir: nvram:
    Database Level: Complete - all issued certs written as <serialnum>.cer
# what follows it: made, shown, taken back
edge1#crypto pki server CA rollover ?
  cancel   Take it back
  request  Let it sign a request
  <cr>     <cr>

edge1#crypto pki server CA rollover cancel
% there is no rollover certificate
edge1#crypto pki server CA stop
Certificate server 'shut' event has been queued for processing.
edge1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#crypto pki server CA
edge1(cs-server)#auto-rollover ?
  <0-1023>  Days before, 30
  <cr>      <cr>

edge1(cs-server)#auto-rollover 0 0 10
edge1(cs-server)#grant auto rollover ?
  ca-cert  Of a subordinate CA whose certificate is ours
  ra-cert  Of a registration authority whose certificate is ours

edge1(cs-server)#grant auto rollover ca-cert
edge1(cs-server)#grant auto rollover ra-cert
edge1(cs-server)#no shutdown
Certificate server 'no shut' event has been queued for processing.
edge1(cs-server)#no auto-rollover
% Server is enabled. It must be shutdown before changes can be made.
edge1(cs-server)#do show running-config | section pki server
crypto pki server CA
 database level complete
 issuer-name cn=edge-ca,o=Example
 grant auto
 grant auto rollover ca-cert
 grant auto rollover ra-cert
 lifetime crl 0 30
 lifetime certificate 30 12
 serial-number 0x10
 cdp-url http://192.0.2.1/CA.crl
 auto-rollover 0 0 10
edge1(cs-server)#end
edge1#show crypto pki server CA | include ollover
    Auto-Rollover configured, overlap period 0 days 0 hours 10 minutes
    Autorollover timer: {TIME} UTC {*}
edge1#crypto pki server CA rollover
edge1#crypto pki server CA rollover
% there is a rollover certificate already
edge1#show crypto pki server CA | include ollover
    Rollover status: available for rollover
    Rollover CA certificate fingerprint: {HEX}
    Rollover CA certificate expiration time: {TIME} UTC {*}
    Auto-Rollover configured, overlap period 0 days 0 hours 10 minutes
edge1#show crypto key mypubkey rsa | include name
Key name: CA
Key name: CA#
edge1#crypto pki server CA rollover request pkcs10 terminal
PKCS10 request in base64 or pem

% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.
% End with a blank line or "quit" on a line by itself.
<< edge3.csr
< quit
% Granted certificate:
{LINES}

edge1#crypto pki server CA revoke 0x13
% 0x13 is the certificate of the CA itself
edge1#crypto pki server CA rollover cancel
edge1#crypto pki server CA rollover request pkcs10 terminal
PKCS10 request in base64 or pem

% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.
% End with a blank line or "quit" on a line by itself.
<< edge3.csr
< quit
% there is no rollover certificate
edge1#show crypto pki server CA | include ollover
    Auto-Rollover configured, overlap period 0 days 0 hours 10 minutes
    Autorollover timer: {TIME} UTC {*}
edge1#crypto pki server CA password generate 10
Generated password: {HEX}
% It is valid for 10 minutes.
edge1#show logging | include PKI-
*{*}: %PKI-6-CS_ENABLED: Certificate server now enabled.
*{*}: %PKI-6-CS_DECISION: Certificate server CA: request 1 granted by con0
*{*}: %PKI-6-CS_DECISION: Certificate server CA: certificate 0x11 revoked by con0
*{*}: %PKI-6-CS_DECISION: Certificate server CA: certificate 0x11 unrevoked by con0
*{*}: %PKI-6-CS_DECISION: Certificate server CA: all requests removed by con0
*{*}: %PKI-6-CS_DISABLED: Certificate server now disabled.
*{*}: %PKI-6-CS_ENABLED: Certificate server now enabled.
*{*}: %PKI-6-CS_GRANT_AUTO: All enrollment requests will be automatically granted.
*{*}: %PKI-6-CS_DISABLED: Certificate server now disabled.
*{*}: %PKI-6-CS_ENABLED: Certificate server now enabled.
*{*}: %PKI-6-CS_GRANT_AUTO: All enrollment requests will be automatically granted.
*{*}: %PKI-6-CS_GRANT_AUTO_CACERT: All rollover subordinate CA cert requests will be automatically granted.
*{*}: %PKI-6-CS_GRANT_AUTO_RACERT: All rollover RA cert requests will be automatically granted.
*{*}: %PKI-6-CS_DECISION: Certificate server CA: rollover requested by con0
*{*}: %PKI-6-CS_ROLLOVER_AVAILABLE: Certificate server CA: the rollover CA certificate (serial number 13) is made: it is the CA from {*} on.
*{*}: %PKI-6-CS_DECISION: Certificate server CA: rollover cancelled by con0
# another one, and none of that name
edge1#show crypto pki server nobody
Certificate server 'nobody' is not known
edge1#crypto pki server nobody grant all
Certificate server 'nobody' is not known
edge1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#no crypto pki server nobody
Certificate server 'nobody' is not known
edge1(config)#crypto pki server .hidden
% The name of a server has 64 characters at most and begins with no dot
# below another one: what is missing, said before anything is made
edge1(config)#crypto pki server SUB
edge1(cs-server)#mode ?
  ra      Registration authority
  sub-cs  Below another CA

edge1(cs-server)#mode ra ?
  transparent  Of a CA that knows its authorities otherwise
  <cr>         <cr>

edge1(cs-server)#grant ?
  auto     All of them, at once
  none     None: every one is refused
  ra-auto  Those of a registration authority

edge1(cs-server)#mode sub-cs
edge1(cs-server)#no shutdown
% the CA above is not known: make 'crypto pki trustpoint SUB' with 'enrollment url' or 'enrollment terminal'
edge1(cs-server)#crypto pki trustpoint SUB
edge1(ca-trustpoint)#enrollment terminal
edge1(ca-trustpoint)#crypto pki server SUB
edge1(cs-server)#no shutdown
% the CA above is not authenticated: 'crypto pki authenticate SUB'
edge1(cs-server)#do show crypto pki server SUB
Certificate Server SUB:
    Status: disabled
    State: disabled
    Server's configuration is unlocked  (enter "no shut" to lock it)
    Issuer name: CN=SUB
    Server configured in subordinate server mode
    Granting mode is: manual
    Current primary storage dir: nvram:
    Database Level: Minimum - no cert data written to storage
edge1(cs-server)#mode ra transparent
edge1(cs-server)#no shutdown
% the CA above is not authenticated: 'crypto pki authenticate SUB'
edge1(cs-server)#mode ra
edge1(cs-server)#do show crypto pki server SUB
Certificate Server SUB:
    Status: disabled
    State: disabled
    Server's configuration is unlocked  (enter "no shut" to lock it)
    Issuer name: CN=SUB
    Server configured in RA mode
    Granting mode is: manual
    Current primary storage dir: nvram:
    Database Level: Minimum - no cert data written to storage
# copies elsewhere
edge1(cs-server)#database url ?
  WORD  nvram:, flash:DIRECTORY, or a server, to which copies go
  cnm   Names
  crl   Revocation list
  crt   Certificates
  p12   PKCS#12
  pem   PEM
  ser   Serial number

edge1(cs-server)#database url crl publish flash:pub
edge1(cs-server)#database url crt ftp://joe:secret@192.0.2.9/ca
edge1(cs-server)#database url ser ftp://192.0.2.9/ca username joe password 0 secret
edge1(cs-server)#database url ftp://joe:secret@192.0.2.9/all
edge1(cs-server)#do show crypto pki server SUB | include dir
    Current primary storage dir: ftp://192.0.2.9/all
    Current storage dir for .crt files: ftp://192.0.2.9/ca
    Current publish dir for .crl files: flash:pub
edge1(cs-server)#no database url crt
edge1(cs-server)#no database url ser
edge1(cs-server)#no database url
edge1(cs-server)#do show running-config | section server SUB
crypto pki server SUB
 database url crl publish flash:pub
 mode ra
 shutdown
edge1(cs-server)#exit
edge1(config)#no crypto pki server SUB
CA certificate, Keypair, CRL and database files will be deleted. Do you wish to continue? [yes/no]: yes
edge1(config)#no crypto pki server CA
CA certificate, Keypair, CRL and database files will be deleted. Do you wish to continue? [yes/no]: no
edge1(config)#do show crypto pki server CA | include Status
    Status: enabled
edge1(config)#no crypto pki server CA
CA certificate, Keypair, CRL and database files will be deleted. Do you wish to continue? [yes/no]: yes
edge1(config)#do show crypto pki server
edge1(config)#do show running-config | section pki
edge1(config)#do show crypto key mypubkey all
