/* The note about a dataset's files: its form, and where it lies. See sources.h. */
#include "service/sources.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "hash/hash.h"
#include "record/ids.h"

#define MAGIC "zkl/srcs"
#define VERSION 1
#define FOLDER "sources"
#define ENDING ".zklsources"
/* Of a file at the least: the length of its path, one byte of it, and the stamp. */
#define STAMP_BYTES (8 + 8 + 8 + 4 + 8 + 4)
#define FILE_BYTES_MIN (4 + 1 + STAMP_BYTES)
#define HASH_BYTES 32

/* ---- Form. */

static void put_stamp(zkl_buffer *out, const service_stamp *stamp)
{
    zkl_buffer_put_u64(out, stamp->size);
    zkl_buffer_put_u64(out, stamp->inode);
    zkl_buffer_put_u64(out, (uint64_t)stamp->modified_s);
    zkl_buffer_put_u32(out, stamp->modified_ns);
    zkl_buffer_put_u64(out, (uint64_t)stamp->changed_s);
    zkl_buffer_put_u32(out, stamp->changed_ns);
}

void service_sources_encode(zkl_buffer *out, const service_sources *sources)
{
    zkl_digest hash;
    const size_t from = out->size;
    ZKL_ASSERT(sources->file_count <= SERVICE_SOURCES_FILES_MAX);
    ZKL_ASSERT(sources->argument_count <= SERVICE_SOURCES_FILES_MAX);
    zkl_buffer_put_text(out, MAGIC);
    zkl_buffer_put_u32(out, VERSION);
    zkl_buffer_put(out, sources->ledger.bytes, 32);
    zkl_buffer_put(out, sources->dataset.bytes, 32);
    zkl_buffer_put_field(out, sources->name.data, sources->name.size);
    zkl_buffer_put_u32(out, sources->version);
    zkl_buffer_put_u64(out, (uint64_t)sources->time_ms);
    zkl_buffer_put_u32(out, (uint32_t)sources->argument_count);
    for (size_t i = 0; i < sources->argument_count; i++)
        zkl_buffer_put_field(out, sources->arguments[i].data, sources->arguments[i].size);
    zkl_buffer_put_u32(out, (uint32_t)sources->file_count);
    for (size_t i = 0; i < sources->file_count; i++) {
        zkl_buffer_put_field(out, sources->files[i].path.data, sources->files[i].path.size);
        put_stamp(out, &sources->files[i].stamp);
    }
    if (out->failed)
        return;
    zkl_hash(&hash, ZKL_HASH_SHA3_256, out->data + from, out->size - from);
    zkl_buffer_put(out, hash.bytes, HASH_BYTES);
}

/* It is opened as it stands, so it begins at the root and ends where its bytes end. */
static zkl_bytes take_path(zkl_reader *r)
{
    const zkl_bytes path = zkl_reader_field(r, SERVICE_SOURCES_PATH_BYTES_MAX, "path");
    if (!r->fault && (!path.size || path.data[0] != '/' || memchr(path.data, 0, path.size)))
        zkl_reader_fault(r, "path from the root on");
    return path;
}

static uint32_t take_ns(zkl_reader *r)
{
    const uint32_t ns = zkl_reader_u32(r, "nanoseconds");
    if (!r->fault && ns > 999999999)
        zkl_reader_fault(r, "nanoseconds");
    return ns;
}

static service_stamp take_stamp(zkl_reader *r)
{
    service_stamp stamp = { .size = zkl_reader_u64(r, "size") };
    stamp.inode = zkl_reader_u64(r, "inode");
    stamp.modified_s = (int64_t)zkl_reader_u64(r, "time");
    stamp.modified_ns = take_ns(r);
    stamp.changed_s = (int64_t)zkl_reader_u64(r, "time");
    stamp.changed_ns = take_ns(r);
    return stamp;
}

static zkl_status take_lists(service_sources *out, zkl_arena *arena, zkl_reader *r, zkl_error *err)
{
    out->argument_count =
        zkl_reader_count(r, SERVICE_SOURCES_FILES_MAX, 4 + 1, "number of arguments");
    zkl_bytes *arguments = ZKL_ARENA_NEW(arena, zkl_bytes, out->argument_count);
    if (!arguments)
        return zkl_no_memory(err, out->argument_count * sizeof *arguments);
    for (size_t i = 0; i < out->argument_count; i++)
        arguments[i] = take_path(r);
    out->arguments = arguments;
    out->file_count =
        zkl_reader_count(r, SERVICE_SOURCES_FILES_MAX, FILE_BYTES_MIN, "number of files");
    service_source_file *files = ZKL_ARENA_NEW(arena, service_source_file, out->file_count);
    if (!files)
        return zkl_no_memory(err, out->file_count * sizeof *files);
    for (size_t i = 0; i < out->file_count; i++) {
        files[i].path = take_path(r);
        files[i].stamp = take_stamp(r);
    }
    out->files = files;
    return ZKL_OK;
}

zkl_status service_sources_parse(service_sources *out, zkl_arena *arena, zkl_bytes bytes,
                                 zkl_error *err)
{
    zkl_digest hash;
    service_sources read = { 0 };
    if (bytes.size > SERVICE_SOURCES_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "sources: %zu bytes, at most %zu", bytes.size,
                        SERVICE_SOURCES_BYTES_MAX);
    if (bytes.size < HASH_BYTES)
        return zkl_fail(err, ZKL_BAD_INPUT, "sources: %zu bytes are too few", bytes.size);
    const zkl_bytes body = zkl_bytes_of(bytes.data, bytes.size - HASH_BYTES);
    zkl_reader r = zkl_reader_of(body);
    if (!zkl_bytes_equal_text(zkl_reader_take(&r, sizeof MAGIC - 1, "magic"), MAGIC))
        return zkl_fail(err, ZKL_BAD_INPUT, "sources: it does not begin with " MAGIC);
    const uint32_t version = zkl_reader_u32(&r, "version of the format");
    if (!r.fault && version != VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "sources of version %u", version);
    zkl_hash(&hash, ZKL_HASH_SHA3_256, body.data, body.size);
    if (!zkl_digest_equal_bytes(&hash, bytes.data + body.size))
        return zkl_fail(err, ZKL_BAD_INPUT, "sources: cut or changed: its hash is another");
    zkl_reader_copy(&r, read.ledger.bytes, 32, "ledger");
    zkl_reader_copy(&r, read.dataset.bytes, 32, "dataset");
    read.name = zkl_reader_field(&r, ZKL_DATASET_NAME_BYTES_MAX, "name");
    read.version = zkl_reader_u32(&r, "number of the version");
    const uint64_t time_ms = zkl_reader_u64(&r, "time");
    if (!r.fault && !zkl_dataset_name_valid(read.name))
        zkl_reader_fault(&r, "name");
    if (!r.fault && (!read.version || read.version > ZKL_DATASET_VERSION_MAX))
        zkl_reader_fault(&r, "number of the version");
    if (!r.fault && time_ms > (uint64_t)ZKL_TIME_MS_MAX)
        zkl_reader_fault(&r, "time");
    read.time_ms = (int64_t)time_ms;
    ZKL_TRY(take_lists(&read, arena, &r, err));
    ZKL_TRY(zkl_reader_finish(&r, "sources", err));
    *out = read;
    return ZKL_OK;
}

/* ---- Where it lies. */

static zkl_status note_path(char out[static PATH_MAX], const char *folder, zkl_bytes name,
                            zkl_error *err)
{
    ZKL_ASSERT(zkl_dataset_name_valid(name)); /* no slash, and not '..' */
    return snprintf(out, PATH_MAX, "%s/%s/%.*s%s", folder, FOLDER, (int)name.size,
                    (const char *)name.data, ENDING) < PATH_MAX
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", folder);
}

zkl_status service_sources_save(const char *folder, const service_sources *sources, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    char path[PATH_MAX], above[PATH_MAX];
    ZKL_TRY(note_path(path, folder, sources->name, err));
    if (snprintf(above, sizeof above, "%s/%s", folder, FOLDER) >= (int)sizeof above)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", folder);
    service_sources_encode(&bytes, sources);
    ZKL_TRY(zkl_buffer_status(&bytes, err));
    if (bytes.size > SERVICE_SOURCES_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "sources: %zu bytes, at most %zu", bytes.size,
                        SERVICE_SOURCES_BYTES_MAX);
    ZKL_TRY(zkl_folder_make(above, 0700, err));
    return zkl_file_replace(path, zkl_buffer_bytes(&bytes), 0600, err);
}

zkl_status service_sources_load(service_sources *out, zkl_arena *arena, const char *folder,
                                zkl_bytes name, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    char path[PATH_MAX];
    ZKL_TRY(note_path(path, folder, name, err));
    ZKL_TRY(zkl_file_check_regular(path, err));
    ZKL_TRY(zkl_file_read(&file, path, SERVICE_SOURCES_BYTES_MAX, err));
    const void *copy = zkl_arena_copy(arena, file.data, file.size);
    if (!copy)
        return zkl_no_memory(err, file.size);
    const zkl_status status = service_sources_parse(out, arena, zkl_bytes_of(copy, file.size), err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", path);
}

const char *service_path_from_root(zkl_arena *arena, const char *path)
{
    char here[PATH_MAX];
    if (path[0] == '/')
        return zkl_arena_text(arena, path, strlen(path));
    if (!getcwd(here, sizeof here))
        return NULL;
    /* "/" has a slash of its own */
    return zkl_arena_format(arena, "%s/%s", strcmp(here, "/") == 0 ? "" : here, path);
}

/* ---- Stamps. */

void service_stamp_of(service_stamp *out, const struct stat *st)
{
    *out = (service_stamp){ .size = (uint64_t)st->st_size,
                            .inode = (uint64_t)st->st_ino,
                            .modified_s = st->st_mtim.tv_sec,
                            .changed_s = st->st_ctim.tv_sec,
                            .modified_ns = (uint32_t)st->st_mtim.tv_nsec,
                            .changed_ns = (uint32_t)st->st_ctim.tv_nsec };
}

bool service_stamp_equal(const service_stamp *a, const service_stamp *b)
{
    return a->size == b->size && a->inode == b->inode && a->modified_s == b->modified_s &&
           a->modified_ns == b->modified_ns && a->changed_s == b->changed_s &&
           a->changed_ns == b->changed_ns;
}
