#!/bin/sh
# tests/peers/pki/make.sh -- how the files beside it were made: by openssl, once, in an empty directory.
# Their keys are for everybody; the passphrase of all is cisco12345.
set -e
pass="-passout pass:cisco12345"
cat >ca.cnf <<'END'
[ca]
default_ca = d
[d]
database = idx
new_certs_dir = .
default_md = sha256
crlnumber = num
policy = p
serial = serial
unique_subject = no
[p]
organizationName = supplied
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[sub]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = CA:FALSE
keyUsage = digitalSignature,keyAgreement
extendedKeyUsage = serverAuth,clientAuth
subjectAltName = DNS:edge9.example.com
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
: >idx
echo 01 >num
request() { # name, subject, kind of key
	openssl req -newkey "$3" ${4:+-pkeyopt "$4"} -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
}
issue() { # name, serial, extensions, CA and its key
	serial=$2 name=$1 ext=$3
	shift 3
	echo "$serial" >serial
	openssl ca -batch -config ca.cnf -extensions "$ext" -startdate 20200101000000Z \
	    -enddate 21200101000000Z -notext -in "$name.csr" -out "$name.pem" "$@" 2>/dev/null
}
curve=ec_paramgen_curve:P-256
request root "/O=Bundle/CN=Bundle Root CA" ec $curve
request sub "/O=Bundle/CN=Bundle Issuing CA" ec $curve
request leaf "/O=Bundle/CN=edge9.example.com" ec $curve
request rsa "/O=Bundle/CN=rsa9.example.com" rsa:1024
issue root 1000 root -selfsign -keyfile root.key
issue sub 1001 sub -cert root.pem -keyfile root.key
issue leaf 2002 leaf -cert sub.pem -keyfile sub.key
issue rsa 2003 leaf -cert sub.pem -keyfile sub.key
cat root.pem sub.pem >ca-chain.pem
cat root.pem leaf.pem sub.pem >shuffled.pem
openssl crl2pkcs7 -nocrl -certfile leaf.pem -certfile sub.pem -certfile root.pem -out chain.p7b
openssl crl2pkcs7 -nocrl -certfile leaf.pem -certfile sub.pem -certfile root.pem -outform DER -out chain.p7
openssl pkcs12 -export -inkey leaf.key -in leaf.pem -certfile ca-chain.pem $pass -out new.p12
openssl pkcs12 -export -legacy -inkey leaf.key -in leaf.pem -certfile ca-chain.pem $pass -out old.p12
openssl pkcs12 -export -legacy -descert -inkey rsa.key -in rsa.pem -certfile ca-chain.pem $pass -out 3des.p12
openssl pkcs12 -export -inkey leaf.key -in leaf.pem -passout pass: -out empty.p12
openssl pkcs8 -topk8 -in leaf.key -v2 aes-256-cbc $pass -out leaf.p8
openssl ec -in leaf.key -aes256 $pass -out leaf.ec.enc 2>/dev/null
openssl rsa -in rsa.key -des3 -traditional $pass -out rsa.enc 2>/dev/null
openssl rsa -in rsa.key -traditional -out rsa.trad 2>/dev/null
openssl pkcs8 -topk8 -in rsa.key -v1 PBE-MD5-DES -provider legacy -provider default $pass -out rsa.old8
openssl ca -gencrl -config ca.cnf -keyfile root.key -cert root.pem -crldays 30000 -out root.crl 2>/dev/null
openssl pkey -in leaf.key -pubout -out leaf.pub
for f in new old; do base64 -w64 $f.p12 >$f.p12.b64; done
rm -f idx* num* serial* ca.cnf root.key sub.key rsa.csr sub.csr root.csr [0-9A-F]*[0-9A-F].pem
