/* Which entries of the log are listed: of a range, and of that the last so many. */
#include "service/log_list.h"

#include "unit/ledger/facts_fixture.h"

#define ENTRIES 7

static zkl_status make_ledger(zkl_test *t, zkl_ledger **out, const zkl_env *env, zkl_error *err)
{
    static const zkl_sequencer kept = { .cache_bytes = (size_t)8 << 20 };
    const char *folder = zkl_arena_format(&t->arena, "%s/ledger", test_folder(t)),
               *state = zkl_arena_format(&t->arena, "%s/state", test_folder(t));
    const zkl_ledger_options options = { .folder = folder, .state = state, .sequencer = &kept };
    facts_subject subject;
    ZKL_TRY(facts_make_folder(folder, state, env, err));
    ZKL_TRY(zkl_ledger_open(out, &options, env, err));
    ZKL_TRY(facts_notarise(t, &subject, *out, env, err)); /* behind keys and a set-up: three */
    for (uint64_t i = 3; i < ENTRIES; i++)
        ZKL_TRY(facts_append(NULL, *out, &subject, 1, i, env, err));
    return ZKL_OK;
}

/* Every range of a small log, beyond its end too, against a list of all indexes. */
static void test_log_list__is_the_range_and_its_end(zkl_test *t)
{
    const zkl_env env = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_ledger(t, &ledger, &env, &err));
    for (uint64_t from = 0; from < ENTRIES + 2; from++)
        for (uint64_t to = 0; to < ENTRIES + 2; to++)
            for (uint64_t last = 0; last < ENTRIES + 2; last++) {
                const service_log_range range = { from, to, last };
                const uint64_t end = to && to < ENTRIES ? to : ENTRIES,
                               all = from < end ? end - from : 0,
                               want = last && last < all ? last : all;
                zkl_log_result log = { 0 };
                REQUIRE_OK(t, &err, service_log_list(&log, ledger, &range, &err));
                CHECK_UINT_EQ(t, log.tree_size, ENTRIES);
                CHECK_UINT_EQ(t, log.line_count, want);
                for (size_t i = 0; i < log.line_count; i++)
                    CHECK_UINT_EQ(t, log.lines[i].index, end - want + i);
                zkl_arena_clear(&log.memory);
            }
}

ZKL_TESTS(TEST(test_log_list__is_the_range_and_its_end))
