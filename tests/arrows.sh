#!/bin/sh
# tests/arrows.sh -- a room may include only what is listed with it; a library stops at its files.
cd "$(dirname "$0")/.." || exit 2
fail=0
# room, then what it may include: a room as a whole, or single headers of it
while read -r room may; do
	for file in $(find "$room" -name '*.[ch]' ! -name '*_test.[ch]'); do
		for hit in $(sed -n 's/^#include "\(.*\)"$/\1/p' "$file"); do
			ok=0
			for m in $may; do
				case $hit in "$m"|"$m"/*) ok=1 ;; esac
			done
			[ $ok = 1 ] || { echo "$file must not include $hit"; fail=1; }
		done
	done
done <<EOF
shell           shell
pki             pki
datapath        datapath pki shell/running.h shell/map.h modes
modes           modes shell datapath pki
startup-config  startup-config modes shell
EOF
# datapath takes types from modes, and what a type header needs
for hit in $(grep -rhoE '#include "modes/[^"]*"' datapath | sort -u | cut -d'"' -f2); do
	grep -q 'shell/session.h\|shell/line.h' "$hit" && { echo "datapath includes $hit: no type header"; fail=1; }
done
# library, header, the files that may know it
while read -r header files; do
	for file in $(grep -rlE "#include <$header" --include='*.[ch]' . | grep -v '^./build' | sed 's|^\./||'); do
		ok=0
		for f in $files; do
			case $file in $f|*_test.[ch]) ok=1 ;; esac
		done
		[ $ok = 1 ] || { echo "$file must not include <$header>"; fail=1; }
	done
done <<EOF
libcli.h        shell/libcli.c
readline/       shell/terminal/console.c
libtelnet.h     shell/terminal/telnet.c
libssh/         shell/terminal/ssh.c
curl/           shell/terminal/transfer.c
microhttpd.h    pki/http.c
srtp2/          datapath/media/srtp_lib.c tests/*
osipparser2/    datapath/sip/message.c datapath/sip/arena.c datapath/media/sdp.c datapath/media/sdp_write.c
EOF
[ $fail = 0 ] && echo "arrows: every include is allowed"
exit $fail
