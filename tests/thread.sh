#!/bin/sh
# tests/thread.sh NAME -- one test under the thread sanitizer's build (PARAPET_THREAD): what shares
# memory between threads.  Without address randomisation, which that sanitizer does not bear.
here=$(cd "$(dirname "$0")/.." && pwd)
build=${PARAPET_THREAD:-$here/build-thread}
[ -x "$build/parapetd" ] || { echo "thread: no build in $build: ./test makes it"; exit 1; }
export TSAN_OPTIONS="halt_on_error=1 exitcode=66"
case $1 in
calls) PARAPET_BUILD=$build exec setarch -R python3 "$here/tests/calls/udp.py" 3 basic cancelled hold ;;
pki) PARAPET_BUILD=$build exec setarch -R python3 "$here/tests/pki_server.py" crowd registration ;;
logins) PARAPET_BUILD=$build exec setarch -R python3 "$here/tests/gate.py" flood ;;
*)     exec setarch -R "$build/$1" ;;
esac
