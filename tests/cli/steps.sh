#!/usr/bin/env bash
# A test whose preparation fails says so and ends: it does not go on to check something else.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
echo there >here

# ends STEP, goes_on STEP: a test with that step in the middle.
with_step() { printf '%s\n' 'source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"' 'echo there >here' "$1" 'ok "went on"' >inner.sh; }
ends() {
    with_step "$1"
    run 1 bash inner.sh
    says "a step of the test ends with"
    silent_about "went on"
}
goes_on() {
    with_step "$1"
    run 0 bash inner.sh
    prints "ok went on"
}

for step in 'cp nowhere here' 'mv nowhere elsewhere' 'sed -i s/a/b/ nowhere' 'sed s/a/b/ nowhere >other' 'rm nowhere' 'printf 1 >no/folder' \
    'cat <<<text >no/folder' ': >no/folder' 'ln -s here here' 'head -1 nowhere >other' 'python3 -c "raise SystemExit(3)"' \
    'openssl x509 -in nowhere 2>/dev/null' '(cd /; mkdir here/below 2>/dev/null)'; do
    ends "$step"
    ends "f() { $step; ls here; }; f"
    ends "for i in 1 2; do $step; done"
done
ok "a step that fails ends the test, at the top, in functions and in loops"

goes_on 'cp nowhere here 2>/dev/null || true'
goes_on 'if cp nowhere here 2>/dev/null; then fail "it is there"; fi'
goes_on 'run 2 python3 -c "raise SystemExit(2)"'
goes_on '[ "$(cat nowhere 2>/dev/null)" = "" ] && cp here other'
goes_on 'grep -q nothing here'
goes_on 'sleep 9 & kill $!; wait $!'
ok "what is asked, and what may fail, does not"

# what is to have nothing in it is there
lacks "it is found" -F nothing here
lacks "it is found" -rF nothing .
lacks_fails() {
    with_step "$2"
    run 1 bash inner.sh
    says "$1"
    silent_about "went on"
}
lacks_fails 'it is found' 'lacks "it is found" the here'
lacks_fails 'it is found' 'lacks "it is found" -F -e nothing -e the here'
lacks_fails 'it cannot be searched: grep: nowhere' 'lacks "it is found" the nowhere'
lacks_fails 'it cannot be searched: grep: nowhere' 'lacks "it is found" -rF nothing here nowhere'
lacks_fails 'it cannot be searched: grep: nowhere' 'lacks "it is found" -F -f nowhere here'
ok "a search of nothing is no search"
