/* What is kept of a table, in the order in which it stands: shape, files, dictionaries, then for
 * each chunk the cells of columns that are not hashed and, segment by segment, the pieces of those
 * that are.
 *
 *  1. Nothing stands twice. The cells of a hashed column follow from its texts, the roots of
 *     dictionaries from their entries: both are made anew, so what claims speak of and what rows
 *     show cannot differ.
 *  2. What is taken is checked before anything relies on it: flags, codes and sizes. That it is
 *     the owner's is the frames' business, that it is the notarised table the caller's.
 *  3. Memory is bounded by a column of one chunk, or one piece: as when files are read.
 * Cells and sizes lie as in memory: little-endian. Other numbers are big-endian. */
#include "table/keep.h"

#include "table/table_internal.h"

#define FILES_MAX ((uint32_t)1 << 24)
#define FILE_NAME_BYTES_MAX 65536

static uint32_t blocks_of(const zkl_table_column *column)
{
    return zkl_type_limbs(&column->type) + column->nullable;
}

static size_t cells_bytes(const zkl_table *table, uint64_t chunk, size_t index)
{
    return (size_t)zkl_chunk_rows(table, chunk) * blocks_of(&table->columns[index]) *
           sizeof(uint16_t);
}

static bool has_pieces(const zkl_table_column *column)
{
    return zkl_type_is_hashed(&column->type);
}

/* ---- keeping */

/* Shape and files. */
static void put_head(zkl_buffer *out, const zkl_table *table)
{
    const zkl_inputs *inputs = &table->inputs;
    zkl_buffer_put_u64(out, table->row_count);
    zkl_buffer_put_u32(out, (uint32_t)table->column_count);
    zkl_buffer_put(out, inputs->content_hash.bytes, 32);
    zkl_buffer_put_u32(out, (uint32_t)inputs->count);
    for (size_t i = 0; i < inputs->count; i++) {
        const zkl_file_digest *file = &inputs->digests[i];
        zkl_buffer_put_field(out, file->name, strlen(file->name));
        zkl_buffer_put_u64(out, file->size);
        zkl_buffer_put_u64(out, file->row_count);
        zkl_buffer_put(out, file->hash.bytes, 32);
        zkl_buffer_put(out, file->sha256.bytes, 32);
    }
}

/* In code order; columns that have none have none here. */
static void put_dictionary(zkl_buffer *out, const zkl_table *table, size_t index)
{
    const zkl_bytes *entries;
    const size_t count = zkl_table_dictionary(table, index, &entries);
    if (table->columns[index].type.kind != ZKL_TYPE_DICTIONARY)
        return;
    zkl_buffer_put_u32(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        zkl_buffer_put_field(out, entries[i].data, entries[i].size);
}

static zkl_status flush(zkl_buffer *bytes, zkl_sealed_writer *to, zkl_error *err)
{
    ZKL_TRY(zkl_buffer_status(bytes, err));
    ZKL_TRY(zkl_sealed_put(to, bytes->data, bytes->size, err));
    zkl_buffer_clear(bytes);
    return ZKL_OK;
}

static zkl_status keep_cells(zkl_sealed_writer *to, const zkl_table *table, uint64_t chunk,
                             size_t index, zkl_error *err)
{
    const size_t size = cells_bytes(table, chunk, index);
    ZKL_AUTO_BLOCK uint8_t *cells = zkl_malloc(size, 1);
    if (!cells)
        return zkl_no_memory(err, size);
    ZKL_TRY(zkl_spool_get(table->spool, cells,
                          table->cell_offsets[chunk * table->column_count + index], size, err));
    return zkl_sealed_put(to, cells, size, err);
}

/* Are there nulls, how many bytes of text, and the piece as it lies. One that is absent is loaded
 * as one of nulls. */
static zkl_status put_piece(zkl_sealed_writer *to, const zkl_piece_view *view,
                            const zkl_raw_type *raw, zkl_error *err)
{
    zkl_piece piece = { .has_nulls = view->nulls != NULL };
    for (uint32_t row = 0; row < view->row_count; row++)
        piece.heap_bytes += view->sizes[row];
    uint8_t head[9] = { piece.has_nulls };
    zkl_be64_put(head + 1, piece.heap_bytes);
    ZKL_TRY(zkl_sealed_put(to, head, sizeof head, err));
    return zkl_sealed_put(to, view->block, zkl_piece_bytes(&piece, raw, view->row_count), err);
}

static zkl_status keep_segment(zkl_sealed_writer *to, const zkl_table *table,
                               const zkl_segment *segment, zkl_error *err)
{
    for (size_t i = 0; i < table->column_count; i++) {
        zkl_piece_view view = { 0 };
        if (!has_pieces(&table->columns[i]))
            continue;
        ZKL_TRY(zkl_piece_load(&view, table, segment, i, err));
        const zkl_status status = put_piece(to, &view, &table->columns[i].raw, err);
        zkl_piece_view_clear(&view);
        ZKL_TRY(status);
    }
    return ZKL_OK;
}

static zkl_status keep_chunk(zkl_sealed_writer *to, const zkl_table *table, uint64_t chunk,
                             zkl_error *err)
{
    size_t first, end;
    for (size_t i = 0; i < table->column_count; i++)
        if (!has_pieces(&table->columns[i]))
            ZKL_TRY(keep_cells(to, table, chunk, i, err));
    zkl_chunk_segments(&first, &end, table, chunk);
    for (size_t i = first; i < end; i++) {
        uint8_t rows[4];
        zkl_be32_put(rows, table->segments[i].row_count);
        ZKL_TRY(zkl_sealed_put(to, rows, sizeof rows, err));
        ZKL_TRY(keep_segment(to, table, &table->segments[i], err));
    }
    return ZKL_OK;
}

zkl_status zkl_table_keep(zkl_sealed_writer *to, const zkl_table *table, const zkl_env *env,
                          zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    const uint64_t chunks = zkl_table_chunks(table);
    put_head(&bytes, table);
    for (size_t i = 0; i < table->column_count; i++) {
        put_dictionary(&bytes, table, i);
        ZKL_TRY(flush(&bytes, to, err)); /* 16 MiB a column at most */
    }
    for (uint64_t chunk = 0; chunk < chunks; chunk++) {
        ZKL_TRY(zkl_env_progress(env, "keeping the spool", chunk, chunks, err));
        ZKL_TRY(keep_chunk(to, table, chunk, err));
    }
    return ZKL_OK;
}

/* ---- taking back */

static zkl_status fail(zkl_error *err, const char *what)
{
    return zkl_fail(err, ZKL_BAD_INPUT, "the spool is no table of this schema: %s", what);
}

static zkl_status take_u32(uint32_t *out, zkl_sealed_reader *from, zkl_error *err)
{
    uint8_t bytes[4];
    ZKL_TRY(zkl_sealed_take(from, bytes, sizeof bytes, err));
    *out = zkl_be32_get(bytes);
    return ZKL_OK;
}

static zkl_status take_u64(uint64_t *out, zkl_sealed_reader *from, zkl_error *err)
{
    uint8_t bytes[8];
    ZKL_TRY(zkl_sealed_take(from, bytes, sizeof bytes, err));
    *out = zkl_be64_get(bytes);
    return ZKL_OK;
}

/* With a NUL behind it, in memory. */
static zkl_status take_field(zkl_bytes *out, zkl_arena *memory, zkl_sealed_reader *from,
                             size_t size_max, zkl_error *err)
{
    uint32_t size;
    ZKL_TRY(take_u32(&size, from, err));
    if (size > size_max || size > zkl_sealed_left(from))
        return fail(err, "a text is too long");
    uint8_t *data = zkl_arena_alloc(memory, (size_t)size + 1, 1);
    if (!data)
        return zkl_no_memory(err, size);
    *out = zkl_bytes_of(data, size);
    return zkl_sealed_take(from, data, size, err);
}

/* Every column is as the schema says it, with texts where its pieces are needed. */
static zkl_status take_columns(zkl_table *table, const zkl_schema *schema, zkl_error *err)
{
    const size_t count = schema->column_count;
    table->columns = zkl_calloc(count, sizeof *table->columns);
    if (!table->columns)
        return zkl_no_memory(err, count * sizeof *table->columns);
    table->column_count = table->column_capacity = count;
    for (size_t i = 0; i < count; i++) {
        zkl_table_column *column = &table->columns[i];
        const zkl_column *said = &schema->columns[i];
        const bool binary =
            said->type.kind == ZKL_TYPE_BINARY16 || said->type.kind == ZKL_TYPE_BINARY32;
        column->name.data = zkl_arena_copy(&table->arena, said->name.data, said->name.size);
        column->name.size = said->name.size;
        if (!column->name.data)
            return zkl_no_memory(err, said->name.size);
        column->type = said->type;
        column->nullable = said->nullable;
        column->type_is_given = column->nullable_is_given = true; /* by no value of it */
        column->raw.kind = binary ? ZKL_RAW_BINARY : ZKL_RAW_TEXT;
    }
    return ZKL_OK;
}

static zkl_status take_files(zkl_table *table, zkl_sealed_reader *from, zkl_error *err)
{
    zkl_inputs *inputs = &table->inputs;
    uint32_t count;
    ZKL_TRY(take_u32(&count, from, err));
    if (!count || count > FILES_MAX || count > zkl_sealed_left(from))
        return fail(err, "its files");
    inputs->list = ZKL_ARENA_NEW(&table->arena, zkl_input, count);
    inputs->digests = ZKL_ARENA_NEW(&table->arena, zkl_file_digest, count);
    if (!inputs->list || !inputs->digests)
        return zkl_no_memory(err, count * sizeof *inputs->list);
    for (uint32_t i = 0; i < count; i++) {
        zkl_file_digest *file = &inputs->digests[i];
        zkl_bytes name = { 0 };
        ZKL_TRY(take_field(&name, &table->arena, from, FILE_NAME_BYTES_MAX, err));
        if (memchr(name.data, 0, name.size))
            return fail(err, "the name of a file");
        file->name = (const char *)name.data;
        inputs->list[i] = (zkl_input){ .name = file->name, .path = file->name, .fd = -1 };
        inputs->count++;
        ZKL_TRY(take_u64(&file->size, from, err));
        ZKL_TRY(take_u64(&file->row_count, from, err));
        ZKL_TRY(zkl_sealed_take(from, file->hash.bytes, 32, err));
        ZKL_TRY(zkl_sealed_take(from, file->sha256.bytes, 32, err));
    }
    return ZKL_OK;
}

static zkl_status take_head(zkl_table *table, zkl_sealed_reader *from, const zkl_schema *schema,
                            zkl_error *err)
{
    uint32_t columns;
    ZKL_TRY(take_u64(&table->row_count, from, err));
    ZKL_TRY(take_u32(&columns, from, err));
    if (columns != schema->column_count)
        return fail(err, "its columns");
    /* A row has two bytes of cells, or those of a size, at the least. */
    if (!table->row_count || table->row_count > zkl_sealed_left(from))
        return fail(err, "its rows");
    ZKL_TRY(zkl_sealed_take(from, table->inputs.content_hash.bytes, 32, err));
    ZKL_TRY(take_files(table, from, err));
    return take_columns(table, schema, err);
}

/* An entry that stands behind the last one, which it replaces. */
static zkl_status take_entry(uint8_t **last, zkl_bytes *entry, zkl_sealed_reader *from,
                             zkl_error *err)
{
    uint32_t size;
    ZKL_TRY(take_u32(&size, from, err));
    if (size > ZKL_DICTIONARY_BYTES_MAX || size > zkl_sealed_left(from))
        return fail(err, "entries of a dictionary");
    ZKL_AUTO_BLOCK uint8_t *data = zkl_malloc((size_t)size + 1, 1);
    if (!data)
        return zkl_no_memory(err, size);
    ZKL_TRY(zkl_sealed_take(from, data, size, err));
    const zkl_bytes taken = zkl_bytes_of(data, size);
    if (*last && zkl_bytes_compare(*entry, taken) >= 0)
        return fail(err, "the order of a dictionary");
    zkl_free(*last);
    *last = data;
    *entry = taken;
    data = NULL;
    return ZKL_OK;
}

/* As when files are read again: of a dictionary that the data have only a part of, the entries that
 * they have. */
static zkl_status take_entries(zkl_table_column *column, const zkl_read_dictionary *given,
                               zkl_sealed_reader *from, zkl_error *err)
{
    const zkl_dictionary_part *part = &given->part;
    ZKL_AUTO_BLOCK uint8_t *last = NULL;
    zkl_bytes entry = { 0 };
    uint32_t count;
    ZKL_TRY(take_u32(&count, from, err));
    if (count > ZKL_DICTIONARY_ENTRIES_MAX || (part->entry_count && count != part->entry_count))
        return fail(err, "entries of a dictionary");
    for (uint32_t code = 0; code < count; code++) {
        ZKL_TRY(take_entry(&last, &entry, from, err));
        if (!part->entry_count || zkl_dictionary_present(part->present, code))
            ZKL_TRY(zkl_string_set_add(&column->strings, entry, ZKL_DICTIONARY_BYTES_MAX, err));
    }
    return column->strings.full ? fail(err, "entries of a dictionary")
                                : zkl_string_set_sort(&column->strings, err);
}

static zkl_status take_dictionaries(zkl_table *table, zkl_sealed_reader *from,
                                    const zkl_read_options *options, zkl_error *err)
{
    for (size_t i = 0; i < table->column_count; i++) {
        zkl_table_column *column = &table->columns[i];
        if (column->type.kind != ZKL_TYPE_DICTIONARY)
            continue;
        const zkl_read_dictionary *given = zkl_dictionary_given(options, i);
        if (!given)
            return fail(err, "the key of a dictionary is missing");
        ZKL_TRY(take_entries(column, given, from, err));
        ZKL_TRY(zkl_dictionary_make_again(column, table->hash, given, err));
    }
    return zkl_table_make_schema(table, err);
}

/* Flags are 0 or 1, the cells of a null are zero, and a code has an entry. */
static bool cells_are_sound(const zkl_table_column *column, const uint16_t *cells, uint32_t rows)
{
    const uint32_t limbs = zkl_type_limbs(&column->type);
    const uint16_t *flags = column->nullable ? cells + (size_t)limbs * rows : NULL;
    const bool has_entries = column->type.kind == ZKL_TYPE_DICTIONARY;
    for (uint32_t row = 0; row < rows; row++) {
        const bool is_null = flags && flags[row];
        if (flags && flags[row] > 1)
            return false;
        if (!is_null && has_entries && cells[row] >= column->strings.entry_count)
            return false;
        for (uint32_t limb = 0; is_null && limb < limbs; limb++)
            if (cells[(size_t)limb * rows + row])
                return false;
    }
    return true;
}

static zkl_status take_cells(zkl_table *table, zkl_sealed_reader *from, uint64_t chunk,
                             size_t index, zkl_error *err)
{
    const size_t size = cells_bytes(table, chunk, index);
    ZKL_AUTO_BLOCK uint16_t *cells = zkl_malloc(size, 1);
    if (!cells)
        return zkl_no_memory(err, size);
    ZKL_TRY(zkl_sealed_take(from, cells, size, err));
    if (!cells_are_sound(&table->columns[index], cells, zkl_chunk_rows(table, chunk)))
        return fail(err, "cells of a column");
    return zkl_spool_put(table->spool, &table->cell_offsets[chunk * table->column_count + index],
                         cells, size, err);
}

/* Sizes are all that a piece is walked by. */
static zkl_status take_piece(zkl_piece *out, zkl_table *table, const zkl_segment *segment,
                             size_t index, zkl_sealed_reader *from, zkl_error *err)
{
    uint8_t head[9];
    ZKL_TRY(zkl_sealed_take(from, head, sizeof head, err));
    *out = (zkl_piece){ .has_nulls = head[0] == 1, .heap_bytes = zkl_be64_get(head + 1) };
    if (head[0] > 1 || out->heap_bytes > zkl_sealed_left(from))
        return fail(err, "texts of a column");
    const size_t size = zkl_piece_bytes(out, &table->columns[index].raw, segment->row_count);
    const size_t sizes_at = size - (size_t)out->heap_bytes - segment->row_count * sizeof(uint32_t);
    ZKL_AUTO_BLOCK uint8_t *block = zkl_malloc(size, 1);
    if (!block)
        return zkl_no_memory(err, size);
    ZKL_TRY(zkl_sealed_take(from, block, size, err));
    uint64_t heap_bytes = 0;
    for (uint32_t row = 0; row < segment->row_count; row++) {
        uint32_t bytes;
        memcpy(&bytes, block + sizes_at + row * sizeof bytes, sizeof bytes);
        heap_bytes += bytes;
    }
    if (heap_bytes != out->heap_bytes)
        return fail(err, "texts of a column");
    return zkl_spool_put(table->spool, &out->offset, block, size, err);
}

/* The segment behind the last one, of a chunk that ends at row `end`. */
static zkl_status take_segment(zkl_table *table, zkl_sealed_reader *from, uint64_t end,
                               zkl_error *err)
{
    zkl_segment segment = { .piece_count = table->column_count };
    if (table->segment_count) {
        const zkl_segment *last = &table->segments[table->segment_count - 1];
        segment.first_row = last->first_row + last->row_count;
    }
    segment.file_row = segment.first_row; /* which file a row is of is not kept */
    ZKL_TRY(take_u32(&segment.row_count, from, err));
    if (!segment.row_count || segment.row_count > end - segment.first_row)
        return fail(err, "rows of a segment");
    segment.pieces = ZKL_ARENA_NEW(&table->arena, zkl_piece, segment.piece_count);
    if (!segment.pieces)
        return zkl_no_memory(err, segment.piece_count * sizeof *segment.pieces);
    for (size_t i = 0; i < table->column_count; i++) {
        segment.pieces[i].absent = true;
        if (has_pieces(&table->columns[i]))
            ZKL_TRY(take_piece(&segment.pieces[i], table, &segment, i, from, err));
    }
    return zkl_table_add_segment(table, &segment, err);
}

static uint64_t rows_taken(const zkl_table *table)
{
    if (!table->segment_count)
        return 0;
    const zkl_segment *last = &table->segments[table->segment_count - 1];
    return last->first_row + last->row_count;
}

static zkl_status take_chunk(zkl_table *table, zkl_sealed_reader *from, uint64_t chunk,
                             zkl_error *err)
{
    const uint64_t end = chunk * ZKL_CHUNK_ROWS + zkl_chunk_rows(table, chunk);
    for (size_t i = 0; i < table->column_count; i++)
        if (!has_pieces(&table->columns[i]))
            ZKL_TRY(take_cells(table, from, chunk, i, err));
    while (rows_taken(table) < end)
        ZKL_TRY(take_segment(table, from, end, err));
    for (size_t i = 0; i < table->column_count; i++) {
        zkl_bad_rows bad = { 0 };
        if (!has_pieces(&table->columns[i]))
            continue;
        const zkl_status status = zkl_table_convert_column(table, &bad, chunk, i, err);
        const bool is_bad = bad.total > 0; /* a null where there may be none */
        zkl_wipe(&bad, sizeof bad);
        ZKL_TRY(status);
        if (is_bad)
            return fail(err, "nulls of a column");
    }
    return ZKL_OK;
}

static zkl_status restore_steps(zkl_table *table, zkl_sealed_reader *from,
                                const zkl_read_options *options, const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(zkl_spool_new(&table->spool, options->spool_folder, env, err));
    ZKL_TRY(take_head(table, from, options->schema, err));
    ZKL_TRY(take_dictionaries(table, from, options, err));
    const uint64_t chunks = zkl_table_chunks(table);
    for (uint64_t chunk = 0; chunk < chunks; chunk++) {
        ZKL_TRY(zkl_env_progress(env, "reading the spool", chunk, chunks, err));
        ZKL_TRY(take_chunk(table, from, chunk, err));
    }
    ZKL_TRY(zkl_sealed_end(from, err));
    zkl_table_invariant(table);
    return ZKL_OK;
}

zkl_status zkl_table_restore(zkl_table **out, zkl_sealed_reader *from,
                             const zkl_read_options *options, const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(options->schema);
    ZKL_AUTO_FREE(zkl_table) table = zkl_calloc(1, sizeof *table);
    if (!table)
        return zkl_no_memory(err, sizeof *table);
    table->hash = options->hash;
    ZKL_TRY(restore_steps(table, from, options, env, err));
    *out = table;
    table = NULL;
    return ZKL_OK;
}
