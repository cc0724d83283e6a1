#pragma once
/* What prover and verifier share of "filter": its predicate, read. */
#include "claim/predicate.h"

/* ZKL_REJECTED with the name of the check. Takes no memory. */
zkl_status zkl_filter_read(zkl_predicate *out, const zkl_assertion_facts *facts,
                           zkl_error *err) ZKL_MUST_USE;
