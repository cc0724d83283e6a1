#include "hash/merkle.h"

#include "testing.h"

enum { SIZE_MAX_TESTED = 64 };

/* The definition of RFC 6962 section 2.1, by recursion. */
static zkl_digest root_by_definition(zkl_hash_algorithm algorithm, uint8_t prefix,
                                     const zkl_digest *leaves, size_t count)
{
    zkl_digest out;
    if (count == 0)
        zkl_hash(&out, algorithm, NULL, 0);
    if (count == 1)
        out = leaves[0];
    if (count > 1) {
        size_t k = 1;
        while (2 * k < count)
            k *= 2;
        zkl_digest left = root_by_definition(algorithm, prefix, leaves, k);
        zkl_digest right = root_by_definition(algorithm, prefix, leaves + k, count - k);
        const zkl_bytes parts[] = { { &prefix, 1 }, { left.bytes, 32 }, { right.bytes, 32 } };
        zkl_hash_parts(&out, algorithm, parts, 3);
    }
    return out;
}

static zkl_digest *random_leaves(zkl_test *t, size_t count)
{
    zkl_digest *leaves = ZKL_ARENA_NEW(&t->arena, zkl_digest, count);
    test_random_bytes(t, leaves, count * sizeof *leaves);
    return leaves;
}

static zkl_digest *copy_leaves(zkl_test *t, const zkl_digest *leaves, size_t count)
{
    return zkl_arena_copy(&t->arena, leaves, count * sizeof *leaves);
}

/* Every size, every algorithm, two prefixes: the root is the definition's, pushed one by one it is
 * the same, and the tree can be asked at every size on the way. */
static void test_merkle_root__is_the_definition(zkl_test *t)
{
    zkl_digest *leaves = random_leaves(t, 600);
    for (int a = ZKL_HASH_SHA3_256; a <= ZKL_HASH_SHA_256; a++) {
        const zkl_hash_algorithm algorithm = (zkl_hash_algorithm)a;
        const uint8_t prefix = a == ZKL_HASH_SHA3_256 ? 0x03 : 0x01;
        zkl_merkle_peaks peaks = { .algorithm = algorithm, .node_prefix = prefix };
        for (size_t n = 0; n <= 600; n++) {
            zkl_digest got;
            if (n)
                zkl_merkle_peaks_push(&peaks, &leaves[n - 1]);
            if (n > SIZE_MAX_TESTED && n != 127 && n != 128 && n != 129 && n != 511 && n != 600)
                continue;
            zkl_digest want = root_by_definition(algorithm, prefix, leaves, n);
            zkl_merkle_root(&got, algorithm, prefix, copy_leaves(t, leaves, n), n);
            CHECK_MEM_EQ(t, got.bytes, want.bytes, 32);
            zkl_merkle_peaks_root(&got, &peaks);
            CHECK_MEM_EQ(t, got.bytes, want.bytes, 32);
        }
    }
}

static void check_path_refused(zkl_test *t, zkl_hash_algorithm algorithm, const zkl_digest *leaf,
                               size_t index, size_t n, const zkl_digest *path, size_t path_count,
                               const zkl_digest *root)
{
    if (zkl_merkle_path_verify(algorithm, 3, &(zkl_merkle_place){ leaf, index, n }, path,
                               path_count, root))
        FAIL(t, "accepted: index %zu of %zu, %zu digests", index, n, path_count);
}

/* Each byte of leaf, root and path changed; for the slower algorithm one random byte of each
 * digest. */
static void check_path_bytes(zkl_test *t, zkl_hash_algorithm algorithm, const zkl_digest *leaf,
                             size_t index, size_t n, const zkl_digest *path, size_t path_count,
                             const zkl_digest *root)
{
    zkl_digest all[ZKL_MERKLE_PATH_MAX + 2];
    all[0] = *leaf;
    all[1] = *root;
    memcpy(&all[2], path, path_count * sizeof *path);
    for (size_t d = 0; d < path_count + 2; d++) {
        size_t from = algorithm == ZKL_HASH_SHA_256 ? 0 : (size_t)test_random_below(t, 32);
        size_t to = algorithm == ZKL_HASH_SHA_256 ? 32 : from + 1;
        for (size_t b = from; b < to; b++) {
            const uint8_t change = (uint8_t)(1 + test_random_below(t, 255));
            all[d].bytes[b] ^= change;
            check_path_refused(t, algorithm, &all[0], index, n, &all[2], path_count, &all[1]);
            all[d].bytes[b] ^= change;
        }
    }
}

/* Every size up to 64 and every index: the path proves its leaf, and nothing else. */
static void check_paths(zkl_test *t, zkl_hash_algorithm algorithm)
{
    zkl_digest *leaves = random_leaves(t, SIZE_MAX_TESTED);
    for (size_t n = 1; n <= SIZE_MAX_TESTED; n++) {
        zkl_digest root = root_by_definition(algorithm, 3, leaves, n);
        for (size_t index = 0; index < n; index++) {
            zkl_digest path[ZKL_MERKLE_PATH_MAX + 1], longer[ZKL_MERKLE_PATH_MAX + 1];
            size_t count = zkl_merkle_path(path, algorithm, 3, copy_leaves(t, leaves, n), n, index);
            const zkl_digest *leaf = &leaves[index];
            CHECK(t, zkl_merkle_path_verify(algorithm, 3, &(zkl_merkle_place){ leaf, index, n },
                                            path, count, &root));
            CHECK(t, !zkl_merkle_path_verify(algorithm, 1, &(zkl_merkle_place){ leaf, index, n },
                                             path, count, &root) ||
                         n == 1);
            check_path_bytes(t, algorithm, leaf, index, n, path, count, &root);
            for (size_t other = 0; other < n + 2; other++) {
                if (other != index)
                    check_path_refused(t, algorithm, leaf, other, n, path, count, &root);
            }
            /* wrong lengths: one less, one more in front and behind, far too many */
            if (count) {
                check_path_refused(t, algorithm, leaf, index, n, path, count - 1, &root);
                check_path_refused(t, algorithm, leaf, index, n, path + 1, count - 1, &root);
            }
            path[count] = root;
            check_path_refused(t, algorithm, leaf, index, n, path, count + 1, &root);
            longer[0] = root;
            memcpy(longer + 1, path, count * sizeof *path);
            check_path_refused(t, algorithm, leaf, index, n, longer, count + 1, &root);
            check_path_refused(t, algorithm, leaf, index, n, path, ZKL_MERKLE_PATH_MAX + 1, &root);
            check_path_refused(t, algorithm, leaf, index, 0, path, count, &root);
        }
        zkl_arena_clear(&t->arena);
        leaves = random_leaves(t, SIZE_MAX_TESTED);
    }
}

static void test_merkle_path__sha256_every_byte(zkl_test *t)
{
    check_paths(t, ZKL_HASH_SHA_256);
}

static void test_merkle_path__sha3_every_digest(zkl_test *t)
{
    check_paths(t, ZKL_HASH_SHA3_256);
}

static void test_merkle_path__blake3_every_digest(zkl_test *t)
{
    check_paths(t, ZKL_HASH_BLAKE3);
}

/* Sizes only a log of the far future has: the arithmetic holds up to 2^64 - 1 leaves. The tree is
 * one path of random siblings, its root computed from the leaf by the index's bits. */
static void test_merkle_path__huge_sizes(zkl_test *t)
{
    for (unsigned height = 1; height < 64; height++) {
        const uint64_t n = (uint64_t)1 << height, index = test_random_u64(t) & (n - 1);
        zkl_digest *path = random_leaves(t, height), *leaf = random_leaves(t, 1);
        zkl_digest node = *leaf;
        for (unsigned level = 0; level < height; level++) {
            const bool right = index >> level & 1;
            const zkl_digest pair[2] = { right ? path[level] : node, right ? node : path[level] };
            zkl_merkle_nodes(&node, ZKL_HASH_SHA_256, 1, pair, 1);
        }
        CHECK(t, zkl_merkle_path_verify(ZKL_HASH_SHA_256, 1, &(zkl_merkle_place){ leaf, index, n },
                                        path, height, &node));
        CHECK(t, !zkl_merkle_path_verify(ZKL_HASH_SHA_256, 1,
                                         &(zkl_merkle_place){ leaf, index ^ 1, n }, path, height,
                                         &node));
        CHECK(t, !zkl_merkle_path_verify(ZKL_HASH_SHA_256, 1,
                                         &(zkl_merkle_place){ leaf, index, n * 2 }, path, height,
                                         &node));
        CHECK(t, !zkl_merkle_path_verify(ZKL_HASH_SHA_256, 1,
                                         &(zkl_merkle_place){ leaf, UINT64_MAX, UINT64_MAX }, path,
                                         height, &node));
    }
}

/* out may be the pairs themselves, whatever the count. */
static void test_merkle_nodes__in_place(zkl_test *t)
{
    for (size_t count = 0; count <= 40; count++) {
        zkl_digest *pairs = random_leaves(t, 2 * count + 1);
        zkl_digest *work = copy_leaves(t, pairs, 2 * count + 1);
        zkl_merkle_nodes(work, ZKL_HASH_SHA3_256, 0x06, work, count);
        for (size_t i = 0; i < count; i++) {
            zkl_digest want = root_by_definition(ZKL_HASH_SHA3_256, 0x06, pairs + 2 * i, 2);
            CHECK_MEM_EQ(t, work[i].bytes, want.bytes, 32);
        }
        CHECK_MEM_EQ(t, work[2 * count].bytes, pairs[2 * count].bytes, 32);
    }
}

/* ---- RFC 6962 */
static zkl_digest digest_of_hex(zkl_test *t, const json_t *hex)
{
    zkl_digest out = { { 0 } };
    zkl_bytes bytes = test_hex(t, json_string_value(hex));
    CHECK_UINT_EQ(t, bytes.size, 32);
    memcpy(out.bytes, bytes.data, 32);
    return out;
}

static zkl_digest *published_leaves(zkl_test *t, const json_t *vectors)
{
    const json_t *entries = json_object_get(vectors, "leaves");
    zkl_digest *leaves = ZKL_ARENA_NEW(&t->arena, zkl_digest, 8);
    for (size_t i = 0; i < 8; i++)
        zkl_rfc6962_leaf(&leaves[i], test_hex(t, json_string_value(json_array_get(entries, i))));
    return leaves;
}

static void check_path_is(zkl_test *t, const zkl_digest *got, size_t got_count, const json_t *want)
{
    REQUIRE(t, got_count == json_array_size(want));
    for (size_t i = 0; i < got_count; i++) {
        zkl_digest digest = digest_of_hex(t, json_array_get(want, i));
        CHECK_MEM_EQ(t, got[i].bytes, digest.bytes, 32);
    }
}

static size_t number(const json_t *object, const char *key)
{
    return (size_t)json_integer_value(json_object_get(object, key));
}

/* The roots and proofs every Certificate Transparency implementation is tested with. */
static void test_rfc6962__published_roots_and_proofs(zkl_test *t)
{
    const json_t *vectors = json_object_get(test_vectors(t, "hash.json"), "rfc6962");
    const json_t *roots = json_object_get(vectors, "roots");
    const json_t *inclusion = json_object_get(vectors, "inclusion");
    const json_t *consistency = json_object_get(vectors, "consistency");
    zkl_digest path[ZKL_MERKLE_PATH_MAX];
    REQUIRE(t, json_array_size(roots) == 9 && json_array_size(inclusion) == 4);
    REQUIRE(t, json_array_size(consistency) == 5);
    for (size_t n = 0; n <= 8; n++) {
        zkl_digest got, want = digest_of_hex(t, json_array_get(roots, n));
        zkl_merkle_root(&got, ZKL_HASH_SHA_256, 1, published_leaves(t, vectors), n);
        CHECK_MEM_EQ(t, got.bytes, want.bytes, 32);
    }
    /* a tree of two is one node, which may be written over either side */
    const zkl_digest two = digest_of_hex(t, json_array_get(roots, 2));
    zkl_digest *const pair = published_leaves(t, vectors), left = pair[0];
    zkl_rfc6962_node(&pair[0], &pair[0], &pair[1]);
    CHECK_MEM_EQ(t, pair[0].bytes, two.bytes, 32);
    zkl_rfc6962_node(&pair[1], &left, &pair[1]);
    CHECK_MEM_EQ(t, pair[1].bytes, two.bytes, 32);
    for (size_t i = 0; i < json_array_size(inclusion); i++) {
        const json_t *one = json_array_get(inclusion, i);
        size_t count = zkl_merkle_path(path, ZKL_HASH_SHA_256, 1, published_leaves(t, vectors),
                                       number(one, "size"), number(one, "index"));
        check_path_is(t, path, count, json_object_get(one, "path"));
    }
    for (size_t i = 0; i < json_array_size(consistency); i++) {
        const json_t *one = json_array_get(consistency, i);
        size_t count = zkl_rfc6962_consistency(path, published_leaves(t, vectors),
                                               number(one, "size"), number(one, "old"));
        check_path_is(t, path, count, json_object_get(one, "path"));
    }
}

typedef struct growth {
    uint64_t old_count, leaf_count;
    zkl_digest old_root, root;
    zkl_digest path[ZKL_MERKLE_PATH_MAX + 1];
    size_t path_count;
} growth;

static bool accepts(const growth *g)
{
    return zkl_rfc6962_consistency_verify(g->old_count, &g->old_root, g->leaf_count, &g->root,
                                          g->path, g->path_count);
}

/* Every byte that the verdict must depend on; a changed one is refused. */
static void check_growth_bytes(zkl_test *t, growth *g)
{
    for (size_t d = 0; d < g->path_count + 2; d++) {
        zkl_digest *digest = d == 0 ? &g->old_root : d == 1 ? &g->root : &g->path[d - 2];
        for (size_t b = 0; b < 32; b++) {
            const uint8_t change = (uint8_t)(1 + test_random_below(t, 255));
            digest->bytes[b] ^= change;
            if (accepts(g))
                FAIL(t, "accepted: %llu in %llu, digest %zu byte %zu",
                     (unsigned long long)g->old_count, (unsigned long long)g->leaf_count, d, b);
            digest->bytes[b] ^= change;
        }
    }
}

static void check_growth_lengths(zkl_test *t, const growth *good)
{
    growth g = *good;
    g.path[g.path_count++] = good->root;
    CHECK(t, !accepts(&g)); /* one more at the end */
    memcpy(g.path + 1, good->path, good->path_count * sizeof g.path[0]);
    g.path[0] = good->old_root;
    CHECK(t, !accepts(&g)); /* one more in front */
    g = *good;
    if (g.path_count) {
        g.path_count--;
        CHECK(t, !accepts(&g));
        memmove(g.path, good->path + 1, g.path_count * sizeof g.path[0]);
        CHECK(t, !accepts(&g));
    }
    g = *good;
    g.path_count = ZKL_MERKLE_PATH_MAX + 1;
    CHECK(t, !accepts(&g));
}

/* Every pair of sizes up to 40. */
static void test_rfc6962_consistency__every_pair(zkl_test *t)
{
    enum { MOST = 40 };
    zkl_digest leaves[MOST], roots[MOST + 1];
    test_random_bytes(t, leaves, sizeof leaves);
    for (size_t n = 0; n <= MOST; n++)
        roots[n] = root_by_definition(ZKL_HASH_SHA_256, 1, leaves, n);
    for (size_t n = 1; n <= MOST; n++) {
        for (size_t m = 1; m <= n; m++) {
            growth g = { .old_count = m, .leaf_count = n, .old_root = roots[m], .root = roots[n] };
            g.path_count = zkl_rfc6962_consistency(g.path, copy_leaves(t, leaves, n), n, m);
            CHECK(t, accepts(&g));
            check_growth_bytes(t, &g);
            check_growth_lengths(t, &g);
            for (size_t other = 0; other <= MOST; other++) {
                growth wrong = g;
                wrong.old_count = other;
                CHECK(t, other == m || !accepts(&wrong));
                wrong.old_count = m;
                wrong.leaf_count =
                    other; /* the same path may serve two sizes, never with this root */
                wrong.root = roots[other];
                CHECK(t, other == n || !accepts(&wrong));
            }
        }
    }
}

/* The empty tree is a prefix of every tree, but only with its own root and no path; nothing
 * shrinks. */
static void test_rfc6962_consistency__empty_and_shrinking(zkl_test *t)
{
    zkl_digest *leaves = random_leaves(t, 3);
    growth g = { .old_count = 0,
                 .leaf_count = 3,
                 .root = root_by_definition(ZKL_HASH_SHA_256, 1, leaves, 3) };
    CHECK(t, !accepts(&g));
    zkl_hash(&g.old_root, ZKL_HASH_SHA_256, NULL, 0);
    CHECK(t, accepts(&g));
    g.path_count = 1;
    CHECK(t, !accepts(&g));
    g = (growth){ .old_count = 0, .leaf_count = 0, .old_root = g.old_root, .root = g.old_root };
    CHECK(t, accepts(&g));
    g = (growth){ .old_count = 3, .leaf_count = 2, .old_root = g.old_root, .root = g.old_root };
    CHECK(t, !accepts(&g));
    g = (growth){ .old_count = UINT64_MAX, .leaf_count = 1 };
    CHECK(t, !accepts(&g));
    g = (growth){ .old_count = 1, .leaf_count = UINT64_MAX, .path_count = ZKL_MERKLE_PATH_MAX };
    CHECK(t, !accepts(&g));
}

/* ---- The model's trees: dictionary entries, rows, chunks. */
static void check_model_tree(zkl_test *t, const char *part, const char *leaves_key, uint8_t prefix,
                             const char *root_key)
{
    const json_t *encoding = json_object_get(test_vectors(t, "proof_model.json"), "encoding");
    const json_t *object = json_object_get(encoding, part),
                 *hexes = json_object_get(object, leaves_key);
    const size_t count = json_array_size(hexes);
    zkl_digest *leaves = ZKL_ARENA_NEW(&t->arena, zkl_digest, count);
    REQUIRE(t, count == 3);
    for (size_t i = 0; i < count; i++)
        leaves[i] = digest_of_hex(t, json_array_get(hexes, i));
    zkl_digest got, want = digest_of_hex(t, json_object_get(object, root_key));
    zkl_merkle_root(&got, ZKL_HASH_SHA3_256, prefix, leaves, count);
    CHECK_MEM_EQ(t, got.bytes, want.bytes, 32);
}

static void test_merkle_root__model_trees(zkl_test *t)
{
    check_model_tree(t, "dictionary", "leaves", 0x06, "tree");
    check_model_tree(t, "rows", "leaves", 0x03, "root");
    check_model_tree(t, "table", "leaves_of_3_chunks", 0x01, "root_of_3_chunks");
}

static zkl_bytes item(zkl_test *t, const json_t *object, const char *key, size_t i)
{
    return test_hex(t, json_string_value(json_array_get(json_object_get(object, key), i)));
}

/* Leaves from their parts: H(0x05, salt, u32 code, entry), H(0x02, salt, row bytes), H(0x00, u64
 * chunk, row root, commitments). */
static void test_merkle__model_leaves(zkl_test *t)
{
    const json_t *encoding = json_object_get(test_vectors(t, "proof_model.json"), "encoding");
    const json_t *dictionary = json_object_get(encoding, "dictionary");
    const json_t *rows = json_object_get(encoding, "rows"),
                 *table = json_object_get(encoding, "table");
    static const uint8_t entry_prefix = 0x05, row_prefix = 0x02, chunk_prefix[9] = { 0 };
    zkl_digest got;
    for (size_t i = 0; i < 3; i++) {
        uint8_t code[4];
        zkl_be32_put(code, (uint32_t)i);
        const zkl_bytes entry[] = { { &entry_prefix, 1 },
                                    item(t, dictionary, "salts", i),
                                    { code, 4 },
                                    item(t, dictionary, "entries", i) };
        zkl_hash_parts(&got, ZKL_HASH_SHA3_256, entry, ZKL_COUNT(entry));
        CHECK_MEM_EQ(t, got.bytes, item(t, dictionary, "leaves", i).data, 32);
        const zkl_bytes row[] = { { &row_prefix, 1 },
                                  item(t, rows, "salts", i),
                                  item(t, rows, "bytes", i) };
        zkl_hash_parts(&got, ZKL_HASH_SHA3_256, row, ZKL_COUNT(row));
        CHECK_MEM_EQ(t, got.bytes, item(t, rows, "leaves", i).data, 32);
    }
    zkl_bytes parts[32] = { { chunk_prefix, 9 } };
    const size_t count = json_array_size(json_object_get(table, "commitments"));
    REQUIRE(t, count > 0 && count <= 30);
    parts[1] = test_hex(t, json_string_value(json_object_get(rows, "root")));
    for (size_t i = 0; i < count; i++)
        parts[2 + i] = item(t, table, "commitments", i);
    zkl_hash_parts(&got, ZKL_HASH_SHA3_256, parts, 2 + count);
    zkl_digest want = digest_of_hex(t, json_object_get(table, "chunk_leaf"));
    CHECK_MEM_EQ(t, got.bytes, want.bytes, 32);
}

ZKL_TESTS(TEST(test_merkle_root__is_the_definition), TEST(test_merkle_path__sha256_every_byte),
          TEST(test_merkle_path__sha3_every_digest), TEST(test_merkle_path__blake3_every_digest),
          TEST(test_merkle_path__huge_sizes), TEST(test_merkle_nodes__in_place),
          TEST(test_rfc6962__published_roots_and_proofs),
          TEST(test_rfc6962_consistency__every_pair),
          TEST(test_rfc6962_consistency__empty_and_shrinking), TEST(test_merkle_root__model_trees),
          TEST(test_merkle__model_leaves))
