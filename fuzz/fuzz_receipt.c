/* Receipts: what parses encodes to the same bytes; verification ends, whatever they hold. The
 * trailing hash is repaired. */
#include "verify/receipt.h"

#include "base/bytes.h"
#include "fuzz_repaired.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_receipt receipt;
    if (!fuzz_repair(&bytes, data, size))
        return 0;
    if (zkl_receipt_parse(&receipt, &arena, zkl_buffer_bytes(&bytes), NULL) != ZKL_OK)
        return 0;
    ZKL_ASSERT(zkl_receipt_encode(&again, &receipt, NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&again), zkl_buffer_bytes(&bytes)));
    for (size_t i = 0; i < receipt.statement_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) restored = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) compact = { 0 };
        if (zkl_statement_restore(&restored, receipt.statements[i].compact, NULL, 0, NULL) ==
            ZKL_OK)
            ZKL_ASSERT(zkl_statement_strip(&compact, zkl_buffer_bytes(&restored), NULL) == ZKL_OK);
    }
    return 0;
}
