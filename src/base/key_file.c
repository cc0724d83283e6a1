/* Files that hold a private key (key_file.h). */
#include "base/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static bool begins_with(zkl_bytes head, const char *magic)
{
    const size_t size = strlen(magic);
    return head.size >= size && memcmp(head.data, magic, size) == 0;
}

/* "-----BEGIN PRIVATE KEY-----", or with RSA, EC, ENCRYPTED, OPENSSH between: at the begin of some
 * line, since openssl writes other words before it. */
static bool has_pem_key(zkl_bytes head)
{
    static const char begin[] = "-----BEGIN ", end[] = "PRIVATE KEY-----";
    const char *const text = (const char *)head.data;
    for (size_t at = 0; at < head.size;) {
        const char *const line = text + at;
        const char *const stop = memchr(line, '\n', head.size - at);
        const size_t size = stop ? (size_t)(stop - line) : head.size - at;
        if (size >= sizeof begin - 1 && memcmp(line, begin, sizeof begin - 1) == 0 &&
            memmem(line, size, end, sizeof end - 1))
            return true;
        at += size + 1;
    }
    return false;
}

bool zkl_is_key_file(zkl_bytes head)
{
    return begins_with(head, ZKL_KEYFILE_MAGIC) || begins_with(head, ZKL_DATAKEY_MAGIC) ||
           has_pem_key(head);
}

zkl_status zkl_key_file_check(int fd, const char *full, zkl_error *err)
{
    uint8_t head[ZKL_KEY_FILE_HEAD_BYTES];
    struct stat st;
    ssize_t got = -1;
    if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
        return ZKL_OK;
    if (fd >= 0)
        do
            got = pread(fd, head, sizeof head, 0);
        while (got < 0 && errno == EINTR);
    if (got < 0)
        return zkl_fail(err, ZKL_CONFLICT,
                        "'%s' cannot be read (%s), so it may be a key file: it is not overwritten",
                        full, strerror(errno));
    const bool is_key = zkl_is_key_file(zkl_bytes_of(head, (size_t)got));
    zkl_wipe(head, sizeof head);
    return is_key ? zkl_fail(err, ZKL_CONFLICT, "'%s' is a key file: it is never overwritten", full)
                  : ZKL_OK;
}

/* What is no regular file is not opened: a device may do something then. */
zkl_status zkl_key_file_check_path(const char *path, zkl_error *err)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return ZKL_OK;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return ZKL_OK; /* it went meanwhile */
    const zkl_status status = zkl_key_file_check(fd, path, err);
    if (fd >= 0)
        close(fd);
    return status;
}
