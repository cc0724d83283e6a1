/* A list that only grows, so that what is found in it stays where it is.
 *
 * 1. `mutex` guards the list; each ledger has one of its own while it is opened, so that nobody
 *    waits for a ledger but those who ask for it.
 * 2. ledgers.json names a ledger before its folder is made. A service that ended in between has the
 *    name, and making it again goes on from there. */
#include "daemon/ledgers.h"

#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "daemon/access.h"
#include "daemon/roles.h"
#include "daemon/json_file.h"

#define FILE_BYTES_MAX ((size_t)1 << 20)
#define VERSION 1

typedef struct member {
    daemon_ledger about; /* first: what others see of it */
    pthread_mutex_t opening;
    zkl_ledger *open; /* NULL: not yet; under `opening` */
} member;

#define FIRST_WAIT_MS 5000

struct daemon_ledgers {
    const char *folder, *file;
    zkl_sequencer sequencer;
    zkl_bytes passphrase; /* of key files; empty: none */
    /* The first waits while a command writes; others are opened on a request's loop, and do not. */
    zkl_env patient, hasty;
    zkl_arena memory;
    pthread_mutex_t mutex;
    member *all[DAEMON_LEDGERS_MAX];
    size_t count;
};

/* ---- the list */

/* With the mutex held. */
static member *find(const daemon_ledgers *ledgers, const char *organisation, const char *name)
{
    for (size_t i = 0; i < ledgers->count; i++) {
        member *const m = ledgers->all[i];
        if (strcmp(m->about.organisation, organisation) == 0 &&
            (!name || strcmp(m->about.name, name) == 0))
            return m;
    }
    return NULL;
}

static zkl_status put(member **out, daemon_ledgers *ledgers, const char *organisation,
                      const char *name, zkl_error *err)
{
    zkl_arena *const memory = &ledgers->memory;
    const bool is_first = ledgers->count == 0;
    if (ledgers->count == DAEMON_LEDGERS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "there are %d ledgers already", DAEMON_LEDGERS_MAX);
    member *const m = ZKL_ARENA_NEW(memory, member, 1);
    if (!m)
        return zkl_no_memory(err, sizeof *m);
    m->about = (daemon_ledger){
        .name = zkl_arena_text(memory, name, strlen(name)),
        .organisation = zkl_arena_text(memory, organisation, strlen(organisation)),
        .folder = is_first ? zkl_arena_format(memory, "%s/ledger", ledgers->folder)
                           : zkl_arena_format(memory, "%s/ledgers/%s/%s", ledgers->folder,
                                              organisation, name),
    };
    if (!m->about.name || !m->about.organisation || !m->about.folder)
        return zkl_no_memory(err, strlen(name));
    pthread_mutex_init(&m->opening, NULL);
    ledgers->all[ledgers->count++] = m;
    *out = m;
    return ZKL_OK;
}

/* The last one is as if it had never been. */
static void take_back(daemon_ledgers *ledgers)
{
    pthread_mutex_destroy(&ledgers->all[--ledgers->count]->opening);
}

/* ---- the file */

static zkl_status save(const daemon_ledgers *ledgers, zkl_error *err)
{
    json_t *const all = json_array();
    for (size_t i = 1; all && i < ledgers->count; i++) /* the first is always there */
        json_array_append_new(all, json_pack("{s:s, s:s}", "organisation",
                                             ledgers->all[i]->about.organisation, "name",
                                             ledgers->all[i]->about.name));
    return daemon_json_write(ledgers->file,
                             json_pack("{s:i, s:o}", "version", VERSION, "ledgers", all), err);
}

static zkl_status take_member(daemon_ledgers *ledgers, json_t *from, zkl_error *err)
{
    const char *organisation, *name;
    member *m;
    if (json_unpack(from, "{s:s, s:s !}", "organisation", &organisation, "name", &name) != 0 ||
        !daemon_name_is_good(organisation) || !daemon_name_is_good(name) ||
        find(ledgers, organisation, name))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s': ledger %zu is none", ledgers->file,
                        ledgers->count);
    return put(&m, ledgers, organisation, name, err);
}

static zkl_status load(daemon_ledgers *ledgers, zkl_error *err)
{
    json_t *file, *all = NULL;
    int version = 0;
    zkl_error why = { 0 };
    const zkl_status read = daemon_json_read(&file, ledgers->file, FILE_BYTES_MAX, &why);
    if (read != ZKL_OK)
        return read == ZKL_NOT_FOUND ? ZKL_OK : zkl_fail_as(err, read, &why);
    const bool is_one =
        json_unpack(file, "{s:i, s:o !}", "version", &version, "ledgers", &all) == 0 &&
        json_is_array(all) && version == VERSION;
    zkl_status status =
        is_one ? ZKL_OK : zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no list of ledgers", ledgers->file);
    for (size_t i = 0; status == ZKL_OK && i < json_array_size(all); i++)
        status = take_member(ledgers, json_array_get(all, i), err);
    json_decref(file);
    return status;
}

zkl_status daemon_ledgers_new(daemon_ledgers **out, const char *folder,
                              const zkl_sequencer *sequencer, const zkl_env *env, zkl_error *err)
{
    daemon_ledgers *const ledgers = zkl_calloc(1, sizeof *ledgers);
    member *first;
    if (!ledgers)
        return zkl_no_memory(err, sizeof *ledgers);
    pthread_mutex_init(&ledgers->mutex, NULL);
    ledgers->sequencer = *sequencer;
    ledgers->hasty = *env;
    ledgers->hasty.wait_ms = 0;
    ledgers->patient = *env;
    ledgers->patient.wait_ms = FIRST_WAIT_MS; /* a second service is told soon that it is one */
    ledgers->folder = zkl_arena_text(&ledgers->memory, folder, strlen(folder));
    ledgers->file = zkl_arena_format(&ledgers->memory, "%s/ledgers.json", folder);
    zkl_status status = ledgers->folder && ledgers->file ? ZKL_OK : zkl_no_memory(err, 0);
    if (status == ZKL_OK)
        status = put(&first, ledgers, DAEMON_OWN_ORGANISATION, DAEMON_FIRST_LEDGER, err);
    if (status == ZKL_OK)
        status = load(ledgers, err);
    if (status == ZKL_OK)
        *out = ledgers;
    else
        daemon_ledgers_free(ledgers);
    return status;
}

void daemon_ledgers_unlock(daemon_ledgers *ledgers, zkl_bytes passphrase)
{
    ledgers->passphrase = passphrase;
}

void daemon_ledgers_free(daemon_ledgers *ledgers)
{
    if (!ledgers)
        return;
    for (; ledgers->count; take_back(ledgers))
        zkl_ledger_close(ledgers->all[ledgers->count - 1]->open);
    pthread_mutex_destroy(&ledgers->mutex);
    zkl_arena_clear(&ledgers->memory);
    zkl_free(ledgers);
}

/* ---- what is asked of it */

const daemon_ledger *daemon_ledgers_find(daemon_ledgers *ledgers, const char *organisation,
                                         const char *name)
{
    pthread_mutex_lock(&ledgers->mutex);
    const member *const m = find(ledgers, organisation, name);
    pthread_mutex_unlock(&ledgers->mutex);
    return m ? &m->about : NULL;
}

zkl_status daemon_ledgers_open(zkl_ledger **out, daemon_ledgers *ledgers,
                               const daemon_ledger *ledger, zkl_error *err)
{
    zkl_sequencer sequencer = ledgers->sequencer;
    const zkl_ledger_options options = { .folder = ledger->folder,
                                         .passphrase =
                                             ledgers->passphrase.size ? &ledgers->passphrase : NULL,
                                         .sequencer = &sequencer };
    pthread_mutex_lock(&ledgers->mutex);
    member *const m = find(ledgers, ledger->organisation, ledger->name);
    const bool is_first = m == ledgers->all[0];
    pthread_mutex_unlock(&ledgers->mutex);
    if (!is_first)
        sequencer.cache_bytes = 0;
    ZKL_ASSERT(m && &m->about == ledger);
    pthread_mutex_lock(&m->opening);
    const zkl_status status =
        m->open ? ZKL_OK
                : zkl_ledger_open(&m->open, &options,
                                  is_first ? &ledgers->patient : &ledgers->hasty, err);
    if (status == ZKL_OK)
        *out = m->open;
    pthread_mutex_unlock(&m->opening);
    return status;
}

static zkl_status make_parents(const daemon_ledgers *ledgers, const char *organisation,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    const char *const all = zkl_arena_format(&memory, "%s/ledgers", ledgers->folder);
    const char *const own =
        zkl_arena_format(&memory, "%s/ledgers/%s", ledgers->folder, organisation);
    if (!all || !own)
        return zkl_no_memory(err, 0);
    ZKL_TRY(zkl_folder_make_durable(all, 0700, err));
    return zkl_folder_make_durable(own, 0700, err);
}

static zkl_status add_locked(member **out, daemon_ledgers *ledgers, const char *organisation,
                             const char *name, zkl_error *err)
{
    ZKL_TRY(make_parents(ledgers, organisation, err));
    ZKL_TRY(put(out, ledgers, organisation, name, err));
    const zkl_status status = save(ledgers, err);
    if (status != ZKL_OK)
        take_back(ledgers);
    return status;
}

zkl_status daemon_ledgers_add(const daemon_ledger **out, daemon_ledgers *ledgers,
                              const char *organisation, const char *name, zkl_error *err)
{
    ZKL_ASSERT(daemon_name_is_good(organisation) && daemon_name_is_good(name));
    pthread_mutex_lock(&ledgers->mutex);
    member *m = find(ledgers, organisation, name);
    const zkl_status status = m ? ZKL_OK : add_locked(&m, ledgers, organisation, name, err);
    pthread_mutex_unlock(&ledgers->mutex);
    if (status == ZKL_OK)
        *out = &m->about;
    return status;
}

json_t *daemon_ledgers_list(daemon_ledgers *ledgers, const char *organisation)
{
    json_t *const all = json_array();
    pthread_mutex_lock(&ledgers->mutex);
    for (size_t i = 0; all && i < ledgers->count; i++)
        if (strcmp(ledgers->all[i]->about.organisation, organisation) == 0)
            json_array_append_new(all, json_pack("{s:s, s:b}", "name", ledgers->all[i]->about.name,
                                                 "is_first", json_array_size(all) == 0));
    pthread_mutex_unlock(&ledgers->mutex);
    return all;
}
