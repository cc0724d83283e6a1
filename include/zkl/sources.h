#pragma once
/* What changed on disk since it was notarised.
 *
 *     zkl_disk_result disk = { 0 };
 *     zkl_disk_request request = { 0 };
 *     if (zkl_disk_status(&disk, ledger, &request, NULL, &err) == ZKL_OK)
 *         for (size_t i = 0; i < disk.dataset_count; i++)
 *             puts(zkl_disk_state_name(disk.datasets[i].state));
 *     zkl_arena_clear(&disk.memory);
 *
 * zkl_notarize notes in the ledger's folder where the files of the latest version of a name lie,
 * with their sizes and times (docs/formats/sources.md). The note is for its owner alone: no entry,
 * receipt or export holds any of it, and it holds no hash of the data. Nothing is verified by it:
 * where it is lost, it is not known where the files lie, and nothing else is.
 *
 * The rules of zkl/ledger.h hold. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of a file, and of a dataset, which has that of its worst file. In the order of how much is to
 * be done about it. */
typedef enum zkl_disk_state {
    /* Size, times and inode are as they were; with `full`, the content is that of the log. */
    ZKL_DISK_UNCHANGED,
    /* The size is as it was, a time is not: only the content can tell (`full`). */
    ZKL_DISK_TOUCHED,
    /* It is another file: by its size, or with `full` by its content. */
    ZKL_DISK_CHANGED,
    /* It was not read: a folder or a pattern that was given has it now. */
    ZKL_DISK_NEW,
    /* It is not there any more, or cannot be looked at. */
    ZKL_DISK_MISSING,
    /* Of a dataset: where its files lie is not known. It came from standard input, from other
     * datasets, from another machine, or the note is lost. */
    ZKL_DISK_UNKNOWN,
    ZKL_DISK_STATE_COUNT
} zkl_disk_state;
/* "unchanged", "touched", ...; "" for a number that is none. The text lives as long as the
 * program. */
ZKL_API const char *zkl_disk_state_name(zkl_disk_state state);

typedef struct zkl_disk_file {
    /* From the root on. */
    const char *path;
    zkl_disk_state state;
    /* Now, and when it was notarised; 0 where there is none. */
    uint64_t size, size_then;
} zkl_disk_file;

typedef struct zkl_disk_dataset {
    /* The latest version. */
    const char *name;
    uint32_t version;
    uint64_t index;
    zkl_digest dataset;
    zkl_disk_state state;
    /* Its content was read and compared with the log's commitment. */
    bool is_full;
    /* A note that cannot be used: why; else NULL. */
    const char *why;
    const zkl_disk_file *files;
    size_t file_count;
} zkl_disk_dataset;

typedef struct zkl_disk_request {
    /* Names of datasets; none: every one of the ledger. */
    const char *const *names;
    size_t name_count;
    /* Read the files, and compare the content with what the log commits to. It needs the owner
     * secret, so its passphrase. */
    bool full;
} zkl_disk_request;

typedef struct zkl_disk_result {
    zkl_arena memory;
    /* By name. */
    const zkl_disk_dataset *datasets;
    size_t dataset_count;
    /* How many are not known to be unchanged, without those whose files are not known. */
    size_t changed_count;
    size_t unknown_count;
} zkl_disk_result;

/* Look at the files of the latest versions. What it finds is its result, never a failure.
 *
 * Without `full` nothing is read: a change within one tick of the file system's clock that keeps
 * the size is not seen.
 *
 * Errors: ZKL_NOT_FOUND  a name that the ledger has no dataset of.
 *         ZKL_DENIED     `full`: the passphrase is missing or wrong.
 * Cost:   a look at each file; with `full` two hashes of it.
 * Threads: any. */
ZKL_API zkl_status zkl_disk_status(zkl_disk_result *out, zkl_ledger *ledger,
                                   const zkl_disk_request *request, const zkl_env *env,
                                   zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
