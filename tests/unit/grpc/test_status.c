/* Codes, words and details of an end, and the time of a call. */
#include "grpc/status.h"

#include <string.h>

#include "testing.h"
#include "text/base64.h"

static void test_status__every_status_has_a_code(zkl_test *t)
{
    for (zkl_status s = ZKL_OK; s < ZKL_STATUS_COUNT; s++) {
        CHECK(t, (grpc_code_of_status(s) == GRPC_OK) == (s == ZKL_OK));
        CHECK(t, grpc_status_named(zkl_status_text(s)) == s);
    }
    CHECK(t, grpc_status_named("too many requests") == ZKL_STATUS_COUNT);
    CHECK(t, grpc_code_of_status(ZKL_REJECTED) == GRPC_FAILED_PRECONDITION);
    CHECK(t, grpc_code_of_status(ZKL_UNCHECKED) == GRPC_UNKNOWN); /* not as what was rejected */
}

static void test_status__every_answer_has_a_code(zkl_test *t)
{
    for (int code = 200; code < 600; code++)
        CHECK(t, (grpc_code_of_http(code) == GRPC_OK) == (code < 300));
    CHECK(t, grpc_code_of_http(401) == GRPC_UNAUTHENTICATED);
    CHECK(t, grpc_code_of_http(403) == GRPC_PERMISSION_DENIED);
    CHECK(t, grpc_code_of_http(429) == GRPC_RESOURCE_EXHAUSTED);
    CHECK(t, grpc_code_of_http(503) == GRPC_UNAVAILABLE);
    CHECK(t, grpc_code_of_http(418) == GRPC_UNKNOWN);
    CHECK(t, grpc_code_of_http(500) == GRPC_INTERNAL);
}

static void test_status__times(zkl_test *t)
{
    static const struct {
        const char *text;
        uint64_t ms;
    } good[] = { { "1H", 3600000 },    { "2M", 120000 },
                 { "3S", 3000 },       { "100m", 100 },
                 { "1500u", 2 },       { "1n", 1 },
                 { "0n", 0 },          { "99999999H", 359999996400000 },
                 { "99999999n", 100 }, { "00000001S", 1000 } };
    static const char *const bad[] = { "",    "S",    "1",   "1s",         "-1S", "+1S", " 1S",
                                       "1 S", "1.5S", "1SS", "123456789S", "1h",  "x1S" };
    for (size_t i = 0; i < ZKL_COUNT(good); i++) {
        uint64_t ms = UINT64_MAX;
        CHECK(t, grpc_timeout_parse(&ms, zkl_bytes_of_text(good[i].text)));
        CHECK_UINT_EQ(t, ms, good[i].ms);
    }
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        uint64_t ms;
        if (grpc_timeout_parse(&ms, zkl_bytes_of_text(bad[i])))
            FAIL(t, "'%s' is taken", bad[i]);
    }
}

static void test_status__words_are_printable(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    grpc_put_words(&out, "100% of 'caf\xc3\xa9'\r\n~");
    zkl_buffer_put_u8(&out, 0);
    CHECK_TEXT_EQ(t, (char *)out.data, "100%25 of 'caf%C3%A9'%0D%0A~");
}

static void test_status__details_hold_code_words_and_status(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    uint8_t bytes[512];
    size_t size = 0;
    const grpc_outcome o = { .code = GRPC_NOT_FOUND,
                             .words = "there is none",
                             .status = "not found",
                             .type = "zkl.v1.ShowFailure",
                             .value = zkl_bytes_of_text("xyz") };
    grpc_put_details(&out, &o);
    CHECK(t, out.size && out.data[out.size - 1] != '=');
    while (out.size % 4)
        zkl_buffer_put_u8(&out, '=');
    REQUIRE(t, zkl_base64_decoded_size(zkl_buffer_bytes(&out)) <= sizeof bytes);
    REQUIRE(t, zkl_base64_decode(bytes, &size, zkl_buffer_bytes(&out)));
    static const char begins[] = "\x08\x05\x12\x0dthere is none";
    CHECK_MEM_EQ(t, bytes, begins, sizeof begins - 1);
    static const char *const parts[] = {
        "type.googleapis.com/google.rpc.ErrorInfo", "NOT_FOUND", "zkp-ledger", "not found",
        "type.googleapis.com/zkl.v1.ShowFailure",   "xyz"
    };
    for (size_t i = 0; i < ZKL_COUNT(parts); i++)
        if (!memmem(bytes, size, parts[i], strlen(parts[i])))
            FAIL(t, "'%s' is missing", parts[i]);
}

ZKL_TESTS(TEST(test_status__every_status_has_a_code), TEST(test_status__every_answer_has_a_code),
          TEST(test_status__times), TEST(test_status__words_are_printable),
          TEST(test_status__details_hold_code_words_and_status))
