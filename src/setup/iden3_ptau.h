#pragma once
/* .ptau: powers of tau of a ceremony, as iden3's snarkjs reads and writes them, for BLS12-381.
 * Bytes: docs/formats/iden3.md. */
#include "setup/iden3_sections.h"
#include "setup/powers.h"

#define ZKL_PTAU_FILE_POWER_MAX 28 /* a larger file than we can use is read in part */
#define ZKL_PTAU_CONTRIBUTIONS_MAX 4096

/* Shows that a contributor knew a secret x: s and s x are random points with that ratio, spx = x
 * sp with sp hashed from the challenge and those two. */
typedef struct zkl_ptau_knowledge {
    zkl_g1_affine s, sx;
    zkl_g2_affine spx;
} zkl_ptau_knowledge;

/* The public key of a contribution. */
typedef struct zkl_ptau_key {
    zkl_ptau_knowledge tau, alpha, beta;
} zkl_ptau_key;

typedef struct zkl_ptau_contribution {
    zkl_g1_affine tau_1; /* the powers' first elements after this contribution */
    zkl_g2_affine tau_2;
    zkl_g1_affine alpha_1, beta_1;
    zkl_g2_affine beta_2;
    zkl_ptau_key key;
    uint8_t partial_hash[216]; /* BLAKE2b state before the key: the response hash follows from it */
    uint8_t next_challenge[64]; /* BLAKE2b-512 over the response hash and all powers */
    uint32_t type;              /* 0 a person's, 1 a beacon's */
    zkl_bytes parameters;       /* tagged: 1 name, 2 iterations, 3 beacon; borrowed from the file */
} zkl_ptau_contribution;

typedef struct zkl_ptau_history {
    unsigned ceremony_power; /* of the ceremony; larger than the file's when that was truncated */
    const zkl_ptau_contribution *contributions;
    size_t count;
} zkl_ptau_history;

/* Powers with the record of who made them. */
typedef struct zkl_recorded_powers {
    zkl_powers powers;
    zkl_ptau_history history;
} zkl_recorded_powers;

/* Contributions that are not a beacon's, whose randomness is public. */
size_t zkl_ptau_people(const zkl_ptau_history *history);

/* The contributions alone, as section 7 has them; the ceremony's power is not among them. NULL:
 * none. */
void zkl_ptau_history_put(zkl_buffer *out, const zkl_ptau_history *history);
/* Contributions come from arena, their parameters point into section. */
zkl_status zkl_ptau_history_parse(zkl_ptau_history *out, zkl_arena *arena, zkl_bytes section,
                                  zkl_error *err) ZKL_MUST_USE;

/* Reads a file of at least 2^power powers; of a larger one the first. power 0: the file's own,
 * at most ZKL_POWERS_POWER_MAX (else ZKL_LIMIT). Arrays come from arena; powers->lagrange_* are
 * NULL when the file is not prepared for phase 2. history may be NULL; its parameters point into
 * bytes. powers->development is set unless two or more people's contributions stand in the file.
 * That they are genuine is zkl_ceremony_verify's matter, and that the powers are powers
 * zkl_ptau_check's: this reads and checks points one by one (trust: iden3_sections.h). Infinity
 * is refused. Allocates about as much as the part read. */
zkl_status zkl_ptau_parse(zkl_powers *powers, zkl_ptau_history *history, zkl_bytes bytes,
                          unsigned power, const zkl_iden3_reading *by, zkl_error *err) ZKL_MUST_USE;

/* Are they powers of one tau, with one alpha and one beta, and are the Lagrange arrays, if
 * there, made of them? Equations of pairings over sums with random weights of 128 bits, each
 * array its own weights. The points are in their subgroups (read as ZKL_IDEN3_CHECKED).
 * ZKL_REJECTED names the array that fails. Cost: four MSMs over all points. It says nothing
 * about who knows tau: the contributions' signatures are snarkjs's to check (`powersoftau
 * verify`). */
zkl_status zkl_ptau_check(const zkl_powers *powers, const zkl_env *env,
                          zkl_error *err) ZKL_MUST_USE;

/* Writes sections 1-7, and 12-15 when the powers have Lagrange arrays. history NULL: no
 * contributions (snarkjs works with such a file, but its `powersoftau verify` calls it not fit
 * for production). */
zkl_status zkl_ptau_encode(zkl_buffer *out, const zkl_powers *powers,
                           const zkl_ptau_history *history, zkl_error *err) ZKL_MUST_USE;
