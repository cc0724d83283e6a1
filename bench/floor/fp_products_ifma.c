/* The multiplier of Fp in lanes, alone: two products in flight. */
#include "floor/primitives.h"

#if defined(__x86_64__)
#include "native/fp_ifma_inline.h"

void fp_products_ifma(uint64_t rounds)
{
    static const uint64_t start[WORDS] = { 3, 5, 7, 9, 11, 13 };
    const lanes factor = load_one(start);
    lanes x[2] = { factor, factor };
    for (int k = 0; k < 2; k++) /* that they are equal is not for the compiler to know */
        __asm__ volatile("" : "+v"(x[k].l[0]));
    for (uint64_t i = 0; i < rounds; i += 2)
#pragma GCC unroll 2
        for (int k = 0; k < 2; k++)
            x[k] = multiply_add(&factor, &x[k], NULL, NULL); /* < 1 + 2^-33 */
    for (int k = 0; k < 2; k++)
        __asm__ volatile("" ::"v"(x[k].l[0]), "v"(x[k].l[LIMBS - 1]));
}
#else
void fp_products_ifma(uint64_t rounds)
{
    (void)rounds;
}
#endif
