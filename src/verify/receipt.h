#pragma once
/* Verification of a receipt against what is trusted, in the order of docs/ARCHITECTURE.md, "Trust":
 * form -> entry signature -> inclusion and checkpoint -> manifest -> set-up -> proofs -> claims as
 * words. */
#include "base/env.h"
#include "claim/claim.h"
#include "record/disclosure.h"
#include "record/receipt.h"
#include "verify/pairings.h"
#include "verify/verdict.h"

typedef struct zkl_verified_claim {
    const char *text, *json, *sentence;
    const char *dataset; /* "NAME@VERSION" of another dataset's own claim; NULL: the entry's */
    char circuit[ZKL_CIRCUIT_NAME_BYTES_MAX + 1];
    char t0[65];
    bool is_wellformedness; /* cells: what every dataset has */
    bool by_manifest; /* follows from the manifest under its cells claims; no proof of its own */
    bool is_development;
    /* The rows that it speaks of. */
    uint64_t first_row, row_count;
    /* It holds of no value too: it passes over nulls, and then `values` is what other claims say of
     * how many there are; or it is of rows that it chooses, and nothing says how many these are. Of
     * others `values.least` is how many values their columns have, by their own word or others'. */
    bool can_be_empty;
    zkl_claim_values values;
    /* It says how many values a column has, and `values` of another claim has it. */
    bool is_behind_another;
} zkl_verified_claim;

/* The entry existed at a time, by a clock of the trust. */
typedef struct zkl_stamped {
    const char *clock; /* as the trust calls it */
    const char *time;  /* as entries have times */
    uint64_t accuracy_ms;
} zkl_stamped;

typedef struct zkl_verified {
    const char *name;
    uint32_t version;
    zkl_entry_kind kind;
    zkl_digest ledger, dataset, receipt_id;
    uint64_t index, tree_size;
    zkl_digest root; /* of the checkpoint */
    const char *origin, *time, *log_key;
    char signer[65]; /* SHA-256 of the key's DER */
    const char *const *witnesses;
    size_t witness_count;
    const uint64_t *witness_times_s; /* when each says that it signed, since 1970;
                                        ZKL_NOTE_NO_TIME: it says none */
    const zkl_stamped *timestamps;   /* by clocks of the trust, in the receipt's order */
    size_t timestamp_count;
    size_t unknown_clock_count, unknown_line_count; /* that were not checked */
    uint64_t row_count;
    size_t column_count, block_count, statement_count;
    const zkl_verified_claim *claims;
    size_t claim_count;
    bool is_development;              /* any circuit used was made on one machine */
    const zkl_not_proven *not_proven; /* what this does not say */
    size_t not_proven_count;
    /* Columns of which a claim passes over nulls, and no claim says how many there are: they may
     * have no value at all. Names as claims print them, each once. */
    const char *const *unknown_nulls;
    size_t unknown_null_count;
    const zkl_schema *schema;
    const zkl_manifest *manifest;
    const zkl_statement *const *statements; /* statement_count, with their source blocks */
    const zkl_digest *statement_ids;        /* their t0 */
    zkl_srs_verifier powers;
    const zkl_g1_affine *points;      /* the manifest's blocks, decoded */
    const zkl_entry *entry;           /* the receipt's own */
    const zkl_disclosure *disclosure; /* rows that were shown; NULL: a receipt alone */
} zkl_verified;

/* bytes: a receipt, or a disclosure with the receipt of its entry: then its rows are checked too.
 *
 * Everything in *out lives in arena (and borrows from bytes). ZKL_REJECTED, ZKL_UNCHECKED or
 * ZKL_BAD_INPUT; err names the check: "check 'inclusion': ...". */
zkl_status zkl_receipt_verify(zkl_verified *out, zkl_arena *arena, zkl_bytes bytes,
                              const zkl_trust *trust, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;

/* The same, all but the pairings of its proofs: these are put to the products, and *out holds where
 * all of them are 1. products NULL: as zkl_receipt_verify. What it refuses is to be verified once
 * more by that, which names what is false. */
zkl_status zkl_receipt_verify_but_pairings(zkl_verified *out, zkl_arena *arena,
                                           zkl_products *products, zkl_bytes bytes,
                                           const zkl_trust *trust, const zkl_env *env,
                                           zkl_error *err) ZKL_MUST_USE;

/* The checkpoint of a receipt, and what was trusted when it was checked. */
typedef struct zkl_receipt_checkpoint {
    zkl_checkpoint checkpoint;
    zkl_bytes note;
    const zkl_trusted_log_key *log_key; /* that signed it */
    uint64_t index;                     /* of the receipt's entry */
    /* What was trusted, grown by the receipt's key entries. */
    const zkl_trust *trust;
} zkl_receipt_checkpoint;
/* The checks up to the checkpoint alone, for whoever compares checkpoints: form, whose log,
 * signatures, inclusion. It says nothing of manifest and proofs. Lives, and fails, as above. Cost:
 * a signature for each entry. */
zkl_status zkl_receipt_verify_checkpoint(zkl_receipt_checkpoint *out, zkl_arena *arena,
                                         zkl_bytes bytes, const zkl_trust *trust,
                                         zkl_error *err) ZKL_MUST_USE;

/* The half that needs no log: one entry's content with its manifests, statements, proofs and keys.
 * For a notarisation before it is written. Set-ups are not checked. */
typedef struct zkl_content {
    const zkl_entry *entry;
    /* The notarisations that a `prove` entry rests on, in the order of its parents: the first is of
     * the dataset that the entry is about, the others of datasets that its claims speak of besides.
     * 0: entry is a notarisation. */
    const zkl_entry *const *notarised;
    size_t notarised_count;
    const zkl_bytes *manifests; /* of each of them; of a notarisation its own alone */
    size_t manifest_count;
    zkl_bytes powers;
    const zkl_receipt_key *keys;
    size_t key_count;
    /* All of entry in its order, then all of each notarised. */
    const zkl_receipt_statement *statements;
    size_t statement_count;
} zkl_content;

/* What everything in a content must name. */
typedef struct zkl_content_pins {
    const zkl_digest *ledger;
    const zkl_digest *powers_hash;
} zkl_content_pins;

/* Everything in *out lives in arena; it is written only where everything holds. ZKL_REJECTED or
 * ZKL_BAD_INPUT; err names the check. env: for its pool, may be NULL. */
zkl_status zkl_content_verify(zkl_verified *out, zkl_arena *arena, const zkl_content *content,
                              const zkl_content_pins *pins, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
/* The same, all but the pairings: these are put to the products, and *out holds where all of them
 * are 1. products NULL: each is judged in its place, which costs more and names what is false. */
zkl_status zkl_content_verify_but_pairings(zkl_verified *out, zkl_arena *arena,
                                           zkl_products *products, const zkl_content *content,
                                           const zkl_content_pins *pins, const zkl_env *env,
                                           zkl_error *err) ZKL_MUST_USE;
