#pragma once
/* Audit reports: what a log holds, each entry with its verification result, as files for people and
 * programs.
 *
 *     zkl_report_format html = ZKL_REPORT_HTML;
 *     zkl_audit_request request = { .formats = &html, .format_count = 1, .output = "audit.html" };
 *     zkl_audit_result result = { 0 };
 *     zkl_status status = zkl_audit(&result, ledger, &request, &env, &err);
 *     zkl_arena_clear(&result.memory);
 *
 * The whole log is verified first, from its first entry: structure, signatures, references and
 * blobs. Of the entries that the report is about every proof is verified too. A report says of each
 * of them "verified", "broken" and why, or "unchecked"; it never leaves an entry out because it is
 * broken. Whatever the format, a report has the same entries with the same results: all formats are
 * written from one model (docs/formats/audit.md).
 *
 * A report is the word of whoever made it. It names the checkpoint that it is of, so a reader can
 * make it again. With `notarize` its hash is logged too.
 *
 * The rules of zkl/ledger.h hold. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The formats: FORMAT(CONSTANT, module, "name", ".ending", "what it is, for help"). To add one: a
 * line here, and src/report/export_<module>.c. */
#define ZKL_REPORT_FORMATS(FORMAT)                                                                 \
    FORMAT(HTML, html, "html", ".html", "one self-contained page, for reading and printing")       \
    FORMAT(JSON, json, "json", ".json", "the whole model, for programs and as a gate in CI")       \
    FORMAT(JSON_LD, json_ld, "json-ld", ".jsonld", "linked data: PROV-O, and Croissant")           \
    FORMAT(CSV, csv, "csv", ".csv", "a line an entry, for spreadsheets")                           \
    FORMAT(MARKDOWN, md, "md", ".md", "text, for repositories and pull requests")                  \
    FORMAT(PDF, pdf, "pdf", ".pdf", "a document with outline and tags, for files and paper")

/* ZKL_REPORT_HTML and so on, in the order of the table. */
typedef enum zkl_report_format {
#define ZKL_REPORT_ENUM(constant, module, name, ending, about) ZKL_REPORT_##constant,
    ZKL_REPORT_FORMATS(ZKL_REPORT_ENUM)
#undef ZKL_REPORT_ENUM
        ZKL_REPORT_FORMAT_COUNT
} zkl_report_format;

/* "html" and ".html"; "" for a number that is no format. They live as long as the program. Any
 * thread. */
ZKL_API const char *zkl_report_format_name(zkl_report_format format);
ZKL_API const char *zkl_report_format_ending(zkl_report_format format);

/* Find a format by its name. false: it is none. Any thread. */
ZKL_API bool zkl_report_format_find(zkl_report_format *out, const char *name);

/* Those of the configuration's `formats` that are formats of reports, in their order; HTML when
 * there is none.
 *
 * out: has room for ZKL_REPORT_FORMAT_COUNT; the first *count are filled.
 *
 * Never fails. Any thread. */
ZKL_API void zkl_report_formats_configured(zkl_report_format *out, size_t *count,
                                           const zkl_ledger *ledger);

/* Drawings of lineage and histograms in HTML and PDF. */
typedef enum zkl_report_pictures {
    ZKL_PICTURES_CONFIGURED, /* as `include_visualizations` says */
    ZKL_PICTURES_YES,
    ZKL_PICTURES_NO,
} zkl_report_pictures;

typedef struct zkl_audit_request {
    /* "NAME": all versions, or "NAME@VERSION": entries about it. NULL: the whole log. */
    const char *reference;
    /* Entries whose time, the signer's word, is not before and not behind: "2026-01-31",
     * "2026-01-31T12:00:00Z", with ".000" too. A date is a whole day in UTC. NULL: open. */
    const char *since, *until;
    /* Kinds of entries, as zkl_log_line has them. None: all. */
    const char *const *kinds;
    size_t kind_count;
    /* What to write, none twice. None: nothing is written, the result alone says it. */
    const zkl_report_format *formats;
    size_t format_count;
    /* Of one format a file, "-" is standard output; of several a folder, which is made. */
    const char *output;
    zkl_report_pictures pictures;
    /* Verify every proof anew, whatever is remembered. */
    bool fresh;
    /* Log the hashes of the files in an entry `report`. Not of standard output. */
    bool notarize;
    /* Overwrite files that hold something else. */
    bool force;
    /* Folder that remembers which proofs were verified. NULL: zkp-ledger/verified in
     * $XDG_CACHE_HOME, else in the user's cache folder. One that others can write is not used. */
    const char *cache;
} zkl_audit_request;

/* An entry that does not hold. */
typedef struct zkl_audit_fault {
    uint64_t index;
    /* As in zkl_log_line; "" when it cannot be read. */
    const char *kind, *what;
    /* What does not hold. */
    const char *fault;
} zkl_audit_fault;

typedef struct zkl_audit_file {
    zkl_report_format format;
    const char *path;
    uint64_t byte_count;
    zkl_digest sha256;
} zkl_audit_file;

typedef struct zkl_audit_result {
    zkl_arena memory;
    /* The log, and the tree that the report is of. */
    const char *origin;
    zkl_digest ledger, root;
    uint64_t tree_size;
    /* Entries that the report is about; entry_count is the sum of the other three. */
    uint64_t entry_count, verified_count, broken_count, unchecked_count;
    /* Of these: versions, claims besides well-formedness, proofs; of the proofs those that were
     * remembered as verified. */
    /* Dataset versions, and how many of them were revoked. */
    uint64_t dataset_count, revoked_count;
    uint64_t claim_count, proof_count, remembered_count;
    /* When the log's last entry was signed, by its signer's word; "": it cannot be read. */
    const char *newest;
    /* A set-up that was used was made on one machine. */
    bool is_development;
    /* What does not hold of the log as a whole; NULL: nothing. An entry outside of the report may
     * be at fault. */
    const char *log_fault;
    const zkl_audit_fault *faults;
    size_t fault_count;
    const zkl_audit_file *files;
    size_t file_count;
    /* The entry that logs them. */
    bool is_notarized;
    uint64_t report_index;
    zkl_digest receipt_id;
} zkl_audit_result;

/* Verify, report, and write.
 *
 * Errors: ZKL_REJECTED       the log or an entry is broken. The files were written, and the result
 *                            is filled: clear its memory in this case too. Nothing was logged.
 *         ZKL_NOT_FOUND      no such dataset or version.
 *         ZKL_USAGE          a time or kind that is none; an output that fits no format.
 *         ZKL_CONFLICT       a file exists, and is no report of this ledger.
 *         ZKL_NOT_SUPPORTED  PDF in a build or installation without it.
 *         ZKL_DENIED         notarize: the passphrase is missing or wrong.
 * Cost:   reads the whole store; some 10 ms of one core for each statement that is not remembered
 *         as verified.
 * Threads: any, also while another thread writes. */
ZKL_API zkl_status zkl_audit(zkl_audit_result *out, zkl_ledger *ledger,
                             const zkl_audit_request *request, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
