/* Rows that a verified disclosure shows, for people and programs: each cell as text, or as hex
 * where no text can say it without doubt. */
#include <string.h>

#include "service/service_internal.h"
#include "text/utf8.h"
#include "types/value.h"

static bool is_string(zkl_type_kind kind)
{
    return kind == ZKL_TYPE_STRING16 || kind == ZKL_TYPE_STRING32 || kind == ZKL_TYPE_DICTIONARY;
}

static bool is_binary(zkl_type_kind kind)
{
    return kind == ZKL_TYPE_BINARY16 || kind == ZKL_TYPE_BINARY32;
}

/* Bytes that a text of ours cannot hold are told in hex, and never cut. */
static zkl_status tell_bytes(zkl_disclosed_cell *out, zkl_arena *memory, zkl_bytes value,
                             bool as_text, zkl_error *err)
{
    if (as_text && zkl_utf8_valid(value) && !(value.size && memchr(value.data, 0, value.size))) {
        out->text = service_text(memory, value);
        return out->text ? ZKL_OK : zkl_no_memory(err, value.size);
    }
    char *hex = zkl_arena_alloc(memory, 2 * value.size + 1, 1);
    if (!hex)
        return zkl_no_memory(err, 2 * value.size + 1);
    zkl_hex_encode(hex, value.data, value.size);
    out->hex = hex;
    return ZKL_OK;
}

/* The cell passed zkl_disclosure_check: its value has the size of the type's codes. */
static zkl_status tell_cell(zkl_disclosed_cell *out, zkl_arena *memory, const zkl_shown_cell *cell,
                            const zkl_type *type, zkl_error *err)
{
    char text[ZKL_VALUE_TEXT_BYTES_MAX];
    zkl_code code = 0;
    out->is_string = is_string(type->kind);
    if (cell->kind == ZKL_SHOWN_NULL)
        return ZKL_OK;
    if (out->is_string || is_binary(type->kind))
        return tell_bytes(out, memory, cell->value, out->is_string, err);
    ZKL_ASSERT(cell->value.size <= sizeof code);
    for (size_t i = 0; i < cell->value.size; i++)
        code = code << 8 | cell->value.data[i];
    const size_t size = zkl_value_format(text, type, code);
    out->text = zkl_arena_text(memory, text, size);
    return out->text ? ZKL_OK : zkl_no_memory(err, size);
}

static zkl_status tell_row(zkl_disclosed_row *out, zkl_arena *memory, const zkl_disclosure *d,
                           const zkl_schema *schema, size_t row, zkl_error *err)
{
    zkl_disclosed_cell *cells = ZKL_ARENA_NEW(memory, zkl_disclosed_cell, d->column_count);
    if (!cells)
        return zkl_no_memory(err, d->column_count * sizeof *cells);
    for (size_t j = 0; j < d->column_count; j++)
        ZKL_TRY(tell_cell(&cells[j], memory, &d->cells[row * d->column_count + j],
                          &schema->columns[d->columns[j]].type, err));
    *out = (zkl_disclosed_row){ d->rows[row], cells, d->column_count };
    return ZKL_OK;
}

zkl_status service_disclosed(const zkl_disclosed **out, zkl_arena *memory, const zkl_disclosure *d,
                             const zkl_schema *schema, zkl_error *err)
{
    zkl_disclosed *told = ZKL_ARENA_NEW(memory, zkl_disclosed, 1);
    zkl_disclosed_row *rows = ZKL_ARENA_NEW(memory, zkl_disclosed_row, d->row_count);
    const char **names = ZKL_ARENA_NEW(memory, const char *, d->column_count);
    if (!told || !rows || !names)
        return zkl_no_memory(err, d->row_count * sizeof *rows);
    for (size_t j = 0; j < d->column_count; j++) {
        names[j] = service_text(memory, schema->columns[d->columns[j]].name);
        if (!names[j])
            return zkl_no_memory(err, schema->columns[d->columns[j]].name.size);
    }
    for (size_t i = 0; i < d->row_count; i++)
        ZKL_TRY(tell_row(&rows[i], memory, d, schema, i, err));
    *told = (zkl_disclosed){ names, d->column_count, rows, d->row_count, NULL };
    if (d->challenge.size) {
        char *hex = zkl_arena_alloc(memory, 2 * d->challenge.size + 1, 1);
        if (!hex)
            return zkl_no_memory(err, 2 * d->challenge.size + 1);
        zkl_hex_encode(hex, d->challenge.data, d->challenge.size);
        told->challenge = hex;
    }
    *out = told;
    return ZKL_OK;
}
