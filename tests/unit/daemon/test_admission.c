/* Admission by memory: what fits together runs together, and nothing else does. */
#include "daemon/admission.h"

#include "api/operation.h"
#include "base/file.h"
#include "testing.h"

#define MIB ((uint64_t)1 << 20)

static uint64_t estimate(const char *operation, uint64_t input_bytes)
{
    return daemon_admission_estimate(
        &(daemon_admission_request){ .operation = operation, .input_bytes = input_bytes });
}

/* Each name with an estimate of its own is an operation's: a name that changes is noticed. */
static void test_admission__names_are_operations(zkl_test *t)
{
    size_t count = 0;
    for (const char *name; (name = daemon_admission_name(count)); count++)
        if (!api_find(name))
            FAIL(t, "no operation is called '%s'", name);
    CHECK(t, count > 10);
}

/* Every operation that proves or makes keys is estimated above those that only read. */
static void test_admission__grows_with_what_is_read(zkl_test *t)
{
    const uint64_t small = estimate("notarize", 1000), large = estimate("notarize", 50 * MIB);
    CHECK(t, estimate("show", 0) < small && small < large);
    CHECK(t, estimate("verify", 0) > estimate("show", 0));
    /* memory is bounded by what is in flight: a table of any size needs no more */
    CHECK_UINT_EQ(t, estimate("notarize", UINT64_MAX), estimate("notarize", 2048 * MIB));
    /* what is not known may be the largest */
    CHECK_UINT_EQ(t, estimate("prove", 0), estimate("notarize", UINT64_MAX));
    CHECK(t, large <= estimate("notarize", UINT64_MAX));
    /* larger proofs were asked for */
    const daemon_admission_request wide = { .operation = "notarize", .leaf_blocks = 1024 };
    CHECK(t, daemon_admission_estimate(&wide) > estimate("notarize", 0));
    /* the request itself counts, and does not overflow */
    const daemon_admission_request words = { .operation = "show", .request_bytes = 100 * MIB };
    CHECK_UINT_EQ(t, daemon_admission_estimate(&words), estimate("show", 0) + 400 * MIB);
    const daemon_admission_request endless = { .operation = "prove", .request_bytes = UINT64_MAX };
    CHECK(t, daemon_admission_estimate(&endless) > UINT64_MAX / 4);
}

/* A request says what it reads: tables by their size on the disk, and what is not known as the
 * largest. */
static void test_admission__looks_at_what_a_request_reads(zkl_test *t)
{
    const char *const file = zkl_arena_format(&t->arena, "%s/a.csv", test_folder(t));
    const uint64_t largest = estimate("notarize", 0);
    zkl_error err = { 0 };
    char bytes[10000] = "";
    REQUIRE_OK(t, &err, zkl_file_write(file, zkl_bytes_of(bytes, sizeof bytes), 0600, &err));
    static const char *const members[] = { "files", "data" };
    for (size_t i = 0; i < ZKL_COUNT(members); i++) {
        json_t *const request = json_pack("{s:[s, s]}", members[i], file, file);
        CHECK_UINT_EQ(t, daemon_admission_of("notarize", request, 0),
                      estimate("notarize", 2 * sizeof bytes));
        CHECK_UINT_EQ(t, daemon_admission_of("notarize", request, 100),
                      estimate("notarize", 2 * sizeof bytes) + 400);
        json_array_append_new(json_object_get(request, members[i]), json_string("/nowhere"));
        CHECK_UINT_EQ(t, daemon_admission_of("notarize", request, 0), largest);
        json_array_set_new(json_object_get(request, members[i]), 2, json_string(test_folder(t)));
        CHECK_UINT_EQ(t, daemon_admission_of("notarize", request, 0), largest);
        json_decref(request);
    }
    json_t *const others = json_pack("{s:[s], s:[], s:i}", "data", file, "with", "leaf_blocks", 7);
    CHECK_UINT_EQ(t, daemon_admission_of("transform", others, 0), largest);
    json_object_set_new(others, "leaf_blocks", json_integer(1024));
    CHECK(t, daemon_admission_of("transform", others, 0) > largest);
    json_decref(others);
    CHECK_UINT_EQ(t, daemon_admission_of("prove", NULL, 0), largest);
}

/* A receipt that came along is verified without a walk through anything else. */
static void test_admission__a_receipt_alone_needs_no_walk(zkl_test *t)
{
    static const char *const others[] = { "reference", "receipt_file",   "receipt_files",    "data",
                                          "tiles",     "standing_files", "consistency_files" };
    json_t *const request = json_pack("{s:s, s:s}", "receipt", "AAAA", "trust", "x");
    CHECK_UINT_EQ(t, daemon_admission_of("verify", request, 0), estimate("show", 0));
    CHECK_UINT_EQ(t, daemon_admission_of("audit", request, 0), estimate("audit", 0));
    for (size_t i = 0; i < ZKL_COUNT(others); i++) {
        json_object_set_new(request, others[i], json_string("x"));
        CHECK_UINT_EQ(t, daemon_admission_of("verify", request, 0), estimate("verify", 0));
        json_object_del(request, others[i]);
    }
    json_object_del(request, "receipt");
    CHECK_UINT_EQ(t, daemon_admission_of("verify", request, 0), estimate("verify", 0));
    json_decref(request);
}

/* All sequences of starts and ends of three jobs: the sum stays below the limit. */
static void test_admission__never_two_that_do_not_fit(zkl_test *t)
{
    static const uint64_t jobs[] = { 3, 5, 8 };
    for (unsigned steps = 0; steps < 729; steps++) { /* six steps of three jobs */
        daemon_admission a = { .memory_max = 8 };
        bool runs[3] = { false };
        unsigned left = steps;
        for (int i = 0; i < 6; i++, left /= 3) {
            const unsigned j = left % 3;
            uint64_t sum = 0;
            for (unsigned k = 0; k < 3; k++)
                sum += runs[k] ? jobs[k] : 0;
            if (runs[j]) {
                daemon_admission_give(&a, jobs[j]);
                runs[j] = false;
            } else if (daemon_admission_fits(&a, jobs[j])) {
                CHECK(t, sum + jobs[j] <= 8);
                daemon_admission_take(&a, jobs[j]);
                runs[j] = true;
            } else {
                CHECK(t, sum + jobs[j] > 8);
            }
        }
    }
}

static void test_admission__what_never_fits_is_refused(zkl_test *t)
{
    const daemon_admission a = { .memory_max = 512 * MIB, .taken = 512 * MIB };
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_OK, daemon_admission_check(&a, 512 * MIB, &err)); /* it waits */
    CHECK(t, !daemon_admission_fits(&a, 1) && daemon_admission_fits(&a, 0));
    CHECK_STATUS(t, ZKL_LIMIT, daemon_admission_check(&a, 512 * MIB + 1, &err));
    CHECK(t, strstr(err.text, "'memory_max'") != NULL);
    CHECK(t, strstr(err.text, "512") != NULL);
}

/* The default lets any operation run alone, with a request as it is usual. */
static void test_admission_default__lets_each_run(zkl_test *t)
{
    const daemon_admission a = { .memory_max = daemon_admission_default() };
    zkl_error err = { 0 };
    for (size_t at = 0; api_at(at); at++)
        if (daemon_admission_check(&a, estimate(api_at(at)->name, 0), &err) != ZKL_OK)
            FAIL(t, "%s: %s", api_at(at)->name, err.text);
}

ZKL_TESTS(TEST(test_admission__names_are_operations), TEST(test_admission__grows_with_what_is_read),
          TEST(test_admission__looks_at_what_a_request_reads),
          TEST(test_admission__a_receipt_alone_needs_no_walk),
          TEST(test_admission__never_two_that_do_not_fit),
          TEST(test_admission__what_never_fits_is_refused),
          TEST(test_admission_default__lets_each_run))
