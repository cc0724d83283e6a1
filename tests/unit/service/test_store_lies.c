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

/* "people@1" stands at this index from now on, as the store says; its dataset stays. */
static zkl_status lie(zkl_ledger *ledger, uint64_t index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
    uint8_t value[8 + 32];
    const zkl_store_key key = zkl_store_key_name(zkl_bytes_of_text("people"), 1);
    ZKL_TRY(zkl_ledger_writer(&writer, ledger, NULL, err));
    ZKL_TRY(zkl_ledger_get_sized(writer, value, sizeof value, &key, err));
    zkl_be64_put(value, index);
    ZKL_TRY(
        zkl_batch_put(&batch, zkl_store_key_bytes(&key), zkl_bytes_of(value, sizeof value), err));
    return zkl_store_commit(writer->store, &batch, true, err);
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

ZKL_TESTS(TEST(test_store_lies__another_entry_for_a_version))
