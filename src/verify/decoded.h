#pragma once
/* Verification keys and powers of tau that were decoded, for several receipts that are verified
 * together: most are under the same ones.
 *
 * 1. What is kept is found by all of its bytes, so nothing that differs in one passes for it.
 * 2. Only what its decoder took is kept; what it refuses is refused each time.
 * 3. It has a bound, and keeps what came first: nobody can make it grow.
 *
 * From any thread. */
#include "proof/groth16.h"
#include "proof/srs.h"

#define ZKL_DECODED_KEYS_MAX 16
#define ZKL_DECODED_POWERS_MAX 4

typedef struct zkl_decoded zkl_decoded;
/* NULL without memory: then each decodes its own. */
zkl_decoded *zkl_decoded_new(void);
void zkl_decoded_free(zkl_decoded *decoded);
ZKL_DEFINE_AUTO_FREE(zkl_decoded)

/* As zkl_groth16_vk_decode and zkl_srs_verifier_decode_points. decoded NULL: nothing is kept. */
zkl_status zkl_decoded_key(zkl_decoded *decoded, zkl_groth16_vk *out, zkl_bytes bytes,
                           zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_decoded_powers(zkl_decoded *decoded, zkl_srs_verifier *out, zkl_bytes bytes,
                              zkl_error *err) ZKL_MUST_USE;
