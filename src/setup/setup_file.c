/* The frame of the cache's files (setup_file.h): a header of 128 bytes, arrays of points, the
 * BLAKE3 hash of all before.
 *
 * Points lie in the file as in memory and are used in place, unchecked: at 40 us each, checking
 * them takes longer than a proof. So the hash has to hold on every read, and the folder is this
 * user's alone (setup_cache.c). The hash is against damage; whoever can write the folder can
 * also write a right hash.
 *
 * A file is read, not mapped: the hash is of the very bytes that are used afterwards, and whoever
 * cuts a file short in place ends no process that uses it. Its memory is pages of its own, large
 * ones where the system has them: a key costs 11 ms, of which the hash takes 5. */
#include "setup/setup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "hash/hash.h"

#define MAGIC "zkl/v1/setup"
#define BYTE_ORDER_MARK 0x01020304u

_Static_assert(sizeof(zkl_setup_header) == 128, "arrays after the header stay aligned");

/* Zeroed, given back by zkl_sparse_free. Advice that is not taken costs nothing but time. */
static uint8_t *new_memory(size_t size)
{
    uint8_t *memory = zkl_sparse_new(size, 1);
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    if (memory != NULL) {
        uint8_t *first = memory + (page - (uintptr_t)memory % page) % page;
        if (first < memory + size)
            (void)madvise(first, (size_t)(memory + size - first), MADV_HUGEPAGE);
    }
    return memory;
}

static zkl_status sum_sizes(size_t *out, const zkl_bytes *sections, size_t count, zkl_error *err)
{
    *out = sizeof(zkl_setup_header) + sizeof(zkl_digest);
    for (size_t i = 0; i < count; i++)
        if (!zkl_size_add(out, *out, sections[i].size))
            return zkl_no_memory(err, SIZE_MAX);
    return ZKL_OK;
}

/* All in memory first, for one write: as much again as the arrays themselves. */
zkl_status zkl_setup_file_write(const char *path, const zkl_setup_header *header,
                                const zkl_bytes *sections, size_t section_count, zkl_error *err)
{
    ZKL_ASSERT(header->kind >= ZKL_SETUP_FILE_POWERS && header->kind <= ZKL_SETUP_FILE_KEY);
    zkl_setup_header written = *header;
    zkl_digest hash;
    size_t size;

    /* what every file has alike; the caller's fields stay */
    memset(written.magic, 0, sizeof written.magic);
    memcpy(written.magic, MAGIC, strlen(MAGIC));
    memset(written.zeros, 0, sizeof written.zeros);
    written.byte_order = BYTE_ORDER_MARK;
    ZKL_TRY(sum_sizes(&size, sections, section_count, err));
    uint8_t *const content = new_memory(size);
    if (content == NULL)
        return zkl_no_memory(err, size);
    uint8_t *at = content;
    memcpy(at, &written, sizeof written);
    at += sizeof written;
    for (size_t i = 0; i < section_count; at += sections[i++].size)
        if (sections[i].size != 0)
            memcpy(at, sections[i].data, sections[i].size);
    zkl_hash(&hash, ZKL_HASH_BLAKE3, content, (size_t)(at - content));
    memcpy(at, &hash, sizeof hash);
    ZKL_ASSERT(at + sizeof hash == content + size);
    const zkl_status status = zkl_file_write(path, zkl_bytes_of(content, size), 0600, err);
    zkl_sparse_free(content);
    return status;
}

/* Opening never waits: of a pipe neither. */
static zkl_status open_file(int *out, size_t *size, const char *path, size_t size_max,
                            zkl_error *err)
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
    else if ((uint64_t)st.st_size > size_max)
        status = zkl_fail(err, ZKL_LIMIT, "'%s' has more than %zu bytes", path, size_max);
    else if ((uint64_t)st.st_size < sizeof(zkl_setup_header) + sizeof(zkl_digest))
        status = zkl_fail(err, ZKL_BAD_INPUT,
                          "set-up file '%s' is cut short: restore it or delete it", path);
    if (status != ZKL_OK) {
        close(fd);
        return status;
    }
    *out = fd;
    *size = (size_t)st.st_size;
    return ZKL_OK;
}

/* As many bytes as the file had when it was opened. One that ends before has another hash. */
static zkl_status fill_memory(zkl_setup_file *out, int fd, const char *path, zkl_error *err)
{
    for (size_t at = 0; at < out->size;) {
        const ssize_t got = read(fd, out->memory + at, out->size - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return zkl_fail_errno(err, "read", path);
        if (got == 0)
            break;
        at += (size_t)got;
    }
    return ZKL_OK;
}

/* The last 32 bytes are the hash of all others. */
static zkl_status check_content(const zkl_setup_file *file, const char *path, zkl_error *err)
{
    ZKL_ASSERT(file->size >= sizeof(zkl_setup_header) + sizeof(zkl_digest));
    const size_t size = file->size - sizeof(zkl_digest);
    zkl_digest hash;

    zkl_hash(&hash, ZKL_HASH_BLAKE3, file->memory, size);
    if (!zkl_digest_equal_bytes(&hash, file->memory + size))
        return zkl_fail(err, ZKL_BAD_INPUT, "set-up file '%s' is damaged: restore it or delete it",
                        path);
    return ZKL_OK;
}

void zkl_setup_file_clear(zkl_setup_file *file)
{
    zkl_sparse_free(file->memory);
    *file = (zkl_setup_file){ 0 };
}

static zkl_status read_memory(zkl_setup_file *out, const char *path, size_t size_max,
                              zkl_error *err)
{
    int fd = -1;
    ZKL_TRY(open_file(&fd, &out->size, path, size_max, err));
    out->memory = new_memory(out->size);
    const zkl_status status =
        out->memory != NULL ? fill_memory(out, fd, path, err) : zkl_no_memory(err, out->size);
    close(fd);
    return status;
}

/* What was read of a file that is refused goes with zkl_setup_file_clear. */
zkl_status zkl_setup_file_read(zkl_setup_file *out, const char *path, zkl_setup_file_kind kind,
                               const zkl_digest *powers, size_t size_max, zkl_error *err)
{
    zkl_setup_header *const header = &out->header;
    ZKL_ASSERT(out->memory == NULL && *path);
    ZKL_TRY(read_memory(out, path, size_max, err));
    ZKL_TRY(check_content(out, path, err));
    memcpy(header, out->memory, sizeof *header);
    /* points lie as this machine keeps them: a file of another byte order is no file of this
     * cache */
    if (strncmp(header->magic, MAGIC, sizeof header->magic) != 0 ||
        header->byte_order != BYTE_ORDER_MARK || header->kind != (uint32_t)kind)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no set-up file of this kind and machine",
                        path);
    if (!zkl_digest_equal(&header->powers, powers))
        return zkl_fail(err, ZKL_BAD_INPUT, "set-up file '%s' belongs to other powers of tau",
                        path);
    out->body = zkl_reader_of(zkl_bytes_of(out->memory + sizeof *header,
                                           out->size - sizeof *header - sizeof(zkl_digest)));
    return ZKL_OK;
}
