/* The spool file: pieces one behind the other, hidden by one keystream.
 *
 *  1. The byte at place n of the file is XORed with byte n of the keystream, so any part can be
 *     read.
 *  2. A place is written once, and the key serves one spool: no part of the stream hides two
 *     contents.
 *  3. The key is in this process's memory alone, and the file has no name. A killed process leaves
 *     bytes on the disk that nobody can read.
 *  4. Nothing is authenticated. Who could write to the open file could write to this memory,
 *  too. */
#include "table/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "keys/cipher.h"

/* Every piece starts at a multiple, so no block of the keystream serves two pieces. */
#define BLOCK ZKL_KEYSTREAM_BLOCK_BYTES

struct zkl_spool {
    int fd;
    char folder[PATH_MAX];
    uint8_t key[ZKL_AEAD_KEY_BYTES]; /* of the keystream; place n of the file is its byte n */
    _Atomic uint64_t size;
};

zkl_status zkl_spool_new(zkl_spool **out, const char *folder, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_spool) spool = zkl_calloc(1, sizeof *spool);
    if (!spool)
        return zkl_no_memory(err, sizeof *spool);
    spool->fd = -1;
    if (snprintf(spool->folder, sizeof spool->folder, "%s", folder) >= (int)sizeof spool->folder)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", folder);
    ZKL_TRY(zkl_env_random(env, spool->key, sizeof spool->key, err));
    spool->fd = zkl_file_open_unnamed(folder);
    if (spool->fd < 0)
        return zkl_fail_errno(err, "create a spool file in", folder);
    *out = spool;
    spool = NULL;
    return ZKL_OK;
}

void zkl_spool_free(zkl_spool *spool)
{
    if (!spool)
        return;
    if (spool->fd >= 0)
        close(spool->fd);
    zkl_wipe(spool->key, sizeof spool->key);
    zkl_free(spool);
}

zkl_status zkl_spool_put(zkl_spool *spool, uint64_t *offset, void *data, size_t size,
                         zkl_error *err)
{
    /* A place is taken by whoever comes first; writing it is nobody else's concern. */
    const uint64_t room = ((uint64_t)size + BLOCK - 1) / BLOCK * BLOCK;
    const uint64_t place = atomic_fetch_add(&spool->size, room);
    ZKL_ASSERT(place % BLOCK == 0); /* places are made of whole blocks */
    if (!zkl_keystream_xor(data, size, spool->key, place))
        return zkl_no_memory(err, size);
    for (size_t at = 0; at < size;) {
        const ssize_t put =
            pwrite(spool->fd, (const uint8_t *)data + at, size - at, (off_t)(place + at));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return zkl_fail_errno(err, "write the spool file in", spool->folder);
        at += (size_t)put;
    }
    *offset = place;
    return ZKL_OK;
}

zkl_status zkl_spool_get(const zkl_spool *spool, void *out, uint64_t offset, size_t size,
                         zkl_error *err)
{
    for (size_t at = 0; at < size;) {
        const ssize_t got = pread(spool->fd, (uint8_t *)out + at, size - at, (off_t)(offset + at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return zkl_fail_errno(err, "read the spool file in", spool->folder);
        if (got == 0)
            return zkl_fail(err, ZKL_IO, "the spool file in '%s' is too short", spool->folder);
        at += (size_t)got;
    }
    return zkl_keystream_xor(out, size, spool->key, offset) ? ZKL_OK : zkl_no_memory(err, size);
}

void zkl_spool_drop(zkl_spool *spool, uint64_t offset, size_t size)
{
    /* only ever saves space: a file system without holes keeps the bytes until the spool is
     * closed */
    (void)fallocate(spool->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset,
                    (off_t)size);
}

uint64_t zkl_spool_bytes(const zkl_spool *spool)
{
    return atomic_load(&spool->size);
}
