/* A verified log that parses is the one encoding of what it says. Few inputs get past its seal, so
 * the seal of what is given is made right. */
#include "ledger/chain_known.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(zkl_bytes bytes)
{
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_chain_known known;
    if (zkl_chain_known_parse(&known, bytes, NULL) != ZKL_OK)
        return;
    zkl_chain_known_encode(&again, &known);
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&again), bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sealed = { 0 };
    zkl_digest seal;
    parse(zkl_bytes_of(data, size));
    zkl_sha256(&seal, data, size);
    zkl_buffer_put(&sealed, data, size);
    zkl_buffer_put(&sealed, seal.bytes, sizeof seal.bytes);
    if (zkl_buffer_status(&sealed, NULL) == ZKL_OK)
        parse(zkl_buffer_bytes(&sealed));
    return 0;
}
