/* The grammar that all kinds of claims share: blanks, signs, names, quotes, literals, numbers. A
 * recursive-descent reader over bytes that come from outside; every mistake is ZKL_USAGE with
 * its place. docs/formats/claims.md, "Grammar" */
#include "claim/claim_kind.h"

#include <stdio.h>
#include <string.h>

#include "record/ids.h"

zkl_status zkl_claim_fail_at(const zkl_claim_reader *r, size_t at, const char *what)
{
    return zkl_fail(r->err, ZKL_USAGE, "character %zu: %s", at + 1, what);
}

/* ---- Bytes and signs */

/* ASCII letters, '_', and behind the first byte digits and '.'. Everything else stands in
 * quotes. */
static bool is_name_byte(uint8_t c, bool is_first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (!is_first && (zkl_is_digit(c) || c == '.'));
}

bool zkl_claim_begins_name(uint8_t byte)
{
    return is_name_byte(byte, true) || byte == '"';
}

/* The byte here; 0 at the end. A claim has no NUL, so 0 is nothing else. */
static uint8_t here(const zkl_claim_reader *r)
{
    ZKL_DEBUG_ASSERT(r->at <= r->text.size);
    return r->at < r->text.size ? r->text.data[r->at] : 0;
}

/* Blanks and tabs may stand before every part. Line ends may not: they would show a claim as
 * two. */
static void skip_blanks(zkl_claim_reader *r)
{
    while (here(r) == ' ' || here(r) == '\t')
        r->at++;
}

uint8_t zkl_claim_peek(zkl_claim_reader *r)
{
    skip_blanks(r);
    return here(r);
}

/* Tokens are not words: "rows0" is "rows" and 0. The grammar allows that. */
bool zkl_claim_accept(zkl_claim_reader *r, const char *token)
{
    const size_t size = strlen(token);
    skip_blanks(r);
    if (r->text.size - r->at < size || memcmp(r->text.data + r->at, token, size) != 0)
        return false;
    r->at += size;
    return true;
}

/* The fault is where the token should stand, behind the blanks. */
zkl_status zkl_claim_expect(zkl_claim_reader *r, const char *token)
{
    char what[32];
    if (zkl_claim_accept(r, token))
        return ZKL_OK;
    snprintf(what, sizeof what, "'%s' expected", token);
    return zkl_claim_fail_at(r, r->at, what);
}

/* ---- Names and literals */

/* Lower case alone, so that a name has one spelling in quotes. -1: none. */
static int hex_digit(uint8_t c)
{
    return zkl_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that the escape here stands for: \" \\ \xNN. Leaves the reader on its last byte. */
static zkl_status read_escape(zkl_claim_reader *r, uint8_t *out)
{
    const uint8_t *at = r->text.data + r->at;
    const size_t left = r->text.size - r->at;
    if (left > 3 && at[1] == 'x' && hex_digit(at[2]) >= 0 && hex_digit(at[3]) >= 0) {
        *out = (uint8_t)(16 * hex_digit(at[2]) + hex_digit(at[3]));
        r->at += 3;
        return ZKL_OK;
    }
    if (left < 2 || (at[1] != '"' && at[1] != '\\'))
        return zkl_claim_fail_at(r, r->at, "only \\\" \\\\ and \\xNN stand behind a backslash");
    *out = at[1];
    r->at++;
    return ZKL_OK;
}

/* The text between double quotes. An escape stands for one byte, so the copy is never longer
 * than the text. */
static zkl_status read_quoted(zkl_claim_reader *r, zkl_bytes *out)
{
    const size_t start = r->at++;
    char *copy = zkl_arena_alloc(r->arena, r->text.size - start, 1);
    size_t size = 0;
    if (!copy)
        return zkl_no_memory(r->err, r->text.size - start);
    for (;; r->at++) {
        uint8_t c = here(r);
        if (r->at >= r->text.size)
            return zkl_claim_fail_at(r, start, "the quote is not closed");
        if (c == '"')
            break;
        if (c == '\\')
            ZKL_TRY(read_escape(r, &c));
        ZKL_ASSERT(size < r->text.size - start);
        copy[size++] = (char)c;
    }
    r->at++;
    *out = zkl_bytes_of(copy, size);
    return ZKL_OK;
}

/* Borrows from the text; a quoted name is a copy without its escapes. */
zkl_status zkl_claim_read_name(zkl_claim_reader *r, zkl_bytes *out)
{
    skip_blanks(r);
    const size_t start = r->at;
    if (here(r) == '"')
        return read_quoted(r, out);
    while (is_name_byte(here(r), r->at == start))
        r->at++;
    if (r->at == start)
        return zkl_claim_fail_at(
            r, start,
            "a column name expected (other than letters, digits, '_', '.': in double quotes)");
    *out = zkl_bytes_of(r->text.data + start, r->at - start);
    return ZKL_OK;
}

/* '*', a quoted literal, or everything up to ',' '(' or ')' less the blanks at its end. "*" in
 * quotes is no open bound. */
zkl_status zkl_claim_read_literal(zkl_claim_reader *r, zkl_bytes *out)
{
    skip_blanks(r);
    const size_t start = r->at;
    if (here(r) == '"')
        return read_quoted(r, out);
    while (r->at < r->text.size && here(r) != ',' && here(r) != ')' && here(r) != '(')
        r->at++;
    size_t end = r->at;
    while (end > start && (r->text.data[end - 1] == ' ' || r->text.data[end - 1] == '\t'))
        end--;
    if (end == start)
        return zkl_claim_fail_at(r, start, "a value or '*' expected");
    ZKL_ASSERT(end <= r->text.size);
    *out = zkl_bytes_of(r->text.data + start, end - start);
    if (zkl_bytes_equal_text(*out, "*"))
        *out = (zkl_bytes){ 0 };
    return ZKL_OK;
}

/* ---- Numbers */

/* The longest run of digits here; zkl_exact_parse decides whether it is a number. */
static zkl_bytes take_digits(zkl_claim_reader *r, bool sign, bool point)
{
    const size_t start = r->at;
    if (sign && here(r) == '-')
        r->at++;
    while (zkl_is_digit(here(r)) || (point && here(r) == '.'))
        r->at++;
    return zkl_bytes_of(r->text.data + start, r->at - start);
}

/* Decimal digits alone: no plus, no exponent, no zero in front. */
zkl_status zkl_claim_read_quantity(zkl_claim_reader *r, zkl_quantity *out, bool sign)
{
    skip_blanks(r);
    const size_t start = r->at;
    *out = (zkl_quantity){ .denominator = 1 };
    if (!zkl_exact_parse(&out->digits, &out->scale, take_digits(r, sign, true)))
        return zkl_claim_fail_at(r, start,
                                 "a plain number expected (like -12.50, at most 76 digits)");
    return ZKL_OK;
}

/* Below 2^64, without sign and point. */
zkl_status zkl_claim_read_count(zkl_claim_reader *r, uint64_t *out)
{
    skip_blanks(r);
    const size_t start = r->at;
    zkl_exact value;
    unsigned scale;
    if (!zkl_exact_parse(&value, &scale, take_digits(r, false, false)) ||
        !zkl_exact_to_u64(out, &value))
        return zkl_claim_fail_at(r, start, "a whole number expected");
    return ZKL_OK;
}

bool zkl_claim_accept_comparison(zkl_claim_reader *r, unsigned *mode)
{
    *mode = ZKL_MODE_EXACTLY;
    if (zkl_claim_accept(r, ">="))
        *mode = ZKL_MODE_AT_LEAST;
    else if (zkl_claim_accept(r, "<="))
        *mode = ZKL_MODE_AT_MOST;
    else
        return zkl_claim_accept(r, "=");
    return true;
}

/* ---- Columns and bodies of a claim */

/* Room grows by four: 4,096 columns are copied six times. */
zkl_status zkl_claim_read_column(zkl_claim_reader *r, zkl_claim *claim)
{
    zkl_claim_column column = { 0 };
    ZKL_ASSERT(claim->column_count <= r->column_capacity);
    ZKL_TRY(zkl_claim_read_name(r, &column.name));
    if (claim->column_count >= ZKL_CLAIM_COLUMNS_MAX)
        return zkl_fail(r->err, ZKL_LIMIT, "the claim names more than %d columns",
                        ZKL_CLAIM_COLUMNS_MAX);
    if (claim->column_count == r->column_capacity) {
        const size_t more = r->column_capacity ? 4 * r->column_capacity : 4;
        zkl_claim_column *columns = ZKL_ARENA_NEW(r->arena, zkl_claim_column, more);
        if (!columns)
            return zkl_no_memory(r->err, more * sizeof *columns);
        if (claim->column_count)
            memcpy(columns, claim->columns, claim->column_count * sizeof *columns);
        claim->columns = columns;
        r->column_capacity = more;
    }
    ZKL_ASSERT(claim->column_count < r->column_capacity);
    claim->columns[claim->column_count++] = column;
    return ZKL_OK;
}

/* What a dataset's name and version are made of, and the '@' between them. */
static bool is_reference_byte(uint8_t c)
{
    return is_name_byte(c, false) || c == '-' || c == '@';
}

/* Few: all of them are read at most. */
zkl_status zkl_claim_read_other(zkl_claim_reader *r, zkl_claim *claim)
{
    zkl_claim_other other = { 0 };
    zkl_error why = { 0 };
    skip_blanks(r);
    const size_t start = r->at;
    while (is_reference_byte(here(r)))
        r->at++;
    const zkl_bytes text = zkl_bytes_of(r->text.data + start, r->at - start);
    if (zkl_dataset_ref_parse(&other.name, &other.version, text, &why) != ZKL_OK)
        return zkl_claim_fail_at(r, start, "a dataset expected, as NAME or NAME@VERSION");
    if (!claim->others)
        claim->others = ZKL_ARENA_NEW(r->arena, zkl_claim_other, ZKL_CLAIM_OTHERS_MAX);
    if (!claim->others)
        return zkl_no_memory(r->err, ZKL_CLAIM_OTHERS_MAX * sizeof *claim->others);
    if (claim->other_count == ZKL_CLAIM_OTHERS_MAX)
        return zkl_fail(r->err, ZKL_LIMIT, "the claim names more than %d other datasets",
                        ZKL_CLAIM_OTHERS_MAX);
    claim->others[claim->other_count++] = other;
    return ZKL_OK;
}

zkl_status zkl_claim_read_one_column(zkl_claim_reader *r, zkl_claim *claim)
{
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_column(r, claim));
    return zkl_claim_expect(r, ")");
}

zkl_status zkl_claim_read_columns(zkl_claim_reader *r, zkl_claim *claim)
{
    ZKL_TRY(zkl_claim_expect(r, "("));
    do {
        ZKL_TRY(zkl_claim_read_column(r, claim));
    } while (zkl_claim_accept(r, ","));
    return zkl_claim_expect(r, ")");
}

zkl_status zkl_claim_new_body(void **out, zkl_arena *arena, size_t size, zkl_error *err)
{
    ZKL_ASSERT(size > 0);
    *out = zkl_arena_alloc(arena, size, 1);
    return *out ? ZKL_OK : zkl_no_memory(err, size);
}
