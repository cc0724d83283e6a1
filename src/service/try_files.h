#pragma once
/* Files as datasets of their own, from a list of them to what became of each: the same for those of
 * a folder that is watched, and for those that are named. */
#include "service/each_file.h"

/* What is told of the files, as it happens and at the end. */
typedef struct service_told {
    zkl_watch_result *out;
    /* Are the events kept in out? */
    bool is_kept;
    void (*on_event)(void *opaque, const zkl_watch_event *event);
    void *opaque;
    size_t event_capacity;
    /* Of the failed file that is first in the order of paths; NULL: none. */
    const char *first_path;
    zkl_status first_status;
    zkl_error first_error;
} service_told;
/* The failures of single files are those of the call, unless it was ended early. Kept events are
 * put in the order of paths. */
zkl_status service_told_sum_up(service_told *told, zkl_status ended, zkl_error *err) ZKL_MUST_USE;

/* ZKL_USAGE: it says what follows from each file, or the prefix begins no name. as: NULL or a
 * request. */
zkl_status service_check_each(const zkl_notarize_request *as, const char *name_prefix,
                              zkl_error *err) ZKL_MUST_USE;

typedef struct service_try {
    const zkl_notarize_request *as;
    zkl_ledger *ledger;
    const zkl_env *env;
    /* Where the receipts go, as NAME.zkl; NULL: nowhere. */
    const char *receipt_folder;
    /* Also what nobody wrote since it was notarised. */
    bool reads_known;
} service_try;
/* Notarise those that are due. A file without a name, or with a namesake, fails; one that is known,
 * with its receipt in place, is not read.
 * Errors: those of service_notarize_side_by_side. */
zkl_status service_try_files(service_told *told, service_each_file *files, size_t count,
                             const service_try *how, zkl_error *err) ZKL_MUST_USE;
