#pragma once
/* Verifying a receipt: no ledger, no data, no network. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zkl/bytes.h>
#include <zkl/env.h>
#include <zkl/memory.h>
#include <zkl/reading.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zkl_claim_verdict {
    const char *sentence;     /* "every non-null value of age lies between 0 and 120" */
    const char *text;         /* "range(age, 0, 120)" */
    const char *circuit;      /* "F22" */
    const char *statement_id; /* t0 in hex */
    bool is_wellformedness, by_manifest, is_development;
} zkl_claim_verdict;

typedef struct zkl_column_info {
    const char *name, *type, *note; /* note: what was inferred and why */
    bool nullable;
    uint32_t limb_count;
} zkl_column_info;

/* Whose word counted for what to trust. */
typedef enum zkl_trust_source {
    ZKL_TRUST_FILE,         /* a trust file that was given */
    ZKL_TRUST_OWN_LEDGER,   /* a ledger that was found, and is the caller's own */
    ZKL_TRUST_NAMED_LEDGER, /* a ledger that the caller named */
    ZKL_TRUST_SOURCE_COUNT
} zkl_trust_source;
ZKL_API const char *
zkl_trust_source_name(zkl_trust_source source); /* "file", "own ledger", "named ledger" */

typedef struct zkl_verify_result {
    zkl_arena memory;
    const char *name;
    uint32_t version;
    const char *kind; /* "notarise" or "prove" */
    zkl_digest ledger, dataset, receipt_id;
    uint64_t index, tree_size, row_count;
    size_t column_count, block_count, statement_count;
    const char *origin, *time, *log_key, *signer;
    zkl_trust_source trust_source;
    const char *trust_folder; /* of a ledger; NULL: a trust file */
    const char *trust_log,
        *trust_key; /* the log that is trusted: its name, and its first verifier key */
    const zkl_column_info *columns; /* column_count */
    zkl_read_info read;             /* how it was read, as the manifest says */
    const char *const *witnesses;
    size_t witness_count;
    const zkl_claim_verdict *claims;
    size_t claim_count;
    const char *const
        *not_proven; /* what this does not say, in words, and as stable names ("latest") */
    const char *const *not_proven_names;
    size_t not_proven_count;
    bool is_development; /* a set-up made on one machine: proves nothing against whoever made it */
    bool data_checked;   /* zkl_verify_data: everything was recomputed from the data */
    /* zkl_verify_data with a reading of the caller's own that is not the manifest's, in words: the data were read by it, and
     * are the committed table all the same. NULL: they were read as the manifest says. */
    const char *read_otherwise;
} zkl_verify_result;

/* receipt: the bytes of a .zkl file; trust: the text of a trust.toml. ZKL_OK only when every check holds; ZKL_REJECTED names
 * the check that failed; ZKL_UNCHECKED when a key is unknown; ZKL_BAD_INPUT when it is no receipt.
 * Cost: milliseconds; grows with the dataset's blocks only. */
ZKL_API zkl_status zkl_verify_receipt(zkl_verify_result *out, zkl_bytes receipt, zkl_bytes trust,
                                      const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Is this the text of a trust.toml? ZKL_BAD_INPUT says what is wrong with it, or what else it is.
 * name: what the error calls it, its path; NULL: it has none. */
ZKL_API zkl_status zkl_trust_check_text(zkl_bytes text, const char *name,
                                        zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
