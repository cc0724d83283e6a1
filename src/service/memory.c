/* Upper bounds of memory by shape alone: no cell decides anything here, so what is proven, and how
 * it is cut, can be told from the request and the table's shape. */
#include "service/memory.h"

#include "text/counted.h"

#define MIB ((uint64_t)1 << 20)
/* Program, store, tables of the powers, two circuits' keys: 110 to 175 MiB. */
#define SHARED_BYTES (190 * MIB)
#define COLUMN_BYTES ((uint64_t)256 << 10) /* facts, places, buffers of reading: 0.2 MiB */
#define POINT_COPIES 6                     /* of all commitments: the manifest and its parts */
#define LEAF_BLOCK_BYTES (MIB * 17 / 10)   /* 1.64 MiB measured */
#define SORTED_ROW_BYTES ((uint64_t)32)    /* of claims that sort whole tables */
#define WORKER_BYTES (17 * MIB)            /* a group of blocks, where rows begin */

zkl_status service_memory_check(uint64_t bytes, zkl_error *err)
{
    return !bytes || bytes >= SERVICE_MEMORY_LEAST
               ? ZKL_OK
               : zkl_fail(err, ZKL_USAGE, "memory is at least %llu MiB",
                          (unsigned long long)(SERVICE_MEMORY_LEAST / MIB));
}

size_t service_memory_reader(uint64_t bytes)
{
    const uint64_t share = bytes / 4;
    return !bytes ? 0 : (size_t)(share > 512 * MIB ? 512 * MIB : share);
}

static uint64_t shared_bytes(const zkl_table_facts *facts)
{
    uint64_t bytes =
        SHARED_BYTES + facts->schema->column_count * COLUMN_BYTES +
        POINT_COPIES * (uint64_t)facts->chunk_count * facts->block_count * ZKL_POINT_BYTES;
    for (size_t i = 0; i < facts->schema->column_count; i++) {
        const zkl_bytes *entries;
        const size_t count = zkl_table_dictionary(facts->table, i, &entries);
        for (size_t k = 0; k < count; k++)
            bytes += 3 * (entries[k].size + sizeof *entries + 32);
    }
    return bytes;
}

/* needed: rounded up, so that it is enough where it is said. */
static zkl_status refuse(uint64_t bytes, uint64_t needed, const char *what, zkl_error *err)
{
    return zkl_fail(err, ZKL_LIMIT, "memory of %llu MiB is too little: %s takes %llu MiB",
                    (unsigned long long)(bytes / MIB), what,
                    (unsigned long long)((needed + MIB - 1) / MIB));
}

zkl_status service_memory_chunks(size_t *out, uint64_t bytes, const zkl_table_facts *facts,
                                 size_t workers, zkl_error *err)
{
    *out = 0;
    if (!bytes)
        return ZKL_OK;
    const uint64_t base = shared_bytes(facts) + workers * WORKER_BYTES;
    const uint64_t rows = zkl_table_row_bytes_most(facts->table);
    const uint64_t chunk = rows + rows / 2; /* it grows while it is filled */
    if (base + chunk > bytes)
        return refuse(bytes, base + chunk, "a chunk of such rows", err);
    const uint64_t most = (bytes - base) / (chunk ? chunk : 1);
    *out = most < workers ? (size_t)most : workers;
    return ZKL_OK;
}

/* rows: of the longest table that is spoken of. Behind its last row there is neither memory nor
 * time (prove/prove_fraction.c). */
static uint64_t proof_bytes(const zkl_table_facts *facts, uint64_t rows, size_t leaf_blocks)
{
    const uint64_t used = rows < ZKL_CHUNK_ROWS ? rows : (uint64_t)ZKL_CHUNK_ROWS;
    return shared_bytes(facts) +
           leaf_blocks * ((LEAF_BLOCK_BYTES - MIB / 4) * used / ZKL_CHUNK_ROWS + MIB / 4);
}

static size_t largest_that_fits(const zkl_table_facts *facts, size_t most, uint64_t bytes)
{
    while (most > 4 && proof_bytes(facts, facts->row_count, most) > bytes)
        most /= 4;
    return most;
}

zkl_status service_memory_cap_plan(zkl_proof_plan *plan, uint64_t bytes, size_t asked,
                                   zkl_error *err)
{
    const zkl_table_facts *facts = plan->facts;
    ZKL_ASSERT(!plan->count);
    if (!bytes)
        return ZKL_OK;
    const size_t fits = asked ? asked : largest_that_fits(facts, plan->leaf_blocks_max, bytes);
    const uint64_t needed = proof_bytes(facts, facts->row_count, fits);
    if (needed > bytes)
        return refuse(bytes, needed,
                      asked ? "a proof of so many leaf blocks" : "the smallest proof", err);
    plan->leaf_blocks_max = fits;
    if (plan->long_leaf_blocks_max > fits)
        plan->long_leaf_blocks_max = fits;
    return ZKL_OK;
}

zkl_status service_memory_check_plan(const zkl_proof_plan *plan, uint64_t bytes, zkl_error *err)
{
    uint64_t rows = 0;
    size_t leaf_blocks = 0;
    if (!bytes)
        return ZKL_OK;
    for (size_t i = 0; i < plan->tables.count; i++)
        if (plan->tables.items[i].facts->row_count > rows)
            rows = plan->tables.items[i].facts->row_count;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->statements[i].leaf_blocks > leaf_blocks)
            leaf_blocks = plan->statements[i].leaf_blocks;
    size_t room = 4; /* of its circuit: what is unused of it is no less */
    while (room < leaf_blocks)
        room *= 4;
    if (plan->tables.count == 1 && room <= plan->leaf_blocks_max)
        return ZKL_OK;
    const uint64_t needed = proof_bytes(plan->facts, rows, room) + SORTED_ROW_BYTES * rows;
    return needed <= bytes ? ZKL_OK
                           : refuse(bytes, needed, "a claim that cannot be cut further", err);
}
