#pragma once
/* Forms that browsers send: application/x-www-form-urlencoded. */
#include <jansson.h>

#include "base/bytes.h"

#define PAGE_FIELDS_MAX 32

/* Fields by name, each a text. NULL: it is none: a broken escape, what is no UTF-8, a name twice,
 * more fields than PAGE_FIELDS_MAX. */
json_t *page_form_read(zkl_bytes body);
/* "": it is not there. */
const char *page_form_text(const json_t *form, const char *name);
/* The lines of a field that are not empty, each a text. */
json_t *page_form_lines(const json_t *form, const char *name);

/* Claims in words: of a form's field "words1" the row of page_claim_words that is meant, with what
 * stands in its places in "column1", "a1", "b1"; so up to PAGE_CLAIMS_IN_WORDS. */
#define PAGE_CLAIMS_IN_WORDS 3
typedef struct page_claim_word {
    const char *name, *words; /* words: with the places "[column]", "[A]", "[B]" */
    /* The claim, with %c for the columns, %a and %b for what stands at A and B. */
    const char *claim;
} page_claim_word;
extern const page_claim_word page_claim_words[]; /* ended by a name of NULL */
/* The claims of a form: those in words, then the lines of "claims". */
json_t *page_form_claims(const json_t *form);
