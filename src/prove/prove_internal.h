#pragma once
/* What the files of the prover share. Every secret that passes through belongs to the caller, who wipes it. */
#include "algebra/poseidon.h"
#include "native/fr_lanes.h"
#include "prove/prove.h"
#include "verify/reduce.h"

/* ---- prove_combine.c: sums of cells with field weights */

/* out[i] = sum over b of weights[b] cells[b][from + i], i < count; at most 4,096 blocks. Blocks of weight zero are passed over. */
void zkl_cells_combine(zkl_fr *out, const zkl_fr *weights, const uint16_t *const *cells,
                       size_t block_count, size_t from, size_t count);
/* The same over whole blocks of cell_count cells, on the pool. */
void zkl_cells_combine_all(zkl_fr *out, const zkl_fr *weights, const uint16_t *const *cells,
                           size_t block_count, size_t cell_count, zkl_pool *pool);

/* ---- prove_leaves.c: leaf blocks, computed from the cells whenever they are needed and never stored */

typedef enum zkl_leaf_form {
    ZKL_LEAVES_UNUSED,   /* 0 / 1 */
    ZKL_LEAVES_FRACTION, /* sign / q */
    ZKL_LEAVES_TOTAL,    /* p / 1 */
    ZKL_LEAVES_TABLE,    /* p / q */
} zkl_leaf_form;

typedef struct zkl_leaf_source zkl_leaf_source;
/* cells: every block of the statement; multiplicities: C counts, NULL without a table. All borrowed. */
zkl_status zkl_leaf_source_new(zkl_leaf_source **out, const zkl_shape *shape,
                               const uint16_t *const *cells, const uint32_t *multiplicities,
                               zkl_error *err) ZKL_MUST_USE;
void zkl_leaf_source_free(zkl_leaf_source *source);
ZKL_DEFINE_AUTO_FREE(zkl_leaf_source)
zkl_leaf_form zkl_leaf_source_form(const zkl_leaf_source *source, size_t leaf_block);
/* The constant numerator of a FRACTION (1 or -1). */
void zkl_leaf_source_sign(zkl_fr *out, const zkl_leaf_source *source, size_t leaf_block);
/* Numerators (TOTAL, TABLE) and denominators (FRACTION, TABLE) of leaves from .. from + count - 1 of a block; the other array is
 * not touched. */
void zkl_leaf_source_fill(const zkl_leaf_source *source, zkl_fr *p, zkl_fr *q, size_t leaf_block,
                          size_t from, size_t count);

/* How often each table entry is looked up (C counts), and u, the number of null cells over leaf blocks with a null term.
 * True assertions only: a value outside the table is counted somewhere, and the proof then fails. */
zkl_status zkl_leaf_multiplicities(uint32_t *counts, uint64_t *u, const zkl_shape *shape,
                                   const uint16_t *const *cells, zkl_pool *pool,
                                   zkl_error *err) ZKL_MUST_USE;

/* ---- prove_fraction.c */

/* The fraction argument over 2^n leaves. Fills root and layers of out (from arena) and point (n values); the transcript has
 * absorbed (t0, salt, u) and given alpha. Memory: 21 bytes a leaf, above the leaf layer; the leaf layer is folded before
 * it is ever stored. Deterministic at any number of workers, and with any set of lanes or none (NULL). */
zkl_status zkl_fraction_prove(zkl_fraction_witness *out, zkl_fr *point, unsigned n,
                              unsigned log_cells, const zkl_leaf_source *leaves,
                              const zkl_fr_lanes *lanes, zkl_transcript *tr, zkl_arena *arena,
                              zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;

/* ---- prove_opening.c */

/* Where commitments are made: production commits over powers of tau, tests over a known tau. */
typedef struct zkl_committer {
    void *opaque;
    /* 48 bytes of sum of coefficients[i] [tau^i]. */
    zkl_status (*coefficients)(void *opaque, uint8_t out[static ZKL_POINT_BYTES],
                               const zkl_fr *coefficients, size_t count, zkl_pool *pool,
                               zkl_error *err);
    /* A mask: half coefficients at X^0.., half at X^C... */
    zkl_status (*mask)(void *opaque, uint8_t out[static ZKL_POINT_BYTES],
                       const zkl_fr *coefficients, const zkl_proof_format *format, zkl_pool *pool,
                       zkl_error *err);
    /* sum of counts[t] [tau^t] + blinder [tau^C] */
    zkl_status (*counts)(void *opaque, uint8_t out[static ZKL_POINT_BYTES], const uint32_t *counts,
                         const zkl_fr *blinder, const zkl_proof_format *format, zkl_pool *pool,
                         zkl_error *err);
    /* count blocks of C cells, each with its blinder at X^C */
    zkl_status (*blocks)(void *opaque, uint8_t (*out)[ZKL_POINT_BYTES],
                         const uint16_t *const *cells, const zkl_fr *blinders, size_t count,
                         const zkl_proof_format *format, zkl_pool *pool, zkl_error *err);
} zkl_committer;
zkl_committer zkl_committer_of_srs(const zkl_srs *srs);

/* Open w (C + mask_half coefficients) at lo (log_cells values): fills S, W and the four values of the blob, whose digest
 * and hi are set. */
zkl_status zkl_opening_prove(zkl_proof_blob *blob, const zkl_fr *w, const zkl_fr *lo,
                             const zkl_fr *t0, const zkl_proof_format *format,
                             const zkl_committer *committer, zkl_pool *pool,
                             zkl_error *err) ZKL_MUST_USE;

/* ---- prove_argument.c: from a statement whose points are made to its proof blob */

typedef struct zkl_argument_secrets {
    const zkl_fr *blinders; /* of every block of the statement */
    const zkl_fr *mask;     /* 2 mask_half coefficients */
    zkl_fr count_blinder;   /* multiplicities */
    zkl_fr salt;
} zkl_argument_secrets;

/* Everything but Groth16: blob without its first 192 bytes, the circuit's inputs, and its witness (secret, from arena). */
typedef struct zkl_argument {
    zkl_proof_blob blob;
    zkl_fraction_witness witness;
    zkl_fr inputs[ZKL_FRACTION_INPUTS_MAX];
    size_t input_count;
    double argument_s, opening_s;
} zkl_argument;
zkl_status zkl_argument_prove(zkl_argument *out, zkl_arena *arena, const zkl_statement *statement,
                              const zkl_fr *t0, const uint16_t *const *cells,
                              const uint32_t *multiplicities, uint64_t u,
                              const zkl_argument_secrets *secrets, const zkl_proof_format *format,
                              const zkl_committer *committer, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;

double zkl_prove_seconds(void); /* a steady clock, for the figures */

/* ---- prove.c: the whole, over what is different in tests */

typedef struct zkl_prove_world {
    zkl_proof_format format;
    zkl_committer committer;
    zkl_digest powers_hash;
    void *opaque;
    /* The verification key's hash of tier n; wrap follows for the same n. */
    zkl_status (*key_hash)(void *opaque, zkl_digest *out, unsigned n, zkl_error *err);
    /* Secrets are drawn one after the other (section 9), once the statement up to its points is known. */
    zkl_status (*seed)(void *opaque, zkl_bytes statement_head, zkl_error *err);
    void (*secret)(void *opaque, zkl_fr *out);
    /* A, B, C for the circuit's inputs and witness; r, s secret. */
    zkl_status (*wrap)(void *opaque, uint8_t out[static ZKL_GROTH16_PROOF_BYTES],
                       const zkl_argument *argument, const zkl_fr *r, const zkl_fr *s,
                       zkl_pool *pool, zkl_error *err);
} zkl_prove_world;
zkl_status zkl_prove_in(zkl_prove_result *out, const zkl_prove_world *world,
                        const zkl_digest *ledger, const zkl_assertion_request *assertions,
                        size_t assertion_count, const zkl_source_table *sources,
                        size_t source_count, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
