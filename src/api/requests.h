#pragma once
/* Requests of operations that are no struct of the library: what the command line fills, runs here
 * or sends to a service. The rows are with the operations (op_*.c). */
#include <zkl/zkl.h>

#include "service/exchanged.h"

/* show. */
typedef struct api_show_request {
    const char *reference, *receipt_file;
    zkl_bytes receipt;
} api_show_request;

/* log. */
typedef struct api_log_request {
    uint64_t from, to, last;
    const char *file;
} api_log_request;

/* diff. */
typedef struct api_diff_request {
    const char *from, *to, *from_file, *to_file;
} api_diff_request;

/* prove: the data key is a secret, so a request names its file. */
typedef struct api_prove_request {
    zkl_add_claims_request asked;
    const char *data_key_file;
} api_prove_request;

/* disclose: the data key likewise. */
typedef struct api_disclose_request {
    zkl_disclose_request asked;
    const char *data_key_file;
} api_disclose_request;

/* revoke. */
typedef struct api_revoke_request {
    const char *reference, *reason;
} api_revoke_request;

/* audit: formats by their names. */
typedef struct api_audit_request {
    zkl_audit_request asked;
    const char *const *formats;
    size_t format_count;
} api_audit_request;

/* keys-rotate: 0 the signer, 1 the log. */
typedef struct api_rotate_request {
    unsigned role;
} api_rotate_request;

/* watch: one look, at a folder. */
typedef struct api_watch_request {
    zkl_notarize_request as;
    const char *folder, *name_prefix;
    uint64_t settle_ms;
} api_watch_request;

/* renew. */
typedef struct api_renew_request {
    const char *file, *output;
} api_renew_request;

/* log-cosign-request. */
typedef struct api_cosign_ask_request {
    zkl_cosign_ask_request asked;
    service_exchanged to;
} api_cosign_ask_request;

/* log-cosign-attach. */
typedef struct api_cosign_attach_request {
    zkl_cosign_attach_request asked;
    const char *answer_file;
} api_cosign_attach_request;

/* timestamp-request. */
typedef struct api_stamp_request {
    zkl_timestamp_subject subject;
    const char *receipt_file;
    service_exchanged to;
} api_stamp_request;

/* timestamp-attach. */
typedef struct api_stamp_attach_request {
    zkl_timestamp_attach_request asked;
    const char *receipt_file, *reply_file;
} api_stamp_attach_request;

/* setup-make. */
typedef struct api_setup_make_request {
    const char *const *circuits;
    size_t circuit_count;
} api_setup_make_request;

/* setup-export: the circuit by its name, since its tier is the library's word for it. */
typedef struct api_setup_export_request {
    zkl_setup_export_request file;
    const char *circuit;
} api_setup_export_request;

/* setup-import. */
typedef struct api_setup_import_request {
    const char *file, *circuit;
} api_setup_import_request;
