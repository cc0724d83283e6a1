#pragma once
/* What leaves a ledger: receipts, the log as files, proofs for other tools, and the owner's data
 * key.
 *
 *     zkl_export_request request = { .reference = "patients@2", .format = ZKL_EXPORT_RECEIPT,
 *                                    .output = "patients.zkl" };
 *     uint64_t size;
 *     zkl_status status = zkl_export(&size, ledger, &request, NULL, &err);
 *
 * All of it but the data key may be shown to anybody.
 *
 * The rules of zkl/ledger.h hold. To add a format: a name in this enum and in
 * src/service/export.c. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum zkl_export_format {
    /* .zkl: everything that an offline verifier needs besides its trust file. */
    ZKL_EXPORT_RECEIPT,
    /* A folder: the log as static tiles (C2SP), its newest checkpoint and verifier key. Needs no
     * dataset. */
    ZKL_EXPORT_TLOG_TILES,
    /* The proof that the entry is in the log (C2SP tlog-proof). */
    ZKL_EXPORT_TLOG_PROOF,
    /* The signed entry alone: a DSSE envelope of an in-toto Statement. */
    ZKL_EXPORT_DSSE,
    /* A folder with one for each statement: verification_key.json, proof.json, public.json. */
    ZKL_EXPORT_SNARKJS,
    /* .zklkey. SECRET: whoever holds it can confirm guesses about the data, and recompute
     * everything from them. */
    ZKL_EXPORT_DATA_KEY,
    ZKL_EXPORT_FORMAT_COUNT
} zkl_export_format;

/* "receipt", "tlog-tiles", "tlog-proof", "dsse", "snarkjs", "data-key"; "" for any other number. */
ZKL_API const char *zkl_export_format_name(zkl_export_format format);

/* The `formats` of the ledger's configuration, in their order: what is exported when nobody says
 * which. `out` has room for ZKL_EXPORT_FORMAT_COUNT. Never fails. */
ZKL_API void zkl_export_formats_configured(zkl_export_format *out, size_t *count,
                                           const zkl_ledger *ledger);

typedef struct zkl_export_request {
    /* "NAME" or "NAME@VERSION". Not looked at for tlog-tiles: then NULL will do. */
    const char *reference;
    zkl_export_format format;
    /* A path; "-" is standard output, but not for a folder. */
    const char *output;
    /* Replace a file that holds something else than this format of this version, and write into a
     * folder that is not empty. */
    bool force;
} zkl_export_request;

/* Write one format. *byte_count: the file's size; 0 for a folder.
 *
 * A file that is there already is replaced only by the same thing in a newer state. A file is
 * written beside and renamed, so it is there whole or as it was; a folder is written file by file,
 * and a failure may leave part of it.
 *
 * Errors: ZKL_USAGE      the output lies in a ledger's folder; "-" for a folder.
 *         ZKL_NOT_FOUND  no such dataset or version; the ledger holds no data key of it.
 *         ZKL_CONFLICT   the output is there and holds something else (see force).
 *         ZKL_DENIED     data-key: the passphrase is missing or wrong.
 *         ZKL_REJECTED   the store or a stored key is damaged. */
ZKL_API zkl_status zkl_export(uint64_t *byte_count, zkl_ledger *ledger,
                              const zkl_export_request *request, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
