/* Two buffers: one is filled by the loop, the other written by a thread of the disk.
 *
 * 1. One task of an upload runs at a time: `is_busy`, which the loop alone reads and sets.
 * 2. While it runs, it owns `writing`, `file`, `fd` and the hash; the loop all else.
 * 3. The exchange is kept while a task runs. When its client goes meanwhile, `q` becomes NULL, and
 *    the task's end frees the upload. */
#include "daemon/upload.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "hash/hash.h"

#define PART_BYTES ((size_t)256 << 10) /* of one write, but for the last */
#define FILL_BYTES_MAX ((size_t)1 << 20)

typedef struct upload {
    daemon_request *q;
    http_exchange *x;
    zkl_daemon *daemon;
    void (*whole)(daemon_request *q, const daemon_file *file);
    daemon_file file;
    int fd;
    zkl_envelope_writer *sealed; /* NULL: nothing is encrypted, or nothing was written yet */
    zkl_sha256_state hash;
    zkl_buffer filling, writing;
    bool is_busy, is_ended, is_last;
    zkl_status status;
    zkl_error err;
} upload;

static void free_upload(upload *u, bool keeps_file)
{
    zkl_envelope_writer_free(u->sealed);
    if (u->fd >= 0)
        close(u->fd);
    if (!keeps_file)
        daemon_files_abandon(u->daemon->files, &u->file);
    zkl_buffer_clear(&u->filling);
    zkl_buffer_clear(&u->writing);
    zkl_free(u);
}

/* ---- on a thread of the disk */

/* Its key is wrapped here, not on the loop: that may take a while. */
static zkl_status begin_sealed(upload *u, const daemon_at_rest *at_rest)
{
    char object[32];
    const zkl_envelope_sink sink = { .fd = u->fd, .path = u->file.name };
    snprintf(object, sizeof object, "files/%s", u->file.id);
    return daemon_sealed_writer_new(&u->sealed, at_rest, (zkl_object_name){ "file", object }, &sink,
                                    &u->err);
}

static zkl_status write_bytes(upload *u, zkl_bytes bytes)
{
    return u->sealed ? zkl_envelope_put(u->sealed, bytes.data, bytes.size, &u->err)
                     : zkl_fd_write(u->fd, bytes, u->file.name, &u->err);
}

static zkl_status write_part(upload *u)
{
    zkl_error *const err = &u->err;
    if (u->daemon->at_rest && !u->sealed)
        ZKL_TRY(begin_sealed(u, u->daemon->at_rest));
    if (u->writing.size) {
        ZKL_TRY(daemon_files_grow(u->daemon->files, &u->file, u->writing.size, err));
        ZKL_TRY(write_bytes(u, zkl_buffer_bytes(&u->writing)));
        zkl_sha256_update(&u->hash, u->writing.data, u->writing.size);
    }
    if (!u->is_last)
        return ZKL_OK;
    if (u->sealed)
        ZKL_TRY(zkl_envelope_finish(u->sealed, err));
    if (fsync(u->fd) != 0)
        return zkl_fail_errno(err, "sync", u->file.name);
    zkl_sha256_final(&u->hash, &u->file.sha256);
    daemon_files_sweep(u->daemon->files);
    return daemon_files_commit(u->daemon->files, &u->file, err);
}

static void written(http_exchange *x, bool is_open, void *argument);

static void work(void *argument)
{
    upload *const u = argument;
    http_exchange *const x = u->x;
    u->status = write_part(u);
    if (http_post(x, written, u, NULL) == ZKL_OK)
        return;
    free_upload(u, false); /* the server has stopped, and its exchanges with it */
    http_drop(x);
}

/* ---- on the loop */

static void ignore_part(daemon_request *q, zkl_bytes part)
{
    (void)q; /* it is answered: what still comes is not read */
    (void)part;
}

static daemon_request *part_from(upload *u)
{
    daemon_request *const q = u->q;
    q->own = NULL;
    q->let_go = NULL;
    q->finish = NULL;
    q->take = ignore_part;
    return q;
}

static void fail(upload *u, zkl_status status, const char *text)
{
    daemon_request *const q = part_from(u);
    http_exchange *const x = q->exchange;
    http_keep(x); /* both calls may end it */
    http_resume(x);
    if (!http_status(x)) /* else it was refused meanwhile */
        daemon_problem(x, status, text);
    http_drop(x);
    free_upload(u, false);
}

/* What is filled goes to the disk. Frees the upload when that cannot be. */
static void hand_over(upload *u)
{
    const zkl_buffer empty = u->writing;
    ZKL_ASSERT(!u->is_busy && u->q);
    u->writing = u->filling;
    u->filling = empty;
    u->filling.size = 0;
    u->is_last = u->is_ended;
    u->is_busy = true;
    http_keep(u->x);
    if (daemon_disk_do(u->daemon->disk, work, u, NULL) == ZKL_OK)
        return;
    http_drop(u->x);
    fail(u, ZKL_NO_MEMORY, "no memory for the request");
}

static void go_on(upload *u)
{
    if (u->filling.failed) {
        fail(u, ZKL_NO_MEMORY, "no memory for the request");
    } else if (u->is_last) {
        daemon_request *const q = part_from(u);
        const daemon_file file = u->file;
        void (*const whole)(daemon_request *, const daemon_file *) = u->whole;
        free_upload(u, true);
        whole(q, &file);
    } else {
        http_exchange *const x = u->x;
        if (u->is_ended || u->filling.size >= PART_BYTES)
            hand_over(u);
        http_resume(x); /* may call take_part at once */
    }
}

static void written(http_exchange *x, bool is_open, void *argument)
{
    upload *const u = argument;
    u->is_busy = false;
    if (!u->q || !is_open)
        free_upload(u, false);
    else if (u->status != ZKL_OK)
        fail(u, u->status, u->err.text);
    else
        go_on(u);
    http_drop(x);
}

static void take_part(daemon_request *q, zkl_bytes part)
{
    upload *const u = q->own;
    zkl_buffer_put(&u->filling, part.data, part.size);
    if (u->filling.failed && !u->is_busy)
        fail(u, ZKL_NO_MEMORY, "no memory for the request");
    else if (!u->is_busy && u->filling.size >= PART_BYTES)
        hand_over(u);
    else if (u->filling.size >= FILL_BYTES_MAX)
        http_pause(q->exchange);
}

static void end_body(daemon_request *q)
{
    upload *const u = q->own;
    u->is_ended = true;
    if (!u->is_busy)
        hand_over(u);
}

static void let_go(daemon_request *q)
{
    upload *const u = q->own;
    if (u->is_busy)
        u->q = NULL; /* invariant 3 */
    else
        free_upload(u, false);
}

void daemon_upload_begin(daemon_request *q, const char *name,
                         void (*whole)(daemon_request *q, const daemon_file *file))
{
    char path[PATH_MAX];
    zkl_error err = { 0 };
    daemon_file file;
    zkl_status status = daemon_files_begin(&file, q->daemon->files, q->who.id, name, &err);
    if (status != ZKL_OK) {
        daemon_problem(q->exchange, status, err.text);
        return;
    }
    upload *const u = zkl_calloc(1, sizeof *u);
    status = u ? daemon_files_part(path, sizeof path, q->daemon->files, &file, &err)
               : zkl_no_memory(&err, sizeof *u);
    if (status == ZKL_OK) {
        *u = (upload){ .q = q, .x = q->exchange, .daemon = q->daemon, .whole = whole };
        u->file = file;
        u->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (u->fd < 0)
            status = zkl_fail_errno(&err, "create", path);
    }
    if (status != ZKL_OK) {
        daemon_files_abandon(q->daemon->files, &file);
        zkl_free(u);
        daemon_problem(q->exchange, status, err.text);
        return;
    }
    zkl_sha256_init(&u->hash);
    q->own = u;
    q->let_go = let_go;
    q->take = take_part;
    daemon_read_body(q, end_body);
    http_allow_body(q->exchange, q->daemon->settings.upload_bytes_max);
}
