#pragma once
/* Notarise many files, each as a dataset of its own: those of a folder as they are finished, or
 * those that are named.
 *
 *     static void say(void *opaque, const zkl_watch_event *event) { puts(event->path); }
 *
 *     zkl_notarize_request as = { .keep_spool = true };
 *     zkl_watch_request request = { .folder = "incoming", .as = &as, .on_event = say };
 *     zkl_watch_result done = { 0 };
 *     zkl_status status = zkl_watch(&done, ledger, &request, &env, &err);
 *     zkl_arena_clear(&done.memory);
 *
 * Each file is a dataset of its own, called after the file: "incoming/may sales.csv.gz" is
 * "may-sales". The same file again is its next version, when something changed.
 *
 * The rules of zkl/ledger.h hold. */
#include <zkl/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum zkl_watch_kind {
    ZKL_WATCH_NOTARISED, /* a new version is in the log */
    ZKL_WATCH_UNCHANGED, /* it is as its latest version */
    ZKL_WATCH_FAILED,    /* it was passed over, and is looked at again when it changes */
} zkl_watch_kind;

/* What became of one file. The pointers live until the callback returns. */
typedef struct zkl_watch_event {
    zkl_watch_kind kind;
    const char *path;
    /* Of the dataset. NULL: the file's name makes none. */
    const char *name;
    uint32_t version;
    uint64_t index, row_count;
    zkl_digest dataset;
    /* Of a failure: as zkl_notarize returned it, with its text. */
    zkl_status status;
    const char *error;
} zkl_watch_event;

typedef struct zkl_watch_request {
    const char *folder;
    /* Stands before every name; NULL: nothing. */
    const char *name_prefix;
    /* Look at what is there, and return. Else: until env's progress says stop. */
    bool once;
    /* Pass over what is there when it begins. */
    bool new_only;
    /* A file is finished when nothing was written to it for so long. */
    uint64_t settle_ms;
    /* How each is notarised: claims, schema, reading and the rest. Name, files, if_changed,
     * receipt, dry run, seed and `like` are not among that, and stay empty. NULL: no claims. */
    const zkl_notarize_request *as;
    /* NULL: nobody is told. On the thread of the call. */
    void (*on_event)(void *opaque, const zkl_watch_event *event);
    void *opaque;
} zkl_watch_request;

typedef struct zkl_watch_result {
    zkl_arena memory;
    /* Files by what became of them; those that failed count each time. known: not read, since the
     * ledger's note says that nobody wrote them since they were notarised (zkl/sources.h). */
    size_t notarised_count, unchanged_count, known_count, failed_count;
    /* What was told last, in the order of the events; with `once` alone. */
    const zkl_watch_event *events;
    size_t event_count;
} zkl_watch_result;

/* Regular files of the folder itself whose names end as tables do (.csv, .tsv, .txt, .json,
 * .ndjson, .jsonl, .parquet, also with .gz and .zst) and do not begin with a dot. Of two files that
 * make one name the second is refused.
 *
 * A file that fails is told and passed over. With `once` the first failure is the call's own, when
 * all files were looked at. Without, ZKL_OK when progress says stop; a notarisation that it cuts
 * off records nothing.
 *
 * Errors: ZKL_NOT_FOUND, ZKL_DENIED  the folder is not there, went away, or cannot be read;
 *         ZKL_USAGE      name_prefix makes no name, or `as` has what is not among it;
 *         with `once` those of zkl_notarize.
 * Cost:   that of zkl_notarize for each; of a file that is known a look at it. */
ZKL_API zkl_status zkl_watch(zkl_watch_result *out, zkl_ledger *ledger,
                             const zkl_watch_request *request, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;

/* ---- Files that are named. */

typedef struct zkl_each_request {
    /* Files, folders and patterns, as those of zkl_notarize_request; not standard input. Each file
     * that they name is a dataset. */
    const char *const *files;
    size_t file_count;
    /* Stands before every name; NULL: nothing. */
    const char *name_prefix;
    /* A folder that is there: the receipt of each goes into it, as NAME.zkl. NULL: none is
     * written. */
    const char *receipt_folder;
    /* Look also at what nobody wrote since it was notarised: claims may be others than then. */
    bool reads_known;
    /* As of zkl_watch_request. */
    const zkl_notarize_request *as;
    /* NULL: nobody is told. On the thread of the call. */
    void (*on_event)(void *opaque, const zkl_watch_event *event);
    void *opaque;
} zkl_each_request;

/* Notarise each of many files as a dataset of its own, called after the file. Keys are loaded once,
 * and small tables (files up to 1 MiB) are made side by side, one by each thread of env's pool, at
 * most 16: so the order of their entries in the log is not that of their names.
 *
 * A file that fails is told, and the others go on; the first failure is the call's own. The same
 * call again goes on where one was cut off: files that nobody wrote since they were notarised are
 * not read, unless their receipt is not in its folder.
 *
 * Errors: those of zkl_notarize; ZKL_BAD_INPUT also for a file whose name makes none of a dataset,
 *         or one that another file makes;
 *         ZKL_NOT_FOUND  the folder for receipts is not there;
 *         ZKL_USAGE      as of zkl_watch.
 * Cost:   that of zkl_notarize for each, but for what it opens. */
ZKL_API zkl_status zkl_notarize_each(zkl_watch_result *out, zkl_ledger *ledger,
                                     const zkl_each_request *request, const zkl_env *env,
                                     zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
