/* Two buffers: one that lines are put into, one that the thread writes. It gathers lines for a
 * moment: a call of the system and a change of threads for each would cost as much as answering. */
#include "daemon/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/file.h"
#include "daemon/telemetry.h"

#define WAITING_MAX ((size_t)4 << 20) /* bytes of lines that are not written yet */
#define PATH_SHOWN 1024
#define GATHER_MS 20
#define LINE_BYTES 512 /* most lines are shorter */

struct daemon_log {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    pthread_t thread;
    bool has_thread, ends;
    zkl_buffer waiting;
    uint64_t dropped, lost; /* lost: in all */
    char *path;             /* NULL: stderr */
    int file;               /* of the thread; another one takes its place under the mutex */
    zkl_arena memory;
};

/* ---- the thread */

/* How many lines could not be written: of a disk that is full, say. */
static uint64_t write_all(int file, zkl_bytes bytes)
{
    for (size_t at = 0; at < bytes.size;) {
        const ssize_t size = write(file, bytes.data + at, bytes.size - at);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0) {
            uint64_t lines = 0;
            for (; at < bytes.size; at++)
                lines += bytes.data[at] == '\n';
            return lines;
        }
        at += (size_t)size;
    }
    return 0;
}

/* With the mutex: until lines have gathered, or the log ends. */
static void gather(daemon_log *log)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until); /* no jump of the time holds lines up */
    until.tv_nsec += GATHER_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    while (!log->ends && log->waiting.size < WAITING_MAX / 2 &&
           pthread_cond_clockwait(&log->changed, &log->mutex, CLOCK_MONOTONIC, &until) == 0)
        continue;
}

static void *write_lines(void *context)
{
    daemon_log *const log = context;
    zkl_buffer taken = { 0 };
    pthread_mutex_lock(&log->mutex);
    while (!log->ends || log->waiting.size) {
        if (!log->waiting.size) {
            pthread_cond_wait(&log->changed, &log->mutex);
            continue;
        }
        gather(log);
        const zkl_buffer empty = taken;
        taken = log->waiting;
        log->waiting = empty;
        const int file = dup(log->file); /* so that reopening does not close it under this */
        pthread_mutex_unlock(&log->mutex);
        const uint64_t lost = write_all(file, zkl_buffer_bytes(&taken));
        if (file >= 0)
            close(file);
        taken.size = 0;
        pthread_mutex_lock(&log->mutex);
        log->dropped += lost;
        log->lost += lost;
    }
    pthread_mutex_unlock(&log->mutex);
    zkl_buffer_clear(&taken);
    return NULL;
}

/* ---- the file */

static zkl_status open_file(int *out, const char *path, zkl_error *err)
{
    struct stat st;
    /* a pipe without a reader would hold up the start, and a full one the lines */
    const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    const int file = path ? open(path, flags, 0600) : fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    if (file < 0)
        return zkl_fail_errno(err, "open the access log", path ? path : "stderr");
    if (path && (fstat(file, &st) != 0 || !S_ISREG(st.st_mode))) {
        close(file);
        return zkl_fail(err, ZKL_USAGE, "the access log '%s' is no regular file", path);
    }
    *out = file;
    return ZKL_OK;
}

zkl_status daemon_log_open(daemon_log **out, const char *where, zkl_error *err)
{
    daemon_log *const log = zkl_calloc(1, sizeof *log);
    if (!log)
        return zkl_no_memory(err, sizeof *log);
    pthread_mutex_init(&log->mutex, NULL);
    pthread_cond_init(&log->changed, NULL);
    log->file = -1;
    const bool is_stderr = strcmp(where, "stderr") == 0;
    log->path = is_stderr ? NULL : zkl_arena_text(&log->memory, where, strlen(where));
    zkl_status status = !is_stderr && !log->path ? zkl_no_memory(err, strlen(where))
                                                 : open_file(&log->file, log->path, err);
    if (status == ZKL_OK) {
        log->has_thread = pthread_create(&log->thread, NULL, write_lines, log) == 0;
        status = log->has_thread
                     ? ZKL_OK
                     : zkl_fail(err, ZKL_LIMIT, "the system gives no thread for the access log");
    }
    if (status == ZKL_OK)
        *out = log;
    else
        daemon_log_close(log);
    return status;
}

zkl_status daemon_log_reopen(daemon_log *log, zkl_error *err)
{
    int file = -1;
    if (!log || !log->path)
        return ZKL_OK;
    ZKL_TRY(open_file(&file, log->path, err));
    pthread_mutex_lock(&log->mutex);
    const int old = log->file;
    log->file = file;
    pthread_mutex_unlock(&log->mutex);
    close(old);
    return ZKL_OK;
}

void daemon_log_close(daemon_log *log)
{
    if (!log)
        return;
    pthread_mutex_lock(&log->mutex);
    log->ends = true;
    pthread_cond_broadcast(&log->changed);
    pthread_mutex_unlock(&log->mutex);
    if (log->has_thread)
        pthread_join(log->thread, NULL);
    if (log->file >= 0)
        close(log->file);
    zkl_buffer_clear(&log->waiting);
    zkl_arena_clear(&log->memory);
    pthread_mutex_destroy(&log->mutex);
    pthread_cond_destroy(&log->changed);
    zkl_free(log);
}

/* ---- a line */

/* Without printf: lines are written by the ten thousand a second. */
static void put_name(zkl_buffer *out, const char *name)
{
    zkl_buffer_put_text(out, ", \"");
    zkl_buffer_put_text(out, name);
    zkl_buffer_put_text(out, "\": ");
}

static void put_number(zkl_buffer *out, const char *name, uint64_t value)
{
    put_name(out, name);
    zkl_buffer_put_decimal(out, value);
}

/* Methods and targets are printable ASCII when they come here, and names are ours: quotes and
 * backslashes are all that JSON wants escaped. */
static void put_text(zkl_buffer *out, const char *name, zkl_bytes text)
{
    put_name(out, name);
    zkl_buffer_put_u8(out, '"');
    const size_t shown = text.size < PATH_SHOWN ? text.size : PATH_SHOWN;
    size_t put = 0; /* so much is there, in runs of what needs no escape */
    for (size_t i = 0; i < shown; i++) {
        const uint8_t c = text.data[i];
        const bool is_odd = c < ' ' || c >= 0x7f;
        if (!is_odd && c != '"' && c != '\\')
            continue;
        zkl_buffer_put(out, text.data + put, i - put);
        if (is_odd)
            zkl_buffer_format(out, "\\u%04x", c);
        else
            zkl_buffer_format(out, "\\%c", c);
        put = i + 1;
    }
    if (shown > put)
        zkl_buffer_put(out, text.data + put, shown - put);
    zkl_buffer_put_text(out, "\"");
}

static void put_time(zkl_buffer *out, int64_t now_ms)
{
    char text[TELEMETRY_TIME_CHARS];
    telemetry_time_put(text, now_ms);
    zkl_buffer_put_text(out, "{\"time\": \"");
    zkl_buffer_put_text(out, text);
    zkl_buffer_put_text(out, "\"");
}

uint64_t daemon_log_dropped(daemon_log *log)
{
    if (!log)
        return 0;
    pthread_mutex_lock(&log->mutex);
    const uint64_t lost = log->lost;
    pthread_mutex_unlock(&log->mutex);
    return lost;
}

bool daemon_log_is_losing(daemon_log *log)
{
    if (!log)
        return false;
    pthread_mutex_lock(&log->mutex);
    const bool is_losing = log->dropped > 0; /* said with the next line that is taken */
    pthread_mutex_unlock(&log->mutex);
    return is_losing;
}

/* By which its lines of the audit log, of the service's log and its trace are found. */
static void put_ids(zkl_buffer *out, const daemon_note *note)
{
    char trace[33];
    if (note && note->request[0])
        put_text(out, "request", zkl_bytes_of_text(note->request));
    if (!note || !telemetry_context_is(&note->trace))
        return;
    zkl_hex_encode(trace, note->trace.trace, sizeof note->trace.trace);
    put_text(out, "trace", zkl_bytes_of_text(trace));
}

static void put_line(zkl_buffer *out, const http_exchange *x, int64_t now_ms)
{
    put_time(out, now_ms);
    put_text(out, "peer", zkl_bytes_of_text(http_peer(x)));
    put_number(out, "http", (uint64_t)http_version(x));
    put_name(out, "secure");
    zkl_buffer_put_text(out, http_is_secure(x) ? "true" : "false");
    put_text(out, "client", zkl_bytes_of_text(http_client(x)));
    put_text(out, "method", http_method(x));
    put_text(out, "path", http_path(x));
    put_number(out, "status", (uint64_t)http_status(x));
    put_number(out, "received", http_bytes_received(x));
    put_number(out, "sent", http_bytes_sent(x));
    put_ids(out, http_noted(x));
    put_number(out, "microseconds", http_microseconds(x));
    zkl_buffer_put_text(out, "}\n");
}

void daemon_log_request(daemon_log *log, const http_exchange *x, int64_t now_ms)
{
    ZKL_AUTO_CLEAR(zkl_buffer) line = { 0 };
    if (!log)
        return;
    zkl_buffer_reserve(&line, LINE_BYTES);
    put_line(&line, x, now_ms);
    pthread_mutex_lock(&log->mutex);
    const size_t before = log->waiting.size;
    const bool fits = !line.failed && before + line.size <= WAITING_MAX;
    if (fits && log->dropped) {
        zkl_buffer_format(&log->waiting, "{\"dropped\": %llu}\n", (unsigned long long)log->dropped);
        log->dropped = 0;
    }
    if (fits)
        zkl_buffer_put(&log->waiting, line.data, line.size);
    const bool is_lost = !fits || log->waiting.failed;
    if (log->waiting.failed) /* without memory: all that waits is lost, and counted as one */
        zkl_buffer_clear(&log->waiting);
    log->dropped += is_lost;
    log->lost += is_lost;
    if (!before || (before < WAITING_MAX / 2 && log->waiting.size >= WAITING_MAX / 2))
        pthread_cond_signal(
            &log->changed); /* it sleeps, or gathers for longer than there is room */
    pthread_mutex_unlock(&log->mutex);
}
