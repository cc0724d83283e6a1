#pragma once
/* A circuit for tests of Groth16: "I know two numbers with this Poseidon hash". 301 constraints,
 * domain 2^9. */
#include "circuit/circuit_poseidon.h"
#include "setup/groth16_setup.h"
#include "testing.h"

#define SMALL_POWER 9

typedef struct small_circuit {
    zkl_circuit_builder builder;
    zkl_r1cs r1cs;
} small_circuit;

static inline void small_run(zkl_circuit_builder *b, const zkl_poseidon_rows *rows,
                             const zkl_fr secrets[2])
{
    zkl_sponge sponge;
    zkl_lc in[2], hash;

    for (int i = 0; i < 2; i++)
        zkl_builder_wire(b, &in[i], &secrets[i]);
    zkl_sponge_init(&sponge, 3);
    zkl_sponge_absorb(&sponge, b, rows, (const zkl_lc *[]){ &in[0], &in[1] }, 2);
    zkl_builder_set_public(b, &hash, 1, &zkl_sponge_challenge(&sponge, 0)->value);
    zkl_builder_enforce_equal(b, zkl_sponge_challenge(&sponge, 0), &hash);
}

static inline void small_circuit_clear(small_circuit *small)
{
    zkl_builder_clear(&small->builder);
}

static inline void small_circuit_init(zkl_test *t, small_circuit *small)
{
    const zkl_fr zeros[2] = { 0 };
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_poseidon_rows) rows = NULL;

    REQUIRE_OK(t, &err, zkl_poseidon_rows_new(&rows, &err));
    zkl_builder_init(&small->builder, NULL, 1);
    small_run(&small->builder, rows, zeros);
    REQUIRE_OK(t, &err, zkl_builder_r1cs(&small->r1cs, &small->builder, 1, &err));
}

/* A satisfying assignment of random secrets, from the test's arena. */
static inline zkl_fr *small_wires(zkl_test *t, const small_circuit *small)
{
    zkl_fr secrets[2], *wires = ZKL_ARENA_NEW(&t->arena, zkl_fr, small->r1cs.wire_count);
    zkl_circuit_builder assigning;

    for (int i = 0; i < 2; i++) {
        uint8_t bytes[64];
        test_random_bytes(t, bytes, sizeof bytes);
        zkl_fr_reduce(&secrets[i], bytes, sizeof bytes);
    }
    zkl_builder_init(&assigning, wires, 1);
    small_run(&assigning, NULL, secrets);
    CHECK(t, zkl_r1cs_satisfied(&small->r1cs, wires, NULL));
    return wires;
}
