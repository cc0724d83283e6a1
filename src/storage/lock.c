/* The writer's lock: an flock on a file that names its holder.
 *
 *  1. The flock is the lock. The kernel drops it when its holder dies, so there is no lock that
 *     nobody holds.
 *  2. The text is for people: pid, host, since. A text without a lock means nothing, and a lock
 *     without a text is a holder that has not got so far.
 *  3. The file may have been put there by somebody else, to have another file emptied by whoever
 *     writes the ledger. It is opened without following links, must belong to the caller or to
 *     the folder's owner, and is only emptied when it holds nothing or a holder's text. */
#include "storage/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

#define LOCK_TEXT_BYTES_MAX 256 /* pid, a host name of 64, a time: about 120 */
#define RETRY_MS_MIN 5
#define RETRY_MS_MAX 250

/* Lines to commas, anything unprintable to '?': the file is only a hint for people. */
static void read_holder(int fd, char out[static LOCK_TEXT_BYTES_MAX])
{
    ZKL_ASSERT(fd >= 0);
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

/* Emptied first: a shorter text must not end in the tail of an older one. */
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

/* Never through a link, and never something that is not a file of this folder's owner: a lock
 * that somebody else put there may be another file of the caller's, which would be emptied. */
static zkl_status open_lock(int *out, const char *path, zkl_error *err)
{
    struct stat st, folder;
    char copy[PATH_MAX];
    if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", path);
    const int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0644);
    if (fd < 0 && errno == ELOOP)
        return zkl_fail(err, ZKL_DENIED, "the lock '%s' is a symbolic link: remove it", path);
    if (fd < 0)
        return zkl_fail_errno(err, "open the lock", path);
    ZKL_ASSERT(fd >= 0);
    zkl_status status = ZKL_OK;
    if (fstat(fd, &st) != 0 || stat(dirname(copy), &folder) != 0)
        status = zkl_fail_errno(err, "look at the lock", path);
    else if (!S_ISREG(st.st_mode))
        status = zkl_fail(err, ZKL_DENIED, "the lock '%s' is no regular file: remove it", path);
    else if (st.st_uid != geteuid() && st.st_uid != folder.st_uid)
        status = zkl_fail(err, ZKL_DENIED,
                          "the lock '%s' belongs to user %u, neither you nor the ledger's owner",
                          path, (unsigned)st.st_uid);
    if (status != ZKL_OK) {
        close(fd);
        return status;
    }
    *out = fd;
    return ZKL_OK;
}

/* What a holder left, whole or cut short by its end: "pid 12...", printable, short. */
static bool is_holder_text(const char *text, size_t size)
{
    static const char start[] = "pid ";
    const size_t compared = size < sizeof start - 1 ? size : sizeof start - 1;
    if (size >= LOCK_TEXT_BYTES_MAX || memcmp(text, start, compared) != 0)
        return false;
    for (size_t i = 0; i < size; i++)
        if (text[i] != '\n' && (text[i] < ' ' || text[i] > '~'))
            return false;
    return true;
}

/* What stands there decides whether it may be emptied: invariant 3. */
static zkl_status check_content(int fd, const char *path, zkl_error *err)
{
    ZKL_ASSERT(fd >= 0);
    char text[LOCK_TEXT_BYTES_MAX];
    const ssize_t got = pread(fd, text, sizeof text, 0);
    if (got < 0)
        return zkl_fail_errno(err, "read the lock", path);
    return is_holder_text(text, (size_t)got)
               ? ZKL_OK
               : zkl_fail(err, ZKL_DENIED,
                          "the lock '%s' holds what no ledger writes there: it is not overwritten; "
                          "move it away",
                          path);
}

/* Who holds it is read from the file, which a holder may be writing just now: then it has not
 * said who it is. */
static zkl_status fail_held(int fd, const char *path, zkl_error *err)
{
    char holder[LOCK_TEXT_BYTES_MAX];
    read_holder(fd, holder);
    return zkl_fail(err, ZKL_CONFLICT,
                    "the ledger is being written by another process (%s); lock '%s'",
                    holder[0] ? holder : "it has not said who it is", path);
}

/* Not env's clock, which a test may hold still: what is measured is how long somebody sits and
 * waits. */
static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Tries again at growing distances, up to RETRY_MS_MAX: a wait of a minute is some 250 tries. A
 * signal ends a pause, so that the caller's progress can cancel at once. */
static zkl_status take_flock(int fd, const char *path, const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(fd >= 0);
    const uint64_t wait_ms = env ? env->wait_ms : 0;
    const int64_t start = monotonic_ms();
    uint64_t pause_ms = RETRY_MS_MIN;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            return zkl_fail_errno(err, "lock", path);
        const int64_t waited = monotonic_ms() - start;
        if (waited < 0 || (uint64_t)waited >= wait_ms)
            return fail_held(fd, path, err);
        const uint64_t left = wait_ms - (uint64_t)waited;
        ZKL_TRY(
            zkl_env_progress(env, "waiting for another writer", (uint64_t)waited, wait_ms, err));
        ZKL_ASSERT(left && pause_ms); /* or the loop would turn without a pause */
        const uint64_t pause = pause_ms < left ? pause_ms : left;
        nanosleep(&(struct timespec){ .tv_sec = (time_t)(pause / 1000),
                                      .tv_nsec = (long)(pause % 1000) * 1000000 },
                  NULL);
        pause_ms = 2 * pause_ms < RETRY_MS_MAX ? 2 * pause_ms : RETRY_MS_MAX;
    }
    return ZKL_OK;
}

zkl_status zkl_lock_take(zkl_lock *lock, const char *path, const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(lock->fd_plus_1 == 0);
    int fd;
    ZKL_TRY(open_lock(&fd, path, err));
    /* The content is looked at only with the lock: before, its holder may be writing it. */
    zkl_status status = take_flock(fd, path, env, err);
    if (status == ZKL_OK)
        status = check_content(fd, path, err);
    if (status == ZKL_OK)
        status = write_holder(fd, path, zkl_env_now_ms(env), err);
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
        /* Before the lock goes, so that no later holder's text is emptied. It is a hint; should
         * emptying it fail, the next holder writes its own. */
        if (ftruncate(lock->fd_plus_1 - 1, 0) != 0)
            errno = 0;
        close(lock->fd_plus_1 - 1);
    }
    lock->fd_plus_1 = 0;
}
