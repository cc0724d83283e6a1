/* One place for each name, by its first bytes: 0.7 MB for logs of any length. Names are hashes, and
 * are compared whole. */
#include "ledger/confirmed.h"

#include <pthread.h>

#include "base/bytes.h"
#include "base/memory.h"

#define PLACES 16384

typedef struct confirmed_place {
    zkl_digest name;
    uint64_t from; /* invariant 1 */
    bool is_set;
} confirmed_place;

struct zkl_confirmed {
    pthread_mutex_t mutex;
    confirmed_place places[PLACES];
};

zkl_status zkl_confirmed_new(zkl_confirmed **out, zkl_error *err)
{
    zkl_confirmed *const made = zkl_calloc(1, sizeof *made);
    if (made && pthread_mutex_init(&made->mutex, NULL) == 0) {
        *out = made;
        return ZKL_OK;
    }
    zkl_free(made);
    return zkl_no_memory(err, sizeof *made);
}

void zkl_confirmed_free(zkl_confirmed *confirmed)
{
    if (confirmed)
        pthread_mutex_destroy(&confirmed->mutex);
    zkl_free(confirmed);
}

void zkl_confirmed_name(zkl_digest *out, zkl_confirmed_kind kind, const zkl_digest *thing)
{
    uint8_t bytes[1 + sizeof thing->bytes];
    bytes[0] = (uint8_t)kind;
    memcpy(bytes + 1, thing->bytes, sizeof thing->bytes);
    zkl_sha256(out, bytes, sizeof bytes);
}

static confirmed_place *place_of(zkl_confirmed *confirmed, const zkl_digest *name)
{
    return &confirmed->places[(name->bytes[0] << 8 | name->bytes[1]) % PLACES];
}

bool zkl_confirmed_has(zkl_confirmed *confirmed, const zkl_digest *name, uint64_t index)
{
    if (!confirmed)
        return false;
    pthread_mutex_lock(&confirmed->mutex);
    const confirmed_place *const place = place_of(confirmed, name);
    const bool has = place->is_set && place->from <= index && zkl_digest_equal(&place->name, name);
    pthread_mutex_unlock(&confirmed->mutex);
    return has;
}

void zkl_confirmed_add(zkl_confirmed *confirmed, const zkl_digest *name, uint64_t index)
{
    if (!confirmed)
        return;
    pthread_mutex_lock(&confirmed->mutex);
    confirmed_place *const place = place_of(confirmed, name);
    const bool is_known = place->is_set && zkl_digest_equal(&place->name, name);
    if (!is_known || index < place->from)
        *place = (confirmed_place){ .name = *name, .from = index, .is_set = true };
    pthread_mutex_unlock(&confirmed->mutex);
}
