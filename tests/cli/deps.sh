#!/usr/bin/env bash
# What is unpacked into the build folder is looked at again at every configuration.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
mkdir -p source/inner
echo one >source/a.c
echo two >source/inner/b.h
run 0 cmake -E tar czf archive.tgz source
unpack() { # CODE TREE_HASH
    printf 'include("%s/cmake/unpack.cmake")\nzkl_unpack("%s/archive.tgz" "%s/deps/thing" %s)\n' "$zkl_source" "$work" "$work" "$2" >unpack.cmake
    run "$1" cmake -P unpack.cmake
}
printf 'include("%s/cmake/unpack.cmake")\nzkl_tree_hash(hash "%s/holder")\nmessage("${hash}")\n' "$zkl_source" "$work" >hash.cmake
mkdir holder && cp -r source holder/
run 0 cmake -P hash.cmake
hash=$err
unpack 0 "$hash"
touch -d 2001-01-01 deps/thing/source/a.c
unpack 0 "$hash"
[ "$(stat -c %y deps/thing/source/a.c | cut -c1-4)" = 2001 ] || fail "it was unpacked again without need"
for change in 'echo three >>deps/thing/source/a.c' 'rm deps/thing/source/inner/b.h' 'echo new >deps/thing/c.h' 'mv deps/thing/source/a.c deps/thing/source/A.c'; do
    touch before
    eval "$change"
    unpack 0 "$hash"
    says "is not what was unpacked there"
    diff -r source deps/thing/source || fail "after '$change' it is not as in the archive"
    [ deps/thing/source/a.c -nt before ] || fail "what was compiled from the changed file would stay"
done
ok "a changed, missing, added or renamed file is noticed and put right"
rm -rf deps
unpack 1 "${hash//[0-9]/0}"
says "pinned is"
[ ! -e deps/thing ] || fail "it was unpacked all the same"
ok "an archive with other files is refused"
