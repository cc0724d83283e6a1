#pragma once
/* The verifier of one proof statement. Builds from base, hash, algebra and the column types alone.
 * docs/proof-system.md section 5 is its checklist. */
#include "proof/groth16.h"
#include "proof/known_table.h"
#include "proof/srs.h"
#include "proof/statement.h"
#include "verify/pairings.h"

/* A statement and its proof, as bytes. */
typedef struct zkl_proven_statement {
    zkl_bytes statement; /* whole, with source blocks */
    zkl_bytes proof;     /* the blob of docs/formats/proof.md */
} zkl_proven_statement;

/* The datasets that sources are compared with. Without any (NULL, 0), sources are taken as given:
 * for the model's toy statements, and where the statement was verified before. */
typedef struct zkl_known_tables {
    const zkl_known_table *tables;
    size_t count;
} zkl_known_tables;

/* Structure only: the checklist of section 5 (kinds, parameters, tables, order of first use, roles,
 * shapes of auxiliary tables, wrap bounds, numbers of points, tier) and, for each source table,
 * agreement with the known table: rows, indexes, limbs, hashes, nullable columns with their flags,
 * every commitment. known may be NULL in tests of the model's toy statements: then sources are
 * taken as given. A statement that passes has a circuit, or disclosed rows alone
 * (zkl_statement_is_direct). ZKL_REJECTED with the name of the check. */
zkl_status zkl_statement_check(const zkl_statement *statement, const zkl_proof_format *format,
                               const zkl_known_table *known, size_t known_count,
                               zkl_error *err) ZKL_MUST_USE;

/* Everything: decode, zkl_statement_check, key hash and powers hash as pinned, challenges, K_w, the
 * public input, Groth16, KZG, one pairing product. That every block is covered by a "cells"
 * statement under the same powers and a pinned key is the caller's check over all statements of the
 * receipt (zkl_cells_cover). pool: may be NULL; runs the decoding and the sums of points.
 * ZKL_REJECTED or ZKL_BAD_INPUT with the check that failed. */
zkl_status zkl_verify_statement(const zkl_proven_statement *given, const zkl_groth16_vk *vk,
                                const zkl_srs_verifier *srs, const zkl_known_tables *known,
                                zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;

/* The same but for the pairings, which are left: Groth16's equation and the KZG equation are put to
 * the products, each as one that has to be 1. Weights of their own replace rho there: both hold, or
 * the products do not (verify/pairings.h). The sum over the statement's commitments waits there too
 * where waiting_max leaves room. */
zkl_status zkl_verify_statement_but_pairings(zkl_products *out, const zkl_proven_statement *given,
                                             const zkl_groth16_vk *vk, const zkl_srs_verifier *srs,
                                             const zkl_known_tables *known, zkl_pool *pool,
                                             zkl_error *err) ZKL_MUST_USE;

/* The two equations that say that powers belong together, put to the products: what
 * zkl_srs_verifier_decode checks and zkl_srs_verifier_decode_points leaves. */
zkl_status zkl_verify_powers_but_pairings(zkl_products *out, const zkl_srs_verifier *powers,
                                          zkl_error *err) ZKL_MUST_USE;

/* Every (chunk, numbered column) of every known dataset lies in a "cells" assertion of one of the
 * statements, whether or not another assertion names it: what follows from the manifest alone
 * (rows, a range over all codes) is true of well-formed blocks only. The statements were verified,
 * against the same known tables; their sources are datasets of the list. ZKL_REJECTED names what is
 * not covered. */
zkl_status zkl_cells_cover(const zkl_statement *const *statements, size_t statement_count,
                           const zkl_known_table *known, size_t known_count,
                           zkl_error *err) ZKL_MUST_USE;
