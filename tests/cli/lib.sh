# Shared by the transcripts beside this file: source it first. A test prints 'ok WHAT' lines; the first thing that does
# not hold ends it with the command, what it printed and its exit code.
#
# All of them, and the unit tests that prove something, share one set-up cache in the build tree: whoever comes first
# makes powers and keys, whatever the order. Keys of circuits as they were before a change are thrown away.
set -u
zkl_source=${ZKL_SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
zkl_build=${ZKL_BUILD_DIR:-$zkl_source/build}
data=$zkl_source/tests/data
export PATH=$zkl_build:$PATH
export ZKL_SETUP_CACHE=$zkl_build/tests/setup-cache
unset ZKP_LEDGER_DIR ZKP_LEDGER_PASSPHRASE_FILE
work=$(mktemp -d "${TMPDIR:-/tmp}/zkl-cli-XXXXXX")
clean_up() { trap - ERR; chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work"; }
trap clean_up EXIT
trap 'exit 1' INT TERM
export XDG_STATE_HOME=$work/.state # what the user remembers of ledgers: each script its own
cd "$work" || exit 1
mkdir -p "$zkl_build/tests"

ok() { echo "ok $*"; }

fail() {
    trap - ERR
    echo "FAILED: $*" >&2
    if [ -n "${last_command:-}" ]; then
        echo "last command (in $PWD): $last_command" >&2
        echo "exit code: $code" >&2
        echo "--- standard output:" >&2; head -c 4000 "$work/.out" >&2
        echo "--- standard error:" >&2; head -c 4000 "$work/.err" >&2
    fi
    exit 1
}

# A step that only prepares what is checked, and fails, ends the test: the check behind it would ask another question. One that
# may fail says so (`|| true`). What is asked and judged (run, grep, wait, curl) is not meant.
set -E
trap 'prepared $? "$BASH_COMMAND"' ERR
prepared() {
    [ "$BASH_SUBSHELL" -eq 0 ] || return 0 # the one around it is looked at
    case ${2%%[[:space:]]*} in
        cat | chmod | cp | dd | gzip | head | ln | mkdir | mv | openssl | printf | python3 | rm | rmdir | sed | tail | tar | touch | tr | truncate | zstd | : | '(')
            fail "a step of the test ends with $1: $2"
            ;;
    esac
}

# run CODE COMMAND...: run it, wait, and want this exit code. Output goes to $work/.out and $work/.err, and to $out, $err.
# run_with FILE CODE COMMAND...: the same, with FILE as its standard input.
run() { run_with /dev/null "$@"; }
run_with() {
    local input=$1 want=$2
    shift 2
    last_command=$*
    "$@" >"$work/.out" 2>"$work/.err" <"$input"
    code=$?
    { out=$(<"$work/.out") err=$(<"$work/.err"); } 2>/dev/null # bash leaves out bytes 0, and would say so
    [ "$code" -eq "$want" ] || fail "want exit code $want"
}

# The last command printed this text, on either stream (says), on standard output, on standard error.
says() { case $out$'\n'$err in *"$1"*) ;; *) fail "it did not say: $1" ;; esac; }
prints() { case $out in *"$1"*) ;; *) fail "standard output lacks: $1" ;; esac; }
silent_about() { case $out$'\n'$err in *"$1"*) fail "it says: $1" ;; esac; }

# lacks MESSAGE GREP-ARGUMENT...: grep finds nothing, and all that it was to search is there. (`grep ... && fail` holds of files
# that are not there, too.) What a service removes while it is searched is gone the next time.
lacks() {
    local message=$1 code=2 tries
    shift
    for ((tries = 0; tries < 20 && code > 1; tries++)); do
        code=0
        grep -q "$@" 2>"$work/.searched" || code=$?
    done
    [ "$code" -ne 0 ] || fail "$message"
    [ "$code" -eq 1 ] || fail "it cannot be searched: $(cat "$work/.searched")"
}

# json EXPRESSION...: standard output of the last command is one JSON object d for which every expression is true.
json() {
    python3 -ES - "$work/.out" "$@" <<'PYTHON' || fail "its JSON is not as documented"
import json, re, sys
with open(sys.argv[1], encoding="utf-8") as f:
    d = json.load(f)
is_hex = lambda text: re.fullmatch("[0-9a-f]{64}", text) is not None
for expression in sys.argv[2:]:
    if not eval(expression):
        sys.exit("false: " + expression)
PYTHON
}

# json_value EXPRESSION: print it.
json_value() { python3 -ESc 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$work/.out" "$1"; }

# One at a time: make the powers and the smallest circuit's key where they are missing.
make_setup() {
    mkdir -p "$work/.setup" && zkp-ledger init "$work/.setup" --no-passphrase -q && zkp-ledger setup --ledger "$work/.setup/.zkp-ledger" --circuit F18
}
# A stamp says which program found all of it: it need not look again.
fill_setup_cache() {
    local stamp=$ZKL_SETUP_CACHE.stamp program
    program=$(stat -c '%s %Y %i' "$zkl_build/zkp-ledger")
    if [ "$(cat "$stamp" 2>/dev/null)" = "$program" ] && [ -s "$ZKL_SETUP_CACHE/current" ] && compgen -G "$ZKL_SETUP_CACHE/*.F18.key" >/dev/null; then
        return
    fi
    exec 9>"$ZKL_SETUP_CACHE.lock"
    flock 9
    rm -f "$stamp"
    if ! make_setup >"$work/.out" 2>"$work/.err"; then
        grep -q 'made for another circuit' "$work/.err" || { cat "$work/.err" >&2; exit 1; }
        rm -rf "$ZKL_SETUP_CACHE" "$work/.setup"
        make_setup >"$work/.out" 2>"$work/.err" || { cat "$work/.err" >&2; exit 1; }
    fi
    rm -rf "$work/.setup"
    echo "$program" >"$stamp"
    exec 9>&-
}
fill_setup_cache

# new_ledger FOLDER [OPTIONS]: make a ledger there, without a passphrase.
new_ledger() {
    local folder=$1
    shift
    mkdir -p "$folder"
    run 0 zkp-ledger init "$folder" --no-passphrase "$@"
}

# Is this `make soak`? Then what is only more of the same is done too.
is_soak() { [ -n "${ZKL_SOAK:-}" ]; }

# A table of two columns whose proofs are of the smallest circuit.
small_table() { printf 'id,age\n1,30\n2,40\n3,50\n4,60\n'; }

# How many entries the log of the ledger here has.
log_size() {
    zkp-ledger log --json "$@" >"$work/.log" || fail "the log cannot be listed"
    grep -m 1 -Po '^  "size": \K[0-9]+(?=,$)' "$work/.log" || fail "the log has no size"
}
