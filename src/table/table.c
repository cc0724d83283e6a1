/* What a table that was read says of itself: its schema, how its columns came to their types, its files. */
#include "table/table_internal.h"

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

/* ---- columns */

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
