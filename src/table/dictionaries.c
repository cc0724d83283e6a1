/* Dictionaries: columns of few distinct strings get a code for each, and a root that binds the
 *               entries.
 *
 * 1. Strings are collected first, in all columns at once; a column with too many of them is
 *    hashed instead.
 * 2. Codes are the entries' places in byte order, so that they do not depend on the order of
 *    rows.
 * 3. A new dictionary draws its seed, or has that of a run that was cut off with the same strings.
 *    The salts of its entries come from that seed and the owner's secret, so no salt serves two
 *    dictionaries. One that is read again, or whose strings are those of the version before, has
 *    its old seed and with it its old root. */
#include <stdarg.h>
#include <stdio.h>

#include "table/table_internal.h"

#define DICTIONARIES_BYTES_MAX ((size_t)512 << 20) /* entries of all columns together */

/* Entries of one column, of `count` columns that want a dictionary. */
static size_t bytes_a_column(size_t count)
{
    ZKL_ASSERT(count > 0);
    const size_t share = DICTIONARIES_BYTES_MAX / count;
    return share < ZKL_DICTIONARY_BYTES_MAX ? share : ZKL_DICTIONARY_BYTES_MAX;
}

/* ---- collecting, a worker a column */

typedef struct collection {
    zkl_table *table;
    size_t bytes_max; /* of each column's entries */
} collection;

/* The distinct strings of the column, sorted; or a set that is full. */
static zkl_status collect_strings(zkl_string_set *set, const zkl_table *table, size_t index,
                                  size_t bytes_max)
{
    for (size_t i = 0; i < table->segment_count && !set->full; i++) {
        zkl_piece_view view = { 0 };
        ZKL_TRY(zkl_piece_load(&view, table, &table->segments[i], index, NULL));
        const uint8_t *at = view.heap;
        zkl_status status = ZKL_OK;
        for (uint32_t row = 0; row < view.row_count && status == ZKL_OK && !set->full;
             at += view.sizes[row], row++)
            if (!zkl_piece_is_null(&view, row))
                status =
                    zkl_string_set_add(set, zkl_bytes_of(at, view.sizes[row]), bytes_max, NULL);
        zkl_piece_view_clear(&view);
        ZKL_TRY(status);
    }
    return set->full ? ZKL_OK : zkl_string_set_sort(set, NULL);
}

/* Errors are kept by column and said later, in the order of columns. */
static zkl_status collect_task(void *context, size_t index, size_t worker, zkl_error *err)
{
    const collection *c = context;
    zkl_table_column *column = &c->table->columns[index];
    (void)worker;
    if (!column->wants_dictionary)
        return ZKL_OK;
    const zkl_status status = collect_strings(&column->strings, c->table, index, c->bytes_max);
    return status == ZKL_OK
               ? ZKL_OK
               : zkl_fail(err, status, "column '%.*s': %s", zkl_name_shown(column->name),
                          (const char *)column->name.data, zkl_status_text(status));
}

/* ---- making one */

const zkl_read_dictionary *zkl_dictionary_given(const zkl_read_options *o, size_t column)
{
    for (size_t i = 0; o->schema && i < o->dictionary_count; i++)
        if (o->dictionaries[i].column == column)
            return &o->dictionaries[i];
    return NULL;
}

/* The codes of the part's entries; other strings than those give no root, so another schema. */
static zkl_status take_part(zkl_table_column *column, zkl_hash_algorithm hash,
                            const zkl_dictionary_part *part, zkl_error *err)
{
    size_t present = 0;
    for (size_t code = 0; code < part->entry_count; code++)
        present += zkl_dictionary_present(part->present, code);
    ZKL_ASSERT(part->present);
    if (present != column->strings.entry_count)
        return ZKL_OK;
    ZKL_TRY(zkl_string_set_spread(&column->strings, part->present, part->entry_count, err));
    return zkl_dictionary_part_root(&column->type.root, hash, part, column->strings.entries, err);
}

/* The root of the column's strings under its seed; key is what salts derive from. */
static zkl_status make_root(zkl_table_column *column, zkl_hash_algorithm hash,
                            const uint8_t key[static 32], zkl_error *err)
{
    return zkl_dictionary_root(&column->type.root, hash, key, column->strings.entries,
                               column->strings.entry_count, err);
}

zkl_status zkl_dictionary_make_again(zkl_table_column *column, zkl_hash_algorithm hash,
                                     const zkl_read_dictionary *given, zkl_error *err)
{
    column->type = (zkl_type){ .kind = ZKL_TYPE_DICTIONARY };
    column->seed = given->seed;
    return given->part.entry_count ? take_part(column, hash, &given->part, err)
                                   : make_root(column, hash, given->key, err);
}

/* The key is the owner's secret under the seed; it is wiped as soon as the salts are made. */
static zkl_status make_with(zkl_table_column *column, zkl_hash_algorithm hash,
                            const zkl_owner_secret *owner_secret, const zkl_digest *seed,
                            zkl_error *err)
{
    uint8_t key[32];
    ZKL_ASSERT(owner_secret);
    column->type = (zkl_type){ .kind = ZKL_TYPE_DICTIONARY };
    column->seed = *seed;
    zkl_owner_secret_dictionary_key(key, owner_secret, seed);
    const zkl_status status = make_root(column, hash, key, err);
    zkl_wipe(key, sizeof key);
    return status;
}

/* *out: the strings are those that the seed was drawn for. Else nothing that this made is used: no
 * salt serves two dictionaries. */
static zkl_status make_remembered(bool *out, zkl_table_column *column, zkl_hash_algorithm hash,
                                  const zkl_read_options *options, zkl_error *err)
{
    *out = false;
    for (size_t i = 0; i < options->remembered_count && !*out; i++) {
        const zkl_remembered_dictionary *had = &options->remembered[i];
        if (!zkl_bytes_equal(had->name, column->name))
            continue;
        ZKL_TRY(make_with(column, hash, options->owner_secret, &had->seed, err));
        *out = zkl_digest_equal(&column->type.root, &had->root);
    }
    return ZKL_OK;
}

static zkl_status make_new(zkl_table_column *column, zkl_hash_algorithm hash,
                           const zkl_read_options *options, const zkl_env *env, zkl_error *err)
{
    bool is_remembered;
    zkl_digest seed;
    ZKL_TRY(make_remembered(&is_remembered, column, hash, options, err));
    if (is_remembered)
        return ZKL_OK;
    ZKL_TRY(zkl_env_random(env, seed.bytes, sizeof seed.bytes, err));
    return make_with(column, hash, options->owner_secret, &seed, err);
}

ZKL_PRINTF(2, 3) static void add_note(zkl_table_column *column, const char *format, ...)
{
    const size_t noted = strlen(column->note);
    va_list args;
    ZKL_ASSERT(noted < sizeof column->note);
    va_start(args, format);
    vsnprintf(column->note + noted, sizeof column->note - noted, format, args);
    va_end(args);
}

/* ---- one column, whose strings are collected */

/* Again as it was (options->schema), as the version before had it, or new. */
static zkl_status make_dictionary(zkl_table *table, size_t index, const zkl_read_options *options,
                                  const zkl_env *env, zkl_error *err)
{
    zkl_table_column *column = &table->columns[index];
    ZKL_ASSERT(!column->strings.full && column->raw.kind == ZKL_RAW_TEXT);
    const zkl_read_dictionary *given = zkl_dictionary_given(options, index);
    bool is_as_before = false;
    if (options->schema && !given)
        return ZKL_OK; /* its secret is not known: it keeps the root that the schema has */
    add_note(column, ", dictionary of %zu", column->strings.entry_count);
    if (column->previous_dictionary)
        ZKL_TRY(
            zkl_dictionary_rebuild(&is_as_before, column, table->hash, options->owner_secret, err));
    if (is_as_before)
        return ZKL_OK;
    return given ? zkl_dictionary_make_again(column, table->hash, given, err)
                 : make_new(column, table->hash, options, env, err);
}

/* Too many strings for a dictionary, or too long ones: hashed, as decide.c and inherit.c left
 * its type. */
static zkl_status give_up(zkl_table_column *column, zkl_error *err)
{
    if (column->must_be_dictionary)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "column '%.*s' has more than %d different values, or too long ones, "
                        "for a dictionary; "
                        "use \"string16\" or \"string32\"",
                        zkl_name_shown(column->name), (const char *)column->name.data,
                        ZKL_DICTIONARY_ENTRIES_MAX);
    zkl_string_set_clear(&column->strings);
    if (column->previous_dictionary)
        zkl_column_changes(column, "too many different strings");
    add_note(column, ", too many different values for a dictionary: hashed");
    return ZKL_OK;
}

/* Collecting is parallel; the dictionaries are made one after the other, since each draws from
 * env->random in the order of columns. That order is part of what a fixed random source
 * reproduces. */
zkl_status zkl_dictionaries_make(zkl_table *table, const zkl_read_options *options,
                                 const zkl_env *env, zkl_error *err)
{
    size_t wanted = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        const zkl_table_column *column = &table->columns[i];
        wanted += column->wants_dictionary;
        if (column->wants_dictionary && column->raw.kind != ZKL_RAW_TEXT)
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "column '%.*s' does not hold text; it cannot be a string",
                            zkl_name_shown(column->name), (const char *)column->name.data);
    }
    if (wanted == 0)
        return ZKL_OK;
    collection all = { table, bytes_a_column(wanted) };
    ZKL_TRY(zkl_pool_try(env->pool, table->column_count, collect_task, &all, err));
    for (size_t i = 0; i < table->column_count; i++) {
        zkl_table_column *column = &table->columns[i];
        if (!column->wants_dictionary)
            continue;
        ZKL_TRY(column->strings.full ? give_up(column, err)
                                     : make_dictionary(table, i, options, env, err));
    }
    return ZKL_OK;
}
