/* .r1cs: any bytes are refused with a text, or read and written to something that reads as the
 * same. */
#include "fuzz_iden3.h"
#include "setup/iden3_r1cs.h"

static zkl_status copy(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    zkl_r1cs r1cs;
    ZKL_TRY(zkl_iden3_r1cs_parse(&r1cs, arena, in, err));
    return zkl_iden3_r1cs_encode(out, &r1cs, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_iden3_copy(copy, data, size);
    return 0;
}
