/* Finding believes the log alone: a store whose indexes, entries or tree say something else is
 * damaged, and is told so. */
#include "ledger_fixture.h"
#include "ledger/ledger_internal.h"

/* The versions 1 to `count` of "a". Entry 0 is the signer, 1 the set-up; version v stands at
 * 1 + v. */
static zkl_status open_with_versions(zkl_test *t, fixture *f, fixture_dataset *last, uint32_t count,
                                     zkl_error *err)
{
    ZKL_TRY(fixture_open(t, f, err));
    for (uint32_t v = 1; v <= count; v++) {
        if (!fixture_make_dataset(t, last, zkl_ledger_own_id(f->ledger),
                                  zkl_ledger_powers_hash(f->ledger), v, err))
            return err->status;
        if (v == 1)
            ZKL_TRY(fixture_stage_setup(f, last, err));
        ZKL_TRY(fixture_stage_dataset(f, last, "a", v, NULL, err));
        ZKL_TRY(zkl_ledger_commit(f->ledger, err));
    }
    return ZKL_OK;
}

static zkl_status put(fixture *f, const zkl_store_key *key, const void *value, size_t size,
                      zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    ZKL_TRY(zkl_batch_put(&batch, zkl_store_key_bytes(key), zkl_bytes_of(value, size), err));
    return zkl_store_commit(f->store, &batch, true, err);
}

static zkl_store_key numbered(const char *prefix, uint64_t number)
{
    uint8_t bytes[8];
    zkl_be64_put(bytes, number);
    return zkl_store_key_of(prefix, bytes, sizeof bytes);
}

/* A value that begins with the index of an entry says another one. */
static zkl_status point_to(fixture *f, const zkl_store_key *key, uint64_t index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    uint8_t value[8 + 32];
    zkl_bytes had;
    ZKL_TRY(zkl_store_get(f->store, &had, &arena, zkl_store_key_bytes(key), err));
    ZKL_ASSERT(had.size >= 8 && had.size <= sizeof value);
    memcpy(value, had.data, had.size);
    zkl_be64_put(value, index);
    return put(f, key, value, had.size, err);
}

/* Each index leads to every other entry of the log, and to ones that it does not have. */
static void test_ledger_find__an_index_is_not_believed(zkl_test *t)
{
    fixture f;
    fixture_dataset d;
    zkl_error err = { 0 };
    zkl_dataset_version found;
    zkl_digest receipt;
    uint64_t index;
    REQUIRE_OK(t, &err, open_with_versions(t, &f, &d, 3, &err));
    REQUIRE_OK(t, &err, zkl_log_leaf(zkl_ledger_log(f.ledger), &receipt, 4, &err));
    const zkl_bytes name = zkl_bytes_of_text("a");
    const zkl_store_key version = zkl_store_key_name(name, 3);
    const zkl_store_key setup = zkl_store_key_setup(&d.circuit);
    const zkl_store_key leaf = zkl_store_key_of(ZKL_STORE_PREFIX_RECEIPT, receipt.bytes, 32);
    for (uint64_t lie = 0; lie < 8; lie++) {
        REQUIRE_OK(t, &err, point_to(&f, &version, lie, &err));
        REQUIRE_OK(t, &err, point_to(&f, &setup, lie, &err));
        REQUIRE_OK(t, &err, point_to(&f, &leaf, lie, &err));
        CHECK_STATUS(t, lie == 4 ? ZKL_OK : ZKL_REJECTED,
                     zkl_ledger_find(f.ledger, &found, &t->arena, name, 0, NULL));
        CHECK_STATUS(t, lie == 1 ? ZKL_OK : ZKL_REJECTED,
                     zkl_ledger_setup_index(f.ledger, &index, &d.circuit, NULL));
        CHECK_STATUS(t, lie == 4 ? ZKL_OK : ZKL_REJECTED,
                     zkl_ledger_index_of(f.ledger, &index, &receipt, NULL));
    }
    zkl_ledger_close(f.ledger);
}

/* A set-up of another key of the same circuit is not the one that was asked for. */
static void test_ledger_find__a_setup_is_of_its_key(zkl_test *t)
{
    fixture f;
    fixture_dataset d;
    zkl_error err = { 0 };
    uint64_t index;
    uint8_t one[8] = { 0, 0, 0, 0, 0, 0, 0, 1 };
    REQUIRE_OK(t, &err, open_with_versions(t, &f, &d, 1, &err));
    zkl_circuit_id other = d.circuit;
    other.key_hash.bytes[0] ^= 1;
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_ledger_setup_index(f.ledger, &index, &other, NULL));
    const zkl_store_key key = zkl_store_key_setup(&other);
    REQUIRE_OK(t, &err, put(&f, &key, one, sizeof one, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_ledger_setup_index(f.ledger, &index, &other, NULL));
    zkl_ledger_close(f.ledger);
}

/* Every version says of itself what it is: only the tree shows that it stands elsewhere. */
static void test_ledger_find__an_entry_is_of_the_tree(zkl_test *t)
{
    fixture f;
    fixture_dataset d;
    zkl_error err = { 0 };
    zkl_dataset_version found;
    zkl_entry entry;
    zkl_dsse dsse;
    zkl_bytes envelope;
    zkl_loaded_content content;
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    const zkl_bytes name = zkl_bytes_of_text("a");
    REQUIRE_OK(t, &err, open_with_versions(t, &f, &d, 3, &err));
    const zkl_store_key place = numbered("log/entry/", 2), version = zkl_store_key_name(name, 3);
    REQUIRE_OK(t, &err, zkl_log_entry(zkl_ledger_log(f.ledger), &envelope, &t->arena, 4, &err));
    REQUIRE_OK(t, &err, put(&f, &place, envelope.data, envelope.size, &err));
    REQUIRE_OK(t, &err, point_to(&f, &version, 2, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_ledger_find(f.ledger, &found, &t->arena, name, 0, NULL));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_ledger_entry(f.ledger, &entry, &dsse, &t->arena, 2, NULL));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_ledger_load_content(f.ledger, &content, &t->arena, 2, NULL));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_receipt_build(&out, f.ledger, 2, NULL));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_export_dsse(&out, f.ledger, 2, NULL));
    CHECK_UINT_EQ(t, out.size, 0);
    REQUIRE_OK(t, &err, zkl_export_dsse(&out, f.ledger, 4, &err)); /* the others are as before */
    zkl_ledger_close(f.ledger);
}

/* A writer builds on no version, and on no set-up, that the log does not have. */
static void test_ledger_stage__builds_on_the_log_alone(zkl_test *t)
{
    for (int which = 0; which < 3; which++) {
        fixture f;
        fixture_dataset d;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, open_with_versions(t, &f, &d, 2, &err));
        const zkl_store_key version = zkl_store_key_name(zkl_bytes_of_text("a"), 2),
                            setup = zkl_store_key_setup(&d.circuit);
        if (which)
            REQUIRE_OK(t, &err, point_to(&f, which == 1 ? &version : &setup, 2, &err));
        REQUIRE(t, fixture_make_dataset(t, &d, zkl_ledger_own_id(f.ledger),
                                        zkl_ledger_powers_hash(f.ledger), 3, &err));
        CHECK_STATUS(t, which ? ZKL_REJECTED : ZKL_OK,
                     fixture_stage_dataset(&f, &d, "a", 3, NULL, &err));
        zkl_ledger_close(f.ledger);
    }
}

/* verify-chain does not stumble over a node before it comes to the entries below it. The node over
 * entries 4 to 7 is on the path of entry 2, which entry 3 refers to. */
static void test_verify_chain__names_the_first_wrong_entry(zkl_test *t)
{
    fixture f;
    fixture_dataset d;
    zkl_error err = { 0 };
    zkl_chain_report report;
    zkl_dataset_version found;
    static const uint8_t node[1 + 8] = { 2, 0, 0, 0, 0, 0, 0, 0, 1 }, other[32] = { 0 };
    const zkl_store_key key = zkl_store_key_of("log/node/", node, sizeof node);
    REQUIRE_OK(t, &err, open_with_versions(t, &f, &d, 6, &err));
    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(f.ledger, NULL, &report, &err));
    REQUIRE_OK(t, &err, put(&f, &key, other, sizeof other, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_ledger_verify_chain(f.ledger, NULL, &report, NULL));
    CHECK_UINT_EQ(t, report.bad_index, 7);
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_ledger_find(f.ledger, &found, &t->arena, zkl_bytes_of_text("a"), 1, NULL));
    zkl_ledger_close(f.ledger);
}

ZKL_TESTS(TEST(test_ledger_find__an_index_is_not_believed),
          TEST(test_ledger_find__a_setup_is_of_its_key),
          TEST(test_ledger_find__an_entry_is_of_the_tree),
          TEST(test_ledger_stage__builds_on_the_log_alone),
          TEST(test_verify_chain__names_the_first_wrong_entry))
