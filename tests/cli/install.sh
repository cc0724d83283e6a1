#!/usr/bin/env bash
# An installed tree under a prefix that nobody configured: the program runs from it, and pkg-config and CMake find the library.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
if ! grep -q '^ZKL_SANITIZE:[A-Z]*=$' "$zkl_build/CMakeCache.txt"; then
    echo "skipped: a library under a sanitizer links only with its compiler's runtime"
    exit 77
fi
umask 002
run 0 cmake --install "$zkl_build" --prefix "$work/first"
# The tree is moved: nothing in it may remember where it was.
mv first prefix
prefix=$work/prefix
library=$(dirname "$(find "$prefix" -name libzkl.so)")
small_table >people.csv

service=
[ ! -x "$zkl_build/zkp-ledgerd" ] || service=$prefix/bin/zkp-ledgerd
for file in "$prefix/bin/zkp-ledger" $service "$library/libzkl.so" "$library/zkp-ledger/zkl_reader_duckdb.so"; do
    path=$(readelf -dW "$file" | sed -n 's/.*(R\(UN\)\?PATH).*\[\(.*\)\].*/\2/p')
    case $path in '' | '$ORIGIN' | /*) ;; *) fail "$file looks for libraries in '$path'" ;; esac
    case $path: in *:: | :* | *"$zkl_build"*) [ -z "$path" ] || fail "$file looks for libraries in '$path'" ;; esac
    lacks "$file holds a path of the build" -aF -e "$zkl_build" -e "$zkl_source" "$file"
done
new_ledger own
run 0 "$prefix/bin/zkp-ledger" notarize "$data/penguins.parquet" --name people --ledger own/.zkp-ledger -o people.zkl
run 0 "$prefix/bin/zkp-ledger" verify people.zkl --ledger own/.zkp-ledger
ok "the installed program reads tables by the reader beside it"
run 0 "$prefix/bin/zkp-ledger" policies
prints 'k_anonymous({quasi}, {k})'
cmp "$prefix/share/zkp-ledger/policies/privacy.toml" "$zkl_source/share/policies/privacy.toml" || fail "another policy is installed"
run 0 "$prefix/bin/zkp-ledger" init --templates
prints 'ml-training'
ok "and finds policies and templates beside it"
if [ -n "$service" ]; then
    run 0 "$service" --help
    prints 'Usage: zkp-ledgerd --init FOLDER'
    [ -s "$prefix/share/man/man8/zkp-ledgerd.8" ] && [ -s "$prefix/share/zkp-ledger/deploy/zkp-ledgerd.service" ] &&
        [ -s "$prefix/share/doc/zkp-ledger/service.md" ] || fail "its manual, unit or documents are not there"
    [ -s "$prefix/share/licenses/zkp-ledger/llhttp/LICENSE" ] || fail "the licence of llhttp is not there"
    ok "the service is installed too"
fi

export PKG_CONFIG_PATH=$library/pkgconfig
run 0 pkg-config --modversion zkl
[ "$(cd "$(pkg-config --variable=prefix zkl)" && pwd -P)" = "$(cd "$prefix" && pwd -P)" ] || fail "pkg-config names another prefix"
# shellcheck disable=SC2046 # flags are words
run 0 ${CC:-cc} -std=c17 $(pkg-config --cflags zkl) "$zkl_source/tests/example/notarize.c" -o shared $(pkg-config --libs zkl) "-Wl,-rpath,$library"
rm people.zkl
run 0 ./shared by_shared people.csv 'range(age, 0, 120)'
prints 'proven: every value of age lies between 0 and 120'
ok "pkg-config gives what a program needs to use the shared library"

run 0 cmake -E make_directory package
cat >package/CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(example C)
find_package(zkl REQUIRED)
add_executable(example "${EXAMPLE}")
target_link_libraries(example PRIVATE zkl::zkl)
CMAKE
run 0 cmake -S package -B package/build "-DCMAKE_PREFIX_PATH=$prefix" "-DEXAMPLE=$zkl_source/tests/example/notarize.c"
run 0 cmake --build package/build
run 2 package/build/example
ok "so does the CMake package"

# With the archive alone -lzkl is the static library; its reader is named, for the program lies elsewhere.
mkdir kept && mv "$library"/libzkl.so* kept/
# shellcheck disable=SC2046
run 0 ${CC:-cc} -std=c17 $(pkg-config --cflags zkl) "$zkl_source/tests/example/notarize.c" -o static $(pkg-config --static --libs zkl)
rm people.zkl
ZKP_LEDGER_MODULE_DIR=$library/zkp-ledger run 0 ./static by_static people.csv 'range(age, 0, 120)'
prints 'proven: every value of age lies between 0 and 120'
ok "and with --static to link the archive"
