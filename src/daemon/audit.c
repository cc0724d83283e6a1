/* Events into segments: a queue, and a thread that writes it.
 *
 *  1. The mutex guards the queue and what is said of it; it is not held while the disk is written.
 *  2. An event leaves the writer's batch when its line is synced. When a write fails the segment
 *     goes back to what is synced, and the same lines are tried again, at the same place of the
 *     file: nothing is written twice.
 *  3. `durable` is the number below which every event is synced.
 *  4. Events gather for a moment, unless somebody waits for one, or the queue is filling. */
#include "daemon/audit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/audit_internal.h"
#include "daemon/jobs.h"
#include "daemon/steady.h"

#define HOUR_MS INT64_C(3600000)
#define RETRY_MS 500
#define FLUSH_BYTES ((size_t)1 << 20)
#define GATHER_MS 10 /* a sync for each event would cost as much as what it tells of */

typedef struct item {
    struct item *next;
    zkl_event event; /* its texts stand behind it */
    uint64_t number;
    bool is_staged; /* its line waits in a buffer */
} item;

/* The segment of a class that is written. */
typedef struct open_segment {
    int file;         /* -1: none is open */
    zkl_segment safe; /* as it is on the disk */
    zkl_segment next; /* with the lines of `buffer` */
    zkl_buffer buffer;
    zkl_digest root_before;
    int64_t ends_before_ms;
    uint64_t number;
} open_segment;

struct daemon_audit {
    zkl_arena memory;
    char *folder;
    const zkl_env *env;
    daemon_audit_settings settings;
    int lock; /* of the folder */
    audit_keeper keeper;
    pthread_mutex_t mutex;
    pthread_cond_t came, written;
    pthread_t thread;
    bool is_started, ends, is_failing;
    item *first, *last;
    uint64_t waiting, number, durable, refused;
    uint64_t wanted; /* the newest that somebody waits for */
    /* The writer's own. */
    item *batch, **batch_end;
    uint64_t staged_to; /* no event behind this number is staged */
    open_segment open[ZKL_SEGMENT_CLASS_COUNT];
};

/* ---- Settings */

static zkl_status take_days(uint32_t out[static ZKL_SEGMENT_CLASS_COUNT], const zkl_toml_node *root,
                            const char *name, zkl_error *err)
{
    const zkl_toml_node *table = NULL;
    const char *names[ZKL_SEGMENT_CLASS_COUNT];
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++)
        names[c] = zkl_segment_class_name((zkl_segment_class)c);
    ZKL_TRY(zkl_toml_get_table(&table, root, name, err));
    if (!table)
        return ZKL_OK;
    ZKL_TRY(zkl_toml_refuse_unknown(table, names, ZKL_COUNT(names), err));
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++) {
        int64_t days = out[c];
        ZKL_TRY(zkl_toml_get_integer(&days, table, names[c], err));
        if (days < 1 || days > 36500)
            return zkl_fail(err, ZKL_USAGE, "'audit.%s.%s' is 1 to 36500 days", name, names[c]);
        out[c] = (uint32_t)days;
    }
    return ZKL_OK;
}

zkl_status daemon_audit_settings_take(daemon_audit_settings *out, const zkl_toml_node *root,
                                      zkl_error *err)
{
    static const char *const known[] = { "days", "floor_days", "queue" };
    daemon_audit_settings s = { .days = { 730, 365, 90, 7 } };
    uint32_t floors[ZKL_SEGMENT_CLASS_COUNT] = { 1, 1, 1, 1 };
    const zkl_toml_node *table = NULL;
    int64_t queue = 16384;
    ZKL_TRY(zkl_toml_get_table(&table, root, "audit", err));
    if (table) {
        ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
        ZKL_TRY(take_days(s.days, table, "days", err));
        ZKL_TRY(take_days(floors, table, "floor_days", err));
        ZKL_TRY(zkl_toml_get_integer(&queue, table, "queue", err));
    }
    if (queue < 1 || queue > 1000000)
        return zkl_fail(err, ZKL_USAGE, "'audit.queue' is 1 to 1000000");
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++)
        if (s.days[c] < floors[c])
            return zkl_fail(err, ZKL_USAGE,
                            "events of class '%s' are kept for %u days, and by law for at least %u",
                            zkl_segment_class_name((zkl_segment_class)c), s.days[c], floors[c]);
    s.queue_max = (size_t)queue;
    *out = s;
    return ZKL_OK;
}

/* ---- The queue */

#define TEXTS(X) X(action) X(actor) X(address) X(org) X(reason) X(request) X(resource) X(role)

/* With a copy of its texts. */
static item *make_item(const zkl_event *event)
{
    size_t size = 0;
#define ADD_SIZE(name) size += strlen(event->name ? event->name : "") + 1;
    TEXTS(ADD_SIZE)
#undef ADD_SIZE
    item *const i = zkl_calloc(1, sizeof *i + size);
    if (!i)
        return NULL;
    i->event = *event;
    char *at = (char *)(i + 1);
#define COPY(name)                                                                                 \
    {                                                                                              \
        const char *const text = event->name ? event->name : "";                                   \
        i->event.name = zkl_event_text_valid(text) ? strcpy(at, text) : "withheld";                \
        at += strlen(text) + 1;                                                                    \
    }
    TEXTS(COPY)
#undef COPY
    return i;
}

/* So many are not gathered any longer. */
static uint64_t much_of(const daemon_audit *audit)
{
    return audit->settings.queue_max / 2 + 1;
}

uint64_t daemon_audit_put(daemon_audit *audit, const zkl_event *event, bool has_happened)
{
    item *const i = make_item(event);
    uint64_t number = 0;
    pthread_mutex_lock(&audit->mutex);
    const bool is_open = !audit->is_failing && audit->waiting < audit->settings.queue_max;
    if (i && (is_open || has_happened) && !audit->ends) {
        i->event.time_ms = zkl_env_now_ms(audit->env);
        i->number = number = ++audit->number;
        if (audit->last)
            audit->last->next = i;
        else
            audit->first = i;
        audit->last = i;
        audit->waiting++;
        if (audit->first == i || audit->waiting == much_of(audit))
            pthread_cond_signal(&audit->came); /* it sleeps, or gathers */
    } else {
        audit->refused++;
    }
    pthread_mutex_unlock(&audit->mutex);
    if (!number)
        zkl_free(i);
    return number;
}

bool daemon_audit_wait(daemon_audit *audit, uint64_t number)
{
    pthread_mutex_lock(&audit->mutex);
    if (audit->durable < number && audit->wanted < number) {
        audit->wanted = number;
        pthread_cond_signal(&audit->came);
    }
    while (audit->durable < number && !audit->is_failing)
        pthread_cond_wait(&audit->written, &audit->mutex);
    const bool is_durable = audit->durable >= number;
    pthread_mutex_unlock(&audit->mutex);
    return is_durable;
}

void daemon_audit_count(daemon_audit *audit, daemon_audit_counts *out)
{
    pthread_mutex_lock(&audit->mutex);
    *out = (daemon_audit_counts){ .events = audit->number,
                                  .refused = audit->refused,
                                  .waiting = audit->waiting,
                                  .is_failing = audit->is_failing };
    pthread_mutex_unlock(&audit->mutex);
    out->unlogged = audit_keeper_waiting(&audit->keeper);
}

/* ---- Writing */

static bool write_at(int file, zkl_bytes bytes, uint64_t at)
{
    for (size_t done = 0; done < bytes.size;) {
        const ssize_t size = pwrite(file, bytes.data + done, bytes.size - done, (off_t)(at + done));
        if (size <= 0 && errno != EINTR)
            return false;
        done += size > 0 ? (size_t)size : 0;
    }
    return true;
}

/* What waits in the buffer of a class, to the disk. Its events are done with. */
static bool flush(daemon_audit *a, open_segment *seg)
{
    if (!seg->buffer.size && !seg->buffer.failed)
        return true;
    const bool is_safe = !seg->buffer.failed &&
                         write_at(seg->file, zkl_buffer_bytes(&seg->buffer), seg->safe.bytes) &&
                         fdatasync(seg->file) == 0;
    if (is_safe)
        seg->safe = seg->next;
    else
        seg->next = seg->safe;
    if (seg->buffer.failed)
        zkl_buffer_clear(&seg->buffer);
    seg->buffer.size = 0; /* its room is used again */
    const size_t class = (size_t)(seg - a->open);
    for (item **at = &a->batch; *at && (*at)->number <= a->staged_to;) {
        item *const i = *at;
        const bool is_ours = i->is_staged && zkl_event_class(i->event.kind) == class;
        if (is_ours && is_safe) {
            *at = i->next;
            zkl_free(i);
            continue;
        }
        if (is_ours)
            i->is_staged = false;
        at = &i->next;
    }
    return is_safe;
}

/* A closed segment goes on to the ledger. Without memory it stays open for a while longer. */
static bool hand_over(daemon_audit *a, open_segment *seg)
{
    audit_closed *const closed = zkl_calloc(1, sizeof *closed);
    if (!closed)
        return false;
    zkl_segment_close(&closed->segment, &seg->safe);
    seg->root_before = closed->segment.root;
    seg->ends_before_ms = closed->segment.ends_ms;
    seg->number++;
    audit_keeper_add(&a->keeper, closed);
    return true;
}

static bool close_segment(daemon_audit *a, open_segment *seg)
{
    if (seg->file < 0)
        return true;
    if (!flush(a, seg) || (seg->safe.count && !hand_over(a, seg)))
        return false;
    close(seg->file);
    seg->file = -1;
    return true;
}

static bool begin_segment(daemon_audit *a, open_segment *seg, zkl_segment_class class)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    if (seg->number > ZKL_SEGMENT_NUMBER_MAX)
        return false;
    const char *const path = audit_path(&memory, a->folder, class, seg->number);
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    /* One without lines may be there: of a try that failed. */
    seg->file = path ? open(path, flags, 0600) : -1;
    if (seg->file < 0)
        return false;
    if (zkl_folder_sync(a->folder, NULL) != ZKL_OK) {
        close(seg->file);
        seg->file = -1;
        return false;
    }
    zkl_segment_begin(&seg->safe, class, seg->number, &seg->root_before, seg->ends_before_ms);
    seg->next = seg->safe;
    return true;
}

static bool is_full(const open_segment *seg, int64_t now_ms)
{
    const zkl_segment *const s = &seg->next;
    return s->count && (now_ms / HOUR_MS > s->begins_ms / HOUR_MS ||
                        s->bytes + ZKL_EVENT_LINE_BYTES_MAX > ZKL_SEGMENT_BYTES_MAX);
}

static bool stage(daemon_audit *a, item *i)
{
    const zkl_segment_class class = zkl_event_class(i->event.kind);
    open_segment *const seg = &a->open[class];
    const bool is_ready =
        (seg->file < 0 || !is_full(seg, i->event.time_ms) || close_segment(a, seg)) &&
        (seg->file >= 0 || begin_segment(a, seg, class));
    if (!is_ready || zkl_segment_put(&seg->next, &seg->buffer, &i->event, NULL) != ZKL_OK)
        return false;
    i->is_staged = true;
    a->staged_to = i->number;
    return true;
}

static bool flush_all(daemon_audit *a)
{
    bool is_good = true;
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++)
        is_good &= flush(a, &a->open[c]);
    return is_good;
}

/* Lines are staged until a buffer is large, and then all are written. What is not written stays in
 * the batch, in its order. */
static bool write_batch(daemon_audit *a)
{
    size_t bytes = 0;
    for (item *i = a->batch, *next; i; i = next) {
        next = i->next;
        if (!stage(a, i)) {
            (void)flush_all(a);
            return false;
        }
        bytes += ZKL_EVENT_LINE_BYTES_MAX / 16;
        if (bytes >= FLUSH_BYTES) {
            bytes = 0;
            if (!flush_all(a))
                return false;
        }
    }
    return flush_all(a);
}

/* Segments of an hour that is over; at the end all. */
static bool close_old(daemon_audit *a, int64_t now_ms, bool is_last)
{
    bool is_good = true;
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++)
        if (a->open[c].file >= 0 && (is_last || is_full(&a->open[c], now_ms)))
            is_good &= close_segment(a, &a->open[c]);
    return is_good;
}

static void wait_ms(daemon_audit *a, uint64_t ms)
{
    (void)daemon_steady_wait(&a->came, &a->mutex, daemon_clock_ms() + ms);
}

/* Invariant 4. */
static void gather(daemon_audit *a)
{
    const uint64_t until = daemon_clock_ms() + GATHER_MS;
    while (!a->ends && a->wanted <= a->durable && a->waiting < much_of(a) &&
           daemon_steady_wait(&a->came, &a->mutex, until))
        continue;
}

/* With the mutex held: what came joins the batch. */
static void take_queue(daemon_audit *a)
{
    a->batch_end = &a->batch;
    while (*a->batch_end)
        a->batch_end = &(*a->batch_end)->next;
    *a->batch_end = a->first;
    a->first = a->last = NULL;
}

static size_t count_batch(const daemon_audit *a)
{
    size_t count = 0;
    for (const item *i = a->batch; i; i = i->next)
        count++;
    return count;
}

/* With the mutex held. */
static void tell(daemon_audit *a, bool is_good, uint64_t newest, size_t before)
{
    a->waiting -= before - count_batch(a);
    a->durable = a->batch ? a->batch->number - 1 : newest;
    a->is_failing = !is_good;
    pthread_cond_broadcast(&a->written);
}

/* How long until the next whole hour, a minute at most: the clock may jump. */
static uint64_t until_hour(const daemon_audit *a)
{
    const int64_t rest = HOUR_MS - zkl_env_now_ms(a->env) % HOUR_MS;
    return rest < 60000 ? (uint64_t)rest + 1 : 60000;
}

static void *run(void *context)
{
    daemon_audit *const a = context;
    pthread_mutex_lock(&a->mutex);
    for (bool is_last = false; !is_last;) {
        if (a->is_failing)
            wait_ms(a, RETRY_MS);
        else if (!a->first && !a->ends)
            wait_ms(a, until_hour(a));
        gather(a);
        is_last = a->ends;
        take_queue(a);
        const uint64_t newest = a->number;
        const size_t before = count_batch(a);
        pthread_mutex_unlock(&a->mutex);
        bool is_good = write_batch(a);
        is_good &= close_old(a, zkl_env_now_ms(a->env), is_last);
        pthread_mutex_lock(&a->mutex);
        tell(a, is_good, newest, before);
    }
    pthread_mutex_unlock(&a->mutex);
    return NULL;
}

/* ---- Opening: what is there */

/* A file of the log itself: what a link leads to is somebody else's, and would go into the
 * ledger. */
static zkl_status read_file(zkl_buffer *out, const char *path, zkl_error *err)
{
    struct stat st;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0 && errno != ELOOP)
        return zkl_fail_errno(err, "open", path);
    const bool is_file = file >= 0 && fstat(file, &st) == 0 && S_ISREG(st.st_mode);
    const zkl_status status =
        is_file
            ? zkl_fd_read(out, file, path, ZKL_SEGMENT_BYTES_MAX + ZKL_EVENT_LINE_BYTES_MAX, err)
            : zkl_fail(err, ZKL_REJECTED, "'%s' is no file: a link, or a folder", path);
    if (file >= 0)
        close(file);
    return status;
}

/* The lines of a segment that was not closed, or is not in the ledger. *cut: bytes taken off. */
static zkl_status read_left(daemon_audit *a, open_segment *seg, const char *path, size_t *cut,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    const zkl_segment_class class = (zkl_segment_class)(seg - a->open);
    zkl_segment_begin(&seg->safe, class, seg->number, &seg->root_before, seg->ends_before_ms);
    ZKL_TRY(read_file(&file, path, err));
    const zkl_status status = zkl_segment_take_file(&seg->safe, zkl_buffer_bytes(&file), cut, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", path);
}

static zkl_status cut_off(const char *path, uint64_t size, zkl_error *err)
{
    const int file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return zkl_fail_errno(err, "open", path);
    const bool is_good = ftruncate(file, (off_t)size) == 0 && fsync(file) == 0;
    const zkl_status status = is_good ? ZKL_OK : zkl_fail_errno(err, "cut", path);
    close(file);
    return status;
}

static zkl_status say_recovered(daemon_audit *a, zkl_segment_class class, uint64_t number,
                                size_t cut, zkl_error *err)
{
    char name[ZKL_SEGMENT_NAME_CHARS];
    zkl_segment_name(name, class, number);
    const zkl_event event = { .kind = ZKL_EVENT_LOG_RECOVERED,
                              .outcome = cut ? ZKL_EVENT_FAILURE : ZKL_EVENT_SUCCESS,
                              .action = "recover",
                              .reason = cut ? "its last line was cut off" : "the ledger lacked it",
                              .resource = name,
                              .code = (uint32_t)cut };
    return daemon_audit_put(a, &event, true) ? ZKL_OK : zkl_no_memory(err, sizeof event);
}

/* One that was left is closed as it is; one without lines is as if it had never begun. */
static zkl_status take_left(daemon_audit *a, zkl_segment_class class, bool *is_there,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    open_segment *const seg = &a->open[class];
    const char *const path = audit_path(&memory, a->folder, class, seg->number);
    size_t cut = 0;
    if (!path)
        return zkl_no_memory(err, 0);
    *is_there = access(path, F_OK) == 0;
    if (!*is_there)
        return ZKL_OK;
    ZKL_TRY(read_left(a, seg, path, &cut, err));
    if (cut)
        ZKL_TRY(cut_off(path, seg->safe.bytes, err));
    ZKL_TRY(say_recovered(a, class, seg->number, cut, err));
    if (!seg->safe.count) {
        *is_there = false;
        return zkl_file_remove(path, err);
    }
    return hand_over(a, seg) ? ZKL_OK : zkl_no_memory(err, sizeof(audit_closed));
}

/* All that the ledger lacks, from the first one on; a gap among them is no crash. */
static zkl_status check_no_later(daemon_audit *a, zkl_error *err)
{
    DIR *const folder = opendir(a->folder);
    zkl_status status = folder ? ZKL_OK : zkl_fail_errno(err, "open", a->folder);
    zkl_segment_class class;
    uint64_t number;
    for (const struct dirent *e; status == ZKL_OK && (e = readdir(folder));)
        if (zkl_segment_name_parse(&class, &number, e->d_name) && number >= a->open[class].number)
            status = zkl_fail(err, ZKL_REJECTED,
                              "'%s/%s' is there, and segment %llu of its class is missing",
                              a->folder, e->d_name, (unsigned long long)a->open[class].number);
    if (folder)
        closedir(folder);
    return status;
}

static zkl_status take_all_left(daemon_audit *a, zkl_error *err)
{
    for (unsigned c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++)
        for (bool is_there = true; is_there;)
            ZKL_TRY(take_left(a, (zkl_segment_class)c, &is_there, err));
    return check_no_later(a, err);
}

/* Where each class goes on; and files whose deletion was logged before they were gone. */
static zkl_status take_logged(daemon_audit *a, const daemon_audit_options *options, zkl_error *err)
{
    for (size_t i = 0; i < options->logged_count; i++) {
        ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
        const zkl_entry_segment *const s = &options->logged[i].closed;
        open_segment *const seg = &a->open[s->of];
        if (s->number != seg->number)
            return zkl_fail(err, ZKL_REJECTED, "the ledger lacks segment %llu of class '%s'",
                            (unsigned long long)seg->number, zkl_segment_class_name(s->of));
        seg->number++;
        seg->root_before = s->root;
        seg->ends_before_ms = s->ends_ms;
        if (!options->logged[i].is_deleted)
            continue;
        const char *const path = audit_path(&memory, a->folder, s->of, s->number);
        if (!path)
            return zkl_no_memory(err, 0);
        if (access(path, F_OK) == 0)
            ZKL_TRY(zkl_file_remove(path, err));
    }
    return ZKL_OK;
}

static zkl_status lock_folder(daemon_audit *a, zkl_error *err)
{
    ZKL_TRY(zkl_folder_make_durable(a->folder, 0700, err));
    a->lock = open(a->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (a->lock < 0)
        return zkl_fail_errno(err, "open", a->folder);
    return flock(a->lock, LOCK_EX | LOCK_NB) == 0
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT, "another service writes its audit log in '%s'",
                          a->folder);
}

static zkl_status start(daemon_audit *a, const daemon_audit_options *options, zkl_error *err)
{
    daemon_audit_options kept = *options;
    a->folder = zkl_arena_text(&a->memory, options->folder, strlen(options->folder));
    if (!a->folder)
        return zkl_no_memory(err, 0);
    kept.folder = a->folder;
    kept.settings = &a->settings;
    ZKL_TRY(lock_folder(a, err));
    ZKL_TRY(take_logged(a, options, err));
    ZKL_TRY(take_all_left(a, err));
    ZKL_TRY(audit_keeper_start(&a->keeper, &kept, err));
    if (pthread_create(&a->thread, NULL, run, a) != 0)
        return zkl_fail(err, ZKL_LIMIT, "the system gives no thread for the audit log");
    a->is_started = true;
    return ZKL_OK;
}

/* ---- Ending */

static void free_items(item *i)
{
    for (item *next; i; i = next) {
        next = i->next;
        zkl_free(i);
    }
}

/* With its own thread over. */
static void end(daemon_audit *a)
{
    audit_keeper_stop(&a->keeper);
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++) {
        if (a->open[c].file >= 0)
            close(a->open[c].file);
        zkl_buffer_clear(&a->open[c].buffer);
    }
    free_items(a->batch);
    free_items(a->first);
    if (a->lock >= 0)
        close(a->lock);
    pthread_mutex_destroy(&a->mutex);
    pthread_cond_destroy(&a->came);
    pthread_cond_destroy(&a->written);
    zkl_arena_clear(&a->memory);
    zkl_free(a);
}

zkl_status daemon_audit_open(daemon_audit **out, const daemon_audit_options *options,
                             zkl_error *err)
{
    daemon_audit *const a = zkl_calloc(1, sizeof *a);
    if (!a)
        return zkl_no_memory(err, sizeof *a);
    a->env = options->env;
    a->settings = *options->settings;
    a->lock = -1;
    audit_keeper_init(&a->keeper);
    pthread_mutex_init(&a->mutex, NULL);
    daemon_steady_init(&a->came);
    pthread_cond_init(&a->written, NULL);
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++)
        a->open[c].file = -1;
    const zkl_status status = start(a, options, err);
    if (status == ZKL_OK)
        *out = a;
    else
        end(a);
    return status;
}

zkl_status daemon_audit_close(daemon_audit *audit, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    if (!audit)
        return ZKL_OK;
    ZKL_ASSERT(audit->is_started);
    pthread_mutex_lock(&audit->mutex);
    audit->ends = true;
    pthread_cond_signal(&audit->came);
    pthread_mutex_unlock(&audit->mutex);
    pthread_join(audit->thread, NULL);
    if (audit->batch)
        status = zkl_fail(err, ZKL_IO, "%zu events could not be written in '%s'",
                          count_batch(audit), audit->folder);
    end(audit);
    return status;
}
