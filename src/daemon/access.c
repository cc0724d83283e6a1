/* Keys in memory and in a file that is replaced as a whole. */
#include "daemon/access.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "hash/domains.h"
#include "hash/hash.h"

#define SECRET_BYTES ((size_t)32)
#define SHOWN 8
#define KEYS_MAX ((size_t)10000)
#define FILE_BYTES_MAX ((size_t)4 << 20)

typedef struct key {
    daemon_identity who;
    uint8_t hash[32];
    char shown[SHOWN + 1];
    int64_t created_ms, expires_ms;
} key;

struct daemon_access {
    char *file;
    zkl_arena memory;
    uint8_t *pepper; /* zkl_secret_new */
    pthread_mutex_t mutex;
    key *keys;
    size_t count, capacity;
};

static const char *const role_texts[] = { "viewer", "developer", "admin" };

const char *daemon_role_text(daemon_role role)
{
    ZKL_ASSERT((size_t)role < ZKL_COUNT(role_texts));
    return role_texts[role];
}

bool daemon_role_find(daemon_role *out, const char *text)
{
    for (size_t i = 0; i < ZKL_COUNT(role_texts); i++)
        if (strcmp(role_texts[i], text) == 0) {
            *out = (daemon_role)i;
            return true;
        }
    return false;
}

static void hash_secret(uint8_t out[static 32], const daemon_access *access, zkl_bytes secret)
{
    zkl_prf_32(out, zkl_bytes_of(access->pepper, SECRET_BYTES), ZKL_PRF_API_KEY, secret);
}

/* ---- the file */

static json_t *put_key(const key *k, bool with_hash)
{
    char hex[65];
    zkl_hex_encode(hex, k->hash, sizeof k->hash);
    json_t *const out =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "id", k->who.id, "name", k->who.name, "role",
                  daemon_role_text(k->who.role), "begins", k->shown, "created",
                  (json_int_t)k->created_ms, "expires", (json_int_t)k->expires_ms);
    if (out && with_hash)
        json_object_set_new(out, "hash", json_string(hex));
    return out;
}

static json_t *put_keys(const daemon_access *access, bool with_hash)
{
    json_t *const all = json_array();
    for (size_t i = 0; all && i < access->count; i++)
        json_array_append_new(all, put_key(&access->keys[i], with_hash));
    return all;
}

static zkl_status save(const daemon_access *access, zkl_error *err)
{
    json_t *const all = put_keys(access, true);
    char *const text = all ? json_dumps(all, JSON_INDENT(1) | JSON_ENSURE_ASCII) : NULL;
    zkl_status status = text ? zkl_file_write(access->file, zkl_bytes_of_text(text), 0600, err)
                             : zkl_no_memory(err, 0);
    json_decref(all);
    free(text);
    return status;
}

static zkl_status reserve(daemon_access *access, zkl_error *err)
{
    if (access->count < access->capacity)
        return ZKL_OK;
    if (access->count == KEYS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "there are %zu keys already", KEYS_MAX);
    const size_t capacity = access->capacity ? 2 * access->capacity : 16;
    key *const keys =
        zkl_realloc(access->keys, access->capacity * sizeof *keys, capacity * sizeof *keys);
    if (!keys)
        return zkl_no_memory(err, capacity * sizeof *keys);
    access->keys = keys;
    access->capacity = capacity;
    return ZKL_OK;
}

static bool parse_key(key *out, json_t *from)
{
    const char *id, *name, *role, *shown, *hash;
    json_int_t created, expires;
    *out = (key){ 0 };
    if (json_unpack(from, "{s:s, s:s, s:s, s:s, s:s, s:I, s:I !}", "id", &id, "name", &name, "role",
                    &role, "begins", &shown, "hash", &hash, "created", &created, "expires",
                    &expires) != 0)
        return false;
    snprintf(out->who.id, sizeof out->who.id, "%s", id);
    snprintf(out->who.name, sizeof out->who.name, "%s", name);
    snprintf(out->shown, sizeof out->shown, "%s", shown);
    out->created_ms = created;
    out->expires_ms = expires;
    return daemon_role_find(&out->who.role, role) &&
           zkl_hex_decode(out->hash, sizeof out->hash, hash, strlen(hash));
}

static zkl_status load(daemon_access *access, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_error none;
    const zkl_status read = zkl_file_read(&text, access->file, FILE_BYTES_MAX, &none);
    if (read == ZKL_NOT_FOUND)
        return ZKL_OK;
    if (read != ZKL_OK)
        return zkl_fail(err, read, "%s", none.text);
    json_t *const all =
        json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    zkl_status status = json_is_array(all)
                            ? ZKL_OK
                            : zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no list of keys", access->file);
    for (size_t i = 0; status == ZKL_OK && i < json_array_size(all); i++) {
        status = reserve(access, err);
        if (status == ZKL_OK && !parse_key(&access->keys[access->count++], json_array_get(all, i)))
            status = zkl_fail(err, ZKL_BAD_INPUT, "'%s': key %zu is none", access->file, i + 1);
    }
    json_decref(all);
    return status;
}

static zkl_status open_pepper(daemon_access *access, const char *path, const zkl_env *env,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_error none;
    access->pepper = zkl_secret_new(SECRET_BYTES);
    if (!access->pepper)
        return zkl_no_memory(err, SECRET_BYTES);
    const zkl_status read = zkl_file_read(&bytes, path, SECRET_BYTES, &none);
    if (read == ZKL_NOT_FOUND) {
        ZKL_TRY(zkl_env_random(env, access->pepper, SECRET_BYTES, err));
        return zkl_file_write(path, zkl_bytes_of(access->pepper, SECRET_BYTES), 0600, err);
    }
    if (read != ZKL_OK || bytes.size != SECRET_BYTES)
        return zkl_fail(err, read != ZKL_OK ? read : ZKL_BAD_INPUT,
                        "'%s' is not the secret that keys are hashed with", path);
    memcpy(access->pepper, bytes.data, SECRET_BYTES);
    return ZKL_OK;
}

zkl_status daemon_access_open(daemon_access **out, const char *folder, const zkl_env *env,
                              zkl_error *err)
{
    daemon_access *const access = zkl_calloc(1, sizeof *access);
    if (!access)
        return zkl_no_memory(err, sizeof *access);
    pthread_mutex_init(&access->mutex, NULL);
    access->file = zkl_arena_format(&access->memory, "%s/keys.json", folder);
    char *const pepper = zkl_arena_format(&access->memory, "%s/secrets/pepper", folder);
    zkl_status status = access->file && pepper ? ZKL_OK : zkl_no_memory(err, 0);
    if (status == ZKL_OK)
        status = open_pepper(access, pepper, env, err);
    if (status == ZKL_OK)
        status = load(access, err);
    if (status == ZKL_OK)
        *out = access;
    else
        daemon_access_free(access);
    return status;
}

void daemon_access_free(daemon_access *access)
{
    if (!access)
        return;
    zkl_secret_free(access->pepper);
    zkl_free(access->keys);
    pthread_mutex_destroy(&access->mutex);
    zkl_arena_clear(&access->memory);
    zkl_free(access);
}

/* ---- keys */

static zkl_status add_locked(daemon_access *access, const key *k, zkl_error *err)
{
    ZKL_TRY(reserve(access, err));
    access->keys[access->count++] = *k;
    const zkl_status status = save(access, err);
    if (status != ZKL_OK)
        access->count--;
    return status;
}

zkl_status daemon_access_add(zkl_buffer *secret, daemon_access *access, const char *name,
                             daemon_role role, int64_t expires_ms, const zkl_env *env,
                             zkl_error *err)
{
    uint8_t bytes[SECRET_BYTES], id[8];
    char hex[2 * SECRET_BYTES + 1];
    const size_t begin = secret->size;
    key k = { .who.role = role, .created_ms = zkl_env_now_ms(env), .expires_ms = expires_ms };
    if (!*name || strlen(name) >= sizeof k.who.name)
        return zkl_fail(err, ZKL_USAGE, "a key's name has 1 to %zu bytes", sizeof k.who.name - 1);
    ZKL_TRY(zkl_env_random(env, id, sizeof id, err));
    ZKL_TRY(zkl_env_random(env, bytes, sizeof bytes, err));
    zkl_buffer_put_text(secret, "sk-");
    zkl_hex_encode(hex, bytes, sizeof bytes);
    zkl_buffer_put_text(secret, hex);
    zkl_wipe(bytes, sizeof bytes);
    zkl_wipe(hex, sizeof hex);
    ZKL_TRY(zkl_buffer_status(secret, err));
    snprintf(k.who.name, sizeof k.who.name, "%s", name);
    zkl_hex_encode(k.who.id, id, sizeof id);
    memcpy(k.shown, secret->data + begin, SHOWN);
    hash_secret(k.hash, access, zkl_bytes_of(secret->data + begin, secret->size - begin));
    pthread_mutex_lock(&access->mutex);
    const zkl_status status = add_locked(access, &k, err);
    pthread_mutex_unlock(&access->mutex);
    return status;
}

zkl_status daemon_access_remove(daemon_access *access, const char *id, zkl_error *err)
{
    zkl_status status = zkl_fail(err, ZKL_NOT_FOUND, "there is no key '%s'", id);
    pthread_mutex_lock(&access->mutex);
    for (size_t i = 0; i < access->count; i++) {
        if (strcmp(access->keys[i].who.id, id) != 0)
            continue;
        const key gone = access->keys[i];
        access->keys[i] = access->keys[--access->count];
        status = save(access, err);
        if (status != ZKL_OK) { /* the file still has it */
            access->keys[access->count++] = access->keys[i];
            access->keys[i] = gone;
        }
        break;
    }
    pthread_mutex_unlock(&access->mutex);
    return status;
}

bool daemon_access_find(daemon_identity *out, daemon_access *access, zkl_bytes secret,
                        int64_t now_ms)
{
    uint8_t hash[32];
    bool found = false;
    hash_secret(hash, access, secret);
    pthread_mutex_lock(&access->mutex);
    for (size_t i = 0; i < access->count; i++) {
        const key *const k = &access->keys[i];
        const bool counts =
            zkl_equal_ct(k->hash, hash, sizeof hash) && (!k->expires_ms || now_ms < k->expires_ms);
        if (counts)
            *out = k->who;
        found |= counts;
    }
    pthread_mutex_unlock(&access->mutex);
    return found;
}

json_t *daemon_access_list(daemon_access *access)
{
    pthread_mutex_lock(&access->mutex);
    json_t *const all = put_keys(access, false);
    pthread_mutex_unlock(&access->mutex);
    return all;
}
