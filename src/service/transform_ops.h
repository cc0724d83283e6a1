#pragma once
/* Operations on tables: from their words to a query, and to the claims that say what was done.
 * Pure: no ledger, no data. */
#include "base/arena.h"
#include "base/buffer.h"
#include "types/schema.h"

#include <zkl/dataset.h>

/* A table that an operation takes. In SQL it is "s0", "s1", .. with its columns and zkl_row. */
typedef struct transform_source {
    const char *reference; /* "people@1" */
    const zkl_schema *schema;
    uint64_t row_count;
} transform_source;

#define TRANSFORM_CLAIMS_MAX 32
#define TRANSFORM_BACKS_MAX 2
#define TRANSFORM_OWN_MAX 2
#define TRANSFORM_TOKENS_MAX 8

/* A claim about a source, around the result's NAME@VERSION; or one that names another source, or no
 * table besides. */
typedef struct transform_back {
    size_t source;
    const char *before, *after;
    bool is_of_sources; /* `before` is all of it, and speaks of source `other`, if another */
    size_t other;
} transform_back;

/* What an operation comes to. Everything lies in its memory. */
typedef struct transform_plan {
    zkl_arena memory;
    const transform_source *sources;
    size_t source_count;
    const char *seed; /* 64 hex digits */
    /* How many rows the sources have is not known: what rests on it is left out. */
    bool is_trial;
    /* The result's rows, in its order; empty with is_elsewhere. */
    const char *sql;
    /* It speaks of sources by their names: the query is somebody's. */
    bool needs_names;
    /* Rows of the first source that a table "picks" has, in one column "zkl_pick". */
    const uint64_t *picks;
    size_t pick_count;
    /* How many rows of the sources it cannot take, as a query; NULL: it takes all. */
    const char *misfits;
    /* How to say that of one key or row, or several. */
    enum {
        TRANSFORM_MISFIT_TYPES,
        TRANSFORM_MISFIT_KEYS,
        TRANSFORM_MISFIT_NUMBERS,
        TRANSFORM_MISFIT_TIES
    } misfit_kind;
    /* How many rows stand against it, as a query, and another that names some of them as one text;
     * NULL: none can. */
    const char *conflicts, *conflict_names;
    /* Columns of the first source whose values get tokens: a table "zkl_tokens" has them row by
     * row, as "zkl_t0", "zkl_t1", .. */
    size_t token_columns[TRANSFORM_TOKENS_MAX];
    size_t token_count;
    /* Claims about the result alone, made with its notarisation. */
    const char *own_claims[TRANSFORM_OWN_MAX];
    size_t own_count;
    /* Claims about the result, which name the sources. */
    const char *claims[TRANSFORM_CLAIMS_MAX];
    size_t claim_count;
    /* Claims about sources, which name the result. */
    transform_back backs[TRANSFORM_BACKS_MAX];
    size_t back_count;
    /* Which columns of the result have types of the sources'. */
    zkl_types_source *types;
    size_t type_count;
    /* Columns of the result besides those. */
    const char **more;
    size_t more_count;
    /* Which columns the result has is not known here. */
    bool is_open;
    /* What is recorded and not proven. */
    const char *recorded;
    /* The same where no seed made the result; NULL: the same words. */
    const char *recorded_unseeded;
    bool uses_seed;
    /* What is claimed says the seed: a file that was made elsewhere comes with it. */
    bool claims_seed;
    /* Nothing here can make the result: there is no query. */
    bool is_elsewhere;
} transform_plan;
void transform_plan_clear(transform_plan *plan);

/* operation: "filter age >= 18". out: sources and seed are filled in. ZKL_USAGE with the place of a
 * mistake, ZKL_NOT_FOUND for a column. */
zkl_status transform_plan_make(transform_plan *out, const char *operation,
                               zkl_error *err) ZKL_MUST_USE;
/* Is its word known, and does it take so many sources? ZKL_USAGE. */
zkl_status transform_check_word(const char *operation, size_t source_count,
                                zkl_error *err) ZKL_MUST_USE;
/* What is claimed of tokens, once it is known how many each column has: as many values, as many
 * pairs. So each value has one token, and each token one value. */
zkl_status transform_plan_add_distinct(transform_plan *plan, const uint64_t *distinct,
                                       zkl_error *err) ZKL_MUST_USE;
/* The columns that the plan's result has, as far as the sources' schemas tell: a column that is new
 * counts as an integer. Not of an open plan. */
zkl_status transform_plan_columns(zkl_schema *out, zkl_arena *arena, const transform_plan *plan,
                                  zkl_error *err) ZKL_MUST_USE;
#define TRANSFORM_SQL_TYPE_BYTES 40
/* A type in SQL that holds all of its values: into out, which is returned. */
const char *transform_sql_type(char out[static TRANSFORM_SQL_TYPE_BYTES], const zkl_type *type);
/* The word at index; NULL behind the last. */
const char *transform_word(size_t index);
