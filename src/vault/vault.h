#pragma once
/* Encryption at rest: objects in envelopes (envelope.h), each under a key of its own, which a
 * key-encryption key wraps (kek.h).
 *
 * Every use of the key-encryption key is told, with its outcome: whoever keeps a log keeps it
 * there. Threads: any. */
#include "vault/kek.h"

typedef enum zkl_vault_act {
    ZKL_VAULT_WRAP,
    ZKL_VAULT_UNWRAP,
    ZKL_VAULT_REWRAP,
    ZKL_VAULT_ROTATE,
    ZKL_VAULT_RETIRE,
} zkl_vault_act;
const char *zkl_vault_act_name(zkl_vault_act act); /* "wrap", ... */

/* Which object: a kind, which stands in the envelope, and a name, which does not but is
 * authenticated. Neither changes while the object lives. */
typedef struct zkl_object_name {
    const char *kind, *name;
} zkl_object_name;
#define ZKL_OBJECT_KIND_CHARS_MAX 16
#define ZKL_OBJECT_NAME_BYTES_MAX 1024

typedef struct zkl_vault_use {
    zkl_vault_act act;
    uint32_t version;       /* 0: not known */
    zkl_object_name object; /* kind NULL: of none, or of any */
    zkl_status status;
} zkl_vault_use;

/* The key and the algorithms are borrowed, and outlive it. */
typedef struct zkl_vault {
    zkl_kek *kek;
    const zkl_crypto *crypto;
    /* NULL: nobody is told. On the thread that uses the key. */
    void (*used)(void *context, const zkl_vault_use *use);
    void *context;
} zkl_vault;

zkl_status zkl_vault_wrap(const zkl_vault *vault, zkl_wrapped_key *out, const zkl_object_key *key,
                          zkl_object_name name, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_vault_unwrap(const zkl_vault *vault, uint8_t key[static ZKL_CRYPTO_KEY_BYTES],
                            const zkl_wrapped_key *wrapped,
                            const uint8_t object[static ZKL_KEK_OBJECT_BYTES], zkl_object_name name,
                            zkl_error *err) ZKL_MUST_USE;
/* Under the newest version. */
zkl_status zkl_vault_rewrap(const zkl_vault *vault, zkl_wrapped_key *out,
                            const zkl_wrapped_key *wrapped,
                            const uint8_t object[static ZKL_KEK_OBJECT_BYTES],
                            zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_vault_rotate(const zkl_vault *vault, zkl_error *err) ZKL_MUST_USE;

/* ---- All objects below folders (walk.c) */

typedef struct zkl_vault_walk {
    /* Ended by NULL. Files and folders that are not there are passed over. One of these may be a
     * link, which is followed; below them none is. */
    const char *const *paths;
    /* May this file, below one of them, be in clear, or be none that can be read? It counts all the
     * same when it has a good head: it may become an object yet. NULL: none may. */
    bool (*is_passed_over)(const char *path);
} zkl_vault_walk;

typedef struct zkl_vault_count {
    uint64_t objects, clear; /* envelopes; files that are none, and should be */
    uint64_t rewrapped;      /* of the objects, this time */
    uint64_t failed;         /* that could not be read, or rewrapped; or folders */
    uint32_t oldest;         /* version that one of them needs; 0: none needs any */
    char first_clear[256];   /* "": none */
    zkl_error first_failure;
} zkl_vault_count;

/* What is there, by their heads alone. vault NULL: whose key wraps them does not matter. */
zkl_status zkl_vault_survey(zkl_vault_count *out, const zkl_vault *vault,
                            const zkl_vault_walk *walk, zkl_error *err) ZKL_MUST_USE;
/* Each object whose key an older version wraps gets the newest: its head changes, its content does
 * not. One that cannot be is counted and left; the rest goes on. May be cut off at any place, and
 * called again. */
zkl_status zkl_vault_rewrap_all(zkl_vault_count *out, const zkl_vault *vault,
                                const zkl_vault_walk *walk, zkl_error *err) ZKL_MUST_USE;
/* Versions below oldest go. ZKL_CONFLICT: an object needs one of them, or could not be read; or it
 * is not older than the newest. */
zkl_status zkl_vault_retire(const zkl_vault *vault, uint32_t oldest, const zkl_vault_walk *walk,
                            zkl_error *err) ZKL_MUST_USE;
