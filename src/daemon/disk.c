/* A queue and its threads. */
#include "daemon/disk.h"

#include <pthread.h>

#include "base/memory.h"

typedef struct entry {
    struct entry *next;
    daemon_disk_task *task;
    void *argument;
} entry;

struct daemon_disk {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    entry *first, **last;
    bool ends;
    pthread_t *threads;
    size_t thread_count;
};

static entry *take(daemon_disk *disk)
{
    entry *const e = disk->first;
    if (!e)
        return NULL;
    disk->first = e->next;
    if (!disk->first)
        disk->last = &disk->first;
    return e;
}

static void *work(void *context)
{
    daemon_disk *const disk = context;
    pthread_mutex_lock(&disk->mutex);
    for (;;) {
        entry *const e = take(disk);
        if (!e && disk->ends)
            break;
        if (!e) {
            pthread_cond_wait(&disk->changed, &disk->mutex);
            continue;
        }
        pthread_mutex_unlock(&disk->mutex);
        e->task(e->argument);
        zkl_free(e);
        pthread_mutex_lock(&disk->mutex);
    }
    pthread_mutex_unlock(&disk->mutex);
    return NULL;
}

zkl_status daemon_disk_new(daemon_disk **out, size_t thread_count, zkl_error *err)
{
    daemon_disk *const disk = zkl_calloc(1, sizeof *disk);
    if (!disk)
        return zkl_no_memory(err, sizeof *disk);
    disk->last = &disk->first;
    pthread_mutex_init(&disk->mutex, NULL);
    pthread_cond_init(&disk->changed, NULL);
    disk->threads = zkl_calloc(thread_count, sizeof *disk->threads);
    while (disk->threads && disk->thread_count < thread_count &&
           pthread_create(&disk->threads[disk->thread_count], NULL, work, disk) == 0)
        disk->thread_count++;
    if (disk->thread_count == thread_count) {
        *out = disk;
        return ZKL_OK;
    }
    daemon_disk_free(disk);
    return zkl_fail(err, ZKL_LIMIT, "the system gives no threads for the disk");
}

void daemon_disk_free(daemon_disk *disk)
{
    if (!disk)
        return;
    pthread_mutex_lock(&disk->mutex);
    disk->ends = true;
    pthread_cond_broadcast(&disk->changed);
    pthread_mutex_unlock(&disk->mutex);
    for (size_t i = 0; i < disk->thread_count; i++)
        pthread_join(disk->threads[i], NULL);
    pthread_mutex_destroy(&disk->mutex);
    pthread_cond_destroy(&disk->changed);
    zkl_free(disk->threads);
    zkl_free(disk);
}

zkl_status daemon_disk_do(daemon_disk *disk, daemon_disk_task *task, void *argument, zkl_error *err)
{
    entry *const e = zkl_malloc(1, sizeof *e);
    if (!e)
        return zkl_no_memory(err, sizeof *e);
    *e = (entry){ .task = task, .argument = argument };
    pthread_mutex_lock(&disk->mutex);
    *disk->last = e;
    disk->last = &e->next;
    pthread_cond_signal(&disk->changed);
    pthread_mutex_unlock(&disk->mutex);
    return ZKL_OK;
}
