/* The scalar field Fr beyond what blst has: conversions, powers, batches.
 *
 * 1. An element a is held as a 2^256 mod r, below r. blst keeps it so, and everything here relies
 *    on it: equality is equality of memory.
 * 2. Canonical bytes are the integer itself, 32 big-endian bytes below r. Decoding refuses r and
 *    above, so an element has one encoding.
 * 3. Copies of elements that may be secret are wiped. Names with _vartime leak the value by their
 *    time. */
#include "algebra/fr.h"

/* Montgomery form of 0 and of 1, 2^256 mod r. */
/* check: 0x1824b159acc5056f998c4fefecbc4ff55884b7fa0003480200000001fffffffe == 2**256 % r */
const zkl_fr ZKL_FR_ZERO = { { 0, 0, 0, 0 } };
const zkl_fr ZKL_FR_ONE = { { 0x00000001fffffffe, 0x5884b7fa00034802, 0x998c4fefecbc4ff5,
                              0x1824b159acc5056f } };

void zkl_fr_from_u64(zkl_fr *out, uint64_t value)
{
    zkl_fr_from_u128(out, 0, value);
}

/* blst_fr_from_uint64 takes any 256-bit integer, reduces it and multiplies it by 2^256. */
void zkl_fr_from_u128(zkl_fr *out, uint64_t high, uint64_t low)
{
    const uint64_t words[4] = { low, high, 0, 0 };
    blst_fr_from_uint64(out, words);
}

void zkl_fr_power_of_two(zkl_fr *out, unsigned k)
{
    ZKL_ASSERT(k < 255);
    uint64_t words[4] = { 0, 0, 0, 0 };
    words[k / 64] = (uint64_t)1 << (k % 64);
    /* 2^254 > r: the conversion multiplies by 2^512 mod r, so any 256-bit value comes out
     * reduced. */
    blst_fr_from_uint64(out, words);
}

/* Square and multiply from the low bit. Loop and branches follow the exponent, which is public.
 * base may be out. */
void zkl_fr_pow_u64(zkl_fr *out, const zkl_fr *base, uint64_t exponent)
{
    zkl_fr power = *base, result = ZKL_FR_ONE;
    for (; exponent; exponent >>= 1) {
        if (exponent & 1)
            zkl_fr_mul(&result, &result, &power);
        if (exponent > 1)
            zkl_fr_sqr(&power, &power);
    }
    *out = result;
}

/* blst's Euclid with a fixed number of steps: no time depends on a. */
void zkl_fr_inverse(zkl_fr *out, const zkl_fr *a)
{
    blst_fr_inverse(out, a);
}

/* In this blst the same routine. The name says that callers allow a faster one, so a secret must
 * not come here. */
void zkl_fr_inverse_vartime(zkl_fr *out, const zkl_fr *a)
{
    blst_fr_eucl_inverse(out, a);
}

/* Montgomery's trick: 1/x_i = (x_0 .. x_(i-1)) * 1/(x_0 .. x_i), from the top down. Zeros are
 * stepped over, so they neither spoil the product nor change. */
void zkl_fr_inverse_batch(zkl_fr *values, zkl_fr *scratch, size_t count)
{
    ZKL_ASSERT(values != scratch || count == 0);
    zkl_fr product = ZKL_FR_ONE;
    for (size_t i = 0; i < count; i++) {
        scratch[i] = product; /* of the values before i */
        if (!zkl_fr_is_zero(&values[i]))
            zkl_fr_mul(&product, &product, &values[i]);
    }
    zkl_fr inverse;
    zkl_fr_inverse_vartime(&inverse, &product);
    for (size_t i = count; i-- > 0;) {
        if (zkl_fr_is_zero(&values[i]))
            continue;
        zkl_fr value = values[i];
        zkl_fr_mul(&values[i], &inverse, &scratch[i]);
        zkl_fr_mul(&inverse, &inverse, &value);
    }
}

void zkl_fr_dot(zkl_fr *out, const zkl_fr *a, const zkl_fr *b, size_t count)
{
    ZKL_ASSERT((a && b) || count == 0);
    zkl_fr sum = ZKL_FR_ZERO, term;
    for (size_t i = 0; i < count; i++) {
        zkl_fr_mul(&term, &a[i], &b[i]);
        zkl_fr_add(&sum, &sum, &term);
    }
    *out = sum;
}

void zkl_fr_encode(uint8_t out[static 32], const zkl_fr *a)
{
    blst_scalar scalar;
    blst_scalar_from_fr(&scalar, a);
    blst_bendian_from_scalar(out, &scalar);
    zkl_wipe(&scalar, sizeof scalar);
}

bool zkl_fr_decode(zkl_fr *out, const uint8_t bytes[static 32])
{
    blst_scalar scalar;
    blst_scalar_from_bendian(&scalar, bytes);
    bool canonical = blst_scalar_fr_check(&scalar);
    if (canonical)
        blst_fr_from_scalar(out, &scalar);
    zkl_wipe(&scalar, sizeof scalar);
    return canonical;
}

void zkl_fr_encode_le(uint8_t out[static 32], const zkl_fr *a)
{
    blst_scalar scalar;
    blst_scalar_from_fr(&scalar, a);
    blst_lendian_from_scalar(out, &scalar);
    zkl_wipe(&scalar, sizeof scalar);
}

/* iden3 files have the same integers with their bytes turned around. */
bool zkl_fr_decode_le(zkl_fr *out, const uint8_t bytes[static 32])
{
    uint8_t reversed[32];
    for (size_t i = 0; i < 32; i++)
        reversed[i] = bytes[31 - i];
    bool canonical = zkl_fr_decode(out, reversed);
    zkl_wipe(reversed, sizeof reversed);
    return canonical;
}

/* sum of bytes[i] 256^(size - 1 - i) mod r, by blst, for any size. From 64 bytes of a hash the
 * result is within 2^-257 of uniform, which is why challenges take 64. */
void zkl_fr_reduce(zkl_fr *out, const uint8_t *bytes, size_t size)
{
    ZKL_ASSERT(bytes || size == 0);
    blst_scalar scalar = { { 0 } };
    if (size) /* the result, "is it zero", is not an error here */
        (void)blst_scalar_from_be_bytes(&scalar, bytes, size);
    blst_fr_from_scalar(out, &scalar);
    zkl_wipe(&scalar, sizeof scalar);
}
