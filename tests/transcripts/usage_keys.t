# A trustpoint with a key pair for each use: two requests by one dialog.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#crypto key generate rsa usage-keys label two modulus 1024
The name for the keys will be: two

% The key modulus size is 1024 bits
% Generating 1024 bit RSA keys, keys will be non-exportable...
[OK] (elapsed time was {N} seconds)

% Generating 1024 bit RSA keys, keys will be non-exportable...
[OK] (elapsed time was {N} seconds)

Router(config)#crypto pki trustpoint tp
Router(ca-trustpoint)#enrollment terminal
Router(ca-trustpoint)#serial-number none
Router(ca-trustpoint)#ip-address none
Router(ca-trustpoint)#fqdn none
Router(ca-trustpoint)#subject-name cn=edge.example.com,o=Example
Router(ca-trustpoint)#revocation-check none
Router(ca-trustpoint)#rsakeypair two
Router(ca-trustpoint)#exit
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

Router(config)#crypto pki enroll tp
% Start certificate enrollment .. 

% The subject name in the certificate will include: cn=edge.example.com,o=Example
% The fully-qualified domain name will not be included in the certificate
Display Certificate Request to terminal? [yes/no]: yes
Signature key certificate request -
Certificate Request follows:

{LINES}

---End - This line not part of the certificate request---

Redisplay enrollment request? [yes/no]: no
Encryption key certificate request -
Certificate Request follows:

{LINES}

---End - This line not part of the certificate request---

Redisplay enrollment request? [yes/no]: no

# one that is for neither pair is refused, and both still wait
Router(config)#crypto pki import tp certificate

Enter the base 64 encoded certificate.
End with a blank line or the word "quit" on a line by itself

<< foreign.pem
< quit

% Failed to parse or verify imported certificate
% the certificate is not for our key two: it was made from another request, or for another box

Router(config)#do show crypto pki certificates tp | include Pending|Key Usage
   Status: Pending
   Key Usage: Signature
   Status: Pending
   Key Usage: Encryption
# over the network the first one alone, and that is said
Router(config)#crypto pki trustpoint tp
Router(ca-trustpoint)#enrollment url http://127.0.0.1:1
Router(ca-trustpoint)#password a-secret
Router(ca-trustpoint)#exit
Router(config)#crypto pki enroll tp
% Trustpoint tp already has a certificate request pending.
% Generating a new CSR overwrites the existing CSR.
Do you want to continue? [yes/no]: no
# both go
Router(config)#no crypto pki enroll tp
% Cancelling enrollment...
Router(config)#no crypto pki enroll tp
% No enrollment session is currently active for trustpoint tp.
Router(config)#do show crypto pki certificates tp | include Pending
Router(config)#crypto pki enroll tp
% Over the network the signature key pair is enrolled alone: 'enrollment terminal' enrolls both
%
% Start certificate enrollment .. 
% The subject name in the certificate will include: cn=edge.example.com,o=Example
% The fully-qualified domain name will not be included in the certificate
Request certificate from CA? [yes/no]: no
Router(config)#end
