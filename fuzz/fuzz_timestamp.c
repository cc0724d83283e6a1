/* Timestamps: a token in the form of receipts is taken as it stands, what is taken of an answer is
 * in that form, and judging one ends, whatever certificate it holds. */
#include <string.h>

#include "base/bytes.h"
#include "verify/tsa.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) token = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    const zkl_bytes bytes = zkl_bytes_of(data, size);
    const zkl_trust nobody = { 0 };
    zkl_timestamp parsed;
    zkl_tsa_time time;
    if (zkl_timestamp_parse(&parsed, bytes, NULL) == ZKL_OK) {
        ZKL_ASSERT(zkl_timestamp_take(&again, bytes, NULL) == ZKL_OK);
        ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&again), bytes));
    }
    if (zkl_timestamp_take(&token, bytes, NULL) != ZKL_OK)
        return 0;
    ZKL_ASSERT(zkl_timestamp_parse(&parsed, zkl_buffer_bytes(&token), NULL) == ZKL_OK);
    const zkl_trusted_tsa own = { zkl_bytes_of_text("own"), parsed.certificate };
    const zkl_trust trust = { .tsas = (zkl_trusted_tsa *)(uintptr_t)&own, .tsa_count = 1 };
    if (zkl_tsa_verify(&time, zkl_buffer_bytes(&token), &parsed.imprint, &nobody, NULL) == ZKL_OK)
        ZKL_ASSERT(!time.tsa);
    /* as a trust has it, so that a certificate is one */
    if (zkl_tsa_certificate_check(parsed.certificate, NULL) == ZKL_OK)
        (void)!zkl_tsa_verify(&time, zkl_buffer_bytes(&token), &parsed.imprint, &trust, NULL);
    return 0;
}
