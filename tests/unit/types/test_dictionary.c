/* Dictionaries: what a part of one says, and their bytes at rest. */
#include "types/dictionary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table/strings.h"
#include "testing.h"

static const uint8_t test_key[32] = { 7, 7, 7 };

static size_t make_entries(zkl_test *t, zkl_bytes *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = zkl_arena_format(&t->arena, "entry %04zu", i);
        entries[i] = zkl_bytes_of_text(text);
    }
    return count;
}

/* One round of the hash that the set had once, without a key: strings that collided under it. */
static uint64_t old_step(uint64_t state, uint64_t word)
{
    state = (state ^ word) * 0xff51afd7ed558ccdu;
    return state ^ state >> 32;
}

static int compare_words(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Strings that are made to collide under any fixed hash do not: every set draws a key of its
 * own. */
static void test_string_set__is_keyed(zkl_test *t)
{
    enum { COUNT = 5000 };
    ZKL_AUTO_CLEAR(zkl_string_set) set = { 0 };
    ZKL_AUTO_CLEAR(zkl_string_set) other = { 0 };
    zkl_error err = { 0 };
    for (uint64_t i = 0; i < COUNT; i++) {
        /* The second word undoes what the first one did. */
        uint64_t words[2] = { i * 0x0101010101u + 7, 0 };
        words[1] = old_step(0x9e3779b97f4a7c15u ^ sizeof words, words[0]) ^ 42;
        const zkl_bytes text = zkl_bytes_of(words, sizeof words);
        REQUIRE_OK(t, &err, zkl_string_set_add(&set, text, SIZE_MAX / 2, &err));
        REQUIRE_OK(t, &err, zkl_string_set_add(&other, text, SIZE_MAX / 2, &err));
    }
    REQUIRE(t, set.entry_count == COUNT);
    CHECK(t, memcmp(&set.key, &other.key, sizeof set.key) != 0);
    CHECK(t, memcmp(set.hashes, other.hashes, COUNT * sizeof *set.hashes) != 0);
    qsort(set.hashes, COUNT, sizeof *set.hashes, compare_words);
    size_t equal = 0;
    for (size_t i = 1; i < COUNT; i++)
        equal += set.hashes[i] == set.hashes[i - 1];
    CHECK(t, equal < 10); /* by chance 0.003 are expected */
}

/* Whatever is there, a part has the root of the whole; and no salt of what is not there. */
static void test_dictionary_part__has_the_same_root(zkl_test *t)
{
    zkl_bytes entries[11];
    zkl_digest whole, root;
    zkl_error err = { 0 };
    const size_t count = make_entries(t, entries, ZKL_COUNT(entries));
    REQUIRE_OK(t, &err,
               zkl_dictionary_root(&whole, ZKL_HASH_SHA3_256, test_key, entries, count, &err));
    for (unsigned mask = 0; mask < 1u << 11; mask += 37) {
        const uint8_t present[2] = { (uint8_t)mask, (uint8_t)(mask >> 8) };
        zkl_bytes known[11] = { 0 };
        zkl_dictionary_part part;
        REQUIRE_OK(t, &err,
                   zkl_dictionary_part_make(
                       &part, &t->arena,
                       &(zkl_dictionary_source){ ZKL_HASH_SHA3_256, test_key, entries, count },
                       present, &err));
        for (size_t i = 0; i < count; i++) {
            uint8_t salt[32];
            zkl_dictionary_salt(salt, test_key, (uint32_t)i);
            CHECK(t, (memcmp(salt, part.leaves[i], 32) == 0) == (mask >> i & 1));
            known[i] = mask >> i & 1 ? entries[i] : (zkl_bytes){ 0 };
        }
        REQUIRE_OK(t, &err, zkl_dictionary_part_root(&root, ZKL_HASH_SHA3_256, &part, known, &err));
        CHECK_MEM_EQ(t, root.bytes, whole.bytes, 32);
    }
}

/* A part of a part: the same root, and no salt besides those of what stays open. */
static void test_dictionary_part_narrow__closes_entries(zkl_test *t)
{
    zkl_bytes entries[6];
    zkl_digest whole, root;
    zkl_error err = { 0 };
    const size_t count = make_entries(t, entries, ZKL_COUNT(entries));
    const zkl_dictionary_source source = { ZKL_HASH_SHA3_256, test_key, entries, count };
    REQUIRE_OK(t, &err,
               zkl_dictionary_root(&whole, ZKL_HASH_SHA3_256, test_key, entries, count, &err));
    for (unsigned mask = 0; mask < 1u << 6; mask++)
        for (unsigned left = mask;; left = (left - 1) & mask) { /* each part of mask */
            const uint8_t present[1] = { (uint8_t)mask }, chosen[1] = { (uint8_t)left };
            zkl_bytes open[6] = { 0 }, known[6] = { 0 };
            zkl_dictionary_part part, narrow;
            for (size_t i = 0; i < count; i++) {
                open[i] = mask >> i & 1 ? entries[i] : (zkl_bytes){ 0 };
                known[i] = left >> i & 1 ? entries[i] : (zkl_bytes){ 0 };
            }
            REQUIRE_OK(t, &err, zkl_dictionary_part_make(&part, &t->arena, &source, present, &err));
            REQUIRE_OK(t, &err,
                       zkl_dictionary_part_narrow(&narrow, &t->arena, ZKL_HASH_SHA3_256, &part,
                                                  open, chosen, &err));
            for (size_t i = 0; i < count; i++) {
                uint8_t salt[32];
                zkl_dictionary_salt(salt, test_key, (uint32_t)i);
                CHECK(t, (memcmp(salt, narrow.leaves[i], 32) == 0) == (left >> i & 1));
            }
            REQUIRE_OK(t, &err,
                       zkl_dictionary_part_root(&root, ZKL_HASH_SHA3_256, &narrow, known, &err));
            CHECK_MEM_EQ(t, root.bytes, whole.bytes, 32);
            if (!left)
                break;
        }
}

/* Another entry, another salt or leaf: another root. */
static void test_dictionary_part__binds_entries_and_leaves(zkl_test *t)
{
    zkl_bytes entries[3];
    zkl_digest whole, root;
    zkl_error err = { 0 };
    const uint8_t present[1] = { 5 };
    zkl_dictionary_part part;
    const size_t count = make_entries(t, entries, ZKL_COUNT(entries));
    REQUIRE_OK(t, &err,
               zkl_dictionary_root(&whole, ZKL_HASH_SHA3_256, test_key, entries, count, &err));
    REQUIRE_OK(t, &err,
               zkl_dictionary_part_make(
                   &part, &t->arena,
                   &(zkl_dictionary_source){ ZKL_HASH_SHA3_256, test_key, entries, count }, present,
                   &err));
    for (size_t i = 0; i < count; i++) {
        uint8_t leaves[3][32];
        memcpy(leaves, part.leaves, sizeof leaves);
        leaves[i][31] ^= 1;
        const zkl_dictionary_part changed = { count, present, (const uint8_t(*)[32])leaves };
        REQUIRE_OK(t, &err,
                   zkl_dictionary_part_root(&root, ZKL_HASH_SHA3_256, &changed, entries, &err));
        CHECK(t, memcmp(root.bytes, whole.bytes, 32) != 0);
    }
    entries[2] = zkl_bytes_of_text("another");
    REQUIRE_OK(t, &err, zkl_dictionary_part_root(&root, ZKL_HASH_SHA3_256, &part, entries, &err));
    CHECK(t, memcmp(root.bytes, whole.bytes, 32) != 0);
}

/* Each entry opens at its code and at no other, under its root alone. */
static void test_dictionary_opens__entries_at_their_codes(zkl_test *t)
{
    zkl_bytes entries[11];
    zkl_digest roots[12];
    zkl_error err = { 0 };
    const size_t most = make_entries(t, entries, ZKL_COUNT(entries));
    for (size_t count = 1; count <= most; count++)
        REQUIRE_OK(
            t, &err,
            zkl_dictionary_root(&roots[count], ZKL_HASH_SHA3_256, test_key, entries, count, &err));
    for (size_t count = 1; count <= most; count++)
        for (uint32_t code = 0; code < count; code++) {
            const zkl_dictionary_source whole = { ZKL_HASH_SHA3_256, test_key, entries, count };
            zkl_dictionary_opening opening;
            REQUIRE_OK(t, &err, zkl_dictionary_open(&opening, &t->arena, &whole, code, &err));
            for (size_t other = 1; other <= most; other++)
                CHECK(t, zkl_dictionary_opens(&opening, ZKL_HASH_SHA3_256, entries[code],
                                              &roots[other]) == (other == count));
            CHECK(t, !zkl_dictionary_opens(&opening, ZKL_HASH_SHA3_256, entries[(code + 1) % most],
                                           &roots[count]));
            for (uint32_t said = 1; said <= most; said++) {
                zkl_dictionary_opening changed = opening;
                changed.entry_count = said;
                CHECK(t, zkl_dictionary_opens(&changed, ZKL_HASH_SHA3_256, entries[code],
                                              &roots[count]) == (said == count));
            }
        }
}

/* A tree that an owner makes so that code 1 is a leaf of two entries and, a level lower, one of
 * three: under any root one number of entries opens, and so one text. */
static void test_dictionary_opens__one_text_of_a_code(zkl_test *t)
{
    static const uint8_t salt[32] = { 1 };
    const zkl_bytes first = zkl_bytes_of_text("Aachen"), low = zkl_bytes_of_text("Berlin"),
                    high = zkl_bytes_of_text("Zug");
    const zkl_hash_algorithm hash = ZKL_HASH_SHA3_256;
    zkl_digest pair[2], top[2], tree, roots[3];
    zkl_dictionary_leaf(&pair[0], hash, salt, 0, first);
    zkl_dictionary_leaf(&pair[1], hash, salt, 1, low);
    zkl_merkle_nodes(&top[0], hash, 0x06, pair, 1);
    zkl_dictionary_leaf(&top[1], hash, salt, 1, high);
    zkl_merkle_nodes(&tree, hash, 0x06, top, 1);
    const zkl_digest low_path[2] = { pair[0], top[1] };
    const zkl_dictionary_opening of_two = { 1, 2, salt, &top[0], 1 },
                                 of_three = { 1, 3, salt, low_path, 2 };
    roots[0] = tree; /* the tree itself, and closed as one of two entries and as one of three */
    for (uint8_t i = 1; i <= 2; i++) {
        const uint8_t head[5] = { 0x07, 0, 0, 0, (uint8_t)(i + 1) };
        const zkl_bytes parts[] = { zkl_bytes_of(head, 5), zkl_bytes_of(tree.bytes, 32) };
        zkl_hash_parts(&roots[i], hash, parts, 2);
    }
    for (size_t i = 0; i < ZKL_COUNT(roots); i++) {
        CHECK(t, zkl_dictionary_opens(&of_two, hash, high, &roots[i]) == (i == 1));
        CHECK(t, zkl_dictionary_opens(&of_three, hash, low, &roots[i]) == (i == 2));
    }
}

/* Strings take the codes that are there. */
static void test_string_set_spread__gives_the_old_codes(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_string_set) set = { 0 };
    zkl_error err = { 0 };
    uint32_t code = 99;
    const uint8_t present[2] = { 0x12, 0x02 }; /* codes 1, 4, 9 */
    const char *const texts[] = { "c", "a", "b" };
    for (size_t i = 0; i < 3; i++)
        REQUIRE_OK(t, &err, zkl_string_set_add(&set, zkl_bytes_of_text(texts[i]), 100, &err));
    REQUIRE_OK(t, &err, zkl_string_set_sort(&set, &err));
    REQUIRE_OK(t, &err, zkl_string_set_spread(&set, present, 10, &err));
    CHECK(t, zkl_string_set_code(&code, &set, zkl_bytes_of_text("a")) && code == 1);
    CHECK(t, zkl_string_set_code(&code, &set, zkl_bytes_of_text("b")) && code == 4);
    CHECK(t, zkl_string_set_code(&code, &set, zkl_bytes_of_text("c")) && code == 9);
    CHECK(t, !zkl_string_set_code(&code, &set, zkl_bytes_of_text("d")));
    CHECK(t, !zkl_string_set_code(&code, &set, zkl_bytes_of_text("")));
    CHECK(t, set.entry_count == 10 && set.entries[0].size == 0 && set.entries[9].data[0] == 'c');
}

/* docs/formats/dictionary.md: magic, version, count, fields. */
static void test_dictionary_encode__is_as_documented(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    const zkl_bytes entries[] = { zkl_bytes_of_text("Bergen"), zkl_bytes_of_text("Oslo") };
    static const char want[] = "zkl/dict\0\0\0\1\0\0\0\2\0\0\0\6Bergen\0\0\0\4Oslo";
    zkl_dictionary_encode(&out, entries, 2);
    CHECK_UINT_EQ(t, out.size, sizeof want - 1);
    CHECK_MEM_EQ(t, out.data, want, sizeof want - 1);
}

static void test_dictionary_parse__undoes_encode(zkl_test *t)
{
    zkl_error err = { 0 };
    const zkl_bytes lists[][3] = {
        { { 0 } },
        { zkl_bytes_of_text("") },
        { zkl_bytes_of_text("a"), zkl_bytes_of_text("ab"), zkl_bytes_of_text("b") },
    };
    static const size_t counts[] = { 0, 1, 3 };
    for (size_t i = 0; i < ZKL_COUNT(lists); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        zkl_bytes *got;
        size_t count;
        zkl_dictionary_encode(&out, lists[i], counts[i]);
        REQUIRE_OK(t, &err,
                   zkl_dictionary_parse(&got, &count, &t->arena, zkl_buffer_bytes(&out), &err));
        CHECK_UINT_EQ(t, count, counts[i]);
        for (size_t k = 0; k < count; k++)
            CHECK(t, got[k].size == lists[i][k].size &&
                         (got[k].size == 0 ||
                          memcmp(got[k].data, lists[i][k].data, got[k].size) == 0));
        for (size_t cut = 0; cut < out.size; cut++)
            CHECK_STATUS(
                t, ZKL_BAD_INPUT,
                zkl_dictionary_parse(&got, &count, &t->arena, zkl_bytes_of(out.data, cut), &err));
    }
}

static void test_dictionary_parse__refuses(zkl_test *t)
{
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
#define CASE(text) { text, sizeof text - 1 }
        CASE("zkl/dicu\0\0\0\1\0\0\0\0"),                    /* magic */
        CASE("zkl/dict\0\0\0\2\0\0\0\0"),                    /* version */
        CASE("zkl/dict\0\0\0\1\0\0\0\0x"),                   /* something behind */
        CASE("zkl/dict\0\0\0\1\0\0\0\2\0\0\0\1b\0\0\0\1a"),  /* order */
        CASE("zkl/dict\0\0\0\1\0\0\0\2\0\0\0\1a\0\0\0\1a"),  /* twice */
        CASE("zkl/dict\0\0\0\1\0\0\0\2\0\0\0\2ab\0\0\0\1a"), /* a prefix behind */
        CASE("zkl/dict\0\0\0\1\0\1\0\1\0\0\0\1a"),           /* 65,537 entries */
        CASE("zkl/dict\0\0\0\1\0\0\0\1\1\0\0\1a"),           /* 16 MiB and a byte */
#undef CASE
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_bytes *got;
        size_t count;
        zkl_error err = { 0 };
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_dictionary_parse(&got, &count, &t->arena,
                                          zkl_bytes_of(cases[i].bytes, cases[i].size), &err));
    }
}

ZKL_TESTS(TEST(test_dictionary_opens__entries_at_their_codes),
          TEST(test_dictionary_opens__one_text_of_a_code),
          TEST(test_dictionary_part__has_the_same_root),
          TEST(test_dictionary_part__binds_entries_and_leaves),
          TEST(test_dictionary_part_narrow__closes_entries), TEST(test_string_set__is_keyed),
          TEST(test_string_set_spread__gives_the_old_codes),
          TEST(test_dictionary_encode__is_as_documented),
          TEST(test_dictionary_parse__undoes_encode), TEST(test_dictionary_parse__refuses))
