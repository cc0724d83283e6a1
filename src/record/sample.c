/* Draws of a sample. The remainder is taken byte by byte, from the most significant on. */
#include "record/sample.h"

#include "hash/domains.h"

uint64_t zkl_sample_number(const zkl_fr *seed, uint64_t j, uint64_t total)
{
    uint8_t bytes[32];
    zkl_fr in[2] = { *seed }, drawn;
    uint64_t out = 0;
    zkl_fr_from_u64(&in[1], j);
    zkl_fr_challenge(&drawn, ZKL_CHALLENGE_SAMPLE, in, 2);
    zkl_fr_encode(bytes, &drawn);
    for (size_t i = 0; i < sizeof bytes; i++)
        out = (out << 8 | bytes[i]) % total;
    return out;
}
