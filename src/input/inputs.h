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
 * 3. An input is hashed as it is when it is opened or, where hashing is put off, while readers read
 *    it from the same descriptor. When both are done it is compared with what its name leads to:
 *    a change in between ends the read.
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
    bool is_hashed;
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

/* Both hashes of a file, as far as it was read. */
typedef struct zkl_input_hashing {
    zkl_hasher own, sha256;
    uint64_t size;
    bool is_begun;
} zkl_input_hashing;

/* In the order of their names' bytes, whatever order they were given in. */
typedef struct zkl_inputs {
    zkl_input *list;
    zkl_file_digest *digests;
    size_t count;
    /* Of one file its hash; of several H over field(name), field(hash)
     * (docs/formats/manifest.md, "Content"). */
    zkl_digest content_hash;
    zkl_hash_algorithm hash;
    /* Files before it are hashed. */
    size_t next_to_hash;
    zkl_input_hashing hashing;
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
    /* The caller hashes (zkl_inputs_hash_some, then zkl_inputs_hash_rest). */
    bool hashes_later;
} zkl_inputs_request;

/* Open and hash them all; with hashes_later only those that do not stay open. Lists and names live
 * in arena; close the descriptors with zkl_inputs_clear, also after a failure.
 *
 * Errors: ZKL_USAGE (none, one named twice, two names of one file), ZKL_BAD_INPUT (a folder,
 *         empty unless that is taken, not a regular file), ZKL_CONFLICT (changed while it was
 *         hashed), ZKL_NOT_FOUND, ZKL_DENIED, ZKL_IO, ZKL_NO_MEMORY, and what env's progress says.
 * Cost:   one pass over every file, with two hashes. */
zkl_status zkl_inputs_open(zkl_inputs *out, zkl_arena *arena, const zkl_inputs_request *request,
                           const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
void zkl_inputs_clear(zkl_inputs *inputs);
/* Hash on where the last call ended, until all is hashed, bytes_max are, or *others_left is 0.
 * One thread at a time, which may be another each time. Errors as above. */
zkl_status zkl_inputs_hash_some(zkl_inputs *inputs, uint64_t bytes_max,
                                const _Atomic size_t *others_left, zkl_error *err) ZKL_MUST_USE;
/* All that is left, and the content hash. */
zkl_status zkl_inputs_hash_rest(zkl_inputs *inputs, zkl_error *err) ZKL_MUST_USE;
/* ZKL_CONFLICT when a name leads to another file than the one that was opened, or to one that
 * changed since. */
zkl_status zkl_inputs_check(const zkl_inputs *inputs, zkl_error *err) ZKL_MUST_USE;
