#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

zkl_status zkl_fail_errno(zkl_error *err, const char *verb, const char *path)
{
    int code = errno;
    zkl_status status = ZKL_IO;
    if (code == ENOENT || code == ENOTDIR)
        status = ZKL_NOT_FOUND;
    else if (code == EACCES || code == EPERM || code == EROFS)
        status = ZKL_DENIED;
    return zkl_fail(err, status, "cannot %s '%s': %s", verb, path, strerror(code));
}

zkl_status zkl_file_read(zkl_buffer *out, const char *path, size_t size_max, zkl_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path);
    zkl_status status = ZKL_OK;
    size_t total = 0;
    uint8_t piece[65536];
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        status = zkl_fail_errno(err, "read", path);
    }
    while (status == ZKL_OK) {
        ssize_t got = read(fd, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = zkl_fail_errno(err, "read", path);
        if (got <= 0)
            break;
        total += (size_t)got;
        if (total > size_max)
            status = zkl_fail(err, ZKL_LIMIT, "'%s' has more than %zu bytes", path, size_max);
        else
            zkl_buffer_put(out, piece, (size_t)got);
    }
    zkl_wipe(piece, sizeof piece);
    if (!standard)
        close(fd);
    return status == ZKL_OK ? zkl_buffer_status(out, err) : status;
}

zkl_status zkl_fd_write(int fd, zkl_bytes content, const char *path, zkl_error *err)
{
    while (content.size) {
        ssize_t put = write(fd, content.data, content.size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return zkl_fail_errno(err, "write", path);
        content.data += put;
        content.size -= (size_t)put;
    }
    return ZKL_OK;
}

static zkl_status sync_folder_of(const char *path, zkl_error *err)
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    const char *folder = dirname(copy);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return zkl_fail_errno(err, "open", folder);
    /* Some file systems cannot sync a folder (EINVAL); the rename is then as safe as they make it. */
    zkl_status status =
        fsync(fd) != 0 && errno != EINVAL ? zkl_fail_errno(err, "sync", folder) : ZKL_OK;
    close(fd);
    return status;
}

zkl_status zkl_file_write(const char *path, zkl_bytes content, unsigned mode, zkl_error *err)
{
    if (strcmp(path, "-") == 0)
        return zkl_fd_write(STDOUT_FILENO, content, "standard output", err);
    char beside[PATH_MAX];
    if (snprintf(beside, sizeof beside, "%s.%ld.part", path, (long)getpid()) >= (int)sizeof beside)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", path);
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return zkl_fail_errno(err, "create", path);
    zkl_status status = zkl_fd_write(fd, content, path, err);
    if (status == ZKL_OK && fsync(fd) != 0)
        status = zkl_fail_errno(err, "sync", path);
    close(fd);
    if (status == ZKL_OK && rename(beside, path) != 0)
        status = zkl_fail_errno(err, "rename to", path);
    if (status != ZKL_OK) {
        (void)unlink(beside); /* already failing; the first cause is the one to tell */
        return status;
    }
    return sync_folder_of(path, err);
}

zkl_status zkl_folder_make(const char *path, unsigned mode, zkl_error *err)
{
    if (mkdir(path, mode) == 0 || errno == EEXIST)
        return ZKL_OK;
    return zkl_fail_errno(err, "create folder", path);
}
