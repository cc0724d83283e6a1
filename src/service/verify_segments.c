/* The files of an audit log against the entries of its ledger.
 *
 *  1. Names are listed before the ledger is looked at, files read after. What the ledger says when
 *     it is looked at is so of every file that was listed: a deletion is logged before its file is
 *     gone, a closing behind its last line.
 *  2. Each file is as its entry says in every member: class, number, lines, times, root and bytes.
 *  3. A file that the ledger has is missing only with an entry that says by which rule and when.
 *  4. What the ledger has not follows, number by number, from what it has: a file that is being
 *     written, or waits. Of the last alone the last line may be cut off. */
#include <zkl/segments.h>

#include <string.h>

#include "segment/segment.h"
#include "service/segments.h"

typedef struct comparison {
    zkl_verify_segments_result *out;
    const char *folder;
    const zkl_env *env;
    const service_segment_file *files;
    size_t file_count;
    const service_segment *logged;
    size_t logged_count;
    zkl_segment_deletion *deletions;
} comparison;

static bool is_listed(const comparison *c, zkl_segment_class class, uint64_t number)
{
    size_t low = 0, high = c->file_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const service_segment_file *const f = &c->files[middle];
        if (f->of == class && f->number == number)
            return true;
        if (f->of < class || (f->of == class && f->number < number))
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* "access-00000012.ndjson" in front of what is said. */
static zkl_status wrap_name(zkl_error *err, zkl_status status, zkl_segment_class class,
                            uint64_t number)
{
    char name[ZKL_SEGMENT_NAME_CHARS];
    zkl_segment_name(name, class, number);
    return zkl_wrap(err, status, "'%s'", name);
}

/* ---- What the ledger has */

static zkl_status compare_entry(const zkl_entry_segment *got, const zkl_entry_segment *want,
                                zkl_error *err)
{
    if (got->count != want->count)
        return zkl_fail(err, ZKL_REJECTED, "it has %llu lines, and had %llu when it was closed",
                        (unsigned long long)got->count, (unsigned long long)want->count);
    return zkl_digest_equal(&got->root, &want->root) &&
                   zkl_digest_equal(&got->sha256, &want->sha256) &&
                   got->begins_ms == want->begins_ms && got->ends_ms == want->ends_ms
               ? ZKL_OK
               : zkl_fail(err, ZKL_REJECTED, "its lines are others than when it was closed");
}

static zkl_status compare_file(comparison *c, const zkl_entry_segment *want, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_segment s;
    zkl_entry_segment got;
    ZKL_TRY(service_segment_read(&file, c->folder, want->of, want->number, err));
    zkl_segment_begin(&s, want->of, want->number, &want->previous, 0);
    ZKL_TRY(zkl_segment_take_file(&s, zkl_buffer_bytes(&file), NULL, err));
    if (!s.count)
        return zkl_fail(err, ZKL_REJECTED, "it is empty");
    zkl_segment_close(&got, &s);
    ZKL_TRY(compare_entry(&got, want, err));
    c->out->segment_count++;
    c->out->line_count += got.count;
    return ZKL_OK;
}

static zkl_status add_deletion(comparison *c, const service_segment *s, zkl_error *err)
{
    char name[ZKL_SEGMENT_NAME_CHARS], time[ZKL_TIME_CHARS + 1];
    zkl_arena *const memory = &c->out->memory;
    zkl_segment_deletion *const d = &c->deletions[c->out->deletion_count++];
    zkl_segment_name(name, s->closed.of, s->closed.number);
    zkl_time_format(time, s->deleted_ms);
    *d = (zkl_segment_deletion){ .name = zkl_arena_text(memory, name, strlen(name)),
                                 .class_name = zkl_segment_class_name(s->closed.of),
                                 .days = s->deletion_days,
                                 .time = zkl_arena_text(memory, time, strlen(time)) };
    return d->name && d->time ? ZKL_OK : zkl_no_memory(err, sizeof *d);
}

/* Invariants 2 and 3. A file that comes after the names were listed is found all the same. */
static zkl_status check_logged(comparison *c, const service_segment *s, zkl_error *err)
{
    const bool was_there = is_listed(c, s->closed.of, s->closed.number);
    if (s->deletion_days) {
        c->out->left_count += was_there;
        return add_deletion(c, s, err);
    }
    const zkl_status status = compare_file(c, &s->closed, err);
    if (status != ZKL_NOT_FOUND)
        return status;
    return was_there ? zkl_fail(err, ZKL_CONFLICT, "it went while the audit log was looked at")
                     : zkl_fail(err, ZKL_REJECTED,
                                "it is missing, and no entry says that it was deleted");
}

/* ---- What it has not, yet */

typedef struct open_end {
    uint64_t number; /* the next one */
    zkl_digest root;
    int64_t ends_ms;
} open_end;

static zkl_status check_open(comparison *c, open_end *end, const service_segment_file *file,
                             bool is_last, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_segment s;
    zkl_entry_segment closed;
    size_t rest = 0;
    if (file->number != end->number)
        return zkl_fail(err, ZKL_REJECTED, "segment %llu before it is missing",
                        (unsigned long long)end->number);
    const zkl_status status = service_segment_read(&bytes, c->folder, file->of, file->number, err);
    if (status == ZKL_NOT_FOUND) /* one without lines, taken back */
        return zkl_fail(err, ZKL_CONFLICT, "it went while the audit log was looked at");
    ZKL_TRY(status);
    zkl_segment_begin(&s, file->of, file->number, &end->root, end->ends_ms);
    ZKL_TRY(zkl_segment_take_file(&s, zkl_buffer_bytes(&bytes), is_last ? &rest : NULL, err));
    c->out->open_count++;
    c->out->open_line_count += s.count;
    c->out->cut_bytes += rest;
    if (is_last)
        return ZKL_OK;
    if (!s.count)
        return zkl_fail(err, ZKL_REJECTED, "it is empty");
    zkl_segment_close(&closed, &s);
    *end = (open_end){ end->number + 1, closed.root, closed.ends_ms };
    return ZKL_OK;
}

static void find_end(open_end *end, const comparison *c, zkl_segment_class class)
{
    *end = (open_end){ 0 };
    for (size_t i = 0; i < c->logged_count; i++)
        if (c->logged[i].closed.of == class)
            *end = (open_end){ c->logged[i].closed.number + 1, c->logged[i].closed.root,
                               c->logged[i].closed.ends_ms };
}

/* Invariant 4, for the files of one class: [from, to). */
static zkl_status check_class(comparison *c, size_t from, size_t to, zkl_error *err)
{
    open_end end;
    const zkl_segment_class class = c->files[from].of;
    find_end(&end, c, class);
    for (size_t i = from; i < to; i++) {
        if (c->files[i].number < end.number) /* looked at already */
            continue;
        const zkl_status status = check_open(c, &end, &c->files[i], i + 1 == to, err);
        if (status != ZKL_OK)
            return wrap_name(err, status, class, c->files[i].number);
    }
    return ZKL_OK;
}

static zkl_status check_all_open(comparison *c, zkl_error *err)
{
    for (size_t from = 0, to; from < c->file_count; from = to) {
        to = from + 1;
        while (to < c->file_count && c->files[to].of == c->files[from].of)
            to++;
        ZKL_TRY(check_class(c, from, to, err));
    }
    return ZKL_OK;
}

/* ---- All of it */

static zkl_status check_all_logged(comparison *c, zkl_error *err)
{
    c->deletions = ZKL_ARENA_NEW(&c->out->memory, zkl_segment_deletion, c->logged_count);
    if (!c->deletions)
        return zkl_no_memory(err, c->logged_count * sizeof *c->deletions);
    c->out->deletions = c->deletions;
    for (size_t i = 0; i < c->logged_count; i++) {
        ZKL_TRY(zkl_env_progress(c->env, "comparing segments", i, c->logged_count, err));
        const zkl_status status = check_logged(c, &c->logged[i], err);
        if (status != ZKL_OK)
            return wrap_name(err, status, c->logged[i].closed.of, c->logged[i].closed.number);
    }
    return ZKL_OK;
}

zkl_status zkl_verify_segments(zkl_verify_segments_result *out, zkl_ledger *handle,
                               const char *folder, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    service_segment_file *files = NULL;
    service_segment *logged = NULL;
    comparison c = { .out = out, .folder = folder, .env = env };
    *out = (zkl_verify_segments_result){ 0 };
    ZKL_TRY(service_segment_files(&files, &c.file_count, &memory, folder, err));
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    ZKL_TRY(service_segments(&logged, &c.logged_count, &memory, ledger, err));
    c.files = files;
    c.logged = logged;
    ZKL_TRY(check_all_logged(&c, err));
    return check_all_open(&c, err);
}
