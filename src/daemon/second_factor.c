#include "daemon/second_factor.h"

#include <pthread.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/env.h"
#include "daemon/json_file.h"

#define FACTORS_MAX 10000
#define FILE_BYTES_MAX ((size_t)4 << 20)
#define VERSION 1

static const zkl_object_name factors_name = { "factors", "second_factors.json" };

typedef struct factor {
    char key[17];
    uint8_t secret[TOKEN_TOTP_SECRET_BYTES];
    bool counts;      /* else it was offered */
    uint64_t used;    /* the last step whose code was taken */
    unsigned wrong;   /* since the last that was right */
    int64_t tried_ms; /* the last wrong one */
} factor;

struct daemon_factors {
    zkl_arena memory;
    const char *file;
    const daemon_at_rest *at_rest;
    pthread_mutex_t lock;
    factor *all; /* zkl_calloc; FACTORS_MAX at most */
    size_t count, capacity;
};

/* ---- the list, with the lock held */

static factor *find(const daemon_factors *factors, const char *key)
{
    for (size_t i = 0; i < factors->count; i++)
        if (strcmp(factors->all[i].key, key) == 0)
            return &factors->all[i];
    return NULL;
}

static zkl_status add(factor **out, daemon_factors *factors, const char *key, zkl_error *err)
{
    if (factors->count == FACTORS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "there are %d second factors already", FACTORS_MAX);
    if (factors->count == factors->capacity) {
        const size_t capacity = factors->capacity ? 2 * factors->capacity : 16;
        factor *const all = zkl_calloc(capacity, sizeof *all);
        if (!all)
            return zkl_no_memory(err, capacity * sizeof *all);
        if (factors->count)
            memcpy(all, factors->all, factors->count * sizeof *all);
        if (factors->all)
            zkl_wipe(factors->all, factors->count * sizeof *all);
        zkl_free(factors->all);
        factors->all = all;
        factors->capacity = capacity;
    }
    factor *const f = &factors->all[factors->count];
    *f = (factor){ 0 };
    if (snprintf(f->key, sizeof f->key, "%s", key) >= (int)sizeof f->key)
        return zkl_fail(err, ZKL_USAGE, "'%s' is no key's id", key);
    factors->count++;
    *out = f;
    return ZKL_OK;
}

/* ---- the file */

static zkl_status save(const daemon_factors *factors, zkl_error *err)
{
    json_t *const all = json_array();
    for (size_t i = 0; all && i < factors->count; i++) {
        const factor *const f = &factors->all[i];
        char hex[2 * TOKEN_TOTP_SECRET_BYTES + 1];
        zkl_hex_encode(hex, f->secret, sizeof f->secret);
        if (f->counts)
            json_array_append_new(all, json_pack("{s:s, s:s, s:I}", "key", f->key, "secret", hex,
                                                 "used", (json_int_t)f->used));
        zkl_wipe(hex, sizeof hex);
    }
    return daemon_json_write_kept(factors->at_rest, factors_name, factors->file,
                                  json_pack("{s:i, s:o}", "version", VERSION, "factors", all), err);
}

static zkl_status take(daemon_factors *factors, json_t *file, zkl_error *err)
{
    json_t *all = NULL, *one;
    int version = 0;
    size_t i;
    if (json_unpack(file, "{s:i, s:o !}", "version", &version, "factors", &all) != 0 ||
        version != VERSION || !json_is_array(all))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no list of second factors", factors->file);
    json_array_foreach(all, i, one)
    {
        const char *key, *secret;
        json_int_t used;
        factor *f;
        if (json_unpack(one, "{s:s, s:s, s:I !}", "key", &key, "secret", &secret, "used", &used) !=
            0)
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s': factor %zu is none", factors->file, i + 1);
        ZKL_TRY(add(&f, factors, key, err));
        f->counts = true;
        f->used = (uint64_t)used;
        if (!zkl_hex_decode(f->secret, sizeof f->secret, secret, strlen(secret)))
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s': factor %zu is none", factors->file, i + 1);
    }
    return ZKL_OK;
}

static zkl_status load(daemon_factors *factors, zkl_error *err)
{
    json_t *file;
    zkl_error why = { 0 };
    const zkl_status read = daemon_json_read_kept(&file, factors->at_rest, factors_name,
                                                  factors->file, FILE_BYTES_MAX, &why);
    if (read != ZKL_OK)
        return read == ZKL_NOT_FOUND ? ZKL_OK : zkl_fail_as(err, read, &why);
    const zkl_status status = take(factors, file, err);
    json_decref(file);
    return status;
}

zkl_status daemon_factors_open(daemon_factors **out, const char *folder,
                               const daemon_at_rest *at_rest, zkl_error *err)
{
    daemon_factors *const factors = zkl_calloc(1, sizeof *factors);
    if (!factors)
        return zkl_no_memory(err, sizeof *factors);
    pthread_mutex_init(&factors->lock, NULL);
    factors->at_rest = at_rest;
    factors->file = zkl_arena_format(&factors->memory, "%s/second_factors.json", folder);
    const zkl_status status = factors->file ? load(factors, err) : zkl_no_memory(err, 0);
    if (status == ZKL_OK)
        *out = factors;
    else
        daemon_factors_free(factors);
    return status;
}

void daemon_factors_free(daemon_factors *factors)
{
    if (!factors)
        return;
    if (factors->all)
        zkl_wipe(factors->all, factors->count * sizeof *factors->all);
    zkl_free(factors->all);
    pthread_mutex_destroy(&factors->lock);
    zkl_arena_clear(&factors->memory);
    zkl_free(factors);
}

/* ---- use */

bool daemon_factors_has(daemon_factors *factors, const char *key)
{
    pthread_mutex_lock(&factors->lock);
    const factor *const f = find(factors, key);
    const bool has = f && f->counts;
    pthread_mutex_unlock(&factors->lock);
    return has;
}

static zkl_status offer(uint8_t out[static TOKEN_TOTP_SECRET_BYTES], daemon_factors *factors,
                        const char *key, const zkl_env *env, zkl_error *err)
{
    factor *f = find(factors, key);
    if (f && f->counts)
        return zkl_fail(err, ZKL_CONFLICT, "this key has a second factor");
    if (!f) {
        uint8_t secret[TOKEN_TOTP_SECRET_BYTES];
        ZKL_TRY(zkl_env_random(env, secret, sizeof secret, err));
        ZKL_TRY(add(&f, factors, key, err));
        memcpy(f->secret, secret, sizeof secret);
        zkl_wipe(secret, sizeof secret);
    }
    memcpy(out, f->secret, sizeof f->secret);
    return ZKL_OK;
}

zkl_status daemon_factors_offer(uint8_t out[static TOKEN_TOTP_SECRET_BYTES],
                                daemon_factors *factors, const char *key, const zkl_env *env,
                                zkl_error *err)
{
    pthread_mutex_lock(&factors->lock);
    const zkl_status status = offer(out, factors, key, env, err);
    pthread_mutex_unlock(&factors->lock);
    return status;
}

/* What is not on the disk has not been used: a code that could count again is no second factor. */
static zkl_status check(daemon_factors *factors, const char *key, const char *code, int64_t now_ms,
                        zkl_error *err)
{
    factor *const f = find(factors, key);
    if (!f)
        return zkl_fail(err, ZKL_DENIED, "this key has no second factor");
    if (f->wrong >= DAEMON_FACTOR_TRIES && now_ms < f->tried_ms + DAEMON_FACTOR_WAIT_MS)
        return zkl_fail(err, ZKL_LIMIT, "too many codes of this key were wrong");
    const uint64_t now = (uint64_t)(now_ms / 1000) / TOKEN_TOTP_STEP_S;
    const uint64_t step = token_totp_find(f->secret, code, now, f->used);
    if (!step) {
        f->wrong = f->wrong >= DAEMON_FACTOR_TRIES ? 1 : f->wrong + 1;
        f->tried_ms = now_ms;
        return zkl_fail(err, ZKL_DENIED, "that code is wrong, or was used before");
    }
    const factor before = *f;
    f->counts = true;
    f->used = step;
    f->wrong = 0;
    const zkl_status status = save(factors, err);
    if (status != ZKL_OK)
        *f = before;
    return status;
}

zkl_status daemon_factors_check(daemon_factors *factors, const char *key, const char *code,
                                int64_t now_ms, zkl_error *err)
{
    pthread_mutex_lock(&factors->lock);
    const zkl_status status = check(factors, key, code, now_ms, err);
    pthread_mutex_unlock(&factors->lock);
    return status;
}

zkl_status daemon_factors_forget(daemon_factors *factors, const char *key, zkl_error *err)
{
    pthread_mutex_lock(&factors->lock);
    factor *const f = find(factors, key);
    zkl_status status =
        f && f->counts ? ZKL_OK : zkl_fail(err, ZKL_NOT_FOUND, "this key has no second factor");
    if (f) {
        const factor gone = *f;
        *f = factors->all[--factors->count];
        if (status == ZKL_OK)
            status = save(factors, err);
        if (gone.counts && status != ZKL_OK) /* the file still has it */
            factors->all[factors->count++] = gone;
    }
    pthread_mutex_unlock(&factors->lock);
    return status;
}
