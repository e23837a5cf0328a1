#!/bin/sh
# tests/peers/pki/make.sh -- how the files beside it were made: by openssl, once (their keys are public).
set -e
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -subj "/O=Bundle/CN=Bundle Root CA" -days 20000 -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout sub.key -out sub.csr -subj "/O=Bundle/CN=Bundle Issuing CA" 2>/dev/null
printf "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n" > sub.ext
openssl x509 -req -in sub.csr -CA root.pem -CAkey root.key -set_serial 0x1001 -days 20000 -extfile sub.ext -out sub.pem 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr -subj "/O=Bundle/CN=edge9.example.com" 2>/dev/null
printf "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature,keyAgreement\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:edge9.example.com\n" > leaf.ext
openssl x509 -req -in leaf.csr -CA sub.pem -CAkey sub.key -set_serial 0x2002 -days 20000 -extfile leaf.ext -out leaf.pem 2>/dev/null
openssl req -newkey rsa:1024 -nodes -keyout rsa.key -out rsa.csr -subj "/O=Bundle/CN=rsa9.example.com" 2>/dev/null
openssl x509 -req -in rsa.csr -CA sub.pem -CAkey sub.key -set_serial 0x2003 -days 20000 -extfile leaf.ext -out rsa.pem 2>/dev/null
cat root.pem sub.pem > ca-chain.pem
openssl crl2pkcs7 -nocrl -certfile leaf.pem -certfile sub.pem -certfile root.pem -out chain.p7b
openssl crl2pkcs7 -nocrl -certfile leaf.pem -certfile sub.pem -certfile root.pem -outform DER -out chain.p7
openssl pkcs12 -export -inkey leaf.key -in leaf.pem -certfile ca-chain.pem -passout pass:cisco12345 -out new.p12
openssl pkcs12 -export -legacy -inkey leaf.key -in leaf.pem -certfile ca-chain.pem -passout pass:cisco12345 -out old.p12
openssl pkcs12 -export -legacy -descert -inkey rsa.key -in rsa.pem -certfile ca-chain.pem -passout pass:cisco12345 -out 3des.p12
openssl pkcs12 -export -inkey leaf.key -in leaf.pem -passout pass: -out empty.p12
openssl pkcs8 -topk8 -in leaf.key -v2 aes-256-cbc -passout pass:cisco12345 -out leaf.p8
openssl ec -in leaf.key -aes256 -passout pass:cisco12345 -out leaf.ec.enc 2>/dev/null
openssl rsa -in rsa.key -des3 -traditional -passout pass:cisco12345 -out rsa.enc 2>/dev/null
openssl rsa -in rsa.key -traditional -out rsa.trad 2>/dev/null
openssl pkcs8 -topk8 -in rsa.key -v1 PBE-MD5-DES -provider legacy -provider default -passout pass:cisco12345 -out rsa.old8 2>/dev/null || true
touch idx; printf "[ca]\ndefault_ca=d\n[d]\ndatabase=idx\ndefault_md=sha256\ncrlnumber=num\n" > ca.cnf; echo 01 > num
openssl ca -gencrl -config ca.cnf -keyfile root.key -cert root.pem -crldays 20000 -out root.crl 2>/dev/null
openssl pkey -in leaf.key -pubout -out leaf.pub
