/* All envelopes below some paths.
 *
 * 1. A path itself may be a link, as to another disk: whoever writes there follows it too. Below it
 *    none is followed. What vanishes while it is walked over is no failure.
 * 2. One that fails is counted, with the first failure's words; the rest goes on.
 * 3. What could not be looked at is counted as failed: a version that it may need must stay. */
#include "vault/envelope.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define DEPTH_MAX 32

typedef struct walking {
    const zkl_vault *vault;
    const zkl_vault_walk *of;
    bool rewraps;
    zkl_vault_count *count;
} walking;

static void fail_one(const walking *w, const zkl_error *err)
{
    if (!w->count->failed++)
        w->count->first_failure = *err;
}

/* By errno. */
static void fail_errno(const walking *w, const char *what, const char *path)
{
    zkl_error err = { 0 };
    (void)zkl_fail_errno(&err, what, path); /* counted here */
    fail_one(w, &err);
}

static void fail_limit(const walking *w, const char *path)
{
    zkl_error err = { 0 };
    (void)zkl_fail(&err, ZKL_LIMIT, "what lies below '%.300s' is too deep",
                   path); /* counted here */
    fail_one(w, &err);
}

static void count_clear(const walking *w, const char *path)
{
    if (!w->count->clear++)
        snprintf(w->count->first_clear, sizeof w->count->first_clear, "%s", path);
}

static zkl_status see_envelope(const walking *w, int fd, const char *path, zkl_error *err)
{
    zkl_envelope_head head;
    bool done = false;
    ZKL_TRY(zkl_envelope_head_read(&head, fd, path, err));
    w->count->objects++;
    if (w->rewraps)
        ZKL_TRY(zkl_envelope_rewrap(&done, w->vault, fd, path, err));
    w->count->rewrapped += done;
    if (done)
        ZKL_TRY(zkl_envelope_head_read(&head, fd, path, err));
    if (!w->count->oldest || head.wrapped.version < w->count->oldest)
        w->count->oldest = head.wrapped.version;
    return !w->vault || strcmp(head.kek, w->vault->kek->id) == 0
               ? ZKL_OK
               : zkl_fail(err, ZKL_DENIED, "'%s': its key is wrapped by '%s'", path, head.kek);
}

/* fd is closed. */
static void see_file(const walking *w, int fd, const char *path)
{
    uint8_t magic[8];
    zkl_error err = { 0 };
    const bool passes = w->of->is_passed_over && w->of->is_passed_over(path);
    const ssize_t size = pread(fd, magic, sizeof magic, 0);
    if (size < 0) {
        fail_errno(w, "read", path);
    } else if (!zkl_envelope_has_magic(zkl_bytes_of(magic, (size_t)size))) {
        if (!passes)
            count_clear(w, path);
    } else {
        const zkl_status status = see_envelope(w, fd, path, &err);
        if (status != ZKL_OK && !(passes && status == ZKL_BAD_INPUT))
            fail_one(w, &err);
    }
    close(fd);
}

static void see(const walking *w, int at, const char *name, const char *path, size_t depth);

/* All in it but "." and "..". readdir says by errno alone that it did not come to the end. */
static void see_names(const walking *w, DIR *dir, const char *path, size_t depth)
{
    char below[PATH_MAX];
    const struct dirent *d;
    while (errno = 0, (d = readdir(dir)) != NULL) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        if (snprintf(below, sizeof below, "%s/%s", path, d->d_name) < (int)sizeof below)
            see(w, dirfd(dir), d->d_name, below, depth + 1);
        else
            fail_limit(w, path);
    }
    if (errno)
        fail_errno(w, "read", path);
}

/* fd is closed. */
static void see_folder(const walking *w, int fd, const char *path, size_t depth)
{
    DIR *const dir = depth < DEPTH_MAX ? fdopendir(fd) : NULL;
    if (dir) {
        see_names(w, dir, path, depth);
        closedir(dir);
        return;
    }
    if (depth < DEPTH_MAX)
        fail_errno(w, "read", path);
    else
        fail_limit(w, path);
    close(fd);
}

/* A folder is opened for reading alone. -1: by errno. */
static int open_any(const walking *w, int at, const char *name, size_t depth)
{
    const int flags = (depth ? O_NOFOLLOW : 0) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    const int fd = openat(at, name, flags | (w->rewraps ? O_RDWR : O_RDONLY));
    return fd < 0 && errno == EISDIR ? openat(at, name, flags | O_RDONLY | O_DIRECTORY) : fd;
}

static void see(const walking *w, int at, const char *name, const char *path, size_t depth)
{
    struct stat st;
    const int fd = open_any(w, at, name, depth);
    if (fd < 0) {
        if (errno != ENOENT && !(errno == ELOOP && depth) && errno != ENXIO)
            fail_errno(w, "open", path); /* else: gone, a link, a socket */
    } else if (fstat(fd, &st) != 0) {
        fail_errno(w, "read", path);
        close(fd);
    } else if (S_ISDIR(st.st_mode)) {
        see_folder(w, fd, path, depth);
    } else if (S_ISREG(st.st_mode)) {
        see_file(w, fd, path);
    } else {
        close(fd);
    }
}

static zkl_status walk_all(zkl_vault_count *out, const zkl_vault *vault, const zkl_vault_walk *of,
                           bool rewraps, zkl_error *err)
{
    const walking w = { .vault = vault, .of = of, .rewraps = rewraps, .count = out };
    zkl_kek_versions versions;
    *out = (zkl_vault_count){ 0 };
    /* Who does not answer now would fail object by object. */
    if (vault)
        ZKL_TRY(vault->kek->ops->versions(vault->kek, &versions, err));
    for (size_t i = 0; of->paths[i]; i++)
        see(&w, AT_FDCWD, of->paths[i], of->paths[i], 0);
    return ZKL_OK;
}

zkl_status zkl_vault_survey(zkl_vault_count *out, const zkl_vault *vault,
                            const zkl_vault_walk *walk, zkl_error *err)
{
    return walk_all(out, vault, walk, false, err);
}

zkl_status zkl_vault_rewrap_all(zkl_vault_count *out, const zkl_vault *vault,
                                const zkl_vault_walk *walk, zkl_error *err)
{
    return walk_all(out, vault, walk, true, err);
}
