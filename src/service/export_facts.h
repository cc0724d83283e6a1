#pragma once
/* What the exporters for other tools say of a dataset version: one model, gathered once.
 *
 *  1. Everything in it was verified just now, as `verify NAME` does it: the receipt of the version,
 *     and of each entry that added claims. A claim that does not verify is in no export.
 *  2. Three sources are kept apart, by the words of export_standing: `proven` is what a proof says
 *     of the committed rows; `signed` is what entry or manifest say, by the owner's signature;
 *     `declared` is what the caller of the export says, and nobody signed.
 *  3. A value that nobody gave is left out, or stands as "not stated" where a format must have it.
 *     It is never made up. */
#include <zkl/verify.h>

#include "service/export_format.h"
#include "text/json_writer.h"

/* Where a value of an export comes from. */
#define EXPORT_PROVEN "proven"
#define EXPORT_SIGNED "signed"
#define EXPORT_DECLARED "declared"
#define EXPORT_NOT_STATED "not stated"

/* One claim of the owner's. Those that only say that the table is well formed are not here. */
typedef struct export_claim {
    const zkl_claim_verdict *claim;
    /* For people, as a verdict has it: "every non-null value of age .. (342 values)". */
    const char *sentence;
    /* Of the entry that has it, and when that was signed. */
    uint64_t index;
    const char *time;
} export_claim;

typedef struct export_facts {
    zkl_arena memory;
    zkl_verify_result verdict;
    /* "patients@2"; ids in hex; the usual name of the receipt's file, "patients@2.zkl". */
    const char *reference, *dataset, *receipt_id, *ledger, *receipt_file;
    /* Of the signed entry as `--format dsse` writes it, and the usual name of that file. */
    zkl_digest envelope_sha256;
    const char *envelope_file;
    /* The notarisation's, then those that were added, in the order of the log. */
    const export_claim *claims;
    size_t claim_count;
} export_facts;

/* Gather and verify. Clear it, also after a failure.
 *
 * Errors: those of zkl_verify_own; ZKL_USAGE: the reference names an entry that is no
 * notarisation. ZKL_REJECTED: the version was revoked, which no such file would say. */
zkl_status export_facts_gather(export_facts *out, const export_source *source,
                               zkl_error *err) ZKL_MUST_USE;
void export_facts_clear(export_facts *facts);

/* The version publishes the plain hashes of its files; else ZKL_NOT_FOUND, which says what to
 * do. */
zkl_status export_need_digests(const export_facts *facts, const char *format,
                               zkl_error *err) ZKL_MUST_USE;

/* Where the version comes from, verified as above. Clear it, also after a failure. */
typedef struct export_lineage {
    zkl_lineage_result result;
} export_lineage;
void export_lineage_clear(export_lineage *lineage);
zkl_status export_lineage_gather(export_lineage *out, const export_source *source,
                                 const export_facts *facts, zkl_error *err) ZKL_MUST_USE;
/* When the entry of this index was signed, by its signer's word. */
zkl_status export_entry_time(char out[static ZKL_TIME_CHARS + 1], const export_source *source,
                             uint64_t index, zkl_error *err) ZKL_MUST_USE;

/* A UUID that stands for a digest: its first bits, as version 8 of RFC 9562. Formats that ask for
 * one get the same each time. */
#define EXPORT_UUID_CHARS 36
void export_uuid(char out[static EXPORT_UUID_CHARS + 1], const zkl_digest *digest);

/* What the caller declared under this name; NULL: nothing. */
const char *export_declared(const export_source *source, const char *name);

/* "proven", or "proven under a development set-up". */
const char *export_proven_words(const zkl_claim_verdict *claim);
/* "uint16", "dictionary": the root of a dictionary says nothing to other tools. */
const char *export_type(const zkl_column_info *column);
/* "text/csv", as registries of media types call the version's format. */
const char *export_media_type(const export_facts *facts);
/* "text/csv" of "csv". */
const char *export_media_type_of(const char *format);

/* A list of the claims, each with its text, its sentence, where it stands and what its proof is
 * worth. */
void export_put_claims(zkl_json_writer *w, const char *key, const export_facts *facts);
/* What is not proven, in words. */
void export_put_not_proven(zkl_json_writer *w, const char *key, const export_facts *facts);
/* What to check all of it with: ids, and the names that the other exports usually have. */
void export_put_evidence(zkl_json_writer *w, const char *key, const export_facts *facts);
