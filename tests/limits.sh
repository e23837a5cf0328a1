#!/bin/sh
# tests/limits.sh -- functions: median <= 15 lines, p90 <= 40, none above 100; files: none above 800.
cd "$(dirname "$0")/.." || exit 2
fail=0
files=$(git ls-files '*.c' '*.h' '*.sh' '*.py' 2>/dev/null || find . -name '*.[ch]' -not -path './build*')
for f in $files; do
	[ -f "$f" ] || continue
	n=$(wc -l <"$f")
	[ "$n" -le 800 ] || { echo "$f: $n lines"; fail=1; }
done
ctags --languages=C --kinds-C=f --fields=+ne --output-format=xref --_xformat='%{input} %N %n %{end}' \
    $(echo "$files" | grep '\.c$') 2>/dev/null |
awk '{ n = $4 - $3 + 1; print n, $1, $2 }' | sort -n >/tmp/parapet-limits.$$
awk '{ n[NR] = $1; if ($1 > 100) { print $2 ": " $3 " has " $1 " lines"; bad = 1 } }
     END { m = n[int((NR + 1) / 2)]; p = n[int(NR * 0.9)];
           print NR " functions: median " m ", p90 " p ", longest " n[NR];
           exit (bad || m > 15 || p > 40 || NR < 100) }' /tmp/parapet-limits.$$ || fail=1
rm -f /tmp/parapet-limits.$$
exit $fail
