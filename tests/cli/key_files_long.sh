#!/usr/bin/env bash
# No command writes over a key file, with --force or without; requests and answers of witnesses and clocks replace their own
# earlier states and nothing else.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger one
export ZKP_LEDGER_DIR=$work/one/.zkp-ledger
small_table > d.csv
run 0 zkp-ledger notarize d.csv --name d -o d.zkl
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
run 0 zkp-ledger keys make mine.key --role signer --no-passphrase
run 0 zkp-ledger witness new w --name witness.example/w --no-passphrase
run 0 zkp-ledger witness new v --name witness.example/v --no-passphrase
run 0 zkp-ledger log cosign request -o request
for key in mine.key w/witness.key; do
    cp $key kept
    kept() {
        local code=$1
        shift
        run "$code" zkp-ledger "$@" -o $key
        cmp -s $key kept || fail "a key was overwritten"
    }
    for force in '' --force; do
        kept 5 log cosign request $force
        kept 5 timestamp request d $force
        kept 5 witness cosign request --folder w --trust trust.toml $force
        for format in receipt lineage standing data-key; do
            kept 5 export d --format $format $force
        done
        kept 5 export d --format consistency --from d.zkl $force
        kept 5 audit --format json $force
        kept 5 lineage d --draw dot $force
        kept 5 disclose d --rows 0-1 --data d.csv $force
        kept 5 notarize d.csv --name d $force
        kept 5 prove d 'range(age, 0, 120)' --data d.csv $force
        run 5 zkp-ledger setup export $key --format r1cs --circuit F18 $force
    done
    kept 5 renew d.zkl
    says 'is a key file: it is never overwritten'
    for force in '' --force; do
        run 5 zkp-ledger transform d --data d.csv --op 'slice 0..1' --as s --to $key $force
        run 5 zkp-ledger split d --data d.csv --part a=$key --part b=b.csv --ratio 50/50 $force
        cmp -s $key kept || fail "a key was overwritten"
    done
    run 5 zkp-ledger keys make $key --role signer --no-passphrase
    ln -sf $key link
    run 5 zkp-ledger export d -o link --force
    cmp -s $key kept || fail "a key was overwritten through a link"
done
[ -z "$(ls w/logs)" ] || fail "the witness signed what could not be written"
ok "a key file is overwritten by nothing"

# ---- Keys of other kinds, and what cannot be read: below a folder that is written, too.
run 0 zkp-ledger export d --format data-key -o d.zkldata
run 0 zkp-ledger export d --format data-key -o d.zkldata --force # over itself
run 0 zkp-ledger notarize d.csv --name other
cp d.zkldata data.key
openssl genpkey -algorithm ed25519 -out pem.key 2>/dev/null
for key in data.key pem.key; do
    cp $key kept
    kept 5 export d --format receipt --force
    kept 5 export other --format data-key --force
    kept 5 timestamp request d --force
    run 5 zkp-ledger setup export $key --format r1cs --circuit F18 --force
    kept 5 notarize d.csv --name d --force
done
run 0 zkp-ledger export --format tlog-tiles -o tiles
[ "$(find tiles/tile -type f | wc -l)" -ge 2 ] || fail "no tiles"
for place in key $(cd tiles && find tile -type f); do
    cp mine.key tiles/$place
    run 5 zkp-ledger export --format tlog-tiles -o tiles --force
    says 'is a key file: it is never overwritten'
    cmp -s mine.key tiles/$place || fail "a key below a folder was overwritten"
    rm tiles/$place
done
if [ "$(id -u)" = 0 ]; then
    mkdir -m 777 theirs
    cp mine.key theirs/r.key
    chmod 600 theirs/r.key
    chmod 755 "$work"
    run 5 setpriv --reuid 65534 --clear-groups env HOME="$work/theirs" zkp-ledger setup export theirs/r.key --format r1cs --circuit F18 --force
    says "cannot be read"
    cmp -s mine.key theirs/r.key || fail "a key that cannot be read was overwritten"
fi
ok "data keys, private keys in PEM, keys below folders and what cannot be read stay"

# ---- What comes while the work is done is not written over.
if command -v "${CC:-cc}" >/dev/null; then
    "${CC:-cc}" -shared -fPIC -o "$work/renaming.so" "$zkl_source/tests/cli/preload_rename.c" -ldl || exit 1
    # meanwhile NAME COMMAND...: somebody makes NAME, or writes to it, while the command writes its own
    meanwhile() {
        rm -f came*
        run 5 env LD_PRELOAD="$work/renaming.so" RENAME_DO="$1" RENAME_TO="$1" "${@:2}"
        says 'meanwhile'
        [ "$(tail -c 5 "$1")" = 9,99 ] || fail "what came meanwhile was overwritten"
    }
    meanwhile came zkp-ledger notarize d.csv --name d -o came
    meanwhile came zkp-ledger prove d 'range(age, 0, 121)' --data d.csv -o came
    meanwhile came zkp-ledger disclose d --rows 0-1 --data d.csv -o came
    meanwhile came.csv zkp-ledger transform d --data d.csv --op 'slice 0..1' --as s --to came.csv
    meanwhile came zkp-ledger export d -o came
    cp d.zkl again.zkl
    meanwhile "$work/again.zkl" zkp-ledger export d -o again.zkl --force
    [ -z "$(find . -maxdepth 1 -name '*.part')" ] || fail "parts are left"
    ok "nothing that came meanwhile is overwritten"
fi

# ---- A file keeps the rights that it had.
for mode in 600 640 440 644; do
    chmod $mode d.zkl
    run 0 zkp-ledger export d -o d.zkl --force
    run 0 zkp-ledger notarize d.csv --name d --if-changed -o d.zkl --force
    [ "$(stat -c %a d.zkl)" = $mode ] || fail "$mode became $(stat -c %a d.zkl)"
done
ok "a file keeps its rights"

# ---- Inputs, and what a witness remembers.
cp trust.toml trust.kept
cp request request.kept
run 2 zkp-ledger witness cosign request --folder w --trust trust.toml -o trust.toml --force
run 2 zkp-ledger witness cosign request --folder w --trust trust.toml -o request --force
run 2 zkp-ledger witness cosign request --folder w --trust trust.toml -o w/logs/new --force
says "of the witness's memory"
[ -z "$(ls w/logs)" ] || fail "the witness signed what could not be written"
cp d.zkl d.kept
run 2 zkp-ledger timestamp request d.zkl -o d.zkl --force
says "would be overwritten"
printf 'an answer' > answer.tsr
run 2 zkp-ledger timestamp attach d.zkl answer.tsr -o answer.tsr --force
run 2 zkp-ledger export d --format consistency --from d.zkl -o d.zkl --force
for file in trust.toml request d.zkl; do
    cmp -s ${file%.*} ${file%.*}.kept || cmp -s $file ${file%.*}.kept || fail "$file was overwritten"
done
[ "$(cat answer.tsr)" = 'an answer' ] || fail "an answer was overwritten"
ok "inputs are overwritten by nothing"

# ---- Requests and answers
printf 'a diary\n' > diary
cp diary kept
for command in 'log cosign request' 'timestamp request d' 'witness cosign request --folder w --trust trust.toml'; do
    run 5 zkp-ledger $command -o diary
    says 'it is not overwritten'
    cmp -s diary kept || fail "$command wrote over a file"
done
[ -z "$(ls w/logs)" ] || fail "the witness signed what could not be written"
run 5 zkp-ledger timestamp request d -o request
run 0 zkp-ledger timestamp request d -o d.tsq
run 0 zkp-ledger timestamp request d -o d.tsq
run 2 zkp-ledger log cosign request -o "$ZKP_LEDGER_DIR/request"
for by in w v; do
    run 0 zkp-ledger witness cosign request --folder $by --trust trust.toml -o $by.line --json
    json_value 'd["verifier_key"]' > $by.key
done
run 0 zkp-ledger log cosign attach w.line --witness "$(cat w.key)"
run 0 zkp-ledger log cosign attach v.line --witness "$(cat v.key)"
run 0 zkp-ledger notarize d.csv --name e
run 0 zkp-ledger log cosign request --witness "$(cat w.key)" -o request --json
json 'd["old_size"] == 3'
run 3 zkp-ledger log cosign request --witness "$(sed 's/w+/x+/' w.key)" -o request
run 5 zkp-ledger witness cosign request --folder w --trust trust.toml -o v.line
run 0 zkp-ledger witness cosign request --folder w --trust trust.toml -o w.line
run 0 zkp-ledger log cosign attach w.line
run 0 zkp-ledger log cosign request --witness witness.example/v -o diary --force
run 0 zkp-ledger witness cosign diary --folder v --trust trust.toml -o w.line --force
run 0 zkp-ledger log cosign attach w.line
run 0 zkp-ledger timestamp request d -o w.line --force
ok "requests and answers replace their own earlier states, and other files with --force alone"

# ---- A receipt's place that is taken is refused before anything is recorded.
printf 'a diary\n' > diary
before=$(log_size)
run 5 zkp-ledger transform d --data d.csv --op 'slice 0..1' --as t --to t.csv -o diary
run 5 zkp-ledger split d --data d.csv --part a=a.csv --part b=b.csv --ratio 50/50 -o diary
[ "$(log_size)" = "$before" ] || fail "something was recorded"
[ "$(cat diary)" = 'a diary' ] && [ ! -e t.csv ] && [ ! -e a.csv ] || fail "something was written"
ok "a taken place is told before"
