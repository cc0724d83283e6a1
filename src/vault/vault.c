/* Each use of the key-encryption key goes through here, so that none is left untold. */
#include "vault/vault.h"

const char *zkl_vault_act_name(zkl_vault_act act)
{
    static const char *const names[] = { "wrap", "unwrap", "rewrap", "rotate", "retire" };
    ZKL_ASSERT((size_t)act < ZKL_COUNT(names));
    return names[act];
}

static zkl_status told(const zkl_vault *vault, zkl_vault_use use)
{
    if (vault->used)
        vault->used(vault->context, &use);
    return use.status;
}

zkl_status zkl_vault_wrap(const zkl_vault *vault, zkl_wrapped_key *out, const zkl_object_key *key,
                          zkl_object_name name, zkl_error *err)
{
    const zkl_status status = vault->kek->ops->wrap(vault->kek, out, key, err);
    ZKL_ASSERT(status != ZKL_OK || (out->version && out->size <= sizeof out->data));
    return told(vault, (zkl_vault_use){ ZKL_VAULT_WRAP, status == ZKL_OK ? out->version : 0, name,
                                        status });
}

zkl_status zkl_vault_unwrap(const zkl_vault *vault, uint8_t key[static ZKL_CRYPTO_KEY_BYTES],
                            const zkl_wrapped_key *wrapped,
                            const uint8_t object[static ZKL_KEK_OBJECT_BYTES], zkl_object_name name,
                            zkl_error *err)
{
    const zkl_status status = vault->kek->ops->unwrap(vault->kek, key, wrapped, object, err);
    return told(vault, (zkl_vault_use){ ZKL_VAULT_UNWRAP, wrapped->version, name, status });
}

/* Before the old one is given up: a provider that answers with something else would lose the object
 * for good. */
static zkl_status check_rewrapped(zkl_kek *kek, const zkl_wrapped_key *fresh,
                                  const zkl_wrapped_key *wrapped,
                                  const uint8_t object[static ZKL_KEK_OBJECT_BYTES], zkl_error *err)
{
    uint8_t keys[2][ZKL_CRYPTO_KEY_BYTES] = { 0 };
    zkl_status status = kek->ops->unwrap(kek, keys[0], wrapped, object, err);
    if (status == ZKL_OK)
        status = kek->ops->unwrap(kek, keys[1], fresh, object, err);
    if (status == ZKL_OK && !zkl_equal_ct(keys[0], keys[1], sizeof keys[0]))
        status =
            zkl_fail(err, ZKL_REJECTED, "'%s' rewrapped another key than it was given", kek->id);
    zkl_wipe(keys, sizeof keys);
    return status;
}

zkl_status zkl_vault_rewrap(const zkl_vault *vault, zkl_wrapped_key *out,
                            const zkl_wrapped_key *wrapped,
                            const uint8_t object[static ZKL_KEK_OBJECT_BYTES], zkl_error *err)
{
    zkl_kek *const kek = vault->kek;
    uint8_t key[ZKL_CRYPTO_KEY_BYTES];
    zkl_status status;
    if (kek->ops->rewrap) {
        status = kek->ops->rewrap(kek, out, wrapped, err);
        if (status == ZKL_OK)
            status = check_rewrapped(kek, out, wrapped, object, err);
    } else {
        status = kek->ops->unwrap(kek, key, wrapped, object, err);
        if (status == ZKL_OK)
            status = kek->ops->wrap(kek, out, &(zkl_object_key){ key, object }, err);
        zkl_wipe(key, sizeof key);
    }
    return told(vault, (zkl_vault_use){ ZKL_VAULT_REWRAP, wrapped->version,
                                        (zkl_object_name){ NULL, NULL }, status });
}

zkl_status zkl_vault_rotate(const zkl_vault *vault, zkl_error *err)
{
    zkl_kek_versions versions = { 0 };
    zkl_status status = vault->kek->ops->rotate(vault->kek, err);
    if (status == ZKL_OK)
        status = vault->kek->ops->versions(vault->kek, &versions, err);
    return told(vault, (zkl_vault_use){ ZKL_VAULT_ROTATE, versions.newest,
                                        (zkl_object_name){ NULL, NULL }, status });
}

zkl_status zkl_vault_retire(const zkl_vault *vault, uint32_t oldest, const zkl_vault_walk *walk,
                            zkl_error *err)
{
    zkl_kek_versions versions = { 0 };
    zkl_vault_count count;
    ZKL_TRY(vault->kek->ops->versions(vault->kek, &versions, err));
    if (oldest > versions.newest)
        return zkl_fail(err, ZKL_CONFLICT, "version %u is the newest, and stays", versions.newest);
    ZKL_TRY(zkl_vault_survey(&count, vault, walk, err));
    if (count.failed)
        return zkl_fail(err, ZKL_CONFLICT, "what %llu files need is not known: %s",
                        (unsigned long long)count.failed, count.first_failure.text);
    if (count.oldest && count.oldest < oldest)
        return zkl_fail(err, ZKL_CONFLICT, "version %u still wraps keys of objects", count.oldest);
    const zkl_status status = vault->kek->ops->retire(vault->kek, oldest, err);
    return told(vault, (zkl_vault_use){ ZKL_VAULT_RETIRE, oldest - 1,
                                        (zkl_object_name){ NULL, NULL }, status });
}
