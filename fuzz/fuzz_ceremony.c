/* A ceremony's file: any bytes are refused with a text, or read and written to something that reads
 * as the same. The trailing hash is repaired. */
#include "ceremony/joint.h"
#include "fuzz_iden3.h"
#include "fuzz_repaired.h"

static zkl_status copy(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err)
{
    zkl_joint c;
    ZKL_TRY(zkl_joint_parse(&c, in, &(zkl_iden3_reading){ arena, ZKL_IDEN3_CHECKED, NULL }, err));
    if (zkl_transcript_check(&c.transcript, err) == ZKL_OK)
        ZKL_ASSERT(zkl_transcript_extends(&c.transcript, &c.transcript));
    return zkl_joint_encode(out, &c, "", false, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    if (fuzz_repair(&bytes, data, size))
        fuzz_iden3_copy(copy, bytes.data, bytes.size);
    return 0;
}
