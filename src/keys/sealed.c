/* Frames under AES-256-GCM, one behind the other: tag, then as many bytes as it has content.
 *
 *  1. Frame i has the nonce [1 when it is the last, else 0][0 0 0][i as 8 bytes]. The key serves
 *     one file, and a file has one frame of each number: no nonce serves twice.
 *  2. The header is associated data of every frame, so a frame belongs to one header.
 *  3. Every frame but the last is full, and the last is marked: where a frame ends follows from the
 *     file's size, and a file that is cut between two frames has no last one.
 *  4. Nothing leaves a frame before its tag was compared. */
#include "keys/sealed.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define FRAME ZKL_SEALED_FRAME_BYTES
#define TAG ZKL_AEAD_TAG_BYTES

/* What both have. */
typedef struct frame {
    uint8_t key[ZKL_AEAD_KEY_BYTES];
    zkl_bytes header;
    int fd;
    const char *path;
    uint64_t number;
    uint8_t *content; /* FRAME bytes */
    size_t size;      /* of what is in it */
} frame;

struct zkl_sealed_writer {
    frame frame;
};

struct zkl_sealed_reader {
    frame frame;
    uint64_t file_left; /* bytes of the file that are not read */
    size_t at;          /* in the frame */
};

static zkl_status frame_open(frame *f, const zkl_sealed *with, zkl_error *err)
{
    ZKL_ASSERT(with->key && with->header.size && with->fd >= 0);
    memcpy(f->key, with->key, sizeof f->key);
    f->header = with->header;
    f->fd = with->fd;
    f->path = with->path;
    f->content = zkl_malloc(FRAME, 1);
    return f->content ? ZKL_OK : zkl_no_memory(err, FRAME);
}

static void frame_close(frame *f)
{
    zkl_wipe(f->key, sizeof f->key);
    zkl_free(f->content);
}

/* Invariant 1. */
static void frame_nonce(uint8_t out[static ZKL_AEAD_NONCE_BYTES], const frame *f, bool is_last)
{
    memset(out, 0, ZKL_AEAD_NONCE_BYTES);
    out[0] = is_last;
    zkl_be64_put(out + ZKL_AEAD_NONCE_BYTES - 8, f->number);
}

/* ---- writing */

zkl_status zkl_sealed_writer_new(zkl_sealed_writer **out, const zkl_sealed *with, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_sealed_writer) writer = zkl_calloc(1, sizeof *writer);
    if (!writer)
        return zkl_no_memory(err, sizeof *writer);
    ZKL_TRY(frame_open(&writer->frame, with, err));
    *out = writer;
    writer = NULL;
    return ZKL_OK;
}

void zkl_sealed_writer_free(zkl_sealed_writer *writer)
{
    if (!writer)
        return;
    frame_close(&writer->frame);
    zkl_free(writer);
}

static zkl_status write_frame(frame *f, bool is_last, zkl_error *err)
{
    uint8_t nonce[ZKL_AEAD_NONCE_BYTES], tag[TAG];
    frame_nonce(nonce, f, is_last);
    const zkl_aead with = { .key = f->key, .nonce = nonce, .associated = f->header };
    if (!zkl_aead_seal(f->content, tag, &with, zkl_bytes_of(f->content, f->size)))
        return zkl_fail(err, ZKL_NO_MEMORY, "libcrypto could not encrypt '%s'", f->path);
    ZKL_TRY(zkl_fd_write(f->fd, zkl_bytes_of(tag, sizeof tag), f->path, err));
    ZKL_TRY(zkl_fd_write(f->fd, zkl_bytes_of(f->content, f->size), f->path, err));
    f->number++;
    f->size = 0;
    return ZKL_OK;
}

/* A full frame waits for what follows: only then is it known not to be the last. */
zkl_status zkl_sealed_put(zkl_sealed_writer *writer, const void *data, size_t size, zkl_error *err)
{
    frame *f = &writer->frame;
    const uint8_t *at = data;
    while (size) {
        if (f->size == FRAME)
            ZKL_TRY(write_frame(f, false, err));
        const size_t room = FRAME - f->size, step = size < room ? size : room;
        memcpy(f->content + f->size, at, step);
        f->size += step;
        at += step;
        size -= step;
    }
    return ZKL_OK;
}

zkl_status zkl_sealed_finish(zkl_sealed_writer *writer, zkl_error *err)
{
    return write_frame(&writer->frame, true, err);
}

/* ---- reading */

zkl_status zkl_sealed_reader_new(zkl_sealed_reader **out, const zkl_sealed *with, zkl_error *err)
{
    struct stat st;
    ZKL_AUTO_FREE(zkl_sealed_reader) reader = zkl_calloc(1, sizeof *reader);
    if (!reader)
        return zkl_no_memory(err, sizeof *reader);
    ZKL_TRY(frame_open(&reader->frame, with, err));
    if (fstat(with->fd, &st) != 0)
        return zkl_fail_errno(err, "read", with->path);
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size < with->header.size + TAG)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is cut off", with->path);
    reader->file_left = (uint64_t)st.st_size - with->header.size;
    *out = reader;
    reader = NULL;
    return ZKL_OK;
}

void zkl_sealed_reader_free(zkl_sealed_reader *reader)
{
    if (!reader)
        return;
    frame_close(&reader->frame);
    zkl_free(reader);
}

static zkl_status read_bytes(const frame *f, uint8_t *out, size_t size, zkl_error *err)
{
    for (size_t at = 0; at < size;) {
        const ssize_t got = read(f->fd, out + at, size - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return zkl_fail_errno(err, "read", f->path);
        if (got == 0)
            return zkl_fail(err, ZKL_IO, "'%s' became shorter while it was read", f->path);
        at += (size_t)got;
    }
    return ZKL_OK;
}

/* Invariants 3 and 4. A remainder that holds no tag is no frame. */
static zkl_status read_frame(zkl_sealed_reader *reader, zkl_error *err)
{
    frame *f = &reader->frame;
    uint8_t nonce[ZKL_AEAD_NONCE_BYTES], tag[TAG];
    const bool is_last = reader->file_left <= TAG + FRAME;
    if (reader->file_left < TAG)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is cut off", f->path);
    const size_t size = is_last ? (size_t)reader->file_left - TAG : FRAME;
    f->size = reader->at = 0;
    ZKL_TRY(read_bytes(f, tag, sizeof tag, err));
    ZKL_TRY(read_bytes(f, f->content, size, err));
    reader->file_left -= TAG + size;
    frame_nonce(nonce, f, is_last);
    const zkl_aead with = { .key = f->key, .nonce = nonce, .associated = f->header };
    if (!zkl_aead_open(f->content, tag, &with, zkl_bytes_of(f->content, size)))
        return zkl_fail(err, ZKL_REJECTED, "'%s' is altered, or of another owner secret", f->path);
    f->number++;
    f->size = size;
    return ZKL_OK;
}

zkl_status zkl_sealed_take(zkl_sealed_reader *reader, void *out, size_t size, zkl_error *err)
{
    const frame *f = &reader->frame;
    zkl_status status = ZKL_OK;
    uint8_t *to = out;
    for (size_t left = size; left && status == ZKL_OK;) {
        if (reader->at == f->size) {
            status = read_frame(reader, err);
            continue;
        }
        const size_t ready = f->size - reader->at, step = left < ready ? left : ready;
        memcpy(to, f->content + reader->at, step);
        reader->at += step;
        to += step;
        left -= step;
    }
    if (status != ZKL_OK)
        zkl_wipe(out, size);
    return status;
}

/* An empty content is one frame, which nobody has asked for yet. */
zkl_status zkl_sealed_end(zkl_sealed_reader *reader, zkl_error *err)
{
    const frame *f = &reader->frame;
    if (f->number == 0)
        ZKL_TRY(read_frame(reader, err));
    return reader->at == f->size && reader->file_left == 0
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "'%s' goes on behind its content", f->path);
}

/* Tags are no content: one a frame. */
uint64_t zkl_sealed_left(const zkl_sealed_reader *reader)
{
    const uint64_t frames = (reader->file_left + TAG + FRAME - 1) / (TAG + FRAME);
    const uint64_t tags = frames * TAG;
    return reader->frame.size - reader->at +
           (reader->file_left > tags ? reader->file_left - tags : 0);
}
