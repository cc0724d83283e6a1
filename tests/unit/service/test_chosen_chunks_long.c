/* Data keys of chosen chunks: what they open, that they open nothing else, and that a key which was
 * changed opens nothing.
 *
 * A table of two chunks, 65,536 rows and six. Its dictionary has Bern, Chur, Genf and Zug; the
 * second chunk has Chur and Zug alone. The second version has no Genf, so its own data key holds a
 * part of the dictionary. */
#include <unistd.h>

#include "hash/trailing_hash.h"
#include "keys/datakey.h"
#include "ledger/ledger.h"
#include "record/receipt.h"
#include "service_testing.h"

#define CHUNK_ROWS 65536
#define LAST_ROWS 6

typedef struct chosen_world {
    service_world world;
    zkl_env env;
    zkl_test source;
    /* Of the two versions: the whole table, and the rows of its chunks. */
    const char *files[2], *first[2], *last[2];
    zkl_bytes receipt, trust;   /* of the first */
    zkl_bytes whole[2], key[2]; /* data keys: of all, of chunk 1 */
} chosen_world;

static zkl_status write_rows(zkl_test *t, const char **out, const chosen_world *w, const char *name,
                             size_t from, size_t to, bool has_genf, zkl_error *err)
{
    static const char *const most[] = { "Bern", "Chur", "Genf" }, *const some[] = { "Zug", "Chur" };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    *out = zkl_arena_format(&t->arena, "%s.%s.csv", w->world.table, name);
    zkl_buffer_put_text(&text, "n,city\n");
    for (size_t i = from; i < to; i++)
        zkl_buffer_format(&text, "%zu,%s\n", i,
                          i < CHUNK_ROWS ? most[i % (has_genf ? 3 : 2)] : some[i % 2]);
    return zkl_file_write(*out, zkl_buffer_bytes(&text), 0644, err);
}

static zkl_status export_key(zkl_test *t, zkl_bytes *out, const chosen_world *w, size_t version,
                             const char *chunks, const char *file, zkl_error *err)
{
    uint64_t size;
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    const zkl_export_request request = {
        .reference = zkl_arena_format(&t->arena, "people@%zu", version + 1),
        .format = ZKL_EXPORT_DATA_KEY,
        .output = zkl_arena_format(&t->arena, "%s.zklkey", w->world.table),
        .chunks = chunks,
        .files = &file,
        .file_count = file != NULL
    };
    ZKL_TRY(service_open_world(&ledger, &w->world, &w->env, err));
    ZKL_TRY(zkl_export(&size, ledger, &request, &w->env, err));
    ZKL_TRY(zkl_file_read(&bytes, request.output, (size_t)1 << 20, err));
    unlink(request.output); /* no key file is overwritten */
    *out = zkl_bytes_of(zkl_arena_copy(&t->arena, bytes.data, bytes.size), bytes.size);
    return ZKL_OK;
}

static zkl_status make_version(zkl_test *t, chosen_world *w, size_t version, zkl_error *err)
{
    zkl_notarize_result done = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    const bool has_genf = !version;
    const char *name = version ? "2" : "1";
    ZKL_TRY(write_rows(t, &w->files[version], w, name, 0, CHUNK_ROWS + LAST_ROWS, has_genf, err));
    ZKL_TRY(write_rows(t, &w->first[version], w, "first", 0, CHUNK_ROWS, has_genf, err));
    ZKL_TRY(write_rows(t, &w->last[version], w, "last", CHUNK_ROWS, CHUNK_ROWS + LAST_ROWS,
                       has_genf, err));
    ZKL_TRY(service_open_world(&ledger, &w->world, &w->env, err));
    const zkl_notarize_request request = { .name = "people",
                                           .files = &w->files[version],
                                           .file_count = 1 };
    const zkl_status status = zkl_notarize(&done, ledger, &request, &w->env, err);
    zkl_arena_clear(&done.memory);
    ZKL_TRY(status);
    ZKL_TRY(export_key(t, &w->whole[version], w, version, NULL, NULL, err));
    return export_key(t, &w->key[version], w, version, "1", w->files[version], err);
}

static zkl_status make_world(zkl_test *t, chosen_world *w, zkl_error *err)
{
    *w = (chosen_world){ 0 };
    w->env = service_env(t, &w->source, 77);
    ZKL_TRY(service_world_make(t, &w->world, &w->env, err));
    ZKL_TRY(make_version(t, w, 0, err));
    ZKL_TRY(service_receipt(t, &w->receipt, &w->trust, &w->world, err));
    return make_version(t, w, 1, err);
}

static bool holds(zkl_bytes bytes, const uint8_t secret[static 32])
{
    return memmem(bytes.data, bytes.size, secret, 32) != NULL;
}

/* ---- What a key holds. */

/* Of the four entries Chur (1) and Zug (3) are open, and Bern and Genf closed. */
static void check_entries(zkl_test *t, zkl_bytes key, const zkl_owner_secret *owner,
                          const zkl_digest *seed)
{
    uint8_t dictionary[32], salt[32];
    zkl_owner_secret_dictionary_key(dictionary, owner, seed);
    CHECK(t, !holds(key, dictionary));
    for (uint32_t code = 0; code < 4; code++) {
        zkl_dictionary_salt(salt, dictionary, code);
        CHECK(t, holds(key, salt) == (code % 2 == 1));
    }
}

static void check_holds_no_more(zkl_test *t, const chosen_world *w, size_t version,
                                const zkl_owner_secret *owner, const zkl_digest *seed)
{
    zkl_datakey whole, key;
    zkl_error err = { 0 };
    const zkl_bytes bytes = w->key[version];
    REQUIRE_OK(t, &err, zkl_datakey_parse(&whole, &t->arena, w->whole[version], &err));
    REQUIRE_OK(t, &err, zkl_datakey_parse(&key, &t->arena, bytes, &err));
    REQUIRE(t, whole.has_content_salt && whole.chunk_count == 2 && whole.dictionary_count == 1);
    CHECK(t, !key.has_content_salt && zkl_digest_equal(&key.dataset, &whole.dataset));
    REQUIRE(t, key.chunk_count == 1 && key.chunks[0].chunk == 1 && key.dictionary_count == 1);
    CHECK_MEM_EQ(t, key.chunks[0].key, whole.chunks[1].key, 32);
    CHECK(t, !holds(bytes, whole.content_salt));
    CHECK(t, !holds(bytes, whole.chunks[0].key));
    CHECK(t, !holds(bytes, owner->bytes));
    REQUIRE(t, key.dictionaries[0].part.entry_count == 4);
    CHECK_UINT_EQ(t, key.dictionaries[0].part.present[0], 0x0a);
    check_entries(t, bytes, owner, seed);
}

static void test_chosen_chunks__open_nothing_else(zkl_test *t)
{
    chosen_world w;
    zkl_error err = { 0 };
    zkl_receipt receipt;
    zkl_manifest manifest;
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLOSE(zkl_owner_secret) owner = NULL;
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    REQUIRE_OK(t, &err, zkl_receipt_parse(&receipt, &t->arena, w.receipt, &err));
    REQUIRE_OK(t, &err, zkl_manifest_parse(&manifest, &t->arena, receipt.manifests[0], &err));
    REQUIRE_OK(t, &err, service_open_world(&ledger, &w.world, &w.env, &err));
    REQUIRE_OK(t, &err,
               zkl_ledger_owner_secret(ledger, &owner, zkl_ledger_passphrase(ledger), &err));
    /* The second version has the first one's dictionary, and so its seed. */
    for (size_t version = 0; version < 2; version++)
        check_holds_no_more(t, &w, version, owner, &manifest.dictionary_seeds[1]);
}

/* ---- What it checks. */

static zkl_status verify(zkl_verify_result *out, const chosen_world *w, const char *file,
                         zkl_bytes key, zkl_error *err)
{
    const zkl_verify_data_request request = { .receipt = w->receipt,
                                              .trust = w->trust,
                                              .data_key = key,
                                              .files = &file,
                                              .file_count = 1,
                                              .setup_cache = SERVICE_CACHE };
    *err = (zkl_error){ 0 };
    return zkl_verify_data(out, NULL, &request, &w->env, err);
}

static zkl_status verify_alone(const chosen_world *w, const char *file, zkl_bytes key,
                               zkl_error *err)
{
    zkl_verify_result result = { 0 };
    const zkl_status status = verify(&result, w, file, key, err);
    zkl_arena_clear(&result.memory);
    return status;
}

static void check_verdict(zkl_test *t, const zkl_verify_result *v)
{
    CHECK(t, !v->data_checked && v->chunk_count == 2 && v->compared_chunk_count == 1);
    REQUIRE(t, v->compared_count == 1);
    CHECK(t, v->compared[0].first_chunk == 1 && v->compared[0].last_chunk == 1 &&
                 v->compared[0].first_row == CHUNK_ROWS &&
                 v->compared[0].last_row == CHUNK_ROWS + LAST_ROWS - 1);
    REQUIRE(t, v->not_proven_count > 2);
    CHECK_TEXT_EQ(t, v->not_proven_names[0], "other rows");
    CHECK_TEXT_EQ(t, v->not_proven_names[1], "file");
}

/* All chunks are no whole file either: its bytes stay unknown. */
static void check_all_chunks(zkl_test *t, const chosen_world *w)
{
    zkl_verify_result result = { 0 };
    zkl_error err = { 0 };
    zkl_bytes key;
    REQUIRE_OK(t, &err, export_key(t, &key, w, 0, "0-1", w->files[0], &err));
    REQUIRE_OK(t, &err, verify(&result, w, w->files[0], key, &err));
    CHECK(t, !result.data_checked && result.compared_count == 1 &&
                 result.compared[0].last_chunk == 1 &&
                 result.compared[0].last_row == CHUNK_ROWS + LAST_ROWS - 1);
    CHECK_TEXT_EQ(t, result.not_proven_names[0], "file");
    zkl_arena_clear(&result.memory);
}

static void test_chosen_chunks__check_their_rows(zkl_test *t)
{
    chosen_world w;
    zkl_error err = { 0 };
    zkl_verify_result result = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    REQUIRE_OK(t, &err, verify(&result, &w, w.last[0], w.key[0], &err));
    check_verdict(t, &result);
    zkl_arena_clear(&result.memory);
    CHECK_STATUS(t, ZKL_UNCHECKED, verify_alone(&w, w.files[0], w.key[0], &err));
    CHECK_STATUS(t, ZKL_REJECTED, verify_alone(&w, w.first[0], w.key[0], &err));
    CHECK_UINT_EQ(t, err.check, ZKL_CHECK_ROWS);
    CHECK_STATUS(t, ZKL_REJECTED, verify_alone(&w, w.last[0], w.key[1], &err)); /* the other's */
    CHECK_UINT_EQ(t, err.check, ZKL_CHECK_DATA_KEY);
    CHECK_STATUS(t, ZKL_REJECTED, verify_alone(&w, w.last[0], w.whole[0], &err));
    CHECK_UINT_EQ(t, err.check, ZKL_CHECK_CONTENT);
    REQUIRE_OK(t, &err, verify_alone(&w, w.files[0], w.whole[0], &err));
    check_all_chunks(t, &w);
}

/* ---- Keys that lie. */

typedef struct changed_key {
    zkl_datakey key;
    zkl_datakey_chunk chunks[2];
    zkl_datakey_dictionary dictionary;
    uint8_t present[1], leaves[4][32];
} changed_key;

static void take_key(zkl_test *t, changed_key *out, const chosen_world *w)
{
    zkl_datakey key;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_datakey_parse(&key, &t->arena, w->key[0], &err));
    REQUIRE(t, key.chunk_count == 1 && key.dictionary_count == 1);
    *out = (changed_key){ .key = key,
                          .chunks = { key.chunks[0], { 0 } },
                          .dictionary = key.dictionaries[0] };
    memcpy(out->present, out->dictionary.part.present, sizeof out->present);
    memcpy(out->leaves, out->dictionary.part.leaves, sizeof out->leaves);
    out->key.chunks = out->chunks;
    out->key.dictionaries = &out->dictionary;
    out->dictionary.part.present = out->present;
    out->dictionary.part.leaves = (const uint8_t(*)[32])out->leaves;
}

/* The rows of chunk 1 with a key that has one change. */
#define KEY_LIE(want, change)                                                                      \
    do {                                                                                           \
        changed_key k;                                                                             \
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };                                                  \
        take_key(t, &k, &w);                                                                       \
        change;                                                                                    \
        REQUIRE_OK(t, &err, zkl_datakey_encode(&bytes, &k.key, &err));                             \
        CHECK_STATUS(t, want, verify_alone(&w, w.last[0], zkl_buffer_bytes(&bytes), &err));        \
    } while (0)

static void test_chosen_chunks__keys_that_lie(zkl_test *t)
{
    chosen_world w;
    zkl_datakey whole, other;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    REQUIRE_OK(t, &err, zkl_datakey_parse(&whole, &t->arena, w.whole[0], &err));
    REQUIRE_OK(t, &err, zkl_datakey_parse(&other, &t->arena, w.whole[1], &err));
    KEY_LIE(ZKL_OK, (void)0);
    KEY_LIE(ZKL_BAD_INPUT, k.key.chunk_count = 0);
    KEY_LIE(ZKL_REJECTED, k.chunks[0].chunk = 0);
    KEY_LIE(ZKL_REJECTED, k.chunks[0].chunk = 2);
    KEY_LIE(ZKL_REJECTED, k.chunks[0].chunk = UINT64_MAX);
    KEY_LIE(ZKL_REJECTED, k.chunks[0] = whole.chunks[0]);
    KEY_LIE(ZKL_REJECTED, memcpy(k.chunks[0].key, whole.chunks[0].key, 32));
    KEY_LIE(ZKL_REJECTED, memcpy(k.chunks[0].key, other.chunks[0].key, 32));
    KEY_LIE(ZKL_REJECTED, (k.key.chunk_count = 2, k.chunks[1].chunk = 2));
    KEY_LIE(ZKL_REJECTED, k.present[0] = 0x02); /* Zug is said to be closed */
    KEY_LIE(ZKL_REJECTED, k.present[0] = 0x06); /* and to be Genf */
    KEY_LIE(ZKL_REJECTED, k.present[0] = 0x0b);
    KEY_LIE(ZKL_REJECTED, k.leaves[0][0] ^= 1); /* a closed one */
    KEY_LIE(ZKL_REJECTED, k.leaves[1][31] ^= 1);
    KEY_LIE(ZKL_REJECTED, k.dictionary.part.entry_count = 0);
    KEY_LIE(ZKL_UNCHECKED, k.key.dictionary_count = 0);
    KEY_LIE(ZKL_UNCHECKED, k.dictionary.column = 0);
    KEY_LIE(ZKL_REJECTED, k.key.dataset = other.dataset);
    /* Both chunks' keys do not make it a key of the file: the salt is what does. */
    KEY_LIE(ZKL_REJECTED, k.key.has_content_salt = true);
}

/* One bit of every third byte, so of each member but the byte of bits, which is above; under a hash
 * that fits again. */
static void test_chosen_chunks__changed_bytes(zkl_test *t)
{
    chosen_world w;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    const zkl_bytes key = w.key[0];
    for (size_t i = 0; i < key.size - ZKL_TRAILING_HASH_BYTES; i += 3) {
        ZKL_AUTO_CLEAR(zkl_buffer) changed = { 0 };
        zkl_buffer_put(&changed, key.data, key.size - ZKL_TRAILING_HASH_BYTES);
        changed.data[i] ^= (uint8_t)(1 << i % 8);
        zkl_trailing_hash_put(&changed, 0);
        if (verify_alone(&w, w.last[0], zkl_buffer_bytes(&changed), &err) == ZKL_OK)
            FAIL(t, "byte %zu of the data key does not count", i);
    }
}

ZKL_TESTS(TEST(test_chosen_chunks__open_nothing_else), TEST(test_chosen_chunks__check_their_rows),
          TEST(test_chosen_chunks__keys_that_lie), TEST(test_chosen_chunks__changed_bytes))
