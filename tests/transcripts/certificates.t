# Dialogs about certificates that end badly, and the subordinate CA.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#crypto pki authenticate nobody
% Certificate Authority (trustpoint) nobody is unknown
Router(config)#crypto pki trustpoint tp
Router(ca-trustpoint)#exit
Router(config)#crypto pki authenticate tp
% Trustpoint tp has no 'enrollment terminal': a certificate cannot be pasted into it.
Router(config)#crypto pki trustpoint tp
Router(ca-trustpoint)#enrollment terminal
Router(ca-trustpoint)#exit
# nothing at all
Router(config)#crypto pki authenticate tp

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

< quit

% Error in saving certificate: status = FAIL
% there is no certificate in the text

# not base 64
Router(config)#crypto pki authenticate tp

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

< -----BEGIN CERTIFICATE-----
< this is not base 64!
< -----END CERTIFICATE-----
< quit

% Error in saving certificate: status = FAIL
% the base 64 text is broken in line 2

# base 64, but no certificate
Router(config)#crypto pki authenticate tp

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

< -----BEGIN CERTIFICATE-----
< AAAA
< -----END CERTIFICATE-----
< quit

% Error in saving certificate: status = FAIL
% this is not a certificate

# a private key: refused, and not repeated
Router(config)#crypto pki authenticate tp

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< pasted.key
< quit

% Error in saving certificate: status = FAIL
% this is a private key, not a certificate: it was not kept

# looked at, and not accepted
Router(config)#crypto pki authenticate tp

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< sub.pem
< quit

Trustpoint 'tp' is a subordinate CA and holds a non self signed cert
Certificate has the following attributes:
       Fingerprint MD5: 84850CB9 E72ED3D3 B106E677 275D5BA5 
      Fingerprint SHA1: 3F1C4816 B120E9F4 98FD192E 7662C5EF D2D87322 
    Fingerprint SHA256: C238FB4C 8168A5B3 F0428DF9 E8EDB2C4 7DBC5ACC 96180DC9 54498033 0D84C957 

% Do you accept this certificate? [yes/no]: perhaps
% Please answer 'yes' or 'no'.
% Do you accept this certificate? [yes/no]: no
% Certificate not accepted: nothing has changed
Router(config)#do show running-config | include certificate
# accepted; once is enough
Router(config)#crypto pki authenticate tp

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< sub.pem
< quit

Trustpoint 'tp' is a subordinate CA and holds a non self signed cert
Certificate has the following attributes:
       Fingerprint MD5: 84850CB9 E72ED3D3 B106E677 275D5BA5 
      Fingerprint SHA1: 3F1C4816 B120E9F4 98FD192E 7662C5EF D2D87322 
    Fingerprint SHA256: C238FB4C 8168A5B3 F0428DF9 E8EDB2C4 7DBC5ACC 96180DC9 54498033 0D84C957 

% Do you accept this certificate? [yes/no]: y
Trustpoint CA certificate accepted.
% Certificate successfully imported

Router(config)#crypto pki authenticate tp
% Please delete your existing CA certificate first.
% You must use 'no crypto pki trustpoint <trustpoint-name>' to delete the CA certificate.
# not for our key, whatever our key is
Router(config)#crypto key generate rsa label tp modulus 1024
The name for the keys will be: tp

% The key modulus size is 1024 bits
% Generating 1024 bit RSA keys, keys will be non-exportable...
[OK] (elapsed time was {N} seconds)

Router(config)#crypto pki import tp certificate

Enter the base 64 encoded certificate.
End with a blank line or the word "quit" on a line by itself

<< foreign.pem
< quit

% Failed to parse or verify imported certificate
% the certificate is not for our key tp: it was made from another request, or for another box

Router(config)#crypto pki import nobody certificate
% Certificate Authority (trustpoint) nobody is unknown
Router(config)#crypto pki export tp pem terminal
% The specified trustpoint is not enrolled (tp).
% Only export the CA certificate in PEM format.
% CA certificate:
-----BEGIN CERTIFICATE-----
MIIDNzCCAh+gAwIBAgIDAJB7MA0GCSqGSIb3DQEBCwUAMCkxFTATBgNVBAMMDFRl
c3QgUm9vdCBDQTEQMA4GA1UECgwHRXhhbXBsZTAgFw0yMDAxMDEwMDAwMDBaGA8y
MTIwMDEwMTAwMDAwMFowLDEYMBYGA1UEAwwPVGVzdCBJc3N1aW5nIENBMRAwDgYD
VQQKDAdFeGFtcGxlMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxdRT
peVz4hrDo759HyVvs/6Qi8y2zf0J9qNgF2D/Iu1kvKRsevu2LBQzZ9HwtZXGgYPo
qNTGLfLdTeKTNzHuBquTHiFDeAQxKrRFTy4dmcy6SEeLzipeUKCldP9OPhq8VNkY
9kQOTLk6Lb0T3G7RUHGU+HDKv5RBva9NH7Je2A4GGSzy+msXoN+qUoRWbXp4EZYh
saoUfxVsfub8ioxUwcHRlHMxG0JsrJ3Ft2pxRiDnXLNYuNHkw3CPK52qEEV43tkK
gZ5V6Xwy286f2+tLl8iUmZy9tuAk7N+rg9JKgKm1gtcPfHcAF775bdeNoOOYEMal
nALg3EVrJM32W1ZhQwIDAQABo2MwYTAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB
/wQEAwIBBjAdBgNVHQ4EFgQU/5brQ9fGBa3oVvOpFXCQJpUFV1kwHwYDVR0jBBgw
FoAUhBdvQ6FXiu0kDOCsQeocLgcQOjswDQYJKoZIhvcNAQELBQADggEBADWaKKMg
cYrm8Db/ONIrXgX/0INJOr0htXjiDG6w7BxIubpUveiK9IvjQMOuqmERHQNVvVEu
APGkiEs1IugdKuzRTY0bLCCFRyCHBvioebc2lgfqrhwhxopBdw5A5ef2E7H3B7Jz
YZuqw05g1R9ti4eCIFjdy+IaGNxoHm7TCJVP5Sgfr9AsZ0hRRQZhlfq1kvSmr3Ed
K8GayFqrynpvUxAnPThYU4+MVI9eLVwcnb2eevjOX6KDvtKEf0rVxgq9GWZGu5tB
11AYCGrHtR1QDE+hZRzX1PSqLfSnuAoOKkJUrXgE0NfIGYxIBFf2izY98qHLA/hF
ua8oIxHpYUshX0I=
-----END CERTIFICATE-----

Router(config)#crypto pki export nobody pem terminal
% Certificate Authority (trustpoint) nobody is unknown
Router(config)#do show running-config | section certificate chain
crypto pki certificate chain tp
 certificate ca 00907B
  30820337 3082021F A0030201 02020300 907B300D 06092A86 4886F70D 01010B05 
  00302931 15301306 03550403 0C0C5465 73742052 6F6F7420 43413110 300E0603 
  55040A0C 07457861 6D706C65 3020170D 32303031 30313030 30303030 5A180F32 
  31323030 31303130 30303030 305A302C 31183016 06035504 030C0F54 65737420 
  49737375 696E6720 43413110 300E0603 55040A0C 07457861 6D706C65 30820122 
  300D0609 2A864886 F70D0101 01050003 82010F00 3082010A 02820101 00C5D453 
  A5E573E2 1AC3A3BE 7D1F256F B3FE908B CCB6CDFD 09F6A360 1760FF22 ED64BCA4 
  6C7AFBB6 2C143367 D1F0B595 C68183E8 A8D4C62D F2DD4DE2 933731EE 06AB931E 
  21437804 312AB445 4F2E1D99 CCBA4847 8BCE2A5E 50A0A574 FF4E3E1A BC54D918 
  F6440E4C B93A2DBD 13DC6ED1 507194F8 70CABF94 41BDAF4D 1FB25ED8 0E06192C 
  F2FA6B17 A0DFAA52 84566D7A 78119621 B1AA147F 156C7EE6 FC8A8C54 C1C1D194 
  73311B42 6CAC9DC5 B76A7146 20E75CB3 58B8D1E4 C3708F2B 9DAA1045 78DED90A 
  819E55E9 7C32DBCE 9FDBEB4B 97C89499 9CBDB6E0 24ECDFAB 83D24A80 A9B582D7 
  0F7C7700 17BEF96D D78DA0E3 9810C6A5 9C02E0DC 456B24CD F65B5661 43020301 
  0001A363 3061300F 0603551D 130101FF 04053003 0101FF30 0E060355 1D0F0101 
  FF040403 02010630 1D060355 1D0E0416 0414FF96 EB43D7C6 05ADE856 F3A91570 
  90269505 5759301F 0603551D 23041830 16801484 176F43A1 578AED24 0CE0AC41 
  EA1C2E07 103A3B30 0D06092A 864886F7 0D01010B 05000382 01010035 9A28A320 
  718AE6F0 36FF38D2 2B5E05FF D083493A BD21B578 E20C6EB0 EC1C48B9 BA54BDE8 
  8AF48BE3 40C3AEAA 61111D03 55BD512E 00F1A488 4B3522E8 1D2AECD1 4D8D1B2C 
  20854720 8706F8A8 79B73696 07EAAE1C 21C68A41 770E40E5 E7F613B1 F707B273 
  619BAAC3 4E60D51F 6D8B8782 2058DDCB E21A18DC 681E6ED3 08954FE5 281FAFD0 
  2C674851 45066195 FAB592F4 A6AF711D 2BC19AC8 5AABCA7A 6F531027 3D385853 
  8F8C548F 5E2D5C1C 9DBD9E7A F8CE5FA2 83BED284 7F4AD5C6 0ABD1966 46BB9B41 
  D7501808 6AC7B51D 500C4FA1 651CD7D4 F4AA2DF4 A7B80A0E 2A4254AD 7804D0D7 
  C8198C48 0457F68B 363DF2A1 CB03F845 B9AF2823 11E9614B 215F42
  	quit
Router(config)#no crypto pki trustpoint tp
% Removing an enrolled trustpoint will destroy all certificates
 received from the related Certificate Authority.

Are you sure you want to do this? [yes/no]: no
Router(config)#do show running-config | count certificate ca
Number of lines which match regexp = 1
Router(config)#no crypto pki trustpoint tp
% Removing an enrolled trustpoint will destroy all certificates
 received from the related Certificate Authority.

Are you sure you want to do this? [yes/no]: yes
% Be sure to ask the CA administrator to revoke your certificates.
% No enrollment sessions are currently active.

Router(config)#do show running-config | count certificate ca
Number of lines which match regexp = 0
Router(config)#no crypto pki trustpoint tp
% Can't find policy tp
# one certificate of a chain; lines of another box
Router(config)#crypto pki certificate chain other
Router(config-cert-chain)#certificate ca 01 nvram:CiscoLicensi#1CA.cer
% nvram:CiscoLicensi#1CA.cer is a file of the box that this line comes from: its 'show running-config' has the certificate
Router(config-cert-chain)#certificate 0094EC nvram:ExampleIssui#94EC.cer
% nvram:ExampleIssui#94EC.cer is a file of the box that this line comes from: its 'show running-config' has the certificate
Router(config-cert-chain)#certificate ra-sign 02
Enter the certificate in hexidecimal representation....
< 3082
< quit
% a certificate of that kind is not kept here
Router(config-cert-chain)#certificate ca 03
Enter the certificate in hexidecimal representation....
< 30 82 zz
< quit
% the text is not hexadecimal
Router(config-cert-chain)#no certificate ca 1001
Router(config-cert-chain)#exit
Router(config)#crypto pki trustpoint other
Router(ca-trustpoint)#enrollment terminal
Router(ca-trustpoint)#exit
Router(config)#crypto pki authenticate other

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< pki/sub.pem
< quit

Trustpoint 'other' is a subordinate CA and holds a non self signed cert
Certificate has the following attributes:
       Fingerprint MD5: 3E9E2D4D 023E42DB F1865BDB D4135158 
      Fingerprint SHA1: 310715A2 90BC3758 F08945B1 E68B4ADB B920B4F1 
    Fingerprint SHA256: 35D53FB0 6D4EDA4A 4DF8E62C 6BF18022 AD76CA67 72220534 FFA022FC 0285B516 

% Do you accept this certificate? [yes/no]: yes
Trustpoint CA certificate accepted.
% Certificate successfully imported

Router(config)#crypto pki certificate chain other
Router(config-cert-chain)#no certificate ca 1001
Router(config-cert-chain)#exit
Router(config)#do show running-config | include certificate ca
