#pragma once
/* The data key of a committed table: with it and the data, everything in the manifest can be
 * recomputed. */
#include "keys/datakey.h"
#include "notary/statement_inputs.h"

/* Its bytes: chunk keys, dictionary keys and the content salt. SECRET. Of a dictionary that was
 * inherited and has entries which this table has not, only its part: the others are not the
 * reader's to guess. */
zkl_status zkl_table_data_key_make(zkl_buffer *out, const zkl_table_facts *facts,
                                   const zkl_committed_table *committed,
                                   const zkl_owner_secret *owner, zkl_error *err) ZKL_MUST_USE;

/* The same of chosen chunks: keys of these, of each dictionary what opens the entries that their
 * rows have, and no content salt. SECRET, and opens nothing else: chunk keys do not follow from one
 * another, nor salts of entries.
 *
 * facts:  of the table, which has been compared with what the key is of. NULL: it has no
 *         dictionary.
 * whole:  its data key, with every chunk that is chosen.
 * chunks: rising, at least one. */
zkl_status zkl_table_data_key_choose(zkl_buffer *out, const zkl_table_facts *facts,
                                     const zkl_datakey *whole, const uint64_t *chunks,
                                     size_t chunk_count, zkl_error *err) ZKL_MUST_USE;

/* The column of the version before whose dictionary this column has, entry for entry; NULL: it is
 * new, or the column has none. */
const zkl_column *zkl_table_facts_inherited_dictionary(const zkl_table_facts *facts, size_t column);
