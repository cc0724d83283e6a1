/* The checklist of docs/proof-system.md section 5, in its order, before anything is computed from a
 * statement. Every refusal names its check. Shapes of auxiliary tables are computed from the
 * assertions, never read. */
#include "verify/statement.h"

#include <stdio.h>

#include "claim/assertion.h"
#include "verify/direct.h"

#define ROWS_LIMIT ((uint64_t)1 << 40)
#define SOURCE_LIMBS_MAX 16
#define TIER_MIN 2 /* of n - log_cells: four leaf blocks */

/* What the claims on a table make of its columns. */
typedef struct table_use {
    /* One of them names the roles x and x?. */
    bool names_roles;
    /* All of them name the roles x0, x1, .. of columns that they sum. */
    bool names_summands;
    /* All of them name the roles g, y? and w?. */
    bool names_rates;
    /* All of them take a flag without its column. */
    bool takes_lone_flags;
} table_use;

/* What the checks share: is each table a source, or one assertion's own auxiliary table, what is
 * claimed of it, and where its blocks start. */
typedef struct checked_tables {
    uint8_t *is_source, *owned;
    table_use *uses;
    size_t *first_block;
} checked_tables;

/* Tables stand in order of first use and none is unused: a statement has one spelling, and no table
 * can hide in it. */
static zkl_status check_assertions_and_order(const zkl_statement *s, zkl_error *err)
{
    if (!s->assertion_count)
        return zkl_fail(err, ZKL_REJECTED, "claims: none");
    size_t next =
        0; /* tables stand in order of first use, so the used ones are always 0 .. next - 1 */
    for (size_t i = 0; i < s->assertion_count; i++) {
        if (!s->assertions[i].table_count)
            return zkl_fail(err, ZKL_REJECTED, "claims: claim %zu has no table", i);
        for (size_t j = 0; j < s->assertions[i].table_count; j++) {
            const uint32_t table = s->assertions[i].tables[j];
            if (table >= s->table_count)
                return zkl_fail(err, ZKL_REJECTED, "claims: claim %zu names table %u of %zu", i,
                                table, s->table_count);
            if (table > next)
                return zkl_fail(err, ZKL_REJECTED, "tables: not in order of first use");
            next += table == next;
        }
    }
    ZKL_ASSERT(next <= s->table_count);
    if (next != s->table_count)
        return zkl_fail(err, ZKL_REJECTED, "tables: table %zu is not used", next);
    return ZKL_OK;
}

/* One table by itself. 2^40 rows bound every product of rows and scalars that follows (section 5:
 * no wrap around r). An auxiliary table belongs to no dataset: were its hashes not zero, it could
 * be taken for one of somebody's. */
static zkl_status check_table(const zkl_statement_table *table, size_t at, bool is_source,
                              const zkl_proof_format *format, zkl_error *err)
{
    const uint32_t limbs_max = is_source ? SOURCE_LIMBS_MAX : ZKL_TABLE_LIMBS_MAX;
    if (!table->column_count)
        return zkl_fail(err, ZKL_REJECTED, "columns: table %zu has none", at);
    if (!table->row_count || table->row_count >= ROWS_LIMIT)
        return zkl_fail(err, ZKL_REJECTED, "rows: table %zu has none, or 2^40", at);
    if (table->first_row % ((uint64_t)1 << format->log_cells) || table->first_row >= ROWS_LIMIT)
        return zkl_fail(err, ZKL_REJECTED, "first row: table %zu does not start with a chunk", at);
    if (!is_source &&
        (table->first_row || !zkl_digest_is_zero(&table->dataset) ||
         !zkl_digest_is_zero(&table->schema_hash) || !zkl_digest_is_zero(&table->merkle_root) ||
         !zkl_digest_is_zero(&table->content)))
        return zkl_fail(err, ZKL_REJECTED, "auxiliary tables: table %zu claims to be of a dataset",
                        at);
    for (size_t i = 0; i < table->column_count; i++) {
        const zkl_statement_column *column = &table->columns[i];
        if (!column->limb_count || column->limb_count > limbs_max ||
            (column->limb_count > 1 && zkl_role_is_boolean(column->role)))
            return zkl_fail(err, ZKL_REJECTED, "limbs: column %zu of table %zu has %u", i, at,
                            column->limb_count);
        if ((column->index == ZKL_COLUMN_AUXILIARY) == is_source)
            return zkl_fail(err, ZKL_REJECTED, "index: column %zu of table %zu", i, at);
        if (zkl_table_find(table, column->role) != i)
            return zkl_fail(err, ZKL_REJECTED, "roles: table %zu has '%.*s' twice", at,
                            (int)column->role.size, (const char *)column->role.data);
    }
    return ZKL_OK;
}

/* Number, limbs and role of every column, in order: then the tables differ in rows or blocks
 * only. */
static bool same_columns(const zkl_statement_table *a, const zkl_statement_table *b)
{
    if (a->column_count != b->column_count)
        return false;
    for (size_t i = 0; i < a->column_count; i++)
        if (a->columns[i].index != b->columns[i].index ||
            a->columns[i].limb_count != b->columns[i].limb_count ||
            a->columns[i].role.size != b->columns[i].role.size ||
            memcmp(a->columns[i].role.data, b->columns[i].role.data, a->columns[i].role.size) != 0)
            return false;
    return true;
}

/* Equal dataset, span, columns; commitments stand for the dataset where its id says nothing. */
static bool same_source(const zkl_statement *s, const checked_tables *tables, size_t a, size_t b,
                        const zkl_proof_format *format)
{
    const zkl_statement_table *x = &s->tables[a], *y = &s->tables[b];
    return zkl_digest_equal(&x->dataset, &y->dataset) && x->first_row == y->first_row &&
           x->row_count == y->row_count && same_columns(x, y) &&
           memcmp(s->blocks[tables->first_block[a]], s->blocks[tables->first_block[b]],
                  zkl_statement_table_blocks(x, format) * ZKL_POINT_BYTES) == 0;
}

/* All tables: their blocks are exactly those of the statement, and no source stands twice. Blocks
 * are counted first, because the rest takes time by the number of tables, columns and blocks. */
static zkl_status check_tables(const zkl_statement *s, checked_tables *tables,
                               const zkl_proof_format *format, zkl_error *err)
{
    size_t blocks = 0;
    for (size_t i = 0; i < s->table_count; i++) {
        tables->first_block[i] = blocks; /* counted first: it bounds the work of what follows */
        if (!zkl_size_add(&blocks, blocks, zkl_statement_table_blocks(&s->tables[i], format)) ||
            blocks > s->block_count)
            return zkl_fail(err, ZKL_REJECTED, "blocks: the tables have more than the %zu stated",
                            s->block_count);
        ZKL_TRY(check_table(&s->tables[i], i, tables->is_source[i], format, err));
    }
    if (blocks != s->block_count)
        return zkl_fail(err, ZKL_REJECTED, "blocks: the tables have %zu, the statement %zu", blocks,
                        s->block_count);
    for (size_t i = 0; i < s->table_count; i++)
        for (size_t j = 0; j < i; j++)
            if (tables->is_source[i] && tables->is_source[j] &&
                same_source(s, tables, i, j, format))
                return zkl_fail(err, ZKL_REJECTED, "tables: table %zu is stated twice", i);
    return ZKL_OK;
}

/* Is the stated auxiliary table the computed one: rows, roles and limbs? */
static bool auxiliary_equals(const zkl_statement_table *table, const zkl_auxiliary *want)
{
    bool same = table->column_count == want->column_count && table->row_count == want->row_count;
    for (size_t i = 0; same && i < want->column_count; i++)
        same = zkl_role_is(table->columns[i].role, want->columns[i].role) &&
               table->columns[i].limb_count == want->columns[i].limb_count;
    return same;
}

/* Once for all tables: the time is that of the claims' lists of tables. */
static void find_uses(const zkl_statement *s, const checked_tables *tables)
{
    for (size_t i = 0; i < s->table_count; i++)
        tables->uses[i] =
            (table_use){ .names_summands = true, .names_rates = true, .takes_lone_flags = true };
    for (size_t i = 0; i < s->assertion_count; i++) {
        const zkl_assertion *assertion = &s->assertions[i];
        const zkl_assertion_ops *ops = zkl_assertion_ops_of(assertion->kind);
        const size_t sources = zkl_statement_source_count(assertion);
        for (size_t j = 0; j < sources; j++) {
            tables->is_source[assertion->tables[j]] = 1;
            tables->uses[assertion->tables[j]].names_roles |= ops->names_roles;
            tables->uses[assertion->tables[j]].names_summands &= ops->names_summands;
            tables->uses[assertion->tables[j]].names_rates &= ops->names_rates;
            tables->uses[assertion->tables[j]].takes_lone_flags &= ops->takes_lone_flags;
        }
    }
}

/* One assertion: its parameters and sources fit its kind, and its auxiliary tables are those that
 * the kind computes from them, each used by this assertion alone. Were an auxiliary table shared,
 * one claim's helper could stand for another's. */
static zkl_status check_assertion(const zkl_statement *s, size_t at, const zkl_proof_format *format,
                                  uint64_t *drawn, const checked_tables *tables, zkl_error *err)
{
    const zkl_assertion *assertion = &s->assertions[at];
    const zkl_statement_table *sources[ZKL_STATEMENT_TABLES_MAX];
    const size_t source_count = zkl_statement_source_count(assertion);
    for (size_t i = 0; i < source_count; i++)
        sources[i] = &s->tables[assertion->tables[i]];
    const zkl_assertion_facts facts = { format, assertion->params, assertion->param_count, sources,
                                        source_count };
    ZKL_TRY(zkl_assertion_check(assertion->kind, &facts, err));
    if (!zkl_assertion_add_draws(drawn, assertion->kind, &facts))
        return zkl_fail(err, ZKL_REJECTED,
                        "parameters: the statement's samples have more than %llu rows together",
                        (unsigned long long)ZKL_ASSERTION_DRAWS_MAX);

    zkl_auxiliary want[ZKL_ASSERTION_AUXILIARY_MAX];
    const size_t want_count = zkl_assertion_auxiliary(want, assertion->kind, &facts);
    ZKL_ASSERT(want_count <= ZKL_ASSERTION_AUXILIARY_MAX);
    if (assertion->table_count - source_count != want_count)
        return zkl_fail(err, ZKL_REJECTED, "auxiliary tables: %zu, not %zu",
                        assertion->table_count - source_count, want_count);
    for (size_t i = 0; i < want_count; i++) {
        const uint32_t table = assertion->tables[source_count + i];
        if (!auxiliary_equals(&s->tables[table], &want[i]))
            return zkl_fail(err, ZKL_REJECTED,
                            "auxiliary tables: table %u is not the one the claim computes", table);
        if (tables->owned[table]++ || tables->is_source[table])
            return zkl_fail(err, ZKL_REJECTED, "auxiliary tables: table %u is not this claim's own",
                            table);
    }
    return ZKL_OK;
}

/* ---- sources as in the manifest */

/* The one role of a numbered column: "3", "3?" for a bool, one more "?" for the flag, which has the
 * next number. */
static bool role_is_numbered(zkl_bytes role, const zkl_known_table *known, uint32_t index)
{
    const bool flag = known->column_kinds[index] == ZKL_NUMBERED_FLAG;
    ZKL_ASSERT(!flag || index > 0); /* a flag stands behind its column */
    const uint32_t value = flag ? index - 1 : index;
    char text[16];
    snprintf(text, sizeof text, "%u%s%s", value,
             known->column_kinds[value] == ZKL_NUMBERED_BOOL ? "?" : "", flag ? "?" : "");
    return zkl_role_is(role, text);
}

/* Is the role that of a summed column, or of its flag: "x0", "x0?"? The kind has checked the
 * numbers. A bool is none: its cells would lack the leaf that "?" gives them. */
static bool role_is_summand(const zkl_statement_table *table, size_t at,
                            const zkl_known_table *known)
{
    const zkl_statement_column *column = &table->columns[at];
    if (known->column_kinds[column->index] == ZKL_NUMBERED_FLAG)
        return at > 0 && zkl_role_is_flag_of(column->role, column[-1].role) &&
               column->role.data[0] == 'x';
    return known->column_kinds[column->index] != ZKL_NUMBERED_BOOL && column->role.size > 0 &&
           column->role.data[0] == 'x' && !zkl_role_is_boolean(column->role);
}

/* Is the column what its role says: g no flag, y? and w? bools? The kind has checked the roles. No
 * flag fits one of them, so that a nullable column, behind which its flag must stand, is none. */
static bool role_is_rated(const zkl_statement_column *column, const zkl_known_table *known)
{
    return zkl_role_is_boolean(column->role)
               ? known->column_kinds[column->index] == ZKL_NUMBERED_BOOL
               : known->column_kinds[column->index] != ZKL_NUMBERED_FLAG;
}

/* Every column is the manifest's by number, limbs and role; a nullable one stands with its flag
 * right behind it. Without the flag, or with another column's, a null could pass for a value. */
static zkl_status check_known_columns(const zkl_statement_table *table, size_t at, table_use use,
                                      const zkl_known_table *known, zkl_error *err)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const zkl_statement_column *column = &table->columns[i], *next = column + 1;
        const uint32_t index = column->index;
        if (index >= known->column_count)
            return zkl_fail(err, ZKL_REJECTED, "index: table %zu names column %u of %zu", at, index,
                            known->column_count);
        if (column->limb_count != known->limb_counts[index])
            return zkl_fail(err, ZKL_REJECTED,
                            "limbs: column %u of table %zu has %u, in the manifest %u", index, at,
                            column->limb_count, known->limb_counts[index]);
        const bool is_flag = known->column_kinds[index] == ZKL_NUMBERED_FLAG;
        const bool nullable =
            index + 1 < known->column_count && known->column_kinds[index + 1] == ZKL_NUMBERED_FLAG;
        if (nullable && (i + 1 == table->column_count || next->index != index + 1))
            return zkl_fail(err, ZKL_REJECTED,
                            "flags: nullable column %u of table %zu stands without its flag", index,
                            at);
        if (is_flag && !use.takes_lone_flags && (i == 0 || column[-1].index + 1 != index))
            return zkl_fail(err, ZKL_REJECTED,
                            "flags: flag %u of table %zu does not stand behind its column", index,
                            at);
        if (!use.names_roles && !role_is_numbered(column->role, known, index) &&
            !(use.names_summands && role_is_summand(table, i, known)) &&
            !(use.names_rates && role_is_rated(column, known)))
            return zkl_fail(err, ZKL_REJECTED, "roles: '%.*s' of table %zu is not column %u's",
                            (int)column->role.size, (const char *)column->role.data, at, index);
        /* x is a value, and x? its flag: zkl_assertion_check has seen that there is nothing else */
        if (use.names_roles &&
            (is_flag != (i == 1) || (is_flag && index != table->columns[0].index + 1)))
            return zkl_fail(err, ZKL_REJECTED,
                            "roles: column %u of table %zu is not what its role says", index, at);
    }
    return ZKL_OK;
}

/* The first block of a numbered column within a chunk of the manifest. */
static uint32_t known_offset(const zkl_known_table *known, uint32_t index)
{
    uint32_t at = 0;
    ZKL_DEBUG_ASSERT(index < known->column_count);
    for (uint32_t i = 0; i < index; i++)
        at += known->limb_counts[i];
    return at;
}

/* Block by block, the statement's commitments are the manifest's, in the order chunk, column, limb.
 * So the proof is about what was notarised. */
static zkl_status check_known_blocks(const zkl_statement *s, size_t at, size_t block,
                                     const zkl_known_table *known, const zkl_proof_format *format,
                                     zkl_error *err)
{
    const zkl_statement_table *table = &s->tables[at];
    const uint64_t first_chunk = table->first_row >> format->log_cells;
    ZKL_ASSERT(table->first_row + table->row_count <= known->row_count); /* check_source */
    for (uint64_t c = 0; c < zkl_statement_chunk_count(table, format); c++)
        for (size_t i = 0; i < table->column_count; i++) {
            const size_t from = (size_t)(first_chunk + c) * known->blocks_per_chunk +
                                known_offset(known, table->columns[i].index);
            const size_t limbs = table->columns[i].limb_count;
            if (memcmp(s->blocks[block], known->blocks[from], limbs * ZKL_POINT_BYTES) != 0)
                return zkl_fail(
                    err, ZKL_REJECTED,
                    "commitments: chunk %llu, column %u of table %zu is not the manifest's",
                    (unsigned long long)c, table->columns[i].index, at);
            block += limbs;
        }
    return ZKL_OK;
}

/* A source as in its manifest: the three hashes, a span of whole chunks (the last one may be short
 * only where the dataset ends), columns and commitments. */
static zkl_status check_source(const zkl_statement *s, size_t at, const checked_tables *tables,
                               const zkl_proof_format *format, const zkl_known_table *known,
                               zkl_error *err)
{
    const zkl_statement_table *table = &s->tables[at];
    const uint64_t cells = (uint64_t)1 << format->log_cells,
                   end = table->first_row + table->row_count;
    if (!zkl_digest_equal(&table->schema_hash, &known->schema_hash) ||
        !zkl_digest_equal(&table->merkle_root, &known->merkle_root) ||
        !zkl_digest_equal(&table->content, &known->content))
        return zkl_fail(err, ZKL_REJECTED, "hashes: those of table %zu are not the manifest's", at);
    if (end > known->row_count || (end < known->row_count && table->row_count % cells))
        return zkl_fail(err, ZKL_REJECTED,
                        "rows: table %zu is no span of whole chunks of the %llu rows", at,
                        (unsigned long long)known->row_count);
    /* A kind that names its columns' roles (x, x?) leaves no room for the numbered ones. A cells
     * claim on the same table would then not see that a column is a bool. */
    const table_use use = tables->uses[at];
    for (size_t i = 0; use.names_roles && i < s->assertion_count; i++)
        if (zkl_assertion_ops_of(s->assertions[i].kind)->is_wellformedness &&
            s->assertions[i].tables[0] == at &&
            known->column_kinds[table->columns[0].index < known->column_count
                                    ? table->columns[0].index
                                    : 0] == ZKL_NUMBERED_BOOL)
            return zkl_fail(err, ZKL_REJECTED,
                            "roles: table %zu hides from its cells claim that column %u is a bool",
                            at, table->columns[0].index);
    ZKL_TRY(check_known_columns(table, at, use, known, err));
    return check_known_blocks(s, at, tables->first_block[at], known, format, err);
}

/* ---- circuit and points */

/* A table may be claimed again and again. What a cells assertion takes of it, a leaf block for each
 * block, and a split, one for each chunk of each time that it stands there, is counted before
 * columns are compared and assertions compiled: that takes time by leaf blocks times columns. */
static zkl_status check_repeated_tables(const zkl_statement *s, const zkl_proof_format *format,
                                        zkl_error *err)
{
    size_t leaf_blocks = 0; /* at most 1,024 assertions times 2,046 tables times 2,046 blocks */
    for (size_t i = 0; i < s->assertion_count; i++) {
        const zkl_assertion *assertion = &s->assertions[i];
        const zkl_assertion_ops *ops = zkl_assertion_ops_of(assertion->kind);
        if (ops->is_wellformedness)
            leaf_blocks += zkl_statement_table_blocks(&s->tables[assertion->tables[0]], format);
        for (size_t j = 0; ops->is_by_chunk && j < assertion->table_count; j++)
            leaf_blocks += zkl_statement_chunk_count(&s->tables[assertion->tables[j]], format);
    }
    if (leaf_blocks > ZKL_LEAF_BLOCKS_MAX)
        return zkl_fail(err, ZKL_REJECTED, "tier: more leaf blocks than the largest tier has");
    return ZKL_OK;
}

/* Disclosed rows are shown by direct openings, without a circuit, and stand in statements of their
 * own: one that had both would be read by two verifiers, each of a part of it. */
static zkl_status check_direct(const zkl_statement *s, zkl_error *err)
{
    ZKL_ASSERT(s->assertion_count > 0);
    for (size_t i = 0; i < s->assertion_count; i++)
        if (s->assertions[i].kind != ZKL_ASSERTION_DISCLOSE)
            return zkl_fail(err, ZKL_REJECTED, "circuit: claim %zu stands beside disclosed rows",
                            i);
    if (s->assertion_count > ZKL_DIRECT_ROWS_MAX)
        return zkl_fail(err, ZKL_REJECTED, "claims: %zu disclosed rows, at most %d",
                        s->assertion_count, ZKL_DIRECT_ROWS_MAX);
    if (s->circuit.size)
        return zkl_fail(err, ZKL_REJECTED, "circuit: disclosed rows have none");
    if (s->multiplicity_count)
        return zkl_fail(err, ZKL_REJECTED, "multiplicities: %zu, not 0", s->multiplicity_count);
    if (s->mask_count != s->assertion_count)
        return zkl_fail(err, ZKL_REJECTED, "masks: %zu, not one for each of %zu disclosed rows",
                        s->mask_count, s->assertion_count);
    return ZKL_OK;
}

/* The circuit is a tier that has room for the leaf blocks, and the commitments beside the tables
 * are as many as it needs. */
static zkl_status check_circuit(const zkl_statement *s, const zkl_proof_format *format,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_shape) shape = { 0 };
    for (size_t i = 0; i < s->assertion_count; i++)
        if (s->assertions[i].kind == ZKL_ASSERTION_DISCLOSE)
            return check_direct(s, err);
    ZKL_TRY(zkl_shape_count(&shape, s, format, err));
    const unsigned n = zkl_statement_tier(s->circuit);
    ZKL_ASSERT(shape.statement == s && shape.format == format);
    if (n % 2 || n < format->log_cells + TIER_MIN || n > ZKL_TIER_MAX)
        return zkl_fail(err, ZKL_REJECTED, "circuit: '%.*s' is no tier", (int)s->circuit.size,
                        (const char *)s->circuit.data);
    if (zkl_shape_leaf_blocks(&shape) > (size_t)1 << (n - format->log_cells))
        return zkl_fail(err, ZKL_REJECTED, "circuit: %zu leaf blocks do not fit F%u",
                        zkl_shape_leaf_blocks(&shape), n);
    if (s->multiplicity_count != shape.has_table)
        return zkl_fail(err, ZKL_REJECTED, "multiplicities: %zu, not %d", s->multiplicity_count,
                        shape.has_table);
    if (s->mask_count != 1)
        return zkl_fail(err, ZKL_REJECTED, "masks: %zu, not 1", s->mask_count);
    return ZKL_OK;
}

/* In this order: what indexes tables, the tables, how often they stand, each claim against its
 * tables, sources against their manifests, the circuit. Each step may rely on those before it and
 * on nothing else. */
static zkl_status check_statement(const zkl_statement *s, const zkl_proof_format *format,
                                  const zkl_known_table *known, size_t known_count,
                                  zkl_arena *arena, zkl_error *err)
{
    checked_tables tables = { ZKL_ARENA_NEW(arena, uint8_t, s->table_count),
                              ZKL_ARENA_NEW(arena, uint8_t, s->table_count),
                              ZKL_ARENA_NEW(arena, table_use, s->table_count),
                              ZKL_ARENA_NEW(arena, size_t, s->table_count) };
    uint64_t drawn = 0;
    if (!tables.is_source || !tables.owned || !tables.uses || !tables.first_block)
        return zkl_no_memory(err, s->table_count);

    ZKL_TRY(check_assertions_and_order(s, err));
    find_uses(s, &tables);
    ZKL_TRY(check_tables(s, &tables, format, err));
    ZKL_TRY(check_repeated_tables(s, format, err));
    for (size_t i = 0; i < s->assertion_count; i++) {
        zkl_status status = check_assertion(s, i, format, &drawn, &tables, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "claim %zu (%s)", i,
                            zkl_assertion_kind_name(s->assertions[i].kind));
    }
    for (size_t i = 0; known && i < s->table_count; i++) {
        if (!tables.is_source[i])
            continue;
        const zkl_known_table *source =
            zkl_known_table_find(&s->tables[i].dataset, known, known_count);
        if (!source)
            return zkl_fail(err, ZKL_REJECTED, "dataset: table %zu is of none that is known", i);
        ZKL_TRY(check_source(s, i, &tables, format, source, err));
    }
    return check_circuit(s, format, err);
}

zkl_status zkl_statement_check(const zkl_statement *s, const zkl_proof_format *format,
                               const zkl_known_table *known, size_t known_count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_status status = check_statement(s, format, known, known_count, &arena, err);
    return status ? zkl_wrap(err, status, "proof statement") : ZKL_OK;
}
