/* JSON for other tools. Where a comma, a line and a key stand is decided in one place: begin. */
#include "text/json_writer.h"

#include <stdarg.h>
#include <stdio.h>

#include "text/json_text.h"

static void new_line(zkl_json_writer *w)
{
    if (w->is_flat)
        return;
    zkl_buffer_put_u8(w->out, '\n');
    for (unsigned i = 0; i < w->depth; i++)
        zkl_buffer_put_text(w->out, "  ");
}

/* Before each value. A key stands in objects, and only there. */
static void begin(zkl_json_writer *w, const char *key)
{
    if (w->depth) {
        const unsigned top = w->depth - 1;
        ZKL_ASSERT((key != NULL) == (w->closes[top] == '}'));
        if (w->is_begun[top])
            zkl_buffer_put_u8(w->out, ',');
        w->is_begun[top] = true;
        new_line(w);
    }
    if (key) {
        zkl_json_put_string(w->out, zkl_bytes_of_text(key));
        zkl_buffer_put_text(w->out, ": ");
    }
}

void zkl_json_open(zkl_json_writer *w, const char *key, char kind)
{
    ZKL_ASSERT(kind == '{' || kind == '[');
    ZKL_ASSERT(w->depth < ZKL_JSON_WRITER_DEPTH_MAX);
    begin(w, key);
    zkl_buffer_put_u8(w->out, (uint8_t)kind);
    w->closes[w->depth] = kind == '{' ? '}' : ']';
    w->is_begun[w->depth] = false;
    w->depth++;
}

void zkl_json_close(zkl_json_writer *w)
{
    ZKL_ASSERT(w->depth > 0);
    w->depth--;
    if (w->is_begun[w->depth])
        new_line(w);
    zkl_buffer_put_u8(w->out, (uint8_t)w->closes[w->depth]);
    if (!w->depth)
        zkl_buffer_put_u8(w->out, '\n');
}

void zkl_json_text(zkl_json_writer *w, const char *key, const char *text)
{
    begin(w, key);
    zkl_json_put_string(w->out, zkl_bytes_of_text(text));
}

/* Printed aside, for its escapes are known only then. */
void zkl_json_format(zkl_json_writer *w, const char *key, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ZKL_ASSERT(size >= 0);
    ZKL_AUTO_BLOCK char *text = zkl_malloc((size_t)size + 1, 1);
    if (!text) {
        w->out->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(text, (size_t)size + 1, format, args);
    va_end(args);
    zkl_json_text(w, key, text);
}

void zkl_json_number(zkl_json_writer *w, const char *key, uint64_t number)
{
    begin(w, key);
    zkl_buffer_format(w->out, "%llu", (unsigned long long)number);
}

void zkl_json_bool(zkl_json_writer *w, const char *key, bool value)
{
    begin(w, key);
    zkl_buffer_put_text(w->out, value ? "true" : "false");
}

void zkl_json_digest(zkl_json_writer *w, const char *key, const zkl_digest *digest)
{
    char hex[2 * sizeof digest->bytes + 1];
    zkl_hex_encode(hex, digest->bytes, sizeof digest->bytes);
    zkl_json_text(w, key, hex);
}

void zkl_json_raw(zkl_json_writer *w, const char *key, const char *json)
{
    begin(w, key);
    zkl_buffer_put_text(w->out, json);
}
