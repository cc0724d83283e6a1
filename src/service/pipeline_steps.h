#pragma once
/* Several operations, one after the other: the file that says which, and what can be found wrong
 * with it before the first is run. No ledger, no data. Form: docs/formats/pipeline.md. */
#include "base/arena.h"
#include "types/schema.h"

#define PIPELINE_STEPS_MAX 64
#define PIPELINE_WITH_MAX 64

/* A table that steps may take: given with the request, or a step's result. */
typedef struct pipeline_table {
    const char *name;
    /* NULL: its columns are not known before it is made. */
    const zkl_schema *schema;
} pipeline_table;

typedef struct pipeline_step {
    const char *operation, *name, *output;
    /* NULL: the step before; of the first the first table. */
    const char *source;
    const char *with[PIPELINE_WITH_MAX];
    size_t with_count;
    /* NULL: none. */
    const char *seed, *receipt;
    bool is_made;
    /* Where it stands in the file. */
    uint32_t line;
    /* The tables that it takes, by their places: the source first. Filled in by
     * pipeline_steps_check. */
    size_t sources[1 + PIPELINE_WITH_MAX];
} pipeline_step;

typedef struct pipeline_steps {
    zkl_arena memory;
    pipeline_step *items;
    size_t count;
} pipeline_steps;
void pipeline_steps_clear(pipeline_steps *steps);

/* ZKL_BAD_INPUT with line and column, ZKL_LIMIT. */
zkl_status pipeline_steps_parse(pipeline_steps *out, zkl_bytes text, zkl_error *err) ZKL_MUST_USE;
/* Names, files, words, sources, and columns as far as they are known. tables: those that are given,
 * with room for as many results as there are steps. Errors begin with the step. */
zkl_status pipeline_steps_check(pipeline_steps *steps, pipeline_table *tables, size_t given,
                                zkl_error *err) ZKL_MUST_USE;
/* "step 2 ('sort age')" in front of the error. */
zkl_status pipeline_fail(zkl_error *err, zkl_status status, const pipeline_steps *steps,
                         size_t step);
