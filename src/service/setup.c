/* setup: the circuits of a ledger, and their keys made and logged ahead of use. */
#include "base/arena.h"
#include "service/service_internal.h"

#include <stdio.h>

/* Entries pin keys, and one entry is enough: a key that the log names is not logged again. */
zkl_status service_circuit_key_log(const zkl_circuit_key *key, zkl_change *change,
                                   zkl_ledger *ledger, zkl_error *err)
{
    ZKL_ASSERT(key->id.name[0]);
    zkl_error none = { 0 };
    uint64_t index;
    const zkl_status status = zkl_ledger_setup_index(ledger, &index, &key->id, &none);
    if (status != ZKL_NOT_FOUND)
        return status == ZKL_OK ? ZKL_OK : zkl_fail_as(err, status, &none);
    zkl_entry entry = { .kind = ZKL_ENTRY_SETUP,
                        .ledger = *zkl_ledger_own_id(ledger),
                        .time_ms = zkl_env_now_ms(zkl_ledger_env(ledger)),
                        .setup.circuit = key->id,
                        .setup.powers_hash = *zkl_ledger_powers_hash(ledger),
                        .setup.parameters = key->parameters,
                        .setup.is_ceremony = key->is_ceremony };
    ZKL_TRY(zkl_change_add_blob(change, &entry.setup.key_sha256,
                                zkl_bytes_of(key->bytes, sizeof key->bytes), err));
    return zkl_change_add_entry(change, &entry, ZKL_CHANGE_UNLESS_THERE, err);
}

/* What there is of a tier: only keys that are made already are looked at. */
static zkl_status fill_line(zkl_setup_line *line, zkl_ledger *ledger, zkl_setup *setup,
                            unsigned tier, zkl_error *err)
{
    snprintf(line->circuit, sizeof line->circuit, "F%u", tier);
    line->made = zkl_setup_has_key(setup, tier);
    if (!line->made)
        return ZKL_OK;
    zkl_circuit_key key;
    zkl_error none = { 0 };
    ZKL_TRY(zkl_circuit_key_find(&key, setup, tier, zkl_ledger_env(ledger), err));
    line->is_development = !key.is_ceremony;
    line->key_hash = key.id.key_hash;
    const zkl_status status = zkl_ledger_setup_index(ledger, &line->index, &key.id, &none);
    line->logged = status == ZKL_OK;
    return line->logged || status == ZKL_NOT_FOUND ? ZKL_OK : zkl_fail_as(err, status, &none);
}

/* Make and log what is asked for, in one change; then list what there is. */
static zkl_status run_setup(zkl_setup_result *out, zkl_ledger *handle, const unsigned *tiers,
                            size_t tier_count, const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(tiers || tier_count == 0);
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
    zkl_setup *setup;
    ZKL_AUTO_CLEAR(zkl_buffer) cache = { 0 };
    if (tier_count)
        ZKL_TRY(zkl_change_init(&change, handle, env, err));
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    ZKL_TRY(zkl_ledger_setup(ledger, &setup, err));
    /* All entries of one call are one batch: some keys may be in the cache after a failure, but no
     * entry. */
    for (size_t i = 0; i < tier_count; i++) {
        if (tiers[i] < ZKL_SETUP_TIER_MIN || tiers[i] > ZKL_SETUP_TIER_MAX || tiers[i] % 2)
            return zkl_fail(err, ZKL_USAGE, "no circuit F%u: F18, F20, F22, F24, F26", tiers[i]);
        zkl_circuit_key key;
        ZKL_TRY(zkl_circuit_key_find(&key, setup, tiers[i], zkl_ledger_env(ledger), err));
        ZKL_TRY(service_circuit_key_log(&key, &change, ledger, err));
    }
    if (change.entry_count) {
        ZKL_TRY(zkl_change_place(&change, zkl_ledger_env(ledger), err));
        ZKL_TRY(zkl_ledger_catch_up(ledger, err));
    }
    ZKL_TRY(zkl_setup_folder(&cache, zkl_ledger_setup_cache(ledger), err));
    /* Then what there is, with what was just made. */
    out->cache = service_text(&out->memory, zkl_buffer_bytes(&cache));
    out->powers_hash = *zkl_ledger_powers_hash(ledger);
    out->powers_development = zkl_setup_is_development(setup);
    out->line_count = (ZKL_SETUP_TIER_MAX - ZKL_SETUP_TIER_MIN) / 2 + 1;
    zkl_setup_line *lines = ZKL_ARENA_NEW(&out->memory, zkl_setup_line, out->line_count);
    if (!lines || !out->cache)
        return zkl_no_memory(err, sizeof *lines);
    for (size_t i = 0; i < out->line_count; i++)
        ZKL_TRY(fill_line(&lines[i], ledger, setup, ZKL_SETUP_TIER_MIN + 2 * (unsigned)i, err));
    ZKL_ASSERT(ZKL_SETUP_TIER_MIN + 2 * (out->line_count - 1) == ZKL_SETUP_TIER_MAX);
    out->lines = lines;
    return ZKL_OK;
}

/* A failure leaves nothing in the result. */
zkl_status zkl_setup_run(zkl_setup_result *out, zkl_ledger *handle, const unsigned *tiers,
                         size_t tier_count, const zkl_env *env, zkl_error *err)
{
    *out = (zkl_setup_result){ 0 };
    zkl_status status = run_setup(out, handle, tiers, tier_count, env, err);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}
