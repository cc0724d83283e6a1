#pragma once
/* JSON Schema of what an operation takes and answers. NULL without memory. */
#include "api/operation.h"

/* Members that a request does not have are refused: "additionalProperties" is false. */
json_t *api_request_schema(const api_operation *operation);
/* What zkl_call answers when it succeeds, or when it failed. New members may come with a new
 * version. */
json_t *api_answer_schema(const api_operation *operation, bool failed);
