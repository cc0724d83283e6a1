#!/usr/bin/env bash
# Without threads, memory, a sane clock or a file system's cooperation: words and an exit code, never a signal; and the ledger is
# as it was.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
if ! grep -q '^ZKL_SANITIZE:[A-Z]*=$' "$zkl_build/CMakeCache.txt"; then
    echo "skipped: a sanitizer's runtime needs what is taken away here"
    exit 77
fi
cat >shim.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
static int threads_made;
int pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *x)
{
    const char *left = getenv("THREADS_LEFT");
    if (left && threads_made++ >= atoi(left))
        return EAGAIN;
    return NEXT(pthread_create)(t, a, f, x);
}
static time_t shift(void) { const char *by = getenv("SHIFT"); return by ? atol(by) : 0; }
int clock_gettime(clockid_t clock, struct timespec *t)
{
    const int result = NEXT(clock_gettime)(clock, t);
    if (clock == CLOCK_REALTIME)
        t->tv_sec += shift();
    return result;
}
int gettimeofday(struct timeval *t, void *zone)
{
    const int result = NEXT(gettimeofday)(t, zone);
    t->tv_sec += shift();
    return result;
}
time_t time(time_t *out)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (out)
        *out = t.tv_sec;
    return t.tv_sec;
}
static int fails(const char *name)
{
    const char *code = getenv(name);
    if (code)
        errno = atoi(code);
    return code != NULL;
}
int sync_file_range(int fd, off64_t at, off64_t size, unsigned flags)
{
    return fails("SYNC_FILE_RANGE") ? -1 : NEXT(sync_file_range)(fd, at, size, flags);
}
int fsync(int fd) { return fails("FSYNC") ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return fails("FSYNC") ? -1 : NEXT(fdatasync)(fd); }
__attribute__((destructor)) static void say_stack(void)
{
    char line[128];
    FILE *f = getenv("STACK") ? fopen("/proc/self/status", "r") : NULL;
    unsigned long kb;
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmStk: %lu", &kb) == 1)
            fprintf(stderr, "stack: %lu\n", kb);
}
C
run 0 ${CC:-cc} -shared -fPIC shim.c -o shim.so -ldl
new_ledger .
small_table >people.csv
run 0 zkp-ledger notarize people.csv --name people -o people.zkl
run 0 zkp-ledger export people --format data-key -o people.key

# starved NAME=VALUE COMMAND...: any exit code but a signal's; the words are told.
starved() {
    local setting=$1
    shift
    last_command="$setting $*"
    env "$setting" LD_PRELOAD="$work/shim.so" "$@" >"$work/.out" 2>"$work/.err" </dev/null
    code=$?
    out=$(cat "$work/.out") err=$(cat "$work/.err")
    [ $code -lt 126 ] || fail "it ended by a signal, or was not found"
    [ $code -eq 0 ] || says "error: "
    silent_about "gave up" # the last resort, for what nobody foresaw
}
for left in 0 1 3 4 8; do
    starved THREADS_LEFT=$left zkp-ledger notarize people.csv --name people
    starved THREADS_LEFT=$left zkp-ledger notarize "$data/int96.parquet" --name moments
    starved THREADS_LEFT=$left zkp-ledger verify people
    starved THREADS_LEFT=$left zkp-ledger verify people.zkl --data people.csv
done
run 0 zkp-ledger verify-chain
ok "threads that the system denies"
starved THREADS_LEFT=0 zkp-ledger log
[ $code -eq 6 ] || [ $code -eq 0 ] || fail "no thread: exit code $code"

for megabytes in 60 120 200 320 450; do
    code=0
    (ulimit -v $((megabytes * 1024)) && exec env zkp-ledger notarize people.csv --name people) >"$work/.out" 2>"$work/.err" || code=$?
    last_command="with $megabytes MB of address space: notarize"
    [ $code -lt 126 ] || fail "it ended by a signal"
    code=0
    (ulimit -v $((megabytes * 1024)) && exec env zkp-ledger verify people.zkl) >"$work/.out" 2>"$work/.err" || code=$?
    [ $code -lt 126 ] || fail "it ended by a signal"
done
run 0 zkp-ledger verify-chain
ok "little memory"

# Where an address space is full, a stack that has to grow ends the program: it never has to.
starved STACK=1 zkp-ledger --version
filled=$(sed -n 's/^stack: //p' "$work/.err")
[ "$filled" -ge 1024 ] || fail "the stack is not mapped at the start"
starved STACK=1 zkp-ledger notarize people.csv --name people
[ "$(sed -n 's/^stack: //p' "$work/.err")" -le $((filled + 8)) ] || fail "the stack grew: $(cat "$work/.err")"
ok "a stack that is there from the start"

# Before 1970, and after the year 9999.
before=$(log_size)
for command in "notarize people.csv --name people" "log" "verify people" "verify-chain" "init other --no-passphrase"; do
    mkdir -p other
    # shellcheck disable=SC2086 # words
    starved SHIFT=-3000000000 zkp-ledger $command
    [ $code -eq 8 ] || fail "a clock before 1970: exit code $code"
    says "stands before 1970"
done
starved SHIFT=300000000000 zkp-ledger notarize people.csv --name people
[ $code -eq 3 ] || fail "a clock after 9999: exit code $code"
[ "$(log_size)" -eq "$before" ] || fail "something was recorded"
run 0 zkp-ledger verify people.zkl
ok "a clock that stands in another age"

# File systems that know no sync_file_range, or answer it or fsync with what nobody expects.
for code_of in 5 22 38 95 4095; do
    starved SYNC_FILE_RANGE=$code_of zkp-ledger notarize people.csv --name people
done
for code_of in 5 22 38 28; do
    starved FSYNC=$code_of zkp-ledger notarize people.csv --name people
    starved FSYNC=$code_of zkp-ledger keys backup copy-$code_of --no-passphrase
done
run 0 zkp-ledger verify-chain
ok "unexpected errors of sync_file_range and fsync"
