#pragma once
/* Claims as text, and what they mean. docs/formats/claims.md
 *
 *     range(c, lo|*, hi|* [, nulls=refuse])    linear(2*a + b = c + 5)    not_null(c)    rows(n)
 *     sum(c) [= | >= | <= v]                   mean(c) [= | >= | <= v or p/q]
 *     cells(*), cells(a, b, ...) or cells(a .. z), all columns from a to z
 *     split(train@1, test@1), of other datasets
 *     ... in rows 0..65535 (a span of whole chunks)
 *
 * A claim is what people say. An assertion is what a proof statement proves. A claim goes one way:
 *
 *     text --parse--> zkl_claim --compile(scope)--> zkl_compiled_claim --bind(parameters)-->
 *     its assertions, complete
 *
 * Printing, JSON and the sentence come from a bound claim. A verifier goes the same way from the
 * text in the entry and compares the assertions with the statement. So words and proof cannot
 * differ.
 *
 * A kind of claim is one module, claim_<kind>.c, with a table of methods (claim/claim_kind.h).
 * Callers of this header ask for properties of a claim and never for its kind.
 *
 * Everything here is pure: it borrows from its inputs, allocates from the given arena and has no
 * other state. So calls may run at once when their arenas differ. After a failure the outputs
 * are unchanged, unless a call says otherwise. */
#include "base/arena.h"
#include "proof/statement.h"
#include "types/dictionary.h"
#include "types/schema.h"

#define ZKL_CLAIM_TEXT_BYTES_MAX 65536
#define ZKL_CLAIM_COLUMNS_MAX 4096
#define ZKL_CLAIM_OTHERS_MAX 63

/* A dataset that claims may speak of. */
typedef struct zkl_claim_dataset {
    const zkl_schema *schema;
    uint64_t row_count;
    /* Its id; may be NULL before it is known, and then nothing is matched. */
    const zkl_digest *id;
    /* As claims name it: "NAME@VERSION". Empty of one that they need not name. */
    zkl_bytes name;
    uint32_t version;
} zkl_claim_dataset;

/* A text of a dictionary column, with what shows its code. */
typedef struct zkl_claim_text {
    uint32_t column; /* of the first dataset's schema */
    zkl_bytes text;
    zkl_dictionary_opening opening;
} zkl_claim_text;

/* Claims that name a text of a dictionary column speak of its code, and show that it has that code.
 * Where that is found: with a prover the table, with a verifier the claim as it is shown. What is
 * found is compared with the column's root, whoever found it. */
typedef struct zkl_claim_texts zkl_claim_texts;
struct zkl_claim_texts {
    /* out->column and out->text are the caller's; fills in the opening, which lives as long as the
     * texts. ZKL_NOT_FOUND: there is no such text. */
    zkl_status (*find)(zkl_claim_texts *texts, zkl_claim_text *out, zkl_error *err);
    /* Which texts of a column the table has, by their codes. NULL: nobody can say. */
    zkl_status (*list)(zkl_claim_texts *texts, uint32_t column, const zkl_bytes **out,
                       size_t *count, zkl_error *err);
};

/* The datasets of one entry's claims. The first is the one that the entry is about. Columns and
 * sources name the others by their place here. Borrowed by every claim compiled in it. */
typedef struct zkl_claim_scope {
    const zkl_claim_dataset *datasets;
    size_t dataset_count;
    /* Texts of the first dataset; NULL: none is known. */
    zkl_claim_texts *texts;
} zkl_claim_scope;

typedef struct zkl_claim_ops zkl_claim_ops;

typedef struct zkl_claim_column {
    zkl_bytes name; /* unquoted */
    /* 0: of the dataset that the claim is about. Else of another one: its place in the scope, and
     * before the claim is compiled 1 + its place among the claim's others. */
    size_t dataset;
} zkl_claim_column;

/* Another dataset that a claim names. */
typedef struct zkl_claim_other {
    zkl_bytes name;
    uint32_t version; /* 0: not said, until it is compiled */
    /* Its place in the scope, and before the claim is compiled 1 + its place here. */
    size_t dataset;
} zkl_claim_other;

/* A claim as it was said. */
typedef struct zkl_claim {
    /* Its kind. */
    const zkl_claim_ops *ops;
    /* The columns it names, in its order. */
    zkl_claim_column *columns;
    size_t column_count;
    /* The datasets it names besides the one that it is about, in its order. */
    zkl_claim_other *others;
    size_t other_count;
    /* What else was said; only the kind's own module reads it. */
    void *body;
    /* It asks for a result (`sum(c)`), which zkl_claim_bind fills in. */
    bool is_open;
    /* "in rows first_row..last_row" was said. */
    bool has_span;
    uint64_t first_row, last_row;
} zkl_claim;

/* A source table of an assertion: rows of a dataset, some of its columns, in the statement's
 * order. */
typedef struct zkl_claim_source {
    size_t dataset; /* its place in the scope */
    uint64_t first_row, row_count;
    zkl_statement_column *columns;
    size_t column_count;
} zkl_claim_source;

/* An assertion that a claim compiles to. Sources stand in the order of their roles; auxiliary
 * tables follow from it. */
typedef struct zkl_claim_assertion {
    zkl_assertion_kind kind;
    zkl_scalar *params;
    size_t param_count;
    zkl_claim_source *sources;
    size_t source_count;
} zkl_claim_assertion;

#define ZKL_CLAIM_ASSERTIONS_MAX 8

/* A claim on the datasets of a scope. */
typedef struct zkl_compiled_claim {
    /* In canonical form, once bound with its result. */
    zkl_claim claim;
    const zkl_claim_scope *scope;
    /* The rows claimed of the first dataset: all, or a span of whole chunks. */
    uint64_t first_row, row_count;
    /* None: the claim follows from the manifest under its cells claim (rows, types that say it
     * already). */
    zkl_claim_assertion assertions[ZKL_CLAIM_ASSERTIONS_MAX];
    size_t assertion_count;
    /* Are the assertions complete? If not, parameters of theirs wait for the data: see
     * zkl_claim_bind. */
    bool is_bound;
    /* Index in the schema of the first column named. */
    uint32_t column;
} zkl_compiled_claim;

/* ---- From text to assertions */

/* The word that claims of a kind begin with: "cells", "range", ...; NULL behind the last. */
const char *zkl_claim_word(size_t index);

/* Borrows from text and arena. ZKL_USAGE with the position ("character 9: ..."): the caller
 * quotes the claim. ZKL_LIMIT: too long, too many columns or digits. Cost: linear in the text. */
zkl_status zkl_claim_parse(zkl_claim *out, zkl_arena *arena, zkl_bytes text,
                           zkl_error *err) ZKL_MUST_USE;

/* "cells" over these columns, or over all when there are none: the claim that every dataset
 * begins with. Borrows columns. */
void zkl_claim_wellformed(zkl_claim *out, zkl_claim_column *columns, size_t column_count);

/* claim is not changed; *out keeps a canonical copy. Borrows scope, claim and arena. ZKL_USAGE
 * for what makes no sense on these columns, ZKL_NOT_FOUND for an unknown column,
 * ZKL_NOT_SUPPORTED, ZKL_LIMIT, or ZKL_REJECTED for what is false by schema and row count alone.
 * Cost: columns named times columns of the schema. */
zkl_status zkl_claim_compile(zkl_compiled_claim *out, zkl_arena *arena, const zkl_claim *claim,
                             const zkl_claim_scope *scope, zkl_error *err) ZKL_MUST_USE;

/* The scope with the texts that a claim's JSON shows, to compile that claim in: the scope itself
 * when it shows none. Borrows all three. ZKL_REJECTED: they are shown in another form than
 * zkl_claim_json writes. */
zkl_status zkl_claim_shown_texts(const zkl_claim_scope **out, zkl_arena *arena,
                                 const zkl_claim_scope *scope, zkl_bytes json,
                                 zkl_error *err) ZKL_MUST_USE;

/* Does it ask for the value at a place in ascending order (`min(c)`)? What is proven hangs on the
 * value, so it is put in before the claim is compiled; without it that is ZKL_REJECTED. */
bool zkl_claim_asks_value(const zkl_claim *claim);
/* The place of the value among so many, from 1. ZKL_USAGE: there is no such place. */
zkl_status zkl_claim_place(uint64_t *out, const zkl_claim *claim, uint64_t value_count,
                           zkl_error *err) ZKL_MUST_USE;
/* The claim says then that it is this value. Borrows it. */
void zkl_claim_put_value(zkl_claim *claim, zkl_bytes literal);
/* The rows that it speaks of, of row_count: all, or its span. ZKL_USAGE: that is none of whole
 * chunks. */
zkl_status zkl_claim_rows(uint64_t *first, uint64_t *count, const zkl_claim *claim,
                          uint64_t row_count, zkl_error *err) ZKL_MUST_USE;

/* The parameters of all assertions of the claim together. */
size_t zkl_claim_param_count(const zkl_compiled_claim *claim);

/* Complete the parameters of the assertions. params: as many as all of them have, one assertion's
 * behind the other's, those that the data decide filled in, by zkl_prove_measure or from a
 * statement. An open claim takes its result from them. Does nothing to a claim that is bound.
 * ZKL_REJECTED when no data can satisfy the claim, or these do not, ZKL_USAGE when all do,
 * ZKL_LIMIT. */
zkl_status zkl_claim_bind(zkl_compiled_claim *claim, const zkl_scalar *params, size_t param_count,
                          zkl_error *err) ZKL_MUST_USE;

/* Are the statement's assertions from number *at on those of the claim, kind by kind, column by
 * column, parameter by parameter, on the scope's datasets, whose ids are there? Moves *at behind
 * them. ZKL_REJECTED when not: *at is unchanged then. A claim that is not bound is bound from
 * the statement first. */
zkl_status zkl_claim_match(zkl_compiled_claim *claim, const zkl_statement *statement, size_t *at,
                           zkl_error *err) ZKL_MUST_USE;

/* ---- Words, of a bound claim */

/* Canonical text: parses and compiles to the same. */
void zkl_claim_print(zkl_buffer *out, const zkl_claim *claim);
/* The text without what the data decide: its rows and a result that is disclosed. To compare
 * claims of two versions. */
void zkl_claim_print_bare(zkl_buffer *out, const zkl_claim *claim);
/* Canonical JSON object, members in byte order. */
void zkl_claim_json(zkl_buffer *out, const zkl_compiled_claim *claim);
/* An English sentence without full stop: "every non-null value of age lies between 0 and 120". */
void zkl_claim_sentence(zkl_buffer *out, const zkl_compiled_claim *claim);

/* The name as it stands in a claim: as it is when plain (letters, digits, "_", "."; no digit
 * first), else in double quotes, with \" \\ and \xNN for each byte of what shows nothing, turns
 * the text around or passes for a space: names that differ in such characters look different.
 * Letters of other alphabets that look alike are shown as they are. */
void zkl_claim_name_print(zkl_buffer *out, zkl_bytes name);

/* ---- Properties */

/* Does it say that cells are well formed? Every dataset has such claims without being asked. */
bool zkl_claim_is_wellformedness(const zkl_claim *claim);
/* Does it hold of a table exactly when it holds of spans that tile the table, each disclosing
 * nothing? Then it may be cut. */
bool zkl_claim_is_by_row(const zkl_claim *claim);
/* May it speak of a span of rows? Else it is of whole datasets. */
bool zkl_claim_takes_span(const zkl_claim *claim);
/* What a claim says of where rows come from. */
typedef enum zkl_claim_origin {
    ZKL_CLAIM_ORIGIN_NONE,
    /* Every row of the dataset that it is about is, in the columns that it pairs off, a row of the
     * other one. How many these are says zkl_claim_pair_count. */
    ZKL_CLAIM_ORIGIN_OF_COLUMNS,
    /* Every row of the dataset that it is about comes from the others that it names. */
    ZKL_CLAIM_ORIGIN_OF_OWN,
    /* That, and every row of the others from the dataset that it is about. */
    ZKL_CLAIM_ORIGIN_OF_ALL,
} zkl_claim_origin;
/* Of a claim on a span: what it says of the rows of that span. */
zkl_claim_origin zkl_claim_origin_of(const zkl_claim *claim);
/* Of a claim that pairs columns off with those of another dataset, of which it says that: how many.
 * Its own stand first among its columns, then the others. 0: it names none. */
size_t zkl_claim_pair_count(const zkl_claim *claim);
/* Does it hold of a column of nulls alone without saying anything, or not at all? */
bool zkl_claim_needs_values(const zkl_compiled_claim *claim);
/* Does it pass over nulls without saying how many there are? */
bool zkl_claim_passes_nulls(const zkl_compiled_claim *claim);
/* Is it of rows that a predicate picks, without saying how many values these have? */
bool zkl_claim_chooses_rows(const zkl_compiled_claim *claim);
/* How many rows have a value: `least` or more, and no more when is_exact. */
typedef struct zkl_claim_values {
    uint64_t least;
    bool is_exact;
} zkl_claim_values;
/* What a bound claim says of the values of the other claim's column in that claim's rows. 0 and not
 * exact: nothing. Of other rows it says what follows: of 100 values in 120 rows, 20 of which are
 * not the other claim's, 80 at least are in its rows. */
zkl_claim_values zkl_claim_values_for(const zkl_compiled_claim *claim,
                                      const zkl_compiled_claim *other);
/* The same of another column of that dataset. */
zkl_claim_values zkl_claim_values_of(const zkl_compiled_claim *claim,
                                     const zkl_compiled_claim *other, zkl_bytes column);
/* The same of a column that the claim is known to name. Cost: it looks at no name. */
zkl_claim_values zkl_claim_values_of_named(const zkl_compiled_claim *claim,
                                           const zkl_compiled_claim *other);
/* Is it of rows that a predicate picks? Then the values of a column in all rows say nothing of
 * it. */
bool zkl_claim_is_of_some_rows(const zkl_compiled_claim *claim);
/* Does it say so of one value at least? Also before it is bound, when its result can be nothing
 * else. */
bool zkl_claim_tells_values(const zkl_compiled_claim *claim, const zkl_compiled_claim *other);
/* Does a column of the dataset that it is about have as many values in the claim's rows as it says,
 * and nothing else? "count(c, *, *) >= n": what it says can stand behind another claim. */
bool zkl_claim_is_value_count(const zkl_compiled_claim *claim);

/* Which rows offend a claim that zkl_claim_compile refused as false. */
typedef enum zkl_claim_offenders {
    ZKL_CLAIM_OFFENDERS_NONE,   /* it is no matter of rows */
    ZKL_CLAIM_OFFENDERS_VALUES, /* those where the first column is not null */
    ZKL_CLAIM_OFFENDERS_ALL,
} zkl_claim_offenders;
zkl_claim_offenders zkl_claim_offenders_of(const zkl_claim *claim);

/* What to say of a claim that is false of the data, beside its text; NULL when the number of
 * offending rows says it. No value of the data is in it. */
const char *zkl_claim_false_words(const zkl_compiled_claim *claim);
