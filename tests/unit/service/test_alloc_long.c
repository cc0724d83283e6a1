/* The Nth allocation, and all after it, fail: the status says so (or all is well), nothing crashes,
 * nothing leaks (under the address sanitizer), and a ledger holds a whole entry or none.
 *
 * Covered: every N of verifying, showing, listing and exporting. A notarisation and claims added
 * later make thousands: `make soak` takes all of them, otherwise 8 are drawn by seed, half of them
 * among the first 300, where most of the code allocates. */
#include "service_testing.h"

typedef struct subject {
    service_world world;
    zkl_bytes receipt, trust;
    const char *output;
} subject;

static zkl_status make_subject(zkl_test *t, subject *out, const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(service_world_make(t, &out->world, env, err));
    ZKL_TRY(service_notarize(&out->world, true, env, err));
    ZKL_TRY(service_receipt(t, &out->receipt, &out->trust, &out->world, err));
    out->output = service_path(t, test_folder(t), "out.zkl");
    return ZKL_OK;
}

static zkl_status run_verify(const subject *s, zkl_error *err)
{
    zkl_verify_result result = { 0 };
    zkl_status status = zkl_verify_receipt(&result, s->receipt, s->trust, NULL, err);
    if (status == ZKL_OK && result.claim_count != 2)
        status = zkl_fail(err, ZKL_IO, "%zu claims instead of 2", result.claim_count);
    zkl_arena_clear(&result.memory);
    return status;
}

static zkl_status run_show(const subject *s, zkl_error *err)
{
    zkl_show_result result = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_status status = service_open_world(&ledger, &s->world, NULL, err);
    if (status == ZKL_OK)
        status = zkl_show(&result, ledger, "people", err);
    if (status == ZKL_OK &&
        (result.claim_count != 2 || result.column_count != 2 || !result.columns[1].name))
        status = zkl_fail(err, ZKL_IO, "less is shown than there is");
    zkl_arena_clear(&result.memory);
    return status;
}

static zkl_status run_log(const subject *s, zkl_error *err)
{
    zkl_log_result result = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_status status = service_open_world(&ledger, &s->world, NULL, err);
    if (status == ZKL_OK)
        status = zkl_log_list(&result, ledger, 0, 0, err);
    for (size_t i = 0; status == ZKL_OK && i < result.line_count; i++)
        if (!result.lines[i].what || !result.lines[i].time)
            status = zkl_fail(err, ZKL_IO, "line %zu is not whole", i);
    if (status == ZKL_OK && result.line_count != 3)
        status = zkl_fail(err, ZKL_IO, "%zu entries instead of 3", result.line_count);
    zkl_arena_clear(&result.memory);
    return status;
}

static zkl_status run_export(const subject *s, zkl_error *err)
{
    uint64_t size = 0;
    (void)unlink(s->output);
    const zkl_export_request request = { .reference = "people",
                                         .format = ZKL_EXPORT_RECEIPT,
                                         .output = s->output };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_status status = service_open_world(&ledger, &s->world, NULL, err);
    if (status == ZKL_OK)
        status = zkl_export(&size, ledger, &request, NULL, err);
    if ((status == ZKL_OK) != (access(s->output, F_OK) == 0))
        status = zkl_fail(err, ZKL_IO, "the file is there or not, against the status");
    if (status == ZKL_OK && size != s->receipt.size)
        status = zkl_fail(err, ZKL_IO, "another size");
    return status;
}

/* The data are read and compared for it. */
static zkl_status run_export_chunks(const subject *s, zkl_error *err)
{
    uint64_t size = 0;
    (void)unlink(s->output);
    const zkl_export_request request = { .reference = "people",
                                         .format = ZKL_EXPORT_DATA_KEY,
                                         .output = s->output,
                                         .chunks = "0",
                                         .files = &s->world.table,
                                         .file_count = 1 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_status status = service_open_world(&ledger, &s->world, NULL, err);
    if (status == ZKL_OK)
        status = zkl_export(&size, ledger, &request, NULL, err);
    if ((status == ZKL_OK) != (access(s->output, F_OK) == 0))
        status = zkl_fail(err, ZKL_IO, "the file is there or not, against the status");
    return status;
}

/* Forms for other tools are written member by member, and lack of memory is told at the end: a file
 * that lacks something in the middle would be one. */
static zkl_status run_export_form(const subject *s, zkl_export_format format, zkl_error *err)
{
    uint64_t size = 0;
    (void)unlink(s->output);
    const zkl_fact declared = { "provider", "ACME" };
    const zkl_export_request request = { .reference = "people",
                                         .format = format,
                                         .output = s->output,
                                         .declared = &declared,
                                         .declared_count =
                                             format == ZKL_EXPORT_TRAINING_SUMMARY_JSON };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_status status = service_open_world(&ledger, &s->world, NULL, err);
    if (status == ZKL_OK)
        status = zkl_export(&size, ledger, &request, NULL, err);
    if ((status == ZKL_OK) != (access(s->output, F_OK) == 0))
        status = zkl_fail(err, ZKL_IO, "the file is there or not, against the status");
    static uint64_t whole[ZKL_EXPORT_FORMAT_COUNT];
    if (status == ZKL_OK && !whole[format])
        whole[format] = size;
    if (status == ZKL_OK && size != whole[format])
        status = zkl_fail(err, ZKL_IO, "another size");
    return status;
}

static zkl_status run_export_page(const subject *s, zkl_error *err)
{
    return run_export_form(s, ZKL_EXPORT_TRAINING_SUMMARY_JSON, err);
}

static zkl_status run_export_signed(const subject *s, zkl_error *err)
{
    return run_export_form(s, ZKL_EXPORT_TEST_RESULT, err);
}

static zkl_status run_keys(const subject *s, zkl_error *err)
{
    zkl_keys_result result = { 0 };
    zkl_status status = service_keys(&result, &s->world, err);
    if (status == ZKL_OK && (result.key_count != 2 || strlen(result.trust) != s->trust.size))
        status = zkl_fail(err, ZKL_IO, "another trust file");
    zkl_arena_clear(&result.memory);
    return status;
}

/* Fail every allocation in turn until the run passes. */
static void fail_each(zkl_test *t, const char *what,
                      zkl_status (*run)(const subject *s, zkl_error *err), const subject *s)
{
    zkl_error err = { 0 };
    (void)zkl_malloc_fail_after(0);
    REQUIRE_OK(t, &err, run(s, &err));
    const uint64_t count = zkl_malloc_fail_after(0);
    printf("%s makes %llu allocations\n", what, (unsigned long long)count);
    CHECK(t, count > 5);
    for (uint64_t nth = 1; nth <= count + 1; nth++) {
        err = (zkl_error){ 0 };
        (void)zkl_malloc_fail_after(nth);
        const zkl_status status = run(s, &err);
        (void)zkl_malloc_fail_after(0);
        if (nth <= count ? status != ZKL_NO_MEMORY && status != ZKL_OK : status != ZKL_OK)
            FAIL(t, "%s, allocation %llu: %s: %s", what, (unsigned long long)nth,
                 zkl_status_text(status), err.text);
        if (status == ZKL_NO_MEMORY && !err.text[0])
            FAIL(t, "%s, allocation %llu fails without a word", what, (unsigned long long)nth);
    }
}

static void test_alloc__every_failure_of_the_readers(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    subject s;
    REQUIRE_OK(t, &err, make_subject(t, &s, &env, &err));
    fail_each(t, "verify", run_verify, &s);
    fail_each(t, "show", run_show, &s);
    fail_each(t, "log", run_log, &s);
    fail_each(t, "export", run_export, &s);
    fail_each(t, "export of chunks", run_export_chunks, &s);
    fail_each(t, "export of a page", run_export_page, &s);
    fail_each(t, "export that is signed", run_export_signed, &s);
    fail_each(t, "keys", run_keys, &s);
}

/* How many versions of "people" there are, the chain verified with every proof. */
static zkl_status count_versions(uint64_t *out, const subject *s, zkl_error *err)
{
    zkl_verify_chain_result chain;
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_open_world(&ledger, &s->world, NULL, err));
    ZKL_TRY(
        zkl_verify_chain(&chain, ledger, &(zkl_verify_chain_request){ .proofs = true }, NULL, err));
    *out = chain.dataset_count;
    return chain.proof_count == chain.dataset_count
               ? ZKL_OK
               : zkl_fail(err, ZKL_REJECTED, "a dataset without its proof");
}

#define DRAWN 8

/* Number i of those that fail; 0 behind the last. */
static uint64_t pick_nth(zkl_test *t, uint64_t i, uint64_t count)
{
    if (test_is_soak())
        return i < count ? i + 1 : 0;
    if (i >= DRAWN)
        return 0;
    return 1 + test_random_below(t, i % 2 && count > 300 ? 300 : count);
}

/* One notarisation with the nth allocation failing. *whole: an entry was recorded all the same, and
 * is whole. */
static void fail_notarisation(zkl_test *t, const subject *s, const zkl_env *env, uint64_t nth,
                              uint64_t *versions)
{
    zkl_error err = { 0 }, none = { 0 };
    uint64_t now = 0;
    (void)zkl_malloc_fail_after(nth);
    const zkl_status status = service_notarize(&s->world, true, env, &err);
    (void)zkl_malloc_fail_after(0);
    if (status != ZKL_OK && status != ZKL_NO_MEMORY)
        FAIL(t, "allocation %llu: %s: %s", (unsigned long long)nth, zkl_status_text(status),
             err.text);
    REQUIRE_OK(t, &none, count_versions(&now, s, &none));
    if (now < *versions || now > *versions + 1 || (status == ZKL_OK && now != *versions + 1))
        FAIL(t, "allocation %llu: %llu versions after %llu, status '%s'", (unsigned long long)nth,
             (unsigned long long)now, (unsigned long long)*versions, zkl_status_text(status));
    if (status != ZKL_OK && now != *versions)
        printf("allocation %llu fails after the entry is recorded: %s\n", (unsigned long long)nth,
               err.text);
    *versions = now;
}

static void test_alloc__a_notarisation_is_whole_or_absent(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    subject s;
    uint64_t versions, failed = 0;
    REQUIRE_OK(t, &err, make_subject(t, &s, &env, &err));
    REQUIRE_OK(t, &err, count_versions(&versions, &s, &err));
    (void)zkl_malloc_fail_after(0);
    REQUIRE_OK(t, &err, service_notarize(&s.world, true, &env, &err));
    const uint64_t count = zkl_malloc_fail_after(0);
    versions++;
    for (uint64_t nth; t->failures < 10 && (nth = pick_nth(t, failed, count)) != 0; failed++)
        fail_notarisation(t, &s, &env, nth, &versions);
    printf("a notarisation makes %llu allocations; failed at %llu of them\n",
           (unsigned long long)count, (unsigned long long)failed);
    REQUIRE_OK(t, &err, service_notarize(&s.world, true, &env, &err));
}

/* Entries of the log, the chain verified with every proof. */
static zkl_status count_entries(uint64_t *out, const subject *s, zkl_error *err)
{
    zkl_verify_chain_result chain;
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_open_world(&ledger, &s->world, NULL, err));
    ZKL_TRY(
        zkl_verify_chain(&chain, ledger, &(zkl_verify_chain_request){ .proofs = true }, NULL, err));
    *out = chain.entry_count;
    return ZKL_OK;
}

/* One claim added with the nth allocation failing. Each time another one, or it would be proven
 * before. */
static void fail_claim(zkl_test *t, const subject *s, const zkl_env *env, uint64_t nth,
                       uint64_t *entries)
{
    zkl_error err = { 0 }, none = { 0 };
    uint64_t now = 0;
    const char *claim =
        zkl_arena_format(&t->arena, "range(id, 0, %llu)", (unsigned long long)(10 + *entries));
    REQUIRE(t, claim != NULL);
    (void)zkl_malloc_fail_after(nth);
    const zkl_status status = service_add_claim(&s->world, claim, env, &err);
    (void)zkl_malloc_fail_after(0);
    if (status != ZKL_OK && status != ZKL_NO_MEMORY)
        FAIL(t, "allocation %llu: %s: %s", (unsigned long long)nth, zkl_status_text(status),
             err.text);
    REQUIRE_OK(t, &none, count_entries(&now, s, &none));
    if (now < *entries || now > *entries + 1 || (status == ZKL_OK && now != *entries + 1))
        FAIL(t, "allocation %llu: %llu entries after %llu, status '%s'", (unsigned long long)nth,
             (unsigned long long)now, (unsigned long long)*entries, zkl_status_text(status));
    *entries = now;
}

static void test_alloc__added_claims_are_whole_or_absent(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    subject s;
    uint64_t entries, failed = 0;
    REQUIRE_OK(t, &err, make_subject(t, &s, &env, &err));
    (void)zkl_malloc_fail_after(0);
    REQUIRE_OK(t, &err, service_add_claim(&s.world, "sum(id)", &env, &err));
    const uint64_t count = zkl_malloc_fail_after(0);
    REQUIRE_OK(t, &err, count_entries(&entries, &s, &err));
    for (uint64_t nth; t->failures < 10 && (nth = pick_nth(t, failed, count)) != 0; failed++)
        fail_claim(t, &s, &env, nth, &entries);
    printf("claims added make %llu allocations; failed at %llu of them\n",
           (unsigned long long)count, (unsigned long long)failed);
    REQUIRE_OK(t, &err, service_add_claim(&s.world, "sum(age)", &env, &err));
}

ZKL_TESTS(TEST(test_alloc__every_failure_of_the_readers),
          TEST(test_alloc__a_notarisation_is_whole_or_absent),
          TEST(test_alloc__added_claims_are_whole_or_absent))
