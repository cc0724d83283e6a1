#pragma once
/* What is done to data: one table made of others, notarised, with proofs of how.
 *
 *     zkl_transform_request request = { .reference = "people", .files = &file, .file_count = 1,
 *                                       .operation = "filter age >= 18",
 *                                       .name = "adults", .output = "adults.parquet" };
 *
 * An operation is a word and what it takes:
 *
 *     select a, b as c             some columns, in order; rows stay as they are
 *     drop a, b                    all others
 *     rename a as b                all columns, some under another name
 *     cast a to decimal(9,2)       the column under another type; `as b`: beside it
 *     filter age >= 18             the rows that satisfy a predicate (docs/formats/claims.md)
 *     sort a, b [desc]             the rows in order
 *     shuffle                      the rows in an order drawn from a seed
 *     slice 0..99                  rows 0 to 99
 *     sample 1000                  so many rows, drawn from a seed
 *     dedup                        each different row once
 *     concat                       the rows of all sources, one table behind the other
 *     append                       the same of two; that they stand in this order is proven
 *     add t = 2*a + b              one column more, which follows from others
 *     join on k                    the columns of a second source beside those of the first
 *     merge on k                   two lines of a table, and a third that both come from
 *     group by k: n = rows, t = sum(a)     a row for each combination of keys
 *     tokens a, b                  these columns, and a token beside each value: secret
 *     pseudonymise a, b            all columns, tokens of a second source in place of these
 *     sql SELECT ...               anything; recorded, and not proven
 *     custom COMMAND               what was run elsewhere, in words (`is_made`); not proven
 *
 * The product does it, or checks a file that something else made (`is_made`). Either way the result
 * is notarised, and claims that say what was done are proven over source and result together: the
 * operation's own execution is not trusted. What is only recorded is said to be.
 *
 * The rules of zkl/ledger.h hold. */
#include <zkl/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zkl_transform_request {
    /* The source: "NAME" or "NAME@VERSION", and the files that were notarised. None: the spool that
     * is kept of it; ZKL_USAGE where there is none. */
    const char *reference;
    const char *const *files;
    size_t file_count;
    /* How they are read, where not as the manifest says. */
    zkl_reading reading;
    /* Further sources, in the order in which the operation takes them, each with its files or
     * spool. */
    const zkl_with_dataset *with;
    size_t with_count;
    /* As above. */
    const char *operation;
    /* Of shuffle and sample: 64 hex digits; NULL: drawn. Public.
     * Of tokens SECRET: it is in no result, and who has it can try values. */
    const char *seed;
    /* Of pseudonymise, in place of its second source: the dataset of tokens that is made for it,
     * and its file, secret. NULL: none is made. */
    const char *mapping_name, *mapping_output;
    /* Of the dataset that is made. */
    const char *name;
    /* Its file: Parquet by its ending, else CSV. Nothing that is there is replaced without
     * `force`. */
    const char *output;
    /* The file is there already, made elsewhere: it is checked and not written. */
    bool is_made;
    /* Say what would be proven; record and write nothing. */
    bool dry_run;
    /* The receipt of the proofs; NULL: none. */
    const char *receipt_path;
    bool force;
    size_t leaf_blocks_max;
} zkl_transform_request;

typedef struct zkl_transform_result {
    zkl_arena memory;
    /* The notarisation of the result. */
    zkl_notarize_result made;
    /* The entry with the proofs; all zeros when nothing is proven. */
    zkl_notarize_result proven;
    bool is_proven;
    /* Of an operation that keeps all rows of a source: a claim about that source, in an entry of
     * its own. */
    zkl_notarize_result *backs;
    size_t back_count;
    /* The dataset of tokens that was made, and the proofs about it. */
    bool has_mapping;
    zkl_notarize_result mapping, mapping_proven;
    /* As it was asked for, with the seed that was drawn. */
    const char *operation;
    /* What of it is recorded, and not proven; NULL: nothing. */
    const char *recorded;
    /* Where the file was written. */
    const char *output;
} zkl_transform_result;

/* Transform, notarise, prove.
 *
 * Errors: those of zkl_notarize and zkl_add_claims, and
 *         ZKL_USAGE      the operation is none, or does not fit its sources.
 *         ZKL_REJECTED   the file that was made elsewhere is not the operation's result: `made` has
 *                        the claims that are false. Nothing is recorded.
 *         ZKL_CONFLICT   `output` is there already.
 * Clear `memory`, after a failure too; those of `made`, `proven` and `backs` are empty.
 * Cost:   reads each source twice and the result twice, and what the proofs take.
 * Secrets: the tables lie in memory while the operation runs; `output` holds the result in clear,
 *          readable by its owner alone. */
ZKL_API zkl_status zkl_transform(zkl_transform_result *out, zkl_ledger *ledger,
                                 const zkl_transform_request *request, const zkl_env *env,
                                 zkl_error *err) ZKL_MUST_USE;

/* ---- Several operations, one after the other */

typedef struct zkl_pipeline_request {
    /* The source of the first step, and further tables that steps may take, as in
     * zkl_transform_request. */
    const char *reference;
    const char *const *files;
    size_t file_count;
    zkl_reading reading;
    const zkl_with_dataset *with;
    size_t with_count;
    /* A file of steps: docs/formats/pipeline.md. */
    const char *steps_file;
    /* Check the steps, run none. */
    bool dry_run;
    bool force;
    size_t leaf_blocks_max;
} zkl_pipeline_request;

typedef struct zkl_pipeline_result {
    zkl_arena memory;
    /* How many the file has. */
    size_t planned;
    bool is_dry_run;
    /* Those that were run. After a failure the last one is the one that failed. */
    zkl_transform_result *steps;
    size_t step_count;
    /* Of a step that failed: its number from 1 on, and the claims that are false. */
    size_t failed;
    zkl_notarize_result problems;
} zkl_pipeline_result;

/* Transform step by step: each is zkl_transform, and what it records stays, whatever comes behind.
 * Form, names, files, words, and columns where they are known are checked before the first.
 *
 * Errors: those of zkl_transform, with the step in front; ZKL_BAD_INPUT: the file is none of steps.
 * Clear `memory`, after a failure too. */
ZKL_API zkl_status zkl_transform_pipeline(zkl_pipeline_result *out, zkl_ledger *ledger,
                                          const zkl_pipeline_request *request, const zkl_env *env,
                                          zkl_error *err) ZKL_MUST_USE;

/* ---- Splitting: a table into parts, proven to be all of it */

/* One part. */
typedef struct zkl_split_part {
    /* Of the dataset that it becomes, and its file. */
    const char *name, *output;
    /* Its share of the rows, of the sum of all weights. Not used with `by`. */
    uint64_t weight;
    /* With `by` and without `at`: the part has the rows with this value, a literal of claims. One
     * part may have none: it has all other rows, and those with a null. */
    const char *value;
} zkl_split_part;

typedef struct zkl_split_request {
    /* The source, as in zkl_transform_request. */
    const char *reference;
    const char *const *files;
    size_t file_count;
    zkl_reading reading;
    /* Two to 63. */
    const zkl_split_part *parts;
    size_t part_count;
    /* Rows go to parts by this; 64 hex digits, public; NULL: drawn. Without one of the ways below
     * the part that draws first, the first one but the largest, is the sample by this seed (claims,
     * "sample"), which is proven of 65,536 rows at most. */
    const char *seed;
    /* Instead of `seed`: one that came after the source was logged, by coins of nobody's choice. It
     * is proven of up to 1,048,576 rows, else the split is refused. */
    const char *public_seed;
    /* One of these, or none. Every value of `stratify` is shared out alike. Rows with one value of
     * `group` stay together, and that no value is in two parts is proven. Rows whose `by` is below
     * the literal `at` are the first of two parts, all others, those with a null too, the second;
     * that each is on its side is proven. Without `at` parts have values of `by`; that each holds
     * its own alone is proven, of texts that it holds one alone and no other part the same. */
    const char *stratify, *group, *by, *at;
    /* As in zkl_transform_request: the parts are there, made elsewhere. Weights may be left out;
     * given ones, and with them `stratify`, are checked. A seed is refused. */
    bool is_made;
    /* Of the proof that the parts are the source. */
    const char *receipt_path;
    bool force;
    /* Make the parts, check what would be said of them, and leave nothing: no file, no entry. */
    bool dry_run;
    size_t leaf_blocks_max;
} zkl_split_request;

typedef struct zkl_split_result {
    zkl_arena memory;
    /* Nothing was written, on request: of the parts name, version and number of rows are those that
     * they would have, and the rest is not filled. */
    bool is_dry_run;
    /* Of each part its notarisation. */
    zkl_notarize_result *parts;
    size_t part_count;
    /* About the source: its rows are those of the parts. */
    zkl_notarize_result proven;
    /* About the part that drew first: it is a sample by the seed. Of at most 65,536 rows, by a
     * public seed of more. */
    bool has_drawn;
    zkl_notarize_result drawn;
    /* About parts: no group is in two of them. */
    zkl_notarize_result *apart;
    size_t apart_count;
    /* In words, with the seed that was drawn; and what of it is recorded, not proven. */
    const char *operation, *recorded;
} zkl_split_result;

/* Split, notarise the parts, prove that together they are the source.
 *
 * Errors: those of zkl_transform. ZKL_REJECTED: parts that were made elsewhere are not the source;
 *         their notarisations are recorded then, and no proof.
 * Clear `memory`, after a failure too. */
ZKL_API zkl_status zkl_split(zkl_split_result *out, zkl_ledger *ledger,
                             const zkl_split_request *request, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
