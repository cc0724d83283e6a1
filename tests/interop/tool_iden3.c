/* A small driver for the scripts beside it: writes, reads and rewrites iden3 files.
 *
 *     tool_iden3 circuit OUT.r1cs            the toy circuit
 *     tool_iden3 assign X OUT.wtns           its assignment for x = X
 *     tool_iden3 copy IN OUT                 read .ptau, .r1cs, .wtns, .zkey, vk.json, proof.json, public.json; write again
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "proof/iden3_json.h"
#include "proof/iden3_ptau.h"
#include "proof/iden3_r1cs.h"
#include "proof/iden3_zkey.h"
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
    ZKL_TRY(zkl_ptau_parse(&powers, &history, arena, in, 0, ZKL_IDEN3_CHECKED, NULL, err));
    return zkl_ptau_encode(out, &powers, &history, err);
}

static zkl_status copy_zkey(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    zkl_groth16_key key;
    zkl_zkey_history history;
    ZKL_TRY(zkl_zkey_parse(&key, &history, arena, in, ZKL_IDEN3_CHECKED, NULL, err));
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

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int argument_count;
        zkl_status (*run)(char **args, zkl_arena *arena, zkl_error *err);
    } commands[] = {
        { "circuit", 1, run_circuit },
        { "assign", 2, run_assign },
        { "copy", 2, run_copy },
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
