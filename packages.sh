#!/bin/sh
# packages.sh -- what Parapet is built of and tested with, and how it gets here (Debian 12).
# usage: . ./packages.sh; need build | need tests

build_packages="gcc libc6-dev cmake ninja-build pkg-config libcli-dev libreadline-dev libtelnet-dev
libssh-dev libcurl4-openssl-dev libssl-dev libmicrohttpd-dev libosip2-dev libsrtp2-dev libuv1-dev libcrypt-dev"
test_packages="$build_packages python3 openssl sip-tester baresip-core tshark stunnel4 dnsmasq-base iproute2 procps
universal-ctags clang-format sox telnet libcap2-bin openssh-client sshpass putty-tools nmap
dropbear-bin openssh-sftp-server curl atftpd strongswan-pki libstrongswan-standard-plugins
libstrongswan-extra-plugins scep expect python3-netmiko python3-paramiko ansible rancid"

need() {
	case $1 in build) want=$build_packages ;; *) want=$test_packages ;; esac
	missing=
	for p in $want; do
		dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
	done
	[ -z "$missing" ] && return 0
	echo "installing:$missing"
	as=
	[ "$(id -u)" -eq 0 ] || as=sudo
	$as apt-get update -qq &&
	$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
