#!/usr/bin/env bash
# A run that is killed goes on: at every step of what it keeps, the same command again ends with a receipt that verifies, takes over
# what was finished, and leaves nothing. Of other data, options or keys it starts again.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export STEPS_OF=/spools/
. "$(dirname "${BASH_SOURCE[0]}")/lib_steps.sh"

new_ledger . --name resume
sed -i 's/^parallel_prove = 0/parallel_prove = 1/' .zkp-ledger/zkp-ledger.toml # four chunks at a time
spools=.zkp-ledger/spools
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
# Five chunks of two blocks, two proofs; and a dictionary, whose seed is drawn.
make_rows() { python3 -c 'import sys; s = int(sys.argv[1]); print("n,city", *("%d,%s" % ((i * 7 + s) % 250, "Bern" if i % 3 else "Chur") for i in range(262200)), sep="\n")' "$1" >rows.csv; }
notarize() { zkp-ledger notarize rows.csv --name rows --leaf-blocks 16 --claim "range(n, 0, 255)" --no-count --keep-spool --json "$@"; }
killed() { # STEP: run until there
    rm -f "$REACHED"
    last_command="$HOW at step $1"
    STEP=$1 LD_PRELOAD=$work/shim.so notarize "${@:2}" >"$work/.out" 2>"$work/.err"
    ended=$?
    err=$(<"$work/.err")
}
# The same again: it ends well, and nothing of the run is left.
go_on() {
    run 0 notarize -o rows.zkl --force "$@"
    local said=$err
    ! compgen -G "$spools/*.zklrun" >/dev/null || fail "the run that ended is still there"
    ! compgen -G "$spools/*.part" >/dev/null || fail "a part is still there"
    cp "$work/.out" result.json
    run 0 zkp-ledger verify rows.zkl --trust trust.toml --data rows.csv
    cp result.json "$work/.out"
    err=$said
}
export REACHED=$work/reached HOW=kill

# A run through, counted. The last steps are, for each proof, its record in two parts and a sync; the spool's name; the run's removal.
make_rows 0
run 0 env LD_PRELOAD="$work/shim.so" COUNTED="$work/counted" zkp-ledger notarize rows.csv --name rows --leaf-blocks 16 --claim "range(n, 0, 255)" --no-count --keep-spool
total=$(<"$work/counted")
[ "$total" -gt 20 ] || fail "$total steps"
versions=1
resumed_chunks="" resumed_proofs="" STEPS=0
steps="2 6 $((total - 6)) $((total - 3)) $((total - 1)) $total"
is_soak && steps=$(seq 1 "$total")
for step in $steps; do
    make_rows "$step"
    killed "$step"
    [ -e "$REACHED" ] || fail "there is no such step"
    [ "$ended" -eq 137 ] || fail "it was not killed"
    run 0 zkp-ledger verify-chain
    run 0 zkp-ledger show rows --json
    now=$(json_value 'len(d["versions"])')
    if [ "$now" -gt "$versions" ]; then # it was recorded: what is left of the run is of no use
        versions=$now
        make_rows "$((step + 1000))"
    fi
    go_on
    json '0 <= d["resumed"]["chunks"] <= 5' 'd["resumed"]["proofs"] <= len(d["statements"])' 'd["resumed"]["chunks"] == 5 or d["resumed"]["proofs"] == 0'
    resumed_chunks+=" $(json_value 'd["resumed"]["chunks"]')"
    resumed_proofs+=" $(json_value 'd["resumed"]["proofs"]')"
    versions=$((versions + 1)) STEPS=$((STEPS + 1))
done
case $resumed_chunks in *" 0"*) ;; *) fail "no run was killed before a chunk was finished:$resumed_chunks" ;; esac
case $resumed_chunks in *" 5"*) ;; *) fail "no run went on with all chunks:$resumed_chunks" ;; esac
case $resumed_proofs in *" 1"* | *" 2"*) ;; *) fail "no run went on with a proof:$resumed_proofs" ;; esac
ok "killed at $STEPS steps: it goes on, with chunks$resumed_chunks, proofs$resumed_proofs"

# A run that was cut off is listed, can be taken away, and holds nothing in the clear.
find_step() { # the first step at which so much is kept
    for ((at = 15; at < 100; at++)); do
        killed "$at"
        [ -e "$REACHED" ] || fail "no step leaves $1 bytes"
        [ "$(stat -c %s $spools/rows.zklrun 2>/dev/null || echo 0)" -lt "$1" ] || return 0
    done
}
make_rows 5001
find_step 1280 # head, terms, five chunks
run 0 zkp-ledger spool list --json
json 'len([s for s in d["spools"] if s["unfinished"]]) == 1'
run 0 zkp-ledger spool list
prints 'rows  '
prints "a run that was cut off: the same 'notarize' goes on from it"
run 0 zkp-ledger doctor
prints "spool drop rows"
lacks "rows lie in the ledger's folder in the clear" -ra 'Bern\|Chur' $spools
[ "$(stat -c %a $spools/rows.zklrun)" = 600 ] || fail "others may read it"
cp $spools/rows.zklrun kept.zklrun
go_on
says 'resumed: 5 of 5 chunks were there'
json 'd["resumed"]["chunks"] == 5'
ok "listed, in doctor, encrypted, and said when it goes on"

# The same file under the next version, other data, other options: it starts again, and says so. Nothing of it is taken.
again() { # WHAT COMMAND...: a run is cut off, then this
    cp kept.zklrun $spools/rows.zklrun
    go_on "${@:2}"
    says "an unfinished run of 'rows' was of other data, options, version or program"
    json 'd["resumed"] == {"chunks": 0, "proofs": 0}'
}
make_rows 6002
again "the version is recorded"
killed "$at"
cp $spools/rows.zklrun kept.zklrun
sed -i '2s/,Bern\|,Chur/,Genf/' rows.csv
again "another value"
make_rows 7003
killed "$at"
cp $spools/rows.zklrun kept.zklrun
again "other columns" --columns n
ok "other data, options, a later version: it starts again"

# Recorded by a run that keeps no spool: what was cut off is of no more use, and goes too.
for option in "" --no-keep-spool; do
    make_rows 7500
    killed "$at"
    [ -e $spools/rows.zklrun ] || fail "nothing was kept"
    run 0 zkp-ledger notarize rows.csv --name rows --leaf-blocks 16 --no-count $option
    [ ! -e $spools/rows.zklrun ] || fail "the run is still there: $option"
done
ok "it goes when the version is recorded, by whatever run"

# What lies there is changed, cut, empty, of another ledger, a link: none of it is taken, or it is refused.
make_rows 8004
killed "$at"
cp $spools/rows.zklrun kept.zklrun
size=$(stat -c %s kept.zklrun)
lies=0
lie() { # WHAT CHUNKS
    go_on
    json "d['resumed']['chunks'] == $2"
    lies=$((lies + 1))
    make_rows $((8010 + lies))
    killed "$at"
    cp $spools/rows.zklrun kept.zklrun
}
truncate -s $((size - 1)) $spools/rows.zklrun
lie "cut in the last record" 4
truncate -s 10 $spools/rows.zklrun
lie "cut in its head" 0
: >$spools/rows.zklrun
lie "empty" 0
printf '\377' | dd of=$spools/rows.zklrun bs=1 seek=100 conv=notrunc status=none
lie "its salt changed" 0
printf '\377' | dd of=$spools/rows.zklrun bs=1 seek=$((size - 3)) conv=notrunc status=none
lie "its last record changed" 4
rm $spools/rows.zklrun && ln -s ../../kept.zklrun $spools/rows.zklrun
run 10 notarize
rm $spools/rows.zklrun
ok "what was changed, cut or exchanged is not taken"

new_ledger other --name other
mkdir -p other/.zkp-ledger/spools
cp kept.zklrun other/.zkp-ledger/spools/rows.zklrun
run 0 zkp-ledger notarize rows.csv --ledger other/.zkp-ledger --name rows --leaf-blocks 16 --claim "range(n, 0, 255)" --no-count --keep-spool --json
json 'd["resumed"] == {"chunks": 0, "proofs": 0}'
ok "nor is another ledger's"

# It can be refused, dropped, and a full disk costs the run nothing but its keeping.
cp kept.zklrun $spools/rows.zklrun
run 0 zkp-ledger spool drop rows
[ ! -e $spools/rows.zklrun ] || fail "it is still there"
run 2 zkp-ledger notarize rows.csv --name rows --keep-spool --no-keep-spool
says 'the spool is either kept or not'
HOW=full
make_rows 9005
killed "$((at - 1))"
[ "$ended" -eq 0 ] || case $err in *'No space left'*) ;; *) fail "a full disk ends it without saying so: $err" ;; esac
run 0 zkp-ledger verify-chain
ok "dropped, refused, a full disk"
