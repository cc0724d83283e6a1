#include "service/tokens.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "hash/domains.h"

void drawn_tokens_clear(drawn_tokens *tokens)
{
    zkl_arena_clear(&tokens->memory);
    *tokens = (drawn_tokens){ 0 };
}

/* Tokens under way. */
typedef struct drawing {
    const tokens_request *request;
    drawn_tokens *out;
    uint8_t key[32];
    zkl_buffer message; /* wiped: it holds a value */
    uint64_t row;
} drawing;

static void drawing_clear(drawing *d)
{
    zkl_wipe(d->key, sizeof d->key);
    zkl_buffer_clear(&d->message);
}

static zkl_status draw(uint64_t *out, drawing *d, zkl_bytes name, zkl_bytes value, zkl_error *err)
{
    uint8_t bytes[64];
    *out = 0;
    if (!value.data)
        return ZKL_OK;
    d->message.size = 0;
    zkl_buffer_put_field(&d->message, name.data, name.size);
    zkl_buffer_put(&d->message, value.data, value.size);
    ZKL_TRY(zkl_buffer_status(&d->message, err));
    zkl_prf(bytes, zkl_bytes_of(d->key, sizeof d->key), ZKL_PRF_TOKEN,
            zkl_buffer_bytes(&d->message));
    for (size_t i = 0; i < sizeof *out; i++)
        *out = *out << 8 | bytes[i];
    *out >>= 1;
    zkl_wipe(bytes, sizeof bytes);
    return ZKL_OK;
}

static zkl_status take_row(void *opaque, const zkl_bytes *values, zkl_error *err)
{
    drawing *d = opaque;
    const tokens_request *request = d->request;
    const zkl_schema *schema = zkl_table_schema(request->table);
    ZKL_ASSERT(d->row < request->row_count);
    uint64_t *to = &d->out->values[d->row++ * request->column_count];
    for (size_t i = 0; i < request->column_count; i++) {
        const size_t column = request->columns[i];
        ZKL_TRY(draw(&to[i], d, schema->columns[column].name, values[column], err));
    }
    return ZKL_OK;
}

static int compare(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static zkl_status count_distinct(drawn_tokens *out, zkl_error *err)
{
    const size_t rows = (size_t)out->row_count;
    ZKL_AUTO_BLOCK uint64_t *sorted = zkl_calloc(rows, sizeof *sorted);
    if (!sorted)
        return zkl_no_memory(err, rows * sizeof *sorted);
    for (size_t i = 0; i < out->column_count; i++) {
        for (size_t k = 0; k < rows; k++)
            sorted[k] = out->values[k * out->column_count + i];
        qsort(sorted, rows, sizeof *sorted, compare);
        out->distinct[i] = rows > 0;
        for (size_t k = 1; k < rows; k++)
            out->distinct[i] += sorted[k] != sorted[k - 1];
    }
    return ZKL_OK;
}

zkl_status tokens_make(drawn_tokens *out, const tokens_request *request, const zkl_env *env,
                       zkl_error *err)
{
    size_t count;
    ZKL_AUTO_CLEAR(drawing) d = { .request = request, .out = out };
    *out = (drawn_tokens){ .column_count = request->column_count, .row_count = request->row_count };
    if (!zkl_size_mul(&count, (size_t)request->row_count, request->column_count))
        return zkl_no_memory(err, SIZE_MAX);
    ZKL_ASSERT(zkl_hex_decode(d.key, sizeof d.key, request->seed, strlen(request->seed)));
    out->values = ZKL_ARENA_NEW(&out->memory, uint64_t, count);
    out->distinct = ZKL_ARENA_NEW(&out->memory, uint64_t, request->column_count);
    if (!out->values || !out->distinct)
        return zkl_no_memory(err, count * sizeof *out->values);
    ZKL_TRY(zkl_table_each_row(request->table, take_row, &d, env, err));
    ZKL_ASSERT(d.row == request->row_count);
    return count_distinct(out, err);
}
