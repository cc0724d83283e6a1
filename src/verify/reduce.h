#pragma once
/* The verifier up to its last line: a statement and a proof blob are reduced to one public input of
 * the circuit and three points for the one KZG equation. What is left is a product of pairings
 * (verify/statement.c). */
#include "proof/groth16.h"
#include "claim/shape.h"
#include "verify/statement.h"
#include "verify/group.h"

#define ZKL_HI_MAX 10 /* upper variables: n - log_cells */

/* The values at z and 1/z that an opening shows. */
typedef struct zkl_opening_values {
    zkl_fr w_z, w_zi, s_z, s_zi;
} zkl_opening_values;

/* The main part of a proof blob (docs/formats/proof.md): A, B, C, S, W, alpha, digest, the four
 * values, hi. */
typedef struct zkl_proof_blob {
    uint8_t groth16[ZKL_GROTH16_PROOF_BYTES];
    uint8_t s[ZKL_POINT_BYTES], w[ZKL_POINT_BYTES];
    zkl_fr alpha, digest;
    zkl_opening_values values;
    zkl_fr hi[ZKL_HI_MAX];
    size_t hi_count;
} zkl_proof_blob;
#define ZKL_PROOF_BLOB_BYTES(hi_count)                                                             \
    (ZKL_GROTH16_PROOF_BYTES + 2 * ZKL_POINT_BYTES + 6 * 32 + (hi_count)*32)

/* Scalars below r, no byte missing or left over; points are decoded later. */
zkl_status zkl_proof_blob_parse(zkl_proof_blob *out, zkl_bytes bytes, size_t hi_count,
                                zkl_error *err) ZKL_MUST_USE;
void zkl_proof_blob_encode(zkl_buffer *out, const zkl_proof_blob *blob);

/* Challenges outside the circuit that follow the digest. */
typedef struct zkl_opening_challenges {
    zkl_fr gamma, gamma2, gamma3, chi;
} zkl_opening_challenges;
void zkl_opening_challenge(zkl_opening_challenges *out, const zkl_fr *t0, const zkl_fr *digest);
/* z, from all before it and S. */
void zkl_opening_point(zkl_fr *z, const zkl_fr *t0, const zkl_fr *digest, const zkl_fr *hi,
                       size_t hi_count, const uint8_t s[static ZKL_POINT_BYTES]);
void zkl_opening_delta(zkl_fr *delta, const zkl_fr *z, const zkl_opening_values *values);
/* Weight j = 1, 2, .. of the KZG equations: fixed by the whole blob. */
void zkl_opening_weight(zkl_fr *rho, const zkl_fr *t0, uint64_t j, zkl_bytes blob);

/* What the circuit's inputs take from the leaf point's public half: eb[i] = eq(hi, i). */
typedef struct zkl_leaf_scalars {
    zkl_fr a0, a1, b0, b2, b3;
} zkl_leaf_scalars;
void zkl_leaf_scalars_at(zkl_leaf_scalars *out, const zkl_shape *shape, const zkl_fr *eb);

/* All inputs of F_n in canonical order; returns their number. */
size_t zkl_fraction_inputs(zkl_fr inputs[static ZKL_FRACTION_INPUTS_MAX], const zkl_shape *shape,
                           const zkl_proof_blob *blob, const zkl_opening_challenges *challenges,
                           const zkl_fr *z, const zkl_fr *eb);

typedef struct zkl_reduced_proof {
    zkl_fr t0;
    zkl_fr inputs[ZKL_FRACTION_INPUTS_MAX];
    size_t input_count;
    zkl_fr public_input;  /* Poseidon of the inputs */
    zkl_point a2, a1, a0; /* accepted: tau^2 a2 + tau a1 + a0 = 0 */
    uint8_t groth16[ZKL_GROTH16_PROOF_BYTES];
} zkl_reduced_proof;

/* What commitments are computed in: the group they live in, the format that cuts columns into
 * blocks, and the workers for decoding and sums of points (NULL: this thread alone). */
typedef struct zkl_arithmetic {
    const zkl_group *group;
    const zkl_proof_format *format;
    zkl_pool *pool;
} zkl_arithmetic;

/* The KZG equation before its sums are made:
 *
 *   e(W, [tau^2]) e(a W + b G, [tau]) e(sum of scalars[i] points[i], [1]) = 1
 *
 * with a = -(z + 1/z), b = r1. The points are the statement's, then W, G and S. */
typedef struct zkl_opening_equation {
    zkl_point *points;
    zkl_fr *scalars;
    size_t count, room;
    zkl_point w;
    zkl_fr a, b;
    zkl_fr rho; /* its weight beside Groth16's equation */
    /* Decoded with the rest where it is wanted, which G1 alone can do: Groth16's A and C. */
    bool wants_groth16;
    zkl_point groth16_a, groth16_c;
} zkl_opening_equation;
void zkl_opening_equation_clear(zkl_opening_equation *equation);

/* ---- What main and direct openings share (verify/direct.c). */

/* The line r0 + r1 X through w + delta S at z and 1/z; z is not 1/z. */
void zkl_opening_line(zkl_fr *r0, zkl_fr *r1, const zkl_opening_values *values, const zkl_fr *delta,
                      const zkl_fr *z, const zkl_fr *zi);
/* ZKL_REJECTED when z is 0, 1 or -1. */
zkl_status zkl_opening_check_point(const zkl_fr *z, zkl_error *err) ZKL_MUST_USE;
/* Every block of the statement, decoded: points on the curve, in the subgroup, not infinity, or
 * taken over from the known table that holds them decoded. The statement was checked against the
 * same known tables. */
zkl_status zkl_reduce_blocks(zkl_point *out, const zkl_statement *statement,
                             const zkl_arithmetic *arithmetic, const zkl_known_tables *known,
                             zkl_error *err) ZKL_MUST_USE;

/* Everything but Groth16 and the pairings. statement: given->statement, parsed. *out is written in
 * part also where the call fails. ZKL_REJECTED or ZKL_BAD_INPUT name the check. */
zkl_status zkl_verify_reduce(zkl_reduced_proof *out, const zkl_statement *statement,
                             const zkl_proven_statement *given, const zkl_arithmetic *arithmetic,
                             const zkl_known_tables *known, zkl_error *err) ZKL_MUST_USE;

/* The same but for the sums of points: a2, a1 and a0 of *out are left alone. *equation begins with
 * zeros but for wants_groth16; it is the caller's to clear, also where the call fails. */
zkl_status zkl_verify_reduce_but_sums(zkl_reduced_proof *out, zkl_opening_equation *equation,
                                      const zkl_statement *statement,
                                      const zkl_proven_statement *given,
                                      const zkl_arithmetic *arithmetic,
                                      const zkl_known_tables *known, zkl_error *err) ZKL_MUST_USE;
