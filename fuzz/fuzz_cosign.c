/* Requests to witnesses: what parses is written as the same bytes. Answers: reading one ends, and
 * what was read is a note's lines. */
#include "base/bytes.h"
#include "record/cosign_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    const zkl_bytes bytes = zkl_bytes_of(data, size);
    zkl_cosign_request request;
    zkl_note note;
    if (zkl_cosign_request_parse(&request, &arena, bytes, NULL) == ZKL_OK) {
        zkl_cosign_request_encode(&again, &request);
        ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&again), bytes));
    }
    if (zkl_cosignatures_parse(&note, &arena, bytes, NULL) == ZKL_OK)
        ZKL_ASSERT(note.text.size && note.signature_count);
    return 0;
}
