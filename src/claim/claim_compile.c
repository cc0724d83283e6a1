/* What the kinds share when they compile: columns found in a schema, and the sources and
 * parameters of assertions. docs/proof-system.md section 8, section 9 for the numbers of
 * columns. */
#include "claim/claim_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/ids.h"

static const zkl_exact field_order = { .words = ZKL_FR_ORDER_WORDS };

/* A negative number v stands as r + v. Both are below r in magnitude: the callers bound what
 * they compute. */
void zkl_claim_scalar(zkl_scalar *out, const zkl_exact *value)
{
    zkl_exact reduced = *value;
    if (value->negative)
        ZKL_ASSERT(zkl_exact_add(&reduced, value, &field_order) && !reduced.negative);
    ZKL_ASSERT(zkl_exact_compare(&reduced, &field_order) < 0);
    zkl_exact_to_bytes(out->bytes, &reduced);
}

void zkl_claim_scalar_u64(zkl_scalar *out, uint64_t value)
{
    *out = (zkl_scalar){ { 0 } };
    for (size_t i = 0; i < 8; i++)
        out->bytes[31 - i] = (uint8_t)(value >> 8 * i);
}

void zkl_claim_signed(zkl_exact *out, const zkl_scalar *scalar)
{
    const zkl_exact value = zkl_exact_of_bytes(scalar->bytes);
    zkl_exact minus;
    ZKL_ASSERT(zkl_exact_sub(&minus, &field_order, &value) && !minus.negative);
    *out = zkl_exact_compare(&minus, &value) < 0 ? zkl_exact_negate(minus) : value;
}

/* 2^(16 limbs) - 1: what range leaves alone allow. The type's own last code may be smaller. */
zkl_code zkl_claim_last_code(const zkl_type *type)
{
    const unsigned bits = 16 * zkl_type_limbs(type);
    return bits == 128 ? ~(zkl_code)0 : ((zkl_code)1 << bits) - 1;
}

/* ---- Columns of the schema */

/* Of the first dataset, which most kinds speak of alone. */
const zkl_column *zkl_claim_schema_column(const zkl_claim_scope *scope, uint32_t column)
{
    ZKL_ASSERT(column < scope->datasets[0].schema->column_count);
    return &scope->datasets[0].schema->columns[column];
}

const zkl_column *zkl_claim_column_of(const zkl_claim_scope *scope, size_t dataset, uint32_t column)
{
    ZKL_ASSERT(dataset < scope->dataset_count);
    ZKL_ASSERT(column < scope->datasets[dataset].schema->column_count);
    return &scope->datasets[dataset].schema->columns[column];
}

/* " of test@1", of another dataset. */
static const char *put_whose(char out[static 160], const zkl_claim_scope *scope, size_t dataset)
{
    const zkl_claim_dataset *d = &scope->datasets[dataset];
    out[0] = 0;
    if (dataset)
        snprintf(out, 160, " of %.*s@%u", (int)(d->name.size < 128 ? d->name.size : 128),
                 (const char *)d->name.data, d->version);
    return out;
}

/* Names are compared by bytes; a schema has none twice. */
zkl_status zkl_claim_find_column(const zkl_claim_maker *m, const zkl_claim_column *column,
                                 uint32_t *out)
{
    ZKL_ASSERT(column->dataset < m->scope->dataset_count);
    const zkl_schema *schema = m->scope->datasets[column->dataset].schema;
    for (size_t i = 0; i < schema->column_count; i++)
        if (zkl_bytes_equal(schema->columns[i].name, column->name)) {
            *out = (uint32_t)i;
            return ZKL_OK;
        }
    char whose[160];
    return zkl_fail(m->err, ZKL_NOT_FOUND, "there is no column '%.*s'%s",
                    (int)(column->name.size < 200 ? column->name.size : 200),
                    (const char *)column->name.data, put_whose(whose, m->scope, column->dataset));
}

static int compare_u32(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The schema's order is the canonical one where a claim's own order says nothing. */
zkl_status zkl_claim_sort_columns(const zkl_claim_maker *m, uint32_t *columns, size_t count)
{
    qsort(columns, count, sizeof *columns, compare_u32);
    for (size_t i = 1; i < count; i++)
        if (columns[i - 1] == columns[i])
            return zkl_claim_fail_column(m, ZKL_USAGE, columns[i], "named twice");
    return ZKL_OK;
}

/* The type is part of the message: most faults are a type that the caller did not expect. */
zkl_status zkl_claim_fail_column_of(const zkl_claim_maker *m, zkl_status status, size_t dataset,
                                    uint32_t column, const char *what)
{
    ZKL_AUTO_CLEAR(zkl_buffer) type = { 0 };
    char whose[160];
    const zkl_column *c = zkl_claim_column_of(m->scope, dataset, column);
    if (c->type.kind == ZKL_TYPE_DICTIONARY) /* its root says nothing to people */
        zkl_buffer_put_text(&type, "text");
    else
        zkl_type_format(&type, &c->type);
    return zkl_fail(m->err, status, "column '%.*s'%s is %.*s: %s",
                    (int)(c->name.size < 200 ? c->name.size : 200), (const char *)c->name.data,
                    put_whose(whose, m->scope, dataset), (int)type.size,
                    type.data ? (const char *)type.data : "", what);
}

zkl_status zkl_claim_fail_column(const zkl_claim_maker *m, zkl_status status, uint32_t column,
                                 const char *what)
{
    return zkl_claim_fail_column_of(m, status, 0, column, what);
}

zkl_status zkl_claim_fail_no_bool(const zkl_claim_maker *m, uint32_t column, bool is_share)
{
    return zkl_hint_add(m->err,
                        zkl_claim_fail_column(m, ZKL_USAGE, column, "a bool is expected here"),
                        is_share ? ZKL_HINT_READ_AS_BOOL_OR_SHARE : ZKL_HINT_READ_AS_BOOL, NULL);
}

zkl_status zkl_claim_hint_narrow(const zkl_claim_maker *m, zkl_status status, uint32_t column)
{
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    const bool is_long = zkl_type_is_hashed(type) && zkl_type_limbs(type) > 8;
    return zkl_hint_add(m->err, status,
                        is_long ? ZKL_HINT_TAKE_SHORT_FINGERPRINT : ZKL_HINT_MAKE_KEY, NULL);
}

zkl_status zkl_claim_fail_float(const zkl_claim_maker *m, uint32_t column, const char *why)
{
    char what[160];
    snprintf(what, sizeof what, "%s; declare decimal(p,s) in the schema", why);
    return zkl_hint_add(m->err, zkl_claim_fail_column(m, ZKL_NOT_SUPPORTED, column, what),
                        ZKL_HINT_MAKE_DECIMAL, NULL);
}

/* ---- Datasets of one schema */

zkl_status zkl_claim_check_schema(const zkl_claim_maker *m, const zkl_claim_other *other)
{
    char what[ZKL_SCHEMA_DIFFERENCE_BYTES];
    return zkl_schema_differs(what, m->scope->datasets[0].schema,
                              m->scope->datasets[other->dataset].schema)
               ? zkl_fail_hint(m->err, ZKL_USAGE, ZKL_HINT_NOTARISE_LIKE,
                               "'%.*s' has another schema: %s", (int)other->name.size,
                               (const char *)other->name.data, what)
               : ZKL_OK;
}

/* ---- Columns that pair off */

/* One type: the same codes mean the same, and a dictionary is the same one. */
zkl_status zkl_claim_check_same(const zkl_claim_maker *m, uint32_t own_column, size_t dataset,
                                uint32_t other_column, bool nulls)
{
    const zkl_column *own = zkl_claim_schema_column(m->scope, own_column),
                     *other = zkl_claim_column_of(m->scope, dataset, other_column);
    char whose[160], what[480];
    const char *difference = "is of another type";
    const bool same = zkl_type_equal(&own->type, &other->type),
               is_text =
                   own->type.kind == ZKL_TYPE_DICTIONARY && other->type.kind == ZKL_TYPE_DICTIONARY;
    if (same && (!nulls || own->nullable == other->nullable))
        return ZKL_OK;
    if (same)
        difference = "differs as to nulls: one may hold them, the other may not";
    else if (is_text)
        difference = "has another dictionary";
    snprintf(what, sizeof what, "'%.*s'%s %s",
             (int)(other->name.size < 200 ? other->name.size : 200), (const char *)other->name.data,
             put_whose(whose, m->scope, dataset), difference);
    const zkl_status status = zkl_claim_fail_column(m, ZKL_USAGE, own_column, what);
    return same ? status
                : zkl_hint_add(m->err, status,
                               is_text ? ZKL_HINT_TAKE_FINGERPRINTS : ZKL_HINT_GIVE_ONE_TYPE, NULL);
}

/* Pairs in the order of the own columns: insertion, for they are few. */
static void sort_pairs(uint32_t *own, uint32_t *others, zkl_claim_column *names, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && own[k - 1] > own[k]; k--) {
            const uint32_t a = own[k], b = others[k];
            const zkl_claim_column x = names[k], y = names[count + k];
            own[k] = own[k - 1];
            others[k] = others[k - 1];
            names[k] = names[k - 1];
            names[count + k] = names[count + k - 1];
            own[k - 1] = a;
            others[k - 1] = b;
            names[k - 1] = x;
            names[count + k - 1] = y;
        }
}

zkl_status zkl_claim_find_pairs(const zkl_claim_maker *m, zkl_claim_pairs *out, zkl_claim *claim,
                                bool nulls)
{
    const size_t count = claim->column_count / 2;
    uint32_t *own = ZKL_ARENA_NEW(m->arena, uint32_t, count),
             *others = ZKL_ARENA_NEW(m->arena, uint32_t, count);
    if (!own || !others)
        return zkl_no_memory(m->err, 2 * count * sizeof *own);
    ZKL_ASSERT(count > 0 && claim->other_count == 1);
    if (count > ZKL_CLAIM_PAIRS_MAX)
        return zkl_fail(m->err, ZKL_LIMIT, "the claim pairs %zu columns, at most %d", count,
                        ZKL_CLAIM_PAIRS_MAX);
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(zkl_claim_find_column(m, &claim->columns[i], &own[i]));
        ZKL_TRY(zkl_claim_find_column(m, &claim->columns[count + i], &others[i]));
    }
    sort_pairs(own, others, claim->columns, count);
    *out = (zkl_claim_pairs){ count, claim->others[0].dataset, own, others };
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && own[i] == own[i - 1])
            return zkl_claim_fail_column(m, ZKL_USAGE, own[i], "named twice");
        for (size_t k = 0; k < i; k++)
            if (others[k] == others[i])
                return zkl_claim_fail_column_of(m, ZKL_USAGE, out->other, others[i], "named twice");
        ZKL_TRY(zkl_claim_check_same(m, out->own[i], out->other, out->others[i], nulls));
    }
    return ZKL_OK;
}

/* ---- Bounds */

/* The literal is cut before it is quoted: it may be long. */
zkl_status zkl_claim_read_bound(const zkl_claim_maker *m, zkl_bound *out, zkl_bytes *literal,
                                uint32_t column)
{
    const char *reason = "";
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    if (zkl_bound_parse(out, type, *literal, &reason)) {
        reason = "outside the type";
        if (out->has_least && out->has_greatest) {
            const char *copy = zkl_arena_text(m->arena, out->text, out->text_size);
            *literal = zkl_bytes_of(copy, out->text_size);
            return copy ? ZKL_OK : zkl_no_memory(m->err, out->text_size);
        }
    }
    char what[240];
    snprintf(what, sizeof what, "'%.*s' is %s", (int)(literal->size < 100 ? literal->size : 100),
             (const char *)literal->data, reason);
    return zkl_claim_fail_column(m, ZKL_USAGE, column, what);
}

/* ---- Sums and results */

zkl_status zkl_claim_check_number(const zkl_claim_maker *m, uint32_t column, const char *what)
{
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    if (type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64)
        return zkl_claim_fail_float(m, column, "sums of floats are not exact");
    return zkl_type_is_number(type) ? ZKL_OK : zkl_claim_fail_column(m, ZKL_USAGE, column, what);
}

/* A code is value + offset. Below 2^40 2^128. */
void zkl_claim_sum_range(zkl_exact *least, zkl_exact *most, const zkl_type *type, uint64_t count)
{
    const zkl_exact n = zkl_exact_of_u64(count), offset = zkl_exact_of_u128(zkl_type_offset(type)),
                    last = zkl_exact_of_u128(zkl_claim_last_code(type));
    ZKL_ASSERT(zkl_exact_sub(most, &last, &offset) && zkl_exact_mul(most, most, &n) &&
               zkl_exact_mul(least, &offset, &n));
    *least = zkl_exact_negate(*least);
}

int zkl_claim_compare_quantity(const zkl_exact *above, unsigned scale, const uint64_t *below,
                               size_t below_count, const zkl_quantity *value)
{
    zkl_exact left[3] = { *above, zkl_exact_of_u64(value->denominator) },
              right[ZKL_EXACT_FACTORS_MAX] = { value->digits };
    ZKL_ASSERT(below_count + 2 <= ZKL_EXACT_FACTORS_MAX &&
               zkl_exact_power_of_ten(&left[2], value->scale) &&
               zkl_exact_power_of_ten(&right[1], scale));
    for (size_t i = 0; i < below_count; i++)
        right[2 + i] = zkl_exact_of_u64(below[i]);
    return zkl_exact_compare_products(left, 3, right, 2 + below_count);
}

zkl_status zkl_claim_check_order(unsigned mode, int order, zkl_error *err)
{
    if (mode == ZKL_MODE_EXACTLY && order != 0)
        return zkl_fail(err, ZKL_REJECTED, "it is another number");
    if (mode == ZKL_MODE_AT_LEAST && order < 0)
        return zkl_fail(err, ZKL_REJECTED, "it is less");
    if (mode == ZKL_MODE_AT_MOST && order > 0)
        return zkl_fail(err, ZKL_REJECTED, "it is more");
    return ZKL_OK;
}

/* ---- Assertions */

zkl_status zkl_claim_add_joint_assertion(zkl_claim_assertion **out, const zkl_claim_maker *m,
                                         zkl_compiled_claim *claim, zkl_assertion_kind kind,
                                         size_t param_count, size_t source_count)
{
    ZKL_ASSERT(claim->assertion_count < ZKL_CLAIM_ASSERTIONS_MAX);
    zkl_claim_assertion made = { .kind = kind,
                                 .param_count = param_count,
                                 .source_count = source_count };
    made.sources = ZKL_ARENA_NEW(m->arena, zkl_claim_source, source_count);
    made.params = ZKL_ARENA_NEW(m->arena, zkl_scalar, param_count);
    if (!made.sources || !made.params)
        return zkl_no_memory(m->err, source_count * sizeof *made.sources +
                                         param_count * sizeof *made.params);
    *out = &claim->assertions[claim->assertion_count++];
    **out = made;
    return ZKL_OK;
}

zkl_status zkl_claim_add_assertion(zkl_claim_assertion **out, const zkl_claim_maker *m,
                                   zkl_compiled_claim *claim, zkl_assertion_kind kind,
                                   size_t param_count)
{
    ZKL_TRY(zkl_claim_add_joint_assertion(out, m, claim, kind, param_count, 1));
    (*out)->sources[0] =
        (zkl_claim_source){ .first_row = claim->first_row, .row_count = claim->row_count };
    return ZKL_OK;
}

zkl_status zkl_claim_put_source(const zkl_claim_maker *m, zkl_claim_source *source, size_t dataset,
                                const uint32_t *columns, size_t count)
{
    ZKL_ASSERT(dataset < m->scope->dataset_count);
    *source = (zkl_claim_source){ .dataset = dataset,
                                  .row_count = m->scope->datasets[dataset].row_count };
    return zkl_claim_put_numbered(m, source, columns, count);
}

zkl_status zkl_claim_all_columns(const zkl_claim_maker *m, const uint32_t **out, size_t dataset)
{
    const size_t count = m->scope->datasets[dataset].schema->column_count;
    uint32_t *columns = ZKL_ARENA_NEW(m->arena, uint32_t, count);
    if (!columns)
        return zkl_no_memory(m->err, count * sizeof *columns);
    for (size_t i = 0; i < count; i++)
        columns[i] = (uint32_t)i;
    *out = columns;
    return ZKL_OK;
}

zkl_status zkl_claim_keep_names(const zkl_claim_maker *m, const zkl_claim *claim)
{
    for (size_t i = 0; i < claim->column_count; i++) {
        uint32_t column = 0;
        ZKL_TRY(zkl_claim_find_column(m, &claim->columns[i], &column));
        claim->columns[i].name = zkl_claim_schema_column(m->scope, column)->name;
    }
    return ZKL_OK;
}

/* Ids and trees are not there yet, and no check of a kind reads them. */
zkl_status zkl_claim_check_assertion(const zkl_claim_maker *m, const zkl_claim_assertion *made,
                                     const char *what)
{
    zkl_statement_table *tables = ZKL_ARENA_NEW(m->arena, zkl_statement_table, made->source_count);
    const zkl_statement_table **list =
        ZKL_ARENA_NEW(m->arena, const zkl_statement_table *, made->source_count);
    if (!tables || !list)
        return zkl_no_memory(m->err, made->source_count * sizeof *tables);
    for (size_t i = 0; i < made->source_count; i++) {
        const zkl_claim_source *source = &made->sources[i];
        tables[i] = (zkl_statement_table){ .first_row = source->first_row,
                                           .row_count = source->row_count,
                                           .columns = source->columns,
                                           .column_count = source->column_count };
        zkl_schema_hash(&tables[i].schema_hash, m->scope->datasets[source->dataset].schema);
        list[i] = &tables[i];
    }
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, made->params, made->param_count, list,
                                        made->source_count };
    zkl_error why = { 0 };
    const zkl_status status = zkl_assertion_check(made->kind, &facts, &why);
    return status == ZKL_REJECTED ? zkl_fail(m->err, ZKL_LIMIT, "%s (%s)", what, why.text) : status;
}

/* The number of a column counts the flags before it (section 9): a nullable column takes two
 * numbers. */
static uint32_t number_of(const zkl_schema *schema, uint32_t column)
{
    uint32_t number = column;
    for (uint32_t i = 0; i < column; i++)
        number += schema->columns[i].nullable;
    return number;
}

/* "3", "3?" for a bool, one more "?" for the flag, which has the next number and one limb. */
static bool put_role(const zkl_claim_maker *m, zkl_claim_source *source, uint32_t column,
                     uint32_t number, bool is_flag)
{
    const zkl_type *type = &m->scope->datasets[source->dataset].schema->columns[column].type;
    const char *role = zkl_arena_format(m->arena, "%u%s%s", number,
                                        type->kind == ZKL_TYPE_BOOL ? "?" : "", is_flag ? "?" : "");
    if (!role)
        return false;
    source->columns[source->column_count++] =
        (zkl_statement_column){ .role = zkl_bytes_of_text(role),
                                .index = number + is_flag,
                                .limb_count = is_flag ? 1 : zkl_type_limbs(type) };
    return true;
}

/* Numbers are counted while going through the schema once, where columns ascend: the cost is its
 * length, not its square. */
zkl_status zkl_claim_put_numbered(const zkl_claim_maker *m, zkl_claim_source *source,
                                  const uint32_t *columns, size_t count)
{
    const zkl_schema *schema = m->scope->datasets[source->dataset].schema;
    source->columns = ZKL_ARENA_NEW(m->arena, zkl_statement_column, 2 * count);
    bool made = source->columns != NULL;
    uint32_t number = 0, next = 0;
    for (size_t i = 0; made && i < count; i++) {
        ZKL_ASSERT(columns[i] < schema->column_count);
        if (columns[i] < next) {
            number = 0;
            next = 0;
        }
        for (; next < columns[i]; next++)
            number += 1u + schema->columns[next].nullable;
        made = put_role(m, source, columns[i], number, false);
        if (made && schema->columns[columns[i]].nullable)
            made = put_role(m, source, columns[i], number, true);
    }
    return made ? ZKL_OK : zkl_no_memory(m->err, 2 * count * sizeof *source->columns);
}

zkl_status zkl_claim_put_named(const zkl_claim_maker *m, zkl_claim_source *source, uint32_t column)
{
    const zkl_schema *schema = m->scope->datasets[source->dataset].schema;
    ZKL_ASSERT(column < schema->column_count && !source->column_count);
    const zkl_column *c = &schema->columns[column];
    const uint32_t number = number_of(schema, column);
    source->columns = ZKL_ARENA_NEW(m->arena, zkl_statement_column, 2);
    if (!source->columns)
        return zkl_no_memory(m->err, 2 * sizeof *source->columns);
    source->columns[source->column_count++] =
        (zkl_statement_column){ zkl_bytes_of_text("x"), number, zkl_type_limbs(&c->type) };
    if (c->nullable)
        source->columns[source->column_count++] =
            (zkl_statement_column){ zkl_bytes_of_text("x?"), number + 1, 1 };
    return ZKL_OK;
}

zkl_status zkl_claim_put_roles(const zkl_claim_maker *m, zkl_claim_source *source,
                               const uint32_t *columns, const char *const *roles, size_t count)
{
    const zkl_schema *schema = m->scope->datasets[0].schema;
    ZKL_ASSERT(!source->dataset && !source->column_count);
    source->columns = ZKL_ARENA_NEW(m->arena, zkl_statement_column, count);
    if (!source->columns)
        return zkl_no_memory(m->err, count * sizeof *source->columns);
    for (size_t i = 0; i < count; i++) {
        const zkl_column *column = zkl_claim_schema_column(m->scope, columns[i]);
        ZKL_ASSERT(!column->nullable);
        source->columns[source->column_count++] =
            (zkl_statement_column){ .role = zkl_bytes_of_text(roles[i]),
                                    .index = number_of(schema, columns[i]),
                                    .limb_count = zkl_type_limbs(&column->type) };
    }
    return ZKL_OK;
}

/* 1 * flag = 0 in every row: c = 0, one weight of 1. */
zkl_status zkl_claim_refuse_nulls(const zkl_claim_maker *m, zkl_compiled_claim *claim,
                                  uint32_t column)
{
    zkl_claim_assertion *flag = NULL;
    ZKL_ASSERT(zkl_claim_schema_column(m->scope, column)->nullable);
    ZKL_TRY(zkl_claim_add_assertion(&flag, m, claim, ZKL_ASSERTION_LINEAR, 2));
    zkl_claim_source *source = &flag->sources[0];
    source->columns = ZKL_ARENA_NEW(m->arena, zkl_statement_column, 1);
    if (!source->columns ||
        !put_role(m, source, column, number_of(m->scope->datasets[0].schema, column), true))
        return zkl_no_memory(m->err, sizeof *source->columns);
    flag->params[1].bytes[31] = 1;
    return ZKL_OK;
}

/* flag - flag = 0 in every row: c = 0, weights 1 and -1. */
zkl_status zkl_claim_same_nulls(const zkl_claim_maker *m, zkl_compiled_claim *claim, uint32_t a,
                                uint32_t b)
{
    const zkl_schema *schema = m->scope->datasets[0].schema;
    const bool of_a = schema->columns[a].nullable, of_b = schema->columns[b].nullable;
    const zkl_exact minus_one = zkl_exact_of(-1);
    zkl_claim_assertion *flags = NULL;
    ZKL_ASSERT(a != b);
    if (!of_a || !of_b)
        return of_a || of_b ? zkl_claim_refuse_nulls(m, claim, of_a ? a : b) : ZKL_OK;
    ZKL_TRY(zkl_claim_add_assertion(&flags, m, claim, ZKL_ASSERTION_LINEAR, 3));
    zkl_claim_source *source = &flags->sources[0];
    source->columns = ZKL_ARENA_NEW(m->arena, zkl_statement_column, 2);
    if (!source->columns || !put_role(m, source, a, number_of(schema, a), true) ||
        !put_role(m, source, b, number_of(schema, b), true))
        return zkl_no_memory(m->err, 2 * sizeof *source->columns);
    flags->params[1].bytes[31] = 1;
    zkl_claim_scalar(&flags->params[2], &minus_one);
    return ZKL_OK;
}
