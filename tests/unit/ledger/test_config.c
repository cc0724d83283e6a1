/* Configuration and data keys. */
#include "ledger/config.h"
#include "keys/datakey.h"
#include "testing.h"

static void test_config_parse__undoes_print(zkl_test *t)
{
    zkl_config config, got;
    zkl_buffer text = { 0 };
    zkl_error err = { 0 };
    zkl_config_default(&config, "my \"ledger\"");
    config.hash_algorithm = ZKL_HASH_BLAKE3;
    config.compression = false;
    config.parallel_prove = 3;
    config.max_size_gb = 7;
    config.format_count = 2;
    snprintf(config.formats[1], sizeof config.formats[1], "dsse");
    zkl_config_print(&text, &config);
    REQUIRE_OK(t, &err, zkl_config_parse(&got, zkl_buffer_bytes(&text), "c", &err));
    CHECK_TEXT_EQ(t, got.name, config.name);
    CHECK_TEXT_EQ(t, got.path, "store");
    CHECK_TEXT_EQ(t, got.formats[1], "dsse");
    CHECK(t, got.hash_algorithm == ZKL_HASH_BLAKE3 && !got.compression && got.parallel_prove == 3 &&
                 got.max_size_gb == 7 && got.format_count == 2 && got.cache_size_mb == 32);
    REQUIRE_OK(t, &err,
               zkl_config_parse(&got, zkl_bytes_of_text(""), "c", &err)); /* all defaults */
    CHECK_UINT_EQ(t, got.format_count, 1);
    zkl_buffer_clear(&text);
}

static void test_config_parse__refuses_with_place(zkl_test *t)
{
    static const char *const cases[][2] = {
        { "[ledger]\ncolour = 1\n", "line 2, column 1: unknown key 'colour'" },
        { "[network]\n", "unknown key 'network'" },
        { "[ledger]\nhash_algorithm = \"md5\"\n",
          "line 2, column 18: hash_algorithm = 'md5' is not supported" },
        { "[ledger]\nproof_system = \"plonk\"\n",
          "proof_system = 'plonk' is not supported; 'groth16' is" },
        { "[storage]\nbackend = \"postgres\"\n", "backend = 'postgres' is not supported" },
        { "[storage]\npath = \"/etc\"\n", "not inside" },
        { "[storage]\npath = \"../x\"\n", "not inside" },
        { "[storage]\nmax_size_gb = -1\n", "line 2" },
        { "[proof]\nsecurity_level = 256\n", "256 is not supported" },
        { "[proof]\nparallel_prove = \"2\"\n", "line 2" },
        { "[export]\nformats = [\"docx\"]\n", "not a supported export format" },
        { "[export]\nformats = [1]\n", "not a supported export format" },
        { "[export]\nformats = [\"data-key\"]\n", "not a supported export format" },
        { "[export]\nformats = []\n", "line 2, column 11: no format" },
        { "[export]\nformats = [\"dsse\", \"dsse\"]\n", "'dsse' stands twice" },
        { "[export]\ninclude_visualizations = 1\n", "line 2, column 26" },
        { "[ledger]\nname = \"\"\n", "name has 0 bytes" },
        { "[ledger\n", "line 1" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_config config;
        zkl_error err = { 0 };
        CHECK_STATUS(t, ZKL_USAGE,
                     zkl_config_parse(&config, zkl_bytes_of_text(cases[i][0]), "c.toml", &err));
        if (!strstr(err.text, cases[i][1]) || !strstr(err.text, "c.toml"))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i][0], err.text, cases[i][1]);
    }
}

static void test_datakey_parse__undoes_encode(zkl_test *t)
{
    const zkl_datakey_chunk chunks[] = { { 0, { 1 } }, { 7, { 2 } } };
    const zkl_datakey_dictionary dictionaries[] = { { 3, { 4 } } };
    const zkl_datakey key = { .dataset = { { 5 } },
                              .has_content_salt = true,
                              .content_salt = { 6 },
                              .chunks = chunks,
                              .chunk_count = 2,
                              .dictionaries = dictionaries,
                              .dictionary_count = 1 };
    zkl_datakey got, other = key;
    zkl_buffer bytes = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_datakey_encode(&bytes, &key, &err));
    REQUIRE_OK(t, &err, zkl_datakey_parse(&got, &t->arena, zkl_buffer_bytes(&bytes), &err));
    CHECK(t, got.has_content_salt && got.chunk_count == 2 && got.dictionary_count == 1);
    CHECK(t, zkl_datakey_chunk_find(&got, 7) == &got.chunks[1] && !zkl_datakey_chunk_find(&got, 6));
    CHECK(t, zkl_datakey_dictionary_find(&got, 3) && !zkl_datakey_dictionary_find(&got, 2));
    CHECK_MEM_EQ(t, got.chunks[1].key, chunks[1].key, 32);
    for (size_t i = 0; i < bytes.size; i++) {
        bytes.data[i] ^= 1;
        CHECK(t, zkl_datakey_parse(&got, &t->arena, zkl_buffer_bytes(&bytes), &err) != ZKL_OK);
        bytes.data[i] ^= 1;
        CHECK(t, zkl_datakey_parse(&got, &t->arena, zkl_bytes_of(bytes.data, i), &err) != ZKL_OK);
    }
    const zkl_datakey_chunk unsorted[] = { { 1, { 0 } }, { 1, { 0 } } };
    other.chunks = unsorted;
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_datakey_encode(&bytes, &other, &err));
    zkl_buffer_clear(&bytes);
}

/* A part of a dictionary: whole ones, and bits beyond the last entry, are none. */
static void test_datakey_parse__parts(zkl_test *t)
{
    static const uint8_t leaves[9][32] = { { 1 }, { 2 }, { 3 } };
    static const struct {
        uint8_t present[2];
        zkl_status want;
    } cases[] = { { { 0xff, 0x00 }, ZKL_OK },        { { 0x00, 0x01 }, ZKL_OK },
                  { { 0x00, 0x00 }, ZKL_OK },        { { 0xff, 0x01 }, ZKL_BAD_INPUT },
                  { { 0xff, 0x02 }, ZKL_BAD_INPUT }, { { 0x01, 0x80 }, ZKL_BAD_INPUT } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const zkl_datakey_dictionary dictionaries[] = {
            { .column = 1, .key = { 9 } }, { .column = 3, .part = { 9, cases[i].present, leaves } }
        };
        const zkl_datakey key = { .dictionaries = dictionaries, .dictionary_count = 2 };
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
        zkl_datakey got;
        zkl_error err = { 0 };
        CHECK_STATUS(t, cases[i].want, zkl_datakey_encode(&bytes, &key, &err));
        if (cases[i].want != ZKL_OK)
            continue;
        CHECK_UINT_EQ(t, bytes.data[11], 3);
        REQUIRE_OK(t, &err, zkl_datakey_parse(&got, &t->arena, zkl_buffer_bytes(&bytes), &err));
        const zkl_datakey_dictionary *part = zkl_datakey_dictionary_find(&got, 3);
        REQUIRE(t, part && part->part.entry_count == 9);
        CHECK_MEM_EQ(t, part->part.present, cases[i].present, 2);
        CHECK_MEM_EQ(t, part->part.leaves, leaves, sizeof leaves);
        CHECK(t, got.dictionaries[0].part.entry_count == 0 && got.dictionaries[0].key[0] == 9);
    }
}

/* Data keys of versions 1 and 2 carried the reader's options, which nothing bound. */
static void test_datakey_parse__old_versions_are_refused_with_words(zkl_test *t)
{
    uint8_t old[8 + 4 + 32] = "zkl/dkey";
    zkl_datakey got;
    zkl_error err = { 0 };
    for (uint8_t version = 1; version <= 2; version++) {
        old[11] = version;
        CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                     zkl_datakey_parse(&got, &t->arena, zkl_bytes_of(old, sizeof old), &err));
        CHECK(t, strstr(err.text, "version 0.1") && strstr(err.text, "notarise it again"));
    }
}

ZKL_TESTS(TEST(test_datakey_parse__parts),
          TEST(test_datakey_parse__old_versions_are_refused_with_words),
          TEST(test_config_parse__undoes_print), TEST(test_config_parse__refuses_with_place),
          TEST(test_datakey_parse__undoes_encode))
