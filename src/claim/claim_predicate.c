/* Predicates as they are written: grammar, constants to cuts, and what they say of a row's digits.
 *
 *   or   = and { "or" and }              and  = not { "and" not }
 *   not  = "not" not | "(" or ")" | test
 *   test = column ( sign constant | "in" "{" constant { "," constant } "}" | "is" ["not"] "null" )
 *
 * A part of the same kind in parentheses is spliced in, so that printing with as few parentheses as
 * can be and reading again make the same parts. Depth and number of parts are bounded while
 * reading. */
#include "claim/claim_predicate.h"

#include <string.h>

#include "claim/claim_bound.h"
#include "types/value.h"

typedef enum part_kind { PART_OR, PART_AND, PART_NOT, PART_TEST, PART_SET, PART_NULL } part_kind;

/* In the order in which signs are looked for: none before one that it begins. */
typedef enum test_sign {
    SIGN_NE,
    SIGN_LE,
    SIGN_GE,
    SIGN_LT,
    SIGN_GT,
    SIGN_EQ,
    SIGN_COUNT
} test_sign;
static const char *const signs[SIGN_COUNT] = { "!=", "<=", ">=", "<", ">", "=" };

struct zkl_said_part {
    part_kind kind;
    zkl_said_part *first, *next; /* parts of OR, AND, NOT; the next beside this one */
    /* Of tests. */
    zkl_bytes name;
    uint32_t column; /* compiled: its place among the columns with cuts */
    test_sign sign;
    bool negated; /* is not null */
    /* Constants; compiled: the codes from which on values are at least them, and above them, and
     * the same as digits. */
    zkl_bytes *values;
    zkl_code *from, *behind;
    uint32_t *from_digit, *behind_digit;
    size_t value_count;
    bool is_quoted;               /* constants are written in quotes: they are texts */
    const zkl_claim_text **shown; /* compiled: of each constant of a dictionary column; else NULL */
    const zkl_type *type; /* compiled: of `from` and `behind`; NULL when they are of texts */
};

/* ---- Reading */

typedef struct predicate_reader {
    zkl_claim_reader *r;
    zkl_claim *claim;
    size_t part_count, depth;
} predicate_reader;

static bool is_word_byte(uint8_t c)
{
    return c != '"' && (zkl_claim_begins_name(c) || c == '.' || zkl_is_digit(c));
}

/* The word, not as the beginning of a longer one. */
static bool accept_word(zkl_claim_reader *r, const char *word)
{
    zkl_claim_peek(r);
    const size_t start = r->at;
    if (!zkl_claim_accept(r, word))
        return false;
    if (r->at == r->text.size || !is_word_byte(r->text.data[r->at]))
        return true;
    r->at = start;
    return false;
}

static zkl_status new_part(predicate_reader *p, part_kind kind, zkl_said_part **out)
{
    if (++p->part_count > ZKL_SAID_PARTS_MAX)
        return zkl_fail(p->r->err, ZKL_LIMIT, "the predicate has more than %d parts",
                        ZKL_SAID_PARTS_MAX);
    *out = ZKL_ARENA_NEW(p->r->arena, zkl_said_part, 1);
    if (!*out)
        return zkl_no_memory(p->r->err, sizeof **out);
    (*out)->kind = kind;
    return ZKL_OK;
}

/* The column's name; it stands among the claim's once. */
static zkl_status read_column(predicate_reader *p, zkl_bytes *out)
{
    zkl_claim_peek(p->r);
    const size_t start = p->r->at;
    ZKL_TRY(zkl_claim_read_name(p->r, out));
    for (size_t i = 0; i < p->claim->column_count; i++)
        if (zkl_bytes_equal(p->claim->columns[i].name, *out))
            return ZKL_OK;
    if (p->claim->column_count == ZKL_SAID_COLUMNS_MAX)
        return zkl_fail(p->r->err, ZKL_LIMIT, "the predicate names more than %d columns",
                        ZKL_SAID_COLUMNS_MAX);
    p->r->at = start;
    return zkl_claim_read_column(p->r, p->claim);
}

/* A constant in quotes, or everything up to a blank or a sign. */
static zkl_status read_constant(zkl_claim_reader *r, zkl_said_part *part, zkl_bytes *out)
{
    if (zkl_claim_peek(r) == '"') {
        part->is_quoted = true;
        return zkl_claim_read_literal(r, out);
    }
    const size_t start = r->at;
    if (zkl_claim_peek(r) == '\'')
        return zkl_claim_fail_at(r, start, "a text stands in double quotes");
    if (zkl_claim_peek(r) == '=')
        return zkl_claim_fail_at(r, start, "one '=' compares");
    while (r->at < r->text.size && !strchr(" \t,(){}=<>!\"", r->text.data[r->at]))
        r->at++;
    *out = zkl_bytes_of(r->text.data + start, r->at - start);
    return out->size ? ZKL_OK : zkl_claim_fail_at(r, start, "a value expected");
}

/* "{", constants with "," between them, "}". Each counts as a part. */
static zkl_status read_set(predicate_reader *p, zkl_said_part *part)
{
    size_t room = 0;
    if (zkl_claim_peek(p->r) == '(')
        return zkl_claim_fail_at(p->r, p->r->at, "a set stands in braces: {1, 2}");
    ZKL_TRY(zkl_claim_expect(p->r, "{"));
    do {
        if (part->value_count == room) {
            zkl_bytes *values = ZKL_ARENA_NEW(p->r->arena, zkl_bytes, 4 * room + 4);
            if (!values)
                return zkl_no_memory(p->r->err, room * sizeof *values);
            if (room)
                memcpy(values, part->values, room * sizeof *values);
            part->values = values;
            room = 4 * room + 4;
        }
        if (++p->part_count > ZKL_SAID_PARTS_MAX)
            return zkl_fail(p->r->err, ZKL_LIMIT, "the predicate has more than %d parts",
                            ZKL_SAID_PARTS_MAX);
        ZKL_TRY(read_constant(p->r, part, &part->values[part->value_count++]));
    } while (zkl_claim_accept(p->r, ","));
    return zkl_claim_expect(p->r, "}");
}

static zkl_status read_test(predicate_reader *p, zkl_said_part **out)
{
    zkl_said_part *part;
    ZKL_TRY(new_part(p, PART_TEST, &part));
    ZKL_TRY(read_column(p, &part->name));
    *out = part;
    if (accept_word(p->r, "is")) {
        part->kind = PART_NULL;
        part->negated = accept_word(p->r, "not");
        return accept_word(p->r, "null") ? ZKL_OK
                                         : zkl_claim_fail_at(p->r, p->r->at, "'null' expected");
    }
    if (accept_word(p->r, "in")) {
        part->kind = PART_SET;
        return read_set(p, part);
    }
    for (unsigned i = 0; i < SIGN_COUNT; i++) {
        if (!zkl_claim_accept(p->r, signs[i]))
            continue;
        part->sign = (test_sign)i;
        part->values = ZKL_ARENA_NEW(p->r->arena, zkl_bytes, 1);
        part->value_count = 1;
        return part->values ? read_constant(p->r, part, part->values)
                            : zkl_no_memory(p->r->err, sizeof *part->values);
    }
    return zkl_claim_fail_at(p->r, p->r->at,
                             "'=', '!=', '<', '<=', '>', '>=', 'in' or 'is' expected");
}

static zkl_status read_or(predicate_reader *p, zkl_said_part **out);

static zkl_status read_not(predicate_reader *p, zkl_said_part **out)
{
    zkl_claim_peek(p->r);
    if (p->depth == ZKL_SAID_DEPTH_MAX)
        return zkl_claim_fail_at(p->r, p->r->at, "too deep: at most 64 inside one another");
    zkl_status status = ZKL_OK;
    p->depth++;
    if (accept_word(p->r, "not")) {
        zkl_said_part *part;
        ZKL_TRY(new_part(p, PART_NOT, &part));
        *out = part;
        status = read_not(p, &part->first);
    } else if (zkl_claim_accept(p->r, "(")) {
        status = read_or(p, out);
        if (status == ZKL_OK)
            status = zkl_claim_expect(p->r, ")");
    } else {
        status = read_test(p, out);
    }
    p->depth--;
    return status;
}

/* Parts with the word between them; one alone stays what it is. */
static zkl_status read_joined(predicate_reader *p, part_kind kind, zkl_said_part **out)
{
    zkl_said_part *joined = NULL, **last = NULL, *part;
    for (;;) {
        ZKL_TRY(kind == PART_OR ? read_joined(p, PART_AND, &part) : read_not(p, &part));
        if (joined) {
            *last = part->kind == kind ? part->first : part;
            while (*last)
                last = &(*last)->next;
        }
        if (!accept_word(p->r, kind == PART_OR ? "or" : "and"))
            break;
        if (joined)
            continue;
        ZKL_TRY(new_part(p, kind, &joined));
        joined->first = part->kind == kind ? part->first : part;
        for (last = &joined->first; *last;)
            last = &(*last)->next;
    }
    *out = joined ? joined : part;
    return ZKL_OK;
}

static zkl_status read_or(predicate_reader *p, zkl_said_part **out)
{
    return read_joined(p, PART_OR, out);
}

zkl_status zkl_said_predicate_read(zkl_claim_reader *r, zkl_said_predicate *out, zkl_claim *claim)
{
    predicate_reader p = { .r = r, .claim = claim };
    zkl_said_part *root;
    ZKL_TRY(read_or(&p, &root));
    out->root = root;
    return ZKL_OK;
}

zkl_status zkl_said_predicate_is_null(const zkl_claim_maker *m, zkl_said_predicate *out,
                                      zkl_bytes column)
{
    zkl_said_part *part = ZKL_ARENA_NEW(m->arena, zkl_said_part, 1);
    if (!part)
        return zkl_no_memory(m->err, sizeof *part);
    *part = (zkl_said_part){ .kind = PART_NULL, .name = column };
    out->root = part;
    return ZKL_OK;
}

/* ---- Cuts */

zkl_status zkl_cut_column_init(const zkl_claim_maker *m, zkl_cut_column *out, uint32_t column)
{
    zkl_code *cuts = ZKL_ARENA_NEW(m->arena, zkl_code, ZKL_CUTS_MAX);
    *out = (zkl_cut_column){ .column = column,
                             .cuts = cuts,
                             .nullable = zkl_claim_schema_column(m->scope, column)->nullable };
    return cuts ? ZKL_OK : zkl_no_memory(m->err, ZKL_CUTS_MAX * sizeof *cuts);
}

/* How many cuts are below this one? */
static size_t cuts_below(const zkl_cut_column *column, zkl_code cut)
{
    size_t at = 0;
    while (at < column->cut_count && column->cuts[at] < cut)
        at++;
    return at;
}

/* last + 1 is 0 when codes have 128 bits: no cut either. */
void zkl_cut_put(zkl_cut_column *column, zkl_code cut, zkl_code last)
{
    const size_t at = cuts_below(column, cut);
    if (cut == 0 || cut > last || (at < column->cut_count && column->cuts[at] == cut))
        return;
    ZKL_ASSERT(column->cut_count < ZKL_CUTS_MAX);
    memmove(column->cuts + at + 1, column->cuts + at,
            (column->cut_count - at) * sizeof *column->cuts);
    column->cuts[at] = cut;
    column->cut_count++;
}

uint32_t zkl_cut_digit(const zkl_cut_column *column, zkl_code cut)
{
    return cut == 0 ? 0 : (uint32_t)cuts_below(column, cut) + 1;
}

static uint32_t radix_of(const zkl_cut_column *column)
{
    return (uint32_t)column->cut_count + 1 + column->nullable;
}

zkl_status zkl_cut_code_count(const zkl_claim_maker *m, const zkl_cut_columns *columns, size_t *out)
{
    *out = 1;
    for (size_t i = 0; i < columns->count; i++) {
        *out *= radix_of(&columns->items[i]);
        if (*out > ZKL_CUT_CODES_MAX)
            return zkl_fail(m->err, ZKL_LIMIT,
                            "the predicate tells apart more than %zu kinds of rows",
                            ZKL_CUT_CODES_MAX);
    }
    return ZKL_OK;
}

void zkl_cut_digits(uint32_t *digits, const zkl_cut_columns *columns, size_t code)
{
    for (size_t i = 0; i < columns->count; i++) {
        digits[i] = (uint32_t)(code % radix_of(&columns->items[i]));
        code /= radix_of(&columns->items[i]);
    }
}

size_t zkl_cut_condition_params(const zkl_cut_columns *columns)
{
    size_t count = 1 + 2 * columns->count;
    for (size_t i = 0; i < columns->count; i++)
        count += columns->items[i].cut_count;
    return count;
}

size_t zkl_cut_put_conditions(zkl_scalar *params, const zkl_cut_columns *columns,
                              const uint32_t *places)
{
    size_t at = 0;
    zkl_claim_scalar_u64(&params[at++], columns->count);
    for (size_t i = 0; i < columns->count; i++) {
        const zkl_cut_column *column = &columns->items[i];
        zkl_claim_scalar_u64(&params[at++], places[i]);
        zkl_claim_scalar_u64(&params[at++], column->cut_count);
        for (size_t k = 0; k < column->cut_count; k++) {
            const zkl_exact cut = zkl_exact_of_u128(column->cuts[k]);
            zkl_claim_scalar(&params[at++], &cut);
        }
    }
    ZKL_ASSERT(at == zkl_cut_condition_params(columns));
    return at;
}

/* ---- Compiling */

/* Columns by their place in the schema, so that a claim has one text's worth of parameters. */
static zkl_status find_columns(const zkl_claim_maker *m, const zkl_claim *claim,
                               zkl_cut_columns *out)
{
    uint32_t columns[ZKL_SAID_COLUMNS_MAX];
    ZKL_ASSERT(claim->column_count <= ZKL_SAID_COLUMNS_MAX);
    for (size_t i = 0; i < claim->column_count; i++)
        ZKL_TRY(zkl_claim_find_column(m, &claim->columns[i], &columns[i]));
    ZKL_TRY(zkl_claim_sort_columns(m, columns, claim->column_count));
    *out = (zkl_cut_columns){ .count = claim->column_count };
    for (size_t i = 0; i < out->count; i++)
        ZKL_TRY(zkl_cut_column_init(m, &out->items[i], columns[i]));
    return ZKL_OK;
}

/* Codes are compared, so only types are taken whose codes are values in their order: one code of a
 * text need not be all of that text, and floats have a -0. */
zkl_status zkl_cut_check_type(const zkl_claim_maker *m, uint32_t column)
{
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    if (type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64)
        return zkl_claim_fail_float(m, column, "-0 has a code of its own");
    if (zkl_type_is_hashed(type) || type->kind == ZKL_TYPE_DICTIONARY)
        return zkl_claim_fail_column(m, ZKL_NOT_SUPPORTED, column,
                                     "texts and binaries have no order");
    return ZKL_OK;
}

#define LONG_TEXTS_MAX 2 /* of one column: eight limbs, each with a place more for each cut */

static bool is_text(const zkl_type *type)
{
    return type->kind == ZKL_TYPE_DICTIONARY || type->kind == ZKL_TYPE_STRING16;
}

/* The code of a text: its place in the dictionary, which is shown, or its fingerprint of 16
 * bytes. */
static zkl_status compile_text(const zkl_claim_maker *m, zkl_said_part *part, size_t at,
                               uint32_t column)
{
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    if (type->kind == ZKL_TYPE_STRING16) {
        zkl_digest digest;
        zkl_hash(&digest, ZKL_HASH_SHA3_256, part->values[at].data, part->values[at].size);
        for (size_t i = 0; i < sizeof(zkl_code); i++)
            part->from[at] = part->from[at] << 8 | digest.bytes[i];
    } else {
        zkl_claim_text *shown = ZKL_ARENA_NEW(m->arena, zkl_claim_text, 1);
        if (!shown)
            return zkl_no_memory(m->err, sizeof *shown);
        ZKL_TRY(zkl_claim_find_text(m, shown, column, part->values[at]));
        part->shown[at] = shown;
        part->from[at] = shown->opening.code;
    }
    part->behind[at] = part->from[at] + 1;
    return ZKL_OK;
}

/* One constant: values from `from` on are at least it, from `behind` on above it. */
static zkl_status compile_constant(const zkl_claim_maker *m, zkl_said_part *part, size_t at,
                                   uint32_t column)
{
    zkl_bound bound;
    if (is_text(&zkl_claim_schema_column(m->scope, column)->type))
        return compile_text(m, part, at, column);
    ZKL_TRY(zkl_claim_read_bound(m, &bound, &part->values[at], column));
    part->type = &zkl_claim_schema_column(m->scope, column)->type;
    part->from[at] = bound.least;
    part->behind[at] = bound.greatest + 1;
    const bool exact = part->kind == PART_SET || part->sign == SIGN_EQ || part->sign == SIGN_NE;
    if (exact && bound.least != bound.greatest)
        return zkl_claim_fail_column(m, ZKL_USAGE, column,
                                     "no value of this type is equal to the constant");
    return ZKL_OK;
}

/* Constants of a set ascending, each once. */
static zkl_status sort_set(const zkl_claim_maker *m, zkl_said_part *part, uint32_t column)
{
    /* insertion: their texts move with them */
    for (size_t i = 1; i < part->value_count; i++)
        for (size_t k = i; k > 0 && part->from[k - 1] >= part->from[k]; k--) {
            if (part->from[k - 1] == part->from[k])
                return zkl_claim_fail_column(m, ZKL_USAGE, column,
                                             "a set has one of its values twice");
            const zkl_code from = part->from[k], behind = part->behind[k];
            const zkl_bytes value = part->values[k];
            const zkl_claim_text *shown = part->shown[k];
            part->from[k] = part->from[k - 1];
            part->behind[k] = part->behind[k - 1];
            part->values[k] = part->values[k - 1];
            part->shown[k] = part->shown[k - 1];
            part->from[k - 1] = from;
            part->behind[k - 1] = behind;
            part->values[k - 1] = value;
            part->shown[k - 1] = shown;
        }
    return ZKL_OK;
}

/* Does the comparison hold of every code, or of none? Codes that no value has count as well. */
static bool says_nothing(const zkl_said_part *part, zkl_code last)
{
    switch (part->sign) {
    case SIGN_LT:
    case SIGN_GE:
        return part->from[0] == 0;
    case SIGN_LE:
    case SIGN_GT:
        return part->behind[0] == last + 1;
    case SIGN_EQ:
    case SIGN_NE:
    case SIGN_COUNT:
        break;
    }
    return false;
}

/* Can values of this column be compared so? */
static zkl_status check_comparison(const zkl_claim_maker *m, const zkl_said_part *part,
                                   uint32_t column)
{
    if (!is_text(&zkl_claim_schema_column(m->scope, column)->type))
        return zkl_cut_check_type(m, column);
    return part->kind == PART_SET || part->sign == SIGN_EQ || part->sign == SIGN_NE
               ? ZKL_OK
               : zkl_claim_fail_column(m, ZKL_NOT_SUPPORTED, column,
                                       "texts are compared by =, != and in, and have no order");
}

/* Codes of texts stand in dictionaries: without them such a part keeps its texts alone. */
typedef enum text_codes { WITH_TEXTS, WITHOUT_TEXTS } text_codes;

static zkl_status compile_test(const zkl_claim_maker *m, zkl_said_part *part,
                               zkl_cut_columns *columns, text_codes texts)
{
    zkl_cut_column *column = &columns->items[part->column];
    const zkl_code last =
        zkl_claim_last_code(&zkl_claim_schema_column(m->scope, column->column)->type);
    if (part->kind == PART_NULL)
        return column->nullable
                   ? ZKL_OK
                   : zkl_claim_fail_column(m, ZKL_USAGE, column->column, "it holds no nulls");
    ZKL_TRY(check_comparison(m, part, column->column));
    part->is_quoted = is_text(&zkl_claim_schema_column(m->scope, column->column)->type);
    if (part->is_quoted && texts == WITHOUT_TEXTS)
        return ZKL_OK;
    part->shown = ZKL_ARENA_NEW(m->arena, const zkl_claim_text *, part->value_count);
    part->from = ZKL_ARENA_NEW(m->arena, zkl_code, part->value_count);
    part->behind = ZKL_ARENA_NEW(m->arena, zkl_code, part->value_count);
    part->from_digit = ZKL_ARENA_NEW(m->arena, uint32_t, part->value_count);
    part->behind_digit = ZKL_ARENA_NEW(m->arena, uint32_t, part->value_count);
    if (!part->shown || !part->from || !part->behind || !part->from_digit || !part->behind_digit)
        return zkl_no_memory(m->err, part->value_count * sizeof *part->from);
    for (size_t i = 0; i < part->value_count; i++)
        ZKL_TRY(compile_constant(m, part, i, column->column));
    if (part->kind == PART_SET)
        ZKL_TRY(sort_set(m, part, column->column));
    else if (says_nothing(part, last))
        return zkl_claim_fail_column(m, ZKL_USAGE, column->column,
                                     "a comparison holds of all values of this type, or of none");
    const bool lower = part->sign != SIGN_LE && part->sign != SIGN_GT,
               upper = part->sign != SIGN_LT && part->sign != SIGN_GE;
    for (size_t i = 0; i < part->value_count; i++) {
        if (part->kind == PART_SET || lower)
            zkl_cut_put(column, part->from[i], last);
        if (part->kind == PART_SET || upper)
            zkl_cut_put(column, part->behind[i], last);
    }
    const bool hashed =
        zkl_type_is_hashed(&zkl_claim_schema_column(m->scope, column->column)->type);
    return hashed && column->cut_count > 2 * LONG_TEXTS_MAX
               ? zkl_claim_fail_column(m, ZKL_LIMIT, column->column,
                                       "a predicate compares it with two long texts at most")
               : ZKL_OK;
}

/* A copy of the part and all below it, compiled. */
static zkl_status compile_part(const zkl_claim_maker *m, const zkl_said_part *part,
                               zkl_said_part **out, zkl_cut_columns *columns, text_codes texts)
{
    zkl_said_part *made = zkl_arena_copy(m->arena, part, sizeof *part);
    if (!made)
        return zkl_no_memory(m->err, sizeof *made);
    *out = made;
    made->next = NULL;
    zkl_said_part **to = &made->first;
    for (const zkl_said_part *at = part->first; at; at = at->next, to = &(*to)->next)
        ZKL_TRY(compile_part(m, at, to, columns, texts));
    if (made->kind <= PART_NOT)
        return ZKL_OK;
    uint32_t column;
    const zkl_claim_column name = { .name = part->name };
    ZKL_TRY(zkl_claim_find_column(m, &name, &column));
    made->name = zkl_claim_schema_column(m->scope, column)->name;
    while (columns->items[made->column].column != column) {
        made->column++;
        ZKL_ASSERT(made->column < columns->count); /* found before */
    }
    if (part->value_count) {
        made->values =
            zkl_arena_copy(m->arena, part->values, part->value_count * sizeof *part->values);
        if (!made->values)
            return zkl_no_memory(m->err, part->value_count * sizeof *part->values);
    }
    return compile_test(m, made, columns, texts);
}

/* Once all cuts are there. */
static void find_digits(zkl_said_part *part, const zkl_cut_columns *columns)
{
    for (zkl_said_part *at = part->first; at; at = at->next)
        find_digits(at, columns);
    for (size_t i = 0; part->kind > PART_NOT && i < part->value_count; i++) {
        part->from_digit[i] = zkl_cut_digit(&columns->items[part->column], part->from[i]);
        part->behind_digit[i] = zkl_cut_digit(&columns->items[part->column], part->behind[i]);
    }
}

/* The texts that are shown, by column and code, each once. */
typedef struct text_list {
    const zkl_claim_text *items[ZKL_CLAIM_TEXTS_MAX + 1];
    size_t count; /* one more than there is room for: too many */
} text_list;

static void list_text(text_list *list, const zkl_claim_text *text)
{
    size_t at = list->count;
    while (at > 0 && (list->items[at - 1]->column > text->column ||
                      (list->items[at - 1]->column == text->column &&
                       list->items[at - 1]->opening.code >= text->opening.code)))
        at--;
    const bool known = at < list->count && list->items[at]->column == text->column &&
                       list->items[at]->opening.code == text->opening.code;
    if (known || list->count > ZKL_CLAIM_TEXTS_MAX)
        return;
    memmove(list->items + at + 1, list->items + at, (list->count - at) * sizeof *list->items);
    list->items[at] = text;
    list->count++;
}

static void list_texts(text_list *list, const zkl_said_part *part)
{
    for (const zkl_said_part *at = part->first; at; at = at->next)
        list_texts(list, at);
    for (size_t i = 0; part->shown && i < part->value_count; i++)
        if (part->shown[i])
            list_text(list, part->shown[i]);
}

void zkl_said_predicate_member_texts(zkl_claim_members *out, const zkl_claim_scope *scope,
                                     const zkl_said_predicate *predicate)
{
    text_list list = { .count = 0 };
    list_texts(&list, predicate->root);
    zkl_claim_member_texts(out, scope, list.items, list.count);
}

zkl_status zkl_said_predicate_compile(const zkl_claim_maker *m, zkl_said_predicate *predicate,
                                      const zkl_claim *claim, zkl_cut_columns *out)
{
    zkl_said_part *root;
    ZKL_TRY(find_columns(m, claim, out));
    ZKL_TRY(compile_part(m, predicate->root, &root, out, WITH_TEXTS));
    for (size_t i = 0; i < out->count;
         i++) /* a condition has a cut, also where only nulls matter */
        if (!out->items[i].cut_count)
            zkl_cut_put(&out->items[i], 1, 1);
    find_digits(root, out);
    predicate->root = root;
    text_list list = { .count = 0 };
    list_texts(&list, root);
    if (list.count > ZKL_CLAIM_TEXTS_MAX)
        return zkl_fail(m->err, ZKL_LIMIT, "the predicate names more than %d texts",
                        ZKL_CLAIM_TEXTS_MAX);
    return ZKL_OK;
}

zkl_status zkl_said_predicate_check(const zkl_claim_maker *m, zkl_said_predicate *predicate,
                                    const zkl_claim *claim)
{
    zkl_cut_columns columns;
    zkl_said_part *root;
    ZKL_TRY(find_columns(m, claim, &columns));
    ZKL_TRY(compile_part(m, predicate->root, &root, &columns, WITHOUT_TEXTS));
    predicate->root = root;
    return ZKL_OK;
}

/* ---- Truth: -1 false, 0 neither, 1 true. */

static int holds_between(const zkl_said_part *part, size_t at, uint32_t digit)
{
    return digit >= part->from_digit[at] && digit < part->behind_digit[at] ? 1 : -1;
}

static int test_holds(const zkl_said_part *part, const zkl_cut_column *column, uint32_t digit)
{
    const bool null = digit > column->cut_count;
    int out = -1;
    if (part->kind == PART_NULL)
        return null != part->negated ? 1 : -1;
    if (null)
        return 0;
    if (part->kind == PART_SET) {
        for (size_t i = 0; i < part->value_count && out < 0; i++)
            out = holds_between(part, i, digit);
        return out;
    }
    switch (part->sign) {
    case SIGN_EQ:
        return holds_between(part, 0, digit);
    case SIGN_NE:
        return -holds_between(part, 0, digit);
    case SIGN_LT:
        return digit < part->from_digit[0] ? 1 : -1;
    case SIGN_GE:
        return digit >= part->from_digit[0] ? 1 : -1;
    case SIGN_LE:
        return digit < part->behind_digit[0] ? 1 : -1;
    case SIGN_GT:
        return digit >= part->behind_digit[0] ? 1 : -1;
    case SIGN_COUNT:
        break;
    }
    return out;
}

static int part_holds(const zkl_said_part *part, const zkl_cut_columns *columns,
                      const uint32_t *digits)
{
    if (part->kind > PART_NOT)
        return test_holds(part, &columns->items[part->column], digits[part->column]);
    if (part->kind == PART_NOT)
        return -part_holds(part->first, columns, digits);
    int out = part->kind == PART_AND ? 1 : -1;
    for (const zkl_said_part *at = part->first; at; at = at->next) {
        const int one = part_holds(at, columns, digits);
        out = (part->kind == PART_AND) == (one < out) ? one : out;
    }
    return out;
}

bool zkl_said_predicate_holds(const zkl_said_predicate *predicate, const zkl_cut_columns *columns,
                              const uint32_t *digits)
{
    return part_holds(predicate->root, columns, digits) > 0;
}

/* ---- Printing */

/* A column whose name is a word of the grammar stands in quotes. */
static void put_name(zkl_buffer *out, zkl_bytes name)
{
    static const char *const words[] = { "and", "in", "is", "not", "null", "or", "where" };
    bool is_word = false;
    for (size_t i = 0; i < ZKL_COUNT(words); i++)
        is_word |= zkl_bytes_equal_text(name, words[i]);
    if (is_word)
        zkl_buffer_format(out, "\"%.*s\"", (int)name.size, (const char *)name.data);
    else
        zkl_claim_name_print(out, name);
}

/* How a part is written: as a claim has it, or in SQL. */
typedef struct manner {
    void (*put_name)(zkl_buffer *out, zkl_bytes name);
    void (*put_value)(zkl_buffer *out, zkl_bytes value),
        (*put_text)(zkl_buffer *out, zkl_bytes value);
    const char *set_begin, *set_end;
    bool has_own_values; /* constants are written as values of the column's type */
} manner;

/* The value that the type has beside the constant: "<= 17.5" of integers is "<= 17", "< 17.5" is
 * "< 18". */
static void put_own_value(zkl_buffer *out, const zkl_said_part *part, size_t at, const manner *how)
{
    char text[ZKL_VALUE_TEXT_BYTES_MAX];
    const bool is_last =
        part->kind == PART_TEST && (part->sign == SIGN_LE || part->sign == SIGN_GT);
    const size_t size =
        zkl_value_format(text, part->type, is_last ? part->behind[at] - 1 : part->from[at]);
    how->put_value(out, zkl_bytes_of(text, size));
}

static void put_constant(zkl_buffer *out, const zkl_said_part *part, size_t at, const manner *how)
{
    if (how->has_own_values && part->type)
        put_own_value(out, part, at, how);
    else
        (part->is_quoted ? how->put_text : how->put_value)(out, part->values[at]);
}

static void put_test(zkl_buffer *out, const zkl_said_part *part, const manner *how)
{
    how->put_name(out, part->name);
    if (part->kind == PART_NULL) {
        zkl_buffer_put_text(out, part->negated ? " is not null" : " is null");
    } else if (part->kind == PART_SET) {
        for (size_t i = 0; i < part->value_count; i++) {
            zkl_buffer_put_text(out, i ? ", " : how->set_begin);
            put_constant(out, part, i, how);
        }
        zkl_buffer_put_text(out, how->set_end);
    } else {
        zkl_buffer_format(out, " %s ", signs[part->sign]);
        put_constant(out, part, 0, how);
    }
}

/* A part inside another one stands in parentheses when that one binds more. */
static void put_part(zkl_buffer *out, const zkl_said_part *part, part_kind around,
                     const manner *how)
{
    const bool inside = part->kind < around;
    if (inside)
        zkl_buffer_put_u8(out, '(');
    if (part->kind > PART_NOT) {
        put_test(out, part, how);
    } else if (part->kind == PART_NOT) {
        zkl_buffer_put_text(out, "not ");
        put_part(out, part->first, PART_NOT, how);
    } else {
        for (const zkl_said_part *at = part->first; at; at = at->next) {
            if (at != part->first)
                zkl_buffer_put_text(out, part->kind == PART_OR ? " or " : " and ");
            put_part(out, at, part->kind, how);
        }
    }
    if (inside)
        zkl_buffer_put_u8(out, ')');
}

void zkl_said_predicate_print(zkl_buffer *out, const zkl_said_predicate *predicate)
{
    static const manner claim = { put_name, zkl_claim_put_literal, zkl_claim_put_text, " in {", "}",
                                  false };
    put_part(out, predicate->root, PART_OR, &claim);
}

static void put_sql_name(zkl_buffer *out, zkl_bytes name)
{
    zkl_buffer_put_doubled(out, name, '"');
}

static void put_sql_value(zkl_buffer *out, zkl_bytes value)
{
    zkl_buffer_put_doubled(out, value, '\'');
}

void zkl_said_predicate_sql(zkl_buffer *out, const zkl_said_predicate *predicate)
{
    static const manner sql = { put_sql_name, put_sql_value, put_sql_value, " in (", ")", true };
    put_part(out, predicate->root, PART_OR, &sql);
}

/* Does a constant compare by a fingerprint, or a code? */
static void find_texts(const zkl_said_part *part, bool *fingerprints, bool *codes)
{
    for (const zkl_said_part *at = part->first; at; at = at->next)
        find_texts(at, fingerprints, codes);
    for (size_t i = 0; part->is_quoted && i < part->value_count; i++)
        *(part->shown[i] ? codes : fingerprints) = true;
}

void zkl_said_predicate_put_words(zkl_buffer *out, const zkl_compiled_claim *claim,
                                  const zkl_said_predicate *predicate)
{
    const zkl_claim_maker m = { .scope = claim->scope };
    bool nullable = false, fingerprints = false, codes = false;
    zkl_said_predicate_print(out, predicate);
    for (size_t i = 0; i < claim->claim.column_count; i++) {
        uint32_t column = 0;
        if (zkl_claim_find_column(&m, &claim->claim.columns[i], &column) == ZKL_OK)
            nullable |= zkl_claim_schema_column(claim->scope, column)->nullable;
    }
    find_texts(predicate->root, &fingerprints, &codes);
    const char *const notes[] = {
        nullable ? "no comparison holds of a null" : NULL,
        codes ? "a text is compared by one code: its dictionary could hold it under others too"
              : NULL,
        fingerprints ? "long texts are compared by their fingerprints" : NULL,
    };
    bool any = false;
    for (size_t i = 0; i < ZKL_COUNT(notes); i++) {
        if (!notes[i])
            continue;
        zkl_buffer_format(out, "%s%s", any ? "; " : " (", notes[i]);
        any = true;
    }
    zkl_buffer_put_text(out, any ? ")" : "");
}
