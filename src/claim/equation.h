#pragma once
/* Weighted columns and a number on two sides, as people write them: what "linear" and "balance"
 * share. docs/formats/claims.md, "Linear claims". For claim_<kind>.c. */
#include "claim/claim_kind.h"

/* As it was said, columns gathered on the left, numbers on the right: part of a kind's body. */
typedef struct zkl_equation_text {
    zkl_quantity *weights; /* of each column of the claim */
    size_t weight_capacity;
    zkl_quantity value;
    unsigned mode; /* ZKL_MODE_* */
} zkl_equation_text;

/* What differs between kinds. */
typedef struct zkl_equation_form {
    /* For messages: "the linear claim". */
    const char *noun;
    /* Columns of other datasets stand in it too, and ">=", "<=". */
    bool is_joint;
} zkl_equation_form;

/* From "(" to ")". ZKL_USAGE without a column, ZKL_LIMIT for numbers with too many digits. */
zkl_status zkl_equation_parse(zkl_claim_reader *r, zkl_claim *claim, zkl_equation_text *text,
                              const zkl_equation_form *form) ZKL_MUST_USE;

/* One column and its weight, a whole number of at most 64 bits, not 0. */
typedef struct zkl_equation_column {
    size_t dataset; /* its place in the scope */
    size_t named;   /* 0 of the own dataset, else 1 + its place among those that the claim names */
    uint32_t column;
    zkl_exact weight;
} zkl_equation_column;

/* Over whole numbers that have no divisor in common but 1, in units of each column's last decimal:
 * columns by dataset, as the claim names them, in each ascending, each once. */
typedef struct zkl_equation {
    zkl_equation_column *columns;
    size_t count;
    zkl_exact value;
    bool has_rest; /* the number is no whole one: value is the next lower one */
} zkl_equation;

/* Of a compiled claim's columns. ZKL_USAGE: no number, a weight of 0; ZKL_LIMIT. */
zkl_status zkl_equation_make(zkl_equation *out, const zkl_claim_maker *m, const zkl_claim *claim,
                             const zkl_equation_text *text,
                             const zkl_equation_form *form) ZKL_MUST_USE;

/* "2*a + b - c = 5" */
void zkl_equation_put(zkl_buffer *out, const zkl_claim *claim, const zkl_equation_text *text,
                      const zkl_equation_form *form);
/* "terms" and "value": the columns with their weights, as in the text. */
void zkl_equation_member(zkl_claim_members *members, const zkl_claim *claim,
                         const zkl_equation_text *text);
