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

/* The column of the version before whose dictionary this column has, entry for entry; NULL: it is
 * new, or the column has none. */
const zkl_column *zkl_table_facts_inherited_dictionary(const zkl_table_facts *facts, size_t column);
