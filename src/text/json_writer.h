#pragma once
/* JSON for other tools, written from the first member to the last, two spaces a level.
 *
 *     zkl_json_writer w = zkl_json_writer_of(&out);
 *     zkl_json_open(&w, NULL, '{');
 *     zkl_json_text(&w, "name", "patients");
 *     zkl_json_open(&w, "files", '[');
 *     zkl_json_number(&w, NULL, 344);
 *     zkl_json_close(&w);
 *     zkl_json_close(&w);
 *     ZKL_TRY(zkl_buffer_status(&out, err));
 *
 * A member has a key; an element of an array, and the value on top, have NULL. Nothing fails in the
 * middle: the buffer remembers. Texts are UTF-8, and stand in the shortest escapes of
 * text/json_text.h. The same calls give the same bytes. */
#include "base/buffer.h"

#define ZKL_JSON_WRITER_DEPTH_MAX 16

typedef struct zkl_json_writer {
    zkl_buffer *out;
    bool is_flat; /* one line: for files of one JSON text a line */
    unsigned depth;
    /* Of each open value: '}' or ']', and whether it has something in it already. */
    char closes[ZKL_JSON_WRITER_DEPTH_MAX];
    bool is_begun[ZKL_JSON_WRITER_DEPTH_MAX];
} zkl_json_writer;

static inline zkl_json_writer zkl_json_writer_of(zkl_buffer *out)
{
    return (zkl_json_writer){ .out = out };
}

/* kind: '{' or '['. At most ZKL_JSON_WRITER_DEPTH_MAX inside each other (asserted). */
void zkl_json_open(zkl_json_writer *w, const char *key, char kind);
/* The innermost; with the last one the text ends in a newline. */
void zkl_json_close(zkl_json_writer *w);
void zkl_json_text(zkl_json_writer *w, const char *key, const char *text);
void zkl_json_format(zkl_json_writer *w, const char *key, const char *format, ...) ZKL_PRINTF(3, 4);
void zkl_json_number(zkl_json_writer *w, const char *key, uint64_t number);
void zkl_json_bool(zkl_json_writer *w, const char *key, bool value);
/* As lower-case hex. */
void zkl_json_digest(zkl_json_writer *w, const char *key, const zkl_digest *digest);
/* A value that is JSON already. */
void zkl_json_raw(zkl_json_writer *w, const char *key, const char *json);
