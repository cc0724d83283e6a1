/* A store that is always empty and refuses to be written: what a backend is made of.
 *
 *  1. Say here what is kept where, and what makes a commit atomic.
 *  2. Say here what makes the conditions hold at the moment when the batch is applied. */
#include "storage/storage.h"

typedef struct template_store {
    zkl_store base; /* first: the store's pointer is this struct's */
} template_store;

static zkl_status template_get(zkl_store *base, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                               zkl_error *err)
{
    (void)base, (void)value, (void)arena, (void)key;
    return zkl_fail(err, ZKL_NOT_FOUND, "no such key in the store");
}

static zkl_status template_scan(zkl_store *base, zkl_bytes from, zkl_bytes to,
                                zkl_store_visit *visit, void *context, zkl_error *err)
{
    (void)base, (void)from, (void)to, (void)visit, (void)context, (void)err;
    return ZKL_OK;
}

/* Conditions and batch in one step, under one lock. From the first byte that is written a
 * failure leaves ZKL_STORE_UNKNOWN. */
static zkl_status template_commit(zkl_store *base, const zkl_store_write *write,
                                  zkl_store_outcome *outcome, zkl_error *err)
{
    (void)base;
    for (size_t i = 0; i < write->condition_count; i++)
        ZKL_TRY(zkl_store_check_condition(&write->conditions[i], NULL, err));
    if (write->batch->count)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "the template keeps nothing");
    *outcome = ZKL_STORE_COMMITTED;
    return ZKL_OK;
}

static void template_close(zkl_store *base)
{
    zkl_free(base);
}

static zkl_status template_open(zkl_store **out, const zkl_store_options *options, zkl_error *err)
{
    static const zkl_store_ops ops = {
        .name = "template",
        .features = ZKL_STORE_DURABLE | ZKL_STORE_WRITABLE,
        .get = template_get,
        .scan = template_scan,
        .commit = template_commit,
        .close = template_close,
    };
    (void)options;
    template_store *store = zkl_calloc(1, sizeof *store);
    if (!store)
        return zkl_no_memory(err, sizeof *store);
    store->base.ops = &ops;
    *out = &store->base;
    return ZKL_OK;
}

/* A ledger's folder takes durable stores alone. */
const zkl_store_backend zkl_store_template = { .name = "template",
                                               .features = ZKL_STORE_DURABLE,
                                               .open = template_open };
