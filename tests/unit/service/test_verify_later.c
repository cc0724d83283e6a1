/* A verdict on a version of a ledger says what was added to it later, verified as the rest. */
#include "ledger/ledger_internal.h"
#include "service_testing.h"

typedef struct later_world {
    service_world world;
    zkl_ledger *ledger;
    uint64_t unique, rows; /* entries */
} later_world;

static zkl_status add(uint64_t *index, const later_world *w, const char *claim, zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    const zkl_add_claims_request request = { .reference = "people",
                                             .files = &w->world.table,
                                             .file_count = 1,
                                             .claims = &claim,
                                             .claim_count = 1 };
    const zkl_status status = zkl_add_claims(&result, w->ledger, &request, NULL, err);
    *index = result.index;
    zkl_arena_clear(&result.memory);
    return status;
}

static zkl_status make_world(zkl_test *t, later_world *w, const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(service_world_make(t, &w->world, env, err));
    ZKL_TRY(service_notarize(&w->world, true, env, err));
    ZKL_TRY(service_open_world(&w->ledger, &w->world, env, err));
    ZKL_TRY(add(&w->unique, w, "unique(id)", err));
    return add(&w->rows, w, "rows(4)", err);
}

/* The claim that was asked for is the entry's last. What follows from the manifest has a place
 * behind a statement of cells. */
static void check_later(zkl_test *t, const zkl_later_verdict *later, uint64_t index,
                        const char *text)
{
    CHECK_UINT_EQ(t, later->index, index);
    CHECK(t, later->is_development && later->time[0]);
    REQUIRE(t, later->claim_count > 0);
    const zkl_claim_verdict *last = &later->claims[later->claim_count - 1];
    CHECK_TEXT_EQ(t, last->text, text);
    CHECK(t, last->sentence[0] && !last->dataset);
    for (size_t i = 0; i + 1 < later->claim_count; i++)
        CHECK(t, later->claims[i].is_wellformedness);
}

static void check_verdict(zkl_test *t, const later_world *w, zkl_verify_result *verdict)
{
    CHECK_TEXT_EQ(t, verdict->kind, "notarise");
    REQUIRE(t, verdict->later_count == 2);
    check_later(t, &verdict->later[0], w->unique, "unique(id)");
    check_later(t, &verdict->later[1], w->rows, "rows(4)");
    for (size_t i = 0; i < verdict->claim_count; i++)
        CHECK(t, strcmp(verdict->claims[i].text, "unique(id)") != 0);
    zkl_arena_clear(&verdict->memory);
}

/* Other bytes for the proof of an entry's first statement. */
static zkl_status damage_proof(zkl_ledger *ledger, uint64_t index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
    zkl_entry entry;
    ZKL_TRY(zkl_ledger_writer(&writer, ledger, NULL, err));
    ZKL_TRY(zkl_ledger_entry_with(writer, &entry, &arena, index, ZKL_FIELDS_DATA, err));
    const zkl_store_key key =
        zkl_store_key_of(ZKL_STORE_PREFIX_BLOB, entry.data.statements[0].proof_sha256.bytes, 32);
    ZKL_TRY(zkl_batch_put(&batch, zkl_store_key_bytes(&key), zkl_bytes_of_text("other"), err));
    return zkl_store_commit(writer->store, &batch, true, err);
}

static void test_verify_later__what_was_added_is_verified_too(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    later_world w = { 0 };
    zkl_verify_result verdict = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &env, &err));
    REQUIRE_OK(t, &err, zkl_verify_own(&verdict, w.ledger, "people@1", &env, &err));
    check_verdict(t, &w, &verdict);
    const zkl_verify_data_request data = { .reference = "people",
                                           .files = &w.world.table,
                                           .file_count = 1 };
    REQUIRE_OK(t, &err, zkl_verify_data(&verdict, w.ledger, &data, &env, &err));
    check_verdict(t, &w, &verdict);
    /* Of an entry that was asked for by itself: what its receipt holds. */
    const char *entry = zkl_arena_format(&t->arena, "people#%llu", (unsigned long long)w.unique);
    REQUIRE_OK(t, &err, zkl_verify_own(&verdict, w.ledger, entry, &env, &err));
    CHECK_UINT_EQ(t, verdict.later_count, 0);
    CHECK_TEXT_EQ(t, verdict.claims[0].text, "unique(id)");
    zkl_arena_clear(&verdict.memory);
    zkl_ledger_close(w.ledger);
}

/* The version itself is whole, and is not said to be valid without what was added to it. */
static void test_verify_later__one_that_is_refused_ends_it(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    later_world w = { 0 };
    zkl_verify_result verdict = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &env, &err));
    REQUIRE_OK(t, &err, damage_proof(w.ledger, w.unique, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_verify_own(&verdict, w.ledger, "people", &env, &err));
    const char *says =
        zkl_arena_format(&t->arena, "claims that entry %llu adds", (unsigned long long)w.unique);
    CHECK(t, strstr(err.text, says));
    CHECK(t, !verdict.name && !verdict.claim_count && !verdict.later_count);
    zkl_ledger_close(w.ledger);
}

ZKL_TESTS(TEST(test_verify_later__what_was_added_is_verified_too),
          TEST(test_verify_later__one_that_is_refused_ends_it))
