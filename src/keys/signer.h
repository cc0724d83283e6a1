#pragma once
/* A signer: something that signs under a public key, whose secret its callers never see.
 *
 * Ledger, log, envelopes and notes take a signer. Where its secret lies is the backend's own
 * affair: in a key file (signing_key.h) today; a token (PKCS#11) or a process of its own is one
 * more file with one more table.
 *
 *     zkl_signer *signer = NULL;
 *     ZKL_TRY(zkl_signer_open_file(&signer, path, ZKL_ROLE_LOG, passphrase, err)); (keyfile.h)
 *     ZKL_TRY(zkl_checkpoint_sign(&note, origin, size, &root, signer, err));    (sign_record.h)
 *     zkl_signer_close(signer);
 *
 * Promises of every backend:
 *  1. public_key does not change while it is open. Every signature that _sign hands out verifies
 *     under it and has its algorithm's size; a backend checks what a token or process gives it.
 *  2. _sign may be called from several threads at once.
 *  3. No secret, and nothing that depends on one but the signature, is in an error's text or in a
 *     log. */
#include "record/entry.h"
#include "record/signature.h"

typedef struct zkl_signer zkl_signer;

typedef struct zkl_signer_ops {
    const char *name; /* of the backend: "file" */
    zkl_status (*sign)(const zkl_signer *signer, uint8_t out[static ZKL_SIGNATURE_BYTES_MAX],
                       size_t *out_size, zkl_bytes message, zkl_error *err);
    void (*close)(zkl_signer *signer); /* wipes what is secret, and releases what opening took */
} zkl_signer_ops;

struct zkl_signer {
    const zkl_signer_ops *ops; /* first member of every backend's own struct */
    zkl_key_role role;
    zkl_public_key public_key; /* its type is the algorithm */
};

/* Ed25519: 64 bytes, deterministic. P-256: DER, at most 72 bytes, randomised by the system.
 * ML-DSA-44: 2,420 bytes, hedged by the system's randomness. Errors: of the backend; of "file"
 * ZKL_NO_MEMORY, and ZKL_NOT_SUPPORTED where libcrypto lacks the algorithm. Timing: independent of
 * the secret, as far as libcrypto's is. */
zkl_status zkl_signer_sign(const zkl_signer *signer, uint8_t out[static ZKL_SIGNATURE_BYTES_MAX],
                           size_t *out_size, zkl_bytes message, zkl_error *err) ZKL_MUST_USE;
void zkl_signer_close(zkl_signer *signer); /* NULL is fine */
ZKL_DEFINE_AUTO_CLOSE(zkl_signer)
