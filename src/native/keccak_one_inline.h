/* A set of one lane: 64-bit words, loads and the two functions of a zkl_keccak_set. Before
 * including it a set defines KECCAK_TARGET, the attribute of its functions (may be nothing). */
#include <string.h>

#include "base/bytes.h"

typedef uint64_t keccak_word;
#define XOR(a, b) ((a) ^ (b))
#define XOR3(a, b, c) ((a) ^ (b) ^ (c))
#define ROL(a, n) ((n) ? (a) << (n) | (a) >> ((64 - (n)) & 63) : (a))
#define CHI(a, b, c) ((a) ^ (~(b) & (c)))
#define SPREAD(constant) (constant)
#include "native/keccak_inline.h"

KECCAK_TARGET static void permute_one(uint64_t state[static ZKL_KECCAK_WORDS])
{
    uint64_t a[ZKL_KECCAK_WORDS];
    memcpy(a, state, sizeof a);
    keccak_permute(a);
    memcpy(state, a, sizeof a);
}

static void absorb_one(uint64_t *state, const uint8_t *const *data, size_t block_count)
{
    for (size_t block = 0; block < block_count; block++) {
        for (size_t w = 0; w < ZKL_KECCAK_RATE_256 / 8; w++)
            state[w] ^= zkl_le64_get(data[0] + block * ZKL_KECCAK_RATE_256 + 8 * w);
        permute_one(state);
    }
}
