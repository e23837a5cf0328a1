# Key pairs, requests, the self-signed certificate.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#crypto key generate rsa
% Please define a hostname other than Router.
Router(config)#hostname edge1
edge1(config)#crypto key generate rsa
% Please define a domain-name first.
edge1(config)#ip domain name example.com
edge1(config)#crypto key generate rsa
The name for the keys will be: edge1.example.com
Choose the size of the key modulus in the range of 512 to 4096 for your
  General Purpose Keys. Choosing a key modulus greater than 512 may take
  a few minutes.

How many bits in the modulus [2048]: 100
% A decimal number between 512 and 4096.
How many bits in the modulus [2048]: many
% A decimal number between 512 and 4096.
How many bits in the modulus [2048]: 1024
% Generating 1024 bit RSA keys, keys will be non-exportable...
[OK] (elapsed time was {N} seconds)

edge1(config)#crypto key generate rsa
% You already have RSA keys defined named edge1.example.com.
% Do you really want to replace them? [yes/no]: no
edge1(config)#crypto key generate rsa general-keys modulus 1024
% You already have RSA keys defined named edge1.example.com.
% They will be replaced.

The name for the keys will be: edge1.example.com

% The key modulus size is 1024 bits
% Generating 1024 bit RSA keys, keys will be non-exportable...
[OK] (elapsed time was {N} seconds)

edge1(config)#crypto key generate rsa label trunk modulus 1024 exportable
The name for the keys will be: trunk

% The key modulus size is 1024 bits
% Generating 1024 bit RSA keys, keys will be exportable...
[OK] (elapsed time was {N} seconds)

edge1(config)#crypto key generate rsa label trunk modulus 100
                                                          ^
% Invalid input detected at '^' marker.

edge1(config)#crypto key generate ec keysize 384 label curve
The name for the keys will be: curve

edge1(config)#crypto key generate ec keysize 300 label curve
% The key size of an EC key is 256, 384 or 521.
edge1(config)#crypto key zeroize rsa nobody
% No RSA keys named nobody in the configuration.
edge1(config)#crypto key zeroize rsa trunk
% Keys to be removed are named 'trunk'.
% All router certs issued using these keys will also be removed.
Do you really want to remove these keys? [yes/no]: no
edge1(config)#crypto key zeroize rsa trunk
% Keys to be removed are named 'trunk'.
% All router certs issued using these keys will also be removed.
Do you really want to remove these keys? [yes/no]: yes
edge1(config)#crypto key zeroize rsa trunk
% No RSA keys named trunk in the configuration.
# a request needs the CA first, and a key
edge1(config)#crypto pki trustpoint tp
edge1(ca-trustpoint)#enrollment terminal pem
edge1(ca-trustpoint)#subject-name cn=edge1.example.com,o=Example
edge1(ca-trustpoint)#fqdn none
edge1(ca-trustpoint)#revocation-check none
edge1(ca-trustpoint)#rsakeypair trunk
edge1(ca-trustpoint)#exit
edge1(config)#crypto pki enroll nobody
% Certificate Authority (trustpoint) nobody is unknown
edge1(config)#crypto pki enroll tp
% Key pair trunk does not exist: 'crypto key generate rsa label trunk modulus 2048'
edge1(config)#crypto key generate rsa label trunk modulus 1024
The name for the keys will be: trunk

% The key modulus size is 1024 bits
% Generating 1024 bit RSA keys, keys will be non-exportable...
[OK] (elapsed time was {N} seconds)

edge1(config)#crypto pki enroll tp
% You must authenticate the Certificate Authority before you can enroll with it.
% Attempting authentication first.

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

< quit

% Error in saving certificate: status = FAIL
% there is no certificate in the text

edge1(config)#crypto pki authenticate tp

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< root.pem
< 

Certificate has the following attributes:
       Fingerprint MD5: F9F55704 FEC16BF1 840E1BDC 42719EBD 
      Fingerprint SHA1: 7BBD22A6 69AB7BEA 5F5F4745 9442A771 67EE489D 
    Fingerprint SHA256: AE1E690B 57C779B5 8ABB49B7 79C7240B 193F575A 00078E35 26CA71C1 7959E4C8 

% Do you accept this certificate? [yes/no]: yes
Trustpoint CA certificate accepted.
% Certificate successfully imported

edge1(config)#crypto pki enroll tp
% Start certificate enrollment .. 

% The subject name in the certificate will include: cn=edge1.example.com,o=Example
% The fully-qualified domain name will not be included in the certificate
% Include the router serial number in the subject name? [yes/no]: no
% Include an IP address in the subject name? [no]: 
Display Certificate Request to terminal? [yes/no]: yes
Certificate Request follows:

-----BEGIN CERTIFICATE REQUEST-----
{LINES}
-----END CERTIFICATE REQUEST-----

---End - This line not part of the certificate request---

Redisplay enrollment request? [yes/no]: no

edge1(config)#crypto pki enroll tp
% Trustpoint tp already has a certificate request pending.
% Generating a new CSR overwrites the existing CSR.
Do you want to continue? [yes/no]: no
edge1(config)#crypto pki enroll tp
% Trustpoint tp already has a certificate request pending.
% Generating a new CSR overwrites the existing CSR.
Do you want to continue? [yes/no]: yes
% Start certificate enrollment .. 

% The subject name in the certificate will include: cn=edge1.example.com,o=Example
% The fully-qualified domain name will not be included in the certificate
% Include the router serial number in the subject name? [yes/no]: yes
% The serial number in the certificate will be: PARAPET0001
% Include an IP address in the subject name? [no]: yes
Enter Interface name or IP Address[]: nowhere
% Bad interface or address. Try again.
Enter Interface name or IP Address[]: 192.0.2.1
Display Certificate Request to terminal? [yes/no]: no

edge1(config)#no crypto pki enroll tp
% Cancelling enrollment...
edge1(config)#no crypto pki enroll tp
% No enrollment session is currently active for trustpoint tp.
# self-signed
edge1(config)#crypto pki trustpoint self
edge1(ca-trustpoint)#enrollment selfsigned
edge1(ca-trustpoint)#subject-name cn=edge1
edge1(ca-trustpoint)#revocation-check none
edge1(ca-trustpoint)#rsakeypair own 1024
edge1(ca-trustpoint)#exit
edge1(config)#crypto pki enroll self
% Generating 1024 bit RSA keys, keys will be non-exportable...
Generate Self Signed Router Certificate? [yes/no]: yes

Router Self Signed Certificate successfully created

edge1(config)#crypto pki export self pem terminal
% Self-signed CA certificate:
-----BEGIN CERTIFICATE-----
{LINES}
-----END CERTIFICATE-----

% General Purpose Certificate:
-----BEGIN CERTIFICATE-----
{LINES}
-----END CERTIFICATE-----

edge1(config)#crypto pki enroll self
Trustpoint self has already enrolled and has a router cert issued to it.
If you successfully re-enroll this trustpoint,the existing certificate will be replaced.

Do you want to continue with re-enrollment? [yes/no]: no
edge1(config)#do show running-config | include PRIVATE|key
 rsakeypair trunk
 rsakeypair own 1024
edge1(config)#crypto key zeroize rsa
% All keys will be removed.
% All router certs issued using these keys will also be removed.
Do you really want to remove these keys? [yes/no]: yes
# with the key went the certificate
edge1(config)#do show running-config | include chain self
edge1(config)#crypto key generate ec keysize 256 label curved
The name for the keys will be: curved

edge1(config)#crypto key zeroize rsa curved
% No RSA keys named curved in the configuration.
# an address by its interface; a device that holds no keys; nothing but EC
edge1(config)#interface Loopback1
edge1(config-if)#ip address 192.0.2.9 255.255.255.255
edge1(config-if)#exit
edge1(config)#crypto key generate rsa label far storage usbtoken0: modulus 1024
% usbtoken0: cannot hold key pairs: they are kept in nvram:
edge1(config)#crypto pki trustpoint tp
edge1(ca-trustpoint)#ip-address lo1
edge1(ca-trustpoint)#serial-number none
edge1(ca-trustpoint)#eckeypair missing
edge1(ca-trustpoint)#exit
edge1(config)#crypto pki enroll tp
% Key pair missing does not exist: 'crypto key generate ec keysize 256 label missing'
edge1(config)#crypto pki trustpoint tp
edge1(ca-trustpoint)#eckeypair curved
edge1(ca-trustpoint)#exit
edge1(config)#crypto pki enroll tp
% Start certificate enrollment .. 

% The subject name in the certificate will include: cn=edge1.example.com,o=Example
% The fully-qualified domain name will not be included in the certificate
% The IP address in the certificate is 192.0.2.9

Display Certificate Request to terminal? [yes/no]: no

