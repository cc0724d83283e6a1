/* Key-encryption keys of a service of the form of Vault's transit secrets engine, as its public
 * description of the API has it:
 *
 *     GET  /v1/MOUNT/keys/KEY                data.latest_version, data.min_decryption_version
 *     POST /v1/MOUNT/encrypt/KEY             plaintext (base64) -> data.ciphertext "vault:vN:.."
 *     POST /v1/MOUNT/decrypt/KEY             ciphertext -> data.plaintext
 *     POST /v1/MOUNT/rewrap/KEY              ciphertext -> data.ciphertext
 *     POST /v1/MOUNT/keys/KEY/rotate
 *     POST /v1/MOUNT/keys/KEY/config         min_decryption_version
 *
 * 1. The engine's rewrap takes no associated data, so none is given: that a wrapped key is of this
 *    object is the envelope's commitment to say.
 * 2. The token is read from its file for each request, so that it may be renewed there.
 * 3. A rewrapped key is not seen here. */
#include "vault/kek.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "text/base64.h"

#define TOKEN_BYTES_MAX 1024

typedef struct transit_kek {
    zkl_kek kek; /* first */
    zkl_kek_settings s;
    char root[512]; /* "ADDRESS/v1/MOUNT" */
} transit_kek;

/* ---- asking */

static zkl_status read_token(zkl_buffer *out, const char *path, zkl_error *err)
{
    ZKL_TRY(zkl_file_read_regular(out, path, TOKEN_BYTES_MAX, err));
    while (out->size && out->data[out->size - 1] <= ' ')
        out->size--;
    for (size_t i = 0; i < out->size; i++)
        if (out->data[i] <= ' ' || out->data[i] > '~')
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s' holds no token", path);
    if (!out->size)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' holds no token", path);
    zkl_buffer_put_u8(out, 0);
    return zkl_buffer_status(out, err);
}

/* What a code other than 200 and 204 means. The body may repeat what was asked for, so it is not
 * told. */
static zkl_status judge(const transit_kek *k, int code, zkl_error *err)
{
    if (code == 200 || code == 204)
        return ZKL_OK;
    const zkl_status status = code == 400   ? ZKL_REJECTED
                              : code == 403 ? ZKL_DENIED
                              : code == 404 ? ZKL_NOT_FOUND
                                            : ZKL_IO;
    return zkl_fail(err, status, "the key service of '%s' answers %d", k->kek.id, code);
}

/* body: taken; NULL: GET. *data: of the answer, NULL where there is none. */
static zkl_status ask(transit_kek *k, json_t **data, json_t *body, const char *verb,
                      const char *behind, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) token = { 0 };
    char url[1024];
    zkl_kek_answer answer = { 0 };
    char *const text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    const bool lacks = body && !text;
    json_decref(body);
    *data = NULL;
    zkl_status status = lacks ? zkl_no_memory(err, 0) : read_token(&token, k->s.token_file, err);
    if (status == ZKL_OK &&
        snprintf(url, sizeof url, "%s/%s/%s%s", k->root, verb, k->s.key, behind) >= (int)sizeof url)
        status = zkl_fail(err, ZKL_LIMIT, "the address of '%s' is too long", k->kek.id);
    if (status == ZKL_OK)
        status = k->s.ask(k->s.ask_context, &answer, url, (const char *)token.data,
                          zkl_bytes_of(text, text ? strlen(text) : 0), err);
    if (text)
        zkl_wipe(text, strlen(text));
    free(text);
    if (status == ZKL_OK)
        status = judge(k, answer.code, err);
    json_t *const all = status == ZKL_OK && answer.code == 200
                            ? json_loadb((const char *)answer.body.data, answer.body.size,
                                         JSON_REJECT_DUPLICATES, NULL)
                            : NULL;
    zkl_buffer_clear(&answer.body); /* wipes: a plaintext may be in it */
    *data = json_incref(json_object_get(all, "data"));
    json_decref(all);
    return status;
}

/* The same of a POST. body NULL: there is no memory for it, or it holds what is no UTF-8. */
static zkl_status post(transit_kek *k, json_t **data, json_t *body, const char *verb,
                       const char *behind, zkl_error *err)
{
    return body ? ask(k, data, body, verb, behind, err)
                : zkl_fail(err, ZKL_REJECTED, "'%s' is asked for nothing that is no text",
                           k->kek.id);
}

/* A member of the answer's data. */
static zkl_status want_text(const char **out, const transit_kek *k, const json_t *data,
                            const char *name, zkl_error *err)
{
    *out = json_string_value(json_object_get(data, name));
    return *out ? ZKL_OK
                : zkl_fail(err, ZKL_IO, "the key service of '%s' answers without '%s'", k->kek.id,
                           name);
}

/* "vault:vN:...". */
static zkl_status take_ciphertext(zkl_wrapped_key *out, const transit_kek *k, const json_t *data,
                                  zkl_error *err)
{
    const char *text;
    unsigned version = 0;
    int used = 0;
    ZKL_TRY(want_text(&text, k, data, "ciphertext", err));
    const size_t size = strlen(text);
    if (sscanf(text, "vault:v%9u:%n", &version, &used) != 1 || !used || !version ||
        size > ZKL_KEK_WRAPPED_BYTES_MAX)
        return zkl_fail(err, ZKL_IO, "the key service of '%s' answers another ciphertext",
                        k->kek.id);
    *out = (zkl_wrapped_key){ .version = version, .size = size };
    memcpy(out->data, text, size);
    return ZKL_OK;
}

static json_t *ciphertext_of(const zkl_wrapped_key *wrapped)
{
    return json_pack("{s:s%}", "ciphertext", (const char *)wrapped->data, wrapped->size);
}

/* ---- the provider */

static zkl_status wrap_key(zkl_kek *kek, zkl_wrapped_key *out, const zkl_object_key *key,
                           zkl_error *err)
{
    transit_kek *const k = (transit_kek *)kek;
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    json_t *data = NULL;
    zkl_buffer_put_base64(&text, key->key, ZKL_CRYPTO_KEY_BYTES);
    ZKL_TRY(zkl_buffer_status(&text, err));
    zkl_status status =
        post(k, &data, json_pack("{s:s%}", "plaintext", (const char *)text.data, text.size),
             "encrypt", "", err);
    if (status == ZKL_OK)
        status = take_ciphertext(out, k, data, err);
    json_decref(data);
    return status;
}

static zkl_status unwrap_key(zkl_kek *kek, uint8_t key[static ZKL_CRYPTO_KEY_BYTES],
                             const zkl_wrapped_key *wrapped,
                             const uint8_t object[static ZKL_KEK_OBJECT_BYTES], zkl_error *err)
{
    transit_kek *const k = (transit_kek *)kek;
    uint8_t plain[ZKL_CRYPTO_KEY_BYTES + 3];
    size_t size = 0;
    json_t *data = NULL;
    const char *text = "";
    (void)object; /* invariant 1 */
    zkl_status status = post(k, &data, ciphertext_of(wrapped), "decrypt", "", err);
    if (status == ZKL_OK)
        status = want_text(&text, k, data, "plaintext", err);
    if (status == ZKL_OK &&
        (zkl_base64_decoded_size(zkl_bytes_of_text(text)) > sizeof plain ||
         !zkl_base64_decode(plain, &size, zkl_bytes_of_text(text)) || size != ZKL_CRYPTO_KEY_BYTES))
        status = zkl_fail(err, ZKL_REJECTED, "'%s' did not wrap this key", kek->id);
    if (status == ZKL_OK)
        memcpy(key, plain, ZKL_CRYPTO_KEY_BYTES);
    zkl_wipe(plain, sizeof plain);
    json_decref(data);
    return status;
}

static zkl_status rewrap_key(zkl_kek *kek, zkl_wrapped_key *out, const zkl_wrapped_key *wrapped,
                             zkl_error *err)
{
    transit_kek *const k = (transit_kek *)kek;
    json_t *data = NULL;
    zkl_status status = post(k, &data, ciphertext_of(wrapped), "rewrap", "", err);
    if (status == ZKL_OK)
        status = take_ciphertext(out, k, data, err);
    json_decref(data);
    return status;
}

static zkl_status versions_of(zkl_kek *kek, zkl_kek_versions *out, zkl_error *err)
{
    transit_kek *const k = (transit_kek *)kek;
    json_t *data = NULL;
    ZKL_TRY(ask(k, &data, NULL, "keys", "", err));
    const json_int_t newest = json_integer_value(json_object_get(data, "latest_version"));
    const json_int_t oldest = json_integer_value(json_object_get(data, "min_decryption_version"));
    json_decref(data);
    if (newest < 1 || newest > INT32_MAX || oldest < 0 || oldest > newest)
        return zkl_fail(err, ZKL_IO, "the key service of '%s' answers no versions", kek->id);
    *out = (zkl_kek_versions){ oldest ? (uint32_t)oldest : 1, (uint32_t)newest };
    return ZKL_OK;
}

static zkl_status rotate(zkl_kek *kek, zkl_error *err)
{
    json_t *data = NULL;
    const zkl_status status =
        post((transit_kek *)kek, &data, json_object(), "keys", "/rotate", err);
    json_decref(data);
    return status;
}

static zkl_status retire(zkl_kek *kek, uint32_t oldest, zkl_error *err)
{
    json_t *data = NULL;
    const zkl_status status = post((transit_kek *)kek, &data,
                                   json_pack("{s:I}", "min_decryption_version", (json_int_t)oldest),
                                   "keys", "/config", err);
    json_decref(data);
    return status;
}

static void close_transit(zkl_kek *kek)
{
    zkl_free(kek);
}

/* A name that can stand in a path as it is. */
static bool is_plain(const char *name)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    return name[0] && name[0] != '/' && strspn(name, good) == strlen(name) && !strstr(name, "..");
}

/* That the key is there is found out at once; one that is missing is made by the service's own
 * people, not from here. */
static zkl_status open_transit(zkl_kek **out, const zkl_kek_settings *s, zkl_error *err)
{
    zkl_kek_versions versions;
    if (!s->address || !s->mount || !s->key || !s->token_file)
        return zkl_fail(err, ZKL_USAGE,
                        "the provider 'transit' needs 'address', 'mount', 'key' and 'token_file'");
    ZKL_ASSERT(s->ask);
    if (!is_plain(s->mount) || !is_plain(s->key) || strchr(s->key, '/'))
        return zkl_fail(err, ZKL_USAGE, "'%s' and '%s' are no plain names", s->mount, s->key);
    transit_kek *const k = zkl_calloc(1, sizeof *k);
    if (!k)
        return zkl_no_memory(err, sizeof *k);
    k->kek.ops = &zkl_kek_transit_ops;
    k->s = *s;
    const bool fits =
        snprintf(k->kek.id, sizeof k->kek.id, "transit:%s/%s", s->mount, s->key) <
            (int)sizeof k->kek.id &&
        snprintf(k->root, sizeof k->root, "%s/v1/%s", s->address, s->mount) < (int)sizeof k->root;
    const zkl_status status =
        fits ? versions_of(&k->kek, &versions, err)
             : zkl_fail(err, ZKL_USAGE, "'%s/%s' is too long a name", s->mount, s->key);
    if (status == ZKL_OK)
        *out = &k->kek;
    else
        zkl_free(k);
    return status;
}

const zkl_kek_ops zkl_kek_transit_ops = {
    .name = "transit",
    .open = open_transit,
    .wrap = wrap_key,
    .unwrap = unwrap_key,
    .rewrap = rewrap_key,
    .versions = versions_of,
    .rotate = rotate,
    .retire = retire,
    .close = close_transit,
};
