/* Decompression, member by member or frame by frame:
 *
 *              bytes of a member                   its end, sum and length good
 *   between ------------------------> inside -----------------------------------> between
 *      |                                |
 *      | end of the file: sound         | end of the file: cut
 *      | other bytes: refused           | wrong data: damaged
 *
 * zlib and zstd compare the checksums at the end of a member or frame; the file's last bytes
 * must have been seen by them. That is why a file that is cut within its last trailer is
 * refused, though all of its data could be read. */
#include "input/input_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/file.h"

#define PIECE_BYTES ((size_t)256 << 10)
#define GZIP_WINDOW (15 + 16) /* the largest window, and a gzip header is wanted */

struct zkl_input_bytes {
    int fd;
    const char *name;
    zkl_compression compression;
    /* Compressed bytes that were read; those before piece_at were used. */
    uint8_t *piece;
    size_t piece_size, piece_at;
    /* Where the piece ends in the file. */
    uint64_t piece_end;
    bool file_ended;
    /* Of a member or frame: the file must not end here. */
    bool inside;
    z_stream inflater;
    bool has_inflater;
    ZSTD_DCtx *zstd;
};

void zkl_input_bytes_close(zkl_input_bytes *input)
{
    if (!input)
        return;
    if (input->fd >= 0)
        close(input->fd);
    if (input->has_inflater)
        (void)inflateEnd(&input->inflater); /* fails only on a stream that was never made */
    ZSTD_freeDCtx(input->zstd);
    zkl_free(input->piece);
    zkl_free(input);
}

/* Nothing to start where bytes are read as they are. */
static zkl_status start_decoder(zkl_input_bytes *input, zkl_error *err)
{
    if (input->compression == ZKL_COMPRESSION_NONE)
        return ZKL_OK;
    input->piece = zkl_malloc(PIECE_BYTES, 1);
    if (!input->piece)
        return zkl_no_memory(err, PIECE_BYTES);
    if (input->compression == ZKL_COMPRESSION_GZIP)
        input->has_inflater = inflateInit2(&input->inflater, GZIP_WINDOW) == Z_OK;
    else
        input->zstd = ZSTD_createDCtx();
    return input->has_inflater || input->zstd ? ZKL_OK : zkl_no_memory(err, PIECE_BYTES);
}

zkl_status zkl_input_bytes_open(zkl_input_bytes **out, const char *path, const char *name,
                                zkl_compression compression, zkl_error *err)
{
    zkl_input_bytes *input = zkl_calloc(1, sizeof *input);
    if (!input)
        return zkl_no_memory(err, sizeof *input);
    input->name = name;
    input->compression = compression;
    input->fd = open(path, O_RDONLY | O_CLOEXEC);
    zkl_status status = input->fd < 0 ? zkl_fail_errno(err, "open", name) : ZKL_OK;
    if (status == ZKL_OK)
        status = start_decoder(input, err);
    if (status != ZKL_OK) {
        zkl_input_bytes_close(input);
        return status;
    }
    *out = input;
    return ZKL_OK;
}

/* One read; none at the end of the file. */
static zkl_status read_file(zkl_input_bytes *input, uint8_t *out, size_t size, size_t *got,
                            zkl_error *err)
{
    for (;;) {
        const ssize_t result = read(input->fd, out, size);
        if (result < 0 && errno == EINTR)
            continue;
        if (result < 0)
            return zkl_fail_errno(err, "read", input->name);
        *got = (size_t)result;
        input->piece_end += *got;
        input->file_ended = *got == 0;
        return ZKL_OK;
    }
}

/* More compressed bytes, when the piece is used up. */
static zkl_status refill(zkl_input_bytes *input, zkl_error *err)
{
    if (input->piece_at < input->piece_size || input->file_ended)
        return ZKL_OK;
    input->piece_at = 0;
    return read_file(input, input->piece, PIECE_BYTES, &input->piece_size, err);
}

/* In the file, of the next byte to be decompressed: for messages. */
static unsigned long long place(const zkl_input_bytes *input)
{
    return (unsigned long long)(input->piece_end - (input->piece_size - input->piece_at));
}

/* For messages; plain bytes have none. */
static const char *format_name(const zkl_input_bytes *input)
{
    return input->compression == ZKL_COMPRESSION_GZIP ? "gzip" : "zstd";
}

/* Both faults lose data that cannot be had from this file, so the advice is the same. */
static zkl_status fail_cut(const zkl_input_bytes *input, zkl_error *err)
{
    return zkl_fail(err, ZKL_BAD_INPUT,
                    "'%s' is cut: its %s data ends in the middle, after %llu bytes; get the file "
                    "again",
                    input->name, format_name(input), place(input));
}

static zkl_status fail_damaged(const zkl_input_bytes *input, zkl_error *err)
{
    return zkl_fail(err, ZKL_BAD_INPUT,
                    "'%s' is damaged: its %s data, or a checksum of it, is wrong at byte %llu; get "
                    "the file again",
                    input->name, format_name(input), place(input));
}

/* Between members and frames there is the end of the file, or the next one: nothing else. */
static zkl_status check_next(const zkl_input_bytes *input, zkl_error *err)
{
    if (input->inside || input->piece_at == input->piece_size)
        return ZKL_OK;
    ZKL_ASSERT(input->compression != ZKL_COMPRESSION_NONE);
    const bool is_gzip = input->compression == ZKL_COMPRESSION_GZIP;
    /* a zstd frame begins with 28 b5 2f fd, a skippable one with 50 to 5f */
    const uint8_t first = input->piece[input->piece_at];
    if (is_gzip ? first == 0x1f : first == 0x28 || (first & 0xf0) == 0x50)
        return ZKL_OK;
    return place(input) == 0
               ? zkl_fail(err, ZKL_BAD_INPUT, "'%s' is not a %s file, as its name says",
                          input->name, format_name(input))
               : zkl_fail(err, ZKL_BAD_INPUT,
                          "'%s': other bytes stand behind its %s data, at byte %llu", input->name,
                          format_name(input), place(input));
}

/* What one call of zlib makes of the piece. Z_BUF_ERROR says that it needs more input, which the
 * caller sees by itself. */
static zkl_status gzip_step(zkl_input_bytes *input, uint8_t *out, size_t size, size_t *got,
                            zkl_error *err)
{
    z_stream *z = &input->inflater;
    if (!input->inside)
        (void)inflateReset(z); /* fails only on a stream that was never made */
    z->next_in = input->piece + input->piece_at;
    z->avail_in = (uInt)(input->piece_size - input->piece_at);
    z->next_out = out;
    z->avail_out = size > UINT32_MAX ? UINT32_MAX : (uInt)size;
    const size_t room = z->avail_out;
    const int result = inflate(z, Z_NO_FLUSH);
    ZKL_ASSERT(z->avail_in <= input->piece_size - input->piece_at && z->avail_out <= room);
    input->piece_at = input->piece_size - z->avail_in;
    *got = room - z->avail_out;
    if (result == Z_MEM_ERROR)
        return zkl_no_memory(err, size);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return fail_damaged(input, err);
    input->inside = result != Z_STREAM_END;
    return ZKL_OK;
}

/* What one call of zstd makes of the piece. 0: a frame ended, and was complete. Frames that need
 * more than 128 MiB of window are refused, as zstd's own tool does: their memory is chosen by
 * the file. */
static zkl_status zstd_step(zkl_input_bytes *input, uint8_t *out, size_t size, size_t *got,
                            zkl_error *err)
{
    ZSTD_inBuffer in = { input->piece, input->piece_size, input->piece_at };
    ZSTD_outBuffer to = { out, size, 0 };
    const size_t result = ZSTD_decompressStream(input->zstd, &to, &in);
    ZKL_ASSERT(in.pos <= in.size && to.pos <= size);
    input->piece_at = in.pos;
    *got = to.pos;
    if (!ZSTD_isError(result)) {
        input->inside = result != 0;
        return ZKL_OK;
    }
    const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
    if (code == ZSTD_error_memory_allocation)
        return zkl_no_memory(err, size);
    if (code == ZSTD_error_frameParameter_windowTooLarge)
        return zkl_fail_hint(err, ZKL_LIMIT, ZKL_HINT_COMPRESS_WITH_SMALL_WINDOW,
                             "'%s': its zstd data needs a window of more than 128 MiB",
                             input->name);
    if (code == ZSTD_error_dictionary_wrong)
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "'%s': its zstd data needs a dictionary; compress it without one",
                        input->name);
    return fail_damaged(input, err);
}

zkl_status zkl_input_bytes_read(zkl_input_bytes *input, uint8_t *out, size_t size, size_t *got,
                                zkl_error *err)
{
    ZKL_ASSERT(size > 0 && input->piece_at <= input->piece_size);
    *got = 0;
    if (input->compression == ZKL_COMPRESSION_NONE)
        return read_file(input, out, size, got, err);
    /* until bytes come out: a header, an empty member or a skippable frame gives none */
    for (;;) {
        ZKL_TRY(refill(input, err));
        if (input->file_ended && !input->inside)
            return ZKL_OK;
        ZKL_TRY(check_next(input, err));
        const size_t before = input->piece_at;
        ZKL_TRY(input->compression == ZKL_COMPRESSION_GZIP ? gzip_step(input, out, size, got, err)
                                                           : zstd_step(input, out, size, got, err));
        if (*got)
            return ZKL_OK;
        /* no input left and no output made: what is inside waits for bytes that never come */
        if (input->file_ended && input->inside && input->piece_at == before)
            return fail_cut(input, err);
    }
}

/* By its name only: bytes that contradict it are refused when they are read (check_next), never
 * read otherwise. */
zkl_compression zkl_compression_of_name(const char *name, size_t *bare_bytes)
{
    const size_t size = strlen(name);
    if (size >= 3 && strcasecmp(name + size - 3, ".gz") == 0) {
        *bare_bytes = size - 3;
        return ZKL_COMPRESSION_GZIP;
    }
    if (size >= 4 && strcasecmp(name + size - 4, ".zst") == 0) {
        *bare_bytes = size - 4;
        return ZKL_COMPRESSION_ZSTD;
    }
    *bare_bytes = size;
    return ZKL_COMPRESSION_NONE;
}
