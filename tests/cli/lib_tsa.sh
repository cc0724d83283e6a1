# Time stamping authorities by openssl, for the transcripts beside this file: source it after lib.sh.
#
# make_authority FOLDER NAME: a CA. make_tsa FOLDER NAME CA [EXTENDED-KEY-USAGE [DAYS]]: a clock whose certificate it issues.
# answer TSA QUERY REPLY [OPENSSL'S OPTIONS]: what the clock says. pem_toml NAME FILE: the table of a trust file.
command -v openssl >/dev/null || { echo "openssl is missing"; exit 77; }

make_authority() {
    mkdir -p "$1" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1/key.pem" -out "$1/cert.pem" -days 30 \
        -subj "/CN=$2" -addext keyUsage=critical,keyCertSign 2>/dev/null || fail "openssl made no authority"
}

make_tsa() {
    local usage=${4:-critical,timeStamping} days=${5:-20} key=${6:-ec}
    mkdir -p "$1"
    case $key in
        ec) openssl ecparam -name prime256v1 -genkey -noout -out "$1/key.pem" ;;
        rsa) openssl genrsa -out "$1/key.pem" 2048 2>/dev/null ;;
    esac
    openssl req -new -key "$1/key.pem" -subj "/CN=$2" -out "$1/request.pem" 2>/dev/null &&
        printf 'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n' "$usage" > "$1/extensions" &&
        openssl x509 -req -in "$1/request.pem" -CA "$3/cert.pem" -CAkey "$3/key.pem" -set_serial "0x$(openssl rand -hex 8 | sed 's/^./4/')" \
            -days "$days" -extfile "$1/extensions" -out "$1/cert.pem" 2>/dev/null || fail "openssl made no clock"
    cp "$3/cert.pem" "$1/chain.pem"
    echo 01 > "$1/serial"
    cat > "$1/tsa.cnf" <<CNF
[tsa]
default_tsa = here
[here]
serial = $1/serial
signer_cert = $1/cert.pem
certs = $1/chain.pem
signer_key = $1/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1, millisecs:500
ess_cert_id_alg = sha256
CNF
}

answer() {
    local tsa=$1 query=$2 reply=$3
    shift 3
    openssl ts -reply -config "$tsa/tsa.cnf" -section here -queryfile "$query" -out "$reply" "$@" >/dev/null 2>"$work/.openssl" ||
        { cat "$work/.openssl" >&2; fail "openssl as a clock gave no answer"; }
}

pem_toml() { printf '\n[[tsa]]\nname = "%s"\ncertificate = """\n%s\n"""\n' "$1" "$(cat "$2")"; }

# clock_server COUNT: a clock at an address of this machine (clock/tsa.cnf; /late answers to another request), for COUNT
# requests; sets port. 'exec 8<&-' when it is done.
clock_server() {
    cat > server.py <<'PYTHON'
import http.server, subprocess, sys
class Clock(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/late": query = open("d.tsq", "rb").read()
        open("query", "wb").write(query)
        subprocess.run(["openssl", "ts", "-reply", "-config", "clock/tsa.cnf", "-section", "here", "-queryfile", "query", "-out", "reply"], capture_output=True)
        reply = open("reply", "rb").read()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Clock)
server.timeout = 60 # so that nothing stays when the test ends early
print(server.server_port, flush=True)
for _ in range(int(sys.argv[1])): server.handle_request()
PYTHON
    exec 8< <(exec python3 server.py "$1")
    read -r port <&8
}
