#pragma once
/* Which entries' proofs were verified before: a file in the user's cache, one a ledger.
 *
 *  1. Whether proofs hold follows from the entry's bytes, those of its parents, and blobs by their
 *     hash; the receipt id binds all of them. So what held once holds for ever, by one verifier.
 *  2. A file counts for the verifier that wrote it and no other: it begins with its version.
 *  3. Who can write the file can make broken proofs pass. Folder and file are the caller's own and
 *     writable by nobody else, or nothing is remembered; `fresh` asks for nothing at all.
 *
 * A cache: what is damaged is as if it were not there, and a failure to write it loses time only. */
#include "base/arena.h"
#include "base/buffer.h"

typedef struct report_remembered {
    zkl_arena memory;
    char path[4096]; /* "": no place */
    uint8_t head[32];
    zkl_digest *ids; /* ascending */
    size_t count;
    zkl_digest *added;
    size_t added_count, added_capacity;
} report_remembered;

/* folder NULL: the user's. fresh: nothing is known, and what is added replaces all. Never fails:
 * without a place nothing is remembered. */
void report_remembered_open(report_remembered *out, const char *folder, const zkl_digest *ledger,
                            const zkl_digest *powers_hash, bool fresh);
bool report_remembered_has(const report_remembered *r, const zkl_digest *receipt_id);
void report_remembered_add(report_remembered *r, const zkl_digest *receipt_id);
/* Write what was added. */
void report_remembered_save(report_remembered *r);
void report_remembered_clear(report_remembered *r);
