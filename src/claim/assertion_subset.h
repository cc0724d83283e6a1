#pragma once
/* What both halves of "subset" know of its parameter. */
#include "claim/row_leaves.h"

typedef enum zkl_subset_nulls {
    ZKL_SUBSET_NULLS_REFUSED, /* a row with a null is found nowhere */
    ZKL_SUBSET_NULLS_PASSED,  /* it is passed over */
    ZKL_SUBSET_NULLS_MATCHED, /* a null is a value */
    ZKL_SUBSET_NULLS_COUNT
} zkl_subset_nulls;

/* Of checked parameters. */
zkl_subset_nulls zkl_subset_nulls_of(const zkl_scalar *params);
