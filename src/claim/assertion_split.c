/* "split": the rows of the first table are those of the others together, in any order. No
 * parameters. The first table is the source, the others its parts; a shuffle has one part.
 *
 * Under the assertion's tag each row of the source has 1 / (alpha - beta - v), and each row of a
 * part -1 / (alpha - beta - v), v = sum_j theta^j limb_j over all limbs and flags of the row. For a
 * random theta equal v are equal rows, limb by limb, so all of it adds up to 0 exactly when the
 * rows are the same, each as often. Padded rows are zero by their `cells`; there are more of them
 * on one side, and what they add is public.
 *
 * Equal limbs are equal codes. They are equal values because all tables have one schema hash, so
 * the same types and the same dictionaries. Nothing can wrap: limbs are compared, no sums of
 * them. */
#include "claim/row_leaves.h"

/* At most 2,046 tables, each below 2^40 rows (zkl_statement_check): their sum is a number. */
static zkl_status check_split(const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_table *source = facts->sources[0];
    uint64_t rows = 0;
    if (facts->param_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: split takes none, not %zu",
                        facts->param_count);
    if (facts->source_count < 2)
        return zkl_fail(err, ZKL_REJECTED, "parts: none");
    for (size_t i = 1; i < facts->source_count; i++) {
        const zkl_statement_table *part = facts->sources[i];
        if (!zkl_tables_alike(source, part))
            return zkl_fail(err, ZKL_REJECTED, "parts: part %zu has another schema or columns", i);
        rows += part->row_count;
    }
    if (rows != source->row_count)
        return zkl_fail(err, ZKL_REJECTED, "parts: they have %llu rows, the source %llu",
                        (unsigned long long)rows, (unsigned long long)source->row_count);
    return ZKL_OK;
}

/* Both sides have as many rows, so their padded rows differ by whole chunks. */
static void compile_split(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    uint64_t part_chunks = 0;
    ZKL_ASSERT(assertion->param_count == 0 && assertion->table_count > 1);
    for (size_t i = 0; i < assertion->table_count; i++) {
        zkl_shape_fingerprints(shape, assertion->tables[i], tag, i > 0);
        part_chunks += i > 0 ? shape->tables[assertion->tables[i]].chunk_count : 0;
    }
    /* Parts have as many chunks as the source or more: each may end inside one. */
    const uint64_t chunks = shape->tables[assertion->tables[0]].chunk_count;
    ZKL_ASSERT(part_chunks >= chunks);
    zkl_fr pads;
    zkl_fr_from_u64(&pads, (part_chunks - chunks) << shape->format->log_cells);
    zkl_fr_neg(&pads, &pads);
    zkl_shape_expect(shape, tag, &ZKL_FR_ZERO, &pads);
}

const zkl_assertion_ops zkl_assertion_split = {
    .is_by_chunk = true,
    .check = check_split,
    .compile = compile_split,
};
