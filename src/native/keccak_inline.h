/* The Keccak-f[1600] permutation over any word type: FIPS 202 section 3.2, steps theta, rho, pi,
 * chi, iota.
 *
 * Before including it a set defines
 *     keccak_word            one 64-bit word of each lane
 *     XOR(a, b), XOR3(a, b, c)
 *     ROL(a, n)              rotate left by the constant n; not where there are those below
 *     CHI(a, b, c)           a ^ (~b & c)
 *     SPREAD(constant)       the 64-bit constant in every lane
 * and, where one instruction does both,
 *     XOR_ROL(a, b, n)       ROL(a ^ b, n)
 *     XOR_ROL_1(a, b)        a ^ ROL(b, 1) */
#include <stdint.h>

#ifndef XOR_ROL
#define XOR_ROL(a, b, n) ROL(XOR(a, b), n)
#define XOR_ROL_1(a, b) XOR(a, ROL(b, 1))
#endif

static const uint64_t round_constants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

#define KECCAK_COLUMN(a, x)                                                                        \
    XOR3(XOR3((a)[x], (a)[(x) + 5], (a)[(x) + 10]), (a)[(x) + 15], (a)[(x) + 20])

/* One row of the new state: the five old words that pi brings there, each with its theta column and
 * its rho rotation, then chi. */
#define KECCAK_ROW(to, row, i0, r0, i1, r1, i2, r2, i3, r3, i4, r4)                                \
    do {                                                                                           \
        const keccak_word b0 = XOR_ROL(from[i0], d[(i0) % 5], r0);                                 \
        const keccak_word b1 = XOR_ROL(from[i1], d[(i1) % 5], r1);                                 \
        const keccak_word b2 = XOR_ROL(from[i2], d[(i2) % 5], r2);                                 \
        const keccak_word b3 = XOR_ROL(from[i3], d[(i3) % 5], r3);                                 \
        const keccak_word b4 = XOR_ROL(from[i4], d[(i4) % 5], r4);                                 \
        (to)[5 * (row)] = CHI(b0, b1, b2);                                                         \
        (to)[5 * (row) + 1] = CHI(b1, b2, b3);                                                     \
        (to)[5 * (row) + 2] = CHI(b2, b3, b4);                                                     \
        (to)[5 * (row) + 3] = CHI(b3, b4, b0);                                                     \
        (to)[5 * (row) + 4] = CHI(b4, b0, b1);                                                     \
    } while (0)

__attribute__((always_inline)) static inline void
keccak_round(keccak_word *to, const keccak_word *from, uint64_t constant)
{
    const keccak_word c0 = KECCAK_COLUMN(from, 0), c1 = KECCAK_COLUMN(from, 1);
    const keccak_word c2 = KECCAK_COLUMN(from, 2), c3 = KECCAK_COLUMN(from, 3);
    const keccak_word c4 = KECCAK_COLUMN(from, 4);
    const keccak_word d[5] = { XOR_ROL_1(c4, c1), XOR_ROL_1(c0, c2), XOR_ROL_1(c1, c3),
                               XOR_ROL_1(c2, c4), XOR_ROL_1(c3, c0) };
    KECCAK_ROW(to, 0, 0, 0, 6, 44, 12, 43, 18, 21, 24, 14);
    to[0] = XOR(to[0], SPREAD(constant));
    KECCAK_ROW(to, 1, 3, 28, 9, 20, 10, 3, 16, 45, 22, 61);
    KECCAK_ROW(to, 2, 1, 1, 7, 6, 13, 25, 19, 8, 20, 18);
    KECCAK_ROW(to, 3, 4, 27, 5, 36, 11, 10, 17, 15, 23, 56);
    KECCAK_ROW(to, 4, 2, 62, 8, 55, 14, 39, 15, 41, 21, 2);
}

__attribute__((always_inline)) static inline void keccak_permute(keccak_word a[25])
{
    keccak_word e[25];
    for (int round = 0; round < 24; round += 2) {
        keccak_round(e, a, round_constants[round]);
        keccak_round(a, e, round_constants[round + 1]);
    }
}
