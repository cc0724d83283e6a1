/* The same file, owner secret, seed, randomness and clock: the same bytes, in another folder and at
 * another time. */
#include "record/receipt.h"
#include "service_testing.h"

typedef struct outcome {
    zkl_bytes bytes, envelope, data_key;
    zkl_receipt receipt; /* borrows from bytes */
} outcome;

static zkl_status notarise_world(zkl_test *t, outcome *out, uint64_t init_seed,
                                 uint64_t notarise_seed, bool plain, zkl_error *err)
{
    zkl_test init_source, notarise_source;
    service_world world;
    const zkl_env init_env = service_env(t, &init_source, init_seed);
    const zkl_env notarise_env = service_env(t, &notarise_source, notarise_seed);
    ZKL_TRY(service_world_make(t, &world, &init_env, err));
    ZKL_TRY(service_notarize(&world, plain, &notarise_env, err));
    ZKL_TRY(service_export(t, &out->bytes, &world, ZKL_EXPORT_RECEIPT, err));
    ZKL_TRY(service_export(t, &out->envelope, &world, ZKL_EXPORT_DSSE, err));
    ZKL_TRY(service_export(t, &out->data_key, &world, ZKL_EXPORT_DATA_KEY, err));
    return zkl_receipt_parse(&out->receipt, &t->arena, out->bytes, err);
}

static void check_same(zkl_test *t, const char *what, zkl_bytes a, zkl_bytes b)
{
    CHECK_UINT_EQ(t, a.size, b.size);
    if (a.size == b.size && memcmp(a.data, b.data, a.size) != 0)
        zkl_test_fail_mem(t, __FILE__, __LINE__, what, a.data, b.data, a.size);
}

static bool same(zkl_bytes a, zkl_bytes b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

static void test_golden__same_inputs_same_bytes(zkl_test *t)
{
    zkl_error err = { 0 };
    outcome a, b;
    REQUIRE_OK(t, &err, notarise_world(t, &a, 7, 8, false, &err));
    REQUIRE_OK(t, &err, notarise_world(t, &b, 7, 8, false, &err));
    check_same(t, "manifest", a.receipt.manifests[0], b.receipt.manifests[0]);
    REQUIRE(t, a.receipt.statement_count && b.receipt.statement_count == a.receipt.statement_count);
    for (size_t i = 0; i < a.receipt.statement_count; i++) {
        check_same(t, "statement", a.receipt.statements[i].compact,
                   b.receipt.statements[i].compact);
        check_same(t, "proof", a.receipt.statements[i].proof, b.receipt.statements[i].proof);
    }
    check_same(t, "entry", a.receipt.entry.envelope, b.receipt.entry.envelope);
    check_same(t, "envelope", a.envelope, b.envelope);
    check_same(t, "data key", a.data_key, b.data_key);
    check_same(t, "checkpoint", a.receipt.checkpoint, b.receipt.checkpoint);
    check_same(t, "receipt", a.bytes, b.bytes);
}

/* Same owner and seed, so the same commitments; masks and blinders of the proofs are drawn anew. */
static void test_golden__other_randomness_other_proofs(zkl_test *t)
{
    zkl_error err = { 0 };
    outcome a, b;
    REQUIRE_OK(t, &err, notarise_world(t, &a, 7, 8, true, &err));
    REQUIRE_OK(t, &err, notarise_world(t, &b, 7, 9, true, &err));
    check_same(t, "manifest", a.receipt.manifests[0], b.receipt.manifests[0]);
    check_same(t, "data key", a.data_key, b.data_key);
    REQUIRE(t, a.receipt.statement_count && b.receipt.statement_count == a.receipt.statement_count);
    for (size_t i = 0; i < a.receipt.statement_count; i++)
        CHECK(t, !same(a.receipt.statements[i].proof, b.receipt.statements[i].proof));
}

/* Another owner: nothing of the manifest that comes from the data is the same. */
static void test_golden__other_owner_other_commitments(zkl_test *t)
{
    zkl_error err = { 0 };
    outcome a, b;
    zkl_manifest m, n;
    REQUIRE_OK(t, &err, notarise_world(t, &a, 7, 8, true, &err));
    REQUIRE_OK(t, &err, notarise_world(t, &b, 10, 8, true, &err));
    REQUIRE_OK(t, &err, zkl_manifest_parse(&m, &t->arena, a.receipt.manifests[0], &err));
    REQUIRE_OK(t, &err, zkl_manifest_parse(&n, &t->arena, b.receipt.manifests[0], &err));
    REQUIRE(t, m.chunk_count == 1 && n.chunk_count == 1 && m.blocks_per_chunk == 2 &&
                   n.blocks_per_chunk == 2);
    CHECK(t, zkl_digest_equal(&m.seed, &n.seed));
    CHECK(t, !zkl_digest_equal(&m.content, &n.content));
    CHECK(t, !zkl_digest_equal(&m.table_root, &n.table_root));
    CHECK(t, !zkl_digest_equal(&m.row_roots[0], &n.row_roots[0]));
    for (size_t i = 0; i < 2; i++)
        CHECK(t, memcmp(m.blocks[i], n.blocks[i], ZKL_POINT_BYTES) != 0);
}

ZKL_TESTS(TEST(test_golden__same_inputs_same_bytes),
          TEST(test_golden__other_randomness_other_proofs),
          TEST(test_golden__other_owner_other_commitments))
