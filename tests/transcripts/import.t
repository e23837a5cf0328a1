# Certificates and keys of others: PEM and PKCS#12, in and out; whole chains.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
# a chain in the wrong order: the CA nearest to the leaf
Router(config)#crypto pki trustpoint up
Router(ca-trustpoint)#enrollment terminal
Router(ca-trustpoint)#crypto pki trustpoint tp
Router(ca-trustpoint)#enrollment terminal
Router(ca-trustpoint)#chain-validation continue up
Router(ca-trustpoint)#exit
Router(config)#crypto pki authenticate tp

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< pki/shuffled.pem
< quit

% There are 3 certificates in the text; trustpoint tp takes cn=Bundle Issuing CA
Trustpoint 'tp' is a subordinate CA and holds a non self signed cert
Certificate has the following attributes:
       Fingerprint MD5: 3E9E2D4D 023E42DB F1865BDB D4135158 
      Fingerprint SHA1: 310715A2 90BC3758 F08945B1 E68B4ADB B920B4F1 
    Fingerprint SHA256: 35D53FB0 6D4EDA4A 4DF8E62C 6BF18022 AD76CA67 72220534 FFA022FC 0285B516 

% Do you accept this certificate? [yes/no]: yes
Trustpoint CA certificate accepted.
% The CA above it, cn=Bundle Root CA, was put into trustpoint up
% Not kept: cn=edge9.example.com, which is not a CA certificate
% Certificate successfully imported

Router(config)#crypto pki authenticate up
% Please delete your existing CA certificate first.
% You must use 'no crypto pki trustpoint <trustpoint-name>' to delete the CA certificate.
Router(config)#do show crypto pki trustpoints
Trustpoint up:
    Subject Name:
    cn=Bundle Root CA
    o=Bundle
          Serial Number (hex): 1000
    Certificate configured.


Trustpoint tp:
    Subject Name:
    cn=Bundle Issuing CA
    o=Bundle
          Serial Number (hex): 1001
    Certificate configured.


# the same without a trustpoint for what stands above
Router(config)#crypto ca trustpoint one
Router(ca-trustpoint)#enrollment terminal
Router(ca-trustpoint)#exit
Router(config)#crypto ca authenticate one

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< pki/chain.p7b
< quit

% There are 3 certificates in the text; trustpoint one takes cn=Bundle Issuing CA
Trustpoint 'one' is a subordinate CA and holds a non self signed cert
Certificate has the following attributes:
       Fingerprint MD5: 3E9E2D4D 023E42DB F1865BDB D4135158 
      Fingerprint SHA1: 310715A2 90BC3758 F08945B1 E68B4ADB B920B4F1 
    Fingerprint SHA256: 35D53FB0 6D4EDA4A 4DF8E62C 6BF18022 AD76CA67 72220534 FFA022FC 0285B516 

% Do you accept this certificate? [yes/no]: yes
Trustpoint CA certificate accepted.
% Not kept: cn=edge9.example.com, which is not a CA certificate
% Not kept: cn=Bundle Root CA, a CA certificate: it needs a trustpoint of its own
% Certificate successfully imported

# a fingerprint: no question when it is the right one, and it chooses
Router(config)#crypto pki trustpoint print
Router(ca-trustpoint)#enrollment terminal
Router(ca-trustpoint)#fingerprint 0123
% A fingerprint has 32 (MD5), 40 (SHA1) or 64 (SHA256) hexadecimal digits.
Router(ca-trustpoint)#fingerprint 1C929E0AB87B1998182CC1E4664146AD4FAED801
Router(ca-trustpoint)#exit
Router(config)#crypto pki authenticate print

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< pki/shuffled.pem
< quit

% There are 3 certificates in the text; trustpoint print takes cn=Bundle Root CA
Certificate has the following attributes:
       Fingerprint MD5: 89C96EF0 CFFAC686 0923F369 8B5EEBF2 
      Fingerprint SHA1: 1C929E0A B87B1998 182CC1E4 664146AD 4FAED801 
    Fingerprint SHA256: 9C230C57 662800EF B3BE8829 7EC7D566 6863269C 08B02E79 A7CC394C 5BFE1148 

Trustpoint Fingerprint: 1C929E0AB87B1998182CC1E4664146AD4FAED801
Certificate validated - fingerprints matched.
Trustpoint CA certificate accepted.
% Not kept: cn=edge9.example.com, which is not a CA certificate
% Not kept: cn=Bundle Issuing CA, a CA certificate: it needs a trustpoint of its own
% Certificate successfully imported

Router(config)#crypto pki trustpoint wrong
Router(ca-trustpoint)#enrollment terminal
Router(ca-trustpoint)#fingerprint 00000000 00000000 00000000 00000000
Router(ca-trustpoint)#exit
Router(config)#crypto pki authenticate wrong

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< pki/root.pem
< 

Certificate has the following attributes:
       Fingerprint MD5: 89C96EF0 CFFAC686 0923F369 8B5EEBF2 
      Fingerprint SHA1: 1C929E0A B87B1998 182CC1E4 664146AD 4FAED801 
    Fingerprint SHA256: 9C230C57 662800EF B3BE8829 7EC7D566 6863269C 08B02E79 A7CC394C 5BFE1148 

Trustpoint Fingerprint: 00000000 00000000 00000000 00000000
% Fingerprint mismatch: it is not the certificate that trustpoint wrong waits for
Trustpoint CA certificate is rejected. Abort.

# what is no certificate
Router(config)#crypto pki authenticate wrong

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< pki/leaf.csr
< 

% Error in saving certificate: status = FAIL
% this is a certificate request, not a certificate

Router(config)#crypto pki authenticate wrong

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< pki/leaf.pub
< 

% Error in saving certificate: status = FAIL
% this is a public key, not a certificate

Router(config)#crypto pki authenticate wrong

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< pki/root.crl
< 

% Error in saving certificate: status = FAIL
% this is a revocation list, not a certificate

Router(config)#crypto pki authenticate wrong

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< pki/leaf.p8
< quit

% Error in saving certificate: status = FAIL
% this is a private key, not a certificate: it was not kept

# three PEM pieces
Router(config)#crypto pki import edge pem terminal password cisco12345
% Enter PEM-formatted CA certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/ca-chain.pem
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/leaf.p8
< quit
% Enter PEM-formatted General Purpose certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/leaf.pem
< quit
% Do you also want to create trustpoints for CAs higher in
% the hierarchy? [yes/no]: no
% PEM files import succeeded.

Router(config)#crypto pki import edge pem terminal password cisco12345
% Trustpoint 'edge' is in use.
% Please delete it or use a different label.
Router(config)#do show crypto pki certificates edge
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
  Associated Trustpoints: edge tp one 
Router(config)#do show crypto key mypubkey all
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
# not exportable
Router(config)#crypto pki export edge pem terminal aes password cisco12345
% EC keypair edge is not exportable.
Router(config)#crypto pki export edge pkcs12 terminal password cisco12345
% EC keypair edge is not exportable.
Router(config)#crypto pki export edge pem terminal
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

# the wrong key, the wrong CA, the wrong passphrase: nothing is left of it
Router(config)#crypto pki import other pem terminal password cisco12345
% Enter PEM-formatted CA certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/sub.pem
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/rsa.enc
< quit
% Enter PEM-formatted General Purpose certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/leaf.pem
< quit
% PEM files import failed.
% the certificate is not the one of the private key
Router(config)#crypto pki import other pem terminal password cisco12345
% Enter PEM-formatted CA certificate.
% End with a blank line or "quit" on a line by itself.
<< root.pem
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/leaf.key
< quit
% Enter PEM-formatted General Purpose certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/leaf.pem
< quit
% PEM files import failed.
% the certificate was not issued by the CA of the CA certificate
Router(config)#crypto pki import other pem terminal password wrong-one
% Enter PEM-formatted CA certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/sub.pem
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/rsa.enc
< quit
% Enter PEM-formatted General Purpose certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/rsa.pem
< quit
% PEM files import failed.
% the passphrase does not open the private key
Router(config)#crypto pki import other pem terminal
% Enter PEM-formatted CA certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/sub.pem
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/rsa.enc
< quit
% Enter PEM-formatted General Purpose certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/rsa.pem
< quit
% PEM files import failed.
% the private key is encrypted, and no passphrase was given
Router(config)#do show crypto key mypubkey rsa
Router(config)#do show running-config | include trustpoint other
# an old key of RSA, encrypted in the old way
Router(config)#crypto pki import other pem terminal exportable cisco12345
% Enter PEM-formatted CA certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/sub.pem
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/rsa.enc
< quit
% Enter PEM-formatted General Purpose certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/rsa.pem
< quit
% PEM files import succeeded.
% our certificate CN=rsa9.example.com (serial 2003) has a key of 1024 bits, which is too weak: have it reissued, or allow it for that peer alone (compatibility rsa-1024, in a voice class tls-profile)

Router(config)#crypto pki export other pem terminal aes password short
% Passphrase is too short: it has 8 characters at least.
Router(config)#crypto pki export other pem terminal aes
% The private key is exported with a passphrase only: password PASSPHRASE
Router(config)#crypto pki export other pem terminal aes password cisco12345
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

% Key name: other
   Usage: General Purpose Key
-----BEGIN ENCRYPTED PRIVATE KEY-----
{LINES}
-----END ENCRYPTED PRIVATE KEY-----

% General Purpose Certificate:
-----BEGIN CERTIFICATE-----
MIICLDCCAdGgAwIBAgICIAMwCgYIKoZIzj0EAwIwLTEPMA0GA1UECgwGQnVuZGxl
MRowGAYDVQQDDBFCdW5kbGUgSXNzdWluZyBDQTAgFw0yMDAxMDEwMDAwMDBaGA8y
MTIwMDEwMTAwMDAwMFowLDEPMA0GA1UECgwGQnVuZGxlMRkwFwYDVQQDDBByc2E5
LmV4YW1wbGUuY29tMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDH7qTqzqGF
HpwCmG70fXhVL5HnlrQaH3PNtNp+qlHMP8dEQI6bbTDDUx4psY66gwgqkRFeMk26
c1IoYNDCovu8w4kbTJsqK1uLnM7uuu/Z7rc/g3SEde2azO8vVEoFFoPxeVePDFHY
5igXoLvxunQywgnMwMQ1GBtqy0/UoEjRDwIDAQABo4GYMIGVMAkGA1UdEwQCMAAw
CwYDVR0PBAQDAgOIMB0GA1UdJQQWMBQGCCsGAQUFBwMBBggrBgEFBQcDAjAcBgNV
HREEFTATghFlZGdlOS5leGFtcGxlLmNvbTAdBgNVHQ4EFgQUjyoSaViKH7hax/tC
oBNvFOEomFUwHwYDVR0jBBgwFoAUidh0esYHnFVafMFpzoirFfoTXcgwCgYIKoZI
zj0EAwIDSQAwRgIhAODP7hG43hUz0Ed5hiRNJdi48Fd0oNl2Q10JItiEkbaAAiEA
7F24LxA79mufUZARzPkUkVZfsm1vubQlUHPCIXZ6Jx8=
-----END CERTIFICATE-----

Router(config)#crypto pki export other pem url flash:other 3des password cisco12345
% Exporting CA certificate...
Destination filename [other.ca]? 
Writing file to flash:other.ca
% Exporting private key...
Destination filename [other.prv]? 
Writing file to flash:other.prv
% Exporting General Purpose Certificate...
Destination filename [other.crt]? 
Writing file to flash:other.crt
Router(config)#crypto pki import again pem url flash:other password cisco12345
% Importing CA certificate...
Source filename [other.ca]? 
Reading file from flash:other.ca
% Importing private key PEM file...
Source filename [other.prv]? 
Reading file from flash:other.prv
% Importing certificate PEM file...
Source filename [other.crt]? 
Reading file from flash:other.crt
% PEM files import succeeded.
% our certificate CN=rsa9.example.com (serial 2003) has a key of 1024 bits, which is too weak: have it reissued, or allow it for that peer alone (compatibility rsa-1024, in a voice class tls-profile)

# PKCS#12 by the terminal, with its hierarchy
Router(config)#crypto pki import p12 pkcs12 terminal password wrong-one

Enter the base 64 encoded pkcs12.
End with a blank line or the word "quit" on a line by itself:

<< pki/new.p12.b64
< quit
CRYPTO_PKI: Import PKCS12 operation failed, bad HMAC
Possible causes: bad password or corrupted PKCS12
% the passphrase does not open the PKCS#12
Router(config)#crypto pki import p12 pkcs12 terminal exportable password cisco12345

Enter the base 64 encoded pkcs12.
End with a blank line or the word "quit" on a line by itself:

<< pki/old.p12.b64
< quit
% Do you also want to create trustpoints for CAs higher in
% the hierarchy? [yes/no]: yes
CRYPTO_PKI: Imported PKCS12 file successfully.

Router(config)#crypto pki export p12 pkcs12 flash: password cisco12345
Destination filename [p12.p12]? 
Writing file to flash:p12.p12
CRYPTO_PKI: Exported PKCS12 file successfully.

Router(config)#crypto pki export p12 pkcs12 flash: password cisco12345
Destination filename [p12.p12]? 
% File 'p12.p12' already exists.
% Do you really want to overwrite it? [yes/no]: no
Router(config)#crypto pki import p13 pkcs12 flash:p12.p12 password cisco12345
% Importing pkcs12...
Source filename [p12.p12]? 
Reading file from flash:p12.p12
% Do you also want to create trustpoints for CAs higher in
% the hierarchy? [yes/no]: no
CRYPTO_PKI: Imported PKCS12 file successfully.

Router(config)#crypto pki import p14 pkcs12 flash:none.p12 password cisco12345
% Importing pkcs12...
Source filename [none.p12]? 
Reading file from flash:none.p12
%Error opening flash:none.p12 (No such file or directory)
Error: failed to open file.
Router(config)#crypto pki export p12 pkcs12 terminal password cisco12345
CRYPTO_PKI: Exported pkcs12 follows:

{LINES}

---End - This line not part of the pkcs12---

Router(config)#do show running-config | section crypto pki trustpoint
crypto pki trustpoint up
 enrollment terminal
 revocation-check crl
crypto pki trustpoint tp
 enrollment terminal
 chain-validation continue up
 revocation-check crl
crypto pki trustpoint one
 enrollment terminal
 revocation-check crl
crypto pki trustpoint print
 enrollment terminal
 fingerprint 1C929E0AB87B1998182CC1E4664146AD4FAED801
 revocation-check crl
crypto pki trustpoint wrong
 enrollment terminal
 fingerprint 00000000 00000000 00000000 00000000
 revocation-check crl
crypto pki trustpoint edge
 enrollment terminal
 revocation-check crl
 eckeypair edge
crypto pki trustpoint other
 enrollment terminal
 revocation-check crl
 rsakeypair other
crypto pki trustpoint again
 enrollment terminal
 revocation-check crl
 rsakeypair again
crypto pki trustpoint p12
 enrollment pkcs12
 revocation-check crl
 eckeypair p12
crypto pki trustpoint p12-rrr1
 enrollment pkcs12
 revocation-check crl
crypto pki trustpoint p13
 enrollment pkcs12
 revocation-check crl
 eckeypair p13
Router(config)#do show logging | include cisco12345|PRIVATE
