/* setup: the circuits of a ledger, and their keys made and logged ahead of use. */
#include "base/arena.h"
#include "service/service_internal.h"

#include <stdio.h>

/* A key that the log names already is not logged again: entries pin keys, and one is enough. */
static zkl_status make_and_log(zkl_ledger *ledger, zkl_setup *setup, unsigned tier,
                               const zkl_env *env, zkl_error *err)
{
    zkl_circuit_id id;
    uint8_t key[ZKL_GROTH16_VK_BYTES];
    uint64_t index;
    bool is_ceremony;
    zkl_error none = { 0 };
    ZKL_TRY(service_circuit(&id, key, &is_ceremony, setup, tier, err));
    zkl_status status = zkl_ledger_setup_index(ledger, &index, &id, &none);
    if (status != ZKL_NOT_FOUND)
        return status == ZKL_OK ? ZKL_OK : zkl_fail(err, status, "%s", none.text);
    return service_log_setup(ledger, &id, zkl_bytes_of(key, sizeof key), is_ceremony, env, &index,
                             err);
}

/* What there is of a tier: only keys that are made already are looked at. */
static zkl_status fill_line(zkl_setup_line *line, zkl_ledger *ledger, zkl_setup *setup,
                            unsigned tier, zkl_error *err)
{
    snprintf(line->circuit, sizeof line->circuit, "F%u", tier);
    line->made = zkl_setup_has_key(setup, tier);
    if (!line->made)
        return ZKL_OK;
    zkl_circuit_id id;
    uint8_t key[ZKL_GROTH16_VK_BYTES];
    bool is_ceremony;
    zkl_error none = { 0 };
    ZKL_TRY(service_circuit(&id, key, &is_ceremony, setup, tier, err));
    line->is_development = !is_ceremony;
    line->key_hash = id.key_hash;
    line->logged = zkl_ledger_setup_index(ledger, &line->index, &id, &none) == ZKL_OK;
    return ZKL_OK;
}

static zkl_status run_setup(zkl_setup_result *out, zkl_ledger *handle, const unsigned *tiers,
                            size_t tier_count, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_setup *setup;
    ZKL_AUTO_CLEAR(zkl_buffer) cache = { 0 };
    ZKL_TRY(
        service_open(&ledger, handle, tier_count ? ZKL_LEDGER_WRITE : ZKL_LEDGER_READ, env, err));
    ZKL_TRY(zkl_ledger_setup(ledger, &setup, err));
    /* All entries of one call are one batch: some keys may be in the cache after a failure, but no
     * entry. */
    for (size_t i = 0; i < tier_count; i++) {
        if (tiers[i] < ZKL_SETUP_TIER_MIN || tiers[i] > ZKL_SETUP_TIER_MAX || tiers[i] % 2)
            return zkl_fail(err, ZKL_USAGE, "no circuit F%u: F18, F20, F22, F24, F26", tiers[i]);
        ZKL_TRY(make_and_log(ledger, setup, tiers[i], zkl_ledger_env(ledger), err));
    }
    if (tier_count)
        ZKL_TRY(zkl_ledger_commit(ledger, err));
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

zkl_status zkl_setup_run(zkl_setup_result *out, zkl_ledger *handle, const unsigned *tiers,
                         size_t tier_count, const zkl_env *env, zkl_error *err)
{
    *out = (zkl_setup_result){ 0 };
    zkl_status status = run_setup(out, handle, tiers, tier_count, env, err);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}
