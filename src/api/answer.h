#pragma once
/* Answers of operations that did not run. */
#include <zkl/call.h>

/* The answer to a failure before the operation began: status, exit code and error. Returns
 * status; out is empty without memory. */
zkl_status api_answer_failure(zkl_call_result *out, zkl_status status, const zkl_error *err);
