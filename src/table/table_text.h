#pragma once
/* The rows of a table as texts, one after the other: what was read, written down again. */
#include "table/table.h"

/* The rows in order. values: one a column of the schema, in the form that a table with this schema
 * is read from (zkl_value_format; binaries as bytes); data NULL: null. They are good until the
 * callback returns, and secret: whoever keeps them wipes them.
 *
 * Ends early with what the callback says. ZKL_IO, ZKL_NO_MEMORY, ZKL_CANCELLED.
 * Cost: a pass over the spool. Memory: the row bytes of one chunk. */
typedef zkl_status zkl_table_put_row(void *opaque, const zkl_bytes *values, zkl_error *err);
zkl_status zkl_table_each_row(const zkl_table *table, zkl_table_put_row *put, void *opaque,
                              const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
