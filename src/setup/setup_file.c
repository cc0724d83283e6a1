/* The frame of the cache's files (setup_file.h): a header of 128 bytes, arrays of points, the
 * BLAKE3 hash of all before.
 *
 * Points lie in the file as in memory and are used in place, unchecked: at 40 us each, checking
 * them takes longer than a proof. So the hash has to hold on every read, and the folder is this
 * user's alone (setup_cache.c). The hash is against damage; whoever can write the folder can
 * also write a right hash. */
#include "setup/setup_file.h"

#include "base/file.h"
#include "hash/hash.h"

#define MAGIC "zkl/v1/setup"
#define BYTE_ORDER_MARK 0x01020304u

_Static_assert(sizeof(zkl_setup_header) == 128, "arrays after the header stay aligned");

/* All in memory first, for the hash: as much again as the arrays themselves. */
zkl_status zkl_setup_file_write(const char *path, const zkl_setup_header *header,
                                const zkl_bytes *sections, size_t section_count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    ZKL_ASSERT(header->kind >= ZKL_SETUP_FILE_POWERS && header->kind <= ZKL_SETUP_FILE_KEY);
    zkl_setup_header written = *header;
    zkl_digest hash;

    /* what every file has alike; the caller's fields stay */
    memset(written.magic, 0, sizeof written.magic);
    memcpy(written.magic, MAGIC, strlen(MAGIC));
    memset(written.zeros, 0, sizeof written.zeros);
    written.byte_order = BYTE_ORDER_MARK;
    zkl_buffer_put(&content, &written, sizeof written);
    for (size_t i = 0; i < section_count; i++)
        zkl_buffer_put(&content, sections[i].data, sections[i].size);
    ZKL_TRY(zkl_buffer_status(&content, err));
    zkl_hash(&hash, ZKL_HASH_BLAKE3, content.data, content.size);
    zkl_buffer_put(&content, &hash, sizeof hash);
    ZKL_TRY(zkl_buffer_status(&content, err));
    return zkl_file_write(path, zkl_buffer_bytes(&content), 0600, err);
}

/* The last 32 bytes are the hash of all others. */
static zkl_status check_content(const zkl_buffer *memory, const char *path, zkl_error *err)
{
    ZKL_ASSERT(*path);
    zkl_digest hash;

    if (memory->size < sizeof(zkl_setup_header) + sizeof hash)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "set-up file '%s' is cut short: restore it or delete it", path);
    const size_t size = memory->size - sizeof hash;
    zkl_hash(&hash, ZKL_HASH_BLAKE3, memory->data, size);
    if (!zkl_digest_equal_bytes(&hash, memory->data + size))
        return zkl_fail(err, ZKL_BAD_INPUT, "set-up file '%s' is damaged: restore it or delete it",
                        path);
    return ZKL_OK;
}

void zkl_setup_file_clear(zkl_setup_file *file)
{
    zkl_buffer_clear(&file->memory);
    *file = (zkl_setup_file){ 0 };
}

zkl_status zkl_setup_file_read(zkl_setup_file *out, const char *path, zkl_setup_file_kind kind,
                               const zkl_digest *powers, size_t size_max, zkl_error *err)
{
    zkl_setup_header *const header = &out->header;
    ZKL_ASSERT(out->memory.size == 0);
    ZKL_TRY(zkl_file_read(&out->memory, path, size_max, err));
    ZKL_TRY(check_content(&out->memory, path, err));
    memcpy(header, out->memory.data, sizeof *header);
    /* points lie as this machine keeps them: a file of another byte order is no file of this
     * cache */
    if (strncmp(header->magic, MAGIC, sizeof header->magic) != 0 ||
        header->byte_order != BYTE_ORDER_MARK || header->kind != (uint32_t)kind)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no set-up file of this kind and machine",
                        path);
    if (!zkl_digest_equal(&header->powers, powers))
        return zkl_fail(err, ZKL_BAD_INPUT, "set-up file '%s' belongs to other powers of tau",
                        path);
    out->body = zkl_reader_of(zkl_bytes_of(out->memory.data + sizeof *header,
                                           out->memory.size - sizeof *header - sizeof(zkl_digest)));
    return ZKL_OK;
}
