/* Key-encryption keys in a token of PKCS#11 (OASIS, version 2.40), which they never leave.
 *
 * 1. A version is a secret AES key of 256 bits whose CKA_LABEL is the key's name and whose CKA_ID
 *    is its number, four bytes, big-endian. It is made in the token: sensitive, not extractable.
 * 2. A key is wrapped by CKM_AES_GCM with the object's id as associated data: nonce (12 random
 *    bytes), ciphertext, tag. Random nonces serve 2^32 keys a version (SP 800-38D, 8.3).
 * 3. One session, one call at a time. One that has gone (the token was pulled) is opened anew, and
 *    the call made once more. */
#include "vault/kek.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#include <p11-kit/pkcs11.h>

#include "base/file.h"

#define PIN_BYTES_MAX 255
#define SLOTS_MAX 64
#define LABEL_BYTES 32 /* of a token, filled with blanks */
#define TAG_BITS (8 * ZKL_AEAD_TAG_BYTES)
#define HIDDEN_BYTES (ZKL_CRYPTO_KEY_BYTES + ZKL_AEAD_TAG_BYTES)
#define WRAPPED_BYTES (ZKL_AEAD_NONCE_BYTES + HIDDEN_BYTES)
#define FOUND_MAX 4096

typedef struct token_kek {
    zkl_kek kek; /* first */
    zkl_kek_settings s;
    void *module;
    CK_FUNCTION_LIST *p11;
    pthread_mutex_t mutex; /* of the session */
    CK_SESSION_HANDLE session;
    bool has_session, is_begun;
} token_kek;

static zkl_status fail_p11(const token_kek *k, const char *what, CK_RV rv, zkl_error *err)
{
    const zkl_status status =
        rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LOCKED || rv == CKR_USER_NOT_LOGGED_IN ? ZKL_DENIED
                                                                                        : ZKL_IO;
    return zkl_fail(err, status, "token '%s': %s failed (CKR 0x%lx)", k->s.token, what, rv);
}

static bool is_lost(CK_RV rv)
{
    return rv == CKR_SESSION_HANDLE_INVALID || rv == CKR_SESSION_CLOSED ||
           rv == CKR_DEVICE_REMOVED || rv == CKR_TOKEN_NOT_PRESENT || rv == CKR_USER_NOT_LOGGED_IN;
}

/* ---- a session */

static zkl_status find_slot(CK_SLOT_ID *out, const token_kek *k, zkl_error *err)
{
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG count = SLOTS_MAX;
    char label[LABEL_BYTES + 1];
    const CK_RV rv = k->p11->C_GetSlotList(CK_TRUE, slots, &count);
    if (rv != CKR_OK)
        return fail_p11(k, "the list of slots", rv, err);
    snprintf(label, sizeof label, "%-32s", k->s.token);
    for (CK_ULONG i = 0; i < count; i++) {
        CK_TOKEN_INFO info;
        if (k->p11->C_GetTokenInfo(slots[i], &info) == CKR_OK &&
            memcmp(info.label, label, LABEL_BYTES) == 0) {
            *out = slots[i];
            return ZKL_OK;
        }
    }
    return zkl_fail(err, ZKL_NOT_FOUND, "no slot of '%s' has token '%s'", k->s.module, k->s.token);
}

static zkl_status read_pin(zkl_buffer *out, const char *path, zkl_error *err)
{
    ZKL_TRY(zkl_file_read_regular(out, path, PIN_BYTES_MAX, err));
    while (out->size && (out->data[out->size - 1] == '\n' || out->data[out->size - 1] == '\r'))
        out->size--;
    return out->size ? ZKL_OK : zkl_fail(err, ZKL_BAD_INPUT, "'%s' holds no PIN", path);
}

static void end_session(token_kek *k)
{
    if (k->has_session)
        (void)k->p11->C_CloseSession(k->session); /* one that has gone is closed */
    k->has_session = false;
}

static zkl_status begin_session(token_kek *k, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) pin = { 0 };
    CK_SLOT_ID slot = 0;
    if (k->has_session)
        return ZKL_OK;
    ZKL_TRY(find_slot(&slot, k, err));
    ZKL_TRY(read_pin(&pin, k->s.pin_file, err));
    CK_RV rv =
        k->p11->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &k->session);
    if (rv != CKR_OK)
        return fail_p11(k, "a session", rv, err);
    k->has_session = true;
    rv = k->p11->C_Login(k->session, CKU_USER, pin.data, pin.size);
    if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN)
        return ZKL_OK;
    end_session(k);
    return fail_p11(k, "the log-in", rv, err);
}

/* ---- keys */

typedef struct found {
    CK_OBJECT_HANDLE keys[FOUND_MAX];
    uint32_t versions[FOUND_MAX];
    CK_ULONG count;
} found;

static CK_RV version_of(uint32_t *out, const token_kek *k, CK_OBJECT_HANDLE key)
{
    uint8_t id[4] = { 0 };
    CK_ATTRIBUTE attribute = { CKA_ID, id, sizeof id };
    const CK_RV rv = k->p11->C_GetAttributeValue(k->session, key, &attribute, 1);
    *out = rv == CKR_OK && attribute.ulValueLen == sizeof id ? zkl_be32_get(id) : 0;
    return is_lost(rv) ? rv : CKR_OK; /* another's key of that label is none of ours */
}

static CK_RV find_keys(found *out, const token_kek *k)
{
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_ATTRIBUTE want[] = {
        { CKA_CLASS, &class, sizeof class },
        { CKA_LABEL, (void *)(uintptr_t)k->s.key, strlen(k->s.key) },
    };
    out->count = 0;
    CK_RV rv = k->p11->C_FindObjectsInit(k->session, want, ZKL_COUNT(want));
    if (rv != CKR_OK)
        return rv;
    for (CK_ULONG more = 1; rv == CKR_OK && more && out->count < FOUND_MAX;) {
        more = 0; /* a token gives as many as it likes, and none at the end */
        rv = k->p11->C_FindObjects(k->session, out->keys + out->count, FOUND_MAX - out->count,
                                   &more);
        out->count += rv == CKR_OK ? more : 0;
    }
    (void)k->p11->C_FindObjectsFinal(k->session); /* the search is over in any case */
    for (CK_ULONG i = 0; rv == CKR_OK && i < out->count; i++)
        rv = version_of(&out->versions[i], k, out->keys[i]);
    return rv;
}

static zkl_kek_versions span_of(const found *f)
{
    zkl_kek_versions out = { 0 };
    for (CK_ULONG i = 0; i < f->count; i++) {
        const uint32_t version = f->versions[i];
        if (version && (!out.oldest || version < out.oldest))
            out.oldest = version;
        if (version > out.newest)
            out.newest = version;
    }
    return out;
}

static CK_RV make_version(const token_kek *k, uint32_t version)
{
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ULONG size = ZKL_CRYPTO_KEY_BYTES;
    CK_OBJECT_HANDLE key;
    CK_MECHANISM mechanism = { CKM_AES_KEY_GEN, NULL, 0 };
    uint8_t id[4];
    zkl_be32_put(id, version);
    CK_ATTRIBUTE attributes[] = {
        { CKA_LABEL, (void *)(uintptr_t)k->s.key, strlen(k->s.key) },
        { CKA_ID, id, sizeof id },
        { CKA_TOKEN, &yes, sizeof yes },
        { CKA_PRIVATE, &yes, sizeof yes },
        { CKA_SENSITIVE, &yes, sizeof yes },
        { CKA_EXTRACTABLE, &no, sizeof no },
        { CKA_ENCRYPT, &yes, sizeof yes },
        { CKA_DECRYPT, &yes, sizeof yes },
        { CKA_VALUE_LEN, &size, sizeof size },
    };
    return k->p11->C_GenerateKey(k->session, &mechanism, attributes, ZKL_COUNT(attributes), &key);
}

/* ---- one call at a time, made again when the session has gone */

typedef struct call {
    const char *what;
    uint32_t version; /* 0: the newest, which is told */
    /* Of wrapping and unwrapping. */
    CK_MECHANISM mechanism;
    uint8_t *in, *out;
    CK_ULONG in_size, out_size;
    zkl_kek_versions versions;
    bool is_missing;
} call;

typedef CK_RV do_call(token_kek *k, call *c, const found *keys);

static CK_OBJECT_HANDLE *key_of(call *c, const found *keys)
{
    if (!c->version)
        c->version = c->versions.newest;
    for (CK_ULONG i = 0; i < keys->count; i++)
        if (c->version && keys->versions[i] == c->version)
            return (CK_OBJECT_HANDLE *)(uintptr_t)&keys->keys[i];
    c->is_missing = true;
    return NULL;
}

static CK_RV do_wrap(token_kek *k, call *c, const found *keys)
{
    const CK_OBJECT_HANDLE *const key = key_of(c, keys);
    const CK_RV rv =
        key ? k->p11->C_EncryptInit(k->session, &c->mechanism, *key) : CKR_KEY_HANDLE_INVALID;
    return rv == CKR_OK ? k->p11->C_Encrypt(k->session, c->in, c->in_size, c->out, &c->out_size)
                        : rv;
}

static CK_RV do_unwrap(token_kek *k, call *c, const found *keys)
{
    const CK_OBJECT_HANDLE *const key = key_of(c, keys);
    const CK_RV rv =
        key ? k->p11->C_DecryptInit(k->session, &c->mechanism, *key) : CKR_KEY_HANDLE_INVALID;
    return rv == CKR_OK ? k->p11->C_Decrypt(k->session, c->in, c->in_size, c->out, &c->out_size)
                        : rv;
}

static CK_RV do_versions(token_kek *k, call *c, const found *keys)
{
    (void)k;
    (void)keys;
    c->is_missing = !c->versions.newest;
    return CKR_OK;
}

static CK_RV do_rotate(token_kek *k, call *c, const found *keys)
{
    (void)keys;
    return make_version(k, c->versions.newest + 1);
}

static CK_RV do_retire(token_kek *k, call *c, const found *keys)
{
    CK_RV rv = CKR_OK;
    for (CK_ULONG i = 0; rv == CKR_OK && i < keys->count; i++)
        if (keys->versions[i] && keys->versions[i] < c->version)
            rv = k->p11->C_DestroyObject(k->session, keys->keys[i]);
    return rv;
}

static zkl_status run(token_kek *k, call *c, do_call *what, zkl_error *err)
{
    found *const keys = zkl_malloc(1, sizeof *keys);
    CK_RV rv = CKR_OK;
    if (!keys)
        return zkl_no_memory(err, sizeof *keys);
    pthread_mutex_lock(&k->mutex);
    zkl_status status = ZKL_OK;
    for (int i = 0; i < 2; i++) {
        status = begin_session(k, err);
        rv = status == ZKL_OK ? find_keys(keys, k) : CKR_OK;
        if (status == ZKL_OK && rv == CKR_OK && keys->count == FOUND_MAX)
            status = zkl_fail(err, ZKL_LIMIT, "token '%s' has %d keys '%s' or more", k->s.token,
                              FOUND_MAX, k->s.key);
        if (status == ZKL_OK && rv == CKR_OK) {
            c->versions = span_of(keys);
            rv = what(k, c, keys);
        }
        if (!is_lost(rv))
            break;
        end_session(k);
    }
    pthread_mutex_unlock(&k->mutex);
    zkl_free(keys);
    if (status == ZKL_OK && c->is_missing)
        return zkl_fail(err, ZKL_NOT_FOUND, "version %u of '%s' is not there", c->version,
                        k->kek.id);
    if (status == ZKL_OK && (rv == CKR_ENCRYPTED_DATA_INVALID || rv == CKR_GENERAL_ERROR) &&
        what == do_unwrap)
        return zkl_fail(err, ZKL_REJECTED, "version %u of '%s' did not wrap this key", c->version,
                        k->kek.id);
    return status == ZKL_OK && rv != CKR_OK ? fail_p11(k, c->what, rv, err) : status;
}

/* ---- the provider */

static CK_GCM_PARAMS gcm_of(const uint8_t *nonce, const uint8_t *object)
{
    return (CK_GCM_PARAMS){ .pIv = (uint8_t *)(uintptr_t)nonce,
                            .ulIvLen = ZKL_AEAD_NONCE_BYTES,
                            .ulIvBits = 8 * ZKL_AEAD_NONCE_BYTES,
                            .pAAD = (uint8_t *)(uintptr_t)object,
                            .ulAADLen = ZKL_KEK_OBJECT_BYTES,
                            .ulTagBits = TAG_BITS };
}

static zkl_status wrap_key(zkl_kek *kek, zkl_wrapped_key *out, const zkl_object_key *key,
                           zkl_error *err)
{
    token_kek *const k = (token_kek *)kek;
    *out = (zkl_wrapped_key){ .size = WRAPPED_BYTES };
    ZKL_TRY(zkl_crypto_random(k->s.crypto, out->data, ZKL_AEAD_NONCE_BYTES, err));
    CK_GCM_PARAMS gcm = gcm_of(out->data, key->object);
    call c = { .what = "wrapping",
               .mechanism = { CKM_AES_GCM, &gcm, sizeof gcm },
               .in = (uint8_t *)(uintptr_t)key->key,
               .in_size = ZKL_CRYPTO_KEY_BYTES,
               .out = out->data + ZKL_AEAD_NONCE_BYTES,
               .out_size = HIDDEN_BYTES };
    ZKL_TRY(run(k, &c, do_wrap, err));
    out->version = c.version;
    return c.out_size == HIDDEN_BYTES
               ? ZKL_OK
               : zkl_fail(err, ZKL_IO, "token '%s' gives %lu bytes", k->s.token, c.out_size);
}

static zkl_status unwrap_key(zkl_kek *kek, uint8_t key[static ZKL_CRYPTO_KEY_BYTES],
                             const zkl_wrapped_key *wrapped,
                             const uint8_t object[static ZKL_KEK_OBJECT_BYTES], zkl_error *err)
{
    token_kek *const k = (token_kek *)kek;
    uint8_t plain[HIDDEN_BYTES]; /* a token may want the tag's room too */
    if (wrapped->size != WRAPPED_BYTES || !wrapped->version)
        return zkl_fail(err, ZKL_BAD_INPUT, "a key wrapped by '%s' has other bytes", kek->id);
    CK_GCM_PARAMS gcm = gcm_of(wrapped->data, object);
    call c = { .what = "unwrapping",
               .version = wrapped->version,
               .mechanism = { CKM_AES_GCM, &gcm, sizeof gcm },
               .in = (uint8_t *)(uintptr_t)wrapped->data + ZKL_AEAD_NONCE_BYTES,
               .in_size = HIDDEN_BYTES,
               .out = plain,
               .out_size = sizeof plain };
    zkl_status status = run(k, &c, do_unwrap, err);
    if (status == ZKL_OK && c.out_size != ZKL_CRYPTO_KEY_BYTES)
        status = zkl_fail(err, ZKL_REJECTED, "'%s' did not wrap this key", kek->id);
    if (status == ZKL_OK)
        memcpy(key, plain, ZKL_CRYPTO_KEY_BYTES);
    zkl_wipe(plain, sizeof plain);
    return status;
}

static zkl_status versions_of(zkl_kek *kek, zkl_kek_versions *out, zkl_error *err)
{
    call c = { .what = "finding keys" };
    ZKL_TRY(run((token_kek *)kek, &c, do_versions, err));
    *out = c.versions;
    return ZKL_OK;
}

static zkl_status rotate(zkl_kek *kek, zkl_error *err)
{
    call c = { .what = "making a key" };
    return run((token_kek *)kek, &c, do_rotate, err);
}

static zkl_status retire(zkl_kek *kek, uint32_t oldest, zkl_error *err)
{
    call c = { .what = "removing keys", .version = oldest };
    return run((token_kek *)kek, &c, do_retire, err);
}

/* C_Finalize would end what others in this process have begun with the module. */
static void close_token(zkl_kek *kek)
{
    token_kek *const k = (token_kek *)kek;
    if (k->p11)
        end_session(k);
    if (k->is_begun)
        (void)k->p11->C_Finalize(NULL); /* nothing can be done about it */
    if (k->module)
        dlclose(k->module);
    pthread_mutex_destroy(&k->mutex);
    zkl_free(k);
}

static zkl_status begin(token_kek *k, zkl_error *err)
{
    CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
    CK_C_GetFunctionList list = NULL;
    if (k->s.module[0] != '/')
        return zkl_fail(err, ZKL_USAGE, "'module' is an absolute path");
    k->module = dlopen(k->s.module, RTLD_NOW | RTLD_LOCAL);
    void *const symbol = k->module ? dlsym(k->module, "C_GetFunctionList") : NULL;
    if (!symbol)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "'%s' is no PKCS#11 module", k->s.module);
    memcpy(&list, &symbol, sizeof list); /* ISO C has no cast of it */
    CK_RV rv = list(&k->p11);
    if (rv == CKR_OK)
        rv = k->p11->C_Initialize(&args);
    k->is_begun = rv == CKR_OK;
    if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED)
        return fail_p11(k, "the module's beginning", rv, err);
    zkl_kek_versions versions;
    zkl_status status = versions_of(&k->kek, &versions, err);
    if (status == ZKL_NOT_FOUND && k->s.makes && k->has_session)
        status = rotate(&k->kek, err);
    return status;
}

static zkl_status open_token(zkl_kek **out, const zkl_kek_settings *s, zkl_error *err)
{
    if (!s->module || !s->token || !s->pin_file || !s->key)
        return zkl_fail(err, ZKL_USAGE,
                        "the provider 'pkcs11' needs 'module', 'token', 'pin_file' and 'key'");
    token_kek *const k = zkl_calloc(1, sizeof *k);
    if (!k)
        return zkl_no_memory(err, sizeof *k);
    k->kek.ops = &zkl_kek_pkcs11_ops;
    k->s = *s;
    pthread_mutex_init(&k->mutex, NULL);
    const bool fits = strlen(s->token) <= LABEL_BYTES &&
                      snprintf(k->kek.id, sizeof k->kek.id, "pkcs11:%s/%s", s->token, s->key) <
                          (int)sizeof k->kek.id;
    const zkl_status status =
        fits ? begin(k, err)
             : zkl_fail(err, ZKL_USAGE, "'%s' or '%s' is too long a name", s->token, s->key);
    if (status == ZKL_OK)
        *out = &k->kek;
    else
        close_token(&k->kek);
    return status;
}

const zkl_kek_ops zkl_kek_pkcs11_ops = {
    .name = "pkcs11",
    .open = open_token,
    .wrap = wrap_key,
    .unwrap = unwrap_key,
    .versions = versions_of,
    .rotate = rotate,
    .retire = retire,
    .close = close_token,
};
