#pragma once
/* What the files of the prover share. Every secret that passes through belongs to the caller,
 * who wipes it. */
#include "algebra/poseidon.h"
#include "native/cell_sums.h"
#include "native/fr_lanes.h"
#include "prove/commit.h"
#include "prove/prove.h"
#include "verify/reduce.h"

/* ---- prove_combine.c: sums of cells with field weights */

/* out[i] = sum over b of weights[b] cells[b][from + i], i < count; at most 4,096 blocks. Blocks
 * of weight zero are passed over. */
void zkl_cells_combine(zkl_fr *out, const zkl_fr *weights, const uint16_t *const *cells,
                       size_t block_count, size_t from, size_t count);
/* The same over whole blocks, `size` cells each, on the pool. */
typedef struct zkl_weighted_blocks {
    const zkl_fr *weights;
    const uint16_t *const *cells;
    const size_t *ends; /* of each block: its cells are 0 from there on; NULL: not known */
    size_t count, size;
} zkl_weighted_blocks;
void zkl_cells_combine_all(zkl_fr *out, const zkl_weighted_blocks *blocks, zkl_pool *pool);

/* ---- prove_leaves.c: leaf blocks, computed from the cells whenever they are needed and never
 * stored */

typedef enum zkl_leaf_form {
    ZKL_LEAVES_UNUSED,   /* 0 / 1 */
    ZKL_LEAVES_FRACTION, /* sign / q */
    ZKL_LEAVES_WEIGHTED, /* p / q */
    ZKL_LEAVES_TOTAL,    /* p / 1 */
    ZKL_LEAVES_POWER,    /* p / s^-t */
    ZKL_LEAVES_TABLE,    /* p / q */
} zkl_leaf_form;

typedef struct zkl_leaf_source zkl_leaf_source;
/* cells: every block of the statement; multiplicities: C counts, NULL without a table. All
 * borrowed. */
zkl_status zkl_leaf_source_new(zkl_leaf_source **out, const zkl_shape *shape,
                               const uint16_t *const *cells, const uint32_t *multiplicities,
                               zkl_error *err) ZKL_MUST_USE;
void zkl_leaf_source_free(zkl_leaf_source *source);
ZKL_DEFINE_AUTO_FREE(zkl_leaf_source)
unsigned zkl_leaf_source_log_cells(const zkl_leaf_source *source);
zkl_leaf_form zkl_leaf_source_form(const zkl_leaf_source *source, size_t leaf_block);
/* The constant numerator of a FRACTION (1 or -1). */
void zkl_leaf_source_sign(zkl_fr *out, const zkl_leaf_source *source, size_t leaf_block);
/* From this leaf of a block on all leaves are equal, but for the powers of a POWER: as many as it
 * has rows in a table's last chunk, else C. */
size_t zkl_leaf_source_live(const zkl_leaf_source *source, size_t leaf_block);
/* Of each block of the statement, how many cells are before its end: behind it all are 0. ends:
 * shape->statement->block_count. */
void zkl_block_ends(size_t *ends, const zkl_shape *shape, const uint16_t *const *cells);
/* Numerators (TOTAL, POWER, TABLE, WEIGHTED) and denominators (FRACTION, POWER, TABLE, WEIGHTED) of
 * leaves from .. from + count - 1 of a block; the other array is not touched. */
void zkl_leaf_source_fill(const zkl_leaf_source *source, zkl_fr *p, zkl_fr *q, size_t leaf_block,
                          size_t from, size_t count);

/* Is each leaf of the block 1 / (alpha - d), d a number of 16 bits? So it is of lookups, and of
 * rests that are what they should be. */
bool zkl_leaf_source_is_number(const zkl_leaf_source *source, size_t leaf_block);
/* Those d: where they lie, or in room, of count numbers; NULL when one has more than 16 bits, which
 * is of false assertions only. */
const uint16_t *zkl_leaf_source_numbers(const zkl_leaf_source *source, uint16_t *room,
                                        size_t leaf_block, size_t from, size_t count);
const zkl_fr *zkl_leaf_source_alpha(const zkl_leaf_source *source);

/* How often each table entry is looked up (C counts), and u, the sum of null times numerator over
 * leaf blocks with a null term. True assertions only: a value outside the table is counted
 * somewhere, and the proof then fails. */
zkl_status zkl_leaf_multiplicities(uint32_t *counts, zkl_fr *u, const zkl_shape *shape,
                                   const uint16_t *const *cells, zkl_pool *pool,
                                   zkl_error *err) ZKL_MUST_USE;

/* ---- prove_first_rounds.c: the leaf layer's first two rounds, from the cells themselves */

#define ZKL_ROUND_POINTS 4 /* 0, 2, -1, and the leading coefficient */

typedef struct zkl_first_rounds zkl_first_rounds;
/* Of 2^n leaves. *out stays NULL where the leaves do not allow it: where two quarters of some rows
 * are neither numbers nor unused. Without cells (NULL) too. */
zkl_status zkl_first_rounds_new(zkl_first_rounds **out, const zkl_leaf_source *leaves,
                                const zkl_cell_sums *cells, const zkl_fr_lanes *lanes, unsigned n,
                                zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
void zkl_first_rounds_free(zkl_first_rounds *rounds);
ZKL_DEFINE_AUTO_FREE(zkl_first_rounds)
/* The one pass over the cells. r: the layer's point, n - 2 values. false: a number has more than 16
 * bits, or there is no memory, so there are no such rounds; nothing has changed then. */
bool zkl_first_rounds_gather(zkl_first_rounds *rounds, const zkl_fr *r, zkl_pool *pool);
/* The two rounds: h at 0, 2, -1, and its leading coefficient. r_next: the value of r of the second
 * round's variable; bound: the first round's challenge. */
void zkl_first_rounds_first(zkl_fr sums[ZKL_ROUND_POINTS], const zkl_first_rounds *rounds,
                            const zkl_fr *lambda, const zkl_fr *r_next);
void zkl_first_rounds_second(zkl_fr sums[ZKL_ROUND_POINTS], const zkl_first_rounds *rounds,
                             const zkl_fr *lambda, const zkl_fr *bound);

/* ---- prove_fraction.c */

/* A sum of 2^n fractions, and by what it is computed. Results do not depend on lanes (NULL:
 * none), cells (NULL: no rounds on cells) or pool. All borrowed. */
typedef struct zkl_fraction_sum {
    unsigned n; /* even; at least log_cells + 2, at most ZKL_TIER_MAX (asserted) */
    const zkl_leaf_source *leaves;
    const zkl_fr_lanes *lanes;
    const zkl_cell_sums *cells;
    zkl_pool *pool;
} zkl_fraction_sum;

/* The fraction argument (docs/proof-system.md section 2). The transcript has absorbed (t0, salt,
 * u) and given alpha. Fills root and layers of out (from arena), and point: the n values of the
 * leaf point, r_0 first. Memory: 21 bytes a leaf above the leaf layer, or 8 where the layer
 * above the leaves is made when it is read (fraction_tree.c); the leaf layer is folded before it is
 * ever stored. Errors: ZKL_NO_MEMORY; ZKL_CONFLICT: a challenge is zero, which
 * chance never makes. */
zkl_status zkl_fraction_prove(zkl_fraction_witness *out, zkl_fr *point, const zkl_fraction_sum *sum,
                              zkl_transcript *tr, zkl_arena *arena, zkl_error *err) ZKL_MUST_USE;

/* ---- prove_opening.c */

/* Where commitments are made: production commits over powers of tau, tests over a known tau.
 * Each call writes points of 48 bytes and takes its coefficients as secret. */
typedef struct zkl_committer zkl_committer;
struct zkl_committer {
    void *opaque;
    const zkl_proof_format *format;
    /* sum of coefficients[i] [tau^i] */
    zkl_status (*coefficients)(const zkl_committer *committer, uint8_t out[static ZKL_POINT_BYTES],
                               const zkl_fr *coefficients, size_t count, zkl_pool *pool,
                               zkl_error *err);
    /* A mask: half of its coefficients at X^0.., half at X^C... */
    zkl_status (*mask)(const zkl_committer *committer, uint8_t out[static ZKL_POINT_BYTES],
                       const zkl_fr *coefficients, zkl_pool *pool, zkl_error *err);
    /* sum of counts[t] [tau^t] + blinder [tau^C] */
    zkl_status (*counts)(const zkl_committer *committer, uint8_t out[static ZKL_POINT_BYTES],
                         const uint32_t *counts, const zkl_fr *blinder, zkl_pool *pool,
                         zkl_error *err);
    /* Blocks of C cells, each with its blinder at X^C. */
    zkl_status (*blocks)(const zkl_committer *committer, uint8_t (*out)[ZKL_POINT_BYTES],
                         const zkl_blinded_blocks *blocks, zkl_pool *pool, zkl_error *err);
};
/* format: of the commitments; kept, as srs is. */
zkl_committer zkl_committer_of_srs(const zkl_srs *srs, const zkl_proof_format *format);

/* A polynomial, and where it is opened. All borrowed; secret. */
typedef struct zkl_opening {
    const zkl_fr *w;  /* C + mask_half coefficients, masked */
    const zkl_fr *lo; /* log_cells values: the eq polynomial P is of these */
    const zkl_fr *t0; /* public, for the challenges */
} zkl_opening;

/* Fills S, W and the four values of the blob, whose digest and hi are set. */
zkl_status zkl_opening_prove(zkl_proof_blob *blob, const zkl_opening *opening,
                             const zkl_committer *committer, zkl_pool *pool,
                             zkl_error *err) ZKL_MUST_USE;

/* What is left of an opening once z is drawn: w and S, of count coefficients each (the last of S is
 * 0), and room for as many. All borrowed; secret but for z. */
typedef struct zkl_opened {
    const zkl_fr *w, *s;
    size_t count;
    const zkl_fr *z;
    zkl_fr *room;
} zkl_opened;
/* The four values, and W. */
zkl_status zkl_opening_finish(uint8_t w_point[static ZKL_POINT_BYTES], zkl_opening_values *values,
                              const zkl_opened *opened, const zkl_committer *committer,
                              zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;

/* ---- prove_argument.c: from a statement whose points are made to its proof blob */

/* A statement whose points are made, with what they commit to. All borrowed; secret but for
 * statement and t0. */
typedef struct zkl_committed_statement {
    const zkl_statement *statement;
    zkl_fr t0;
    /* Of every block of the statement: C cells, and a blinder. */
    const uint16_t *const *cells;
    const zkl_fr *blinders;
    /* C counts and their blinder; NULL without a table leaf block. */
    const uint32_t *multiplicities;
    zkl_fr count_blinder;
    /* u: null times numerator over the leaf blocks with a null term. */
    zkl_fr null_sum;
    /* 2 mask_half coefficients, and the salt of the transcript: fresh for this proof. */
    const zkl_fr *mask;
    zkl_fr salt;
} zkl_committed_statement;

/* Everything but Groth16: blob without its first 192 bytes, the circuit's inputs, and its
 * witness (secret, from arena). */
typedef struct zkl_argument {
    zkl_proof_blob blob;
    zkl_fraction_witness witness;
    zkl_fr inputs[ZKL_FRACTION_INPUTS_MAX];
    size_t input_count;
    double argument_s, opening_s;
} zkl_argument;
void zkl_argument_clear(zkl_argument *argument); /* wipes; layers are the arena's */
zkl_status zkl_argument_prove(zkl_argument *out, zkl_arena *arena,
                              const zkl_committed_statement *committed,
                              const zkl_committer *committer, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;

double zkl_prove_seconds(void); /* a steady clock, for the figures */

/* ---- prove.c: the whole, over what is different in tests */

typedef struct zkl_prove_world {
    zkl_committer committer; /* its format is the statement's */
    zkl_digest powers_hash;
    void *opaque;
    /* The verification key's hash of tier n; wrap follows for the same n. */
    zkl_status (*key_hash)(void *opaque, zkl_digest *out, unsigned n, zkl_error *err);
    /* Secrets are drawn one after the other (section 9), once the statement up to its points is
     * known. */
    zkl_status (*seed)(void *opaque, zkl_bytes statement_head, zkl_error *err);
    void (*secret)(void *opaque, zkl_fr *out);
    /* A, B, C for the circuit's inputs and witness. */
    zkl_status (*wrap)(void *opaque, uint8_t out[static ZKL_GROTH16_PROOF_BYTES],
                       const zkl_argument *argument, const zkl_groth16_blinding *blinding,
                       zkl_pool *pool, zkl_error *err);
} zkl_prove_world;
zkl_status zkl_prove_in(zkl_prove_result *out, const zkl_prove_world *world,
                        const zkl_prove_request *request, const zkl_env *env,
                        zkl_error *err) ZKL_MUST_USE;

/* ---- prove_direct.c: disclosed rows, over what is different in tests. key_hash and wrap are not
 * asked. */
zkl_status zkl_prove_direct_in(zkl_prove_result *out, const zkl_prove_world *world,
                               const zkl_disclosure_request *request, const zkl_env *env,
                               zkl_error *err) ZKL_MUST_USE;
