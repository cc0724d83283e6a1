/* Files below a folder, reached part by part with openat and O_NOFOLLOW.
 *
 * 1. Each part of the path is opened relative to the folder before it, which is held open. So
 *    nobody can swap a folder for a link between the check and the use.
 * 2. A write goes to a new file beside the old one and is renamed over it: a reader sees the old
 *    content or the new.
 * 3. Every descriptor has one owner: `place.parent` belongs to the place, and each function that
 *    opens another closes it. */
#include "base/below.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/key_file.h"

typedef struct place {
    char full[PATH_MAX]; /* folder/path, for words */
    const char *name;    /* its last part */
    int parent;          /* the folder that holds it, open */
} place;

/* Invariants 1 and 3 of a place that was found: its folder is open, and the name is one part, so
 * that nothing but that folder is looked into. */
static void place_invariant(const place *at)
{
    ZKL_ASSERT(at->parent >= 0 && at->name[0] && !strchr(at->name, '/'));
}

/* What stands at name is neither replaced nor followed. */
static zkl_status fail_kind(int parent, const char *name, const char *full, size_t full_size,
                            zkl_error *err)
{
    struct stat st;
    const int code = errno;
    if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
        return zkl_fail(err, ZKL_CONFLICT, "'%.*s' is a symbolic link, which is not followed here",
                        (int)full_size, full);
    errno = code;
    return zkl_fail(err, ZKL_CONFLICT, "'%.*s' is in the way: %s", (int)full_size, full,
                    strerror(code));
}

/* One folder down: at->parent becomes the folder `name`, made first when it is missing and `make`
 * says so. EEXIST after mkdirat means that another process made it at the same moment. `end` is
 * where the part ends in at->full, for words. */
static zkl_status enter(place *at, const char *name, const char *end, bool make, zkl_error *err)
{
    ZKL_ASSERT(at->parent >= 0);
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(at->parent, name, flags);
    if (fd < 0 && errno == ENOENT && make &&
        (mkdirat(at->parent, name, 0755) == 0 || errno == EEXIST))
        fd = openat(at->parent, name, flags);
    if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
        return fail_kind(at->parent, name, at->full, (size_t)(end - at->full), err);
    if (fd < 0)
        return zkl_fail_errno(err, make ? "create" : "open", at->full);
    close(at->parent);
    at->parent = fd;
    return ZKL_OK;
}

/* Down to the folder that holds the file. */
static zkl_status descend(place *at, size_t folder_size, bool make, zkl_error *err)
{
    char name[NAME_MAX + 1];
    const char *part = at->full + folder_size + 1;
    for (const char *slash; (slash = strchr(part, '/')); part = slash + 1) {
        const size_t size = (size_t)(slash - part);
        if (size >= sizeof name)
            return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", at->full);
        memcpy(name, part, size);
        name[size] = 0;
        ZKL_TRY(enter(at, name, slash, make, err));
    }
    at->name = part;
    return ZKL_OK;
}

/* Open the folder that holds folder/path. On success the caller closes at->parent. */
static zkl_status find_place(place *at, const char *folder, const char *path, bool make,
                             zkl_error *err)
{
    ZKL_ASSERT(path[0] && path[0] != '/'); /* below the folder, never beside it */
    if (snprintf(at->full, sizeof at->full, "%s/%s", folder, path) >= (int)sizeof at->full)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", folder);
    at->parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at->parent < 0)
        return zkl_fail_errno(err, "open", folder);
    const zkl_status status = descend(at, strlen(folder), make, err);
    if (status != ZKL_OK)
        close(at->parent);
    return status;
}

/* O_NONBLOCK, because opening a pipe that somebody put here would wait for ever. What was opened is
 * looked at by its descriptor, not again by its name. */
static zkl_status read_at(zkl_buffer *out, const place *at, size_t size_max, zkl_error *err)
{
    place_invariant(at);
    struct stat st;
    const int fd =
        openat(at->parent, at->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && errno == ELOOP)
        return fail_kind(at->parent, at->name, at->full, strlen(at->full), err);
    if (fd < 0)
        return zkl_fail_errno(err, "open", at->full);
    zkl_status status = ZKL_OK;
    if (fstat(fd, &st) != 0)
        status = zkl_fail_errno(err, "read", at->full);
    else if (!S_ISREG(st.st_mode))
        status = zkl_fail(err, ZKL_CONFLICT, "'%s' is in the way: no regular file", at->full);
    else
        status = zkl_fd_read(out, fd, at->full, size_max, err);
    close(fd);
    return status;
}

zkl_status zkl_below_read(zkl_buffer *out, const char *folder, const char *path, size_t size_max,
                          zkl_error *err)
{
    place at;
    ZKL_TRY(find_place(&at, folder, path, false, err));
    const zkl_status status = read_at(out, &at, size_max, err);
    close(at.parent);
    return status;
}

/* Always a new file: what an earlier process of our number left behind goes first. */
static int create_part(int parent, const char *part)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(parent, part, flags, 0644);
    if (fd < 0 && errno == EEXIST && unlinkat(parent, part, 0) == 0)
        fd = openat(parent, part, flags, 0644);
    return fd;
}

/* Closes fd, whatever happens. close() may be where a network file system reports a full disk. */
static zkl_status write_part(int fd, const place *at, zkl_bytes content, bool durable,
                             zkl_error *err)
{
    ZKL_ASSERT(fd >= 0);
    zkl_status status = zkl_fd_write(fd, content, at->full, err);
    if (status == ZKL_OK && durable && fsync(fd) != 0)
        status = zkl_fail_errno(err, "sync", at->full);
    if (close(fd) != 0 && status == ZKL_OK)
        status = zkl_fail_errno(err, "write", at->full);
    return status;
}

/* A rename replaces a link and does not follow it: that it is refused is for whoever put it
 * there. A key file is replaced by nothing. */
static zkl_status check_replaced(const place *at, zkl_error *err)
{
    place_invariant(at);
    struct stat st;
    if (fstatat(at->parent, at->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return ZKL_OK;
    if (S_ISREG(st.st_mode)) {
        const int fd =
            openat(at->parent, at->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        const zkl_status status = zkl_key_file_check(fd, at->full, err);
        if (fd >= 0)
            close(fd);
        return status;
    }
    errno = S_ISDIR(st.st_mode) ? EISDIR : EEXIST;
    return fail_kind(at->parent, at->name, at->full, strlen(at->full), err);
}

/* Part file, rename, and for a durable one the folder too: a rename that is not synced may be lost
 * with the power. */
static zkl_status write_at(const place *at, zkl_bytes content, bool durable, zkl_error *err)
{
    place_invariant(at);
    char part[NAME_MAX + 1];
    ZKL_TRY(check_replaced(at, err));
    if (snprintf(part, sizeof part, "%s.%ld.%ld.part", at->name, (long)gettid(), (long)getpid()) >=
        (int)sizeof part)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", at->full);
    const int fd = create_part(at->parent, part);
    if (fd < 0)
        return zkl_fail_errno(err, "create", at->full);
    zkl_status status = write_part(fd, at, content, durable, err);
    if (status == ZKL_OK && renameat(at->parent, part, at->parent, at->name) != 0)
        status = zkl_fail_errno(err, "rename to", at->full);
    if (status != ZKL_OK) {
        (void)unlinkat(at->parent, part,
                       0); /* already failing; the first cause is the one to tell */
        return status;
    }
    /* Some file systems cannot sync a folder (EINVAL); the rename is then as safe as they make
     * it. */
    if (durable && fsync(at->parent) != 0 && errno != EINVAL)
        return zkl_fail_errno(err, "sync the folder of", at->full);
    return ZKL_OK;
}

/* The folders that were made on the way stay when the write fails: they are empty and harmless. */
zkl_status zkl_below_write(const char *folder, const char *path, zkl_bytes content, bool durable,
                           zkl_error *err)
{
    place at;
    ZKL_TRY(find_place(&at, folder, path, true, err));
    const zkl_status status = write_at(&at, content, durable, err);
    close(at.parent);
    return status;
}
