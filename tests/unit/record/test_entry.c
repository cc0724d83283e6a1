/* Entries: canonical payloads, strict reading. */
#include "unit/ledger/ledger_fixture.h"

#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "text/json_text.h"

static const char payload_text[] =
    "{\"_type\":\"https://in-toto.io/Statement/"
    "v1\",\"predicate\":{\"kind\":\"notarise\",\"ledger\":"
    "\"0100000000000000000000000000000000000000000000000000000000000000\",\"parents\":[],"
    "\"statements\":[{\"circuit\":"
    "\"F18\",\"claims\":[{\"kind\":\"cells\",\"text\":\"cells(*)\"}],\"proof\":"
    "\"0200000000000000000000000000000000000000000000000000000000000000\",\"statement\":"
    "\"0300000000000000000000000000000000000000000000000000000000000000\",\"t0\":"
    "\"0400000000000000000000000000000000000000000000000000000000000000\"}],\"time\":\"2026-01-"
    "01T00:00:00.000Z\"},"
    "\"predicateType\":\"urn:zkp-ledger:notarise:v1\",\"subject\":[{\"digest\":{\"sha256\":"
    "\"0500000000000000000000000000000000000000000000000000000000000000\",\"sha3_256\":"
    "\"0600000000000000000000000000000000000000000000000000000000000000\"},\"name\":\"penguins@2\"}"
    "]}";

static void test_entry_parse__reads_the_written_form(zkl_test *t)
{
    zkl_entry e;
    zkl_buffer again = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_entry_parse(&e, &t->arena, zkl_bytes_of_text(payload_text), &err));
    CHECK_UINT_EQ(t, e.kind, ZKL_ENTRY_NOTARISE);
    CHECK_UINT_EQ(t, e.data.version, 2);
    CHECK_UINT_EQ(t, (uint64_t)e.time_ms, 1767225600000);
    CHECK_UINT_EQ(t, e.ledger.bytes[0], 1);
    CHECK_UINT_EQ(t, e.data.statements[0].proof_sha256.bytes[0], 2);
    CHECK_UINT_EQ(t, e.data.statements[0].statement_sha256.bytes[0], 3);
    CHECK_UINT_EQ(t, e.data.statements[0].t0.bytes[0], 4);
    CHECK_UINT_EQ(t, e.data.manifest_sha256.bytes[0], 5);
    CHECK_UINT_EQ(t, e.data.dataset.bytes[0], 6);
    CHECK_MEM_EQ(t, e.data.statements[0].claims[0].text.data, "cells(*)", 9);
    REQUIRE_OK(t, &err, zkl_entry_encode(&again, &e, &err));
    REQUIRE(t, again.size == sizeof payload_text - 1);
    CHECK_MEM_EQ(t, again.data, payload_text, again.size);
    zkl_buffer_clear(&again);
}

/* What stands between two texts is replaced. */
static void test_entry_parse__refuses_other_forms(zkl_test *t)
{
    static const char *const changes[][2] = {
        { "{\"_type\"", "{ \"_type\"" },                   /* white space */
        { "\"kind\":\"notarise\"", "\"kind\":\"prove\"" }, /* kind and predicate type differ */
        { "\"kind\":\"notarise\"", "\"kind\":\"merge\"" }, /* unknown kind */
        { "\"parents\":[],", "\"parents\":[],\"remark\":\"x\"," }, /* unknown member */
        { "\"parents\":[],", "\"parents\":[],\"parents\":[]," },   /* twice */
        { "\"parents\":[],", "" },                                 /* missing */
        { "\"parents\":[]", "\"parents\":[\"00\"]" },
        { "\"parents\":[]", "\"parents\":{}" },
        { "Statement/v1", "Statement/v2" },
        { "notarise:v1", "notarise:v2" },
        { "2026-01-01T", "2026-02-30T" },
        { "00:00:00.000Z", "00:00:00Z" },
        { "00:00:00.000Z", "24:00:00.000Z" },
        { "2026-", "1969-" },
        { "penguins@2", "penguins" },
        { "penguins@2", "penguins@02" },
        { "penguins@2", "pen guins@2" },
        { "\"F18\"", "\"G\"" },
        { "\"F18\"", "18" },
        { "\"F18\"", "\"\\u0046"
                     "18\"" },  /* an escape that need not be */
        { "\"0500", "\"0A00" }, /* upper-case hex */
        { "\"claims\":[{\"kind\":\"cells\",\"text\":\"cells(*)\"}]", "\"claims\":[]" },
        { "\"claims\":[{\"kind\":\"cells\",\"text\":\"cells(*)\"}]",
          "\"claims\":[{\"kind\":\"cells\"}]" },
        { "\"claims\":[{\"kind\":\"cells\",\"text\":\"cells(*)\"}]",
          "\"claims\":[{\"text\":\"cells(*)\",\"kind\":\"cells\"}]" },
        { "\"text\":\"cells(*)\"", "\"n\":1.5,\"text\":\"cells(*)\"" }, /* a real number */
        { "\"name\":\"penguins@2\"}]", "\"name\":\"penguins@2\",\"x\":1}]" },
        { "\"subject\":[", "\"subject\":[1," },
    };
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        zkl_entry e;
        const char *at = strstr(payload_text, changes[i][0]);
        REQUIRE(t, at != NULL);
        const char *text =
            zkl_arena_format(&t->arena, "%.*s%s%s", (int)(at - payload_text), payload_text,
                             changes[i][1], at + strlen(changes[i][0]));
        if (zkl_entry_parse(&e, &t->arena, zkl_bytes_of_text(text), NULL) != ZKL_BAD_INPUT)
            FAIL(t, "'%s' for '%s' is not refused", changes[i][1], changes[i][0]);
    }
    for (size_t size = 0; size < sizeof payload_text - 1; size++) {
        zkl_entry e;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_entry_parse(&e, &t->arena, zkl_bytes_of(payload_text, size), NULL));
    }
}

static void test_entry_encode__takes_every_kind(zkl_test *t)
{
    zkl_env env = test_env(t);
    zkl_error err = { 0 };
    zkl_signing_key ed, p256;
    const zkl_digest parent = { { 9 } }, replaced = { { 8 } };
    REQUIRE_OK(t, &err, zkl_signing_key_make(&ed, ZKL_KEY_ED25519, &env, &err));
    REQUIRE_OK(t, &err, zkl_signing_key_make(&p256, ZKL_KEY_ECDSA_P256, &env, &err));
    const zkl_entry entries[] = {
        { .kind = ZKL_ENTRY_SETUP,
          .setup.circuit = { .name = "F22", .key_hash = { { 1 } } },
          .setup.parameters = { { 2 } },
          .setup.is_ceremony = true },
        { .kind = ZKL_ENTRY_KEY, .keys.role = ZKL_ROLE_SIGNER, .keys.key = p256.signer.public_key },
        { .kind = ZKL_ENTRY_KEY,
          .keys.role = ZKL_ROLE_LOG,
          .keys.key = ed.signer.public_key,
          .keys.replaces = replaced },
        { .kind = ZKL_ENTRY_REVOKE,
          .keys.role = ZKL_ROLE_SIGNER,
          .keys.key = ed.signer.public_key,
          .keys.reason = zkl_bytes_of_text("stolen \"laptop\"\n") },
    };
    for (size_t i = 0; i < ZKL_COUNT(entries); i++) {
        zkl_buffer envelope = { 0 }, again = { 0 }, payload = { 0 };
        const zkl_signer *const keys[] = { &ed.signer, &p256.signer };
        zkl_entry got;
        zkl_dsse dsse;
        REQUIRE_OK(t, &err, zkl_entry_encode(&payload, &entries[i], &err));
        REQUIRE_OK(t, &err, zkl_entry_sign(&envelope, &entries[i], keys, 2, &err));
        REQUIRE_OK(t, &err,
                   zkl_entry_open(&got, &dsse, &t->arena, zkl_buffer_bytes(&envelope), &err));
        REQUIRE_OK(t, &err, zkl_dsse_verify(&dsse, &p256.signer.public_key, &err));
        REQUIRE_OK(t, &err, zkl_entry_encode(&again, &got, &err));
        REQUIRE(t, again.size == payload.size);
        CHECK_MEM_EQ(t, again.data, payload.data, payload.size);
        zkl_buffer_clear(&envelope);
        zkl_buffer_clear(&again);
        zkl_buffer_clear(&payload);
    }
    zkl_entry bad = entries[2];
    zkl_buffer out = { 0 };
    bad.keys.replaces = (zkl_digest){ { 0 } }; /* a log key replaces one */
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_entry_encode(&out, &bad, &err));
    bad = entries[0];
    bad.parents = &parent; /* only a proof rests on another entry */
    bad.parent_count = 1;
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_entry_encode(&out, &bad, &err));
    CHECK_TEXT_EQ(t, err.text, "entry: 1 parents, where a `setup` entry has 0");
    bad = entries[3];
    bad.keys.role = ZKL_ROLE_LOG;
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_entry_encode(&out, &bad, &err));
}

static void test_entry_encode__names_the_limit(zkl_test *t)
{
    zkl_entry e;
    zkl_error err = { 0 };
    zkl_buffer out = { 0 };
    REQUIRE_OK(t, &err, zkl_entry_parse(&e, &t->arena, zkl_bytes_of_text(payload_text), &err));
    zkl_entry_statement *many =
        ZKL_ARENA_NEW(&t->arena, zkl_entry_statement, ZKL_ENTRY_STATEMENTS_MAX + 1);
    for (size_t i = 0; i <= ZKL_ENTRY_STATEMENTS_MAX; i++) {
        many[i] = e.data.statements[0];
        many[i].t0.bytes[30] = (uint8_t)(i >> 8);
        many[i].t0.bytes[31] = (uint8_t)i;
    }
    e.data.statements = many;
    e.data.statement_count = ZKL_ENTRY_STATEMENTS_MAX + 1;
    CHECK_STATUS(t, ZKL_LIMIT, zkl_entry_encode(&out, &e, &err));
    e.data.statement_count = ZKL_ENTRY_STATEMENTS_MAX; /* about 290 bytes each: more than fit */
    CHECK_STATUS(t, ZKL_LIMIT, zkl_entry_encode(&out, &e, &err));
    CHECK(t, strstr(err.text, "at most 48800") != NULL);
    many[1].t0 = many[0].t0;
    e.data.statement_count = 2;
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_entry_encode(&out, &e, &err)); /* stated twice */
    CHECK_UINT_EQ(t, out.size, 0);

    /* the largest payload fits into an envelope, with two signatures */
    char *reason = zkl_arena_alloc(&t->arena, ZKL_ENTRY_PAYLOAD_BYTES_MAX + 1, 1);
    zkl_env env = test_env(t);
    zkl_signing_key key, second;
    memset(reason, 'x', ZKL_ENTRY_PAYLOAD_BYTES_MAX);
    REQUIRE_OK(t, &err, zkl_signing_key_make(&key, ZKL_KEY_ECDSA_P256, &env, &err));
    REQUIRE_OK(t, &err, zkl_signing_key_make(&second, ZKL_KEY_ECDSA_P256, &env, &err));
    const zkl_signer *const keys[] = { &key.signer, &second.signer };
    REQUIRE_OK(t, &err,
               zkl_dsse_sign(&out, ZKL_DSSE_TYPE_IN_TOTO,
                             zkl_bytes_of(reason, ZKL_ENTRY_PAYLOAD_BYTES_MAX), keys, 2, &err));
    zkl_buffer_clear(&out);
}

static void test_time__takes_one_form(zkl_test *t)
{
    char text[ZKL_TIME_CHARS + 1];
    int64_t time_ms;
    zkl_time_format(text, 0);
    CHECK_TEXT_EQ(t, text, "1970-01-01T00:00:00.000Z");
    zkl_time_format(text, 951782400123); /* 29 February 2000 */
    CHECK_TEXT_EQ(t, text, "2000-02-29T00:00:00.123Z");
    CHECK(t, zkl_time_parse(&time_ms, zkl_bytes_of_text("9999-12-31T23:59:59.999Z")) &&
                 time_ms == 253402300799999);
    CHECK(t, !zkl_time_parse(&time_ms, zkl_bytes_of_text("2001-02-29T00:00:00.000Z")));
    CHECK(t, !zkl_time_parse(&time_ms, zkl_bytes_of_text("2001-13-01T00:00:00.000Z")));
    CHECK(t, !zkl_time_parse(&time_ms, zkl_bytes_of_text("2001-01-01T00:00:60.000Z")));
    CHECK(t, !zkl_time_parse(&time_ms, zkl_bytes_of_text("2001-01-01 00:00:00.000Z")));
}

static void test_entry_parse__allocation_failure(zkl_test *t)
{
    for (uint64_t nth = 1; nth < 100; nth++) {
        zkl_arena arena = { 0 };
        zkl_entry e;
        zkl_malloc_fail_after(nth);
        const zkl_status status =
            zkl_entry_parse(&e, &arena, zkl_bytes_of_text(payload_text), NULL);
        zkl_malloc_fail_after(0);
        zkl_arena_clear(&arena);
        if (status == ZKL_OK)
            return;
        CHECK_STATUS(t, ZKL_NO_MEMORY, status);
    }
    FAIL(t, "never succeeds");
}

ZKL_TESTS(TEST(test_entry_parse__reads_the_written_form),
          TEST(test_entry_parse__refuses_other_forms), TEST(test_entry_encode__takes_every_kind),
          TEST(test_entry_encode__names_the_limit), TEST(test_time__takes_one_form),
          TEST(test_entry_parse__allocation_failure))
