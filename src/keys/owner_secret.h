#pragma once
/* The owner secret: 32 uniform bytes from which every key derives that hides the table
 * (docs/proof-system.md, section 9). It never leaves the owner's machine; with it and the table
 * every commitment can be computed again.
 *
 * The bytes stand in memory of their own (zkl_secret_new): not in core dumps, not in swap space as
 * far as the system permits, and wiped when closed. Threads: any number may derive at once; one
 * makes and one closes. */
#include "base/env.h"

#define ZKL_OWNER_SECRET_BYTES 32

typedef struct zkl_owner_secret {
    uint8_t bytes[ZKL_OWNER_SECRET_BYTES];
} zkl_owner_secret;

/* A new one, from env's randomness. ZKL_NO_MEMORY, or what the source of randomness says; *out is
 * then as it was. */
zkl_status zkl_owner_secret_make(zkl_owner_secret **out, const zkl_env *env,
                                 zkl_error *err) ZKL_MUST_USE;
/* A copy of bytes, which stay the caller's to wipe. */
zkl_status zkl_owner_secret_of(zkl_owner_secret **out,
                               const uint8_t bytes[static ZKL_OWNER_SECRET_BYTES],
                               zkl_error *err) ZKL_MUST_USE;
void zkl_owner_secret_close(zkl_owner_secret *secret); /* wipes; NULL is fine */
ZKL_DEFINE_AUTO_CLOSE(zkl_owner_secret)

/* out = the first 32 bytes of PRF(owner secret, label, data): a key or a salt, secret itself.
 * label: one of hash/domains.h. Timing: independent of the secret. */
void zkl_owner_secret_derive(uint8_t out[static 32], const zkl_owner_secret *secret,
                             const char *label, zkl_bytes data);
/* The key of a dictionary from its seed, and the salt of a content commitment from the hash of the
 * file. */
void zkl_owner_secret_dictionary_key(uint8_t out[static 32], const zkl_owner_secret *secret,
                                     const zkl_digest *seed);
void zkl_owner_secret_content_salt(uint8_t out[static 32], const zkl_owner_secret *secret,
                                   const zkl_digest *file_hash);

/* Borrowed. For what hashes the secret together with other things (prove.c). */
zkl_bytes zkl_owner_secret_bytes(const zkl_owner_secret *secret);
