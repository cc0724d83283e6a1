#pragma once
/* Sums of small integers weighted by elements of the scalar field of BLS12-381 (order r): cells of
 * 16 bits times elements, and products of cells times elements. Elements are 4 words each, below r,
 * as in native/fr_lanes.h; an element in Montgomery form times an integer is the Montgomery form of
 * the product, so weights stay as they are. No set allocates. */
#include <stddef.h>
#include <stdint.h>

/* ---- products over quads
 *
 * A quad of quarter b are four cells d_b[c], c = 2 x1 + x2, the values at the corners (x1, x2) of
 *
 *   u_b(X1, X2) = sum over c of d_b[c] B(x1; X1) B(x2; X2),   B(0; X) = 1 - X, B(1; X) = X.
 *
 * The elementary symmetric polynomial e_k of the u_b of m quarters has degree k in X1 and in X2:
 *
 *   e_k = sum over a, b <= k of E[k][a][b] X1^a (1 - X1)^(k-a) X2^b (1 - X2)^(k-b),
 *
 * and its E are integers that are sums of products of cells: none is negative. A moment is the sum
 * of w E[k][a][b] over many quads, each with its weight w. */
#define ZKL_QUAD_RUN_MAX 128 /* quads in one call */
#define ZKL_QUAD_QUARTERS_MAX 4
#define ZKL_QUAD_WEIGHTS_MAX 9

/* E[k][a][b] stands at ZKL_QUAD_MOMENT(k) + a (k + 1) + b: 1 + 4 + 9 + .. k^2 stand before it. */
#define ZKL_QUAD_MOMENT(k) ((k) * ((k) + 1) * (2 * (k) + 1) / 6)
#define ZKL_QUAD_MOMENTS_MAX 55 /* check: 55 == 1 + 4 + 9 + 16 + 25 */

/* A sum that is not reduced yet, in a form of the set's own. All zeros is 0. */
typedef struct zkl_quad_moment {
    _Alignas(64) uint64_t words[7 * 8];
} zkl_quad_moment;

/* cells[b][c]: count cells each, of quarters b < quarter_count. */
typedef struct zkl_quads {
    size_t quarter_count, count;
    const uint16_t *cells[ZKL_QUAD_QUARTERS_MAX][4];
} zkl_quads;

/* Several lists of weights for the same quads, each with its moments. */
typedef struct zkl_quad_sums {
    size_t list_count;
    const uint64_t *weights[ZKL_QUAD_WEIGHTS_MAX];  /* count elements */
    zkl_quad_moment *moments[ZKL_QUAD_WEIGHTS_MAX]; /* as many as the quarters ask for */
} zkl_quad_sums;

/* ---- nodes over numbers */

#define ZKL_NODE_NUMBERS_MAX 4

/* The symmetric polynomials e_k of up to four numbers of 16 bits, weighted twice: what the sum of
 * 1 / (alpha - d_b) has above and below. Coefficients of e_0, e_1, ..: elements; the last one is of
 * e_3 and of e_4. numbers[b]: count cells; NULL: 0 throughout. */
typedef struct zkl_number_nodes {
    uint64_t p[4 * ZKL_NODE_NUMBERS_MAX], q[4 * (ZKL_NODE_NUMBERS_MAX + 1)];
    const uint16_t *numbers[ZKL_NODE_NUMBERS_MAX];
} zkl_number_nodes;

typedef struct zkl_cell_sums {
    const char *name;      /* "portable", "ifma" */
    uint32_t cpu_features; /* what it needs, ZKL_CPU_* */

    /* out[i] = sum over b of weights[b] cells[b][from + i], i < count; at most 4,096 blocks. Blocks
     * of weight zero are passed over. */
    void (*combine)(uint64_t *out, const uint64_t *weights, const uint16_t *const *cells,
                    size_t block_count, size_t from, size_t count);
    /* Adds to the moments. count <= ZKL_QUAD_RUN_MAX. At most 2^24 quads may be added to a moment
     * before it is read. */
    void (*add_quads)(const zkl_quad_sums *sums, const zkl_quads *quads);
    /* p[i] = sum over k of p_k e_k, q[i] = sum over k of q_k e_k at the numbers i. */
    void (*add_numbers)(uint64_t *p, uint64_t *q, const zkl_number_nodes *nodes, size_t count);
    /* The sum as an integer, least significant word first: below 2^364. */
    void (*read_moment)(uint64_t out[static 6], const zkl_quad_moment *moment);
} zkl_cell_sums;

extern const zkl_cell_sums zkl_cell_sums_portable; /* the meaning */
/* The fastest set that this CPU runs and that has passed its known answers. */
const zkl_cell_sums *zkl_cell_sums_best(void);
