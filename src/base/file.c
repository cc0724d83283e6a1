/* Files by path.
 *
 * 1. Whole files are replaced: written beside under a name with the numbers of thread and process,
 *    synced, renamed, and the folder synced. At each moment the path holds the old content or the
 *    new, also when two threads write it at once: each renames what it wrote itself.
 * 2. Opening to read never waits and never opens a folder as a file; sizes meet their limit before
 *    memory is taken for them.
 * 3. EINTR is retried in every call that can return it. Each failure names the path and the
 *    system's reason. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define TURN_ROUNDS 1000 /* of a millisecond, of waiting for another writer of the same file */

/* errno is read first: anything called on the way may change it. */
zkl_status zkl_fail_errno(zkl_error *err, const char *verb, const char *path)
{
    ZKL_ASSERT(verb && path);
    int code = errno;
    zkl_status status = ZKL_IO;
    if (code == ENOENT || code == ENOTDIR)
        status = ZKL_NOT_FOUND;
    else if (code == EACCES || code == EPERM || code == EROFS)
        status = ZKL_DENIED;
    return zkl_fail(err, status, "cannot %s '%s': %s", verb, path, strerror(code));
}

/* Does nothing but wait until there is something to read, or a writer has come and gone. */
static zkl_status wait_for_writer(int fd, const char *path, zkl_error *err)
{
    ZKL_ASSERT(fd >= 0);
    struct pollfd ready = { .fd = fd, .events = POLLIN };
    int count;
    do
        count = poll(&ready, 1, ZKL_FILE_PIPE_WAIT_MS);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return zkl_fail_errno(err, "read", path);
    return count ? ZKL_OK
                 : zkl_fail(err, ZKL_IO,
                            "'%s' is a pipe, and nobody has written to it for %d seconds", path,
                            ZKL_FILE_PIPE_WAIT_MS / 1000);
}

/* A shell's <(...) is a pipe too, but one of the kernel's own file system, and its writer is
 * already there. */
static bool is_named_pipe(int fd, const struct stat *st)
{
    struct statfs system;
    return S_ISFIFO(st->st_mode) && fstatfs(fd, &system) == 0 && system.f_type != PIPEFS_MAGIC;
}

/* Opening never waits, whatever the path is; reading does, but for a named pipe without a
 * writer. */
static zkl_status open_to_read(int *out, const char *path, size_t size_max, zkl_error *err)
{
    struct stat st = { 0 };
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path);
    zkl_status status = ZKL_OK;
    if (fstat(fd, &st) != 0) {
        status = zkl_fail_errno(err, "read", path);
    } else if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        status = zkl_fail_errno(err, "read", path);
    } else if (S_ISREG(st.st_mode) && st.st_size > 0 && (uint64_t)st.st_size > size_max) {
        status = zkl_fail(err, ZKL_LIMIT, "'%s' has more than %zu bytes", path, size_max);
    } else if (is_named_pipe(fd, &st)) {
        status = wait_for_writer(fd, path, err);
    }
    if (status == ZKL_OK && fcntl(fd, F_SETFL, O_RDONLY) != 0)
        status = zkl_fail_errno(err, "read", path);
    if (status != ZKL_OK) {
        close(fd);
        return status;
    }
    *out = fd;
    return ZKL_OK;
}

/* A file may grow while it is read, so the limit counts what has come, not what stat said. The
 * piece on the stack may hold secrets and is wiped, and so is what a failed read has appended. */
zkl_status zkl_fd_read(zkl_buffer *out, int fd, const char *path, size_t size_max, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    const size_t before = out->size;
    ZKL_ASSERT(fd >= 0);
    uint8_t piece[65536];
    while (status == ZKL_OK && !out->failed) {
        const ssize_t got = read(fd, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = zkl_fail_errno(err, "read", path);
        if (got <= 0)
            break;
        if ((size_t)got > size_max - (out->size - before))
            status = zkl_fail(err, ZKL_LIMIT, "'%s' has more than %zu bytes", path, size_max);
        else
            zkl_buffer_put(out, piece, (size_t)got);
    }
    ZKL_ASSERT(out->size >= before && out->size - before <= size_max);
    zkl_wipe(piece, sizeof piece);
    if (status == ZKL_OK)
        status = zkl_buffer_status(out, err);
    if (status != ZKL_OK && out->size > before) {
        zkl_wipe(out->data + before, out->size - before);
        out->size = before;
    }
    return status;
}

/* Standard input belongs to the process and stays open. */
zkl_status zkl_file_read(zkl_buffer *out, const char *path, size_t size_max, zkl_error *err)
{
    const bool standard = strcmp(path, "-") == 0;
    int fd = STDIN_FILENO;
    if (!standard)
        ZKL_TRY(open_to_read(&fd, path, size_max, err));
    const zkl_status status = zkl_fd_read(out, fd, path, size_max, err);
    if (!standard)
        close(fd);
    return status;
}

/* Never waits: what is no regular file is refused by its descriptor, before anything is read. */
static zkl_status open_regular(int *out, const char *path, size_t size_max, zkl_error *err)
{
    struct stat st = { 0 };
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path);
    zkl_status status = ZKL_OK;
    if (fstat(fd, &st) != 0)
        status = zkl_fail_errno(err, "read", path);
    else if (!S_ISREG(st.st_mode))
        status = zkl_fail(err, ZKL_BAD_INPUT, "'%s' is not a regular file", path);
    else if (st.st_size > 0 && (uint64_t)st.st_size > size_max)
        status = zkl_fail(err, ZKL_LIMIT, "'%s' has more than %zu bytes", path, size_max);
    if (status != ZKL_OK) {
        close(fd);
        return status;
    }
    *out = fd;
    return ZKL_OK;
}

zkl_status zkl_file_read_regular(zkl_buffer *out, const char *path, size_t size_max, zkl_error *err)
{
    int fd = -1;
    ZKL_TRY(open_regular(&fd, path, size_max, err));
    const zkl_status status = zkl_fd_read(out, fd, path, size_max, err);
    close(fd);
    return status;
}

zkl_status zkl_file_peek(uint8_t *out, size_t size, size_t *got, const char *path, zkl_error *err)
{
    int fd = -1;
    ZKL_TRY(open_regular(&fd, path, SIZE_MAX, err));
    zkl_status status = ZKL_OK;
    ssize_t count = 0;
    while (status == ZKL_OK && (count = pread(fd, out, size, 0)) < 0)
        if (errno != EINTR)
            status = zkl_fail_errno(err, "read", path);
    close(fd);
    ZKL_ASSERT(status != ZKL_OK || (size_t)count <= size);
    if (status == ZKL_OK)
        *got = (size_t)count;
    return status;
}

/* write() may take less than it was given, on a pipe or a full disk. */
zkl_status zkl_fd_write(int fd, zkl_bytes content, const char *path, zkl_error *err)
{
    ZKL_ASSERT(fd >= 0);
    while (content.size) {
        ssize_t put = write(fd, content.data, content.size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put == 0)
            errno = EIO; /* no progress and no reason: do not turn in circles */
        if (put <= 0)
            return zkl_fail_errno(err, "write", path);
        content.data += put;
        content.size -= (size_t)put;
    }
    return ZKL_OK;
}

/* EINVAL is the answer of file systems that cannot sync a folder; the names are then as safe as it
 * makes them. */
zkl_status zkl_folder_sync(const char *path, zkl_error *err)
{
    /* A folder is synced through a descriptor that only reads. */
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path);
    const zkl_status status =
        fsync(fd) != 0 && errno != EINVAL ? zkl_fail_errno(err, "sync", path) : ZKL_OK;
    close(fd);
    return status;
}

/* syncfs reports errors of earlier writes since Linux 5.8. */
zkl_status zkl_file_system_sync(const char *folder, zkl_error *err)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return zkl_fail_errno(err, "open", folder);
    const zkl_status status = syncfs(fd) == 0 ? ZKL_OK : zkl_fail_errno(err, "sync", folder);
    close(fd);
    return status;
}

/* dirname may write into its argument, so it gets a copy. Paths of PATH_MAX and more were refused
 * by whoever opened them. */
static zkl_status sync_folder_of(const char *path, zkl_error *err)
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    return zkl_folder_sync(dirname(copy), err);
}

/* By their texts: callers make both from one folder's path. */
static bool same_folder(const char *a, const char *b)
{
    const char *x = strrchr(a, '/'), *y = strrchr(b, '/');
    return x && y ? x - a == y - b && strncmp(a, b, (size_t)(x - a)) == 0 : !x && !y;
}

/* Within one folder, so one sync is enough. */
zkl_status zkl_file_rename(const char *from, const char *to, zkl_error *err)
{
    ZKL_ASSERT(same_folder(from, to));
    if (rename(from, to) != 0)
        return zkl_fail_errno(err, "rename", from);
    return sync_folder_of(to, err);
}

zkl_status zkl_file_remove(const char *path, zkl_error *err)
{
    if (unlink(path) != 0)
        return zkl_fail_errno(err, "remove", path);
    return sync_folder_of(path, err);
}

/* A device, pipe or socket is written as it stands: renaming over it would replace it. */
static zkl_status write_in_place(const char *path, zkl_bytes content, zkl_error *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path);
    zkl_status status = zkl_fd_write(fd, content, path, err);
    close(fd);
    return status;
}

/* Always a new file, so that mode holds and no link leads elsewhere; what an earlier thread and
 * process of our numbers left behind goes first. */
static int create_part(const char *part, unsigned mode)
{
    ZKL_ASSERT((mode & ~0777u) == 0); /* permission bits alone: no set-user-id, no sticky bit */
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    int fd = open(part, flags, mode);
    if (fd < 0 && errno == EEXIST && unlink(part) == 0)
        fd = open(part, flags, mode);
    return fd;
}

static zkl_file_seen seen_of(const struct stat *st)
{
    return (zkl_file_seen){ .is_there = true,
                            .device = st->st_dev,
                            .inode = st->st_ino,
                            .size = (uint64_t)st->st_size,
                            .changed = st->st_mtim,
                            .group = st->st_gid };
}

/* What cannot be looked at counts as not there: it is not overwritten then. */
zkl_file_seen zkl_file_look(const char *path)
{
    struct stat st;
    return strcmp(path, "-") != 0 && stat(path, &st) == 0 ? seen_of(&st) : (zkl_file_seen){ 0 };
}

static bool is_seen(const char *path, const zkl_file_seen *seen)
{
    struct stat st;
    return lstat(path, &st) == 0 && st.st_dev == seen->device && st.st_ino == seen->inode &&
           (uint64_t)st.st_size == seen->size && st.st_mtim.tv_sec == seen->changed.tv_sec &&
           st.st_mtim.tv_nsec == seen->changed.tv_nsec;
}

/* Some file systems have no renameat2 with flags. */
static bool has_no_flags(int code)
{
    return code == EINVAL || code == ENOSYS || code == EOPNOTSUPP;
}

/* To a name that nobody has, in one step: -1 and EEXIST when somebody has it. */
static int put_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (!has_no_flags(errno))
        return -1;
    if (link(from, to) != 0)
        return -1;
    (void)unlink(from); /* one file under two names; this one is a leaving */
    return 0;
}

/* Writers of one file take turns: while two of them change places with it, what lies there for a
 * moment could be taken by a third for the file. The lock is of the file that is there, so that
 * nothing stays behind. -1: none on this file system, or somebody keeps it: no turn is waited for
 * for ever. */
static int take_turn(const char *path)
{
    const struct timespec pause = { .tv_nsec = 1000000 };
    struct stat mine, there;
    for (int rounds = 0; rounds < TURN_ROUNDS; rounds++) {
        const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
            return -1;
        const bool is_locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
        const bool is_busy = !is_locked && errno == EWOULDBLOCK;
        if (is_locked && fstat(fd, &mine) == 0 && lstat(path, &there) == 0 &&
            mine.st_ino == there.st_ino && mine.st_dev == there.st_dev)
            return fd;
        close(fd);
        if (!is_locked && !is_busy)
            return -1;
        if (is_busy)
            (void)nanosleep(&pause, NULL);
    }
    return -1;
}

/* In place of what was seen. The two change places first and what came out is looked at then, so
 * that there is no moment between the look and the step; what was not seen goes back. */
static int change_places(const char *from, const char *to, const zkl_file_seen *seen)
{
    if (!is_seen(to, seen) && access(to, F_OK) == 0) {
        errno = EEXIST;
        return -1;
    }
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0) {
        if (is_seen(from, seen))
            return unlink(from);
        /* The second is for a file system that lost the first's name meanwhile. */
        if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) != 0)
            (void)rename(from, to);
        errno = EEXIST;
        return -1;
    }
    if (errno == ENOENT)
        return put_new(from, to); /* it was removed meanwhile: nothing is lost */
    if (!has_no_flags(errno))
        return -1;
    if (is_seen(to, seen))
        return rename(from, to);
    errno = EEXIST;
    return -1;
}

static int put_over(const char *from, const char *to, const zkl_file_seen *seen)
{
    struct stat st;
    if (!seen)
        return rename(from, to);
    if (lstat(to, &st) == 0 && S_ISDIR(st.st_mode)) {
        errno = EISDIR; /* it would change places as well as any file */
        return -1;
    }
    if (!seen->is_there)
        return put_new(from, to);
    const int turn = take_turn(to);
    const int result = change_places(from, to, seen);
    const int code = errno;
    if (turn >= 0)
        close(turn);
    errno = code;
    return result;
}

static zkl_status fail_put(const char *path, zkl_error *err)
{
    return errno == EEXIST ? zkl_fail(err, ZKL_CONFLICT,
                                      "'%s' was made or changed by somebody else meanwhile: it is "
                                      "not overwritten",
                                      path)
                           : zkl_fail_errno(err, "rename to", path);
}

zkl_status zkl_file_put_over(const char *from, const char *path, const zkl_file_seen *seen,
                             zkl_error *err)
{
    struct stat st;
    const bool is_link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
    return put_over(from, path, is_link ? NULL : seen) == 0 ? ZKL_OK : fail_put(path, err);
}

/* Rights of a group are for the one that had them. */
static zkl_status keep_group(int fd, const char *path, gid_t group, zkl_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return zkl_fail_errno(err, "write", path);
    if (st.st_gid == group || fchown(fd, (uid_t)-1, group) == 0)
        return ZKL_OK;
    return fchmod(fd, st.st_mode & 0707) == 0 ? ZKL_OK : zkl_fail_errno(err, "write", path);
}

/* path: as the caller named it, for words. target: what is replaced. seen NULL: whatever is
 * there. */
static zkl_status replace(const char *path, const char *target, const zkl_file_seen *seen,
                          zkl_bytes content, unsigned mode, zkl_error *err)
{
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s.%ld.%ld.part", target, (long)gettid(), (long)getpid()) >=
        (int)sizeof part)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", path);
    int fd = create_part(part, mode);
    if (fd < 0)
        return zkl_fail_errno(err, "create", path);
    zkl_status status = zkl_fd_write(fd, content, path, err);
    if (status == ZKL_OK && seen && seen->is_there)
        status = keep_group(fd, path, seen->group, err);
    if (status == ZKL_OK && fsync(fd) != 0)
        status = zkl_fail_errno(err, "sync", path);
    close(fd);
    if (status == ZKL_OK && put_over(part, target, seen) != 0)
        status = fail_put(path, err);
    if (status != ZKL_OK) {
        (void)unlink(part); /* already failing; the first cause is the one to tell */
        return status;
    }
    return sync_folder_of(target, err);
}

static zkl_status write_whole(const char *path, const zkl_file_seen *seen, zkl_bytes content,
                              unsigned mode, zkl_error *err)
{
    if (strcmp(path, "-") == 0)
        return zkl_fd_write(STDOUT_FILENO, content, "standard output", err);
    struct stat st;
    char target[PATH_MAX];
    const bool exists = stat(path, &st) == 0;
    if (exists && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return zkl_fail_errno(err, "write", path);
    }
    if (exists && !S_ISREG(st.st_mode))
        return write_in_place(path, content, err);
    const bool resolved = exists && realpath(path, target); /* a link stays */
    return replace(path, resolved ? target : path, seen, content, mode, err);
}

zkl_status zkl_file_write(const char *path, zkl_bytes content, unsigned mode, zkl_error *err)
{
    return write_whole(path, NULL, content, mode, err);
}

zkl_status zkl_file_write_over(const char *path, const zkl_file_seen *seen, zkl_bytes content,
                               unsigned mode, zkl_error *err)
{
    return write_whole(path, seen, content, mode, err);
}

/* lstat, so a link is seen itself. What cannot be looked at is left to the call that opens it. */
zkl_status zkl_file_check_regular(const char *path, zkl_error *err)
{
    struct stat st;
    if (lstat(path, &st) != 0 || S_ISREG(st.st_mode))
        return ZKL_OK;
    return zkl_fail(err, ZKL_DENIED, "'%s' is %s, not a file: remove it", path,
                    S_ISLNK(st.st_mode)   ? "a symbolic link"
                    : S_ISDIR(st.st_mode) ? "a folder"
                                          : "a device, pipe or socket");
}

/* The path itself is replaced, so a link that comes in after the check is replaced and not
 * followed. */
zkl_status zkl_file_replace(const char *path, zkl_bytes content, unsigned mode, zkl_error *err)
{
    ZKL_TRY(zkl_file_check_regular(path, err));
    return replace(path, path, NULL, content, mode, err);
}

/* stat follows a link here: a folder that is reached through one is a folder. */
zkl_status zkl_folder_make(const char *path, unsigned mode, zkl_error *err)
{
    ZKL_ASSERT((mode & ~0777u) == 0);
    struct stat st;
    if (mkdir(path, mode) == 0)
        return ZKL_OK;
    const int code = errno;
    if (code == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return ZKL_OK;
    errno = code;
    return zkl_fail_errno(err, "create folder", path);
}

/* Whoever made it may have been killed before its name was synced. */
zkl_status zkl_folder_make_durable(const char *path, unsigned mode, zkl_error *err)
{
    ZKL_TRY(zkl_folder_make(path, mode, err));
    return sync_folder_of(path, err);
}

/* An O_TMPFILE has no name at all; where the file system lacks it, the name goes right after
 * opening. */
int zkl_file_open_unnamed(const char *folder)
{
    const int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/spool.XXXXXX", folder) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    const int named = mkostemp(path, O_CLOEXEC);
    if (named >= 0 && unlink(path) != 0) {
        close(named);
        return -1;
    }
    return named;
}

/* Signal 0 reaches a process without disturbing it. EPERM means that it runs and is another
 * user's. */
bool zkl_process_is_gone(const char *text, const char **rest)
{
    char *end;
    errno = 0;
    const long pid = strtol(text, &end, 10);
    *rest = end;
    if (errno || text[0] < '1' || text[0] > '9' || pid > INT_MAX)
        return false;
    return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}
