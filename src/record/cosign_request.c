/* Requests to witnesses and their answers, line by line. One spelling each: whoever reads them here
 * writes the same bytes again. */
#include "record/cosign_request.h"

#include "text/base64.h"
#include "text/lines.h"

static zkl_status fail_line(zkl_error *err, const char *what)
{
    return zkl_fail(err, ZKL_BAD_INPUT, "request to a witness: bad %s", what);
}

void zkl_cosign_request_encode(zkl_buffer *out, const zkl_cosign_request *request)
{
    ZKL_ASSERT(request->path_count <= ZKL_COSIGN_PATH_MAX && request->note.size);
    zkl_buffer_format(out, "old %llu\n", (unsigned long long)request->old_size);
    for (size_t i = 0; i < request->path_count; i++) {
        zkl_buffer_put_base64(out, request->path[i].bytes, sizeof request->path[i].bytes);
        zkl_buffer_put_u8(out, '\n');
    }
    zkl_buffer_put_u8(out, '\n');
    zkl_buffer_put(out, request->note.data, request->note.size);
}

zkl_status zkl_cosign_request_parse(zkl_cosign_request *out, zkl_arena *arena, zkl_bytes bytes,
                                    zkl_error *err)
{
    zkl_cosign_request r = { 0 };
    zkl_bytes rest = bytes, line;
    if (bytes.size > ZKL_COSIGN_REQUEST_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a request to a witness of %zu bytes, at most %d",
                        bytes.size, ZKL_COSIGN_REQUEST_BYTES_MAX);
    if (!zkl_line_next(&line, &rest) || !zkl_line_skip(&line, "old ") ||
        !zkl_line_decimal(&r.old_size, line))
        return fail_line(err, "first line (old SIZE)");
    for (;;) {
        if (!zkl_line_next(&line, &rest))
            return fail_line(err, "proof");
        if (line.size == 0)
            break;
        if (r.path_count == ZKL_COSIGN_PATH_MAX || !zkl_line_digest(&r.path[r.path_count], line))
            return fail_line(err, "proof");
        r.path_count++;
    }
    r.note = rest;
    ZKL_TRY(zkl_checkpoint_parse(&r.checkpoint, arena, rest, err));
    if (r.old_size > r.checkpoint.size)
        return fail_line(err, "old size: it is above the checkpoint's");
    *out = r;
    return ZKL_OK;
}

/* Lines without a text are read behind one of our own: a note's parser has all their rules. */
zkl_status zkl_cosignatures_parse(zkl_note *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    static const char text[] = "cosignatures\n\n";
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    if (zkl_note_parse(out, arena, bytes, NULL) == ZKL_OK)
        return ZKL_OK;
    if (bytes.size > ZKL_NOTE_BYTES_MAX - sizeof text)
        return zkl_fail(err, ZKL_LIMIT, "a witness's answer of %zu bytes", bytes.size);
    zkl_buffer_put_text(&note, text);
    zkl_buffer_put(&note, bytes.data, bytes.size);
    ZKL_TRY(zkl_buffer_status(&note, err));
    const uint8_t *kept = zkl_arena_copy(arena, note.data, note.size);
    if (!kept)
        return zkl_no_memory(err, note.size);
    const zkl_status status = zkl_note_parse(out, arena, zkl_bytes_of(kept, note.size), err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "a witness's answer");
}
