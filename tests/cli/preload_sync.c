/* Preloaded by outcome.sh: the database's log fails to sync or to be written, as ZKL_FAIL says.
 *
 *     sync-once      the first sync of a log fails; what was written is there all the same
 *     sync-always    so does every sync after it, of any file write-once     the first write to a
 *     log after ZKL_FAIL_AFTER of them fails, and writes nothing */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool failed;

static bool is_log(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    path[size > 0 ? size : 0] = 0;
    return strstr(path, "/store/") && size > 4 && strcmp(path + size - 4, ".log") == 0;
}

static bool mode_is(const char *mode)
{
    const char *wanted = getenv("ZKL_FAIL");
    return wanted && strcmp(wanted, mode) == 0;
}

static bool sync_fails(int fd)
{
    const bool always = mode_is("sync-always");
    if ((failed && always) || (!failed && (always || mode_is("sync-once")) && is_log(fd))) {
        failed = true;
        errno = EIO;
        return true;
    }
    return false;
}

int fsync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    return sync_fails(fd) ? -1 : real(fd);
}

int fdatasync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return sync_fails(fd) ? -1 : real(fd);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    ssize_t (*real)(int, const void *, size_t) =
        (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    if (!failed && mode_is("write-once") && is_log(fd)) {
        failed = true;
        errno = ENOSPC;
        return -1;
    }
    return real(fd, bytes, size);
}
