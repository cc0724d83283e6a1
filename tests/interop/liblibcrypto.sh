# For the scripts beside this one: a libcrypto newer than a Debian 12 has, for what it lacks (ML-DSA-44, from 3.5 on).
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

# The crate that carries OpenSSL's source (Apache-2.0), as its registry has it.
openssl_version=300.5.5+3.5.5
openssl_sha256=3f1787d533e03597a7934fd0a765f0d28e94ecc5fb7789f8053b1e699a56f709

# What the libraries beside a program (libssl, which comes with libcurl) ask of libcrypto and this one left out, as C: they are
# bound when the program begins, and nobody calls them here. FOLDER has the libcrypto.a.
zkl_libcrypto_left_out() {
    ldd "$ZKL_BUILD_DIR/zkp-ledger" | awk '$3 ~ /^\// && $3 !~ /libcrypto/ { print $3 }' |
        xargs -n 1 nm -D --undefined-only | sed -n 's/^ *U \(.*\)@OPENSSL_3.*/\1/p' | sort -u >asked
    nm -g --defined-only "$1/libcrypto.a" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u >there
    echo 'void abort(void);'
    comm -23 asked there | sed 's/.*/void &(void); void &(void) { abort(); }/'
}

# Only the library, and of it what this project and ML-DSA-44 need: a minute on two cores instead of four. The crate has
# no files for a shared library, so it is linked here, with the symbol versions that programs for OpenSSL 3.0, and their libssl, ask for.
zkl_libcrypto_make() {
    local work=$1 archive
    command -v perl >/dev/null || zkl_lacks "perl"
    (cd "$work" && CARGO_HOME=$work/home cargo info --quiet "openssl-src@$openssl_version") >/dev/null 2>&1 || true
    archive=$(echo "$work"/home/registry/cache/*/"openssl-src-$openssl_version.crate")
    echo "$openssl_sha256  $archive" | sha256sum --check --quiet >&2 || return 1
    tar -xzf "$archive" -C "$work"
    cd "$work/openssl-src-$openssl_version/openssl"
    perl ./Configure linux-x86_64 no-shared no-apps no-tests no-docs no-legacy no-engine no-dso no-async no-comp no-ct \
        no-cms no-cmp no-ssl no-tls no-dtls no-quic no-module no-camellia no-idea no-seed no-aria no-bf no-cast no-des \
        no-rc2 no-rc4 no-rc5 no-md4 no-mdc2 no-whirlpool no-rmd160 no-sm2 no-sm3 no-sm4 no-dsa no-dh no-gost no-psk \
        no-siphash no-slh-dsa no-ml-kem >configure.log 2>&1
    { make -s build_generated && make -s -j2 libcrypto.a; } >make.log 2>&1 || { tail -n 20 make.log >&2; return 1; }
    echo 'OPENSSL_3.0.0 { global: *; }; OPENSSL_3.0.3 { global: OPENSSL_strcasecmp; OPENSSL_strncasecmp; } OPENSSL_3.0.0;' >versions
    zkl_libcrypto_left_out . >left_out.c && gcc -fPIC -c left_out.c
    gcc -shared -o libcrypto.so.3 -Wl,-soname,libcrypto.so.3 -Wl,--version-script=versions -Wl,--whole-archive \
        libcrypto.a -Wl,--no-whole-archive left_out.o
    mkdir "$work/lib"
    mv libcrypto.so.3 "$work/lib/"
}

# Print the folder of a libcrypto.so.3 that is OpenSSL 3.5: for LD_LIBRARY_PATH.
zkl_libcrypto_35() {
    local folder
    folder=$(zkl_tools_folder)/libcrypto-$openssl_version-3
    (
        flock 9
        if [ ! -e "$folder/libcrypto.so.3" ]; then
            work=$(mktemp -d)
            trap 'rm -rf "$work"' EXIT
            (set -e; zkl_libcrypto_make "$work") && rm -rf "$folder" && mv "$work/lib" "$folder"
        fi
    ) 9>"$(zkl_tools_folder)/lock" || zkl_lacks "cargo, perl and the crate openssl-src $openssl_version"
    echo "$folder"
}
