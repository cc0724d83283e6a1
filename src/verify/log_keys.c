/* Log keys of several receipts' trusts, put together. */
#include "verify/log_keys.h"

static bool ends(const zkl_trust *trust, const zkl_verifier_key *key, uint64_t index)
{
    const zkl_trusted_log_key *counts = zkl_trust_log_key_at(trust, index);
    if (counts && zkl_verifier_key_equal(&counts->key, key))
        return false;
    for (size_t i = 0; i < trust->log_key_count; i++)
        if (zkl_verifier_key_equal(&trust->log_keys[i].key, key))
            return true;
    return false;
}

bool zkl_log_key_is_ended(const zkl_verifier_key *key, uint64_t index,
                          const zkl_trust *const *trusts, size_t trust_count)
{
    for (size_t i = 0; i < trust_count; i++)
        if (ends(trusts[i], key, index))
            return true;
    return false;
}

/* Keys before the last one as well: whoever has one that ended could let it name the next. */
const zkl_trusted_log_key *zkl_log_keys_ended(size_t *by, size_t which, uint64_t size,
                                              const zkl_trust *const *trusts, size_t trust_count)
{
    const zkl_trust *own = trusts[which];
    ZKL_ASSERT(size > 0 && which < trust_count);
    for (size_t i = 0; i < own->log_key_count; i++) {
        const zkl_trusted_log_key *key = &own->log_keys[i];
        if (key->from >= size)
            continue;
        const uint64_t last = (key->until < size ? key->until : size) - 1;
        for (*by = 0; *by < trust_count; ++*by)
            if (ends(trusts[*by], &key->key, last))
                return key;
    }
    return NULL;
}

zkl_status zkl_log_keys_verify(const zkl_verifier_key **key, const zkl_checkpoint *checkpoint,
                               const zkl_trust *const *trusts, size_t trust_count, zkl_error *err)
{
    ZKL_ASSERT(checkpoint->size > 0);
    const uint64_t last = checkpoint->size - 1;
    for (size_t i = 0; i < trust_count; i++) {
        const zkl_trusted_log_key *counts = zkl_trust_log_key_at(trusts[i], last);
        if (!counts || zkl_log_key_is_ended(&counts->key, last, trusts, trust_count))
            continue;
        const zkl_status status = zkl_checkpoint_verify(checkpoint, &counts->key, err);
        if (status == ZKL_OK)
            *key = &counts->key;
        if (status != ZKL_UNCHECKED)
            return status;
    }
    return zkl_fail(err, ZKL_UNCHECKED, "no log key is known that signed its checkpoint");
}
