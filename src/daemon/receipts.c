/* A table of chains; counts of references are shared with those who are sending. */
#include "daemon/receipts.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/buffer.h"
#include "base/env.h"
#include "daemon/daemon.h"

#define CHAINS ((size_t)4096)

typedef struct kept {
    daemon_receipt shown; /* first: what is given out */
    struct kept *next;
    atomic_uint users; /* the table is one */
    const zkl_ledger *ledger;
    uint64_t state;
    const char *reference; /* behind this struct, and then the bytes */
} kept;

/* One that is being made. */
struct daemon_receipt_making {
    daemon_receipt_making *next;
    const zkl_ledger *ledger;
    uint64_t state;
    const char *reference; /* behind this struct */
    daemon_receipt_waiter *waiters;
};

struct daemon_receipts {
    pthread_mutex_t mutex;
    daemon_receipt_making *makings; /* as many as operations run or wait, at most */
    size_t bytes, bytes_max;
    kept *chains[CHAINS];
};

zkl_status daemon_receipts_new(daemon_receipts **out, size_t bytes_max, zkl_error *err)
{
    daemon_receipts *const receipts = zkl_calloc(1, sizeof *receipts);
    if (!receipts)
        return zkl_no_memory(err, sizeof *receipts);
    receipts->bytes_max = bytes_max;
    pthread_mutex_init(&receipts->mutex, NULL);
    *out = receipts;
    return ZKL_OK;
}

void daemon_receipt_drop(const daemon_receipt *receipt)
{
    kept *const k = (kept *)(uintptr_t)receipt;
    if (atomic_fetch_sub_explicit(&k->users, 1, memory_order_acq_rel) == 1)
        zkl_free(k);
}

/* FNV-1a. Whoever makes many names of one chain waits for himself. */
static kept **chain_of(daemon_receipts *receipts, const zkl_ledger *ledger, const char *reference)
{
    uint64_t hash = 0xcbf29ce484222325u ^ (uintptr_t)ledger;
    for (const char *c = reference; *c; c++)
        hash = (hash ^ (uint8_t)*c) * 0x100000001b3u;
    return &receipts->chains[(hash ^ hash >> 32) % CHAINS];
}

static size_t size_of(const kept *k)
{
    return sizeof *k + strlen(k->reference) + 1 + k->shown.bytes.size;
}

/* With the mutex. */
static void forget(daemon_receipts *receipts, kept **at)
{
    kept *const gone = *at;
    *at = gone->next;
    receipts->bytes -= size_of(gone);
    daemon_receipt_drop(&gone->shown);
}

/* With the mutex. */
static void forget_all(daemon_receipts *receipts)
{
    for (size_t i = 0; i < CHAINS; i++)
        while (receipts->chains[i])
            forget(receipts, &receipts->chains[i]);
}

void daemon_receipts_free(daemon_receipts *receipts)
{
    if (!receipts)
        return;
    ZKL_ASSERT(!receipts->makings);
    forget_all(receipts);
    pthread_mutex_destroy(&receipts->mutex);
    zkl_free(receipts);
}

/* With the mutex. What is of another state is of one that was, or that a slower request read. */
static kept **find(daemon_receipts *receipts, const zkl_ledger *ledger, const char *reference)
{
    kept **at = chain_of(receipts, ledger, reference);
    while (*at && ((*at)->ledger != ledger || strcmp((*at)->reference, reference) != 0))
        at = &(*at)->next;
    return at;
}

const daemon_receipt *daemon_receipts_find(daemon_receipts *receipts, const zkl_ledger *ledger,
                                           uint64_t state, const char *reference)
{
    const daemon_receipt *found = NULL;
    if (!state)
        return NULL;
    pthread_mutex_lock(&receipts->mutex);
    kept *const k = *find(receipts, ledger, reference);
    if (k && k->state == state) {
        atomic_fetch_add_explicit(&k->users, 1, memory_order_relaxed);
        found = &k->shown;
    }
    pthread_mutex_unlock(&receipts->mutex);
    return found;
}

static kept *copy(const zkl_ledger *ledger, uint64_t state, const char *reference, zkl_bytes bytes)
{
    const size_t name_size = strlen(reference) + 1;
    kept *const k = zkl_calloc(1, sizeof *k + name_size + bytes.size);
    if (!k)
        return NULL;
    char *const name = (char *)(k + 1);
    uint8_t *const data = (uint8_t *)name + name_size;
    memcpy(name, reference, name_size);
    if (bytes.size)
        memcpy(data, bytes.data, bytes.size);
    *k = (kept){ .shown.bytes = zkl_bytes_of(data, bytes.size),
                 .ledger = ledger,
                 .state = state,
                 .reference = name };
    atomic_init(&k->users, 1);
    daemon_tag_of(k->shown.tag, bytes);
    return k;
}

/* With the mutex. It takes the place of an older one. */
static void put(daemon_receipts *receipts, kept *k)
{
    kept **at = find(receipts, k->ledger, k->reference);
    if (*at)
        forget(receipts, at);
    if (receipts->bytes + size_of(k) > receipts->bytes_max) {
        forget_all(receipts);
        at = chain_of(receipts, k->ledger, k->reference);
    }
    receipts->bytes += size_of(k);
    k->next = *at;
    *at = k;
}

void daemon_receipts_keep(daemon_receipts *receipts, const zkl_ledger *ledger, uint64_t state,
                          const char *reference, zkl_bytes bytes)
{
    if (!state || bytes.size > receipts->bytes_max / 4)
        return;
    kept *const k = copy(ledger, state, reference, bytes);
    if (!k)
        return;
    pthread_mutex_lock(&receipts->mutex);
    put(receipts, k);
    pthread_mutex_unlock(&receipts->mutex);
}

/* ---- making one */

bool daemon_receipts_wait(daemon_receipt_making **out, daemon_receipts *receipts,
                          const zkl_ledger *ledger, uint64_t state, const char *reference,
                          daemon_receipt_waiter *waiter)
{
    const size_t name_size = strlen(reference) + 1;
    *out = NULL;
    if (!state)
        return false;
    pthread_mutex_lock(&receipts->mutex);
    daemon_receipt_making *m = receipts->makings;
    while (m && (m->ledger != ledger || m->state != state || strcmp(m->reference, reference) != 0))
        m = m->next;
    const bool waits = m != NULL;
    if (waits) {
        waiter->next = m->waiters;
        m->waiters = waiter;
    } else {
        m = zkl_malloc(1, sizeof *m + name_size);
    }
    if (m && !waits) {
        *m = (daemon_receipt_making){ .next = receipts->makings,
                                      .ledger = ledger,
                                      .state = state,
                                      .reference = memcpy(m + 1, reference, name_size) };
        *out = receipts->makings = m;
    }
    pthread_mutex_unlock(&receipts->mutex);
    return waits;
}

/* made NULL: nothing came of it. */
static void tell(daemon_receipt_waiter *waiters, kept *made)
{
    for (daemon_receipt_waiter *w = waiters, *next; w; w = next) {
        next = w->next;
        if (made)
            atomic_fetch_add_explicit(&made->users, 1, memory_order_relaxed);
        w->told(w, made ? &made->shown : NULL);
    }
}

void daemon_receipts_made(daemon_receipts *receipts, daemon_receipt_making *making, zkl_bytes bytes)
{
    kept *const k = making ? copy(making->ledger, making->state, making->reference, bytes) : NULL;
    if (!k)
        return;
    atomic_fetch_add_explicit(&k->users, 1, memory_order_relaxed); /* until all are told */
    pthread_mutex_lock(&receipts->mutex);
    daemon_receipt_waiter *const waiters = making->waiters;
    making->waiters = NULL;
    const bool fits = bytes.size <= receipts->bytes_max / 4;
    if (fits)
        put(receipts, k);
    pthread_mutex_unlock(&receipts->mutex);
    tell(waiters, k);
    if (!fits)
        daemon_receipt_drop(&k->shown);
    daemon_receipt_drop(&k->shown);
}

void daemon_receipts_end(daemon_receipts *receipts, daemon_receipt_making *making)
{
    if (!making)
        return;
    pthread_mutex_lock(&receipts->mutex);
    daemon_receipt_making **at = &receipts->makings;
    while (*at != making) {
        ZKL_ASSERT(*at); /* it is ended once */
        at = &(*at)->next;
    }
    *at = making->next;
    pthread_mutex_unlock(&receipts->mutex);
    tell(making->waiters, NULL);
    zkl_free(making);
}
