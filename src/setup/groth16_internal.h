#pragma once
/* What the files of a key's making share: groth16_setup.c begins and ends it, groth16_rows.c has
 * the rows, groth16_points.c the points, groth16_repeats.c those of dense columns, groth16_known.c
 * the points where the secrets are known. */
#include "setup/groth16_setup.h"

#define GROTH16_CHUNK 4096 /* wires between two reports of progress */

/* A matrix by columns: for each wire, its rows and coefficients. */
typedef struct column_term {
    uint32_t row;
    const zkl_fr *coefficient;
} column_term;

typedef struct columns {
    uint32_t *starts; /* wire_count + 1 */
    column_term *terms;
} columns;

/* A_w(tau), B_w(tau) and K_w of every wire: secret. */
typedef struct groth16_values {
    zkl_fr *a, *b, *k;
    size_t count;
} groth16_values;
void groth16_values_clear(groth16_values *values); /* wipes */

/* A key being made. */
typedef struct groth16_making {
    const zkl_r1cs *r1cs;
    const zkl_env *env;
    zkl_groth16_key *key;
    const zkl_powers_known *known; /* NULL: the secrets below the powers are not known */
    groth16_values values;         /* where they are */
    columns a, b, c;
    const zkl_g1_affine *lagrange, *lagrange_alpha, *lagrange_beta; /* of this circuit's domain */
    const zkl_g2_affine *lagrange_2;
    const zkl_g1_affine *dense; /* of each wire, over the dense rows; infinity: none */
    const bool *is_dense;       /* of each row of C; NULL: none */
    zkl_g1_affine *a_1, *b_1, *k, *h;
    zkl_g2_affine *b_2;
    zkl_g1 *sums_1[3]; /* A, B, K of a chunk of wires */
    zkl_g2 *sums_2;
    uint32_t chunk_begin, chunk_end;
    uint64_t done, total;
} groth16_making;

/* ---- groth16_rows.c */

/* ZKL_REJECTED: the rows of key are not, as linear forms, those of initial. */
zkl_status zkl_groth16_check_rows(const zkl_groth16_key *key, const zkl_groth16_key *initial,
                                  zkl_error *err) ZKL_MUST_USE;

/* ---- groth16_points.c */

/* The key with delta = 1: what a ceremony's second phase starts from. key has its sizes and
 * its rows. */
zkl_status zkl_groth16_make_initial(groth16_making *s, zkl_groth16_key *key, zkl_arena *arena,
                                    const zkl_powers *powers, zkl_error *err) ZKL_MUST_USE;
/* Tells progress, and lets the caller stop: then the status is not ZKL_OK. */
zkl_status zkl_groth16_report(groth16_making *s, uint64_t done, zkl_error *err) ZKL_MUST_USE;

/* ---- groth16_known.c */

/* values, and a_1, b_1, b_2 and k from them. */
zkl_status zkl_groth16_known_sums(groth16_making *s, zkl_error *err) ZKL_MUST_USE;
/* k of the private wires, and h, divided by delta. inverse: of delta. */
zkl_status zkl_groth16_known_divide(groth16_making *s, const zkl_fr *inverse,
                                    zkl_error *err) ZKL_MUST_USE;
