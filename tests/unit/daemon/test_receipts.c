/* Receipts that are kept while their ledger stands still. */
#include "daemon/receipts.h"

#include "daemon/daemon.h"
#include "testing.h"

/* Stand for two ledgers: a table compares their addresses alone. */
static const char ledgers[2];

static const zkl_ledger *ledger(size_t i)
{
    return (const zkl_ledger *)&ledgers[i];
}

static bool shows(daemon_receipts *r, size_t of, uint64_t state, const char *reference,
                  const char *text)
{
    const daemon_receipt *const found = daemon_receipts_find(r, ledger(of), state, reference);
    const bool is = found && zkl_bytes_equal_text(found->bytes, text);
    if (found)
        daemon_receipt_drop(found);
    return is;
}

static bool has(daemon_receipts *r, size_t of, uint64_t state, const char *reference)
{
    const daemon_receipt *const found = daemon_receipts_find(r, ledger(of), state, reference);
    if (found)
        daemon_receipt_drop(found);
    return found != NULL;
}

static void test_receipts__are_of_a_ledger_a_state_and_a_name(zkl_test *t)
{
    daemon_receipts *r = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, daemon_receipts_new(&r, 1 << 20, &err));
    CHECK(t, !has(r, 0, 7, "sales"));
    daemon_receipts_keep(r, ledger(0), 7, "sales", zkl_bytes_of_text("one"));
    CHECK(t, shows(r, 0, 7, "sales", "one"));
    CHECK(t, !has(r, 1, 7, "sales")); /* another ledger */
    CHECK(t, !has(r, 0, 8, "sales")); /* the ledger has moved */
    CHECK(t, !has(r, 0, 6, "sales"));
    CHECK(t, !has(r, 0, 7, "sales@1"));
    CHECK(t, !has(r, 0, 7, "sale"));
    daemon_receipts_keep(r, ledger(0), 8, "sales", zkl_bytes_of_text("two"));
    CHECK(t, shows(r, 0, 8, "sales", "two"));
    CHECK(t, !has(r, 0, 7, "sales"));
    daemon_receipts_free(r);
}

/* A ledger that does not say when it moves. */
static void test_receipts__keep_nothing_without_a_state(zkl_test *t)
{
    daemon_receipts *r = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, daemon_receipts_new(&r, 1 << 20, &err));
    daemon_receipts_keep(r, ledger(0), 0, "sales", zkl_bytes_of_text("one"));
    CHECK(t, !has(r, 0, 0, "sales"));
    daemon_receipts_free(r);
}

/* What is given out stays whole, whatever the table does; and its tag is that of its bytes. */
static void test_receipts__are_whole_while_they_are_sent(zkl_test *t)
{
    daemon_receipts *r = NULL;
    zkl_error err = { 0 };
    char tag[DAEMON_TAG_CHARS];
    REQUIRE_OK(t, &err, daemon_receipts_new(&r, 1 << 20, &err));
    daemon_receipts_keep(r, ledger(0), 1, "sales", zkl_bytes_of_text("one"));
    const daemon_receipt *const sent = daemon_receipts_find(r, ledger(0), 1, "sales");
    REQUIRE(t, sent);
    daemon_receipts_keep(r, ledger(0), 2, "sales", zkl_bytes_of_text("two"));
    daemon_receipts_free(r);
    CHECK(t, zkl_bytes_equal_text(sent->bytes, "one"));
    daemon_tag_of(tag, zkl_bytes_of_text("one"));
    CHECK_TEXT_EQ(t, sent->tag, tag);
    daemon_receipt_drop(sent);
}

/* Never more than the bounds say; one that is large for them is not kept, and no other leaves for
 * it. */
static void test_receipts__are_bounded(zkl_test *t)
{
    daemon_receipts *r = NULL;
    zkl_error err = { 0 };
    char name[32];
    const size_t bytes_max = 10000;
    uint8_t *const bytes = ZKL_ARENA_NEW(&t->arena, uint8_t, bytes_max);
    REQUIRE(t, bytes);
    REQUIRE_OK(t, &err, daemon_receipts_new(&r, bytes_max, &err));
    daemon_receipts_keep(r, ledger(0), 1, "small", zkl_bytes_of_text("one"));
    daemon_receipts_keep(r, ledger(0), 1, "large", zkl_bytes_of(bytes, bytes_max));
    CHECK(t, !has(r, 0, 1, "large"));
    CHECK(t, has(r, 0, 1, "small"));
    for (int i = 0; i < 1000; i++) {
        size_t held = 0;
        snprintf(name, sizeof name, "n%d", i);
        daemon_receipts_keep(r, ledger(0), 1, name, zkl_bytes_of(bytes, 1000));
        CHECK(t, has(r, 0, 1, name));
        for (int k = 0; k <= i; k++) {
            snprintf(name, sizeof name, "n%d", k);
            held += has(r, 0, 1, name);
        }
        CHECK(t, held * 1000 <= bytes_max);
    }
    daemon_receipts_free(r);
}

/* What came of waiting. */
typedef struct listener {
    daemon_receipt_waiter waiter; /* first */
    const daemon_receipt *made;
    int count;
} listener;

static void listen(daemon_receipt_waiter *waiter, const daemon_receipt *made)
{
    listener *const l = (listener *)waiter;
    l->made = made;
    l->count++;
}

static const listener none = { .waiter.told = listen };

/* Many who ask at once have one made, by the first of them, and all of them get it; those who come
 * later find it. */
static void test_receipts__are_made_once(zkl_test *t)
{
    daemon_receipts *r = NULL;
    daemon_receipt_making *first = NULL, *other = NULL, *again = NULL;
    listener waiting[3] = { none, none, none }, unused = none;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, daemon_receipts_new(&r, 1 << 20, &err));
    CHECK(t, !daemon_receipts_wait(&first, r, ledger(0), 7, "sales", &unused.waiter));
    REQUIRE(t, first);
    for (size_t i = 0; i < ZKL_COUNT(waiting); i++)
        CHECK(t, daemon_receipts_wait(&again, r, ledger(0), 7, "sales", &waiting[i].waiter));
    /* another ledger, state or name is another receipt */
    CHECK(t, !daemon_receipts_wait(&other, r, ledger(1), 7, "sales", &unused.waiter));
    daemon_receipts_end(r, other);
    CHECK(t, !daemon_receipts_wait(&other, r, ledger(0), 8, "sales", &unused.waiter));
    daemon_receipts_end(r, other);
    CHECK(t, !daemon_receipts_wait(&other, r, ledger(0), 7, "sale", &unused.waiter));
    daemon_receipts_end(r, other);
    daemon_receipts_made(r, first, zkl_bytes_of_text("one"));
    daemon_receipts_end(r, first);
    for (size_t i = 0; i < ZKL_COUNT(waiting); i++) {
        CHECK_UINT_EQ(t, waiting[i].count, 1);
        REQUIRE(t, waiting[i].made);
        CHECK(t, zkl_bytes_equal_text(waiting[i].made->bytes, "one"));
        daemon_receipt_drop(waiting[i].made);
    }
    CHECK_UINT_EQ(t, unused.count, 0);
    CHECK(t, shows(r, 0, 7, "sales", "one"));
    daemon_receipts_free(r);
}

/* Who makes it and fails, or goes away, leaves nobody waiting: each is told to make his own. */
static void test_receipts__that_fail_keep_nobody(zkl_test *t)
{
    daemon_receipts *r = NULL;
    daemon_receipt_making *making = NULL, *again = NULL;
    listener waiting = none, unused = none;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, daemon_receipts_new(&r, 1 << 20, &err));
    CHECK(t, !daemon_receipts_wait(&making, r, ledger(0), 7, "sales", &unused.waiter));
    CHECK(t, daemon_receipts_wait(&again, r, ledger(0), 7, "sales", &waiting.waiter));
    daemon_receipts_end(r, making);
    CHECK_UINT_EQ(t, waiting.count, 1);
    CHECK(t, !waiting.made);
    /* and the next one begins anew */
    CHECK(t, !daemon_receipts_wait(&making, r, ledger(0), 7, "sales", &unused.waiter));
    daemon_receipts_end(r, making);
    /* a ledger that does not say when it moves is waited for by nobody */
    CHECK(t, !daemon_receipts_wait(&making, r, ledger(0), 0, "sales", &unused.waiter));
    CHECK(t, !making);
    daemon_receipts_end(r, making);
    daemon_receipts_free(r);
}

/* One that is too large to be kept is given to those who wait all the same. */
static void test_receipts__large_ones_are_given(zkl_test *t)
{
    daemon_receipts *r = NULL;
    daemon_receipt_making *making = NULL, *again = NULL;
    listener waiting = none, unused = none;
    zkl_error err = { 0 };
    uint8_t bytes[1000] = { 1 };
    REQUIRE_OK(t, &err, daemon_receipts_new(&r, sizeof bytes, &err));
    CHECK(t, !daemon_receipts_wait(&making, r, ledger(0), 7, "sales", &unused.waiter));
    CHECK(t, daemon_receipts_wait(&again, r, ledger(0), 7, "sales", &waiting.waiter));
    daemon_receipts_made(r, making, zkl_bytes_of(bytes, sizeof bytes));
    daemon_receipts_end(r, making);
    REQUIRE(t, waiting.made);
    CHECK_UINT_EQ(t, waiting.made->bytes.size, sizeof bytes);
    daemon_receipt_drop(waiting.made);
    CHECK(t, !has(r, 0, 7, "sales"));
    daemon_receipts_free(r);
}

ZKL_TESTS(TEST(test_receipts__are_of_a_ledger_a_state_and_a_name),
          TEST(test_receipts__keep_nothing_without_a_state),
          TEST(test_receipts__are_whole_while_they_are_sent), TEST(test_receipts__are_bounded),
          TEST(test_receipts__are_made_once), TEST(test_receipts__that_fail_keep_nobody),
          TEST(test_receipts__large_ones_are_given))
