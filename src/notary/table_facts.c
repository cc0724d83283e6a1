/* What follows from a table once it is read.
 *
 * Columns that have cells are numbered (null flags and values apart), and each has one block a limb
 * in every chunk. The blocks of a chunk lie in the order of numbers, then limbs: commitments,
 * proofs and the manifest all count so. */
#include "notary/table_facts.h"

#include "hash/domains.h"

/* The content commitment. A plain hash would confirm a guess of the file, so it is salted, and the
 * salt derives from the owner secret and the hash itself: the same files have the same commitment
 * in every version of one owner. */
static void commit_content(zkl_digest *out, const zkl_table_facts *facts,
                           const zkl_owner_secret *owner)
{
    uint8_t salt[32];
    const uint8_t prefix = ZKL_H_CONTENT;
    const zkl_digest *file = zkl_table_content_hash(facts->table);
    zkl_owner_secret_content_salt(salt, owner, file);
    const zkl_bytes parts[] = { zkl_bytes_of(&prefix, 1), zkl_bytes_of(salt, 32),
                                zkl_bytes_of(file, 32) };
    zkl_hash_parts(out, facts->schema->hash, parts, 3);
    zkl_wipe(salt, sizeof salt);
}

/* First blocks tile a chunk, and chunks tile the rows. */
void zkl_table_facts_invariant(const zkl_table_facts *facts)
{
    size_t blocks = 0;
    for (size_t c = 0; c < facts->numbered_count; c++) {
        ZKL_ASSERT(facts->first_block[c] == blocks);
        blocks += facts->numbered[c].limb_count;
    }
    ZKL_ASSERT(blocks == facts->block_count);
    ZKL_ASSERT(facts->chunk_count == (facts->row_count + ZKL_CHUNK_ROWS - 1) / ZKL_CHUNK_ROWS);
}

/* Everything follows from the schema but the content commitment, which is of the files' bytes. */
zkl_status zkl_table_facts_take(zkl_table_facts *out, const zkl_table *table,
                                const zkl_owner_secret *owner, zkl_error *err)
{
    out->table = table;
    out->owner = owner;
    out->schema = zkl_table_schema(table);
    out->row_count = zkl_table_rows(table);
    out->chunk_count = (size_t)zkl_table_chunks(table);
    out->numbered_count = zkl_schema_numbered_count(out->schema);
    out->numbered = ZKL_ARENA_NEW(&out->memory, zkl_numbered_column, out->numbered_count);
    out->first_block = ZKL_ARENA_NEW(&out->memory, size_t, out->numbered_count);
    if (!out->numbered || !out->first_block)
        return zkl_no_memory(err, out->numbered_count * sizeof *out->numbered);
    out->block_count = zkl_schema_number(out->numbered, out->schema);
    for (size_t c = 1; c < out->numbered_count; c++)
        out->first_block[c] = out->first_block[c - 1] + out->numbered[c - 1].limb_count;
    zkl_schema_hash(&out->schema_hash, out->schema);
    commit_content(&out->content, out, owner);
    zkl_table_facts_invariant(out);
    return ZKL_OK;
}

void zkl_table_facts_clear(zkl_table_facts *facts)
{
    zkl_arena_clear(&facts->memory);
    *facts = (zkl_table_facts){ 0 };
}

size_t zkl_table_facts_chunk_rows(const zkl_table_facts *facts, size_t chunk)
{
    ZKL_ASSERT(chunk < facts->chunk_count);
    const uint64_t left = facts->row_count - (uint64_t)chunk * ZKL_CHUNK_ROWS;
    return left < ZKL_CHUNK_ROWS ? (size_t)left : ZKL_CHUNK_ROWS;
}

/* A nullable column has two numbers, values first and its flag behind them. */
size_t zkl_table_facts_number(const zkl_table_facts *facts, uint32_t column, bool is_flag)
{
    size_t number = 0;
    while (number < facts->numbered_count &&
           (facts->numbered[number].column != column || facts->numbered[number].is_flag != is_flag))
        number++;
    ZKL_ASSERT(number < facts->numbered_count);
    return number;
}

size_t zkl_table_facts_dictionary(const zkl_table_facts *facts, uint32_t column,
                                  const zkl_bytes **entries)
{
    const zkl_kept_dictionary *kept = facts->kept ? &facts->kept[column] : NULL;
    if (!kept || !kept->entries)
        return zkl_table_dictionary(facts->table, column, entries);
    *entries = kept->entries;
    return kept->entry_count;
}

/* The flag block of every chunk is 1 in the rows that are null, and 0 in its padding. */
zkl_status zkl_table_facts_count_values(uint64_t *out, const zkl_table_facts *facts,
                                        uint32_t column, uint64_t first_row, uint64_t row_count,
                                        zkl_error *err)
{
    ZKL_ASSERT(row_count > 0);
    *out = row_count;
    if (!facts->schema->columns[column].nullable)
        return ZKL_OK;
    ZKL_AUTO_BLOCK uint16_t **at = zkl_calloc(facts->block_count, sizeof *at);
    ZKL_AUTO_BLOCK uint16_t *flags = zkl_calloc(ZKL_CHUNK_ROWS, sizeof *flags);
    if (!at || !flags)
        return zkl_no_memory(err, ZKL_CHUNK_ROWS * sizeof *flags);
    at[facts->first_block[zkl_table_facts_number(facts, column, true)]] = flags;
    const uint64_t end = (first_row + row_count - 1) / ZKL_CHUNK_ROWS + 1;
    uint64_t nulls = 0;
    zkl_status status = ZKL_OK;
    for (uint64_t chunk = first_row / ZKL_CHUNK_ROWS; status == ZKL_OK && chunk < end; chunk++) {
        status = zkl_table_chunk(facts->table, chunk, at, NULL, NULL, err);
        for (size_t t = 0; status == ZKL_OK && t < ZKL_CHUNK_ROWS; t++)
            nulls += flags[t];
    }
    zkl_wipe(flags, ZKL_CHUNK_ROWS * sizeof *flags);
    *out -= nulls;
    return status;
}

zkl_status zkl_table_facts_find_chunk_codes(uint8_t *present, const zkl_table_facts *facts,
                                            uint32_t column, size_t chunk, zkl_error *err)
{
    const bool nullable = facts->schema->columns[column].nullable;
    const size_t rows = zkl_table_facts_chunk_rows(facts, chunk);
    ZKL_AUTO_BLOCK uint16_t *cells = zkl_malloc(2 * ZKL_CHUNK_ROWS, sizeof *cells);
    ZKL_AUTO_BLOCK uint16_t **wanted = zkl_calloc(facts->block_count, sizeof *wanted);
    if (!cells || !wanted)
        return zkl_no_memory(err, 2 * ZKL_CHUNK_ROWS * sizeof *cells);
    /* Codes in the first half, null flags in the second; a dictionary column has one limb. */
    const uint16_t *flags = cells + ZKL_CHUNK_ROWS;
    wanted[facts->first_block[zkl_table_facts_number(facts, column, false)]] = cells;
    if (nullable)
        wanted[facts->first_block[zkl_table_facts_number(facts, column, true)]] =
            cells + ZKL_CHUNK_ROWS;
    ZKL_TRY(zkl_table_chunk(facts->table, chunk, wanted, NULL, NULL, err));
    for (size_t row = 0; row < rows; row++)
        if (!nullable || !flags[row])
            present[cells[row] / 8] |= (uint8_t)(1 << cells[row] % 8);
    return ZKL_OK;
}

zkl_status zkl_table_facts_find_codes(uint8_t *present, const zkl_table_facts *facts,
                                      uint32_t column, zkl_error *err)
{
    for (size_t chunk = 0; chunk < facts->chunk_count; chunk++)
        ZKL_TRY(zkl_table_facts_find_chunk_codes(present, facts, column, chunk, err));
    return ZKL_OK;
}
