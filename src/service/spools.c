/* Spools in files: SPOOLS/DATASET.zklspool, a head in the clear and sealed frames behind it
 * (docs/formats/spool.md).
 *
 *  1. The key derives from the owner secret, the dataset and 32 random bytes that stand in the
 *     head: it serves one file. The head is authenticated with every frame, so a file under
 *     another dataset's name, of another ledger or another owner does not open.
 *  2. A file is written beside, synced, and renamed when the entry is in the log. A kill leaves no
 *     spool or a whole one, and perhaps a part, which the next writer sweeps (leftovers.h).
 *  3. What is listed is what heads say; nothing is believed of it but by whoever opens the file. */
#include "service/spools.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "hash/domains.h"
#include "ledger/leftovers.h"
#include "record/ids.h"
#include "service/unfinished.h"
#include "table/keep.h"

#define MAGIC "zkl/spol"
#define VERSION 1
#define FOLDER "spools"
#define ENDING ".zklspool"
#define SALT_BYTES 32
#define HEAD_BYTES_MAX                                                                             \
    (sizeof MAGIC - 1 + 4 + 32 + 32 + 4 + ZKL_DATASET_NAME_BYTES_MAX + 4 + 8 + SALT_BYTES)

/* ---- The head. */

typedef struct spool_head {
    zkl_digest ledger, dataset;
    char name[ZKL_DATASET_NAME_BYTES_MAX + 1];
    uint32_t version;
    int64_t time_ms;
    uint8_t salt[SALT_BYTES];
    /* As it lies in the file. */
    uint8_t bytes[HEAD_BYTES_MAX];
    size_t size;
} spool_head;

static zkl_status make_head(spool_head *out, const service_spool_id *id, const zkl_env *env,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_TRY(zkl_env_random(env, out->salt, sizeof out->salt, err));
    zkl_buffer_put_text(&bytes, MAGIC);
    zkl_buffer_put_u32(&bytes, VERSION);
    zkl_buffer_put(&bytes, id->ledger.bytes, 32);
    zkl_buffer_put(&bytes, id->dataset.bytes, 32);
    zkl_buffer_put_field(&bytes, id->name.data, id->name.size);
    zkl_buffer_put_u32(&bytes, id->version);
    zkl_buffer_put_u64(&bytes, (uint64_t)zkl_env_now_ms(env));
    zkl_buffer_put(&bytes, out->salt, sizeof out->salt);
    ZKL_TRY(zkl_buffer_status(&bytes, err));
    ZKL_ASSERT(bytes.size <= sizeof out->bytes);
    memcpy(out->bytes, bytes.data, bytes.size);
    out->size = bytes.size;
    return ZKL_OK;
}

/* Anything may lie there. */
static zkl_status parse_head(spool_head *out, zkl_bytes bytes, const char *path, zkl_error *err)
{
    zkl_reader r = zkl_reader_of(bytes);
    if (!zkl_bytes_equal_text(zkl_reader_take(&r, sizeof MAGIC - 1, "magic"), MAGIC))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no spool", path);
    const uint32_t version = zkl_reader_u32(&r, "version");
    if (version != VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "'%s': spool of version %u", path, version);
    zkl_reader_copy(&r, out->ledger.bytes, 32, "ledger");
    zkl_reader_copy(&r, out->dataset.bytes, 32, "dataset");
    const zkl_bytes name = zkl_reader_field(&r, ZKL_DATASET_NAME_BYTES_MAX, "name");
    out->version = zkl_reader_u32(&r, "number of the version");
    const uint64_t time_ms = zkl_reader_u64(&r, "time");
    const bool is_time = time_ms <= (uint64_t)ZKL_TIME_MS_MAX;
    out->time_ms = is_time ? (int64_t)time_ms : 0;
    zkl_reader_copy(&r, out->salt, sizeof out->salt, "salt");
    if (r.fault || !is_time || !zkl_dataset_name_valid(name))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s': spool: %s", path,
                        r.fault   ? r.fault
                        : is_time ? "name"
                                  : "time");
    memcpy(out->name, name.data, name.size);
    out->name[name.size] = 0;
    out->size = r.at;
    memcpy(out->bytes, bytes.data, r.at);
    return ZKL_OK;
}

/* The file stands behind its head then. */
static zkl_status read_head(spool_head *out, int fd, const char *path, zkl_error *err)
{
    uint8_t bytes[HEAD_BYTES_MAX];
    ssize_t got;
    do
        got = pread(fd, bytes, sizeof bytes, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return zkl_fail_errno(err, "read", path);
    ZKL_TRY(parse_head(out, zkl_bytes_of(bytes, (size_t)got), path, err));
    if (lseek(fd, (off_t)out->size, SEEK_SET) < 0)
        return zkl_fail_errno(err, "read", path);
    return ZKL_OK;
}

/* Invariant 1. */
static void derive_key(uint8_t out[static ZKL_AEAD_KEY_BYTES], const spool_head *head,
                       const zkl_digest *dataset, const zkl_owner_secret *owner)
{
    uint8_t data[32 + SALT_BYTES];
    memcpy(data, dataset->bytes, 32);
    memcpy(data + 32, head->salt, SALT_BYTES);
    zkl_owner_secret_derive(out, owner, ZKL_PRF_SPOOL, zkl_bytes_of(data, sizeof data));
}

/* ---- Paths. */

static zkl_status folder_path(char out[static PATH_MAX], const char *ledger, zkl_error *err)
{
    return snprintf(out, PATH_MAX, "%s/%s", ledger, FOLDER) < PATH_MAX
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", ledger);
}

static zkl_status spool_path(char out[static PATH_MAX], const service_spool_id *id, zkl_error *err)
{
    char hex[65] = "";
    zkl_hex_encode(hex, id->dataset.bytes, 32);
    return snprintf(out, PATH_MAX, "%s/%s/%.64s%s", id->folder, FOLDER, hex, ENDING) < PATH_MAX
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", id->folder);
}

/* ---- Writing. */

void service_spool_part_clear(service_spool_part *part)
{
    if (part->part[0])
        (void)unlink(part->part); /* what stays is swept later */
    *part = (service_spool_part){ 0 };
}

static zkl_status write_to(int fd, const char *path, const spool_head *head,
                           const zkl_digest *dataset, const zkl_table *table,
                           const zkl_owner_secret *owner, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_sealed_writer) writer = NULL;
    uint8_t key[ZKL_AEAD_KEY_BYTES];
    derive_key(key, head, dataset, owner);
    const zkl_sealed with = { key, zkl_bytes_of(head->bytes, head->size), fd, path };
    const zkl_status opened = zkl_sealed_writer_new(&writer, &with, err);
    zkl_wipe(key, sizeof key);
    ZKL_TRY(opened);
    ZKL_TRY(zkl_fd_write(fd, with.header, path, err));
    ZKL_TRY(zkl_table_keep(writer, table, env, err));
    ZKL_TRY(zkl_sealed_finish(writer, err));
    return fsync(fd) == 0 ? ZKL_OK : zkl_fail_errno(err, "sync", path);
}

zkl_status service_spool_write(service_spool_part *out, const service_spool_id *id,
                               const zkl_table *table, const zkl_owner_secret *owner,
                               const zkl_env *env, zkl_error *err)
{
    spool_head head = { 0 };
    char folder[PATH_MAX];
    struct stat st;
    *out = (service_spool_part){ 0 };
    ZKL_TRY(folder_path(folder, id->folder, err));
    ZKL_TRY(spool_path(out->path, id, err));
    ZKL_TRY(make_head(&head, id, env, err));
    ZKL_TRY(zkl_folder_make(folder, 0700, err));
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s.%ld.%ld.part", out->path, (long)gettid(), (long)getpid()) >=
        (int)sizeof part)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", out->path);
    (void)unlink(part); /* of an earlier process of our numbers */
    const int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return zkl_fail_errno(err, "create", part);
    memcpy(out->part, part, sizeof part);
    zkl_status status = write_to(fd, part, &head, &id->dataset, table, owner, env, err);
    if (status == ZKL_OK && fstat(fd, &st) == 0)
        out->byte_count = (uint64_t)st.st_size;
    close(fd);
    if (status != ZKL_OK)
        service_spool_part_clear(out);
    return status;
}

zkl_status service_spool_place(service_spool_part *part, zkl_error *err)
{
    if (!part->part[0])
        return ZKL_OK;
    ZKL_TRY(zkl_file_check_regular(part->path, err));
    ZKL_TRY(zkl_file_rename(part->part, part->path, err));
    part->part[0] = 0;
    return ZKL_OK;
}

/* ---- Reading. */

zkl_status service_spool_check_kept(const service_spool_id *id, zkl_error *err)
{
    char path[PATH_MAX];
    struct stat st;
    return spool_path(path, id, NULL) == ZKL_OK && lstat(path, &st) == 0
               ? ZKL_OK
               : zkl_fail_hint(err, ZKL_USAGE, ZKL_HINT_GIVE_DATA,
                               "no file is given, and no spool of it is kept");
}

static zkl_status open_from(zkl_table **out, int fd, const char *path, const service_spool_id *id,
                            const zkl_read_options *options, const zkl_owner_secret *owner,
                            const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_sealed_reader) reader = NULL;
    uint8_t key[ZKL_AEAD_KEY_BYTES];
    spool_head head = { 0 };
    ZKL_TRY(read_head(&head, fd, path, err));
    if (!zkl_digest_equal(&head.dataset, &id->dataset) ||
        !zkl_digest_equal(&head.ledger, &id->ledger))
        return zkl_fail(err, ZKL_REJECTED, "'%s' is of another dataset: %s@%u", path, head.name,
                        head.version);
    derive_key(key, &head, &id->dataset, owner);
    const zkl_sealed with = { key, zkl_bytes_of(head.bytes, head.size), fd, path };
    const zkl_status opened = zkl_sealed_reader_new(&reader, &with, err);
    zkl_wipe(key, sizeof key);
    ZKL_TRY(opened);
    return zkl_table_restore(out, reader, options, env, err);
}

/* A link is not followed. What is no spool of ours is refused as one that was exchanged. */
zkl_status service_spool_open(zkl_table **out, const service_spool_id *id,
                              const zkl_read_options *options, const zkl_owner_secret *owner,
                              const zkl_env *env, zkl_error *err)
{
    char path[PATH_MAX];
    ZKL_TRY(spool_path(path, id, err));
    ZKL_TRY(zkl_file_check_regular(path, err));
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path);
    const zkl_status status = open_from(out, fd, path, id, options, owner, env, err);
    close(fd);
    return status == ZKL_BAD_INPUT ? zkl_wrap_check(err, ZKL_REJECTED, ZKL_CHECK_DATA) : status;
}

/* ---- Listing. */

/* What the log has: versions by name. */
typedef struct known_versions {
    zkl_arena memory;
    zkl_dataset_version *items;
    size_t count;
} known_versions;

static void known_versions_clear(known_versions *known)
{
    zkl_arena_clear(&known->memory);
}

/* What the log calls the dataset: as the head does, when a version is called so, else the first
 * version that it is. NULL: it is not in the log. */
static const zkl_dataset_version *find_known(const known_versions *known, const spool_head *head)
{
    const zkl_dataset_version *found = NULL;
    for (size_t i = 0; i < known->count; i++) {
        const zkl_dataset_version *v = &known->items[i];
        if (!zkl_digest_equal(&v->dataset, &head->dataset))
            continue;
        if (v->version == head->version && zkl_bytes_equal_text(v->name, head->name))
            return v;
        found = found ? found : v;
    }
    return found;
}

static bool ends_with(const char *text, const char *ending)
{
    const size_t size = strlen(text), tail = strlen(ending);
    return size >= tail && strcmp(text + size - tail, ending) == 0;
}

/* A run that was cut off, by its head. One that cannot be read is as a spool that cannot. */
static zkl_status look_at_unfinished(zkl_spool_info *out, zkl_arena *memory, int fd,
                                     const char *file, zkl_error *err)
{
    char name[ZKL_DATASET_NAME_BYTES_MAX + 1], time[ZKL_TIME_CHARS + 1];
    int64_t time_ms;
    zkl_error none = { 0 };
    if (service_unfinished_look(name, &time_ms, fd, file, &none) != ZKL_OK)
        return ZKL_OK;
    zkl_time_format(time, time_ms);
    out->is_unfinished = true;
    out->is_orphan = false;
    out->name = zkl_arena_text(memory, name, strlen(name));
    out->time = zkl_arena_text(memory, time, strlen(time));
    return out->name && out->time ? ZKL_OK : zkl_no_memory(err, 0);
}

/* A file of the folder. What cannot be read is listed by its file's name. */
static zkl_status look_at(zkl_spool_info *out, zkl_arena *memory, int folder, const char *file,
                          const known_versions *known, const zkl_digest *ledger, zkl_error *err)
{
    struct stat st;
    spool_head head = { 0 };
    char time[ZKL_TIME_CHARS + 1];
    zkl_error none = { 0 };
    *out =
        (zkl_spool_info){ .is_orphan = true, .file = zkl_arena_text(memory, file, strlen(file)) };
    if (!out->file)
        return zkl_no_memory(err, strlen(file));
    const int fd = openat(folder, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return ZKL_OK;
    const bool is_file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    const bool is_run = is_file && ends_with(file, SERVICE_UNFINISHED_ENDING);
    const bool is_spool = is_file && !is_run && read_head(&head, fd, file, &none) == ZKL_OK;
    const zkl_status status = is_run ? look_at_unfinished(out, memory, fd, file, err) : ZKL_OK;
    close(fd);
    ZKL_TRY(status);
    out->byte_count = is_file ? (uint64_t)st.st_size : 0;
    if (!is_spool)
        return ZKL_OK;
    char hex[65] = "";
    zkl_hex_encode(hex, head.dataset.bytes, 32);
    zkl_time_format(time, head.time_ms);
    const zkl_dataset_version *of = find_known(known, &head);
    const zkl_bytes name = of ? of->name : zkl_bytes_of_text(head.name);
    out->name = zkl_arena_text(memory, (const char *)name.data, name.size);
    out->time = zkl_arena_text(memory, time, strlen(time));
    out->version = of ? of->version : head.version;
    out->dataset = head.dataset;
    out->is_orphan = strncmp(file, hex, 64) != 0 || !zkl_digest_equal(&head.ledger, ledger) || !of;
    return out->name && out->time ? ZKL_OK : zkl_no_memory(err, 0);
}

static int by_version(const void *a, const void *b)
{
    const zkl_spool_info *x = a, *y = b;
    if (!x->name || !y->name)
        return !x->name && !y->name ? strcmp(x->file, y->file) : !x->name - !y->name;
    const int names = strcmp(x->name, y->name);
    return names ? names : (x->version > y->version) - (x->version < y->version);
}

/* Each file that has an ending of ours, and how many parts. A folder that is not there has none. */
static zkl_status list_folder(zkl_spools_result *out, zkl_ledger *ledger,
                              const known_versions *known, zkl_error *err)
{
    char path[PATH_MAX];
    zkl_spool_info *spools = NULL;
    size_t capacity = 0;
    ZKL_TRY(folder_path(path, zkl_ledger_folder(ledger), err));
    DIR *entries = opendir(path);
    if (!entries)
        return errno == ENOENT ? ZKL_OK : zkl_fail_errno(err, "read", path);
    zkl_status status = ZKL_OK;
    for (const struct dirent *e; status == ZKL_OK && (e = readdir(entries));) {
        out->leftover_count += ends_with(e->d_name, ".part");
        if (!ends_with(e->d_name, ENDING) && !ends_with(e->d_name, SERVICE_UNFINISHED_ENDING))
            continue;
        if (out->count == capacity) {
            const size_t more = capacity ? 2 * capacity : 16;
            zkl_spool_info *moved = ZKL_ARENA_NEW(&out->memory, zkl_spool_info, more);
            if (!moved) {
                status = zkl_no_memory(err, more * sizeof *moved);
                break;
            }
            if (out->count)
                memcpy(moved, spools, out->count * sizeof *moved);
            spools = moved;
            capacity = more;
        }
        status = look_at(&spools[out->count++], &out->memory, dirfd(entries), e->d_name, known,
                         zkl_ledger_own_id(ledger), err);
    }
    closedir(entries);
    if (out->count)
        qsort(spools, out->count, sizeof *spools, by_version);
    out->spools = spools;
    return status;
}

static zkl_status take_list(zkl_spools_result *out, known_versions *known, zkl_ledger *ledger,
                            zkl_error *err)
{
    ZKL_TRY(zkl_ledger_datasets(ledger, &known->items, &known->count, &known->memory, err));
    return list_folder(out, ledger, known, err);
}

zkl_status zkl_spools_list(zkl_spools_result *out, zkl_ledger *handle, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLEAR(known_versions) known = { 0 };
    *out = (zkl_spools_result){ 0 };
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, NULL, err));
    const zkl_status status = take_list(out, &known, ledger, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_spools_result){ 0 };
    }
    return status;
}

/* ---- Dropping. */

/* The version that it was kept with, or one that is the same dataset. */
static bool is_meant(const zkl_spool_info *spool, zkl_bytes name, uint32_t version,
                     const known_versions *known)
{
    if (!spool->name)
        return false;
    if (zkl_bytes_equal_text(name, spool->name) && (!version || version == spool->version))
        return true;
    for (size_t i = 0; i < known->count; i++)
        if (zkl_bytes_equal(known->items[i].name, name) &&
            (!version || known->items[i].version == version) &&
            zkl_digest_equal(&known->items[i].dataset, &spool->dataset))
            return true;
    return false;
}

static zkl_status drop_one(const char *folder, const char *file, zkl_error *err)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", folder, file) >= (int)sizeof path)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", folder);
    return zkl_file_remove(path, err);
}

static zkl_status drop_steps(zkl_spools_result *out, zkl_ledger *ledger,
                             const zkl_spools_drop_request *request, zkl_error *err)
{
    ZKL_AUTO_CLEAR(known_versions) known = { 0 };
    char folder[PATH_MAX];
    zkl_bytes name = { 0 };
    uint32_t version = 0;
    if (!request->reference == !request->all)
        return zkl_fail(err, ZKL_USAGE, "either a dataset is named, or all are dropped");
    if (request->reference)
        ZKL_TRY(zkl_dataset_ref_parse(&name, &version, zkl_bytes_of_text(request->reference), err));
    ZKL_TRY(take_list(out, &known, ledger, err));
    ZKL_TRY(folder_path(folder, zkl_ledger_folder(ledger), err));
    zkl_spool_info *spools = (zkl_spool_info *)(uintptr_t)out->spools; /* made just now, by us */
    const size_t found = out->count;
    out->count = out->leftover_count = 0;
    for (size_t i = 0; i < found; i++) {
        if (!request->all && !is_meant(&spools[i], name, version, &known))
            continue;
        ZKL_TRY(drop_one(folder, spools[i].file, err));
        spools[out->count++] = spools[i];
    }
    if (request->all)
        out->leftover_count = zkl_leftovers_sweep_parts(folder);
    else if (!out->count)
        return zkl_fail(err, ZKL_NOT_FOUND, "there is no spool of '%s'", request->reference);
    return ZKL_OK;
}

zkl_status zkl_spools_drop(zkl_spools_result *out, zkl_ledger *handle,
                           const zkl_spools_drop_request *request, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    *out = (zkl_spools_result){ 0 };
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, NULL, err));
    return drop_steps(out, ledger, request, err);
}
