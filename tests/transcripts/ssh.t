# `ip ssh': what the server offers, its host keys, the keys of its users.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#do show ip ssh
SSH Disabled - version 2.0
%Please create RSA keys to enable SSH (and of atleast 768 bits for SSH v2).
%Neither `ip ssh rsa keypair-name' nor `ip domain name' says which RSA key pair.
%Neither `ip ssh ec keypair-name' nor `ip domain name' says which EC key pair.
Authentication timeout: 120 secs; Authentication retries: 3
edge1(config)#ip ssh version 2
edge1(config)#ip ssh version 1
                             ^
% Invalid input detected at '^' marker.

edge1(config)#ip ssh time-out 60
edge1(config)#ip ssh time-out 0
                              ^
% Invalid input detected at '^' marker.

edge1(config)#ip ssh authentication-retries 2
edge1(config)#ip ssh port 2022 rotary 1
edge1(config)#ip ssh logging events
edge1(config)#ip ssh server algorithm encryption aes256-gcm aes256-ctr
edge1(config)#ip ssh server algorithm encryption aes128-cbc
                                                         ^
% Invalid input detected at '^' marker.

edge1(config)#ip ssh server algorithm mac hmac-sha2-256
edge1(config)#ip ssh server algorithm kex ecdh-sha2-nistp384 diffie-hellman-group14-sha256
edge1(config)#ip ssh server algorithm hostkey ?
  ecdsa-sha2-nistp256  EC key, P-256
  ecdsa-sha2-nistp384  EC key, P-384
  ecdsa-sha2-nistp521  EC key, P-521
  rsa-sha2-256         RSA key, SHA-256
  rsa-sha2-512         RSA key, SHA-512

edge1(config)#ip ssh server algorithm authentication publickey keyboard
edge1(config)#ip ssh dh min size 4096
edge1(config)#username joe secret joe
edge1(config)#ip ssh pubkey-chain
edge1(conf-ssh-pubkey)#username joe
edge1(conf-ssh-pubkey-user)#key-string ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGOljx5ghtmaHNx4IqVdX7lXQXXrcUGZ8bgWVUUy7oR8 joe@desk
edge1(conf-ssh-pubkey-user)#key-string ssh-rsa AAAAB3NzaC1yc2E=
% This is no public key of SSH in base 64.
edge1(conf-ssh-pubkey-user)#key-hash ssh-rsa 0123456789ABCDEF0123456789ABCDEF
edge1(conf-ssh-pubkey-user)#no key-hash ssh-rsa 0123456789ABCDEF0123456789ABCDEF
edge1(conf-ssh-pubkey-user)#username admin
edge1(conf-ssh-pubkey-user)#end
edge1#show running-config | section ^ip ssh
ip ssh time-out 60
ip ssh authentication-retries 2
ip ssh port 2022 rotary 1
ip ssh logging events
ip ssh version 2
ip ssh dh min size 4096
ip ssh pubkey-chain
  username joe
   key-hash ssh-ed25519 7A07B375A40A0114B25B008C9736B0E9 joe@desk
  username admin
ip ssh server algorithm mac hmac-sha2-256
ip ssh server algorithm encryption aes256-gcm aes256-ctr
ip ssh server algorithm kex ecdh-sha2-nistp384 diffie-hellman-group14-sha256
ip ssh server algorithm authentication publickey keyboard
edge1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#ip domain name example.com
edge1(config)#crypto key generate ec keysize 384
The name for the keys will be: edge1.example.com

edge1(config)#ip ssh server algorithm hostkey ecdsa-sha2-nistp384 rsa-sha2-512
edge1(config)#do show ip ssh
SSH Enabled - version 2.0
Authentication methods:publickey,keyboard-interactive
Authentication Publickey Algorithms:ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256
Hostkey Algorithms:ecdsa-sha2-nistp384
Encryption Algorithms:aes256-gcm,aes256-ctr
MAC Algorithms:hmac-sha2-256
KEX Algorithms:ecdh-sha2-nistp384
Authentication timeout: 60 secs; Authentication retries: 2
Minimum expected Diffie Hellman key size : 4096 bits
IOS Keys in SECSH format(ecdsa-sha2-nistp384, base64 encoded): edge1.example.com
Curve Size : 384 bits
ecdsa-sha2-nistp384 {B64}
edge1(config)#crypto pki trustpoint T
edge1(ca-trustpoint)#eckeypair edge1.example.com
edge1(ca-trustpoint)#do show ip ssh
SSH Disabled - version 2.0
%Please create RSA keys to enable SSH (and of atleast 768 bits for SSH v2).
%There is no RSA key pair named edge1.example.com.
%Key pair edge1.example.com is that of trustpoint T, which SSH does not touch: make another (crypto key generate ec label SSH) and name it (ip ssh ec keypair-name SSH).
Authentication timeout: 60 secs; Authentication retries: 2
edge1(ca-trustpoint)#end
edge1#show ssh
%No SSHv2 server connections running.
%No SSHv1 server connections running.
edge1#disconnect ssh 3
% No SSH connection 3
edge1#disconnect ssh vty 3
% No SSH connection 3
