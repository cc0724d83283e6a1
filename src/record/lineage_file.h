#pragma once
/* Lineage receipt: receipts of the entries that a lineage is made of, in one file.
 * docs/formats/lineage.md
 *
 *  1. It says nothing of its own: the graph follows from the entries (verify/lineage.h).
 *  2. Each receipt is one that could be handed over alone. */
#include "base/arena.h"
#include "base/buffer.h"

#define ZKL_LINEAGE_RECEIPTS_MAX 4096
#define ZKL_LINEAGE_FILE_BYTES_MAX ((size_t)1 << 30)

typedef struct zkl_lineage_file {
    /* The dataset version whose lineage it is. */
    zkl_bytes name;
    uint32_t version;
    const zkl_bytes *receipts;
    size_t receipt_count;
} zkl_lineage_file;

/* ZKL_LIMIT when it would be too large. */
zkl_status zkl_lineage_file_encode(zkl_buffer *out, const zkl_lineage_file *file,
                                   zkl_error *err) ZKL_MUST_USE;
bool zkl_lineage_file_has_magic(zkl_bytes bytes); /* it begins as such files do, of any version */
/* Borrows from bytes and arena. ZKL_BAD_INPUT, ZKL_LIMIT, ZKL_NOT_SUPPORTED. */
zkl_status zkl_lineage_file_parse(zkl_lineage_file *out, zkl_arena *arena, zkl_bytes bytes,
                                  zkl_error *err) ZKL_MUST_USE;
