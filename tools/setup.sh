#!/bin/sh
# Install what a target of the Makefile needs and this machine lacks, after saying what that is.
#   tools/setup.sh build|test|check|arm64
# On a terminal it asks first; YES=1 in the environment, or no terminal (a container, a build machine): it goes on.
# Does nothing, and needs no network, when everything is there.
set -eu
target=${1:-build}

missing=
# want PACKAGE TEST-COMMAND...: the package is missing when the command fails
want() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
has() { command -v "$1"; }
clang_runtime() { ls "$(clang-16 -print-resource-dir)"/lib/linux/libclang_rt.tsan-*.a; }
header() { echo "#include <$1>" | c++ -std=c++17 -E -x c++ -; }

# Debian 12's own cargo has no 'cargo info', which fetches one crate and nothing else; its cargo-web, for browsers, has.
cargo=cargo
case $(cat /etc/debian_version 2>/dev/null) in 12*) cargo=cargo-web ;; esac

want gcc has cc
want g++ has c++
want cmake has cmake
want ninja-build has ninja
want pkg-config has pkg-config
want git has git
want ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
want "$cargo" cargo info --help
want nodejs has node
want npm has npm
want libssl-dev header openssl/evp.h
want libjansson-dev header jansson.h
want zlib1g-dev header zlib.h
want libzstd-dev header zstd.h
want librocksdb-dev header rocksdb/c.h
want libtomlplusplus-dev header toml++/toml.h
want libpango1.0-dev pkg-config --exists pangocairo
want libuv1-dev pkg-config --exists libuv
want libnghttp2-dev pkg-config --exists libnghttp2
want libcurl4-openssl-dev pkg-config --exists libcurl
want libp11-kit-dev pkg-config --exists p11-kit-1
want libprotobuf-c-dev pkg-config --exists libprotobuf-c
want protobuf-c-compiler has protoc-c
want libprotobuf-dev test -e /usr/include/google/protobuf/descriptor.proto
want python3-dev python3 -c 'import os, sysconfig; assert os.path.exists(sysconfig.get_paths()["include"] + "/Python.h")'
want python3-venv python3 -c 'import venv, ensurepip'
if [ "$target" != build ] && [ "$target" != arm64 ]; then
    want python3 has python3
    want golang-go has go
    want perl has perl
    want util-linux has unshare
    want binutils has nm
    want openssl has openssl
    want valgrind has valgrind
    want softhsm2 has softhsm2-util
    want qpdf has qpdf
    want poppler-utils has pdftotext
    want prometheus has promtool
    want testssl.sh has testssl
    want chromium has chromium
fi
if [ "$target" = arm64 ]; then # libraries for it are fetched, not installed: tools/arm64_sysroot.sh
    want gcc-12-aarch64-linux-gnu has aarch64-linux-gnu-gcc-12
    want g++-12-aarch64-linux-gnu has aarch64-linux-gnu-g++-12
    want qemu-user has qemu-aarch64
fi
if [ "$target" = check ]; then
    want ccache has ccache # the tree of tools/check_templates.py and the release build are compiled once
    want clang-16 has clang-16
    want libclang-rt-16-dev clang_runtime
    want clang-format-16 has clang-format-16
    want clang-tidy-16 has clang-tidy-16
fi

if [ -z "$missing" ]; then
    exit 0
fi
echo "This needs packages that are not installed yet:$missing"
if ! command -v apt-get >/dev/null; then
    echo "Install them with this system's package manager, then run the command again." >&2
    exit 8
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Not root and no sudo: as root, run  apt-get install$missing" >&2; exit 10; }
    sudo=sudo
fi
echo "It would run, as root: apt-get install --no-install-recommends$missing"
if [ "${YES:-}" != 1 ] && [ -t 0 ] && [ -t 1 ]; then
    printf 'Install them now? [y/N] '
    read -r answer || answer=
    case $answer in
    [yY] | [yY][eE][sS]) ;;
    *)
        echo "Nothing was installed. Install them yourself, or run this again with YES=1."
        exit 10
        ;;
    esac
fi
echo "Installing them with apt-get ..."
$sudo apt-get update -qq
# shellcheck disable=SC2086 # a list of package names
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
