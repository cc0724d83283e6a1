/* An unfinished run in a file: SPOOLS/NAME.zklrun, a head in the clear and sealed records behind it
 * (docs/formats/unfinished.md).
 *
 *  1. The key derives from the owner secret and 32 random bytes that stand in the head: it serves
 *     one file. Record i has nonce i, and a file is only appended to by the process that made it. A
 *     later process writes a file of its own, so no nonce hides two contents, also where the last
 *     record was cut.
 *  2. The file is the process's whose lock is on it, and that has its name.
 *  3. Records count up to the first that does not open. The first says what the others are of.
 *  4. Nothing here decides what is proven: who takes points compares the chunk's key first. */
#include "service/unfinished.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "hash/domains.h"
#include "keys/cipher.h"
#include "record/ids.h"

#define MAGIC "zkl/unfi"
#define VERSION 1
#define FOLDER "spools"
#define SALT_BYTES 32
#define HEAD_BYTES_MAX (sizeof MAGIC - 1 + 4 + 32 + 4 + ZKL_DATASET_NAME_BYTES_MAX + 8 + SALT_BYTES)
#define FILE_BYTES_MAX ((size_t)1 << 30)
#define RECORD_HEAD_BYTES (4 + ZKL_AEAD_TAG_BYTES) /* size of the content, tag */
#define PROOF_KEY_BYTES_MAX ((size_t)1 << 20)

typedef enum record_kind { RECORD_TERMS = 1, RECORD_CHUNK = 2, RECORD_PROOF = 3 } record_kind;

typedef struct run_head {
    char name[ZKL_DATASET_NAME_BYTES_MAX + 1];
    int64_t time_ms;
    uint8_t salt[SALT_BYTES];
    /* As it lies in the file. */
    uint8_t bytes[HEAD_BYTES_MAX];
    size_t size;
} run_head;

/* A record that was read: its content without the kind, in the run's memory. */
typedef struct run_record {
    record_kind kind;
    zkl_bytes body;
} run_record;

/* A chunk as its record has it: u64 number, key, row root, points. */
#define CHUNK_HEAD_BYTES (8 + ZKL_CHUNK_KEY_BYTES + 32)

struct service_unfinished {
    service_unfinished_of of;
    char path[PATH_MAX];
    /* Locked; -1: there is none, or it was given up. */
    int fd;
    run_head head;
    uint8_t key[ZKL_AEAD_KEY_BYTES];
    /* Of the next record. */
    uint64_t number;
    /* What was read: secret. */
    zkl_arena memory;
    run_record *records;
    size_t record_count;
    zkl_digest seed;
    zkl_remembered_dictionary *dictionaries;
    size_t dictionary_count;
    /* Of the terms. */
    size_t chunk_count, block_count;
    /* chunk_count of them: the record of each, or empty. */
    zkl_bytes *chunks;
    char fault[256];
};

/* ---- The head. */

static zkl_status make_head(run_head *out, const service_unfinished_of *of, const zkl_env *env,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    *out = (run_head){ .time_ms = zkl_env_now_ms(env) };
    ZKL_TRY(zkl_env_random(env, out->salt, sizeof out->salt, err));
    ZKL_ASSERT(of->name.size < sizeof out->name);
    memcpy(out->name, of->name.data, of->name.size);
    zkl_buffer_put_text(&bytes, MAGIC);
    zkl_buffer_put_u32(&bytes, VERSION);
    zkl_buffer_put(&bytes, of->ledger.bytes, 32);
    zkl_buffer_put_field(&bytes, of->name.data, of->name.size);
    zkl_buffer_put_u64(&bytes, (uint64_t)out->time_ms);
    zkl_buffer_put(&bytes, out->salt, sizeof out->salt);
    ZKL_TRY(zkl_buffer_status(&bytes, err));
    ZKL_ASSERT(bytes.size <= sizeof out->bytes);
    memcpy(out->bytes, bytes.data, bytes.size);
    out->size = bytes.size;
    return ZKL_OK;
}

/* Anything may lie there. */
static zkl_status parse_head(run_head *out, zkl_digest *ledger, zkl_bytes bytes, const char *path,
                             zkl_error *err)
{
    zkl_reader r = zkl_reader_of(bytes);
    *out = (run_head){ 0 };
    if (!zkl_bytes_equal_text(zkl_reader_take(&r, sizeof MAGIC - 1, "magic"), MAGIC))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no unfinished run", path);
    const uint32_t version = zkl_reader_u32(&r, "version");
    if (version != VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "'%s': unfinished run of version %u", path,
                        version);
    zkl_reader_copy(&r, ledger->bytes, 32, "ledger");
    const zkl_bytes name = zkl_reader_field(&r, ZKL_DATASET_NAME_BYTES_MAX, "name");
    const uint64_t time_ms = zkl_reader_u64(&r, "time");
    zkl_reader_copy(&r, out->salt, sizeof out->salt, "salt");
    if (r.fault || time_ms > (uint64_t)ZKL_TIME_MS_MAX || !zkl_dataset_name_valid(name))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s': unfinished run: %s", path,
                        r.fault ? r.fault : "name or time");
    out->time_ms = (int64_t)time_ms;
    memcpy(out->name, name.data, name.size);
    memcpy(out->bytes, bytes.data, r.at);
    out->size = r.at;
    return ZKL_OK;
}

zkl_status service_unfinished_look(char name[static ZKL_DATASET_NAME_BYTES_MAX + 1],
                                   int64_t *time_ms, int fd, const char *path, zkl_error *err)
{
    uint8_t bytes[HEAD_BYTES_MAX];
    run_head head;
    zkl_digest ledger;
    ssize_t got;
    do
        got = pread(fd, bytes, sizeof bytes, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return zkl_fail_errno(err, "read", path);
    ZKL_TRY(parse_head(&head, &ledger, zkl_bytes_of(bytes, (size_t)got), path, err));
    memcpy(name, head.name, sizeof head.name);
    *time_ms = head.time_ms;
    return ZKL_OK;
}

/* Invariant 1. */
static void derive_key(service_unfinished *run)
{
    zkl_owner_secret_derive(run->key, run->of.owner, ZKL_PRF_UNFINISHED,
                            zkl_bytes_of(run->head.salt, SALT_BYTES));
}

static void record_nonce(uint8_t out[static ZKL_AEAD_NONCE_BYTES], uint64_t number)
{
    memset(out, 0, ZKL_AEAD_NONCE_BYTES);
    zkl_be64_put(out + ZKL_AEAD_NONCE_BYTES - 8, number);
}

/* ---- Reading what lies there. */

/* The next record, opened in place; false: there is none that opens. */
static bool open_record(run_record *out, service_unfinished *run, zkl_buffer *bytes, size_t *at)
{
    uint8_t nonce[ZKL_AEAD_NONCE_BYTES];
    if (bytes->size - *at < RECORD_HEAD_BYTES)
        return false;
    uint8_t *const record = bytes->data + *at;
    const uint32_t size = zkl_be32_get(record);
    if (!size || size > bytes->size - *at - RECORD_HEAD_BYTES)
        return false;
    record_nonce(nonce, run->number);
    const zkl_aead with = { .key = run->key,
                            .nonce = nonce,
                            .associated = zkl_bytes_of(run->head.bytes, run->head.size) };
    uint8_t *const content = record + RECORD_HEAD_BYTES;
    if (!zkl_aead_open(content, record + 4, &with, zkl_bytes_of(content, size)))
        return false;
    uint8_t *const body = zkl_arena_copy(&run->memory, content + 1, size - 1);
    if (!body)
        return false;
    *out = (run_record){ content[0], zkl_bytes_of(body, size - 1) };
    *at += RECORD_HEAD_BYTES + size;
    run->number++;
    return true;
}

/* Seed and dictionaries of the terms; the rest of them is compared as bytes. */
#define TERMS_FIXED_BYTES                                                                          \
    (32 + 32 + 32 + 32 + 8 + 4) /* seed, content, schema, powers, rows, version */

static bool take_terms(service_unfinished *run, zkl_bytes body)
{
    zkl_reader r = zkl_reader_of(body);
    zkl_reader_copy(&r, run->seed.bytes, 32, "seed");
    (void)zkl_reader_take(&r, TERMS_FIXED_BYTES - 32, "terms");
    (void)zkl_reader_field(&r, 64, "program");
    const uint32_t count = zkl_reader_count(&r, ZKL_COLUMNS_MAX, 68, "dictionaries");
    run->dictionaries = ZKL_ARENA_NEW(&run->memory, zkl_remembered_dictionary, count);
    if (!run->dictionaries)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        zkl_remembered_dictionary *d = &run->dictionaries[i];
        d->name = zkl_reader_field(&r, body.size, "name");
        zkl_reader_copy(&r, d->seed.bytes, 32, "seed");
        zkl_reader_copy(&r, d->root.bytes, 32, "root");
    }
    run->dictionary_count = r.fault ? 0 : count;
    return !r.fault && r.at == body.size;
}

/* Nothing that was read counts. */
static void forget(service_unfinished *run)
{
    zkl_arena_clear(&run->memory);
    run->memory.is_secret = true;
    run->records = NULL;
    run->dictionaries = NULL;
    run->chunks = NULL;
    run->record_count = run->dictionary_count = 0;
}

static size_t count_records(const zkl_buffer *bytes, size_t at)
{
    size_t count = 0;
    while (bytes->size - at >= RECORD_HEAD_BYTES) {
        const uint32_t size = zkl_be32_get(bytes->data + at);
        if (size > bytes->size - at - RECORD_HEAD_BYTES)
            break;
        at += RECORD_HEAD_BYTES + size;
        count++;
    }
    return count;
}

/* Invariant 3. What is no file of ours is as none. */
static void read_records(service_unfinished *run, zkl_buffer *bytes)
{
    zkl_digest ledger;
    if (parse_head(&run->head, &ledger, zkl_buffer_bytes(bytes), run->path, NULL) != ZKL_OK ||
        !zkl_digest_equal(&ledger, &run->of.ledger) ||
        !zkl_bytes_equal_text(run->of.name, run->head.name))
        return;
    derive_key(run);
    size_t at = run->head.size;
    const size_t most = count_records(bytes, at);
    run->number = 0;
    run->records = ZKL_ARENA_NEW(&run->memory, run_record, most ? most : 1);
    while (run->records && run->record_count < most &&
           open_record(&run->records[run->record_count], run, bytes, &at))
        run->record_count++;
    if (!run->record_count || run->records[0].kind != RECORD_TERMS ||
        !take_terms(run, run->records[0].body))
        forget(run);
}

/* ---- Open, close. */

/* Invariant 2. *is_ours false: another process is at it. */
static zkl_status lock_file(bool *is_ours, int fd, const char *path, zkl_error *err)
{
    struct stat here, there;
    *is_ours = false;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK || errno == EINTR ? ZKL_OK : zkl_fail_errno(err, "lock", path);
    if (fstat(fd, &here) != 0)
        return zkl_fail_errno(err, "read", path);
    *is_ours = lstat(path, &there) == 0 && here.st_ino == there.st_ino &&
               here.st_dev == there.st_dev && S_ISREG(here.st_mode);
    return ZKL_OK;
}

static zkl_status open_steps(service_unfinished *run, bool *is_ours, zkl_error *err)
{
    char folder[PATH_MAX];
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    if (snprintf(folder, sizeof folder, "%s/%s", run->of.folder, FOLDER) >= (int)sizeof folder ||
        snprintf(run->path, sizeof run->path, "%s/%.*s%s", folder, (int)run->of.name.size,
                 (const char *)run->of.name.data,
                 SERVICE_UNFINISHED_ENDING) >= (int)sizeof run->path - 40)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", run->of.folder);
    ZKL_TRY(zkl_file_check_regular(run->path, err));
    run->fd = open(run->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    *is_ours = run->fd < 0 && errno == ENOENT;
    if (*is_ours)
        return ZKL_OK; /* it is made when there is something to keep */
    if (run->fd < 0)
        return zkl_fail_errno(err, "open", run->path);
    ZKL_TRY(lock_file(is_ours, run->fd, run->path, err));
    if (*is_ours && zkl_fd_read(&bytes, run->fd, run->path, FILE_BYTES_MAX, NULL) == ZKL_OK)
        read_records(run, &bytes);
    return ZKL_OK;
}

zkl_status service_unfinished_open(service_unfinished **out, const service_unfinished_of *of,
                                   zkl_error *err)
{
    bool is_ours = false;
    *out = NULL;
    ZKL_AUTO_CLOSE(service_unfinished) run = zkl_calloc(1, sizeof *run);
    if (!run)
        return zkl_no_memory(err, sizeof *run);
    run->of = *of;
    run->fd = -1;
    run->memory.is_secret = true;
    ZKL_TRY(open_steps(run, &is_ours, err));
    if (!is_ours)
        return ZKL_OK;
    *out = run;
    run = NULL;
    return ZKL_OK;
}

void service_unfinished_close(service_unfinished *run)
{
    if (!run)
        return;
    if (run->fd >= 0)
        close(run->fd);
    zkl_arena_clear(&run->memory);
    zkl_wipe(run->key, sizeof run->key);
    zkl_wipe(&run->seed, sizeof run->seed);
    zkl_free(run);
}

void service_unfinished_drop(service_unfinished *run)
{
    bool is_ours;
    if (run->fd >= 0 && lock_file(&is_ours, run->fd, run->path, NULL) == ZKL_OK && is_ours)
        (void)unlink(run->path);
    if (run->fd >= 0)
        close(run->fd);
    run->fd = -1;
    forget(run);
}

const zkl_digest *service_unfinished_seed(const service_unfinished *run)
{
    return run && run->record_count ? &run->seed : NULL;
}

size_t service_unfinished_dictionaries(const service_unfinished *run,
                                       const zkl_remembered_dictionary **out)
{
    *out = run ? run->dictionaries : NULL;
    return run ? run->dictionary_count : 0;
}

const char *service_unfinished_fault(const service_unfinished *run)
{
    return run && run->fault[0] ? run->fault : NULL;
}

/* ---- Writing. */

/* Sealed and behind the last one, in the file's cache. content is encrypted in place. */
static zkl_status append(service_unfinished *run, int fd, zkl_buffer *content, zkl_error *err)
{
    uint8_t nonce[ZKL_AEAD_NONCE_BYTES], head[RECORD_HEAD_BYTES];
    ZKL_TRY(zkl_buffer_status(content, err));
    ZKL_ASSERT(content->size > 0 && content->size <= UINT32_MAX);
    record_nonce(nonce, run->number);
    zkl_be32_put(head, (uint32_t)content->size);
    const zkl_aead with = { .key = run->key,
                            .nonce = nonce,
                            .associated = zkl_bytes_of(run->head.bytes, run->head.size) };
    if (!zkl_aead_seal(content->data, head + 4, &with, zkl_buffer_bytes(content)))
        return zkl_fail(err, ZKL_NO_MEMORY, "libcrypto could not encrypt '%s'", run->path);
    run->number++; /* used up, whatever comes of the write */
    ZKL_TRY(zkl_fd_write(fd, zkl_bytes_of(head, sizeof head), run->path, err));
    return zkl_fd_write(fd, zkl_buffer_bytes(content), run->path, err);
}

static void put_terms(zkl_buffer *out, const service_unfinished_terms *terms)
{
    const zkl_table_facts *facts = terms->facts;
    uint32_t count = 0;
    zkl_buffer_put(out, terms->seed.bytes, 32);
    zkl_buffer_put(out, facts->content.bytes, 32);
    zkl_buffer_put(out, facts->schema_hash.bytes, 32);
    zkl_buffer_put(out, terms->powers_hash.bytes, 32);
    zkl_buffer_put_u64(out, facts->row_count);
    zkl_buffer_put_u32(out, terms->version);
    zkl_buffer_put_field(out, ZKL_VERSION, sizeof ZKL_VERSION - 1);
    for (size_t i = 0; i < facts->schema->column_count; i++)
        count += facts->schema->columns[i].type.kind == ZKL_TYPE_DICTIONARY;
    zkl_buffer_put_u32(out, count);
    for (size_t i = 0; i < facts->schema->column_count; i++) {
        const zkl_column *column = &facts->schema->columns[i];
        if (column->type.kind != ZKL_TYPE_DICTIONARY)
            continue;
        zkl_buffer_put_field(out, column->name.data, column->name.size);
        zkl_buffer_put(out, zkl_table_dictionary_seed(facts->table, i)->bytes, 32);
        zkl_buffer_put(out, column->type.root.bytes, 32);
    }
}

/* Which record has which chunk; a later one counts. Sizes are looked at here and nowhere else. */
static zkl_status index_chunks(service_unfinished *run, zkl_error *err)
{
    const size_t size = CHUNK_HEAD_BYTES + run->block_count * ZKL_POINT_BYTES;
    run->chunks = ZKL_ARENA_NEW(&run->memory, zkl_bytes, run->chunk_count);
    if (!run->chunks)
        return zkl_no_memory(err, run->chunk_count * sizeof *run->chunks);
    for (size_t i = 0; i < run->record_count; i++) {
        const run_record *r = &run->records[i];
        if (r->kind != RECORD_CHUNK || r->body.size != size)
            continue;
        const uint64_t chunk = zkl_be64_get(r->body.data);
        if (chunk < run->chunk_count)
            run->chunks[chunk] = r->body;
    }
    return ZKL_OK;
}

/* All that counts of the old file into the new one. */
static zkl_status write_first(service_unfinished *run, int fd, const zkl_buffer *terms,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    ZKL_TRY(zkl_fd_write(fd, zkl_bytes_of(run->head.bytes, run->head.size), run->path, err));
    zkl_buffer_put_u8(&content, RECORD_TERMS);
    zkl_buffer_put(&content, terms->data, terms->size);
    ZKL_TRY(append(run, fd, &content, err));
    for (size_t i = 1; i < run->record_count; i++) {
        const run_record *r = &run->records[i];
        content.size = 0;
        zkl_buffer_put_u8(&content, (uint8_t)r->kind);
        zkl_buffer_put(&content, r->body.data, r->body.size);
        ZKL_TRY(append(run, fd, &content, err));
    }
    return fsync(fd) == 0 ? ZKL_OK : zkl_fail_errno(err, "sync", run->path);
}

/* Locked before it has its name: whoever finds the name finds the lock. */
static zkl_status replace_file(service_unfinished *run, const zkl_buffer *terms, zkl_error *err)
{
    char part[PATH_MAX + 40], folder[PATH_MAX];
    memcpy(folder, run->path, sizeof folder);
    *strrchr(folder, '/') = 0;
    ZKL_TRY(zkl_folder_make(folder, 0700, err));
    (void)snprintf(part, sizeof part, "%s.%ld.part", run->path, (long)getpid());
    (void)unlink(part); /* of an earlier process of our number */
    const int fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return zkl_fail_errno(err, "create", part);
    zkl_status status =
        flock(fd, LOCK_EX | LOCK_NB) == 0 ? ZKL_OK : zkl_fail_errno(err, "lock", part);
    if (status == ZKL_OK)
        status = write_first(run, fd, terms, err);
    if (status == ZKL_OK)
        status = zkl_file_rename(part, run->path, err);
    if (status != ZKL_OK) {
        (void)unlink(part);
        close(fd);
        return status;
    }
    if (run->fd >= 0)
        close(run->fd);
    run->fd = fd;
    return ZKL_OK;
}

zkl_status service_unfinished_begin(bool *is_same, service_unfinished *run,
                                    const service_unfinished_terms *terms, const zkl_env *env,
                                    zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    const bool had = run->record_count > 0;
    put_terms(&bytes, terms);
    ZKL_TRY(zkl_buffer_status(&bytes, err));
    *is_same = !had || zkl_bytes_equal(run->records[0].body, zkl_buffer_bytes(&bytes));
    if (!*is_same)
        forget(run);
    run->chunk_count = terms->facts->chunk_count;
    run->block_count = terms->facts->block_count;
    ZKL_TRY(index_chunks(run, err));
    ZKL_TRY(make_head(&run->head, &run->of, env, err));
    derive_key(run);
    run->number = 0;
    return replace_file(run, &bytes, err);
}

/* What cannot be kept only costs time later. */
static void give_up(service_unfinished *run, const zkl_error *why)
{
    snprintf(run->fault, sizeof run->fault, "%.*s", (int)sizeof run->fault - 1, why->text);
    service_unfinished_drop(run);
}

/* ---- Chunks. */

static bool find_chunk(void *opaque, size_t chunk, const uint8_t *key, const zkl_digest *row_root,
                       uint8_t (*points)[ZKL_POINT_BYTES])
{
    const service_unfinished *run = opaque;
    const zkl_bytes kept = run->chunks ? run->chunks[chunk] : (zkl_bytes){ 0 };
    if (!kept.size || !zkl_equal_ct(kept.data + 8, key, ZKL_CHUNK_KEY_BYTES) ||
        memcmp(kept.data + 8 + ZKL_CHUNK_KEY_BYTES, row_root->bytes, 32) != 0)
        return false;
    memcpy(points, kept.data + CHUNK_HEAD_BYTES, run->block_count * ZKL_POINT_BYTES);
    return true;
}

static zkl_status append_chunk(service_unfinished *run, const zkl_commitments *all, size_t chunk,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    zkl_buffer_put_u8(&content, RECORD_CHUNK);
    zkl_buffer_put_u64(&content, chunk);
    zkl_buffer_put(&content, all->chunk_keys[chunk], ZKL_CHUNK_KEY_BYTES);
    zkl_buffer_put(&content, all->row_roots[chunk].bytes, 32);
    zkl_buffer_put(&content, all->points[chunk * all->block_count],
                   all->block_count * ZKL_POINT_BYTES);
    return append(run, run->fd, &content, err);
}

/* Synced: so much is there also when the power goes. */
static zkl_status append_chunks(service_unfinished *run, const zkl_commitments *all, size_t first,
                                size_t count, zkl_error *err)
{
    for (size_t chunk = first; chunk < first + count; chunk++)
        if (!run->chunks[chunk].size)
            ZKL_TRY(append_chunk(run, all, chunk, err));
    return fdatasync(run->fd) == 0 ? ZKL_OK : zkl_fail_errno(err, "sync", run->path);
}

static void put_chunks(void *opaque, const zkl_commitments *all, size_t first, size_t count)
{
    service_unfinished *run = opaque;
    zkl_error why = { 0 };
    if (run->fd >= 0 && append_chunks(run, all, first, count, &why) != ZKL_OK)
        give_up(run, &why);
}

zkl_chunk_store service_unfinished_chunks(service_unfinished *run)
{
    return (zkl_chunk_store){ run, find_chunk, put_chunks };
}

/* ---- Proofs: field what it proves, field statement, field proof. */

static bool find_proof(void *opaque, zkl_bytes of, zkl_bytes *statement, zkl_bytes *proof)
{
    const service_unfinished *run = opaque;
    for (size_t i = 0; i < run->record_count; i++) {
        const run_record *record = &run->records[i];
        zkl_reader r = zkl_reader_of(record->body);
        if (record->kind != RECORD_PROOF ||
            !zkl_bytes_equal(zkl_reader_field(&r, PROOF_KEY_BYTES_MAX, "what it proves"), of))
            continue;
        *statement = zkl_reader_field(&r, record->body.size, "statement");
        *proof = zkl_reader_field(&r, record->body.size, "proof");
        return !r.fault && r.at == record->body.size;
    }
    return false;
}

static zkl_status append_proof(service_unfinished *run, zkl_bytes of, zkl_bytes statement,
                               zkl_bytes proof, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    if (of.size > PROOF_KEY_BYTES_MAX)
        return ZKL_OK;
    zkl_buffer_put_u8(&content, RECORD_PROOF);
    zkl_buffer_put_field(&content, of.data, of.size);
    zkl_buffer_put_field(&content, statement.data, statement.size);
    zkl_buffer_put_field(&content, proof.data, proof.size);
    ZKL_TRY(append(run, run->fd, &content, err));
    return fdatasync(run->fd) == 0 ? ZKL_OK : zkl_fail_errno(err, "sync", run->path);
}

static void put_proof(void *opaque, zkl_bytes of, zkl_bytes statement, zkl_bytes proof)
{
    service_unfinished *run = opaque;
    zkl_error why = { 0 };
    if (run->fd >= 0 && append_proof(run, of, statement, proof, &why) != ZKL_OK)
        give_up(run, &why);
}

zkl_proof_store service_unfinished_proofs(service_unfinished *run)
{
    return (zkl_proof_store){ run, find_proof, put_proof };
}
