#!/usr/bin/env bash
# Witnesses with ML-DSA-44: Go's filippo.io/mldsa accepts our lines and we accept its. With the libcrypto of the machine,
# where that has no ML-DSA-44, such a line counts for nothing, and that is said. (Builds OpenSSL 3.5 once: a minute or two.)
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
source "$ZKL_SOURCE_DIR/tests/interop/liblibcrypto.sh"
command -v go >/dev/null || zkl_lacks "go (Debian: golang-go)"

new=$(zkl_libcrypto_35) || exit 1
export GOMODCACHE=$(zkl_tools_folder)/go GOFLAGS="-mod=readonly -modcacherw" GOTOOLCHAIN=local GOWORK=off
(cd "$ZKL_SOURCE_DIR/tests/interop/mldsa" && zkl_locked go build -o "$work/mldsa" .) || zkl_lacks "the Go module named in tests/interop/mldsa/go.mod"
# run_new CODE COMMAND...: as run, with OpenSSL 3.5
run_new() { LD_LIBRARY_PATH=$new run "$@"; }

# ---- The unit tests that skip what libcrypto lacks
for unit in record_checkpoint keys_keyfile keys_signer; do
    run_new 0 "$zkl_build/tests/test_$unit"
done
ok "unit tests with OpenSSL 3.5"

# ---- Ours, judged by Go
new_ledger one --name one
ledger=one/.zkp-ledger
small_table > d.csv
run 0 zkp-ledger notarize d.csv --name d --ledger $ledger -o plain.zkl
run 0 zkp-ledger keys show --trust --ledger $ledger
cp "$work/.out" trust.toml
printf 'pass\n' > passphrase
run_new 0 zkp-ledger witness new pq --name witness.example/pq --algorithm ml-dsa-44 --new-passphrase-file passphrase --json
json_value 'd["verifier_key"]' > pq.key
run 2 zkp-ledger witness new none --name w --algorithm rsa --no-passphrase
run 0 zkp-ledger log cosign request --ledger $ledger -o ask.txt
run_new 10 zkp-ledger witness cosign ask.txt --folder pq --trust trust.toml -o pq.txt
run_new 0 zkp-ledger witness cosign ask.txt --folder pq --trust trust.toml -o pq.txt --passphrase-file passphrase --json
time=$(json_value 'd["time"]')
run 0 ./mldsa judge pq.key ask.txt pq.txt
ok "Go accepts a line of ours, and none that was altered"

# ---- Go's, judged by us
mkdir go
run 0 ./mldsa sign witness.example/go ask.txt go
run 0 ./mldsa judge go/key ask.txt go/line
for at in 200 2000; do # a character of the signature's base 64
    python3 -c 'import sys; t = open("go/line").read(); i = int(sys.argv[1]); print(t[:i] + ("A" if t[i] != "A" else "B") + t[i + 1:], end="")' $at > altered.txt
    run_new 1 zkp-ledger log cosign attach altered.txt --ledger $ledger --witness "$(cat go/key)"
done
run_new 0 zkp-ledger log cosign attach go/timeless --ledger $ledger --witness "$(cat go/key)" --json
json 'd["cosignatures"][0]["time"] == ""'
run_new 0 zkp-ledger log cosign attach go/line --ledger $ledger --witness "$(cat go/key)" --json
json 'd["cosignatures"][0]["time"] == "2026-01-01T00:00:00.000Z"'
run_new 0 zkp-ledger log cosign attach pq.txt --ledger $ledger --witness "$(cat pq.key)"
run 0 zkp-ledger witness new classic --name witness.example/pq --no-passphrase --json
json_value 'd["verifier_key"]' > classic.key
run 0 zkp-ledger witness cosign ask.txt --folder classic --trust trust.toml -o classic.txt
run_new 0 zkp-ledger log cosign attach classic.txt --ledger $ledger --witness "$(cat classic.key)"
# quorum NUMBER KEYFILE...: a trust file with these witnesses
quorum() {
    local number=$1
    shift
    cat trust.toml
    printf '\n[witnesses]\nquorum = %s\nkeys = [' "$number"
    cat "$@" | sed 's/.*/"&",/'
    printf ']\n'
}
quorum 2 pq.key go/key > both.toml
quorum 1 pq.key > one.toml
quorum 2 pq.key classic.key > same.toml
quorum 0 pq.key go/key > none.toml
run 0 zkp-ledger export d --ledger $ledger -o d.zkl
run_new 0 zkp-ledger verify d.zkl --trust both.toml --json
json 'sorted(d["witnesses"]) == ["witness.example/go", "witness.example/pq"]' '"algorithm" not in d["not_proven_names"]'
run_new 0 zkp-ledger verify d.zkl --trust one.toml
prints "  witness   witness.example/pq, said to be of $time"
run_new 9 zkp-ledger verify d.zkl --trust same.toml
says '1 of the 2 trusted witnesses signed it, 2 are needed'
run_new 9 zkp-ledger verify plain.zkl --trust one.toml
run_new 0 zkp-ledger verify-chain --ledger $ledger
ok "two witnesses with ML-DSA-44 are a quorum, and one name with two keys is one witness"

# ---- Each line altered: refused under a trust that names the key
python3 - <<'PYTHON'
import base64, hashlib
receipt = open("d.zkl", "rb").read()
for name in ("pq", "go"):
    mark = f"— witness.example/{name} ".encode()
    begins = [i for i in range(len(receipt)) if receipt.startswith(mark, i)]
    for begin in begins:
        end = receipt.index(b"\n", begin)
        text = receipt[begin + len(mark):end]
        if len(text) > 3000:
            raw = bytearray(base64.b64decode(text))
            raw[1000] ^= 16
            body = receipt[:begin + len(mark)] + base64.b64encode(raw) + receipt[end:-32]
            open(name + "_altered.zkl", "wb").write(body + hashlib.sha3_256(body).digest())
PYTHON
for name in pq go; do
    run_new 1 zkp-ledger verify ${name}_altered.zkl --trust none.toml
    says "note: the line of 'witness.example/$name': the ml-dsa-44 signature is false"
done
ok "an altered line of a known witness is refused"

# ---- The second verifier, with another implementation of the algorithm
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/second_verifier_requirements.txt")
second() { run "$1" "$python" "$ZKL_SOURCE_DIR/tools/zkl_verify.py" "$2" --trust "$3" --json; }
second 0 d.zkl both.toml
json 'sorted(d["witnesses"]) == ["witness.example/go", "witness.example/pq"]' 'd["unchecked_witnesses"] == []'
second 9 d.zkl same.toml
second 9 plain.zkl one.toml
for name in pq go; do second 1 ${name}_altered.zkl none.toml; done
ok "the second verifier accepts these lines, and none that was altered"

# ---- Without ML-DSA-44 in libcrypto
if zkp-ledger witness new probe --name probe --algorithm ml-dsa-44 --no-passphrase >/dev/null 2>&1; then
    ok "the machine's own libcrypto has ML-DSA-44: nothing is lacking"
    exit 0
fi
run 8 zkp-ledger witness new probe --name probe --algorithm ml-dsa-44 --no-passphrase
says 'this libcrypto has no ml-dsa-44: OpenSSL has it from 3.5 on'
[ ! -e probe ] || fail "a witness that could not be made left a folder"
run 8 zkp-ledger witness cosign ask.txt --folder pq --trust trust.toml -o no.txt --passphrase-file passphrase
run 8 zkp-ledger log cosign attach go/line --ledger $ledger --witness "$(cat go/key)"
run 9 zkp-ledger verify d.zkl --trust both.toml
says '0 of the 2 trusted witnesses signed it, 2 are needed. Lines of 2 more cannot be checked'
run 0 zkp-ledger verify d.zkl --trust none.toml --json
json 'd["witnesses"] == []' '"algorithm" in d["not_proven_names"]' '"witnessed" in d["not_proven_names"]'
run 0 zkp-ledger export d --ledger $ledger -o again.zkl
cmp d.zkl again.zkl || fail "without ML-DSA-44 another receipt is exported"
run 0 zkp-ledger verify-chain --ledger $ledger
ok "without ML-DSA-44 such lines count for nothing, and the verdict says so"
