/* Disclosures: a body that parses encodes to the same bytes; a file is its two parts. The trailing
 * hash is repaired. */
#include "record/disclosure.h"

#include "fuzz_repaired.h"

static void read_body(zkl_bytes bytes)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_disclosure d;
    if (zkl_disclosure_parse(&d, &arena, bytes, NULL) != ZKL_OK)
        return;
    ZKL_ASSERT(zkl_disclosure_encode(&again, &d, NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&again), bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_bytes body, receipt;
    read_body(zkl_bytes_of(data, size));
    if (!fuzz_repair(&bytes, data, size))
        return 0;
    if (zkl_disclosure_file_parse(&body, &receipt, zkl_buffer_bytes(&bytes), NULL) == ZKL_OK)
        read_body(body);
    return 0;
}
