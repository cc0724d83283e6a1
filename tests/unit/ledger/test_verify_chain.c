/* verify-chain over false logs of each kind: another verdict for none of them, and the same words
 * for any number of workers. */
#include "ledger_fixture.h"

#include "ledger/ledger_internal.h"

/* Entry 0 puts in the signer, 1 is the set-up; then versions of "a". More than are checked at
 * once. */
#define VERSIONS 70
#define SIZE (VERSIONS + 2)

typedef struct false_log {
    const char *what;
    zkl_store_key key;
    bool is_removed;
    uint8_t value[64];
    size_t value_bytes;
    uint64_t bad_index;
} false_log;

static zkl_status open_log(zkl_test *t, fixture *f, zkl_error *err)
{
    fixture_dataset d;
    ZKL_TRY(fixture_open(t, f, err));
    for (uint32_t i = 1; i <= VERSIONS; i++) {
        if (!fixture_make_dataset(t, &d, zkl_ledger_own_id(f->ledger),
                                  zkl_ledger_powers_hash(f->ledger), i, err))
            return err->status;
        if (i == 1)
            ZKL_TRY(fixture_stage_setup(f, &d, err));
        ZKL_TRY(fixture_stage_dataset(f, &d, "a", i, NULL, err));
        if (i % 7 == 0) /* checkpoints behind several entries */
            ZKL_TRY(zkl_ledger_commit(f->ledger, err));
    }
    return ZKL_OK;
}

static zkl_status change(fixture *f, const zkl_store_key *key, const zkl_bytes *value,
                         zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    if (value)
        ZKL_TRY(zkl_batch_put(&batch, zkl_store_key_bytes(key), *value, err));
    else
        ZKL_TRY(zkl_batch_delete(&batch, zkl_store_key_bytes(key), err));
    return zkl_store_commit(f->store, &batch, true, err);
}

static zkl_store_key numbered(const char *prefix, uint64_t number)
{
    uint8_t bytes[8];
    zkl_be64_put(bytes, number);
    return zkl_store_key_of(prefix, bytes, sizeof bytes);
}

static zkl_store_key node(uint8_t level, uint64_t index)
{
    uint8_t bytes[9] = { level };
    zkl_be64_put(bytes + 1, index);
    return zkl_store_key_of("log/node/", bytes, sizeof bytes);
}

/* Walked by many workers and by one alone: *report and the words are those of both. */
static zkl_status walk_twice(zkl_test *t, fixture *f, zkl_chain_report *report, zkl_error *err)
{
    zkl_pool *const pool = f->env.pool;
    zkl_chain_report alone;
    zkl_error why = { 0 };
    const zkl_status status = zkl_ledger_verify_chain(f->ledger, NULL, report, err);
    f->env.pool = NULL;
    CHECK_STATUS(t, status, zkl_ledger_verify_chain(f->ledger, NULL, &alone, &why));
    f->env.pool = pool;
    CHECK(t, status == ZKL_OK || strcmp(err->text, why.text) == 0);
    CHECK_MEM_EQ(t, report, &alone, sizeof alone);
    return status;
}

static void test_verify_chain__finds_every_false_log(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_chain_report report;
    zkl_digest leaf;
    REQUIRE_OK(t, &err, open_log(t, &f, &err));
    REQUIRE_OK(t, &err, walk_twice(t, &f, &report, &err));
    CHECK(t, report.entry_count == SIZE && report.dataset_count == VERSIONS);
    REQUIRE_OK(t, &err, zkl_log_leaf(zkl_ledger_log(f.ledger), &leaf, 66, &err));
    const zkl_bytes name = zkl_bytes_of_text("a");
    const false_log lies[] = {
        { "an entry that is left out", numbered("log/entry/", 66), .is_removed = true,
          .bad_index = 66 },
        { "an entry that is changed", numbered("log/entry/", 3), .value = "x", .value_bytes = 1,
          .bad_index = 3 },
        { "a leaf", node(0, 65), .value_bytes = 32, .bad_index = 65 },
        { "a node that is false", node(2, 1), .value_bytes = 32, .bad_index = 7 },
        { "a node that is gone", node(3, 7), .is_removed = true, .bad_index = 63 },
        { "a node of another length", node(0, 9), .value_bytes = 31, .bad_index = 9 },
        { "an index that hides an entry",
          zkl_store_key_of(ZKL_STORE_PREFIX_RECEIPT, leaf.bytes, 32), .is_removed = true,
          .bad_index = 66 },
        { "an index that leads elsewhere",
          zkl_store_key_of(ZKL_STORE_PREFIX_RECEIPT, leaf.bytes, 32), .value_bytes = 8,
          .bad_index = 66 },
        { "a version that leads elsewhere", zkl_store_key_name(name, 9), .value_bytes = 40,
          .bad_index = 10 },
        { "a version too many", zkl_store_key_name(name, VERSIONS + 1), .value_bytes = 40,
          .bad_index = SIZE },
        { "a checkpoint that is gone", numbered("log/checkpoint/", 4), .is_removed = true,
          .bad_index = 22 },
        { "a checkpoint that is none", numbered("log/checkpoint/", 4), .value = "x",
          .value_bytes = 1, .bad_index = 22 },
    };
    for (size_t i = 0; i < ZKL_COUNT(lies); i++) {
        const false_log *const lie = &lies[i];
        zkl_bytes had = { 0 };
        const zkl_bytes value = zkl_bytes_of(lie->value, lie->value_bytes);
        const bool was_there =
            zkl_store_get(f.store, &had, &t->arena, zkl_store_key_bytes(&lie->key), NULL) == ZKL_OK;
        REQUIRE_OK(t, &err, change(&f, &lie->key, lie->is_removed ? NULL : &value, &err));
        const zkl_status status = walk_twice(t, &f, &report, &err);
        if (status != ZKL_REJECTED || report.bad_index != lie->bad_index)
            printf("%s: entry %llu, %s\n", lie->what, (unsigned long long)report.bad_index,
                   err.text);
        CHECK_STATUS(t, ZKL_REJECTED, status);
        CHECK_UINT_EQ(t, report.bad_index, lie->bad_index);
        REQUIRE_OK(t, &err, change(&f, &lie->key, was_there ? &had : NULL, &err));
        REQUIRE_OK(t, &err, walk_twice(t, &f, &report, &err));
    }
    zkl_ledger_close(f.ledger);
}

/* The signature line of a checkpoint that the log's key did not write: the tree is right. */
static void test_verify_chain__a_checkpoint_by_another_key(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_chain_report report;
    zkl_bytes note;
    REQUIRE_OK(t, &err, open_log(t, &f, &err));
    for (uint64_t number = 0; number < 11; number += 5) {
        const zkl_store_key key = numbered("log/checkpoint/", number);
        REQUIRE_OK(t, &err,
                   zkl_log_checkpoint_at(zkl_ledger_log(f.ledger), &note, &t->arena, number, &err));
        uint8_t *const other = zkl_arena_copy(&t->arena, note.data, note.size);
        const uint8_t *const line = memmem(other, note.size, "\xe2\x80\x94 ", 4);
        REQUIRE(t, other && line);
        uint8_t *const end = other + note.size - 3; /* before the padding and the line's end */
        end[-9] = end[-9] == 'A' ? 'B' : 'A';
        const zkl_bytes value = zkl_bytes_of(other, note.size);
        REQUIRE_OK(t, &err, change(&f, &key, &value, &err));
        CHECK_STATUS(t, ZKL_REJECTED, walk_twice(t, &f, &report, &err));
        CHECK(t, strncmp(err.text, "checkpoint ", 11) == 0);
        CHECK_UINT_EQ(t, report.checkpoint_count, number + 1);
        REQUIRE_OK(t, &err, change(&f, &key, &note, &err));
    }
    zkl_ledger_close(f.ledger);
}

/* What holds for an entry holds for later ones, and is not said of earlier ones. */
static void test_confirmed__says_nothing_of_earlier_entries(zkl_test *t)
{
    zkl_confirmed *c = NULL;
    zkl_error err = { 0 };
    const zkl_digest thing = { { 1 } };
    zkl_digest a, b;
    zkl_confirmed_name(&a, ZKL_CONFIRMED_REFERENCE, &thing);
    zkl_confirmed_name(&b, ZKL_CONFIRMED_MANIFEST, &thing);
    REQUIRE_OK(t, &err, zkl_confirmed_new(&c, &err));
    CHECK(t, !zkl_confirmed_has(c, &a, 9));
    zkl_confirmed_add(c, &a, 5);
    CHECK(t, !zkl_confirmed_has(c, &a, 4) && zkl_confirmed_has(c, &a, 5) &&
                 zkl_confirmed_has(c, &a, 6) && !zkl_confirmed_has(c, &b, 6));
    zkl_confirmed_add(c, &a, 8);
    CHECK(t, zkl_confirmed_has(c, &a, 5));
    zkl_confirmed_add(c, &a, 3);
    CHECK(t, zkl_confirmed_has(c, &a, 3) && !zkl_confirmed_has(c, &a, 2));
    CHECK(t, !zkl_confirmed_has(NULL, &a, 9));
    zkl_confirmed_free(c);
}

ZKL_TESTS(TEST(test_verify_chain__finds_every_false_log),
          TEST(test_verify_chain__a_checkpoint_by_another_key),
          TEST(test_confirmed__says_nothing_of_earlier_entries))
