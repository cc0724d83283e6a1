#pragma once
/* What verdicts, `show` and reports say in the same words. */
#include <zkl/dataset.h>
#include <zkl/verify.h>

/* " (342 values)", " (1 value or more)", " (may be empty)" behind a claim's sentence; "" where it
 * passes over no nulls. NULL without memory. */
const char *service_values_words(zkl_arena *memory, const zkl_values_behind *values);
/* The sentence with that behind it: no page tells a claim that may hold of nothing as if it said
 * something. NULL without memory. */
const char *service_sentence_with_values(zkl_arena *memory, const char *sentence,
                                         const zkl_values_behind *values);
/* The same of a verdict's claim. */
const char *service_claim_sentence(zkl_arena *memory, const zkl_claim_verdict *claim);
