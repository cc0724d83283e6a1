#pragma once
/* The scalar field of BLS12-381, order
 *   r = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001.
 * zkl_fr is in Montgomery form, always reduced (< r), so equality is equality of memory. */
#include <blst.h>

#include "base/memory.h"

typedef blst_fr zkl_fr;

/* 32 big-endian bytes: the canonical form of docs/proof-system.md section 9. */
typedef struct zkl_scalar {
    uint8_t bytes[32];
} zkl_scalar;

/* r as 64-bit words, least significant first: what an array is initialised with. */
/* check: 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001 == r */
#define ZKL_FR_ORDER_WORDS                                                                         \
    {                                                                                              \
        0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805, 0x73eda753299d7d48             \
    }

extern const zkl_fr ZKL_FR_ZERO, ZKL_FR_ONE;

static inline void zkl_fr_add(zkl_fr *out, const zkl_fr *a, const zkl_fr *b)
{
    blst_fr_add(out, a, b);
}
static inline void zkl_fr_sub(zkl_fr *out, const zkl_fr *a, const zkl_fr *b)
{
    blst_fr_sub(out, a, b);
}
static inline void zkl_fr_mul(zkl_fr *out, const zkl_fr *a, const zkl_fr *b)
{
    blst_fr_mul(out, a, b);
}
static inline void zkl_fr_sqr(zkl_fr *out, const zkl_fr *a)
{
    blst_fr_sqr(out, a);
}
static inline void zkl_fr_neg(zkl_fr *out, const zkl_fr *a)
{
    blst_fr_cneg(out, a, true);
}
static inline bool zkl_fr_equal(const zkl_fr *a, const zkl_fr *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}
static inline bool zkl_fr_is_zero(const zkl_fr *a)
{
    return (a->l[0] | a->l[1] | a->l[2] | a->l[3]) == 0;
}

void zkl_fr_from_u64(zkl_fr *out, uint64_t value);
/* out = value, value < 2^128 given as high and low words. */
void zkl_fr_from_u128(zkl_fr *out, uint64_t high, uint64_t low);
/* 2^k, k < 255. */
void zkl_fr_power_of_two(zkl_fr *out, unsigned k);
/* exponent is public. */
void zkl_fr_pow_u64(zkl_fr *out, const zkl_fr *base, uint64_t exponent);
/* Inverse of a (0 gives 0: callers that must not meet it check first). Constant time / variable
 * time. */
void zkl_fr_inverse(zkl_fr *out, const zkl_fr *a);
void zkl_fr_inverse_vartime(zkl_fr *out, const zkl_fr *a);
/* values[i] = 1/values[i], zeros stay zero; scratch: count elements. One inversion, 3 products a
 * value. */
void zkl_fr_inverse_batch(zkl_fr *values, zkl_fr *scratch, size_t count);
/* sum of a[i] b[i] */
void zkl_fr_dot(zkl_fr *out, const zkl_fr *a, const zkl_fr *b, size_t count);

/* Canonical bytes. _decode refuses values >= r. */
void zkl_fr_encode(uint8_t out[static 32], const zkl_fr *a);
bool zkl_fr_decode(zkl_fr *out, const uint8_t bytes[static 32]);
/* Any number of big-endian bytes, reduced mod r. */
void zkl_fr_reduce(zkl_fr *out, const uint8_t *bytes, size_t size);
/* 32 little-endian bytes as iden3 files hold them. _decode refuses values >= r. */
void zkl_fr_encode_le(uint8_t out[static 32], const zkl_fr *a);
bool zkl_fr_decode_le(zkl_fr *out, const uint8_t bytes[static 32]);

/* hash_to_fr(label, data) = SHA3-512("zkl/v1/" label 0x00 data) mod r. */
void zkl_fr_hash(zkl_fr *out, const char *label, zkl_bytes data);
/* The same of data that lie in several places, one behind the other. */
void zkl_fr_hash_parts(zkl_fr *out, const char *label, const zkl_bytes *parts, size_t count);
/* challenge = hash_to_fr(label, scalars concatenated as 32 bytes each). */
void zkl_fr_challenge(zkl_fr *out, const char *label, const zkl_fr *scalars, size_t count);
/* PRF(key, label, data) mod r. */
void zkl_fr_prf(zkl_fr *out, zkl_bytes key, const char *label, zkl_bytes data);
