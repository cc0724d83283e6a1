/* A signer who writes another manifest than the truth: he signs and proves what he likes, so only
 * the data can show it. The comparison of verify --data is given honest data and a manifest with
 * one lie. */
#include "service/recheck.h"
#include "service_testing.h"

#include "record/receipt.h"

typedef struct lies_world {
    service_world world;
    zkl_env env;
    zkl_test source;
    zkl_manifest manifest;
    zkl_bytes data_key;
    const char *files[2];
} lies_world;

static zkl_status make_world(zkl_test *t, lies_world *w, zkl_error *err)
{
    static const char first[] = "who,amount\na,100\nb,91009\n",
                      second[] = "who,amount\na,92009\nc,250\n";
    static const char *const nulls[] = { "91009" };
    zkl_notarize_result result = { 0 };
    zkl_receipt receipt;
    zkl_bytes bytes;
    w->env = service_env(t, &w->source, 21);
    ZKL_TRY(service_world_make(t, &w->world, &w->env, err));
    w->files[0] = zkl_arena_format(&t->arena, "%s.1.csv", w->world.table);
    w->files[1] = zkl_arena_format(&t->arena, "%s.2.csv", w->world.table);
    ZKL_TRY(zkl_file_write(w->files[0], zkl_bytes_of_text(first), 0644, err));
    ZKL_TRY(zkl_file_write(w->files[1], zkl_bytes_of_text(second), 0644, err));
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_open_world(&ledger, &w->world, &w->env, err));
    const zkl_notarize_request request = { .name = "people",
                                           .files = w->files,
                                           .file_count = 2,
                                           .reading.null_texts = nulls,
                                           .reading.null_text_count = 1,
                                           .public_digest = true };
    const zkl_status status = zkl_notarize(&result, ledger, &request, &w->env, err);
    zkl_arena_clear(&result.memory);
    ZKL_TRY(status);
    ZKL_TRY(service_export(t, &bytes, &w->world, ZKL_EXPORT_RECEIPT, err));
    ZKL_TRY(service_export(t, &w->data_key, &w->world, ZKL_EXPORT_DATA_KEY, err));
    ZKL_TRY(zkl_receipt_parse(&receipt, &t->arena, bytes, err));
    return zkl_manifest_parse(&w->manifest, &t->arena, receipt.manifests[0], err);
}

/* verify --data of those files against this manifest, read as it says. */
static zkl_status compare(const lies_world *w, const zkl_manifest *manifest, zkl_error *err)
{
    const zkl_verify_data_request request = {
        .files = w->files, .file_count = 2, .data_key = w->data_key, .setup_cache = SERVICE_CACHE
    };
    zkl_datakey key;
    recheck r = { .request = &request, .env = &w->env, .manifest = manifest };
    *err = (zkl_error){ 0 };
    zkl_status status = zkl_datakey_parse(&key, &r.arena, w->data_key, err);
    if (status == ZKL_OK) {
        r.dataset = key.dataset;
        status = recheck_data(&r, err);
    }
    recheck_clear(&r);
    return status;
}

#define LIE(said, change)                                                                          \
    do {                                                                                           \
        zkl_manifest m = w->manifest;                                                              \
        zkl_public_file digests[2] = { m.files[0], m.files[1] };                                   \
        m.files = digests;                                                                         \
        change;                                                                                    \
        CHECK_STATUS(t, ZKL_REJECTED, compare(w, &m, &err));                                       \
        if (!strstr(err.text, said))                                                               \
            FAIL(t, "says '%s', not '%s'", err.text, said);                                        \
    } while (0)

/* Each field of a public digest, of each file; and digests of fewer files, or of more. */
static void find_false_digests(zkl_test *t, const lies_world *w)
{
    zkl_error err = { 0 };
    REQUIRE(t, w->manifest.file_count == 2);
    REQUIRE_OK(t, &err, compare(w, &w->manifest, &err));
    for (size_t i = 0; i < 2; i++) {
        LIE("check 'public digests': the name", digests[i].name = zkl_bytes_of_text("x.csv"));
        LIE("check 'public digests': the size", digests[i].size ^= 1);
        LIE("check 'public digests': the hash", digests[i].hash.bytes[31] ^= 1);
        LIE("check 'public digests': the SHA-256", digests[i].sha256.bytes[0] ^= 1);
    }
    LIE("check 'public digests'", m.file_count = 1);
    zkl_public_file three[3] = { w->manifest.files[0],
                                 w->manifest.files[1],
                                 { .name = zkl_bytes_of_text("z.csv") } };
    LIE("check 'public digests'", (m.files = three, m.file_count = 3));
}

/* Each option of reading that makes another table of these files. */
static void find_another_reading(zkl_test *t, const lies_world *w)
{
    static const char *const others[] = { "91009", "92009" };
    zkl_error err = { 0 };
    LIE("check 'row tree'", m.reading.null_text_count = 0); /* a value that was passed over */
    LIE("check 'row tree'", (m.reading.null_texts = others, m.reading.null_text_count = 2));
    LIE("check 'data'", m.reading.header = ZKL_NO);
    LIE("check 'data'", m.reading.delimiter = ";");
}

/* "All columns were read" of a table that leaves one out. */
static void find_a_column_kept_back(zkl_test *t, const lies_world *w)
{
    zkl_error err = { 0 };
    LIE("check 'data'", m.schema.column_count = 1);
}

static void test_data_lies__each_is_found(zkl_test *t)
{
    lies_world w;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    find_false_digests(t, &w);
    find_another_reading(t, &w);
    find_a_column_kept_back(t, &w);
}

ZKL_TESTS(TEST(test_data_lies__each_is_found))
