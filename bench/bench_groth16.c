/* Groth16 on the circuits F_n through the cache of set-ups: making, loading, proving, verifying;
 * first what a user's first ledger waits for, powers with their first keys.
 * The witness is arbitrary numbers: the prover's work is the same as for a true one, and the
 * verifier's too. Seconds of processor time stand beside the wall's: on a machine with other guests
 * they are what is repeatable.
 *
 *     bench_groth16 [F22 ..]     all tiers otherwise */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <unistd.h>

#include "setup/setup.h"

typedef struct instant {
    double wall, cpu;
} instant;

static double read_clock(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static instant now(void)
{
    return (instant){ read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_PROCESS_CPUTIME_ID) };
}

static instant since(instant start)
{
    const instant end = now();
    return (instant){ end.wall - start.wall, end.cpu - start.cpu };
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
    const instant *x = a, *y = b;
    return x->wall < y->wall ? -1 : x->wall > y->wall;
}

static void print_times(const char *what, instant *times, size_t count)
{
    qsort(times, count, sizeof *times, compare);
    printf("  %-20s %10.2f / %10.2f ms, processor %10.2f ms (%zu)\n", what, 1e3 * times[0].wall,
           1e3 * times[count / 2].wall, 1e3 * times[count / 2].cpu, count);
    fflush(stdout);
}

#define RUNS 3

static void bench_load(unsigned n, const char *folder, const zkl_digest *hash, const zkl_env *env)
{
    instant open[RUNS], load[RUNS];
    zkl_error err = { 0 };

    for (int i = 0; i < RUNS; i++) {
        zkl_setup *setup;
        const zkl_circuit *circuit;
        const zkl_groth16_key *key;
        instant start = now();
        must(zkl_setup_open(&setup, folder, hash, env, &err), &err);
        open[i] = since(start);
        start = now();
        must(zkl_setup_key(setup, n, env, &circuit, &key, &err), &err);
        load[i] = since(start);
        zkl_setup_close(setup);
    }
    print_times("open powers", open, RUNS);
    print_times("load key", load, RUNS);
}

static void bench_tier(unsigned n, zkl_setup *setup, const zkl_env *env)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_FREE(zkl_circuit) again = NULL;
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    zkl_error err = { 0 };
    zkl_groth16_proof proof;
    instant made[1], built[1], assign[RUNS], prove[RUNS], verify[RUNS];

    instant start = now();
    must(zkl_circuit_fraction_new(&again, n, &zkl_proof_format_v1, &err), &err);
    built[0] = since(start);
    start = now();
    must(zkl_setup_key(setup, n, env, &circuit, &key, &err), &err);
    made[0] = since(start);
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    printf("F%u: %u constraints, %u wires, domain 2^%u\n", n, r1cs->constraint_count,
           r1cs->wire_count, key->log_domain);
    print_times("circuit", built, 1);
    print_times("make key", made, 1);

    zkl_fr *wires = ZKL_ARENA_NEW(&arena, zkl_fr, r1cs->wire_count);
    zkl_fr inputs[ZKL_FRACTION_INPUTS_MAX] = { 0 };
    zkl_groth16_blinding blinding;
    const zkl_fraction_witness witness = any_witness(&arena, n, env);
    fill(inputs, ZKL_FRACTION_INPUTS_FIXED + n - 16, env);
    fill(&blinding.r, 1, env);
    fill(&blinding.s, 1, env);
    for (int i = 0; i < RUNS; i++) {
        start = now();
        zkl_circuit_fraction_assign(circuit, wires, inputs, &witness);
        assign[i] = since(start);
        start = now();
        must(zkl_groth16_prove(&proof, key, wires, &blinding, env->pool, &err), &err);
        prove[i] = since(start);
        start = now();
        (void)zkl_groth16_verify(&key->vk, &proof, &wires[1]); /* false: the witness is arbitrary */
        verify[i] = since(start);
    }
    print_times("assign", assign, RUNS);
    print_times("prove", prove, RUNS);
    print_times("verify", verify, RUNS);
}

static bool is_asked(unsigned n, int argc, char **argv)
{
    char name[8];

    snprintf(name, sizeof name, "F%u", n);
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc < 2;
}

static void remove_folder(const char *folder)
{
    char command[128];

    snprintf(command, sizeof command, "rm -r '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "'%s' is left behind\n", folder);
}

/* What `init` does for a user who has nothing. */
static void bench_first(const char *folder, const zkl_env *env)
{
    char inner[64];
    zkl_error err = { 0 };
    zkl_digest hash;
    instant first[1];

    snprintf(inner, sizeof inner, "%s/first", folder);
    const instant start = now();
    must(zkl_setup_current(&hash, inner, env, &err), &err);
    first[0] = since(start);
    print_times("powers, first keys", first, 1);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/zkl-bench-XXXXXX";
    zkl_env env = { 0 };
    zkl_error err = { 0 };
    zkl_digest hash;
    zkl_setup *setup;
    instant powers[1];

    if (mkdtemp(folder) == NULL)
        return 1;
    must(zkl_pool_new(&env.pool, 0, &err), &err);
    printf("minimum / median (runs), %zu threads\n", zkl_pool_threads(env.pool));
    bench_first(folder, &env);
    const instant start = now();
    must(zkl_setup_make(&hash, folder, &env, &err), &err);
    powers[0] = since(start);
    print_times("make powers 2^16", powers, 1);
    must(zkl_setup_open(&setup, folder, &hash, &env, &err), &err);
    for (unsigned n = ZKL_SETUP_TIER_MIN; n <= ZKL_SETUP_TIER_MAX; n += 2)
        if (is_asked(n, argc, argv)) {
            bench_tier(n, setup, &env);
            bench_load(n, folder, &hash, &env);
        }
    zkl_setup_close(setup);
    zkl_pool_free(env.pool);
    remove_folder(folder);
    return 0;
}
