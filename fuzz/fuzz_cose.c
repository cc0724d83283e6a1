/* A COSE statement that parses is the one encoding of what it says, and as an entry it is an
 * announcement. */
#include "record/cose.h"
#include "record/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    const zkl_bytes bytes = zkl_bytes_of(data, size);
    zkl_dsse statement;
    zkl_entry entry;
    if (zkl_cose_statement_parse(&statement, bytes, NULL) == ZKL_OK) {
        zkl_cose_put_statement(&again, &statement, (zkl_bytes){ 0 });
        ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&again), bytes));
    }
    if (zkl_entry_open(&entry, &statement, &arena, bytes, NULL) == ZKL_OK)
        ZKL_ASSERT((entry.kind == ZKL_ENTRY_ANNOUNCE) == zkl_cose_is_statement(bytes));
    return 0;
}
