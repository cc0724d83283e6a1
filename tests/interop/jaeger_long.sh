#!/usr/bin/env bash
# A real Jaeger takes the service's traces and shows them as they are. It is built from its Go module in `make soak` (some
# minutes, once), and asked whenever it is there; cli/traces_long judges the protocol always.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
pins=$ZKL_SOURCE_DIR/tests/interop/jaeger
jaeger=$(zkl_tools_folder)/jaeger-$(sha256sum <"$pins/go.sum" | cut -c1-16)
if [ ! -x "$jaeger" ]; then
    [ -n "${ZKL_SOAK:-}" ] || { echo "Jaeger is built by 'make soak T=jaeger'"; exit 77; }
    command -v go >/dev/null || zkl_lacks "go (Debian: golang-go)"
    export GOMODCACHE=$(zkl_tools_folder)/go GOFLAGS="-mod=readonly -modcacherw" GOTOOLCHAIN=local GOWORK=off
    (cd "$pins" && zkl_locked go build -o "$jaeger" github.com/jaegertracing/jaeger/cmd/all-in-one) || zkl_lacks "the Go modules named in tests/interop/jaeger/go.mod"
fi
run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
python3 "$pins/judge.py" "$jaeger" "$key" || fail "judge.py: $(cat served; tail -20 jaeger.log)"
ok "Jaeger shows the trace"
