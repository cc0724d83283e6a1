/* Schemas: their canonical bytes, their hash, and how columns are numbered.
 *
 * schema = field(hash name), u32 column count, then for each column field(name), field(type text),
 * u8 nullable
 *
 * The same bytes are encoded and hashed; parsing refuses everything that the encoder would not
 * write. The hash does not go through zkl_schema_encode, because it must not need memory. */
#include "types/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"

/* Longer than any name there is; what is in between is refused as unknown. */
#define SCHEMA_HASH_NAME_BYTES_MAX 32
#define COLUMN_BYTES_MIN 9 /* two empty fields and the flag */

/* What zkl_schema_parse and the makers of schemas promise; names are checked where they come in. */
static void schema_invariant(const zkl_schema *schema)
{
    ZKL_ASSERT(schema->column_count <= ZKL_COLUMNS_MAX);
    ZKL_ASSERT(schema->columns || schema->column_count == 0);
}

/* The form above; names and types were checked when the schema was made. */
void zkl_schema_encode(zkl_buffer *out, const zkl_schema *schema)
{
    schema_invariant(schema);
    const char *hash = zkl_hash_name(schema->hash);
    zkl_buffer_put_field(out, hash, strlen(hash));
    zkl_buffer_put_u32(out, (uint32_t)schema->column_count);
    for (size_t i = 0; i < schema->column_count; i++) {
        const zkl_column *column = &schema->columns[i];
        char type[ZKL_TYPE_TEXT_BYTES_MAX];
        const size_t type_size = zkl_type_text(type, &column->type);
        zkl_buffer_put_field(out, column->name.data, column->name.size);
        zkl_buffer_put_field(out, type, type_size);
        zkl_buffer_put_u8(out, column->nullable);
    }
}

typedef struct named_column {
    zkl_bytes name;
    size_t at;
} named_column;

/* By name, then by place. */
static int compare_named(const void *a, const void *b)
{
    const named_column *x = a, *y = b;
    const int order = zkl_bytes_compare(x->name, y->name);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Index of the first column whose name stood before; column_count when there is none. Sorted, not
 * hashed: whoever chooses the names cannot make it slow, and it takes no key. */
static zkl_status find_repeated(size_t *out, const zkl_column *columns, size_t column_count,
                                zkl_error *err)
{
    ZKL_AUTO_BLOCK named_column *sorted = zkl_malloc(column_count, sizeof *sorted);
    if (!sorted)
        return zkl_no_memory(err, column_count * sizeof *sorted);
    for (size_t i = 0; i < column_count; i++)
        sorted[i] = (named_column){ columns[i].name, i };
    qsort(sorted, column_count, sizeof *sorted, compare_named);
    *out = column_count;
    for (size_t i = 1; i < column_count; i++)
        if (zkl_bytes_equal(sorted[i - 1].name, sorted[i].name) && sorted[i].at < *out)
            *out = sorted[i].at;
    ZKL_ASSERT(*out <= column_count);
    return ZKL_OK;
}

/* A NUL is valid UTF-8 and refused all the same: names end up in C strings and on terminals. */
static void parse_column(zkl_reader *reader, zkl_column *out)
{
    out->name = zkl_reader_field(reader, ZKL_NAME_BYTES_MAX, "column name");
    if (!reader->fault && (out->name.size == 0 || !zkl_utf8_valid(out->name) ||
                           memchr(out->name.data, 0, out->name.size)))
        zkl_reader_fault(reader, "column name (empty, with a NUL byte, or not UTF-8)");
    const zkl_bytes type = zkl_reader_field(reader, ZKL_TYPE_TEXT_BYTES_MAX, "column type");
    if (!reader->fault && !zkl_type_parse(&out->type, type))
        zkl_reader_fault(reader, "column type (not a known type)");
    const uint8_t nullable = zkl_reader_u8(reader, "nullable flag");
    if (nullable > 1)
        zkl_reader_fault(reader, "nullable flag (not 0 or 1)");
    out->nullable = nullable == 1;
}

/* Structure first, then the one rule that looks at all columns together. Names borrow from bytes,
 * columns from arena. */
zkl_status zkl_schema_parse(zkl_schema *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_reader reader = zkl_reader_of(bytes);
    zkl_schema schema = { 0 };
    const zkl_bytes hash = zkl_reader_field(&reader, SCHEMA_HASH_NAME_BYTES_MAX, "hash algorithm");
    if (!reader.fault && !zkl_hash_parse(&schema.hash, hash))
        zkl_reader_fault(&reader, "hash algorithm (not a known one)");
    const uint32_t count =
        zkl_reader_count(&reader, ZKL_COLUMNS_MAX, COLUMN_BYTES_MIN, "column count");
    if (!reader.fault && count == 0)
        zkl_reader_fault(&reader, "column count (no columns)");
    zkl_column *columns = ZKL_ARENA_NEW(arena, zkl_column, count);
    if (!columns)
        return zkl_no_memory(err, count * sizeof *columns);
    for (uint32_t i = 0; i < count && !reader.fault; i++)
        parse_column(&reader, &columns[i]);
    ZKL_TRY(zkl_reader_finish(&reader, "schema", err));
    /* Only now, when all is known to be well-formed: sorting costs more than reading. */
    size_t repeated = count;
    ZKL_TRY(find_repeated(&repeated, columns, count, err));
    if (repeated < count)
        return zkl_fail(
            err, ZKL_BAD_INPUT, "schema: column %zu repeats the name '%.*s'", repeated + 1,
            (int)(columns[repeated].name.size < 200 ? columns[repeated].name.size : 200),
            (const char *)columns[repeated].name.data);
    schema.columns = columns;
    schema.column_count = count;
    schema_invariant(&schema);
    *out = schema;
    return ZKL_OK;
}

/* SHA3-256 whatever H is: the hash that names the algorithm cannot depend on it. */
void zkl_schema_hash(zkl_digest *out, const zkl_schema *schema)
{
    schema_invariant(schema);
    zkl_sha3 hash;
    zkl_sha3_256_init(&hash);
    const char *name = zkl_hash_name(schema->hash);
    uint8_t length[4];
    zkl_be32_put(length, (uint32_t)strlen(name));
    zkl_sha3_update(&hash, length, 4);
    zkl_sha3_update(&hash, name, strlen(name));
    zkl_be32_put(length, (uint32_t)schema->column_count);
    zkl_sha3_update(&hash, length, 4);
    for (size_t i = 0; i < schema->column_count; i++) {
        const zkl_column *column = &schema->columns[i];
        char type[ZKL_TYPE_TEXT_BYTES_MAX];
        zkl_be32_put(length, (uint32_t)column->name.size);
        zkl_sha3_update(&hash, length, 4);
        zkl_sha3_update(&hash, column->name.data, column->name.size);
        const size_t type_size = zkl_type_text(type, &column->type);
        zkl_be32_put(length, (uint32_t)type_size);
        zkl_sha3_update(&hash, length, 4);
        zkl_sha3_update(&hash, type, type_size);
        zkl_sha3_update(&hash, &(uint8_t){ column->nullable }, 1);
    }
    zkl_sha3_256_final(&hash, out);
    zkl_sha3_clear(&hash);
}

/* One number a column, and one for the flag of each that may be null. */
size_t zkl_schema_numbered_count(const zkl_schema *schema)
{
    schema_invariant(schema);
    size_t count = schema->column_count;
    for (size_t i = 0; i < schema->column_count; i++)
        count += schema->columns[i].nullable;
    return count;
}

/* Numbers are where a proof's statements and the blocks of a chunk agree: column after column, each
 * directly followed by its flag. A flag is one limb of 0 and 1. */
size_t zkl_schema_number(zkl_numbered_column *out, const zkl_schema *schema)
{
    size_t at = 0, blocks = 0;
    for (size_t i = 0; i < schema->column_count; i++) {
        const zkl_column *column = &schema->columns[i];
        out[at++] = (zkl_numbered_column){ .column = (uint32_t)i,
                                           .is_boolean = column->type.kind == ZKL_TYPE_BOOL,
                                           .limb_count = zkl_type_limbs(&column->type) };
        blocks += out[at - 1].limb_count;
        if (column->nullable) {
            out[at++] = (zkl_numbered_column){
                .column = (uint32_t)i, .is_flag = true, .is_boolean = true, .limb_count = 1
            };
            blocks++;
        }
    }
    ZKL_ASSERT(at == zkl_schema_numbered_count(schema) && blocks >= at);
    return blocks;
}

/* ---- What differs, for people. */

static bool has_column(const zkl_schema *schema, zkl_bytes name)
{
    for (size_t i = 0; i < schema->column_count; i++)
        if (zkl_bytes_equal(schema->columns[i].name, name))
            return true;
    return false;
}

/* A column of the one that the other has not; NULL: there is none. */
static const zkl_column *find_more(const zkl_schema *one, const zkl_schema *other)
{
    for (size_t i = 0; i < one->column_count; i++)
        if (!has_column(other, one->columns[i].name))
            return &one->columns[i];
    return NULL;
}

/* "int32 nullable". A dictionary's root says nothing to people. */
static void put_type(zkl_buffer *out, const zkl_column *column)
{
    if (column->type.kind == ZKL_TYPE_DICTIONARY)
        zkl_buffer_put_text(out, "text");
    else
        zkl_type_format(out, &column->type);
    zkl_buffer_put_text(out, column->nullable ? " nullable" : "");
}

static void put_types(zkl_buffer *out, const zkl_column *want, const zkl_column *have)
{
    zkl_buffer_put_text(out, " is ");
    put_type(out, have);
    zkl_buffer_put_text(out, ", not ");
    put_type(out, want);
}

static void put_name(zkl_buffer *out, const zkl_column *column)
{
    zkl_buffer_put_text(out, "column '");
    zkl_buffer_put(out, column->name.data, column->name.size < 200 ? column->name.size : 200);
    zkl_buffer_put_text(out, "'");
}

/* Both have as many columns, of the same names. */
static void put_first_column(zkl_buffer *out, const zkl_schema *want, const zkl_schema *have)
{
    size_t at = 0;
    while (at + 1 < have->column_count &&
           zkl_bytes_equal(want->columns[at].name, have->columns[at].name) &&
           zkl_type_equal(&want->columns[at].type, &have->columns[at].type) &&
           want->columns[at].nullable == have->columns[at].nullable)
        at++;
    const zkl_column *a = &want->columns[at], *b = &have->columns[at];
    if (!zkl_bytes_equal(a->name, b->name)) {
        zkl_buffer_put_text(out, "its columns stand in another order");
        return;
    }
    zkl_buffer_put_text(out, "its ");
    put_name(out, b);
    if (a->nullable == b->nullable && a->type.kind == ZKL_TYPE_DICTIONARY &&
        b->type.kind == ZKL_TYPE_DICTIONARY)
        zkl_buffer_put_text(out, " has another dictionary");
    else
        put_types(out, a, b);
}

bool zkl_schema_differs(char out[static ZKL_SCHEMA_DIFFERENCE_BYTES], const zkl_schema *want,
                        const zkl_schema *have)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const zkl_column *more = find_more(have, want), *less = find_more(want, have);
    zkl_digest a, b;
    zkl_schema_hash(&a, want);
    zkl_schema_hash(&b, have);
    out[0] = 0;
    if (zkl_digest_equal(&a, &b))
        return false;
    if (more || less) {
        zkl_buffer_put_text(&text, more ? "it has a " : "it has no ");
        put_name(&text, more ? more : less);
        zkl_buffer_put_text(&text, more ? " more" : "");
    } else {
        put_first_column(&text, want, have);
    }
    ZKL_ASSERT(text.failed || text.size < ZKL_SCHEMA_DIFFERENCE_BYTES);
    snprintf(out, ZKL_SCHEMA_DIFFERENCE_BYTES, "%.*s", text.failed ? 0 : (int)text.size,
             text.size ? (const char *)text.data : "");
    return true;
}
