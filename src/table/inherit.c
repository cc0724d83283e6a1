/* The columns of a later version: each keeps what it had in the version before, as long as its
 * values fit.
 *
 *  1. Text is read by the rules of inference (infer.h) and no looser ones: "007" does not fit a
 *     column of numbers.
 *  2. What the schema file says about a column counts before what it had.
 *  3. A dictionary is kept whole or not at all: the same entries under the same seed, so the
 *     same root. Other strings are another dictionary under another seed, so no salt ever serves
 *     two entries. */
#include <stdarg.h>
#include <stdio.h>

#include "base/bytes.h"
#include "table/table_internal.h"
#include "types/value.h"

/* Reasons are joined by "; "; what has no room is cut. */
void zkl_column_changes(zkl_table_column *column, const char *format, ...)
{
    size_t said = strlen(column->change);
    ZKL_ASSERT(said < sizeof column->change);
    va_list args;
    if (said)
        said += (size_t)snprintf(column->change + said, sizeof column->change - said, "; ");
    if (said >= sizeof column->change)
        return;
    va_start(args, format);
    vsnprintf(column->change + said, sizeof column->change - said, format, args);
    va_end(args);
}

/* ---- does it fit? */

typedef enum verdict { FITS, DOES_NOT, LOOK /* at every value */ } verdict;

/* The shape that every text must have, and what such texts are called. Facts say of a column which
 * shapes every value has; a type needs one of them. */
static uint32_t shape_of(const char **name, const zkl_type *type)
{
    static const struct {
        zkl_type_kind kind;
        uint32_t shape;
        const char *name;
    } shapes[] = { { ZKL_TYPE_BOOL, ZKL_SHAPE_BOOL, "true or false" },
                   { ZKL_TYPE_DATE, ZKL_SHAPE_DATE, "a date" },
                   { ZKL_TYPE_TIME, ZKL_SHAPE_TIME, "a time" },
                   { ZKL_TYPE_TIMESTAMP, ZKL_SHAPE_TIMESTAMP, "a timestamp" },
                   { ZKL_TYPE_FLOAT32, ZKL_SHAPE_FLOAT, "a number that a float holds" },
                   { ZKL_TYPE_FLOAT64, ZKL_SHAPE_FLOAT, "a number that a float holds" } };
    for (size_t i = 0; i < ZKL_COUNT(shapes); i++)
        if (shapes[i].kind == type->kind) {
            *name = shapes[i].name;
            return shapes[i].shape;
        }
    *name = "a plain number";
    return ZKL_SHAPE_EXACT;
}

/* x at the scale `to`; false when that has no room. */
static bool at_scale(__int128 *x, unsigned from, unsigned to)
{
    for (; from < to; from++)
        if (__builtin_mul_overflow(*x, (__int128)10, x))
            return false;
    return true;
}

/* All values are exact numbers of at most the type's scale; their least and greatest tell. The
 * type's range is that of its codes, moved down by its offset. */
static verdict judge_range(zkl_table_column *column, const zkl_type *type, unsigned scale)
{
    const zkl_column_facts *facts = &column->facts;
    const zkl_code offset = zkl_type_offset(type);
    zkl_code low, high;
    __int128 least = facts->least, most = facts->most;
    zkl_type_code_range(&low, &high, type);
    ZKL_ASSERT(facts->has_number && facts->scale <= scale);
    const bool low_fits =
        at_scale(&least, facts->scale, scale) && least >= (__int128)(low - offset);
    const bool high_fits =
        at_scale(&most, facts->scale, scale) && most <= (__int128)(high - offset);
    if (low_fits && high_fits)
        return FITS;
    char value[ZKL_VALUE_TEXT_BYTES_MAX], name[ZKL_TYPE_TEXT_BYTES_MAX];
    (void)zkl_integer_format(value, low_fits ? facts->most : facts->least, facts->scale);
    (void)zkl_type_text(name, type); /* both end in NUL */
    zkl_column_changes(column, "%s lies outside %s", value, name);
    return DOES_NOT;
}

/* Texts that all have the type's shape fit, but for two kinds: numbers, whose range is looked
 * at, and floats, which are tried one by one, since the facts do not say whether a float32 holds
 * them. */
static verdict judge_text(zkl_table_column *column, const zkl_type *type)
{
    const zkl_column_facts *facts = &column->facts;
    const unsigned scale = type->kind == ZKL_TYPE_DECIMAL ? type->scale : 0;
    const char *name;
    const uint32_t shape = shape_of(&name, type);
    if (facts->excluded & shape) {
        zkl_column_changes(column, "not every value is %s", name);
        return DOES_NOT;
    }
    if (shape == ZKL_SHAPE_TIMESTAMP && facts->with_zone && facts->without_zone) {
        zkl_column_changes(column, "timestamps with a zone and without");
        return DOES_NOT;
    }
    if (shape == ZKL_SHAPE_FLOAT)
        return LOOK;
    if (shape != ZKL_SHAPE_EXACT)
        return FITS;
    if (facts->scale > scale) {
        zkl_column_changes(column, "values with %u decimal places", facts->scale);
        return DOES_NOT;
    }
    return judge_range(column, type, scale);
}

/* From what is known of all values together, where that tells. Not for dictionaries. Facts are
 * enough for most columns. Typed floats and moments, and floats as text, are tried value by
 * value. */
static verdict judge(zkl_table_column *column, const zkl_type *type)
{
    ZKL_ASSERT(type->kind != ZKL_TYPE_DICTIONARY);
    const zkl_raw_kind kind = column->raw.kind;
    const unsigned scale = type->kind == ZKL_TYPE_DECIMAL ? type->scale : 0;
    if (!zkl_raw_suits(&column->raw, type)) {
        zkl_column_changes(column, "the file holds values of another kind");
        return DOES_NOT;
    }
    if (column->facts.value_count == 0 || zkl_type_is_hashed(type))
        return FITS;
    if (kind == ZKL_RAW_TEXT)
        return judge_text(column, type);
    if ((kind == ZKL_RAW_INTEGER || kind == ZKL_RAW_DECIMAL) && zkl_type_is_number(type) &&
        column->facts.scale <= scale)
        return judge_range(column, type, scale);
    return LOOK;
}

/* The column has the type that is tried. Why a value does not fit is said, but not for a
 * dictionary's: zkl_dictionary_rebuild counts the new strings. */
static zkl_status look_at_values(bool *fits, zkl_table *table, size_t index, zkl_error *err)
{
    zkl_table_column *column = &table->columns[index];
    zkl_bad_row first;
    ZKL_TRY(zkl_column_fits(fits, &first, table, index, err));
    if (!*fits && column->type.kind != ZKL_TYPE_DICTIONARY)
        zkl_column_changes(column, "row %llu of '%.80s': %s", (unsigned long long)first.row,
                           first.file, first.reason);
    zkl_wipe(&first, sizeof first);
    return ZKL_OK;
}

/* The type it had, or again the one that a first version would have. */
static zkl_status keep_type(zkl_table *table, size_t index, zkl_error *err)
{
    zkl_table_column *column = &table->columns[index];
    const zkl_type decided = column->type;
    const verdict known = judge(column, &column->previous->type);
    bool fits = known == FITS;
    column->type = column->previous->type;
    if (known == LOOK)
        ZKL_TRY(look_at_values(&fits, table, index, err));
    if (fits)
        column->wants_dictionary = false;
    else
        column->type = decided;
    return ZKL_OK;
}

/* ---- dictionaries */

/* Equal roots: the same entries under the same salts, in the same order. */
static bool is_root(const zkl_digest *root, const zkl_table_column *column)
{
    return zkl_digest_equal(root, &column->previous->type.root);
}

/* The kept entries as a set whose codes are their positions, checked against the root of the
 * version before. */
static zkl_status load_dictionary(zkl_table_column *column, const zkl_read_options *options,
                                  zkl_error *err)
{
    const zkl_previous_dictionary *kept = column->previous_dictionary;
    zkl_string_set *set = &column->strings;
    ZKL_ASSERT(set->entry_count == 0);
    uint8_t key[32];
    zkl_digest root;
    for (size_t i = 0; i < kept->entry_count; i++)
        ZKL_TRY(zkl_string_set_add(set, kept->entries[i], SIZE_MAX / 2, err));
    ZKL_TRY(zkl_string_set_sort(set, err));
    zkl_owner_secret_dictionary_key(key, options->owner_secret, &kept->seed);
    const zkl_status status =
        zkl_dictionary_root(&root, options->hash, key, set->entries, set->entry_count, err);
    zkl_wipe(key, sizeof key);
    ZKL_TRY(status);
    if (!is_root(&root, column))
        return zkl_fail(err, ZKL_REJECTED,
                        "the dictionary that the ledger keeps for column '%.*s' is not the one of "
                        "the version before",
                        zkl_name_shown(column->name), (const char *)column->name.data);
    return ZKL_OK;
}

/* Its values alone would give it another type: said, for a version that was read wrong must not
 * decide for all that follow. */
static void note_kept_text(zkl_table_column *column)
{
    char note[sizeof column->note];
    const char *facts = strchr(column->note, ':'); /* "inferred: decimals 32.1..59.6, 2 nulls" */
    snprintf(note, sizeof note,
             "as before: text, though its values now are%s; a schema file changes that",
             facts ? facts + 1 : " of another type");
    memcpy(column->note, note, sizeof note);
    column->is_kept_text = true;
}

/* A column of text stays one: in the dictionary it had, or with a new one (or hashed) when it
 * has other strings. */
static zkl_status keep_dictionary(zkl_table *table, size_t index, const zkl_read_options *options,
                                  zkl_error *err)
{
    zkl_table_column *column = &table->columns[index];
    bool fits = false;
    if (column->raw.kind != ZKL_RAW_TEXT) {
        column->previous_dictionary = NULL;
        zkl_column_changes(column, "the file holds values of another kind");
        return ZKL_OK;
    }
    if (!column->wants_dictionary && column->facts.value_count)
        note_kept_text(column);
    column->wants_dictionary = true;
    column->type = (zkl_type){ .kind = ZKL_TYPE_STRING16 };
    if (options->previous->schema->hash != table->hash) {
        column->previous_dictionary = NULL;
        zkl_column_changes(column, "the ledger's hash algorithm is another now");
        return ZKL_OK;
    }
    if (column->previous_dictionary->entry_count == 0)
        return ZKL_OK; /* zkl_dictionary_rebuild, when the strings are collected */
    ZKL_TRY(load_dictionary(column, options, err));
    column->type = column->previous->type;
    ZKL_TRY(look_at_values(&fits, table, index, err));
    if (fits) {
        column->wants_dictionary = false;
        column->seed = column->previous_dictionary->seed;
        return ZKL_OK;
    }
    column->type = (zkl_type){ .kind = ZKL_TYPE_STRING16 };
    zkl_string_set_clear(&column->strings);
    return ZKL_OK;
}

/* Entries of the set that are not among the others; both in byte order. A merge of the two, each
 * looked at once. */
static size_t count_new(const zkl_string_set *set, const zkl_bytes *others, size_t other_count)
{
    size_t count = 0;
    for (size_t i = 0, k = 0; i < set->entry_count; i++) {
        while (k < other_count && zkl_bytes_compare(others[k], set->entries[i]) < 0)
            k++;
        count += k == other_count || zkl_bytes_compare(others[k], set->entries[i]) != 0;
    }
    return count;
}

/* Entries that are kept were tried already (keep_dictionary): then some string is new. Else the
 * root alone says whether the strings are the same, and nothing says which are not. */
zkl_status zkl_dictionary_rebuild(bool *out, zkl_table_column *column, zkl_hash_algorithm hash,
                                  const zkl_owner_secret *owner_secret, zkl_error *err)
{
    const zkl_previous_dictionary *kept = column->previous_dictionary;
    const zkl_string_set *set = &column->strings;
    ZKL_ASSERT(kept && !set->full);
    uint8_t key[32];
    zkl_digest root;
    *out = false;
    if (kept->entry_count) {
        const size_t count = count_new(set, kept->entries, kept->entry_count);
        zkl_column_changes(column, "%zu new string%s", count, count == 1 ? "" : "s");
        return ZKL_OK;
    }
    zkl_owner_secret_dictionary_key(key, owner_secret, &kept->seed);
    const zkl_status status =
        zkl_dictionary_root(&root, hash, key, set->entries, set->entry_count, err);
    zkl_wipe(key, sizeof key);
    ZKL_TRY(status);
    *out = is_root(&root, column);
    if (*out) {
        column->type = column->previous->type;
        column->seed = kept->seed;
    } else {
        zkl_column_changes(
            column, "its dictionary is not kept in this ledger, and its strings are not the same");
    }
    return ZKL_OK;
}

/* ---- one column */

/* Whether what the schema file says leaves room for the type it had. "string" leaves open how;
 * "dictionary" does not. */
static bool given_type_allows(const zkl_table_column *column)
{
    const zkl_type *had = &column->previous->type;
    if (column->must_be_dictionary)
        return had->kind == ZKL_TYPE_DICTIONARY;
    if (column->wants_dictionary)
        return had->kind == ZKL_TYPE_DICTIONARY || had->kind == ZKL_TYPE_STRING16;
    return false; /* the very type: nothing to inherit */
}

/* A column may become nullable, never the other way: nulls that are not there now may come
 * again. */
static void inherit_nullable(zkl_table_column *column)
{
    const bool had = column->previous->nullable;
    if (column->nullable_is_given) {
        if (column->nullable != had)
            zkl_column_changes(column, "%s by the schema file",
                               column->nullable ? "nullable" : "not nullable");
    } else if (had) {
        column->nullable = true;
    } else if (column->nullable) {
        zkl_column_changes(column, "%llu null%s", (unsigned long long)column->facts.null_count,
                           column->facts.null_count == 1 ? "" : "s");
    }
}

/* In this order: nullability; a type that the schema file gives; what it had, where it fits; the
 * note that it is as before. */
static zkl_status inherit_column(zkl_table *table, size_t index, const zkl_read_options *options,
                                 zkl_error *err)
{
    zkl_table_column *column = &table->columns[index];
    ZKL_ASSERT(column->previous);
    const zkl_type *had = &column->previous->type;
    inherit_nullable(column);
    if (column->type_is_given && !given_type_allows(column)) {
        if (!zkl_type_equal(&column->type, had))
            zkl_column_changes(column, "its type is given by the schema file");
        return ZKL_OK;
    }
    ZKL_TRY(had->kind == ZKL_TYPE_DICTIONARY ? keep_dictionary(table, index, options, err)
                                             : keep_type(table, index, err));
    if (column->wants_dictionary || !zkl_type_equal(&column->type, had))
        return ZKL_OK;
    if (column->is_kept_text)
        return ZKL_OK;
    const char *facts = strchr(column->note, ':'); /* "inferred: integers 0..120, no nulls" */
    char note[sizeof column->note];
    snprintf(note, sizeof note, "as before%s", facts ? facts : "");
    memcpy(column->note, note, sizeof note);
    return ZKL_OK;
}

/* ---- all columns */

typedef struct job {
    zkl_table *table;
    const zkl_read_options *options;
} job;

static zkl_status inherit_task(void *context, size_t index, size_t worker, zkl_error *err)
{
    const job *work = context;
    (void)worker;
    return work->table->columns[index].previous
               ? inherit_column(work->table, index, work->options, err)
               : ZKL_OK;
}

/* Columns mostly stand as they stood: the search begins behind the last one found. */
static void find_previous(zkl_table *table, const zkl_previous *previous)
{
    const size_t count = previous->schema->column_count;
    for (size_t i = 0, next = 0; i < table->column_count; i++) {
        zkl_table_column *column = &table->columns[i];
        for (size_t k = 0; k < count && !column->previous; k++) {
            const size_t at = (next + k) % count;
            const zkl_column *had = &previous->schema->columns[at];
            if (!zkl_bytes_equal(had->name, column->name))
                continue;
            column->previous = had;
            if (had->type.kind == ZKL_TYPE_DICTIONARY)
                column->previous_dictionary = &previous->dictionaries[at];
            next = at + 1;
        }
    }
}

/* A worker a column: trying values reads all of its pieces. */
zkl_status zkl_table_inherit(zkl_table *table, const zkl_read_options *options, const zkl_env *env,
                             zkl_error *err)
{
    job work = { table, options };
    find_previous(table, options->previous);
    return zkl_pool_try(env->pool, table->column_count, inherit_task, &work, err);
}
