/* The newest checkpoint that is known of a ledger, wherever it lies. */
#include "ledger/ledger_internal.h"

/* The newest checkpoint in the store, with what is remembered of its ledger. */
static zkl_status newest_inside(zkl_remembered *out, zkl_arena *arena,
                                const zkl_ledger_opening *how, const zkl_env *env, zkl_error *err)
{
    const zkl_ledger_opening reading = { .folder = how->folder, .state = how->state };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_remembered memory;
    zkl_checkpoint checkpoint;
    zkl_bytes note;
    zkl_error none = { 0 };
    ZKL_TRY(zkl_ledger_open_as(&ledger, &reading, env, err));
    ZKL_TRY(zkl_log_checkpoint_latest(&ledger->log, &note, arena, err));
    ZKL_TRY(zkl_checkpoint_parse(&checkpoint, arena, note, err));
    const zkl_trusted_log_key *key =
        checkpoint.size ? zkl_trust_log_key_at(&ledger->trust, checkpoint.size - 1) : NULL;
    if (!key)
        return zkl_fail(err, ZKL_NOT_FOUND, "the store has no checkpoint by a key that counts");
    ZKL_TRY(
        zkl_remembered_make(out, arena, &ledger->trust.first_log_key, &key->key, true, note, err));
    if (zkl_remember_find(&memory, arena, how->state, &out->ledger, &none) == ZKL_OK)
        return zkl_head_take_newer(out, &memory, err);
    return ZKL_OK;
}

zkl_status zkl_ledger_newest_checkpoint(zkl_remembered *out, zkl_arena *arena,
                                        const zkl_ledger_opening *how, const zkl_env *env,
                                        zkl_error *err)
{
    zkl_remembered inside, outside;
    zkl_error why = { 0 };
    zkl_status status = zkl_head_newest_outside(&outside, arena, how->folder, how->state, err);
    if (status != ZKL_OK && status != ZKL_NOT_FOUND && status != ZKL_BAD_INPUT)
        return status;
    if (newest_inside(&inside, arena, how, env, &why) == ZKL_OK) {
        if (status == ZKL_OK)
            ZKL_TRY(zkl_head_take_newer(&inside, &outside, err));
        *out = inside;
        return ZKL_OK;
    }
    if (status != ZKL_OK)
        return zkl_fail(err, ZKL_NOT_FOUND, "'%s' has no checkpoint that can be read: %.600s",
                        how->folder, why.text);
    *out = outside;
    return ZKL_OK;
}
