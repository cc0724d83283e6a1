/* verify-chain with a judge: every entry has its result, and the walk fails all the same. The
 * fixture's proofs are random bytes: what is verified of them is broken. */
#include "ledger_fixture.h"

typedef struct seen {
    zkl_test *t;
    uint64_t next, broken, broken_count;
    zkl_digest leaves[80];
    uint64_t skipped; /* entries whose proofs are passed over, as bits */
    char fault[256];
} seen;

static bool skips(void *context, uint64_t index, const zkl_entry *entry, const zkl_digest *leaf)
{
    const seen *s = context;
    (void)leaf;
    CHECK(s->t, zkl_entry_as_data(entry));
    return s->skipped >> index % 64 & 1;
}

static void judged(void *context, uint64_t index, const zkl_digest *leaf, const zkl_error *fault,
                   size_t proof_count)
{
    seen *s = context;
    CHECK_UINT_EQ(s->t, index, s->next++);
    CHECK(s->t, !fault || !proof_count);
    s->leaves[index] = *leaf;
    if (fault) {
        s->broken |= (uint64_t)1 << index % 64;
        s->broken_count++;
        snprintf(s->fault, sizeof s->fault, "%.255s", fault->text);
    }
}

static void stage(zkl_test *t, fixture *f, const char *name, uint64_t number)
{
    fixture_dataset d;
    uint64_t setup;
    zkl_error err = { 0 };
    REQUIRE(t, fixture_make_dataset(t, &d, zkl_ledger_own_id(f->ledger),
                                    zkl_ledger_powers_hash(f->ledger), number, &err));
    if (zkl_ledger_setup_index(f->ledger, &setup, &d.circuit, NULL) != ZKL_OK)
        REQUIRE_OK(t, &err, fixture_stage_setup(f, &d, &err));
    REQUIRE_OK(t, &err, fixture_stage_dataset(f, &d, name, 1, NULL, &err));
    REQUIRE_OK(t, &err, zkl_ledger_commit(f->ledger, &err));
}

static void test_chain_judge__hears_of_every_entry(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_chain_report report;
    seen s = { .t = t, .skipped = 1 << 3 };
    const zkl_chain_judge judge = { &s, skips, judged };
    zkl_chain_options options = { .proofs = true, .judge = &judge };
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    for (uint64_t i = 0; i < 3; i++) { /* entries 2 to 4, behind a signer and a set-up */
        const char name[] = { (char)('a' + i), 0 };
        stage(t, &f, name, i);
    }
    CHECK_STATUS(t, ZKL_REJECTED, zkl_ledger_verify_chain(f.ledger, &options, &report, &err));
    CHECK_UINT_EQ(t, s.next, 5);
    CHECK_UINT_EQ(t, s.broken, 1 << 2 | 1 << 4);
    CHECK_UINT_EQ(t, report.bad_index, 2);
    CHECK(t, strncmp(err.text, "entry 2: ", 9) == 0 && *s.fault);
    /* Without a judge the walk ends there. */
    options.judge = NULL;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_ledger_verify_chain(f.ledger, &options, &report, &err));
    CHECK(t, strncmp(err.text, "entry 2: ", 9) == 0);
    CHECK(t, report.bad_index == 2 && report.entry_count == 2 && report.proof_count == 0);
    options.judge = &judge;
    /* All proofs passed over: what is left holds. */
    s = (seen){ .t = t, .skipped = ~UINT64_C(0) };
    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(f.ledger, &options, &report, &err));
    CHECK_UINT_EQ(t, s.next, 5);
    CHECK_UINT_EQ(t, s.broken, 0);
    for (uint64_t i = 0; i < s.next; i++) {
        zkl_digest leaf;
        REQUIRE_OK(t, &err, zkl_log_leaf(zkl_ledger_log(f.ledger), &leaf, i, &err));
        CHECK_MEM_EQ(t, &s.leaves[i], &leaf, sizeof leaf);
    }
    zkl_ledger_close(f.ledger);
}

/* More entries than wait for their proofs at once, and the result of each comes in its order, with
 * many workers and with none. */
static void test_chain_judge__many_entries_in_order(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_chain_report report;
    char faults[2][256];
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    for (uint64_t i = 0; i < 70; i++) {
        char name[8];
        snprintf(name, sizeof name, "d%u", (unsigned)i);
        stage(t, &f, name, i);
    }
    for (unsigned workers = 0; workers < 2; workers++) {
        seen s = { .t = t, .skipped = UINT64_C(1) << 3 };
        const zkl_chain_judge judge = { &s, skips, judged };
        const zkl_chain_options options = { .proofs = true, .judge = &judge };
        zkl_pool *const pool = f.env.pool; /* the ledger borrows the environment */
        if (!workers)
            f.env.pool = NULL;
        CHECK_STATUS(t, ZKL_REJECTED, zkl_ledger_verify_chain(f.ledger, &options, &report, &err));
        f.env.pool = pool;
        CHECK_UINT_EQ(t, s.next, 72);
        CHECK_UINT_EQ(t, s.broken_count, 68); /* all but a signer, a set-up, and 3 and 67 */
        CHECK(t, report.bad_index == 2 && report.entry_count == 72);
        memcpy(faults[workers], s.fault, sizeof s.fault);
    }
    CHECK_TEXT_EQ(t, faults[0], faults[1]);
    zkl_ledger_close(f.ledger);
}

ZKL_TESTS(TEST(test_chain_judge__hears_of_every_entry),
          TEST(test_chain_judge__many_entries_in_order))
