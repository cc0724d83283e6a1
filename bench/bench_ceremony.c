/* A ceremony's second round at its real size, all five circuits, and the check of the whole file.
 * The powers are those of the user's cache, with their one contribution: bench/ceremony.sh makes
 * new ones. Seconds of processor time stand beside the wall's.
 *
 *     bench_ceremony [PARTIES]     2 otherwise */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_timing.h"
#include "ceremony/joint.h"
#include "circuit/circuit.h"

#define TIERS 5

static void say(const char *what, bench_instant start)
{
    const bench_instant took = bench_since(start);
    printf("%-28s %8.1f s  %8.1f s of processor\n", what, took.wall_s, took.processor_s);
    fflush(stdout);
}

static void must(zkl_status status, const zkl_error *err)
{
    if (status == ZKL_OK)
        return;
    fprintf(stderr, "%s: %s\n", zkl_status_text(status), err->text);
    exit(1);
}

/* The cache's powers and the initial keys of all circuits. */
static void begin(zkl_joint *c, zkl_arena *arena, const zkl_r1cs *circuits[static TIERS],
                  zkl_setup *setup, const zkl_env *env)
{
    zkl_error err = { 0 };
    const zkl_powers *powers;
    const zkl_ptau_history *history;
    zkl_transcript_record record = { .step = ZKL_STEP_POWERS, .name = "one machine" };
    must(zkl_setup_powers(setup, &powers, &history, &err), &err);
    *c =
        (zkl_joint){ .transcript = { .name = "bench", .power = powers->power, .tier_count = TIERS },
                     .round = ZKL_ROUND_KEYS,
                     .has_powers = true,
                     .powers = { *powers, *history } };
    must(zkl_joint_powers_digest(&record.contribution, history, 0, &err), &err);
    must(zkl_transcript_add(&c->transcript, arena, &record, NULL, &err), &err);
    for (unsigned i = 0; i < TIERS; i++) {
        zkl_circuit *circuit = NULL;
        c->transcript.tiers[i] = 18 + 2 * i;
        must(zkl_circuit_fraction_new(&circuit, 18 + 2 * i, &zkl_proof_format_v1, &err), &err);
        circuits[i] = zkl_circuit_r1cs(circuit); /* lives as long as the program */
        must(zkl_groth16_initial(&c->keys[i], arena, circuits[i], powers, env, &err), &err);
    }
}

int main(int argc, char **argv)
{
    const int parties = argc > 1 ? atoi(argv[1]) : 2;
    zkl_env env = { 0 };
    zkl_error err = { 0 };
    zkl_arena arena = { 0 };
    zkl_buffer file = { 0 };
    zkl_setup *setup = NULL;
    zkl_digest hash;
    zkl_joint c, read;
    const zkl_r1cs *circuits[TIERS];
    must(zkl_pool_new(&env.pool, 0, &err), &err);
    must(zkl_setup_current(&hash, NULL, &env, &err), &err);
    must(zkl_setup_open(&setup, NULL, &hash, &env, &err), &err);

    bench_instant start = bench_instant_now();
    begin(&c, &arena, circuits, setup, &env);
    say("keys to begin with", start);
    for (int i = 0; i < parties; i++) {
        start = bench_instant_now();
        must(zkl_joint_contribute(&c, &arena, "party", NULL, &env, &err), &err);
        say("contribution to five keys", start);
    }
    must(zkl_joint_encode(&file, &c, "", false, &err), &err);
    printf("file of %.1f MB\n", (double)file.size / 1e6);
    start = bench_instant_now();
    const zkl_iden3_reading by = { &arena, ZKL_IDEN3_CHECKED, env.pool };
    must(zkl_joint_parse(&read, zkl_buffer_bytes(&file), &by, &err), &err);
    say("points", start);
    must(zkl_joint_verify(&read, circuits, NULL, &env, &err), &err);
    say("points and the whole check", start);
    return 0;
}
