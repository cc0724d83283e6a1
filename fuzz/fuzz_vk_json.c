/* verification_key.json, proof.json and public.json: whichever of them the bytes read as. */
#include "fuzz_iden3.h"
#include "setup/iden3_json.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_iden3_copy(copy_vk, data, size);
    fuzz_iden3_copy(copy_proof, data, size);
    fuzz_iden3_copy(copy_public, data, size);
    return 0;
}
