/* Later versions of a dataset: unchanged chunks keep their bytes in the manifest, dictionaries are
 * found again, every version can be recomputed from its data. */
#include <unistd.h>

#include "keys/datakey.h"
#include "ledger/ledger.h"
#include "record/receipt.h"
#include "service_testing.h"

#define CHUNK_ROWS 65536

typedef struct versions {
    service_world world;
    zkl_env env;
    zkl_test source;
} versions;

static zkl_status make_world(zkl_test *t, versions *out, uint64_t seed, zkl_error *err)
{
    out->env = service_env(t, &out->source, seed);
    return service_world_make(t, &out->world, &out->env, err);
}

/* `count` rows of one column: row i holds names[i % name_count]. */
static const char *write_names(zkl_test *t, const versions *v, const char *file,
                               const char *const *names, size_t name_count, size_t count,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const char *path = zkl_arena_format(&t->arena, "%s.%s", v->world.table, file);
    zkl_buffer_put_text(&text, "city\n");
    for (size_t i = 0; i < count; i++)
        zkl_buffer_format(&text, "%s\n", names[i % name_count]);
    if (zkl_file_write(path, zkl_buffer_bytes(&text), 0644, err) != ZKL_OK)
        FAIL(t, "%s", err->text);
    return path;
}

static zkl_status notarise(versions *v, zkl_notarize_result *out, const char *path, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_open_world(&ledger, &v->world, &v->env, err));
    const zkl_notarize_request request = {
        .name = "cities", .files = &path, .file_count = 1, .reading.format = "csv"
    };
    return zkl_notarize(out, ledger, &request, &v->env, err);
}

static zkl_status export_version(zkl_test *t, zkl_bytes *out, const versions *v, unsigned version,
                                 zkl_export_format format, zkl_error *err)
{
    uint64_t size;
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    const char *path = zkl_arena_format(&t->arena, "%s.export", v->world.table);
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_open_world(&ledger, &v->world, &v->env, err));
    const zkl_export_request request = { .reference =
                                             zkl_arena_format(&t->arena, "cities@%u", version),
                                         .format = format,
                                         .output = path };
    ZKL_TRY(zkl_export(&size, ledger, &request, NULL, err));
    ZKL_TRY(zkl_file_read(&bytes, path, (size_t)1 << 24, err));
    unlink(path); /* the next may be another's: no key file is overwritten */
    *out = zkl_bytes_of(zkl_arena_copy(&t->arena, bytes.data, bytes.size), bytes.size);
    return ZKL_OK;
}

static zkl_status manifest_of(zkl_test *t, zkl_manifest *out, const versions *v, unsigned version,
                              zkl_error *err)
{
    zkl_bytes bytes;
    zkl_receipt receipt;
    ZKL_TRY(export_version(t, &bytes, v, version, ZKL_EXPORT_RECEIPT, err));
    ZKL_TRY(zkl_receipt_parse(&receipt, &t->arena, bytes, err));
    return zkl_manifest_parse(out, &t->arena, receipt.manifests[0], err);
}

/* From the ledger's own data key, and as somebody else with the exported one. */
static void check_recomputes(zkl_test *t, const versions *v, unsigned version, const char *path,
                             zkl_status want)
{
    zkl_error err = { 0 };
    zkl_verify_result result = { 0 };
    zkl_keys_result keys = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    REQUIRE_OK(t, &err, service_open_world(&ledger, &v->world, &v->env, &err));
    zkl_verify_data_request request = { .reference =
                                            zkl_arena_format(&t->arena, "cities@%u", version),
                                        .files = &path,
                                        .file_count = 1 };
    const zkl_status own = zkl_verify_data(&result, ledger, &request, &v->env, &err);
    if (own != want)
        FAIL(t, "version %u: %s", version, err.text);
    zkl_arena_clear(&result.memory);
    REQUIRE_OK(t, &err, zkl_keys_show(&keys, ledger, &err));
    request.setup_cache = SERVICE_CACHE;
    request.reference = NULL;
    request.trust = zkl_bytes_of_text(keys.trust);
    REQUIRE_OK(t, &err, export_version(t, &request.receipt, v, version, ZKL_EXPORT_RECEIPT, &err));
    REQUIRE_OK(t, &err,
               export_version(t, &request.data_key, v, version, ZKL_EXPORT_DATA_KEY, &err));
    const zkl_status other = zkl_verify_data(&result, NULL, &request, &v->env, &err);
    if (other != want)
        FAIL(t, "version %u elsewhere: %s", version, err.text);
    zkl_arena_clear(&result.memory);
    zkl_arena_clear(&keys.memory);
}

/* Rows are added behind: the chunk that is full stays byte for byte, the one that grew shares
 * nothing with its old self. The second version has fewer strings than the first, and keeps its
 * dictionary. */
static void test_versions__unchanged_chunks_keep_their_bytes(zkl_test *t)
{
    static const char *const names[] = { "Bern", "Chur", "Genf" }, *const later[] = { "Chur" };
    versions v;
    zkl_error err = { 0 };
    zkl_notarize_result first = { 0 }, second = { 0 };
    zkl_manifest a, b;
    REQUIRE_OK(t, &err, make_world(t, &v, 21, &err));
    const char *one = write_names(t, &v, "1", names, 3, CHUNK_ROWS + 2, &err);
    const char *two = write_names(t, &v, "2", names, 3, CHUNK_ROWS + 5, &err);
    REQUIRE_OK(t, &err, notarise(&v, &first, one, &err));
    CHECK(t, first.previous_version == 0 && first.change_count == 0);
    REQUIRE_OK(t, &err, notarise(&v, &second, two, &err));
    CHECK(t, second.version == 2 && second.previous_version == 1 && second.change_count == 0);
    CHECK(t, second.same_schema && second.unchanged_chunk_count == 1 && second.chunk_count == 2);
    REQUIRE_OK(t, &err, manifest_of(t, &a, &v, 1, &err));
    REQUIRE_OK(t, &err, manifest_of(t, &b, &v, 2, &err));
    REQUIRE(t, a.chunk_count == 2 && b.chunk_count == 2 && a.blocks_per_chunk == 1 &&
                   b.blocks_per_chunk == 1);
    CHECK(t, a.schema.columns[0].type.kind == ZKL_TYPE_DICTIONARY);
    CHECK_MEM_EQ(t, a.schema_hash.bytes, b.schema_hash.bytes, 32);
    CHECK_MEM_EQ(t, a.dictionary_seeds, b.dictionary_seeds, 32);
    CHECK_MEM_EQ(t, a.blocks[0], b.blocks[0], ZKL_POINT_BYTES);
    CHECK_MEM_EQ(t, a.row_roots[0].bytes, b.row_roots[0].bytes, 32);
    CHECK(t, memcmp(a.blocks[1], b.blocks[1], ZKL_POINT_BYTES) != 0);
    CHECK(t, !zkl_digest_equal(&a.row_roots[1], &b.row_roots[1]));
    CHECK(t, !zkl_digest_equal(&a.table_root, &b.table_root));
    check_recomputes(t, &v, 2, two, ZKL_OK);
    zkl_arena_clear(&first.memory);
    zkl_arena_clear(&second.memory);

    /* fewer strings: the dictionary stays, the data key opens only what is there */
    zkl_notarize_result third = { 0 };
    zkl_manifest c;
    zkl_bytes bytes;
    zkl_datakey key;
    const char *three = write_names(t, &v, "3", later, 1, 9, &err);
    REQUIRE_OK(t, &err, notarise(&v, &third, three, &err));
    CHECK(t, third.same_schema && third.change_count == 0 && third.unchanged_chunk_count == 0);
    REQUIRE_OK(t, &err, manifest_of(t, &c, &v, 3, &err));
    CHECK_MEM_EQ(t, a.schema_hash.bytes, c.schema_hash.bytes, 32);
    REQUIRE_OK(t, &err, export_version(t, &bytes, &v, 3, ZKL_EXPORT_DATA_KEY, &err));
    REQUIRE_OK(t, &err, zkl_datakey_parse(&key, &t->arena, bytes, &err));
    static const uint8_t nothing[32];
    REQUIRE(t, key.dictionary_count == 1 && key.dictionaries[0].part.entry_count == 3);
    CHECK_MEM_EQ(t, key.dictionaries[0].key, nothing, 32);
    CHECK_UINT_EQ(t, key.dictionaries[0].part.present[0], 2); /* Bern 0, Chur 1, Genf 2 */
    check_recomputes(t, &v, 3, three, ZKL_OK);
    check_recomputes(t, &v, 3, two, ZKL_REJECTED);
    zkl_arena_clear(&third.memory);
}

/* Another string: that column alone changes, and it is said; the first version's data still
 * recompute. */
static void test_versions__tell_what_changed(zkl_test *t)
{
    static const char first[] = "id,city\n1,Bern\n2,Chur\n";
    static const char second[] = "id,city\n2,Chur\n3,Zug\n";
    static const char third[] = "city,note\nChur,x\n";
    versions v;
    zkl_error err = { 0 };
    zkl_notarize_result a = { 0 }, b = { 0 }, c = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &v, 22, &err));
    const char *one = zkl_arena_format(&t->arena, "%s.1", v.world.table);
    const char *two = zkl_arena_format(&t->arena, "%s.2", v.world.table);
    const char *three = zkl_arena_format(&t->arena, "%s.3", v.world.table);
    REQUIRE_OK(t, &err, zkl_file_write(one, zkl_bytes_of_text(first), 0644, &err));
    REQUIRE_OK(t, &err, zkl_file_write(two, zkl_bytes_of_text(second), 0644, &err));
    REQUIRE_OK(t, &err, zkl_file_write(three, zkl_bytes_of_text(third), 0644, &err));
    REQUIRE_OK(t, &err, notarise(&v, &a, one, &err));
    REQUIRE_OK(t, &err, notarise(&v, &b, two, &err));
    REQUIRE(t, b.change_count == 1 && !b.same_schema && b.unchanged_chunk_count == 0);
    CHECK_TEXT_EQ(t, b.changes[0].name, "city");
    CHECK_TEXT_EQ(t, b.changes[0].reason, "1 new string");
    CHECK(t, strncmp(b.changes[0].from, "dictionary(", 11) == 0 &&
                 strncmp(b.changes[0].to, "dictionary(", 11) == 0 &&
                 strcmp(b.changes[0].from, b.changes[0].to) != 0);
    REQUIRE_OK(t, &err, notarise(&v, &c, three, &err));
    REQUIRE(t, c.change_count == 2);
    CHECK_TEXT_EQ(t, c.changes[0].name, "note");
    CHECK(t, !c.changes[0].from && c.changes[0].to);
    CHECK_TEXT_EQ(t, c.changes[1].name, "id");
    CHECK(t, c.changes[1].from && !c.changes[1].to);
    check_recomputes(t, &v, 1, one, ZKL_OK);
    zkl_arena_clear(&a.memory);
    zkl_arena_clear(&b.memory);
    zkl_arena_clear(&c.memory);
}

/* What the ledger keeps for its owner is lost: the version is notarised all the same, its
 * commitments those of before. */
static void test_versions__do_without_what_is_lost(zkl_test *t)
{
    static const char *const names[] = { "Bern", "Chur" };
    versions v;
    zkl_error err = { 0 };
    zkl_ledger *ledger = NULL;
    zkl_notarize_result first = { 0 }, second = { 0 };
    zkl_manifest a, b;
    REQUIRE_OK(t, &err, make_world(t, &v, 23, &err));
    const char *one = write_names(t, &v, "1", names, 2, 6, &err);
    REQUIRE_OK(t, &err, notarise(&v, &first, one, &err));
    REQUIRE_OK(t, &err, manifest_of(t, &a, &v, 1, &err));
    const zkl_ledger_opening writing = { .folder = v.world.options.folder,
                                         .mode = ZKL_LEDGER_WRITE };
    REQUIRE_OK(t, &err, zkl_ledger_open_as(&ledger, &writing, &v.env, &err));
    const zkl_bytes nothing = zkl_bytes_of_text("nothing that opens");
    REQUIRE_OK(t, &err,
               zkl_ledger_stage_private(ledger, &a.schema.columns[0].type.root, nothing, &err));
    REQUIRE_OK(t, &err, zkl_ledger_stage_private(ledger, &first.dataset, nothing, &err));
    REQUIRE_OK(t, &err, zkl_ledger_commit(ledger, &err));
    zkl_ledger_close(ledger);
    REQUIRE_OK(t, &err, notarise(&v, &second, one, &err));
    CHECK(t, second.same_schema && second.change_count == 0 && second.unchanged_chunk_count == 1);
    REQUIRE_OK(t, &err, manifest_of(t, &b, &v, 2, &err));
    CHECK_MEM_EQ(t, a.blocks[0], b.blocks[0], ZKL_POINT_BYTES);
    CHECK_MEM_EQ(t, a.schema_hash.bytes, b.schema_hash.bytes, 32);
    check_recomputes(t, &v, 2, one, ZKL_OK);
    zkl_arena_clear(&first.memory);
    zkl_arena_clear(&second.memory);
}

/* Two folders, the same inputs: second versions are the same bytes too. */
static void test_versions__same_inputs_same_bytes(zkl_test *t)
{
    static const char *const names[] = { "Bern", "Chur" };
    zkl_error err = { 0 };
    zkl_bytes receipts[2], keys[2];
    for (size_t i = 0; i < 2; i++) {
        versions v;
        zkl_notarize_result first = { 0 }, second = { 0 };
        REQUIRE_OK(t, &err, make_world(t, &v, 24, &err));
        const char *one = write_names(t, &v, "1", names, 2, 6, &err);
        const char *two = write_names(t, &v, "2", names, 1, 6, &err);
        REQUIRE_OK(t, &err, notarise(&v, &first, one, &err));
        REQUIRE_OK(t, &err, notarise(&v, &second, two, &err));
        REQUIRE_OK(t, &err, export_version(t, &receipts[i], &v, 2, ZKL_EXPORT_RECEIPT, &err));
        REQUIRE_OK(t, &err, export_version(t, &keys[i], &v, 2, ZKL_EXPORT_DATA_KEY, &err));
        zkl_arena_clear(&first.memory);
        zkl_arena_clear(&second.memory);
    }
    CHECK(t, zkl_bytes_equal(receipts[0], receipts[1]));
    CHECK(t, zkl_bytes_equal(keys[0], keys[1]));
}

ZKL_TESTS(TEST(test_versions__unchanged_chunks_keep_their_bytes),
          TEST(test_versions__tell_what_changed), TEST(test_versions__do_without_what_is_lost),
          TEST(test_versions__same_inputs_same_bytes))
