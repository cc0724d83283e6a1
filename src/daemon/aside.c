/* Tasks of exchanges on threads of the disk (disk.h). An exchange is kept from the moment it is
 * added until its loop was told. */
#include "daemon/aside.h"

#include <pthread.h>

#include "base/memory.h"
#include "daemon/disk.h"

#define WAITING_MAX 1000

struct daemon_aside {
    daemon_disk *threads;
    pthread_mutex_t mutex; /* of what stands below */
    size_t waiting;
    bool ends;
};

static void tell(http_exchange *x, bool is_open, void *argument)
{
    daemon_aside_task *const task = argument;
    if (is_open)
        task->answer(task, x);
    task->done(task);
    http_drop(x);
}

static void do_task(void *argument)
{
    daemon_aside_task *const task = argument;
    daemon_aside *const aside = task->of;
    http_exchange *const x = task->exchange;
    pthread_mutex_lock(&aside->mutex);
    aside->waiting--;
    pthread_mutex_unlock(&aside->mutex);
    task->work(task);
    if (http_post(x, tell, task, NULL) == ZKL_OK)
        return;
    task->done(task); /* its client waits until the connection's time is over */
    http_drop(x);
}

zkl_status daemon_aside_new(daemon_aside **out, size_t thread_count, zkl_error *err)
{
    daemon_aside *const aside = zkl_calloc(1, sizeof *aside);
    if (!aside)
        return zkl_no_memory(err, sizeof *aside);
    pthread_mutex_init(&aside->mutex, NULL);
    const zkl_status status = daemon_disk_new(&aside->threads, thread_count, err);
    if (status == ZKL_OK)
        *out = aside;
    else
        daemon_aside_free(aside);
    return status;
}

void daemon_aside_stop(daemon_aside *aside)
{
    if (!aside)
        return;
    pthread_mutex_lock(&aside->mutex);
    aside->ends = true;
    pthread_mutex_unlock(&aside->mutex);
    daemon_disk_free(aside->threads); /* when all that waits is done */
    aside->threads = NULL;
}

void daemon_aside_free(daemon_aside *aside)
{
    if (!aside)
        return;
    ZKL_ASSERT(!aside->threads);
    pthread_mutex_destroy(&aside->mutex);
    zkl_free(aside);
}

static zkl_status add_locked(daemon_aside *aside, daemon_aside_task *task, zkl_error *err)
{
    if (aside->ends)
        return zkl_fail(err, ZKL_CANCELLED, "the service is stopping");
    if (aside->waiting >= WAITING_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%d requests of this sort wait already", WAITING_MAX);
    task->of = aside;
    ZKL_TRY(daemon_disk_do(aside->threads, do_task, task, err));
    http_keep(task->exchange); /* before do_task, which waits for the mutex */
    aside->waiting++;
    return ZKL_OK;
}

zkl_status daemon_aside_add(daemon_aside *aside, daemon_aside_task *task, zkl_error *err)
{
    pthread_mutex_lock(&aside->mutex);
    const zkl_status status = add_locked(aside, task, err);
    pthread_mutex_unlock(&aside->mutex);
    return status;
}
