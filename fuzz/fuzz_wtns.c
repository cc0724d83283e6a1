/* .wtns: any bytes are refused with a text, or read and written to something that reads as the
 * same. */
#include "fuzz_iden3.h"
#include "setup/iden3_r1cs.h"

static zkl_status copy(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    const zkl_fr *wires;
    uint32_t count;
    ZKL_TRY(zkl_iden3_wtns_parse(&wires, &count, arena, in, err));
    return zkl_iden3_wtns_encode(out, wires, count, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_iden3_copy(copy, data, size);
    return 0;
}
