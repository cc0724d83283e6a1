/* Keys in memory and in a file that is replaced as a whole.
 *
 * 1. `changes` is held by whoever changes keys or writes the file, for as long as that takes;
 *    `lock` for moments, so that nobody who asks waits for the disk.
 * 2. A secret is found by its hash, which strangers cannot foresee: where one stands in the table
 *    of slots says nothing of it. Every search looks at SLOTS_SEEN slots at least and compares the
 *    whole hash with each in constant time, so that an unknown key, a wrong one and one that has
 *    ended take the same time.
 * 3. When a key was used last is kept in memory, and written once a minute and at the end. */
#include "daemon/access.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/env.h"
#include "base/file.h"
#include "daemon/json_file.h"
#include "hash/domains.h"
#include "hash/hash.h"

#define SECRET_BYTES ((size_t)32)
#define SECRET_CHARS (3 + 2 * SECRET_BYTES) /* "sk-" and its digits */
#define SHOWN 8
#define KEYS_MAX ((size_t)10000)
#define FILE_BYTES_MAX ((size_t)16 << 20)
#define SLOTS_A_KEY 16 /* two secrets a key: one slot of eight is taken at most */
#define SLOTS_SEEN 8
#define USES_SECONDS 60
#define VERSION 2

static const zkl_object_name keys_name = { "keys", "keys.json" };
static const zkl_object_name pepper_name = { "secret", "secrets/pepper" };

/* What is kept of one. */
typedef struct secret {
    uint8_t hash[32];
    char shown[SHOWN + 1]; /* "": there is none */
    int64_t until_ms;      /* 0: as long as its key */
} secret;

enum { NOW, BEFORE, SECRETS };

typedef struct key {
    daemon_identity who;
    secret secrets[SECRETS];
    int64_t created_ms, expires_ms;
    _Atomic int64_t used_ms;
} key;

struct daemon_access {
    char *file;
    const daemon_at_rest *at_rest;
    zkl_arena memory;
    uint8_t *pepper; /* zkl_secret_new */
    pthread_mutex_t changes;
    pthread_rwlock_t lock;
    key *keys;
    size_t count, capacity;
    uint64_t states; /* that were given out */
    uint32_t *slots; /* 0: free; else 1 + SECRETS * key + secret */
    size_t slot_count;
    atomic_bool has_uses; /* that the file has not */
    /* The keeper of uses. */
    pthread_t keeper;
    pthread_cond_t wakes;
    bool is_kept, ends; /* `ends` under `changes` */
};

void daemon_access_hash(uint8_t out[static DAEMON_ACCESS_HASH_BYTES], const daemon_access *access,
                        zkl_bytes text)
{
    zkl_prf_32(out, zkl_bytes_of(access->pepper, SECRET_BYTES), ZKL_PRF_API_KEY, text);
}

/* ---- the table of slots */

static size_t first_slot(const daemon_access *access, const uint8_t hash[static 32])
{
    return (size_t)zkl_be64_get(hash) & (access->slot_count - 1);
}

static const secret *secret_at(const daemon_access *access, uint32_t slot)
{
    return &access->keys[(slot - 1) / SECRETS].secrets[(slot - 1) % SECRETS];
}

/* With the lock held for writing, after every change. */
static void fill_slots(daemon_access *access)
{
    if (access->slot_count)
        memset(access->slots, 0, access->slot_count * sizeof *access->slots);
    for (uint32_t i = 0; i < SECRETS * (uint32_t)access->count; i++) {
        const secret *const s = secret_at(access, i + 1);
        if (!s->shown[0])
            continue;
        size_t at = first_slot(access, s->hash);
        while (access->slots[at])
            at = (at + 1) & (access->slot_count - 1);
        access->slots[at] = i + 1;
    }
}

/* The slot that has this hash; 0: none. */
static uint32_t find_slot(const daemon_access *access, const uint8_t hash[static 32])
{
    static const secret nobody = { .hash = { 0 } };
    uint32_t found = 0;
    size_t at = access->slot_count ? first_slot(access, hash) : 0;
    for (size_t i = 0; i < SLOTS_SEEN || (access->slot_count && access->slots[at]); i++) {
        const uint32_t slot = access->slot_count ? access->slots[at] : 0;
        const secret *const s = slot ? secret_at(access, slot) : &nobody;
        const bool same = zkl_equal_ct(s->hash, hash, sizeof s->hash);
        found = same ? slot : found;
        at = access->slot_count ? (at + 1) & (access->slot_count - 1) : 0;
    }
    return found;
}

static zkl_status reserve(daemon_access *access, zkl_error *err)
{
    if (access->count < access->capacity)
        return ZKL_OK;
    if (access->count == KEYS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "there are %zu keys already", KEYS_MAX);
    const size_t capacity = access->capacity ? 2 * access->capacity : 16;
    uint32_t *const slots = zkl_calloc(capacity * SLOTS_A_KEY, sizeof *slots);
    key *const keys = slots ? zkl_calloc(capacity, sizeof *keys) : NULL;
    if (!keys) {
        zkl_free(slots);
        return zkl_no_memory(err, capacity * sizeof *keys);
    }
    pthread_rwlock_wrlock(&access->lock);
    if (access->count)
        memcpy(keys, access->keys, access->count * sizeof *keys);
    zkl_free(access->keys);
    zkl_free(access->slots);
    access->keys = keys;
    access->slots = slots;
    access->capacity = capacity;
    access->slot_count = capacity * SLOTS_A_KEY; /* a power of two */
    fill_slots(access);
    pthread_rwlock_unlock(&access->lock);
    return ZKL_OK;
}

/* ---- the file */

static json_t *put_secret(const secret *s, bool with_hash)
{
    char hex[65];
    json_t *const out =
        json_pack("{s:s, s:I}", "begins", s->shown, "until", (json_int_t)s->until_ms);
    zkl_hex_encode(hex, s->hash, sizeof s->hash);
    if (out && with_hash)
        json_object_set_new(out, "hash", json_string(hex));
    return out;
}

static json_t *put_key(const key *k, bool with_hash)
{
    json_t *const out = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:[]}", "id", k->who.id, "name", k->who.name,
        "organisation", k->who.org, "role", k->who.role, "tier", k->who.tier, "scopes",
        k->who.scopes, "created", (json_int_t)k->created_ms, "expires", (json_int_t)k->expires_ms,
        "used", (json_int_t)atomic_load(&k->used_ms), "secrets");
    if (out && !with_hash)
        json_object_set_new(out, "begins", json_string(k->secrets[NOW].shown));
    for (size_t i = 0; out && i < SECRETS; i++)
        if (k->secrets[i].shown[0])
            json_array_append_new(json_object_get(out, "secrets"),
                                  put_secret(&k->secrets[i], with_hash));
    return out;
}

/* With `changes` held. */
static zkl_status save(daemon_access *access, zkl_error *err)
{
    json_t *const all = json_array();
    atomic_store(&access->has_uses, false);
    pthread_rwlock_rdlock(&access->lock);
    for (size_t i = 0; all && i < access->count; i++)
        json_array_append_new(all, put_key(&access->keys[i], true));
    pthread_rwlock_unlock(&access->lock);
    const zkl_status status =
        daemon_json_write_kept(access->at_rest, keys_name, access->file,
                               json_pack("{s:i, s:o}", "version", VERSION, "keys", all), err);
    if (status != ZKL_OK)
        atomic_store(&access->has_uses, true);
    return status;
}

/* false: it does not fit. */
static bool copy_text(char *out, size_t size, const char *text)
{
    const size_t length = strlen(text);
    if (length >= size)
        return false;
    memcpy(out, text, length + 1);
    return true;
}

static bool parse_secret(secret *out, const char *begins, const char *hash, json_int_t until)
{
    out->until_ms = until;
    return *begins && copy_text(out->shown, sizeof out->shown, begins) &&
           zkl_hex_decode(out->hash, sizeof out->hash, hash, strlen(hash));
}

static bool copy_identity(daemon_identity *out, const char *const texts[static 6])
{
    return copy_text(out->id, sizeof out->id, texts[0]) &&
           copy_text(out->name, sizeof out->name, texts[1]) &&
           copy_text(out->org, sizeof out->org, texts[2]) &&
           copy_text(out->role, sizeof out->role, texts[3]) &&
           copy_text(out->tier, sizeof out->tier, texts[4]) &&
           copy_text(out->scopes, sizeof out->scopes, texts[5]);
}

/* Of version 1, which knew one organisation: its keys are those of whoever runs the service. */
static bool parse_first_key(key *out, json_t *from)
{
    const char *hash, *begins;
    const char *texts[6] = { [2] = DAEMON_OWN_ORGANISATION, [4] = "enterprise", [5] = "" };
    json_int_t created, expires;
    if (json_unpack(from, "{s:s, s:s, s:s, s:s, s:s, s:I, s:I !}", "id", &texts[0], "name",
                    &texts[1], "role", &texts[3], "begins", &begins, "hash", &hash, "created",
                    &created, "expires", &expires) != 0)
        return false;
    out->created_ms = created;
    out->expires_ms = expires;
    return copy_identity(&out->who, texts) && parse_secret(&out->secrets[NOW], begins, hash, 0);
}

static bool parse_key(key *out, json_t *from)
{
    const char *texts[6];
    json_int_t created, expires, used;
    json_t *secrets;
    if (json_unpack(from, "{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:o !}", "id", &texts[0],
                    "name", &texts[1], "organisation", &texts[2], "role", &texts[3], "tier",
                    &texts[4], "scopes", &texts[5], "created", &created, "expires", &expires,
                    "used", &used, "secrets", &secrets) != 0)
        return false;
    out->created_ms = created;
    out->expires_ms = expires;
    atomic_store(&out->used_ms, used);
    if (json_array_size(secrets) < 1 || json_array_size(secrets) > SECRETS)
        return false;
    for (size_t i = 0; i < json_array_size(secrets); i++) {
        const char *begins, *hash;
        json_int_t until;
        if (json_unpack(json_array_get(secrets, i), "{s:s, s:s, s:I !}", "begins", &begins, "hash",
                        &hash, "until", &until) != 0 ||
            !parse_secret(&out->secrets[i], begins, hash, until))
            return false;
    }
    return copy_identity(&out->who, texts);
}

static zkl_status take_keys(daemon_access *access, json_t *file, zkl_error *err)
{
    const bool is_first = json_is_array(file); /* version 1 */
    json_t *keys = NULL;
    json_int_t version = 1;
    if (!is_first && json_unpack(file, "{s:I, s:o !}", "version", &version, "keys", &keys) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no list of keys", access->file);
    if (!is_first && (version != VERSION || !json_is_array(keys)))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is of version %lld, this program reads %d",
                        access->file, (long long)version, VERSION);
    json_t *const all = is_first ? file : keys;
    for (size_t i = 0; i < json_array_size(all); i++) {
        json_t *const from = json_array_get(all, i);
        ZKL_TRY(reserve(access, err));
        if (!(is_first ? parse_first_key : parse_key)(&access->keys[access->count], from))
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s': key %zu is none", access->file, i + 1);
        access->count++;
    }
    fill_slots(access);
    return ZKL_OK;
}

static zkl_status load(daemon_access *access, zkl_error *err)
{
    json_t *file;
    zkl_error why = { 0 };
    const zkl_status read = daemon_json_read_kept(&file, access->at_rest, keys_name, access->file,
                                                  FILE_BYTES_MAX, &why);
    if (read != ZKL_OK)
        return read == ZKL_NOT_FOUND ? ZKL_OK : zkl_fail_as(err, read, &why);
    const zkl_status status = take_keys(access, file, err);
    json_decref(file);
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
    const zkl_status read =
        daemon_kept_read(&bytes, access->at_rest, pepper_name, path, SECRET_BYTES, &none);
    if (read == ZKL_NOT_FOUND) {
        ZKL_TRY(zkl_env_random(env, access->pepper, SECRET_BYTES, err));
        return daemon_kept_write(access->at_rest, pepper_name, path,
                                 zkl_bytes_of(access->pepper, SECRET_BYTES), err);
    }
    if (read != ZKL_OK || bytes.size != SECRET_BYTES)
        return zkl_fail(err, read != ZKL_OK ? read : ZKL_BAD_INPUT,
                        "'%s' is not the secret that keys are hashed with", path);
    memcpy(access->pepper, bytes.data, SECRET_BYTES);
    return ZKL_OK;
}

/* ---- uses */

/* With `changes` held. */
static void save_uses(daemon_access *access)
{
    if (atomic_load(&access->has_uses))
        (void)save(access, NULL); /* tried again in a minute; no key hangs on it */
}

static void *keep_uses(void *context)
{
    daemon_access *const access = context;
    pthread_mutex_lock(&access->changes);
    while (!access->ends) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += USES_SECONDS;
        pthread_cond_timedwait(&access->wakes, &access->changes, &until);
        if (!access->ends)
            save_uses(access);
    }
    save_uses(access);
    pthread_mutex_unlock(&access->changes);
    return NULL;
}

static zkl_status start_keeper(daemon_access *access, zkl_error *err)
{
    if (pthread_create(&access->keeper, NULL, keep_uses, access) != 0)
        return zkl_fail(err, ZKL_LIMIT, "the system gives no thread for keys");
    access->is_kept = true;
    return ZKL_OK;
}

static void stop_keeper(daemon_access *access)
{
    if (!access->is_kept)
        return;
    pthread_mutex_lock(&access->changes);
    access->ends = true;
    pthread_cond_signal(&access->wakes);
    pthread_mutex_unlock(&access->changes);
    pthread_join(access->keeper, NULL);
}

/* Whoever changes a key is not kept waiting by those who ask all the time. */
static void init_lock(pthread_rwlock_t *lock)
{
    pthread_rwlockattr_t writers_first;
    pthread_rwlockattr_init(&writers_first);
    pthread_rwlockattr_setkind_np(&writers_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(lock, &writers_first);
    pthread_rwlockattr_destroy(&writers_first);
}

zkl_status daemon_access_open(daemon_access **out, const char *folder,
                              const daemon_at_rest *at_rest, const zkl_env *env, zkl_error *err)
{
    daemon_access *const access = zkl_calloc(1, sizeof *access);
    pthread_condattr_t monotonic;
    if (!access)
        return zkl_no_memory(err, sizeof *access);
    pthread_mutex_init(&access->changes, NULL);
    access->at_rest = at_rest;
    init_lock(&access->lock);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&access->wakes, &monotonic);
    pthread_condattr_destroy(&monotonic);
    access->file = zkl_arena_format(&access->memory, "%s/keys.json", folder);
    char *const pepper = zkl_arena_format(&access->memory, "%s/secrets/pepper", folder);
    zkl_status status = access->file && pepper ? ZKL_OK : zkl_no_memory(err, 0);
    if (status == ZKL_OK)
        status = open_pepper(access, pepper, env, err);
    if (status == ZKL_OK)
        status = load(access, err);
    if (status == ZKL_OK)
        status = start_keeper(access, err);
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
    stop_keeper(access);
    zkl_secret_free(access->pepper);
    zkl_free(access->keys);
    zkl_free(access->slots);
    pthread_cond_destroy(&access->wakes);
    pthread_rwlock_destroy(&access->lock);
    pthread_mutex_destroy(&access->changes);
    zkl_arena_clear(&access->memory);
    zkl_free(access);
}

/* ---- keys */

/* text: appended to. */
static zkl_status make_secret(secret *out, zkl_buffer *text, const daemon_access *access,
                              const zkl_env *env, zkl_error *err)
{
    uint8_t bytes[SECRET_BYTES];
    char hex[2 * SECRET_BYTES + 1];
    const size_t begin = text->size;
    ZKL_TRY(zkl_env_random(env, bytes, sizeof bytes, err));
    zkl_buffer_put_text(text, "sk-");
    zkl_hex_encode(hex, bytes, sizeof bytes);
    zkl_buffer_put_text(text, hex);
    zkl_wipe(bytes, sizeof bytes);
    zkl_wipe(hex, sizeof hex);
    ZKL_TRY(zkl_buffer_status(text, err));
    *out = (secret){ 0 };
    memcpy(out->shown, text->data + begin, SHOWN);
    daemon_access_hash(out->hash, access, zkl_bytes_of(text->data + begin, SECRET_CHARS));
    return ZKL_OK;
}

/* What is at `at` becomes `k`, in memory. With `changes` held; at == count: it is new. */
static void put_at(daemon_access *access, size_t at, const key *k)
{
    pthread_rwlock_wrlock(&access->lock);
    access->keys[at] = *k;
    access->keys[at].who.state = ++access->states;
    access->count += at == access->count;
    fill_slots(access);
    pthread_rwlock_unlock(&access->lock);
}

/* The last takes its place. */
static void drop_at(daemon_access *access, size_t at)
{
    pthread_rwlock_wrlock(&access->lock);
    access->keys[at] = access->keys[--access->count];
    fill_slots(access);
    pthread_rwlock_unlock(&access->lock);
}

/* No organisation takes the room of others. With `changes` held. */
static zkl_status check_room(const daemon_access *access, const char *org, zkl_error *err)
{
    size_t count = 0;
    if (strcmp(org, DAEMON_OWN_ORGANISATION) == 0)
        return ZKL_OK;
    for (size_t i = 0; i < access->count; i++)
        count += strcmp(access->keys[i].who.org, org) == 0;
    return count < DAEMON_KEYS_OF_ONE_MAX
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT, "there are %zu keys of the organisation already", count);
}

zkl_status daemon_access_add(zkl_buffer *text, daemon_access *access, daemon_identity *who,
                             int64_t expires_ms, const zkl_env *env, zkl_error *err)
{
    uint8_t id[8];
    key k = { .created_ms = zkl_env_now_ms(env), .expires_ms = expires_ms };
    if (!who->name[0] || !who->org[0])
        return zkl_fail(err, ZKL_USAGE, "a key has a name and an organisation");
    ZKL_TRY(zkl_env_random(env, id, sizeof id, err));
    zkl_hex_encode(who->id, id, sizeof id);
    k.who = *who;
    ZKL_TRY(make_secret(&k.secrets[NOW], text, access, env, err));
    pthread_mutex_lock(&access->changes);
    zkl_status status = check_room(access, who->org, err);
    if (status == ZKL_OK)
        status = reserve(access, err);
    if (status == ZKL_OK) {
        put_at(access, access->count, &k);
        who->state = access->keys[access->count - 1].who.state;
        status = save(access, err);
        if (status != ZKL_OK)
            drop_at(access, access->count - 1);
    }
    pthread_mutex_unlock(&access->changes);
    return status;
}

/* With `changes` or the lock held. */
static zkl_status find_id(size_t *out, const daemon_access *access, const char *org, const char *id,
                          zkl_error *err)
{
    for (size_t i = 0; i < access->count; i++)
        if (strcmp(access->keys[i].who.id, id) == 0 && strcmp(access->keys[i].who.org, org) == 0) {
            *out = i;
            return ZKL_OK;
        }
    return zkl_fail(err, ZKL_NOT_FOUND, "there is no key '%s'", id);
}

/* The same, of one that is as it was seen. With `changes` held. */
static zkl_status find_seen(size_t *out, const daemon_access *access, const daemon_identity *seen,
                            zkl_error *err)
{
    ZKL_TRY(find_id(out, access, seen->org, seen->id, err));
    return access->keys[*out].who.state == seen->state
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT, "the key '%s' was changed meanwhile", seen->id);
}

zkl_status daemon_access_get(daemon_identity *out, daemon_access *access, const char *org,
                             const char *id, zkl_error *err)
{
    size_t at = 0;
    pthread_rwlock_rdlock(&access->lock);
    const zkl_status status = find_id(&at, access, org, id, err);
    if (status == ZKL_OK)
        *out = access->keys[at].who;
    pthread_rwlock_unlock(&access->lock);
    return status;
}

zkl_status daemon_access_remove(daemon_access *access, const daemon_identity *seen, zkl_error *err)
{
    size_t at = 0;
    pthread_mutex_lock(&access->changes);
    zkl_status status = find_seen(&at, access, seen, err);
    if (status == ZKL_OK) {
        const key gone = access->keys[at];
        drop_at(access, at);
        status = save(access, err);
        if (status != ZKL_OK) /* the file still has it */
            put_at(access, access->count, &gone);
    }
    pthread_mutex_unlock(&access->changes);
    return status;
}

zkl_status daemon_access_rotate(zkl_buffer *text, daemon_access *access,
                                const daemon_identity *seen, int64_t until_ms, const zkl_env *env,
                                zkl_error *err)
{
    size_t at = 0;
    secret made;
    ZKL_TRY(make_secret(&made, text, access, env, err));
    pthread_mutex_lock(&access->changes);
    zkl_status status = find_seen(&at, access, seen, err);
    if (status == ZKL_OK) {
        const key old = access->keys[at];
        key k = old;
        k.secrets[BEFORE] = old.secrets[NOW];
        k.secrets[BEFORE].until_ms = until_ms;
        k.secrets[NOW] = made;
        put_at(access, at, &k);
        status = save(access, err);
        if (status != ZKL_OK)
            put_at(access, at, &old);
    }
    pthread_mutex_unlock(&access->changes);
    return status;
}

zkl_status daemon_access_edit(daemon_access *access, const daemon_identity *who, int64_t expires_ms,
                              zkl_error *err)
{
    size_t at = 0;
    pthread_mutex_lock(&access->changes);
    zkl_status status = find_seen(&at, access, who, err);
    if (status == ZKL_OK) {
        const key old = access->keys[at];
        key k = old;
        k.who = *who;
        k.expires_ms = expires_ms < 0 ? old.expires_ms : expires_ms;
        put_at(access, at, &k);
        status = save(access, err);
        if (status != ZKL_OK)
            put_at(access, at, &old);
    }
    pthread_mutex_unlock(&access->changes);
    return status;
}

/* To the second: busy threads do not fight for one line of memory. */
static void note_use(daemon_access *access, key *k, int64_t now_ms)
{
    if (now_ms - atomic_load_explicit(&k->used_ms, memory_order_relaxed) < 1000)
        return;
    atomic_store_explicit(&k->used_ms, now_ms, memory_order_relaxed);
    atomic_store_explicit(&access->has_uses, true, memory_order_relaxed);
}

bool daemon_access_find(daemon_identity *out, daemon_access *access, zkl_bytes text, int64_t now_ms)
{
    uint8_t hash[DAEMON_ACCESS_HASH_BYTES];
    daemon_access_hash(hash, access, text);
    return daemon_access_find_hash(out, access, hash, now_ms);
}

bool daemon_access_find_hash(daemon_identity *out, daemon_access *access,
                             const uint8_t hash[static DAEMON_ACCESS_HASH_BYTES], int64_t now_ms)
{
    bool counts = false;
    pthread_rwlock_rdlock(&access->lock);
    const uint32_t slot = find_slot(access, hash);
    if (slot) {
        key *const k = &access->keys[(slot - 1) / SECRETS];
        const int64_t until_ms = secret_at(access, slot)->until_ms;
        counts = (!k->expires_ms || now_ms < k->expires_ms) && (!until_ms || now_ms < until_ms);
        if (counts) {
            *out = k->who;
            out->until_ms =
                until_ms && (!k->expires_ms || until_ms < k->expires_ms) ? until_ms : k->expires_ms;
            note_use(access, k, now_ms);
        }
    }
    pthread_rwlock_unlock(&access->lock);
    return counts;
}

static bool begins_so(const key *k, const char *begins)
{
    bool found = false;
    for (size_t i = 0; i < SECRETS; i++)
        found |= k->secrets[i].shown[0] && strncmp(k->secrets[i].shown, begins, SHOWN) == 0;
    return found;
}

json_t *daemon_access_list(daemon_access *access, const char *org, const char *begins)
{
    json_t *const all = json_array();
    pthread_rwlock_rdlock(&access->lock);
    for (size_t i = 0; all && i < access->count; i++) {
        const key *const k = &access->keys[i];
        if (strcmp(k->who.org, org) == 0 && (!begins || begins_so(k, begins)))
            json_array_append_new(all, put_key(k, false));
    }
    pthread_rwlock_unlock(&access->lock);
    return all;
}

json_t *daemon_access_show(daemon_access *access, const char *org, const char *id)
{
    size_t at = 0;
    pthread_rwlock_rdlock(&access->lock);
    json_t *const out =
        find_id(&at, access, org, id, NULL) == ZKL_OK ? put_key(&access->keys[at], false) : NULL;
    pthread_rwlock_unlock(&access->lock);
    return out;
}
