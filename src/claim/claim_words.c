/* Bound claims as canonical text, JSON and a sentence. */
#include "claim/claim.h"

#include "text/json_text.h"

static const char *const comparison_signs[] = { "", "=", ">=", "<=" };
static const char *const comparison_words[] = { "", "exactly", "at least", "at most" };
static const char *const kind_words[] = {
    [ZKL_ASKED_CELLS] = "cells", [ZKL_ASKED_RANGE] = "range",   [ZKL_ASKED_SUM] = "sum",
    [ZKL_ASKED_MEAN] = "mean",   [ZKL_ASKED_LINEAR] = "linear", [ZKL_ASKED_NOT_NULL] = "not_null",
    [ZKL_ASKED_ROWS] = "rows",
};

static void put_quantity(zkl_buffer *out, const zkl_quantity *value)
{
    zkl_exact_format(out, &value->digits, value->scale);
    if (value->denominator != 1)
        zkl_buffer_format(out, "/%llu", (unsigned long long)value->denominator);
}

static void put_bound(zkl_buffer *out, zkl_bytes literal)
{
    if (literal.data)
        zkl_buffer_put(out, literal.data, literal.size);
    else
        zkl_buffer_put_u8(out, '*');
}

static bool is_one(const zkl_quantity *weight)
{
    const zkl_exact one = zkl_exact_of(1);
    return weight->scale == 0 && zkl_exact_compare(&weight->digits, &one) == 0;
}

/* "2*a + b - c = 5" */
static void put_relation(zkl_buffer *out, const zkl_claim *asked)
{
    for (size_t i = 0; i < asked->term_count; i++) {
        zkl_quantity weight = asked->terms[i].weight;
        const bool minus = weight.digits.negative;
        weight.digits.negative = false;
        zkl_buffer_put_text(out, i == 0 ? (minus ? "-" : "") : (minus ? " - " : " + "));
        if (!is_one(&weight)) {
            put_quantity(out, &weight);
            zkl_buffer_put_u8(out, '*');
        }
        zkl_claim_name_print(out, asked->terms[i].column);
    }
    zkl_buffer_put_text(out, " = ");
    put_quantity(out, &asked->value);
}

static void put_names(zkl_buffer *out, const zkl_claim *asked)
{
    for (size_t i = 0; i < asked->term_count; i++) {
        if (i)
            zkl_buffer_put_text(out, asked->is_run ? " .. " : ", ");
        zkl_claim_name_print(out, asked->terms[i].column);
    }
}

void zkl_claim_print(zkl_buffer *out, const zkl_compiled_claim *claim, const zkl_schema *schema)
{
    const zkl_claim *asked = &claim->asked;
    (void)schema;
    zkl_buffer_format(out, "%s(", kind_words[asked->kind]);
    switch (asked->kind) {
    case ZKL_ASKED_CELLS:
        if (!asked->term_count)
            zkl_buffer_put_u8(out, '*');
        put_names(out, asked);
        break;
    case ZKL_ASKED_RANGE:
        put_names(out, asked);
        zkl_buffer_put_text(out, ", ");
        put_bound(out, asked->low);
        zkl_buffer_put_text(out, ", ");
        put_bound(out, asked->high);
        if (asked->refuse_nulls)
            zkl_buffer_put_text(out, ", nulls=refuse");
        break;
    case ZKL_ASKED_SUM:
    case ZKL_ASKED_MEAN:
    case ZKL_ASKED_NOT_NULL:
        put_names(out, asked);
        break;
    case ZKL_ASKED_LINEAR:
        put_relation(out, asked);
        break;
    case ZKL_ASKED_ROWS:
        put_quantity(out, &asked->value);
        break;
    }
    zkl_buffer_put_u8(out, ')');
    if (claim->needs_sum && asked->comparison != ZKL_COMPARE_DISCLOSE) {
        zkl_buffer_format(out, " %s ", comparison_signs[asked->comparison]);
        put_quantity(out, &asked->value);
    }
    if (asked->has_span)
        zkl_buffer_format(out, " in rows %llu..%llu", (unsigned long long)asked->first_row,
                          (unsigned long long)asked->last_row);
}

/* ---- JSON: members in byte order. */

static void put_member(zkl_buffer *out, const char *name)
{
    if (out->size && out->data[out->size - 1] != '{')
        zkl_buffer_put_u8(out, ',');
    zkl_buffer_format(out, "\"%s\":", name);
}

static void put_text_member(zkl_buffer *out, const char *name, zkl_bytes text)
{
    put_member(out, name);
    zkl_json_put_string(out, text);
}

static void put_quantity_member(zkl_buffer *out, const char *name, const zkl_quantity *value)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    put_quantity(&text, value);
    put_text_member(out, name, zkl_buffer_bytes(&text));
    out->failed = out->failed || text.failed;
}

static void put_bound_member(zkl_buffer *out, const char *name, zkl_bytes literal)
{
    put_member(out, name);
    if (literal.data)
        zkl_json_put_string(out, literal);
    else
        zkl_buffer_put_text(out, "null");
}

static void put_terms(zkl_buffer *out, const zkl_claim *asked)
{
    put_member(out, "terms");
    zkl_buffer_put_u8(out, '[');
    for (size_t i = 0; i < asked->term_count; i++) {
        zkl_buffer_put_text(out, i ? ",{" : "{");
        put_text_member(out, "column", asked->terms[i].column);
        put_quantity_member(out, "weight", &asked->terms[i].weight);
        zkl_buffer_put_u8(out, '}');
    }
    zkl_buffer_put_u8(out, ']');
}

static void put_columns(zkl_buffer *out, const zkl_claim *asked)
{
    put_member(out, "columns");
    zkl_buffer_put_u8(out, '[');
    for (size_t i = 0; i < asked->term_count; i++) {
        if (i)
            zkl_buffer_put_u8(out, ',');
        zkl_json_put_string(out, asked->terms[i].column);
    }
    zkl_buffer_put_u8(out, ']');
}

void zkl_claim_json(zkl_buffer *out, const zkl_compiled_claim *claim, const zkl_schema *schema)
{
    const zkl_claim *asked = &claim->asked;
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const bool range = asked->kind == ZKL_ASKED_RANGE;
    zkl_claim_print(&text, claim, schema);

    zkl_buffer_put_u8(out, '{');
    if (range || claim->needs_sum || asked->kind == ZKL_ASKED_NOT_NULL)
        put_text_member(out, "column", asked->terms[0].column);
    if (asked->kind == ZKL_ASKED_CELLS && asked->term_count)
        put_columns(out, asked);
    if (claim->needs_sum)
        put_text_member(out, "comparison", zkl_bytes_of_text(comparison_signs[asked->comparison]));
    if (range)
        put_bound_member(out, "high", asked->high);
    put_text_member(out, "kind", zkl_bytes_of_text(kind_words[asked->kind]));
    if (range) {
        put_bound_member(out, "low", asked->low);
        put_text_member(out, "nulls", zkl_bytes_of_text(asked->refuse_nulls ? "refuse" : "pass"));
    }
    if (claim->needs_sum) {
        put_member(out, "nulls");
        zkl_buffer_format(out, "%llu", (unsigned long long)claim->null_count);
    }
    if (asked->has_span) {
        put_member(out, "rows");
        zkl_buffer_format(out, "[%llu,%llu]", (unsigned long long)asked->first_row,
                          (unsigned long long)asked->last_row);
    }
    if (asked->is_run) {
        put_member(out, "run");
        zkl_buffer_put_text(out, "true");
    }
    if (asked->kind == ZKL_ASKED_LINEAR)
        put_terms(out, asked);
    put_text_member(out, "text", zkl_buffer_bytes(&text));
    if (claim->needs_sum || asked->kind == ZKL_ASKED_LINEAR || asked->kind == ZKL_ASKED_ROWS)
        put_quantity_member(out, "value", &asked->value);
    zkl_buffer_put_u8(out, '}');
    out->failed = out->failed || text.failed;
}

/* ---- Sentences */

static void put_range_sentence(zkl_buffer *out, const zkl_claim *asked, const zkl_column *column)
{
    const bool passes_nulls = column->nullable && !asked->refuse_nulls;
    if (asked->refuse_nulls) {
        zkl_claim_name_print(out, column->name);
        zkl_buffer_put_text(out, " has no nulls, and ");
    }
    zkl_buffer_format(out, "every %svalue of ", passes_nulls ? "non-null " : "");
    zkl_claim_name_print(out, column->name);
    if (asked->low.data && asked->high.data) {
        zkl_buffer_put_text(out, " lies between ");
        put_bound(out, asked->low);
        zkl_buffer_put_text(out, " and ");
        put_bound(out, asked->high);
    } else if (asked->low.data) {
        zkl_buffer_put_text(out, " is at least ");
        put_bound(out, asked->low);
    } else if (asked->high.data) {
        zkl_buffer_put_text(out, " is at most ");
        put_bound(out, asked->high);
    } else {
        zkl_buffer_put_text(out, " is a value of its type ");
        zkl_type_format(out, &column->type);
    }
}

static void put_sum_sentence(zkl_buffer *out, const zkl_compiled_claim *claim,
                             const zkl_column *column)
{
    const unsigned long long count = claim->row_count - claim->null_count;
    zkl_buffer_format(out, "the %s of ", kind_words[claim->asked.kind]);
    zkl_claim_name_print(out, column->name);
    zkl_buffer_format(out, " over its %llu %svalue%s is %s ", count,
                      column->nullable ? "non-null " : "", count == 1 ? "" : "s",
                      comparison_words[claim->asked.comparison]);
    put_quantity(out, &claim->asked.value);
}

void zkl_claim_sentence(zkl_buffer *out, const zkl_compiled_claim *claim, const zkl_schema *schema)
{
    const zkl_claim *asked = &claim->asked;
    const zkl_column *column = &schema->columns[claim->column];
    bool is_one;
    switch (asked->kind) {
    case ZKL_ASKED_CELLS:
        is_one =
            !asked->is_run && (asked->term_count ? asked->term_count : schema->column_count) == 1;
        if (asked->is_run)
            zkl_buffer_put_text(out, "columns ");
        if (asked->term_count)
            put_names(out, asked);
        else
            is_one ? zkl_buffer_put_text(out, "its one column")
                   : zkl_buffer_format(out, "all %zu columns", schema->column_count);
        zkl_buffer_put_text(out, is_one ? " is" : " are");
        zkl_buffer_put_text(out, " well formed: cells have 16 bits, null flags are 0 or 1, "
                                 "nulls and what lies behind "
                                 "the last row are zero");
        break;
    case ZKL_ASKED_RANGE:
        put_range_sentence(out, asked, column);
        break;
    case ZKL_ASKED_SUM:
    case ZKL_ASKED_MEAN:
        put_sum_sentence(out, claim, column);
        break;
    case ZKL_ASKED_LINEAR:
        put_relation(out, asked);
        zkl_buffer_put_text(out, claim->assertion_count > 1
                                     ? " holds in every row, and none of these columns has a null"
                                     : " holds in every row");
        break;
    case ZKL_ASKED_NOT_NULL:
        zkl_claim_name_print(out, column->name);
        zkl_buffer_put_text(out, " has no nulls");
        break;
    case ZKL_ASKED_ROWS:
        zkl_buffer_put_text(out, "the dataset has ");
        put_quantity(out, &asked->value);
        zkl_buffer_put_text(out, " rows");
        break;
    }
    if (asked->has_span)
        zkl_buffer_format(out, ", in rows %llu to %llu (counted from 0)",
                          (unsigned long long)asked->first_row,
                          (unsigned long long)asked->last_row);
}
