/* A verification key, proof or verifier's powers that decode are the one encoding of what they say.
 */
#include "proof/groth16.h"
#include "proof/srs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const zkl_bytes bytes = zkl_bytes_of(data, size);
    uint8_t again[ZKL_GROTH16_VK_BYTES];
    zkl_groth16_vk vk;
    zkl_groth16_proof proof;
    zkl_srs_verifier srs;

    if (zkl_groth16_vk_decode(&vk, bytes, NULL) == ZKL_OK) {
        zkl_groth16_vk_encode(again, &vk);
        ZKL_ASSERT(size == ZKL_GROTH16_VK_BYTES && memcmp(again, data, size) == 0);
    }
    if (zkl_groth16_proof_decode(&proof, bytes, NULL) == ZKL_OK) {
        zkl_groth16_proof_encode(again, &proof);
        ZKL_ASSERT(size == ZKL_GROTH16_PROOF_BYTES && memcmp(again, data, size) == 0);
    }
    if (zkl_srs_verifier_decode(&srs, bytes, NULL) == ZKL_OK) {
        zkl_srs_verifier_encode(again, &srs);
        ZKL_ASSERT(size == ZKL_SRS_VERIFIER_BYTES && memcmp(again, data, size) == 0);
    }
    return 0;
}
