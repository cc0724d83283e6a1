/* Answers of a key service: byte 0 says what was asked, and with its highest bit that the answer
 * is an error; the rest is the answer's body. */
#include "vault/kek.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char versions[] = "{\"data\":{\"latest_version\":3,\"min_decryption_version\":1}}";

typedef struct told {
    int code;
    zkl_bytes body;
} told;

static zkl_status answer(void *context, zkl_kek_answer *out, const char *url, const char *token,
                         zkl_bytes body, zkl_error *err)
{
    const told *const t = context;
    (void)body;
    (void)err;
    ZKL_ASSERT(strncmp(url, "http://127.0.0.1/v1/transit/", 28) == 0 && strcmp(token, "t") == 0);
    out->code = t->code;
    zkl_buffer_put(&out->body, t->body.data, t->body.size);
    return ZKL_OK;
}

static void check_wrapped(const zkl_wrapped_key *w)
{
    ZKL_ASSERT(w->version && w->size && w->size <= ZKL_KEK_WRAPPED_BYTES_MAX);
    ZKL_ASSERT(memcmp(w->data, "vault:v", 7) == 0);
}

static void ask(zkl_kek *kek, unsigned what)
{
    static const uint8_t secret[ZKL_CRYPTO_KEY_BYTES], object[ZKL_KEK_OBJECT_BYTES];
    const zkl_object_key key = { secret, object };
    uint8_t plain[ZKL_CRYPTO_KEY_BYTES];
    const zkl_wrapped_key old = { .version = 1, .size = 11, .data = "vault:v1:QQ" };
    zkl_wrapped_key wrapped;
    zkl_kek_versions v;
    zkl_error err = { 0 };
    switch (what % 6) {
    case 0:
        if (kek->ops->wrap(kek, &wrapped, &key, &err) == ZKL_OK)
            check_wrapped(&wrapped);
        break;
    case 1:
        if (kek->ops->unwrap(kek, plain, &old, object, &err) == ZKL_OK)
            ZKL_ASSERT(!err.text[0]);
        break;
    case 2:
        if (kek->ops->rewrap(kek, &wrapped, &old, &err) == ZKL_OK)
            check_wrapped(&wrapped);
        break;
    case 3:
        if (kek->ops->versions(kek, &v, &err) == ZKL_OK)
            ZKL_ASSERT(v.oldest >= 1 && v.oldest <= v.newest);
        break;
    case 4:
        (void)!kek->ops->rotate(kek, &err);
        break;
    default:
        (void)!kek->ops->retire(kek, 2, &err);
    }
}

static char path[] = "/tmp/zkl-fuzz-token-XXXXXX";

static void clean_up(void)
{
    (void)unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static zkl_kek *kek;
    static told t;
    if (!kek) {
        zkl_crypto *crypto = NULL;
        const int fd = mkstemp(path);
        ZKL_ASSERT(fd >= 0 && write(fd, "t\n", 2) == 2);
        ZKL_ASSERT(zkl_crypto_new(&crypto, false, NULL) == ZKL_OK);
        atexit(clean_up);
        t = (told){ 200, zkl_bytes_of_text(versions) };
        const zkl_kek_settings s = { .provider = "transit",
                                     .crypto = crypto,
                                     .address = "http://127.0.0.1",
                                     .mount = "transit",
                                     .key = "ledger",
                                     .token_file = path,
                                     .ask = answer,
                                     .ask_context = &t };
        ZKL_ASSERT(zkl_kek_open(&kek, &s, NULL) == ZKL_OK);
        close(fd);
    }
    if (!size)
        return 0;
    t = (told){ data[0] & 0x80 ? 400 : 200, zkl_bytes_of(data + 1, size - 1) };
    ask(kek, data[0] & 0x7f);
    return 0;
}
