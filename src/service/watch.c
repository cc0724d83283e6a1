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
#include "record/ids.h"
#include "service/try_files.h"

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
    /* Paths and names, as long as the watch. */
    zkl_arena memory;
    watched_file *files;
    size_t count, capacity;
    size_t sorted_count; /* of files, before the pass at work */
    service_told told;
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

/* ---- The folder as it is. */

/* Of those before this pass, which are sorted: a folder names each file once. */
static watched_file *find_file(const watch *w, const char *file)
{
    size_t low = 0, high = w->sorted_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(service_last_part(w->files[middle].path), file);
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
    ZKL_TRY(service_table_name(&added->name, &w->memory, w->request->name_prefix, file, stem, err));
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
    const size_t stem = service_table_stem(file);
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

/* ---- What becomes of them. */

/* What is to be tried now: of all files, since each may be the namesake of another. */
static service_each_file *list_due(watch *w)
{
    service_each_file *files = zkl_calloc(w->count + 1, sizeof *files);
    for (size_t i = 0; files && i < w->count; i++)
        files[i] =
            (service_each_file){ .path = w->files[i].path,
                                 .name = w->files[i].name,
                                 .stamp = w->files[i].seen,
                                 .is_due = !w->files[i].is_tried && is_settled(w, &w->files[i]) };
    return files;
}

/* *left: files that are not finished, or met another writer. */
static zkl_status try_all(watch *w, size_t *left, zkl_error *err)
{
    const service_try how = { .as = w->request->as, .ledger = w->ledger, .env = w->env };
    *left = 0;
    ZKL_AUTO_BLOCK service_each_file *files = list_due(w);
    if (!files)
        return zkl_no_memory(err, w->count * sizeof *files);
    ZKL_TRY(service_try_files(&w->told, files, w->count, &how, err));
    for (size_t i = 0; i < w->count; i++) {
        if (files[i].is_due) /* invariant 2 */
            w->files[i].is_tried = files[i].status != ZKL_CONFLICT || w->request->once;
        *left += !w->files[i].is_tried;
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
    if (!request->folder || !*request->folder)
        return zkl_fail(err, ZKL_USAGE, "no folder given");
    return service_check_each(request->as, request->name_prefix, err);
}

zkl_status zkl_watch(zkl_watch_result *out, zkl_ledger *ledger, const zkl_watch_request *request,
                     const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(watch)
    w = { .ledger = ledger,
          .request = request,
          .env = env ? env : zkl_ledger_env(ledger),
          .told = { .out = out,
                    .is_kept = request->once,
                    .on_event = request->on_event,
                    .opaque = request->opaque } };
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
    if (!request->once)
        return status == ZKL_CANCELLED ? ZKL_OK : status;
    return service_told_sum_up(&w.told, status, err);
}
