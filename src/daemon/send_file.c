/* One part is read at a time: on a thread of the disk into `part`, which the loop then sends. The
 * next one is asked for when the answer has drained.
 *
 * 1. While a part is read, the exchange is kept and the sender belongs to the disk's thread, but
 *    for `q`: NULL when its reader is gone, and then the reading's end frees it. */
#include "daemon/send_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/say.h"

#define PART_BYTES ((size_t)128 << 10)

/* ---- headers */

static zkl_bytes trimmed(zkl_bytes text)
{
    while (text.size && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = zkl_bytes_of(text.data + 1, text.size - 1);
    while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}

/* Digits alone; false: something else, none, or more than a size has. */
static bool read_number(uint64_t *out, zkl_bytes text)
{
    *out = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || *out > UINT64_MAX / 20)
            return false;
        *out = 10 * *out + (text.data[i] - '0');
    }
    return text.size > 0;
}

/* Several ranges are answered with the whole, as RFC 9110 permits. */
daemon_file_range_is daemon_file_range_parse(uint64_t *first, uint64_t *last, zkl_bytes header,
                                             uint64_t size)
{
    static const char unit[] = "bytes=";
    const size_t skip = sizeof unit - 1;
    if (header.size <= skip || strncasecmp((const char *)header.data, unit, skip) != 0)
        return DAEMON_RANGE_NONE;
    const zkl_bytes range = trimmed(zkl_bytes_of(header.data + skip, header.size - skip));
    const uint8_t *const dash = memchr(range.data, '-', range.size);
    if (!dash || memchr(range.data, ',', range.size))
        return DAEMON_RANGE_NONE;
    const zkl_bytes from = zkl_bytes_of(range.data, (size_t)(dash - range.data));
    const zkl_bytes to = zkl_bytes_of(dash + 1, range.size - from.size - 1);
    uint64_t a = 0, b = UINT64_MAX;
    if ((from.size && !read_number(&a, from)) || (to.size && !read_number(&b, to)) ||
        (!from.size && !to.size))
        return DAEMON_RANGE_NONE;
    if (!from.size) { /* the last b bytes */
        if (!b || !size)
            return DAEMON_RANGE_BAD;
        *first = b < size ? size - b : 0;
        *last = size - 1;
        return DAEMON_RANGE_ONE;
    }
    if (b < a)
        return DAEMON_RANGE_NONE;
    if (a >= size)
        return DAEMON_RANGE_BAD;
    *first = a;
    *last = b < size ? b : size - 1;
    return DAEMON_RANGE_ONE;
}

bool daemon_tag_matches(zkl_bytes header, const char *tag, bool strong)
{
    while (header.size) {
        const uint8_t *const comma = memchr(header.data, ',', header.size);
        const size_t size = comma ? (size_t)(comma - header.data) : header.size;
        zkl_bytes one = trimmed(zkl_bytes_of(header.data, size));
        header = comma ? zkl_bytes_of(comma + 1, header.size - size - 1) : (zkl_bytes){ 0 };
        if (zkl_bytes_equal_text(one, "*"))
            return true;
        if (zkl_bytes_begin_with(one, "W/")) {
            if (strong)
                continue;
            one = zkl_bytes_of(one.data + 2, one.size - 2);
        }
        if (zkl_bytes_equal_text(one, tag))
            return true;
    }
    return false;
}

static const char *type_of(const char *name)
{
    static const char *const types[][2] = { { ".json", "application/json" },
                                            { ".jsonld", "application/ld+json" },
                                            { ".csv", "text/csv" },
                                            { ".html", "text/html; charset=utf-8" },
                                            { ".md", "text/markdown" },
                                            { ".pdf", "application/pdf" },
                                            { ".toml", "application/toml" },
                                            { ".parquet", "application/vnd.apache.parquet" },
                                            { ".ndjson", "application/x-ndjson" },
                                            { ".txt", "text/plain" },
                                            { ".svg", "image/svg+xml" },
                                            { ".pem", "application/x-pem-file" } };
    const char *const ending = strrchr(name, '.');
    for (size_t i = 0; ending && i < ZKL_COUNT(types); i++)
        if (strcmp(ending, types[i][0]) == 0)
            return types[i][1];
    return "application/octet-stream";
}

/* ---- parts */

typedef struct sender {
    daemon_request *q;
    http_exchange *x;
    daemon_disk *disk;
    int fd;
    zkl_envelope_reader *reader; /* NULL: the file is in clear */
    uint64_t at, left;
    zkl_buffer part;
    bool is_busy, failed;
} sender;

static void free_sender(sender *s)
{
    zkl_envelope_reader_free(s->reader);
    close(s->fd);
    zkl_buffer_clear(&s->part);
    zkl_free(s);
}

static void was_read(http_exchange *x, bool is_open, void *argument);

/* As pread. */
static ssize_t read_at(sender *s, uint8_t *out, size_t size, uint64_t at)
{
    if (!s->reader)
        return pread(s->fd, out, size, (off_t)at);
    return zkl_envelope_read(s->reader, out, at, size, NULL) == ZKL_OK ? (ssize_t)size : -1;
}

static void read_part(void *argument)
{
    sender *const s = argument;
    http_exchange *const x = s->x;
    const size_t want = s->left < PART_BYTES ? (size_t)s->left : PART_BYTES;
    s->part.size = 0;
    while (s->part.size < want && !s->failed) {
        uint8_t bytes[16384];
        const size_t rest = want - s->part.size;
        const ssize_t size =
            read_at(s, bytes, rest < sizeof bytes ? rest : sizeof bytes, s->at + s->part.size);
        if (size > 0)
            zkl_buffer_put(&s->part, bytes, (size_t)size);
        s->failed = size <= 0 || s->part.failed;
    }
    if (http_post(x, was_read, s, NULL) == ZKL_OK)
        return;
    free_sender(s);
    http_drop(x);
}

static void ask(sender *s)
{
    ZKL_ASSERT(!s->is_busy && s->left);
    s->is_busy = true;
    http_keep(s->x);
    if (daemon_disk_do(s->disk, read_part, s, NULL) == ZKL_OK)
        return;
    http_drop(s->x); /* no memory: the reader sees fewer bytes than were said, and a deadline */
    s->is_busy = false;
}

static void was_read(http_exchange *x, bool is_open, void *argument)
{
    sender *const s = argument;
    s->is_busy = false;
    if (!s->q || !is_open) {
        free_sender(s);
    } else if (!s->failed) {
        s->at += s->part.size;
        s->left -= s->part.size;
        const bool goes_on = http_write(x, zkl_buffer_bytes(&s->part));
        if (!s->left)
            http_finish(x, NULL, 0);
        else if (goes_on)
            ask(s);
    }
    http_drop(x);
}

static void drained(daemon_request *q)
{
    sender *const s = q->own;
    if (!s->is_busy && s->left && !s->failed)
        ask(s);
}

static void let_go(daemon_request *q)
{
    sender *const s = q->own;
    if (s->is_busy)
        s->q = NULL; /* invariant 1 */
    else
        free_sender(s);
}

/* ---- the answer */

typedef struct told {
    char tag[64], range[80], disposition[DAEMON_FILE_NAME_MAX + 40];
    http_header headers[8];
    size_t count;
} told;

static void tell(told *t, const char *name, const char *value)
{
    ZKL_ASSERT(t->count < ZKL_COUNT(t->headers));
    t->headers[t->count++] = (http_header){ zkl_bytes_of_text(name), zkl_bytes_of_text(value) };
}

static void fill_told(told *t, const struct stat *st, const char *name)
{
    const char *const slash = strrchr(name, '/');
    snprintf(t->tag, sizeof t->tag, "\"%llx-%llx-%llx\"", (unsigned long long)st->st_ino,
             (unsigned long long)st->st_size,
             (unsigned long long)st->st_mtim.tv_sec * 1000000000 +
                 (unsigned long long)st->st_mtim.tv_nsec);
    tell(t, "etag", t->tag);
    tell(t, "cache-control", "private, no-cache");
    tell(t, "x-content-type-options", "nosniff");
    /* never shown in the service's own name: a report is HTML that others have written */
    snprintf(t->disposition, sizeof t->disposition, "attachment; filename=\"%.*s\"",
             DAEMON_FILE_NAME_MAX, slash ? slash + 1 : name);
    for (char *c = t->disposition + 22; *c && c[1]; c++)
        if (*c == '"' || *c == '\\' || (unsigned char)*c > '~')
            *c = '_';
    tell(t, "content-disposition", t->disposition);
}

/* What is sent. */
typedef struct content {
    int fd;
    zkl_envelope_reader *reader; /* NULL: it is in clear */
} content;

static void let_content(const content *of)
{
    zkl_envelope_reader_free(of->reader);
    close(of->fd);
}

static void send_empty(daemon_request *q, told *t, int code)
{
    http_reply_with(q->exchange, code, t->headers, t->count, (zkl_bytes){ 0 });
}

/* The range counts when If-Range is not there, or has the tag that it is of. */
static daemon_file_range_is range_of(uint64_t *first, uint64_t *last, const daemon_request *q,
                                     const told *t, uint64_t size)
{
    const zkl_bytes condition = http_find(q->exchange, "if-range");
    if (condition.data && !zkl_bytes_equal_text(condition, t->tag))
        return DAEMON_RANGE_NONE;
    return daemon_file_range_parse(first, last, http_find(q->exchange, "range"), size);
}

static void begin(daemon_request *q, const content *of, uint64_t first, uint64_t size)
{
    sender *const s = zkl_calloc(1, sizeof *s);
    if (!s) { /* the answer has begun: its end is missing, which its reader sees */
        let_content(of);
        return;
    }
    *s = (sender){ .q = q, .x = q->exchange, .disk = q->daemon->disk };
    s->fd = of->fd;
    s->reader = of->reader;
    s->at = first;
    s->left = size;
    q->own = s;
    q->let_go = let_go;
    q->drained = drained;
    ask(s);
}

static void send_content(daemon_request *q, const content *of, const char *name)
{
    http_exchange *const x = q->exchange;
    struct stat st;
    told t = { .count = 0 };
    uint64_t first = 0, last = 0;
    if (fstat(of->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        let_content(of);
        daemon_problem(x, ZKL_NOT_FOUND, "there is no such file");
        return;
    }
    const uint64_t all = of->reader ? zkl_envelope_size(of->reader) : (uint64_t)st.st_size;
    fill_told(&t, &st, name);
    const zkl_bytes none_match = http_find(x, "if-none-match"), match = http_find(x, "if-match");
    const bool is_other = match.data && !daemon_tag_matches(match, t.tag, true);
    const bool is_known = none_match.data && daemon_tag_matches(none_match, t.tag, false);
    const daemon_file_range_is range = range_of(&first, &last, q, &t, all);
    const bool is_bad = range == DAEMON_RANGE_BAD;
    if (is_bad || range == DAEMON_RANGE_ONE) {
        if (is_bad)
            snprintf(t.range, sizeof t.range, "bytes */%llu", (unsigned long long)all);
        else
            snprintf(t.range, sizeof t.range, "bytes %llu-%llu/%llu", (unsigned long long)first,
                     (unsigned long long)last, (unsigned long long)all);
    }
    if (is_other || is_known || is_bad) {
        if (is_bad && !is_other && !is_known)
            tell(&t, "content-range", t.range);
        let_content(of);
        send_empty(q, &t, is_other ? 412 : is_known ? 304 : 416);
        return;
    }
    tell(&t, "content-type", type_of(name));
    tell(&t, "accept-ranges", "bytes");
    if (range == DAEMON_RANGE_ONE)
        tell(&t, "content-range", t.range);
    const uint64_t size = range == DAEMON_RANGE_ONE ? last - first + 1 : all;
    http_answer(x, range == DAEMON_RANGE_ONE ? 206 : 200, t.headers, t.count, size);
    if (size && !zkl_bytes_equal_text(http_method(x), "HEAD")) {
        begin(q, of, first, size);
        return;
    }
    let_content(of);
    http_finish(x, NULL, 0);
}

void daemon_send_file(daemon_request *q, int fd, const char *name)
{
    send_content(q, &(content){ .fd = fd }, name);
}

/* ---- an envelope, whose key is unwrapped on a thread of the disk */

typedef struct opening {
    daemon_request *q; /* NULL: its client is gone */
    http_exchange *x;
    const zkl_vault *vault;
    content of;
    char object[ZKL_OBJECT_NAME_BYTES_MAX + 1], name[256];
    zkl_status status;
} opening;

static void let_opening(daemon_request *q)
{
    ((opening *)q->own)->q = NULL;
}

static void was_opened(http_exchange *x, bool is_open, void *argument)
{
    opening *const o = argument;
    daemon_request *const q = is_open ? o->q : NULL;
    if (o->q) {
        o->q->own = NULL;
        o->q->let_go = NULL;
    }
    if (q && o->status == ZKL_OK)
        send_content(q, &o->of, o->name);
    else
        let_content(&o->of);
    if (q && o->status == ZKL_IO)
        daemon_problem_code(x, 503, "service unavailable", "the file's key cannot be had now");
    else if (q && o->status != ZKL_OK)
        daemon_problem_code(x, 500, zkl_status_text(o->status), "the file cannot be decrypted");
    zkl_free(o);
    http_drop(x);
}

static void open_sealed(void *argument)
{
    opening *const o = argument;
    http_exchange *const x = o->x;
    zkl_error err = { 0 };
    o->status =
        zkl_envelope_reader_new(&o->of.reader, o->vault, (zkl_object_name){ "result", o->object },
                                o->of.fd, "a result", &err);
    if (o->status != ZKL_OK)
        daemon_say(DAEMON_SAY_ERROR, "'%s' is not sent: %s", o->object, err.text);
    if (http_post(x, was_opened, o, NULL) == ZKL_OK)
        return;
    let_content(&o->of);
    zkl_free(o);
    http_drop(x);
}

void daemon_send_sealed(daemon_request *q, int fd, const char *name, const char *object)
{
    opening *const o = zkl_calloc(1, sizeof *o);
    const content of = { .fd = fd };
    if (o) {
        *o = (opening){ .q = q, .x = q->exchange, .of = of };
        o->vault = daemon_at_rest_vault(q->daemon->at_rest);
        snprintf(o->object, sizeof o->object, "%s", object);
        snprintf(o->name, sizeof o->name, "%s", name);
        q->own = o;
        q->let_go = let_opening;
        http_keep(q->exchange);
        if (daemon_disk_do(q->daemon->disk, open_sealed, o, NULL) == ZKL_OK)
            return;
        q->own = NULL;
        q->let_go = NULL;
        http_drop(q->exchange);
    }
    let_content(&of);
    zkl_free(o);
    daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
}
