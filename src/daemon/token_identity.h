#pragma once
/* Who somebody is by what another service says of him: claims of a token, names of a
 * certificate. */
#include <jansson.h>

#include "daemon/access.h"
#include "daemon/token_settings.h"

/* The one place that knows what a role is. false: there is none of that name. */
bool daemon_identity_set_role(daemon_identity *out, const char *role);

/* Claims that were checked. ZKL_REJECTED: no organisation, no role, a tier that is none. */
zkl_status daemon_identity_of_claims(daemon_identity *out, const daemon_issuer *issuer,
                                     const json_t *claims, zkl_error *err) ZKL_MUST_USE;
/* The first row with one of the names. false: nobody's. */
bool daemon_identity_of_names(daemon_identity *out, const daemon_token_settings *settings,
                              const char *const *names, size_t name_count);
