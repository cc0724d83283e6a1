/* The keys of circuits: from the set-up as the prover has them to the bytes that others check
 * by. */
#include "notary/circuit_keys.h"

#include <stdio.h>

zkl_status zkl_circuit_key_find(zkl_circuit_key *out, zkl_setup *setup, unsigned tier,
                                const zkl_env *env, zkl_error *err)
{
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    ZKL_TRY(zkl_setup_key(setup, tier, env, &circuit, &key, err));
    /* The hash is of the key's encoding; entries and manifests name the key by it. */
    *out = (zkl_circuit_key){ .tier = tier };
    snprintf(out->id.name, sizeof out->id.name, "F%u", tier);
    zkl_groth16_vk_hash(&out->id.key_hash, &key->vk);
    zkl_groth16_vk_encode(out->bytes, &key->vk);
    zkl_srs_parameters_hash(&out->parameters, &zkl_setup_srs(setup)->verifier, &key->vk.alpha,
                            &key->vk.beta);
    out->is_over_ceremony = !zkl_setup_is_development(setup);
    out->is_ceremony = !key->development && out->is_over_ceremony;
    return ZKL_OK;
}

/* A plan of thousands of statements uses a handful of tiers. */
static bool uses(const zkl_proof_plan *plan, unsigned tier)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->statements[i].tier == tier)
            return true;
    return false;
}

zkl_status zkl_circuit_keys_find(zkl_circuit_keys *out, const zkl_proof_plan *plan,
                                 zkl_setup *setup, const zkl_env *env, zkl_error *err)
{
    /* Ascending: a manifest lists its circuits so. Each key counts as a ceremony's only together
     * with the powers of tau below it. */
    out->count = 0;
    for (unsigned tier = ZKL_SETUP_TIER_MIN; tier <= ZKL_SETUP_TIER_MAX; tier += 2) {
        if (!uses(plan, tier))
            continue;
        ZKL_ASSERT(out->count < ZKL_COUNT(out->keys));
        ZKL_TRY(zkl_circuit_key_find(&out->keys[out->count++], setup, tier, env, err));
    }
    return ZKL_OK;
}
