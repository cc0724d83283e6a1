#pragma once
/* Key-encryption keys: what wraps the key of each object, in numbered versions, so that a new one
 * can take over and old ones can go. Where they lie is a provider's matter:
 *
 *     file      a file of its owner's (kek_file.c)
 *     pkcs11    a token, which they never leave (kek_pkcs11.c)
 *     transit   a service of the form of Vault's transit engine (kek_transit.c)
 *
 * A further provider is a row here in kek.c's table and a file beside these.
 *
 * 1. Only the newest version wraps; each that is not retired unwraps.
 * 2. Versions are retired from the oldest on, and never the newest. A retired one is gone; of a
 *    transit engine it is refused, and deleted by the engine's own people.
 * 3. A wrapped key says its version, and nothing of the key.
 *
 * Threads: any, once it is open. Calls may wait for a device or another machine. */
#include "base/buffer.h"
#include "vault/crypto.h"

#define ZKL_KEK_ID_CHARS_MAX 95
#define ZKL_KEK_WRAPPED_BYTES_MAX 288
#define ZKL_KEK_OBJECT_BYTES 32

typedef struct zkl_wrapped_key {
    uint32_t version;
    size_t size;
    uint8_t data[ZKL_KEK_WRAPPED_BYTES_MAX];
} zkl_wrapped_key;

typedef struct zkl_kek_versions {
    uint32_t oldest, newest; /* that unwrap */
} zkl_kek_versions;

/* The key of one object, and the object's id, which no other has. */
typedef struct zkl_object_key {
    const uint8_t *key;    /* ZKL_CRYPTO_KEY_BYTES, secret */
    const uint8_t *object; /* ZKL_KEK_OBJECT_BYTES */
} zkl_object_key;

typedef struct zkl_kek zkl_kek;

typedef struct zkl_kek_answer {
    int code; /* of HTTP */
    zkl_buffer body;
} zkl_kek_answer;

/* Asks `url` with a header "X-Vault-Token: token" and a body of JSON (empty: GET). Any code is an
 * answer; ZKL_IO: there was none in time. */
typedef zkl_status zkl_kek_ask(void *context, zkl_kek_answer *out, const char *url,
                               const char *token, zkl_bytes body, zkl_error *err);

/* What a provider needs of it, by its name. Borrowed until the key is closed. */
typedef struct zkl_kek_settings {
    const char *provider;
    const zkl_crypto *crypto;
    /* Make the first version where there is none. */
    bool makes;
    const char *file; /* file */
    /* pkcs11: the module's path, the token's label, the file that has the PIN. */
    const char *module, *token, *pin_file;
    const char *key; /* pkcs11, transit: the key's name */
    /* transit: "https://HOST:PORT", where the engine is mounted, the file that has the token, and
     * who asks. */
    const char *address, *mount, *token_file;
    zkl_kek_ask *ask;
    void *ask_context;
} zkl_kek_settings;

typedef struct zkl_kek_ops {
    const char *name;
    zkl_status (*open)(zkl_kek **out, const zkl_kek_settings *settings, zkl_error *err);
    zkl_status (*wrap)(zkl_kek *kek, zkl_wrapped_key *out, const zkl_object_key *key,
                       zkl_error *err);
    /* ZKL_REJECTED: it is not what was wrapped for this object. ZKL_NOT_FOUND: its version is
     * retired, or was never there; a transit engine says that as ZKL_REJECTED. */
    zkl_status (*unwrap)(zkl_kek *kek, uint8_t key[static ZKL_CRYPTO_KEY_BYTES],
                         const zkl_wrapped_key *wrapped,
                         const uint8_t object[static ZKL_KEK_OBJECT_BYTES], zkl_error *err);
    /* Under the newest version, and the key is not seen here. NULL: it is unwrapped and wrapped. */
    zkl_status (*rewrap)(zkl_kek *kek, zkl_wrapped_key *out, const zkl_wrapped_key *wrapped,
                         zkl_error *err);
    zkl_status (*versions)(zkl_kek *kek, zkl_kek_versions *out, zkl_error *err);
    zkl_status (*rotate)(zkl_kek *kek, zkl_error *err);
    /* Those below `oldest` go (invariant 2); it is at most the newest. */
    zkl_status (*retire)(zkl_kek *kek, uint32_t oldest, zkl_error *err);
    void (*close)(zkl_kek *kek);
} zkl_kek_ops;

struct zkl_kek {
    const zkl_kek_ops *ops; /* first member of every provider's own struct */
    /* Which key it is, in all its versions: "file:9f..", "pkcs11:TOKEN/KEY",
     * "transit:MOUNT/KEY". */
    char id[ZKL_KEK_ID_CHARS_MAX + 1];
};

extern const zkl_kek_ops zkl_kek_file_ops, zkl_kek_pkcs11_ops, zkl_kek_transit_ops;

/* ZKL_USAGE: there is no such provider, or a setting of it is missing. */
zkl_status zkl_kek_open(zkl_kek **out, const zkl_kek_settings *settings,
                        zkl_error *err) ZKL_MUST_USE;
void zkl_kek_close(zkl_kek *kek); /* NULL is fine */
/* The names, ended by NULL. */
const char *zkl_kek_provider(size_t index);
