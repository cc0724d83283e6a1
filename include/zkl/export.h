#pragma once
/* What leaves a ledger: receipts, the log as files, proofs for other tools, and the owner's data
 * key.
 *
 *     zkl_export_request request = { .reference = "patients@2", .format = ZKL_EXPORT_RECEIPT,
 *                                    .output = "patients.zkl" };
 *     uint64_t size;
 *     zkl_status status = zkl_export(&size, ledger, &request, NULL, &err);
 *
 * All of it but the data key may be shown to anybody. The data key lets whoever holds it confirm
 * guesses of the data, and check the data against the receipt (zkl_verify_data). One of chosen
 * chunks does so for their rows alone.
 *
 * The rules of zkl/ledger.h hold. */
#include <zkl/ledger.h>
#include <zkl/lineage.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The formats: FORMAT(CONSTANT, module, "name", is_secret, "what it is, for help").
 * is_secret: whoever holds it can confirm guesses about the data. It is written for its owner
 * alone, and only when it is asked for by name. To add one: a line here, and
 * src/service/export_<module>.c. */
#define ZKL_EXPORT_FORMATS(FORMAT)                                                                 \
    /* What zkl_verify_receipt takes. It says nothing about later versions. */                     \
    FORMAT(RECEIPT, receipt, "receipt", false,                                                     \
           "one file with everything that an offline verifier needs besides its trust file")       \
    /* What zkl_verify_lineage takes. */                                                           \
    FORMAT(LINEAGE, lineage, "lineage", false,                                                     \
           "one file with the receipts of all that the version was made of")                       \
    /* For a web server, monitors and witnesses. It grows in place by later exports. */            \
    FORMAT(TLOG_TILES, tlog_tiles, "tlog-tiles", false,                                            \
           "a folder with the log as static tiles (C2SP), its checkpoint and verifier key; needs " \
           "no name")                                                                              \
    /* What zkl_verify_history takes. */                                                           \
    FORMAT(CONSISTENCY, consistency, "consistency", false,                                         \
           "the proof that the log goes on from an older checkpoint (--from), with both; needs "   \
           "no name")                                                                              \
    /* What zkl_verify_standing takes. It is signed when it is written. */                         \
    FORMAT(STANDING, standing, "standing", false,                                                  \
           "your signed word of all that the log holds about the name: versions, claims, "         \
           "revocations")                                                                          \
    /* For tlog clients, which check it with the entry's envelope and the verifier key. */         \
    FORMAT(TLOG_PROOF, tlog_proof, "tlog-proof", false, "the entry's inclusion proof (C2SP)")      \
    /* For tools of in-toto: signature and statement, without the proofs. */                       \
    FORMAT(DSSE, dsse, "dsse", false,                                                              \
           "the signed entry alone (DSSE envelope of an in-toto Statement)")                       \
    /* For openssl ts -verify and other tools of RFC 3161. */                                      \
    FORMAT(TIMESTAMP, timestamp, "timestamp", false,                                               \
           "a folder with the entry's timestamps, and the data that they are over")                \
    /* For snarkjs groth16 verify. That alone does not check the openings of the blocks. */        \
    FORMAT(SNARKJS, snarkjs, "snarkjs", false,                                                     \
           "a folder per proof: verification_key.json, proof.json, public.json")                   \
    /* For loaders and search engines of datasets. */                                              \
    FORMAT(CROISSANT, croissant, "croissant", false,                                               \
           "Croissant 1.1 (JSON-LD): files, columns, claims; needs published file hashes")         \
    /* For tools of provenance. */                                                                 \
    FORMAT(PROV_JSON, prov_json, "prov-json", false,                                               \
           "W3C PROV-JSON: the version and all that it was made of")                               \
    /* For data catalogues and schedulers. */                                                      \
    FORMAT(OPENLINEAGE, openlineage, "openlineage", false,                                         \
           "OpenLineage events, one a line: the version, and each step that led to it")            \
    /* For tools of software supply chains. */                                                     \
    FORMAT(CYCLONEDX, cyclonedx, "cyclonedx", false,                                               \
           "CycloneDX 1.6 ML-BOM: the version as a component, its claims as declarations")         \
    FORMAT(SPDX, spdx, "spdx", false, "SPDX 3.0.1 (JSON-LD), profile dataset")                     \
    FORMAT(IN_TOTO, in_toto, "in-toto", false,                                                     \
           "in-toto bundle: every signed entry about the version, one a line")                     \
    FORMAT(TEST_RESULT, test_result, "test-result", false,                                         \
           "in-toto attestation of the claims as tests, signed by the ledger's signer")            \
    FORMAT(OMS, oms, "oms", false,                                                                 \
           "OpenSSF model signing of the published files, by --signing-key")                       \
    /* For verifiers of COSE, with the envelope that `dsse` writes. */                             \
    FORMAT(COSE_RECEIPT, cose_receipt, "cose-receipt", false,                                      \
           "COSE Receipt (RFC 9942) of the entry, signed by the log key")                          \
    /* For relying parties of SCITT. The first one of a version logs an entry. */                  \
    FORMAT(                                                                                        \
        SCITT, scitt, "scitt", false,                                                              \
        "SCITT Transparent Statement (RFC 9943) about the version; logs an entry the first time")  \
    /* Pages for people, and the same content for programs. */                                     \
    FORMAT(DATASET_CARD, dataset_card, "dataset-card", false,                                      \
           "dataset card: Markdown with the header that the Hugging Face hub reads")               \
    FORMAT(DATASET_CARD_JSON, dataset_card_json, "dataset-card-json", false, "the same as JSON")   \
    FORMAT(TRAINING_SUMMARY, training_summary, "training-summary", false,                          \
           "the AI Act's public summary of training content: Markdown")                            \
    FORMAT(TRAINING_SUMMARY_JSON, training_summary_json, "training-summary-json", false,           \
           "the same as JSON")                                                                     \
    /* For auditors who hold the data: zkl_verify_data takes it. */                                \
    FORMAT(DATA_KEY, data_key, "data-key", true,                                                   \
           "secret: lets whoever has the data recompute everything")

/* ZKL_EXPORT_RECEIPT and so on, in the order of the table. */
typedef enum zkl_export_format {
#define ZKL_EXPORT_ENUM(constant, module, name, is_secret, about) ZKL_EXPORT_##constant,
    ZKL_EXPORT_FORMATS(ZKL_EXPORT_ENUM)
#undef ZKL_EXPORT_ENUM
        ZKL_EXPORT_FORMAT_COUNT
} zkl_export_format;

/* "receipt", "tlog-tiles", ...: as configuration and command line write it. "" for a number that is
 * none. The text lives as long as the program. Never fails; any thread. */
ZKL_API const char *zkl_export_format_name(zkl_export_format format);

/* What a format is like, for callers that choose file names. */
typedef struct zkl_export_kind {
    /* Of the usual file name: ".zkl" in "patients@2.zkl". */
    const char *ending;
    /* A folder is written, not a file. */
    bool is_folder;
    /* It is of the log, so no dataset is named. */
    bool is_of_log;
    /* It tells what a dataset was made of. */
    bool tells_lineage;
    /* Keys of the ledger sign it: the passphrase is needed, and the writer's lock for a moment. */
    bool is_signed;
} zkl_export_kind;

/* What a format is like; NULL for a number that is none. Borrowed for ever. Never fails; any
 * thread. */
ZKL_API const zkl_export_kind *zkl_export_kind_of(zkl_export_format format);
/* Is it for the owner's eyes alone? As the table of formats says; false for a number that is none.
 * A caller that exports all formats leaves these out unless they are asked for by name. */
ZKL_API bool zkl_export_is_secret(zkl_export_format format);

/* Those of the configuration's `formats` that are formats of exports, in their order: what is
 * exported when nobody says which. A receipt when there is none: the others are of reports.
 *
 *     zkl_export_format formats[ZKL_EXPORT_FORMAT_COUNT];
 *     size_t count;
 *     zkl_export_formats_configured(formats, &count, ledger);
 *
 * out:   has room for ZKL_EXPORT_FORMAT_COUNT; the first *count are filled.
 *
 * Never fails: the configuration was checked when the ledger was opened. Any thread. */
ZKL_API void zkl_export_formats_configured(zkl_export_format *out, size_t *count,
                                           const zkl_ledger *ledger);

/* What to write, and where. */
typedef struct zkl_export_request {
    /* "NAME" or "NAME@VERSION". Not looked at for a format of the log: then NULL will do. */
    const char *reference;
    /* One of the table: another number is ZKL_USAGE. */
    zkl_export_format format;
    /* A path; "-" is standard output, but not for a folder. */
    const char *output;
    /* Of a data key: the chunks that it is to open, and nothing else, as "0,3-5": rising, counted
     * from 0. NULL: all, and the whole file too. */
    const char *chunks;
    /* With chunks, the files that were notarised: which entries of dictionaries the chunks have. As
     * zkl_notarize_request.files; read as the manifest says, and compared first. None: the spool
     * that is kept; without dictionaries nothing is needed. */
    const char *const *files;
    size_t file_count;
    /* Of a consistency file: the checkpoint that it begins with. A number of entries, of which the
     * log has a checkpoint; or the path of a receipt, whose checkpoint it is. */
    const char *from;
    /* The same of the newer one, where it ends. NULL: the log's newest. */
    const char *to;
    /* What no entry says and the format has a place for, as a licence: by names that the format
     * takes (docs/exports.md). It is marked as declared: nobody signed it. */
    const zkl_fact *declared;
    size_t declared_count;
    /* The same from a file: TOML, one string a name. What `declared` says counts before it. NULL:
     * none. */
    const char *declared_file;
    /* PEM with a P-256 key of the caller's, not encrypted, for the format that is signed by one
     * (ZKL_EXPORT_OMS). */
    const char *signing_key;
    /* Replace a file that holds something else than this format of this version, and write into a
     * folder that is not empty. */
    bool force;
} zkl_export_request;

/* Write one format of one dataset version, or of the log.
 *
 * byte_count: the file's size; 0 for a folder, and after a failure.
 * env:        may be NULL, as everywhere.
 *
 * A file that is there already is replaced only by the same thing in a newer state: the receipt of
 * the same entry under a newer checkpoint. A data key is written with mode 0600.
 *
 * A file is written beside and renamed, so it is there whole or as it was. A folder is written file
 * by file, and a failure may leave part of it: the same call again completes tiles; the folder of
 * snarkjs must be emptied, or `force` set.
 *
 * Errors: ZKL_USAGE      the output lies in a ledger's folder, or is one of the files; "-" for a
 *                        folder; chunks that the dataset has not, that fall or stand twice; no
 *                        files and no spool for dictionaries of chosen chunks; a declared value
 *                        that the format does not take; no `from`, or one that is not older than
 *                        the log.
 *         ZKL_NOT_FOUND  no such dataset or version; the ledger holds no data key of it; the format
 *                        names files by their hashes, and the version publishes none.
 *         ZKL_CONFLICT   the output is there and holds something else (see force).
 *         ZKL_DENIED     data-key, and formats that the ledger signs: the passphrase is missing or
 *                        wrong.
 *         ZKL_BAD_INPUT  declared_file is no such file: line and column are said.
 *         ZKL_REJECTED   the store or a stored key is damaged; the files are not the notarised
 *                        ones. Of formats that tell claims: zkl_verify_own refuses them.
 *         ZKL_IO         what is written is then not at its place, but for a folder.
 * Cost:   a receipt is gathered from the store, some ten milliseconds. tlog-tiles reads every
 *         entry. data-key opens the owner's key file, 0.2 seconds and 64 MiB under a passphrase;
 *         of chosen chunks it reads the data, as zkl_add_claims does before it proves.
 * Threads: any, also while another thread writes into the ledger. */
ZKL_API zkl_status zkl_export(uint64_t *byte_count, zkl_ledger *ledger,
                              const zkl_export_request *request, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;

/* What became of a file that was renewed. */
typedef struct zkl_renew_result {
    zkl_arena memory;
    /* Its entry's place in the log, and its leaf hash. */
    uint64_t index;
    zkl_digest receipt_id;
    /* Else a receipt. */
    bool is_disclosure;
    /* Entries under its checkpoint, before and now. */
    uint64_t old_tree_size, tree_size;
    /* Cosignatures under its checkpoint now, whoever made them, and timestamps of its entry. */
    size_t cosignature_count, timestamp_count;
    size_t byte_count;
} zkl_renew_result;

/* Write a receipt or a disclosure of this ledger anew: the same entry and the same contents, under
 * the newest checkpoint that witnesses signed, or else the newest, and with all timestamps that the
 * ledger has of the entry and that the file has. So what was written before witnesses signed gets
 * their signatures.
 *
 * file:   of a receipt or a disclosure; "-": standard input, which needs an output. output: NULL:
 *         file itself, replaced by rename. A revoked version is renewed with a warning.
 * env:    may be NULL.
 *
 * Errors: ZKL_BAD_INPUT  the file is none of both, or damaged.
 *         ZKL_CONFLICT   its entry is not what the ledger has there: it is another ledger's; or
 *                        the output holds something else, or a witness's signature or a timestamp
 *                        that the new file would lack.
 *         ZKL_REJECTED   a timestamp of the file is false.
 *         ZKL_NOT_FOUND  no such file; the log is shorter than the file says.
 *         ZKL_USAGE      a lineage receipt, which zkl_export writes anew; an output inside a
 *                        ledger's folder.
 *         A failure leaves the output as it was. Clear memory after success.
 * Cost:   as a receipt's export. */
ZKL_API zkl_status zkl_renew(zkl_renew_result *out, zkl_ledger *ledger, const char *file,
                             const char *output, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
