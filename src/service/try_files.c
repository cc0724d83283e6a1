#include "service/try_files.h"

#include <stdlib.h>
#include <string.h>

#include "record/ids.h"
#include "service/side_by_side.h"

/* ---- What is told. */

/* `event` borrows; what is kept is copied. */
static zkl_status keep_event(service_told *told, const zkl_watch_event *event, zkl_error *err)
{
    zkl_watch_result *out = told->out;
    zkl_watch_event *events = (zkl_watch_event *)(uintptr_t)out->events; /* made by us */
    if (out->event_count == told->event_capacity) {
        const size_t capacity = told->event_capacity ? 2 * told->event_capacity : 16;
        events = ZKL_ARENA_NEW(&out->memory, zkl_watch_event, capacity);
        if (!events)
            return zkl_no_memory(err, capacity * sizeof *events);
        if (out->event_count)
            memcpy(events, out->events, out->event_count * sizeof *events);
        out->events = events;
        told->event_capacity = capacity;
    }
    zkl_watch_event *kept = &events[out->event_count];
    *kept = *event;
    kept->path = zkl_arena_text(&out->memory, event->path, strlen(event->path));
    if (event->name)
        kept->name = zkl_arena_text(&out->memory, event->name, strlen(event->name));
    if (event->error)
        kept->error = zkl_arena_text(&out->memory, event->error, strlen(event->error));
    if (!kept->path || !kept->name != !event->name || !kept->error != !event->error)
        return zkl_no_memory(err, strlen(event->path));
    out->event_count++;
    return ZKL_OK;
}

static zkl_status tell(service_told *told, const zkl_watch_event *event, zkl_error *err)
{
    told->out->notarised_count += event->kind == ZKL_WATCH_NOTARISED;
    told->out->unchanged_count += event->kind == ZKL_WATCH_UNCHANGED;
    told->out->failed_count += event->kind == ZKL_WATCH_FAILED;
    if (told->on_event)
        told->on_event(told->opaque, event);
    return told->is_kept ? keep_event(told, event, err) : ZKL_OK;
}

static zkl_status tell_failure(service_told *told, const service_each_file *file, zkl_status status,
                               const zkl_error *why, zkl_error *err)
{
    if (!told->first_path || strcmp(file->path, told->first_path) < 0) {
        told->first_path = file->path;
        told->first_status = status;
        told->first_error = *why;
    }
    const zkl_watch_event event = { .kind = ZKL_WATCH_FAILED,
                                    .path = file->path,
                                    .name = file->name,
                                    .status = status,
                                    .error = why->text };
    return tell(told, &event, err);
}

static zkl_status tell_job(void *opaque, const service_job *job, zkl_status status,
                           const zkl_notarize_result *done, const zkl_error *why, zkl_error *err)
{
    service_told *told = opaque;
    job->file->status = status;
    if (status != ZKL_OK)
        return tell_failure(told, job->file, status, why, err);
    const zkl_watch_event event = { .kind = done->is_unchanged ? ZKL_WATCH_UNCHANGED
                                                               : ZKL_WATCH_NOTARISED,
                                    .path = job->file->path,
                                    .name = job->file->name,
                                    .version = done->version,
                                    .index = done->index,
                                    .row_count = done->row_count,
                                    .dataset = done->dataset };
    return tell(told, &event, err);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const zkl_watch_event *)a)->path, ((const zkl_watch_event *)b)->path);
}

zkl_status service_told_sum_up(service_told *told, zkl_status ended, zkl_error *err)
{
    zkl_watch_result *out = told->out;
    if (out->event_count)
        qsort((zkl_watch_event *)(uintptr_t)out->events, out->event_count, sizeof *out->events,
              by_path);
    if (ended != ZKL_OK || told->first_status == ZKL_OK)
        return ended;
    (void)zkl_fail_as(err, told->first_status, &told->first_error);
    return zkl_wrap(err, told->first_status, "%zu of the files failed, the first with this",
                    out->failed_count);
}

/* ---- What is done. */

zkl_status service_check_each(const zkl_notarize_request *as, const char *name_prefix,
                              zkl_error *err)
{
    if (as && (as->name || as->file_count || as->receipt_path || as->dry_run || as->seed ||
               as->like || as->types_from_count))
        return zkl_fail(err, ZKL_USAGE, "name, files and receipt follow from each file");
    if (name_prefix && *name_prefix && !zkl_dataset_name_valid(zkl_bytes_of_text(name_prefix)))
        return zkl_fail(err, ZKL_USAGE, "names of datasets cannot begin with '%s'", name_prefix);
    return ZKL_OK;
}

/* What is wrong with it before it is read. */
static zkl_status check_name(const service_each_file *file, zkl_error *err)
{
    if (!file->name)
        return zkl_fail(err, ZKL_BAD_INPUT, "the file's name makes no name of a dataset");
    return !file->namesake ? ZKL_OK
                           : zkl_fail(err, ZKL_BAD_INPUT, "'%s' makes the name '%s' already",
                                      service_last_part(file->namesake), file->name);
}

/* A receipt that was asked for and is not there is a reason to look again. */
static bool can_pass_over(const service_try *how, const service_job *job)
{
    return !how->reads_known &&
           service_file_is_known(job->file, job->receipt_path, how->ledger, how->env);
}

/* Into the list, unless that is not needed. */
static zkl_status add_job(service_job *jobs, size_t *count, service_told *told,
                          service_each_file *file, const service_try *how, zkl_arena *memory,
                          zkl_error *err)
{
    zkl_error why = { 0 };
    service_job job = { .file = file };
    file->status = check_name(file, &why);
    if (file->status != ZKL_OK)
        return tell_failure(told, file, file->status, &why, err);
    if (how->receipt_folder) {
        job.receipt_path = zkl_arena_format(memory, "%s/%s.zkl", how->receipt_folder, file->name);
        if (!job.receipt_path)
            return zkl_no_memory(err, strlen(file->name));
    }
    if (can_pass_over(how, &job))
        told->out->known_count++;
    else
        jobs[(*count)++] = job;
    return ZKL_OK;
}

zkl_status service_try_files(service_told *told, service_each_file *files, size_t count,
                             const service_try *how, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    size_t job_count = 0;
    ZKL_AUTO_BLOCK service_job *jobs = zkl_calloc(count + 1, sizeof *jobs);
    if (!jobs)
        return zkl_no_memory(err, count * sizeof *jobs);
    ZKL_TRY(service_find_namesakes(files, count, err));
    for (size_t i = 0; i < count; i++)
        if (files[i].is_due)
            ZKL_TRY(add_job(jobs, &job_count, told, &files[i], how, &memory, err));
    return service_notarize_side_by_side(jobs, job_count, how->as, how->ledger, how->env, tell_job,
                                         told, err);
}
