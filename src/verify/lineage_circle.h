#pragma once
/* Circles of a lineage: things that would be made of themselves. */
#include <zkl/lineage.h>

/* Fill `circle` of the lineage and of its steps, and `proven_circle`. steps: those of the lineage.
 * Cost: linear in the lines of the graph. */
zkl_status zkl_lineage_find_circles(zkl_lineage *lineage, zkl_lineage_step *steps,
                                    zkl_error *err) ZKL_MUST_USE;
