/* What of a ceremony needs its circuits, with two toy circuits in their place: so that the rest of
 * it can be run at a size where snarkjs takes no time.
 *
 *     tool_ceremony new DIR          a ceremony of powers of 2^4, for F18 and F20
 *     tool_ceremony next DIR         begin the second round
 *     tool_ceremony write DIR OUT    powers.ptau; F18.r1cs, F20.r1cs; F18.zkey, F20.zkey
 *     tool_ceremony verify DIR       the whole
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "ceremony/joint.h"
#include "setup/iden3_r1cs.h"
#include "toy_circuit.h"

#define TIERS 2

typedef struct bench {
    zkl_arena arena;
    zkl_buffer bytes;
    zkl_joint c;
    zkl_env env;
    toy_circuit toys[TIERS];
    const zkl_r1cs *circuits[TIERS];
} bench;

static void make_circuits(bench *b)
{
    for (size_t i = 0; i < TIERS; i++) {
        toy_circuit_make(&b->toys[i]);
        b->circuits[i] = &b->toys[i].r1cs;
    }
    zkl_fr_from_u64(&b->toys[1].c[0].coefficient, 7);
}

static const char *in_folder(bench *b, const char *folder, const char *name)
{
    return zkl_arena_format(&b->arena, "%s/%s", folder, name);
}

static zkl_status load(bench *b, const char *folder, zkl_error *err)
{
    const zkl_iden3_reading by = { &b->arena, ZKL_IDEN3_CHECKED, NULL };
    ZKL_TRY(zkl_file_read(&b->bytes, in_folder(b, folder, "ceremony.zklceremony"),
                          ZKL_JOINT_BYTES_MAX, err));
    return zkl_joint_parse(&b->c, zkl_buffer_bytes(&b->bytes), &by, err);
}

static zkl_status save(bench *b, const char *folder, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    ZKL_TRY(zkl_joint_encode(&file, &b->c, "", false, err));
    return zkl_file_write(in_folder(b, folder, "ceremony.zklceremony"), zkl_buffer_bytes(&file),
                          0644, err);
}

static zkl_status run_new(bench *b, char **args, zkl_error *err)
{
    const zkl_transcript terms = {
        .name = "toys", .power = 4, .tiers = { 18, 20 }, .tier_count = TIERS
    };
    if (mkdir(args[0], 0755) != 0)
        return zkl_fail_errno(err, "make", args[0]);
    ZKL_TRY(zkl_joint_new(&b->c, &b->arena, &terms, &b->env, err));
    return save(b, args[0], err);
}

static zkl_status run_next(bench *b, char **args, zkl_error *err)
{
    ZKL_TRY(load(b, args[0], err));
    ZKL_TRY(zkl_joint_open_keys(&b->c, &b->arena, b->circuits, &b->env, err));
    return save(b, args[0], err);
}

static zkl_status run_write(bench *b, char **args, zkl_error *err)
{
    static const char *const names[TIERS] = { "F18", "F20" };
    ZKL_AUTO_CLEAR(zkl_buffer) ptau = { 0 };
    ZKL_TRY(load(b, args[0], err));
    ZKL_TRY(zkl_folder_make(args[1], 0755, err));
    ZKL_TRY(zkl_ptau_encode(&ptau, &b->c.powers.powers, &b->c.powers.history, err));
    ZKL_TRY(
        zkl_file_write(in_folder(b, args[1], "powers.ptau"), zkl_buffer_bytes(&ptau), 0644, err));
    for (size_t i = 0; i < TIERS; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) zkey = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) r1cs = { 0 };
        const zkl_joint_part part = { &b->c, i, b->circuits[i] };
        zkl_recorded_key key;
        ZKL_TRY(zkl_joint_key(&key, &b->arena, &part, &b->env, err));
        ZKL_TRY(zkl_zkey_encode(&zkey, &key.key, &key.history, err));
        ZKL_TRY(zkl_iden3_r1cs_encode(&r1cs, b->circuits[i], err));
        const char *const stem = in_folder(b, args[1], names[i]);
        ZKL_TRY(zkl_file_write(zkl_arena_format(&b->arena, "%s.zkey", stem),
                               zkl_buffer_bytes(&zkey), 0644, err));
        ZKL_TRY(zkl_file_write(zkl_arena_format(&b->arena, "%s.r1cs", stem),
                               zkl_buffer_bytes(&r1cs), 0644, err));
    }
    return ZKL_OK;
}

static zkl_status run_verify(bench *b, char **args, zkl_error *err)
{
    ZKL_TRY(load(b, args[0], err));
    return zkl_joint_verify(&b->c, b->circuits, NULL, &b->env, err);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int argument_count;
        zkl_status (*run)(bench *b, char **args, zkl_error *err);
    } commands[] = { { "new", 1, run_new },
                     { "next", 1, run_next },
                     { "write", 2, run_write },
                     { "verify", 1, run_verify } };
    for (size_t i = 0; argc >= 2 && i < ZKL_COUNT(commands); i++) {
        if (strcmp(argv[1], commands[i].name) != 0 || argc - 2 != commands[i].argument_count)
            continue;
        bench b = { 0 };
        zkl_error err = { 0 };
        make_circuits(&b);
        const zkl_status status = commands[i].run(&b, argv + 2, &err);
        if (status != ZKL_OK)
            fprintf(stderr, "%s\n", err.text);
        zkl_buffer_clear(&b.bytes);
        zkl_arena_clear(&b.arena);
        return zkl_status_exit_code(status);
    }
    fprintf(stderr, "usage: see tool_ceremony.c\n");
    return 2;
}
