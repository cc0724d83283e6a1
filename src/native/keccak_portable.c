#include "native/keccak_internal.h"

#include <endian.h>
#include <string.h>

typedef uint64_t keccak_word;
#define XOR(a, b) ((a) ^ (b))
#define XOR3(a, b, c) ((a) ^ (b) ^ (c))
#define ROL(a, n) ((n) ? (a) << (n) | (a) >> ((64 - (n)) & 63) : (a))
#define CHI(a, b, c) ((a) ^ (~(b) & (c)))
#define SPREAD(constant) (constant)
#include "native/keccak_inline.h"

void zkl_keccak_permute(uint64_t state[static ZKL_KECCAK_WORDS])
{
    uint64_t a[ZKL_KECCAK_WORDS];
    memcpy(a, state, sizeof a);
    keccak_permute(a);
    memcpy(state, a, sizeof a);
}

static uint64_t load_le64(const uint8_t *bytes)
{
    uint64_t little;
    memcpy(&little, bytes, sizeof little);
    return le64toh(little);
}

static void absorb_portable(uint64_t *state, const uint8_t *const *data, size_t block_count)
{
    for (size_t block = 0; block < block_count; block++) {
        for (size_t w = 0; w < ZKL_KECCAK_RATE_256 / 8; w++)
            state[w] ^= load_le64(data[0] + block * ZKL_KECCAK_RATE_256 + 8 * w);
        zkl_keccak_permute(state);
    }
}

const zkl_keccak_set zkl_keccak_portable = { "portable", 1, 0, absorb_portable };
