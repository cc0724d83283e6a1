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
 * The rules of zkl/ledger.h hold. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The formats: FORMAT(CONSTANT, module, "name", is_secret, "what it is, for help").
 * is_secret: whoever holds it can confirm guesses about the data. It is written for its owner
 * alone, and only when it is asked for by name. To add one: a line here, and
 * src/service/export_<module>.c. */
#define ZKL_EXPORT_FORMATS(FORMAT)                                                                 \
    FORMAT(RECEIPT, receipt, "receipt", false,                                                     \
           "one file with everything that an offline verifier needs besides its trust file")       \
    FORMAT(TLOG_TILES, tlog_tiles, "tlog-tiles", false,                                            \
           "a folder with the log as static tiles (C2SP), its checkpoint and verifier key; needs " \
           "no name")                                                                              \
    FORMAT(TLOG_PROOF, tlog_proof, "tlog-proof", false, "the entry's inclusion proof (C2SP)")      \
    FORMAT(DSSE, dsse, "dsse", false,                                                              \
           "the signed entry alone (DSSE envelope of an in-toto Statement)")                       \
    FORMAT(SNARKJS, snarkjs, "snarkjs", false,                                                     \
           "a folder per proof: verification_key.json, proof.json, public.json")                   \
    FORMAT(DATA_KEY, data_key, "data-key", true,                                                   \
           "secret: lets whoever has the data recompute everything")

typedef enum zkl_export_format {
#define ZKL_EXPORT_ENUM(constant, module, name, is_secret, about) ZKL_EXPORT_##constant,
    ZKL_EXPORT_FORMATS(ZKL_EXPORT_ENUM)
#undef ZKL_EXPORT_ENUM
        ZKL_EXPORT_FORMAT_COUNT
} zkl_export_format;

/* "receipt", "tlog-tiles", ...; "" for a number that is none. */
ZKL_API const char *zkl_export_format_name(zkl_export_format format);

/* What a format is like, for callers that choose file names. */
typedef struct zkl_export_kind {
    /* Of the usual file name: ".zkl" in "patients@2.zkl". */
    const char *ending;
    /* A folder is written, not a file. */
    bool is_folder;
    /* It is of the log, so no dataset is named. */
    bool is_of_log;
} zkl_export_kind;

/* NULL for a number that is none. */
ZKL_API const zkl_export_kind *zkl_export_kind_of(zkl_export_format format);
/* As the table of formats says. */
ZKL_API bool zkl_export_is_secret(zkl_export_format format);

/* The `formats` of the ledger's configuration, in their order: what is exported when nobody says
 * which. `out` has room for ZKL_EXPORT_FORMAT_COUNT. Never fails. */
ZKL_API void zkl_export_formats_configured(zkl_export_format *out, size_t *count,
                                           const zkl_ledger *ledger);

typedef struct zkl_export_request {
    /* "NAME" or "NAME@VERSION". Not looked at for a format of the log: then NULL will do. */
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
