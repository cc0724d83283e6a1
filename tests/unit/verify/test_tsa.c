/* Timestamps: a true one by a trusted clock says its time; every other is refused, or is by a clock
 * that is unknown. */
#include "tsa_fixture.h"

#include "verify/tsa.h"

typedef struct clocks {
    made_certificate authority, clock, stranger;
    zkl_trusted_tsa known[2];
    zkl_trust by_clock, by_authority, by_nobody;
    zkl_digest imprint;
} clocks;

static void make_clocks(zkl_test *t, clocks *c)
{
    *c = (clocks){ .imprint = { { 1, 2, 3 } } };
    c->authority = make_certificate(t, &(certificate_options){ .name = "authority" });
    c->clock = make_certificate(t, &(certificate_options){ .name = "clock",
                                                           .issuer = &c->authority,
                                                           .usage = "critical,timeStamping" });
    c->stranger = make_certificate(
        t, &(certificate_options){ .name = "clock", .usage = "critical,timeStamping" });
    c->known[0] = (zkl_trusted_tsa){ zkl_bytes_of_text("the clock"), c->clock.der };
    c->known[1] = (zkl_trusted_tsa){ zkl_bytes_of_text("the authority"), c->authority.der };
    c->by_clock = (zkl_trust){ .tsas = &c->known[0], .tsa_count = 1 };
    c->by_authority = (zkl_trust){ .tsas = &c->known[1], .tsa_count = 1 };
}

static void clear_clocks(clocks *c)
{
    clear_certificate(&c->authority);
    clear_certificate(&c->clock);
    clear_certificate(&c->stranger);
}

static void test_tsa__a_true_token_says_its_time(zkl_test *t)
{
    clocks c;
    zkl_tsa_time got;
    zkl_error err = { 0 };
    make_clocks(t, &c);
    const zkl_bytes token =
        make_token(t, &c.clock,
                   &(token_options){ .imprint = &c.imprint,
                                     .time = "20260101000000.1234Z",
                                     .info_tail = BYTES(0x30, 0x08, 0x02, 0x01, 0x02, 0x80,
                                                        0x00 + 1, 0x03, 0x81, 0x01) });
    /* a member of the accuracy that is cut off */
    CHECK(t, zkl_tsa_verify(&got, token, &c.imprint, &c.by_clock, &err) != ZKL_OK);
    const zkl_bytes whole = make_token(
        t, &c.clock,
        &(token_options){ .imprint = &c.imprint,
                          .time = "20260101000000.1234Z",
                          .info_tail = BYTES(0x30, 0x06, 0x02, 0x01, 0x02, 0x80, 0x01, 0x03) });
    const zkl_trust *trusts[] = { &c.by_clock, &c.by_authority };
    for (size_t i = 0; i < 2; i++) {
        REQUIRE_OK(t, &err, zkl_tsa_verify(&got, whole, &c.imprint, trusts[i], &err));
        REQUIRE(t, got.tsa == &c.known[i]);
        /* the latest that it can mean */
        CHECK_UINT_EQ(t, (uint64_t)got.time_ms, (uint64_t)FIXTURE_TIME_S * 1000 + 124);
        CHECK_UINT_EQ(t, got.accuracy_ms, 2003);
    }
    REQUIRE_OK(t, &err, zkl_tsa_verify(&got, whole, &c.imprint, &c.by_nobody, &err));
    CHECK(t, got.tsa == NULL);

    /* without the certificate the clock's own is trusted, or nothing */
    const zkl_bytes bare = make_token(
        t, &c.clock, &(token_options){ .imprint = &c.imprint, .without_certificate = true });
    REQUIRE_OK(t, &err, zkl_tsa_verify(&got, bare, &c.imprint, &c.by_clock, &err));
    CHECK(t, got.tsa == &c.known[0]);
    REQUIRE_OK(t, &err, zkl_tsa_verify(&got, bare, &c.imprint, &c.by_authority, &err));
    CHECK(t, got.tsa == NULL);

    /* another clock of the same name is another clock */
    const zkl_bytes foreign = make_token(t, &c.stranger, &(token_options){ .imprint = &c.imprint });
    for (size_t i = 0; i < 2; i++) {
        REQUIRE_OK(t, &err, zkl_tsa_verify(&got, foreign, &c.imprint, trusts[i], &err));
        CHECK(t, got.tsa == NULL);
    }
    clear_clocks(&c);
}

/* No bit of a token is free: neither by the clock's own certificate nor by its authority's. */
static void test_tsa__refuses_every_changed_bit(zkl_test *t)
{
    clocks c;
    zkl_tsa_time got;
    make_clocks(t, &c);
    const zkl_trust *trusts[] = { &c.by_clock, &c.by_authority, &c.by_nobody };
    for (size_t k = 0; k < 4; k++) {
        const token_options o = { .imprint = &c.imprint, .without_certificate = k == 3 };
        const zkl_bytes token = make_token(t, &c.clock, &o);
        const zkl_trust *trust = trusts[k % 3];
        uint8_t *bytes = zkl_arena_copy(&t->arena, token.data, token.size);
        for (size_t i = 0; i < token.size; i++) {
            const uint8_t change = (uint8_t)(1u << test_random_below(t, 8));
            bytes[i] ^= change;
            if (zkl_tsa_verify(&got, zkl_bytes_of(bytes, token.size), &c.imprint, trust, NULL) ==
                ZKL_OK)
                FAIL(t, "trust %zu: byte %zu of %zu changed by %02x", k, i, token.size, change);
            bytes[i] ^= change;
        }
        for (size_t size = 0; size < token.size; size++)
            CHECK(t, zkl_tsa_verify(&got, zkl_bytes_of(bytes, size), &c.imprint, trust, NULL) !=
                         ZKL_OK);
    }
    clear_clocks(&c);
}

#define REFUSED(want_status, want_text, signer, trust, ...)                                        \
    do {                                                                                           \
        const token_options options = { .imprint = &c.imprint, __VA_ARGS__ };                      \
        const zkl_bytes token = make_token(t, (signer), &options);                                 \
        err = (zkl_error){ 0 };                                                                    \
        const zkl_status status = zkl_tsa_verify(&got, token, &c.imprint, (trust), &err);          \
        if (status != (want_status) || !strstr(err.text, (want_text)))                             \
            FAIL(t, "'%s' %s; want '%s'", zkl_status_text(status), err.text, (want_text));         \
    } while (0)

static void test_tsa__refuses_what_is_false(zkl_test *t)
{
    clocks c;
    zkl_tsa_time got;
    zkl_error err = { 0 };
    make_clocks(t, &c);
    const zkl_digest other = { { 9 } };
    const zkl_trust *const trusts[] = { &c.by_clock, &c.by_nobody };
    for (size_t i = 0; i < 2; i++) {
        const zkl_bytes token = make_token(t, &c.clock, &(token_options){ .imprint = &other });
        CHECK_STATUS(t, ZKL_REJECTED, zkl_tsa_verify(&got, token, &c.imprint, trusts[i], &err));
        CHECK(t, strstr(err.text, "over something else"));
    }
    REFUSED(ZKL_BAD_INPUT, "not a SHA-256", &c.clock, &c.by_clock, .imprint_hash = "1.3.14.3.2.26");
    REFUSED(ZKL_REJECTED, "signature is false", &c.clock, &c.by_clock, .key = c.stranger.key);
    REFUSED(ZKL_REJECTED, "signature is false", &c.clock, &c.by_nobody, .key = c.stranger.key);
    REFUSED(ZKL_REJECTED, "signature is false", &c.clock, &c.by_clock, .key = c.stranger.key,
            .without_certificate = true);
    REFUSED(ZKL_REJECTED, "another content", &c.clock, &c.by_clock, .false_content = true);
    REFUSED(ZKL_REJECTED, "not the signer's", &c.clock, &c.by_clock,
            .certificates = c.stranger.der);
    REFUSED(ZKL_BAD_INPUT, "more than one certificate", &c.clock, &c.by_clock,
            .certificates = JOINED(t, c.clock.der, c.authority.der));
    REFUSED(ZKL_BAD_INPUT, "nobody signed", &c.clock, &c.by_clock,
            .unsigned_part = BYTES(0xa1, 0x00));
    REFUSED(ZKL_BAD_INPUT, "in another way than receipts", &c.clock, &c.by_clock,
            .other_names = true);
    REFUSED(ZKL_BAD_INPUT, "its time is not one", &c.clock, &c.by_clock,
            .time = "20260101000000.10Z");
    REFUSED(ZKL_BAD_INPUT, "its time is not one", &c.clock, &c.by_clock, .time = "20260230000000Z");
    REFUSED(ZKL_BAD_INPUT, "its time is not one", &c.clock, &c.by_clock,
            .time = "20260101000000+0100");
    REFUSED(ZKL_NOT_SUPPORTED, "critical extension", &c.clock, &c.by_clock,
            .info_tail = BYTES(0xa1, 0x09, 0x30, 0x07, 0x06, 0x02, 0x2a, 0x03, 0x01, 0x01, 0xff));
    REFUSED(ZKL_REJECTED, "not valid at the time", &c.clock, &c.by_clock,
            .time = "20400101000000Z");
    REFUSED(ZKL_REJECTED, "not valid at the time", &c.clock, &c.by_authority,
            .time = "19990101000000Z");
    clear_clocks(&c);
}

static void test_tsa__refuses_certificates_for_something_else(zkl_test *t)
{
    static const char *const usages[] = { "timeStamping", "critical,serverAuth",
                                          "critical,timeStamping,serverAuth", "" };
    clocks c;
    zkl_tsa_time got;
    zkl_error err = { 0 };
    make_clocks(t, &c);
    for (size_t i = 0; i < ZKL_COUNT(usages); i++) {
        made_certificate wrong = make_certificate(
            t,
            &(certificate_options){ .name = "wrong", .issuer = &c.authority, .usage = usages[i] });
        zkl_trusted_tsa tsa = { zkl_bytes_of_text("wrong"), wrong.der };
        const zkl_trust pinned = { .tsas = &tsa, .tsa_count = 1 };
        REFUSED(ZKL_REJECTED, "not for timestamps alone", &wrong, &pinned, .key = NULL);
        REFUSED(ZKL_REJECTED, "not for timestamps alone", &wrong, &c.by_authority, .key = NULL);
        clear_certificate(&wrong);
    }
    /* who has a certificate of the authority's cannot issue clocks */
    made_certificate issued = make_certificate(
        t, &(certificate_options){
               .name = "issued", .issuer = &c.clock, .usage = "critical,timeStamping" });
    REFUSED(ZKL_REJECTED, "may not issue", &issued, &c.by_clock, .key = NULL);
    clear_certificate(&issued);
    /* an authority that was over */
    made_certificate old = make_certificate(
        t, &(certificate_options){ .name = "old", .until_s = FIXTURE_TIME_S - 1000 });
    made_certificate late = make_certificate(
        t,
        &(certificate_options){ .name = "late", .issuer = &old, .usage = "critical,timeStamping" });
    zkl_trusted_tsa tsa = { zkl_bytes_of_text("old"), old.der };
    const zkl_trust by_old = { .tsas = &tsa, .tsa_count = 1 };
    REFUSED(ZKL_REJECTED, "trusted certificate was not valid", &late, &by_old, .key = NULL);
    clear_certificate(&late);
    clear_certificate(&old);
    clear_clocks(&c);
}

/* What a clock sends besides is left out, and what is left is in the form of receipts. */
static void test_timestamp_take__leaves_out_what_is_not_signed(zkl_test *t)
{
    clocks c;
    zkl_tsa_time got;
    zkl_error err = { 0 };
    make_clocks(t, &c);
    const token_options full = { .imprint = &c.imprint,
                                 .certificates =
                                     JOINED(t, c.authority.der, c.clock.der, c.stranger.der),
                                 .unsigned_part = BYTES(0xa1, 0x02, 0x05, 0x00) };
    ZKL_AUTO_CLEAR(zkl_buffer) token = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) reply = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    REQUIRE_OK(t, &err, zkl_timestamp_take(&token, make_token(t, &c.clock, &full), &err));
    REQUIRE_OK(t, &err,
               zkl_tsa_verify(&got, zkl_buffer_bytes(&token), &c.imprint, &c.by_authority, &err));
    CHECK(t, got.tsa == &c.known[1]);
    zkl_timestamp_reply(&reply, zkl_buffer_bytes(&token));
    REQUIRE_OK(t, &err, zkl_timestamp_take(&again, zkl_buffer_bytes(&reply), &err));
    REQUIRE(t, again.size == token.size);
    CHECK_MEM_EQ(t, again.data, token.data, token.size);
    /* algorithms are named in one way, however the clock did */
    const token_options named = { .imprint = &c.imprint, .other_names = true };
    zkl_buffer_clear(&again);
    REQUIRE_OK(t, &err, zkl_timestamp_take(&again, make_token(t, &c.clock, &named), &err));
    REQUIRE_OK(t, &err,
               zkl_tsa_verify(&got, zkl_buffer_bytes(&again), &c.imprint, &c.by_clock, &err));
    /* refused by the clock: a status, and no token */
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_timestamp_take(&again, BYTES(0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02), &err));
    clear_clocks(&c);
}

ZKL_TESTS(TEST(test_tsa__a_true_token_says_its_time), TEST(test_tsa__refuses_every_changed_bit),
          TEST(test_tsa__refuses_what_is_false),
          TEST(test_tsa__refuses_certificates_for_something_else),
          TEST(test_timestamp_take__leaves_out_what_is_not_signed))
