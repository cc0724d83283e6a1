#pragma once
/* .zkey: a circuit's Groth16 key, as iden3's snarkjs reads and writes it, for BLS12-381 and one
 * public input. Bytes: docs/formats/iden3.md. */
#include "prove/groth16_prove.h"
#include "setup/iden3_sections.h"

#define ZKL_ZKEY_LOG_DOMAIN_MAX 24
#define ZKL_ZKEY_CONTRIBUTIONS_MAX 4096

/* One step of the second phase: delta was multiplied by a secret that the contributor shows to
 * know. */
typedef struct zkl_zkey_contribution {
    zkl_g1_affine delta_after, delta_s, delta_sx;
    zkl_g2_affine delta_spx;
    uint8_t transcript[64];
    uint32_t type;        /* 0 a person's, 1 a beacon's */
    zkl_bytes parameters; /* tagged: 1 name, 2 iterations, 3 beacon; borrowed from the file */
} zkl_zkey_contribution;

typedef struct zkl_zkey_history {
    uint8_t circuit_hash[64]; /* BLAKE2b-512 over the key before the first contribution */
    const zkl_zkey_contribution *contributions;
    size_t count;
} zkl_zkey_history;

/* A key with the record of who made it. */
typedef struct zkl_recorded_key {
    zkl_groth16_key key;
    zkl_zkey_history history;
} zkl_recorded_key;

/* Contributions that are not a beacon's, whose randomness is public. */
size_t zkl_zkey_people(const zkl_zkey_history *history);

/* Circuit hash and contributions alone, as section 10 has them. NULL: a hash of zeros, none. */
void zkl_zkey_history_put(zkl_buffer *out, const zkl_zkey_history *history);
/* Contributions come from arena, their parameters point into section. */
zkl_status zkl_zkey_history_parse(zkl_zkey_history *out, zkl_arena *arena, zkl_bytes section,
                                  zkl_error *err) ZKL_MUST_USE;

/* Arrays come from arena, about as large as the file. history may be NULL; its parameters point
 * into bytes. Refused: more or fewer public inputs than one (ZKL_NOT_SUPPORTED); a verification
 * key with an element at infinity or outside its subgroup (ZKL_BAD_INPUT), delta = generator or
 * gamma = delta (no second phase yet: ZKL_REJECTED), delta or beta not the same in both groups:
 * whatever trust allows. Points of the arrays may be at infinity (a wire absent from a matrix).
 * out->development is set unless two or more people contributed. */
zkl_status zkl_zkey_parse(zkl_groth16_key *out, zkl_zkey_history *history, zkl_bytes bytes,
                          const zkl_iden3_reading *by, zkl_error *err) ZKL_MUST_USE;

/* history NULL: a circuit hash of zeros and no contributions. snarkjs proves and verifies with
 * such a key; its `zkey verify` refuses it, for want of a contribution. */
zkl_status zkl_zkey_encode(zkl_buffer *out, const zkl_groth16_key *key,
                           const zkl_zkey_history *history, zkl_error *err) ZKL_MUST_USE;
