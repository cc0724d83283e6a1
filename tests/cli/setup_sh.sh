#!/usr/bin/env bash
# tools/setup.sh says what it will install, and asks on a terminal. Nothing is installed here: apt-get is a script that tells.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
mkdir bin
for tool in sh cat grep sed id env printf; do ln -s "$(command -v $tool)" bin/; done
printf '#!/bin/sh\necho "apt-get $*" >>"%s/installed"\n' "$work" >bin/apt-get
printf '#!/bin/sh\nexec "$@"\n' >bin/sudo
chmod +x bin/apt-get bin/sudo
cat >driver.py <<'PYTHON'
import os, pty, sys
answer, path, script = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.environ["PATH"] = path
    os.execv(path + "/sh", ["sh", script, "build"])
shown, typed = b"", False
while True:
    try:
        piece = os.read(fd, 1000)
    except OSError:
        break
    if not piece:
        break
    shown += piece
    if b"[y/N]" in shown and not typed:
        os.write(fd, answer.encode() + b"\n")
        typed = True
sys.stdout.write(shown.decode())
print("code", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), "asked", typed)
PYTHON
# on_terminal ANSWER [NAME=VALUE]: run it on a terminal of its own, and type the answer.
on_terminal() {
    local answer=$1
    shift
    run 0 env "$@" python3 driver.py "$answer" "$work/bin" "$zkl_source/tools/setup.sh"
}
on_terminal n
says "packages that are not installed yet: gcc"
says "apt-get install --no-install-recommends gcc"
says "Nothing was installed"
says "code 10 asked True"
[ ! -e installed ] || fail "it installed without a yes"
on_terminal y
says "code 0 asked True"
grep -q 'apt-get install .*gcc' installed || fail "it did not install after a yes"
rm installed
on_terminal n YES=1
says "code 0 asked False"
grep -q 'apt-get install .*gcc' installed || fail "YES=1 did not install"
rm installed
run 0 env PATH="$work/bin" sh "$zkl_source/tools/setup.sh" build
says "packages that are not installed yet: gcc"
grep -q 'apt-get install .*gcc' installed || fail "without a terminal it did not go on"
ok "setup.sh says what it installs, asks on a terminal, and goes on with YES=1 or without one"
