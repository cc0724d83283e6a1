/* A table of chains, and all in the order in which they came: old ones go from its front when a new
 * one comes; those that are being accepted have no id yet, and stay. */
#include "daemon/replays.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/env.h"

#define CHAINS ((size_t)4096) /* a power of two: keys are hashes */

typedef struct organisation {
    struct organisation *next;
    char name[DAEMON_NAME_BYTES];
    size_t count; /* of its entries: never 0 */
} organisation;

typedef struct entry {
    struct entry *next; /* of its chain */
    struct entry *older, *newer;
    organisation *org;
    daemon_replay replay;
    char id[17]; /* "": it is being accepted */
    int64_t created_ms;
} entry;

struct daemon_replays {
    const zkl_env *env;
    pthread_mutex_t mutex;
    entry *chains[CHAINS];
    entry *oldest, *newest;
    organisation *orgs;
    size_t count;
};

zkl_status daemon_replays_new(daemon_replays **out, const zkl_env *env, zkl_error *err)
{
    daemon_replays *const replays = zkl_calloc(1, sizeof *replays);
    if (!replays)
        return zkl_no_memory(err, sizeof *replays);
    replays->env = env;
    pthread_mutex_init(&replays->mutex, NULL);
    *out = replays;
    return ZKL_OK;
}

/* ---- with the mutex held */

static bool is_same(const zkl_digest *a, const zkl_digest *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static entry **find(daemon_replays *replays, const daemon_replay *replay)
{
    entry **e = &replays->chains[zkl_be64_get(replay->key.bytes) & (CHAINS - 1)];
    while (*e && !is_same(&(*e)->replay.key, &replay->key))
        e = &(*e)->next;
    return e;
}

/* The organisation's; made where it has none. NULL without memory. */
static organisation *org_of(daemon_replays *replays, const char *name)
{
    for (organisation *o = replays->orgs; o; o = o->next)
        if (strcmp(o->name, name) == 0)
            return o;
    organisation *const o = zkl_calloc(1, sizeof *o);
    if (!o)
        return NULL;
    snprintf(o->name, sizeof o->name, "%s", name);
    o->next = replays->orgs;
    replays->orgs = o;
    return o;
}

static void let_org(daemon_replays *replays, organisation *gone)
{
    organisation **at = &replays->orgs;
    while (*at != gone)
        at = &(*at)->next;
    *at = gone->next;
    zkl_free(gone);
}

static void forget(daemon_replays *replays, entry **at)
{
    entry *const gone = *at;
    if (!gone)
        return;
    *at = gone->next;
    *(gone->older ? &gone->older->newer : &replays->oldest) = gone->newer;
    *(gone->newer ? &gone->newer->older : &replays->newest) = gone->older;
    replays->count--;
    if (--gone->org->count == 0)
        let_org(replays, gone->org);
    zkl_free(gone);
}

/* Jobs answer replays for as long as their keys count: jobs.c, invariant 3. Entries come in the
 * order of their times but for a clock that was set, and for a start, which puts them back. */
static void forget_old(daemon_replays *replays, int64_t now)
{
    for (entry *e = replays->oldest, *newer; e && now >= e->created_ms + DAEMON_REPLAY_MS;
         e = newer) {
        newer = e->newer;
        if (e->id[0])
            forget(replays, find(replays, &e->replay));
    }
}

/* Behind those that are older: nearly always at the end. */
static void put_in_order(daemon_replays *replays, entry *e)
{
    entry *older = replays->newest;
    while (older && older->created_ms > e->created_ms)
        older = older->older;
    e->older = older;
    e->newer = older ? older->newer : replays->oldest;
    *(e->older ? &e->older->newer : &replays->oldest) = e;
    *(e->newer ? &e->newer->older : &replays->newest) = e;
}

/* NULL: there are too many, or no memory. */
static entry *add(daemon_replays *replays, const daemon_replay *replay, int64_t created_ms)
{
    organisation *const org =
        replays->count < DAEMON_REPLAYS_MAX ? org_of(replays, replay->org) : NULL;
    entry *const e =
        org && org->count < DAEMON_REPLAYS_OF_ONE_MAX ? zkl_calloc(1, sizeof *e) : NULL;
    if (!e) {
        if (org && !org->count)
            let_org(replays, org);
        return NULL;
    }
    entry **const at = find(replays, replay); /* its chain's end: it is not there */
    *e = (entry){ .next = *at, .org = org, .replay = *replay, .created_ms = created_ms };
    *at = e;
    put_in_order(replays, e);
    org->count++;
    replays->count++;
    return e;
}

void daemon_replays_free(daemon_replays *replays)
{
    if (!replays)
        return;
    while (replays->oldest)
        forget(replays, find(replays, &replays->oldest->replay));
    pthread_mutex_destroy(&replays->mutex);
    zkl_free(replays);
}

/* ---- calls */

daemon_replay_is daemon_replays_begin(char id[static 17], daemon_replays *replays,
                                      const daemon_replay *replay)
{
    daemon_replay_is out = DAEMON_REPLAY_NEW;
    pthread_mutex_lock(&replays->mutex);
    const int64_t now = zkl_env_now_ms(replays->env);
    forget_old(replays, now);
    const entry *const e = *find(replays, replay);
    if (!e) {
        out = add(replays, replay, now) ? DAEMON_REPLAY_NEW : DAEMON_REPLAY_FULL;
    } else if (!is_same(&e->replay.of, &replay->of) || !is_same(&e->replay.body, &replay->body)) {
        out = DAEMON_REPLAY_OTHER;
    } else {
        out = e->id[0] ? DAEMON_REPLAY_AGAIN : DAEMON_REPLAY_BUSY;
        memcpy(id, e->id, sizeof e->id);
    }
    pthread_mutex_unlock(&replays->mutex);
    return out;
}

void daemon_replays_bind(daemon_replays *replays, const daemon_replay *replay, const char *id)
{
    pthread_mutex_lock(&replays->mutex);
    entry *const e = *find(replays, replay);
    if (e)
        snprintf(e->id, sizeof e->id, "%s", id);
    pthread_mutex_unlock(&replays->mutex);
}

void daemon_replays_drop(daemon_replays *replays, const daemon_replay *replay)
{
    pthread_mutex_lock(&replays->mutex);
    forget(replays, find(replays, replay));
    pthread_mutex_unlock(&replays->mutex);
}

/* ---- the journal's form */

json_t *daemon_replay_put(const daemon_replay *replay)
{
    char key[65], of[65], body[65];
    zkl_hex_encode(key, &replay->key, sizeof replay->key);
    zkl_hex_encode(of, &replay->of, sizeof replay->of);
    zkl_hex_encode(body, &replay->body, sizeof replay->body);
    return json_pack("{s:s, s:s, s:s}", "key", key, "of", of, "body", body);
}

static bool parse(zkl_digest *out, const json_t *replay, const char *name)
{
    const char *const hex = json_string_value(json_object_get(replay, name));
    return hex && zkl_hex_decode(out->bytes, sizeof out->bytes, hex, strlen(hex));
}

zkl_status daemon_replays_restore(daemon_replays *replays, const json_t *replay, const char *org,
                                  const char *id, int64_t created_ms, zkl_error *err)
{
    daemon_replay r = { 0 };
    snprintf(r.org, sizeof r.org, "%s", org);
    if (!parse(&r.key, replay, "key") || !parse(&r.of, replay, "of") ||
        !parse(&r.body, replay, "body") ||
        zkl_env_now_ms(replays->env) >= created_ms + DAEMON_REPLAY_MS)
        return ZKL_OK;
    pthread_mutex_lock(&replays->mutex);
    entry *const old = *find(replays, &r); /* there is none, but for a journal that others wrote */
    entry *const e = old ? old : add(replays, &r, created_ms);
    if (e)
        snprintf(e->id, sizeof e->id, "%s", id);
    pthread_mutex_unlock(&replays->mutex);
    return e ? ZKL_OK : zkl_fail(err, ZKL_LIMIT, "there are too many idempotency keys");
}
