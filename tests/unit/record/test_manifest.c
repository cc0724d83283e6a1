/* Manifests: one encoding, consistent in themselves. The root is checked against the model's
 * vectors. */
#include "unit/ledger/ledger_fixture.h"

static bool sample(zkl_test *t, fixture_dataset *d)
{
    zkl_error err = { 0 };
    const zkl_digest ledger = { { 1 } }, powers = { { 2 } };
    return fixture_make_dataset(t, d, &ledger, &powers, 3, &err);
}

static void test_manifest_table_root__agrees_with_the_model(zkl_test *t)
{
    const json_t *encoding = json_object_get(test_vectors(t, "proof_model.json"), "encoding");
    const json_t *table = json_object_get(encoding, "table");
    const json_t *points = json_object_get(table, "commitments");
    const zkl_bytes row_root =
        test_hex(t, json_string_value(json_object_get(json_object_get(encoding, "rows"), "root")));
    const zkl_bytes want = test_hex(t, json_string_value(json_object_get(table, "chunk_leaf")));
    const zkl_bytes root = test_hex(t, json_string_value(json_object_get(table, "root")));
    uint8_t blocks[64][ZKL_POINT_BYTES];
    zkl_digest row, leaf;
    REQUIRE(t, json_array_size(points) && json_array_size(points) <= ZKL_COUNT(blocks) &&
                   row_root.size == 32);
    for (size_t i = 0; i < json_array_size(points); i++)
        memcpy(blocks[i], test_hex(t, json_string_value(json_array_get(points, i))).data,
               ZKL_POINT_BYTES);
    memcpy(row.bytes, row_root.data, 32);
    zkl_manifest_chunk_leaf(&leaf, ZKL_HASH_SHA3_256, 0, &row,
                            (const uint8_t(*)[ZKL_POINT_BYTES])blocks, json_array_size(points));
    CHECK_MEM_EQ(t, leaf.bytes, want.data, 32);
    const zkl_manifest one = { .schema = { .hash = ZKL_HASH_SHA3_256 },
                               .chunk_count = 1,
                               .blocks_per_chunk = json_array_size(points),
                               .row_roots = &row,
                               .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])blocks };
    zkl_manifest_table_root(&leaf, &one);
    CHECK_MEM_EQ(t, leaf.bytes, root.data, 32);
}

static void test_manifest_parse__undoes_encode(zkl_test *t)
{
    fixture_dataset d;
    zkl_error err = { 0 };
    zkl_buffer bytes = { 0 };
    zkl_manifest m, got;
    REQUIRE(t, sample(t, &d));
    m = d.manifest;
    const zkl_digest parents[] = { { { 4 } }, { { 3 } } };
    const zkl_public_file files[] = { { zkl_bytes_of_text("a.csv"), 10, { { 1 } }, { { 2 } } },
                                      { zkl_bytes_of_text("b.csv"), 20, { { 3 } }, { { 4 } } } };
    const zkl_bytes names[] = { files[0].name, files[1].name };
    const char *const nulls[] = { "NA", "n/a" };
    m.parents = parents;
    m.parent_count = 2;
    m.reading.null_texts = nulls;
    m.reading.null_text_count = 2;
    m.read_files = names;
    m.read_file_count = 2;
    m.files = files;
    m.file_count = 2;
    memset(m.seed.bytes, 7, 32);
    REQUIRE_OK(t, &err, zkl_manifest_encode(&bytes, &m, &err));
    REQUIRE_OK(t, &err, zkl_manifest_parse(&got, &t->arena, zkl_buffer_bytes(&bytes), &err));
    CHECK_UINT_EQ(t, got.row_count, 10);
    CHECK_UINT_EQ(t, got.files[1].size, 20);
    CHECK(t, zkl_reading_equal(&got.reading, &m.reading));
    CHECK(t, got.read_file_count == 2 && zkl_bytes_equal_text(got.read_files[1], "b.csv"));
    CHECK_MEM_EQ(t, got.parents, parents, sizeof parents);
    CHECK_MEM_EQ(t, &got.schema_hash, &d.manifest.schema_hash, 32);
    CHECK_MEM_EQ(t, got.blocks, d.block, sizeof d.block);
    zkl_buffer again = { 0 };
    REQUIRE_OK(t, &err, zkl_manifest_encode(&again, &got, &err));
    REQUIRE(t, again.size == bytes.size);
    CHECK_MEM_EQ(t, again.data, bytes.data, bytes.size);

    /* every changed byte, with the hash repaired too: refused, or another dataset that says so in
     * its id */
    for (size_t i = 0; i + 32 < bytes.size; i++) {
        zkl_digest hash, id, other;
        again.data[i] ^= 0x10;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_manifest_parse(&got, &t->arena,
                                        zkl_bytes_of(again.data, i < 12 ? 0 : again.size), &err));
        zkl_hash(&hash, ZKL_HASH_SHA3_256, again.data, again.size - 32);
        memcpy(again.data + again.size - 32, hash.bytes, 32);
        if (zkl_manifest_parse(&got, &t->arena, zkl_buffer_bytes(&again), &err) == ZKL_OK) {
            zkl_dataset_id(&id, zkl_buffer_bytes(&bytes));
            zkl_dataset_id(&other, zkl_buffer_bytes(&again));
            CHECK(t, memcmp(&id, &other, sizeof id) != 0);
        }
        memcpy(again.data, bytes.data, bytes.size);
    }
    zkl_buffer_clear(&again);
    zkl_buffer_clear(&bytes);
}

static void test_manifest_encode__refuses_what_does_not_fit(zkl_test *t)
{
    fixture_dataset d;
    zkl_buffer bytes = { 0 };
    zkl_error err = { 0 };
    REQUIRE(t, sample(t, &d));
    const zkl_manifest whole = d.manifest;
    zkl_manifest m = whole;
    const zkl_digest twice[2] = { { { 1 } }, { { 1 } } };
    const zkl_bytes unsorted[2] = { zkl_bytes_of_text("b"), zkl_bytes_of_text("a") };
    const zkl_public_file digests[2] = { { .name = fixture_file },
                                         { .name = zkl_bytes_of_text("b") } };
    const zkl_circuit_id circuits[2] = { { .name = "F20" }, { .name = "F18" } },
                         odd[1] = { { .name = "18" } };
#define REFUSED(change)                                                                            \
    do {                                                                                           \
        m = whole;                                                                                 \
        change;                                                                                    \
        CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_manifest_encode(&bytes, &m, &err));                     \
    } while (0)
    REFUSED(m.row_count = 0);
    REFUSED(m.row_count = 65537);
    REFUSED(m.row_count = (uint64_t)1 << 40);
    REFUSED(m.blocks_per_chunk = 2);
    REFUSED(m.chunk_count = 0);
    REFUSED(m.table_root.bytes[0] ^= 1);
    REFUSED(m.schema.column_count = 0);
    REFUSED((m.parents = twice, m.parent_count = 2));
    REFUSED((m.read_files = unsorted, m.read_file_count = 2));
    REFUSED(m.read_file_count = 0);
    REFUSED((m.files = digests, m.file_count = 2));     /* of more files than were read */
    REFUSED((m.files = digests + 1, m.file_count = 1)); /* of another file */
    REFUSED((m.files = digests, m.file_count = 1, m.read_files = NULL)); /* of a hidden name */
    REFUSED(m.reading.quote = "9");
    REFUSED(m.reading.format = NULL);
    REFUSED((m.circuits = circuits, m.circuit_count = 2));
    REFUSED((m.circuits = odd, m.circuit_count = 1));
    m = whole;
    m.parent_count = ZKL_MANIFEST_PARENTS_MAX + 1;
    CHECK_STATUS(t, ZKL_LIMIT, zkl_manifest_encode(&bytes, &m, &err));
    CHECK_UINT_EQ(t, bytes.size, 0);
}

/* Manifests of version 1 did not say how the file was read. */
static void test_manifest_parse__version_1_is_refused_with_words(zkl_test *t)
{
    uint8_t old[8 + 4 + 32] = "zkl/mfst\0\0\0\1";
    zkl_manifest m;
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                 zkl_manifest_parse(&m, &t->arena, zkl_bytes_of(old, sizeof old), &err));
    CHECK(t, strstr(err.text, "version 0.1, which does not bind how the file was read"));
}

/* A signer who writes a quote that values are made of, his hash repaired. */
static void test_manifest_parse__refuses_a_hostile_reading(zkl_test *t)
{
    static const uint8_t place[] = "quote\0\0\0\1\"";
    fixture_dataset d;
    zkl_digest hash;
    zkl_manifest m;
    zkl_error err = { 0 };
    REQUIRE(t, sample(t, &d));
    uint8_t *bytes = zkl_arena_copy(&t->arena, d.manifest_bytes.data, d.manifest_bytes.size);
    uint8_t *found = memmem(bytes, d.manifest_bytes.size, place, sizeof place - 1);
    REQUIRE(t, found != NULL);
    for (const char *quote = "9a.-+ ,\n"; *quote; quote++) {
        found[sizeof place - 2] = (uint8_t)*quote;
        zkl_hash(&hash, ZKL_HASH_SHA3_256, bytes, d.manifest_bytes.size - 32);
        memcpy(bytes + d.manifest_bytes.size - 32, hash.bytes, 32);
        CHECK_STATUS(
            t, ZKL_BAD_INPUT,
            zkl_manifest_parse(&m, &t->arena, zkl_bytes_of(bytes, d.manifest_bytes.size), &err));
        CHECK(t, strstr(err.text, *quote == ',' ? "at once" : "is no quote") != NULL);
    }
}

/* One option changed: another dataset. */
static void test_manifest__another_reading_is_another_dataset(zkl_test *t)
{
    fixture_dataset d;
    zkl_error err = { 0 };
    REQUIRE(t, sample(t, &d));
    static const char *const null[] = { "5000" };
    const zkl_bytes other_file = zkl_bytes_of_text("others.csv");
    zkl_manifest changed[10];
    for (size_t i = 0; i < ZKL_COUNT(changed); i++)
        changed[i] = d.manifest;
    changed[0].reading.delimiter = ";";
    changed[1].reading.quote = "'";
    changed[2].reading.encoding = "latin-1";
    changed[3].reading.header = ZKL_NO;
    changed[4].reading.null_quoted = ZKL_YES;
    changed[5].reading.null_texts = null;
    changed[5].reading.null_text_count = 1;
    changed[6].reading.columns_chosen = ZKL_YES;
    changed[7].reading = (zkl_reading){ .format = "json", .columns_chosen = ZKL_NO };
    changed[8].read_files = &other_file;
    changed[9].read_files = NULL;
    for (size_t i = 0; i < ZKL_COUNT(changed); i++) {
        zkl_buffer bytes = { 0 };
        zkl_manifest got;
        zkl_digest id;
        REQUIRE_OK(t, &err, zkl_manifest_encode(&bytes, &changed[i], &err));
        REQUIRE_OK(t, &err, zkl_manifest_parse(&got, &t->arena, zkl_buffer_bytes(&bytes), &err));
        CHECK(t, zkl_reading_equal(&got.reading, &changed[i].reading));
        CHECK(t, (got.read_files != NULL) == (i != 9));
        zkl_dataset_id(&id, zkl_buffer_bytes(&bytes));
        CHECK(t, !zkl_digest_equal(&id, &d.id));
        zkl_buffer_clear(&bytes);
    }
}

static void test_manifest_parse__allocation_failure(zkl_test *t)
{
    fixture_dataset d;
    REQUIRE(t, sample(t, &d));
    for (uint64_t nth = 1; nth < 100; nth++) {
        zkl_arena arena = { 0 };
        zkl_manifest m;
        zkl_malloc_fail_after(nth);
        const zkl_status status = zkl_manifest_parse(&m, &arena, d.manifest_bytes, NULL);
        zkl_malloc_fail_after(0);
        zkl_arena_clear(&arena);
        if (status == ZKL_OK)
            return;
        CHECK_STATUS(t, ZKL_NO_MEMORY, status);
    }
    FAIL(t, "never succeeds");
}

static void test_ids__names_and_ledger_id(zkl_test *t)
{
    zkl_bytes name;
    uint32_t version;
    zkl_digest id;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err,
               zkl_dataset_ref_parse(&name, &version, zkl_bytes_of_text("a_b.c-1@12"), &err));
    CHECK(t, name.size == 7 && version == 12);
    REQUIRE_OK(t, &err, zkl_dataset_ref_parse(&name, &version, zkl_bytes_of_text("x"), &err));
    CHECK(t, name.size == 1 && version == 0);
    static const char *const bad[] = { "",   "@1", "a@",  "a@0", "a@01",    "a@-1", "a@1234567890",
                                       ".a", "-a", "a b", "a/b", "\xc3\xa9" };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        CHECK_STATUS(t, ZKL_USAGE,
                     zkl_dataset_ref_parse(&name, &version, zkl_bytes_of_text(bad[i]), &err));
    /* hashlib.sha3_256(b"zkl/v1/ledger\0" + b"test+01234567+AQ==") */
    zkl_ledger_id(&id, zkl_bytes_of_text("test+01234567+AQ=="));
    CHECK_MEM_EQ(
        t, id.bytes,
        test_hex(t, "71a71296e0d52c99e64ac815681259a163bdbb3f7d6a5efc123130ccef016bb6").data, 32);
}

ZKL_TESTS(TEST(test_manifest_table_root__agrees_with_the_model),
          TEST(test_manifest_parse__undoes_encode),
          TEST(test_manifest_encode__refuses_what_does_not_fit),
          TEST(test_manifest_parse__version_1_is_refused_with_words),
          TEST(test_manifest_parse__refuses_a_hostile_reading),
          TEST(test_manifest__another_reading_is_another_dataset),
          TEST(test_manifest_parse__allocation_failure), TEST(test_ids__names_and_ledger_id))
