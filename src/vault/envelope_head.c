/* The head of an envelope: who it is, and two slots for its wrapped key.
 *
 *       0    8  magic
 *       8    4  version
 *      12    1  log2 of the bytes in a chunk
 *      13    3  zeros
 *      16   32  object id
 *      48   16  kind, filled with zeros
 *      64   32  commitment
 *      96   32  zeros
 *     128  448  slot 0
 *     576  448  slot 1
 *
 *  1. The slot that counts is the one with the higher sequence number of those whose hash is right.
 *  2. A new key goes into the other slot and to the disk; only then is the old slot cleared. */
#include "vault/envelope_internal.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "hash/hash.h"

#define SLOT_AT(slot) ((size_t)128 + (size_t)448 * (slot))
#define SLOT_BYTES ((size_t)448)
#define SLOT_HASHED_BYTES (SLOT_BYTES - 32)
#define SLOT_KEK_AT 16
#define SLOT_KEK_BYTES ((size_t)96)
#define SLOT_KEY_AT 112

_Static_assert(SLOT_AT(2) == ZKL_ENVELOPE_HEAD_BYTES, "two slots fill the head");
_Static_assert(SLOT_KEK_AT + SLOT_KEK_BYTES == SLOT_KEY_AT, "the key follows the id");
_Static_assert(SLOT_KEY_AT + ZKL_KEK_WRAPPED_BYTES_MAX + 16 == SLOT_HASHED_BYTES, "a slot's parts");

bool zkl_envelope_has_magic(zkl_bytes bytes)
{
    return zkl_bytes_begin_with(bytes, ENVELOPE_MAGIC);
}

static bool are_zeros(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

/* ---- slots */

static void put_slot(uint8_t out[static 448], const char *kek, const zkl_wrapped_key *wrapped,
                     uint64_t sequence)
{
    const size_t size = strlen(kek);
    zkl_digest hash;
    ZKL_ASSERT(size && size < SLOT_KEK_BYTES && wrapped->size <= ZKL_KEK_WRAPPED_BYTES_MAX);
    memset(out, 0, SLOT_BYTES);
    zkl_be64_put(out, sequence);
    zkl_be32_put(out + 8, wrapped->version);
    out[13] = (uint8_t)size;
    out[14] = (uint8_t)(wrapped->size >> 8);
    out[15] = (uint8_t)wrapped->size;
    memcpy(out + SLOT_KEK_AT, kek, size);
    memcpy(out + SLOT_KEY_AT, wrapped->data, wrapped->size);
    zkl_sha256(&hash, out, SLOT_HASHED_BYTES);
    memcpy(out + SLOT_HASHED_BYTES, hash.bytes, sizeof hash.bytes);
}

/* false: it is empty, or was being written when it was cut off. */
static bool take_slot(zkl_envelope_head *head, const uint8_t *slot, unsigned index)
{
    zkl_digest hash;
    const uint64_t sequence = zkl_be64_get(slot);
    const size_t kek_size = (size_t)slot[12] << 8 | slot[13];
    const size_t size = (size_t)slot[14] << 8 | slot[15];
    zkl_sha256(&hash, slot, SLOT_HASHED_BYTES);
    if (memcmp(hash.bytes, slot + SLOT_HASHED_BYTES, sizeof hash.bytes) != 0 ||
        sequence <= head->sequence || !kek_size || kek_size >= SLOT_KEK_BYTES || !size ||
        size > ZKL_KEK_WRAPPED_BYTES_MAX || memchr(slot + SLOT_KEK_AT, 0, kek_size) ||
        !are_zeros(slot + SLOT_KEK_AT + kek_size, SLOT_KEK_BYTES - kek_size) ||
        !are_zeros(slot + SLOT_KEY_AT + size, SLOT_HASHED_BYTES - SLOT_KEY_AT - size))
        return false;
    head->slot = index;
    head->sequence = sequence;
    memset(head->kek, 0, sizeof head->kek);
    memcpy(head->kek, slot + SLOT_KEK_AT, kek_size);
    head->wrapped = (zkl_wrapped_key){ .version = zkl_be32_get(slot + 8), .size = size };
    memcpy(head->wrapped.data, slot + SLOT_KEY_AT, size);
    return true;
}

/* ---- the head */

void envelope_head_put(uint8_t out[static ZKL_ENVELOPE_HEAD_BYTES], const zkl_envelope_head *head)
{
    memset(out, 0, ZKL_ENVELOPE_HEAD_BYTES);
    envelope_identity(out, head);
    memcpy(out + ENVELOPE_IDENTITY_BYTES, head->commitment, sizeof head->commitment);
    put_slot(out + SLOT_AT(head->slot), head->kek, &head->wrapped, head->sequence);
}

void envelope_identity(uint8_t out[static ENVELOPE_IDENTITY_BYTES], const zkl_envelope_head *head)
{
    memset(out, 0, ENVELOPE_IDENTITY_BYTES);
    memcpy(out, ENVELOPE_MAGIC, 8);
    zkl_be32_put(out + 8, ENVELOPE_VERSION);
    out[12] = head->chunk_log;
    memcpy(out + 16, head->object, sizeof head->object);
    memcpy(out + 48, head->kind, strlen(head->kind));
}

zkl_status zkl_envelope_head_parse(zkl_envelope_head *out,
                                   const uint8_t bytes[static ZKL_ENVELOPE_HEAD_BYTES],
                                   zkl_error *err)
{
    zkl_envelope_head head = { .chunk_log = bytes[12] };
    uint8_t again[ENVELOPE_IDENTITY_BYTES];
    if (!zkl_envelope_has_magic(zkl_bytes_of(bytes, 8)))
        return zkl_fail(err, ZKL_BAD_INPUT, "it does not begin as an envelope does");
    if (zkl_be32_get(bytes + 8) != ENVELOPE_VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "an envelope of version %u",
                        zkl_be32_get(bytes + 8));
    memcpy(head.object, bytes + 16, sizeof head.object);
    memcpy(head.kind, bytes + 48, ZKL_OBJECT_KIND_CHARS_MAX);
    memcpy(head.commitment, bytes + ENVELOPE_IDENTITY_BYTES, sizeof head.commitment);
    envelope_identity(again, &head);
    if (memcmp(again, bytes, sizeof again) != 0 || !are_zeros(bytes + 96, 32) || !head.kind[0] ||
        head.chunk_log < ZKL_ENVELOPE_CHUNK_LOG_MIN || head.chunk_log > ZKL_ENVELOPE_CHUNK_LOG_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "an envelope's head has other bytes");
    const bool first = take_slot(&head, bytes + SLOT_AT(0), 0);
    if (!take_slot(&head, bytes + SLOT_AT(1), 1) && !first)
        return zkl_fail(err, ZKL_BAD_INPUT, "an envelope's head holds no wrapped key");
    *out = head;
    return ZKL_OK;
}

/* One that is replaced meanwhile may be seen half: it is looked at once more. */
zkl_status zkl_envelope_head_read(zkl_envelope_head *out, int fd, const char *path, zkl_error *err)
{
    uint8_t bytes[ZKL_ENVELOPE_HEAD_BYTES];
    zkl_error why = { 0 };
    zkl_status status = ZKL_OK;
    for (int i = 0; i < 2; i++) {
        const ssize_t size = pread(fd, bytes, sizeof bytes, 0);
        if (size < 0)
            return zkl_fail_errno(err, "read", path);
        status = size == (ssize_t)sizeof bytes
                     ? zkl_envelope_head_parse(out, bytes, &why)
                     : zkl_fail(&why, ZKL_BAD_INPUT, "it is shorter than an envelope's head");
        if (status == ZKL_OK)
            return ZKL_OK;
    }
    return zkl_fail(err, status, "'%s': %s", path, why.text);
}

bool zkl_envelope_content_bytes(uint64_t *out, const zkl_envelope_head *head, uint64_t file_bytes)
{
    const uint64_t chunk = ((uint64_t)1 << head->chunk_log) + ZKL_AEAD_TAG_BYTES;
    if (file_bytes < ZKL_ENVELOPE_HEAD_BYTES + ZKL_AEAD_TAG_BYTES || file_bytes > INT64_MAX)
        return false;
    const uint64_t rest = file_bytes - ZKL_ENVELOPE_HEAD_BYTES;
    const uint64_t full = rest / chunk, last = rest % chunk;
    /* The last chunk holds something, unless it is the only one. */
    if (last && (last < ZKL_AEAD_TAG_BYTES || (full && last == ZKL_AEAD_TAG_BYTES)))
        return false;
    *out = full * (chunk - ZKL_AEAD_TAG_BYTES) + (last ? last - ZKL_AEAD_TAG_BYTES : 0);
    return true;
}

/* ---- replaced in place */

static zkl_status write_slot(int fd, const char *path, unsigned slot, const uint8_t *bytes,
                             zkl_error *err)
{
    if (pwrite(fd, bytes, SLOT_BYTES, (off_t)SLOT_AT(slot)) != (ssize_t)SLOT_BYTES)
        return zkl_fail_errno(err, "write", path);
    return fdatasync(fd) == 0 ? ZKL_OK : zkl_fail_errno(err, "sync", path);
}

/* A slot that was not cleared is of no harm: it is older, and cleared with the next change. */
zkl_status zkl_envelope_rewrap(bool *done, const zkl_vault *vault, int fd, const char *path,
                               zkl_error *err)
{
    static const uint8_t empty[448];
    uint8_t slot[448];
    zkl_envelope_head head;
    zkl_wrapped_key wrapped;
    zkl_kek_versions versions;
    *done = false;
    ZKL_TRY(zkl_envelope_head_read(&head, fd, path, err));
    ZKL_TRY(vault->kek->ops->versions(vault->kek, &versions, err));
    ZKL_TRY(envelope_check_kek(vault, &head, path, err));
    if (head.wrapped.version == versions.newest)
        return ZKL_OK;
    if (head.sequence == UINT64_MAX)
        return zkl_fail(err, ZKL_LIMIT, "'%s' was rewrapped too often", path);
    ZKL_TRY(zkl_vault_rewrap(vault, &wrapped, &head.wrapped, head.object, err));
    put_slot(slot, head.kek, &wrapped, head.sequence + 1);
    ZKL_TRY(write_slot(fd, path, !head.slot, slot, err));
    ZKL_TRY(write_slot(fd, path, head.slot, empty, err));
    *done = true;
    return ZKL_OK;
}

zkl_status envelope_check_kek(const zkl_vault *vault, const zkl_envelope_head *head,
                              const char *path, zkl_error *err)
{
    return strcmp(head->kek, vault->kek->id) == 0
               ? ZKL_OK
               : zkl_fail(err, ZKL_DENIED, "'%s': its key is wrapped by '%s', this one is '%s'",
                          path, head->kek, vault->kek->id);
}
