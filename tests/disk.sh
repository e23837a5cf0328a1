#!/bin/sh
# tests/disk.sh -- `write memory' on a full disk: the old startup-config stays as it was, the operator
# is told, and once there is room it works.  usage: disk.sh BUILD
set -u
build=$1
dir=$(mktemp -d) || exit 1
pid=
cleanup() {
	[ -n "$pid" ] && kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	umount "$dir/nvram" 2>/dev/null
	rm -rf "$dir"
}
trap cleanup EXIT
fail() { echo "disk: $*"; cat "$dir/stderr" 2>/dev/null; exit 1; }

# a mount and a network of its own
[ "${2:-}" = inside ] || exec unshare -mn -- sh "$0" "$build" inside
ip link set lo up || fail "no loopback"
mkdir "$dir/nvram" && mount -t tmpfs -o size=256k,mode=0700 tmpfs "$dir/nvram" || fail "no tmpfs"
printf 'hostname before\n' >"$dir/nvram/startup-config"
"$build/parapetd" --nvram "$dir/nvram" --socket "$dir/sock" --workers 1 2>"$dir/stderr" &
pid=$!
box() { "$build/parapet" --socket "$dir/sock" "$@"; }
n=0
until [ -S "$dir/sock" ] && box -c 'show privilege' >/dev/null 2>&1; do
	n=$((n + 1)); [ $n -lt 100 ] || fail "the box does not come up"
	sleep 0.1
done
box -c 'write memory' >"$dir/out" || fail "there is room, and: $(cat "$dir/out")"
cp "$dir/nvram/startup-config" "$dir/old"
# a configuration that is larger than the room that is left
i=0
{
	echo 'configure terminal'; echo 'hostname after'
	while [ $i -lt 400 ]; do
		i=$((i + 1)); echo "dial-peer voice $i voip"
		echo " description a line to take up room, number $i, and more of it, and more"
		echo " destination-pattern $i"
	done
} >"$dir/lines"
box -f "$dir/lines" >"$dir/out" || fail "a line is refused: $(cat "$dir/out")"
dd if=/dev/zero of="$dir/nvram/ballast" bs=1k count=240 2>/dev/null
box -c 'write memory' >"$dir/out" && fail "it says that it was written to a full disk"
grep -q 'No space left on device' "$dir/out" || fail "it does not say why: $(cat "$dir/out")"
cmp -s "$dir/nvram/startup-config" "$dir/old" || fail "the old startup-config is not what it was"
[ "$(ls "$dir/nvram" | grep -vc 'keys\|flash\|ballast\|startup-config$')" -eq 0 ] ||
	fail "it left something behind: $(ls "$dir/nvram")"
box -c 'show startup-config' | grep -q '^hostname before$' || fail "show startup-config: not the old one"
rm "$dir/nvram/ballast"
box -c 'write memory' >"$dir/out" || fail "there is room again, and: $(cat "$dir/out")"
grep -q '^hostname after$' "$dir/nvram/startup-config" || fail "it was not written after all"
kill "$pid" && wait "$pid" || fail "the box ended with $?"
pid=
grep -q 'Sanitizer\|runtime error' "$dir/stderr" && fail "a sanitizer spoke"
echo "disk: the old startup-config stands, and the operator is told"
