#!/usr/bin/env bash
# The built files themselves: where they look for libraries, how they are hardened, that they hold no path of the build;
# and a hostile folder, from which nothing is loaded.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Every binary under the folders given; CMake's own trials and what came as a package are not ours.
binaries() {
    find "$@" \( -name CMakeFiles -o -name deps -o -name fetch -o -name setup-cache \) -prune -o -type f -size +3k \
        ! -name '*.o' ! -name '*.a' ! -name libduckdb.so -print | while read -r file; do
        case $(head -c 4 "$file" | tr -d '\0') in $'\177ELF') echo "$file" ;; esac
    done
}
binaries "$zkl_build" >"$work/all"
[ "$(wc -l <"$work/all")" -gt 20 ] || fail "hardly any binary found in $zkl_build"
own=("$zkl_build/zkp-ledger" "$zkl_build/zkl-verify-min" "$zkl_build/libzkl.so.0" "$zkl_build/lib/zkp-ledger/zkl_reader_duckdb.so")

# ---- Where libraries are looked for: no empty element, none that is relative to the current folder, none in the build.
check_paths() {
    local file=$1 path element
    path=$(readelf -dW "$file" | sed -n 's/.*(R\(UN\)\?PATH).*\[\(.*\)\].*/\2/p')
    case :$path: in *::*) [ -z "$path" ] || fail "$file: an empty element in '$path'" ;; esac
    while IFS= read -r -d: element; do
        case $element in
        *"$zkl_build"* | *"$zkl_source"*) fail "$file: the build folder in '$path'" ;;
        /* | '$ORIGIN' | '$ORIGIN'/*) ;;
        *) [ -z "$path" ] || fail "$file: the relative element '$element' in '$path'" ;;
        esac
    done <<<"$path:"
    readelf -dW "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p' | grep / && fail "$file: a path among the libraries it needs"
    return 0
}
while read -r file; do check_paths "$file"; done <"$work/all"
ok "no binary looks for libraries in the current folder or in the build folder"

cat >hostile.c <<'C'
#include <stdio.h>
__attribute__((constructor)) static void here(void)
{
    FILE *file = fopen("loaded", "w");
    if (file)
        fclose(file);
}
C
run 0 ${CC:-cc} -shared -fPIC hostile.c -o hostile.so
mkdir -p hostile/lib/zkp-ledger
new_ledger hostile
while read -r name; do cp hostile.so "hostile/$name"; done < <(readelf -dW "${own[@]}" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p' | sort -u)
for name in libcurl.so.4 $(grep -ao 'librocksdb\.so\.[0-9.]*' "$zkl_build/zkp-ledger"); do cp hostile.so "hostile/$name"; done # loaded late
for folder in hostile hostile/lib hostile/lib/zkp-ledger; do
    cp hostile.so $folder/zkl_reader_duckdb.so
    cp hostile.so $folder/libduckdb.so
done
cp "$data/penguins.parquet" hostile/people.parquet # DuckDB, and so the module, reads it
cd hostile || exit 1
run 0 zkp-ledger notarize people.parquet --name people -o people.zkl
run 0 zkp-ledger verify people.zkl
"$zkl_build/zkl-verify-min" >/dev/null 2>&1
zkp-ledger --remote https://127.0.0.1:1 show x >/dev/null 2>&1
[ ! -e loaded ] || fail "a library of the current folder was loaded"
cd ..
ok "libraries and a reader that lie in the current folder are not loaded"

# ---- The reader's module: an absolute path, nobody else's.
copy_reader() { rm -rf "$1" && mkdir -p "$1" && cp -L "$zkl_build"/lib/zkp-ledger/*.so "$1" && chmod -R go-w "$1"; }
notarize_with() { ZKP_LEDGER_MODULE_DIR=$1 run "$2" zkp-ledger notarize hostile/people.parquet --name again --ledger hostile/.zkp-ledger; }
copy_reader reader
notarize_with "$work/reader" 0
notarize_with reader 2
says "it takes an absolute path"
notarize_with "$work/nowhere" 8
says "no table reader"
for file in reader reader/zkl_reader_duckdb.so reader/libduckdb.so; do
    for mode in g+w o+w; do
        chmod $mode $file
        notarize_with "$work/reader" 10
        says "others can write '$work/$file'"
        chmod go-w $file
    done
    if [ "$(id -u)" -eq 0 ]; then
        chown 12345 $file
        notarize_with "$work/reader" 10
        says "'$work/$file' belongs to user 12345"
        chown 0 $file
    fi
done
ok "a reader by a relative path, of another owner, or that others can write is refused"
mkdir copied && cp "$zkl_build/zkp-ledger" copied/
run 8 copied/zkp-ledger notarize hostile/people.parquet --name again --ledger hostile/.zkp-ledger
says "no table reader"
ok "a copy of the program does not fall back to the build folder"

# ---- No path of this build in what is built; debug sections included, the tests' own programs apart.
for file in "${own[@]}" "$zkl_build/libzkl.a"; do
    ! grep -qaF -e "$zkl_source" -e "$zkl_build" "$file" || fail "$file holds a path of the build"
done
ok "neither program, library nor reader holds a path of the build"

# ---- Hardening. Sanitizers replace it.
if ! grep -q '^ZKL_SANITIZE:[A-Z]*=$' "$zkl_build/CMakeCache.txt"; then exit 0; fi
for file in "${own[@]}"; do
    readelf -dW "$file" | grep -q 'FLAGS.*NOW' || fail "$file: symbols are bound late"
    readelf -lW "$file" | grep -q GNU_RELRO || fail "$file: no RELRO"
    readelf -lW "$file" | grep GNU_STACK | grep -q 'RW ' || fail "$file: the stack is executable"
    readelf -sW "$file" --dyn-syms | grep -q __stack_chk_fail || fail "$file: no stack protector"
    if ! grep -q '^CMAKE_BUILD_TYPE:STRING=Debug' "$zkl_build/CMakeCache.txt"; then
        readelf -sW "$file" --dyn-syms | grep -q '__snprintf_chk' || fail "$file: no _FORTIFY_SOURCE"
    fi
done
while read -r file; do
    readelf -hW "$file" | grep -q 'Type: *DYN' || fail "$file: not position independent"
    readelf -lW "$file" | grep GNU_STACK | grep -q 'RW ' || fail "$file: the stack is executable"
done <"$work/all"
ok "stack protector, FORTIFY, full RELRO, position independent, no executable stack"
if grep -q 'ZKL_HAVE_fcf_protection_full:INTERNAL=1' "$zkl_build/CMakeCache.txt"; then
    # The linker keeps the note only when every object has it, the C library's start files included: so every object of ours.
    for archive in "$zkl_build"/lib*.a; do
        readelf -nW "$archive" 2>/dev/null | awk -v archive="$archive" '
            /^File:/ { if (file != "" && !has) print file; file = $2; has = 0 } /IBT, SHSTK/ { has = 1 }
            END { if (file != "" && !has) print file }' >"$work/without"
        [ ! -s "$work/without" ] || fail "without landing places for jumps: $(cat "$work/without")"
    done
    ok "every object, assembly too, carries the note of indirect branch tracking and shadow stacks"
fi
