/* Every set of the kernels over bytes against the portable one: marks, Keccak, SHA-256. */
#include "fuzz_kernels.h"
#include "native/keccak.h"
#include "native/marks.h"
#include "native/sha256.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_marks(source *s)
{
    static const char *const names[] = { "neon", "avx2", "avx512" };
    enum { BLOCKS = 9 };
    uint8_t signs[ZKL_MARKS_SIGNS];
    const size_t blocks = take_byte(s) % (BLOCKS + 1);
    uint64_t want[BLOCKS + 1];
    take_bytes(s, signs, sizeof signs);
    uint8_t *text = fenced(0, blocks * ZKL_MARKS_BLOCK);
    take_bytes(s, text, blocks * ZKL_MARKS_BLOCK);
    zkl_marks_find("portable")->find(want, text, blocks, signs);
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        const zkl_marks_set *set = zkl_marks_find(names[i]);
        uint64_t *got = fenced(1, blocks * sizeof *got);
        if (!set)
            continue;
        set->find(got, text, blocks, signs);
        must_equal(got, want, blocks * sizeof *got);
    }
}

static void check_keccak(source *s)
{
    static const char *const names[] = { "bmi", "neon-sha3", "avx2", "avx512" };
    const zkl_keccak_set *portable = zkl_keccak_find("portable");
    const size_t blocks = take_byte(s) % 4, bytes = blocks * ZKL_KECCAK_RATE_256;
    uint64_t want[ZKL_KECCAK_LANES_MAX][ZKL_KECCAK_WORDS];
    const uint8_t *at[ZKL_KECCAK_LANES_MAX];
    _Alignas(64) uint64_t state[ZKL_KECCAK_WORDS * ZKL_KECCAK_LANES_MAX];
    for (size_t l = 0; l < ZKL_KECCAK_LANES_MAX; l++) {
        uint8_t *block = fenced(l, bytes);
        take_bytes(s, block, bytes);
        at[l] = block;
    }
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        const zkl_keccak_set *set = zkl_keccak_find(names[i]);
        if (!set)
            continue;
        take_bytes(s, state, sizeof state);
        for (size_t l = 0; l < set->lanes; l++) {
            for (size_t w = 0; w < ZKL_KECCAK_WORDS; w++)
                want[l][w] = state[w * set->lanes + l];
            portable->absorb(want[l], &at[l], blocks);
        }
        set->absorb(state, at, blocks);
        for (size_t l = 0; l < set->lanes; l++)
            for (size_t w = 0; w < ZKL_KECCAK_WORDS; w++)
                ZKL_ASSERT(state[w * set->lanes + l] == want[l][w]);
    }
}

static void check_sha256(source *s)
{
    const zkl_sha256_set *set = zkl_sha256_find("sha-ni");
    const size_t blocks = take_byte(s) % 5;
    uint32_t want[8], got[8];
    uint8_t *text = fenced(0, 64 * blocks);
    take_bytes(s, want, sizeof want);
    take_bytes(s, text, 64 * blocks);
    memcpy(got, want, sizeof got);
    zkl_sha256_find("portable")->compress(want, text, blocks);
    if (!set)
        return;
    set->compress(got, text, blocks);
    must_equal(got, want, sizeof got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const checks[])(source *) = { check_marks, check_keccak, check_sha256 };
    source s = { data, size, 1 };
    checks[take_byte(&s) % ZKL_COUNT(checks)](&s);
    return 0;
}
