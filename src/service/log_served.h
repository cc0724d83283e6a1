#pragma once
/* The log as strangers read it: C2SP tlog-tiles, from the store. What stands under a path is what
 * `export --format tlog-tiles` would write there. docs/formats/log.md */
#include <zkl/ledger.h>

#include "base/buffer.h"

/* Opening a view of a ledger costs more than reading a tile, so a reader keeps one for a quarter of
 * a second: by so much what it tells may be behind the log. */
typedef struct service_log_reader service_log_reader;

/* ledger and env outlive it. */
zkl_status service_log_reader_new(service_log_reader **out, zkl_ledger *ledger, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;
/* When nobody reads any more, before the ledger is closed. NULL is fine. */
void service_log_reader_free(service_log_reader *reader);

/* A number that changes whenever what operations on the ledger see of its log may have: while it
 * stays, a receipt that was made after it was read is the one that would be made now. 0: it is not
 * known (a ledger that is not kept open for writing). Cost: a load. */
uint64_t service_log_state(zkl_ledger *ledger);

/* Append what stands at "checkpoint" or "tile/..." in the tree of the newest checkpoint: the
 * checkpoint with the lines of its witnesses, a tile, a bundle of entries (at most 16 MiB).
 *
 * Errors: ZKL_NOT_FOUND  nothing stands there, or not yet; or the path is spelled otherwise.
 * Threads: any. Nothing is written. */
zkl_status service_log_read(zkl_buffer *out, service_log_reader *reader, zkl_bytes path,
                            zkl_error *err) ZKL_MUST_USE;
