/* What a table that was read says of itself: its schema, how its columns came to their types,
 * its files.
 *
 * All of it lives as long as the table: texts and lists in its arena, strings in the columns'
 * sets. Nothing here changes the table, so any number of threads may ask. */
#include "table/table_internal.h"

/* Rules that hold from the end of reading rows on:
 *  1. Segments tile the rows in order, and none crosses the end of a chunk.
 *  2. Files rise, and the rows of a file are counted from its first segment on.
 *  3. No segment has more pieces than there are columns; columns that came later have none in
 *     it. */
void zkl_table_invariant(const zkl_table *table)
{
    uint64_t rows = 0, file_rows = 0;
    uint32_t file = 0;
    ZKL_ASSERT(table->spool && table->column_count <= table->column_capacity);
    for (size_t i = 0; i < table->segment_count; i++) {
        const zkl_segment *segment = &table->segments[i];
        ZKL_ASSERT(segment->first_row == rows && segment->row_count > 0);
        ZKL_ASSERT(rows % ZKL_CHUNK_ROWS + segment->row_count <= ZKL_CHUNK_ROWS);
        ZKL_ASSERT(segment->file >= file && segment->file < table->inputs.count);
        file_rows = segment->file == file ? file_rows : 0;
        ZKL_ASSERT(segment->file_row == file_rows);
        ZKL_ASSERT(segment->piece_count <= table->column_count);
        file = segment->file;
        file_rows += segment->row_count;
        rows += segment->row_count;
    }
    ZKL_ASSERT(rows == table->row_count);
}

/* Order matters for nothing here: descriptors and the spool's key are independent of the memory.
 * The spool's file has no name, so closing it is what removes it. */
void zkl_table_free(zkl_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->column_count; i++)
        zkl_string_set_clear(&table->columns[i].strings);
    zkl_inputs_clear(&table->inputs);
    zkl_spool_free(table->spool);
    zkl_free(table->columns);
    zkl_free(table->segments);
    zkl_free(table->cell_offsets);
    zkl_arena_clear(&table->arena);
    zkl_free(table);
}

const zkl_schema *zkl_table_schema(const zkl_table *table)
{
    return &table->schema;
}

uint64_t zkl_table_rows(const zkl_table *table)
{
    return table->row_count;
}

uint64_t zkl_table_chunks(const zkl_table *table)
{
    return (table->row_count + ZKL_CHUNK_ROWS - 1) / ZKL_CHUNK_ROWS;
}

/* ---- columns
 *
 * A column is asked by its place in the schema, which is its place in the table. */

static const zkl_table_column *column_at(const zkl_table *table, size_t column)
{
    ZKL_ASSERT(column < table->column_count);
    return &table->columns[column];
}

const zkl_column *zkl_table_column_previous(const zkl_table *table, size_t column)
{
    return column_at(table, column)->previous;
}

const char *zkl_table_column_change(const zkl_table *table, size_t column)
{
    return column_at(table, column)->change;
}

const char *zkl_table_column_note(const zkl_table *table, size_t column)
{
    return column_at(table, column)->note;
}

const char *zkl_table_column_misfit(uint64_t *line, const zkl_table *table, size_t column)
{
    const zkl_table_column *c = column_at(table, column);
    *line = c->facts.misfit_line;
    /* a type that was given or kept was not chosen by that value */
    return c->is_kept_text || c->type_is_given ? NULL : c->facts.misfit_why;
}

/* A type that was given was not chosen by values, so it needs none. */
bool zkl_table_column_is_all_null(const zkl_table *table, size_t column)
{
    const zkl_table_column *c = column_at(table, column);
    return !c->type_is_given && c->facts.value_count == 0;
}

bool zkl_table_column_is_kept_text(const zkl_table *table, size_t column)
{
    return column_at(table, column)->is_kept_text;
}

size_t zkl_table_dictionary(const zkl_table *table, size_t column, const zkl_bytes **entries)
{
    const zkl_table_column *c = column_at(table, column);
    /* a set may be left over from a dictionary that was given up */
    const bool has = c->type.kind == ZKL_TYPE_DICTIONARY;
    *entries = has ? c->strings.entries : NULL;
    return has ? c->strings.entry_count : 0;
}

const zkl_digest *zkl_table_dictionary_seed(const zkl_table *table, size_t column)
{
    return &column_at(table, column)->seed;
}

/* ---- files, and what was said about them */

const zkl_digest *zkl_table_content_hash(const zkl_table *table)
{
    return &table->inputs.content_hash;
}

size_t zkl_table_files(const zkl_table *table, const zkl_file_digest **files)
{
    *files = table->inputs.digests;
    return table->inputs.count;
}

size_t zkl_table_inputs(const zkl_table *table, const zkl_input **inputs)
{
    *inputs = table->inputs.list;
    return table->inputs.count;
}

const zkl_reading *zkl_table_reading(const zkl_table *table)
{
    return &table->reading;
}

size_t zkl_table_key(const zkl_table *table, const char *const **names)
{
    *names = table->key;
    return table->key_count;
}

size_t zkl_table_claims(const zkl_table *table, const char *const **claims)
{
    *claims = table->claims;
    return table->claim_count;
}
