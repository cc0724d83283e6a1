#!/usr/bin/env bash
# The service under load, on the cores that the load takes its share of: TLS 1.3, one key of tier enterprise, limits counted,
# requests logged and audited. nginx serves the same bytes from the disk in the same run. Medians of RUNS.
# Needs wrk, h2load (Debian: nghttp2-client), nginx and curl.
# bench/service.sh BUILD [FOLDER [SECONDS [RUNS [PARTS...]]]]; parts: reads fixed verify notarise idle upload
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
folder=$(mktemp -d "${2:-$PWD}/service.XXXXXX")
seconds=${3:-4} runs=${4:-5}
shift $(($# < 4 ? $# : 4))
[ $# -gt 0 ] || set -- reads fixed verify notarise idle upload
for program in wrk h2load nginx curl python3 openssl; do
    command -v "$program" >/dev/null || { echo "this needs $program" >&2; exit 1; }
done
daemon= server=
stop() {
    [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM
cd "$folder"
export PATH=$build:$PATH XDG_STATE_HOME=$folder/state ZKL_SETUP_CACHE=${ZKL_SETUP_CACHE:-$build/tests/setup-cache}
ulimit -n "$(ulimit -Hn)"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(free_port) other=$(free_port)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 \
    -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>/dev/null
key=$(zkp-ledgerd --init here | grep -o 'sk-[0-9a-f]\{64\}')
cp key.pem cert.pem here/
sed -i '/^addresses/d' here/zkp-ledgerd.toml
sed -i "1i addresses = [\"127.0.0.1:$port\"]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\naccess_log = \"access.log\"" \
    here/zkp-ledgerd.toml
printf '[http]\nidle_seconds = 900\n' >>here/zkp-ledgerd.toml # ten thousand connections take a while
start() {
    zkp-ledgerd here >daemon.log 2>&1 &
    daemon=$!
    for _ in $(seq 200); do curl -sk "https://127.0.0.1:$port/healthz" >/dev/null && break; sleep 0.1; done
}
restart() {
    kill "$daemon"
    wait "$daemon" || true
    start
}
start
base=https://127.0.0.1:$port
auth="Authorization: Bearer $key"
python3 -c 'print("id,amount\n" + "\n".join(f"{i},{i * 7 % 1000}" for i in range(1000)))' >sales.csv
operation=$(curl -sk -T sales.csv -H 'Content-Type: text/csv' -H "$auth" "$base/v1/datasets/sales?claim=range(amount,0,*)" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')
curl -skN -H "$auth" "$base/v1/operations/$operation/events" >/dev/null
mkdir www
curl -sk -H "$auth" "$base/v1/datasets/sales/receipt" -o www/receipt.zkl
curl -sk -H "$auth" "$base/v1/trust" -o trust.toml
zkp-ledger verify www/receipt.zkl --trust trust.toml >/dev/null
cat >nginx.conf <<EOF
$([ "$(id -u)" -ne 0 ] || echo "user root;") worker_processes 2; pid $folder/nginx.pid; error_log $folder/nginx.err; daemon off;
events { worker_connections 16000; }
http { access_log $folder/nginx.log; keepalive_requests 1000000000; sendfile on; open_file_cache max=10;
  client_body_temp_path $folder/t1; proxy_temp_path $folder/t2; fastcgi_temp_path $folder/t3; uwsgi_temp_path $folder/t4; scgi_temp_path $folder/t5;
  server { listen 127.0.0.1:$other ssl http2; http2_max_requests 1000000000; ssl_protocols TLSv1.3; ssl_certificate $folder/cert.pem;
    ssl_certificate_key $folder/key.pem; root $folder/www; } }
EOF
nginx -p "$folder" -c "$folder/nginx.conf" 2>/dev/null &
server=$!
for _ in $(seq 100); do curl -sk "https://127.0.0.1:$other/receipt.zkl" >/dev/null && break; sleep 0.1; done
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg) before; a receipt of $(wc -c <www/receipt.zkl) bytes; $runs runs of $seconds s"

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# Only answers of 2xx count: what was refused is said.
h1() { wrk -t1 -c64 -d"${seconds}s" "$@" | awk -v s="$seconds" '/Requests\/sec/ { rate = $2 } /Non-2xx/ { refused = $NF }
    END { if (refused) print refused " were refused" > "/dev/stderr"; print rate - refused / s }'; }
h2() { h2load -t1 -c64 -m10 -D"$seconds" "$@" 2>&1 | awk -v s="$seconds" '/^status codes:/ { good = $3 }
    /^status codes:/ && $5 + $7 + $9 > 0 { print $0 > "/dev/stderr" } END { print good / s }'; }
beside() { # NAME MEASURE: both servers, one after the other in each run
    local ours= theirs= name=$1 measure=$2 a b
    for _ in $(seq "$runs"); do
        ours+="$($measure -H "$auth" "$base/v1/datasets/sales/receipt")"$'\n'
        theirs+="$($measure "https://127.0.0.1:$other/receipt.zkl")"$'\n'
    done
    a=$(printf %s "$ours" | median) b=$(printf %s "$theirs" | median)
    awk -v n="$name" -v a="$a" -v b="$b" 'BEGIN { printf "%s: %.0f/s, nginx %.0f/s: nginx has %.2f times as many\n", n, a, b, b / a }'
}
fixed() { # NAME URL ARGUMENT...
    local name=$1 url=$2
    shift 2
    rm -f times.log
    h2load -t1 -c64 --rps=235 -n $((15040 * seconds)) --log-file=times.log "$@" "$url" >fixed.log 2>&1
    echo "$name at 15,040/s: p50, p99 in ms: $(python3 "$here/service.py" p99 times.log)"
}
for part in "$@"; do
    case $part in
    reads)
        beside "reads, HTTP/1.1" h1
        beside "reads, HTTP/2 with 10 streams" h2
        ;;
    fixed)
        fixed "reads, HTTP/1.1" "$base/v1/datasets/sales/receipt" --h1 -H "$auth"
        fixed "reads, HTTP/2" "$base/v1/datasets/sales/receipt" -H "$auth"
        fixed "nginx, HTTP/2" "https://127.0.0.1:$other/receipt.zkl"
        ;;
    verify)
        ours= theirs=
        for _ in $(seq "$runs"); do
            ours+="$(h2load -t1 -c16 -m1 -D"$seconds" -d www/receipt.zkl -H "$auth" "$base/v1/verify" 2>&1 |
                sed -n 's/^finished in [^,]*, \([0-9.]*\) req\/s.*/\1/p')"$'\n'
            theirs+="$("$build/bench/bench_verify_rate" www/receipt.zkl trust.toml "$seconds" "$(nproc)")"$'\n'
        done
        a=$(printf %s "$ours" | median) b=$(printf %s "$theirs" | median)
        awk -v a="$a" -v b="$b" 'BEGIN { printf "verifications: %.1f/s, the library on all cores %.1f/s: %.0f %%\n", a, b, 100 * a / b }'
        half=$(awk -v a="$a" 'BEGIN { printf "%d", a / 2 + 0.5 }')
        echo "verifications at half of that ($half/s): p50, p99 in ms:" \
            "$(python3 "$here/service.py" verify "$port" "$key" www/receipt.zkl "$half" $((seconds * 5)))"
        ;;
    notarise) python3 "$here/service.py" notarise "$port" "$key" 16 $((seconds * 5)) 1000 "$daemon" ;;
    idle)
        for version in h1 h2; do # each of a service that has done nothing else
            restart
            python3 "$here/service.py" idle "$port" 10000 "$version" "$daemon"
        done
        ;;
    upload)
        echo 5 >/proc/$daemon/clear_refs
        before=$(awk '/VmHWM/ { print $2 }' /proc/$daemon/status)
        head -c 2147483648 /dev/zero | curl -sk -o upload.json -w '%{http_code} in %{time_total} s' -T - -X POST -H "$auth" \
            "$base/v1/files?name=zeros.bin"
        after=$(awk '/VmHWM/ { print $2 }' /proc/$daemon/status)
        echo ": 2 GiB, $(((after - before) / 1024)) MB more memory at most"
        ;;
    *) echo "no part '$part'" >&2; exit 2 ;;
    esac
done
