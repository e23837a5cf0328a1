# What show says of trustpoints, certificates and key pairs.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#ip domain name example.com
edge1(config)#crypto key generate rsa label trunk modulus 1024 exportable
The name for the keys will be: trunk

% The key modulus size is 1024 bits
% Generating 1024 bit RSA keys, keys will be exportable...
[OK] (elapsed time was {N} seconds)

edge1(config)#crypto pki trustpoint tp
edge1(ca-trustpoint)#enrollment terminal
edge1(ca-trustpoint)#subject-name cn=edge1.example.com,o=Example
edge1(ca-trustpoint)#subject-alt-name sip.example.com,edge1.example.com
edge1(ca-trustpoint)#eku request server-auth ssh-server
edge1(ca-trustpoint)#serial-number none
edge1(ca-trustpoint)#ip-address none
edge1(ca-trustpoint)#rsakeypair trunk
edge1(ca-trustpoint)#hash sha384
edge1(ca-trustpoint)#exit
edge1(config)#do show crypto pki trustpoints
Trustpoint tp:
    No certificate: not authenticated, not enrolled


edge1(config)#crypto pki authenticate tp

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< pki/root.pem
< quit

Certificate has the following attributes:
       Fingerprint MD5: 89C96EF0 CFFAC686 0923F369 8B5EEBF2 
      Fingerprint SHA1: 1C929E0A B87B1998 182CC1E4 664146AD 4FAED801 
    Fingerprint SHA256: 9C230C57 662800EF B3BE8829 7EC7D566 6863269C 08B02E79 A7CC394C 5BFE1148 

% Do you accept this certificate? [yes/no]: yes
Trustpoint CA certificate accepted.
% Certificate successfully imported

edge1(config)#crypto pki enroll tp
% Start certificate enrollment .. 

% The subject name in the certificate will include: cn=edge1.example.com,o=Example
% The subject name in the certificate will include: edge1.example.com
Display Certificate Request to terminal? [yes/no]: no

edge1(config)#do show crypto pki certificates
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
  Associated Trustpoints: tp 


Certificate
  Subject:
    Name: edge1.example.com
   Status: Pending
   Key Usage: General Purpose
   Certificate Request Fingerprint MD5: {HEX}
   Certificate Request Fingerprint SHA1: {HEX}
   Associated Trustpoint: tp 
edge1(config)#do show crypto pki trustpoints status tp
Trustpoint tp:
  Issuing CA certificate configured:
    Subject Name:
     cn=Bundle Root CA,o=Bundle
    Fingerprint MD5: 89C96EF0 CFFAC686 0923F369 8B5EEBF2 
    Fingerprint SHA1: 1C929E0A B87B1998 182CC1E4 664146AD 4FAED801 
  Last enrollment status: Pending
  State:
    Keys generated ............. Yes (General Purpose, exportable)
    Issuing CA authenticated ....... Yes
    Certificate request(s) ..... Pending


edge1(config)#crypto pki import edge pem terminal password cisco12345
% Enter PEM-formatted CA certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/sub.pem
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/leaf.key
< quit
% Enter PEM-formatted General Purpose certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/leaf.pem
< quit
% PEM files import succeeded.

edge1(config)#do show crypto pki certificates edge
Certificate
  Status: Available
  Certificate Serial Number (hex): 2002
  Certificate Usage: General Purpose
  Issuer: 
    cn=Bundle Issuing CA
    o=Bundle
  Subject:
    Name: edge9.example.com
    cn=edge9.example.com
    o=Bundle
  Validity Date: 
    start date: 00:00:00 UTC Jan 1 2020
    end   date: 00:00:00 UTC Jan 1 2120
  Associated Trustpoints: edge 

CA Certificate
  Status: Available
  Certificate Serial Number (hex): 1001
  Certificate Usage: Signature
  Issuer: 
    cn=Bundle Root CA
    o=Bundle
  Subject: 
    cn=Bundle Issuing CA
    o=Bundle
  Validity Date: 
    start date: 00:00:00 UTC Jan 1 2020
    end   date: 00:00:00 UTC Jan 1 2120
  Associated Trustpoints: edge 
edge1(config)#do show crypto pki certificates verbose edge
Certificate
  Status: Available
  Version: 3
  Certificate Serial Number (hex): 2002
  Certificate Usage: General Purpose
  Issuer: 
    cn=Bundle Issuing CA
    o=Bundle
  Subject:
    Name: edge9.example.com
    cn=edge9.example.com
    o=Bundle
  Validity Date: 
    start date: 00:00:00 UTC Jan 1 2020
    end   date: 00:00:00 UTC Jan 1 2120
  Subject Key Info:
    Public Key Algorithm: ecEncryption
    EC Public Key:  (256 bit)
  Signature Algorithm: SHA256 with ECDSA
  Fingerprint MD5: 7283C3C8 4BDA5209 FDFC7B3B E1A3802E 
  Fingerprint SHA1: E46DCF75 52ABD799 4E5DA8C4 18DB4E11 0203A69D 
  Fingerprint SHA256: 19F9E58B 1B99AB06 41871D3B EE6F4D6A 130F3134 C89F1E8B B0FE05F2 81846E16 
  X509v3 extensions:
    X509v3 Key Usage: 88000000
      Digital Signature
      Key Agreement
    X509v3 Subject Key ID: B311DEB7 95DADE73 E2E57151 C74E88BB 05CC3AB7 
    X509v3 Basic Constraints:
        CA: FALSE
    X509v3 Subject Alternative Name:
        edge9.example.com
        OtherNames :
    X509v3 Authority Key ID: 89D8747A C6079C55 5A7CC169 CE88AB15 FA135DC8 
    Authority Info Access:
    Extended Key Usage:
        Server Auth
        Client Auth
  Associated Trustpoints: edge 
  Key Label: edge
  Key storage device: private config

CA Certificate
  Status: Available
  Version: 3
  Certificate Serial Number (hex): 1001
  Certificate Usage: Signature
  Issuer: 
    cn=Bundle Root CA
    o=Bundle
  Subject: 
    cn=Bundle Issuing CA
    o=Bundle
  Validity Date: 
    start date: 00:00:00 UTC Jan 1 2020
    end   date: 00:00:00 UTC Jan 1 2120
  Subject Key Info:
    Public Key Algorithm: ecEncryption
    EC Public Key:  (256 bit)
  Signature Algorithm: SHA256 with ECDSA
  Fingerprint MD5: 3E9E2D4D 023E42DB F1865BDB D4135158 
  Fingerprint SHA1: 310715A2 90BC3758 F08945B1 E68B4ADB B920B4F1 
  Fingerprint SHA256: 35D53FB0 6D4EDA4A 4DF8E62C 6BF18022 AD76CA67 72220534 FFA022FC 0285B516 
  X509v3 extensions:
    X509v3 Key Usage: 06000000
      Key Cert Sign
      CRL Signature
    X509v3 Subject Key ID: 89D8747A C6079C55 5A7CC169 CE88AB15 FA135DC8 
    X509v3 Basic Constraints:
        CA: TRUE
    X509v3 Authority Key ID: B21F2F45 8D4E97FE 174CF2A2 FAA116C1 B3F64F3D 
    Authority Info Access:
  Associated Trustpoints: edge 
edge1(config)#crypto pki cert validate edge
Chain has 3 certificates
Certificate chain for edge is valid
edge1(config)#crypto pki cert validate tp
Chain has 1 certificate
Certificate chain for tp is valid
edge1(config)#crypto pki cert validate nobody
% Certificate Authority (trustpoint) nobody is unknown
edge1(config)#do show crypto pki certificates pem edge
------Trustpoint: edge------
% CA certificate:
-----BEGIN CERTIFICATE-----
MIIBrDCCAVKgAwIBAgICEAEwCgYIKoZIzj0EAwIwKjEPMA0GA1UECgwGQnVuZGxl
MRcwFQYDVQQDDA5CdW5kbGUgUm9vdCBDQTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIw
MDEwMTAwMDAwMFowLTEPMA0GA1UECgwGQnVuZGxlMRowGAYDVQQDDBFCdW5kbGUg
SXNzdWluZyBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHz0nMSF8dZilBKE
Fcfchwyp8KAhU0mBaUQWW64ep3+6HGPwGI8jvpLDUrnjiTXTgI4S+pqfjs3DGtsW
WB+ObxmjYzBhMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMB0GA1Ud
DgQWBBSJ2HR6xgecVVp8wWnOiKsV+hNdyDAfBgNVHSMEGDAWgBSyHy9FjU6X/hdM
8qL6oRbBs/ZPPTAKBggqhkjOPQQDAgNIADBFAiEAqjTLhe6FSMa/gf9zfVardMwt
VbnqOeKXAqLDTtxSXk8CIFKuftotRDmL1XOOmXJF21fE70YpUJwwcQy9XnQhPgVD
-----END CERTIFICATE-----

% General Purpose Certificate:
-----BEGIN CERTIFICATE-----
MIIB5TCCAYugAwIBAgICIAIwCgYIKoZIzj0EAwIwLTEPMA0GA1UECgwGQnVuZGxl
MRowGAYDVQQDDBFCdW5kbGUgSXNzdWluZyBDQTAgFw0yMDAxMDEwMDAwMDBaGA8y
MTIwMDEwMTAwMDAwMFowLTEPMA0GA1UECgwGQnVuZGxlMRowGAYDVQQDDBFlZGdl
OS5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABN6tERusELa3
ELT05Ta2FRJ09hnMoeEduCOJ125i9uchPRAZcnZr5vrWEUf4cOD3S5NY2SIQ1Laj
uwNWK0D3I+GjgZgwgZUwCQYDVR0TBAIwADALBgNVHQ8EBAMCA4gwHQYDVR0lBBYw
FAYIKwYBBQUHAwEGCCsGAQUFBwMCMBwGA1UdEQQVMBOCEWVkZ2U5LmV4YW1wbGUu
Y29tMB0GA1UdDgQWBBSzEd63ldrec+LlcVHHToi7Bcw6tzAfBgNVHSMEGDAWgBSJ
2HR6xgecVVp8wWnOiKsV+hNdyDAKBggqhkjOPQQDAgNIADBFAiBKsTOzRT5TrZYu
Qmf4cXMtuxOF9Cj6qM9ib+Z7DyE+rgIhANive6kiRSQt7IUi+y2N6zeH1uJaO9XB
o1xU4BbxvELn
-----END CERTIFICATE-----

edge1(config)#do show crypto pki trustpoints edge
Trustpoint edge:
    Subject Name:
    cn=Bundle Issuing CA
    o=Bundle
          Serial Number (hex): 1001
    Certificate configured.


edge1(config)#do show crypto pki trustpoints status
Trustpoint tp:
  Issuing CA certificate configured:
    Subject Name:
     cn=Bundle Root CA,o=Bundle
    Fingerprint MD5: 89C96EF0 CFFAC686 0923F369 8B5EEBF2 
    Fingerprint SHA1: 1C929E0A B87B1998 182CC1E4 664146AD 4FAED801 
  Last enrollment status: Pending
  State:
    Keys generated ............. Yes (General Purpose, exportable)
    Issuing CA authenticated ....... Yes
    Certificate request(s) ..... Pending


Trustpoint edge:
  Issuing CA certificate configured:
    Subject Name:
     cn=Bundle Issuing CA,o=Bundle
    Fingerprint MD5: 3E9E2D4D 023E42DB F1865BDB D4135158 
    Fingerprint SHA1: 310715A2 90BC3758 F08945B1 E68B4ADB B920B4F1 
  Router General Purpose certificate configured:
    Subject Name:
     cn=edge9.example.com,o=Bundle
    Fingerprint MD5: 7283C3C8 4BDA5209 FDFC7B3B E1A3802E 
    Fingerprint SHA1: E46DCF75 52ABD799 4E5DA8C4 18DB4E11 0203A69D 
  Last enrollment status: Granted
  State:
    Keys generated ............. Yes (General Purpose, non-exportable)
    Issuing CA authenticated ....... Yes
    Certificate request(s) ..... Yes


edge1(config)#do show crypto pki timers
Expiry Alert Timers
|{N}d{TIME}
  |{N}d{TIME}  ID(edge)
  |{N}d{TIME}  CA(edge)
  |{N}d{TIME}  CA(tp)
edge1(config)#do show crypto pki timers detail
Expiry Alert Timers
|{N}d{TIME}  (2120-01-01T00:00:00Z)
  |{N}d{TIME}  (2120-01-01T00:00:00Z) ID(edge)
  |{N}d{TIME}  (2120-01-01T00:00:00Z) CA(edge)
  |{N}d{TIME}  (2120-01-01T00:00:00Z) CA(tp)
edge1(config)#do show crypto pki certificates storage
Certificates will be stored in nvram:
edge1(config)#do show crypto pki certificates nobody
% Trustpoint policy nobody does not exist
edge1(config)#do write memory
Building configuration...
[OK]
edge1(config)#do show crypto ca certificates edge | include Storage
  Storage: nvram:BundleIssuin#2002.cer
  Storage: nvram:BundleRootCA#1001CA.cer
edge1(config)#do show crypto key mypubkey all
% Key pair was generated at: {*}
Key name: edge
Key type: EC KEYS
 Storage Device: private-config
 Usage: Signature Key
 Key is not exportable.
 Key Data:
  30593013 06072A86 48CE3D02 0106082A 8648CE3D 03010703 420004DE AD111BAC 
  10B6B710 B4F4E536 B6151274 F619CCA1 E11DB823 89D76E62 F6E7213D 10197276 
  6BE6FAD6 1147F870 E0F74B93 58D92210 D4B6A3BB 03562B40 F723E1
% Key pair was generated at: {*}
Key name: trunk
Key type: RSA KEYS
 Storage Device: private-config
 Usage: General Purpose Key
 Key is exportable.
 Key Data:
{LINES}
edge1(config)#no crypto pki trustpoint tp
% Removing an enrolled trustpoint will destroy all certificates
 received from the related Certificate Authority.

Are you sure you want to do this? [yes/no]: yes
% Be sure to ask the CA administrator to revoke your certificates.
% No enrollment sessions are currently active.

edge1(config)#do show crypto pki certificates tp
% Trustpoint policy tp does not exist
edge1(config)#crypto pki cert validate edge
% Peers have to know cn=Bundle Root CA: it is in no trustpoint here
Chain has 2 certificates
Certificate chain for edge is valid
edge1(config)#crypto key zeroize ec edge
% Keys to be removed are named 'edge'.
% All router certs issued using these keys will also be removed.
Do you really want to remove these keys? [yes/no]: yes
edge1(config)#crypto pki cert validate edge
% Peers have to know cn=Bundle Root CA: it is in no trustpoint here
Chain has 1 certificate
Certificate chain for edge is valid
edge1(config)#no crypto pki certificate chain edge
This will remove all certificates for trustpoint edge
Are you sure you want to do this? [yes/no]: no
edge1(config)#no crypto pki certificate chain edge
This will remove all certificates for trustpoint edge
Are you sure you want to do this? [yes/no]: yes
edge1(config)#crypto pki cert validate edge
% Trustpoint edge has no certificates
edge1(config)#do show crypto pki trustpoints
Trustpoint edge:
    Key pair edge does not exist
    No certificate: not authenticated, not enrolled


