/* Groth16 on the circuits F_n: set-up, proving, verifying. The witness is arbitrary numbers: the prover's work is the same as for
 * a true one, and the verifier's too.
 *
 *     bench_groth16 [F22 ..]     all tiers otherwise */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "proof/circuit.h"
#include "proof/groth16_setup.h"

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(zkl_status status, const zkl_error *err)
{
    if (status == ZKL_OK)
        return;
    fprintf(stderr, "%s: %s\n", zkl_status_text(status), err->text);
    exit(1);
}

static void fill(zkl_fr *out, size_t count, const zkl_env *env)
{
    zkl_error err = { 0 };
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[64];
        must(zkl_env_random(env, bytes, sizeof bytes, &err), &err);
        zkl_fr_reduce(&out[i], bytes, sizeof bytes);
    }
}

static zkl_fraction_witness any_witness(zkl_arena *arena, unsigned n, const zkl_env *env)
{
    zkl_fraction_witness w = { .layers = ZKL_ARENA_NEW(arena, zkl_gkr_layer, n / 2) };

    for (unsigned k = 0; k < n / 2; k++) {
        w.layers[k].round_count = 2 * k;
        w.layers[k].rounds = zkl_arena_alloc(arena, 2 * k, sizeof(zkl_fr[4]));
        for (unsigned i = 0; i < 2 * k; i++)
            fill(w.layers[k].rounds[i], 4, env);
        fill(w.layers[k].p, 4, env);
        fill(w.layers[k].q, 4, env);
    }
    fill(&w.salt, 1, env);
    fill(&w.x, 1, env);
    return w;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void print_times(const char *what, double *seconds, size_t count, double unit, const char *unit_name)
{
    qsort(seconds, count, sizeof *seconds, compare);
    printf("  %-12s %9.2f / %9.2f %s (%zu)\n", what, seconds[0] / unit, seconds[count / 2] / unit, unit_name, count);
}

#define RUNS 5

static void bench_tier(unsigned n, const zkl_powers *powers, const zkl_env *env)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
    zkl_error err = { 0 };
    zkl_groth16_key key;
    zkl_groth16_proof proof;
    double build[1], setup[1], assign[RUNS], prove[RUNS], verify[RUNS];

    double start = now_s();
    must(zkl_circuit_fraction_new(&circuit, n, &(zkl_proof_format){ 16, 8 }, &err), &err);
    build[0] = now_s() - start;
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    start = now_s();
    must(zkl_groth16_setup(&key, &arena, r1cs, powers, env, &err), &err);
    setup[0] = now_s() - start;
    printf("F%u: %u constraints, %u wires, domain 2^%u\n", n, r1cs->constraint_count, r1cs->wire_count, key.log_domain);
    print_times("circuit", build, 1, 1e-3, "ms");
    print_times("set-up", setup, 1, 1, "s");

    zkl_fr *wires = ZKL_ARENA_NEW(&arena, zkl_fr, r1cs->wire_count);
    zkl_fr inputs[ZKL_FRACTION_INPUTS_MAX] = { 0 }, blinders[2];
    const zkl_fraction_witness witness = any_witness(&arena, n, env);
    fill(inputs, ZKL_FRACTION_INPUTS_FIXED + n - 16, env);
    fill(blinders, 2, env);
    for (int i = 0; i < RUNS; i++) {
        start = now_s();
        zkl_circuit_fraction_assign(circuit, wires, inputs, &witness);
        assign[i] = now_s() - start;
        start = now_s();
        must(zkl_groth16_prove(&proof, &key, wires, &blinders[0], &blinders[1], env->pool, &err), &err);
        prove[i] = now_s() - start;
        start = now_s();
        (void)zkl_groth16_verify(&key.vk, &proof, &wires[1]); /* false: the witness is arbitrary */
        verify[i] = now_s() - start;
    }
    print_times("assign", assign, RUNS, 1e-3, "ms");
    print_times("prove", prove, RUNS, 1e-3, "ms");
    print_times("verify", verify, RUNS, 1e-3, "ms");
}

int main(int argc, char **argv)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_env env = { 0 };
    zkl_powers powers;
    zkl_error err = { 0 };

    must(zkl_pool_new(&env.pool, 0, &err), &err);
    printf("minimum / median (runs), %zu threads\n", zkl_pool_threads(env.pool));
    double start = now_s(), seconds[1];
    must(zkl_powers_make(&powers, &arena, 16, &env, &err), &err);
    seconds[0] = now_s() - start;
    print_times("powers 2^16", seconds, 1, 1, "s");
    for (unsigned n = 18; n <= 26; n += 2) {
        char name[8];
        bool asked = argc < 2;
        snprintf(name, sizeof name, "F%u", n);
        for (int i = 1; i < argc; i++)
            asked = asked || strcmp(argv[i], name) == 0;
        if (asked)
            bench_tier(n, &powers, &env);
    }
    zkl_pool_free(env.pool);
    return 0;
}
