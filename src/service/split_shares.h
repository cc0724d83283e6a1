#pragma once
/* Parts that were made elsewhere, and the ratio that they are said to have. */
#include "service/workbench.h"

#include <zkl/transform.h>

/* Has each part its share of all rows, rounded up or down, and with `stratify` its share of the
 * rows of each value? A share is that of the ratio, or what the part has of all rows, since
 * programs share out values by the one or by the other. ZKL_REJECTED.
 *
 * parts: as many as the request has, together the source. weights: their sum, 10^6 at most. column:
 * that of `stratify`. */
zkl_status split_shares_check(workbench *bench, const zkl_split_request *request, uint64_t weights,
                              const workbench_made *parts, size_t column,
                              zkl_error *err) ZKL_MUST_USE;
