/* keys, key: a small number for each combination of columns, so that equal numbers are equal
 * combinations and only those, for claims whose keys are narrow or hold no nulls.
 *
 * `keys a, b as k` makes the mapping: one row for each combination of its sources, in the order of
 * its numbers, which are 1, 2, .. dealt out by a secret seed. Of it is claimed that no combination
 * stands there twice, and no number. `key a, b as k` with that mapping puts the numbers beside the
 * combinations: each row's combination and number are those of a row of the mapping. So in all
 * tables that take their numbers from one mapping a number is a combination. A null is a value. */
#include <stdio.h>

#include "service/transform_maker.h"

/* "a, b as k" */
typedef struct key_words {
    size_t *columns;
    size_t count;
    zkl_bytes name;
} key_words;

/* ---- Reading */

static zkl_status read_key(key_words *out, transform_maker *m)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    *out = (key_words){ .columns = ZKL_ARENA_NEW(&m->plan->memory, size_t, schema->column_count) };
    if (!out->columns)
        return zkl_no_memory(m->reader.err, schema->column_count * sizeof *out->columns);
    do {
        size_t column = 0;
        ZKL_TRY(maker_read_column(m, &column));
        for (size_t i = 0; i < out->count; i++)
            if (out->columns[i] == column)
                return zkl_claim_fail_at(&m->reader, m->reader.at, "a column stands there twice");
        out->columns[out->count++] = column;
    } while (zkl_claim_accept(&m->reader, ","));
    if (!maker_accept_word(m, "as"))
        return zkl_claim_fail_at(&m->reader, m->reader.at, "'as' expected, and a name");
    ZKL_TRY(zkl_claim_read_name(&m->reader, &out->name));
    return maker_end_reading(m);
}

static zkl_bytes column_name(const transform_maker *m, const key_words *key, size_t at)
{
    return maker_schema_of(m, 0)->columns[key->columns[at]].name;
}

/* Every source has the columns, of one type: equal codes are equal values then. */
static zkl_status check_sources(const transform_maker *m, const key_words *key)
{
    for (size_t s = 1; s < m->plan->source_count; s++)
        for (size_t i = 0; i < key->count; i++) {
            const zkl_bytes name = column_name(m, key, i);
            const zkl_column *first = &maker_schema_of(m, 0)->columns[key->columns[i]];
            char one[ZKL_TYPE_TEXT_BYTES_MAX], other[ZKL_TYPE_TEXT_BYTES_MAX];
            size_t at;
            ZKL_TRY(maker_find_column(&at, m, s, name));
            const zkl_type *type = &maker_schema_of(m, s)->columns[at].type;
            if (zkl_type_equal(&first->type, type))
                continue;
            (void)zkl_type_text(one, &first->type);
            (void)zkl_type_text(other, type);
            return zkl_fail_hint(m->reader.err, ZKL_USAGE,
                                 type->kind == first->type.kind && type->kind == ZKL_TYPE_DICTIONARY
                                     ? ZKL_HINT_TAKE_FINGERPRINTS
                                     : ZKL_HINT_GIVE_ONE_TYPE,
                                 "column '%.*s' is %s in '%s' and %s in '%s'%s",
                                 (int)(name.size < 200 ? name.size : 200), (const char *)name.data,
                                 one, m->plan->sources[0].reference, other,
                                 m->plan->sources[s].reference,
                                 type->kind == first->type.kind ? ", not alike" : "");
        }
    return ZKL_OK;
}

/* ---- Writing */

/* "a, b" as names of SQL, each behind `before`, with "AS zkl_c0" where they are renamed. */
static void put_sql_columns(zkl_buffer *sql, const transform_maker *m, const key_words *key,
                            bool is_renamed)
{
    for (size_t i = 0; i < key->count; i++) {
        zkl_buffer_put_text(sql, i ? ", " : "");
        zkl_engine_put_name(sql, column_name(m, key, i));
        if (is_renamed)
            zkl_buffer_format(sql, " AS zkl_c%zu", i);
    }
}

/* "unique(a, b)", "unique(k)" */
static zkl_status claim_unique(transform_maker *m, const key_words *key, bool is_of_number,
                               zkl_status (*end)(transform_maker *m))
{
    zkl_buffer_put_text(&m->claim, "unique(");
    for (size_t i = 0; i < key->count && !is_of_number; i++) {
        zkl_buffer_put_text(&m->claim, i ? ", " : "");
        zkl_claim_put_text(&m->claim, column_name(m, key, i));
    }
    if (is_of_number)
        zkl_claim_put_text(&m->claim, key->name);
    zkl_buffer_put_u8(&m->claim, ')');
    return end(m);
}

/* ---- The mapping */

/* The combinations of all sources, each with the first place where it stands. */
static void put_combinations(zkl_buffer *sql, const transform_maker *m, const key_words *key)
{
    zkl_buffer_put_text(sql, "SELECT ");
    put_sql_columns(sql, m, key, false);
    zkl_buffer_put_text(sql, ", min(zkl_at) AS zkl_first FROM (");
    for (size_t s = 0; s < m->plan->source_count; s++) {
        zkl_buffer_put_text(sql, s ? " UNION ALL SELECT " : "SELECT ");
        put_sql_columns(sql, m, key, false);
        zkl_buffer_format(sql, ", '%zu:' || zkl_row AS zkl_at FROM s%zu", s, s);
    }
    zkl_buffer_put_text(sql, ") GROUP BY ");
    put_sql_columns(sql, m, key, false);
}

zkl_status transform_make_keys(transform_maker *m)
{
    key_words key;
    ZKL_TRY(read_key(&key, m));
    for (size_t i = 0; i < key.count; i++) {
        const zkl_bytes name = column_name(m, &key, i);
        if (zkl_bytes_equal(name, key.name))
            return zkl_fail(m->reader.err, ZKL_USAGE, "two columns would be called '%.*s'",
                            (int)(name.size < 200 ? name.size : 200), (const char *)name.data);
        ZKL_TRY(maker_add_types_of(m, name, name));
    }
    ZKL_TRY(check_sources(m, &key));
    ZKL_TRY(maker_add_more(m, key.name));
    zkl_buffer_put_text(&m->sql, "SELECT ");
    put_sql_columns(&m->sql, m, &key, false);
    zkl_buffer_format(&m->sql, ", row_number() OVER (ORDER BY sha256('%s:' || zkl_first)) AS ",
                      m->plan->seed);
    zkl_engine_put_name(&m->sql, key.name);
    zkl_buffer_put_text(&m->sql, " FROM (");
    put_combinations(&m->sql, m, &key);
    zkl_buffer_put_text(&m->sql, ") ORDER BY ");
    zkl_engine_put_name(&m->sql, key.name);
    m->plan->recorded = "which combinations the mapping holds, and that its numbers tell nothing "
                        "of them: they are dealt out by a seed that is secret and kept nowhere";
    ZKL_TRY(claim_unique(m, &key, false, maker_end_own));
    return claim_unique(m, &key, true, maker_end_own);
}

/* ---- The key */

/* The first source and beside each row the mapping's number, null where it has none. Of a mapping
 * with a combination twice one row is taken: its claim refuses it. */
static void put_numbered(zkl_buffer *sql, const transform_maker *m, const key_words *key)
{
    zkl_buffer_put_text(sql, " FROM s0 LEFT JOIN (SELECT ");
    put_sql_columns(sql, m, key, true);
    zkl_buffer_put_text(sql, ", min(");
    zkl_engine_put_name(sql, key->name);
    zkl_buffer_put_text(sql, ") AS zkl_number FROM s1 GROUP BY ");
    put_sql_columns(sql, m, key, false);
    zkl_buffer_put_text(sql, ") ON ");
    for (size_t i = 0; i < key->count; i++) {
        zkl_buffer_put_text(sql, i ? " AND s0." : "s0.");
        zkl_engine_put_name(sql, column_name(m, key, i));
        zkl_buffer_format(sql, " IS NOT DISTINCT FROM zkl_c%zu", i);
    }
}

static zkl_status find_misfits(transform_maker *m, const key_words *key)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    zkl_buffer_put_text(&sql, "SELECT count(*)");
    put_numbered(&sql, m, key);
    zkl_buffer_put_text(&sql, " WHERE zkl_number IS NULL");
    m->plan->misfits = maker_keep(m, &sql, m->reader.err);
    m->plan->misfit_kind = TRANSFORM_MISFIT_NUMBERS;
    return m->plan->misfits ? ZKL_OK : ZKL_NO_MEMORY;
}

/* "subset(a, b, k, map@1.a, map@1.b, map@1.k, nulls=match)" */
static zkl_status claim_numbers(transform_maker *m, const key_words *key)
{
    ZKL_AUTO_CLEAR(zkl_buffer) theirs = { 0 };
    const char *mapping = m->plan->sources[1].reference;
    bool any_null = false;
    zkl_buffer_put_text(&m->claim, "subset(");
    for (size_t i = 0; i <= key->count; i++) {
        const zkl_bytes name = i < key->count ? column_name(m, key, i) : key->name;
        any_null |= i < key->count && maker_schema_of(m, 0)->columns[key->columns[i]].nullable;
        zkl_claim_put_text(&m->claim, name);
        zkl_buffer_put_text(&m->claim, ", ");
        zkl_buffer_format(&theirs, "%s%s.", i ? ", " : "", mapping);
        zkl_claim_put_text(&theirs, name);
    }
    ZKL_TRY(zkl_buffer_status(&theirs, m->reader.err));
    zkl_buffer_put(&m->claim, theirs.data, theirs.size);
    zkl_buffer_put_text(&m->claim, any_null ? ", nulls=match)" : ")");
    return maker_end_claim(m);
}

static zkl_status end_of_mapping(transform_maker *m)
{
    return maker_end_pair(m, 1, 1);
}

/* All columns as they are, then the number. */
zkl_status transform_make_key(transform_maker *m)
{
    key_words key;
    size_t number;
    ZKL_TRY(read_key(&key, m));
    ZKL_TRY(maker_check_new(m, key.name));
    ZKL_TRY(check_sources(m, &key));
    ZKL_TRY(maker_find_column(&number, m, 1, key.name));
    ZKL_TRY(maker_take_all(m));
    zkl_buffer_put_text(&m->sql, ", zkl_number AS ");
    zkl_engine_put_name(&m->sql, key.name);
    put_numbered(&m->sql, m, &key);
    zkl_buffer_put_text(&m->sql, " ORDER BY s0.zkl_row");
    const char *name = zkl_arena_text(&m->plan->memory, (const char *)key.name.data, key.name.size);
    if (!name)
        return zkl_no_memory(m->reader.err, key.name.size);
    ZKL_TRY(maker_add_types(m, 1, name, name));
    ZKL_TRY(find_misfits(m, &key));
    ZKL_TRY(claim_numbers(m, &key));
    ZKL_TRY(claim_unique(m, &key, false, end_of_mapping));
    return claim_unique(m, &key, true, end_of_mapping);
}
