/* A list under one lock. What a search compares is a hash, which strangers cannot foresee: how long
 * it takes says nothing of a token. */
#include "daemon/sessions.h"

#include <pthread.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/env.h"
#include "hash/hash.h"

#define TOKEN_BYTES ((size_t)DAEMON_SESSION_TOKEN_CHARS / 2)

typedef struct session {
    zkl_digest token;
    uint8_t secret[DAEMON_ACCESS_HASH_BYTES];
    /* Of its key as it was, of which the ids count; of somebody whom a provider named, himself. */
    daemon_identity who;
    bool is_by_key;
    char id[17];
    char address[48], agent[100];
    int64_t created_ms, used_ms;
    bool is_waiting;
} session;

struct daemon_sessions {
    daemon_access *access;
    daemon_session_times times;
    pthread_mutex_t lock;
    session *all;
    size_t count, capacity;
};

zkl_status daemon_sessions_new(daemon_sessions **out, daemon_access *access,
                               const daemon_session_times *times, zkl_error *err)
{
    daemon_sessions *const sessions = zkl_calloc(1, sizeof *sessions);
    if (!sessions)
        return zkl_no_memory(err, sizeof *sessions);
    *sessions = (daemon_sessions){ .access = access, .times = *times };
    pthread_mutex_init(&sessions->lock, NULL);
    *out = sessions;
    return ZKL_OK;
}

void daemon_sessions_free(daemon_sessions *sessions)
{
    if (!sessions)
        return;
    zkl_free(sessions->all);
    pthread_mutex_destroy(&sessions->lock);
    zkl_free(sessions);
}

/* ---- the list, with the lock held */

/* The last takes its place. */
static void drop_at(daemon_sessions *sessions, size_t at)
{
    ZKL_ASSERT(at < sessions->count);
    sessions->all[at] = sessions->all[--sessions->count];
}

static int64_t end_of(const daemon_sessions *sessions, const session *s)
{
    const int64_t idle = s->used_ms + sessions->times.idle_ms;
    const int64_t total = s->created_ms + sessions->times.total_ms;
    return idle < total ? idle : total;
}

static void drop_ended(daemon_sessions *sessions, int64_t now_ms)
{
    for (size_t i = sessions->count; i > 0; i--)
        if (now_ms >= end_of(sessions, &sessions->all[i - 1]))
            drop_at(sessions, i - 1);
}

/* One more comes of that key, or organisation, of which there are `most` at most. */
static void let_oldest(daemon_sessions *sessions, const daemon_identity *who, bool is_of_org,
                       size_t most)
{
    size_t count = 0, oldest = 0;
    for (size_t i = 0; i < sessions->count; i++) {
        const session *const s = &sessions->all[i];
        if (strcmp(is_of_org ? s->who.org : s->who.id, is_of_org ? who->org : who->id) != 0)
            continue;
        if (!count++ || s->used_ms < sessions->all[oldest].used_ms)
            oldest = i;
    }
    if (count >= most)
        drop_at(sessions, oldest);
}

/* There is room for one of that identity. */
static zkl_status make_room(daemon_sessions *sessions, const daemon_identity *who, zkl_error *err)
{
    let_oldest(sessions, who, false, DAEMON_SESSIONS_OF_KEY_MAX);
    let_oldest(sessions, who, true, DAEMON_SESSIONS_OF_ONE_MAX);
    if (sessions->count < sessions->capacity)
        return ZKL_OK;
    if (sessions->count == DAEMON_SESSIONS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%d are logged in already", DAEMON_SESSIONS_MAX);
    const size_t capacity = sessions->capacity ? 2 * sessions->capacity : 16;
    session *const all = zkl_calloc(capacity, sizeof *all);
    if (!all)
        return zkl_no_memory(err, capacity * sizeof *all);
    if (sessions->count)
        memcpy(all, sessions->all, sessions->count * sizeof *all);
    zkl_free(sessions->all);
    sessions->all = all;
    sessions->capacity = capacity;
    return ZKL_OK;
}

static session *find_id(daemon_sessions *sessions, const char *org, const char *id)
{
    for (size_t i = 0; i < sessions->count; i++)
        if (strcmp(sessions->all[i].id, id) == 0 &&
            (!org || strcmp(sessions->all[i].who.org, org) == 0))
            return &sessions->all[i];
    return NULL;
}

/* Whose it is now; false: his key has ended. */
static bool find_who(daemon_identity *out, const daemon_sessions *sessions, const session *s,
                     int64_t now_ms)
{
    *out = s->who;
    return !s->is_by_key || daemon_access_find_hash(out, sessions->access, s->secret, now_ms);
}

/* ---- beginning */

static zkl_status make_token(char out[static DAEMON_SESSION_TOKEN_CHARS + 1], zkl_digest *hash,
                             const zkl_env *env, zkl_error *err)
{
    uint8_t bytes[TOKEN_BYTES];
    ZKL_TRY(zkl_env_random(env, bytes, sizeof bytes, err));
    zkl_hex_encode(out, bytes, sizeof bytes);
    zkl_wipe(bytes, sizeof bytes);
    zkl_sha256(hash, out, DAEMON_SESSION_TOKEN_CHARS);
    return ZKL_OK;
}

/* What a browser says of itself, as far as it is printable. */
static void copy_agent(char *out, size_t size, zkl_bytes agent)
{
    size_t count = 0;
    for (size_t i = 0; i < agent.size && count + 1 < size; i++)
        if (agent.data[i] >= ' ' && agent.data[i] < 127)
            out[count++] = (char)agent.data[i];
    out[count] = 0;
}

static void show(daemon_session *out, const session *s, const daemon_identity *who)
{
    *out =
        (daemon_session){ .who = *who, .created_ms = s->created_ms, .is_waiting = s->is_waiting };
    memcpy(out->id, s->id, sizeof out->id);
}

/* s: with what says whose it is. */
static zkl_status begin(char token[static DAEMON_SESSION_TOKEN_CHARS + 1], daemon_session *out,
                        daemon_sessions *sessions, session *s, const daemon_session_of *of,
                        const zkl_env *env, zkl_error *err)
{
    uint8_t id[8];
    ZKL_TRY(make_token(token, &s->token, env, err));
    ZKL_TRY(zkl_env_random(env, id, sizeof id, err));
    zkl_hex_encode(s->id, id, sizeof id);
    s->created_ms = s->used_ms = of->now_ms;
    s->is_waiting = of->waits;
    snprintf(s->address, sizeof s->address, "%s", of->address);
    copy_agent(s->agent, sizeof s->agent, of->agent);
    pthread_mutex_lock(&sessions->lock);
    drop_ended(sessions, of->now_ms);
    const zkl_status status = make_room(sessions, &s->who, err);
    if (status == ZKL_OK)
        sessions->all[sessions->count++] = *s;
    pthread_mutex_unlock(&sessions->lock);
    show(out, s, &s->who);
    return status;
}

zkl_status daemon_sessions_begin(char token[static DAEMON_SESSION_TOKEN_CHARS + 1],
                                 daemon_session *out, daemon_sessions *sessions, zkl_bytes secret,
                                 const daemon_session_of *of, const zkl_env *env, zkl_error *err)
{
    session s = { .is_by_key = true };
    daemon_access_hash(s.secret, sessions->access, secret);
    if (!daemon_access_find_hash(&s.who, sessions->access, s.secret, of->now_ms))
        return zkl_fail(err, ZKL_DENIED, "it is nobody's key");
    return begin(token, out, sessions, &s, of, env, err);
}

zkl_status daemon_sessions_begin_as(char token[static DAEMON_SESSION_TOKEN_CHARS + 1],
                                    daemon_session *out, daemon_sessions *sessions,
                                    const daemon_identity *who, const daemon_session_of *of,
                                    const zkl_env *env, zkl_error *err)
{
    session s = { .who = *who };
    return begin(token, out, sessions, &s, of, env, err);
}

bool daemon_sessions_find(daemon_session *out, daemon_sessions *sessions, zkl_bytes token,
                          int64_t now_ms)
{
    zkl_digest hash;
    bool found = false;
    zkl_sha256(&hash, token.data, token.size);
    pthread_mutex_lock(&sessions->lock);
    for (size_t i = 0; i < sessions->count && !found; i++) {
        session *const s = &sessions->all[i];
        daemon_identity who;
        if (!zkl_digest_equal(&s->token, &hash))
            continue;
        found = now_ms < end_of(sessions, s) && find_who(&who, sessions, s, now_ms);
        if (!found) {
            drop_at(sessions, i);
            break;
        }
        s->used_ms = now_ms;
        show(out, s, &who);
    }
    pthread_mutex_unlock(&sessions->lock);
    return found;
}

bool daemon_sessions_admit(char token[static DAEMON_SESSION_TOKEN_CHARS + 1],
                           daemon_sessions *sessions, const char *id, const zkl_env *env)
{
    zkl_digest hash;
    if (make_token(token, &hash, env, NULL) != ZKL_OK)
        return false;
    pthread_mutex_lock(&sessions->lock);
    session *const s = find_id(sessions, NULL, id);
    if (s) {
        s->token = hash;
        s->is_waiting = false;
    }
    pthread_mutex_unlock(&sessions->lock);
    return s;
}

/* ---- those that there are */

json_t *daemon_sessions_list(daemon_sessions *sessions, const char *org, const char *owner,
                             int64_t now_ms)
{
    json_t *const all = json_array();
    daemon_identity who;
    pthread_mutex_lock(&sessions->lock);
    drop_ended(sessions, now_ms);
    for (size_t i = 0; all && i < sessions->count; i++) {
        const session *const s = &sessions->all[i];
        if (strcmp(s->who.org, org) == 0 && (!owner || strcmp(s->who.id, owner) == 0) &&
            find_who(&who, sessions, s, now_ms))
            json_array_append_new(
                all,
                json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:b}", "id", s->id, "key",
                          s->who.id, "name", s->who.name, "address", s->address, "agent", s->agent,
                          "created", (json_int_t)s->created_ms, "used", (json_int_t)s->used_ms,
                          "until", (json_int_t)end_of(sessions, s), "waiting", s->is_waiting));
    }
    pthread_mutex_unlock(&sessions->lock);
    return all;
}

void daemon_sessions_owner(char out[static 17], daemon_sessions *sessions, const char *org,
                           const char *id)
{
    pthread_mutex_lock(&sessions->lock);
    const session *const s = find_id(sessions, org, id);
    snprintf(out, 17, "%s", s ? s->who.id : "");
    pthread_mutex_unlock(&sessions->lock);
}

bool daemon_sessions_end(daemon_sessions *sessions, const char *org, const char *id)
{
    pthread_mutex_lock(&sessions->lock);
    session *const s = find_id(sessions, org, id);
    if (s)
        drop_at(sessions, (size_t)(s - sessions->all));
    pthread_mutex_unlock(&sessions->lock);
    return s;
}
