#pragma once
/* What the results of notarising and of adding claims have in common (zkl_notarize_result). */
#include "api/objects.h"

/* zkl_statement_info, of a proof that was made or foreseen. */
extern const api_object api_proven_statement;
extern const api_object api_added_entry; /* of zkl_added_entry */
/* zkl_stage_times. */
extern const api_object api_stage_times;
/* An entry with proofs of claims, as an operation of several steps shows it. */
extern const api_object api_added_claims;
/* Of a zkl_notarize_result: the claims that keep it from being done, in two lists, to be spread. A
 * false claim is an answer about the data, a refused one a mistake in the asking. */
extern const api_object api_failed_claims;
/* What a dry run says of its cost. */
extern const api_object api_estimate;
/* zkl_policy_choice's two members of a request that has it as `policy`. */
#define API_POLICY_ROWS(type, at)                                                                  \
    { "policy",                                                                                    \
      API_TEXT,                                                                                    \
      API_AT(type, at.policy),                                                                     \
      .is_path = true,                                                                             \
      .path_use = API_PATH_READ_OR_NAME,                                                           \
      .help = "claims of a policy: its name, or the path of a file" },                             \
    {                                                                                              \
        "settings", API_TEXTS, API_AT(type, at.settings), API_COUNT(type, at.setting_count),       \
            .help = "what stands in the policy's places: 'key=id'"                                 \
    }
/* zkl_policy_use. */
extern const api_object api_policy_use;
/* Of a result: was no policy asked for, or none read? */
bool api_has_no_policy(const void *record);
/* Of a result: was nothing written, on request? What a dry run cannot know is left out, not
 * zero. */
bool api_is_dry(const void *record);
bool api_is_recorded(const void *record);
bool api_has_development_circuits(const void *record);
bool api_is_stamped(const void *record);
bool api_has_receipt(const void *record); /* it was written */
