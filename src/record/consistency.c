/* The lines of a consistency file: a first line, the older checkpoint, an empty line, and then a
 * tlog-witness request. A signed note has one empty line of its own, between its text and its
 * signatures, so the second one ends it. */
#include "record/consistency.h"

#include <string.h>

#include "text/base64.h"
#include "text/lines.h"

#define FIRST_LINE "zkp-ledger consistency v1"

void zkl_consistency_encode(zkl_buffer *out, const zkl_consistency *c)
{
    ZKL_ASSERT(c->path_count <= ZKL_CONSISTENCY_PATH_MAX);
    zkl_buffer_put_text(out, FIRST_LINE "\n");
    zkl_buffer_put(out, c->before_note.data, c->before_note.size);
    zkl_buffer_format(out, "\nold %llu\n", (unsigned long long)c->before.size);
    for (size_t i = 0; i < c->path_count; i++) {
        zkl_buffer_put_base64(out, c->path[i].bytes, sizeof c->path[i].bytes);
        zkl_buffer_put_u8(out, '\n');
    }
    zkl_buffer_put_u8(out, '\n');
    zkl_buffer_put(out, c->after_note.data, c->after_note.size);
}

bool zkl_consistency_has_magic(zkl_bytes bytes)
{
    static const char start[] = "zkp-ledger consistency ";
    return bytes.size >= sizeof start - 1 && memcmp(bytes.data, start, sizeof start - 1) == 0;
}

/* Cut off what comes before the next empty line, with the newline of its last line. */
static bool cut_block(zkl_bytes *block, zkl_bytes *rest)
{
    const uint8_t *start = rest->data, *end = memmem(start, rest->size, "\n\n", 2);
    if (!end)
        return false;
    *block = zkl_bytes_of(start, (size_t)(end - start) + 1);
    *rest = zkl_bytes_of(end + 2, rest->size - block->size - 1);
    return true;
}

/* Two blocks: text and signatures. */
static bool cut_note(zkl_bytes *note, zkl_bytes *rest)
{
    zkl_bytes text, signatures;
    if (!cut_block(&text, rest) || !cut_block(&signatures, rest))
        return false;
    *note = zkl_bytes_of(text.data, text.size + 1 + signatures.size);
    return true;
}

static zkl_status fail_line(zkl_error *err, const char *what)
{
    return zkl_fail(err, ZKL_BAD_INPUT, "consistency file: bad %s", what);
}

/* "old SIZE", then a digest a line. */
static zkl_status parse_proof(zkl_consistency *c, zkl_bytes lines, zkl_error *err)
{
    zkl_bytes line;
    uint64_t size;
    if (!zkl_line_next(&line, &lines) || !zkl_line_skip(&line, "old ") ||
        !zkl_line_decimal(&size, line) || size != c->before.size)
        return fail_line(err, "line 'old SIZE'");
    while (lines.size) {
        if (c->path_count == ZKL_CONSISTENCY_PATH_MAX || !zkl_line_next(&line, &lines) ||
            !zkl_line_digest(&c->path[c->path_count], line))
            return fail_line(err, "proof");
        c->path_count++;
    }
    return ZKL_OK;
}

static zkl_status parse_checkpoint(zkl_checkpoint *out, zkl_arena *arena, zkl_bytes note,
                                   const char *which, zkl_error *err)
{
    const zkl_status status = zkl_checkpoint_parse(out, arena, note, err);
    return status == ZKL_OK ? status
                            : zkl_wrap(err, status, "consistency file: %s checkpoint", which);
}

zkl_status zkl_consistency_parse(zkl_consistency *out, zkl_arena *arena, zkl_bytes bytes,
                                 zkl_error *err)
{
    zkl_consistency c = { 0 };
    zkl_bytes rest = bytes, line, proof;
    if (bytes.size > ZKL_CONSISTENCY_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a consistency file of %zu bytes, at most %d", bytes.size,
                        ZKL_CONSISTENCY_BYTES_MAX);
    if (!zkl_line_next(&line, &rest) || !zkl_line_equal(line, FIRST_LINE))
        return fail_line(err, "first line");
    if (!cut_note(&c.before_note, &rest))
        return fail_line(err, "older checkpoint");
    ZKL_TRY(parse_checkpoint(&c.before, arena, c.before_note, "older", err));
    if (!cut_block(&proof, &rest))
        return fail_line(err, "proof");
    ZKL_TRY(parse_proof(&c, proof, err));
    c.after_note = rest;
    ZKL_TRY(parse_checkpoint(&c.after, arena, rest, "newer", err));
    if (!zkl_bytes_equal(c.before.origin, c.after.origin))
        return fail_line(err, "checkpoints: they are of two logs");
    if (!c.before.size || c.before.size >= c.after.size)
        return fail_line(err, "checkpoints: the second is not the larger one");
    *out = c;
    return ZKL_OK;
}
