/* "grouped(sales@1, by region, n = rows, total = sum(amount))": the dataset has one row for each
 * combination of the keys in the one named, with the number of its rows, sums, least and greatest
 * values, numbers of values.
 *
 * Compiles to "group": the named dataset's keys and the columns that are aggregated, then the
 * own keys and aggregates, the number of rows in front. And to its companions: "unique" over the
 * own keys, so that a group has one row (where a key may be null, "groups" with least and most
 * 1: a null is a value like others), and "range" of the number of rows from 1 on, so that each
 * row is a group. Keys have one name in both datasets; types, and whether a key may be null, are
 * the same. A code is value + offset: a sum has the scale of its column, and each its own
 * offset. */
#include "claim/assertion_group.h"
#include "claim/assertion_groups.h"
#include "claim/claim_combination.h"
#include "claim/claim_kind.h"

#include <stdio.h>

#include "text/json_text.h"

#define KEY_LIMBS_MAX 15 /* check: 2 ** (16 * KEY_LIMBS_MAX + 1) < r < 2 ** 257 */
#define PARTS_MAX 256

/* The words of the functions, by their codes. */
static const char *const functions[ZKL_AGGREGATE_CODES] = { [ZKL_AGGREGATE_ROWS] = "rows",
                                                            [ZKL_AGGREGATE_SUM] = "sum",
                                                            [ZKL_AGGREGATE_LEAST] = "min",
                                                            [ZKL_AGGREGATE_GREATEST] = "max",
                                                            [ZKL_AGGREGATE_VALUES] = "values" };

/* One aggregate: own column = function(column of the other dataset). */
typedef struct grouped_part {
    zkl_aggregate_code code;
    zkl_bytes of;         /* the other dataset's column; empty of the number of rows */
    uint32_t own, column; /* in the two schemas, once compiled */
} grouped_part;

/* The claim's columns are the keys, then the own column of each part. Compiled, keys and parts
 * stand in the own schema's order, but the number of rows in front. */
typedef struct grouped_body {
    size_t key_count, part_count;
    grouped_part *parts;
} grouped_body;

/* ---- Parsing */

static zkl_status parse_function(zkl_claim_reader *r, grouped_part *out)
{
    zkl_claim_peek(r);
    const size_t start = r->at;
    size_t code = 0;
    while (code < ZKL_AGGREGATE_CODES && !zkl_claim_accept(r, functions[code]))
        code++;
    if (code == ZKL_AGGREGATE_CODES)
        return zkl_claim_fail_at(r, start,
                                 "rows, sum(c), min(c), max(c) or values(c) expected, c a column "
                                 "of the other dataset");
    *out = (grouped_part){ .code = (zkl_aggregate_code)code };
    if (code == ZKL_AGGREGATE_ROWS)
        return ZKL_OK;
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_name(r, &out->of));
    return zkl_claim_expect(r, ")");
}

/* A key, or behind the last one "name = function". */
static zkl_status parse_item(zkl_claim_reader *r, zkl_claim *out, grouped_body *body)
{
    ZKL_TRY(zkl_claim_read_column(r, out));
    if (!zkl_claim_accept(r, "=")) {
        body->key_count++;
        return body->part_count ? zkl_claim_fail_at(r, r->at, "'=' expected") : ZKL_OK;
    }
    if (body->part_count == PARTS_MAX)
        return zkl_fail(r->err, ZKL_LIMIT, "the claim has more than %d aggregates", PARTS_MAX);
    return parse_function(r, &body->parts[body->part_count++]);
}

static size_t count_code(const grouped_body *body, zkl_aggregate_code code)
{
    size_t count = 0;
    for (size_t i = 0; i < body->part_count; i++)
        count += body->parts[i].code == code;
    return count;
}

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(grouped_body), r->err));
    grouped_body *body = out->body;
    body->parts = ZKL_ARENA_NEW(r->arena, grouped_part, PARTS_MAX);
    if (!body->parts)
        return zkl_no_memory(r->err, PARTS_MAX * sizeof *body->parts);
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_other(r, out));
    ZKL_TRY(zkl_claim_expect(r, ","));
    ZKL_TRY(zkl_claim_expect(r, "by"));
    do {
        ZKL_TRY(parse_item(r, out, body));
    } while (zkl_claim_accept(r, ","));
    if (!body->key_count)
        return zkl_claim_fail_at(r, r->at, "a key column expected behind 'by'");
    if (count_code(body, ZKL_AGGREGATE_ROWS) != 1)
        return zkl_claim_fail_at(r, r->at,
                                 "one column is the number of rows of each group (n = rows)");
    return zkl_claim_expect(r, ")");
}

/* ---- Compiling */

typedef struct grouped_plan {
    const zkl_claim_maker *m;
    zkl_claim *claim;
    grouped_body *body;
    size_t other; /* the other dataset's place in the scope */
    /* The keys in both schemas; then of the other one the columns that are aggregated, each once,
     * ascending; of the own one the parts. */
    uint32_t *columns, *own;
    size_t column_count;
    bool has_null_key;
} grouped_plan;

/* Keys in the own schema's order, each with the other dataset's column of its name. */
static zkl_status find_keys(grouped_plan *p)
{
    const zkl_claim_maker *m = p->m;
    uint32_t limbs = 0;
    for (size_t i = 0; i < p->body->key_count; i++)
        ZKL_TRY(zkl_claim_find_column(m, &p->claim->columns[i], &p->own[i]));
    ZKL_TRY(zkl_claim_sort_columns(m, p->own, p->body->key_count));
    for (size_t i = 0; i < p->body->key_count; i++) {
        const zkl_column *c = zkl_claim_schema_column(m->scope, p->own[i]);
        const zkl_claim_column name = { c->name, p->other };
        p->claim->columns[i].name = c->name;
        ZKL_TRY(zkl_claim_find_column(m, &name, &p->columns[i]));
        ZKL_TRY(zkl_claim_check_same(m, p->own[i], p->other, p->columns[i], true));
        p->has_null_key |= c->nullable;
        limbs += zkl_type_limbs(&c->type) + c->nullable;
        const uint32_t most = p->has_null_key ? ZKL_CLAIM_COMBINATION_LIMBS_MAX : KEY_LIMBS_MAX;
        if (limbs > most) {
            char what[96];
            snprintf(what, sizeof what, "with it the key has more than %u bits%s", 16 * most,
                     p->has_null_key ? ", flags of nulls too" : "");
            return zkl_claim_fail_column(m, ZKL_LIMIT, p->own[i], what);
        }
    }
    return ZKL_OK;
}

/* Codes are numbers: their offset is 0. */
static bool is_unsigned(const zkl_type *type)
{
    return type->kind == ZKL_TYPE_UINT16 || type->kind == ZKL_TYPE_UINT32 ||
           type->kind == ZKL_TYPE_UINT64;
}

static bool is_float(const zkl_type *type)
{
    return type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64;
}

static zkl_status check_sum(const grouped_plan *p, const grouped_part *part)
{
    const zkl_type *of = &zkl_claim_column_of(p->m->scope, p->other, part->column)->type,
                   *own = &zkl_claim_schema_column(p->m->scope, part->own)->type;
    if (is_float(of))
        return zkl_claim_fail_column_of(
            p->m, ZKL_NOT_SUPPORTED, p->other, part->column,
            "sums of floats are not exact; declare decimal(p,s) in the schema");
    if (!zkl_type_is_number(of))
        return zkl_claim_fail_column_of(p->m, ZKL_USAGE, p->other, part->column,
                                        "only integers and decimals have a sum");
    if (!zkl_type_is_number(own))
        return zkl_claim_fail_column(p->m, ZKL_USAGE, part->own,
                                     "a sum is an integer or a decimal");
    return own->scale == of->scale
               ? ZKL_OK
               : zkl_claim_fail_column(p->m, ZKL_USAGE, part->own,
                                       "it has another number of decimals than the column that it "
                                       "is the sum of");
}

/* Codes have an order that is that of values, nulls are none of them. */
static zkl_status check_bound(const grouped_plan *p, const grouped_part *part)
{
    const zkl_column *of = zkl_claim_column_of(p->m->scope, p->other, part->column);
    if (zkl_type_is_hashed(&of->type) || of->type.kind == ZKL_TYPE_DICTIONARY)
        return zkl_claim_fail_column_of(p->m, ZKL_NOT_SUPPORTED, p->other, part->column,
                                        "texts and binaries have no least or greatest value");
    if (of->nullable)
        return zkl_claim_fail_column_of(
            p->m, ZKL_NOT_SUPPORTED, p->other, part->column,
            "it may hold nulls: its least and greatest value cannot be claimed");
    return zkl_claim_check_same(p->m, part->own, p->other, part->column, true);
}

static zkl_status check_count(const grouped_plan *p, const grouped_part *part)
{
    if (!is_unsigned(&zkl_claim_schema_column(p->m->scope, part->own)->type))
        return zkl_claim_fail_column(p->m, ZKL_USAGE, part->own,
                                     "a number of rows is uint16, uint32 or uint64");
    if (part->code == ZKL_AGGREGATE_VALUES &&
        !zkl_claim_column_of(p->m->scope, p->other, part->column)->nullable)
        return zkl_claim_fail_column_of(
            p->m, ZKL_USAGE, p->other, part->column,
            "it holds no nulls: its number of values is the number of rows");
    return ZKL_OK;
}

/* A column that is aggregated is no key: it would say of each group its own key. */
static zkl_status find_part(const grouped_plan *p, grouped_part *part, size_t at)
{
    const zkl_claim_column of = { part->of, p->other };
    ZKL_TRY(zkl_claim_find_column(p->m, &p->claim->columns[p->body->key_count + at], &part->own));
    if (part->code != ZKL_AGGREGATE_ROWS)
        ZKL_TRY(zkl_claim_find_column(p->m, &of, &part->column));
    for (size_t i = 0; part->code != ZKL_AGGREGATE_ROWS && i < p->body->key_count; i++)
        if (p->columns[i] == part->column)
            return zkl_claim_fail_column_of(p->m, ZKL_USAGE, p->other, part->column,
                                            "it is a key of the groups");
    if (zkl_claim_schema_column(p->m->scope, part->own)->nullable)
        return zkl_claim_fail_column(p->m, ZKL_USAGE, part->own,
                                     "it may hold nulls, and an aggregate may not");
    if (part->code == ZKL_AGGREGATE_SUM)
        return check_sum(p, part);
    return zkl_aggregate_is_end(part->code) ? check_bound(p, part) : check_count(p, part);
}

/* The number of rows in front, then by own column: insertion, for they are few. */
static void sort_parts(grouped_part *parts, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && parts[k - 1].code != ZKL_AGGREGATE_ROWS &&
                           (parts[k].code == ZKL_AGGREGATE_ROWS || parts[k - 1].own > parts[k].own);
             k--) {
            const grouped_part part = parts[k];
            parts[k] = parts[k - 1];
            parts[k - 1] = part;
        }
}

/* Put the column behind the keys, where it stands in ascending order, unless it is there. */
static void add_column(grouped_plan *p, uint32_t column)
{
    size_t at = p->column_count;
    while (at > p->body->key_count && p->columns[at - 1] >= column)
        at--;
    if (at < p->column_count && p->columns[at] == column)
        return;
    for (size_t i = p->column_count++; i > at; i--)
        p->columns[i] = p->columns[i - 1];
    p->columns[at] = column;
}

static zkl_status find_parts(grouped_plan *p)
{
    grouped_body *body = p->body;
    const size_t count = body->key_count + body->part_count;
    for (size_t i = 0; i < body->part_count; i++)
        ZKL_TRY(find_part(p, &body->parts[i], i));
    sort_parts(body->parts, body->part_count);
    p->column_count = body->key_count;
    for (size_t i = 0; i < body->part_count; i++) {
        const size_t at = body->key_count + i;
        p->own[at] = body->parts[i].own;
        p->claim->columns[at].name = zkl_claim_schema_column(p->m->scope, p->own[at])->name;
        if (body->parts[i].code != ZKL_AGGREGATE_ROWS)
            add_column(p, body->parts[i].column);
    }
    uint32_t *sorted = zkl_arena_copy(p->m->arena, p->own, count * sizeof *sorted);
    if (!sorted)
        return zkl_no_memory(p->m->err, count * sizeof *sorted);
    ZKL_TRY(zkl_claim_sort_columns(p->m, sorted, count)); /* none is named twice */
    const size_t ends =
        count_code(body, ZKL_AGGREGATE_LEAST) + count_code(body, ZKL_AGGREGATE_GREATEST);
    return ends <= ZKL_GROUP_ENDS_MAX
               ? ZKL_OK
               : zkl_fail(p->m->err, ZKL_LIMIT, "the claim has more than %d of min and max",
                          ZKL_GROUP_ENDS_MAX);
}

/* The number of rows has no column and no offsets; offsets are those of sums alone. */
static void put_params(const grouped_plan *p, zkl_scalar *out)
{
    zkl_claim_scalar_u64(out++, p->body->key_count);
    for (size_t i = 0; i < p->body->part_count; i++, out += ZKL_AGGREGATE_PARAMS) {
        const grouped_part *part = &p->body->parts[i];
        size_t place = p->body->key_count;
        if (part->code == ZKL_AGGREGATE_ROWS)
            continue;
        while (p->columns[place] != part->column)
            place++;
        zkl_claim_scalar_u64(&out[ZKL_AGGREGATE_CODE], part->code);
        zkl_claim_scalar_u64(&out[ZKL_AGGREGATE_COLUMN], place);
        if (part->code != ZKL_AGGREGATE_SUM)
            continue;
        const zkl_exact of = zkl_exact_of_u128(zkl_type_offset(
                            &zkl_claim_column_of(p->m->scope, p->other, part->column)->type)),
                        own = zkl_exact_of_u128(zkl_type_offset(
                            &zkl_claim_schema_column(p->m->scope, part->own)->type));
        zkl_claim_scalar(&out[ZKL_AGGREGATE_OFFSET], &of);
        zkl_claim_scalar(&out[ZKL_AGGREGATE_OFFSET_OWN], &own);
    }
}

/* A key once, and no row without a group. */
/* No two rows have one key. */
static zkl_status add_key_companion(const grouped_plan *p, zkl_compiled_claim *out)
{
    zkl_claim_assertion *made = NULL;
    if (!p->has_null_key) {
        ZKL_TRY(zkl_claim_add_assertion(&made, p->m, out, ZKL_ASSERTION_UNIQUE, 0));
        return zkl_claim_put_numbered(p->m, &made->sources[0], p->own, p->body->key_count);
    }
    ZKL_TRY(zkl_claim_add_assertion(&made, p->m, out, ZKL_ASSERTION_GROUPS, ZKL_GROUPS_PARAMS));
    ZKL_TRY(zkl_claim_put_numbered(p->m, &made->sources[0], p->own, p->body->key_count));
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_LEAST], 1);
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_MOST], 1);
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_NUMBER], out->row_count);
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_MODE], ZKL_GROUPS_HIDDEN);
    return zkl_claim_check_combination(p->m, made);
}

static zkl_status add_companions(const grouped_plan *p, zkl_compiled_claim *out)
{
    const uint32_t rows = p->body->parts[0].own;
    const zkl_exact least = zkl_exact_of_u64(1),
                    most = zkl_exact_of_u128(
                        zkl_claim_last_code(&zkl_claim_schema_column(p->m->scope, rows)->type));
    zkl_claim_assertion *range = NULL;
    ZKL_TRY(add_key_companion(p, out));
    ZKL_TRY(zkl_claim_add_assertion(&range, p->m, out, ZKL_ASSERTION_RANGE, 3));
    zkl_claim_scalar(&range->params[0], &least);
    zkl_claim_scalar(&range->params[1], &most);
    return zkl_claim_put_named(p->m, &range->sources[0], rows);
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    zkl_claim *claim = &out->claim;
    grouped_body *body = zkl_arena_copy(m->arena, claim->body, sizeof *body);
    const size_t count = claim->column_count;
    zkl_claim_assertion *group = NULL;
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    ZKL_ASSERT(claim->other_count == 1 && count == body->key_count + body->part_count);
    body->parts = zkl_arena_copy(m->arena, body->parts, body->part_count * sizeof *body->parts);
    claim->body = body;
    grouped_plan p = { .m = m,
                       .claim = claim,
                       .body = body,
                       .other = claim->others[0].dataset,
                       .columns = ZKL_ARENA_NEW(m->arena, uint32_t, count),
                       .own = ZKL_ARENA_NEW(m->arena, uint32_t, count) };
    if (!body->parts || !p.columns || !p.own)
        return zkl_no_memory(m->err, count * sizeof *p.columns);
    ZKL_TRY(find_keys(&p));
    ZKL_TRY(find_parts(&p));
    out->column = p.own[0];
    ZKL_TRY(zkl_claim_add_joint_assertion(&group, m, out, ZKL_ASSERTION_GROUP,
                                          1 + ZKL_AGGREGATE_PARAMS * body->part_count, 2));
    put_params(&p, group->params);
    ZKL_TRY(zkl_claim_put_source(m, &group->sources[0], p.other, p.columns, p.column_count));
    ZKL_TRY(zkl_claim_put_source(m, &group->sources[1], 0, p.own, count));
    return add_companions(&p, out);
}

/* ---- Words */

static void put_part(zkl_buffer *out, const grouped_part *part)
{
    zkl_buffer_put_text(out, functions[part->code]);
    if (part->code == ZKL_AGGREGATE_ROWS)
        return;
    zkl_buffer_put_u8(out, '(');
    zkl_claim_name_print(out, part->of);
    zkl_buffer_put_u8(out, ')');
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const grouped_body *body = claim->body;
    zkl_buffer_put_text(out, "grouped(");
    zkl_claim_put_others(out, claim, ", ", ", ");
    zkl_buffer_put_text(out, ", by ");
    for (size_t i = 0; i < claim->column_count; i++) {
        zkl_buffer_put_text(out, i ? ", " : "");
        zkl_claim_name_print(out, claim->columns[i].name);
        if (i < body->key_count)
            continue;
        zkl_buffer_put_text(out, " = ");
        put_part(out, &body->parts[i - body->key_count]);
    }
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const grouped_body *body = claim->claim.body;
    const zkl_claim_column *columns = claim->claim.columns;
    zkl_buffer *list = zkl_claim_member(out, "aggregates");
    for (size_t i = 0; i < body->part_count; i++) {
        const grouped_part *part = &body->parts[i];
        zkl_buffer_put_text(list, i ? ",{\"column\":" : "[{\"column\":");
        zkl_json_put_string(list, columns[body->key_count + i].name);
        zkl_buffer_format(list, ",\"function\":\"%s\"", functions[part->code]);
        if (part->code != ZKL_AGGREGATE_ROWS) {
            zkl_buffer_put_text(list, ",\"of\":");
            zkl_json_put_string(list, part->of);
        }
        zkl_buffer_put_u8(list, '}');
    }
    zkl_buffer_put_u8(list, ']');
    list = zkl_claim_member(out, "columns");
    for (size_t i = 0; i < body->key_count; i++) {
        zkl_buffer_put_u8(list, i ? ',' : '[');
        zkl_json_put_string(list, columns[i].name);
    }
    zkl_buffer_put_u8(list, ']');
    list = zkl_claim_member(out, "dataset");
    zkl_buffer_put_u8(list, '"'); /* a dataset's name needs no escape */
    zkl_claim_put_other(list, &claim->claim, claim->claim.others[0].dataset);
    zkl_buffer_put_u8(list, '"');
}

/* "total the sum of amount". */
static void say_part(zkl_buffer *out, const zkl_compiled_claim *claim, const grouped_part *part)
{
    static const char *const words[ZKL_AGGREGATE_CODES] = {
        [ZKL_AGGREGATE_ROWS] = "the number of its rows",
        [ZKL_AGGREGATE_SUM] = "the sum of ",
        [ZKL_AGGREGATE_LEAST] = "the least ",
        [ZKL_AGGREGATE_GREATEST] = "the greatest ",
        [ZKL_AGGREGATE_VALUES] = "the number of its rows with a value of ",
    };
    zkl_claim_name_print(out, zkl_claim_schema_column(claim->scope, part->own)->name);
    zkl_buffer_format(out, " is %s", words[part->code]);
    if (part->code == ZKL_AGGREGATE_ROWS)
        return;
    const zkl_column *of =
        zkl_claim_column_of(claim->scope, claim->claim.others[0].dataset, part->column);
    if (zkl_aggregate_is_end(part->code))
        zkl_buffer_put_text(out, is_float(&of->type) ? "code of " : "value of ");
    zkl_claim_name_print(out, of->name);
    if (zkl_aggregate_is_end(part->code) && is_float(&of->type))
        zkl_buffer_put_text(out, " (in the order of numbers, codes of NaN beyond the infinities)");
    if (part->code == ZKL_AGGREGATE_SUM && of->nullable)
        zkl_buffer_put_text(out, " over what is not null");
}

/* Groups are those of codes: two of them may have one text. */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const grouped_body *body = claim->claim.body;
    bool nulls = false;
    zkl_buffer_put_text(out, "its rows are the groups of ");
    zkl_claim_put_other(out, &claim->claim, claim->claim.others[0].dataset);
    zkl_buffer_put_text(out, " by ");
    for (size_t i = 0; i < body->key_count; i++) {
        const zkl_schema *schema = claim->scope->datasets[0].schema;
        size_t at = 0;
        while (!zkl_bytes_equal(schema->columns[at].name, claim->claim.columns[i].name))
            at++;
        zkl_buffer_put_text(out, i ? ", " : "");
        zkl_claim_put_coded(out, &schema->columns[at]);
        nulls |= schema->columns[at].nullable;
    }
    zkl_buffer_put_text(out, nulls ? " (a null counts as a value)" : "");
    zkl_buffer_put_text(out, ", one row for each group that occurs: ");
    for (size_t i = 0; i < body->part_count; i++) {
        zkl_buffer_put_text(out, i ? ", " : "");
        say_part(out, claim, &body->parts[i]);
    }
}

const zkl_claim_ops zkl_claim_kind_grouped = {
    .word = "grouped",
    .origin = ZKL_CLAIM_ORIGIN_OF_OWN,
    .whole_form = "grouped",
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
};
