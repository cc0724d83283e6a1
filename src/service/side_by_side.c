#include "service/side_by_side.h"

#include <pthread.h>
#include <stdatomic.h>

/* Of a file that is made beside others: some 25,000 rows, which take 0.2 GB. */
#define SMALL_FILE_BYTES (1 << 20)
/* At once, and so the memory of so many. */
#define SIDE_BY_SIDE_MAX 16

typedef struct outcome {
    const service_job *job;
    zkl_notarize_result done;
    zkl_status status;
    zkl_error why;
} outcome;

typedef struct work {
    const zkl_notarize_request *as;
    zkl_ledger *ledger;
    const zkl_env *env;
    service_job_told *told;
    void *opaque;
    /* Of the work side by side. */
    const service_job **small;
    size_t small_count;
    pthread_t caller;
    pthread_mutex_t lent; /* what env lends and is called from any thread */
    pthread_mutex_t lock; /* of what follows */
    outcome *outcomes;    /* in the order in which they were done */
    size_t done_count;
    size_t told_count; /* of the caller's thread alone */
    _Atomic bool is_ended;
    /* Why it ended early. */
    zkl_status end;
    zkl_error end_error;
} work;

static void end_early(work *w, zkl_status status, const zkl_error *why)
{
    pthread_mutex_lock(&w->lock);
    if (w->end == ZKL_OK) {
        w->end = status;
        w->end_error = *why;
    }
    pthread_mutex_unlock(&w->lock);
    atomic_store(&w->is_ended, true);
}

static zkl_status notarise(zkl_notarize_result *out, const work *w, const service_job *job,
                           const zkl_env *env, zkl_error *err)
{
    zkl_notarize_request request = { 0 };
    if (w->as)
        request = *w->as;
    request.name = job->file->name;
    request.files = &job->file->path;
    request.file_count = 1;
    request.receipt_path = job->receipt_path;
    request.if_changed = true;
    return zkl_notarize(out, w->ledger, &request, env, err);
}

/* One that ends all of it is nothing that a caller is told of. */
static bool ends_all(zkl_status status)
{
    return status == ZKL_CANCELLED || status == ZKL_NO_MEMORY;
}

static zkl_status tell(const work *w, outcome *o, zkl_error *err)
{
    const zkl_status status = w->told(w->opaque, o->job, o->status, &o->done, &o->why, err);
    zkl_arena_clear(&o->done.memory);
    return status;
}

/* ---- Side by side. */

/* On the caller's thread. */
static void tell_done(work *w)
{
    pthread_mutex_lock(&w->lock);
    const size_t count = w->done_count;
    pthread_mutex_unlock(&w->lock);
    for (; w->told_count < count; w->told_count++) { /* those are written no more */
        zkl_error why = { 0 };
        const zkl_status status = tell(w, &w->outcomes[w->told_count], &why);
        if (status != ZKL_OK)
            end_early(w, status, &why);
    }
}

/* Progress of any of the tables: how many are done, not how far this one is. */
static bool step(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    work *w = opaque;
    zkl_error why = { 0 };
    (void)stage, (void)done, (void)total;
    if (pthread_equal(pthread_self(), w->caller)) {
        tell_done(w);
        const zkl_status status =
            zkl_env_progress(w->env, "notarising files", w->told_count, w->small_count, &why);
        if (status != ZKL_OK)
            end_early(w, status, &why);
    }
    return !atomic_load(&w->is_ended);
}

/* Whatever a caller lends may be of one thread at a time. */
static zkl_status fill(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    work *w = opaque;
    pthread_mutex_lock(&w->lent);
    const zkl_status status = w->env->random.fill(w->env->random.opaque, out, size, err);
    pthread_mutex_unlock(&w->lent);
    return status;
}

static int64_t now_ms(void *opaque)
{
    work *w = opaque;
    pthread_mutex_lock(&w->lent);
    const int64_t now = w->env->clock.now_ms(w->env->clock.opaque);
    pthread_mutex_unlock(&w->lent);
    return now;
}

static void run_job(void *context, size_t index, size_t worker)
{
    work *w = context;
    outcome o = { .job = w->small[index] };
    const zkl_env env = { .random = { w->env->random.fill ? fill : NULL, w },
                          .clock = { w->env->clock.now_ms ? now_ms : NULL, w },
                          .progress = { step, w },
                          .wait_ms = w->env->wait_ms };
    (void)worker;
    if (atomic_load(&w->is_ended))
        return;
    o.status = notarise(&o.done, w, o.job, &env, &o.why);
    if (ends_all(o.status)) {
        zkl_arena_clear(&o.done.memory);
        end_early(w, o.status, &o.why);
        return;
    }
    pthread_mutex_lock(&w->lock);
    w->outcomes[w->done_count++] = o;
    pthread_mutex_unlock(&w->lock);
    if (pthread_equal(pthread_self(), w->caller))
        tell_done(w);
}

static zkl_status run_small(work *w, size_t threads, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_pool) pool = NULL;
    ZKL_AUTO_BLOCK outcome *outcomes = zkl_calloc(w->small_count, sizeof *outcomes);
    if (!outcomes)
        return zkl_no_memory(err, w->small_count * sizeof *outcomes);
    ZKL_TRY(zkl_pool_new(&pool, threads < SIDE_BY_SIDE_MAX ? threads : SIDE_BY_SIDE_MAX, err));
    w->outcomes = outcomes;
    zkl_pool_run(pool, w->small_count, run_job, w);
    tell_done(w); /* also of those that were done before it ended early */
    return w->end == ZKL_OK ? ZKL_OK : zkl_fail_as(err, w->end, &w->end_error);
}

/* ---- One after the other. */

static zkl_status run_large(work *w, const service_job *job, zkl_error *err)
{
    outcome o = { .job = job };
    o.status = notarise(&o.done, w, job, w->env, &o.why);
    if (!ends_all(o.status))
        return tell(w, &o, err);
    zkl_arena_clear(&o.done.memory);
    return zkl_fail_as(err, o.status, &o.why);
}

zkl_status service_notarize_side_by_side(const service_job *jobs, size_t count,
                                         const zkl_notarize_request *as, zkl_ledger *ledger,
                                         const zkl_env *env, service_job_told *told, void *opaque,
                                         zkl_error *err)
{
    const size_t threads = zkl_pool_threads(env->pool);
    const bool is_beside = threads > 1 && count > 1 && !env->placing.about;
    ZKL_AUTO_BLOCK const service_job **small = zkl_calloc(count + 1, sizeof *small);
    if (!small)
        return zkl_no_memory(err, count * sizeof *small);
    work w = { .as = as,
               .ledger = ledger,
               .env = env,
               .told = told,
               .opaque = opaque,
               .small = small,
               .caller = pthread_self(),
               .lent = PTHREAD_MUTEX_INITIALIZER,
               .lock = PTHREAD_MUTEX_INITIALIZER };
    for (size_t i = 0; is_beside && i < count; i++)
        if (jobs[i].file->stamp.size <= SMALL_FILE_BYTES)
            small[w.small_count++] = &jobs[i];
    zkl_status status = w.small_count ? run_small(&w, threads, err) : ZKL_OK;
    for (size_t i = 0; status == ZKL_OK && i < count; i++)
        if (!is_beside || jobs[i].file->stamp.size > SMALL_FILE_BYTES)
            status = run_large(&w, &jobs[i], err);
    pthread_mutex_destroy(&w.lent);
    pthread_mutex_destroy(&w.lock);
    return status;
}
