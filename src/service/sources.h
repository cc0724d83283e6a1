#pragma once
/* Where the files of a dataset lie, and what they were like when they were notarised: the owner's
 * own note, a file `sources/NAME.zklsources` in the ledger's folder (docs/formats/sources.md).
 *
 *  1. It is a convenience and never evidence: nothing is verified by it. Losing it costs `status`
 *     alone.
 *  2. It holds paths, sizes and times, and no hash: who finds it cannot try guesses of the data
 *     with it. It is in no entry, receipt or export. */
#include "base/arena.h"
#include "base/buffer.h"
#include "service/service_internal.h"

#define SERVICE_SOURCES_BYTES_MAX ((size_t)64 << 20)
#define SERVICE_SOURCES_FILES_MAX ((uint32_t)1 << 20)
#define SERVICE_SOURCES_PATH_BYTES_MAX 4096

/* What a file is told apart by, without reading it. */
typedef struct service_stamp {
    uint64_t size, inode;
    int64_t modified_s, changed_s;
    uint32_t modified_ns, changed_ns;
} service_stamp;

typedef struct service_source_file {
    /* From the root on. */
    zkl_bytes path;
    service_stamp stamp;
} service_source_file;

typedef struct service_sources {
    zkl_digest ledger, dataset;
    zkl_bytes name;
    uint32_t version;
    /* When it was written, by this machine's clock. */
    int64_t time_ms;
    /* What was given: files, folders, patterns; from the root on. */
    const zkl_bytes *arguments;
    size_t argument_count;
    /* What was read, in the table's order. */
    const service_source_file *files;
    size_t file_count;
} service_sources;

/* Append its one encoding. */
void service_sources_encode(zkl_buffer *out, const service_sources *sources);
/* Canonical bytes alone. Borrows from bytes; lists live in arena. ZKL_BAD_INPUT, ZKL_LIMIT,
 * ZKL_NOT_SUPPORTED (another version). */
zkl_status service_sources_parse(service_sources *out, zkl_arena *arena, zkl_bytes bytes,
                                 zkl_error *err) ZKL_MUST_USE;

/* In place of what was kept of the name. `folder`: the ledger's. */
zkl_status service_sources_save(const char *folder, const service_sources *sources,
                                zkl_error *err) ZKL_MUST_USE;
/* ZKL_NOT_FOUND: nothing is kept of the name. Lives in arena. */
zkl_status service_sources_load(service_sources *out, zkl_arena *arena, const char *folder,
                                zkl_bytes name, zkl_error *err) ZKL_MUST_USE;
struct stat;
void service_stamp_of(service_stamp *out, const struct stat *st);
/* Has nobody written it, as the file system tells it? */
bool service_stamp_equal(const service_stamp *a, const service_stamp *b);
/* A path from the root on, in arena: the current folder before one that is not. NULL: no memory, or
 * the current folder is gone. */
const char *service_path_from_root(zkl_arena *arena, const char *path);
