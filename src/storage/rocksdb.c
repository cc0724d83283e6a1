/* The embedded store: RocksDB through its C API.
 *
 *  1. A synced commit is one write-ahead record with fsync. Recovery tolerates a torn last record
 *     (a commit that never returned) and reports any other damage to the write-ahead log, instead
 *     of dropping what follows it: silently losing a signed checkpoint could make the log sign
 *     two histories.
 *  2. A writer has the lock file before it opens the database and until it has closed it. RocksDB
 *     has a lock of its own, which says nothing of who holds it: it is met only by a process that
 *     goes past ours.
 *  3. A reader is a secondary instance. To write for a moment it opens the database a second
 *     time, as a writer, and reads on through its own instance meanwhile. An instance that learns
 *     of new tables is replaced (see catch_up), so each reading sees one state of the database.
 *  4. Conditions are compared and the batch is written under one mutex. Other processes cannot
 *     write: 2.
 *  5. Once rocksdb_write has been called, a failure of any kind leaves the outcome unknown.
 *  6. Instances of a process share one timer. When its thread cannot be started, RocksDB ends the
 *     process later: closing any instance throws out of a destructor, and so does the end of
 *     main. So threads are tried before an instance is opened. */
#include "storage/storage.h"

#ifdef ZKL_HAVE_ROCKSDB

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/guard.h"
#include "storage/lock.h"
#include "storage/rocksdb_library.h"

#define BLOCK_CACHE_BYTES_DEFAULT ((size_t)32 << 20)
#define WRITE_BUFFER_BYTES ((size_t)32 << 20)
#define READER_FOLDER                                                                              \
    "zkl-reader-" /* and the process's number: where a secondary instance logs while it opens */
#define RECOVER_ALL_BUT_A_TORN_TAIL 0 /* rocksdb_tolerate_corrupted_tail_records_recovery */
#define LOG_ERRORS_ONLY 3             /* InfoLogLevel::ERROR_LEVEL */

typedef struct rocksdb_store {
    zkl_store base;
    rocksdb_t *db;
    rocksdb_options_t *options;
    rocksdb_block_based_table_options_t *table;
    rocksdb_cache_t *cache;
    rocksdb_readoptions_t *read;
    rocksdb_writeoptions_t *write, *write_synced;
    pthread_mutex_t commits; /* invariant 4 */
    /* Held for writing while a reader catches up or a writer recovers, both of which may replace
     * db; for reading by every get and scan. */
    pthread_rwlock_t readings;
    /* Of a reader: the highest number of a table when db was opened. */
    uint64_t newest_table;
    zkl_lock lock;           /* of a writer */
    zkl_store_options asked; /* path and lock_path are the members below; env is not kept */
    char path[PATH_MAX], lock_path[PATH_MAX];
} rocksdb_store;

/* RocksDB gives up, by an assertion, when it is before 1970. */
static zkl_status check_clock(zkl_error *err)
{
    return time(NULL) >= 0 ? ZKL_OK
                           : zkl_fail(err, ZKL_NOT_SUPPORTED,
                                      "the system's clock stands before 1970, where the store does "
                                      "not work: set it");
}

/* RocksDB asks once whether there is sync_file_range, and gives up, by an assertion, at any
 * answer but yes and ENOSYS. Asked here first, of a file without a name in the store's folder;
 * where there can be none it is not known. */
static zkl_status check_sync_file_range(const char *folder, zkl_error *err)
{
    const int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return ZKL_OK;
    const int code = sync_file_range(fd, 0, 0, 0) == 0 ? 0 : errno;
    close(fd);
    return code == 0 || code == ENOSYS
               ? ZKL_OK
               : zkl_fail(err, ZKL_NOT_SUPPORTED,
                          "the file system of '%s' answers sync_file_range with '%s': the store "
                          "does not work on it",
                          folder, strerror(code));
}

/* RocksDB has a text where we have a status; people are told in our words. Takes and frees why.
 * The parts are looked for in this order: the first that is in the text counts, and the last is
 * in every text. */
static zkl_status fail_rocksdb(zkl_error *err, const char *verb, const char *path, char *why)
{
    ZKL_ASSERT(why);
    static const struct {
        const char *part;
        zkl_status status;
        const char *words;
    } meanings[] = {
        { "Corruption", ZKL_IO, "it is damaged: a file of it was changed, cut or removed" },
        { "Permission denied", ZKL_DENIED, "permission denied" },
        { "Operation not permitted", ZKL_DENIED, "permission denied" },
        { "Read-only file system", ZKL_DENIED, "the file system is read-only" },
        { "lock hold by current process", ZKL_CONFLICT, NULL },
        { "While lock file", ZKL_CONFLICT, NULL },
        { "create_if_missing is false", ZKL_NOT_FOUND, "there is none" },
        { "No such file or directory", ZKL_NOT_FOUND, "a file or folder of it is not there" },
        { "No space left", ZKL_IO, "no space is left on the disk" },
        { "quota exceeded", ZKL_IO, "the disk quota is used up" },
        { "File too large", ZKL_IO, "a file of it would be larger than allowed" },
        { "Input/output error", ZKL_IO, "the disk fails" },
        { "Too many open files", ZKL_IO, "too many files are open" },
        { "ot a directory", ZKL_IO, "it is no folder" },
        { "", ZKL_IO, "the file system refused, or it is no store of this program" },
    };
    size_t i = 0;
    while (!strstr(why, meanings[i].part)) /* the last one is in every text */
        i++;
    if (meanings[i].words)
        (void)zkl_fail(err, meanings[i].status, "cannot %s the store '%s': %s", verb, path,
                       meanings[i].words);
    else
        (void)zkl_fail(err, meanings[i].status,
                       "the ledger is in use by another writer; store '%s'", path);
    rocksdb_free(why);
    return meanings[i].status;
}

/* After a recovery that failed there is no database: the store answers until one succeeds. */
static zkl_status check_open(const rocksdb_store *store, zkl_error *err)
{
    return store->db ? ZKL_OK
                     : zkl_fail(err, ZKL_IO, "the store '%s' failed and could not be opened again",
                                store->path);
}

/* Pinned, so that the value is copied once: into the caller's arena. */
static zkl_status rocks_get(zkl_store *base, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                            zkl_error *err)
{
    rocksdb_store *store = (rocksdb_store *)base;
    char *why = NULL;
    ZKL_TRY(check_open(store, err));
    rocksdb_pinnableslice_t *pinned =
        rocksdb_get_pinned(store->db, store->read, (const char *)key.data, key.size, &why);
    if (why)
        return fail_rocksdb(err, "read", store->path, why);
    if (!pinned)
        return zkl_fail(err, ZKL_NOT_FOUND, "no such key in the store");
    size_t size;
    const char *data = rocksdb_pinnableslice_value(pinned, &size);
    const void *copy = zkl_arena_copy(arena, data, size);
    rocksdb_pinnableslice_destroy(pinned);
    if (!copy)
        return zkl_no_memory(err, size);
    *value = zkl_bytes_of(copy, size);
    return ZKL_OK;
}

/* An iterator sees the database as it was when it was made. Errors of the disk end it silently,
 * and are asked for at the end. */
static zkl_status rocks_scan(zkl_store *base, zkl_bytes from, zkl_bytes to, zkl_store_visit *visit,
                             void *context, zkl_error *err)
{
    rocksdb_store *store = (rocksdb_store *)base;
    ZKL_TRY(check_open(store, err));
    rocksdb_readoptions_t *read = rocksdb_readoptions_create();
    if (to.size)
        rocksdb_readoptions_set_iterate_upper_bound(read, (const char *)to.data, to.size);
    rocksdb_iterator_t *at = rocksdb_create_iterator(store->db, read);
    zkl_status status = ZKL_OK;
    bool stop = false;

    if (from.size)
        rocksdb_iter_seek(at, (const char *)from.data, from.size);
    else
        rocksdb_iter_seek_to_first(at);
    while (status == ZKL_OK && !stop && rocksdb_iter_valid(at)) {
        size_t key_size, value_size;
        const char *key = rocksdb_iter_key(at, &key_size);
        const char *value = rocksdb_iter_value(at, &value_size);
        status = visit(context, zkl_bytes_of(key, key_size), zkl_bytes_of(value, value_size), &stop,
                       err);
        rocksdb_iter_next(at);
    }
    char *why = NULL;
    rocksdb_iter_get_error(at, &why);
    if (why && status == ZKL_OK)
        status = fail_rocksdb(err, "read", store->path, why);
    else if (why)
        rocksdb_free(why);
    rocksdb_iter_destroy(at);
    rocksdb_readoptions_destroy(read);
    return status;
}

/* Stored tables, what is in memory and not in a table yet, and the batch. Deletions are let
 * through: they are the way out. */
static zkl_status check_room(const rocksdb_store *store, const zkl_batch *batch, zkl_error *err)
{
    ZKL_ASSERT(store->db);
    uint64_t stored = 0, pending = 0;
    bool puts = false;
    for (size_t i = 0; i < batch->count; i++)
        puts = puts || !batch->changes[i].deletes;
    if (!store->asked.bytes_max || !puts)
        return ZKL_OK;
    /* Both properties exist in every version; a failure leaves 0. */
    (void)rocksdb_property_int(store->db, "rocksdb.total-sst-files-size", &stored);
    (void)rocksdb_property_int(store->db, "rocksdb.size-all-mem-tables", &pending);
    for (size_t i = 0; i < batch->count; i++)
        pending += batch->changes[i].key.size + batch->changes[i].value.size;
    const uint64_t wanted = stored + pending;
    if (wanted > store->asked.bytes_max)
        return zkl_fail(err, ZKL_LIMIT,
                        "the store '%s' would have %" PRIu64 " bytes, at most %" PRIu64
                        " are allowed",
                        store->path, wanted, store->asked.bytes_max);
    return ZKL_OK;
}

/* Compared where it lies: a value may be a whole manifest. */
static zkl_status check_condition(rocksdb_store *store, const zkl_store_condition *condition,
                                  zkl_error *err)
{
    ZKL_ASSERT(store->db);
    char *why = NULL;
    rocksdb_pinnableslice_t *pinned = rocksdb_get_pinned(
        store->db, store->read, (const char *)condition->key.data, condition->key.size, &why);
    if (why)
        return fail_rocksdb(err, "read", store->path, why);
    zkl_bytes have = { 0 };
    if (pinned)
        have.data = (const uint8_t *)rocksdb_pinnableslice_value(pinned, &have.size);
    const zkl_status status = zkl_store_check_condition(condition, pinned ? &have : NULL, err);
    if (pinned)
        rocksdb_pinnableslice_destroy(pinned);
    return status;
}

/* The caller has the mutex. */
static zkl_status rocks_commit(zkl_store *base, const zkl_store_write *write,
                               zkl_store_outcome *outcome, zkl_error *err)
{
    rocksdb_store *store = (rocksdb_store *)base;
    const zkl_batch *batch = write->batch;
    char *why = NULL;
    ZKL_ASSERT(*outcome == ZKL_STORE_NOTHING);
    ZKL_TRY(check_open(store, err));
    ZKL_TRY(check_room(store, batch, err));
    for (size_t i = 0; i < write->condition_count; i++)
        ZKL_TRY(check_condition(store, &write->conditions[i], err));
    /* One write batch is one record of the log: whole, or torn and dropped when it is replayed. */
    rocksdb_writebatch_t *writes = rocksdb_writebatch_create();
    for (size_t i = 0; i < batch->count; i++) {
        const zkl_batch_change *change = &batch->changes[i];
        if (change->deletes)
            rocksdb_writebatch_delete(writes, (const char *)change->key.data, change->key.size);
        else
            rocksdb_writebatch_put(writes, (const char *)change->key.data, change->key.size,
                                   (const char *)change->value.data, change->value.size);
    }
    *outcome = ZKL_STORE_UNKNOWN; /* invariant 5; an exception from here on leaves it so */
    rocksdb_write(store->db, write->synced ? store->write_synced : store->write, writes, &why);
    rocksdb_writebatch_destroy(writes);
    if (why)
        return fail_rocksdb(err, "write", store->path, why);
    *outcome = ZKL_STORE_COMMITTED;
    return ZKL_OK;
}

/* The folder holds nothing but log files of a secondary instance. */
static void remove_reader_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    for (const struct dirent *entry; entries && (entry = readdir(entries));) {
        char path[PATH_MAX + 600];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        (void)unlink(path); /* "." and ".." refuse; a left-over log file in /tmp does no harm */
    }
    if (entries)
        closedir(entries);
    (void)rmdir(folder);
}

/* Folders of processes that were killed while they opened a store. */
static void sweep_reader_folders(const char *temporary)
{
    DIR *entries = opendir(temporary);
    for (const struct dirent *entry; entries && (entry = readdir(entries));) {
        char path[PATH_MAX + 300];
        const char *rest;
        struct stat st;
        if (strncmp(entry->d_name, READER_FOLDER, strlen(READER_FOLDER)) != 0)
            continue;
        if (!zkl_process_is_gone(entry->d_name + strlen(READER_FOLDER), &rest) || *rest != '-')
            continue;
        snprintf(path, sizeof path, "%s/%s", temporary, entry->d_name);
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid())
            remove_reader_folder(path);
    }
    if (entries)
        closedir(entries);
}

/* Objects of the C API are deleted by it; NULL is fine for each, so this also ends an opening
 * that was cut short. */
static void rocks_close(zkl_store *base)
{
    rocksdb_store *store = (rocksdb_store *)base;
    if (store->db)
        rocksdb_close(store->db);
    rocksdb_writeoptions_destroy(store->write);
    rocksdb_writeoptions_destroy(store->write_synced);
    rocksdb_readoptions_destroy(store->read);
    rocksdb_options_destroy(store->options);
    rocksdb_block_based_options_destroy(store->table);
    rocksdb_cache_destroy(store->cache);
}

/* No compaction by hand, no column families, no merge: keys and values, and a log that is
 * synced. */
static void make_options(rocksdb_store *store)
{
    const zkl_store_options *options = &store->asked;
    store->read = rocksdb_readoptions_create();
    store->write = rocksdb_writeoptions_create();
    store->write_synced = rocksdb_writeoptions_create();
    rocksdb_writeoptions_set_sync(store->write_synced, 1);

    /* One cache a store, bounded: blocks of many ledgers in one process do not add up beyond
     * what each was given. */
    store->cache = rocksdb_cache_create_lru(options->cache_bytes ? options->cache_bytes
                                                                 : BLOCK_CACHE_BYTES_DEFAULT);
    store->table = rocksdb_block_based_options_create();
    rocksdb_block_based_options_set_block_cache(store->table, store->cache);

    store->options = rocksdb_options_create();
    rocksdb_options_set_block_based_table_factory(store->options, store->table);
    rocksdb_options_set_create_if_missing(store->options, options->create_if_missing);
    /* A block whose checksum is wrong is an error, also in what is only compacted. */
    rocksdb_options_set_paranoid_checks(store->options, 1);
    rocksdb_options_set_compression(store->options, options->plain ? rocksdb_no_compression
                                                                   : rocksdb_lz4_compression);
    /* Large values (manifests, statements) should not make a table each. */
    rocksdb_options_set_write_buffer_size(store->options, WRITE_BUFFER_BYTES);
    rocksdb_options_set_max_open_files(store->options,
                                       -1); /* a reader keeps what a writer deletes */
    /* No threads of its own to open them: refused one, it ends the program while it holds the
     * others. */
    rocksdb_options_set_max_file_opening_threads(store->options, 1);
    rocksdb_options_set_wal_recovery_mode(store->options, RECOVER_ALL_BUT_A_TORN_TAIL);
    /* Its own log file is for people who look into the database: errors, and not many files of
     * them. */
    rocksdb_options_set_info_log_level(store->options, LOG_ERRORS_ONLY);
    rocksdb_options_set_keep_log_file_num(store->options, 2);
    if (options->counts)
        rocksdb_options_enable_statistics(store->options);
}

/* Lines "NAME COUNT : NUMBER", as Statistics::ToString of every version writes them. */
static uint64_t find_count(const char *text, const char *name)
{
    const size_t size = strlen(name);
    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, size) == 0 && strncmp(line + size, " COUNT : ", 9) == 0)
            return strtoull(line + size + 9, NULL, 10);
    }
    return 0;
}

static bool rocks_count(zkl_store *base, zkl_store_counts *out)
{
    const rocksdb_store *const store = (const rocksdb_store *)base;
    char *const text =
        store->asked.counts ? rocksdb_options_statistics_get_string(store->options) : NULL;
    if (!text)
        return false;
    *out = (zkl_store_counts){
        .gets = find_count(text, "rocksdb.number.keys.read"),
        .puts = find_count(text, "rocksdb.number.keys.written"),
        .passed = find_count(text, "rocksdb.number.db.next"),
        .bytes_read = find_count(text, "rocksdb.bytes.read"),
        .bytes_written = find_count(text, "rocksdb.bytes.written"),
        .cache_hits = find_count(text, "rocksdb.block.cache.hit"),
        .cache_misses = find_count(text, "rocksdb.block.cache.miss"),
        .syncs = find_count(text, "rocksdb.wal.synced"),
    };
    rocksdb_free(text);
    return true;
}

/* A secondary instance wants a folder to log into. It gets one in the temporary folder, never in
 * the ledger, which may be read-only. */
static zkl_status open_secondary(rocksdb_t **out, const rocksdb_store *store, zkl_error *err)
{
    ZKL_ASSERT(store->asked.read_only);
    const char *temporary = getenv("TMPDIR");
    char *why = NULL;
    char folder[PATH_MAX];
    if (!temporary || !temporary[0])
        temporary = "/tmp";
    if (snprintf(folder, sizeof folder, "%s/" READER_FOLDER "%ld-XXXXXX", temporary,
                 (long)getpid()) >= (int)sizeof folder)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", temporary);
    sweep_reader_folders(temporary); /* each reader cleans up after those that were killed */
    if (!mkdtemp(folder))
        return zkl_fail_errno(err, "create folder", folder);
    *out = rocksdb_open_as_secondary(store->options, store->path, folder, &why);
    remove_reader_folder(folder); /* its log file is open, and needs no name */
    return why ? fail_rocksdb(err, "open", store->path, why) : ZKL_OK;
}

/* Tables are numbered in the order in which they are made: a new one has a higher number than all
 * before. 0: there is none. */
static uint64_t newest_table(rocksdb_t *db)
{
    const rocksdb_livefiles_t *tables = rocksdb_livefiles(db);
    uint64_t newest = 0;
    for (int i = 0; i < rocksdb_livefiles_count(tables); i++) {
        const char *name = rocksdb_livefiles_name(tables, i); /* "/000021.sst" */
        const uint64_t number = strtoull(name + strspn(name, "/"), NULL, 10);
        newest = number > newest ? number : newest;
    }
    rocksdb_livefiles_destroy(tables);
    return newest;
}

/* Read on in the writer's manifest and its write-ahead logs. Twice: the first time RocksDB may read
 * the manifest, and then find a log gone that the writer has turned into a table in between. The
 * manifest that says so is there by then, for the second time. So what was committed before the
 * call is seen, and no reader sees less than another saw before it. */
static zkl_status read_on(const rocksdb_store *store, rocksdb_t *db, zkl_error *err)
{
    for (int i = 0; i < 2; i++) {
        char *why = NULL;
        rocksdb_try_catch_up_with_primary(db, &why);
        if (why)
            return fail_rocksdb(err, "catch up with", store->path, why);
    }
    return ZKL_OK;
}

/* How often a writer may make a table just while a reader opens. */
#define OPENINGS_MAX 100

/* A new instance in the place of the reader's. What it has in memory is from logs that were read
 * after its tables: if a table comes in while it reads on, it begins anew. */
static zkl_status renew_reader(rocksdb_store *store, zkl_error *err)
{
    ZKL_ASSERT(store->asked.read_only);
    for (int i = 0; i < OPENINGS_MAX; i++) {
        rocksdb_t *db = NULL;
        ZKL_TRY(open_secondary(&db, store, err));
        const uint64_t newest = newest_table(db);
        const zkl_status status = read_on(store, db, err);
        if (status == ZKL_OK && newest_table(db) == newest) {
            if (store->db)
                rocksdb_close(store->db);
            store->db = db;
            store->newest_table = newest;
            return ZKL_OK;
        }
        rocksdb_close(db);
        ZKL_TRY(status);
    }
    return zkl_fail(err, ZKL_CONFLICT, "the store '%s' changes faster than it can be read",
                    store->path);
}

/* Of a reader alone: a writer sees what it wrote.
 *
 * A secondary instance looks for a key in its memory first, and then in the tables. Its memory is
 * what it read of a log. When the writers since have written to another log and turned that into
 * a table, the table has the newer value and is found last: the old one would stand in its way
 * until some log is written again. So an instance is used for as long as its tables are the ones
 * that it was opened with, and what is new comes from logs. */
static zkl_status catch_up(rocksdb_store *store, zkl_error *err)
{
    ZKL_ASSERT(store->db && store->asked.read_only);
    ZKL_TRY(read_on(store, store->db, err));
    return newest_table(store->db) == store->newest_table ? ZKL_OK : renew_reader(store, err);
}

/* Replays the log that the writer before has left, and makes a table of it. */
static zkl_status open_writer(rocksdb_store *store, zkl_error *err)
{
    ZKL_ASSERT(!store->db); /* two instances of one store would not know of each other */
    char *why = NULL;
    store->db = rocksdb_open(store->options, store->path, &why);
    return why ? fail_rocksdb(err, "open", store->path, why) : ZKL_OK;
}

/* RocksDB writes no more once a write to its log has failed, and may or may not have that
 * record. Opened again it replays the log, writes what it found into a table and syncs that:
 * what can be read then stays. */
static zkl_status rocks_recover(zkl_store *base, zkl_error *err)
{
    rocksdb_store *store = (rocksdb_store *)base;
    ZKL_ASSERT(!store->asked.read_only);
    if (store->db)
        rocksdb_close(store->db);
    store->db = NULL;
    return open_writer(store, err);
}

/* ---- The same behind a guard: RocksDB throws when it gets no memory or no thread. */

/* The arguments of any one call. Each method below is the one above it, called through
 * zkl_guard. */
typedef struct rocks_call {
    zkl_store *store;
    zkl_bytes *value;
    zkl_arena *arena;
    zkl_bytes from, to; /* a key is `from` */
    zkl_store_visit *visit;
    void *context;
    const zkl_store_write *write;
    zkl_store_outcome *outcome;
} rocks_call;

/* The one way in. What it says in a message is what the user wanted, and where. */
static zkl_status guard(rocks_call *call, zkl_guarded *function, const char *verb, zkl_error *err)
{
    char what[PATH_MAX + 64];
    snprintf(what, sizeof what, "%s the store '%s'", verb, ((rocksdb_store *)call->store)->path);
    return zkl_guard(function, call, what, err);
}

/* Outside of the guard: an exception does not pass them. A visitor may read too: the lock is one
 * that lets readers in while somebody waits to catch up. */
static void begin_reading(zkl_store *store)
{
    const int failed = pthread_rwlock_rdlock(&((rocksdb_store *)store)->readings);
    ZKL_ASSERT(!failed);
}

static void end_reading(zkl_store *store)
{
    const int failed = pthread_rwlock_unlock(&((rocksdb_store *)store)->readings);
    ZKL_ASSERT(!failed);
}

static zkl_status call_get(void *context, zkl_error *err)
{
    rocks_call *c = context;
    return rocks_get(c->store, c->value, c->arena, c->from, err);
}

static zkl_status guarded_get(zkl_store *store, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                              zkl_error *err)
{
    rocks_call c = { .store = store, .value = value, .arena = arena, .from = key };
    begin_reading(store);
    const zkl_status status = guard(&c, call_get, "read", err);
    end_reading(store);
    return status;
}

static zkl_status call_scan(void *context, zkl_error *err)
{
    rocks_call *c = context;
    return rocks_scan(c->store, c->from, c->to, c->visit, c->context, err);
}

/* The visitor runs inside of the guard: it returns its own status, and is C, so it throws
 * nothing. */
static zkl_status guarded_scan(zkl_store *store, zkl_bytes from, zkl_bytes to,
                               zkl_store_visit *visit, void *context, zkl_error *err)
{
    rocks_call c = { .store = store, .from = from, .to = to, .visit = visit, .context = context };
    begin_reading(store);
    const zkl_status status = guard(&c, call_scan, "read", err);
    end_reading(store);
    return status;
}

static zkl_status call_commit(void *context, zkl_error *err)
{
    rocks_call *c = context;
    return rocks_commit(c->store, c->write, c->outcome, err);
}

/* The mutex outside of the guard: an exception does not pass it. */
static zkl_status guarded_commit(zkl_store *base, const zkl_store_write *write,
                                 zkl_store_outcome *outcome, zkl_error *err)
{
    rocksdb_store *store = (rocksdb_store *)base;
    rocks_call c = { .store = base, .write = write, .outcome = outcome };
    ZKL_TRY(check_clock(err));
    int failed = pthread_mutex_lock(&store->commits);
    ZKL_ASSERT(!failed);
    const zkl_status status = guard(&c, call_commit, "write", err);
    failed = pthread_mutex_unlock(&store->commits);
    ZKL_ASSERT(!failed);
    return status;
}

static zkl_status call_catch_up(void *context, zkl_error *err)
{
    rocks_call *c = context;
    return catch_up((rocksdb_store *)c->store, err);
}

static zkl_status guarded_catch_up(zkl_store *store, zkl_error *err)
{
    rocks_call c = { .store = store };
    const int failed = pthread_rwlock_wrlock(&((rocksdb_store *)store)->readings);
    ZKL_ASSERT(!failed);
    const zkl_status status = guard(&c, call_catch_up, "catch up with", err);
    end_reading(store);
    return status;
}

static zkl_status call_recover(void *context, zkl_error *err)
{
    rocks_call *c = context;
    return rocks_recover(c->store, err);
}

/* Closing and opening, so both may throw: then the store has no database, and check_open says
 * so. Threads that read a writer's store wait for it. */
static zkl_status guarded_recover(zkl_store *store, zkl_error *err)
{
    rocks_call c = { .store = store };
    const int failed = pthread_rwlock_wrlock(&((rocksdb_store *)store)->readings);
    ZKL_ASSERT(!failed);
    const zkl_status status = guard(&c, call_recover, "open", err);
    end_reading(store);
    return status;
}

/* What counting takes, and brings back. */
typedef struct rocks_counting {
    zkl_store *store;
    zkl_store_counts *out;
    bool is_told;
} rocks_counting;

static zkl_status call_count(void *context, zkl_error *err)
{
    rocks_counting *const c = context;
    (void)err;
    c->is_told = rocks_count(c->store, c->out);
    return ZKL_OK;
}

static bool guarded_count(zkl_store *store, zkl_store_counts *out)
{
    rocks_counting c = { .store = store, .out = out };
    zkl_error none = { 0 };
    begin_reading(store);
    const zkl_status status = zkl_guard(call_count, &c, "count", &none);
    end_reading(store);
    return status == ZKL_OK && c.is_told;
}

static zkl_status call_close(void *context, zkl_error *err)
{
    rocks_call *c = context;
    (void)err;
    rocks_close(c->store);
    return ZKL_OK;
}

/* The lock goes last: invariant 2. */
static void guarded_close(zkl_store *base)
{
    rocksdb_store *store = (rocksdb_store *)base;
    rocks_call c = { .store = base };
    const bool is_closed = zkl_guard(call_close, &c, "close the store", NULL) == ZKL_OK;
    zkl_lock_clear(&store->lock);
    /* All that counts was synced; what closing fails to do is left to the process's end. */
    if (!is_closed)
        return;
    pthread_rwlock_destroy(&store->readings);
    pthread_mutex_destroy(&store->commits);
    zkl_free(store);
}

/* Half an opening is closed by the caller. */
static zkl_status call_open(void *context, zkl_error *err)
{
    rocks_call *c = context;
    rocksdb_store *store = (rocksdb_store *)c->store;
    make_options(store);
    return store->asked.read_only ? renew_reader(store, err) : open_writer(store, err);
}

/* The store outlives the caller's strings. */
static zkl_status copy_path(char out[static PATH_MAX], const char *path, zkl_error *err)
{
    if (strlen(path) >= PATH_MAX)
        return zkl_fail(err, ZKL_LIMIT, "path '%.100s...' is too long", path);
    memcpy(out, path, strlen(path) + 1);
    return ZKL_OK;
}

/* As many as an opening starts at most. */
#define THREADS_OF_AN_OPENING 4

static void *wait_for_gate(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

/* Invariant 6: start as many threads as RocksDB will, all at one time, and end them. Another
 * process may take meanwhile what was free here: then the program's last resort says so. */
static zkl_status check_threads(const char *path, zkl_error *err)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t threads[THREADS_OF_AN_OPENING];
    size_t started = 0;
    pthread_mutex_lock(&gate); /* nobody ends before all have begun */
    while (started < THREADS_OF_AN_OPENING &&
           pthread_create(&threads[started], NULL, wait_for_gate, &gate) == 0)
        started++;
    pthread_mutex_unlock(&gate);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(threads[i], NULL); /* it cannot fail: each is joined once */
    pthread_mutex_destroy(&gate);
    if (started < THREADS_OF_AN_OPENING)
        return zkl_fail(err, ZKL_LIMIT, "cannot open the store '%s': the system denies a thread",
                        path);
    return ZKL_OK;
}

/* The lock before anything of the database is touched: invariant 2. */
static zkl_status open_database(rocksdb_store *store, const zkl_env *env, zkl_error *err)
{
    rocks_call c = { .store = &store->base };
    if (!store->asked.read_only && store->asked.lock_path)
        ZKL_TRY(zkl_lock_take(&store->lock, store->lock_path, env, err));
    ZKL_TRY(check_clock(err));
    ZKL_TRY(check_sync_file_range(store->path, err));
    ZKL_TRY(check_threads(store->path, err));
    return guard(&c, call_open, "open", err);
}

static zkl_status rocks_open(zkl_store **out, const zkl_store_options *options, zkl_error *err);

/* Invariant 3. */
static zkl_status rocks_lock(zkl_store **writer, zkl_store *store, const zkl_env *env,
                             zkl_error *err)
{
    zkl_store_options options = ((const rocksdb_store *)store)->asked;
    ZKL_ASSERT(options.read_only); /* a writer has no such method: it has the lock already */
    options.read_only = false;
    options.create_if_missing = false;
    options.env = env;
    return rocks_open(writer, &options, err);
}

static zkl_status rocks_open(zkl_store **out, const zkl_store_options *options, zkl_error *err)
{
    static const zkl_store_ops writer = {
        .name = "rocksdb",
        .features = ZKL_STORE_DURABLE | ZKL_STORE_WRITABLE,
        .get = guarded_get,
        .scan = guarded_scan,
        .commit = guarded_commit,
        .recover = guarded_recover,
        .count = guarded_count,
        .close = guarded_close,
    };
    static const zkl_store_ops reader = {
        .name = "rocksdb",
        .features = ZKL_STORE_DURABLE | ZKL_STORE_CATCH_UP,
        .get = guarded_get,
        .scan = guarded_scan,
        .catch_up = guarded_catch_up,
        .lock = rocks_lock,
        .close = guarded_close,
    };
    ZKL_TRY(zkl_rocksdb_load(options->path, err));
    /* Everything is in place for guarded_close from here on, whatever fails. */
    rocksdb_store *store = zkl_calloc(1, sizeof *store);
    if (!store)
        return zkl_no_memory(err, sizeof *store);
    if (pthread_mutex_init(&store->commits, NULL) != 0) {
        zkl_free(store);
        return zkl_no_memory(err, sizeof store->commits);
    }
    if (pthread_rwlock_init(&store->readings, NULL) != 0) { /* prefers readers */
        pthread_mutex_destroy(&store->commits);
        zkl_free(store);
        return zkl_no_memory(err, sizeof store->readings);
    }
    store->base.ops = options->read_only ? &reader : &writer;
    store->asked = *options;
    store->asked.path = store->path;
    store->asked.lock_path = options->lock_path ? store->lock_path : NULL;
    store->asked.env = NULL;
    zkl_status status = copy_path(store->path, options->path, err);
    if (status == ZKL_OK && options->lock_path)
        status = copy_path(store->lock_path, options->lock_path, err);
    if (status == ZKL_OK)
        status = open_database(store, options->env, err);
    if (status != ZKL_OK) {
        guarded_close(&store->base);
        return status;
    }
    *out = &store->base;
    return ZKL_OK;
}

const zkl_store_backend zkl_store_rocksdb = { .name = "rocksdb",
                                              .features = ZKL_STORE_DURABLE,
                                              .open = rocks_open };

#else

static zkl_status rocks_open(zkl_store **out, const zkl_store_options *options, zkl_error *err)
{
    (void)out;
    return zkl_fail(err, ZKL_NOT_SUPPORTED, "cannot open '%s': this build has no RocksDB",
                    options->path);
}

const zkl_store_backend zkl_store_rocksdb = { .name = "rocksdb",
                                              .features = ZKL_STORE_DURABLE,
                                              .open = rocks_open };

#endif
