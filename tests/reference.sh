#!/bin/sh
# tests/reference.sh PARAPETD -- docs/commands.md is what the rows say.
here=$(dirname "$0")/..
sed '1,/^$/d' "$here/docs/commands.md" | sed '1,/^$/d' >/tmp/parapet-reference.$$
"$1" --reference | diff -u /tmp/parapet-reference.$$ - && echo "reference: docs/commands.md is up to date"
status=$?
rm -f /tmp/parapet-reference.$$
[ $status -eq 0 ] || echo "reference: run: parapetd --reference, and put it behind the head of docs/commands.md"
exit $status
