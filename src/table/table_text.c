/* Row bytes back to texts: 0x00 for a null, 0x01 field(..) for a value (docs/proof-system.md
 * section 9). They are this program's own, made from the spool, so their form is asserted. */
#include "table/table_text.h"

#include "types/value.h"

/* One row's values while they are put together. */
typedef struct row_texts {
    const zkl_schema *schema;
    zkl_bytes *values;
    char (*room)[ZKL_VALUE_TEXT_BYTES_MAX]; /* of values that are no bytes */
} row_texts;

/* Are the value's own bytes in the row, and no code? */
static bool has_bytes(const zkl_type *type)
{
    return type->kind == ZKL_TYPE_DICTIONARY || zkl_type_is_hashed(type);
}

/* Behind what was taken. */
static const uint8_t *take_value(row_texts *row, size_t column, const uint8_t *at,
                                 const uint8_t *end)
{
    const zkl_type *type = &row->schema->columns[column].type;
    ZKL_ASSERT(at < end && *at <= 1);
    row->values[column] = (zkl_bytes){ 0 };
    if (!*at++)
        return at;
    ZKL_ASSERT((size_t)(end - at) >= 4);
    const uint32_t size = zkl_be32_get(at);
    at += 4;
    ZKL_ASSERT((size_t)(end - at) >= size);
    if (has_bytes(type)) {
        row->values[column] = zkl_bytes_of(size ? (const void *)at : "", size);
        return at + size;
    }
    zkl_code code = 0;
    for (uint32_t i = 0; i < size; i++)
        code = code << 8 | at[i];
    const size_t length = zkl_value_format(row->room[column], type, code);
    row->values[column] = zkl_bytes_of(row->room[column], length);
    return at + size;
}

static zkl_status put_chunk(row_texts *row, const zkl_buffer *bytes, uint64_t rows,
                            zkl_table_put_row *put, void *opaque, zkl_error *err)
{
    const uint8_t *at = bytes->data, *end = bytes->data + bytes->size;
    for (uint64_t t = 0; t < rows; t++) {
        for (size_t i = 0; i < row->schema->column_count; i++)
            at = take_value(row, i, at, end);
        ZKL_TRY(put(opaque, row->values, err));
    }
    ZKL_ASSERT(at == end);
    return ZKL_OK;
}

zkl_status zkl_table_each_row(const zkl_table *table, zkl_table_put_row *put, void *opaque,
                              const zkl_env *env, zkl_error *err)
{
    const zkl_schema *schema = zkl_table_schema(table);
    const uint64_t rows = zkl_table_rows(table), chunks = zkl_table_chunks(table);
    ZKL_AUTO_BLOCK zkl_bytes *values = zkl_calloc(schema->column_count, sizeof *values);
    ZKL_AUTO_BLOCK char(*room)[ZKL_VALUE_TEXT_BYTES_MAX] =
        zkl_calloc(schema->column_count, sizeof *room);
    row_texts row = { schema, values, room };
    if (!values || !room)
        return zkl_no_memory(err, schema->column_count * sizeof *room);
    for (uint64_t c = 0; c < chunks; c++) {
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 }; /* wipes */
        const uint64_t left = rows - c * ZKL_CHUNK_ROWS;
        ZKL_TRY(zkl_env_progress(env, "taking rows", c, chunks, err));
        ZKL_TRY(zkl_table_chunk(table, c, NULL, &bytes, NULL, err));
        ZKL_TRY(put_chunk(&row, &bytes, left < ZKL_CHUNK_ROWS ? left : ZKL_CHUNK_ROWS, put, opaque,
                          err));
    }
    return ZKL_OK;
}
