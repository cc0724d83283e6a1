#pragma once
/* Files that go between a log, its witnesses and its clocks, under the rules of service/output.h.
 * What is asked of a witness takes the place of what the same log asked before, and an answer that
 * of an earlier one by the same witness. Any other file is ZKL_CONFLICT, unless `force`. */
#include <zkl/bytes.h>
#include <zkl/status.h>

#include <stdbool.h>

typedef struct zkl_ledger zkl_ledger;

typedef struct service_exchanged {
    const char *path; /* "-": standard output */
    bool force;
    const char *inputs[2]; /* what is read for it, which it is apart from; NULL: no file */
} service_exchanged;

/* ledger: NULL: none is read. */
zkl_status service_exchanged_put_request(const service_exchanged *to, const zkl_ledger *ledger,
                                         zkl_bytes request, zkl_error *err) ZKL_MUST_USE;
/* A clock's request is of one entry for good: it is replaced by none of another. */
zkl_status service_exchanged_put_stamp_request(const service_exchanged *to,
                                               const zkl_ledger *ledger, zkl_bytes request,
                                               zkl_error *err) ZKL_MUST_USE;
/* Asked before the witness signs, which he does once: that his answer may be written. */
zkl_status service_exchanged_check_answer(const service_exchanged *to, const char *witness_folder,
                                          zkl_error *err) ZKL_MUST_USE;
zkl_status service_exchanged_put_answer(const service_exchanged *to, zkl_bytes answer,
                                        zkl_error *err) ZKL_MUST_USE;
