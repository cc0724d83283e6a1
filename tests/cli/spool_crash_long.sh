#!/usr/bin/env bash
# Killed or out of disk space at every step of writing a spool: there is none or a whole one, what is left over is swept, and
# the log is as it would be without.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export STEPS_OF=/spools
. "$(dirname "${BASH_SOURCE[0]}")/lib_steps.sh"

new_ledger . --name crash
spools=.zkp-ledger/spools
# Two frames: of few long rows, of many short ones by `make soak`.
python3 - $([ -n "${ZKL_SOAK:-}" ] && echo 20000 0 || echo 40 12000) >rows.csv <<'PYTHON'
import sys
rows, more = map(int, sys.argv[1:])
print("id,note", *("%d,canary %d%s" % (i, i * i, "x" * more) for i in range(rows)), sep="\n")
PYTHON
cat >schema.toml <<'TOML'
[columns.note]
type = "string16"
TOML
notarize() { zkp-ledger notarize rows.csv --name rows --schema schema.toml --keep-spool -q "$@"; }
run 0 notarize # logs the set-up
rm $spools/*

# The versions in the log: one more than before, or as many; with each spool that is there whole and of a version.
check() {
    local versions=$1
    run 0 zkp-ledger verify-chain --json
    json "d['datasets'] == $versions"
    ! ls $spools | grep -q part || [ "$HOW" = kill ] || fail "a part is left by a process that ended"
    run 0 zkp-ledger spool list --json
    json "not any(s['orphan'] for s in d['spools'])"
    for at in $(json_value "' '.join('%s@%d' % (s['dataset']['name'], s['dataset']['version']) for s in d['spools'] if not s['unfinished'])"); do
        run 0 zkp-ledger prove "$at" --search 'min(id)'
        says 'min(id) = 0'
    done
}

export REACHED=$work/reached
versions=1
for HOW in kill full; do
    export HOW
    kept=0 lost=0 steps=$(seq 1 80)
    # A full disk outside of `make soak`: the first steps, the last ones before and behind the entry, and none.
    [ "$HOW" = kill ] || [ -n "${ZKL_SOAK:-}" ] || steps="1 2 $((last - kill_kept)) $((last - kill_kept + 1)) $last $((last + 1))"
    for STEP in $steps; do
        rm -f "$REACHED" $spools/*.zklspool
        sed -i "2s/canary.*/canary $HOW $STEP/" rows.csv # another dataset each time
        last_command="$HOW at step $STEP"
        STEP=$STEP LD_PRELOAD=$work/shim.so notarize >"$work/.out" 2>"$work/.err"
        ended=$?
        said=$(cat "$work/.err")
        run 0 zkp-ledger show rows --json
        now=$(json_value 'len(d["versions"])')
        if [ ! -e "$REACHED" ]; then # there is no such step: the run went to its end
            [ "$ended" -eq 0 ] && [ "$now" -eq $((versions + 1)) ] || fail "an undisturbed run ended with $ended: $said"
            break
        fi
        if [ "$ended" -eq 0 ]; then # what failed was of the note that an unfinished run leaves: all else is there
            [ "$HOW" = full ] && [ "$now" -eq $((versions + 1)) ] && ls $spools/*.zklspool >/dev/null ||
                fail "it says that it went well: $HOW at step $STEP"
            said="well"
        fi
        [ "$HOW" != kill ] || [ "$ended" -eq 137 ] || fail "it was not killed"
        recorded=$((now - versions))
        lost=$((lost + 1 - recorded)) kept=$((kept + recorded))
        case $HOW,$recorded,$said in
        kill,*) ;;
        full,0,*'No space left'*) ;;
        full,1,well) ;;
        full,1,*'the entry is recorded, its spool could not be kept'*'No space left'*) ;;
        *) fail "it does not say what happened: $said" ;;
        esac
        versions=$now
        check "$versions"
    done
    [ "$STEP" -gt 7 ] && [ "$STEP" -lt 80 ] || fail "$STEP steps"
    [ "$lost" -gt "$([ "$HOW" = kill ] || [ -n "${ZKL_SOAK:-}" ] && echo 5 || echo 1)" ] && [ "$kept" -ge 1 ] || fail "$lost before the entry, $kept behind it"
    [ "$HOW" = full ] || last=$((STEP - 1)) kill_kept=$kept
    versions=$((versions + 1))
    check "$versions"
    [ "$(ls $spools)" != "" ] || fail "the undisturbed run kept no spool"
    ! ls $spools | grep -q part || fail "what a killed process left is still there"
    ok "$HOW at $((lost + kept)) of $((STEP - 1)) steps: none or a whole spool"
done
rm $spools/*
run 7 notarize -o /dev/full
says 'the entry is recorded, its receipt could not be written'
run 0 zkp-ledger prove rows --search 'min(id)'
ok "an entry whose receipt could not be written has its spool"
! grep -raq 'canary' .zkp-ledger || fail "rows lie in the ledger's folder in the clear"
ok "and no row in the clear, whatever was left"
