#pragma once
/* A table that was read as the content of a sealed file, and read from it again: the owner's spool
 * (docs/formats/spool.md, "Content"). */
#include "keys/sealed.h"
#include "table/table.h"

/* All of the table that claims, proofs and disclosures need: what the files were, dictionaries,
 * cells, and the texts of hashed columns. Memory: a column of one chunk, or the texts of one
 * segment. ZKL_IO, ZKL_NO_MEMORY, ZKL_CANCELLED. */
zkl_status zkl_table_keep(zkl_sealed_writer *to, const zkl_table *table, const zkl_env *env,
                          zkl_error *err) ZKL_MUST_USE;

/* The table again. options: schema (columns and types are its own), dictionaries, spool_folder and
 * hash count, as when files are read by a schema; the rest does not. Roots of dictionaries and
 * cells of hashed columns are made anew of the texts, so that comparing schema and rows with a
 * manifest says as much as it does of files. Facts of its values and its reading are not there.
 *
 * Errors: ZKL_REJECTED (not what was written), ZKL_BAD_INPUT (no table of this schema), ZKL_IO,
 * ZKL_NO_MEMORY, ZKL_CANCELLED. *out is untouched then. Cost: one pass. */
zkl_status zkl_table_restore(zkl_table **out, zkl_sealed_reader *from,
                             const zkl_read_options *options, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;
