/* Bounds of range claims. A number is kept as sign, significant digits and the place of the point,
 * so that it can be compared exactly with any integer, decimal or float, however far outside the
 * type it lies.
 *
 * Steps: read the literal as a number; round it inward to codes, by exact arithmetic for
 * integers and decimals, by halving over the codes for floats; print the number again. What is
 * printed is read by every verifier, so reading and printing are inverse: a text that comes out
 * of print_number goes through read_number. Other types are read and printed by the type itself. */
#include "claim/claim_bound.h"

#include <stdio.h>
#include <string.h>

#include "text/exact.h"
#include "record/ids.h"
#include "text/real.h"
#include "types/value.h"

#define DATE_CHARS 10 /* YYYY-MM-DD */

/* 0.d1 d2 .. dn * 10^point; d1 and dn are not 0; no digits: zero, never negative. */
typedef struct number {
    bool negative;
    size_t count;
    char digits[ZKL_REAL_DIGITS_MAX];
    int point;
} number;

#define EXPONENT_MAX 9999 /* of an asked bound; what a float can reach is 309 */
/* A number is written without an exponent when its point lies this near to its digits. */
#define PLAIN_POINT_MIN (-5)
#define PLAIN_POINT_MAX 40

/* false: more digits than a bound may have. Zeros count only when another digit follows. */
static bool put_digit(number *out, size_t *zeros, uint8_t digit)
{
    if (digit == '0') {
        *zeros += out->count > 0;
        return true;
    }
    if (out->count + *zeros >= ZKL_BOUND_DIGITS_MAX)
        return false;
    for (; *zeros; (*zeros)--)
        out->digits[out->count++] = '0';
    out->digits[out->count++] = (char)digit;
    return true;
}

/* What stands behind 'e', which was scanned: [+-]digits. false: more than EXPONENT_MAX. */
static bool read_exponent(int *out, const uint8_t *at, const uint8_t *end)
{
    const bool minus = *at == '-';
    int value = 0;
    for (at += *at == '-' || *at == '+'; at < end; at++) {
        value = 10 * value + (*at - '0');
        if (value > EXPONENT_MAX)
            return false;
    }
    *out = minus ? -value : value;
    return true;
}

/* Digits without zeros at either end, the place of the point moved by the exponent. The point
 * counts the digits before it while the first digit has been seen, and the zeros behind it,
 * negatively, before that. */
static bool read_number(number *out, zkl_bytes text, const char **reason)
{
    zkl_number_text scanned;
    const uint8_t *at = text.data, *const end = text.data + text.size;
    *reason = "not a number";
    if (!zkl_number_scan(&scanned, text.data, text.size))
        return false;
    *reason = "a number of more than 76 digits or a larger exponent than 9999";
    if (text.size > EXPONENT_MAX)
        return false;
    number n = { .negative = scanned.negative };
    size_t zeros = 0;
    bool behind_point = false;
    int exponent = 0;
    for (at += scanned.negative; at < end && (zkl_is_digit(*at) || *at == '.'); at++) {
        if (*at == '.') {
            behind_point = true;
            continue;
        }
        if (!put_digit(&n, &zeros, *at))
            return false;
        if (n.count && !behind_point)
            n.point++;
        if (!n.count && behind_point)
            n.point--;
    }
    if (at < end && !read_exponent(&exponent, at + 1, end))
        return false;
    n.point = n.count ? n.point + exponent : 0;
    n.negative = n.negative && n.count;
    /* The canonical text has the exponent point - 1, and is read again: 12e9999 would be
     * 1.2e10000. */
    if (n.point - 1 > EXPONENT_MAX || n.point - 1 < -EXPONENT_MAX)
        return false;
    ZKL_ASSERT(n.count <= ZKL_BOUND_DIGITS_MAX && (!n.count || n.digits[0] != '0'));
    *out = n;
    return true;
}

/* The order of a and b: sign, then magnitude by the place of the first digit, then digit by
 * digit. -1, 0, 1. */
static int compare_numbers(const number *a, const number *b)
{
    if (a->negative != b->negative)
        return a->negative ? -1 : 1;
    int order = 0;
    if (!a->count || !b->count) {
        order = (a->count > 0) - (b->count > 0);
    } else if (a->point != b->point) {
        order = a->point < b->point ? -1 : 1;
    } else {
        const size_t shared = a->count < b->count ? a->count : b->count;
        order = memcmp(a->digits, b->digits, shared);
        order = order ? order : (a->count > b->count) - (a->count < b->count);
    }
    order = (order > 0) - (order < 0);
    return a->negative ? -order : order;
}

/* No more than PLAIN_POINT_MAX of them; a negative count is none. */
static size_t put_zeros(char *out, int count)
{
    for (int i = 0; i < count; i++)
        out[i] = '0';
    return count > 0 ? (size_t)count : 0;
}

/* "-12.5", or "1.25e-9" when there would be many zeros. */
static size_t print_number(char out[static ZKL_BOUND_TEXT_BYTES_MAX + 1], const number *n)
{
    const bool plain = n->point > PLAIN_POINT_MIN && n->point <= PLAIN_POINT_MAX;
    const int count = (int)n->count, point = plain ? n->point : 1;
    ZKL_ASSERT(n->count <= ZKL_BOUND_DIGITS_MAX);
    const int whole = point < 0 ? 0 : point < count ? point : count; /* digits before the point */
    size_t at = 0;
    if (n->negative)
        out[at++] = '-';
    memcpy(out + at, n->digits, (size_t)whole);
    at += (size_t)whole;
    at += put_zeros(out + at,
                    whole ? point - whole : 1); /* behind the digits, or a 0 before the point */
    if (count > whole) {
        out[at++] = '.';
        at += put_zeros(out + at, -point);
        memcpy(out + at, n->digits + whole, (size_t)(count - whole));
        at += (size_t)(count - whole);
    }
    if (!plain)
        at += (size_t)snprintf(out + at, ZKL_BOUND_TEXT_BYTES_MAX + 1 - at, "e%d", n->point - 1);
    ZKL_ASSERT(at <= ZKL_BOUND_TEXT_BYTES_MAX);
    out[at] = 0;
    return at;
}

/* ---- Integers and decimals: codes are the value times 10^scale, and an offset. */

/* floor(n * 10^scale) and whether that is n * 10^scale itself. What is too far from zero for 256
 * bits, and so for every type, becomes the like of 10^76. */
static zkl_exact floor_scaled(bool *exact, const number *n, unsigned scale)
{
    const int places = n->point - (int)n->count + (int)scale; /* n is an integer times 10^places */
    zkl_exact value = { 0 }, power, rest = { 0 };
    unsigned unused;
    if (n->count)
        ZKL_ASSERT(zkl_exact_parse(&value, &unused, zkl_bytes_of(n->digits, n->count)));
    *exact = true;
    if (places >= 0 && n->count) {
        const bool fits = zkl_exact_power_of_ten(&power, (unsigned)places) &&
                          zkl_exact_mul(&value, &value, &power);
        if (!fits)
            ZKL_ASSERT(zkl_exact_power_of_ten(&value, ZKL_BOUND_DIGITS_MAX));
    }
    if (n->negative)
        value = zkl_exact_negate(value);
    if (places >= 0)
        return value;
    if (places < -ZKL_BOUND_DIGITS_MAX) { /* below 1 in magnitude, and not 0 */
        *exact = false;
        return zkl_exact_of(n->negative ? -1 : 0);
    }
    ZKL_ASSERT(zkl_exact_power_of_ten(&power, (unsigned)-places));
    zkl_exact_divide(&value, &rest, &value, &power);
    *exact = zkl_exact_is_zero(&rest);
    return value;
}

/* Between floor and ceiling of n * 10^scale + offset, cut at the type's first and last code. A
 * bound beyond the type on the side that it opens says no more than '*'; beyond it on the other
 * side there is no code. */
static void find_exact_codes(zkl_bound *out, const zkl_type *type, const number *n)
{
    zkl_code first, last;
    bool exact;
    const zkl_exact offset = zkl_exact_of_u128(zkl_type_offset(type)), one = zkl_exact_of(1);
    zkl_type_code_range(&first, &last, type);
    const zkl_exact least = zkl_exact_of_u128(first), most = zkl_exact_of_u128(last);
    zkl_exact below = floor_scaled(&exact, n, type->kind == ZKL_TYPE_DECIMAL ? type->scale : 0);
    ZKL_ASSERT(zkl_exact_add(&below, &below, &offset)); /* 10^76 + 2^127 */
    zkl_exact above = below;
    if (!exact)
        ZKL_ASSERT(zkl_exact_add(&above, &below, &one));
    out->has_least = zkl_exact_compare(&above, &most) <= 0;
    out->has_greatest = zkl_exact_compare(&below, &least) >= 0;
    out->least = first;
    out->greatest = last;
    if (out->has_least && zkl_exact_compare(&above, &least) > 0)
        ZKL_ASSERT(zkl_exact_to_u128(&out->least, &above));
    if (out->has_greatest && zkl_exact_compare(&below, &most) < 0)
        ZKL_ASSERT(zkl_exact_to_u128(&out->greatest, &below));
    ZKL_ASSERT(out->least >= first && out->greatest <= last);
}

/* ---- Floats: codes keep the order of the values, so the place of a number among them is found
 * by halving. */

/* The order of the code's value and the number. */
static int compare_float(const zkl_type *type, zkl_code code, const number *n)
{
    const double value = type->kind == ZKL_TYPE_FLOAT64 ? zkl_float64_of_code(code)
                                                        : (double)zkl_float32_of_code(code);
    number own = { .negative = value < 0 };
    if (__builtin_isinf(value))
        return value < 0 ? -1 : 1;
    own.count = zkl_real_digits(own.digits, &own.point, value);
    return compare_numbers(&own, n);
}

/* Invariant of the halving: value(below) <= n <= value(above). At most 64 steps. */
static void find_float_codes(zkl_bound *out, const zkl_type *type, const number *n)
{
    zkl_code first, last;
    zkl_type_code_range(&first, &last, type); /* the infinities, which lie beyond every number */
    zkl_code below = first, above = last;
    ZKL_ASSERT(first < last);
    while (above - below > 1) {
        const zkl_code middle = below + (above - below) / 2;
        const int order = compare_float(type, middle, n);
        below = order <= 0 ? middle : below;
        above = order >= 0 ? middle : above;
        if (order == 0)
            break;
    }
    /* 0 has a second code, that of -0.0, which no reader makes: it is one below, and stands for
     * the first. */
    const zkl_code minus_zero =
        (type->kind == ZKL_TYPE_FLOAT64 ? zkl_code_of_float64(0.0) : zkl_code_of_float32(0.0f)) - 1;
    out->has_least = out->has_greatest = true;
    out->greatest = below == minus_zero ? below + 1 : below;
    out->least = above == minus_zero ? above + 1 : above;
}

/* ---- All types */

/* The text is read again by whoever verifies: a zone can carry a timestamp to a year that has no
 * four digits. */
static bool keep_value(zkl_bound *out, const zkl_type *type, zkl_code code, const char **reason)
{
    zkl_code again;
    char text[ZKL_VALUE_TEXT_BYTES_MAX];
    const size_t size = zkl_value_format(text, type, code);
    if (!zkl_value_parse(&again, type, zkl_bytes_of(text, size), reason)) {
        *reason = "in UTC outside the years 0000 to 9999";
        return false;
    }
    ZKL_ASSERT(again == code);
    out->has_least = out->has_greatest = true;
    out->least = out->greatest = code;
    out->text_size = size;
    memcpy(out->text, text, out->text_size + 1);
    return true;
}

static bool is_float(const zkl_type *type)
{
    return type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64;
}

/* The only literals of floats that are no numbers. */
static bool is_infinity(zkl_bytes literal)
{
    return zkl_bytes_equal_text(literal, "inf") || zkl_bytes_equal_text(literal, "-inf");
}

/* A float takes numbers or an infinity; the infinity is a value of the type and read as one. */
/* A literal of the type; of a timestamp a date alone is where that day begins, in UTC. */
static bool parse_value(zkl_code *out, const zkl_type *type, zkl_bytes literal, const char **reason)
{
    static const char midnight[] = "T00:00:00Z";
    char text[DATE_CHARS + sizeof midnight];
    int64_t ignored;
    if (type->kind != ZKL_TYPE_TIMESTAMP || literal.size != DATE_CHARS ||
        !zkl_date_scan(&ignored, literal.data, literal.size))
        return zkl_value_parse(out, type, literal, reason);
    memcpy(text, literal.data, DATE_CHARS);
    memcpy(text + DATE_CHARS, midnight, sizeof midnight);
    return zkl_value_parse(out, type, zkl_bytes_of_text(text), reason);
}

bool zkl_bound_parse(zkl_bound *out, const zkl_type *type, zkl_bytes literal, const char **reason)
{
    zkl_bound bound = { 0 };
    number n;
    if (!(is_float(type) && !is_infinity(literal)) && !zkl_type_is_number(type)) {
        zkl_code code;
        return parse_value(&code, type, literal, reason) && keep_value(out, type, code, reason);
    }
    if (!read_number(&n, literal, reason))
        return false;
    if (is_float(type))
        find_float_codes(&bound, type, &n);
    else
        find_exact_codes(&bound, type, &n);
    bound.text_size = print_number(bound.text, &n);
    *out = bound;
    return true;
}

/* A bound's own text as a number; an infinity lies beyond every number that a bound can be. */
static number number_of(const zkl_bound *bound)
{
    const zkl_bytes text = zkl_bytes_of(bound->text, bound->text_size);
    const char *unused;
    number n = { .negative = bound->text[0] == '-', .digits = "1", .count = 1, .point = INT32_MAX };
    if (!is_infinity(text))
        ZKL_ASSERT(read_number(&n, text, &unused));
    return n;
}

/* Types without numbers are rounded to nothing: each bound is a value, and codes keep their
 * order. */
int zkl_bound_compare(const zkl_type *type, const zkl_bound *a, const zkl_bound *b)
{
    if (!zkl_type_is_number(type) && !is_float(type))
        return (a->least > b->least) - (a->least < b->least);
    const number x = number_of(a), y = number_of(b);
    return compare_numbers(&x, &y);
}
