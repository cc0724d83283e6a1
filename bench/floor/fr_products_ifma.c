/* The multiplier of Fr in lanes, alone: four products in flight, so that none waits for another. */
#include "floor/primitives.h"

#if defined(__x86_64__)
#include "native/fr_ifma_inline.h"

void fr_products_ifma(uint64_t rounds)
{
    static const uint64_t start[4] = { 3, 5, 7, 9 };
    const lanes factor = load_one(start);
    lanes x[4] = { factor, factor, factor, factor };
    for (int k = 0; k < 4; k++) /* that they are equal is not for the compiler to know */
        __asm__ volatile("" : "+v"(x[k].l[0]));
    for (uint64_t i = 0; i < rounds; i += 4)
#pragma GCC unroll 4
        for (int k = 0; k < 4; k++)
            x[k] = multiply(&factor, &x[k]); /* < 2 / 35.33 + 1 */
    for (int k = 0; k < 4; k++)
        __asm__ volatile("" ::"v"(x[k].l[0]), "v"(x[k].l[LIMBS - 1]));
}
#else
void fr_products_ifma(uint64_t rounds)
{
    (void)rounds;
}
#endif
