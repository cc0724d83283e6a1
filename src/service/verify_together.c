/* A worker a receipt, for all but the pairings; then the pairings of all. If their product is not
 * 1, one of many is false, and nothing is said of any. */
#include "service/verify_together.h"

typedef struct together {
    service_joint_receipt *each;
    const zkl_trust *trust;
    zkl_pool *pool;
} together;

void service_joint_receipt_clear(service_joint_receipt *receipt)
{
    zkl_products_clear(&receipt->products);
    zkl_arena_clear(&receipt->arena);
    *receipt = (service_joint_receipt){ 0 };
}

/* What is wrong with one is told when it is verified by itself. */
static void verify_but_pairings(void *context, size_t index, size_t worker)
{
    (void)worker;
    const together *all = context;
    service_joint_receipt *one = &all->each[index];
    const zkl_env env = { .pool = all->pool };
    zkl_error why = { 0 };
    one->is_valid = zkl_receipt_verify_but_pairings(&one->verified, &one->arena, &one->products,
                                                    one->receipt, all->trust, &env, &why) == ZKL_OK;
}

static zkl_status check_pairings(const together *all, size_t count)
{
    ZKL_AUTO_CLEAR(zkl_products) products = { 0 };
    for (size_t i = 0; i < count; i++)
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

void service_verify_together(service_joint_receipt *each, size_t count, const zkl_trust *trust,
                             zkl_pool *pool)
{
    together all = { each, trust, pool };
    if (count == 1) /* the workers share what is within it */
        verify_but_pairings(&all, 0, 0);
    else
        zkl_pool_run(pool, count, verify_but_pairings, &all);
    const bool all_hold = check_pairings(&all, count) == ZKL_OK;
    for (size_t i = 0; i < count; i++)
        drop_unneeded(&each[i], all_hold);
}
