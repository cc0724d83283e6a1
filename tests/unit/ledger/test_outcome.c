/* A commit whose outcome the store does not know: it is read back and said. */
#include "ledger_fixture.h"

#include "ledger/ledger_internal.h"

typedef struct notes {
    zkl_store *store;
    char text[ZKL_ERROR_TEXT_BYTES];
} notes;

/* The store works again once the outcome is known. */
static void keep_note(void *opaque, const char *text)
{
    notes *n = opaque;
    snprintf(n->text, sizeof n->text, "%s", text);
    zkl_store_failing_arm(n->store, 0);
}

static zkl_status add(zkl_test *t, fixture *f, uint32_t version, zkl_error *err)
{
    fixture_dataset d;
    uint64_t setup;
    if (!fixture_make_dataset(t, &d, zkl_ledger_own_id(f->ledger),
                              zkl_ledger_powers_hash(f->ledger), version, err))
        return err->status;
    if (zkl_ledger_setup_index(f->ledger, &setup, &d.circuit, err) == ZKL_NOT_FOUND)
        ZKL_TRY(fixture_stage_setup(f, &d, err));
    ZKL_TRY(fixture_stage_dataset(f, &d, "a", version, NULL, err));
    return zkl_ledger_commit(f->ledger, err);
}

static zkl_status open_with_one(zkl_test *t, fixture *f, notes *n, zkl_error *err)
{
    ZKL_TRY(fixture_open(t, f, err));
    *n = (notes){ .store = f->store };
    f->ledger->notice = (zkl_notice){ keep_note, n };
    return add(t, f, 1, err);
}

static void test_outcome__recorded_is_success_and_said(zkl_test *t)
{
    fixture f;
    notes n;
    zkl_error err = { 0 };
    zkl_chain_report report;
    uint32_t versions;
    REQUIRE_OK(t, &err, open_with_one(t, &f, &n, &err));
    zkl_store_failing_after(f.store, true);
    zkl_store_failing_arm(f.store, 1);
    REQUIRE_OK(t, &err, add(t, &f, 2, &err));
    CHECK(t, strstr(n.text, "recorded as entry 3") != NULL);
    REQUIRE_OK(t, &err,
               zkl_ledger_version_count(f.ledger, &versions, zkl_bytes_of_text("a"), &err));
    CHECK_UINT_EQ(t, versions, 2);
    REQUIRE_OK(t, &err, add(t, &f, 3, &err)); /* the next one is the next version */
    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(f.ledger, NULL, &report, &err));
    CHECK_UINT_EQ(t, report.entry_count, 5);
    CHECK_UINT_EQ(t, report.checkpoint_count, 4);
    zkl_ledger_close(f.ledger);
}

static void test_outcome__not_recorded_is_failure_and_said(zkl_test *t)
{
    fixture f;
    notes n;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, open_with_one(t, &f, &n, &err));
    zkl_store_failing_arm(f.store, 1);
    CHECK_STATUS(t, ZKL_IO, add(t, &f, 2, &err));
    CHECK(t, strstr(err.text, "entry 3 was not recorded") != NULL);
    zkl_store_failing_arm(f.store, 0);
    REQUIRE_OK(t, &err, add(t, &f, 2, &err));
    CHECK_UINT_EQ(t, zkl_log_size(zkl_ledger_log(f.ledger)), 4);
    zkl_ledger_close(f.ledger);
}

static void test_outcome__not_known_is_failure_and_said(zkl_test *t)
{
    for (int after = 0; after < 2; after++) {
        fixture f;
        notes n;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, open_with_one(t, &f, &n, &err));
        zkl_store_failing_after(f.store, after);
        zkl_store_failing_for_good(f.store, true);
        zkl_store_failing_arm(f.store, 1);
        CHECK_STATUS(t, ZKL_IO, add(t, &f, 2, &err));
        CHECK(t, strstr(err.text, "not known whether entry 3 was recorded") != NULL);
        zkl_ledger_close(f.ledger);
    }
}

ZKL_TESTS(TEST(test_outcome__recorded_is_success_and_said),
          TEST(test_outcome__not_recorded_is_failure_and_said),
          TEST(test_outcome__not_known_is_failure_and_said))
