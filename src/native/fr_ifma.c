/* The loops over Fr by AVX-512 IFMA, eight elements at a time, and levels of transforms.
 *
 * Loads and stores permute lanes (load_words). Lanes never mix but in finish_sum, so the order does
 * not matter. */
#include "native/fr_lanes_internal.h"

#if defined(__x86_64__)
#include "native/cpu.h"
#include "native/fr_ifma_inline.h"
#include "native/fr_loops_inline.h"
#include "native/fr_transform_ifma_inline.h"

/* a + w b and a - w b + 2 r: both below 3, so 2 r and r are taken off. */
static void butterflies(uint64_t *a, uint64_t *b, const uint64_t *w, size_t count)
{
    for (size_t i = 0; i < count; i += WIDTH) {
        const lanes x = load(a + 4 * i), y = load(b + 4 * i), z = load_lifted(w + 4 * i);
        const lanes product = multiply(&z, &y); /* < 1.46 */
        lanes sum = add(&x, &product), difference = subtract(&x, &product, 2);
        reduce_once(&sum, 2);
        reduce_once(&sum, 1);
        reduce_once(&difference, 2);
        reduce_once(&difference, 1);
        store(a + 4 * i, &sum);
        store(b + 4 * i, &difference);
    }
}

const zkl_fr_lanes zkl_fr_lanes_ifma = { .name = "ifma",
                                         .cpu_features = ZKL_CPU_AVX512 | ZKL_CPU_AVX512_IFMA,
                                         .multiply = multiply_all,
                                         .fold = fold,
                                         .add_fractions = add_fractions,
                                         .sum_lines = sum_lines,
                                         .butterflies = butterflies,
                                         .butterflies_twice = butterflies_twice,
                                         .first_butterflies = first_butterflies };
#endif
