#include "hash/sha3_many.h"

#include "base/bytes.h"
#include "native/cpu.h"
#include "testing.h"

static const char *const set_names[] = { "portable", "bmi", "neon-sha3", "avx2", "avx512" };

static zkl_digest hash_plainly(const void *data, size_t size)
{
    zkl_digest out;
    zkl_sha3 hash;
    zkl_sha3_256_init(&hash);
    zkl_sha3_update(&hash, data, size);
    zkl_sha3_256_final(&hash, &out);
    return out;
}

/* Every set whose features the CPU has is there; the best is the widest of them; unknown names are
 * not. */
static void test_keccak_sets__by_name(zkl_test *t)
{
    size_t widest = 0;
    for (size_t s = 0; s < ZKL_COUNT(set_names); s++) {
        const zkl_keccak_set *set = zkl_keccak_find(set_names[s]);
        static const uint32_t needed[] = { 0, ZKL_CPU_BMI, ZKL_CPU_NEON_SHA3, ZKL_CPU_AVX2,
                                           ZKL_CPU_AVX512 };
        const uint32_t needs = needed[s];
        CHECK(t, (set != NULL) == ((zkl_cpu_features() & needs) == needs));
        if (set) {
            CHECK_TEXT_EQ(t, set->name, set_names[s]);
            widest = set->lanes;
        }
    }
    CHECK_UINT_EQ(t, zkl_keccak_best()->lanes, widest);
    CHECK(t, zkl_keccak_best() == zkl_keccak_best());
    CHECK(t, zkl_keccak_find("avx1024") == NULL);
    CHECK(t, zkl_keccak_find("") == NULL);
}

/* States and blocks at random: each lane of each set is the portable set's state, so lanes do not
 * mix. */
static void test_keccak_sets__absorb_like_portable(zkl_test *t)
{
    enum { BLOCKS = 3, BYTES = BLOCKS * ZKL_KECCAK_RATE_256 + 5 };
    const zkl_keccak_set *portable = zkl_keccak_find("portable");
    uint8_t data[ZKL_KECCAK_LANES_MAX][BYTES];
    REQUIRE(t, portable && portable->lanes == 1);
    for (size_t s = 1; s < ZKL_COUNT(set_names); s++) {
        const zkl_keccak_set *set = zkl_keccak_find(set_names[s]);
        for (size_t count = 0; set && count <= BLOCKS; count++) {
            _Alignas(64) uint64_t state[ZKL_KECCAK_WORDS * ZKL_KECCAK_LANES_MAX];
            _Alignas(64) uint64_t want[ZKL_KECCAK_LANES_MAX][32];
            const uint8_t *at[ZKL_KECCAK_LANES_MAX];
            test_random_bytes(t, data, sizeof data);
            test_random_bytes(t, state, sizeof state);
            for (size_t l = 0; l < set->lanes; l++) {
                at[l] = data[l] + test_random_below(t, 6); /* any alignment */
                for (size_t w = 0; w < ZKL_KECCAK_WORDS; w++)
                    want[l][w] = state[w * set->lanes + l];
                portable->absorb(want[l], &at[l], count);
            }
            set->absorb(state, at, count);
            for (size_t l = 0; l < set->lanes; l++)
                for (size_t w = 0; w < ZKL_KECCAK_WORDS; w++)
                    CHECK_UINT_EQ(t, state[w * set->lanes + l], want[l][w]);
        }
    }
}

/* Every length around the block boundaries, every count of messages up to two and a half groups. */
static void test_sha3_each__of_one_length(zkl_test *t)
{
    static const size_t sizes[] = { 0,   1,   31,  32,  64,  65,  127, 128,
                                    134, 135, 136, 137, 271, 272, 273, 1000 };
    enum { COUNT = 20, STRIDE = 1003 };
    zkl_bytes messages[COUNT];
    uint8_t *data = zkl_arena_alloc(&t->arena, COUNT * STRIDE, 1);
    REQUIRE(t, data != NULL);
    test_random_bytes(t, data, COUNT * STRIDE);
    for (size_t s = 0; s < ZKL_COUNT(set_names); s++) {
        const zkl_keccak_set *set = zkl_keccak_find(set_names[s]);
        for (size_t k = 0; set && k < ZKL_COUNT(sizes); k++) {
            for (size_t count = 0; count <= COUNT; count++) {
                zkl_digest got[COUNT + 1];
                memset(got, 0xee, sizeof got);
                for (size_t i = 0; i < count; i++)
                    messages[i] = zkl_bytes_of(sizes[k] ? data + i * STRIDE : NULL, sizes[k]);
                zkl_sha3_256_each_with(set, got, messages, count);
                for (size_t i = 0; i < count; i++) {
                    zkl_digest want = hash_plainly(data + i * STRIDE, sizes[k]);
                    CHECK_MEM_EQ(t, got[i].bytes, want.bytes, 32);
                }
                CHECK(t, got[count].bytes[0] == 0xee && got[count].bytes[31] == 0xee);
            }
        }
    }
}

/* Random lengths, with runs of equal block counts and without, more different counts than
 * groups. */
static void test_sha3_each__of_any_length(zkl_test *t)
{
    static const size_t most[] = { 1, 136, 300, 5000 };
    enum { COUNT = 150 };
    zkl_bytes messages[COUNT];
    zkl_digest got[COUNT];
    for (size_t s = 0; s < ZKL_COUNT(set_names); s++) {
        const zkl_keccak_set *set = zkl_keccak_find(set_names[s]);
        for (size_t k = 0; set && k < ZKL_COUNT(most); k++) {
            for (size_t i = 0; i < COUNT; i++) {
                size_t size = (size_t)test_random_below(t, most[k] + 1);
                uint8_t *data = zkl_arena_alloc(&t->arena, size, 1);
                test_random_bytes(t, data, size);
                messages[i] = zkl_bytes_of(size ? data : NULL, size);
            }
            zkl_sha3_256_each_with(set, got, messages, COUNT);
            for (size_t i = 0; i < COUNT; i++) {
                zkl_digest want = hash_plainly(messages[i].data, messages[i].size);
                CHECK_MEM_EQ(t, got[i].bytes, want.bytes, 32);
            }
        }
    }
}

static void test_sha3_nodes__is_prefix_left_right(zkl_test *t)
{
    enum { COUNT = 27 };
    zkl_digest pairs[2 * COUNT], got[2 * COUNT];
    uint8_t message[65] = { 0x03 };
    test_random_bytes(t, pairs, sizeof pairs);
    for (size_t s = 0; s < ZKL_COUNT(set_names); s++) {
        const zkl_keccak_set *set = zkl_keccak_find(set_names[s]);
        for (size_t count = 0; set && count <= COUNT; count++) {
            memcpy(got, pairs, sizeof got);
            zkl_sha3_256_nodes_with(set, got, message[0], got, count);
            for (size_t i = 0; i < count; i++) {
                memcpy(message + 1, &pairs[2 * i], 64);
                zkl_digest want = hash_plainly(message, sizeof message);
                CHECK_MEM_EQ(t, got[i].bytes, want.bytes, 32);
            }
            CHECK_MEM_EQ(t, &got[count], &pairs[count], (2 * COUNT - count) * sizeof got[0]);
        }
    }
}

/* Every count up to two and a half groups, numbers that carry into every byte, the longest key and
 * label that fit; nothing is written behind the last. */
static void test_prf_each__is_the_prf_of_each_number(zkl_test *t)
{
    enum { COUNT = 20 };
    static const uint64_t firsts[] = { 0, 1, 255, 65530, 0xfffffffff0, UINT64_MAX - COUNT + 1 };
    static const struct {
        const char *label;
        size_t key_bytes;
    } inputs[] = { { "row", 32 }, { "a", 1 }, { "eighteen-letters--", 33 } };
    uint8_t key[33];
    test_random_bytes(t, key, sizeof key);
    for (size_t s = 0; s < ZKL_COUNT(set_names); s++) {
        const zkl_keccak_set *set = zkl_keccak_find(set_names[s]);
        for (size_t k = 0; set && k < ZKL_COUNT(firsts) * ZKL_COUNT(inputs); k++) {
            const uint64_t first = firsts[k % ZKL_COUNT(firsts)];
            const char *label = inputs[k / ZKL_COUNT(firsts)].label;
            const zkl_bytes with = zkl_bytes_of(key, inputs[k / ZKL_COUNT(firsts)].key_bytes);
            for (size_t count = 0; count <= COUNT; count++) {
                zkl_digest got[COUNT + 1];
                memset(got, 0xee, sizeof got);
                zkl_prf_32_each_with(set, got, with, label, (zkl_prf_numbers){ first, count });
                for (size_t i = 0; i < count; i++) {
                    uint8_t number[8], want[32];
                    zkl_be64_put(number, first + i);
                    zkl_prf_32(want, with, label, zkl_bytes_of(number, sizeof number));
                    CHECK_MEM_EQ(t, got[i].bytes, want, 32);
                }
                CHECK(t, got[count].bytes[0] == 0xee && got[count].bytes[31] == 0xee);
            }
        }
    }
}

ZKL_TESTS(TEST(test_prf_each__is_the_prf_of_each_number), TEST(test_keccak_sets__by_name),
          TEST(test_keccak_sets__absorb_like_portable), TEST(test_sha3_each__of_one_length),
          TEST(test_sha3_each__of_any_length), TEST(test_sha3_nodes__is_prefix_left_right))
