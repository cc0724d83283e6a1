#pragma once
/* One model of an audit: what every format is written from, so that all of them say the same.
 *
 *  1. Every entry of the scope is in it once, in the order of the log, also a broken one.
 *  2. It has facts and words, and no markup. Texts are as the log has them, hostile ones too: each
 *     format escapes for itself.
 *  3. What is proven, attested, recorded and missing is told apart here, and in no format:
 *
 *         proven    claims whose proofs hold
 *         attested  what a signature stands for: entries, keys, public digests, times
 *         recorded  steps, in their owner's words
 *         missing   what none of it says */
#include <zkl/lineage.h>
#include <zkl/report.h>

#include "base/buffer.h"
#include "service/service_internal.h"

typedef enum report_state {
    REPORT_UNCHECKED, /* the log breaks before it */
    REPORT_BROKEN,
    REPORT_VERIFIED,
    REPORT_STATE_COUNT
} report_state;
/* "unchecked", "broken", "verified". */
const char *report_state_name(report_state state);

/* One bin of a histogram or class. */
typedef struct report_bar {
    const char *label;
    uint64_t count;
} report_bar;

typedef struct report_claim {
    /* For programs and for people. */
    const char *text, *sentence;
    /* The sentence says it too. */
    zkl_values_behind values;
    /* It says only that cells are well formed. */
    bool is_wellformedness;
    /* Counts that it discloses, of `histogram` and `class_balance`. */
    const char *bars_of; /* the column */
    const report_bar *bars;
    size_t bar_count;
} report_claim;

/* Of an entry about a dataset. */
typedef struct report_data {
    const char *name; /* without the version */
    uint32_t version;
    zkl_digest dataset;
    uint64_t row_count;
    const char *read, *format; /* how it was read, in words; "csv" */
    const zkl_column_info *columns;
    size_t column_count;
    const zkl_file_info *files; /* public digests, of a notarisation */
    size_t file_count;
    const report_claim *claims;
    size_t claim_count;
    /* Columns of which a claim says something, and nothing says that they have a value. */
    const char *const *unknown_nulls;
    size_t unknown_null_count;
    size_t statement_count;
    bool is_development; /* of a set-up that its proofs may be under */
    bool was_remembered; /* its proofs were verified at an earlier time */
    /* Of a provenance, in its owner's words; NULL: not said. */
    const char *operation, *unproven;
    const zkl_fact *facts;
    size_t fact_count;
} report_data;

/* A timestamp that the ledger keeps of an entry (RFC 3161): what a clock said. */
typedef struct report_stamp {
    /* Whose clock signed it, by the ledger's own trust, with a signature that holds. NULL: by none
     * that it names, so that nobody here vouches for the time. */
    const char *clock;
    const char *time;
} report_stamp;

/* Somebody else who signed a checkpoint of the log. */
typedef struct report_witness {
    const char *name, *key; /* its verifier key */
    const char *time;       /* when, by its own word */
} report_witness;

typedef struct report_entry {
    uint64_t index;
    report_state state;
    const char *fault;       /* of a broken one */
    const char *kind, *time; /* "" when it cannot be read */
    int64_t time_ms;
    const char *what; /* in words */
    zkl_digest receipt_id;
    char signer[65];            /* the first signature's key */
    const report_data *data;    /* NULL: it is about no dataset, or cannot be told */
    const report_stamp *stamps; /* of a verified entry; their tokens are over this very entry */
    size_t stamp_count;
} report_entry;

/* A version, and what is said of it. */
typedef struct report_version {
    const report_entry *notarised;
    const report_entry *const *about; /* others of the scope about it, in the order of the log */
    size_t about_count;
    size_t claim_count; /* besides well-formedness, of all */
    size_t recorded_count;
    report_state state;          /* the worst of all */
    const report_entry *revoked; /* by this entry of the scope; NULL: by none */
} report_version;

/* Something that the log does not say, by name and in words. */
typedef struct report_gap {
    const char *name, *text;
} report_gap;

typedef struct report_model {
    zkl_arena memory;
    const char *program; /* "zkp-ledger 0.2.0" */
    const char *title;   /* "Audit of NAME" */
    char made[25];       /* when: the maker's clock */
    /* ---- The log, as the checkpoint has it. */
    const char *origin, *log_key, *checkpoint;
    zkl_digest ledger, powers_hash, root;
    uint64_t tree_size;
    /* Of the checkpoint with most cosignatures that the ledger keeps, each of them verified; 0: of
     * none. has_witnesses: there are as many as the ledger's own trust asks for, at this size. */
    const report_witness *witnesses;
    size_t witness_count;
    uint64_t witnessed_size;
    bool has_witnesses;
    /* Who made its powers and keys, as the ledger's own trust names them; borrowed from it. */
    const zkl_trusted_party *parties;
    size_t party_count;
    zkl_digest ceremony;   /* its transcript; meaningless without parties */
    const char *log_fault; /* of the log as a whole; NULL: it holds */
    char newest[25]; /* time of the log's last entry; "": it cannot be read, or there is none */
    /* ---- What was asked for; NULL, 0: all. */
    const char *reference, *since, *until;
    const char *const *kinds;
    size_t kind_count;
    bool pictures;
    /* ---- What is in it. */
    const report_entry *entries;
    size_t entry_count, verified_count, broken_count, unchecked_count;
    const report_version *versions;                     /* whose notarisation is in the scope */
    size_t version_count, revoked_count;                /* of these */
    size_t claim_count, recorded_count, attested_count; /* claims without well-formedness */
    uint64_t proof_count, remembered_count;
    size_t stamp_count; /* of all entries */
    bool is_development;
    const zkl_lineage_result *lineage; /* NULL: no steps, or too many to draw */
    const char *lineage_missing;       /* why; NULL: there are no steps */
    const report_gap *gaps;
    size_t gap_count;
} report_model;

/* What the walk found of each entry of the log. */
typedef struct report_verdict {
    report_state state;
    const char *fault; /* in memory of who walked */
    bool was_remembered;
    zkl_digest leaf; /* of a verified one */
} report_verdict;

typedef struct report_scope {
    const char *reference; /* NULL: all */
    zkl_bytes name;
    uint32_t version; /* 0: all */
    int64_t since_ms, until_ms;
    const char *since, *until;
    bool kinds[ZKL_ENTRY_KIND_COUNT];
    bool has_kinds;
} report_scope;
bool report_scope_has(const report_scope *scope, const zkl_entry *entry);

/* Fill the model from the log. verdicts: one for each entry of it. Clear its memory, also after a
 * failure. */
zkl_status report_model_fill(report_model *out, zkl_ledger *ledger, const report_scope *scope,
                             const report_verdict *verdicts, const char *log_fault,
                             const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
