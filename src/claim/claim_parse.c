/* Text to zkl_claim: a small recursive-descent parser, one function a rule. */
#include "claim/claim.h"

#include <stdio.h>
#include <string.h>

#include "text/shown.h"
#include "record/ids.h"
#include "text/utf8.h"

typedef struct claim_reader {
    zkl_bytes text;
    size_t at;
    zkl_arena *arena;
    zkl_error *err;
} claim_reader;

static zkl_status fail_at(const claim_reader *r, size_t at, const char *what)
{
    return zkl_fail(r->err, ZKL_USAGE, "character %zu: %s", at + 1, what);
}

static bool is_name_byte(uint8_t c, bool is_first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (!is_first && (zkl_is_digit(c) || c == '.'));
}

static uint8_t peek(const claim_reader *r)
{
    return r->at < r->text.size ? r->text.data[r->at] : 0;
}

static void skip_blanks(claim_reader *r)
{
    while (peek(r) == ' ' || peek(r) == '\t')
        r->at++;
}

static bool accept(claim_reader *r, const char *token)
{
    const size_t size = strlen(token);
    skip_blanks(r);
    if (r->text.size - r->at < size || memcmp(r->text.data + r->at, token, size) != 0)
        return false;
    r->at += size;
    return true;
}

static zkl_status expect(claim_reader *r, const char *token)
{
    char what[32];
    if (accept(r, token))
        return ZKL_OK;
    snprintf(what, sizeof what, "'%s' expected", token);
    return fail_at(r, r->at, what);
}

static int hex_digit(uint8_t c)
{
    return zkl_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The text between double quotes; \" \\ \xNN. */
static zkl_status read_quoted(claim_reader *r, zkl_bytes *out)
{
    const size_t start = r->at++;
    char *copy = zkl_arena_alloc(r->arena, r->text.size - start, 1);
    size_t size = 0;
    if (!copy)
        return zkl_no_memory(r->err, r->text.size - start);
    for (;; r->at++) {
        uint8_t c = peek(r);
        if (r->at >= r->text.size)
            return fail_at(r, start, "the quote is not closed");
        if (c == '"')
            break;
        if (c == '\\') {
            const size_t left = r->text.size - r->at;
            c = left > 1 ? r->text.data[r->at + 1] : 0;
            if (c == 'x' && left > 3 && hex_digit(r->text.data[r->at + 2]) >= 0 &&
                hex_digit(r->text.data[r->at + 3]) >= 0) {
                c = (uint8_t)(16 * hex_digit(r->text.data[r->at + 2]) +
                              hex_digit(r->text.data[r->at + 3]));
                r->at += 2;
            } else if (c != '"' && c != '\\') {
                return fail_at(r, r->at, "only \\\" \\\\ and \\xNN stand behind a backslash");
            }
            r->at++;
        }
        copy[size++] = (char)c;
    }
    r->at++;
    *out = zkl_bytes_of(copy, size);
    return ZKL_OK;
}

static zkl_status read_name(claim_reader *r, zkl_bytes *out)
{
    skip_blanks(r);
    const size_t start = r->at;
    if (peek(r) == '"')
        return read_quoted(r, out);
    while (is_name_byte(peek(r), r->at == start))
        r->at++;
    if (r->at == start)
        return fail_at(
            r, start,
            "a column name expected (other than letters, digits, '_', '.': in double quotes)");
    *out = zkl_bytes_of(r->text.data + start, r->at - start);
    return ZKL_OK;
}

/* A bound: '*', a quoted literal, or everything up to ',' or ')'. */
static zkl_status read_bound(claim_reader *r, zkl_bytes *out)
{
    skip_blanks(r);
    const size_t start = r->at;
    if (peek(r) == '"')
        return read_quoted(r, out);
    while (r->at < r->text.size && peek(r) != ',' && peek(r) != ')' && peek(r) != '(')
        r->at++;
    size_t end = r->at;
    while (end > start && (r->text.data[end - 1] == ' ' || r->text.data[end - 1] == '\t'))
        end--;
    if (end == start)
        return fail_at(r, start, "a value or '*' expected");
    *out = zkl_bytes_of(r->text.data + start, end - start);
    if (zkl_bytes_equal_text(*out, "*"))
        *out = (zkl_bytes){ 0 };
    return ZKL_OK;
}

static zkl_bytes take_digits(claim_reader *r, bool sign, bool point)
{
    const size_t start = r->at;
    if (sign && peek(r) == '-')
        r->at++;
    while (zkl_is_digit(peek(r)) || (point && peek(r) == '.'))
        r->at++;
    return zkl_bytes_of(r->text.data + start, r->at - start);
}

static zkl_status read_quantity(claim_reader *r, zkl_quantity *out, bool sign)
{
    skip_blanks(r);
    const size_t start = r->at;
    *out = (zkl_quantity){ .denominator = 1 };
    if (!zkl_exact_parse(&out->digits, &out->scale, take_digits(r, sign, true)))
        return fail_at(r, start, "a plain number expected (like -12.50, at most 76 digits)");
    return ZKL_OK;
}

static zkl_status read_count(claim_reader *r, uint64_t *out)
{
    skip_blanks(r);
    const size_t start = r->at;
    zkl_exact value;
    unsigned scale;
    if (!zkl_exact_parse(&value, &scale, take_digits(r, false, false)) ||
        !zkl_exact_to_u64(out, &value))
        return fail_at(r, start, "a whole number expected");
    return ZKL_OK;
}

/* ---- The kinds */

static zkl_status add_term(claim_reader *r, zkl_claim *out, size_t *capacity,
                           const zkl_claim_term *term)
{
    if (out->term_count >= ZKL_CLAIM_TERMS_MAX)
        return zkl_fail(r->err, ZKL_LIMIT, "the claim names more than %d columns",
                        ZKL_CLAIM_TERMS_MAX);
    if (out->term_count == *capacity) {
        const size_t more = *capacity ? 4 * *capacity : 4;
        zkl_claim_term *terms = ZKL_ARENA_NEW(r->arena, zkl_claim_term, more);
        if (!terms)
            return zkl_no_memory(r->err, more * sizeof *terms);
        if (out->term_count)
            memcpy(terms, out->terms, out->term_count * sizeof *terms);
        out->terms = terms;
        *capacity = more;
    }
    out->terms[out->term_count++] = *term;
    return ZKL_OK;
}

static zkl_status read_column(claim_reader *r, zkl_claim *out)
{
    size_t capacity = 0;
    zkl_claim_term term = { 0 };
    ZKL_TRY(read_name(r, &term.column));
    return add_term(r, out, &capacity, &term);
}

static zkl_status parse_cells(claim_reader *r, zkl_claim *out)
{
    size_t capacity = 0;
    if (accept(r, "*"))
        return ZKL_OK;
    do {
        zkl_claim_term term = { 0 };
        ZKL_TRY(read_name(r, &term.column));
        ZKL_TRY(add_term(r, out, &capacity, &term));
        if (out->term_count == 1 && accept(r, "..")) {
            ZKL_TRY(read_name(r, &term.column));
            out->is_run = true;
            return add_term(r, out, &capacity, &term);
        }
    } while (accept(r, ","));
    return ZKL_OK;
}

static zkl_status parse_range(claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(read_column(r, out));
    ZKL_TRY(expect(r, ","));
    ZKL_TRY(read_bound(r, &out->low));
    ZKL_TRY(expect(r, ","));
    ZKL_TRY(read_bound(r, &out->high));
    if (!accept(r, ","))
        return ZKL_OK;
    ZKL_TRY(expect(r, "nulls"));
    ZKL_TRY(expect(r, "="));
    if (accept(r, "refuse"))
        out->refuse_nulls = true;
    else
        ZKL_TRY(expect(r, "pass"));
    return ZKL_OK;
}

/* out -= constant, or += when it is negated. */
static zkl_status move_constant(claim_reader *r, zkl_quantity *out, zkl_quantity constant,
                                bool negated)
{
    const unsigned scale = out->scale > constant.scale ? out->scale : constant.scale;
    zkl_exact power, value, moved;
    const bool fits =
        zkl_exact_power_of_ten(&power, scale - out->scale) &&
        zkl_exact_mul(&value, &out->digits, &power) &&
        zkl_exact_power_of_ten(&power, scale - constant.scale) &&
        zkl_exact_mul(&moved, &constant.digits, &power) &&
        (negated ? zkl_exact_add(&value, &value, &moved) : zkl_exact_sub(&value, &value, &moved));
    if (!fits)
        return zkl_fail(r->err, ZKL_LIMIT, "the value of the linear claim has too many digits");
    out->digits = value;
    out->scale = scale;
    return ZKL_OK;
}

/* A number alone, or a column with or without its weight. negated: it is subtracted from the left side, or added to the right
 * one. Columns are gathered on the left, numbers on the right. */
static zkl_status parse_item(claim_reader *r, zkl_claim *out, size_t *capacity, bool negated)
{
    zkl_claim_term term = { .weight = { .digits = zkl_exact_of(1), .denominator = 1 } };
    skip_blanks(r);
    if (zkl_is_digit(peek(r))) {
        ZKL_TRY(read_quantity(r, &term.weight, false));
        skip_blanks(r);
        if (is_name_byte(peek(r), true) || peek(r) == '"')
            return expect(r, "*");
        if (!accept(r, "*"))
            return move_constant(r, &out->value, term.weight, negated);
    }
    ZKL_TRY(read_name(r, &term.column));
    if (negated)
        term.weight.digits = zkl_exact_negate(term.weight.digits);
    return add_term(r, out, capacity, &term);
}

static zkl_status parse_side(claim_reader *r, zkl_claim *out, size_t *capacity, bool is_right)
{
    bool minus = accept(r, "-");
    do {
        ZKL_TRY(parse_item(r, out, capacity, minus != is_right));
        minus = accept(r, "-");
    } while (minus || accept(r, "+"));
    return ZKL_OK;
}

/* What numbers of two sides add up to stands in the canonical text, which is read again: so it has no more digits than one
 * number may have. */
static zkl_status check_digits(claim_reader *r, const zkl_quantity *value)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    size_t digits = 0;
    zkl_exact_format(&text, &value->digits, value->scale);
    ZKL_TRY(zkl_buffer_status(&text, r->err));
    for (size_t i = 0; i < text.size; i++)
        digits += zkl_is_digit(text.data[i]);
    if (digits > ZKL_EXACT_DIGITS_MAX)
        return zkl_fail(r->err, ZKL_LIMIT,
                        "the value of the linear claim has %zu digits, at most %d", digits,
                        ZKL_EXACT_DIGITS_MAX);
    return ZKL_OK;
}

static zkl_status parse_linear(claim_reader *r, zkl_claim *out)
{
    const size_t start = r->at;
    size_t capacity = 0;
    out->value = (zkl_quantity){ .denominator = 1 };
    ZKL_TRY(parse_side(r, out, &capacity, false));
    skip_blanks(r);
    if (peek(r) == '<' || peek(r) == '>')
        return fail_at(r, r->at, "a linear claim is an equation: '=' expected");
    ZKL_TRY(expect(r, "="));
    ZKL_TRY(parse_side(r, out, &capacity, true));
    if (!out->term_count)
        return fail_at(r, start, "a column name expected");
    return check_digits(r, &out->value);
}

static zkl_status parse_rows(claim_reader *r, zkl_claim *out)
{
    uint64_t count;
    ZKL_TRY(read_count(r, &count));
    out->value = (zkl_quantity){ .digits = zkl_exact_of_u64(count), .denominator = 1 };
    return ZKL_OK;
}

/* Behind sum(c), mean(c): nothing, or a comparison and a value. */
static zkl_status parse_comparison(claim_reader *r, zkl_claim *out)
{
    if (accept(r, ">="))
        out->comparison = ZKL_COMPARE_AT_LEAST;
    else if (accept(r, "<="))
        out->comparison = ZKL_COMPARE_AT_MOST;
    else if (accept(r, "="))
        out->comparison = ZKL_COMPARE_EXACTLY;
    else
        return ZKL_OK;
    ZKL_TRY(read_quantity(r, &out->value, true));
    if (out->kind != ZKL_ASKED_MEAN || !accept(r, "/"))
        return ZKL_OK;
    const size_t start = r->at;
    ZKL_TRY(read_count(r, &out->value.denominator));
    return out->value.denominator ? ZKL_OK : fail_at(r, start, "the denominator is 0");
}

static zkl_status parse_span(claim_reader *r, zkl_claim *out)
{
    const size_t start = r->at;
    if (!accept(r, "in"))
        return ZKL_OK;
    ZKL_TRY(expect(r, "rows"));
    ZKL_TRY(read_count(r, &out->first_row));
    ZKL_TRY(expect(r, ".."));
    ZKL_TRY(read_count(r, &out->last_row));
    if (out->kind == ZKL_ASKED_ROWS)
        return fail_at(r, start, "rows(n) speaks of the whole dataset");
    out->has_span = true;
    return ZKL_OK;
}

typedef struct claim_word {
    const char *name;
    zkl_asked_kind kind;
    zkl_status (*parse)(claim_reader *r, zkl_claim *out);
} claim_word;

static const claim_word claim_words[] = {
    { "cells", ZKL_ASKED_CELLS, parse_cells },    { "range", ZKL_ASKED_RANGE, parse_range },
    { "sum", ZKL_ASKED_SUM, read_column },        { "mean", ZKL_ASKED_MEAN, read_column },
    { "linear", ZKL_ASKED_LINEAR, parse_linear }, { "not_null", ZKL_ASKED_NOT_NULL, read_column },
    { "rows", ZKL_ASKED_ROWS, parse_rows },
};

const char *zkl_claim_word(size_t index)
{
    return index < ZKL_COUNT(claim_words) ? claim_words[index].name : NULL;
}

static zkl_status parse_claim(claim_reader *r, zkl_claim *out)
{
    zkl_bytes word;
    skip_blanks(r);
    const size_t start = r->at;
    const claim_word *found = NULL;
    ZKL_TRY(read_name(r, &word));
    for (size_t i = 0; i < ZKL_COUNT(claim_words); i++)
        if (zkl_bytes_equal_text(word, claim_words[i].name))
            found = &claim_words[i];
    if (!found)
        return fail_at(r, start, "unknown kind; known: range, sum, mean, linear, not_null, rows");
    out->kind = found->kind;
    ZKL_TRY(expect(r, "("));
    ZKL_TRY(found->parse(r, out));
    ZKL_TRY(expect(r, ")"));
    if (out->kind == ZKL_ASKED_SUM || out->kind == ZKL_ASKED_MEAN)
        ZKL_TRY(parse_comparison(r, out));
    ZKL_TRY(parse_span(r, out));
    skip_blanks(r);
    return r->at == r->text.size ? ZKL_OK : fail_at(r, r->at, "nothing more expected");
}

zkl_status zkl_claim_parse(zkl_claim *out, zkl_arena *arena, zkl_bytes text, zkl_error *err)
{
    claim_reader reader = { .text = text, .arena = arena, .err = err };
    zkl_claim asked = { 0 };
    if (text.size > ZKL_CLAIM_TEXT_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the claim has %zu bytes, at most %d", text.size,
                        ZKL_CLAIM_TEXT_BYTES_MAX);
    if (!text.size || !zkl_utf8_valid(text) || memchr(text.data, 0, text.size))
        return zkl_fail(err, ZKL_USAGE, "the claim is empty or not UTF-8 text");
    ZKL_TRY(parse_claim(&reader, &asked));
    *out = asked;
    return ZKL_OK;
}

void zkl_claim_name_print(zkl_buffer *out, zkl_bytes name)
{
    bool plain = name.size > 0;
    for (size_t i = 0; i < name.size; i++)
        plain = plain && is_name_byte(name.data[i], i == 0);
    if (plain) {
        zkl_buffer_put(out, name.data, name.size);
        return;
    }
    zkl_buffer_put_u8(out, '"');
    bool hidden;
    for (size_t i = 0, size; i < name.size; i += size) {
        size = zkl_shown_step(&hidden, name, i);
        if (name.data[i] == '"' || name.data[i] == '\\')
            zkl_buffer_put_u8(out, '\\');
        if (!hidden)
            zkl_buffer_put(out, name.data + i, size);
        for (size_t k = 0; hidden && k < size; k++)
            zkl_buffer_format(out, "\\x%02x", name.data[i + k]);
    }
    zkl_buffer_put_u8(out, '"');
}
