/* "joined(orders@1, customers@1, on customer)": the rows of the dataset are those of the first one
 * named, in any order, each with the other columns of the row of the second one that has its key.
 *
 * Compiles to "join" over all columns of all rows of the three, the first one's as A, the second
 * one's as B, the dataset's as the joined table; and to its companion, "unique" over B's keys, so
 * that there is one such row. Columns are found by their names: the dataset has those of A and
 * those of B, each once, and no further ones. Types, and whether a column may be null, are the same
 * on both sides: equal codes are equal values, as far as their type goes. */
#include "claim/claim_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_LIMBS_MAX 15 /* check: 2 ** (16 * KEY_LIMBS_MAX + 1) < r < 2 ** 257 */

/* The claim's columns are the keys. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_other(r, out));
    ZKL_TRY(zkl_claim_expect(r, ","));
    ZKL_TRY(zkl_claim_read_other(r, out));
    ZKL_TRY(zkl_claim_expect(r, ","));
    ZKL_TRY(zkl_claim_expect(r, "on"));
    do {
        ZKL_TRY(zkl_claim_read_column(r, out));
    } while (zkl_claim_accept(r, ","));
    return zkl_claim_expect(r, ")");
}

/* ---- Columns */

/* Columns of one dataset, the keys first, then the others in its schema's order; and behind each
 * one the dataset's own column of this name. */
typedef struct joined_columns {
    size_t dataset, count;
    uint32_t *columns, *own;
} joined_columns;

/* An own column by its name. */
typedef struct named_column {
    zkl_bytes name;
    uint32_t column;
    bool taken; /* by a column of A or B */
} named_column;

typedef struct joined_plan {
    const zkl_claim_maker *m;
    const zkl_claim *claim;
    uint32_t *keys;    /* in the own schema, ascending */
    named_column *own; /* all own columns, in the order of their names */
    size_t own_count;
    joined_columns a, b;
} joined_plan;

/* Any order will do. */
static int compare_names(const void *a, const void *b)
{
    const zkl_bytes *x = &((const named_column *)a)->name, *y = &((const named_column *)b)->name;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return x->size ? memcmp(x->data, y->data, x->size) : 0;
}

/* Names are looked up once for each column of A and B: not by going through the schema. */
static zkl_status list_own_columns(joined_plan *p)
{
    const zkl_schema *schema = p->m->scope->datasets[0].schema;
    p->own_count = schema->column_count;
    p->own = ZKL_ARENA_NEW(p->m->arena, named_column, p->own_count);
    if (!p->own)
        return zkl_no_memory(p->m->err, p->own_count * sizeof *p->own);
    for (uint32_t i = 0; i < p->own_count; i++)
        p->own[i] = (named_column){ .name = schema->columns[i].name, .column = i };
    qsort(p->own, p->own_count, sizeof *p->own, compare_names);
    return ZKL_OK;
}

static zkl_status find_keys(joined_plan *p, zkl_compiled_claim *out)
{
    zkl_claim *claim = &out->claim;
    uint32_t limbs = 0;
    for (size_t i = 0; i < claim->column_count; i++)
        ZKL_TRY(zkl_claim_find_column(p->m, &claim->columns[i], &p->keys[i]));
    ZKL_TRY(zkl_claim_sort_columns(p->m, p->keys, claim->column_count));
    for (size_t i = 0; i < claim->column_count; i++) {
        const zkl_column *c = zkl_claim_schema_column(p->m->scope, p->keys[i]);
        claim->columns[i].name = c->name;
        limbs += zkl_type_limbs(&c->type);
        if (c->nullable)
            return zkl_claim_fail_column(p->m, ZKL_USAGE, p->keys[i],
                                         "it may hold nulls, and a key may not");
        if (limbs > KEY_LIMBS_MAX) {
            char what[96];
            snprintf(what, sizeof what, "with it the key has more than %d bits",
                     16 * KEY_LIMBS_MAX);
            return zkl_claim_fail_column(p->m, ZKL_LIMIT, p->keys[i], what);
        }
    }
    out->column = p->keys[0];
    return ZKL_OK;
}

/* The column of another dataset, and the own one of its name, which has its type. */
static zkl_status add_column(const joined_plan *p, joined_columns *list, uint32_t column,
                             uint32_t own)
{
    ZKL_TRY(zkl_claim_check_same(p->m, own, list->dataset, column, true));
    list->columns[list->count] = column;
    list->own[list->count++] = own;
    return ZKL_OK;
}

static bool is_key(const joined_plan *p, const joined_columns *list, uint32_t column)
{
    bool found = false;
    for (size_t i = 0; i < p->claim->column_count; i++)
        found = found || list->columns[i] == column;
    return found;
}

/* A column that is no key: the own one of its name, that no other column has taken. */
static zkl_status add_other_column(const joined_plan *p, joined_columns *list, uint32_t column)
{
    const named_column name = { .name =
                                    zkl_claim_column_of(p->m->scope, list->dataset, column)->name };
    named_column *own = bsearch(&name, p->own, p->own_count, sizeof *p->own, compare_names);
    if (!own)
        return zkl_claim_fail_column_of(p->m, ZKL_USAGE, list->dataset, column,
                                        "the joined dataset has no column of this name");
    if (own->taken)
        return zkl_claim_fail_column_of(p->m, ZKL_USAGE, list->dataset, column,
                                        "both datasets have a column of this name that is no key");
    own->taken = true;
    return add_column(p, list, column, own->column);
}

static zkl_status find_columns(const joined_plan *p, joined_columns *list)
{
    const size_t all = p->m->scope->datasets[list->dataset].schema->column_count;
    list->columns = ZKL_ARENA_NEW(p->m->arena, uint32_t, all);
    list->own = ZKL_ARENA_NEW(p->m->arena, uint32_t, all);
    if (!list->columns || !list->own)
        return zkl_no_memory(p->m->err, 2 * all * sizeof *list->columns);
    for (size_t i = 0; i < p->claim->column_count; i++) {
        const zkl_claim_column name = { p->claim->columns[i].name, list->dataset };
        uint32_t column;
        ZKL_TRY(zkl_claim_find_column(p->m, &name, &column));
        ZKL_TRY(add_column(p, list, column, p->keys[i]));
    }
    for (uint32_t i = 0; i < all; i++)
        if (!is_key(p, list, i))
            ZKL_TRY(add_other_column(p, list, i));
    return ZKL_OK;
}

/* Every own column is one of A's or B's, or a key. */
static zkl_status check_all_taken(const joined_plan *p)
{
    for (size_t i = 0; i < p->own_count; i++) {
        bool taken = p->own[i].taken;
        for (size_t k = 0; k < p->claim->column_count; k++)
            taken = taken || p->keys[k] == p->own[i].column;
        if (!taken)
            return zkl_claim_fail_column(p->m, ZKL_USAGE, p->own[i].column,
                                         "neither dataset has a column of this name");
    }
    return ZKL_OK;
}

/* ---- Compiling */

static zkl_status check_rows(const joined_plan *p, const zkl_compiled_claim *out)
{
    const zkl_claim_other *a = &p->claim->others[0];
    const uint64_t rows = p->m->scope->datasets[a->dataset].row_count;
    if (rows == out->row_count)
        return ZKL_OK;
    return zkl_fail(p->m->err, ZKL_REJECTED,
                    "'%.*s' has %llu rows, the dataset %llu: a join keeps each row of the first "
                    "table once, so rows without a partner are filtered out of that before",
                    (int)a->name.size, (const char *)a->name.data, (unsigned long long)rows,
                    (unsigned long long)out->row_count);
}

static zkl_status put_table(const joined_plan *p, zkl_claim_source *source, size_t dataset,
                            const uint32_t *columns, size_t count)
{
    ZKL_TRY(zkl_claim_put_source(p->m, source, dataset, columns, count));
    return source->column_count <= ZKL_STATEMENT_COLUMNS_MAX
               ? ZKL_OK
               : zkl_fail(p->m->err, ZKL_LIMIT, "a table of more than %d columns cannot be joined",
                          ZKL_STATEMENT_COLUMNS_MAX);
}

/* The joined table's columns stand in the order of A's, then of B's without the keys. */
static zkl_status make_join(const joined_plan *p, zkl_compiled_claim *out)
{
    const size_t keys = p->claim->column_count, more = p->b.count - keys;
    uint32_t *joined = ZKL_ARENA_NEW(p->m->arena, uint32_t, p->a.count + more);
    zkl_claim_assertion *join = NULL, *unique = NULL;
    if (!joined)
        return zkl_no_memory(p->m->err, (p->a.count + more) * sizeof *joined);
    for (size_t i = 0; i < p->a.count; i++)
        joined[i] = p->a.own[i];
    for (size_t i = 0; i < more; i++)
        joined[p->a.count + i] = p->b.own[keys + i];
    ZKL_TRY(zkl_claim_add_joint_assertion(&join, p->m, out, ZKL_ASSERTION_JOIN, 1, 3));
    zkl_claim_scalar_u64(&join->params[0], keys);
    ZKL_TRY(put_table(p, &join->sources[0], p->a.dataset, p->a.columns, p->a.count));
    ZKL_TRY(put_table(p, &join->sources[1], p->b.dataset, p->b.columns, p->b.count));
    ZKL_TRY(put_table(p, &join->sources[2], 0, joined, p->a.count + more));
    ZKL_TRY(zkl_claim_add_joint_assertion(&unique, p->m, out, ZKL_ASSERTION_UNIQUE, 0, 1));
    return put_table(p, &unique->sources[0], p->b.dataset, p->b.columns, keys);
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    const zkl_claim *claim = &out->claim;
    ZKL_ASSERT(claim->other_count == 2 && claim->column_count > 0);
    joined_plan p = { .m = m,
                      .claim = claim,
                      .a = { .dataset = claim->others[0].dataset },
                      .b = { .dataset = claim->others[1].dataset } };
    p.keys = ZKL_ARENA_NEW(m->arena, uint32_t, claim->column_count);
    if (!p.keys)
        return zkl_no_memory(m->err, claim->column_count * sizeof *p.keys);
    ZKL_TRY(list_own_columns(&p));
    ZKL_TRY(find_keys(&p, out));
    ZKL_TRY(find_columns(&p, &p.a));
    ZKL_TRY(find_columns(&p, &p.b));
    ZKL_TRY(check_all_taken(&p));
    if (p.b.count == claim->column_count)
        return zkl_fail(m->err, ZKL_USAGE, "'%.*s' has no column besides the key",
                        (int)claim->others[1].name.size, (const char *)claim->others[1].name.data);
    ZKL_TRY(check_rows(&p, out));
    return make_join(&p, out);
}

/* ---- Words */

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    zkl_buffer_put_text(out, "joined(");
    zkl_claim_put_others(out, claim, ", ", ", ");
    zkl_buffer_put_text(out, ", on ");
    zkl_claim_put_names(out, claim, ", ");
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    zkl_claim_member_others(out, &claim->claim);
    zkl_claim_member_columns(out, &claim->claim);
}

/* A fingerprint is the hash of a text only if who committed it took care. */
static bool has_hashes(const zkl_schema *schema)
{
    bool found = false;
    for (size_t i = 0; i < schema->column_count; i++)
        found = found || zkl_type_is_hashed(&schema->columns[i].type);
    return found;
}

/* What rows of the second dataset agree in are codes of its keys: one text may have two. */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const zkl_claim_other *others = claim->claim.others;
    zkl_buffer_put_text(out, "its rows are those of ");
    zkl_claim_put_other(out, &claim->claim, others[0].dataset);
    zkl_buffer_put_text(out, ", each as often, in any order, each with the other columns of the "
                             "row of ");
    zkl_claim_put_other(out, &claim->claim, others[1].dataset);
    zkl_buffer_put_text(out, " that agrees with it in ");
    zkl_claim_put_own(out, claim, true);
    zkl_buffer_put_text(out, "; every row has one, and no two rows of ");
    zkl_claim_put_other(out, &claim->claim, others[1].dataset);
    zkl_buffer_put_text(out, " agree there");
    if (has_hashes(claim->scope->datasets[0].schema))
        zkl_buffer_put_text(out, "; long texts are compared by their fingerprints");
}

const zkl_claim_ops zkl_claim_kind_joined = {
    .word = "joined",
    .origin = ZKL_CLAIM_ORIGIN_OF_OWN,
    .whole_form = "joined",
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
};
