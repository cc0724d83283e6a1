/* A tlog proof that parses is the one encoding of what it says. */
#include "record/tlog_proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_tlog_proof proof;
    if (zkl_tlog_proof_parse(&proof, &arena, zkl_bytes_of(data, size), NULL) != ZKL_OK)
        return 0;
    zkl_tlog_proof_encode(&again, &proof);
    ZKL_ASSERT(again.size == size && memcmp(again.data, data, size) == 0);
    return 0;
}
