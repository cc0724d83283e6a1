/* What the kinds share when they write claims: names, numbers, literals, and JSON with its
 * members in byte order. */
#include "claim/claim_kind.h"

#include <string.h>

#include "text/json_text.h"
#include "text/shown.h"

/* Bytes that show nothing, turn text around or pass for a space are escaped, so that texts which
 * differ look different. Quoted text is read back by the same rules (claim_grammar.c). */
void zkl_claim_put_text(zkl_buffer *out, zkl_bytes text)
{
    zkl_buffer_put_u8(out, '"');
    bool hidden;
    for (size_t i = 0, size; i < text.size; i += size) {
        size = zkl_shown_step(&hidden, text, i);
        ZKL_ASSERT(size > 0 && size <= text.size - i);
        if (text.data[i] == '"' || text.data[i] == '\\')
            zkl_buffer_put_u8(out, '\\');
        if (!hidden)
            zkl_buffer_put(out, text.data + i, size);
        for (size_t k = 0; hidden && k < size; k++)
            zkl_buffer_format(out, "\\x%02x", text.data[i + k]);
    }
    zkl_buffer_put_u8(out, '"');
}

/* Plain names as they are, others in quotes. point: may a plain name hold a point? */
static void put_name(zkl_buffer *out, zkl_bytes name, bool point)
{
    bool plain = name.size > 0 && name.data[0] != '"' && zkl_claim_begins_name(name.data[0]);
    for (size_t i = 1; plain && i < name.size; i++)
        plain =
            name.data[i] != '"' && (zkl_claim_begins_name(name.data[i]) ||
                                    (point && name.data[i] == '.') || zkl_is_digit(name.data[i]));
    if (plain) {
        zkl_buffer_put(out, name.data, name.size);
        return;
    }
    zkl_claim_put_text(out, name);
}

void zkl_claim_name_print(zkl_buffer *out, zkl_bytes name)
{
    put_name(out, name, true);
}

/* In the claim's order, which is canonical once it is compiled. */
void zkl_claim_put_names(zkl_buffer *out, const zkl_claim *claim, const char *between)
{
    for (size_t i = 0; i < claim->column_count; i++) {
        if (i)
            zkl_buffer_put_text(out, between);
        zkl_claim_name_print(out, claim->columns[i].name);
    }
}

void zkl_claim_put_call(zkl_buffer *out, const zkl_claim *claim)
{
    zkl_buffer_format(out, "%s(", claim->ops->word);
    zkl_claim_put_names(out, claim, ", ");
    zkl_buffer_put_u8(out, ')');
}

void zkl_claim_put_comparison(zkl_buffer *out, const zkl_claim *claim, unsigned mode,
                              const zkl_quantity *value)
{
    if (claim->is_open)
        return;
    zkl_buffer_format(out, " %s ", zkl_claim_mode_sign(mode));
    zkl_claim_put_quantity(out, value);
}

static void put_dataset(zkl_buffer *out, const zkl_claim_other *other)
{
    zkl_buffer_put(out, other->name.data, other->name.size);
    if (other->version)
        zkl_buffer_format(out, "@%u", other->version);
}

void zkl_claim_put_others(zkl_buffer *out, const zkl_claim *claim, const char *between,
                          const char *last)
{
    ZKL_ASSERT(claim->other_count > 0);
    for (size_t i = 0; i < claim->other_count; i++) {
        if (i)
            zkl_buffer_put_text(out, i + 1 < claim->other_count ? between : last);
        put_dataset(out, &claim->others[i]);
    }
}

void zkl_claim_put_other(zkl_buffer *out, const zkl_claim *claim, size_t dataset)
{
    size_t i = 0;
    while (i < claim->other_count && claim->others[i].dataset != dataset)
        i++;
    ZKL_ASSERT(i < claim->other_count);
    put_dataset(out, &claim->others[i]);
}

void zkl_claim_put_column(zkl_buffer *out, const zkl_claim *claim, size_t at)
{
    const zkl_claim_column *column = &claim->columns[at];
    if (column->dataset) {
        zkl_claim_put_other(out, claim, column->dataset);
        zkl_buffer_put_u8(out, '.');
    }
    put_name(out, column->name, column->dataset != 0);
}

/* The short form when all names are the same. */
void zkl_claim_put_pairs(zkl_buffer *out, const zkl_claim *claim)
{
    const size_t half = claim->column_count / 2;
    bool same = true;
    for (size_t i = 0; i < half; i++)
        same = same && zkl_bytes_equal(claim->columns[i].name, claim->columns[half + i].name);
    for (size_t i = 0; i < (same ? half : 2 * half); i++) {
        zkl_buffer_put_text(out, i ? ", " : "");
        zkl_claim_put_column(out, claim, i);
    }
    if (same) {
        zkl_buffer_put_text(out, ", ");
        zkl_claim_put_other(out, claim, claim->columns[half].dataset);
    }
}

void zkl_claim_put_paired(zkl_buffer *out, const zkl_claim *claim)
{
    const size_t half = claim->column_count / 2;
    for (size_t i = half; i < claim->column_count; i++) {
        zkl_buffer_put_text(out, i > half ? ", " : "");
        zkl_claim_name_print(out, claim->columns[i].name);
    }
}

void zkl_claim_put_there(zkl_buffer *out, const zkl_claim *claim)
{
    const size_t half = claim->column_count / 2;
    bool same = true;
    for (size_t i = 0; i < half; i++)
        same = same && zkl_bytes_equal(claim->columns[i].name, claim->columns[half + i].name);
    zkl_claim_put_other(out, claim, claim->columns[half].dataset);
    if (same)
        return;
    zkl_buffer_put_text(out, " (there ");
    zkl_claim_put_paired(out, claim);
    zkl_buffer_put_u8(out, ')');
}

/* A fingerprint is the hash of a text only if who committed it took care. */
static bool has_hashes(const zkl_schema *schema)
{
    bool found = false;
    for (size_t i = 0; i < schema->column_count; i++)
        found = found || zkl_type_is_hashed(&schema->columns[i].type);
    return found;
}

void zkl_claim_put_fingerprints(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    if (has_hashes(claim->scope->datasets[0].schema))
        zkl_buffer_put_text(out, "; long texts are compared by their fingerprints");
}

/* Names are found in the schema again: columns ascend there. */
static void put_own(zkl_buffer *out, const zkl_compiled_claim *claim,
                    void (*put)(zkl_buffer *out, const zkl_column *column))
{
    const zkl_schema *schema = claim->scope->datasets[0].schema;
    size_t at = 0;
    for (size_t i = 0; i < claim->claim.column_count && !claim->claim.columns[i].dataset; i++) {
        zkl_buffer_put_text(out, i ? ", " : "");
        while (at + 1 < schema->column_count &&
               !zkl_bytes_equal(schema->columns[at].name, claim->claim.columns[i].name))
            at++;
        put(out, &schema->columns[at]);
    }
}

static void put_plain(zkl_buffer *out, const zkl_column *column)
{
    zkl_claim_name_print(out, column->name);
}

/* Equal codes of one dictionary are one text. */
static void put_matched(zkl_buffer *out, const zkl_column *column)
{
    if (column->type.kind == ZKL_TYPE_DICTIONARY)
        put_plain(out, column);
    else
        zkl_claim_put_coded(out, column);
}

void zkl_claim_put_own(zkl_buffer *out, const zkl_compiled_claim *claim, bool coded)
{
    put_own(out, claim, coded ? zkl_claim_put_coded : put_plain);
}

void zkl_claim_put_matched(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    put_own(out, claim, put_matched);
}

/* A dictionary may hold one text under two codes; a fingerprint is the hash of a text only if who
 * committed it took care; -0 and NaN have codes of their own. */
void zkl_claim_put_coded(zkl_buffer *out, const zkl_column *column)
{
    const zkl_type *type = &column->type;
    const bool is_float = type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64,
               is_hash = zkl_type_is_hashed(type),
               is_code = is_float || type->kind == ZKL_TYPE_DICTIONARY;
    if (is_hash || is_code)
        zkl_buffer_put_text(out, is_hash ? "the fingerprint of " : "the code of ");
    zkl_claim_name_print(out, column->name);
    if (is_hash || is_code)
        zkl_buffer_put_text(out, is_float ? " (not its number)" : " (not its text)");
}

void zkl_claim_put_float_order(zkl_buffer *out)
{
    zkl_buffer_put_text(out, "; floats by their codes: as numbers, -0 before 0, and NaN beyond "
                             "the infinities");
}

void zkl_claim_put_quantity(zkl_buffer *out, const zkl_quantity *value)
{
    ZKL_ASSERT(value->denominator > 0);
    zkl_exact_format(out, &value->digits, value->scale);
    if (value->denominator != 1)
        zkl_buffer_format(out, "/%llu", (unsigned long long)value->denominator);
}

/* ---- What a fraction or root is about: for people, beside the exact value. */

#define ABOUT_DECIMALS 6

/* The number, which has so many decimals, without zeros at its end. */
static void put_about(zkl_buffer *out, const zkl_exact *units)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_exact_format(&text, units, ABOUT_DECIMALS);
    size_t size = text.size;
    while (size && text.data[size - 1] == '0')
        size--;
    size -= size && text.data[size - 1] == '.';
    if (!text.failed && !zkl_exact_is_zero(units))
        zkl_buffer_format(out, " (about %.*s)", (int)size, (const char *)text.data);
    out->failed = out->failed || text.failed;
}

/* value 10^decimals, rounded. false: it has too many digits. */
static bool find_units(zkl_exact *out, const zkl_quantity *value, unsigned decimals)
{
    const zkl_exact two = zkl_exact_of_u64(2);
    zkl_exact above = value->digits, below = zkl_exact_of_u64(value->denominator), power, rest,
              half;
    above.negative = false;
    if (!zkl_exact_power_of_ten(&power, decimals) || !zkl_exact_mul(&above, &above, &power) ||
        !zkl_exact_power_of_ten(&power, value->scale) || !zkl_exact_mul(&below, &below, &power) ||
        !zkl_exact_mul(&above, &above, &two) || !zkl_exact_add(&above, &above, &below) ||
        !zkl_exact_mul(&half, &below, &two))
        return false;
    zkl_exact_divide(out, &rest, &above, &half);
    out->negative = value->digits.negative && !zkl_exact_is_zero(out);
    return true;
}

void zkl_claim_put_about(zkl_buffer *out, const zkl_quantity *value)
{
    zkl_exact units;
    if (value->denominator != 1 && find_units(&units, value, ABOUT_DECIMALS))
        put_about(out, &units);
}

/* The number whose square is nearest: (r + 1/2)^2 is r^2 + r + 1/4. */
static uint64_t root_of(unsigned __int128 value)
{
    uint64_t root = 0;
    for (uint64_t bit = (uint64_t)1 << 63; bit; bit >>= 1) {
        const uint64_t more = root | bit;
        if ((unsigned __int128)more * more <= value)
            root = more;
    }
    return root + (value - (unsigned __int128)root * root > root);
}

void zkl_claim_put_about_root(zkl_buffer *out, const zkl_quantity *value, bool negative)
{
    zkl_exact units;
    unsigned __int128 square;
    if (!find_units(&units, value, 2 * ABOUT_DECIMALS) || !zkl_exact_to_u128(&square, &units))
        return;
    units = zkl_exact_of_u64(root_of(square));
    units.negative = negative && !zkl_exact_is_zero(&units);
    put_about(out, &units);
}

/* Literals are printed as they stand: canonical texts hold no comma or parenthesis. */
void zkl_claim_put_literal(zkl_buffer *out, zkl_bytes literal)
{
    if (literal.data)
        zkl_buffer_put(out, literal.data, literal.size);
    else
        zkl_buffer_put_u8(out, '*');
}

const char *zkl_claim_mode_sign(unsigned mode)
{
    static const char *const signs[ZKL_MODE_COUNT] = {
        [ZKL_MODE_AT_LEAST] = ">=", [ZKL_MODE_EXACTLY] = "=", [ZKL_MODE_AT_MOST] = "<="
    };
    ZKL_ASSERT(mode < ZKL_MODE_COUNT);
    return signs[mode];
}

const char *zkl_claim_mode_words(unsigned mode)
{
    static const char *const words[ZKL_MODE_COUNT] = { [ZKL_MODE_AT_LEAST] = "at least",
                                                       [ZKL_MODE_EXACTLY] = "exactly",
                                                       [ZKL_MODE_AT_MOST] = "at most" };
    ZKL_ASSERT(mode < ZKL_MODE_COUNT);
    return words[mode];
}

/* ---- Members of a JSON object */

/* Values stand in one buffer; a member ends where the next begins. */
zkl_buffer *zkl_claim_member(zkl_claim_members *members, const char *name)
{
    ZKL_ASSERT(members->count < ZKL_CLAIM_MEMBERS_MAX);
    for (size_t i = 0; i < members->count; i++)
        ZKL_ASSERT(strcmp(members->members[i].name, name) != 0); /* each once */
    members->members[members->count].name = name;
    members->members[members->count++].start = members->values.size;
    return &members->values;
}

void zkl_claim_member_text(zkl_claim_members *members, const char *name, zkl_bytes text)
{
    zkl_json_put_string(zkl_claim_member(members, name), text);
}

/* Numbers are strings in JSON: they have up to 76 digits, and a mean is a fraction. */
void zkl_claim_member_quantity(zkl_claim_members *members, const char *name,
                               const zkl_quantity *value)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_claim_put_quantity(&text, value);
    zkl_claim_member_text(members, name, zkl_buffer_bytes(&text));
    members->values.failed = members->values.failed || text.failed;
}

void zkl_claim_member_bound(zkl_claim_members *members, const char *name, zkl_bytes literal)
{
    if (literal.data)
        zkl_claim_member_text(members, name, literal);
    else
        zkl_buffer_put_text(zkl_claim_member(members, name), "null");
}

void zkl_claim_member_columns(zkl_claim_members *members, const zkl_claim *claim)
{
    zkl_buffer *list = zkl_claim_member(members, "columns");
    ZKL_ASSERT(claim->column_count > 0);
    for (size_t i = 0; i < claim->column_count; i++) {
        zkl_buffer_put_u8(list, i ? ',' : '[');
        zkl_json_put_string(list, claim->columns[i].name);
    }
    zkl_buffer_put_u8(list, ']');
}

void zkl_claim_member_others(zkl_claim_members *members, const zkl_claim *claim)
{
    zkl_buffer *list = zkl_claim_member(members, "datasets");
    zkl_buffer_put_text(list, "[\""); /* a dataset's name needs no escape */
    zkl_claim_put_others(list, claim, "\",\"", "\",\"");
    zkl_buffer_put_text(list, "\"]");
}

static void put_half(zkl_buffer *list, const zkl_claim *claim, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        zkl_buffer_put_u8(list, i > from ? ',' : '[');
        zkl_json_put_string(list, claim->columns[i].name);
    }
    zkl_buffer_put_u8(list, ']');
}

void zkl_claim_member_other(zkl_claim_members *members, const zkl_claim *claim)
{
    zkl_buffer *other = zkl_claim_member(members, "dataset");
    ZKL_ASSERT(claim->other_count == 1);
    zkl_buffer_put_u8(other, '"'); /* a dataset's name needs no escape */
    zkl_claim_put_other(other, claim, claim->others[0].dataset);
    zkl_buffer_put_u8(other, '"');
}

void zkl_claim_member_pairs(zkl_claim_members *members, const zkl_claim *claim)
{
    const size_t half = claim->column_count / 2;
    put_half(zkl_claim_member(members, "columns"), claim, 0, half);
    zkl_claim_member_other(members, claim);
    put_half(zkl_claim_member(members, "dataset_columns"), claim, half, 2 * half);
}

void zkl_claim_member_column(zkl_claim_members *members, const zkl_claim *claim)
{
    ZKL_ASSERT(claim->column_count > 0);
    zkl_claim_member_text(members, "column", claim->columns[0].name);
}
