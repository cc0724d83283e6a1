#pragma once
/* What the drawings of a lineage share. */
#include <zkl/lineage.h>

#include "base/arena.h"
#include "base/buffer.h"

#define LINEAGE_LABEL_CHARS 44 /* of a name or an operation in a box; what is longer is cut */

/* The two lines of a box: of a node, or behind those, of a step. Nothing hidden is in them. */
void lineage_put_lines(zkl_buffer *first, zkl_buffer *second, const zkl_lineage_result *result,
                       size_t at);
/* How much of a step is proven: what its box looks like, and says. */
typedef enum lineage_look {
    LINEAGE_RECORDED,
    LINEAGE_CLAIMED_PART, /* not verified */
    LINEAGE_CLAIMED,
    LINEAGE_PROVEN_PART,
    LINEAGE_PROVEN,
} lineage_look;
lineage_look lineage_look_of(const zkl_lineage_result *result, const zkl_lineage_step *step);

/* The picture. */
zkl_status lineage_put_svg(zkl_buffer *out, const zkl_lineage_result *result,
                           zkl_error *err) ZKL_MUST_USE;
