/* A key service that answers well: what it is asked, and by which method. */
#include "vault_testing.h"

typedef struct service {
    size_t posts, gets;
    const char *answer; /* to a POST; NULL: 204 */
} service;

static zkl_status answer(void *context, zkl_kek_answer *out, const char *url, const char *token,
                         zkl_bytes body, zkl_error *err)
{
    static const char versions[] = "{\"data\":{\"latest_version\":2,\"min_decryption_version\":1}}";
    service *const s = context;
    (void)url;
    (void)err;
    ZKL_ASSERT(strcmp(token, "t") == 0);
    s->posts += body.size != 0;
    s->gets += body.size == 0;
    const char *const text = body.size ? s->answer : versions;
    out->code = text ? 200 : 204;
    if (text)
        zkl_buffer_put_text(&out->body, text);
    return zkl_buffer_status(&out->body, err);
}

static zkl_kek *open_service(zkl_test *t, fixture *f, service *s)
{
    zkl_kek *kek = NULL;
    const char *const token = fixture_path(t, f, "token");
    CHECK_STATUS(t, ZKL_OK, zkl_file_write(token, zkl_bytes_of_text("t\n"), 0600, NULL));
    const zkl_kek_settings settings = { .provider = "transit",
                                        .crypto = f->crypto,
                                        .address = "http://127.0.0.1",
                                        .mount = "transit",
                                        .key = "ledger",
                                        .token_file = token,
                                        .ask = answer,
                                        .ask_context = s };
    CHECK_STATUS(t, ZKL_OK, zkl_kek_open(&kek, &settings, NULL));
    *s = (service){ .answer = s->answer };
    return kek;
}

/* A head that somebody changed may hold any bytes. The service is asked for none that cannot stand
 * in JSON, and not for something else in their place: it would count as one that is silent. */
static void test_transit__asks_for_text_alone(zkl_test *t)
{
    static const uint8_t object[ZKL_KEK_OBJECT_BYTES];
    uint8_t key[ZKL_CRYPTO_KEY_BYTES];
    const zkl_wrapped_key good = { .version = 1, .size = 11, .data = "vault:v1:QQ" };
    const zkl_wrapped_key changed = { .version = 1, .size = 11, .data = "vault:v1:\xff\xfe" };
    zkl_wrapped_key wrapped;
    service s = { .answer = "{\"data\":{\"plaintext\":"
                            "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}}" };
    fixture f;
    REQUIRE(t, fixture_open(t, &f));
    zkl_kek *const kek = open_service(t, &f, &s);
    REQUIRE(t, kek);
    CHECK_STATUS(t, ZKL_OK, kek->ops->unwrap(kek, key, &good, object, NULL));
    for (uint8_t i = 0; i < sizeof key; i++)
        CHECK_UINT_EQ(t, key[i], i);
    CHECK_UINT_EQ(t, s.posts, 1);
    CHECK_STATUS(t, ZKL_REJECTED, kek->ops->unwrap(kek, key, &changed, object, NULL));
    CHECK_STATUS(t, ZKL_REJECTED, kek->ops->rewrap(kek, &wrapped, &changed, NULL));
    CHECK_UINT_EQ(t, s.posts, 1);
    CHECK_UINT_EQ(t, s.gets, 0);
    zkl_kek_close(kek);
    fixture_clear(&f);
}

/* What changes something is a POST, also with nothing to say. */
static void test_transit__changes_by_post(zkl_test *t)
{
    service s = { .answer = NULL };
    fixture f;
    REQUIRE(t, fixture_open(t, &f));
    zkl_kek *const kek = open_service(t, &f, &s);
    REQUIRE(t, kek);
    CHECK_STATUS(t, ZKL_OK, kek->ops->rotate(kek, NULL));
    CHECK_STATUS(t, ZKL_OK, kek->ops->retire(kek, 2, NULL));
    CHECK_UINT_EQ(t, s.posts, 2);
    CHECK_UINT_EQ(t, s.gets, 0);
    zkl_kek_close(kek);
    fixture_clear(&f);
}

ZKL_TESTS(TEST(test_transit__asks_for_text_alone), TEST(test_transit__changes_by_post))
