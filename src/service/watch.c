/* watch: the files of a folder, notarised as they are finished.
 *
 *  1. inotify wakes; what is to be done is read off the folder alone. So an event that is lost, an
 *     overflow of the queue, or a file system that tells of nothing costs time and no file.
 *  2. A file is tried once for each state (size, times, inode) that it is seen in: one that fails
 *     waits until it changes. One that only met another writer is tried again.
 *  3. Finished is what nobody wrote to for a while. A file that is written on all the same while it
 *     is read is refused by the reading itself (input/inputs.h). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "input/formats.h"
#include "input/input_bytes.h"
#include "record/ids.h"
#include "service/sources.h"

/* How often progress is asked, and the folder is looked at without an event. */
#define TICK_MS 500
#define LOOK_AGAIN_MS 5000
#define FILES_MAX 100000
/* Before a file that met another writer is tried again. */
#define BREATH_MS 200

/* A file of the folder. */
typedef struct watched_file {
    const char *path, *name; /* name NULL: the file's makes none */
    service_stamp seen;
    int64_t seen_ms; /* since when it is seen so, by a clock that only runs */
    bool is_tried;   /* in this state */
    bool is_there;
} watched_file;

typedef struct watch {
    zkl_ledger *ledger;
    const zkl_watch_request *request;
    const zkl_env *env;
    zkl_watch_result *out;
    /* Paths and names, as long as the watch. */
    zkl_arena memory;
    watched_file *files;
    size_t count, capacity;
    size_t sorted_count; /* of files, before the pass at work */
    size_t event_capacity;
    zkl_status first_status; /* of a failure */
    zkl_error first_error;
} watch;

static void watch_clear(watch *w)
{
    zkl_arena_clear(&w->memory);
    zkl_free(w->files);
}

static int64_t running_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- Names. */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* "may sales.csv.gz" -> its size without endings, 10; 0: it is no table by its name. */
static size_t stem_of(const char *file)
{
    size_t size;
    zkl_error ignored = { 0 };
    const zkl_format *format;
    (void)zkl_compression_of_name(file, &size);
    if (file[0] == '.' || zkl_format_find(&format, NULL, &file, 1, &ignored) != ZKL_OK)
        return 0;
    while (size && file[size - 1] != '.')
        size--;
    return size ? size - 1 : 0;
}

/* What a name may not have becomes '-'. NULL in *out: nothing is left that is one. */
static zkl_status make_name(const char **out, watch *w, const char *file, size_t stem,
                            zkl_error *err)
{
    const char *prefix = w->request->name_prefix ? w->request->name_prefix : "";
    char *name = zkl_arena_format(&w->memory, "%s%.*s", prefix, (int)stem, file);
    if (!name)
        return zkl_no_memory(err, stem);
    for (char *c = name + strlen(prefix); *c; c++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", *c))
            *c = '-';
    *out = zkl_dataset_name_valid(zkl_bytes_of_text(name)) ? name : NULL;
    return ZKL_OK;
}

/* ---- The folder as it is. */

/* Of those before this pass, which are sorted: a folder names each file once. */
static watched_file *find_file(const watch *w, const char *file)
{
    size_t low = 0, high = w->sorted_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(last_part(w->files[middle].path), file);
        if (order == 0)
            return &w->files[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static zkl_status add_file(watched_file **out, watch *w, const char *file, size_t stem,
                           zkl_error *err)
{
    if (w->count == w->capacity) {
        const size_t capacity = w->capacity ? 2 * w->capacity : 64;
        watched_file *grown =
            zkl_realloc(w->files, w->capacity * sizeof *grown, capacity * sizeof *grown);
        if (!grown)
            return zkl_no_memory(err, capacity * sizeof *grown);
        w->files = grown;
        w->capacity = capacity;
    }
    if (w->count == FILES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the folder '%s' has more than %d files",
                        w->request->folder, FILES_MAX);
    watched_file *added = &w->files[w->count];
    *added =
        (watched_file){ .path = zkl_arena_format(&w->memory, "%s/%s", w->request->folder, file) };
    if (!added->path)
        return zkl_no_memory(err, strlen(file));
    ZKL_TRY(make_name(&added->name, w, file, stem, err));
    w->count++;
    *out = added;
    return ZKL_OK;
}

/* By its stamp alone: is it in another state than it was seen in? Links are passed over: whoever
 * may write into the folder is not to choose files elsewhere. */
static zkl_status look_at(watch *w, int folder, const char *file, bool is_first, zkl_error *err)
{
    struct stat st;
    service_stamp now;
    const size_t stem = stem_of(file);
    if (!stem || fstatat(folder, file, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
        return ZKL_OK; /* no table, or gone by now */
    watched_file *known = find_file(w, file);
    const bool is_new = !known;
    if (is_new)
        ZKL_TRY(add_file(&known, w, file, stem, err));
    service_stamp_of(&now, &st);
    if (is_new || !service_stamp_equal(&now, &known->seen)) {
        known->seen = now;
        known->seen_ms = running_ms();
        known->is_tried = is_first && w->request->new_only;
    }
    known->is_there = true;
    return ZKL_OK;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const watched_file *)a)->path, ((const watched_file *)b)->path);
}

/* What is gone is forgotten: a watch of years must not hold every name there ever was. */
static void drop_gone(watch *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->count; i++)
        if (w->files[i].is_there)
            w->files[kept++] = w->files[i];
    w->count = w->sorted_count = kept;
    if (kept)
        qsort(w->files, kept, sizeof *w->files, by_path);
}

/* In the order of names, so that one folder is always gone through in one way. */
static zkl_status look(watch *w, bool is_first, zkl_error *err)
{
    DIR *folder = opendir(w->request->folder);
    if (!folder)
        return zkl_fail_errno(err, "read the folder", w->request->folder);
    zkl_status status = ZKL_OK;
    for (size_t i = 0; i < w->count; i++)
        w->files[i].is_there = false;
    for (const struct dirent *e; status == ZKL_OK && (e = readdir(folder));)
        status = look_at(w, dirfd(folder), e->d_name, is_first, err);
    closedir(folder);
    drop_gone(w);
    return status;
}

/* Is it finished? Either it was not written for a while by its own times, or nothing about it
 * changed for that long as it is seen here, whatever its clock says. */
static bool is_settled(const watch *w, const watched_file *file)
{
    const uint64_t settle = w->request->settle_ms;
    const int64_t written = file->seen.modified_s * 1000 + file->seen.modified_ns / 1000000;
    const int64_t changed = file->seen.changed_s * 1000 + file->seen.changed_ns / 1000000;
    const int64_t age = zkl_env_now_ms(w->env) - (written > changed ? written : changed);
    return (age >= 0 && (uint64_t)age >= settle) ||
           (uint64_t)(running_ms() - file->seen_ms) >= settle;
}

/* ---- What becomes of a file. */

/* `event` borrows; what is kept is copied. */
static zkl_status keep_event(watch *w, const zkl_watch_event *event, zkl_error *err)
{
    zkl_watch_result *out = w->out;
    if (!w->request->once)
        return ZKL_OK;
    zkl_watch_event *events = (zkl_watch_event *)(uintptr_t)out->events; /* made by us */
    if (out->event_count == w->event_capacity) {
        const size_t capacity = w->event_capacity ? 2 * w->event_capacity : 16;
        events = ZKL_ARENA_NEW(&out->memory, zkl_watch_event, capacity);
        if (!events)
            return zkl_no_memory(err, capacity * sizeof *events);
        if (out->event_count)
            memcpy(events, out->events, out->event_count * sizeof *events);
        out->events = events;
        w->event_capacity = capacity;
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

static zkl_status tell(watch *w, const zkl_watch_event *event, zkl_error *err)
{
    w->out->notarised_count += event->kind == ZKL_WATCH_NOTARISED;
    w->out->unchanged_count += event->kind == ZKL_WATCH_UNCHANGED;
    w->out->failed_count += event->kind == ZKL_WATCH_FAILED;
    if (w->request->on_event)
        w->request->on_event(w->request->opaque, event);
    return keep_event(w, event, err);
}

static zkl_status tell_failure(watch *w, const watched_file *file, zkl_status status,
                               const zkl_error *why, zkl_error *err)
{
    if (w->first_status == ZKL_OK) {
        w->first_status = status;
        w->first_error = *why;
    }
    const zkl_watch_event event = { .kind = ZKL_WATCH_FAILED,
                                    .path = file->path,
                                    .name = file->name,
                                    .status = status,
                                    .error = why->text };
    return tell(w, &event, err);
}

/* Files before it that make the same name: they would be versions of each other. */
static const watched_file *namesake_of(const watch *w, const watched_file *file)
{
    for (const watched_file *other = w->files; other < file; other++)
        if (other->is_there && other->name && strcmp(other->name, file->name) == 0)
            return other;
    return NULL;
}

/* Does the ledger's note say that this very file, unwritten since, is the latest version? Whatever
 * cannot be found out is no. */
static bool is_known(const watch *w, const watched_file *file)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) view = NULL;
    service_sources noted;
    zkl_dataset_version found;
    zkl_error ignored = { 0 };
    const char *path = service_path_from_root(&arena, file->path);
    const zkl_bytes name = zkl_bytes_of_text(file->name);
    return path && service_open(&view, w->ledger, ZKL_LEDGER_READ, w->env, &ignored) == ZKL_OK &&
           zkl_ledger_find(view, &found, &arena, name, 0, &ignored) == ZKL_OK &&
           service_sources_load(&noted, &arena, zkl_ledger_folder(view), name, &ignored) ==
               ZKL_OK &&
           zkl_digest_equal(&noted.dataset, &found.dataset) &&
           zkl_digest_equal(&noted.ledger, zkl_ledger_own_id(view)) && noted.file_count == 1 &&
           zkl_bytes_equal_text(noted.files[0].path, path) &&
           service_stamp_equal(&noted.files[0].stamp, &file->seen);
}

static zkl_status notarise_file(watch *w, watched_file *file, zkl_error *err)
{
    zkl_notarize_request request = { 0 };
    zkl_notarize_result done = { 0 };
    zkl_error why = { 0 };
    if (w->request->as)
        request = *w->request->as;
    request.name = file->name;
    request.files = &file->path;
    request.file_count = 1;
    request.if_changed = true;
    const zkl_status status = zkl_notarize(&done, w->ledger, &request, w->env, &why);
    if (status != ZKL_OK) {
        zkl_arena_clear(&done.memory);
        if (status == ZKL_CANCELLED || status == ZKL_NO_MEMORY)
            return zkl_fail_as(err, status, &why);
        file->is_tried = status != ZKL_CONFLICT || w->request->once; /* invariant 2 */
        return tell_failure(w, file, status, &why, err);
    }
    const zkl_watch_event event = { .kind = done.is_unchanged ? ZKL_WATCH_UNCHANGED
                                                              : ZKL_WATCH_NOTARISED,
                                    .path = file->path,
                                    .name = file->name,
                                    .version = done.version,
                                    .index = done.index,
                                    .row_count = done.row_count,
                                    .dataset = done.dataset };
    const zkl_status told = tell(w, &event, err);
    zkl_arena_clear(&done.memory);
    return told;
}

static zkl_status try_file(watch *w, watched_file *file, zkl_error *err)
{
    zkl_error why = { 0 };
    file->is_tried = true;
    if (!file->name) {
        const zkl_status status =
            zkl_fail(&why, ZKL_BAD_INPUT, "the file's name makes no name of a dataset");
        return tell_failure(w, file, status, &why, err);
    }
    const watched_file *other = namesake_of(w, file);
    if (other) {
        const zkl_status status = zkl_fail(&why, ZKL_BAD_INPUT, "'%s' makes the name '%s' already",
                                           last_part(other->path), file->name);
        return tell_failure(w, file, status, &why, err);
    }
    if (is_known(w, file)) {
        w->out->known_count++;
        return ZKL_OK;
    }
    return notarise_file(w, file, err);
}

/* *left: files that are not finished, or met another writer. */
static zkl_status try_all(watch *w, size_t *left, zkl_error *err)
{
    *left = 0;
    for (size_t i = 0; i < w->count; i++) {
        watched_file *file = &w->files[i];
        if (!file->is_there || file->is_tried)
            continue;
        if (is_settled(w, file))
            ZKL_TRY(try_file(w, file, err));
        *left += !file->is_tried;
    }
    return ZKL_OK;
}

/* ---- Waiting. */

/* What the kernel tells of is not read: that it tells of something is enough (invariant 1). */
static bool drain(int events)
{
    char buffer[4096];
    bool any = false;
    while (read(events, buffer, sizeof buffer) > 0)
        any = true;
    return any;
}

/* Until something happened, a file may be finished, or progress says stop. events: -1 where the
 * system has none for us. */
static zkl_status wait_for_files(const watch *w, int events, bool has_left, zkl_error *err)
{
    const int64_t start = running_ms();
    const int64_t settle =
        w->request->settle_ms < LOOK_AGAIN_MS ? (int64_t)w->request->settle_ms : LOOK_AGAIN_MS;
    const int64_t most = !has_left ? LOOK_AGAIN_MS : settle > BREATH_MS ? settle : BREATH_MS;
    for (;;) {
        struct pollfd ready = { .fd = events, .events = POLLIN };
        const int64_t rest = most - (running_ms() - start);
        ZKL_TRY(zkl_env_progress(w->env, "waiting for files", 0, 0, err));
        if (rest <= 0)
            return ZKL_OK;
        (void)poll(&ready, events >= 0, (int)(rest < TICK_MS ? rest : TICK_MS));
        if (events >= 0 && drain(events))
            return ZKL_OK;
    }
}

static zkl_status watch_folder(watch *w, int events, zkl_error *err)
{
    for (bool is_first = true;; is_first = false) {
        size_t left;
        ZKL_TRY(look(w, is_first, err));
        ZKL_TRY(try_all(w, &left, err));
        if (w->request->once && !left)
            return ZKL_OK;
        ZKL_TRY(wait_for_files(w, events, left > 0, err));
    }
}

static zkl_status check_request(const zkl_watch_request *request, zkl_error *err)
{
    const zkl_notarize_request *as = request->as;
    if (!request->folder || !*request->folder)
        return zkl_fail(err, ZKL_USAGE, "no folder given");
    if (as && (as->name || as->file_count || as->receipt_path || as->dry_run || as->seed ||
               as->like || as->types_from_count))
        return zkl_fail(err, ZKL_USAGE, "name, files and receipt follow from each file");
    if (request->name_prefix && *request->name_prefix &&
        !zkl_dataset_name_valid(zkl_bytes_of_text(request->name_prefix)))
        return zkl_fail(err, ZKL_USAGE, "names of datasets cannot begin with '%s'",
                        request->name_prefix);
    return ZKL_OK;
}

/* The failures of single files are those of the call, where it is one pass. */
static zkl_status sum_up(const watch *w, zkl_error *err)
{
    if (!w->request->once || w->first_status == ZKL_OK)
        return ZKL_OK;
    (void)zkl_fail_as(err, w->first_status, &w->first_error);
    return zkl_wrap(err, w->first_status, "%zu of the files failed, the first with this",
                    w->out->failed_count);
}

zkl_status zkl_watch(zkl_watch_result *out, zkl_ledger *ledger, const zkl_watch_request *request,
                     const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(watch)
    w = {
        .ledger = ledger, .request = request, .env = env ? env : zkl_ledger_env(ledger), .out = out
    };
    *out = (zkl_watch_result){ 0 };
    ZKL_TRY(check_request(request, err));
    /* Watched before it is looked at: what comes in between is told. */
    const int events = request->once ? -1 : inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (events >= 0)
        (void)inotify_add_watch(events, request->folder,
                                IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF);
    const zkl_status status = watch_folder(&w, events, err);
    if (events >= 0)
        close(events);
    return status == ZKL_CANCELLED && !request->once ? ZKL_OK
           : status != ZKL_OK                        ? status
                                                     : sum_up(&w, err);
}
