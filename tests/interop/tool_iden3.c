/* A small driver for the scripts beside it: writes, reads and rewrites iden3 files.
 *
 *     tool_iden3 circuit OUT.r1cs            the toy circuit tool_iden3 assign X OUT.wtns
 *     its assignment for x = X tool_iden3 copy IN OUT                 read .ptau, .r1cs, .wtns,
 *     .zkey, vk.json, proof.json, public.json; write again tool_iden3 prove KEY.zkey W.wtns FOLDER
 *     our proof as verification_key.json, proof.json, public.json tool_iden3 verify FOLDER
 *     our verification of such a folder tool_iden3 check P.ptau                are they powers, and
 *     do the contributions lead to them? tool_iden3 torsion PROOF.json OUT.json add a point of
 *     order 3 to A
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "setup/iden3_ceremony.h"
#include "setup/iden3_json.h"
#include "setup/iden3_ptau.h"
#include "setup/iden3_r1cs.h"
#include "setup/iden3_zkey.h"
#include "toy_circuit.h"

#define FILE_BYTES_MAX ((size_t)1 << 30)

static zkl_status write_buffer(const char *path, const zkl_buffer *buffer, zkl_error *err)
{
    ZKL_TRY(zkl_buffer_status(buffer, err));
    return zkl_file_write(path, zkl_buffer_bytes(buffer), 0644, err);
}

static zkl_status run_circuit(char **args, zkl_arena *arena, zkl_error *err)
{
    (void)arena;
    toy_circuit toy;
    toy_circuit_make(&toy);
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    ZKL_TRY(zkl_iden3_r1cs_encode(&out, &toy.r1cs, err));
    return write_buffer(args[0], &out, err);
}

static zkl_status run_assign(char **args, zkl_arena *arena, zkl_error *err)
{
    (void)arena;
    zkl_fr wires[TOY_WIRES];
    toy_circuit_assign(wires, strtoull(args[0], NULL, 10));
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    ZKL_TRY(zkl_iden3_wtns_encode(&out, wires, TOY_WIRES, err));
    return write_buffer(args[1], &out, err);
}

static bool ends_in(const char *text, const char *end)
{
    const size_t size = strlen(text), end_size = strlen(end);
    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static zkl_status copy_ptau(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    zkl_powers powers;
    zkl_ptau_history history;
    ZKL_TRY(zkl_ptau_parse(&powers, &history, in, 0,
                           &(zkl_iden3_reading){ arena, ZKL_IDEN3_CHECKED, NULL }, err));
    return zkl_ptau_encode(out, &powers, &history, err);
}

static zkl_status copy_zkey(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    zkl_groth16_key key;
    zkl_zkey_history history;
    ZKL_TRY(zkl_zkey_parse(&key, &history, in,
                           &(zkl_iden3_reading){ arena, ZKL_IDEN3_CHECKED, NULL }, err));
    return zkl_zkey_encode(out, &key, &history, err);
}

static zkl_status copy_r1cs(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    zkl_r1cs r1cs;
    ZKL_TRY(zkl_iden3_r1cs_parse(&r1cs, arena, in, err));
    return zkl_iden3_r1cs_encode(out, &r1cs, err);
}

static zkl_status copy_wtns(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    const zkl_fr *wires;
    uint32_t count;
    ZKL_TRY(zkl_iden3_wtns_parse(&wires, &count, arena, in, err));
    return zkl_iden3_wtns_encode(out, wires, count, err);
}

static zkl_status copy_vk(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    (void)arena;
    zkl_groth16_vk vk;
    ZKL_TRY(zkl_iden3_vk_parse(&vk, in, err));
    zkl_iden3_vk_encode(out, &vk);
    return zkl_buffer_status(out, err);
}

static zkl_status copy_proof(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    (void)arena;
    zkl_groth16_proof proof;
    ZKL_TRY(zkl_iden3_proof_parse(&proof, in, err));
    zkl_iden3_proof_encode(out, &proof);
    return zkl_buffer_status(out, err);
}

static zkl_status copy_public(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    (void)arena;
    zkl_fr input;
    ZKL_TRY(zkl_iden3_public_parse(&input, in, err));
    zkl_iden3_public_encode(out, &input);
    return zkl_buffer_status(out, err);
}

static zkl_status run_copy(char **args, zkl_arena *arena, zkl_error *err)
{
    static const struct {
        const char *ending;
        zkl_status (*copy)(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err);
    } kinds[] = {
        { ".ptau", copy_ptau },       { ".zkey", copy_zkey },         { ".r1cs", copy_r1cs },
        { ".wtns", copy_wtns },       { "key.json", copy_vk },        { "vk.json", copy_vk },
        { "proof.json", copy_proof }, { "public.json", copy_public },
    };
    ZKL_AUTO_CLEAR(zkl_buffer) in = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    ZKL_TRY(zkl_file_read(&in, args[0], FILE_BYTES_MAX, err));
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++) {
        if (!ends_in(args[0], kinds[i].ending))
            continue;
        ZKL_TRY(kinds[i].copy(&out, zkl_buffer_bytes(&in), arena, err));
        return write_buffer(args[1], &out, err);
    }
    return zkl_fail(err, ZKL_USAGE, "unknown kind of file '%s'", args[0]);
}

/* ---- proofs */

static zkl_status random_fr(zkl_fr *out, zkl_error *err)
{
    uint8_t bytes[64];
    ZKL_TRY(zkl_random_os.fill(zkl_random_os.opaque, bytes, sizeof bytes, err));
    zkl_fr_reduce(out, bytes, sizeof bytes);
    return ZKL_OK;
}

static zkl_status run_prove(char **args, zkl_arena *arena, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) key_file = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) wires_file = { 0 };
    ZKL_TRY(zkl_file_read(&key_file, args[0], FILE_BYTES_MAX, err));
    ZKL_TRY(zkl_file_read(&wires_file, args[1], FILE_BYTES_MAX, err));
    zkl_groth16_key key;
    ZKL_TRY(zkl_zkey_parse(&key, NULL, zkl_buffer_bytes(&key_file),
                           &(zkl_iden3_reading){ arena, ZKL_IDEN3_CHECKED, NULL }, err));
    const zkl_fr *wires;
    uint32_t wire_count;
    ZKL_TRY(zkl_iden3_wtns_parse(&wires, &wire_count, arena, zkl_buffer_bytes(&wires_file), err));
    if (wire_count != key.wire_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "key and assignment are of different circuits");
    zkl_groth16_blinding blinding;
    ZKL_TRY(random_fr(&blinding.r, err));
    ZKL_TRY(random_fr(&blinding.s, err));
    zkl_groth16_proof proof;
    ZKL_TRY(zkl_groth16_prove(&proof, &key, wires, &blinding, NULL, err));
    return zkl_snarkjs_export(args[2], ".", &key.vk, &proof, &wires[1], err);
}

static zkl_status read_in(zkl_buffer *out, const char *folder, const char *name, zkl_error *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return zkl_file_read(out, path, ZKL_IDEN3_JSON_BYTES_MAX, err);
}

static zkl_status run_verify(char **args, zkl_arena *arena, zkl_error *err)
{
    (void)arena;
    ZKL_AUTO_CLEAR(zkl_buffer) vk_file = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) proof_file = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) public_file = { 0 };
    ZKL_TRY(read_in(&vk_file, args[0], "verification_key.json", err));
    ZKL_TRY(read_in(&proof_file, args[0], "proof.json", err));
    ZKL_TRY(read_in(&public_file, args[0], "public.json", err));
    zkl_groth16_vk vk;
    zkl_groth16_proof proof;
    zkl_fr input;
    ZKL_TRY(zkl_iden3_vk_parse(&vk, zkl_buffer_bytes(&vk_file), err));
    ZKL_TRY(zkl_iden3_proof_parse(&proof, zkl_buffer_bytes(&proof_file), err));
    ZKL_TRY(zkl_iden3_public_parse(&input, zkl_buffer_bytes(&public_file), err));
    if (!zkl_groth16_verify(&vk, &proof, &input))
        return zkl_fail(err, ZKL_REJECTED, "the pairings do not hold");
    return ZKL_OK;
}

static zkl_status run_check(char **args, zkl_arena *arena, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_powers powers;
    zkl_ptau_history history;
    const zkl_env env = { 0 };
    ZKL_TRY(zkl_file_read(&file, args[0], FILE_BYTES_MAX, err));
    ZKL_TRY(zkl_ptau_parse(&powers, &history, zkl_buffer_bytes(&file), 0,
                           &(zkl_iden3_reading){ arena, ZKL_IDEN3_CHECKED, NULL }, err));
    ZKL_TRY(zkl_ptau_check(&powers, &env, err));
    return zkl_ceremony_verify(&powers, &history, err);
}

static zkl_status run_torsion(char **args, zkl_arena *arena, zkl_error *err)
{
    (void)arena;
    ZKL_AUTO_CLEAR(zkl_buffer) in = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    ZKL_TRY(zkl_file_read(&in, args[0], ZKL_IDEN3_JSON_BYTES_MAX, err));
    zkl_groth16_proof proof;
    ZKL_TRY(zkl_iden3_proof_parse(&proof, zkl_buffer_bytes(&in), err));
    const uint64_t two[6] = { 2 };
    zkl_g1_affine torsion = { { { 0 } }, { { 0 } } }; /* (0, 2) has order 3 on y^2 = x^3 + 4 */
    blst_fp_from_uint64(&torsion.y, two);
    zkl_g1 sum;
    blst_p1_from_affine(&sum, &proof.a);
    blst_p1_add_or_double_affine(&sum, &sum, &torsion);
    zkl_g1_normalize(&proof.a, &sum);
    zkl_iden3_proof_encode(&out, &proof);
    return write_buffer(args[1], &out, err);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int argument_count;
        zkl_status (*run)(char **args, zkl_arena *arena, zkl_error *err);
    } commands[] = {
        { "circuit", 1, run_circuit }, { "assign", 2, run_assign }, { "copy", 2, run_copy },
        { "prove", 3, run_prove },     { "verify", 1, run_verify }, { "check", 1, run_check },
        { "torsion", 2, run_torsion },
    };
    for (size_t i = 0; i < ZKL_COUNT(commands) && argc > 1; i++) {
        if (strcmp(argv[1], commands[i].name) != 0 || argc - 2 != commands[i].argument_count)
            continue;
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        zkl_error err = { 0 };
        const zkl_status status = commands[i].run(argv + 2, &arena, &err);
        if (status != ZKL_OK)
            fprintf(stderr, "%s: %s: %s\n", argv[1], zkl_status_text(status), err.text);
        return zkl_status_exit_code(status);
    }
    fprintf(stderr, "unknown command or number of arguments\n");
    return 2;
}
