/* Asked claims to the claims of a proof statement: docs/proof-system.md section 8, "Offsets". */
#include "claim/claim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claim/claim_bound.h"
#include "record/ids.h"

typedef struct claim_maker {
    zkl_arena *arena;
    const zkl_schema *schema;
    zkl_error *err;
} claim_maker;

/* The order r of the scalar field: check: 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001 == r */
static const zkl_exact field_order = { .words = { 0xffffffff00000001, 0x53bda402fffe5bfe,
                                                  0x3339d80809a1d805, 0x73eda753299d7d48 } };

static void scalar_of(zkl_scalar *out, const zkl_exact *value)
{
    zkl_exact reduced = *value;
    if (value->negative)
        ZKL_ASSERT(zkl_exact_add(&reduced, value, &field_order) && !reduced.negative);
    ZKL_ASSERT(zkl_exact_compare(&reduced, &field_order) < 0);
    zkl_exact_to_bytes(out->bytes, &reduced);
}

static zkl_status find_column(const claim_maker *m, zkl_bytes name, uint32_t *out)
{
    for (size_t i = 0; i < m->schema->column_count; i++)
        if (zkl_bytes_equal(m->schema->columns[i].name, name)) {
            *out = (uint32_t)i;
            return ZKL_OK;
        }
    return zkl_fail(m->err, ZKL_NOT_FOUND, "there is no column '%.*s'",
                    (int)(name.size < 200 ? name.size : 200), (const char *)name.data);
}

static uint32_t number_of(const zkl_schema *schema, uint32_t column)
{
    uint32_t number = column;
    for (uint32_t i = 0; i < column; i++)
        number += schema->columns[i].nullable;
    return number;
}

static zkl_status fail_type(const claim_maker *m, zkl_status status, uint32_t column,
                            const char *what)
{
    ZKL_AUTO_CLEAR(zkl_buffer) type = { 0 };
    const zkl_column *c = &m->schema->columns[column];
    if (c->type.kind == ZKL_TYPE_DICTIONARY) /* the root says nothing here */
        zkl_buffer_put_text(&type, "text");
    else
        zkl_type_format(&type, &c->type);
    return zkl_fail(m->err, status, "column '%.*s' is %.*s: %s",
                    (int)(c->name.size < 200 ? c->name.size : 200), (const char *)c->name.data,
                    (int)type.size, type.data ? (const char *)type.data : "", what);
}

/* ---- Columns of a part */

static bool put_role(const claim_maker *m, zkl_statement_column *out, uint32_t column,
                     uint32_t number, bool is_flag)
{
    const bool boolean = m->schema->columns[column].type.kind == ZKL_TYPE_BOOL;
    const char *role =
        zkl_arena_format(m->arena, "%u%s%s", number, boolean ? "?" : "", is_flag ? "?" : "");
    if (!role)
        return false;
    out->role = zkl_bytes_of_text(role);
    out->index = number + is_flag;
    out->limb_count = is_flag ? 1 : zkl_type_limbs(&m->schema->columns[column].type);
    return true;
}

/* Columns by number, each nullable one with its flag behind it. columns: ascending. */
static zkl_status numbered_columns(const claim_maker *m, zkl_claim_assertion *part,
                                   const uint32_t *columns, size_t count)
{
    part->columns = ZKL_ARENA_NEW(m->arena, zkl_statement_column, 2 * count);
    bool made = part->columns != NULL;
    uint32_t number = 0, next = 0;
    for (size_t i = 0; made && i < count; i++) {
        for (; next < columns[i]; next++)
            number += 1u + m->schema->columns[next].nullable;
        made = put_role(m, &part->columns[part->column_count++], columns[i], number, false);
        if (made && m->schema->columns[columns[i]].nullable)
            made = put_role(m, &part->columns[part->column_count++], columns[i], number, true);
    }
    return made ? ZKL_OK : zkl_no_memory(m->err, 2 * count * sizeof *part->columns);
}

/* x, and x? when nullable. */
static zkl_status named_columns(const claim_maker *m, zkl_claim_assertion *part, uint32_t column)
{
    const uint32_t number = number_of(m->schema, column);
    const zkl_column *c = &m->schema->columns[column];
    part->columns = ZKL_ARENA_NEW(m->arena, zkl_statement_column, 2);
    if (!part->columns)
        return zkl_no_memory(m->err, 2 * sizeof *part->columns);
    part->columns[part->column_count++] =
        (zkl_statement_column){ zkl_bytes_of_text("x"), number, zkl_type_limbs(&c->type) };
    if (c->nullable)
        part->columns[part->column_count++] =
            (zkl_statement_column){ zkl_bytes_of_text("x?"), number + 1, 1 };
    return ZKL_OK;
}

static zkl_status new_params(const claim_maker *m, zkl_claim_assertion *part, size_t count)
{
    part->params = ZKL_ARENA_NEW(m->arena, zkl_scalar, count);
    part->param_count = count;
    return part->params ? ZKL_OK : zkl_no_memory(m->err, count * sizeof *part->params);
}

/* "linear": the flag of a column is 0 in every row. */
static zkl_status flag_is_zero(const claim_maker *m, zkl_compiled_claim *out, uint32_t column)
{
    zkl_claim_assertion *part = &out->assertions[out->assertion_count++];
    part->kind = ZKL_ASSERTION_LINEAR;
    part->columns = ZKL_ARENA_NEW(m->arena, zkl_statement_column, 1);
    part->column_count = 1;
    if (!part->columns || !put_role(m, part->columns, column, number_of(m->schema, column), true))
        return zkl_no_memory(m->err, sizeof *part->columns);
    ZKL_TRY(new_params(m, part, 2));
    part->params[1].bytes[31] = 1;
    return ZKL_OK;
}

/* ---- The kinds */

static int compare_u32(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The columns a cells claim names, ascending. */
static zkl_status cells_columns(const claim_maker *m, const zkl_claim *asked, uint32_t **out,
                                size_t *count)
{
    const size_t all = m->schema->column_count;
    uint32_t *columns =
        ZKL_ARENA_NEW(m->arena, uint32_t, asked->term_count > all ? asked->term_count : all);
    if (!columns)
        return zkl_no_memory(m->err, all * sizeof *columns);
    *out = columns;
    *count = asked->term_count ? asked->term_count : all;
    for (size_t i = 0; i < asked->term_count; i++)
        ZKL_TRY(find_column(m, asked->terms[i].column, &columns[i]));
    if (asked->is_run && columns[0] >= columns[1])
        return fail_type(m, ZKL_USAGE, columns[1], "does not stand behind the first of the run");
    if (asked->is_run)
        *count = columns[1] - columns[0] + 1;
    for (size_t i = 0; asked->is_run && i < *count; i++)
        columns[i] = columns[0] + (uint32_t)i;
    for (size_t i = 0; !asked->term_count && i < all; i++)
        columns[i] = (uint32_t)i;
    qsort(columns, *count, sizeof *columns, compare_u32);
    for (size_t i = 1; i < *count; i++)
        if (columns[i - 1] == columns[i])
            return fail_type(m, ZKL_USAGE, columns[i], "named twice");
    return ZKL_OK;
}

/* One text for one claim: all columns have no names, three or more neighbours are a run, others stand in the schema's
 * order. */
static zkl_status name_cells(const claim_maker *m, zkl_claim *asked, const uint32_t *columns,
                             size_t count)
{
    const bool all = count == m->schema->column_count;
    const bool run = !all && count > 2 && columns[count - 1] - columns[0] + 1 == count;
    const size_t named = all ? 0 : run ? 2 : count;
    asked->terms = ZKL_ARENA_NEW(m->arena, zkl_claim_term, named);
    if (!asked->terms)
        return zkl_no_memory(m->err, named * sizeof *asked->terms);
    for (size_t i = 0; i < named; i++)
        asked->terms[i].column = m->schema->columns[columns[run && i ? count - 1 : i]].name;
    asked->term_count = named;
    asked->is_run = run;
    return ZKL_OK;
}

static zkl_status compile_cells(const claim_maker *m, zkl_compiled_claim *out)
{
    uint32_t *columns = NULL;
    size_t count = 0;
    zkl_claim_assertion *part = &out->assertions[out->assertion_count++];
    ZKL_TRY(cells_columns(m, &out->asked, &columns, &count));
    ZKL_TRY(name_cells(m, &out->asked, columns, count));
    part->kind = ZKL_ASSERTION_CELLS;
    return numbered_columns(m, part, columns, count);
}

static zkl_status read_bound(const claim_maker *m, zkl_bound *out, zkl_bytes *literal,
                             uint32_t column)
{
    const char *reason = "";
    if (!zkl_bound_parse(out, &m->schema->columns[column].type, *literal, &reason)) {
        char what[240];
        snprintf(what, sizeof what, "'%.*s' is %s",
                 (int)(literal->size < 100 ? literal->size : 100), (const char *)literal->data,
                 reason);
        return fail_type(m, ZKL_USAGE, column, what);
    }
    const char *copy = zkl_arena_text(m->arena, out->text, out->text_size);
    *literal = zkl_bytes_of(copy, out->text_size);
    return copy ? ZKL_OK : zkl_no_memory(m->err, out->text_size);
}

/* The codes from low to high, and the bounds' canonical texts. ZKL_REJECTED when no value of the type lies between the bounds. */
static zkl_status read_bounds(const claim_maker *m, zkl_compiled_claim *out, zkl_code *low,
                              zkl_code *high)
{
    const zkl_type *type = &m->schema->columns[out->column].type;
    zkl_claim *asked = &out->asked;
    zkl_bound least = { 0 }, most = { 0 };
    zkl_type_code_range(low, high, type);
    if (asked->low.data)
        ZKL_TRY(read_bound(m, &least, &asked->low, out->column));
    if (asked->high.data)
        ZKL_TRY(read_bound(m, &most, &asked->high, out->column));
    if (asked->low.data && asked->high.data && zkl_bound_compare(type, &least, &most) > 0)
        return fail_type(m, ZKL_USAGE, out->column, "the lower bound is above the upper one");
    const bool none =
        (asked->low.data && !least.has_least) || (asked->high.data && !most.has_greatest);
    *low = asked->low.data ? least.least : *low;
    *high = asked->high.data ? most.greatest : *high;
    if (none || *low > *high)
        return fail_type(m, ZKL_REJECTED, out->column, "no value of this type lies in the range");
    return ZKL_OK;
}

static zkl_status compile_range(const claim_maker *m, zkl_compiled_claim *out)
{
    const zkl_column *c = &m->schema->columns[out->column];
    zkl_code low, high;
    if (zkl_type_is_hashed(&c->type) || c->type.kind == ZKL_TYPE_DICTIONARY)
        return fail_type(m, ZKL_NOT_SUPPORTED, out->column, "texts and binaries have no range");
    ZKL_TRY(read_bounds(m, out, &low, &high));
    out->asked.refuse_nulls = out->asked.refuse_nulls && c->nullable;

    const unsigned bits = 16 * zkl_type_limbs(&c->type);
    const zkl_code last = bits == 128 ? ~(zkl_code)0 : ((zkl_code)1 << bits) - 1;
    if (low == 0 && high == last) /* says nothing that the type does not say */
        return out->asked.refuse_nulls ? flag_is_zero(m, out, out->column) : ZKL_OK;

    zkl_claim_assertion *part = &out->assertions[out->assertion_count++];
    part->kind = ZKL_ASSERTION_RANGE;
    ZKL_TRY(named_columns(m, part, out->column));
    ZKL_TRY(new_params(m, part, 3));
    const zkl_exact lo = zkl_exact_of_u128(low), hi = zkl_exact_of_u128(high);
    scalar_of(&part->params[0], &lo);
    scalar_of(&part->params[1], &hi);
    part->params[2].bytes[31] = c->nullable && !out->asked.refuse_nulls;
    return ZKL_OK;
}

static zkl_status compile_sum(const claim_maker *m, zkl_compiled_claim *out)
{
    const zkl_type *type = &m->schema->columns[out->column].type;
    if (type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64)
        return fail_type(m, ZKL_NOT_SUPPORTED, out->column,
                         "sums of floats are not exact; declare decimal(p,s) in the schema");
    if (!zkl_type_is_number(type))
        return fail_type(m, ZKL_USAGE, out->column, "only integers and decimals have a sum");
    zkl_claim_assertion *part = &out->assertions[out->assertion_count++];
    part->kind = ZKL_ASSERTION_SUM;
    out->needs_sum = true;
    ZKL_TRY(named_columns(m, part, out->column));
    return new_params(m, part, 3);
}

/* One column's weight, over the common denominator 10^scale. */
typedef struct linear_column {
    uint32_t column;
    zkl_exact weight;
} linear_column;

static int compare_linear(const void *a, const void *b)
{
    return compare_u32(&((const linear_column *)a)->column, &((const linear_column *)b)->column);
}

static zkl_status linear_columns(const claim_maker *m, const zkl_claim *asked, linear_column *out,
                                 size_t *count, zkl_exact *value)
{
    unsigned scale = asked->value.scale;
    for (size_t i = 0; i < asked->term_count; i++) {
        ZKL_TRY(find_column(m, asked->terms[i].column, &out[i].column));
        const zkl_type *type = &m->schema->columns[out[i].column].type;
        if (!zkl_type_is_number(type))
            return fail_type(m, ZKL_USAGE, out[i].column,
                             "only integers and decimals stand in a linear relation");
        const unsigned own = asked->terms[i].weight.scale + type->scale;
        scale = own > scale ? own : scale;
    }
    for (size_t i = 0; i < asked->term_count; i++) {
        const unsigned own =
            asked->terms[i].weight.scale + m->schema->columns[out[i].column].type.scale;
        zkl_exact power;
        if (!zkl_exact_power_of_ten(&power, scale - own) ||
            !zkl_exact_mul(&out[i].weight, &asked->terms[i].weight.digits, &power))
            return zkl_fail(m->err, ZKL_LIMIT, "the weights of the linear claim are too far apart");
    }
    zkl_exact power;
    if (!zkl_exact_power_of_ten(&power, scale - asked->value.scale) ||
        !zkl_exact_mul(value, &asked->value.digits, &power))
        return zkl_fail(m->err, ZKL_LIMIT, "the value of the linear claim is too large");

    qsort(out, asked->term_count, sizeof *out, compare_linear);
    *count = 0;
    for (size_t i = 0; i < asked->term_count; i++) {
        if (*count && out[*count - 1].column == out[i].column) {
            if (!zkl_exact_add(&out[*count - 1].weight, &out[*count - 1].weight, &out[i].weight))
                return zkl_fail(m->err, ZKL_LIMIT, "the weights of the linear claim are too large");
        } else {
            out[(*count)++] = out[i];
        }
    }
    return ZKL_OK;
}

/* Divide by what all weights have in common. */
static zkl_status reduce_linear(const claim_maker *m, linear_column *columns, size_t count,
                                zkl_exact *value)
{
    zkl_exact common = { 0 }, rest;
    for (size_t i = 0; i < count; i++) {
        if (zkl_exact_is_zero(&columns[i].weight))
            return fail_type(m, ZKL_USAGE, columns[i].column,
                             "its weight in the linear claim is 0");
        common = zkl_exact_gcd(common, columns[i].weight);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t magnitude;
        zkl_exact_divide(&columns[i].weight, &rest, &columns[i].weight, &common);
        zkl_exact absolute = columns[i].weight;
        absolute.negative = false;
        if (!zkl_exact_to_u64(&magnitude, &absolute))
            return fail_type(m, ZKL_LIMIT, columns[i].column,
                             "its weight, made whole, has more than 64 bits");
    }
    zkl_exact_divide(value, &rest, value, &common);
    if (!zkl_exact_is_zero(&rest))
        return zkl_fail(m->err, ZKL_REJECTED,
                        "no row can satisfy the linear claim: its left side is always a multiple "
                        "of something that its value is not");
    return ZKL_OK;
}

static zkl_exact last_code(const zkl_type *type)
{
    const unsigned bits = 16 * zkl_type_limbs(type);
    return zkl_exact_of_u128(bits == 128 ? ~(zkl_code)0 : ((zkl_code)1 << bits) - 1);
}

/* value: the constant in codes. A constant that no codes reach is refused: so among the integers that are equal mod r at most
 * one can be said. The sums have at most 12 + 64 + 128 bits. */
static zkl_status check_linear_reach(const claim_maker *m, const linear_column *columns,
                                     size_t count, const zkl_exact *value)
{
    zkl_exact least = { 0 }, most = { 0 };
    for (size_t i = 0; i < count; i++) {
        const zkl_exact last = last_code(&m->schema->columns[columns[i].column].type);
        zkl_exact *end = columns[i].weight.negative ? &least : &most, reach;
        ZKL_ASSERT(zkl_exact_mul(&reach, &columns[i].weight, &last) &&
                   zkl_exact_add(end, end, &reach));
    }
    if (zkl_exact_compare(value, &least) >= 0 && zkl_exact_compare(value, &most) <= 0)
        return ZKL_OK;
    return zkl_fail(m->err, ZKL_REJECTED,
                    "no row of these types can satisfy the linear claim: its left side cannot be "
                    "that %s",
                    value->negative ? "small" : "large");
}

static zkl_status compile_linear(const claim_maker *m, zkl_compiled_claim *out)
{
    const size_t most = out->asked.term_count;
    linear_column *columns = ZKL_ARENA_NEW(m->arena, linear_column, most);
    uint32_t *numbers = ZKL_ARENA_NEW(m->arena, uint32_t, most);
    size_t count = 0;
    zkl_exact value;
    bool nullable = false;
    if (!columns || !numbers)
        return zkl_no_memory(m->err, most * sizeof *columns);
    ZKL_TRY(linear_columns(m, &out->asked, columns, &count, &value));
    ZKL_TRY(reduce_linear(m, columns, count, &value));

    zkl_claim_assertion *sum = &out->assertions[out->assertion_count++];
    sum->kind = ZKL_ASSERTION_LINEAR;
    for (size_t i = 0; i < count; i++) {
        numbers[i] = columns[i].column;
        nullable = nullable || m->schema->columns[numbers[i]].nullable;
    }
    ZKL_TRY(numbered_columns(m, sum, numbers, count));
    ZKL_TRY(new_params(m, sum, 1 + sum->column_count));
    for (size_t i = 0, at = 1; i < count; i++) {
        const zkl_column *c = &m->schema->columns[numbers[i]];
        const zkl_exact offset = zkl_exact_of_u128(zkl_type_offset(&c->type));
        zkl_exact shift;
        if (!zkl_exact_mul(&shift, &columns[i].weight, &offset) ||
            !zkl_exact_add(&value, &value, &shift))
            return zkl_fail(m->err, ZKL_LIMIT, "the value of the linear claim is too large");
        scalar_of(&sum->params[at++], &columns[i].weight);
        at += c->nullable; /* the flag weighs 0 */
    }
    ZKL_TRY(check_linear_reach(m, columns, count, &value));
    scalar_of(&sum->params[0], &value);
    if (!nullable)
        return ZKL_OK;

    zkl_claim_assertion *flags =
        &out->assertions[out->assertion_count++]; /* a null is code 0: no row may hold one */
    flags->kind = ZKL_ASSERTION_LINEAR;
    flags->columns = sum->columns;
    flags->column_count = sum->column_count;
    ZKL_TRY(new_params(m, flags, 1 + flags->column_count));
    for (size_t i = 0, at = 1; i < count; i++, at++)
        if (m->schema->columns[numbers[i]].nullable)
            flags->params[++at].bytes[31] = 1;
    return ZKL_OK;
}

static zkl_status compile_rows(const claim_maker *m, const zkl_compiled_claim *out)
{
    const zkl_exact rows = zkl_exact_of_u64(out->row_count);
    if (zkl_exact_compare(&rows, &out->asked.value.digits) != 0)
        return zkl_fail(m->err, ZKL_REJECTED, "the dataset has %llu rows",
                        (unsigned long long)out->row_count);
    return ZKL_OK;
}

static zkl_status compile_span(const claim_maker *m, zkl_compiled_claim *out, uint64_t row_count)
{
    out->row_count = row_count;
    if (!out->asked.has_span)
        return ZKL_OK;
    const uint64_t first = out->asked.first_row, last = out->asked.last_row;
    if (first > last || last >= row_count || first % ZKL_CHUNK_ROWS ||
        (last + 1 != row_count && (last + 1) % ZKL_CHUNK_ROWS))
        return zkl_fail(m->err, ZKL_USAGE,
                        "rows %llu..%llu are no span of whole chunks of %d rows in %llu rows",
                        (unsigned long long)first, (unsigned long long)last, ZKL_CHUNK_ROWS,
                        (unsigned long long)row_count);
    out->first_row = first;
    out->row_count = last + 1 - first;
    out->asked.has_span = out->row_count != row_count;
    return ZKL_OK;
}

zkl_status zkl_claim_compile(zkl_compiled_claim *out, zkl_arena *arena, const zkl_claim *asked,
                             const zkl_schema *schema, uint64_t row_count, zkl_error *err)
{
    const claim_maker maker = { arena, schema, err };
    zkl_compiled_claim claim = { .asked = *asked };
    claim.asked.terms =
        zkl_arena_copy(arena, asked->terms, asked->term_count * sizeof *asked->terms);
    if (!claim.asked.terms)
        return zkl_no_memory(err, asked->term_count * sizeof *asked->terms);
    ZKL_TRY(compile_span(&maker, &claim, row_count));
    if (claim.asked.term_count)
        ZKL_TRY(find_column(&maker, claim.asked.terms[0].column, &claim.column));
    switch (asked->kind) {
    case ZKL_ASKED_CELLS:
        ZKL_TRY(compile_cells(&maker, &claim));
        break;
    case ZKL_ASKED_RANGE:
        ZKL_TRY(compile_range(&maker, &claim));
        break;
    case ZKL_ASKED_SUM:
    case ZKL_ASKED_MEAN:
        ZKL_TRY(compile_sum(&maker, &claim));
        break;
    case ZKL_ASKED_LINEAR:
        ZKL_TRY(compile_linear(&maker, &claim));
        break;
    case ZKL_ASKED_NOT_NULL:
        if (schema->columns[claim.column].nullable)
            ZKL_TRY(flag_is_zero(&maker, &claim, claim.column));
        break;
    case ZKL_ASKED_ROWS:
        ZKL_TRY(compile_rows(&maker, &claim));
        break;
    }
    claim.is_bound = !claim.needs_sum;
    *out = claim;
    return ZKL_OK;
}

/* ---- Nulls */

bool zkl_claim_passes_nulls(const zkl_compiled_claim *claim, const zkl_schema *schema)
{
    return claim->asked.kind == ZKL_ASKED_RANGE && schema->columns[claim->column].nullable &&
           !claim->asked.refuse_nulls;
}

bool zkl_claim_tells_nulls(const zkl_compiled_claim *claim, const zkl_schema *schema,
                           uint32_t column, uint64_t first_row, uint64_t row_count)
{
    const zkl_claim *asked = &claim->asked;
    if (asked->kind == ZKL_ASKED_CELLS || asked->kind == ZKL_ASKED_ROWS ||
        zkl_claim_passes_nulls(claim, schema) || claim->first_row > first_row ||
        claim->first_row + claim->row_count < first_row + row_count)
        return false;
    for (size_t i = 0; i < asked->term_count;
         i++) /* linear names several, and refuses nulls in all */
        if (zkl_bytes_equal(asked->terms[i].column, schema->columns[column].name))
            return true;
    return false;
}

/* ---- Sums */

/* The smallest (at least), largest (at most) or only (exactly) whole sum, in units of the column's last decimal. */
static zkl_status wanted_sum(const zkl_compiled_claim *claim, const zkl_type *type,
                             uint64_t value_count, zkl_exact *out, zkl_error *err)
{
    const zkl_quantity *v = &claim->asked.value;
    const zkl_exact count = zkl_exact_of_u64(claim->asked.kind == ZKL_ASKED_MEAN ? value_count : 1);
    const zkl_exact denominator = zkl_exact_of_u64(v->denominator), one = zkl_exact_of_u64(1);
    zkl_exact above = v->digits, below = denominator, power, rest;
    bool fits =
        zkl_exact_power_of_ten(&power, type->scale > v->scale ? type->scale - v->scale : 0) &&
        zkl_exact_mul(&above, &above, &power) && zkl_exact_mul(&above, &above, &count) &&
        zkl_exact_power_of_ten(&power, v->scale > type->scale ? v->scale - type->scale : 0) &&
        zkl_exact_mul(&below, &below, &power);
    if (!fits)
        return zkl_fail(err, ZKL_LIMIT, "the value of the claim has too many digits");
    zkl_exact_divide(out, &rest, &above, &below);
    if (zkl_exact_is_zero(&rest))
        return ZKL_OK;
    if (claim->asked.comparison == ZKL_COMPARE_EXACTLY)
        return zkl_fail(err, ZKL_REJECTED,
                        "no column of this type and row count has exactly that %s",
                        claim->asked.kind == ZKL_ASKED_MEAN ? "mean" : "sum");
    if (claim->asked.comparison == ZKL_COMPARE_AT_LEAST && !zkl_exact_add(out, out, &one))
        return zkl_fail(err, ZKL_LIMIT, "the value of the claim has too many digits");
    return ZKL_OK;
}

static zkl_status check_reach(const zkl_compiled_claim *claim, const zkl_exact *total,
                              const zkl_exact *most, zkl_error *err)
{
    const bool below = total->negative, above = zkl_exact_compare(total, most) > 0;
    const zkl_comparison c = claim->asked.comparison;
    if ((c != ZKL_COMPARE_AT_MOST && above) || (c != ZKL_COMPARE_AT_LEAST && below))
        return zkl_fail(err, ZKL_REJECTED, "no column of this type and row count has such a sum");
    if (below || above)
        return zkl_fail(
            err, ZKL_USAGE,
            "every column of this type and row count has such a sum: the claim says nothing");
    return ZKL_OK;
}

zkl_status zkl_claim_bind(zkl_compiled_claim *claim, const zkl_schema *schema, uint64_t null_count,
                          const zkl_exact *code_sum, zkl_error *err)
{
    static const uint8_t modes[] = {
        [ZKL_COMPARE_AT_LEAST] = 0, [ZKL_COMPARE_EXACTLY] = 1, [ZKL_COMPARE_AT_MOST] = 2
    };
    if (!claim->needs_sum || claim->is_bound)
        return ZKL_OK;
    const zkl_column *column = &schema->columns[claim->column];
    if (null_count > (column->nullable ? claim->row_count : 0))
        return zkl_fail(err, ZKL_REJECTED, "more nulls than rows that may be null");
    const uint64_t value_count = claim->row_count - null_count;
    if (claim->asked.kind == ZKL_ASKED_MEAN && !value_count)
        return zkl_fail(err, ZKL_REJECTED, "a column of nulls alone has no mean");

    const zkl_exact count = zkl_exact_of_u64(value_count),
                    offset = zkl_exact_of_u128(zkl_type_offset(&column->type)),
                    last = last_code(&column->type);
    zkl_exact shift, most, total, sum;
    /* below 2^40 * 2^128 */
    ZKL_ASSERT(zkl_exact_mul(&shift, &count, &offset) && zkl_exact_mul(&most, &count, &last));

    if (claim->asked.comparison == ZKL_COMPARE_DISCLOSE) {
        total = *code_sum;
        if (total.negative || zkl_exact_compare(&total, &most) > 0 ||
            !zkl_exact_sub(&sum, &total, &shift))
            return zkl_fail(err, ZKL_REJECTED,
                            "no column of this type and row count has such a sum");
        claim->asked.comparison = ZKL_COMPARE_EXACTLY;
        claim->asked.value =
            (zkl_quantity){ .digits = sum,
                            .scale = column->type.scale,
                            .denominator = claim->asked.kind == ZKL_ASKED_MEAN ? value_count : 1 };
    } else {
        ZKL_TRY(wanted_sum(claim, &column->type, value_count, &sum, err));
        if (!zkl_exact_add(&total, &sum, &shift))
            return zkl_fail(err, ZKL_LIMIT, "the value of the claim has too many digits");
        ZKL_TRY(check_reach(claim, &total, &most, err));
    }
    zkl_scalar *params = claim->assertions[0].params;
    const zkl_exact nulls = zkl_exact_of_u64(null_count);
    scalar_of(&params[0], &total);
    scalar_of(&params[1], &nulls);
    params[2].bytes[31] = modes[claim->asked.comparison];
    claim->null_count = null_count;
    claim->code_sum = total;
    claim->is_bound = true;
    return ZKL_OK;
}

/* ---- Against a statement */

static bool same_columns(const zkl_claim_assertion *part, const zkl_statement_table *table)
{
    bool same = part->column_count == table->column_count;
    for (size_t i = 0; same && i < part->column_count; i++)
        same = part->columns[i].index == table->columns[i].index &&
               part->columns[i].limb_count == table->columns[i].limb_count &&
               zkl_bytes_equal(part->columns[i].role, table->columns[i].role);
    return same;
}

static const char *assertion_differs(const zkl_compiled_claim *claim,
                                     const zkl_claim_assertion *part,
                                     const zkl_statement *statement, const zkl_digest *dataset,
                                     const zkl_assertion *stated)
{
    if (stated->kind != part->kind)
        return "its kind";
    if (!stated->table_count || stated->tables[0] >= statement->table_count)
        return "its table";
    const zkl_statement_table *table = &statement->tables[stated->tables[0]];
    if (!zkl_digest_equal(&table->dataset, dataset))
        return "the dataset";
    if (table->first_row != claim->first_row || table->row_count != claim->row_count)
        return "the rows";
    if (!same_columns(part, table))
        return "the columns";
    if (part->kind == ZKL_ASSERTION_LINEAR && stated->table_count != 1)
        return "the number of tables";
    if (stated->param_count != part->param_count ||
        (part->param_count &&
         memcmp(stated->params, part->params, part->param_count * sizeof *part->params) != 0))
        return "the parameters";
    return NULL;
}

zkl_status zkl_claim_match(zkl_compiled_claim *claim, const zkl_schema *schema,
                           const zkl_statement *statement, const zkl_digest *dataset, size_t *at,
                           zkl_error *err)
{
    size_t next = *at;
    if (claim->assertion_count > statement->assertion_count - next)
        return zkl_fail(err, ZKL_REJECTED, "the statement has fewer claims than the entry says");
    if (claim->needs_sum && !claim->is_bound) {
        const zkl_assertion *stated = &statement->assertions[next];
        uint64_t nulls = 0;
        if (stated->kind != ZKL_ASSERTION_SUM || stated->param_count != 3)
            return zkl_fail(err, ZKL_REJECTED,
                            "the statement's claim %zu is another kind than the entry says", next);
        const zkl_exact count = zkl_exact_of_bytes(stated->params[1].bytes),
                        sum = zkl_exact_of_bytes(stated->params[0].bytes);
        if (!zkl_exact_to_u64(&nulls, &count))
            return zkl_fail(err, ZKL_REJECTED, "the statement's claim %zu has too many nulls",
                            next);
        ZKL_TRY(zkl_claim_bind(claim, schema, nulls, &sum, err));
    }
    for (size_t i = 0; i < claim->assertion_count; i++, next++) {
        const char *what = assertion_differs(claim, &claim->assertions[i], statement, dataset,
                                             &statement->assertions[next]);
        if (what)
            return zkl_fail(err, ZKL_REJECTED,
                            "the statement's claim %zu is not the one the entry says: %s", next,
                            what);
    }
    *at = next;
    return ZKL_OK;
}
