/* A cut is a predicate of claims, "c < v". Floats have no predicates: of them two ranges are
 * claimed, up to a number between the cut and the greatest float below it, and from the cut on. */
#include "service/split_cut.h"

#include <stdio.h>
#include <string.h>

#include "claim/claim_predicate.h"
#include "input/engine.h"
#include "types/value.h"

/* The buffer's text, which is cleared. */
static zkl_status keep(const char **out, zkl_arena *arena, zkl_buffer *text, zkl_error *err)
{
    const zkl_status status = zkl_buffer_status(text, err);
    *out = status == ZKL_OK ? zkl_arena_text(arena, (const char *)text->data, text->size) : NULL;
    const size_t size = text->size;
    zkl_buffer_clear(text);
    return status != ZKL_OK || *out ? status : zkl_no_memory(err, size);
}

static zkl_status format(const char **out, zkl_arena *arena, const char *before, const char *text,
                         const char *after, zkl_error *err)
{
    *out = zkl_arena_format(arena, "%s%s%s", before, text, after);
    return *out ? ZKL_OK : zkl_no_memory(err, strlen(text));
}

/* ---- Floats */

/* A number below the float of code `above`, and not below the one before it. Digits are added until
 * the number is rounded down to that one; an exact one has an end. */
static bool find_below(char out[static ZKL_VALUE_TEXT_BYTES_MAX], const zkl_type *type,
                       zkl_code above)
{
    const double zero = 0.0;
    const bool is_double = type->kind == ZKL_TYPE_FLOAT64;
    zkl_code before = above - 1;
    if (above == (is_double ? zkl_code_of_float64(zero) : zkl_code_of_float32((float)zero)))
        before--; /* the code of -0.0, which no value has */
    const double value =
        is_double ? zkl_float64_of_code(before) : (double)zkl_float32_of_code(before);
    for (int digits = 9; digits < ZKL_VALUE_TEXT_BYTES_MAX - 10; digits++) {
        zkl_bound bound;
        const char *unused;
        snprintf(out, ZKL_VALUE_TEXT_BYTES_MAX, "%.*g", digits, value);
        if (zkl_bound_parse(&bound, type, zkl_bytes_of_text(out), &unused) &&
            bound.greatest == before)
            return true;
    }
    return false;
}

static zkl_status put_ranges(split_cut *out, zkl_arena *arena, const char *name,
                             const zkl_type *type, const zkl_bound *cut, zkl_error *err)
{
    char below[ZKL_VALUE_TEXT_BYTES_MAX];
    const char *most = cut->text;
    if (cut->least == cut->greatest) { /* the cut is a float itself */
        if (!find_below(below, type, cut->least))
            return zkl_fail(err, ZKL_NOT_SUPPORTED, "no short number lies right below '%s'",
                            cut->text);
        most = below;
    }
    const char *own;
    ZKL_TRY(format(&own, arena, "range(", name, "", err));
    out->claims[0] = zkl_arena_format(arena, "%s, *, %s, nulls=refuse)", own, most);
    out->claims[1] = zkl_arena_format(arena, "%s, %s, *)", own, cut->text);
    return out->claims[0] && out->claims[1] ? ZKL_OK : zkl_no_memory(err, 0);
}

/* Of a number that is no float, on which side the float lies that people write so. */
static const char *written_side(const zkl_type *type, const zkl_bound *cut)
{
    zkl_code code;
    const char *unused;
    if (cut->least == cut->greatest ||
        !zkl_value_parse(&code, type, zkl_bytes_of_text(cut->text), &unused))
        return "";
    return code < cut->least ? " (no float is that number: the one that is written so lies below)"
                             : " (no float is that number: the one that is written so lies above)";
}

static zkl_status cut_floats(split_cut *out, zkl_arena *arena, const zkl_column *column,
                             const char *at, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_code first, last;
    zkl_bound cut;
    char value[ZKL_VALUE_TEXT_BYTES_MAX];
    const char *reason = "", *name;
    zkl_type_code_range(&first, &last, &column->type);
    if (!zkl_bound_parse(&cut, &column->type, zkl_bytes_of_text(at), &reason))
        return zkl_fail(err, ZKL_USAGE, "'%.100s' is %s", at, reason);
    if (cut.least == first)
        return zkl_fail(err, ZKL_USAGE, "no value lies below '%s'", cut.text);
    zkl_claim_name_print(&text, column->name);
    ZKL_TRY(keep(&name, arena, &text, err));
    out->words =
        zkl_arena_format(arena, "%s < %s%s", name, cut.text, written_side(&column->type, &cut));
    if (!out->words)
        return zkl_no_memory(err, 0);
    (void)zkl_value_format(value, &column->type, cut.least);
    zkl_engine_put_name(&text, column->name);
    zkl_buffer_put_text(&text, " < ");
    zkl_engine_put_text(&text, zkl_bytes_of_text(value));
    ZKL_TRY(keep(&out->sql, arena, &text, err));
    return put_ranges(out, arena, name, &column->type, &cut, err);
}

/* ---- All others */

static zkl_status cut_others(split_cut *out, zkl_arena *arena, const zkl_schema *schema,
                             zkl_bytes name, const char *at, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const char *asked;
    zkl_said_predicate predicate;
    zkl_claim claim = { 0 };
    zkl_claim_put_text(&text, name);
    zkl_buffer_put_text(&text, " < ");
    zkl_claim_put_text(&text, zkl_bytes_of_text(at)); /* in quotes, as a name */
    ZKL_TRY(keep(&asked, arena, &text, err));
    zkl_claim_reader reader = { .text = zkl_bytes_of_text(asked), .arena = arena, .err = err };
    const zkl_claim_dataset dataset = { .schema = schema };
    const zkl_claim_scope scope = { .datasets = &dataset, .dataset_count = 1 };
    const zkl_claim_maker maker = { arena, &scope, err };
    ZKL_TRY(zkl_said_predicate_read(&reader, &predicate, &claim));
    ZKL_TRY(zkl_said_predicate_check(&maker, &predicate, &claim));
    zkl_said_predicate_print(&text, &predicate);
    ZKL_TRY(keep(&out->words, arena, &text, err));
    zkl_said_predicate_sql(&text, &predicate);
    ZKL_TRY(keep(&out->sql, arena, &text, err));
    ZKL_TRY(format(&out->claims[0], arena, "share(where ", out->words, ") = 1", err));
    return format(&out->claims[1], arena, "count(where ", out->words, ") = 0", err);
}

zkl_status split_cut_make(split_cut *out, zkl_arena *arena, const zkl_schema *schema, size_t column,
                          const char *at, zkl_error *err)
{
    ZKL_ASSERT(column < schema->column_count);
    const zkl_column *by = &schema->columns[column];
    const bool is_float = by->type.kind == ZKL_TYPE_FLOAT32 || by->type.kind == ZKL_TYPE_FLOAT64;
    return is_float ? cut_floats(out, arena, by, at, err)
                    : cut_others(out, arena, schema, by->name, at, err);
}
