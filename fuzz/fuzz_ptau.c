/* .ptau: any bytes are refused with a text, or read and written to something that reads as the
 * same. */
#include "fuzz_iden3.h"
#include "setup/iden3_ptau.h"

static zkl_status copy(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    zkl_powers powers;
    zkl_ptau_history history;
    ZKL_TRY(zkl_ptau_parse(&powers, &history, in, 0,
                           &(zkl_iden3_reading){ arena, ZKL_IDEN3_CHECKED, NULL }, err));
    return zkl_ptau_encode(out, &powers, &history, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_iden3_copy(copy, data, size);
    return 0;
}
