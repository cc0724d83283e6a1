/* Inference: a value at a time, the shapes that it has and what exact numbers span; at the end
 *            the narrowest type.
 *
 * 1. No value is kept. What is decided depends on all values, and not on their order but for the
 *    misfit that is shown.
 * 2. Exact numbers are compared at one scale, the finest that was seen: a column of 1 and 0.25
 *    has the scale 2, where they are 100 and 25. Numbers that have no room there (38 digits)
 *    make floats or text of the column.
 * 3. A float must come back from 17 significant digits as it stood; more digits would be lost,
 *    so they make text of it. */
#include "table/infer.h"

#include <stdio.h>

#include "types/value.h"

#define EXACT_MOST ((((__int128)5421010862427522170) << 64) + 687399551400673279) /* 10^38 - 1 */
#define FLOAT_DIGITS_MAX 17    /* every float64 is told apart by 17 significant digits */
#define DECIMALS_DIGITS_MAX 18 /* of floats: sums, means and moments take exact types of so many */
#define FLOAT_SCALE_SAFE 300   /* 10^-300 is no float64's underflow */

/* False when the product has more than 38 digits, which no decimal type holds. */
static bool times_ten(__int128 *x)
{
    return !__builtin_mul_overflow(*x, (__int128)10, x) && *x <= EXACT_MOST && *x >= -EXACT_MOST;
}

/* The scale is the caller's: text brings both sides to one first, a typed file has one. */
void zkl_facts_add_integer(zkl_column_facts *facts, __int128 unscaled)
{
    if (!facts->has_number || unscaled < facts->least)
        facts->least = unscaled;
    if (!facts->has_number || unscaled > facts->most)
        facts->most = unscaled;
    facts->has_number = true;
}

/* The number and the span of those before it, brought to the finer one of their scales. */
static void add_exact(zkl_column_facts *facts, const zkl_number_text *n)
{
    __int128 value = n->negative ? -(__int128)n->unscaled : (__int128)n->unscaled;
    if (n->digits > 38 || n->scale > 38) {
        facts->too_fine = true;
        return;
    }
    bool fits = true;
    for (; facts->scale < n->scale && fits; facts->scale++)
        fits = times_ten(&facts->least) && times_ten(&facts->most);
    for (unsigned scale = n->scale; scale < facts->scale && fits; scale++)
        fits = times_ten(&value);
    if (!fits)
        facts->too_fine = true;
    else
        zkl_facts_add_integer(facts, value);
}

/* EXACT and FLOAT, as far as the text is such a number. Whether it overflows a float is asked
 * only where it can: a plain number of at most 17 digits and 300 places is one. */
static uint32_t number_shapes(zkl_column_facts *facts, uint32_t wanted, const uint8_t *text,
                              size_t size)
{
    zkl_number_text n;
    if (!zkl_number_scan(&n, text, size) || n.leading_zeros)
        return 0;
    uint32_t shapes = ZKL_SHAPE_NUMBERS;
    facts->has_exponent |= n.has_exponent;
    if (n.has_exponent || n.digits > 38)
        shapes &= ~(uint32_t)ZKL_SHAPE_EXACT;
    else if ((wanted & ZKL_SHAPE_EXACT) && !facts->too_fine)
        add_exact(facts, &n);
    if (facts->too_fine)
        shapes &= ~(uint32_t)ZKL_SHAPE_EXACT;
    double ignored;
    const bool may_not_fit = n.has_exponent || n.scale > FLOAT_SCALE_SAFE;
    if (n.digits > FLOAT_DIGITS_MAX ||
        (may_not_fit && !zkl_float64_scan(&ignored, (const char *)text, size)))
        shapes &= ~(uint32_t)ZKL_SHAPE_FLOAT;
    return shapes;
}

/* The separators say which of them it may be, so that one parser is tried: 2024-..., 12:... */
static uint32_t moment_shapes(zkl_column_facts *facts, const uint8_t *text, size_t size)
{
    int64_t ignored;
    bool has_zone;
    if (size >= 10 && text[4] == '-') {
        if (zkl_date_scan(&ignored, text, size))
            return ZKL_SHAPE_DATE;
        if (!zkl_timestamp_scan(&ignored, &has_zone, text, size))
            return 0;
        facts->with_zone |= has_zone;
        facts->without_zone |= !has_zone;
        return ZKL_SHAPE_TIMESTAMP;
    }
    return size >= 8 && text[2] == ':' && zkl_time_scan(&ignored, text, size) ? ZKL_SHAPE_TIME : 0;
}

/* What is wrong with a number, among numbers; NULL: it is none. before: shapes of all values before
 * it; shapes: what the text may be at all. The order of the questions is that of what people can
 * see in the text. */
static const char *why_no_such_number(uint32_t before, uint32_t shapes, const uint8_t *text,
                                      size_t size)
{
    zkl_number_text n;
    if (size == 0 || !zkl_number_scan(&n, text, size))
        return NULL;
    if (!(shapes & ZKL_SHAPE_NUMBERS))
        return "is a string, not a number";
    if (n.leading_zeros)
        return "has leading zeros";
    if (n.has_exponent && !(before & ZKL_SHAPE_FLOAT))
        return "has an exponent, and numbers before it have more digits than a float holds";
    if (n.has_exponent || before == ZKL_SHAPE_FLOAT)
        return "is a number that no float holds";
    return "has too many digits";
}

/* ---- words for what made text of a column
 *
 * They complete "'1,5' (line 7) ...". */

/* What people write for numbers and dates, and what is not read as such; NULL: it looks like
 * neither. */
static const char *why_look_alike(const uint8_t *text, size_t size)
{
    size_t digits = 0, commas = 0, slashes = 0, others = 0;
    for (size_t i = 0; i < size; i++) {
        digits += text[i] >= '0' && text[i] <= '9';
        commas += text[i] == ',';
        slashes += text[i] == '/';
        others += !strchr("0123456789,/.-+%$", text[i]) || text[i] == 0;
    }
    if (digits == 0 || others)
        return NULL;
    if (slashes)
        return "is no date: a date is written 2024-12-31";
    if (commas)
        return "is no number: a comma stands in it, and numbers have a point only";
    if (memchr(text, '%', size) || memchr(text, '$', size))
        return "is no number: a sign stands in it";
    return NULL;
}

/* What other programs write for a null. It is none here unless the reading says so. */
static bool is_usual_null(const uint8_t *text, size_t size)
{
    static const char *const words[] = { "NA",   "N/A",  "n/a", "#N/A", "NULL", "null", "Null",
                                         "None", "none", "nil", "-",    "--",   ".",    "?" };
    for (size_t i = 0; i < ZKL_COUNT(words); i++)
        if (zkl_bytes_equal_text(zkl_bytes_of(text, size), words[i]))
            return true;
    return false;
}

/* before: the shapes that all values before it have. */
static const char *why_misfit(uint32_t before, uint32_t shapes, const uint8_t *text, size_t size)
{
    bool ignored;
    const char *number = why_no_such_number(before, shapes, text, size);
    if (before == ZKL_SHAPE_ALL)
        /* the first value: plain text needs no reason */
        return number || size == 0 || !(shapes & ZKL_SHAPE_NUMBERS) ? number
                                                                    : why_look_alike(text, size);
    if (before & ZKL_SHAPE_NUMBERS)
        return number                      ? number
               : is_usual_null(text, size) ? "is no number, and was not said to mean null"
                                           : "is no number";
    if (before & ZKL_SHAPE_BOOL)
        return zkl_bool_scan(&ignored, text, size) ? "is a string, not true or false"
                                                   : "is not true or false";
    return before == ZKL_SHAPE_DATE   ? "is no date"
           : before == ZKL_SHAPE_TIME ? "is no time"
                                      : "is no timestamp";
}

/* The value that makes text of what all values before it were. */
static void keep_misfit(zkl_column_facts *facts, uint32_t has, uint32_t shapes, const uint8_t *text,
                        size_t size)
{
    const uint32_t before = ZKL_SHAPE_ALL & ~facts->excluded;
    if ((before & has) || before == 0)
        return; /* it fits, or another value made text of them before */
    size_t kept = size < ZKL_MISFIT_BYTES_MAX ? size : ZKL_MISFIT_BYTES_MAX;
    while (kept && kept < size && (text[kept] & 0xc0) == 0x80)
        kept--; /* not within a character */
    if (kept)
        memcpy(facts->misfit, text, kept);
    ZKL_ASSERT(kept < sizeof facts->misfit);
    facts->misfit[kept] = 0;
    facts->misfit_line = facts->line;
    facts->misfit_why = why_misfit(before, shapes, text, size);
}

/* A parser is asked only for shapes that are still possible and that the first character allows.
 * An empty text is a string: it has no shape. */
void zkl_facts_add_text(zkl_column_facts *facts, uint32_t shapes, const uint8_t *text, size_t size)
{
    ZKL_DEBUG_ASSERT(!(shapes & ~(uint32_t)ZKL_SHAPE_ALL));
    const uint32_t wanted = shapes & ~facts->excluded;
    uint32_t has = 0;
    facts->value_count++;
    if (wanted == 0 || size == 0) {
        keep_misfit(facts, 0, shapes, text, size);
        facts->excluded = ZKL_SHAPE_ALL;
        return;
    }
    if (wanted & ZKL_SHAPE_NUMBERS &&
        (text[0] == '-' || text[0] == '.' || (text[0] >= '0' && text[0] <= '9')))
        has = number_shapes(facts, wanted, text, size);
    /* a text has shapes of one kind only: no number is a date */
    if (has == 0 && wanted & ZKL_SHAPE_MOMENTS && text[0] >= '0' && text[0] <= '9')
        has = moment_shapes(facts, text, size);
    bool ignored;
    if (has == 0 && wanted & ZKL_SHAPE_BOOL && zkl_bool_scan(&ignored, text, size))
        has = ZKL_SHAPE_BOOL;
    keep_misfit(facts, has & wanted, shapes, text, size);
    facts->excluded |= ~(has & wanted) & ZKL_SHAPE_ALL;
}

/* Decimal digits of the magnitude; 0 has one. */
static unsigned digits_of(__int128 x)
{
    zkl_code rest = x < 0 ? -(zkl_code)x : (zkl_code)x;
    unsigned digits = 1;
    for (; rest >= 10; rest /= 10)
        digits++;
    return digits;
}

/* Precisions that fill 1, 2, 4 and 8 limbs, so that the type shows the magnitude only. */
static uint8_t precision_for(unsigned digits)
{
    ZKL_ASSERT(digits >=
               1); /* 39 of a 128-bit integer are too many: such values are then bad ones */
    return digits <= 4 ? 4 : digits <= 9 ? 9 : digits <= 18 ? 18 : 38;
}

/* Digits of the largest magnitude, but at least one for each decimal place. */
static zkl_type decimal_type(const zkl_column_facts *facts, uint8_t scale, bool keep_types)
{
    const unsigned a = digits_of(facts->least), b = digits_of(facts->most);
    unsigned digits = a > b ? a : b;
    if (!facts->has_number)
        digits = 1;
    if (digits < scale)
        digits = scale;
    if (keep_types && digits < 18)
        digits = 18;
    return (
        zkl_type){ .kind = ZKL_TYPE_DECIMAL, .precision = precision_for(digits), .scale = scale };
}

/* The first type of the list that holds them all; with keep_types only those of 64 bits.
 * Integers beyond them are decimals. */
static zkl_type integer_type(const zkl_column_facts *facts, bool keep_types)
{
    ZKL_ASSERT(facts->least <= facts->most);
    static const struct {
        zkl_type_kind kind;
        __int128 least, most;
        bool narrow;
    } kinds[] = {
        { ZKL_TYPE_UINT16, 0, UINT16_MAX, true },
        { ZKL_TYPE_UINT32, 0, UINT32_MAX, true },
        { ZKL_TYPE_INT16, INT16_MIN, INT16_MAX, true },
        { ZKL_TYPE_INT32, INT32_MIN, INT32_MAX, true },
        { ZKL_TYPE_INT64, INT64_MIN, INT64_MAX, false },
        { ZKL_TYPE_UINT64, 0, UINT64_MAX, false },
    };
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++) {
        if (keep_types && kinds[i].narrow)
            continue;
        /* a smallest value >= 0 narrows to unsigned, 64 bits included */
        if (kinds[i].kind == ZKL_TYPE_INT64 && !keep_types && facts->least >= 0)
            continue;
        if (facts->least >= kinds[i].least && facts->most <= kinds[i].most)
            return (zkl_type){ .kind = kinds[i].kind };
    }
    return decimal_type(facts, 0, keep_types);
}

/* The type that the file itself declares, for keep_types. One byte is read as two: there is no
 * smaller type. 128 bits are a decimal of 38 digits, and what has 39 does not fit. */
static zkl_type declared_integer(const zkl_raw_type *raw)
{
    switch (raw->value_bytes) {
    case 1:
    case 2:
        return (zkl_type){ .kind = raw->is_unsigned ? ZKL_TYPE_UINT16 : ZKL_TYPE_INT16 };
    case 4:
        return (zkl_type){ .kind = raw->is_unsigned ? ZKL_TYPE_UINT32 : ZKL_TYPE_INT32 };
    case 8:
        return (zkl_type){ .kind = raw->is_unsigned ? ZKL_TYPE_UINT64 : ZKL_TYPE_INT64 };
    default:
        return (zkl_type){ .kind = ZKL_TYPE_DECIMAL, .precision = 38 };
    }
}

/* Of what every value may be, the first of: bool, exact number, float, date, time, timestamp;
 * else text. Nulls alone are a bool, the smallest type. */
static zkl_type text_type(const zkl_column_facts *facts, bool *is_string, bool keep_types)
{
    const uint32_t possible = ZKL_SHAPE_ALL & ~facts->excluded;
    ZKL_ASSERT(facts->scale <= 38);
    if (facts->value_count == 0 || possible & ZKL_SHAPE_BOOL)
        return (zkl_type){ .kind = ZKL_TYPE_BOOL };
    if (possible & ZKL_SHAPE_EXACT)
        return facts->scale ? decimal_type(facts, facts->scale, keep_types)
                            : integer_type(facts, keep_types);
    if (possible & ZKL_SHAPE_FLOAT)
        return (zkl_type){ .kind = ZKL_TYPE_FLOAT64 };
    if (possible & ZKL_SHAPE_DATE)
        return (zkl_type){ .kind = ZKL_TYPE_DATE };
    if (possible & ZKL_SHAPE_TIME)
        return (zkl_type){ .kind = ZKL_TYPE_TIME };
    if (possible & ZKL_SHAPE_TIMESTAMP && !(facts->with_zone && facts->without_zone))
        return (zkl_type){ .kind = ZKL_TYPE_TIMESTAMP };
    *is_string = true;
    return (zkl_type){ .kind = ZKL_TYPE_STRING16 };
}

/* Floats whose digits were read, and all are such that somebody wrote. */
static bool are_decimals(const zkl_column_facts *facts)
{
    return facts->has_number && !(facts->excluded & ZKL_SHAPE_EXACT) && facts->nan_count == 0 &&
           facts->scale <= DECIMALS_DIGITS_MAX && digits_of(facts->least) <= DECIMALS_DIGITS_MAX &&
           digits_of(facts->most) <= DECIMALS_DIGITS_MAX;
}

/* A typed file says the kind of its values; only integers and decimals are narrowed to what they
 * span, floats when they are read as such. */
static zkl_type raw_column_type(const zkl_column_facts *facts, const zkl_raw_type *raw,
                                bool *is_string, bool keep_types)
{
    switch (raw->kind) {
    case ZKL_RAW_TEXT:
        return text_type(facts, is_string, keep_types);
    case ZKL_RAW_BINARY:
        return (zkl_type){ .kind = ZKL_TYPE_BINARY16 };
    case ZKL_RAW_BOOL:
        return (zkl_type){ .kind = ZKL_TYPE_BOOL };
    case ZKL_RAW_INTEGER:
        return keep_types ? declared_integer(raw) : integer_type(facts, false);
    case ZKL_RAW_DECIMAL:
        if (keep_types)
            return (zkl_type){ .kind = ZKL_TYPE_DECIMAL,
                               .precision = raw->precision,
                               .scale = raw->scale };
        return decimal_type(facts, raw->scale, false);
    case ZKL_RAW_FLOAT32:
    case ZKL_RAW_FLOAT64:
        if (are_decimals(facts))
            return facts->scale ? decimal_type(facts, facts->scale, keep_types)
                                : integer_type(facts, keep_types);
        return (zkl_type){ .kind =
                               raw->kind == ZKL_RAW_FLOAT32 ? ZKL_TYPE_FLOAT32 : ZKL_TYPE_FLOAT64 };
    case ZKL_RAW_DATE:
        return (zkl_type){ .kind = ZKL_TYPE_DATE };
    case ZKL_RAW_TIME:
        return (zkl_type){ .kind = ZKL_TYPE_TIME };
    case ZKL_RAW_TIMESTAMP:
        return (zkl_type){ .kind = ZKL_TYPE_TIMESTAMP };
    }
    ZKL_ASSERT(raw->kind <= ZKL_RAW_TIMESTAMP);
    return (zkl_type){ 0 };
}

/* For people, one of: "every row is null", a span, the value that made it text, or a word for
 * the kind. */
static void write_note(zkl_facts_decision *out, const zkl_column_facts *facts,
                       const zkl_raw_type *raw)
{
    const zkl_type *type = &out->type;
    const bool is_string = out->is_string;
    char *note = out->note;
    const size_t note_bytes = sizeof out->note;
    char least[ZKL_VALUE_TEXT_BYTES_MAX], most[ZKL_VALUE_TEXT_BYTES_MAX], nulls[48];
    const bool is_real = raw->kind == ZKL_RAW_FLOAT32 || raw->kind == ZKL_RAW_FLOAT64;
    const char *how = raw->kind == ZKL_RAW_TEXT             ? "inferred"
                      : is_real && zkl_type_is_number(type) ? "floats of the file, by their digits"
                                                            : "typed by the file";
    if (facts->null_count)
        snprintf(nulls, sizeof nulls, "%llu null%s", (unsigned long long)facts->null_count,
                 facts->null_count == 1 ? "" : "s");
    else
        snprintf(nulls, sizeof nulls, "no nulls");
    if (facts->value_count == 0) {
        snprintf(note, note_bytes, "%s: every row is null", how);
    } else if (zkl_type_is_number(type) && facts->has_number) {
        (void)zkl_integer_format(least, facts->least, facts->scale); /* the texts end in NUL */
        (void)zkl_integer_format(most, facts->most, facts->scale);
        snprintf(note, note_bytes, "%s: %s %s..%s, %s", how, facts->scale ? "decimals" : "integers",
                 least, most, nulls);
    } else if (is_string && facts->misfit_why) {
        char line[32] = "";
        if (facts->misfit_line)
            snprintf(line, sizeof line, " (line %llu)", (unsigned long long)facts->misfit_line);
        snprintf(note, note_bytes, "%s: text, since '%s'%s %s, %s", how, facts->misfit, line,
                 facts->misfit_why, nulls);
    } else if (is_string && facts->with_zone && facts->without_zone &&
               (~facts->excluded & ZKL_SHAPE_TIMESTAMP)) {
        snprintf(note, note_bytes,
                 "%s: text, since some of its timestamps have a zone and others none, %s", how,
                 nulls);
    } else {
        const char *what = is_string                          ? "text"
                           : type->kind == ZKL_TYPE_BOOL      ? "true and false"
                           : type->kind == ZKL_TYPE_DATE      ? "dates"
                           : type->kind == ZKL_TYPE_TIME      ? "times"
                           : type->kind == ZKL_TYPE_BINARY16  ? "bytes"
                           : type->kind != ZKL_TYPE_TIMESTAMP ? "floats"
                           : facts->without_zone ? "timestamps without a zone, taken as UTC"
                                                 : "timestamps";
        snprintf(note, note_bytes, "%s: %s, %s", how, what, nulls);
    }
}

/* Type first: the note says what it was chosen by. */
zkl_facts_decision zkl_facts_decide(const zkl_column_facts *facts, const zkl_raw_type *raw,
                                    bool keep_types)
{
    ZKL_ASSERT(!facts->has_number || facts->least <= facts->most);
    zkl_facts_decision out = { .is_string = false };
    out.type = raw_column_type(facts, raw, &out.is_string, keep_types);
    write_note(&out, facts, raw);
    return out;
}
