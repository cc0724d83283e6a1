/* Worker pool.
 *
 * 1. One run at a time; `next` is the lowest index nobody has taken; a run is over when `working`
 *    is 0 and next >= count.
 * 2. A task that starts a run executes it itself: `inside` is set for the thread while it works. It
 *    keeps its worker number in a run of the same pool; in another's, or without a pool, it is
 *    worker 0.
 * 4. In a child of fork its threads are not there: who has the pool works alone. */
#include "base/env.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define POOL_THREADS_MAX 256

struct zkl_pool {
    size_t thread_count; /* the caller's thread included */
    pid_t process;       /* whose threads they are */
    pthread_t threads[POOL_THREADS_MAX];
    pthread_mutex_t run_lock; /* held by the caller for a whole run */
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    uint64_t run; /* number of the current run; workers wait for it to change */
    size_t working;
    bool stopping;
    zkl_pool_task *task;
    void *context;
    size_t count;
    _Atomic size_t next;
};

typedef struct worker_start {
    zkl_pool *pool;
    size_t worker;
} worker_start;

static _Thread_local const zkl_pool *inside; /* the pool whose task this thread runs; NULL: none */
static _Thread_local size_t inside_worker;

/* One worker's part of a run. A relaxed counter would do for the indices; what makes the tasks'
 * writes visible to the caller is pool->lock, which each worker takes after its last task. */
static void take_tasks(zkl_pool *pool, size_t worker)
{
    ZKL_ASSERT(!inside && worker < POOL_THREADS_MAX);
    inside = pool;
    inside_worker = worker;
    for (size_t i; (i = atomic_fetch_add(&pool->next, 1)) < pool->count;)
        pool->task(pool->context, i, worker);
    inside = NULL;
}

/* A worker thread: wait for a run it has not seen, work on it, say so. The last one to finish wakes
 * the caller. */
static void *work(void *argument)
{
    worker_start start = *(worker_start *)argument;
    zkl_free(argument);
    zkl_pool *pool = start.pool;
    uint64_t seen = 0;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (pool->run == seen && !pool->stopping)
            pthread_cond_wait(&pool->wake, &pool->lock);
        if (pool->stopping)
            break;
        seen = pool->run;
        ZKL_ASSERT(pool->working > 0); /* this thread has not done its part yet */
        pthread_mutex_unlock(&pool->lock);
        take_tasks(pool, start.worker);
        pthread_mutex_lock(&pool->lock);
        if (--pool->working == 0)
            pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* The argument of each thread is a block of its own, freed by the thread: nothing of this call
 * outlives it. */
zkl_status zkl_pool_new(zkl_pool **out, size_t thread_count, zkl_error *err)
{
    if (thread_count == 0)
        thread_count = zkl_cores_allowed();
    if (thread_count > POOL_THREADS_MAX)
        thread_count = POOL_THREADS_MAX;
    zkl_pool *pool = zkl_calloc(1, sizeof *pool);
    if (!pool)
        return zkl_no_memory(err, sizeof *pool);
    pthread_mutex_init(&pool->run_lock, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->process = getpid();
    pool->thread_count = 1;
    while (pool->thread_count < thread_count) {
        worker_start *start = zkl_malloc(1, sizeof *start);
        if (!start) {
            zkl_pool_free(pool);
            return zkl_no_memory(err, sizeof *start);
        }
        *start = (worker_start){ pool, pool->thread_count };
        if (pthread_create(&pool->threads[pool->thread_count], NULL, work, start) != 0) {
            zkl_free(start);
            break; /* fewer workers only cost time */
        }
        pool->thread_count++;
    }
    ZKL_ASSERT(pool->thread_count >= 1 && pool->thread_count <= POOL_THREADS_MAX);
    *out = pool;
    return ZKL_OK;
}

/* No run may be under way. In a child of fork there is nobody to be ended, and the locks are as
 * the parent's threads had them. */
void zkl_pool_free(zkl_pool *pool)
{
    if (!pool)
        return;
    if (pool->process != getpid()) {
        zkl_free(pool);
        return;
    }
    pthread_mutex_lock(&pool->lock);
    ZKL_ASSERT(pool->working == 0 && !pool->stopping); /* the header: no run is under way */
    pool->stopping = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 1; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_cond_destroy(&pool->done);
    pthread_mutex_destroy(&pool->lock);
    pthread_mutex_destroy(&pool->run_lock);
    zkl_free(pool);
}

size_t zkl_pool_threads(const zkl_pool *pool)
{
    return pool ? pool->thread_count : 1;
}

/* Small runs stay on the calling thread, as do nested ones (2). Otherwise publish the run under the
 * lock, take part in it as worker 0, and wait for the others. run_lock makes callers from several
 * threads take turns. */
void zkl_pool_run(zkl_pool *pool, size_t count, zkl_pool_task *task, void *context)
{
    ZKL_ASSERT(task || count == 0);
    if (!pool || inside || pool->thread_count == 1 || count < 2 || pool->process != getpid()) {
        size_t worker = pool && inside == pool ? inside_worker : 0;
        for (size_t i = 0; i < count; i++)
            task(context, i, worker);
        return;
    }
    pthread_mutex_lock(&pool->run_lock);
    pthread_mutex_lock(&pool->lock);
    pool->task = task;
    pool->context = context;
    pool->count = count;
    atomic_store(&pool->next, 0);
    ZKL_ASSERT(pool->working == 0 && !pool->stopping);
    pool->working = pool->thread_count - 1;
    pool->run++;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    take_tasks(pool, 0);
    pthread_mutex_lock(&pool->lock);
    while (pool->working)
        pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    pthread_mutex_unlock(&pool->run_lock);
}

/* ---- tasks that may fail */

typedef struct trial {
    zkl_pool_attempt *attempt;
    void *context;
    _Atomic size_t first_failed; /* lowest index that failed so far; SIZE_MAX: none */
    pthread_mutex_t lock;        /* of what follows, which belongs to first_failed */
    zkl_status status;
    zkl_error error;
} trial;

/* Indices are taken in ascending order, and one below first_failed is never passed over. So
 * whichever task fails first in time, the lowest that fails has run when the pool is done. */
static void try_one(void *context, size_t index, size_t worker)
{
    trial *all = context;
    zkl_error error = { 0 };
    if (index > atomic_load_explicit(&all->first_failed, memory_order_relaxed))
        return;
    const zkl_status status = all->attempt(all->context, index, worker, &error);
    if (status == ZKL_OK)
        return;
    pthread_mutex_lock(&all->lock);
    if (index < atomic_load(&all->first_failed)) {
        atomic_store(&all->first_failed, index);
        all->status = status;
        all->error = error;
    }
    pthread_mutex_unlock(&all->lock);
}

zkl_status zkl_pool_try(zkl_pool *pool, size_t count, zkl_pool_attempt *attempt, void *context,
                        zkl_error *err)
{
    trial all = { .attempt = attempt,
                  .context = context,
                  .first_failed = SIZE_MAX,
                  .lock = PTHREAD_MUTEX_INITIALIZER };
    zkl_pool_run(pool, count, try_one, &all);
    pthread_mutex_destroy(&all.lock);
    /* One failure at least, or none: the status says which. */
    ZKL_ASSERT((all.first_failed == SIZE_MAX) == (all.status == ZKL_OK));
    if (all.status != ZKL_OK && err)
        *err = all.error;
    return all.status;
}

/* ---- how many cores */

/* quota and period in microseconds; 0 when there is no limit or no such file. */
static size_t quota_cores(const char *path, const char *period_path)
{
    long long quota = 0, period = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    int got = fscanf(file, "%lld %lld", &quota, &period);
    fclose(file);
    if (got == 1 && period_path) { /* cgroup v1 keeps them apart */
        file = fopen(period_path, "re");
        if (!file)
            return 0;
        got = fscanf(file, "%lld", &period) == 1 ? 2 : 0;
        fclose(file);
    }
    if (got != 2 || quota <= 0 || period <= 0)
        return 0;
    return (size_t)((quota + period - 1) / period);
}

/* The smallest of three answers: what the affinity mask allows, what the machine has, and what the
 * cgroup pays for. A quota of 1.5 cores counts as 2, since half a core is better used than left. */
size_t zkl_cores_allowed(void)
{
    cpu_set_t set;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    size_t cores = online > 0 ? (size_t)online : 1;
    if (sched_getaffinity(0, sizeof set, &set) == 0) /* fails above 1,024 processors */
        cores = (size_t)CPU_COUNT(&set);
    size_t quota = quota_cores("/sys/fs/cgroup/cpu.max", NULL);
    if (quota == 0)
        quota = quota_cores("/sys/fs/cgroup/cpu/cpu.cfs_quota_us",
                            "/sys/fs/cgroup/cpu/cpu.cfs_period_us");
    if (quota && quota < cores)
        cores = quota;
    return cores ? cores : 1;
}
