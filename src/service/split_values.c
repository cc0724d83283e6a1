/* Values are literals of claims and of SQL alike. Where the two read one differently, the claim is
 * false of the part, and nothing is recorded. */
#include "service/split_values.h"

#include <string.h>

#include "claim/claim_kind.h"
#include "input/engine.h"
#include "service/transform_ops.h"

bool split_is_by_values(const zkl_split_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (parts[i].value)
            return true;
    return false;
}

zkl_status split_values_check(const zkl_split_part *parts, size_t count, zkl_error *err)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++) {
            if (!parts[i].value && !parts[k].value)
                return zkl_fail(err, ZKL_USAGE, "parts %zu and %zu have no value", k + 1, i + 1);
            if (parts[i].value && parts[k].value && strcmp(parts[i].value, parts[k].value) == 0)
                return zkl_fail(err, ZKL_USAGE, "parts %zu and %zu have one value", k + 1, i + 1);
        }
    return ZKL_OK;
}

void split_values_put_cases(zkl_buffer *sql, const split_values *values)
{
    size_t rest = values->part_count;
    zkl_buffer_put_text(sql, "CASE");
    for (size_t i = 0; i < values->part_count; i++) {
        if (!values->parts[i].value) {
            rest = i;
            continue;
        }
        zkl_buffer_put_text(sql, " WHEN ");
        zkl_engine_put_name(sql, values->column->name);
        zkl_buffer_put_text(sql, " = ");
        zkl_engine_put_text(sql, zkl_bytes_of_text(values->parts[i].value));
        zkl_buffer_format(sql, " THEN %zu", i);
    }
    if (rest < values->part_count)
        zkl_buffer_format(sql, " ELSE %zu", rest);
    zkl_buffer_put_text(sql, " END AS zkl_part");
}

/* ---- Claims */

static bool is_float(const zkl_type *type)
{
    return type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64;
}

/* How a part is said to hold its value alone. */
typedef enum value_form {
    FORM_RANGE, /* a bound from below and from above */
    FORM_WHERE, /* texts that a predicate names */
    FORM_CODE,  /* one code, whichever: no claim names such a value */
} value_form;

static value_form form_of(const zkl_type *type)
{
    if (type->kind == ZKL_TYPE_DICTIONARY || type->kind == ZKL_TYPE_STRING16)
        return FORM_WHERE;
    return zkl_type_is_hashed(type) ? FORM_CODE : FORM_RANGE;
}

/* Is it said of the part of all other rows that none has a value of the others? A fingerprint has
 * many limbs, and a predicate has room for two. */
static bool is_rest_said(const split_values *values)
{
    const zkl_type *type = &values->column->type;
    return form_of(type) != FORM_CODE && !is_float(type) &&
           (type->kind != ZKL_TYPE_STRING16 || values->part_count <= 3);
}

static void put_value(zkl_buffer *out, const char *value)
{
    zkl_claim_put_text(out, zkl_bytes_of_text(value)); /* in quotes, as a name */
}

/* "range(c, v, v, nulls=refuse)", "share(where c = v) = 1", "distinct(c) = 1" */
static void put_own(zkl_buffer *out, const split_values *values, const char *value)
{
    static const char *const begin[] = {
        [FORM_RANGE] = "range(", [FORM_WHERE] = "share(where ", [FORM_CODE] = "distinct("
    };
    const value_form form = form_of(&values->column->type);
    zkl_buffer_put_text(out, begin[form]);
    zkl_claim_put_text(out, values->column->name);
    if (form == FORM_CODE) {
        zkl_buffer_put_text(out, ") = 1");
        return;
    }
    zkl_buffer_put_text(out, form == FORM_RANGE ? ", " : " = ");
    put_value(out, value);
    if (form == FORM_RANGE) {
        zkl_buffer_put_text(out, ", ");
        put_value(out, value);
    }
    zkl_buffer_put_text(out, form == FORM_RANGE ? ", nulls=refuse)" : ") = 1");
}

/* "count(where c in {v, w}) = 0" */
static void put_others(zkl_buffer *out, const split_values *values)
{
    bool any = false;
    zkl_buffer_put_text(out, "count(where ");
    zkl_claim_put_text(out, values->column->name);
    for (size_t i = 0; i < values->part_count; i++)
        if (values->parts[i].value) {
            zkl_buffer_put_text(out, any ? ", " : " in {");
            put_value(out, values->parts[i].value);
            any = true;
        }
    zkl_buffer_put_text(out, "}) = 0");
}

zkl_status split_values_claim(const char **out, zkl_arena *arena, const split_values *values,
                              size_t part, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) claim = { 0 };
    const char *value = values->parts[part].value;
    ZKL_ASSERT(part < values->part_count);
    *out = NULL;
    if (value)
        put_own(&claim, values, value);
    else if (!is_rest_said(values))
        return ZKL_OK;
    else
        put_others(&claim, values);
    ZKL_TRY(zkl_buffer_status(&claim, err));
    *out = zkl_arena_text(arena, (const char *)claim.data, claim.size);
    return *out ? ZKL_OK : zkl_no_memory(err, claim.size);
}

/* Two values have two codes: where the parts are said to hold them, they are apart. */
bool split_values_are_apart_by_claim(const split_values *values)
{
    return form_of(&values->column->type) == FORM_CODE && !values->column->nullable;
}

const char *split_values_recorded(const split_values *values)
{
    bool has_rest = false;
    for (size_t i = 0; i < values->part_count; i++)
        has_rest |= !values->parts[i].value;
    if (form_of(&values->column->type) == FORM_CODE)
        return values->column->nullable
                   ? "which value each part holds, and that no value is in two of them"
                   : "which value each part holds";
    return has_rest && !is_rest_said(values)
               ? "that the part of all other rows holds none of the values"
               : NULL;
}
