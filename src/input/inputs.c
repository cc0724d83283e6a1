/* Opening, hashing and comparing inputs. See inputs.h for what is promised.
 *
 * The order of names is by their bytes, so that the same files give the same table and the same
 * content hash, whatever the order in which they were given or a folder lists them. */
#include "input/inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "input/stream.h"

#define PIECE_BYTES ((size_t)64 << 10)
/* Of one table; a process has 1,024 descriptors by default. Files beyond them are opened by their
 * names again, and the check at the end is what says that they stayed the same. */
#define FILES_OPEN_MAX 128

/* What a file is told apart by. A write changes its size or its times; another file in its place
 * has another inode. The time of its last change is also that of a name that came or went, as when
 * a service hands one file to several operations: of what nobody may write it says no more. */
static void remember(zkl_input *input, const struct stat *st)
{
    input->device = (uint64_t)st->st_dev;
    input->inode = (uint64_t)st->st_ino;
    input->size = (uint64_t)st->st_size;
    input->modified_s = st->st_mtim.tv_sec;
    input->modified_ns = st->st_mtim.tv_nsec;
    input->changed_s = st->st_ctim.tv_sec;
    input->changed_ns = st->st_ctim.tv_nsec;
    input->is_read_only = !(st->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH));
}

static bool is_as_it_was(const zkl_input *now, const zkl_input *input)
{
    const bool stayed = now->is_read_only && input->is_read_only;
    return now->device == input->device && now->inode == input->inode && now->size == input->size &&
           now->modified_s == input->modified_s && now->modified_ns == input->modified_ns &&
           (stayed || (now->changed_s == input->changed_s && now->changed_ns == input->changed_ns));
}

/* The name is looked up again: what matters is that it still leads to the file that was read,
 * unchanged. */
static zkl_status check_input(const zkl_input *input, zkl_error *err)
{
    struct stat st;
    zkl_input now = { 0 };
    if (strcmp(input->name, "-") == 0)
        return ZKL_OK; /* our own, without a name */
    if (stat(input->name, &st) != 0)
        return zkl_fail(err, ZKL_CONFLICT, "'%s' went away while it was read", input->name);
    remember(&now, &st);
    return is_as_it_was(&now, input)
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT, "'%s' changed while it was read", input->name);
}

/* Rules that hold from zkl_inputs_open on: names rise strictly, and digests are of the same
 * files in the same order. */
static void inputs_invariant(const zkl_inputs *inputs)
{
    ZKL_ASSERT(inputs->count > 0);
    for (size_t i = 0; i < inputs->count; i++) {
        const zkl_input *input = &inputs->list[i];
        ZKL_ASSERT(input->name && input->path && inputs->digests[i].size == input->size);
        ZKL_ASSERT(i == 0 || strcmp(inputs->list[i - 1].name, input->name) < 0);
    }
}

/* After the last row was read, so that a change during the read is seen. */
zkl_status zkl_inputs_check(const zkl_inputs *inputs, zkl_error *err)
{
    inputs_invariant(inputs);
    for (size_t i = 0; i < inputs->count; i++)
        ZKL_TRY(check_input(&inputs->list[i], err));
    return ZKL_OK;
}

/* Standard input, kept: from here on a file like any other. */
static zkl_status keep_standard_input(zkl_input *input, zkl_arena *arena,
                                      const zkl_inputs_request *request, zkl_error *err)
{
    ZKL_TRY(zkl_stream_keep(&input->fd, STDIN_FILENO, "standard input", request->spool_folder,
                            request->stream_memory_bytes, err));
    input->path = zkl_arena_format(arena, "/proc/self/fd/%d", input->fd);
    return input->path ? ZKL_OK : zkl_no_memory(err, 32);
}

/* A regular file: a folder or a pipe is refused by name. */
static zkl_status open_input(int *fd, zkl_input *input, zkl_error *err)
{
    struct stat st;
    /* not blocking: a pipe is refused, not waited for */
    *fd = open(input->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0)
        return zkl_fail_errno(err, "open", input->name);
    if (fstat(*fd, &st) != 0)
        return zkl_fail_errno(err, "read", input->name);
    if (S_ISDIR(st.st_mode))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is a folder", input->name);
    if (!S_ISREG(st.st_mode))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "'%s' is not a regular file; use '-' for standard input", input->name);
    remember(input, &st);
    return ZKL_OK;
}

/* ---- hashing
 *
 *   begin -> piece, piece, .. -> a piece of no bytes: end */

static void hashing_begin(zkl_input_hashing *h, zkl_hash_algorithm algorithm)
{
    ZKL_ASSERT(!h->is_begun);
    zkl_hasher_init(&h->own, algorithm);
    zkl_hasher_init(&h->sha256, ZKL_HASH_SHA_256);
    h->size = 0;
    h->is_begun = true;
}

static void hashing_clear(zkl_input_hashing *h)
{
    if (!h->is_begun)
        return;
    zkl_hasher_clear(&h->own);
    zkl_hasher_clear(&h->sha256);
    h->is_begun = false;
}

/* *got 0: the file is at its end. */
static zkl_status hashing_take_piece(zkl_input_hashing *h, size_t *got, int fd,
                                     const zkl_input *input, zkl_error *err)
{
    uint8_t piece[PIECE_BYTES];
    ssize_t result;
    ZKL_ASSERT(h->is_begun);
    do
        result = pread(fd, piece, sizeof piece, (off_t)h->size);
    while (result < 0 && errno == EINTR);
    if (result < 0)
        return zkl_fail_errno(err, "read", input->name);
    *got = (size_t)result;
    zkl_hasher_update(&h->own, piece, *got);
    zkl_hasher_update(&h->sha256, piece, *got);
    h->size += *got;
    zkl_wipe(piece, *got);
    return ZKL_OK;
}

/* ZKL_CONFLICT when the file does not end where its size said. */
static zkl_status hashing_end(zkl_input_hashing *h, zkl_file_digest *out, zkl_input *input,
                              zkl_error *err)
{
    const bool is_whole = h->size == input->size;
    zkl_hasher_final(&h->own, &out->hash);
    zkl_hasher_final(&h->sha256, &out->sha256);
    hashing_clear(h);
    input->is_hashed = is_whole;
    return is_whole ? ZKL_OK
                    : zkl_fail(err, ZKL_CONFLICT, "'%s' changed while it was read", input->name);
}

/* Both hashes of the file, in one pass. */
static zkl_status hash_file(zkl_file_digest *out, int fd, zkl_input *input,
                            zkl_hash_algorithm algorithm, zkl_error *err)
{
    zkl_input_hashing h = { .is_begun = false };
    size_t got = 1;
    zkl_status status = ZKL_OK;
    hashing_begin(&h, algorithm);
    while (status == ZKL_OK && got)
        status = hashing_take_piece(&h, &got, fd, input, err);
    if (status == ZKL_OK)
        status = hashing_end(&h, out, input, err);
    hashing_clear(&h);
    return status;
}

zkl_status zkl_inputs_hash_some(zkl_inputs *inputs, uint64_t bytes_max,
                                const _Atomic size_t *others_left, zkl_error *err)
{
    zkl_input_hashing *h = &inputs->hashing;
    for (uint64_t done = 0; inputs->next_to_hash < inputs->count;) {
        zkl_input *input = &inputs->list[inputs->next_to_hash];
        size_t got = 0;
        if (input->is_hashed) {
            inputs->next_to_hash++;
            continue;
        }
        if (done >= bytes_max || (others_left && atomic_load(others_left) == 0))
            return ZKL_OK;
        if (!h->is_begun)
            hashing_begin(h, inputs->hash);
        ZKL_TRY(hashing_take_piece(h, &got, input->fd, input, err));
        done += got;
        if (got == 0)
            ZKL_TRY(hashing_end(h, &inputs->digests[inputs->next_to_hash], input, err));
    }
    return ZKL_OK;
}

void zkl_inputs_clear(zkl_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        if (inputs->list[i].fd >= 0)
            close(inputs->list[i].fd);
    hashing_clear(&inputs->hashing);
    *inputs = (zkl_inputs){ 0 };
}

/* What is read later is then this very file, whatever its name leads to by then. Where /proc is
 * missing, the name must do; but not one that a reader may take for a pattern. */
static zkl_status keep_open(int *fd, zkl_input *input, zkl_arena *arena, zkl_error *err)
{
    ZKL_ASSERT(*fd >= 0 && input->fd < 0);
    const char *path = zkl_arena_format(arena, "/proc/self/fd/%d", *fd);
    if (!path)
        return zkl_no_memory(err, 32);
    if (access(path, R_OK) != 0)
        return strpbrk(input->name, "*?[") ? zkl_fail_errno(err, "open", path) : ZKL_OK;
    input->path = path;
    input->fd = *fd;
    *fd = -1;
    return ZKL_OK;
}

/* Open, keep open where that is asked, and hash, now or where the file stays open later; digest
 * gets what the manifest says of the file. */
static zkl_status take_input(zkl_input *input, zkl_file_digest *digest, zkl_arena *arena,
                             const zkl_inputs_request *request, bool stays_open, zkl_error *err)
{
    int fd = -1;
    zkl_status status = open_input(&fd, input, err);
    *digest = (zkl_file_digest){ .name = input->name, .size = input->size };
    if (status == ZKL_OK && stays_open)
        status = keep_open(&fd, input, arena, err);
    const int open_fd = input->fd >= 0 ? input->fd : fd;
    if (status == ZKL_OK && !(request->hashes_later && input->fd >= 0))
        status = hash_file(digest, open_fd, input, request->hash, err);
    if (fd >= 0)
        close(fd);
    return status;
}

/* Hard links and symbolic links to one file have one place. */
static int by_place(const void *a, const void *b)
{
    const zkl_input *left = *(const zkl_input *const *)a, *right = *(const zkl_input *const *)b;
    if (left->device != right->device)
        return left->device < right->device ? -1 : 1;
    return left->inode < right->inode ? -1 : left->inode > right->inode;
}

/* Under two names, or by a link: each of its rows would count twice. */
static zkl_status check_no_file_twice(const zkl_inputs *inputs, zkl_error *err)
{
    ZKL_AUTO_BLOCK const zkl_input **order = zkl_malloc(inputs->count, sizeof *order);
    if (!order)
        return zkl_no_memory(err, inputs->count * sizeof *order);
    for (size_t i = 0; i < inputs->count; i++)
        order[i] = &inputs->list[i];
    qsort(order, inputs->count, sizeof *order, by_place);
    for (size_t i = 1; i < inputs->count; i++)
        if (order[i]->inode && by_place(&order[i - 1], &order[i]) == 0)
            return zkl_fail(err, ZKL_USAGE,
                            "'%s' and '%s' are one file, whose rows would count twice; if they "
                            "are to, give a copy",
                            order[i - 1]->name, order[i]->name);
    return ZKL_OK;
}

/* Bytes of the folder that all names share, with its slash. Digests leave it out, so that a
 * folder can be moved; a file within a common folder keeps the rest of its path, by which it is
 * told from others. */
static size_t common_folder(const zkl_inputs *inputs)
{
    ZKL_ASSERT(inputs->count > 0);
    const char *first = inputs->list[0].name;
    const char *slash = strrchr(first, '/');
    size_t size = slash ? (size_t)(slash - first) + 1 : 0;
    for (size_t i = 1; i < inputs->count; i++)
        while (size && strncmp(first, inputs->list[i].name, size) != 0)
            do
                size--;
            while (size && first[size - 1] != '/');
    return size;
}

/* One file: its hash. Several: H over field(relative name), field(hash), in name order. */
static zkl_status hash_content(zkl_inputs *inputs, zkl_hash_algorithm algorithm, zkl_error *err)
{
    ZKL_ASSERT(inputs->count > 0);
    if (inputs->count == 1) {
        inputs->content_hash = inputs->digests[0].hash;
        return ZKL_OK;
    }
    ZKL_AUTO_CLEAR(zkl_buffer) list = { 0 };
    for (size_t i = 0; i < inputs->count; i++) {
        const zkl_file_digest *file = &inputs->digests[i];
        zkl_buffer_put_field(&list, file->name, strlen(file->name));
        zkl_buffer_put_field(&list, file->hash.bytes, sizeof file->hash.bytes);
    }
    ZKL_TRY(zkl_buffer_status(&list, err));
    zkl_hash(&inputs->content_hash, algorithm, list.data, list.size);
    return ZKL_OK;
}

/* Of names. */
static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* One more input behind those before it, whose names are smaller. */
static zkl_status add_input(zkl_inputs *inputs, zkl_arena *arena, const char *given,
                            const zkl_inputs_request *request, zkl_error *err)
{
    const size_t i = inputs->count;
    ZKL_ASSERT(i < request->count);
    zkl_input *input = &inputs->list[i];
    const char *name = zkl_arena_text(arena, given, strlen(given));
    if (!name)
        return zkl_no_memory(err, strlen(given));
    *input = (zkl_input){ .name = name, .path = name, .fd = -1 };
    inputs->count++; /* zkl_inputs_clear closes it from here on */
    if (i && strcmp(inputs->list[i - 1].name, name) == 0)
        return zkl_fail(err, ZKL_USAGE, "'%s' is named twice", name);
    if (strcmp(name, "-") == 0)
        ZKL_TRY(keep_standard_input(input, arena, request, err));
    /* DuckDB takes a name with such characters for a pattern: it is given a path of a descriptor
     * instead. */
    const bool stays_open = input->fd < 0 && (i < FILES_OPEN_MAX || strpbrk(name, "*?["));
    ZKL_TRY(take_input(input, &inputs->digests[i], arena, request, stays_open, err));
    return input->size || request->takes_empty
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "'%s' is empty", input->name);
}

zkl_status zkl_inputs_open(zkl_inputs *out, zkl_arena *arena, const zkl_inputs_request *request,
                           const zkl_env *env, zkl_error *err)
{
    const size_t count = request->count;
    ZKL_ASSERT(count > 0); /* zkl_format_find refuses an empty list */
    *out = (zkl_inputs){ .hash = request->hash,
                         .list = ZKL_ARENA_NEW(arena, zkl_input, count),
                         .digests = ZKL_ARENA_NEW(arena, zkl_file_digest, count) };
    const char **names = ZKL_ARENA_NEW(arena, const char *, count);
    if (!out->list || !out->digests || !names)
        return zkl_no_memory(err, count * sizeof *out->list);
    memcpy(names, request->names, count * sizeof *names);
    qsort(names, count, sizeof *names, by_bytes);
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(add_input(out, arena, names[i], request, err));
        ZKL_TRY(zkl_env_progress(env, "hash", i + 1, count, err));
    }
    ZKL_TRY(check_no_file_twice(out, err));
    const size_t folder = common_folder(out);
    for (size_t i = 0; i < count; i++)
        out->digests[i].name += folder;
    inputs_invariant(out);
    return request->hashes_later ? ZKL_OK : hash_content(out, request->hash, err);
}

zkl_status zkl_inputs_hash_rest(zkl_inputs *inputs, zkl_error *err)
{
    ZKL_TRY(zkl_inputs_hash_some(inputs, UINT64_MAX, NULL, err));
    ZKL_ASSERT(inputs->next_to_hash == inputs->count);
    return hash_content(inputs, inputs->hash, err);
}
