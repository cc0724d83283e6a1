#pragma once
/* A ledger: find it, make it, open it, close it.
 *
 *     zkl_ledger *ledger = NULL;
 *     zkl_ledger_options options = { .folder = ".zkp-ledger" };
 *     zkl_status status = zkl_ledger_open(&ledger, &options, NULL, &err);
 *     ... zkl_notarize, zkl_show, zkl_export, ...
 *     zkl_ledger_close(ledger);
 *
 * What operations do is declared by subject: zkl/dataset.h, zkl/log.h, zkl/export.h, zkl/verify.h,
 * zkl/keys.h and zkl/setup.h; zkl/call.h has them all with JSON in and out. These rules hold for
 * all of them:
 *
 *  1. A call takes a request and fills a result. It borrows the request until it returns.
 *  2. A result's pointers live in its `memory`: clear it with zkl_arena_clear. After a failure the
 *     memory is empty and need not be cleared, unless the call says otherwise.
 *  3. Only ZKL_OK is success. Otherwise `err` has the same status and one or two lines for people;
 *     err may be NULL. Every call may also fail with ZKL_NO_MEMORY, and every call that reads or
 *     writes files with ZKL_IO and ZKL_DENIED.
 *  4. A call that failed has recorded nothing and made no output file, unless it says otherwise.
 *  5. env may be NULL: the one that the ledger was opened with, else the system's randomness and
 *     clock, no progress and one thread. Where a call takes env, its progress may cancel it:
 *     ZKL_CANCELLED, and nothing is recorded.
 *  6. Several threads may use one open ledger, each with its own request, result, env and error. An
 *     operation sees the log as it is when the operation begins. Operations that write exclude each
 *     other, also between processes: ZKL_CONFLICT names the one that is at work, once env->wait_ms
 *     have passed. Readers never wait for writers.
 *  7. Cost is said where it is more than a few milliseconds; bench/RESULTS.md has the seconds. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zkl/bytes.h>
#include <zkl/env.h>
#include <zkl/memory.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Finding a ledger */

/* The folder of the ledger that a user means: `given`, else $ZKP_LEDGER_DIR (empty counts as
 * unset), else .zkp-ledger in the current folder or in one above it. The first two may name the
 * ledger or the folder that holds it as .zkp-ledger.
 *
 * *folder lives in `memory`, which the caller clears also after a failure.
 *
 * Errors: ZKL_USAGE      `given` is "".
 *         ZKL_NOT_FOUND  there is none; the text says how to make or name one.
 *         ZKL_DENIED     one was found, not named, and it belongs to another user. */
ZKL_API zkl_status zkl_locate(const char **folder, zkl_arena *memory, const char *given,
                              zkl_error *err) ZKL_MUST_USE;

/* `parallel_prove` in the configuration of this folder's ledger, for the pool that the ledger is
 * opened with. 0: the cores that this process may use.
 *
 * Errors: ZKL_NOT_FOUND  the folder has no configuration.
 *         ZKL_USAGE      it is not a configuration; the text names line and column. */
ZKL_API zkl_status zkl_threads_configured(size_t *out, const char *folder,
                                          zkl_error *err) ZKL_MUST_USE;

/* ---- Opening one */

/* An open ledger. Its store, its passphrase, its powers of tau and its circuit keys stay open with
 * it. */
typedef struct zkl_ledger zkl_ledger;

/* How a ledger is kept open for writing, by a service that is its one writer: nobody else writes
 * until it is closed, so placing an entry costs a batch, a sync and a checkpoint, and not the
 * opening of the store. All zeros: the defaults. docs/service/sequencer.md */
/* A batch that was placed, or that nothing came of: told on the thread that placed it, while the
 * next one waits. */
typedef struct zkl_batch_told {
    size_t entry_count;
    uint64_t wait_us;   /* of its first, until it was taken */
    uint64_t commit_us; /* staging, syncs, checkpoint */
    uint64_t sync_us;   /* of that: the store's write and sync */
    zkl_status status;  /* of the whole; what concerned one entry alone is not in it */
} zkl_batch_told;
typedef void zkl_batch_watch(void *opaque, const zkl_batch_told *told);

typedef struct zkl_sequencer {
    /* Of the store's block cache; 0: as the configuration has it. */
    size_t cache_bytes;
    /* Entries that are committed together at most; an operation's own are not parted. 0: 4,096. */
    size_t batch_entries;
    /* How long the first of a batch waits for others to come, until the batch is full; at most a
     * second. 0: not at all: what comes during a commit is the next batch. */
    uint32_t wait_us;
    /* NULL: nobody is told. opaque outlives the ledger. */
    zkl_batch_watch *watch;
    void *opaque;
} zkl_sequencer;

typedef struct zkl_ledger_options {
    /* As zkl_locate found it. */
    const char *folder;
    /* NULL: the keys have none, or it is given later (zkl_ledger_set_passphrase). */
    const zkl_bytes *passphrase;
    /* Folder of powers of tau and circuit keys. NULL: $ZKL_SETUP_CACHE, else the user's cache
     * folder. */
    const char *setup_cache;
    /* Folder that remembers the newest checkpoint of each ledger this user wrote, so that a copy of
     * an older state is noticed. NULL: zkp-ledger/checkpoints in $XDG_STATE_HOME, else in the
     * user's state folder. */
    const char *state;
    /* Called with what is worth saying and is no failure, on the thread of the operation. All
     * zeros: silent. */
    zkl_notice notice;
    /* The folder was found, and not named. What such a ledger trusts counts in a verification only
     * when the ledger is the caller's own: its files are his alone, and he wrote it
     * (docs/formats/trust.md, "A ledger instead of a file"). */
    bool is_found;
    /* NULL: others may write the ledger too, and the writer's lock is taken for a moment at a
     * time. */
    const zkl_sequencer *sequencer;
} zkl_ledger_options;

/* Open configuration and store for reading. The options are copied; env is borrowed until the
 * ledger is closed. No key is decrypted, no lock is taken, nothing is written.
 *
 * With `sequencer` the writer's lock is taken and kept until the ledger is closed, and what a
 * writer that was killed left open is finished. Other processes that want to write are told who
 * holds the ledger (ZKL_CONFLICT); readers are not disturbed. Operations see what is under a
 * signed checkpoint when they begin.
 *
 * A store that lost what was signed is opened all the same: operations that read say so by
 * `notice`, operations that write fail with ZKL_CONFLICT.
 *
 * Errors: ZKL_NOT_FOUND  there is no ledger in the folder.
 *         ZKL_USAGE      its configuration is none; the text names line and column.
 *         ZKL_REJECTED   its store or its trust record is damaged.
 *         ZKL_CONFLICT   with `sequencer`: another process writes the ledger, and still did after
 *                        env->wait_ms; the text names it.
 *         ZKL_LIMIT      a member of `sequencer` is out of bounds.
 * Cost:   some ten milliseconds, and the block cache that the configuration allows. */
ZKL_API zkl_status zkl_ledger_open(zkl_ledger **out, const zkl_ledger_options *options,
                                   const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Give the passphrase of the key files, or another one. It is copied into memory that stays out of
 * core dumps, and out of swap space where that is permitted, and is wiped at close.
 *
 * It is not tried here: an operation that needs a key fails with ZKL_DENIED when it is wrong.
 * Threads: not while an operation of this ledger runs. */
ZKL_API zkl_status zkl_ledger_set_passphrase(zkl_ledger *ledger, zkl_bytes passphrase,
                                             zkl_error *err) ZKL_MUST_USE;

/* Wipe passphrase and keys, and close everything. NULL is fine.
 * Threads: after every operation of this ledger has returned. */
ZKL_API void zkl_ledger_close(zkl_ledger *ledger);

/* What an open ledger is. The pointers are borrowed until it is closed. */
typedef struct zkl_ledger_info {
    const char *folder;
    /* Name of its log. */
    const char *origin;
    /* Its id: follows from its first log key. */
    zkl_digest ledger;
    /* Hash of the one set of powers of tau that its commitments are made with. */
    zkl_digest powers_hash;
    /* Of rows and tables of versions to come: "sha3-256" or "blake3". */
    const char *hash_algorithm;
} zkl_ledger_info;

/* Never fails. Any thread. */
ZKL_API void zkl_ledger_get_info(zkl_ledger_info *out, const zkl_ledger *ledger);

/* ---- Making one: keys, configuration, store, log, and the powers of tau of this ledger */

typedef struct zkl_init_request {
    /* How it is opened then. The folder must not be there yet, or be empty. A passphrase protects
     * the keys; NULL leaves them in the clear (mode 0600). */
    zkl_ledger_options ledger;
    /* NULL: the name of the folder that holds it. */
    const char *name;
    /* Of rows and tables: "sha3-256" or "blake3". NULL: "sha3-256". */
    const char *hash_algorithm;
    /* NULL: "rocksdb". */
    const char *backend;
    /* The powers of tau, for good: their hash, when this user's cache has them, or a .ptau file to
     * import. NULL: this user's own, made with the first ledger. */
    const char *powers;
    /* What the ledger is for: a template that came with the program, or the path of one, when it
     * has a '/' or ends in ".toml" (docs/formats/template.md). It says keys of the configuration,
     * where this request says nothing, and policies, whose files go into the ledger's folder.
     * NULL: none. */
    const char *template_name;
    /* The old ledger's folder (or the file `head` of it), whose newest checkpoint entry 0 names.
     * NULL: none. */
    const char *succeeds;
} zkl_init_request;

/* The log that a log goes on from, as its entry 0 names it. It is the owner's word: nothing proves
 * it. */
typedef struct zkl_succeeds {
    /* "": none. */
    char origin[256];
    /* Entries of the old log, and the root of its tree, by its newest checkpoint. */
    uint64_t size;
    zkl_digest root;
    /* The verifier key that signed the old checkpoint. A reader has to find out elsewhere whether
     * it is that log's. */
    char key[320];
} zkl_succeeds;

typedef struct zkl_init_result {
    zkl_arena memory;
    /* Where it is, and the name of its log. */
    const char *folder, *origin;
    /* Its id, and that of its powers of tau. */
    zkl_digest ledger, powers_hash;
    /* The powers were made on one machine: they prove nothing against whoever made them. */
    bool powers_development;
    zkl_succeeds succeeds;
    /* Of the template: its name, or NULL; paths of the policies that it brought, below `folder`;
     * and what may come next, a line each. */
    const char *template_name;
    const char *const *policies;
    size_t policy_count;
    const char *const *next;
    size_t next_count;
} zkl_init_result;

/* Templates that come with the program. */
typedef struct zkl_template_info {
    const char *name, *about;
    /* Names of policies. */
    const char *const *policies;
    size_t policy_count;
    /* "ledger.hash_algorithm = blake3", for people. */
    const char *const *settings;
    size_t setting_count;
} zkl_template_info;

typedef struct zkl_templates_result {
    zkl_arena memory;
    /* By name. */
    const zkl_template_info *templates;
    size_t count;
} zkl_templates_result;

/* Errors: ZKL_NOT_FOUND  they are not beside the program, nor where it was to be installed.
 *         ZKL_BAD_INPUT  one of them is damaged.
 *         ZKL_DENIED     others can write them, or they belong to a stranger. */
ZKL_API zkl_status zkl_templates(zkl_templates_result *out, zkl_error *err) ZKL_MUST_USE;

/* Refuse what zkl_init would refuse before it makes anything: the place, the name, the choices. For
 * callers that ask a person for a passphrase first.
 *
 * Errors: ZKL_CONFLICT       something is in the folder already.
 *         ZKL_NOT_FOUND      the folder above it, or a file that is named, is not there.
 *         ZKL_USAGE          an unknown hash.
 *         ZKL_NOT_SUPPORTED  an unknown store.
 *         ZKL_LIMIT          the name is too long.
 *         ZKL_BAD_INPUT      `powers` names a file that is no .ptau. */
ZKL_API zkl_status zkl_init_check(const zkl_init_request *request, zkl_error *err) ZKL_MUST_USE;

/* Make a ledger in a folder beside, and rename it into place: it is there whole or not at all.
 *
 *     zkl_init_request request = { .ledger = { .folder = ".zkp-ledger", .passphrase = &secret },
 *                                  .name = "example.org/patients" };
 *     zkl_init_result made = { 0 };
 *     if (zkl_init(&made, &request, &env, &err) == ZKL_OK)
 *         printf("%s is made\n", made.origin);
 *     zkl_arena_clear(&made.memory);
 *
 * Afterwards: back its keys up (zkl_keys_backup), and give its trust file to those who will verify
 * (zkl_keys_show).
 *
 * Errors: as zkl_init_check; ZKL_NOT_FOUND also when the cache has not all of the powers;
 *         ZKL_REJECTED when a .ptau file is not what it says.
 * Cost:   three seconds of two cores for a user's first ledger, which makes powers of tau; then
 *         under a second. Each key file under a passphrase takes 0.2 seconds and 64 MiB.
 * A failure leaves no ledger, but for one that was made and can then not be opened, for example
 * without memory. Powers that were made or imported stay in the cache. */
ZKL_API zkl_status zkl_init(zkl_init_result *out, const zkl_init_request *request,
                            const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* ---- Looking after one */

/* One thing that was looked at. */
typedef struct zkl_doctor_line {
    /* 0 fine, 1 worth knowing, 2 a fault. */
    int severity;
    /* What was looked at, and what was found, as words. */
    const char *what, *found;
    /* What to do about it. */
    zkl_hint hint;
} zkl_doctor_line;

typedef struct zkl_doctor_result {
    zkl_arena memory;
    /* Program and machine first, then the ledger. fault_count: how many of them are faults. */
    const zkl_doctor_line *lines;
    size_t line_count, fault_count;
} zkl_doctor_result;

/* Say what program, machine and ledger are like: versions, the table reader, the set-up cache,
 * configuration, key files and their modes, and the log's head against what was signed. It takes
 * options instead of an open ledger, because one that cannot be opened is what it is asked about;
 * folder NULL: the machine alone.
 *
 *     for (size_t i = 0; i < doctor.line_count; i++)
 *         printf("%d %s: %s\n", doctor.lines[i].severity, doctor.lines[i].what,
 *                doctor.lines[i].found);
 *
 * Faults are lines of the result: only memory can fail it. Nothing is written.
 * Threads: any. Reads the process's environment. */
ZKL_API zkl_status zkl_doctor(zkl_doctor_result *out, const zkl_ledger_options *options,
                              const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Where the value of a setting comes from. What stands before counts before. */
typedef enum zkl_setting_origin {
    ZKL_SETTING_OPTION, /* of this call: a member of the request */
    ZKL_SETTING_ENVIRONMENT,
    ZKL_SETTING_FILE, /* the ledger's configuration */
    ZKL_SETTING_DEFAULT,
} zkl_setting_origin;

typedef struct zkl_setting_info {
    /* "proof.parallel_prove": a table and a key of the configuration; or one without a dot, which
     * no file can say. */
    const char *key;
    /* As text; several separated by commas. "": none. */
    const char *value;
    zkl_setting_origin origin;
    /* The option, the variable, or the file's path; NULL of a default. */
    const char *where;
    /* Of a file: where the key stands; else 0. */
    uint32_t line;
} zkl_setting_info;

typedef struct zkl_settings_request {
    /* A ledger's folder, as zkl_locate found it; NULL: there is none, and the defaults of a new one
     * are shown. */
    const char *folder;
    /* What the caller says by options; NULL: nothing. */
    const char *ledger, *passphrase_file, *threads, *wait;
} zkl_settings_request;

typedef struct zkl_settings_result {
    zkl_arena memory;
    /* Those of the configuration in its order, then the others. */
    const zkl_setting_info *settings;
    size_t count;
} zkl_settings_result;

/* The settings as they count, and where each comes from. Nothing is made or written.
 *
 * Errors: ZKL_NOT_FOUND  the folder has no configuration.
 *         ZKL_USAGE      it is none; the text names line and column.
 * Threads: any. Reads the process's environment. */
ZKL_API zkl_status zkl_settings_list(zkl_settings_result *out, const zkl_settings_request *request,
                                     zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
