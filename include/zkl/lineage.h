#pragma once
/* Lineage: where a dataset version comes from, and what was made of it.
 *
 *     zkl_lineage_request request = { .reference = "predictions" };
 *     zkl_lineage_result result;
 *     status = zkl_lineage_of(&result, ledger, &request, &env, &err);
 *
 * A lineage is a graph. Its nodes are dataset versions, and files that a ledger knows by their hash
 * alone (models, programs, environments). A step makes some nodes of others. What is said of a step
 * has two sources, and a result keeps them apart:
 *
 *     recorded   an entry `provenance`: the owner's word. transform, split and branch write one,
 *                zkl_link any.
 *     proven     claims over a source and a result of it: `prove` entries.
 *
 * A step may have one of them, or both. Nothing that is recorded becomes proven by being here.
 *
 * The rules of zkl/ledger.h hold. */
#include <zkl/verify.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- A graph */

typedef struct zkl_lineage_claim {
    /* "train@1": the dataset that it is about. */
    const char *about;
    /* As its entry has it: "split(train@1, test@1)". */
    const char *text;
    /* Of that entry in the log. */
    uint64_t index;
    /* That entry names this dataset too, which is no part of the lineage: no lineage receipt that
     * zkl_export makes has the entry. NULL: it names none. */
    const char *outside;
} zkl_lineage_claim;

typedef struct zkl_lineage_node {
    /* A file; else a dataset version. */
    bool is_file;
    /* "train@1", or the file's name. */
    const char *name;
    /* The dataset id, or the file's SHA-256. */
    zkl_digest id;
    /* Of the notarisation; of a file, of the first entry that names it. */
    uint64_t index;
    /* 0: not known, or a file. */
    uint64_t row_count;
    /* That its owner took the version back, by what a ledger or a standing says. NULL: nothing is
     * known of that. A receipt alone does not know. */
    const zkl_revocation *revoked;
    /* What is proven of it alone. */
    const zkl_lineage_claim *claims;
    size_t claim_count;
} zkl_lineage_node;

/* Something that the owner said of a step. */
typedef struct zkl_fact {
    const char *name, *value;
} zkl_fact;

typedef struct zkl_lineage_step {
    /* Of the entry that says it: a provenance, or a proof when no provenance does. */
    uint64_t index;
    /* By a provenance. Then the next three may be said. */
    bool is_recorded;
    /* "filter age >= 18"; what of it no claim can say, in words. NULL: not said. */
    const char *operation, *unproven;
    const zkl_fact *facts;
    size_t fact_count;
    /* Nodes by their place in the graph. A step without sources says only how its result came. */
    const size_t *sources, *results;
    size_t source_count, result_count;
    /* Proven over a source and a result. */
    const zkl_lineage_claim *claims;
    size_t claim_count;
    /* One of them says of all rows of a result that they come from sources of the step. Columns
     * that it does not speak of are not meant. */
    bool has_proven_rows;
    /* "id, age": of the columns of a result these claims speak of these alone. NULL: of all. */
    const char *columns;
    /* One of them says that each row of a result has, in some of its columns, all of a row of a
     * source. Of its other columns it says nothing. */
    bool has_proven_columns;
    /* And each of the sources is named by such a claim. */
    bool is_proven;
    /* Steps go in a circle through this one: a result of it that would be made of itself. NULL:
     * they do not. */
    const char *circle;
} zkl_lineage_step;

typedef struct zkl_lineage {
    /* The first is the one that was asked for. Every other is connected with it by steps. */
    const zkl_lineage_node *nodes;
    size_t node_count;
    /* In the order of the log. */
    const zkl_lineage_step *steps;
    size_t step_count;
    /* What was made of it; else what it was made of. */
    bool is_descent;
    /* What is recorded contradicts itself: this one would be made of itself. NULL: nothing is. */
    const char *circle;
    /* Claims go in a circle, as of equal tables, and nothing contradicts that: this one's rows come
     * from others, and theirs from it. NULL: they do not, or `circle` is told. */
    const char *proven_circle;
} zkl_lineage;

/* ---- Reading and verifying */

typedef struct zkl_lineage_request {
    /* "NAME" or "NAME@VERSION"; or a file that a step made or used, by its content. Not both, and a
     * file not with `verify`. */
    const char *reference, *file;
    /* What was made of it; else what it was made of. */
    bool descent;
    /* Build the receipt of every entry of the lineage and verify it as a stranger would, by what
     * the ledger trusts. Not with `descent`. */
    bool verify;
} zkl_lineage_request;

/* What a standing says of a dataset of the lineage. */
typedef struct zkl_lineage_standing {
    const char *name;
    zkl_standing_word word;
} zkl_lineage_standing;

typedef struct zkl_lineage_result {
    zkl_arena memory;
    zkl_lineage lineage;
    /* Every entry and every proof was verified. The members below are filled only then. */
    bool is_verified;
    size_t receipt_count;
    /* The log's name, its size and root, and the key that signed them. */
    const char *origin, *log_key;
    zkl_digest ledger, root;
    uint64_t tree_size;
    /* As in zkl_verify_result. */
    bool is_development;
    zkl_trust_source trust_source;
    const char *trust_folder, *trust_log, *trust_key;
    const char *const *not_proven;
    const char *const *not_proven_names;
    size_t not_proven_count;
    /* Those that were put to it: zkl_lineage_add_standing. */
    const zkl_lineage_standing *standings;
    size_t standing_count;
} zkl_lineage_result;

/* The lineage of a dataset version, or of a file as a model, from the ledger's log: all of it,
 * every entry is looked at.
 *
 * Errors: ZKL_NOT_FOUND  no such dataset, version or file, or nothing names that file.
 *         ZKL_REJECTED   with `verify`: what zkl_verify_own refuses.
 *         ZKL_LIMIT      it has more than 4,096 nodes or steps.
 * Cost:   reads the log once; with `verify` a verification for each entry of the lineage. */
ZKL_API zkl_status zkl_lineage_of(zkl_lineage_result *out, zkl_ledger *ledger,
                                  const zkl_lineage_request *request, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;

/* Verify a lineage receipt (export's format "lineage"; docs/formats/lineage.md): every receipt in
 * it, that all are of one checkpoint, and the graph that follows from their entries and no others.
 * What its maker left out of it cannot be seen; `not_proven` says so.
 *
 * trust: the text of a trust file. ledger: NULL, or the one whose trust counts when trust is empty.
 *
 * Errors: those of zkl_verify_receipt. ZKL_REJECTED: also when a receipt is no part of the
 *         lineage. */
ZKL_API zkl_status zkl_verify_lineage(zkl_lineage_result *out, zkl_ledger *ledger, zkl_bytes file,
                                      zkl_bytes trust, const zkl_env *env,
                                      zkl_error *err) ZKL_MUST_USE;

/* Put a verified standing to a lineage that was verified from `file`: to each entry of its dataset,
 * as zkl_verdict_add_standing does. *is_of_it: there was one. Versions that it calls revoked are
 * marked so.
 *
 * Errors: ZKL_UNCHECKED  the standing is older than an entry of its dataset.
 *         ZKL_REJECTED   both are signed and contradict each other.
 *         ZKL_USAGE      it has a standing of that dataset already. */
ZKL_API zkl_status zkl_lineage_add_standing(bool *is_of_it, zkl_lineage_result *lineage,
                                            zkl_bytes file, const zkl_standing_result *standing,
                                            zkl_error *err) ZKL_MUST_USE;

/* Is the lineage one to rely on? ZKL_REJECTED, under the check "revoked": any version in it is
 * known to be revoked, its own or one that it was made of. What was proven is true all the same:
 * so whoever calls asks for it, or not. */
ZKL_API zkl_status zkl_lineage_check_revoked(const zkl_lineage *lineage,
                                             zkl_error *err) ZKL_MUST_USE;

/* Does it begin as lineage receipts do? Any bytes. */
ZKL_API bool zkl_is_lineage(zkl_bytes bytes);

/* ---- Drawing */

typedef enum zkl_lineage_drawing {
    ZKL_LINEAGE_DOT, /* for graphviz */
    ZKL_LINEAGE_SVG, /* a picture, without scripts or links */
    ZKL_LINEAGE_DRAWING_COUNT
} zkl_lineage_drawing;

/* What is claimed is drawn as proven when it was verified. *text lives in memory, and ends in NUL
 * behind its size. ZKL_USAGE: no such drawing. */
ZKL_API zkl_status zkl_lineage_draw(zkl_bytes *text, zkl_arena *memory,
                                    const zkl_lineage_result *result, zkl_lineage_drawing drawing,
                                    zkl_error *err) ZKL_MUST_USE;

/* ---- Recording */

typedef struct zkl_link_request {
    /* The dataset version that it is about. */
    const char *reference;
    /* In words; NULL: not said. */
    const char *operation;
    /* Datasets that went in. */
    const char *const *sources;
    size_t source_count;
    /* Files, of which name and SHA-256 are recorded. With `made` the dataset went in too, and these
     * came out; without it the dataset came out. At most 64 each. */
    const char *const *used, *const *made;
    size_t used_count, made_count;
    /* commit, run, environment, seed, ... At most 64, each name once. */
    const zkl_fact *facts;
    size_t fact_count;
} zkl_link_request;

typedef struct zkl_link_result {
    zkl_arena memory;
    const char *name;
    uint32_t version;
    uint64_t index;
    zkl_digest receipt_id;
} zkl_link_result;

/* Record a step that happened elsewhere: training, labelling, a query in another system.
 *
 * Errors: ZKL_USAGE      nothing is said; a name is given twice.
 *         ZKL_NOT_FOUND  a dataset, version or file.
 *         ZKL_CONFLICT   one of the sources was made of the dataset: the steps would go in a
 *                        circle.
 * Cost:   hashes the files, reads the log once. */
ZKL_API zkl_status zkl_link(zkl_link_result *out, zkl_ledger *ledger,
                            const zkl_link_request *request, const zkl_env *env,
                            zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_branch_request {
    /* The version that a line of its own begins with, and the name of that line: new to the ledger.
     */
    const char *reference, *name;
} zkl_branch_request;

/* Give a version a second name, under which further versions follow: its manifest and its proofs
 * are logged as they are under NAME@1, and that it is a branch. Needs no data and makes no proof.
 * Claims that were added later stay with the first name.
 *
 * Errors: ZKL_NOT_FOUND  no such dataset or version.
 *         ZKL_CONFLICT   the name is taken. */
ZKL_API zkl_status zkl_branch(zkl_link_result *out, zkl_ledger *ledger,
                              const zkl_branch_request *request, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
