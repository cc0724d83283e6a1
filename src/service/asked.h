#pragma once
/* What was asked for by name of somebody who need not be believed, and what came. A signature says
 * whose entry it is, and not that it is the one that was asked for. */
#include <zkl/lineage.h>
#include <zkl/verify.h>

#include "base/memory.h"

/* ZKL_REJECTED: the verdict is of another dataset, version or entry than the reference names (as of
 * service_find). Without '#' it is of a notarisation, and without '@' of any version: which one is
 * the newest, no receipt can say. */
zkl_status service_check_asked(const char *reference, const zkl_verify_result *verdict,
                               zkl_error *err) ZKL_MUST_USE;
/* The same of a lineage's first node. */
zkl_status service_check_asked_lineage(const char *reference, const zkl_lineage *lineage,
                                       zkl_error *err) ZKL_MUST_USE;
