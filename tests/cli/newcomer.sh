#!/usr/bin/env bash
# What a new user trips over: slips of the pen, options before the command, empty values, folders and pipes.
. "$(dirname "$0")/lib.sh"
printf 'id,age,city\n1,30,Bern\n2,40,Chur\n' >ages.csv

# refused CODE TEXT COMMAND...
refused() {
    local want=$1 text=$2
    shift 2
    run "$want" "$@"
    says "$text"
}

# ---- init looks before it asks: the keys' passphrase is not read when nothing can be made.
mkdir -p taken/.zkp-ledger && touch taken/.zkp-ledger/file
refused 5 "exists and is not empty" zkp-ledger init taken --passphrase-file nowhere
refused 4 nowhere/else zkp-ledger init nowhere/else --passphrase-file nowhere
refused 4 missing.ptau zkp-ledger init --powers missing.ptau --passphrase-file nowhere
refused 10 "no terminal to ask on" zkp-ledger init
printf 'a\0bcdef\nmore\n' >zero
refused 10 "holds a zero byte" zkp-ledger init --passphrase-file zero
[ ! -e .zkp-ledger ] || fail "a ledger was made"
ok "init checks before it asks"

# ---- Passphrases that differ are asked for again, three times in all. The answers are given when they are asked for.
cat >answer.py <<'PYTHON'
import os, pty, sys
code, answers, seen = None, sys.argv[1].split(","), b""
child, terminal = pty.fork()
if child == 0:
    os.environ["TERM"] = "dumb"
    os.execvp(sys.argv[2], sys.argv[2:])
asked = 0
while True:
    try:
        more = os.read(terminal, 4096)
    except OSError:
        more = b""
    if not more:
        break
    seen += more
    while asked < len(answers) and seen.count(b": ") > asked and seen.endswith(b": "):
        os.write(terminal, answers[asked].encode() + b"\n")
        asked += 1
sys.stdout.write(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
PYTHON
mkdir asked other
run 0 python3 answer.py one,two,one,one zkp-ledger init asked --name asked
says 'The two differ. Once more.'
says "Made the ledger 'asked-"
silent_about $'\033'
printf 'one\n' >one
run 0 zkp-ledger keys backup copy --no-passphrase --ledger asked --passphrase-file one
run 10 python3 answer.py a,b,c,d,e,f zkp-ledger init other --name other
says 'no passphrase was given twice alike in 3 tries'
[ ! -e other/.zkp-ledger ] || fail "a ledger was made"
ok "passphrases that differ are asked for again; TERM=dumb has no escape sequences"

run 0 zkp-ledger init --no-passphrase --name demo
run 0 zkp-ledger notarize ages.csv --name ages

# ---- Where options may stand, and what they may be.
run 0 zkp-ledger --ledger .zkp-ledger --json log
json 'len(d["entries"]) >= 2'
run 0 zkp-ledger -q show ages
[ -z "$out$err" ] || fail "it was not quiet"
run 0 zkp-ledger --ledger=. log
run 0 zkp-ledger log --ledger "$PWD"
run 0 env ZKP_LEDGER_DIR= zkp-ledger log
mkdir elsewhere
(cd elsewhere && env ZKP_LEDGER_DIR="$work" zkp-ledger log >/dev/null) || fail "the folder that holds the ledger"
refused 2 "--ledger is given as nothing" zkp-ledger log --ledger ''
refused 2 "--output is given as nothing" zkp-ledger export ages -o ''
refused 2 "unknown option '--name' before the command" zkp-ledger --name x notarize ages.csv
refused 2 "no command given" zkp-ledger --json
refused 2 "--json is given twice" zkp-ledger --json log --json
ok "options of every command stand before it or behind it"

# ---- Did you mean.
refused 2 "unknown command 'verfy'; did you mean 'verify'?" zkp-ledger verfy ages
refused 2 "unknown command 'policy'; did you mean 'policies'?" zkp-ledger policy
refused 2 'a bool is expected here; nothing was recorded; a schema file (--schema) with type = "bool" reads 0 and 1 as such; of several classes write share(where' \
    zkp-ledger notarize ages.csv --name ages --claim 'accuracy(id, age) >= 0.5'
refused 2 'a bool is expected here; nothing was recorded; a schema file (--schema) with type = "bool" reads 0 and 1 as such' \
    zkp-ledger notarize ages.csv --name ages --claim 'parity(id, age) <= 0.5'
silent_about 'of several classes'
refused 2 "unknown option '--nmae'; did you mean '--name'?" zkp-ledger notarize ages.csv --nmae ages
refused 2 "unknown option '--leger' before the command; did you mean '--ledger'?" zkp-ledger --leger x log
refused 2 "did you mean 'parquet'?" zkp-ledger notarize ages.csv --name ages --format parqet
refused 2 "did you mean 'F24'?" zkp-ledger setup --circuit f24
refused 4 "there is no dataset 'agse' in this ledger; did you mean 'ages'?" zkp-ledger show agse
refused 4 "there is no dataset 'people' in this ledger: 'zkp-ledger log' lists" zkp-ledger verify people
refused 4 "there is no column 'agee'; did you mean 'age'?" zkp-ledger notarize ages.csv --name ages --claim 'sum(agee)'
refused 3 "has no column 'citi'; did you mean 'city'?" zkp-ledger notarize ages.csv --name ages --columns citi
printf '{"id":1,"age":30}\n' >ages.ndjson
refused 4 "did you mean 'age'?" zkp-ledger notarize ages.ndjson --name ages --claim 'range(aeg, 0, 1)'
# The header suffices: the row that cannot be split stands behind it.
{ cat ages.csv; for i in $(seq 3000); do echo "$i,50,Genf"; done; echo 1,2,3,4,5; } >late.csv
refused 4 "there is no column 'agee'; did you mean 'age'?; 1 more claim is refused" \
    zkp-ledger notarize late.csv --name ages --claim 'range(agee, 0, 1)' --claim 'not_null(naem)'
ok "slips: commands, options, values, datasets, columns"

# ---- A folder beside the ledger with the dataset's name.
mkdir ages
run 0 zkp-ledger verify ages
refused 4 "no file in './ages' ends in .zkl" zkp-ledger verify ./ages
refused 2 "write 'show ages'" zkp-ledger show ./ages/
ok "a folder named like a dataset"

# ---- A reader that goes away: no words, and the exit code of a program that ends by a closed pipe.
for command in "log" "show ages" "verify ages" "verify ages --json" "--help" "man notarize" "export ages -o -" "completion bash"; do
    for try in 1 2 3; do
        zkp-ledger $command 2>pipe.err | true
        code=${PIPESTATUS[0]}
        [ ! -s pipe.err ] || fail "'$command' into a closed pipe says: $(cat pipe.err)"
        case $code in 0 | 141) ;; *) fail "'$command' into a closed pipe ends with $code" ;; esac
    done
done
ok "output into a closed pipe ends quietly"
