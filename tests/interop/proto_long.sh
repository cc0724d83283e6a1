#!/usr/bin/env bash
# proto/ is what the rows say, and no number of a member ever changes (tools/proto.py), whatever becomes of the rows.
set -euo pipefail
tool=$ZKL_BUILD_DIR/tests/tool_operations
make=$ZKL_SOURCE_DIR/tools/proto.py
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$make" "$tool" --check
cp -r "$ZKL_SOURCE_DIR/proto" "$work/proto"
cd "$work"
"$tool" >operations.json
printf '#!/bin/sh\ncat %s/changed.json\n' "$work" >changed
chmod +x changed

# change CODE: the operations as `rows` by name, altered; the files are made of them
change() {
    python3 - "$1" <<'PYTHON'
import json, sys
operations = json.load(open("operations.json"))
rows = {row["name"]: row for row in operations["operations"]}
exec(sys.argv[1])
json.dump(operations, open("changed.json", "w"))
PYTHON
    python3 "$make" ./changed proto >said 2>&1
}
# number MESSAGE MEMBER: its number
number() {
    awk -v message="message $1 {" -v member="$2" '$0 == message { on = 1 } on && /^}/ { on = 0 } on && $(NF - 2) == member { print +$NF }' \
        proto/zkl/v1/zkl.proto
}
same() { cmp proto/zkl/v1/zkl.proto "$ZKL_SOURCE_DIR/proto/zkl/v1/zkl.proto"; }

[ "$(number ShowRequest reference)" = 1 ]
change 'rows["show"]["request"]["properties"] = dict(reversed(rows["show"]["request"]["properties"].items()))'
same # the order of the rows is nobody's matter
last=$(awk '$1 == "ShowRequest" { print NF - 1 }' proto/numbers.txt)
change 'rows["show"]["request"]["properties"] = {"newest": {"type": "string"}, **rows["show"]["request"]["properties"]}'
[ "$(number ShowRequest newest)" = $((last + 1)) ] && [ "$(number ShowRequest reference)" = 1 ]
change ''
grep -A$((last + 8)) '^message ShowRequest {' proto/zkl/v1/zkl.proto | grep -q "^  reserved $((last + 1));"
change 'rows["show"]["request"]["properties"]["newer"] = {"type": "string"}'
[ "$(number ShowRequest newer)" = $((last + 2)) ] # a number that was in use is not used again
# one of those that share a message gets a member: the message has it, and keeps its numbers
receipt=$(number Entry receipt_id)
change 'rows["prove"]["result"]["properties"]["entry"]["properties"]["more"] = {"type": "boolean"}'
[ -n "$(number Entry more)" ] && [ "$(number Entry receipt_id)" = "$receipt" ]
grep -q '^  Entry entry = ' proto/zkl/v1/zkl.proto
# what would make an old reader read something else is refused
for other in '{"type": "object", "properties": {}, "required": []}' '{"type": "integer", "minimum": 0}' '{"type": "array", "items": {"type": "string"}}'; do
    if change "rows['show']['request']['properties']['reference'] = $other"; then
        echo "a text became $other"
        exit 1
    fi
    grep -q 'ShowRequest.reference was of another kind' said || { cat said; exit 1; }
done
# a new operation
change 'operations["operations"].append({**rows["show"], "name": "look-at"})'
grep -q 'rpc LookAt(LookAtRequest) returns (LookAtResult);' proto/zkl/v1/zkl.proto
# every line of the table begins as it began
while read -r line; do
    awk -v line="$line " 'index($0 " ", line) == 1 { found = 1 } END { exit !found }' proto/numbers.txt || { echo "changed: $line"; exit 1; }
done < <(grep -E '^(Show|Prove|Entry|Operation)' "$ZKL_SOURCE_DIR/proto/numbers.txt")
if python3 "$make" "$tool" --check proto >said 2>&1; then
    echo "a file that is not what the rows say is taken"
    exit 1
fi
echo "proto: numbers stay"
