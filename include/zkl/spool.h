#pragma once
/* Spools: tables that the owner keeps in the ledger's folder, so that claims can be added and rows
 * shown without the files (`keep_spool` of zkl_notarize_request makes one).
 *
 *     zkl_spools_result kept = { 0 };
 *     if (zkl_spools_list(&kept, ledger, &err) == ZKL_OK)
 *         for (size_t i = 0; i < kept.count; i++)
 *             printf("%s@%u\n", kept.spools[i].name, kept.spools[i].version);
 *     zkl_arena_clear(&kept.memory);
 *
 * A spool is encrypted under the owner secret (docs/formats/spool.md): whoever has that secret and
 * the folder has the table. No entry, receipt or export holds any of it. Removing one removes the
 * file; what a disk keeps of removed files is not overwritten, and stays encrypted.
 *
 * The rules of zkl/ledger.h hold. Nothing here needs a passphrase. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One file, as its head says it: what no secret is needed for. */
typedef struct zkl_spool_info {
    /* The version that it was kept with. NULL and 0: it cannot be read. */
    const char *name;
    uint32_t version;
    zkl_digest dataset;
    /* Of the file. */
    uint64_t byte_count;
    /* RFC 3339, when it was made by this machine's clock. NULL: it cannot be read. */
    const char *time;
    /* No version in the log is this dataset, or it is another ledger's, or no spool at all. */
    bool is_orphan;
    /* No table, but what a notarisation of this name had done when it was cut off: the same one
     * goes on from it. version and dataset are 0. */
    bool is_unfinished;
    /* The file's name in the folder `spools`. */
    const char *file;
} zkl_spool_info;

typedef struct zkl_spools_result {
    zkl_arena memory;
    /* By name and version; those that cannot be read come last. */
    const zkl_spool_info *spools;
    size_t count;
    /* Files that a killed process has left behind half-written: the next writer sweeps them. */
    size_t leftover_count;
} zkl_spools_result;

/* All that is kept. Nothing is decrypted.
 *
 * Errors: ZKL_DENIED, ZKL_IO  the folder cannot be read. */
ZKL_API zkl_status zkl_spools_list(zkl_spools_result *out, zkl_ledger *ledger,
                                   zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_spools_drop_request {
    /* "NAME@VERSION", or "NAME": of all of its versions, and what is unfinished. NULL with
     * `all`. */
    const char *reference;
    /* Everything in the folder: orphans too, and what was left half-written. */
    bool all;
} zkl_spools_drop_request;

/* Remove them. out: those that were removed, also after a failure.
 *
 * Errors: ZKL_NOT_FOUND  there is none of that name; with `all` none at all is no error.
 *         ZKL_USAGE      neither a reference nor `all`, or both. */
ZKL_API zkl_status zkl_spools_drop(zkl_spools_result *out, zkl_ledger *ledger,
                                   const zkl_spools_drop_request *request,
                                   zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
