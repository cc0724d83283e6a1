/* The grammar that all kinds of claims share: blanks, signs, names, quotes, literals, numbers. A
 * recursive-descent reader over bytes that come from outside; every mistake is ZKL_USAGE with
 * its place. docs/formats/claims.md, "Grammar" */
#include "claim/claim_kind.h"

#include <stdio.h>
#include <string.h>

#include "record/ids.h"

/* Does what stands here look like the rest of the name before it, as in "sepal length (cm)"? Signs
 * of the grammar do not, but a bracket that opens does. */
static bool goes_on_as_name(const zkl_claim_reader *r, size_t at)
{
    size_t end = at;
    while (end > 0 && (r->text.data[end - 1] == ' ' || r->text.data[end - 1] == '\t'))
        end--;
    return r->name_end && end == r->name_end && at < r->text.size &&
           !strchr(",)=<>\"", r->text.data[at]);
}

zkl_status zkl_claim_fail_at(const zkl_claim_reader *r, size_t at, const char *what)
{
    return zkl_fail(r->err, ZKL_USAGE, "character %zu: %s%s", at + 1, what,
                    goes_on_as_name(r, at) ? "; a name with blanks or signs stands in double quotes"
                                           : "");
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
    r->name_end = r->at;
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

zkl_status zkl_claim_read_ratio(zkl_claim_reader *r, zkl_quantity *out)
{
    ZKL_TRY(zkl_claim_read_quantity(r, out, true));
    if (!zkl_claim_accept(r, "/"))
        return ZKL_OK;
    const size_t start = r->at;
    ZKL_TRY(zkl_claim_read_count(r, &out->denominator));
    return out->denominator ? ZKL_OK : zkl_claim_fail_at(r, start, "the denominator is 0");
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
static zkl_status add_column(zkl_claim_reader *r, zkl_claim *claim, const zkl_claim_column *column)
{
    ZKL_ASSERT(claim->column_count <= r->column_capacity);
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
    claim->columns[claim->column_count++] = *column;
    return ZKL_OK;
}

zkl_status zkl_claim_read_column(zkl_claim_reader *r, zkl_claim *claim)
{
    zkl_claim_column column = { 0 };
    ZKL_TRY(zkl_claim_read_name(r, &column.name));
    return add_column(r, claim, &column);
}

/* What a dataset's name and version are made of, and the '@' between them. */
static bool is_reference_byte(uint8_t c)
{
    return is_name_byte(c, false) || c == '-' || c == '@';
}

static zkl_status add_other(zkl_claim_reader *r, zkl_claim *claim, const zkl_claim_other *other)
{
    if (!claim->others)
        claim->others = ZKL_ARENA_NEW(r->arena, zkl_claim_other, ZKL_CLAIM_OTHERS_MAX);
    if (!claim->others)
        return zkl_no_memory(r->err, ZKL_CLAIM_OTHERS_MAX * sizeof *claim->others);
    if (claim->other_count == ZKL_CLAIM_OTHERS_MAX)
        return zkl_fail(r->err, ZKL_LIMIT, "the claim names more than %d other datasets",
                        ZKL_CLAIM_OTHERS_MAX);
    claim->others[claim->other_count] = *other;
    claim->others[claim->other_count].dataset = claim->other_count + 1; /* as columns of it have */
    claim->other_count++;
    return ZKL_OK;
}

static zkl_status parse_other(zkl_claim_reader *r, zkl_claim_other *out, size_t start,
                              zkl_bytes text)
{
    zkl_error why = { 0 };
    *out = (zkl_claim_other){ 0 };
    if (zkl_dataset_ref_parse(&out->name, &out->version, text, &why) != ZKL_OK)
        return zkl_claim_fail_at(r, start, "a dataset expected, as NAME or NAME@VERSION");
    return ZKL_OK;
}

/* Few: all of them are read at most. */
zkl_status zkl_claim_read_other(zkl_claim_reader *r, zkl_claim *claim)
{
    zkl_claim_other other;
    skip_blanks(r);
    const size_t start = r->at;
    while (is_reference_byte(here(r)))
        r->at++;
    ZKL_TRY(parse_other(r, &other, start, zkl_bytes_of(r->text.data + start, r->at - start)));
    return add_other(r, claim, &other);
}

/* ---- Columns of other datasets */

/* How many bytes from here on are a dataset's name with its version, "NAME@VERSION": 0 when none
 * is. '-' stands in names too, so the '@' decides. */
static size_t versioned_size(const zkl_claim_reader *r)
{
    size_t at = r->at;
    const uint8_t *text = r->text.data;
    while (at < r->text.size && (is_name_byte(text[at], false) || text[at] == '-'))
        at++;
    if (at == r->at || at >= r->text.size || text[at] != '@')
        return 0;
    for (at++; at < r->text.size && zkl_is_digit(text[at]);)
        at++;
    return at - r->at;
}

bool zkl_claim_begins_dataset(const zkl_claim_reader *r)
{
    return versioned_size(r) > 0;
}

/* The run of plain bytes here, and where its last point stands: 0 when there is none. */
static size_t plain_size(const zkl_claim_reader *r, size_t *point)
{
    size_t at = r->at;
    for (*point = 0; at < r->text.size && is_name_byte(r->text.data[at], at == r->at); at++)
        if (r->text.data[at] == '.')
            *point = at - r->at;
    return at - r->at;
}

/* The place of the other among the claim's, which it joins. */
static zkl_status place_other(zkl_claim_reader *r, zkl_claim *claim, const zkl_claim_other *other,
                              size_t *out)
{
    for (*out = 0; *out < claim->other_count; ++*out)
        if (claim->others[*out].version == other->version &&
            zkl_bytes_equal(claim->others[*out].name, other->name))
            return ZKL_OK;
    return add_other(r, claim, other);
}

/* What stands in a list of pairs. */
typedef struct pair_item {
    bool is_dataset; /* a dataset alone, no column of it */
    bool is_bare;    /* a column that may be meant as a dataset */
} pair_item;

/* A name in quotes, or without a point, is the own dataset's. */
static zkl_status read_item(zkl_claim_reader *r, zkl_claim *claim, pair_item *out)
{
    zkl_claim_column column = { 0 };
    zkl_claim_other other;
    size_t point, place;
    *out = (pair_item){ 0 };
    skip_blanks(r);
    const size_t start = r->at, versioned = versioned_size(r), plain = plain_size(r, &point);
    if (!versioned && !point) {
        out->is_bare = here(r) != '"';
        return zkl_claim_read_column(r, claim);
    }
    const size_t size = versioned ? versioned : point;
    ZKL_TRY(parse_other(r, &other, start, zkl_bytes_of(r->text.data + start, size)));
    ZKL_TRY(place_other(r, claim, &other, &place));
    r->at += size;
    out->is_dataset = here(r) != '.';
    if (out->is_dataset)
        return ZKL_OK;
    r->at++;
    if (versioned || size + 1 == plain)
        ZKL_TRY(zkl_claim_read_name(r, &column.name));
    else {
        column.name = zkl_bytes_of(r->text.data + r->at, plain - size - 1);
        r->at = r->name_end = start + plain;
    }
    column.dataset = 1 + place;
    return add_column(r, claim, &column);
}

zkl_status zkl_claim_read_any_column(zkl_claim_reader *r, zkl_claim *claim)
{
    pair_item item;
    zkl_claim_peek(r);
    const size_t start = r->at;
    ZKL_TRY(read_item(r, claim, &item));
    return item.is_dataset ? zkl_claim_fail_at(r, start, "a column of this dataset expected")
                           : ZKL_OK;
}

/* The own columns again, as the other dataset's. */
static zkl_status pair_same_names(zkl_claim_reader *r, zkl_claim *claim)
{
    const size_t count = claim->column_count;
    for (size_t i = 0; i < count; i++) {
        const zkl_claim_column column = { claim->columns[i].name, 1 };
        ZKL_TRY(add_column(r, claim, &column));
    }
    return ZKL_OK;
}

/* Half of the columns are the own ones, in front, and half those of one other dataset. */
static bool pairs_off(const zkl_claim *claim)
{
    const size_t half = claim->column_count / 2;
    bool good = half > 0 && claim->column_count == 2 * half && claim->other_count == 1;
    for (size_t i = 0; good && i < claim->column_count; i++)
        good = claim->columns[i].dataset == (i >= half);
    return good;
}

/* A word of the list and "=", and its place and 1: a column may have the word for a name. */
static size_t accept_option(zkl_claim_reader *r, const char *const *options)
{
    const size_t at = r->at;
    for (size_t i = 0; options && options[i]; i++) {
        if (zkl_claim_accept(r, options[i]) && zkl_claim_accept(r, "="))
            return i + 1;
        r->at = at;
    }
    return 0;
}

/* Behind a dataset and ",": nothing but an option can stand there. */
static zkl_status expect_option(zkl_claim_reader *r, const char *const *options, size_t *option)
{
    char what[64];
    size_t at = 0;
    zkl_claim_peek(r);
    *option = accept_option(r, options);
    if (*option)
        return ZKL_OK;
    for (size_t i = 0; options[i]; i++)
        at += (size_t)snprintf(what + at, sizeof what - at, "%s'%s='", i ? " or " : "", options[i]);
    snprintf(what + at, sizeof what - at, " expected");
    return zkl_claim_fail_at(r, r->at, what);
}

zkl_status zkl_claim_read_pairs(zkl_claim_reader *r, zkl_claim *claim, const char *const *options,
                                size_t *option)
{
    pair_item item = { 0 };
    zkl_claim_peek(r);
    const size_t start = r->at;
    size_t ended = 0;
    do {
        ended = claim->column_count ? accept_option(r, options) : 0;
        if (!ended)
            ZKL_TRY(read_item(r, claim, &item));
    } while (!ended && !item.is_dataset && zkl_claim_accept(r, ","));
    if (item.is_dataset && options && zkl_claim_accept(r, ","))
        ZKL_TRY(expect_option(r, options, &ended));
    if (option)
        *option = ended;
    if (!claim->other_count && item.is_bare) { /* the last name is the dataset's */
        const zkl_claim_other other = { .name = claim->columns[--claim->column_count].name };
        if (!zkl_dataset_name_valid(other.name))
            return zkl_claim_fail_at(r, start, "a dataset expected, as NAME or NAME@VERSION");
        ZKL_TRY(add_other(r, claim, &other));
        item.is_dataset = true;
    }
    if (item.is_dataset && claim->other_count == 1)
        ZKL_TRY(pair_same_names(r, claim));
    return pairs_off(claim)
               ? ZKL_OK
               : zkl_claim_fail_at(r, start,
                                   "columns expected, and as many of one other dataset (a, b, "
                                   "D@1.x, D@1.y; or a, b, D@1 when the names are the same)");
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
