#pragma once
/* A caller's own signing key out of a PEM file, for exports that are signed by another key than the
 * ledger's. */
#include "keys/signing_key.h"

#define ZKL_PEM_KEY_BYTES_MAX 16384

/* A P-256 key as openssl writes it: "BEGIN PRIVATE KEY" or "BEGIN EC PRIVATE KEY", not encrypted.
 * Wipe with zkl_signing_key_clear.
 *
 * Errors: ZKL_BAD_INPUT      no such key.
 *         ZKL_NOT_SUPPORTED  a key of another kind, or an encrypted one.
 *         ZKL_LIMIT          above ZKL_PEM_KEY_BYTES_MAX. */
zkl_status zkl_signing_key_from_pem(zkl_signing_key *out, zkl_bytes pem,
                                    zkl_error *err) ZKL_MUST_USE;
