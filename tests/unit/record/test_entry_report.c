/* Entries of the kind `report`: what they may hold, and that they come back as they were. */
#include "testing.h"

#include <string.h>

#include "record/entry.h"

static zkl_entry sample(const zkl_entry_file *files, size_t count)
{
    return (zkl_entry){ .kind = ZKL_ENTRY_REPORT,
                        .ledger = { { 7 } },
                        .time_ms = 1000,
                        .report = {
                            .size = 12, .root = { { 3 } }, .files = files, .file_count = count } };
}

static void test_entry_report__comes_back(zkl_test *t)
{
    const zkl_entry_file files[] = { { zkl_bytes_of_text("audit \"a\".html"), { { 1 } } },
                                     { zkl_bytes_of_text("audit.pdf"), { { 2 } } } };
    const zkl_entry e = sample(files, 2);
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    zkl_error err = { 0 };
    zkl_entry got;
    REQUIRE_OK(t, &err, zkl_entry_encode(&payload, &e, &err));
    REQUIRE_OK(t, &err, zkl_entry_parse(&got, &t->arena, zkl_buffer_bytes(&payload), &err));
    const zkl_entry_report *r = zkl_entry_as_report(&got);
    REQUIRE(t, r && r->size == 12 && r->file_count == 2);
    CHECK(t, zkl_digest_equal(&r->root, &e.report.root));
    CHECK(t, zkl_bytes_equal(r->files[0].name, files[0].name));
    CHECK(t, zkl_digest_equal(&r->files[1].sha256, &files[1].sha256));
    CHECK_TEXT_EQ(t, zkl_entry_words(&t->arena, &got),
                  "audit \"a\".html and 1 more, of 12 entries");
}

/* As an in-toto Statement whose subjects are the files. */
static void test_entry_report__has_these_bytes(zkl_test *t)
{
    const zkl_entry_file file = { zkl_bytes_of_text("a.html"), { { 0xab } } };
    const zkl_entry e = sample(&file, 1);
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    zkl_error err = { 0 };
#define ZEROS "00000000000000000000000000000000000000000000000000000000000000"
    static const char want[] =
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"kind\":\"report\","
        "\"ledger\":\"07" ZEROS "\",\"parents\":[],\"time\":\"1970-01-01T00:00:01.000Z\","
        "\"tree\":{\"root\":\"03" ZEROS "\",\"size\":12}},\"predicateType\":"
        "\"urn:zkp-ledger:report:v1\",\"subject\":[{\"digest\":{\"sha256\":\"ab" ZEROS
        "\"},\"name\":\"a.html\"}]}";
    REQUIRE_OK(t, &err, zkl_entry_encode(&payload, &e, &err));
    CHECK_UINT_EQ(t, payload.size, sizeof want - 1);
    CHECK_MEM_EQ(t, payload.data, want, sizeof want - 1);
}

static void test_entry_report__refuses_what_says_nothing(zkl_test *t)
{
    const zkl_entry_file twice[] = { { zkl_bytes_of_text("a"), { { 1 } } },
                                     { zkl_bytes_of_text("b"), { { 1 } } } },
                         folder[] = { { zkl_bytes_of_text("a/b"), { { 1 } } } },
                         nameless[] = { { zkl_bytes_of_text(""), { { 1 } } } };
    zkl_entry cases[] = { sample(twice, 0), sample(twice, 2), sample(folder, 1),
                          sample(nameless, 1), sample(twice, 1) };
    cases[4].report.size = 0;
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
        CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_entry_encode(&payload, &cases[i], NULL));
    }
}

ZKL_TESTS(TEST(test_entry_report__comes_back), TEST(test_entry_report__has_these_bytes),
          TEST(test_entry_report__refuses_what_says_nothing))
