#include "table/schema.h"

#include "table/utf8.h"

#define SCHEMA_HASH_NAME_BYTES_MAX 32
#define COLUMN_BYTES_MIN 9 /* two empty fields and the flag */

void zkl_schema_encode(zkl_buffer *out, const zkl_schema *schema)
{
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

static bool same_bytes(zkl_bytes a, zkl_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static uint64_t name_hash(zkl_bytes name)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a; a collision costs time only */
    for (size_t i = 0; i < name.size; i++)
        hash = (hash ^ name.data[i]) * 0x100000001b3u;
    return hash ^ hash >> 29;
}

/* Index of the first column whose name stood before; column_count when there is none. */
static zkl_status find_repeated(size_t *out, const zkl_column *columns, size_t column_count,
                                zkl_error *err)
{
    size_t slots = 16;
    while (slots < 2 * column_count)
        slots *= 2;
    ZKL_AUTO_BLOCK uint32_t *table = zkl_calloc(slots, sizeof *table); /* index + 1 */
    if (!table)
        return zkl_no_memory(err, slots * sizeof *table);
    *out = column_count;
    for (size_t i = 0; i < column_count && *out == column_count; i++) {
        size_t slot = (size_t)name_hash(columns[i].name) & (slots - 1);
        for (; table[slot]; slot = (slot + 1) & (slots - 1))
            if (same_bytes(columns[table[slot] - 1].name, columns[i].name))
                *out = i;
        table[slot] = (uint32_t)i + 1;
    }
    return ZKL_OK;
}

static void parse_column(zkl_reader *reader, zkl_column *out)
{
    out->name = zkl_reader_field(reader, ZKL_NAME_BYTES_MAX, "column name");
    if (!reader->fault && (out->name.size == 0 || !zkl_utf8_valid(out->name)))
        zkl_reader_fault(reader, "column name (empty, or not UTF-8)");
    const zkl_bytes type = zkl_reader_field(reader, ZKL_TYPE_TEXT_BYTES_MAX, "column type");
    if (!reader->fault && !zkl_type_parse(&out->type, type))
        zkl_reader_fault(reader, "column type (not a known type)");
    const uint8_t nullable = zkl_reader_u8(reader, "nullable flag");
    if (nullable > 1)
        zkl_reader_fault(reader, "nullable flag (not 0 or 1)");
    out->nullable = nullable == 1;
}

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
    size_t repeated = count;
    ZKL_TRY(find_repeated(&repeated, columns, count, err));
    if (repeated < count)
        return zkl_fail(
            err, ZKL_BAD_INPUT, "schema: column %zu repeats the name '%.*s'", repeated + 1,
            (int)(columns[repeated].name.size < 200 ? columns[repeated].name.size : 200),
            (const char *)columns[repeated].name.data);
    schema.columns = columns;
    schema.column_count = count;
    *out = schema;
    return ZKL_OK;
}

void zkl_schema_hash(zkl_digest *out, const zkl_schema *schema)
{
    zkl_sha3 hash;
    zkl_sha3_256_init(&hash);
    const char *name = zkl_hash_name(schema->hash);
    uint8_t length[4];
    zkl_store_be32(length, (uint32_t)strlen(name));
    zkl_sha3_update(&hash, length, 4);
    zkl_sha3_update(&hash, name, strlen(name));
    zkl_store_be32(length, (uint32_t)schema->column_count);
    zkl_sha3_update(&hash, length, 4);
    for (size_t i = 0; i < schema->column_count; i++) {
        const zkl_column *column = &schema->columns[i];
        char type[ZKL_TYPE_TEXT_BYTES_MAX];
        zkl_store_be32(length, (uint32_t)column->name.size);
        zkl_sha3_update(&hash, length, 4);
        zkl_sha3_update(&hash, column->name.data, column->name.size);
        const size_t type_size = zkl_type_text(type, &column->type);
        zkl_store_be32(length, (uint32_t)type_size);
        zkl_sha3_update(&hash, length, 4);
        zkl_sha3_update(&hash, type, type_size);
        zkl_sha3_update(&hash, &(uint8_t){ column->nullable }, 1);
    }
    zkl_sha3_256_final(&hash, out);
    zkl_sha3_clear(&hash);
}

size_t zkl_schema_numbered_count(const zkl_schema *schema)
{
    size_t count = schema->column_count;
    for (size_t i = 0; i < schema->column_count; i++)
        count += schema->columns[i].nullable;
    return count;
}

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
    return blocks;
}
