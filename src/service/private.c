/* What the ledger keeps for its owner alone, at rest: nonce, tag, AES-256-GCM of the plain bytes.
 *
 *  1. The key derives from the owner secret, under a label for what it is, from its id (a
 *     dataset's, a dictionary's root). One key hides one thing, so a value that stands under
 *     another id does not open, and no associated data is needed.
 *  2. The nonce is drawn anew each time: of one id written twice both stay hidden.
 *  3. Derived keys and plain bytes are wiped before a call returns, whatever it returns. */
#include <string.h>

#include "base/arena.h"
#include "hash/domains.h"
#include "keys/cipher.h"
#include "service/service_internal.h"

#define NONCE_BYTES ZKL_AEAD_NONCE_BYTES
#define TAG_BYTES ZKL_AEAD_TAG_BYTES

/* What the derived key is for: one label a kind, so a data key is never opened as a dictionary. */
static const char *label_of(service_private_kind kind)
{
    ZKL_ASSERT(kind == SERVICE_DATA_KEY || kind == SERVICE_DICTIONARY);
    return kind == SERVICE_DATA_KEY ? ZKL_PRF_DATA_KEY : ZKL_PRF_DICTIONARY_ENTRIES;
}

/* For errors. */
static const char *name_of(service_private_kind kind)
{
    return kind == SERVICE_DATA_KEY ? "data key" : "dictionary";
}

/* Invariant 1. */
static void wrapping_key(uint8_t out[static 32], service_private_kind kind,
                         const zkl_owner_secret *owner, const zkl_digest *id)
{
    ZKL_ASSERT(owner && id);
    zkl_owner_secret_derive(out, owner, label_of(kind), zkl_bytes_of(id->bytes, sizeof id->bytes));
}

/* 12 bytes of nonce, 16 of tag, then as many as there were (docs/formats/ledger.md). */
zkl_status service_private_wrap(zkl_buffer *out, service_private_kind kind, zkl_bytes plain,
                                const zkl_owner_secret *owner, const zkl_digest *id,
                                const zkl_env *env, zkl_error *err)
{
    uint8_t key[32], nonce[NONCE_BYTES], tag[TAG_BYTES];
    ZKL_AUTO_BLOCK uint8_t *hidden = zkl_malloc(plain.size, 1);
    if (!hidden || plain.size > INT32_MAX)
        return zkl_no_memory(err, plain.size);
    /* Invariant 2. A source of randomness that fails ends it here, before the key exists. */
    ZKL_TRY(zkl_env_random(env, nonce, sizeof nonce, err));
    wrapping_key(key, kind, owner, id);
    const zkl_aead with = { .key = key, .nonce = nonce };
    const bool done = zkl_aead_seal(hidden, tag, &with, plain);
    zkl_wipe(key, sizeof key);
    if (!done)
        return zkl_fail(err, ZKL_NO_MEMORY, "libcrypto could not encrypt the %s", name_of(kind));
    zkl_buffer_put(out, nonce, sizeof nonce);
    zkl_buffer_put(out, tag, sizeof tag);
    zkl_buffer_put(out, hidden, plain.size);
    return zkl_buffer_status(out, err);
}

/* What comes from a store may be anything: its size is checked before it is taken apart. */
zkl_status service_private_unwrap(zkl_buffer *out, service_private_kind kind, zkl_bytes wrapped,
                                  const zkl_owner_secret *owner, const zkl_digest *id,
                                  zkl_error *err)
{
    uint8_t key[32];
    if (wrapped.size < NONCE_BYTES + TAG_BYTES || wrapped.size > INT32_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "the stored %s has %zu bytes", name_of(kind),
                        wrapped.size);
    /* Nonce and tag stand before what they belong to; their sizes were checked above. */
    ZKL_ASSERT(wrapped.size >= NONCE_BYTES + TAG_BYTES);
    zkl_bytes hidden = zkl_bytes_of(wrapped.data + NONCE_BYTES + TAG_BYTES,
                                    wrapped.size - NONCE_BYTES - TAG_BYTES);
    ZKL_AUTO_BLOCK uint8_t *plain = zkl_malloc(hidden.size + 1, 1);
    if (!plain)
        return zkl_no_memory(err, hidden.size);
    wrapping_key(key, kind, owner, id);
    const zkl_aead with = { .key = key, .nonce = wrapped.data };
    const bool done = zkl_aead_open(plain, wrapped.data + NONCE_BYTES, &with, hidden);
    zkl_wipe(key, sizeof key);
    if (done)
        zkl_buffer_put(out, plain, hidden.size); /* a buffer is wiped when it is cleared */
    zkl_wipe(plain, hidden.size);
    if (!done)
        return zkl_fail(err, ZKL_REJECTED, "the stored %s is altered, or of another owner secret",
                        name_of(kind));
    return zkl_buffer_status(out, err);
}

zkl_status service_private_find(zkl_buffer *out, bool *found, service_private_kind kind,
                                zkl_ledger *ledger, const zkl_owner_secret *owner,
                                const zkl_digest *id, zkl_error *err)
{
    /* Lost or damaged is not found. A store that fails and want of memory end it. */
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes wrapped;
    zkl_error why = { 0 };
    zkl_status status = zkl_ledger_private(ledger, &wrapped, &arena, id, &why);
    if (status == ZKL_OK)
        status = service_private_unwrap(out, kind, wrapped, owner, id, &why);
    *found = status == ZKL_OK;
    if (*found || status == ZKL_NOT_FOUND || status == ZKL_REJECTED || status == ZKL_BAD_INPUT)
        return ZKL_OK;
    return zkl_fail_as(err, status, &why);
}

zkl_status service_kept_dictionary(zkl_kept_dictionary *out, zkl_arena *arena, zkl_ledger *ledger,
                                   const zkl_owner_secret *owner, const zkl_digest *root,
                                   zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) plain = { 0 };
    zkl_bytes *entries;
    bool found;
    ZKL_ASSERT(arena->is_secret);
    *out = (zkl_kept_dictionary){ 0 };
    ZKL_TRY(service_private_find(&plain, &found, SERVICE_DICTIONARY, ledger, owner, root, err));
    if (!found)
        return ZKL_OK;
    const void *bytes = zkl_arena_copy(arena, plain.data, plain.size);
    if (!bytes)
        return zkl_no_memory(err, plain.size);
    ZKL_TRY(zkl_dictionary_parse(&entries, &out->entry_count, arena,
                                 zkl_bytes_of(bytes, plain.size), err));
    out->entries = entries;
    return ZKL_OK;
}

/* A ledger has no copy of its owner's secret to compare with. What shows it is what was wrapped
 * under it: the first data key that opens. */
zkl_status service_check_owner(zkl_ledger *ledger, const zkl_owner_secret *owner, const char *from,
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
        /* A ledger that lost what it kept for its owner works without: it shows nothing either
         * way. */
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

/* The file's secret is tried before anything new is wrapped under it: what another secret wraps
 * could not be opened with the rest. */
zkl_status service_owner_secret(zkl_owner_secret **out, zkl_ledger *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_owner_secret) secret = NULL;
    const char *path = zkl_arena_format(&arena, "%s/keys/owner.key", zkl_ledger_folder(ledger));
    if (!path)
        return zkl_no_memory(err, 0);
    ZKL_TRY(zkl_ledger_owner_secret(ledger, &secret, zkl_ledger_passphrase(ledger), err));
    const zkl_status status = service_check_owner(ledger, secret, path, err);
    if (status == ZKL_CONFLICT)
        return zkl_fail_hint(err, status, ZKL_HINT_RESTORE_SECRET,
                             "'%s' holds the owner secret of another ledger: it does not open the "
                             "data keys of this one",
                             path);
    ZKL_TRY(status);
    *out = secret;
    secret = NULL;
    return ZKL_OK;
}
