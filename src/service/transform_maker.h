#pragma once
/* What the makers of plans share: the operation's reader, its query and claims in the making. An
 * operation is a function `make` over these, in transform_ops.c or a file of its own, and a row of
 * the table there. */
#include "claim/claim_kind.h"
#include "input/engine.h"
#include "service/transform_ops.h"

/* A plan in the making, and the reader behind the operation's word. */
typedef struct transform_maker {
    transform_plan *plan;
    zkl_claim_reader reader;
    zkl_buffer sql, claim;
} transform_maker;
void transform_maker_clear(transform_maker *m);

/* ---- Writing. */
/* A text in the plan's memory; the buffer is empty then. NULL without memory, which err says. */
const char *maker_keep(transform_maker *m, zkl_buffer *text, zkl_error *err);
/* The claim that was written is one of the plan's. */
zkl_status maker_end_claim(transform_maker *m) ZKL_MUST_USE;
/* "word(people@1)" */
void maker_put_source_claim(transform_maker *m, const char *word);
/* A claim about a source, whose text is m->claim up to the result's name. */
zkl_status maker_end_back(transform_maker *m, size_t source, const char *after) ZKL_MUST_USE;
/* A claim about the result alone: m->claim. */
zkl_status maker_end_own(transform_maker *m) ZKL_MUST_USE;
/* A claim about a source that names another one, or, other being source, none: m->claim. */
zkl_status maker_end_pair(transform_maker *m, size_t source, size_t other) ZKL_MUST_USE;
const zkl_schema *maker_schema_of(const transform_maker *m, size_t source);
/* All columns of a source, by name. */
void maker_put_columns(zkl_buffer *sql, const zkl_schema *schema, const char *table);
/* "SELECT all columns FROM s0" */
void maker_put_all(transform_maker *m);
/* Types of the result: as said; of a source's column, NULL: of all of them. */
zkl_status maker_add_types_as(transform_maker *m, const zkl_types_source *one) ZKL_MUST_USE;
zkl_status maker_add_types(transform_maker *m, size_t source, const char *column,
                           const char *as) ZKL_MUST_USE;
/* A column of the result that has no type of the sources'. */
zkl_status maker_add_more(transform_maker *m, zkl_bytes name) ZKL_MUST_USE;
/* The column `as` of the result has the type of this one of the first source. */
zkl_status maker_add_types_of(transform_maker *m, zkl_bytes column, zkl_bytes as) ZKL_MUST_USE;

/* ---- Reading. */
zkl_status maker_find_column(size_t *out, const transform_maker *m, size_t source,
                             zkl_bytes name) ZKL_MUST_USE;
/* A column of the first source. */
zkl_status maker_read_column(transform_maker *m, size_t *out) ZKL_MUST_USE;
/* Nothing stands behind the operation. */
zkl_status maker_end_reading(transform_maker *m) ZKL_MUST_USE;
/* The word, not as the beginning of a longer one. */
bool maker_accept_word(transform_maker *m, const char *word);
/* What is left, without the blanks around it. */
zkl_bytes maker_rest_of(transform_maker *m);

/* ---- Columns of the first source. */
/* Which columns the result has, and what they are called. */
typedef struct chosen_columns {
    size_t *at;
    zkl_bytes *names;
    size_t count;
} chosen_columns;

zkl_status maker_choose_room(chosen_columns *out, transform_maker *m) ZKL_MUST_USE;
/* ZKL_USAGE: the column, or the name, is there already. */
zkl_status maker_choose(chosen_columns *c, const transform_maker *m, size_t column,
                        zkl_bytes name) ZKL_MUST_USE;
/* "same(own names, source's names)", the types of each, and the query without its order. */
zkl_status maker_take_chosen(transform_maker *m, const chosen_columns *c) ZKL_MUST_USE;
/* The same of all of them, under their names. */
zkl_status maker_take_all(transform_maker *m) ZKL_MUST_USE;
/* A name that no column has. ZKL_USAGE. */
zkl_status maker_check_new(const transform_maker *m, zkl_bytes name) ZKL_MUST_USE;

/* ---- Operations in files of their own. */
zkl_status transform_make_bucket(transform_maker *m) ZKL_MUST_USE;       /* transform_bucket.c */
zkl_status transform_make_cast(transform_maker *m) ZKL_MUST_USE;         /* transform_cast.c */
zkl_status transform_make_key(transform_maker *m) ZKL_MUST_USE;          /* transform_key.c */
zkl_status transform_make_keys(transform_maker *m) ZKL_MUST_USE;         /* transform_key.c */
zkl_status transform_make_merge(transform_maker *m) ZKL_MUST_USE;        /* transform_merge.c */
zkl_status transform_make_tokens(transform_maker *m) ZKL_MUST_USE;       /* transform_tokens.c */
zkl_status transform_make_pseudonymise(transform_maker *m) ZKL_MUST_USE; /* transform_tokens.c */
