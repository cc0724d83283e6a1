/* status: what changed on disk since it was notarised.
 *
 *  1. What is compared with is the note of sources.h, and only when it is of the very dataset that
 *     the log has as the latest version. It may be lost or wrong: it decides nothing else.
 *  2. By size, times and inode nothing is ever found to be the same content; "unchanged" says that
 *     nobody wrote the file, as the file system tells it. With `full` the log's content commitment
 *     is recomputed: that is certain. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hash/domains.h"
#include "input/inputs.h"
#include "keys/datakey.h"
#include "service/sources.h"

const char *zkl_disk_state_name(zkl_disk_state state)
{
    static const char *const names[] = { "unchanged", "touched", "changed",
                                         "new",       "missing", "unknown" };
    return (unsigned)state < ZKL_COUNT(names) ? names[state] : "";
}

/* One run over the ledger. */
typedef struct disk_look {
    zkl_ledger *ledger;
    const zkl_disk_request *request;
    const zkl_env *env;
    zkl_arena *memory; /* of the result */
    zkl_owner_secret *owner;
} disk_look;

/* ---- By size and times. */

static zkl_status look_at_file(zkl_disk_file *out, zkl_arena *memory,
                               const service_source_file *then, zkl_error *err)
{
    struct stat st;
    service_stamp now;
    *out = (zkl_disk_file){ .path = service_text(memory, then->path),
                            .state = ZKL_DISK_MISSING,
                            .size_then = then->stamp.size };
    if (!out->path)
        return zkl_no_memory(err, then->path.size);
    if (stat(out->path, &st) != 0 || !S_ISREG(st.st_mode))
        return ZKL_OK;
    service_stamp_of(&now, &st);
    out->size = now.size;
    out->state = now.size != then->stamp.size              ? ZKL_DISK_CHANGED
                 : service_stamp_equal(&now, &then->stamp) ? ZKL_DISK_UNCHANGED
                                                           : ZKL_DISK_TOUCHED;
    return ZKL_OK;
}

/* ---- What was given may be a folder or a pattern, and that may have more by now. */

static int by_path(const void *a, const void *b)
{
    return zkl_bytes_compare(((const service_source_file *)a)->path,
                             ((const service_source_file *)b)->path);
}

/* Nothing that it cannot expand is news: the files themselves are looked at one by one. */
static zkl_status expand(service_files *out, zkl_arena *arena, const service_sources *noted,
                         zkl_error *err)
{
    zkl_error ignored = { 0 };
    const char **given = ZKL_ARENA_NEW(arena, const char *, noted->argument_count);
    if (!given)
        return zkl_no_memory(err, noted->argument_count * sizeof *given);
    for (size_t i = 0; i < noted->argument_count; i++) {
        given[i] = service_text(arena, noted->arguments[i]);
        if (!given[i])
            return zkl_no_memory(err, noted->arguments[i].size);
    }
    const zkl_status status =
        service_expand_files(out, arena, given, noted->argument_count, &ignored);
    if (status == ZKL_NO_MEMORY)
        return zkl_fail_as(err, status, &ignored);
    if (status != ZKL_OK)
        *out = (service_files){ 0 };
    return ZKL_OK;
}

static zkl_status look_at_files(zkl_disk_dataset *out, zkl_arena *memory,
                                const service_sources *noted, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    service_files given = { 0 };
    struct stat st;
    ZKL_TRY(expand(&given, &arena, noted, err));
    zkl_disk_file *files = ZKL_ARENA_NEW(memory, zkl_disk_file, noted->file_count + given.count);
    service_source_file *sorted = ZKL_ARENA_NEW(&arena, service_source_file, noted->file_count);
    if (!files || !sorted)
        return zkl_no_memory(err, (noted->file_count + given.count) * sizeof *files);
    for (size_t i = 0; i < noted->file_count; i++) {
        sorted[i] = noted->files[i];
        ZKL_TRY(look_at_file(&files[i], memory, &noted->files[i], err));
    }
    out->file_count = noted->file_count;
    qsort(sorted, noted->file_count, sizeof *sorted, by_path);
    for (size_t i = 0; i < given.count; i++) {
        const service_source_file sought = { .path = zkl_bytes_of_text(given.names[i]) };
        if (bsearch(&sought, sorted, noted->file_count, sizeof *sorted, by_path))
            continue;
        zkl_disk_file *file = &files[out->file_count++];
        *file =
            (zkl_disk_file){ .path = service_text(memory, sought.path),
                             .state = ZKL_DISK_NEW,
                             .size = stat(given.names[i], &st) == 0 ? (uint64_t)st.st_size : 0 };
        if (!file->path)
            return zkl_no_memory(err, sought.path.size);
    }
    out->files = files;
    return ZKL_OK;
}

/* A dataset is as its worst file. */
static void judge(zkl_disk_dataset *dataset)
{
    dataset->state = ZKL_DISK_UNCHANGED;
    for (size_t i = 0; i < dataset->file_count; i++)
        if (dataset->files[i].state > dataset->state)
            dataset->state = dataset->files[i].state;
}

/* ---- By content. */

/* H(0x04, salt, hash of the files), as the manifest has it. */
static bool is_content(const zkl_manifest *manifest, const zkl_datakey *key, const zkl_digest *file)
{
    const uint8_t prefix = ZKL_H_CONTENT;
    zkl_digest content;
    const zkl_bytes parts[] = { zkl_bytes_of(&prefix, 1), zkl_bytes_of(key->content_salt, 32),
                                zkl_bytes_of(file, 32) };
    zkl_hash_parts(&content, manifest->schema.hash, parts, ZKL_COUNT(parts));
    return zkl_digest_equal(&content, &manifest->content);
}

/* The hash of all files, in the order of the table. */
static zkl_status hash_files(zkl_digest *out, const zkl_disk_dataset *dataset,
                             zkl_hash_algorithm algorithm, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_inputs inputs = { 0 };
    const char **names = ZKL_ARENA_NEW(&arena, const char *, dataset->file_count);
    if (!names)
        return zkl_no_memory(err, dataset->file_count * sizeof *names);
    for (size_t i = 0; i < dataset->file_count; i++)
        names[i] = dataset->files[i].path;
    const zkl_inputs_request request = {
        .names = names, .count = dataset->file_count, .hash = algorithm, .takes_empty = true
    };
    zkl_status status = zkl_inputs_open(&inputs, &arena, &request, env, err);
    if (status == ZKL_OK)
        status = zkl_inputs_check(&inputs, err);
    if (status == ZKL_OK)
        *out = inputs.content_hash;
    zkl_inputs_clear(&inputs);
    return status;
}

/* Of several files the commitment is one: those whose times are others are called changed, and
 * all of them where no time is. */
static void mark(zkl_disk_dataset *dataset, bool is_same)
{
    zkl_disk_file *files = (zkl_disk_file *)(uintptr_t)dataset->files; /* made just now, by us */
    const bool has_touched = dataset->state == ZKL_DISK_TOUCHED;
    for (size_t i = 0; i < dataset->file_count; i++)
        files[i].state = is_same                                              ? ZKL_DISK_UNCHANGED
                         : !has_touched || files[i].state == ZKL_DISK_TOUCHED ? ZKL_DISK_CHANGED
                                                                              : files[i].state;
    judge(dataset);
}

/* What keeps this one dataset from being compared: said with it; the others go on. */
static zkl_status say_why(zkl_disk_dataset *out, const disk_look *look, const zkl_error *why,
                          zkl_error *err)
{
    out->why = zkl_arena_text(look->memory, why->text, strlen(why->text));
    return out->why ? ZKL_OK : zkl_no_memory(err, strlen(why->text));
}

static bool ends_all(zkl_status status)
{
    return status == ZKL_NO_MEMORY || status == ZKL_CANCELLED;
}

/* The log's own data, and the secret that salts them. */
static zkl_status compare_content(bool *is_same, const disk_look *look,
                                  const zkl_disk_dataset *dataset, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { .is_secret = true };
    ZKL_AUTO_CLEAR(zkl_buffer) plain = { 0 };
    zkl_entry entry;
    zkl_manifest manifest;
    zkl_bytes bytes, wrapped;
    zkl_datakey key;
    zkl_digest hash;
    ZKL_TRY(
        zkl_ledger_entry_with(look->ledger, &entry, &arena, dataset->index, ZKL_FIELDS_DATA, err));
    ZKL_TRY(service_manifest(&manifest, &bytes, &arena, look->ledger, &entry, err));
    ZKL_TRY(zkl_ledger_private(look->ledger, &wrapped, &arena, &dataset->dataset, err));
    ZKL_TRY(service_private_unwrap(&plain, SERVICE_DATA_KEY, wrapped, look->owner,
                                   &dataset->dataset, err));
    ZKL_TRY(zkl_datakey_parse(&key, &arena, zkl_buffer_bytes(&plain), err));
    if (!key.has_content_salt)
        return zkl_fail(err, ZKL_UNCHECKED, "its data key opens some chunks only");
    ZKL_TRY(hash_files(&hash, dataset, manifest.schema.hash, look->env, err));
    *is_same = is_content(&manifest, &key, &hash);
    return ZKL_OK;
}

/* Files of another size, that are missing or new make it another content already. */
static zkl_status look_inside(zkl_disk_dataset *out, const disk_look *look, zkl_error *err)
{
    zkl_error why = { 0 };
    bool is_same = false;
    if (out->state > ZKL_DISK_TOUCHED || !out->file_count)
        return ZKL_OK;
    const zkl_status status = compare_content(&is_same, look, out, &why);
    if (ends_all(status))
        return zkl_fail_as(err, status, &why);
    if (status != ZKL_OK) {
        out->state = ZKL_DISK_TOUCHED; /* asked for, and not known */
        return say_why(out, look, &why, err);
    }
    out->is_full = true;
    mark(out, is_same);
    return ZKL_OK;
}

/* ---- A dataset, and all of them. */

/* Invariant 1. */
static zkl_status find_note(service_sources *out, bool *found, const disk_look *look,
                            zkl_arena *arena, const zkl_dataset_version *version, zkl_error *err)
{
    *found = false;
    ZKL_TRY(service_sources_load(out, arena, zkl_ledger_folder(look->ledger), version->name, err));
    if (!zkl_digest_equal(&out->ledger, zkl_ledger_own_id(look->ledger)) ||
        !zkl_bytes_equal(out->name, version->name))
        return zkl_fail(err, ZKL_CONFLICT, "what is noted of its files is of another ledger");
    if (!zkl_digest_equal(&out->dataset, &version->dataset))
        return zkl_fail(err, ZKL_CONFLICT, "what is noted of its files is of version %u",
                        out->version);
    *found = true;
    return ZKL_OK;
}

static zkl_status look_at_dataset(zkl_disk_dataset *out, const disk_look *look,
                                  const zkl_dataset_version *version, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    service_sources noted;
    zkl_error why = { 0 };
    bool found;
    *out = (zkl_disk_dataset){ .name = service_text(look->memory, version->name),
                               .version = version->version,
                               .index = version->index,
                               .dataset = version->dataset,
                               .state = ZKL_DISK_UNKNOWN };
    if (!out->name)
        return zkl_no_memory(err, version->name.size);
    const zkl_status status = find_note(&noted, &found, look, &arena, version, &why);
    if (ends_all(status))
        return zkl_fail_as(err, status, &why);
    if (status == ZKL_NOT_FOUND) /* the usual reason needs no words */
        return ZKL_OK;
    if (status != ZKL_OK)
        return say_why(out, look, &why, err);
    ZKL_TRY(look_at_files(out, look->memory, &noted, err));
    judge(out);
    return look->request->full ? look_inside(out, look, err) : ZKL_OK;
}

/* The latest version of each name that was asked for; without names of every one. */
static zkl_status find_versions(zkl_dataset_version **out, size_t *out_count, zkl_arena *arena,
                                const disk_look *look, zkl_error *err)
{
    const zkl_disk_request *request = look->request;
    zkl_dataset_version *all;
    size_t count, kept = 0;
    if (request->name_count) {
        all = ZKL_ARENA_NEW(arena, zkl_dataset_version, request->name_count);
        if (!all)
            return zkl_no_memory(err, request->name_count * sizeof *all);
        for (size_t i = 0; i < request->name_count; i++) {
            if (strpbrk(request->names[i], "@#"))
                return zkl_fail(err, ZKL_USAGE,
                                "'%s': a name without version is looked at, in its latest one",
                                request->names[i]);
            ZKL_TRY(service_find(&all[i], arena, look->ledger, request->names[i], err));
        }
        *out = all;
        *out_count = request->name_count;
        return ZKL_OK;
    }
    ZKL_TRY(zkl_ledger_datasets(look->ledger, &all, &count, arena, err));
    for (size_t i = 0; i < count; i++) /* by name, then version: the last one of a name stays */
        if (i + 1 == count || !zkl_bytes_equal(all[i].name, all[i + 1].name))
            all[kept++] = all[i];
    *out = all;
    *out_count = kept;
    return ZKL_OK;
}

static zkl_status look_at_all(zkl_disk_result *out, const disk_look *look, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_dataset_version *versions = NULL;
    size_t count = 0;
    ZKL_TRY(find_versions(&versions, &count, &arena, look, err));
    zkl_disk_dataset *datasets = ZKL_ARENA_NEW(look->memory, zkl_disk_dataset, count);
    if (!datasets)
        return zkl_no_memory(err, count * sizeof *datasets);
    out->datasets = datasets;
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(zkl_ledger_confirm(look->ledger, &versions[i], err));
        ZKL_TRY(look_at_dataset(&datasets[i], look, &versions[i], err));
        out->unknown_count += datasets[i].state == ZKL_DISK_UNKNOWN;
        out->changed_count +=
            datasets[i].state != ZKL_DISK_UNKNOWN && datasets[i].state != ZKL_DISK_UNCHANGED;
        ZKL_TRY(zkl_env_progress(look->env, "looking", i + 1, count, err));
    }
    out->dataset_count = count;
    return ZKL_OK;
}

zkl_status zkl_disk_status(zkl_disk_result *out, zkl_ledger *handle,
                           const zkl_disk_request *request, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLOSE(zkl_owner_secret) owner = NULL;
    *out = (zkl_disk_result){ 0 };
    env = env ? env : zkl_ledger_env(handle);
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    if (request->full)
        ZKL_TRY(service_owner_secret(&owner, ledger, err));
    const disk_look look = {
        .ledger = ledger, .request = request, .env = env, .memory = &out->memory, .owner = owner
    };
    const zkl_status status = look_at_all(out, &look, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_disk_result){ 0 };
    }
    return status;
}
