#pragma once
/* What follows from a table once it is read: schema, numbered columns, sizes, hashes. */
#include "base/arena.h"
#include "keys/owner_secret.h"
#include "table/table.h"

/* Block first_block[c] + b of a chunk is limb b of numbered column c, and these blocks tile a
 * chunk. */
typedef struct zkl_table_facts {
    zkl_arena memory;
    /* Borrowed: the spool is read again, chunk by chunk. */
    const zkl_table *table;
    const zkl_owner_secret *owner; /* borrowed */
    /* One a column, borrowed: whole dictionaries of which the table may have a part. NULL: the
     * table has all that is known. */
    const zkl_kept_dictionary *kept;
    const zkl_schema *schema;
    zkl_numbered_column *numbered;
    size_t *first_block;
    size_t numbered_count;
    /* Blocks of a chunk. */
    size_t block_count;
    uint64_t row_count;
    size_t chunk_count;
    zkl_digest schema_hash;
    /* H(0x04, salt, hash of the files): it shows nothing to whoever has not the salt. */
    zkl_digest content;
} zkl_table_facts;

/* Table and owner are borrowed until _clear: the salts of the content commitment and of dictionary
 * entries derive from the secret. */
zkl_status zkl_table_facts_take(zkl_table_facts *out, const zkl_table *table,
                                const zkl_owner_secret *owner, zkl_error *err) ZKL_MUST_USE;
void zkl_table_facts_clear(zkl_table_facts *facts);
void zkl_table_facts_invariant(const zkl_table_facts *facts);
/* Rows of the chunk: C, but for the last one. */
size_t zkl_table_facts_chunk_rows(const zkl_table_facts *facts, size_t chunk);
/* The number of the column of this schema index. is_flag: of its null flag, which a nullable column
 * has. */
size_t zkl_table_facts_number(const zkl_table_facts *facts, uint32_t column, bool is_flag);
/* The entries of a column's dictionary, by code. Those that neither the table has nor are kept are
 * empty. Returns how many they are. */
size_t zkl_table_facts_dictionary(const zkl_table_facts *facts, uint32_t column,
                                  const zkl_bytes **entries);
/* Which codes of a dictionary column its values have: bits by code, set in `present`, which has
 * room for ZKL_DICTIONARY_ENTRIES_MAX of them. A null row has code 0 and no entry. Cost: reads the
 * column. */
zkl_status zkl_table_facts_find_codes(uint8_t *present, const zkl_table_facts *facts,
                                      uint32_t column, zkl_error *err) ZKL_MUST_USE;
/* The same of one chunk: bits that are set stay. */
zkl_status zkl_table_facts_find_chunk_codes(uint8_t *present, const zkl_table_facts *facts,
                                            uint32_t column, size_t chunk,
                                            zkl_error *err) ZKL_MUST_USE;
/* Rows of a span, which begins with a chunk, in which the column is not null. Cost: reads its
 * flags. */
zkl_status zkl_table_facts_count_values(uint64_t *out, const zkl_table_facts *facts,
                                        uint32_t column, uint64_t first_row, uint64_t row_count,
                                        zkl_error *err) ZKL_MUST_USE;
