#pragma once
/* What a kind of claim is made of: the table of methods that claim_<kind>.c defines, and what
 * those files share. */
#include "base/buffer.h"
#include "claim/assertion.h"
#include "claim/claim.h"
#include "claim/claim_bound.h"
#include "text/exact.h"

/* ---- Reading (claim_grammar.c). A reader stands behind what it has accepted. */

typedef struct zkl_claim_reader {
    zkl_bytes text;
    size_t at;
    size_t column_capacity; /* of the claim's columns */
    size_t name_end;        /* where the last name without quotes ended; 0: there was none */
    zkl_arena *arena;
    zkl_error *err;
} zkl_claim_reader;

/* numerator / (10^scale * denominator); denominator 1 but for means. */
typedef struct zkl_quantity {
    zkl_exact digits;
    unsigned scale;
    uint64_t denominator;
} zkl_quantity;

/* ZKL_USAGE: "character 5: a column name expected". at counts from 0, the text from 1. Where a name
 * ends before `at`, and more of a name seems to stand there, how such a name is written. */
zkl_status zkl_claim_fail_at(const zkl_claim_reader *r, size_t at, const char *what) ZKL_MUST_USE;
/* The next byte behind blanks; 0 at the end. */
uint8_t zkl_claim_peek(zkl_claim_reader *r);
/* Blanks and the token: taken, or nothing but the blanks. */
bool zkl_claim_accept(zkl_claim_reader *r, const char *token);
zkl_status zkl_claim_expect(zkl_claim_reader *r, const char *token) ZKL_MUST_USE;
zkl_status zkl_claim_read_name(zkl_claim_reader *r, zkl_bytes *out) ZKL_MUST_USE;
/* Read a name and put it behind the claim's columns. */
zkl_status zkl_claim_read_column(zkl_claim_reader *r, zkl_claim *claim) ZKL_MUST_USE;
/* "(", a name, ")": all of what many kinds have. */
zkl_status zkl_claim_read_one_column(zkl_claim_reader *r, zkl_claim *claim) ZKL_MUST_USE;
/* "(", names with "," between them, ")". */
zkl_status zkl_claim_read_columns(zkl_claim_reader *r, zkl_claim *claim) ZKL_MUST_USE;
/* Read "NAME" or "NAME@VERSION" and put it behind the claim's other datasets. */
zkl_status zkl_claim_read_other(zkl_claim_reader *r, zkl_claim *claim) ZKL_MUST_USE;
/* Read a column of the dataset or of another one and put it behind the claim's columns: c, D.c,
 * D@VERSION.c. A name with a point stands in quotes then, or it would be another dataset's. */
zkl_status zkl_claim_read_any_column(zkl_claim_reader *r, zkl_claim *claim) ZKL_MUST_USE;
/* Does a dataset with its version begin here ("NAME@VERSION")? Its name may begin with a digit. */
bool zkl_claim_begins_dataset(const zkl_claim_reader *r);
/* Columns of the dataset and as many of another one, which pair off: "a, b, D@1.x, D@1.y", or
 * "a, b, D@1" when the names are the same. The claim's columns are the own ones, then the others.
 * Ends before what is neither "," nor the list's. options: words, the last one NULL, that with "="
 * behind them may stand in place of the next column and end the list ("nulls"): *option is its
 * place and 1 then, and both are taken; 0 without. NULL, NULL: there are none. */
zkl_status zkl_claim_read_pairs(zkl_claim_reader *r, zkl_claim *claim, const char *const *options,
                                size_t *option) ZKL_MUST_USE;
/* A literal, without quotes; data NULL for '*'. */
zkl_status zkl_claim_read_literal(zkl_claim_reader *r, zkl_bytes *out) ZKL_MUST_USE;
zkl_status zkl_claim_read_quantity(zkl_claim_reader *r, zkl_quantity *out, bool sign) ZKL_MUST_USE;
/* A number that may be a fraction: "0.9", "9/10". */
zkl_status zkl_claim_read_ratio(zkl_claim_reader *r, zkl_quantity *out) ZKL_MUST_USE;
zkl_status zkl_claim_read_count(zkl_claim_reader *r, uint64_t *out) ZKL_MUST_USE;
/* ">=", "<=" or "=", and which ZKL_MODE_* it is: "=" when there is none. */
bool zkl_claim_accept_comparison(zkl_claim_reader *r, unsigned *mode);
/* May a name without quotes begin with this byte? */
bool zkl_claim_begins_name(uint8_t byte);
/* A body of the kind, zeroed. */
zkl_status zkl_claim_new_body(void **out, zkl_arena *arena, size_t size,
                              zkl_error *err) ZKL_MUST_USE;

/* ---- Compiling (claim_compile.c) */

typedef struct zkl_claim_maker {
    zkl_arena *arena;
    const zkl_claim_scope *scope;
    zkl_error *err;
} zkl_claim_maker;

/* The column's place in its dataset's schema. ZKL_NOT_FOUND. */
zkl_status zkl_claim_find_column(const zkl_claim_maker *m, const zkl_claim_column *column,
                                 uint32_t *out) ZKL_MUST_USE;
/* A bound that lies among the values of the column's type: ZKL_USAGE for one outside, which would
 * be moved to the type's end, and codes beyond that be taken for the wrong side. *literal becomes
 * its canonical text. */
zkl_status zkl_claim_read_bound(const zkl_claim_maker *m, zkl_bound *out, zkl_bytes *literal,
                                uint32_t column) ZKL_MUST_USE;
/* Sort indexes into the schema. ZKL_USAGE: a column is among them twice. */
zkl_status zkl_claim_sort_columns(const zkl_claim_maker *m, uint32_t *columns,
                                  size_t count) ZKL_MUST_USE;
const zkl_column *zkl_claim_schema_column(const zkl_claim_scope *scope, uint32_t column);
/* The same of any dataset of the scope. */
const zkl_column *zkl_claim_column_of(const zkl_claim_scope *scope, size_t dataset,
                                      uint32_t column);
/* "column 'c' is uint16: " and what is wrong. */
zkl_status zkl_claim_fail_column(const zkl_claim_maker *m, zkl_status status, uint32_t column,
                                 const char *what) ZKL_MUST_USE;

/* ZKL_NOT_SUPPORTED: what cannot be claimed of floats can be of decimals. */
zkl_status zkl_claim_fail_float(const zkl_claim_maker *m, uint32_t column,
                                const char *why) ZKL_MUST_USE;

/* The same of a column of any dataset: "column 'c' of test@1 is uint16: ". */
zkl_status zkl_claim_fail_column_of(const zkl_claim_maker *m, zkl_status status, size_t dataset,
                                    uint32_t column, const char *what) ZKL_MUST_USE;

/* "a bool is expected here", and what to do. is_share: a share(where ..) says as much. */
zkl_status zkl_claim_fail_no_bool(const zkl_claim_maker *m, uint32_t column,
                                  bool is_share) ZKL_MUST_USE;
/* Of a column that is too wide for a claim, or may be null: what can stand in its place. Err says
 * what is wrong already. */
zkl_status zkl_claim_hint_narrow(const zkl_claim_maker *m, zkl_status status,
                                 uint32_t column) ZKL_MUST_USE;

/* Has an own column the type of another dataset's, with `nulls` as to nulls too? Equal codes are
 * equal values then, as far as a type goes. ZKL_USAGE, which says what differs, and what to do. */
zkl_status zkl_claim_check_same(const zkl_claim_maker *m, uint32_t own_column, size_t dataset,
                                uint32_t other_column, bool nulls) ZKL_MUST_USE;
/* Has the other dataset the schema of the own one, so that equal codes are equal values? ZKL_USAGE
 * with the first column that differs. */
zkl_status zkl_claim_check_schema(const zkl_claim_maker *m,
                                  const zkl_claim_other *other) ZKL_MUST_USE;
/* All columns of the claim are the own dataset's: give them the schema's own names, which stay. */
zkl_status zkl_claim_keep_names(const zkl_claim_maker *m, const zkl_claim *claim) ZKL_MUST_USE;
/* The rest of the assertion's own rules: ZKL_LIMIT with `what` and the rule when it breaks one. */
zkl_status zkl_claim_check_assertion(const zkl_claim_maker *m, const zkl_claim_assertion *made,
                                     const char *what) ZKL_MUST_USE;

#define ZKL_CLAIM_PAIRS_MAX 1024
/* Columns that pair off (zkl_claim_read_pairs), once compiled: the own ones ascend. */
typedef struct zkl_claim_pairs {
    size_t count, other; /* the other dataset's place in the scope */
    const uint32_t *own, *others;
} zkl_claim_pairs;
/* Find them and put the claim's columns in their order. No own column stands there twice. All pairs
 * have one type, and with `nulls` both or none may be null (ZKL_USAGE). Equal codes are equal
 * values then, as far as a type goes. */
zkl_status zkl_claim_find_pairs(const zkl_claim_maker *m, zkl_claim_pairs *out, zkl_claim *claim,
                                bool nulls) ZKL_MUST_USE;

/* A source over all rows of a dataset: these columns by number, each nullable one with its flag
 * behind it, in this order. */
zkl_status zkl_claim_put_source(const zkl_claim_maker *m, zkl_claim_source *source, size_t dataset,
                                const uint32_t *columns, size_t count) ZKL_MUST_USE;
/* Every column of a dataset, as zkl_claim_put_source takes them. */
zkl_status zkl_claim_all_columns(const zkl_claim_maker *m, const uint32_t **out,
                                 size_t dataset) ZKL_MUST_USE;
/* An assertion over source_count sources, which are to be filled in. */
zkl_status zkl_claim_add_joint_assertion(zkl_claim_assertion **out, const zkl_claim_maker *m,
                                         zkl_compiled_claim *claim, zkl_assertion_kind kind,
                                         size_t param_count, size_t source_count) ZKL_MUST_USE;

/* One more assertion with param_count parameters, all zero, on one source over the claim's rows
 * without columns yet. */
zkl_status zkl_claim_add_assertion(zkl_claim_assertion **out, const zkl_claim_maker *m,
                                   zkl_compiled_claim *claim, zkl_assertion_kind kind,
                                   size_t param_count) ZKL_MUST_USE;
/* What is summed is an integer or a decimal: ZKL_NOT_SUPPORTED of floats, else ZKL_USAGE with
 * `what`. */
zkl_status zkl_claim_check_number(const zkl_claim_maker *m, uint32_t column,
                                  const char *what) ZKL_MUST_USE;
/* Between what numbers the sum of so many values or fewer of this type lies, in units of its last
 * decimal; of any codes that its limbs hold. */
void zkl_claim_sum_range(zkl_exact *least, zkl_exact *most, const zkl_type *type, uint64_t count);
/* above / (10^scale below[0] below[1] ..) beside the value: -1, 0, 1. Exact. */
int zkl_claim_compare_quantity(const zkl_exact *above, unsigned scale, const uint64_t *below,
                               size_t below_count, const zkl_quantity *value);
/* The result beside the claim's value: ZKL_REJECTED, and on which side it lies, no more. */
zkl_status zkl_claim_check_order(unsigned mode, int order, zkl_error *err) ZKL_MUST_USE;
/* Give the source its columns: by number, each nullable one with its flag behind it. Cost: the
 * schema's length where columns ascend. */
zkl_status zkl_claim_put_numbered(const zkl_claim_maker *m, zkl_claim_source *source,
                                  const uint32_t *columns, size_t count) ZKL_MUST_USE;
/* By role: x, and x? when nullable. */
zkl_status zkl_claim_put_named(const zkl_claim_maker *m, zkl_claim_source *source,
                               uint32_t column) ZKL_MUST_USE;
/* Under these roles, one for each: columns of the own dataset that none may hold nulls. */
zkl_status zkl_claim_put_roles(const zkl_claim_maker *m, zkl_claim_source *source,
                               const uint32_t *columns, const char *const *roles,
                               size_t count) ZKL_MUST_USE;
/* "linear": the flag of the nullable column is 0 in every row. */
zkl_status zkl_claim_refuse_nulls(const zkl_claim_maker *m, zkl_compiled_claim *claim,
                                  uint32_t column) ZKL_MUST_USE;
/* "linear": two columns are null in the same rows: the flags of both are equal, that of one alone
 * is 0. Nothing when neither is nullable. */
zkl_status zkl_claim_same_nulls(const zkl_claim_maker *m, zkl_compiled_claim *claim, uint32_t a,
                                uint32_t b) ZKL_MUST_USE;
/* The value mod r; asserts |value| < r. */
void zkl_claim_scalar(zkl_scalar *out, const zkl_exact *value);
void zkl_claim_scalar_u64(zkl_scalar *out, uint64_t value);
/* The value whose scalar it is: the one that is nearest to 0. */
void zkl_claim_signed(zkl_exact *out, const zkl_scalar *scalar);
/* The greatest number that the limbs of the type hold. */
zkl_code zkl_claim_last_code(const zkl_type *type);

/* ---- Texts of dictionaries (claim_texts.c) */

#define ZKL_CLAIM_TEXTS_MAX 64 /* that one claim shows */
/* The code of a text in this column, and what shows it. ZKL_NOT_FOUND: the column has no such text,
 * ZKL_REJECTED: what is shown of it is not so. */
zkl_status zkl_claim_find_text(const zkl_claim_maker *m, zkl_claim_text *out, uint32_t column,
                               zkl_bytes text) ZKL_MUST_USE;

/* ---- Words (claim_words.c) */

/* A text in quotes, as it is read again. */
void zkl_claim_put_text(zkl_buffer *out, zkl_bytes text);

void zkl_claim_put_names(zkl_buffer *out, const zkl_claim *claim, const char *between);
/* "sum(c)", "correlation(a, b)": the kind's word and all of the claim's names. */
void zkl_claim_put_call(zkl_buffer *out, const zkl_claim *claim);
/* " >= 10.50" behind it; nothing when the claim is open. */
void zkl_claim_put_comparison(zkl_buffer *out, const zkl_claim *claim, unsigned mode,
                              const zkl_quantity *value);
/* "train@1, test@2": the other datasets. */
void zkl_claim_put_others(zkl_buffer *out, const zkl_claim *claim, const char *between,
                          const char *last);
/* Column `at` of the claim as it is read by zkl_claim_read_any_column: "c", "test@1.c". */
void zkl_claim_put_column(zkl_buffer *out, const zkl_claim *claim, size_t at);
/* "test@1": the other dataset with this place in the scope. */
void zkl_claim_put_other(zkl_buffer *out, const zkl_claim *claim, size_t dataset);
/* The pairs as zkl_claim_read_pairs reads them. */
void zkl_claim_put_pairs(zkl_buffer *out, const zkl_claim *claim);
/* Names of the first half of the claim's columns, of the second: "a, b". With `coded` as
 * zkl_claim_put_coded has them. */
void zkl_claim_put_own(zkl_buffer *out, const zkl_compiled_claim *claim, bool coded);
void zkl_claim_put_paired(zkl_buffer *out, const zkl_claim *claim);
/* The same of the first half, where what is said is that codes are equal: a dictionary's codes
 * stand for their texts then, others as zkl_claim_put_coded has them. */
void zkl_claim_put_matched(zkl_buffer *out, const zkl_compiled_claim *claim);
/* The other dataset of pairs, and its columns where their names differ: "test@1 (there x, y)". */
void zkl_claim_put_there(zkl_buffer *out, const zkl_claim *claim);
/* The column's name, where its codes are compared: "the code of c (not its text)" when equal codes
 * and equal values are two things. */
void zkl_claim_put_coded(zkl_buffer *out, const zkl_column *column);
/* "; long texts are compared by their fingerprints", when the own dataset has such a column. */
void zkl_claim_put_fingerprints(zkl_buffer *out, const zkl_compiled_claim *claim);
/* "; floats by their codes: ..", where rows are ordered by them. */
void zkl_claim_put_float_order(zkl_buffer *out);
void zkl_claim_put_quantity(zkl_buffer *out, const zkl_quantity *value);
/* " (about 0.951747)" behind a fraction; nothing behind other numbers. For sentences. */
void zkl_claim_put_about(zkl_buffer *out, const zkl_quantity *value);
/* The same of the root of a value that is not negative; negative: of minus it. */
void zkl_claim_put_about_root(zkl_buffer *out, const zkl_quantity *value, bool negative);
void zkl_claim_put_literal(zkl_buffer *out, zkl_bytes literal);

/* Of ZKL_MODE_*: ">=", "=", "<="; "at least", "exactly", "at most". */
const char *zkl_claim_mode_sign(unsigned mode);
const char *zkl_claim_mode_words(unsigned mode);

#define ZKL_CLAIM_MEMBERS_MAX 16

/* Members of a JSON object, in any order: they are sorted when the object is written. */
typedef struct zkl_claim_members {
    zkl_buffer values; /* all values, one behind the other */
    struct {
        const char *name;
        size_t start;
    } members[ZKL_CLAIM_MEMBERS_MAX];
    size_t count;
} zkl_claim_members;

/* Begin a member. Its value is what is put into the buffer that comes back, until the next
 * member begins. */
zkl_buffer *zkl_claim_member(zkl_claim_members *members, const char *name);
void zkl_claim_member_text(zkl_claim_members *members, const char *name, zkl_bytes text);
void zkl_claim_member_quantity(zkl_claim_members *members, const char *name,
                               const zkl_quantity *value);
/* A literal as text, '*' as null. */
void zkl_claim_member_bound(zkl_claim_members *members, const char *name, zkl_bytes literal);
/* "columns": all of the claim's names. */
void zkl_claim_member_columns(zkl_claim_members *members, const zkl_claim *claim);
/* "datasets": the other datasets. */
void zkl_claim_member_others(zkl_claim_members *members, const zkl_claim *claim);
/* "dataset": the one other dataset. */
void zkl_claim_member_other(zkl_claim_members *members, const zkl_claim *claim);
/* "columns", "dataset", "dataset_columns" of pairs. */
void zkl_claim_member_pairs(zkl_claim_members *members, const zkl_claim *claim);
/* "texts": of each its column, code and opening. Nothing when there are none. */
void zkl_claim_member_texts(zkl_claim_members *members, const zkl_claim_scope *scope,
                            const zkl_claim_text *const *texts, size_t count);
/* "column": the first column's name. */
void zkl_claim_member_column(zkl_claim_members *members, const zkl_claim *claim);

/* ---- The kind */

/* What a claim says of nulls in the columns it names. */
typedef enum zkl_claim_nulls {
    ZKL_CLAIM_NULLS_SILENT,  /* nothing */
    ZKL_CLAIM_NULLS_PASSED,  /* it holds whatever rows are null */
    ZKL_CLAIM_NULLS_COUNTED, /* how many there are */
    ZKL_CLAIM_NULLS_REFUSED, /* that there are none */
    /* Nothing: it is of the values in rows that a predicate picks. Those of its columns in other
     * rows do not stand behind it. _COUNTED: it says how many these values are, one at least. */
    ZKL_CLAIM_NULLS_PICKED,
    ZKL_CLAIM_NULLS_PICKED_COUNTED,
} zkl_claim_nulls;

/* NULL stands for a method that the kind does not need. Methods that print take a bound claim. */
struct zkl_claim_ops {
    /* What claims of this kind begin with. */
    const char *word;
    /* Set: it speaks of whole datasets, and "in rows" is refused with these words in front:
     * "rows(n)". */
    const char *whole_form;
    /* See zkl_claim_is_wellformedness, zkl_claim_is_by_row. */
    bool is_wellformedness, is_by_row;
    /* See zkl_claim_origin_of. */
    zkl_claim_origin origin;
    /* Does it pass over rows? Then it says nothing of where rows come from. NULL: over none. */
    bool (*passes_rows)(const zkl_claim *claim);

    /* Read from "(" on, up to "in rows" or the end: columns, body, is_open. */
    zkl_status (*parse)(zkl_claim_reader *r, zkl_claim *out);
    /* Make the assertions, and claim.columns and claim.body canonical. Both are copied before
     * they are changed; all else of *out is filled in, `column` too. */
    zkl_status (*compile)(const zkl_claim_maker *m, zkl_compiled_claim *out);
    /* See zkl_claim_bind: the parameters of all assertions. NULL: they are complete when
     * compiled. */
    zkl_status (*bind)(zkl_compiled_claim *claim, const zkl_scalar *params, zkl_error *err);

    /* See zkl_claim_asks_value, zkl_claim_place, zkl_claim_put_value. NULL: never. */
    zkl_status (*place)(uint64_t *out, const zkl_claim *claim, uint64_t value_count,
                        zkl_error *err);
    void (*put_value)(zkl_claim *claim, zkl_bytes literal);

    /* The text without "in rows". */
    void (*print)(zkl_buffer *out, const zkl_claim *claim);
    /* The text without a result that the data decide. NULL: as print. */
    void (*print_bare)(zkl_buffer *out, const zkl_claim *claim);
    /* The members besides "kind", "rows" and "text". */
    void (*json)(zkl_claim_members *out, const zkl_compiled_claim *claim);
    /* The sentence without its rows. */
    void (*sentence)(zkl_buffer *out, const zkl_compiled_claim *claim);

    /* NULL: silent. */
    zkl_claim_nulls (*nulls)(const zkl_compiled_claim *claim);
    /* In how many rows of its span the columns that it names have a value. Of a bound claim, and
     * needed where nulls are counted. NULL: it does not say. */
    zkl_claim_values (*values)(const zkl_compiled_claim *claim);
    /* See zkl_claim_is_value_count. NULL: never. */
    bool (*is_value_count)(const zkl_claim *claim);
    /* See zkl_claim_offenders_of. NULL: none. */
    zkl_claim_offenders (*offenders)(const zkl_claim *claim);
    /* See zkl_claim_false_words. NULL: the rows say it. */
    const char *(*false_words)(const zkl_compiled_claim *claim);
};

#define KIND(name) extern const zkl_claim_ops zkl_claim_kind_##name;
ZKL_CLAIM_KINDS(KIND)
#undef KIND
