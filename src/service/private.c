/* What the ledger keeps for its owner alone, at rest: AES-256-GCM under a key that derives from the owner secret, what it
 * is, and its id. */
#include <openssl/evp.h>
#include <string.h>

#include "base/arena.h"
#include "service/service_internal.h"

#define NONCE_BYTES 12
#define TAG_BYTES 16

static const char *label_of(service_private_kind kind)
{
    return kind == SERVICE_DATA_KEY ? "data-key" : "dictionary-entries";
}

static const char *name_of(service_private_kind kind)
{
    return kind == SERVICE_DATA_KEY ? "data key" : "dictionary";
}

static void wrapping_key(uint8_t out[static 32], service_private_kind kind,
                         const uint8_t owner[static 32], const zkl_digest *id)
{
    zkl_prf_32(out, zkl_bytes_of(owner, 32), label_of(kind), zkl_bytes_of(id->bytes, 32));
}

zkl_status service_private_wrap(zkl_buffer *out, service_private_kind kind, zkl_bytes plain,
                                const uint8_t owner[static 32], const zkl_digest *id,
                                const zkl_env *env, zkl_error *err)
{
    uint8_t key[32], nonce[NONCE_BYTES], tag[TAG_BYTES];
    int size = 0, last = 0;
    ZKL_AUTO_BLOCK uint8_t *hidden = zkl_malloc(plain.size, 1);
    if (!hidden || plain.size > INT32_MAX)
        return zkl_no_memory(err, plain.size);
    ZKL_TRY(zkl_env_random(env, nonce, sizeof nonce, err));
    wrapping_key(key, kind, owner, id);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool done = context && EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
                EVP_EncryptUpdate(context, hidden, &size, plain.data, (int)plain.size) == 1 &&
                EVP_EncryptFinal_ex(context, hidden + size, &last) == 1 &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, tag) == 1;
    EVP_CIPHER_CTX_free(context);
    zkl_wipe(key, sizeof key);
    if (!done)
        return zkl_fail(err, ZKL_NO_MEMORY, "libcrypto could not encrypt the %s", name_of(kind));
    zkl_buffer_put(out, nonce, sizeof nonce);
    zkl_buffer_put(out, tag, sizeof tag);
    zkl_buffer_put(out, hidden, plain.size);
    return zkl_buffer_status(out, err);
}

zkl_status service_private_unwrap(zkl_buffer *out, service_private_kind kind, zkl_bytes wrapped,
                                  const uint8_t owner[static 32], const zkl_digest *id,
                                  zkl_error *err)
{
    uint8_t key[32];
    int size = 0, last = 0;
    if (wrapped.size < NONCE_BYTES + TAG_BYTES || wrapped.size > INT32_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "the stored %s has %zu bytes", name_of(kind),
                        wrapped.size);
    zkl_bytes hidden = zkl_bytes_of(wrapped.data + NONCE_BYTES + TAG_BYTES,
                                    wrapped.size - NONCE_BYTES - TAG_BYTES);
    uint8_t tag[TAG_BYTES];
    ZKL_AUTO_BLOCK uint8_t *plain = zkl_malloc(hidden.size + 1, 1);
    if (!plain)
        return zkl_no_memory(err, hidden.size);
    memcpy(tag, wrapped.data + NONCE_BYTES, sizeof tag);
    wrapping_key(key, kind, owner, id);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool done = context &&
                EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, wrapped.data) == 1 &&
                EVP_DecryptUpdate(context, plain, &size, hidden.data, (int)hidden.size) == 1 &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, tag) == 1 &&
                EVP_DecryptFinal_ex(context, plain + size, &last) == 1;
    EVP_CIPHER_CTX_free(context);
    zkl_wipe(key, sizeof key);
    if (done)
        zkl_buffer_put(out, plain, hidden.size);
    zkl_wipe(plain, hidden.size);
    if (!done)
        return zkl_fail(err, ZKL_REJECTED, "the stored %s is altered, or of another owner secret",
                        name_of(kind));
    return zkl_buffer_status(out, err);
}

zkl_status service_check_owner(zkl_ledger *ledger, const uint8_t owner[static 32], const char *from,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_dataset_version *versions;
    size_t count;
    bool fits =
        true; /* one data key that opens shows it; one that does not may be damaged itself */
    ZKL_TRY(zkl_ledger_datasets(ledger, &versions, &count, &arena, err));
    for (size_t i = 0; i < count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) plain = { 0 };
        zkl_bytes wrapped;
        zkl_error none = { 0 };
        if (zkl_ledger_private(ledger, &wrapped, &arena, &versions[i].dataset, &none) != ZKL_OK)
            continue;
        const zkl_status status = service_private_unwrap(&plain, SERVICE_DATA_KEY, wrapped, owner,
                                                         &versions[i].dataset, err);
        if (status == ZKL_OK || status == ZKL_NO_MEMORY)
            return status;
        fits =
            fits && status != ZKL_REJECTED; /* one of another form is damaged, and tells nothing */
    }
    return fits ? ZKL_OK
                : zkl_fail(err, ZKL_CONFLICT,
                           "the owner secret of '%s' does not open the data keys of this ledger",
                           from);
}

zkl_status service_owner_secret(uint8_t out[static 32], zkl_ledger *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const char *path = zkl_arena_format(&arena, "%s/keys/owner.key", zkl_ledger_folder(ledger));
    if (!path)
        return zkl_no_memory(err, 0);
    ZKL_TRY(zkl_ledger_owner_secret(ledger, out, zkl_ledger_passphrase(ledger), err));
    const zkl_status status = service_check_owner(ledger, out, path, err);
    if (status != ZKL_OK)
        zkl_wipe(out, 32);
    if (status == ZKL_CONFLICT)
        return zkl_fail(err, status,
                        "'%s' holds the owner secret of another ledger: it does not open the data "
                        "keys of this one. Bring the right one back: `zkp-ledger keys restore`",
                        path);
    return status;
}
