#pragma once
/* What an auditor remembers: every checkpoint of a log that he verified with --remember, whoever
 * owns the log (docs/formats/remembered.md, "Seen").
 *
 * It lies beside the memory of a user's own ledgers (ledger/remember.h) and apart from it: nothing
 * in it makes a ledger somebody's own, and no writer asks it. A folder a log, named by the ledger's
 * id; in it a folder for each size, with one remembered checkpoint. */
#include "ledger/remember.h"

/* The newest that are read. */
#define ZKL_SEEN_MAX 1000

/* The checkpoints that are remembered of a log, the newest first. state: the folder `seen`; NULL:
 * from the environment. None, and no place for any, are 0. Live in arena.
 * ZKL_DENIED, ZKL_BAD_INPUT, ZKL_IO: what is there cannot be believed, or read. */
zkl_status zkl_seen_list(zkl_remembered **out, size_t *count, zkl_arena *arena, const char *state,
                         const zkl_digest *ledger, zkl_error *err) ZKL_MUST_USE;
/* Remember one. Of a size that is remembered it is the same, or ZKL_CONFLICT. ZKL_NOT_FOUND: there
 * is no place. Others as of zkl_remember. */
zkl_status zkl_seen_add(const char *state, const zkl_remembered *fresh,
                        zkl_error *err) ZKL_MUST_USE;
