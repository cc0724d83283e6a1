/* Contents of envelopes.
 *
 *     keys = HKDF-SHA-256(data key, salt = object id,
 *                         info = "zkl envelope" || head[0..64) || be32(|name|) || name), 64 bytes:
 *            the key of the chunks, and the commitment, which stands in the head
 *     chunk i = AES-256-GCM(key of the chunks, nonce = be88(i) || (1 if it is the last, else 0))
 *
 * The commitment makes a ciphertext open under one key alone: whoever has two keys cannot make an
 * envelope that is good under both. */
#include "vault/envelope.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "vault/envelope_internal.h"

#define NAMED "zkl envelope"
#define INFO_BYTES_MAX (sizeof NAMED - 1 + ENVELOPE_IDENTITY_BYTES + 4 + ZKL_OBJECT_NAME_BYTES_MAX)

/* In locked memory (zkl_secret_new), with the chunk that is being worked on. */
typedef struct secrets {
    uint8_t data_key[ZKL_CRYPTO_KEY_BYTES];
    uint8_t derived[ZKL_CRYPTO_KEY_BYTES + 32]; /* key of the chunks, commitment */
} secrets;

static zkl_status derive(secrets *s, const zkl_vault *vault, const zkl_envelope_head *head,
                         const char *name, zkl_error *err)
{
    uint8_t info[INFO_BYTES_MAX];
    const size_t size = strlen(name), before = sizeof NAMED - 1;
    ZKL_ASSERT(size <= ZKL_OBJECT_NAME_BYTES_MAX);
    memcpy(info, NAMED, before);
    envelope_identity(info + before, head);
    zkl_be32_put(info + before + ENVELOPE_IDENTITY_BYTES, (uint32_t)size);
    memcpy(info + before + ENVELOPE_IDENTITY_BYTES + 4, name, size);
    return zkl_crypto_derive(vault->crypto, s->derived, sizeof s->derived, s->data_key,
                             zkl_bytes_of(head->object, sizeof head->object),
                             zkl_bytes_of(info, before + ENVELOPE_IDENTITY_BYTES + 4 + size), err);
}

static void put_nonce(uint8_t out[static ZKL_AEAD_NONCE_BYTES], uint64_t chunk, bool is_last)
{
    memset(out, 0, ZKL_AEAD_NONCE_BYTES);
    zkl_be64_put(out + 3, chunk);
    out[11] = is_last;
}

/* ---- writing */

struct zkl_envelope_writer {
    const zkl_crypto *crypto;
    zkl_envelope_sink sink;
    secrets *secret;
    uint64_t chunk; /* that is being filled */
    bool is_finished;
    size_t size; /* bytes in it */
    uint8_t plain[(size_t)1 << ZKL_ENVELOPE_CHUNK_LOG];
    uint8_t hidden[((size_t)1 << ZKL_ENVELOPE_CHUNK_LOG) + ZKL_AEAD_TAG_BYTES];
};

static zkl_status write_out(zkl_envelope_writer *w, const uint8_t *data, size_t size,
                            zkl_error *err)
{
    if (w->sink.fd >= 0)
        return zkl_fd_write(w->sink.fd, zkl_bytes_of(data, size), w->sink.path, err);
    zkl_buffer_put(w->sink.memory, data, size);
    return zkl_buffer_status(w->sink.memory, err);
}

static zkl_status write_chunk(zkl_envelope_writer *w, bool is_last, zkl_error *err)
{
    uint8_t nonce[ZKL_AEAD_NONCE_BYTES];
    put_nonce(nonce, w->chunk, is_last);
    if (!zkl_crypto_seal(w->crypto, w->hidden, w->hidden + w->size,
                         &(zkl_aead){ .key = w->secret->derived, .nonce = nonce },
                         zkl_bytes_of(w->plain, w->size)))
        return zkl_no_memory(err, w->size);
    ZKL_TRY(write_out(w, w->hidden, w->size + ZKL_AEAD_TAG_BYTES, err));
    w->chunk++;
    w->size = 0;
    return ZKL_OK;
}

static zkl_status write_head(zkl_envelope_writer *w, const zkl_vault *vault, zkl_object_name name,
                             zkl_error *err)
{
    zkl_envelope_head head = { .chunk_log = ZKL_ENVELOPE_CHUNK_LOG, .sequence = 1 };
    uint8_t bytes[ZKL_ENVELOPE_HEAD_BYTES];
    secrets *const s = w->secret;
    ZKL_ASSERT(name.kind[0] && strlen(name.kind) <= ZKL_OBJECT_KIND_CHARS_MAX);
    snprintf(head.kind, sizeof head.kind, "%s", name.kind);
    snprintf(head.kek, sizeof head.kek, "%s", vault->kek->id);
    ZKL_TRY(zkl_crypto_random(vault->crypto, head.object, sizeof head.object, err));
    ZKL_TRY(zkl_crypto_random(vault->crypto, s->data_key, sizeof s->data_key, err));
    ZKL_TRY(zkl_vault_wrap(vault, &head.wrapped, &(zkl_object_key){ s->data_key, head.object },
                           name, err));
    ZKL_TRY(derive(s, vault, &head, name.name, err));
    memcpy(head.commitment, s->derived + ZKL_CRYPTO_KEY_BYTES, sizeof head.commitment);
    zkl_wipe(s->data_key, sizeof s->data_key);
    envelope_head_put(bytes, &head);
    return write_out(w, bytes, sizeof bytes, err);
}

zkl_status zkl_envelope_writer_new(zkl_envelope_writer **out, const zkl_vault *vault,
                                   zkl_object_name name, const zkl_envelope_sink *sink,
                                   zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_envelope_writer) w = zkl_malloc(1, sizeof *w);
    if (!w)
        return zkl_no_memory(err, sizeof *w);
    w->crypto = vault->crypto;
    w->sink = *sink;
    w->chunk = 0;
    w->size = 0;
    w->is_finished = false;
    w->secret = zkl_secret_new(sizeof *w->secret);
    if (!w->secret)
        return zkl_no_memory(err, sizeof *w->secret);
    ZKL_TRY(write_head(w, vault, name, err));
    *out = w;
    w = NULL;
    return ZKL_OK;
}

/* A chunk that is full waits for what follows: it may be the last. */
zkl_status zkl_envelope_put(zkl_envelope_writer *w, const void *data, size_t size, zkl_error *err)
{
    const uint8_t *from = data;
    ZKL_ASSERT(!w->is_finished);
    while (size) {
        if (w->size == sizeof w->plain)
            ZKL_TRY(write_chunk(w, false, err));
        const size_t room = sizeof w->plain - w->size, step = size < room ? size : room;
        memcpy(w->plain + w->size, from, step);
        w->size += step;
        from += step;
        size -= step;
    }
    return ZKL_OK;
}

zkl_status zkl_envelope_finish(zkl_envelope_writer *w, zkl_error *err)
{
    ZKL_ASSERT(!w->is_finished);
    w->is_finished = true;
    return write_chunk(w, true, err);
}

void zkl_envelope_writer_free(zkl_envelope_writer *w)
{
    if (!w)
        return;
    zkl_secret_free(w->secret);
    zkl_free(w);
}

zkl_status zkl_envelope_encode(zkl_buffer *out, const zkl_vault *vault, zkl_object_name name,
                               zkl_bytes content, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_envelope_writer) w = NULL;
    const zkl_envelope_sink sink = { .fd = -1, .path = "memory", .memory = out };
    ZKL_TRY(zkl_envelope_writer_new(&w, vault, name, &sink, err));
    ZKL_TRY(zkl_envelope_put(w, content.data, content.size, err));
    return zkl_envelope_finish(w, err);
}

/* ---- reading */

struct zkl_envelope_reader {
    const zkl_crypto *crypto;
    int fd;
    const char *path;
    secrets *secret;
    uint8_t chunk_log;
    uint64_t size, chunks;
    /* The chunk that is in `plain`; UINT64_MAX: none. */
    uint64_t chunk;
    size_t plain_size;
    uint8_t *plain; /* a chunk, and room for its tag while it is read */
};

static size_t bytes_of_chunk(const zkl_envelope_reader *r, uint64_t chunk)
{
    const uint64_t full = (uint64_t)1 << r->chunk_log, left = r->size - chunk * full;
    return (size_t)(left < full ? left : full);
}

/* pread until all is read; false: there is less. */
static bool read_whole(int fd, uint8_t *out, size_t size, uint64_t offset)
{
    for (size_t at = 0; at < size;) {
        const ssize_t got = pread(fd, out + at, size - at, (off_t)(offset + at));
        if (got <= 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

static zkl_status load_chunk(zkl_envelope_reader *r, uint64_t chunk, zkl_error *err)
{
    uint8_t nonce[ZKL_AEAD_NONCE_BYTES];
    const size_t size = bytes_of_chunk(r, chunk);
    const uint64_t stride = ((uint64_t)1 << r->chunk_log) + ZKL_AEAD_TAG_BYTES;
    if (r->chunk == chunk)
        return ZKL_OK;
    r->chunk = UINT64_MAX;
    if (!read_whole(r->fd, r->plain, size + ZKL_AEAD_TAG_BYTES,
                    ZKL_ENVELOPE_HEAD_BYTES + chunk * stride))
        return zkl_fail(err, ZKL_IO, "'%s' cannot be read", r->path);
    put_nonce(nonce, chunk, chunk + 1 == r->chunks);
    if (!zkl_crypto_open(r->crypto, r->plain, r->plain + size,
                         &(zkl_aead){ .key = r->secret->derived, .nonce = nonce },
                         zkl_bytes_of(r->plain, size)))
        return zkl_fail(err, ZKL_REJECTED, "'%s' is not what was written: chunk %llu", r->path,
                        (unsigned long long)chunk);
    r->chunk = chunk;
    r->plain_size = size;
    return ZKL_OK;
}

/* A version that is not there is no file that is not there: whoever makes what is missing would
 * write over what another copy of the key still opens. */
static zkl_status unwrap(zkl_envelope_reader *r, const zkl_vault *vault, zkl_object_name name,
                         const zkl_envelope_head *head, zkl_error *err)
{
    const zkl_status status =
        zkl_vault_unwrap(vault, r->secret->data_key, &head->wrapped, head->object, name, err);
    return status == ZKL_NOT_FOUND ? zkl_wrap(err, ZKL_UNCHECKED, "'%s'", r->path) : status;
}

static zkl_status open_key(zkl_envelope_reader *r, const zkl_vault *vault, zkl_object_name name,
                           const zkl_envelope_head *head, zkl_error *err)
{
    secrets *const s = r->secret;
    if (strcmp(head->kind, name.kind) != 0)
        return zkl_fail(err, ZKL_REJECTED, "'%s' holds a '%s', not a '%s'", r->path, head->kind,
                        name.kind);
    ZKL_TRY(envelope_check_kek(vault, head, r->path, err));
    ZKL_TRY(unwrap(r, vault, name, head, err));
    ZKL_TRY(derive(s, vault, head, name.name, err));
    zkl_wipe(s->data_key, sizeof s->data_key);
    return zkl_equal_ct(s->derived + ZKL_CRYPTO_KEY_BYTES, head->commitment,
                        sizeof head->commitment)
               ? ZKL_OK
               : zkl_fail(err, ZKL_REJECTED, "'%s' is not what was written: another name or key",
                          r->path);
}

static zkl_status open_reader(zkl_envelope_reader *r, const zkl_vault *vault, zkl_object_name name,
                              zkl_error *err)
{
    zkl_envelope_head head;
    struct stat st;
    if (fstat(r->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no regular file", r->path);
    ZKL_TRY(zkl_envelope_head_read(&head, r->fd, r->path, err));
    if (!zkl_envelope_content_bytes(&r->size, &head, (uint64_t)st.st_size))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is a cut envelope", r->path);
    r->chunk_log = head.chunk_log;
    const uint64_t full = (uint64_t)1 << head.chunk_log;
    r->chunks = r->size ? (r->size + full - 1) / full : 1;
    r->plain = zkl_malloc(full + ZKL_AEAD_TAG_BYTES, 1);
    r->secret = zkl_secret_new(sizeof *r->secret);
    if (!r->plain || !r->secret)
        return zkl_no_memory(err, full);
    ZKL_TRY(open_key(r, vault, name, &head, err));
    return load_chunk(r, r->chunks - 1, err);
}

zkl_status zkl_envelope_reader_new(zkl_envelope_reader **out, const zkl_vault *vault,
                                   zkl_object_name name, int fd, const char *path, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_envelope_reader) r = zkl_calloc(1, sizeof *r);
    if (!r)
        return zkl_no_memory(err, sizeof *r);
    r->crypto = vault->crypto;
    r->fd = fd;
    r->path = path;
    r->chunk = UINT64_MAX;
    ZKL_TRY(open_reader(r, vault, name, err));
    *out = r;
    r = NULL;
    return ZKL_OK;
}

uint64_t zkl_envelope_size(const zkl_envelope_reader *r)
{
    return r->size;
}

zkl_status zkl_envelope_read(zkl_envelope_reader *r, void *out, uint64_t offset, size_t size,
                             zkl_error *err)
{
    uint8_t *const to = out;
    ZKL_ASSERT(offset <= r->size && size <= r->size - offset);
    for (size_t at = 0; at < size;) {
        const uint64_t chunk = (offset + at) >> r->chunk_log;
        const zkl_status status = load_chunk(r, chunk, err);
        if (status != ZKL_OK) {
            zkl_wipe(to, size);
            return status;
        }
        const size_t from = (size_t)((offset + at) & (((uint64_t)1 << r->chunk_log) - 1));
        const size_t room = r->plain_size - from, step = size - at < room ? size - at : room;
        memcpy(to + at, r->plain + from, step);
        at += step;
    }
    return ZKL_OK;
}

void zkl_envelope_reader_free(zkl_envelope_reader *r)
{
    if (!r)
        return;
    zkl_secret_free(r->secret);
    zkl_free(r->plain);
    zkl_free(r);
}

static zkl_status read_all(zkl_buffer *out, zkl_envelope_reader *r, size_t size_max, zkl_error *err)
{
    uint8_t part[4096];
    zkl_status status = ZKL_OK;
    if (r->size > size_max)
        return zkl_fail(err, ZKL_LIMIT, "'%s' holds more than %zu bytes", r->path, size_max);
    for (uint64_t at = 0; at < r->size && status == ZKL_OK;) {
        const uint64_t left = r->size - at;
        const size_t step = left < sizeof part ? (size_t)left : sizeof part;
        status = zkl_envelope_read(r, part, at, step, err);
        zkl_buffer_put(out, part, step);
        at += step;
    }
    zkl_wipe(part, sizeof part);
    return status == ZKL_OK ? zkl_buffer_status(out, err) : status;
}

zkl_status zkl_envelope_read_file(zkl_buffer *out, const zkl_vault *vault, zkl_object_name name,
                                  const char *path, size_t size_max, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_envelope_reader) r = NULL;
    const size_t before = out->size;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path);
    zkl_status status = zkl_envelope_reader_new(&r, vault, name, fd, path, err);
    if (status == ZKL_OK)
        status = read_all(out, r, size_max, err);
    if (status != ZKL_OK)
        out->size = before;
    close(fd);
    return status;
}
