/* verify-chain over false logs of each kind: another verdict for none of them, and the same words
 * for any number of workers. */
#include "ledger_fixture.h"

#include <sys/stat.h>

#include "ledger/chain_known.h"

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

/* ---- Behind what was verified before. */

static zkl_status walk_on(fixture *f, bool proofs, bool fresh, zkl_chain_report *report,
                          zkl_error *err)
{
    const zkl_chain_options options = { .remember = true, .proofs = proofs, .fresh = fresh };
    return zkl_ledger_verify_chain(f->ledger, &options, report, err);
}

static void place_memory(zkl_test *t, fixture *f)
{
    snprintf(f->ledger->state, sizeof f->ledger->state, "%s", test_folder(t));
}

static zkl_status add_versions(zkl_test *t, fixture *f, uint32_t first, uint32_t count,
                               zkl_error *err)
{
    for (uint32_t i = first; i < first + count; i++) {
        fixture_dataset d;
        if (!fixture_make_dataset(t, &d, zkl_ledger_own_id(f->ledger),
                                  zkl_ledger_powers_hash(f->ledger), i, err))
            return err->status;
        ZKL_TRY(fixture_stage_dataset(f, &d, "a", i, NULL, err));
        ZKL_TRY(zkl_ledger_commit(f->ledger, err));
    }
    return ZKL_OK;
}

/* The second walk begins behind the first, by the keys that counted there, and finds the same as
 * one from the first entry. */
static void test_verify_chain__goes_on_behind_what_it_knows(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_chain_report report, whole;
    REQUIRE_OK(t, &err, open_log(t, &f, &err));
    place_memory(t, &f);
    REQUIRE_OK(t, &err, walk_on(&f, false, false, &report, &err));
    CHECK(t, report.remembered && !report.known_count && report.entry_count == SIZE);
    REQUIRE_OK(t, &err, walk_on(&f, false, false, &report, &err));
    CHECK(t, report.remembered && report.known_count == SIZE && report.entry_count == SIZE);
    CHECK(t, report.blob_count == 0 && report.dataset_count == VERSIONS);
    REQUIRE_OK(t, &err, add_versions(t, &f, VERSIONS + 1, 5, &err));
    REQUIRE_OK(t, &err, walk_on(&f, false, false, &report, &err));
    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(f.ledger, NULL, &whole, &err));
    CHECK(t, report.remembered && report.known_count == SIZE && report.blob_count);
    CHECK(t, report.entry_count == whole.entry_count && whole.entry_count == SIZE + 5);
    CHECK(t, report.checkpoint_count == whole.checkpoint_count);
    CHECK(t, report.dataset_count == whole.dataset_count && whole.blob_count > report.blob_count);
    REQUIRE_OK(t, &err, walk_on(&f, false, true, &report, &err));
    CHECK(t, report.remembered && !report.known_count);
    /* With proofs nothing counts that was verified without: the fixture's are none. */
    CHECK_STATUS(t, ZKL_REJECTED, walk_on(&f, true, false, &report, NULL));
    CHECK(t, !report.known_count && report.bad_index == 2);
    REQUIRE_OK(t, &err, walk_on(&f, false, false, &report, &err));
    CHECK_UINT_EQ(t, report.known_count, SIZE + 5);
    zkl_ledger_close(f.ledger);
}

/* Each false log is found also where it was verified before, and whatever is false behind that. */
static void test_verify_chain__finds_what_changed_since(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_chain_report report;
    zkl_digest leaf, late;
    zkl_bytes note;
    REQUIRE_OK(t, &err, open_log(t, &f, &err));
    place_memory(t, &f);
    REQUIRE_OK(t, &err, walk_on(&f, false, false, &report, &err));
    REQUIRE_OK(t, &err, add_versions(t, &f, VERSIONS + 1, 3, &err));
    zkl_log *const log = zkl_ledger_log(f.ledger);
    REQUIRE_OK(t, &err, zkl_log_leaf(log, &leaf, 66, &err));
    REQUIRE_OK(t, &err, zkl_log_leaf(log, &late, SIZE + 1, &err));
    REQUIRE_OK(t, &err, zkl_log_checkpoint_at(log, &note, &t->arena, 4, &err));
    const zkl_bytes name = zkl_bytes_of_text("a");
    const uint64_t end = SIZE + 3;
    false_log lies[] = {
        { "an entry that is left out", numbered("log/entry/", 66), .is_removed = true,
          .bad_index = 66 },
        { "an entry that is changed", numbered("log/entry/", 3), .value = "x", .value_bytes = 1,
          .bad_index = 3 },
        { "a node that is false", node(2, 1), .value_bytes = 32, .bad_index = 7 },
        { "a node right below the root of then", node(6, 0), .value_bytes = 32, .bad_index = 63 },
        { "such a node that is gone", node(6, 0), .is_removed = true, .bad_index = 63 },
        { "such a node of another length", node(3, 8), .value_bytes = 31, .bad_index = 71 },
        { "an index that hides an entry",
          zkl_store_key_of(ZKL_STORE_PREFIX_RECEIPT, leaf.bytes, 32), .is_removed = true,
          .bad_index = end },
        { "an index that leads elsewhere",
          zkl_store_key_of(ZKL_STORE_PREFIX_RECEIPT, leaf.bytes, 32), .value_bytes = 8,
          .bad_index = end },
        { "an index that leads behind what is known",
          zkl_store_key_of(ZKL_STORE_PREFIX_RECEIPT, leaf.bytes, 32),
          .value = { 0, 0, 0, 0, 0, 0, 0, 99 }, .value_bytes = 8, .bad_index = end },
        { "a value that is cut", zkl_store_key_of(ZKL_STORE_PREFIX_RECEIPT, leaf.bytes, 32),
          .value_bytes = 3, .bad_index = end },
        { "a version that leads elsewhere", zkl_store_key_name(name, 9), .value_bytes = 40,
          .bad_index = end },
        { "a checkpoint that is gone", numbered("log/checkpoint/", 4), .is_removed = true,
          .bad_index = 22 },
        { "an entry since that is left out", numbered("log/entry/", SIZE + 1), .is_removed = true,
          .bad_index = SIZE + 1 },
        { "an index that hides an entry since",
          zkl_store_key_of(ZKL_STORE_PREFIX_RECEIPT, late.bytes, 32), .is_removed = true,
          .bad_index = SIZE + 1 },
        { "a checkpoint of another key", numbered("log/checkpoint/", 4), .bad_index = 34 },
    };
    for (size_t i = 0; i < ZKL_COUNT(lies); i++) {
        const false_log *const lie = &lies[i];
        zkl_bytes had = { 0 }, value = zkl_bytes_of(lie->value, lie->value_bytes);
        if (i + 1 == ZKL_COUNT(lies)) { /* the same root, and a line that says nothing */
            uint8_t *const other = zkl_arena_copy(&t->arena, note.data, note.size);
            REQUIRE(t, other);
            other[note.size - 12] = other[note.size - 12] == 'A' ? 'B' : 'A';
            value = zkl_bytes_of(other, note.size);
        }
        REQUIRE_OK(t, &err,
                   zkl_store_get(f.store, &had, &t->arena, zkl_store_key_bytes(&lie->key), &err));
        REQUIRE_OK(t, &err, change(&f, &lie->key, lie->is_removed ? NULL : &value, &err));
        const zkl_status status = walk_on(&f, false, false, &report, &err);
        if (status != ZKL_REJECTED || (lie->bad_index != 34 && report.bad_index != lie->bad_index))
            printf("%s: entry %llu, %s\n", lie->what, (unsigned long long)report.bad_index,
                   err.text);
        CHECK_STATUS(t, ZKL_REJECTED, status);
        CHECK(t, lie->bad_index == 34 || report.bad_index == lie->bad_index);
        CHECK(t, !report.remembered);
        REQUIRE_OK(t, &err, change(&f, &lie->key, &had, &err));
    }
    REQUIRE_OK(t, &err, walk_on(&f, false, false, &report, &err));
    CHECK_UINT_EQ(t, report.known_count, SIZE);
    zkl_ledger_close(f.ledger);
}

/* The memory of one ledger put in the place of another's, of a longer log, and of another history
 * of the same log: the first counts as none, the others are refused. */
static void test_verify_chain__does_not_take_another_memory(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_chain_report report;
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_chain_known known, other;
    REQUIRE_OK(t, &err, open_log(t, &f, &err));
    place_memory(t, &f);
    const char *const state = f.ledger->state;
    const zkl_digest *const id = zkl_ledger_own_id(f.ledger);
    REQUIRE_OK(t, &err, walk_on(&f, false, false, &report, &err));
    zkl_chain_known_load(&known, &arena, state, id);
    CHECK_UINT_EQ(t, known.size, SIZE);
    other = known;
    other.size = SIZE + 1;
    REQUIRE_OK(t, &err, zkl_chain_known_save(&other, state, &err));
    CHECK_STATUS(t, ZKL_REJECTED, walk_on(&f, false, false, &report, NULL));
    CHECK_UINT_EQ(t, report.bad_index, SIZE);
    CHECK_STATUS(t, ZKL_REJECTED, walk_on(&f, false, true, &report, NULL));
    CHECK_UINT_EQ(t, report.bad_index, SIZE);
    other = known;
    other.root.bytes[5] ^= 1;
    REQUIRE_OK(t, &err, zkl_chain_known_save(&other, state, &err));
    CHECK_STATUS(t, ZKL_REJECTED, walk_on(&f, false, false, &report, NULL));
    CHECK_UINT_EQ(t, report.bad_index, SIZE - 1);
    /* Also where all of it is verified again: nor is it forgotten. */
    CHECK_STATUS(t, ZKL_REJECTED, walk_on(&f, false, true, &report, NULL));
    CHECK_UINT_EQ(t, report.bad_index, SIZE - 1);
    CHECK_STATUS(t, ZKL_REJECTED, walk_on(&f, true, false, &report, NULL));
    CHECK_UINT_EQ(t, report.bad_index, SIZE - 1);
    other = known;
    other.size = SIZE - 7; /* the root of then is not that of the whole */
    REQUIRE_OK(t, &err, zkl_chain_known_save(&other, state, &err));
    CHECK_STATUS(t, ZKL_REJECTED, walk_on(&f, false, false, &report, NULL));
    other = known;
    other.checkpoint_count++;
    REQUIRE_OK(t, &err, zkl_chain_known_save(&other, state, &err));
    CHECK_STATUS(t, ZKL_REJECTED, walk_on(&f, false, false, &report, NULL));
    other = known;
    other.counts.of[ZKL_INDEX_DATASET]--;
    REQUIRE_OK(t, &err, zkl_chain_known_save(&other, state, &err));
    CHECK_STATUS(t, ZKL_REJECTED, walk_on(&f, false, false, &report, NULL));
    other = known;
    other.ledger.bytes[0] ^= 1; /* a file of its own */
    REQUIRE_OK(t, &err, zkl_chain_known_save(&other, state, &err));
    char from[PATH_MAX + 80], to[PATH_MAX + 80], hex[65];
    zkl_hex_encode(hex, other.ledger.bytes, 32);
    snprintf(from, sizeof from, "%s/verified/%s", state, hex);
    zkl_hex_encode(hex, id->bytes, 32);
    snprintf(to, sizeof to, "%s/verified/%s", state, hex);
    REQUIRE(t, rename(from, to) == 0);
    REQUIRE_OK(t, &err, walk_on(&f, false, false, &report, &err));
    CHECK(t, report.remembered && !report.known_count);
    /* One that others may write is none either. */
    REQUIRE(t, chmod(to, 0666) == 0);
    REQUIRE_OK(t, &err, walk_on(&f, false, false, &report, &err));
    CHECK_UINT_EQ(t, report.known_count, 0);
    zkl_ledger_close(f.ledger);
}

/* Every byte of the memory is bound: changed, it counts as none. */
static void test_chain_known__any_other_byte_is_refused(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    const zkl_chain_known known = { .ledger = { { 1 } },
                                    .size = 7,
                                    .root = { { 2 } },
                                    .checkpoint_count = 3,
                                    .counts = { .of = { 1, 2, 3, 4 }, .names = 5 },
                                    .proofs = true,
                                    .trust = zkl_bytes_of_text("trust") };
    zkl_chain_known read;
    zkl_error err = { 0 };
    zkl_chain_known_encode(&bytes, &known);
    REQUIRE_OK(t, &err, zkl_chain_known_parse(&read, zkl_buffer_bytes(&bytes), &err));
    zkl_chain_known_encode(&again, &read);
    CHECK(t, zkl_bytes_equal(zkl_buffer_bytes(&bytes), zkl_buffer_bytes(&again)));
    for (size_t i = 0; i < bytes.size; i++) {
        bytes.data[i] ^= 1;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_chain_known_parse(&read, zkl_buffer_bytes(&bytes), NULL));
        bytes.data[i] ^= 1;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_chain_known_parse(&read, zkl_bytes_of(bytes.data, i), NULL));
    }
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
          TEST(test_verify_chain__goes_on_behind_what_it_knows),
          TEST(test_verify_chain__finds_what_changed_since),
          TEST(test_verify_chain__does_not_take_another_memory),
          TEST(test_chain_known__any_other_byte_is_refused),
          TEST(test_confirmed__says_nothing_of_earlier_entries))
