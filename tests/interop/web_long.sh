#!/usr/bin/env bash
# The service's web page in a browser (Chromium): logging in, every page by axe-core and html-validate, upload, jobs, receipts
# that are dropped, keys, sessions, forms of others; by the keyboard, without a script, in light, dark and on a phone.
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
. "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
[ -x /usr/bin/chromium ] || { echo "skipped: chromium is not installed (tools/setup.sh test)"; exit 77; }
export XDG_CACHE_HOME=$work/.cache
pins=$ZKL_SOURCE_DIR/tests/interop/web
folder=$(zkl_npm "$pins" web-pages) || exit 1

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
sed -i 's/^addresses.*/addresses = ["127.0.0.1:0"]/; s/^job_threads.*/job_threads = 1/' here/zkp-ledgerd.toml
printf 'id,age\n1,30\n2,17\n3,44\n4,45\n5,30\n' >people.csv
seq 0 150000 | sed '1s/.*/v/' >large.csv
serve() {
    rm -f served
    : >served
    zkp-ledgerd here >served 2>&1 &
    daemon=$!
    trap 'kill $daemon 2>/dev/null; wait $daemon; clean_up' EXIT
    until grep -qs "^Listening" served; do kill -0 $daemon || fail "$(cat served)"; sleep 0.05; done
    url=$(sed -n 's/^Listening on //p' served)
}
end() {
    kill -TERM $daemon
    wait $daemon || fail "it ends with $?: $(cat served)"
    trap clean_up EXIT
}
serve
node "$pins/pages.cjs" "$folder/node_modules" "http://$url" "$key" "$PWD" ${ZKL_SHOTS:+"$ZKL_SHOTS"} || fail "pages.cjs: $(cat served)"
end
lacks "the key stands in a file" -rF "$key" here
ok "the web page holds in a browser"
