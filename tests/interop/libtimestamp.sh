# Clocks and tokens for timestamp_files.py, by openssl: the work folder is the first argument, the entry's envelope behind its
# byte 0 lies there as `leaf`.
set -euo pipefail
cd "$1"
quiet() { "$@" >log 2>&1 || { cat log; exit 1; }; }
authority() { # NAME HASH
    quiet openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "-$2" -nodes -keyout "$1.key" -out "$1.pem" -days 30 -subj "/CN=$1" \
        -addext keyUsage=critical,keyCertSign
}
clock() { # NAME KEY HASH EXTENSION..
    quiet openssl req -new -key "$2.key" -subj "/CN=$1" -out "$1.csr"
    printf '%s\n' basicConstraints=CA:FALSE keyUsage=critical,digitalSignature extendedKeyUsage=critical,timeStamping "${@:4}" >"$1.ext"
    quiet openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -set_serial "0x4$(openssl rand -hex 7)" "-$3" -days 20 -extfile "$1.ext" -out "$1.pem"
}
token() { # OUT CLOCK KEY ACCURACY HASH
    echo 01 >serial
    printf '%s\n' '[here]' 'serial = serial' "signer_cert = $2.pem" "signer_key = $3.key" "signer_digest = $5" 'default_policy = 1.2.3.4.1' \
        'digests = sha256, sha384' "accuracy = $4" 'ess_cert_id_alg = sha256' >tsa.cnf
    quiet openssl ts -reply -config tsa.cnf -section here -queryfile query -token_out -out "$1.token"
}
authority ca sha256
quiet openssl ecparam -name prime256v1 -genkey -noout -out p256.key
quiet openssl genrsa -out weak.key 1024
quiet openssl ts -query -data leaf -sha256 -cert -out query
clock plain p256 sha256
clock critical p256 sha256 1.2.3.4=critical,ASN1:UTF8String:x
clock policy p256 sha256 certificatePolicies=critical,1.2.3
clock old p256 sha1
clock rsa weak sha256
token plain plain p256 secs:1 sha256
token day plain p256 secs:86400 sha256
token days plain p256 secs:86401 sha256
token sha1 plain p256 secs:1 sha1
for name in critical policy old; do token $name $name p256 secs:1 sha256; done
token rsa rsa weak secs:1 sha256
