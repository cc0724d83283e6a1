#pragma once
/* Segments of an audit log in a ledger, for the service that writes it and for whoever compares. */
#include "service/service_internal.h"

/* A segment that the ledger has, and its deletion. */
typedef struct service_segment {
    zkl_entry_segment closed;
    zkl_digest receipt_id;  /* of the entry that closed it */
    uint32_t deletion_days; /* 0: it was not deleted */
    int64_t deleted_ms;
} service_segment;

/* All of them, of each class from number 0 on without a gap. ZKL_REJECTED: the ledger has a gap.
 * In memory. */
zkl_status service_segments(service_segment **out, size_t *count, zkl_arena *memory,
                            zkl_ledger *ledger, zkl_error *err) ZKL_MUST_USE;
/* Puts an entry into the ledger. The very entry that is there already is no failure: it was
 * recorded, and whoever wrote it did not learn of it. parent: NULL: none. */
zkl_status service_segment_log(zkl_digest *receipt_id, zkl_ledger *handle,
                               const zkl_entry_segment *segment, const zkl_digest *parent,
                               const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Names of segments in a folder, by class, then number. ZKL_REJECTED: something else lies there. In
 * memory. */
typedef struct service_segment_file {
    zkl_segment_class of;
    uint64_t number;
} service_segment_file;
zkl_status service_segment_files(service_segment_file **out, size_t *count, zkl_arena *memory,
                                 const char *folder, zkl_error *err) ZKL_MUST_USE;
/* All bytes of one. ZKL_NOT_FOUND. */
zkl_status service_segment_read(zkl_buffer *out, const char *folder, zkl_segment_class class,
                                uint64_t number, zkl_error *err) ZKL_MUST_USE;
