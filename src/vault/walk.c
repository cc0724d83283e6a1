/* All envelopes below some paths.
 *
 * 1. No link is followed, and what vanishes while it is walked over is no failure.
 * 2. One that fails is counted, with the first failure's words; the rest goes on. */
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
        (void)zkl_fail_errno(&err, "read", path); /* counted below */
        fail_one(w, &err);
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

/* fd is closed. */
static void see_folder(const walking *w, int fd, const char *path, size_t depth)
{
    DIR *const dir = depth < DEPTH_MAX ? fdopendir(fd) : NULL;
    if (!dir) {
        zkl_error err;
        (void)zkl_fail(&err, ZKL_LIMIT, "'%s' cannot be walked over", path); /* counted below */
        fail_one(w, &err);
        close(fd);
        return;
    }
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        char below[PATH_MAX];
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0 &&
            snprintf(below, sizeof below, "%s/%s", path, d->d_name) < (int)sizeof below)
            see(w, dirfd(dir), d->d_name, below, depth + 1);
    }
    closedir(dir);
}

static void see(const walking *w, int at, const char *name, const char *path, size_t depth)
{
    struct stat st;
    zkl_error err = { 0 };
    const int fd =
        openat(at, name,
               (w->rewraps ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == EISDIR) {
        const int folder = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (folder >= 0)
            see_folder(w, folder, path, depth);
        return;
    }
    if (fd < 0) {
        if (errno == ENOENT || errno == ELOOP || errno == ENXIO)
            return;                               /* gone, a link, a socket */
        (void)zkl_fail_errno(&err, "open", path); /* counted below */
        fail_one(w, &err);
    } else if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
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
