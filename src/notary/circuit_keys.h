#pragma once
/* The circuits that a plan's proofs use, and their keys as entries and receipts have them. */
#include "record/manifest.h"
#include "notary/proof_plan.h"
#include "setup/setup.h"

typedef struct zkl_circuit_key {
    unsigned tier;
    /* Name and key hash. */
    zkl_circuit_id id;
    uint8_t bytes[ZKL_GROTH16_VK_BYTES];
    /* Of tau, alpha and beta below it (proof/srs.h). */
    zkl_digest parameters;
    /* The key and the powers below it; and the powers alone. */
    bool is_ceremony, is_over_ceremony;
} zkl_circuit_key;
/* The key of a tier, made when missing. Cost: seconds, when it is made. */
zkl_status zkl_circuit_key_find(zkl_circuit_key *out, zkl_setup *setup, unsigned tier,
                                const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Of each tier that the plan uses, ascending, as a manifest lists them. */
typedef struct zkl_circuit_keys {
    zkl_circuit_key keys[(ZKL_SETUP_TIER_MAX - ZKL_SETUP_TIER_MIN) / 2 + 1];
    size_t count;
} zkl_circuit_keys;
zkl_status zkl_circuit_keys_find(zkl_circuit_keys *out, const zkl_proof_plan *plan,
                                 zkl_setup *setup, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
