#pragma once
/* What the results of notarising and of adding claims have in common (zkl_notarize_result). */
#include "api/objects.h"

/* zkl_statement_info, of a proof that was made or foreseen. */
extern const api_object api_proven_statement;
/* zkl_stage_times. */
extern const api_object api_stage_times;
/* An entry with proofs of claims, as an operation of several steps shows it. */
extern const api_object api_added_claims;
/* What a dry run says of its cost. */
extern const api_object api_estimate;
/* zkl_claim_problem, in two lists: a false claim is an answer about the data, a refused one is a
 * mistake in the asking. */
extern const api_object api_false_claim, api_refused_claim;
bool api_claim_is_false(const void *element);
bool api_claim_is_refused(const void *element);
/* Of a result: was nothing written, on request? What a dry run cannot know is left out, not
 * zero. */
bool api_is_dry(const void *record);
bool api_is_recorded(const void *record);
