#pragma once
/* A format of export, as a module: service/export_<module>.c defines `service_export_<module>`, and
 * ZKL_EXPORT_FORMATS (zkl/export.h) names it. zkl_export does what all formats have in common:
 * refusals, finding the dataset, writing the file. */
#include "base/buffer.h"
#include "service/service_internal.h"

/* What is exported. */
typedef struct export_source {
    zkl_ledger *handle; /* the caller's */
    zkl_ledger *ledger; /* open for reading */
    const zkl_export_request *request;
    const zkl_env *env;
    /* The version that was asked for; NULL for a format of the log. */
    const zkl_dataset_version *version;
    /* What the caller declares: names that the module takes, each once (export_declared.h). */
    const zkl_fact *declared;
    size_t declared_count;
} export_source;

typedef struct export_module {
    zkl_export_kind kind;
    /* The request may choose chunks, and give data. */
    bool takes_chunks;
    /* It begins with an older checkpoint, which the request says. */
    bool takes_from;
    /* The request may give a key of the caller's own. */
    bool takes_signing_key;
    /* Names of values that the caller may declare. */
    const char *const *fields;
    size_t field_count;
    /* A file that is there may be replaced when it is the same thing in an older state: a receipt
     * under an older checkpoint. NULL: only equal bytes are the same. */
    bool (*is_same)(zkl_bytes existing, zkl_bytes content);
    /* What would be lost with it: service_output.find_lost. NULL: nothing can be. */
    const char *(*find_lost)(zkl_bytes existing, zkl_bytes content);
    /* One of the two, as kind.is_folder says. The file's bytes are wiped after they were
     * written. */
    zkl_status (*make_file)(zkl_buffer *out, const export_source *source, zkl_error *err);
    zkl_status (*make_folder)(const char *output, bool force, const export_source *source,
                              zkl_error *err);
} export_module;

#define ZKL_EXPORT_MODULE(constant, module, name, is_secret, about)                                \
    extern const export_module service_export_##module;
ZKL_EXPORT_FORMATS(ZKL_EXPORT_MODULE)
#undef ZKL_EXPORT_MODULE
