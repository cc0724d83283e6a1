#!/usr/bin/env bash
# The command line and a service that lies: what it answers ends with words and an exit code, writes nothing that was not
# asked for, and draws nothing on a terminal.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$zkl_build/tests/tool_operations" ] || { echo "built without tool_operations" >&2; exit 1; }
"$zkl_build/tests/tool_operations" >operations.json || fail "tool_operations"
mkdir R outside
printf 'a\n1\n' >R/a.csv
# receipts of one ledger, which are true of something else than what is asked for
new_ledger L
for table in sales other sales; do
    small_table >"$table.csv" && echo "$((5 + $(wc -l <"$table.csv"))),$RANDOM" >>"$table.csv"
    run 0 zkp-ledger notarize "$table.csv" --name "$table" --ledger L/.zkp-ledger
done
run 0 zkp-ledger prove sales 'range(age, 0, *)' --data sales.csv --ledger L/.zkp-ledger
entry=$(($(log_size --ledger L/.zkp-ledger) - 1))
run 0 zkp-ledger keys show --trust --ledger L/.zkp-ledger && cp "$work/.out" R/trust.toml
for reference in sales@1 sales@2 other "sales#$entry"; do
    run 0 zkp-ledger export "$reference" -o "$reference.zkl" --ledger L/.zkp-ledger
    run 0 zkp-ledger export "${reference%#*}" --format lineage -o "$reference.lineage" --force --ledger L/.zkp-ledger
done
(cd R && python3 "$ZKL_SOURCE_DIR/tests/cli/remote_lies_long.py" ../operations.json "sales#$entry") || fail "remote_lies_long.py"
ok "a service that lies is refused"
