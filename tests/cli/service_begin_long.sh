#!/usr/bin/env bash
# The first hour with zkp-ledgerd: usage, a folder that is none, a port that is taken, a key that was lost, a ledger that was there
# before, and what is misspelt in settings, queries and bodies.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v curl >/dev/null || { echo "this test needs curl" >&2; exit 1; }

run 2 zkp-ledgerd
says "one folder is wanted"
run 2 zkp-ledgerd --init
says "'--init' wants a folder"
run 2 zkp-ledgerd --sevre here
says "unknown option '--sevre'"
run 0 zkp-ledgerd --version
prints "zkp-ledgerd "
mkdir empty
run 4 zkp-ledgerd empty
says "'empty' is no service's folder"
run 4 zkp-ledgerd --encrypt empty
says "zkp-ledgerd --init makes one"
ok "usage and folders"

# A ledger that is in its place is taken as it is: one over powers of a ceremony is made so.
mkdir here made
run 0 zkp-ledger init made --no-passphrase --name before
mv made/.zkp-ledger here/ledger
run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
settings=here/zkp-ledgerd.toml
cp "$settings" begin.toml
set_to() { sed "$1" begin.toml >"$settings"; }
set_to 's/^job_threads/job_thread/'
run 2 zkp-ledgerd here
says "unknown key 'job_thread'; did you mean 'job_threads'?"
for address in 127.0.0.1:99999 127.0.0.1:; do
    set_to "s/127.0.0.1:8080/$address/"
    run 2 zkp-ledgerd here
    says "a numeric host and a port are wanted"
done
set_to 's/^# certificate.*/certificate = "none.pem"/; s/^# key = .*/key = "none.pem"/'
run 4 zkp-ledgerd here
says "cannot open the certificate"
ok "settings that are misspelt"

# serve FOLDER: $daemon, and what it listens on in $address
serve() {
    : >served
    zkp-ledgerd "$1" >served 2>&1 &
    daemon=$!
    trap 'kill $daemon 2>/dev/null; wait $daemon; clean_up' EXIT
    until grep -qs "^Listening on 127" served; do kill -0 $daemon || fail "$(cat served)"; sleep 0.05; done
    address=$(sed -n 's/^Listening on \(127.*\)/\1/p' served)
}
end() {
    kill -TERM $daemon
    wait $daemon || fail "it ends with $?: $(cat served)"
    trap clean_up EXIT
}
# asked STATUS WORDS ARGUMENTS...: curl's answer has both
asked() {
    local want=$1 words=$2
    shift 2
    status=$(curl -s -o answer -w '%{http_code}' -H "Authorization: Bearer $key" "$@") || fail "curl $* ends with $?"
    [ "$status" = "$want" ] && grep -qF -e "$words" answer || fail "curl $*: $status $(cat answer)"
}
set_to 's/127.0.0.1:8080/127.0.0.1:0/; s/^upload_bytes_max.*/upload_bytes_max = 100000/'
serve here
url=http://$address
asked 200 '"before-' "$url/v1/log"

# A port has one service, also of the same user: two would share its connections.
run 0 zkp-ledgerd --init other
sed -i "s/127.0.0.1:8080/$address/" other/zkp-ledgerd.toml
run 7 zkp-ledgerd other
says "Address already in use"
ok "a port that is taken"

printf 'age,city\n31,Bern\n44,Genf\n' >people.csv
csv='Content-Type: text/csv'
asked 400 "there is no member 'claims' in the query; did you mean 'claim'?" -T people.csv -H "$csv" "$url/v1/datasets/people?claims=sum(age)"
asked 400 "known: none" "$url/v1/me?limit=3"
asked 400 "did you mean 'limit'" "$url/v1/datasets?limits=3"
asked 400 "there is no member 'clas'" "$url/v1/audit?clas=security"
asked 400 "'last' is a whole number" "$url/v1/log?last=few"
asked 404 "no dataset 'people'" "$url/v1/datasets/people"
asked 405 "this path takes GET, HEAD, PUT" -X POST -d x "$url/v1/datasets/people"
asked 415 "without a form" -F file=@people.csv "$url/v1/files?name=people.csv"
head -c 200000 /dev/zero >large
asked 413 "at most 100000 bytes" -T large -H "$csv" "$url/v1/datasets/large"
asked 413 "at most 100000 bytes" -T large -H "$csv" -H 'Transfer-Encoding: chunked' "$url/v1/datasets/large"
asked 413 "at most 100000 bytes" --http2-prior-knowledge -T large -H "$csv" "$url/v1/datasets/large"
asked 413 "besides the path" -X GET -d "nobody asked" "$url/v1/trust"
for body in '{"name": "n", "roles": "viewer"}|did you mean' '{"role": "viewer"}|name' '{"name": "n", "role": "nobody"}|there is no role' \
    '{"name": "n", "role": "viewer", "days": "7"}|days' '{"name": "n", "role": "viewer", "scopes": "log:read"}|scopes' \
    '{"name": "n", "role": "viewer", "scopes": ["log:raed"]}|log:raed' '{"name": "n", "role": "viewer", "tier": "gold"}|there is no tier' \
    '{"name": "n", "role": "viewer", "organisation": "a b"}|organisation' '[]|no JSON object' 'x|no JSON object'; do
    asked 400 "${body#*|}" -d "${body%|*}" "$url/v1/keys"
done
ok "what is misspelt is told"

# Whoever is refused before his body came has the answer, also over HTTP/2.
wrong=$key
key=sk-0
head -c 1000000 /dev/zero >larger
for file in people.csv larger; do
    for _ in 1 2 3 4 5; do
        asked 401 "a key is needed that counts" --http2-prior-knowledge -T $file -H "$csv" "$url/v1/datasets/people"
    done
done
key=$wrong
run 5 zkp-ledgerd --admin-key here
says "written by another process"
kill -HUP $daemon
until grep -q "other settings count from the next start" served; do kill -0 $daemon || fail "$(cat served)"; sleep 0.05; done
end
ok "answers before bodies, and a reload that is told"

# A lost key: another one, which is an event.
run 0 zkp-ledgerd --admin-key here
another=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
rm other/keys.json
sed -i 's/127.0.0.1:8080/127.0.0.1:0/; s/127.0.0.1:[1-9][0-9]*/127.0.0.1:0/' other/zkp-ledgerd.toml
serve here
url=http://$address
for key in "$key" "$another"; do asked 200 '"admin"' "$url/v1/me"; done
asked 200 KEY_CREATED "$url/v1/audit?event=KEY_CREATED"
end
serve other
grep -q "keys.json has no key" served || fail "nobody is told that there is no key: $(cat served)"
end
ok "a key that was lost"
