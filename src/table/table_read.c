/* Reading a table, step by step; table_internal.h says what lies where.
 *
 *   1. format      formats.c   by the word that was said, or the files' endings; options that
 *                              do not count with it are refused
 *   2. inputs      inputs.c    opened, remembered
 *   3. rows        rows.c      read once into the encrypted spool, as raw values; files are hashed
 *                              meanwhile
 *   4. inputs                  compared with what they were: a file that changed meanwhile ends it
 *   5. types       decide.c    over all values: by the schema file, the version before
 *                              (inherit.c) and inference (infer.c)
 *   6. dictionaries            codes and roots of columns with few distinct strings
 *   7. cells       convert.c   every value as its code, back into the spool; bad values end it
 *
 * What the steps hand on is in the table: columns with their facts after 3, with types after 5,
 * with roots after 6. */
#include <stdio.h>

#include "table/table_internal.h"

/* With a manifest's schema there is nothing to decide: the file must be of it. Without one the
 * schema file's rules come first, so that a rule about a column that is not there is a fault and
 * not a rule that does nothing. */
static zkl_status decide_types(zkl_table *table, const zkl_schema_rules *rules,
                               const zkl_read_options *options, const zkl_env *env, zkl_error *err)
{
    zkl_table_invariant(table);
    if (options->schema)
        return zkl_types_take(table, options->schema, err);
    ZKL_TRY(zkl_rules_check(table, rules, options->schema_file, err));
    zkl_types_decide(table, rules, options->keep_types);
    return options->previous ? zkl_table_inherit(table, options, env, err) : ZKL_OK;
}

zkl_status zkl_table_make_schema(zkl_table *table, zkl_error *err)
{
    zkl_column *columns = ZKL_ARENA_NEW(&table->arena, zkl_column, table->column_count);
    size_t offsets;
    if (!columns || !zkl_size_mul(&offsets, (size_t)zkl_table_chunks(table), table->column_count))
        return zkl_no_memory(err, table->column_count * sizeof *columns);
    for (size_t i = 0; i < table->column_count; i++)
        columns[i] = (zkl_column){ table->columns[i].name, table->columns[i].type,
                                   table->columns[i].nullable };
    table->schema = (zkl_schema){ .hash = table->hash,
                                  .columns = columns,
                                  .column_count = table->column_count };
    ZKL_ASSERT(!table->cell_offsets);
    table->cell_offsets = zkl_malloc(offsets, sizeof *table->cell_offsets);
    return table->cell_offsets ? ZKL_OK : zkl_no_memory(err, offsets * sizeof *table->cell_offsets);
}

/* One sentence about the first of them; the caller has the list. */
static zkl_status fail_bad_rows(const zkl_bad_rows *bad, zkl_error *err)
{
    const zkl_bad_row *first = &bad->rows[0];
    char line[32] = "";
    ZKL_ASSERT(bad->count > 0);
    if (first->line)
        snprintf(line, sizeof line, " (line %llu)", (unsigned long long)first->line);
    return zkl_fail(err, ZKL_BAD_INPUT,
                    "%llu value%s not fit; the first: '%s' row %llu%s, column '%s': %s",
                    (unsigned long long)bad->total, bad->total == 1 ? " does" : "s do", first->file,
                    (unsigned long long)first->row, line, first->column, first->reason);
}

static zkl_status read_steps(zkl_table *table, zkl_bad_rows *bad, const zkl_read_options *o,
                             const zkl_env *env, zkl_error *err)
{
    const zkl_format *format;
    zkl_schema_rules rules = { 0 };
    const zkl_inputs_request files = { .names = o->files,
                                       .count = o->file_count,
                                       .spool_folder = o->spool_folder,
                                       .stream_memory_bytes = o->input_memory_bytes,
                                       .hash = o->hash,
                                       .hashes_later = true };
    /* what people wrote is checked before anything is opened */
    ZKL_TRY(zkl_reading_take(&table->reading, &table->arena, &o->reading, err));
    if (o->schema_file && !o->schema)
        ZKL_TRY(zkl_schema_rules_read(&rules, &table->arena, o->schema_file, err));
    ZKL_TRY(zkl_rows_check_format(&format, o, err));
    ZKL_TRY(zkl_inputs_open(&table->inputs, &table->arena, &files, env, err));
    ZKL_TRY(zkl_spool_new(&table->spool, o->spool_folder, env, err));
    ZKL_TRY(zkl_rows_read(table, bad, format, o, env, err));
    ZKL_TRY(zkl_inputs_hash_rest(&table->inputs, err));
    ZKL_TRY(zkl_inputs_check(&table->inputs, err));
    ZKL_TRY(decide_types(table, &rules, o, env, err));
    ZKL_TRY(zkl_dictionaries_make(table, o, env, err));
    ZKL_TRY(zkl_table_make_schema(table, err));
    ZKL_TRY(zkl_table_convert(table, bad, env, err));
    if (bad->total)
        return fail_bad_rows(bad, err);
    return zkl_rules_claims(table, &rules, err);
}

zkl_status zkl_table_read(zkl_table **out, const zkl_read_options *options, zkl_bad_rows *bad,
                          const zkl_env *env, zkl_error *err)
{
    *bad = (zkl_bad_rows){ 0 };
    ZKL_AUTO_FREE(zkl_table) table = zkl_calloc(1, sizeof *table);
    if (!table)
        return zkl_no_memory(err, sizeof *table);
    table->hash = options->hash;
    const zkl_status status = read_steps(table, bad, options, env, err);
    if (status != ZKL_BAD_INPUT)
        zkl_wipe(bad, sizeof *bad); /* rows are told only of a table that is bad */
    if (status != ZKL_OK)
        return status;
    *out = table;
    table = NULL;
    return ZKL_OK;
}
