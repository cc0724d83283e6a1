/* Exact integers: a magnitude of four 64-bit words, least significant first, and a sign.
 *
 * 1. Zero is never negative, so equality is equality of memory.
 * 2. Add, subtract and multiply say when the result needs more than 256 bits, and leave *out alone
 *    then. Outputs may be inputs.
 * 3. None of this is secret: loops and branches depend on the values. */
#include "text/exact.h"

#include <string.h>

typedef unsigned __int128 u128;

/* Whatever the sign says: results are made through this before they get one. */
bool zkl_exact_is_zero(const zkl_exact *a)
{
    return (a->words[0] | a->words[1] | a->words[2] | a->words[3]) == 0;
}

/* Invariant 1. */
static void exact_invariant(const zkl_exact *a)
{
    ZKL_ASSERT(!a->negative || !zkl_exact_is_zero(a));
}

zkl_exact zkl_exact_of_u64(uint64_t value)
{
    return (zkl_exact){ .words = { value } };
}

zkl_exact zkl_exact_of_u128(u128 value)
{
    return (zkl_exact){ .words = { (uint64_t)value, (uint64_t)(value >> 64) } };
}

/* Negated as unsigned, since -INT64_MIN is no int64_t. */
zkl_exact zkl_exact_of(int64_t value)
{
    zkl_exact out = zkl_exact_of_u64(value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
    out.negative = value < 0;
    return out;
}

zkl_exact zkl_exact_negate(zkl_exact a)
{
    exact_invariant(&a);
    a.negative = !a.negative && !zkl_exact_is_zero(&a);
    return a;
}

/* -1, 0 or 1, from the highest word down. */
static int compare_magnitudes(const zkl_exact *a, const zkl_exact *b)
{
    for (int i = 3; i >= 0; i--)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

/* Zero is not negative, so a different sign decides. */
int zkl_exact_compare(const zkl_exact *a, const zkl_exact *b)
{
    exact_invariant(a);
    exact_invariant(b);
    if (a->negative != b->negative)
        return a->negative ? -1 : 1;
    const int order = compare_magnitudes(a, b);
    return a->negative ? -order : order;
}

/* |a| + |b|; false on overflow */
static bool add_magnitudes(zkl_exact *out, const zkl_exact *a, const zkl_exact *b)
{
    u128 carry = 0;
    for (int i = 0; i < 4; i++) {
        carry += (u128)a->words[i] + b->words[i];
        out->words[i] = (uint64_t)carry;
        carry >>= 64;
    }
    return carry == 0;
}

/* |a| - |b|, |a| >= |b| */
static void subtract_magnitudes(zkl_exact *out, const zkl_exact *a, const zkl_exact *b)
{
    ZKL_DEBUG_ASSERT(compare_magnitudes(a, b) >= 0);
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        const u128 take = (u128)b->words[i] + borrow;
        borrow = (u128)a->words[i] < take;
        out->words[i] = (uint64_t)((u128)a->words[i] - take);
    }
}

/* Signs alike: add magnitudes. Otherwise the smaller from the larger, with the larger one's
 * sign. */
bool zkl_exact_add(zkl_exact *out, const zkl_exact *a, const zkl_exact *b)
{
    zkl_exact sum = { .negative = a->negative };
    if (a->negative == b->negative) {
        if (!add_magnitudes(&sum, a, b))
            return false;
    } else if (compare_magnitudes(a, b) >= 0) {
        subtract_magnitudes(&sum, a, b);
    } else {
        subtract_magnitudes(&sum, b, a);
        sum.negative = b->negative;
    }
    if (zkl_exact_is_zero(&sum))
        sum.negative = false;
    exact_invariant(&sum);
    *out = sum;
    return true;
}

/* a + (-b): negation cannot fail, as the sign stands apart. */
bool zkl_exact_sub(zkl_exact *out, const zkl_exact *a, const zkl_exact *b)
{
    const zkl_exact minus = zkl_exact_negate(*b);
    return zkl_exact_add(out, a, &minus);
}

/* Schoolbook, 512 bits. A column's sum stays below 2^128: (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 -
 * 1. */
bool zkl_exact_mul(zkl_exact *out, const zkl_exact *a, const zkl_exact *b)
{
    uint64_t words[8] = { 0 };
    for (int i = 0; i < 4; i++) {
        u128 carry = 0;
        for (int j = 0; j < 4; j++) {
            carry += (u128)a->words[i] * b->words[j] + words[i + j];
            words[i + j] = (uint64_t)carry;
            carry >>= 64;
        }
        words[i + 4] = (uint64_t)carry;
    }
    if (words[4] | words[5] | words[6] | words[7])
        return false;
    zkl_exact product = { .negative = a->negative != b->negative };
    memcpy(product.words, words, sizeof product.words);
    if (zkl_exact_is_zero(&product))
        product.negative = false;
    exact_invariant(&product);
    *out = product;
    return true;
}

#define PRODUCT_WORDS (4 * ZKL_EXACT_FACTORS_MAX)

/* The magnitude of a product of count factors, and its sign: -1, 0, 1. */
static int multiply_all(uint64_t out[static PRODUCT_WORDS], const zkl_exact *factors, size_t count)
{
    int sign = 1;
    ZKL_ASSERT(count <= ZKL_EXACT_FACTORS_MAX);
    memset(out, 0, PRODUCT_WORDS * sizeof *out);
    out[0] = 1;
    for (size_t k = 0; k < count; k++) {
        uint64_t product[PRODUCT_WORDS] = { 0 };
        for (size_t i = 0; i < 4 * k + 1; i++) { /* what the factors before it can fill */
            u128 carry = 0;
            for (size_t j = 0; j < 4 && i + j < PRODUCT_WORDS; j++) {
                carry += (u128)out[i] * factors[k].words[j] + product[i + j];
                product[i + j] = (uint64_t)carry;
                carry >>= 64;
            }
            if (i + 4 < PRODUCT_WORDS)
                product[i + 4] = (uint64_t)carry;
        }
        memcpy(out, product, sizeof product);
        sign *= zkl_exact_is_zero(&factors[k]) ? 0 : factors[k].negative ? -1 : 1;
    }
    return sign;
}

int zkl_exact_compare_products(const zkl_exact *a, size_t a_count, const zkl_exact *b,
                               size_t b_count)
{
    uint64_t x[PRODUCT_WORDS], y[PRODUCT_WORDS];
    const int x_sign = multiply_all(x, a, a_count), y_sign = multiply_all(y, b, b_count);
    if (x_sign != y_sign)
        return x_sign < y_sign ? -1 : 1;
    for (size_t i = PRODUCT_WORDS; i--;)
        if (x[i] != y[i])
            return (x[i] < y[i] ? -1 : 1) * x_sign;
    return 0;
}

/* 10^77 is the largest that fits. */
bool zkl_exact_power_of_ten(zkl_exact *out, unsigned exponent)
{
    const zkl_exact ten = zkl_exact_of_u64(10);
    zkl_exact power = zkl_exact_of_u64(1);
    for (unsigned i = 0; i < exponent; i++)
        if (!zkl_exact_mul(&power, &power, &ten))
            return false;
    *out = power;
    return true;
}

/* Long division of magnitudes, bit by bit: 256 steps of shift and subtract. The remainder stays
 * below b, so a bit lost at the top of the shift means that it is b or more. */
static void divide_magnitudes(zkl_exact *quotient, zkl_exact *remainder, const zkl_exact *a,
                              const zkl_exact *b)
{
    ZKL_ASSERT(!zkl_exact_is_zero(b));
    zkl_exact q = { 0 }, r = { 0 };
    for (int bit = 255; bit >= 0; bit--) {
        const bool lost = r.words[3] >> 63;
        for (int i = 3; i > 0; i--)
            r.words[i] = r.words[i] << 1 | r.words[i - 1] >> 63;
        r.words[0] = r.words[0] << 1 | (a->words[bit / 64] >> (bit % 64) & 1);
        if (lost || compare_magnitudes(&r, b) >= 0) {
            subtract_magnitudes(&r, &r, b);
            q.words[bit / 64] |= (uint64_t)1 << (bit % 64);
        }
    }
    ZKL_ASSERT(compare_magnitudes(&r, b) < 0);
    *quotient = q;
    *remainder = r;
}

/* Floored: the remainder has b's sign, so it is never negative. For a < 0 the quotient of
 * magnitudes is rounded towards zero, which is one too large unless it is exact. */
void zkl_exact_divide(zkl_exact *quotient, zkl_exact *remainder, const zkl_exact *a,
                      const zkl_exact *b)
{
    ZKL_ASSERT(!b->negative && !zkl_exact_is_zero(b));
    const zkl_exact divisor = *b, one = zkl_exact_of_u64(1);
    const bool negative = a->negative;
    divide_magnitudes(quotient, remainder, a, &divisor);
    if (!negative)
        return;
    if (!zkl_exact_is_zero(remainder)) { /* round down: one further from zero */
        subtract_magnitudes(remainder, &divisor, remainder);
        ZKL_ASSERT(add_magnitudes(quotient, quotient, &one));
    }
    *quotient = zkl_exact_negate(*quotient);
}

/* Euclid's; gcd(a, 0) = a. */
zkl_exact zkl_exact_gcd(zkl_exact a, zkl_exact b)
{
    a.negative = b.negative = false;
    while (!zkl_exact_is_zero(&b)) {
        zkl_exact quotient, remainder;
        divide_magnitudes(&quotient, &remainder, &a, &b);
        a = b;
        b = remainder;
    }
    return a;
}

/* The sign is left to the caller, who writes it apart. */
void zkl_exact_to_bytes(uint8_t out[static 32], const zkl_exact *a)
{
    for (int i = 0; i < 4; i++)
        zkl_be64_put(out + 8 * (3 - i), a->words[i]);
}

/* The inverse of zkl_exact_to_bytes, and never negative. */
zkl_exact zkl_exact_of_bytes(const uint8_t bytes[static 32])
{
    zkl_exact out = { 0 };
    for (int i = 0; i < 32; i++)
        out.words[3 - i / 8] = out.words[3 - i / 8] << 8 | bytes[i];
    return out;
}

/* A negative number fits no unsigned one. */
bool zkl_exact_to_u128(u128 *out, const zkl_exact *a)
{
    exact_invariant(a);
    if (a->negative || a->words[2] || a->words[3])
        return false;
    *out = (u128)a->words[1] << 64 | a->words[0];
    return true;
}

/* As zkl_exact_to_u128. */
bool zkl_exact_to_u64(uint64_t *out, const zkl_exact *a)
{
    exact_invariant(a);
    if (a->negative || a->words[1] || a->words[2] || a->words[3])
        return false;
    *out = a->words[0];
    return true;
}

#define DIGITS_MAX 78 /* of 2^256 */

/* Digits come out lowest first. As many as `scale` needs are printed, with zeros in front: 5 at
 * scale 2 is "0.05". */
void zkl_exact_format(zkl_buffer *out, const zkl_exact *a, unsigned scale)
{
    exact_invariant(a);
    char digits[DIGITS_MAX];
    size_t count = 0;
    const zkl_exact ten = zkl_exact_of_u64(10);
    zkl_exact left = *a, digit;
    left.negative = false;
    while (!zkl_exact_is_zero(&left)) {
        divide_magnitudes(&left, &digit, &left, &ten);
        ZKL_ASSERT(count < DIGITS_MAX && digit.words[0] < 10);
        digits[count++] = (char)('0' + digit.words[0]);
    }
    if (a->negative)
        zkl_buffer_put_u8(out, '-');
    if (count <= scale)
        zkl_buffer_put_u8(out, '0');
    for (size_t i = count > scale ? count : scale; i-- > 0;) {
        if (i + 1 == scale)
            zkl_buffer_put_u8(out, '.');
        zkl_buffer_put_u8(out, i < count ? (uint8_t)digits[i] : '0');
    }
}

/* At most ZKL_EXACT_DIGITS_MAX digits, which is below 2^256, so neither product nor sum below
 * overflows; they are checked all the same. */
bool zkl_exact_parse(zkl_exact *out, unsigned *scale, zkl_bytes text)
{
    const zkl_exact ten = zkl_exact_of_u64(10);
    const bool negative = text.size && text.data[0] == '-';
    zkl_exact value = { 0 };
    size_t at = negative, whole = 0, behind = 0;
    bool point = false;
    for (; at < text.size; at++) {
        const uint8_t c = text.data[at];
        /* One point, behind a digit and before one: "1." is refused at the end. */
        if (c == '.' && !point && whole) {
            point = true;
            continue;
        }
        if (!zkl_is_digit(c) || whole + behind >= ZKL_EXACT_DIGITS_MAX)
            return false;
        if (!point && whole == 1 && text.data[at - 1] == '0')
            return false; /* a leading zero */
        whole += !point;
        behind += point;
        const zkl_exact digit = zkl_exact_of_u64((uint64_t)(c - '0'));
        if (!zkl_exact_mul(&value, &value, &ten) || !zkl_exact_add(&value, &value, &digit))
            return false;
    }
    if (!whole || (point && !behind))
        return false;
    /* "-0" is 0. */
    value.negative = negative && !zkl_exact_is_zero(&value);
    ZKL_ASSERT(whole + behind <= ZKL_EXACT_DIGITS_MAX);
    *out = value;
    *scale = (unsigned)behind;
    return true;
}
