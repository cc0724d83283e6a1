#include "hash/siphash.h"

#include <string.h>

#include "testing.h"

/* Written from the paper, with any number of rounds; its published answers are those of 2 and 4. */
static void round_of(uint64_t v[4])
{
#define TURN(x, b) (x = (x << (b)) | (x >> (64 - (b))))
    v[0] += v[1], TURN(v[1], 13), v[1] ^= v[0], TURN(v[0], 32);
    v[2] += v[3], TURN(v[3], 16), v[3] ^= v[2];
    v[0] += v[3], TURN(v[3], 21), v[3] ^= v[0];
    v[2] += v[1], TURN(v[1], 17), v[1] ^= v[2], TURN(v[2], 32);
#undef TURN
}

static uint64_t plain(const uint64_t k[2], const uint8_t *text, size_t size, int c, int d)
{
    uint64_t v[4] = { k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d,
                      k[0] ^ 0x6c7967656e657261, k[1] ^ 0x7465646279746573 };
    for (size_t at = 0; at <= size; at += 8) {
        uint64_t word = 0;
        for (size_t i = 0; i < 8 && at + i < size; i++)
            word |= (uint64_t)text[at + i] << (8 * i);
        if (at + 8 > size)
            word |= (uint64_t)size << 56;
        v[3] ^= word;
        for (int i = 0; i < c; i++)
            round_of(v);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    for (int i = 0; i < d; i++)
        round_of(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void test_siphash__is_the_papers(zkl_test *t)
{
    const zkl_siphash_key key = { { 0x0706050403020100, 0x0f0e0d0c0b0a0908 } };
    uint8_t text[64];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)i;
    /* Appendix A of the paper, and the first of the reference implementation's vectors. */
    CHECK(t, plain(key.words, text, 15, 2, 4) == 0xa129ca6149be45e5);
    CHECK(t, plain(key.words, text, 0, 2, 4) == 0x726fdb47dd0e0e31);
    for (size_t size = 0; size <= sizeof text; size++)
        CHECK(t, zkl_siphash(&key, zkl_bytes_of(text, size)) == plain(key.words, text, size, 1, 3));
}

static void test_siphash_key__is_drawn_anew(zkl_test *t)
{
    zkl_siphash_key a, b;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_siphash_key_draw(&a, &err));
    REQUIRE_OK(t, &err, zkl_siphash_key_draw(&b, &err));
    CHECK(t, memcmp(&a, &b, sizeof a) != 0);
}

ZKL_TESTS(TEST(test_siphash__is_the_papers), TEST(test_siphash_key__is_drawn_anew))
