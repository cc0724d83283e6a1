/* Two rounds: all together, and by itself each of which that says nothing. What is said of a
 * content is what it is by itself in both. */
#include "verify/contents.h"

/* A content of so much is shared by all workers: alone it would keep one of them busy at the end,
 * while the others wait. Some thousand blocks. */
#define SHARED_BYTES ((size_t)64 << 10)

/* What waits for the joint product. */
typedef struct waiting_content {
    zkl_products products;
    size_t statement_count;
    bool holds; /* but for its pairings; when they are judged: with them */
} waiting_content;

typedef struct contents_work {
    zkl_judged_content *each;
    waiting_content *waiting;
    size_t count;
    const zkl_content_pins *pins;
    const zkl_env *env;
} contents_work;

static zkl_pool *pool_of(const contents_work *work)
{
    return work->env ? work->env->pool : NULL;
}

static bool is_shared(const contents_work *work, size_t at)
{
    const zkl_content *content = work->each[at].content;
    size_t bytes = 0;
    for (size_t i = 0; i < content->manifest_count; i++)
        bytes += content->manifests[i].size;
    return bytes > SHARED_BYTES;
}

/* Large contents one after the other, by all workers; then a worker a content. */
static void run_all(contents_work *work, zkl_pool_task *task, zkl_pool_task *small_task)
{
    for (size_t i = 0; i < work->count; i++)
        if (is_shared(work, i))
            task(work, i, 0);
    zkl_pool_run(pool_of(work), work->count, small_task, work);
}

/* ---- Together */

/* What is wrong with one is told when it is verified by itself. */
static void verify_but_pairings(void *context, size_t at, size_t worker)
{
    (void)worker;
    const contents_work *work = context;
    waiting_content *one = &work->waiting[at];
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_verified verified;
    zkl_error why = { 0 };
    one->holds =
        zkl_content_verify_but_pairings(&verified, &arena, &one->products, work->each[at].content,
                                        work->pins, work->env, &why) == ZKL_OK;
    one->statement_count = one->holds ? verified.statement_count : 0;
}

static void verify_small_but_pairings(void *context, size_t at, size_t worker)
{
    if (!is_shared(context, at))
        verify_but_pairings(context, at, worker);
}

/* Without memory or randomness nothing is known of any. */
static bool pairings_hold(const contents_work *work)
{
    ZKL_AUTO_CLEAR(zkl_products) all = { 0 };
    zkl_error why = { 0 };
    for (size_t i = 0; i < work->count; i++)
        if (work->waiting[i].holds &&
            zkl_products_append(&all, &work->waiting[i].products, &why) != ZKL_OK)
            return false;
    return zkl_products_check(&all, pool_of(work), &why) == ZKL_OK;
}

static void judge_together(contents_work *work)
{
    ZKL_AUTO_FREE(zkl_decoded) decoded = zkl_decoded_new();
    for (size_t i = 0; i < work->count; i++)
        work->waiting[i].products.decoded = decoded;
    run_all(work, verify_but_pairings, verify_small_but_pairings);
    const bool hold = pairings_hold(work);
    for (size_t i = 0; i < work->count; i++) {
        zkl_products_clear(&work->waiting[i].products);
        work->waiting[i].holds = work->waiting[i].holds && hold;
    }
}

/* ---- Alone */

static void verify_alone(void *context, size_t at, size_t worker)
{
    (void)worker;
    const contents_work *work = context;
    zkl_judged_content *out = &work->each[at];
    if (work->waiting[at].holds) {
        out->status = ZKL_OK;
        out->statement_count = work->waiting[at].statement_count;
        return;
    }
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_verified verified;
    out->status =
        zkl_content_verify(&verified, &arena, out->content, work->pins, work->env, &out->fault);
    out->statement_count = out->status == ZKL_OK ? verified.statement_count : 0;
}

static void verify_small_alone(void *context, size_t at, size_t worker)
{
    if (!is_shared(context, at))
        verify_alone(context, at, worker);
}

zkl_status zkl_contents_verify(zkl_judged_content *each, size_t count, const zkl_content_pins *pins,
                               const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_BLOCK waiting_content *waiting = zkl_calloc(count, sizeof *waiting);
    if (count && !waiting)
        return zkl_no_memory(err, count * sizeof *waiting);
    contents_work work = { each, waiting, count, pins, env };
    if (count > 1) /* one alone is a joint product as it is */
        judge_together(&work);
    run_all(&work, verify_alone, verify_small_alone);
    return ZKL_OK;
}
