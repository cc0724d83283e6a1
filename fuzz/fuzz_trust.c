/* Trust files: what parses prints to a text that parses to the same. Trust records, which hold one,
 * are only opened. */
#include "ledger/trust_record.h"
#include "ledger/trust_toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) first = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) second = { 0 };
    zkl_trust trust;
    if (zkl_trust_record_open(&trust, &arena, zkl_bytes_of(data, size), NULL) == ZKL_OK)
        return 0;
    if (zkl_trust_toml_parse(&trust, &arena, zkl_bytes_of(data, size), "input", NULL) != ZKL_OK &&
        zkl_trust_decode(&trust, &arena, zkl_bytes_of(data, size), NULL) != ZKL_OK)
        return 0;
    ZKL_ASSERT(zkl_trust_encode(&first, &trust, NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_trust_toml_print(&text, &trust, NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_trust_toml_parse(&trust, &arena, zkl_buffer_bytes(&text), "printed", NULL) ==
               ZKL_OK);
    ZKL_ASSERT(zkl_trust_encode(&second, &trust, NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&first), zkl_buffer_bytes(&second)));
    return 0;
}
