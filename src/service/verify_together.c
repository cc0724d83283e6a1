/* A worker a receipt, for all but the pairings; then the pairings of all. If their product is not
 * 1, one of many is false, and nothing is said of any. */
#include "service/verify_together.h"

#include <stdatomic.h>

/* A receipt of so much is shared by all workers: alone it would keep one of them busy at the end,
 * while the others wait. Some thousand blocks. */
#define SHARED_BYTES ((size_t)64 << 10)

typedef struct together {
    service_joint_receipt *each;
    size_t count;
    const zkl_trust *trust;
    zkl_pool *pool;
    const service_joint_progress *progress; /* or NULL */
    atomic_size_t done;
    atomic_bool is_cancelled;
} together;

void service_joint_receipt_clear(service_joint_receipt *receipt)
{
    zkl_products_clear(&receipt->products);
    zkl_arena_clear(&receipt->arena);
    *receipt = (service_joint_receipt){ 0 };
}

/* By the calling thread, which is the first worker. */
static void tell_progress(together *all, size_t worker)
{
    const service_joint_progress *progress = all->progress;
    zkl_error why = { 0 };
    if (worker == 0 && progress &&
        zkl_env_progress(progress->env, progress->stage, progress->before + all->done,
                         progress->total, &why) != ZKL_OK)
        all->is_cancelled = true;
}

/* What is wrong with one is told when it is verified by itself. */
static void verify_but_pairings(void *context, size_t index, size_t worker)
{
    together *all = context;
    service_joint_receipt *one = &all->each[index];
    const zkl_env env = { .pool = all->pool };
    zkl_error why = { 0 };
    if (all->is_cancelled)
        return;
    one->is_valid = zkl_receipt_verify_but_pairings(&one->verified, &one->arena, &one->products,
                                                    one->receipt, all->trust, &env, &why) == ZKL_OK;
    all->done++;
    tell_progress(all, worker);
}

static bool is_shared(const together *all, size_t index)
{
    return all->count == 1 || all->each[index].receipt.size > SHARED_BYTES;
}

static void verify_small_but_pairings(void *context, size_t index, size_t worker)
{
    if (!is_shared(context, index))
        verify_but_pairings(context, index, worker);
}

/* Large ones one after the other, by all workers; then a worker a receipt. */
static void verify_all_but_pairings(together *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (is_shared(all, i))
            verify_but_pairings(all, i, 0);
    zkl_pool_run(all->pool, all->count, verify_small_but_pairings, all);
}

static zkl_status check_pairings(const together *all)
{
    ZKL_AUTO_CLEAR(zkl_products) products = { 0 };
    for (size_t i = 0; i < all->count; i++)
        if (all->each[i].is_valid)
            ZKL_TRY(zkl_products_append(&products, &all->each[i].products, NULL));
    return zkl_products_check(&products, all->pool, NULL);
}

/* Its products are judged. What is not valid is verified anew: nothing of it is held meanwhile. */
static void drop_unneeded(service_joint_receipt *one, bool all_hold)
{
    const zkl_bytes receipt = one->receipt;
    if (one->is_valid && all_hold) {
        zkl_products_clear(&one->products);
        return;
    }
    service_joint_receipt_clear(one);
    one->receipt = receipt;
}

zkl_status service_verify_together(service_joint_receipt *each, size_t count,
                                   const zkl_trust *trust, zkl_pool *pool,
                                   const service_joint_progress *progress, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_decoded) decoded = zkl_decoded_new();
    together all = {
        .each = each, .count = count, .trust = trust, .pool = pool, .progress = progress
    };
    for (size_t i = 0; i < count; i++)
        each[i].products.decoded = decoded;
    verify_all_but_pairings(&all);
    const bool all_hold = !all.is_cancelled && check_pairings(&all) == ZKL_OK;
    for (size_t i = 0; i < count; i++)
        drop_unneeded(&each[i], all_hold);
    return all.is_cancelled ? zkl_fail(err, ZKL_CANCELLED, "cancelled during '%s'", progress->stage)
                            : ZKL_OK;
}
