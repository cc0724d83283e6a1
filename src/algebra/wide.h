#pragma once
/* Non-negative integers of up to 384 bits, for comparing bounds of claims exactly: the largest is 2
 * * sum |w_j| 2^W_j over 4,096 columns of 256 bits with 64-bit weights, below 2^334.
 *
 * text/exact.h is no twin of this: its integers have a sign and 256 bits, since that is what a
 * statement has room for, and leaving the range is a status there. Here it cannot happen, so it is
 * asserted. */
#include "algebra/fr.h"

#define ZKL_WIDE_WORDS 6

typedef struct zkl_wide {
    uint64_t word[ZKL_WIDE_WORDS]; /* least significant first */
} zkl_wide;

static inline zkl_wide zkl_wide_of_scalar(const zkl_scalar *scalar)
{
    zkl_wide out = { { 0 } };
    for (size_t i = 0; i < 32; i++)
        out.word[i / 8] |= (uint64_t)scalar->bytes[31 - i] << (8 * (i % 8));
    return out;
}

/* *a += value * 2^shift; the result must fit (asserted). */
static inline void zkl_wide_add_shifted(zkl_wide *a, uint64_t value, unsigned shift)
{
    unsigned at = shift / 64, bits = shift % 64;
    uint64_t parts[2] = { value << bits, bits ? value >> (64 - bits) : 0 };
    unsigned carry = 0;
    for (unsigned i = 0; at + i < ZKL_WIDE_WORDS; i++) {
        uint64_t part = i < 2 ? parts[i] : 0, sum = a->word[at + i] + part, with = sum + carry;
        carry = (sum < part) | (with < sum);
        a->word[at + i] = with;
    }
    ZKL_ASSERT(!carry && (at + 1 < ZKL_WIDE_WORDS || !parts[1]) && at < ZKL_WIDE_WORDS);
}

/* *a += *b; the result must fit (asserted). a and b may be the same. */
static inline void zkl_wide_add(zkl_wide *a, const zkl_wide *b)
{
    unsigned __int128 carry = 0;
    for (unsigned i = 0; i < ZKL_WIDE_WORDS; i++) {
        carry += (unsigned __int128)a->word[i] + b->word[i];
        a->word[i] = (uint64_t)carry;
        carry >>= 64;
    }
    ZKL_ASSERT(!carry);
}

/* *sum += *a * factor * 2^shift; the result must fit (asserted). */
static inline void zkl_wide_add_product(zkl_wide *sum, const zkl_wide *a, uint64_t factor,
                                        unsigned shift)
{
    for (unsigned i = 0; i < ZKL_WIDE_WORDS; i++) {
        const unsigned __int128 product = (unsigned __int128)a->word[i] * factor;
        if ((uint64_t)product)
            zkl_wide_add_shifted(sum, (uint64_t)product, 64 * i + shift);
        if (product >> 64)
            zkl_wide_add_shifted(sum, (uint64_t)(product >> 64), 64 * (i + 1) + shift);
    }
}

static inline zkl_wide zkl_wide_shifted(uint64_t value, unsigned shift)
{
    zkl_wide out = { { 0 } };
    zkl_wide_add_shifted(&out, value, shift);
    return out;
}

static inline int zkl_wide_compare(const zkl_wide *a, const zkl_wide *b)
{
    for (unsigned i = ZKL_WIDE_WORDS; i--;)
        if (a->word[i] != b->word[i])
            return a->word[i] < b->word[i] ? -1 : 1;
    return 0;
}

/* a - b, where a >= b. */
static inline zkl_wide zkl_wide_minus(const zkl_wide *a, const zkl_wide *b)
{
    zkl_wide out;
    uint64_t borrow = 0;
    for (unsigned i = 0; i < ZKL_WIDE_WORDS; i++) {
        uint64_t difference = a->word[i] - b->word[i];
        out.word[i] = difference - borrow;
        borrow = (a->word[i] < b->word[i]) | (difference < borrow);
    }
    return out;
}

static inline unsigned zkl_wide_bits(const zkl_wide *a)
{
    for (unsigned i = ZKL_WIDE_WORDS; i--;)
        if (a->word[i])
            return 64 * i + 64 - (unsigned)__builtin_clzll(a->word[i]);
    return 0;
}

static inline bool zkl_wide_is_zero(const zkl_wide *a)
{
    return zkl_wide_bits(a) == 0;
}

/* The order r of the scalar field (algebra/fr.h). */
static inline zkl_wide zkl_wide_field_order(void)
{
    static const uint64_t order[4] = ZKL_FR_ORDER_WORDS;
    return (zkl_wide){ { order[0], order[1], order[2], order[3], 0, 0 } };
}
