/* .zkey: any bytes are refused with a text, or read and written to something that reads as the
 * same. */
#include "fuzz_iden3.h"
#include "setup/iden3_zkey.h"

static zkl_status copy(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    zkl_groth16_key key;
    zkl_zkey_history history;
    ZKL_TRY(zkl_zkey_parse(&key, &history, in,
                           &(zkl_iden3_reading){ arena, ZKL_IDEN3_CHECKED, NULL }, err));
    return zkl_zkey_encode(out, &key, &history, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_iden3_copy(copy, data, size);
    return 0;
}
