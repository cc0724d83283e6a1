#pragma once
/* Files that an operation writes for its caller: one rule for all of them.
 *
 *  1. Nothing that the operation reads is overwritten, and nothing is written into a ledger's
 *     folder, whatever the caller
 *     says: asked before anything is read.
 *  2. A file that is there already is replaced only by the same thing in a newer state, or when the
 *     caller says `force`. What others said in it, clocks and witnesses, stays: a file that has
 *     more of that than the new one is no older state. Standard output, devices and pipes are
 *     written as they stand.
 *  3. A key file is overwritten by nothing but its own bytes, whatever the caller says:
 *     ZKL_CONFLICT.
 *  4. Files below an output that is a folder are outputs too, and no link leads to them
 *     (base/below.h). */
#include <zkl/bytes.h>
#include <zkl/status.h>

#include <stdbool.h>
#include <sys/types.h>

typedef struct zkl_ledger zkl_ledger;

/* ZKL_USAGE for "-": standard output is no folder, and a folder of that name would be read for
 * standard input. */
zkl_status service_check_folder_name(const char *output, zkl_error *err) ZKL_MUST_USE;
/* ZKL_USAGE when output is one of inputs, by device and inode, so also through a link ("-" is
 * standard input); or when it lies in folder, a ledger's (NULL: none is named), or in that of any
 * other ledger. An input that is not there is left to whoever reads it. _apart: also ZKL_CONFLICT
 * when it is a key file elsewhere, or may be one (base/key_file.h). */
zkl_status service_output_outside(const char *output, const char *const *inputs, size_t input_count,
                                  const char *folder, zkl_error *err) ZKL_MUST_USE;
zkl_status service_output_apart(const char *output, const char *const *inputs, size_t input_count,
                                const char *folder, zkl_error *err) ZKL_MUST_USE;

/* Is it, or does it lie in, that folder, links followed? */
bool service_output_lies_in(const char *output, const char *folder);

/* Would both be written to one place, by whatever names? Standard output is none. NULL: nothing is
 * written. */
bool service_output_is_same(const char *a, const char *b);

/* Asked before long work: that a file of this name can be made, or replaced, as far as that can be
 * told without making it.
 * ZKL_USAGE for a folder, and for a name that can only be one. ZKL_NOT_FOUND, ZKL_DENIED, ZKL_IO:
 * of the folder that it would lie in. */
zkl_status service_output_has_place(const char *output, zkl_error *err) ZKL_MUST_USE;

typedef struct service_output {
    const char *path; /* "-": standard output */
    unsigned mode;    /* 0600 or 0644; a file that is there keeps its own, as far as these allow */
    bool force;
    /* Is what lies there the same thing in an older state? NULL: only equal bytes are. */
    bool (*is_same)(zkl_bytes existing, zkl_bytes content);
    /* Of the same thing: what would be lost with what lies there, as words behind "and has";
     * NULL: nothing. May be NULL itself. */
    const char *(*find_lost)(zkl_bytes existing, zkl_bytes content);
} service_output;

/* zkl_file_write, or ZKL_CONFLICT: also of what came while the answer was looked for. */
zkl_status service_output_write(const service_output *output, zkl_bytes content,
                                zkl_error *err) ZKL_MUST_USE;

/* ZKL_CONFLICT when there is a file of this name already, unless `force`. */
zkl_status service_output_is_new(const char *output, bool force, zkl_error *err) ZKL_MUST_USE;

/* ZKL_CONFLICT unless output is free for a new receipt about the dataset `name` of this ledger:
 * there is no file, or an earlier receipt about it that the ledger could write again with all that
 * clocks and witnesses said in it. */
zkl_status service_output_for_receipt(const char *output, zkl_ledger *ledger, zkl_bytes name,
                                      bool force, zkl_error *err) ZKL_MUST_USE;
/* Is there a receipt about entry `index` of this ledger? Whatever cannot be read is no. */
bool service_output_is_receipt_of(const char *output, zkl_ledger *ledger, uint64_t index);
/* Write it there, by the same rule of what is there now. */
zkl_status service_output_write_receipt(const char *path, zkl_ledger *ledger, bool force,
                                        zkl_bytes content, zkl_error *err) ZKL_MUST_USE;

/* The same entry under another checkpoint: of receipts, of receipts and disclosures (with the same
 * rows), and of tlog-proofs. */
bool service_same_receipt(zkl_bytes existing, zkl_bytes content);
bool service_same_shown(zkl_bytes existing, zkl_bytes content);
bool service_same_tlog_proof(zkl_bytes existing, zkl_bytes content);

/* What others said in the first that is not in the second: a timestamp, a witness's signature. For
 * service_output.find_lost, of each of them. */
const char *service_shown_lost(zkl_bytes existing, zkl_bytes content);
const char *service_tlog_proof_lost(zkl_bytes existing, zkl_bytes content);
