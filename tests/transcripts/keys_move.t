# Key pairs for one use each, from and to other machines, and at rest.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#crypto key generate rsa usage-keys label two modulus 1024
The name for the keys will be: two

% The key modulus size is 1024 bits
% Generating 1024 bit RSA keys, keys will be non-exportable...
[OK] (elapsed time was {N} seconds)

% Generating 1024 bit RSA keys, keys will be non-exportable...
[OK] (elapsed time was {N} seconds)

Router(config)#crypto key generate rsa signature label sign
The name for the keys will be: sign
Choose the size of the key modulus in the range of 512 to 4096 for your
  Signature Keys. Choosing a key modulus greater than 512 may take
  a few minutes.

How many bits in the modulus [2048]: 1024
% Generating 1024 bit RSA keys, keys will be non-exportable...
[OK] (elapsed time was {N} seconds)

Router(config)#do show crypto key mypubkey rsa two
% Key pair was generated at: {*}
Key name: two
Key type: RSA KEYS
 Storage Device: private-config
 Usage: Signature Key
 Key is not exportable.
 Key Data:
{LINES}
% Key pair was generated at: {*}
Key name: two
Key type: RSA KEYS
 Storage Device: private-config
 Usage: Encryption Key
 Key is not exportable.
 Key Data:
{LINES}
Router(config)#crypto key zeroize rsa two
% Keys to be removed are named 'two'.
% All router certs issued using these keys will also be removed.
Do you really want to remove these keys? [yes/no]: yes
Router(config)#do show crypto key mypubkey rsa two
# out, and in again
Router(config)#crypto key generate ec keysize 256 label out exportable
The name for the keys will be: out

Router(config)#crypto key export ec out pem terminal aes cisco12345
% Key name: out
   Usage: General Purpose Key
   Key data:
-----BEGIN PUBLIC KEY-----
{LINES}
-----END PUBLIC KEY-----
-----BEGIN ENCRYPTED PRIVATE KEY-----
{LINES}
-----END ENCRYPTED PRIVATE KEY-----

Router(config)#crypto key export rsa out pem terminal aes cisco12345
% RSA keypair out not found.
Router(config)#crypto key export rsa sign pem terminal aes cisco12345
% RSA keypair sign is not exportable.
Router(config)#crypto key export ec out pem url flash: 3des cisco12345
% Key name: out
   Usage: General Purpose Key
Destination filename [out.pub]? 
Writing file to flash:out.pub
Destination filename [out.prv]? 
Writing file to flash:out.prv
Router(config)#crypto key import ec in url flash:out wrong-one
% Importing public key or certificate PEM file...
Source filename [out.pub]? 
Reading file from flash:out.pub
% Importing private key PEM file...
Source filename [out.prv]? 
Reading file from flash:out.prv
% Key pair import failed.
% the passphrase does not open the private key
Router(config)#crypto key import ec in url flash:out exportable cisco12345
% Importing public key or certificate PEM file...
Source filename [out.pub]? 
Reading file from flash:out.pub
% Importing private key PEM file...
Source filename [out.prv]? 
Reading file from flash:out.prv
% Key pair import succeeded.

Router(config)#crypto key move rsa in non-exportable
% RSA keypair in not found.
Router(config)#crypto key import rsa old pem terminal cisco12345
% Enter PEM-formatted public General Purpose key or certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/leaf.pub
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/rsa.old8
< quit
% Key pair import failed.
% the public key is not the one of the private key
Router(config)#crypto key import rsa old pem terminal cisco12345
% Enter PEM-formatted public General Purpose key or certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/rsa.pem
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/rsa.old8
< quit
% Key pair import succeeded.

Router(config)#crypto key import rsa old pem terminal cisco12345
% You already have RSA keys defined named old.
% Do you really want to replace them? [yes/no]: no
Router(config)#crypto key import rsa new pem terminal cisco12345
% Enter PEM-formatted public General Purpose key or certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/leaf.pem
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/rsa.enc
< quit
% Key pair import failed.
% the public key is not the one of the private key
Router(config)#crypto key import rsa new pem terminal cisco12345
% Enter PEM-formatted public General Purpose key or certificate.
% End with a blank line or "quit" on a line by itself.
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/leaf.p8
< quit
% Key pair import failed.
% it is an EC key
Router(config)#crypto key zeroize pubkey-chain
% There are no public keys of peers in this box.
# at rest
Router(config)#password encryption aes
% There is no master key yet: 'key config-key password-encrypt' sets one
Router(config)#key config-key password-encrypt
New key: short
% Password length should be at least 8 characters.
Router(config)#key config-key password-encrypt
New key: master-of-keys
Confirm key: master-of-locks
% The two keys are not the same: nothing was changed.
Router(config)#key config-key password-encrypt
New key: master-of-keys
Confirm key: master-of-keys
Router(config)#key config-key password-encrypt
Old key: who-knows
New key: master-of-locks
Confirm key: master-of-locks
% The old master key is another one: nothing was changed.
Router(config)#key config-key password-encrypt
Old key: master-of-keys
New key: master-of-locks
Confirm key: master-of-locks
Router(config)#do show running-config | include master|password encryption
password encryption aes
Router(config)#do show logging | include master-of
Router(config)#no password encryption aes
Router(config)#password encryption aes
Router(config)#no key config-key password-encrypt
WARNING: The private keys in NVRAM will be stored without encryption.
Continue with master key deletion ? [yes/no]: no
Router(config)#no key config-key password-encrypt
WARNING: The private keys in NVRAM will be stored without encryption.
Continue with master key deletion ? [yes/no]: yes
Router(config)#no key config-key password-encrypt
% No master key is set.
Router(config)#key config-key password-encrypt master-of-keys
# a passphrase of its own
Router(config)#crypto pki import edge pem terminal exportable password cisco12345
% Enter PEM-formatted CA certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/sub.pem
< quit
% Enter PEM-formatted encrypted private General Purpose key.
% End with "quit" on a line by itself.
<< pki/leaf.p8
< quit
% Enter PEM-formatted General Purpose certificate.
% End with a blank line or "quit" on a line by itself.
<< pki/leaf.pem
< quit
% PEM files import succeeded.

Router(config)#crypto key encrypt write ec name edge passphrase short
% Passphrase is too short: it has 8 characters at least.
Router(config)#crypto key encrypt write ec name edge passphrase its-own-words
% After a restart 'crypto key unlock' makes the key usable again
Router(config)#crypto key encrypt write ec name edge passphrase its-own-words
% key pair edge is encrypted already
Router(config)#do show crypto key mypubkey ec edge
% Key pair was generated at: {*}
Key name: edge
Key type: EC KEYS
 Storage Device: private-config
 Usage: Signature Key
 Key is exportable.
 *** The key is protected and UNLOCKED. ***
 Key Data:
  30593013 06072A86 48CE3D02 0106082A 8648CE3D 03010703 420004DE AD111BAC 
  10B6B710 B4F4E536 B6151274 F619CCA1 E11DB823 89D76E62 F6E7213D 10197276 
  6BE6FAD6 1147F870 E0F74B93 58D92210 D4B6A3BB 03562B40 F723E1
Router(config)#do crypto key lock ec name edge passphrase other-words
% the passphrase does not open the private key
Router(config)#do crypto key lock ec name edge passphrase its-own-words
Router(config)#do show crypto key mypubkey ec edge
% Key pair was generated at: {*}
Key name: edge
Key type: EC KEYS
 Storage Device: private-config
 Usage: Signature Key
 Key is exportable.
 *** The key is protected and LOCKED. ***
 Key Data:
  30593013 06072A86 48CE3D02 0106082A 8648CE3D 03010703 420004DE AD111BAC 
  10B6B710 B4F4E536 B6151274 F619CCA1 E11DB823 89D76E62 F6E7213D 10197276 
  6BE6FAD6 1147F870 E0F74B93 58D92210 D4B6A3BB 03562B40 F723E1
Router(config)#crypto pki cert validate edge
% key pair edge is locked: 'crypto key unlock' makes it usable
% Peers have to know cn=Bundle Root CA: it is in no trustpoint here
Chain has 2 certificates
Certificate chain for edge is not valid
Router(config)#do show crypto pki trustpoints edge
Trustpoint edge:
    Subject Name:
    cn=Bundle Issuing CA
    o=Bundle
          Serial Number (hex): 1001
    Certificate configured.
    Key pair edge is locked: 'crypto key unlock' makes it usable


Router(config)#crypto key export ec edge pem terminal aes cisco12345
% key pair edge is locked: 'crypto key unlock'
Router(config)#do crypto key unlock ec name edge passphrase its-own-words
Router(config)#crypto pki cert validate edge
% Peers have to know cn=Bundle Root CA: it is in no trustpoint here
Chain has 2 certificates
Certificate chain for edge is valid
Router(config)#crypto key decrypt write ec name edge passphrase its-own-words
Router(config)#crypto key decrypt write ec name edge passphrase its-own-words
% key pair edge is not encrypted
Router(config)#crypto key encrypt rsa passphrase its-own-words
% there is no key pair named Router.
