/* The files of a table: which ones they are, that they stay the same while they are read, and their hashes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "input/file_kind.h"
#include "input/input_bytes.h"
#include "input/standard_input.h"
#include "table/table_internal.h"

#define PIECE_BYTES ((size_t)1 << 20)
#define FILES_OPEN_MAX 128 /* of one table; a process has 1,024 descriptors by default */

static void remember(zkl_input *input, const struct stat *st)
{
    input->device = (uint64_t)st->st_dev;
    input->inode = (uint64_t)st->st_ino;
    input->size = (uint64_t)st->st_size;
    input->modified_s = st->st_mtim.tv_sec;
    input->modified_ns = st->st_mtim.tv_nsec;
    input->changed_s = st->st_ctim.tv_sec;
    input->changed_ns = st->st_ctim.tv_nsec;
}

static zkl_status check_input(const zkl_input *input, zkl_error *err)
{
    struct stat st;
    zkl_input now = { 0 };
    if (strcmp(input->name, "-") == 0)
        return ZKL_OK; /* our own, without a name */
    if (stat(input->name, &st) != 0)
        return zkl_fail(err, ZKL_CONFLICT, "'%s' went away while it was read", input->name);
    remember(&now, &st);
    if (now.device != input->device || now.inode != input->inode || now.size != input->size ||
        now.modified_s != input->modified_s || now.modified_ns != input->modified_ns ||
        now.changed_s != input->changed_s || now.changed_ns != input->changed_ns)
        return zkl_fail(err, ZKL_CONFLICT, "'%s' changed while it was read", input->name);
    return ZKL_OK;
}

zkl_status zkl_inputs_check(const zkl_table *table, zkl_error *err)
{
    for (size_t i = 0; i < table->file_count; i++)
        ZKL_TRY(check_input(&table->inputs[i], err));
    return ZKL_OK;
}

static zkl_status take_standard_input(zkl_input *input, zkl_arena *arena,
                                      const zkl_read_options *options, zkl_error *err)
{
    ZKL_TRY(
        zkl_standard_input(&input->fd, options->spool_folder, options->input_memory_bytes, err));
    input->path = zkl_arena_format(arena, "/proc/self/fd/%d", input->fd);
    return input->path ? ZKL_OK : zkl_no_memory(err, 32);
}

static zkl_status open_input(int *fd, zkl_input *input, zkl_error *err)
{
    struct stat st;
    *fd = open(input->path,
               O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe is refused, not waited for */
    if (*fd < 0)
        return zkl_fail_errno(err, "open", input->name);
    if (fstat(*fd, &st) != 0)
        return zkl_fail_errno(err, "read", input->name);
    if (S_ISDIR(st.st_mode))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is a folder", input->name);
    if (!S_ISREG(st.st_mode))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "'%s' is not a regular file; use '-' for standard input", input->name);
    if (st.st_size == 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is empty", input->name);
    remember(input, &st);
    return ZKL_OK;
}

static zkl_status hash_open(int fd, zkl_input *input, zkl_hash_algorithm algorithm, uint8_t *piece,
                            zkl_error *err)
{
    zkl_hasher own, sha256;
    uint64_t size = 0;
    zkl_status status = ZKL_OK;
    zkl_hasher_init(&own, algorithm);
    zkl_hasher_init(&sha256, ZKL_HASH_SHA_256);
    for (;;) {
        const ssize_t got = pread(fd, piece, PIECE_BYTES, (off_t)size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = zkl_fail_errno(err, "read", input->name);
        if (got <= 0)
            break;
        zkl_hasher_update(&own, piece, (size_t)got);
        zkl_hasher_update(&sha256, piece, (size_t)got);
        size += (uint64_t)got;
    }
    zkl_hasher_final(&own, &input->digest.hash);
    zkl_hasher_final(&sha256, &input->digest.sha256);
    zkl_hasher_clear(&own);
    zkl_hasher_clear(&sha256);
    input->digest.name = input->name;
    input->digest.size = size;
    if (status == ZKL_OK && size != input->size)
        return zkl_fail(err, ZKL_CONFLICT, "'%s' changed while it was read", input->name);
    return status;
}

/* What is read later is then this very file, whatever its name leads to by then. Where /proc is missing, the name must do; but
 * not one that a reader may take for a pattern. */
static zkl_status keep_open(int *fd, zkl_input *input, zkl_arena *arena, zkl_error *err)
{
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

static zkl_status take_input(zkl_input *input, zkl_arena *arena, zkl_hash_algorithm algorithm,
                             bool stays_open, uint8_t *piece, zkl_error *err)
{
    int fd = -1;
    zkl_status status = open_input(&fd, input, err);
    if (status == ZKL_OK)
        status = hash_open(fd, input, algorithm, piece, err);
    if (status == ZKL_OK && stays_open)
        status = keep_open(&fd, input, arena, err);
    if (fd >= 0)
        close(fd);
    return status;
}

static int by_place(const void *a, const void *b)
{
    const zkl_input *left = *(const zkl_input *const *)a, *right = *(const zkl_input *const *)b;
    if (left->device != right->device)
        return left->device < right->device ? -1 : 1;
    return left->inode < right->inode ? -1 : left->inode > right->inode;
}

/* Under two names, or by a link: each of its rows would count twice. */
static zkl_status check_no_file_twice(const zkl_table *table, zkl_error *err)
{
    ZKL_AUTO_BLOCK const zkl_input **order = zkl_malloc(table->file_count, sizeof *order);
    if (!order)
        return zkl_no_memory(err, table->file_count * sizeof *order);
    for (size_t i = 0; i < table->file_count; i++)
        order[i] = &table->inputs[i];
    qsort(order, table->file_count, sizeof *order, by_place);
    for (size_t i = 1; i < table->file_count; i++)
        if (order[i]->inode && by_place(&order[i - 1], &order[i]) == 0)
            return zkl_fail(err, ZKL_USAGE,
                            "'%s' and '%s' are one file, whose rows would count twice; if they "
                            "are to, give a copy",
                            order[i - 1]->name, order[i]->name);
    return ZKL_OK;
}

/* Bytes of the folder that all names share, with its slash. */
static size_t common_folder(const zkl_table *table)
{
    const char *first = table->inputs[0].name;
    const char *slash = strrchr(first, '/');
    size_t size = slash ? (size_t)(slash - first) + 1 : 0;
    for (size_t i = 1; i < table->file_count; i++)
        while (size && strncmp(first, table->inputs[i].name, size) != 0)
            do
                size--;
            while (size && first[size - 1] != '/');
    return size;
}

/* One file: its hash. Several: H over field(relative name), field(hash), in name order. */
static zkl_status hash_content(zkl_table *table, zkl_error *err)
{
    if (table->file_count == 1) {
        table->content_hash = table->inputs[0].digest.hash;
        return ZKL_OK;
    }
    ZKL_AUTO_CLEAR(zkl_buffer) list = { 0 };
    for (size_t i = 0; i < table->file_count; i++) {
        zkl_buffer_put_field(&list, table->files[i].name, strlen(table->files[i].name));
        zkl_buffer_put_field(&list, table->files[i].hash.bytes, 32);
    }
    ZKL_TRY(zkl_buffer_status(&list, err));
    zkl_hash(&table->content_hash, table->hash, list.data, list.size);
    return ZKL_OK;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

zkl_status zkl_inputs_open(zkl_table *table, const zkl_read_options *options, const zkl_env *env,
                           zkl_error *err)
{
    if (options->file_count == 0)
        return zkl_fail(err, ZKL_USAGE, "no file to read");
    table->inputs = ZKL_ARENA_NEW(&table->arena, zkl_input, options->file_count);
    table->files = ZKL_ARENA_NEW(&table->arena, zkl_file_digest, options->file_count);
    const char **names = ZKL_ARENA_NEW(&table->arena, const char *, options->file_count);
    ZKL_AUTO_BLOCK uint8_t *piece = zkl_malloc(PIECE_BYTES, 1);
    if (!table->inputs || !table->files || !names || !piece)
        return zkl_no_memory(err, PIECE_BYTES);
    memcpy(names, options->files, options->file_count * sizeof *names);
    qsort(names, options->file_count, sizeof *names, by_bytes);
    for (size_t i = 0; i < options->file_count; i++) {
        zkl_input *input = &table->inputs[i];
        const char *name = zkl_arena_text(&table->arena, names[i], strlen(names[i]));
        if (!name)
            return zkl_no_memory(err, strlen(names[i]));
        input->name = input->path = name;
        input->fd = -1;
        table->file_count = i + 1; /* those are to be closed */
        if (i && strcmp(table->inputs[i - 1].name, name) == 0)
            return zkl_fail(err, ZKL_USAGE, "'%s' is named twice", name);
        if (strcmp(name, "-") == 0)
            ZKL_TRY(take_standard_input(input, &table->arena, options, err));
        /* a reader may take a name with such characters for a pattern */
        const bool stays_open = input->fd < 0 && (i < FILES_OPEN_MAX || strpbrk(name, "*?["));
        ZKL_TRY(take_input(input, &table->arena, options->hash, stays_open, piece, err));
        ZKL_TRY(zkl_env_progress(env, "hash", i + 1, options->file_count, err));
    }
    ZKL_TRY(check_no_file_twice(table, err));
    const size_t folder = common_folder(table);
    for (size_t i = 0; i < table->file_count; i++) {
        table->files[i] = table->inputs[i].digest;
        table->files[i].name += folder;
    }
    zkl_wipe(piece, PIECE_BYTES);
    return hash_content(table, err);
}

static bool ends_with(const char *text, size_t size, const char *ending)
{
    const size_t length = strlen(ending);
    return size >= length && strncasecmp(text + size - length, ending, length) == 0;
}

static bool format_of_name(zkl_source_format *out, const char *name)
{
    static const struct {
        const char *ending;
        zkl_source_format format;
    } endings[] = { { ".csv", ZKL_FORMAT_CSV },      { ".tsv", ZKL_FORMAT_CSV },
                    { ".txt", ZKL_FORMAT_CSV },      { ".parquet", ZKL_FORMAT_PARQUET },
                    { ".pq", ZKL_FORMAT_PARQUET },   { ".ndjson", ZKL_FORMAT_NDJSON },
                    { ".jsonl", ZKL_FORMAT_NDJSON }, { ".json", ZKL_FORMAT_JSON } };
    size_t size;
    (void)zkl_compression_of_name(name, &size); /* only its length is wanted */
    for (size_t i = 0; i < ZKL_COUNT(endings); i++)
        if (ends_with(name, size, endings[i].ending)) {
            *out = endings[i].format;
            return true;
        }
    return false;
}

const char *zkl_format_name(zkl_source_format format)
{
    static const char *const names[] = { "csv", "parquet", "ndjson", "json" };
    return names[format];
}

zkl_status zkl_input_format(zkl_source_format *out, const zkl_read_options *options, zkl_error *err)
{
    const char *said = options->reading.format; /* a known one: zkl_reading_take */
    for (int i = 0; said && i <= ZKL_FORMAT_JSON; i++)
        if (strcmp(said, zkl_format_name((zkl_source_format)i)) == 0) {
            *out = (zkl_source_format)i;
            return ZKL_OK;
        }
    for (size_t i = 0; i < options->file_count; i++) {
        zkl_source_format format;
        const char *kind = zkl_file_kind_of_ending(options->files[i]);
        if (kind)
            return zkl_fail(err, ZKL_NOT_SUPPORTED, "'%s' is by its name %s", options->files[i],
                            kind);
        if (!format_of_name(&format, options->files[i]))
            return zkl_fail(err, ZKL_USAGE,
                            "cannot tell the format of '%s' by its ending; say --format csv, "
                            "parquet, ndjson or json",
                            options->files[i]);
        if (i && format != *out)
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s' and '%s' have different formats",
                            options->files[0], options->files[i]);
        *out = format;
    }
    return ZKL_OK;
}
