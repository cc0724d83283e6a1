/* The index of versions is no part of the log: a store may hold another one. Operations are about
 * what was asked for, or say no. */
#include "ledger/ledger_internal.h"
#include "service_testing.h"

static zkl_status add_rows(uint64_t *index, zkl_ledger *ledger, const service_world *world,
                           const char *claim, zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    const zkl_add_claims_request request = { .reference = "people@1",
                                             .files = &world->table,
                                             .file_count = 1,
                                             .claims = &claim,
                                             .claim_count = 1 };
    const zkl_status status = zkl_add_claims(&result, ledger, &request, NULL, err);
    *index = result.index;
    zkl_arena_clear(&result.memory);
    return status;
}

/* ---- A store that is written by hand. */

/* value NULL: the key goes. */
static zkl_status put(zkl_ledger *ledger, const zkl_store_key *key, const void *value, size_t size,
                      zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
    ZKL_TRY(zkl_ledger_writer(&writer, ledger, NULL, err));
    ZKL_TRY(value ? zkl_batch_put(&batch, zkl_store_key_bytes(key), zkl_bytes_of(value, size), err)
                  : zkl_batch_delete(&batch, zkl_store_key_bytes(key), err));
    return zkl_store_commit(writer->store, &batch, true, err);
}

/* From now on the store says that this version stands at this index, and is this dataset. */
static zkl_status put_version(zkl_ledger *ledger, const char *name, uint32_t version,
                              uint64_t index, const zkl_digest *dataset, zkl_error *err)
{
    uint8_t value[8 + 32];
    const zkl_store_key key = zkl_store_key_name(zkl_bytes_of_text(name), version);
    zkl_be64_put(value, index);
    memcpy(value + 8, dataset->bytes, sizeof dataset->bytes);
    return put(ledger, &key, value, sizeof value, err);
}

/* Or that there are so many versions; 0: none. */
static zkl_status put_count(zkl_ledger *ledger, const char *name, uint32_t count, zkl_error *err)
{
    uint8_t value[4];
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_LAST, name, strlen(name));
    zkl_be32_put(value, count);
    return put(ledger, &key, count ? value : NULL, sizeof value, err);
}

static zkl_status find(zkl_dataset_version *out, zkl_test *t, zkl_ledger *ledger, const char *name,
                       uint32_t version, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) view = NULL;
    ZKL_TRY(zkl_ledger_view(&view, ledger, NULL, err));
    return zkl_ledger_find(view, out, &t->arena, zkl_bytes_of_text(name), version, err);
}

/* "people@1" stands at this index from now on, as the store says; its dataset stays. */
static zkl_status lie(zkl_ledger *ledger, uint64_t index, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
    uint8_t value[8 + 32];
    const zkl_store_key key = zkl_store_key_name(zkl_bytes_of_text("people"), 1);
    ZKL_TRY(zkl_ledger_writer(&writer, ledger, NULL, err));
    ZKL_TRY(zkl_ledger_get_sized(writer, value, sizeof value, &key, err));
    zkl_ledger_close(writer);
    writer = NULL;
    zkl_be64_put(value, index);
    return put(ledger, &key, value, sizeof value, err);
}

static void test_store_lies__another_entry_for_a_version(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    service_world world;
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    uint64_t proof, index;
    REQUIRE_OK(t, &err, service_world_make(t, &world, &env, &err));
    REQUIRE_OK(t, &err, service_notarize(&world, true, &env, &err));
    REQUIRE_OK(t, &err, service_notarize(&world, true, &env, &err)); /* one dataset, two versions */
    REQUIRE_OK(t, &err, service_open_world(&ledger, &world, &env, &err));
    REQUIRE_OK(t, &err, add_rows(&proof, ledger, &world, "rows(4)", &err));
    const uint64_t entries[] = { proof - 1 /* people@2 */, proof, 0, 1000 };
    for (size_t i = 0; i < ZKL_COUNT(entries); i++) {
        REQUIRE_OK(t, &err, lie(ledger, entries[i], &err));
        CHECK_STATUS(t, ZKL_REJECTED, add_rows(&index, ledger, &world, "unique(id)", &err));
        CHECK(t, strstr(err.text, "another entry for 'people@1'"));
        zkl_verify_result verdict = { 0 };
        CHECK_STATUS(t, ZKL_REJECTED, zkl_verify_own(&verdict, ledger, "people@1", &env, &err));
        err = (zkl_error){ 0 };
    }
    REQUIRE_OK(t, &err, lie(ledger, proof - 2, &err)); /* the truth */
    REQUIRE_OK(t, &err, add_rows(&index, ledger, &world, "unique(id)", &err));
    CHECK(t, index > proof);
}

/* ---- Several versions, and claims that were added. */

typedef struct lied_world {
    service_world world;
    zkl_ledger *ledger;
    /* people@1, people@2 and other@1 are one dataset; `rows(4)` was added to people@1. */
    zkl_dataset_version first, second, other;
    uint64_t proof;
} lied_world;

/* Under this name, with nothing claimed; plain: as "people" is. */
static zkl_status notarise(uint64_t *index, const lied_world *w, const char *name, bool plain,
                           zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    zkl_notarize_request request = service_request(&w->world, plain);
    request.name = name;
    request.claim_count = 0;
    const zkl_status status = zkl_notarize(&result, w->ledger, &request, NULL, err);
    *index = result.index;
    zkl_arena_clear(&result.memory);
    return status;
}

/* previous: the version that it would inherit from. */
static zkl_status foresee(uint32_t *previous, const lied_world *w, const char *name,
                          const char *like, zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    zkl_notarize_request request = service_request(&w->world, true);
    request.name = name;
    request.like = like;
    request.dry_run = true;
    const zkl_status status = zkl_notarize(&result, w->ledger, &request, NULL, err);
    *previous = result.previous_version;
    zkl_arena_clear(&result.memory);
    return status;
}

static zkl_status make_lied_world(zkl_test *t, lied_world *w, const zkl_env *env, zkl_error *err)
{
    uint64_t index;
    ZKL_TRY(service_world_make(t, &w->world, env, err));
    ZKL_TRY(service_open_world(&w->ledger, &w->world, env, err));
    ZKL_TRY(notarise(&index, w, "people", true, err));
    ZKL_TRY(notarise(&index, w, "people", true, err));
    ZKL_TRY(notarise(&index, w, "other", true, err));
    ZKL_TRY(add_rows(&w->proof, w->ledger, &w->world, "rows(4)", err));
    ZKL_TRY(find(&w->first, t, w->ledger, "people", 1, err));
    ZKL_TRY(find(&w->second, t, w->ledger, "people", 2, err));
    return find(&w->other, t, w->ledger, "other", 0, err);
}

/* Neither foreseen nor done. */
static void check_not_notarised(zkl_test *t, const lied_world *w, const char *name)
{
    uint32_t previous;
    uint64_t index;
    CHECK_STATUS(t, ZKL_REJECTED, foresee(&previous, w, name, NULL, NULL));
    CHECK_STATUS(t, ZKL_REJECTED, notarise(&index, w, name, true, NULL));
}

static void test_store_lies__what_a_version_inherits(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    lied_world w = { 0 };
    uint32_t previous;
    REQUIRE_OK(t, &err, make_lied_world(t, &w, &env, &err));
    const zkl_digest *dataset = &w.second.dataset;
    /* Another entry for the newest version, or for the one to be like: the same dataset under
     * another version or name, the claims that were added, a key, what is not there. */
    const uint64_t entries[] = { w.first.index, w.other.index, w.proof, 0 };
    for (size_t i = 0; i < ZKL_COUNT(entries); i++) {
        REQUIRE_OK(t, &err, put_version(w.ledger, "people", 2, entries[i], dataset, &err));
        check_not_notarised(t, &w, "people");
        CHECK_STATUS(t, ZKL_REJECTED, foresee(&previous, &w, "new", "people@2", NULL));
    }
    REQUIRE_OK(t, &err, put_version(w.ledger, "people", 2, w.second.index, dataset, &err));
    REQUIRE_OK(t, &err, foresee(&previous, &w, "people", NULL, &err));
    CHECK_UINT_EQ(t, previous, 2);
    REQUIRE_OK(t, &err, foresee(&previous, &w, "new", "people@2", &err));
    /* A version that the log does not have, and a name that it does not have. */
    REQUIRE_OK(t, &err, put_version(w.ledger, "people", 3, w.second.index, dataset, &err));
    REQUIRE_OK(t, &err, put_count(w.ledger, "people", 3, &err));
    REQUIRE_OK(t, &err, put_version(w.ledger, "ghost", 1, w.other.index, dataset, &err));
    REQUIRE_OK(t, &err, put_count(w.ledger, "ghost", 1, &err));
    check_not_notarised(t, &w, "people");
    check_not_notarised(t, &w, "ghost");
    CHECK_STATUS(t, ZKL_REJECTED, foresee(&previous, &w, "new", "ghost", NULL));
    zkl_ledger_close(w.ledger);
}

/* The notarisation of another ledger's people@1, with all that the indexes say of it. */
static zkl_status put_foreign(zkl_ledger *ledger, zkl_ledger *foreign, uint64_t index,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) view = NULL;
    zkl_dataset_version found;
    zkl_bytes envelope, manifest;
    zkl_entry entry;
    zkl_dsse dsse;
    uint8_t number[8];
    zkl_be64_put(number, index);
    ZKL_TRY(zkl_ledger_view(&view, foreign, NULL, err));
    ZKL_TRY(zkl_ledger_find(view, &found, &arena, zkl_bytes_of_text("people"), 1, err));
    ZKL_TRY(zkl_log_entry(zkl_ledger_log(view), &envelope, &arena, found.index, err));
    ZKL_TRY(zkl_entry_open(&entry, &dsse, &arena, envelope, err));
    ZKL_TRY(zkl_ledger_blob(view, &manifest, &arena, &entry.data.manifest_sha256, err));
    const zkl_store_key blob =
        zkl_store_key_of(ZKL_STORE_PREFIX_BLOB, entry.data.manifest_sha256.bytes, 32);
    const zkl_store_key about = zkl_store_key_about(&found.dataset, index);
    const zkl_store_key place = zkl_store_key_of("log/entry/", number, sizeof number);
    ZKL_TRY(put(ledger, &blob, manifest.data, manifest.size, err));
    ZKL_TRY(put(ledger, &about, "", 0, err));
    ZKL_TRY(put_version(ledger, "people", 1, index, &found.dataset, err));
    return put(ledger, &place, envelope.data, envelope.size, err); /* no writer opens after it */
}

/* An entry that says of itself what is asked for, and does not stand in the log's tree. */
static void test_store_lies__an_entry_that_the_log_lacks(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    lied_world own = { 0 }, foreign = { 0 };
    zkl_show_result shown = { 0 };
    zkl_log_result log = { 0 };
    uint32_t previous;
    uint64_t index, there;
    REQUIRE_OK(t, &err, service_world_make(t, &own.world, &env, &err));
    REQUIRE_OK(t, &err, service_world_make(t, &foreign.world, &env, &err));
    REQUIRE_OK(t, &err, service_open_world(&own.ledger, &own.world, &env, &err));
    REQUIRE_OK(t, &err, service_open_world(&foreign.ledger, &foreign.world, &env, &err));
    REQUIRE_OK(t, &err, notarise(&index, &own, "people", true, &err));
    REQUIRE_OK(t, &err, notarise(&there, &foreign, "people", false, &err));
    REQUIRE_OK(t, &err, put_foreign(own.ledger, foreign.ledger, index, &err));
    CHECK_STATUS(t, ZKL_REJECTED, foresee(&previous, &own, "people", NULL, NULL));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_show(&shown, own.ledger, "people", NULL));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_log_list(&log, own.ledger, 0, 0, NULL));
    zkl_ledger_close(own.ledger);
    zkl_ledger_close(foreign.ledger);
}

/* ---- Lists. */

/* `want`: of the list of all datasets, then of what is shown of these two. */
static void check_shown(zkl_test *t, const lied_world *w, zkl_status all, zkl_status people,
                        zkl_status other)
{
    zkl_datasets_result list = { 0 };
    zkl_show_result shown = { 0 };
    CHECK_STATUS(t, all, zkl_datasets(&list, w->ledger, NULL, NULL));
    zkl_arena_clear(&list.memory);
    CHECK_STATUS(t, people, zkl_show(&shown, w->ledger, "people@1", NULL));
    CHECK_UINT_EQ(t, shown.version_count, people == ZKL_OK ? 2 : 0);
    CHECK_UINT_EQ(t, shown.later_count, people == ZKL_OK ? 1 : 0);
    zkl_arena_clear(&shown.memory);
    CHECK_STATUS(t, other, zkl_show(&shown, w->ledger, "other", NULL));
    zkl_arena_clear(&shown.memory);
}

/* Claims that were added: an entry about another dataset, and one that is about none. What the
 * store says of entries behind the end of the log is not listed. */
static void check_added(zkl_test *t, const lied_world *w)
{
    zkl_error err = { 0 };
    uint64_t third;
    REQUIRE_OK(t, &err, notarise(&third, w, "third", false, &err));
    const uint64_t entries[] = { third, 0, 1000 };
    for (size_t i = 0; i < ZKL_COUNT(entries); i++) {
        const zkl_store_key about = zkl_store_key_about(&w->first.dataset, entries[i]);
        const zkl_status want = entries[i] == 1000 ? ZKL_OK : ZKL_REJECTED;
        REQUIRE_OK(t, &err, put(w->ledger, &about, "", 0, &err));
        check_shown(t, w, ZKL_OK, want, want);
        REQUIRE_OK(t, &err, put(w->ledger, &about, NULL, 0, &err));
    }
    check_shown(t, w, ZKL_OK, ZKL_OK, ZKL_OK);
}

/* The lie about the newest version is also one of the list of all datasets. */
static void test_store_lies__what_show_lists(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    lied_world w = { 0 };
    REQUIRE_OK(t, &err, make_lied_world(t, &w, &env, &err));
    const zkl_digest *dataset = &w.second.dataset;
    check_shown(t, &w, ZKL_OK, ZKL_OK, ZKL_OK);
    const uint64_t entries[] = { w.first.index, w.other.index, w.proof, 0 };
    for (size_t i = 0; i < ZKL_COUNT(entries); i++) {
        REQUIRE_OK(t, &err, put_version(w.ledger, "people", 2, entries[i], dataset, &err));
        check_shown(t, &w, ZKL_REJECTED, ZKL_REJECTED, ZKL_OK);
    }
    REQUIRE_OK(t, &err, put_version(w.ledger, "people", 2, w.second.index, dataset, &err));
    /* A version that the log does not have. */
    const zkl_store_key third = zkl_store_key_name(zkl_bytes_of_text("people"), 3);
    REQUIRE_OK(t, &err, put_version(w.ledger, "people", 3, w.second.index, dataset, &err));
    REQUIRE_OK(t, &err, put_count(w.ledger, "people", 3, &err));
    check_shown(t, &w, ZKL_REJECTED, ZKL_REJECTED, ZKL_OK);
    REQUIRE_OK(t, &err, put(w.ledger, &third, NULL, 0, &err));
    REQUIRE_OK(t, &err, put_count(w.ledger, "people", 2, &err));
    /* A version under another's name. */
    const zkl_store_key ghost = zkl_store_key_name(zkl_bytes_of_text("ghost"), 1);
    REQUIRE_OK(t, &err, put_version(w.ledger, "ghost", 1, w.other.index, dataset, &err));
    REQUIRE_OK(t, &err, put_count(w.ledger, "ghost", 1, &err));
    check_shown(t, &w, ZKL_REJECTED, ZKL_OK, ZKL_OK);
    REQUIRE_OK(t, &err, put(w.ledger, &ghost, NULL, 0, &err));
    REQUIRE_OK(t, &err, put_count(w.ledger, "ghost", 0, &err));
    check_added(t, &w);
    zkl_ledger_close(w.ledger);
}

ZKL_TESTS(TEST(test_store_lies__another_entry_for_a_version),
          TEST(test_store_lies__what_a_version_inherits),
          TEST(test_store_lies__an_entry_that_the_log_lacks),
          TEST(test_store_lies__what_show_lists))
