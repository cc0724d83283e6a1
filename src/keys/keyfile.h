#pragma once
/* Keys at rest: one secret in one file, docs/formats/keyfile.md. Under a passphrase (scrypt, then
 * AES-256-GCM), or in the clear when that was asked for. What is public about the key can be read
 * without the passphrase. */
#include "keys/owner_secret.h"
#include "keys/signing_key.h"

#define ZKL_KEYFILE_BYTES_MAX 4096
#define ZKL_KEYFILE_NAME_BYTES_MAX 255
#define ZKL_KEYFILE_PASSPHRASE_BYTES_MAX 1024

typedef enum zkl_keyfile_kind {
    ZKL_KEYFILE_SIGNER = 1, /* signs entries */
    ZKL_KEYFILE_LOG = 2,    /* signs checkpoints; Ed25519, name = the log's origin */
    ZKL_KEYFILE_OWNER = 3,  /* the owner secret: 32 uniform bytes, no public key */
    ZKL_KEYFILE_WITNESS =
        4, /* cosigns checkpoints of others' logs; Ed25519 or ML-DSA-44, name = the witness's */
} zkl_keyfile_kind;

/* scrypt's N = 2^log_n, r, p. Memory is 128 * N * r bytes. */
typedef struct zkl_keyfile_cost {
    uint8_t log_n, r, p;
} zkl_keyfile_cost;

extern const zkl_keyfile_cost ZKL_KEYFILE_COST_DEFAULT; /* 2^16, 8, 1: 64 MiB, about 0.2 s */

/* What stands in the clear. */
typedef struct zkl_keyfile_info {
    zkl_keyfile_kind kind;
    bool has_passphrase;
    zkl_keyfile_cost cost;     /* zeros without a passphrase */
    zkl_public_key public_key; /* zeros for the owner secret */
    char name[ZKL_KEYFILE_NAME_BYTES_MAX + 1];
} zkl_keyfile_info;

/* Secret: wipe with _clear. */
typedef struct zkl_keyfile {
    zkl_keyfile_info info;
    zkl_signing_key key; /* all but the owner's */
    zkl_owner_secret owner;
} zkl_keyfile;

void zkl_keyfile_clear(zkl_keyfile *file); /* twice is fine */

/* Fill in a new one: a fresh key, or owner secret, from env's randomness. name: printable UTF-8,
 * may be "". type is ignored for the owner secret. */
zkl_status zkl_keyfile_make(zkl_keyfile *out, zkl_keyfile_kind kind, zkl_key_type type,
                            const char *name, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Append the file's bytes. passphrase NULL: in the clear. cost NULL: the default (else within the
 * limits of a reader; asserted). Cost: what scrypt's cost says. ZKL_USAGE: an empty passphrase.
 * ZKL_LIMIT: one above ZKL_KEYFILE_PASSPHRASE_BYTES_MAX. ZKL_NO_MEMORY: also of scrypt. After a
 * failure out is of no use. */
zkl_status zkl_keyfile_encode(zkl_buffer *out, const zkl_keyfile *file, const zkl_bytes *passphrase,
                              const zkl_keyfile_cost *cost, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
/* Do the bytes begin as a key file does? */
bool zkl_keyfile_has_magic(zkl_bytes bytes);
/* The public part alone, as the file says it: nothing vouches for it before it is opened.
 * ZKL_BAD_INPUT, ZKL_LIMIT, ZKL_NOT_SUPPORTED. */
zkl_status zkl_keyfile_parse(zkl_keyfile_info *out, zkl_bytes bytes, zkl_error *err) ZKL_MUST_USE;
/* ZKL_DENIED when a passphrase is wrong or missing. A passphrase for a file in the clear is
 * ignored. Else as _parse, and ZKL_NO_MEMORY. Cost: scrypt's. After a failure *out is as it was. */
zkl_status zkl_keyfile_open(zkl_keyfile *out, zkl_bytes bytes, const zkl_bytes *passphrase,
                            zkl_error *err) ZKL_MUST_USE;

/* Written by rename, mode 0600, synced with its folder. An existing file is ZKL_CONFLICT: keys are
 * never overwritten. Errors: those of _encode, and of the file. After a failure the file is
 * there whole or not at all. */
zkl_status zkl_keyfile_save(const char *path, const zkl_keyfile *file, const zkl_bytes *passphrase,
                            const zkl_keyfile_cost *cost, const zkl_env *env,
                            zkl_error *err) ZKL_MUST_USE;
/* *others_can_read (may be NULL): the file's mode lets its group or others read or write it; the
 * caller warns. */
zkl_status zkl_keyfile_load(zkl_keyfile *out, const char *path, const zkl_bytes *passphrase,
                            bool *others_can_read, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_keyfile_load_info(zkl_keyfile_info *out, const char *path, bool *others_can_read,
                                 zkl_error *err) ZKL_MUST_USE;

/* Open a key file for signing: a signer of that role in memory of its own. ZKL_BAD_INPUT when the
 * file holds another kind of key; else as zkl_keyfile_load. Close it. */
zkl_status zkl_signer_open_file(zkl_signer **out, const char *path, zkl_key_role role,
                                const zkl_bytes *passphrase, zkl_error *err) ZKL_MUST_USE;
