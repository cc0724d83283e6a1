/* Key-encryption keys in a file of their owner's (docs/formats/kek.md):
 *
 *     zkl-kek 1
 *     id 5f0c..              16 hexadecimal digits
 *     key 1 0b9d..           version and 64 hexadecimal digits; versions go up by one
 *     key 2 77a1..
 *
 * 1. The file is its owner's alone (mode 0600), no link, and replaced as a whole. It is what would
 *    be written, byte for byte: what is read by half would be lost when it is replaced.
 * 2. A key is wrapped by AES-256-GCM under HKDF(version's key, object's id), with a nonce of zeros:
 *    object ids are random and 256 bits long, so no such key serves two objects. The same object
 *    wrapped twice under one version gives the same bytes. */
#include "vault/kek.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define MAGIC "zkl-kek 1\n"
#define VERSIONS_MAX 256
#define FILE_BYTES_MAX ((size_t)32 << 10)
#define ID_BYTES 8
#define WRAPPED_BYTES (ZKL_CRYPTO_KEY_BYTES + ZKL_AEAD_TAG_BYTES)

static const char WRAP_INFO[] = "zkl envelope key wrap 1";

/* Secret: zkl_secret_new. */
typedef struct versions {
    uint8_t keys[VERSIONS_MAX][ZKL_CRYPTO_KEY_BYTES];
    /* keys[i] is version oldest + i. */
    uint32_t oldest;
    size_t count;
    char text[FILE_BYTES_MAX + 1]; /* the file, while it is read */
} versions;

typedef struct file_kek {
    zkl_kek kek; /* first */
    const zkl_crypto *crypto;
    char *path;
    uint8_t id[ID_BYTES];
    pthread_mutex_t mutex; /* of all below */
    versions *v;
} file_kek;

/* ---- reading */

static zkl_status open_own(int *out, const char *path, zkl_error *err)
{
    struct stat st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path);
    zkl_status status = ZKL_OK;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        status = zkl_fail(err, ZKL_DENIED, "'%s' is no file", path);
    else if (st.st_uid != geteuid() || (st.st_mode & 077))
        status = zkl_fail(err, ZKL_DENIED,
                          "'%s' holds keys, and is not its owner's alone (mode %03o, of user %u)",
                          path, (unsigned)(st.st_mode & 0777), (unsigned)st.st_uid);
    if (status == ZKL_OK)
        *out = fd;
    else
        close(fd);
    return status;
}

static zkl_status read_text(versions *v, size_t *bytes, const char *path, zkl_error *err)
{
    size_t size = 0;
    int fd = -1;
    ZKL_TRY(open_own(&fd, path, err));
    ssize_t got;
    while ((got = read(fd, v->text + size, FILE_BYTES_MAX - size)) > 0)
        size += (size_t)got;
    const zkl_status status = got < 0 ? zkl_fail_errno(err, "read", path)
                              : size == FILE_BYTES_MAX
                                  ? zkl_fail(err, ZKL_LIMIT, "'%s' is too large", path)
                                  : ZKL_OK;
    close(fd);
    v->text[size] = 0;
    *bytes = size;
    return status;
}

/* "key N HEX\n" at *at, which goes behind it. */
static bool take_key(versions *v, const char **at)
{
    unsigned long version = 0;
    int used = 0;
    if (sscanf(*at, "key %lu %n", &version, &used) != 1 || !used || !version ||
        version > UINT32_MAX || v->count == VERSIONS_MAX ||
        (v->count && version != (unsigned long)v->oldest + v->count))
        return false;
    const char *const hex = *at + used, *const end = strchr(hex, '\n');
    if (!end || !zkl_hex_decode(v->keys[v->count], ZKL_CRYPTO_KEY_BYTES, hex, (size_t)(end - hex)))
        return false;
    if (!v->count)
        v->oldest = (uint32_t)version;
    v->count++;
    *at = end + 1;
    return true;
}

static bool parse(file_kek *k, versions *v)
{
    const char *at = v->text;
    if (strncmp(at, MAGIC "id ", sizeof MAGIC + 2) != 0)
        return false;
    at += sizeof MAGIC + 2;
    if (strlen(at) < 2 * ID_BYTES + 1 || !zkl_hex_decode(k->id, ID_BYTES, at, 2 * ID_BYTES) ||
        at[2 * ID_BYTES] != '\n')
        return false;
    at += 2 * ID_BYTES + 1;
    while (*at)
        if (!take_key(v, &at))
            return false;
    return v->count > 0;
}

/* count keys from `first` on, and one more when it is there. */
static void put_text(zkl_buffer *out, const file_kek *k, size_t first, const uint8_t *more)
{
    char hex[2 * ZKL_CRYPTO_KEY_BYTES + 1];
    zkl_hex_encode(hex, k->id, ID_BYTES);
    zkl_buffer_format(out, MAGIC "id %s\n", hex);
    for (size_t i = first; i < k->v->count + (more != NULL); i++) {
        zkl_hex_encode(hex, i < k->v->count ? k->v->keys[i] : more, ZKL_CRYPTO_KEY_BYTES);
        zkl_buffer_format(out, "key %llu ", (unsigned long long)k->v->oldest + i);
        zkl_buffer_put_text(out, hex);
        zkl_buffer_put_u8(out, '\n');
    }
    zkl_wipe(hex, sizeof hex);
}

static zkl_status load(file_kek *k, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    versions *const v = k->v;
    size_t size = 0;
    zkl_status status = read_text(v, &size, k->path, err);
    const bool is_parsed = status == ZKL_OK && parse(k, v);
    if (is_parsed)
        put_text(&again, k, 0, NULL);
    if (status == ZKL_OK)
        status = zkl_buffer_status(&again, err);
    if (status == ZKL_OK &&
        !(is_parsed && zkl_bytes_equal(zkl_buffer_bytes(&again), zkl_bytes_of(v->text, size))))
        status = zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no file of key-encryption keys", k->path);
    zkl_wipe(v->text, sizeof v->text);
    return status;
}

/* ---- writing */

/* As put_text. */
static zkl_status save(const file_kek *k, size_t first, const uint8_t *more, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    put_text(&text, k, first, more);
    ZKL_TRY(zkl_buffer_status(&text, err));
    return zkl_file_replace(k->path, zkl_buffer_bytes(&text), 0600, err);
}

static zkl_status make(file_kek *k, zkl_error *err)
{
    k->v->oldest = 1;
    ZKL_TRY(zkl_crypto_random(k->crypto, k->id, ID_BYTES, err));
    ZKL_TRY(zkl_crypto_random(k->crypto, k->v->keys[0], ZKL_CRYPTO_KEY_BYTES, err));
    ZKL_TRY(save(k, 0, k->v->keys[0], err));
    k->v->count = 1;
    return ZKL_OK;
}

/* ---- the provider */

static void close_file(zkl_kek *kek)
{
    file_kek *const k = (file_kek *)kek;
    pthread_mutex_destroy(&k->mutex);
    zkl_secret_free(k->v);
    zkl_free(k->path);
    zkl_free(k);
}

static zkl_status begin(file_kek *k, const zkl_kek_settings *s, zkl_error *err)
{
    char hex[2 * ID_BYTES + 1];
    const size_t size = strlen(s->file) + 1;
    k->path = zkl_malloc(size, 1);
    k->v = zkl_secret_new(sizeof *k->v);
    if (!k->path || !k->v)
        return zkl_no_memory(err, sizeof *k->v);
    memcpy(k->path, s->file, size);
    zkl_status status = load(k, err);
    if (status == ZKL_NOT_FOUND && s->makes)
        status = make(k, err);
    zkl_hex_encode(hex, k->id, ID_BYTES);
    snprintf(k->kek.id, sizeof k->kek.id, "file:%s", hex);
    return status;
}

static zkl_status open_file(zkl_kek **out, const zkl_kek_settings *s, zkl_error *err)
{
    if (!s->file)
        return zkl_fail(err, ZKL_USAGE, "the provider 'file' needs 'file'");
    file_kek *const k = zkl_calloc(1, sizeof *k);
    if (!k)
        return zkl_no_memory(err, sizeof *k);
    k->kek.ops = &zkl_kek_file_ops;
    k->crypto = s->crypto;
    pthread_mutex_init(&k->mutex, NULL);
    const zkl_status status = begin(k, s, err);
    if (status == ZKL_OK)
        *out = &k->kek;
    else
        close_file(&k->kek);
    return status;
}

/* The key that wraps one object's, of a version (0: the newest, which is told). */
static zkl_status derive(file_kek *k, uint8_t *out, uint32_t *version, const uint8_t *object,
                         zkl_error *err)
{
    zkl_status status = ZKL_OK;
    pthread_mutex_lock(&k->mutex);
    const versions *const v = k->v;
    if (!*version)
        *version = v->oldest + (uint32_t)v->count - 1;
    if (*version < v->oldest || *version - v->oldest >= v->count)
        status = zkl_fail(err, ZKL_NOT_FOUND, "version %u of key '%s' is not there", *version,
                          k->kek.id);
    else
        status =
            zkl_crypto_derive(k->crypto, out, ZKL_CRYPTO_KEY_BYTES, v->keys[*version - v->oldest],
                              zkl_bytes_of(object, ZKL_KEK_OBJECT_BYTES),
                              zkl_bytes_of(WRAP_INFO, sizeof WRAP_INFO - 1), err);
    pthread_mutex_unlock(&k->mutex);
    return status;
}

static zkl_status wrap_key(zkl_kek *kek, zkl_wrapped_key *out, const zkl_object_key *key,
                           zkl_error *err)
{
    static const uint8_t nonce[ZKL_AEAD_NONCE_BYTES]; /* invariant 2 */
    file_kek *const k = (file_kek *)kek;
    uint8_t with[ZKL_CRYPTO_KEY_BYTES];
    *out = (zkl_wrapped_key){ .size = WRAPPED_BYTES };
    ZKL_TRY(derive(k, with, &out->version, key->object, err));
    const bool sealed = zkl_crypto_seal(k->crypto, out->data, out->data + ZKL_CRYPTO_KEY_BYTES,
                                        &(zkl_aead){ .key = with, .nonce = nonce },
                                        zkl_bytes_of(key->key, ZKL_CRYPTO_KEY_BYTES));
    zkl_wipe(with, sizeof with);
    return sealed ? ZKL_OK : zkl_no_memory(err, WRAPPED_BYTES);
}

static zkl_status unwrap_key(zkl_kek *kek, uint8_t key[static ZKL_CRYPTO_KEY_BYTES],
                             const zkl_wrapped_key *wrapped,
                             const uint8_t object[static ZKL_KEK_OBJECT_BYTES], zkl_error *err)
{
    static const uint8_t nonce[ZKL_AEAD_NONCE_BYTES];
    file_kek *const k = (file_kek *)kek;
    uint8_t with[ZKL_CRYPTO_KEY_BYTES];
    uint32_t version = wrapped->version;
    if (wrapped->size != WRAPPED_BYTES || !version)
        return zkl_fail(err, ZKL_BAD_INPUT, "a key wrapped by '%s' has other bytes", kek->id);
    ZKL_TRY(derive(k, with, &version, object, err));
    const bool opened = zkl_crypto_open(k->crypto, key, wrapped->data + ZKL_CRYPTO_KEY_BYTES,
                                        &(zkl_aead){ .key = with, .nonce = nonce },
                                        zkl_bytes_of(wrapped->data, ZKL_CRYPTO_KEY_BYTES));
    zkl_wipe(with, sizeof with);
    return opened ? ZKL_OK
                  : zkl_fail(err, ZKL_REJECTED, "version %u of '%s' did not wrap this key", version,
                             kek->id);
}

static zkl_status versions_of(zkl_kek *kek, zkl_kek_versions *out, zkl_error *err)
{
    file_kek *const k = (file_kek *)kek;
    (void)err; /* what is in memory is known */
    pthread_mutex_lock(&k->mutex);
    *out = (zkl_kek_versions){ k->v->oldest, k->v->oldest + (uint32_t)k->v->count - 1 };
    pthread_mutex_unlock(&k->mutex);
    return ZKL_OK;
}

/* The file first: nothing is wrapped by a version that could be lost. */
static zkl_status rotate(zkl_kek *kek, zkl_error *err)
{
    file_kek *const k = (file_kek *)kek;
    zkl_status status = ZKL_OK;
    pthread_mutex_lock(&k->mutex);
    uint8_t *const next = k->v->count < VERSIONS_MAX ? k->v->keys[k->v->count] : NULL;
    if (!next || (uint64_t)k->v->oldest + k->v->count > UINT32_MAX)
        status = zkl_fail(err, ZKL_LIMIT, "'%s' has %zu versions already", kek->id, k->v->count);
    if (status == ZKL_OK)
        status = zkl_crypto_random(k->crypto, next, ZKL_CRYPTO_KEY_BYTES, err);
    if (status == ZKL_OK)
        status = save(k, 0, next, err);
    if (status == ZKL_OK)
        k->v->count++;
    pthread_mutex_unlock(&k->mutex);
    return status;
}

static zkl_status retire(zkl_kek *kek, uint32_t oldest, zkl_error *err)
{
    file_kek *const k = (file_kek *)kek;
    zkl_status status = ZKL_OK;
    pthread_mutex_lock(&k->mutex);
    versions *const v = k->v;
    const size_t gone = oldest > v->oldest ? oldest - v->oldest : 0;
    ZKL_ASSERT(gone < v->count);
    if (gone)
        status = save(k, gone, NULL, err);
    if (gone && status == ZKL_OK) {
        memmove(v->keys, v->keys[gone], (v->count - gone) * ZKL_CRYPTO_KEY_BYTES);
        zkl_wipe(v->keys[v->count - gone], gone * ZKL_CRYPTO_KEY_BYTES);
        v->count -= gone;
        v->oldest = oldest;
    }
    pthread_mutex_unlock(&k->mutex);
    return status;
}

const zkl_kek_ops zkl_kek_file_ops = {
    .name = "file",
    .open = open_file,
    .wrap = wrap_key,
    .unwrap = unwrap_key,
    .versions = versions_of,
    .rotate = rotate,
    .retire = retire,
    .close = close_file,
};
