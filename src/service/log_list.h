#pragma once
/* Entries of the log by their place, for the operation `log`. */
#include <zkl/log.h>

/* from <= index < to (0: to the end), and of these the last so many (0: all). Cut at the end of the
 * log. */
typedef struct service_log_range {
    uint64_t from, to, last;
} service_log_range;
/* zkl_log_list over a range. Cost: of the entries that are listed, however long the log is. */
zkl_status service_log_list(zkl_log_result *out, zkl_ledger *handle, const service_log_range *range,
                            zkl_error *err) ZKL_MUST_USE;
