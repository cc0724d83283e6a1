/* Entries of the kind `segment`: what they may hold, and that they come back as they were. */
#include "testing.h"

#include <string.h>

#include "record/entry.h"

#define DAY_MS INT64_C(86400000)

static const zkl_digest parent = { { 9 } };

static zkl_entry sample(void)
{
    return (zkl_entry){ .kind = ZKL_ENTRY_SEGMENT,
                        .ledger = { { 7 } },
                        .time_ms = 9000,
                        .parents = &parent,
                        .parent_count = 1,
                        .segment = { .of = ZKL_SEGMENT_ACCESS,
                                     .number = 12,
                                     .count = 40,
                                     .begins_ms = 1000,
                                     .ends_ms = 2000,
                                     .root = { { 3 } },
                                     .sha256 = { { 4 } },
                                     .previous = { { 5 } } } };
}

static zkl_entry deletion(void)
{
    zkl_entry e = sample();
    e.segment.deletion_days = 365;
    e.segment.deleted_ms = e.segment.ends_ms + 365 * DAY_MS;
    return e;
}

static void check_comes_back(zkl_test *t, const zkl_entry *e, const char *words)
{
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    zkl_error err = { 0 };
    zkl_entry got;
    REQUIRE_OK(t, &err, zkl_entry_encode(&payload, e, &err));
    REQUIRE_OK(t, &err, zkl_entry_parse(&got, &t->arena, zkl_buffer_bytes(&payload), &err));
    const zkl_entry_segment *const s = zkl_entry_as_segment(&got), *const want = &e->segment;
    REQUIRE(t, s);
    CHECK(t, s->of == want->of && s->number == want->number && s->count == want->count);
    CHECK(t, s->begins_ms == want->begins_ms && s->ends_ms == want->ends_ms);
    CHECK(t, zkl_digest_equal(&s->root, &want->root));
    CHECK(t, zkl_digest_equal(&s->sha256, &want->sha256));
    CHECK(t, zkl_digest_equal(&s->previous, &want->previous));
    CHECK(t, s->deletion_days == want->deletion_days && s->deleted_ms == want->deleted_ms);
    CHECK_TEXT_EQ(t, zkl_entry_words(&t->arena, &got), words);
}

static void test_entry_segment__comes_back(zkl_test *t)
{
    const zkl_entry closed = sample(), deleted = deletion();
    check_comes_back(t, &closed, "access-00000012.ndjson, 40 lines");
    check_comes_back(t, &deleted, "access-00000012.ndjson, deleted by the rule of 365 days");
}

static void test_entry_segment__has_these_bytes(zkl_test *t)
{
    const zkl_entry e = deletion();
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    zkl_error err = { 0 };
#define ZEROS "00000000000000000000000000000000000000000000000000000000000000"
    static const char want[] =
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"deletion\":{\"days\":365,"
        "\"time\":\"1971-01-01T00:00:02.000Z\"},\"kind\":\"segment\",\"ledger\":\"07" ZEROS
        "\",\"parents\":[\"09" ZEROS "\"],\"segment\":{\"begins\":\"1970-01-01T00:00:01.000Z\","
        "\"class\":\"access\",\"count\":40,\"ends\":\"1970-01-01T00:00:02.000Z\",\"number\":12,"
        "\"previous\":\"05" ZEROS "\",\"root\":\"03" ZEROS
        "\"},\"time\":\"1970-01-01T00:00:09.000Z\"},\"predicateType\":\"urn:zkp-ledger:segment:"
        "v1\","
        "\"subject\":[{\"digest\":{\"sha256\":\"04" ZEROS
        "\"},\"name\":\"access-00000012.ndjson\"}]}";
    REQUIRE_OK(t, &err, zkl_entry_encode(&payload, &e, &err));
    CHECK_UINT_EQ(t, payload.size, sizeof want - 1);
    CHECK_MEM_EQ(t, payload.data, want, sizeof want - 1);
}

/* A deletion before its rule allows it above all. */
static void test_entry_segment__refuses_what_cannot_be(zkl_test *t)
{
    zkl_entry cases[12];
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        cases[i] = sample();
    cases[0] = deletion();
    cases[0].segment.deleted_ms--;
    cases[1].segment.count = 0;
    cases[2].segment.begins_ms = 2001;
    cases[3].segment.root = (zkl_digest){ 0 };
    cases[4].segment.previous = (zkl_digest){ 0 };
    cases[5].segment.number = 0; /* the first has none before it */
    cases[6].parent_count = 0;
    cases[7].segment.of = ZKL_SEGMENT_CLASS_COUNT;
    cases[8].segment.number = ZKL_SEGMENT_NUMBER_MAX + 1;
    cases[9].segment.begins_ms = -1;
    cases[10] = deletion();
    cases[10].segment.deleted_ms = ZKL_TIME_MS_MAX + 1;
    cases[11] = deletion();
    cases[11].segment.deletion_days = 400000;
    cases[11].segment.deleted_ms = ZKL_TIME_MS_MAX;
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
        CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_entry_encode(&payload, &cases[i], NULL));
    }
}

/* Each byte of the payload counts: a change is refused, or another entry. */
static void test_entry_segment__reads_no_byte_twice(zkl_test *t)
{
    const zkl_entry e = deletion();
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_entry_encode(&payload, &e, &err));
    for (size_t i = 0; i < payload.size; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
        zkl_entry got;
        payload.data[i] ^= 1;
        if (zkl_entry_parse(&got, &t->arena, zkl_buffer_bytes(&payload), NULL) == ZKL_OK) {
            REQUIRE_OK(t, &err, zkl_entry_encode(&again, &got, &err));
            CHECK(t, zkl_bytes_equal(zkl_buffer_bytes(&again), zkl_buffer_bytes(&payload)));
        }
        payload.data[i] ^= 1;
    }
}

static void test_segment_name__is_one_text(zkl_test *t)
{
    static const char *const bad[] = { "access-00000012.ndjso",
                                       "access-0000012.ndjson",
                                       "access-000000012.ndjson",
                                       "Access-00000012.ndjson",
                                       "access-00000012.ndjson ",
                                       "-00000012.ndjson",
                                       "access" };
    char name[ZKL_SEGMENT_NAME_CHARS];
    zkl_segment_class class;
    uint64_t number;
    for (unsigned k = 0; k < ZKL_SEGMENT_CLASS_COUNT; k++) {
        zkl_segment_name(name, (zkl_segment_class)k, ZKL_SEGMENT_NUMBER_MAX);
        REQUIRE(t, zkl_segment_name_parse(&class, &number, name));
        CHECK(t, class == k && number == ZKL_SEGMENT_NUMBER_MAX);
    }
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        CHECK(t, !zkl_segment_name_parse(&class, &number, bad[i]));
}

ZKL_TESTS(TEST(test_entry_segment__comes_back), TEST(test_entry_segment__has_these_bytes),
          TEST(test_entry_segment__refuses_what_cannot_be),
          TEST(test_entry_segment__reads_no_byte_twice), TEST(test_segment_name__is_one_text))
