#!/usr/bin/env bash
# A ledger that is found, and not named: its word counts when it is the caller's own, and only then.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir home && cd home || exit 1
new_ledger .
small_table >d.csv
run 0 zkp-ledger notarize d.csv --name d --claim 'range(age, 0, 120)' -o d.zkl
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

# own WHAT: with the ledger found here, this is verified; not_own WORDS: it is not, with words and the ways on.
own() {
    run 0 zkp-ledger verify d.zkl
    prints "  Trust: your own ledger $PWD/.zkp-ledger (log '"
    run 0 zkp-ledger verify d
    ok "own: $1"
}
not_own() {
    for what in d.zkl d; do
        run 9 zkp-ledger verify $what --json
        json '"is not trusted" in d["error"]' '"--trust trust.toml" in d["error"]' '"--ledger" in d["error"]'
        says "$1"
    done
    run 9 zkp-ledger verify d.zkl --data d.csv
    says "$1"
    run 0 zkp-ledger verify d.zkl --trust trust.toml
    run 0 zkp-ledger verify d.zkl --ledger .zkp-ledger
    prints 'Trust: the ledger .zkp-ledger, by --ledger'
    ok "not own: $1"
}

own 'as it was made'
run 0 zkp-ledger verify d.zkl --json
json 'd["trust"]["source"] == "own ledger"' 'd["trust"]["path"].endswith("/home/.zkp-ledger")'
mkdir below && cp d.zkl below && cd below || exit 1
run 0 zkp-ledger verify d.zkl
prints 'Trust: your own ledger'
cd "$work" || exit 1
ZKP_LEDGER_DIR=home/.zkp-ledger run 0 zkp-ledger verify home/d.zkl
prints 'Trust: your own ledger home/.zkp-ledger'
cd home || exit 1
run 0 zkp-ledger keys rotate --role log
run 0 zkp-ledger notarize d.csv --name d --claim 'range(age, 0, 100)'
own 'after a rotation of the log key'

# ---- What the user remembers of it
run 0 zkp-ledger keys show --json
memory=$XDG_STATE_HOME/zkp-ledger/checkpoints/$(json_value 'd["ledger"]')
cp "$memory" ../memory
sed 's/^written$/seen/' ../memory >"$memory"
not_own 'your state folder does not have it among the ledgers that you wrote'
cp ../memory "$memory"
chmod g+w "$memory"
run 9 zkp-ledger verify d.zkl
chmod g-w "$memory"
own 'again, when it is remembered as written'

# ---- Others may write
for path in .zkp-ledger .zkp-ledger/zkp-ledger.toml .zkp-ledger/keys .zkp-ledger/keys/log.key .zkp-ledger/store \
    .zkp-ledger/store/CURRENT; do
    for mode in g+w o+w; do
        before=$(stat -c %a "$path")
        chmod $mode "$path"
        run 9 zkp-ledger verify d.zkl
        says "others may write to '$PWD/$path'"
        chmod "$before" "$path"
    done
done
chmod o+w .zkp-ledger/head
not_own "others may write to '$PWD/.zkp-ledger/head'"
chmod o-w .zkp-ledger/head
mkdir .zkp-ledger/between && mv .zkp-ledger/store .zkp-ledger/between/ && sed -i 's|^path = "store"|path = "between/store"|' .zkp-ledger/zkp-ledger.toml
own 'with its store below another folder'
chmod o+w .zkp-ledger/between
not_own "others may write to '$PWD/.zkp-ledger/between'"
mv .zkp-ledger/between/store .zkp-ledger/ && rmdir .zkp-ledger/between && sed -i 's|^path = "between/store"|path = "store"|' .zkp-ledger/zkp-ledger.toml
chmod o+w .zkp-ledger
not_own "others may write to"
chmod o-w .zkp-ledger
own 'again, when nobody else may write'

# ---- Somebody else's
if [ "$(id -u)" -eq 0 ]; then
    for path in .zkp-ledger/zkp-ledger.toml .zkp-ledger/keys/signer.key .zkp-ledger/store/CURRENT .; do
        chown 4711 "$path"
        run 9 zkp-ledger verify d.zkl
        says 'belongs to user 4711, not to you'
        chown 0 "$path"
    done
    chown 4711 .zkp-ledger
    for command in 'verify d.zkl' 'verify d' 'log' 'show d' 'keys show' 'verify-chain' 'doctor' \
        'notarize d.csv --name d' 'export d -o out.zkl'; do
        run 10 zkp-ledger $command
        says "the ledger found here is somebody else's"
        says "name it: --ledger '$PWD/.zkp-ledger'"
    done
    cd below || exit 1
    run 10 zkp-ledger log
    cd ..
    ZKP_LEDGER_DIR=$PWD/.zkp-ledger run 10 zkp-ledger log
    ZKP_LEDGER_DIR=$PWD run 10 zkp-ledger notarize d.csv --name d
    run 0 zkp-ledger log --ledger .zkp-ledger
    run 0 zkp-ledger verify d.zkl --trust trust.toml
    chown 0 .zkp-ledger
    mv .zkp-ledger real && ln -s real .zkp-ledger && chown -h 4711 .zkp-ledger
    run 10 zkp-ledger log
    says 'is a link that belongs to user 4711'
    rm .zkp-ledger && mv real .zkp-ledger
    ok "a ledger that belongs to another user is refused by every command, and --ledger is the way on"
fi

# ---- An unpacked bundle: all its files belong to whoever unpacked it, and he never wrote to it
tar cf ../bundle.tar .
mkdir ../unpacked && cd ../unpacked || exit 1
tar xof ../bundle.tar
XDG_STATE_HOME=$work/.auditor
not_own 'your state folder does not have it among the ledgers that you wrote'
XDG_STATE_HOME=$work/.nothing/that/can/be
HOME=/nonexistent not_own 'your state folder does not have it among the ledgers that you wrote'

# ---- Nor does it become his by a command that was to write and did not: only what he signed there makes it his.
for command in 'notarize nofile.csv --name d' 'notarize d.csv --name d --claim range(age,0,10)' \
    'notarize d.csv --name d --if-changed --claim range(age,0,100)'; do
    XDG_STATE_HOME=$work/.victim
    zkp-ledger $command >"$work/.out" 2>"$work/.err" </dev/null
    not_own 'your state folder does not have it among the ledgers that you wrote'
done
mv .zkp-ledger/keys ../keys.away
run 5 zkp-ledger keys rotate
not_own 'your state folder does not have it among the ledgers that you wrote'
mv ../keys.away .zkp-ledger/keys
run 0 zkp-ledger notarize d.csv --name mine
run 0 zkp-ledger verify d.zkl
ok 'a command that signed nothing makes no ledger his own'
