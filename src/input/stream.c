/* Memory first, disk only when it must be:
 *
 *   memfd  --size > memory_bytes-->  unlinked file in the folder
 *
 * The move copies what was kept and happens once. What is read meanwhile waits in the first half
 * of the piece, so the copy uses the second. */
#include "input/stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"

#define PIECE_BYTES ((size_t)512 << 10)
#define MEMORY_BYTES_MAX ((uint64_t)1 << 30) /* unless the caller says otherwise */

/* ---- how much memory may be taken */

/* The number in a file that holds one; UINT64_MAX when there is no such file, or it says "max". */
static uint64_t number_in(const char *path)
{
    unsigned long long number;
    FILE *file = fopen(path, "re");
    if (!file)
        return UINT64_MAX;
    const int got = fscanf(file, "%llu", &number);
    fclose(file);
    return got == 1 ? number : UINT64_MAX;
}

/* What a container may still use. */
static uint64_t below(const char *limit_path, const char *used_path)
{
    const uint64_t limit = number_in(limit_path), used = number_in(used_path);
    if (limit == UINT64_MAX || used == UINT64_MAX)
        return UINT64_MAX;
    return limit > used ? limit - used : 0;
}

/* UINT64_MAX: nothing limits it. */
static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What the machine has free, and the container (cgroup v2, v1). 0 when nothing says: then the
 * stream goes to disk at once. */
static uint64_t memory_free(void)
{
    uint64_t free_bytes = 0;
    char line[128];
    unsigned long long kib;
    FILE *file = fopen("/proc/meminfo", "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1)
            free_bytes = (uint64_t)kib << 10;
    if (file)
        fclose(file);
    free_bytes =
        least(free_bytes, below("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"));
    return least(free_bytes, below("/sys/fs/cgroup/memory/memory.limit_in_bytes",
                                   "/sys/fs/cgroup/memory/memory.usage_in_bytes"));
}

typedef struct kept {
    int fd;             /* -1: none */
    const char *name;   /* of the stream */
    const char *folder; /* of the file on disk */
    uint8_t *piece;     /* two of PIECE_BYTES; the second is for the move */
} kept;

/* Also called with no memory at all: then there is nothing to copy. */
static zkl_status move_to_disk(kept *k, zkl_error *err)
{
    /* the old descriptor is closed in every case, and fd is the new one or -1 */
    const int memory = k->fd;
    uint8_t *piece = k->piece + PIECE_BYTES;
    off_t at = 0;
    zkl_status status = ZKL_OK;
    k->fd = zkl_file_open_unnamed(k->folder);
    if (k->fd < 0)
        status = zkl_fail_errno(err, "create a spool file in", k->folder);
    while (status == ZKL_OK && memory >= 0) {
        const ssize_t got = pread(memory, piece, PIECE_BYTES, at);
        if (got < 0)
            status = zkl_fail_errno(err, "read", k->name);
        if (got <= 0)
            break;
        at += got;
        status = zkl_fd_write(k->fd, zkl_bytes_of(piece, (size_t)got), k->folder, err);
    }
    if (memory >= 0)
        close(memory);
    return status;
}

/* What does not fit any more is written to disk whole: a stream is in one place. */
static zkl_status read_all(kept *k, int from, uint64_t memory_bytes, zkl_error *err)
{
    bool in_memory = k->fd >= 0;
    char memory_name[64];
    uint64_t size = 0;
    snprintf(memory_name, sizeof memory_name, "%s to memory", k->name);
    if (!in_memory)
        ZKL_TRY(move_to_disk(k, err));
    for (;;) {
        const ssize_t got = read(from, k->piece, PIECE_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return zkl_fail_errno(err, "read", k->name);
        if (got == 0)
            return ZKL_OK;
        size += (uint64_t)got;
        ZKL_ASSERT(k->fd >= 0);
        if (in_memory && size > memory_bytes) {
            in_memory = false;
            ZKL_TRY(move_to_disk(k, err));
        }
        ZKL_TRY(zkl_fd_write(k->fd, zkl_bytes_of(k->piece, (size_t)got),
                             in_memory ? memory_name : k->folder, err));
    }
}

zkl_status zkl_stream_keep(int *fd, int from, const char *name, const char *folder,
                           uint64_t memory_bytes, zkl_error *err)
{
    ZKL_ASSERT(from >= 0);
    ZKL_AUTO_BLOCK uint8_t *piece = zkl_malloc(2, PIECE_BYTES); /* wiped when it is freed */
    *fd = -1;
    if (!piece)
        return zkl_no_memory(err, 2 * PIECE_BYTES);
    if (!memory_bytes)
        memory_bytes = least(MEMORY_BYTES_MAX, memory_free() / 2);
    ZKL_ASSERT(name && folder);
    kept k = { memfd_create(name, MFD_CLOEXEC), name, folder, piece };
    const zkl_status status = read_all(&k, from, memory_bytes, err);
    *fd = k.fd;
    return status;
}
