#!/bin/sh
# tests/peers/make.sh -- how the certificates of the transcripts were made (once; they are checked in
# and hold from 2020 to 2120).  Their keys are thrown away but for `pasted.key', which a transcript
# pastes where a certificate belongs.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/ca.cnf" <<END
[ca]
default_ca = ca_default
[ca_default]
database = $work/index
new_certs_dir = $work
serial = $work/serial
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
organizationName = optional
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth,clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
: >"$work/index"
echo 00907A >"$work/serial"
# name, subject, section, who signs (or: itself)
certificate() {
	openssl genrsa -out "$work/$1.key" 2048 2>/dev/null
	openssl req -new -key "$work/$1.key" -subj "$2" -out "$work/$1.csr"
	if [ "$4" = itself ]; then sign="-selfsign -keyfile $work/$1.key"
	else sign="-cert $4.pem -keyfile $work/$4.key"; fi
	openssl ca -batch -config "$work/ca.cnf" -extensions "$3" -in "$work/$1.csr" $sign -notext \
	    -startdate 20200101000000Z -enddate 21200101000000Z -out "$1.pem" 2>/dev/null
}
certificate root "/O=Example/CN=Test Root CA" root itself
certificate sub "/O=Example/CN=Test Issuing CA" root root
certificate ccm "/O=Example/CN=ccm1.example.com" leaf root
certificate foreign "/O=Example/CN=edge1.example.com" leaf root
cp "$work/foreign.key" pasted.key
# requests for the box's own CA
for name in edge2 edge3; do
	openssl req -new -newkey rsa:2048 -nodes -keyout "$work/$name.key" -subj "/O=Example/CN=$name" \
	    -addext "subjectAltName=DNS:$name.example.com" -out "$name.csr" 2>/dev/null
done
