#pragma once
/* A source table of a proof, as the public record (the manifest) describes it. */
#include "proof/statement.h"
#include "algebra/curve.h"

/* What a source table must be, as the ledger's manifest says. One per source table of the
 * statement, asked for by dataset id. All borrowed. */
typedef struct zkl_known_table {
    zkl_digest dataset, schema_hash, merkle_root, content;
    uint64_t row_count; /* of the whole dataset */
    /* numbered columns, flags counted as columns: limbs, and whether column j is a flag (then of
     * j - 1) or bool */
    size_t column_count;
    const uint32_t *limb_counts;
    const uint8_t *column_kinds; /* ZKL_NUMBERED_VALUE, _BOOL, _FLAG */
    /* all commitments: chunk, then block (column, limb) order */
    const uint8_t (*blocks)[ZKL_POINT_BYTES];
    size_t blocks_per_chunk;
    /* The same, decoded and checked to be in the subgroup; NULL: not yet. Spares decoding them
     * again for each statement. */
    const zkl_g1_affine *points;
} zkl_known_table;

enum { ZKL_NUMBERED_VALUE, ZKL_NUMBERED_BOOL, ZKL_NUMBERED_FLAG };

/* By the dataset's id alone, which is a hash of the whole manifest; NULL: none of them. The other
 * hashes are compared behind it, so that a refusal can name them. */
static inline const zkl_known_table *
zkl_known_table_find(const zkl_digest *dataset, const zkl_known_table *known, size_t known_count)
{
    for (size_t i = 0; i < known_count; i++)
        if (zkl_digest_equal(&known[i].dataset, dataset))
            return &known[i];
    return NULL;
}
