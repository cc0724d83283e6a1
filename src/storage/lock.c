#include "storage/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

#define LOCK_TEXT_BYTES_MAX 256

/* Lines to commas, anything unprintable to '?': the file is only a hint for people. */
static void read_holder(int fd, char out[static LOCK_TEXT_BYTES_MAX])
{
    ssize_t got = pread(fd, out, LOCK_TEXT_BYTES_MAX - 1, 0);
    size_t size = got > 0 ? (size_t)got : 0;
    while (size && out[size - 1] == '\n')
        size--;
    out[size] = 0;
    for (size_t i = 0; i < size; i++)
        if (out[i] == '\n')
            out[i] = ',';
        else if (out[i] < ' ' || out[i] > '~')
            out[i] = '?';
}

static zkl_status write_holder(int fd, const char *path, int64_t now_ms, zkl_error *err)
{
    char host[65] = "unknown", since[32] = "unknown", text[LOCK_TEXT_BYTES_MAX];
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm utc;
    if (gethostname(host, sizeof host - 1) != 0)
        snprintf(host, sizeof host, "unknown");
    if (gmtime_r(&seconds, &utc))
        strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", &utc);
    int size =
        snprintf(text, sizeof text, "pid %ld\nhost %s\nsince %s\n", (long)getpid(), host, since);
    if (ftruncate(fd, 0) != 0)
        return zkl_fail_errno(err, "write", path);
    return zkl_fd_write(fd, zkl_bytes_of(text, (size_t)size), path, err);
}

zkl_status zkl_lock_take(zkl_lock *lock, const char *path, int64_t now_ms, zkl_error *err)
{
    ZKL_ASSERT(lock->fd_plus_1 == 0);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return zkl_fail_errno(err, "open the lock", path);
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        zkl_status status;
        if (errno == EWOULDBLOCK) {
            char holder[LOCK_TEXT_BYTES_MAX];
            read_holder(fd, holder);
            status = zkl_fail(err, ZKL_CONFLICT,
                              "the ledger is being written by another process (%s); lock '%s'",
                              holder[0] ? holder : "it has not said who it is", path);
        } else {
            status = zkl_fail_errno(err, "lock", path);
        }
        close(fd);
        return status;
    }
    zkl_status status = write_holder(fd, path, now_ms, err);
    if (status != ZKL_OK) {
        close(fd);
        return status;
    }
    lock->fd_plus_1 = fd + 1;
    return ZKL_OK;
}

void zkl_lock_clear(zkl_lock *lock)
{
    if (lock->fd_plus_1) {
        /* The text is a hint; should emptying it fail, the next holder writes its own. */
        if (ftruncate(lock->fd_plus_1 - 1, 0) != 0)
            errno = 0;
        close(lock->fd_plus_1 - 1);
    }
    lock->fd_plus_1 = 0;
}
