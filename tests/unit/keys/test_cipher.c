/* AES-256-GCM and the keystream against published values, and everything that must be refused. */
#include "keys/cipher.h"

#include "testing.h"

/* D. McGrew, J. Viega, "The Galois/Counter Mode of Operation (GCM)", as submitted to NIST, appendix
 * B: test cases 13 to 16 (those of AES-256 with a nonce of 12 bytes). */
#define KEY_15 "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
#define NONCE_15 "cafebabefacedbaddecaf888"
#define PLAIN_16                                                                                   \
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"                             \
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
#define HIDDEN_16                                                                                  \
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"                             \
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
#define ZEROS_16 "00000000000000000000000000000000"
#define NONCE_0 "000000000000000000000000"

static const struct {
    const char *key, *nonce, *associated, *plain, *hidden, *tag;
} vectors[] = {
    { ZEROS_16 ZEROS_16, NONCE_0, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
    { ZEROS_16 ZEROS_16, NONCE_0, "", ZEROS_16, "cea7403d4d606b6e074ec5d3baf39d18",
      "d0d1c8a799996bf0265b98b5d48ab919" },
    { KEY_15, NONCE_15, "", PLAIN_16 "1aafd255", HIDDEN_16 "898015ad",
      "b094dac5d93471bdec1a502270e3cc6c" },
    { KEY_15, NONCE_15, "feedfacedeadbeeffeedfacedeadbeefabaddad2", PLAIN_16, HIDDEN_16,
      "76fc6ece0f4e1768cddf8853bb2d551b" },
};

static zkl_aead aead_of(zkl_test *t, size_t i)
{
    return (zkl_aead){ .key = test_hex(t, vectors[i].key).data,
                       .nonce = test_hex(t, vectors[i].nonce).data,
                       .associated = test_hex(t, vectors[i].associated) };
}

static void test_aead__published_values(zkl_test *t)
{
    for (size_t i = 0; i < ZKL_COUNT(vectors); i++) {
        const zkl_aead with = aead_of(t, i);
        const zkl_bytes plain = test_hex(t, vectors[i].plain);
        uint8_t out[64], back[64], tag[ZKL_AEAD_TAG_BYTES];
        CHECK(t, zkl_aead_seal(out, tag, &with, plain));
        CHECK_MEM_EQ(t, out, test_hex(t, vectors[i].hidden).data, plain.size);
        CHECK_MEM_EQ(t, tag, test_hex(t, vectors[i].tag).data, sizeof tag);
        CHECK(t, zkl_aead_open(back, tag, &with, zkl_bytes_of(out, plain.size)));
        CHECK_MEM_EQ(t, back, plain.data, plain.size);
        CHECK(t, zkl_aead_open(out, tag, &with, zkl_bytes_of(out, plain.size))); /* in place */
        CHECK_MEM_EQ(t, out, plain.data, plain.size);
    }
}

/* Each bit of key, nonce, associated data, ciphertext and tag counts, and of what is refused
 * nothing is seen. */
static void test_aead__every_changed_bit_is_refused(zkl_test *t)
{
    static const uint8_t zeros[60];
    uint8_t key[32], nonce[12], associated[20], hidden[60], tag[16], out[60];
    memcpy(key, test_hex(t, vectors[3].key).data, sizeof key);
    memcpy(nonce, test_hex(t, vectors[3].nonce).data, sizeof nonce);
    memcpy(associated, test_hex(t, vectors[3].associated).data, sizeof associated);
    memcpy(hidden, test_hex(t, vectors[3].hidden).data, sizeof hidden);
    memcpy(tag, test_hex(t, vectors[3].tag).data, sizeof tag);
    const zkl_aead with = { key, nonce, zkl_bytes_of(associated, sizeof associated) };
    const struct {
        uint8_t *data;
        size_t size;
    } parts[] = { { key, sizeof key },
                  { nonce, sizeof nonce },
                  { associated, sizeof associated },
                  { hidden, sizeof hidden },
                  { tag, sizeof tag } };
    for (size_t p = 0; p < ZKL_COUNT(parts); p++)
        for (size_t bit = 0; bit < 8 * parts[p].size; bit++) {
            parts[p].data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            memset(out, 0xaa, sizeof out);
            CHECK(t, !zkl_aead_open(out, tag, &with, zkl_bytes_of(hidden, sizeof hidden)));
            CHECK_MEM_EQ(t, out, zeros, sizeof out);
            parts[p].data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    /* One byte less of either, and nothing in place of the associated data. */
    const zkl_aead shorter = { key, nonce, zkl_bytes_of(associated, sizeof associated - 1) };
    const zkl_aead bare = { key, nonce, { 0 } };
    CHECK(t, !zkl_aead_open(out, tag, &with, zkl_bytes_of(hidden, sizeof hidden - 1)));
    CHECK(t, !zkl_aead_open(out, tag, &shorter, zkl_bytes_of(hidden, sizeof hidden)));
    CHECK(t, !zkl_aead_open(out, tag, &bare, zkl_bytes_of(hidden, sizeof hidden)));
    CHECK(t, zkl_aead_open(out, tag, &with, zkl_bytes_of(hidden, sizeof hidden)));
}

/* Blocks 1 and 2 of the stream of the zero key: GCM masks its tag with AES(key, nonce 1), which is
 * test case 13's tag because GHASH of nothing is 0, and encrypts from AES(key, nonce 2) on, which
 * is test case 14's ciphertext of zeros. Block 0 is AES-256 of the zero block, NIST's KAT
 * "ECBVarTxt256" by its neighbour in SP 800-38D: the hash key H of test case 13. */
static void test_keystream__published_blocks(zkl_test *t)
{
    static const uint8_t key[32];
    uint8_t stream[48] = { 0 };
    CHECK(t, zkl_keystream_xor(stream, sizeof stream, key, 0));
    CHECK_MEM_EQ(t, stream, test_hex(t, "dc95c078a2408989ad48a21492842087").data, 16);
    CHECK_MEM_EQ(t, stream + 16, test_hex(t, vectors[0].tag).data, 16);
    CHECK_MEM_EQ(t, stream + 32, test_hex(t, vectors[1].hidden).data, 16);
}

/* Any part of the stream, read alone, is that part of the whole; the counter carries beyond 32
 * bits. */
static void test_keystream__any_part_alone(zkl_test *t)
{
    static const uint64_t starts[] = { 0, ((uint64_t)1 << 36) - 64, (uint64_t)1 << 40 };
    uint8_t key[32], whole[200], part[200];
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)test_random_below(t, 256);
    for (size_t s = 0; s < ZKL_COUNT(starts); s++) {
        memset(whole, 0, sizeof whole);
        CHECK(t, zkl_keystream_xor(whole, sizeof whole, key, starts[s]));
        for (size_t from = 0; from < 40; from++)
            for (size_t size = 0; size <= 40; size++) {
                memset(part, 0, sizeof part);
                CHECK(t, zkl_keystream_xor(part, size, key, starts[s] + from));
                CHECK_MEM_EQ(t, part, whole + from, size);
                CHECK(t, zkl_keystream_xor(part, size, key, starts[s] + from)); /* and back */
                for (size_t i = 0; i < size; i++)
                    CHECK(t, part[i] == 0);
            }
    }
}

ZKL_TESTS(TEST(test_aead__published_values), TEST(test_aead__every_changed_bit_is_refused),
          TEST(test_keystream__published_blocks), TEST(test_keystream__any_part_alone))
