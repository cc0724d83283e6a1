#pragma once
/* The signer of a key file: its secret is in this process's memory. Code that signs takes a
 * zkl_signer (signer.h). This header is for code that makes keys and keeps them (keyfile.h).
 *
 * Secret: wipe with _clear. Timing: making, deriving and signing are independent of the secret as
 * far as libcrypto is. */
#include "keys/signer.h"

#include "base/env.h"

#define ZKL_SIGNING_KEY_SECRET_BYTES 32

typedef struct zkl_signing_key {
    zkl_signer signer; /* first: a key is a signer where it lies, until it is cleared */
    uint8_t
        secret[ZKL_SIGNING_KEY_SECRET_BYTES]; /* Ed25519, ML-DSA-44: the seed; P-256: the scalar,
                                                 big-endian */
} zkl_signing_key;

/* From env's randomness; its role is ZKL_ROLE_SIGNER until it is said otherwise. After a failure
 * *out is as it was. */
zkl_status zkl_signing_key_make(zkl_signing_key *out, zkl_key_type type, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;
/* ZKL_BAD_INPUT when the bytes are no secret key of that type (P-256: 0 or not below the order).
 * ZKL_NOT_SUPPORTED: another type, or one that libcrypto lacks. */
zkl_status zkl_signing_key_from_secret(zkl_signing_key *out, zkl_key_type type,
                                       const uint8_t secret[static ZKL_SIGNING_KEY_SECRET_BYTES],
                                       zkl_error *err) ZKL_MUST_USE;
void zkl_signing_key_clear(zkl_signing_key *key);

/* A signer of its own with a copy of the key, in memory for secrets (zkl_secret_new): it signs on
 * after the key file is cleared. Close it; key stays the caller's to clear. ZKL_NO_MEMORY. */
zkl_status zkl_signer_of_key(zkl_signer **out, zkl_key_role role, const zkl_signing_key *key,
                             zkl_error *err) ZKL_MUST_USE;
