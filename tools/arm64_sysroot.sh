#!/bin/sh
# tools/arm64_sysroot.sh FOLDER: libraries and headers for arm64, as Debian packages of this machine's release, unpacked below
# FOLDER. Nothing is installed: apt works on lists and a cache of its own there, and checks their signatures as always. Does
# nothing when it is all there.
set -eu
root=$1
packages="libc6-dev libstdc++-12-dev libssl-dev libjansson-dev zlib1g-dev libzstd-dev librocksdb-dev libtomlplusplus-dev
libuv1-dev libnghttp2-dev libcurl4-openssl-dev libp11-kit-dev libprotobuf-c-dev libprotobuf-dev"
wanted=$(echo "$packages" | cat - "$0" | sha256sum | cut -c1-16)
[ "$(cat "$root/done" 2>/dev/null)" != "$wanted" ] || exit 0
command -v apt-get >/dev/null || { echo "no apt-get: the libraries for arm64 come from Debian's packages" >&2; exit 8; }
echo "Fetching libraries for arm64 into $root ..."
rm -rf "$root"
mkdir -p "$root/lists/partial" "$root/cache/archives/partial"
: >"$root/status"
apt() {
    apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State::lists="$root/lists" \
        -o Dir::State::status="$root/status" -o Dir::Cache="$root/cache" -o APT::Sandbox::User=root -o Debug::NoLocking=1 "$@"
}
apt update
# shellcheck disable=SC2086 # a list of package names
apt install --download-only -y --no-install-recommends $packages >/dev/null
for package in "$root"/cache/archives/*.deb; do
    dpkg-deb -x "$package" "$root"
done
rm -rf "$root/cache" "$root/lists"
# Links to files by their absolute name would lead out of the folder.
find "$root" -type l -lname '/*' | while read -r link; do
    ln -srfn "$root$(readlink "$link")" "$link"
done
echo "$wanted" >"$root/done"
