#pragma once
/* The files of a table: which ones they are, that they stay the same while they are read, and
 * their hashes.
 *
 * 1. An input is a name for people, and a path that readers open. The path of a descriptor that
 *    is kept open is /proc/self/fd/N: readers then see the very file that was hashed, whatever
 *    its name leads to by then.
 * 2. Readers open an input more than once and read it at any place. What can be read only once
 *    (a pipe, an upload) goes into a file without a name first: zkl_stream_keep. Standard input
 *    is such a stream, and "-" is its name.
 * 3. An input is hashed before anything is read of it, and compared with what its name leads to
 *    when all is read.
 *
 * To take inputs from elsewhere (a descriptor of the caller, bytes in memory), give zkl_input a
 * name and a descriptor; nothing behind this header asks where they are from. */
#include "base/arena.h"
#include "base/env.h"
#include "hash/hash.h"

typedef struct zkl_input {
    /* As given; "-": standard input. */
    const char *name;
    /* What readers open. */
    const char *path;
    /* Open behind path; -1: the file is opened by its name again. */
    int fd;
    /* What the file was when it was opened; times in seconds and nanoseconds. */
    uint64_t device, inode, size;
    int64_t modified_s, modified_ns, changed_s, changed_ns;
    bool is_read_only; /* for everybody */
} zkl_input;

/* One file of a table, for people and manifests. */
typedef struct zkl_file_digest {
    /* Without the folder that all share; "-": standard input. */
    const char *name;
    uint64_t size;
    /* Rows read from it; 0 until they are. */
    uint64_t row_count;
    /* By the ledger's algorithm, and SHA-256. */
    zkl_digest hash, sha256;
} zkl_file_digest;

/* In the order of their names' bytes, whatever order they were given in. */
typedef struct zkl_inputs {
    zkl_input *list;
    zkl_file_digest *digests;
    size_t count;
    /* Of one file its hash; of several H over field(name), field(hash)
     * (docs/formats/manifest.md, "Content"). */
    zkl_digest content_hash;
} zkl_inputs;

typedef struct zkl_inputs_request {
    /* Paths, already expanded; "-": standard input. */
    const char *const *names;
    size_t count;
    /* Where a stream goes that does not fit into stream_memory_bytes (input/stream.h). */
    const char *spool_folder;
    uint64_t stream_memory_bytes;
    zkl_hash_algorithm hash;
    /* Nothing is read of the files: one may be empty. */
    bool takes_empty;
} zkl_inputs_request;

/* Open and hash them all. Lists and names live in arena; close the descriptors with
 * zkl_inputs_clear, also after a failure.
 *
 * Errors: ZKL_USAGE (none, one named twice, two names of one file), ZKL_BAD_INPUT (a folder,
 *         empty unless that is taken, not a regular file), ZKL_CONFLICT (changed while it was
 *         hashed), ZKL_NOT_FOUND, ZKL_DENIED, ZKL_IO, ZKL_NO_MEMORY, and what env's progress says.
 * Cost:   one pass over every file, with two hashes. */
zkl_status zkl_inputs_open(zkl_inputs *out, zkl_arena *arena, const zkl_inputs_request *request,
                           const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
void zkl_inputs_clear(zkl_inputs *inputs);
/* ZKL_CONFLICT when a name leads to another file than the one that was opened, or to one that
 * changed since. */
zkl_status zkl_inputs_check(const zkl_inputs *inputs, zkl_error *err) ZKL_MUST_USE;
