#pragma once
/* Messages as JSON, and JSON as messages, as grpc_types describes them.
 *
 *  1. A member that is missing is missing in both. JSON's null is missing in a message.
 *  2. bytes are base64 in JSON. Numbers are integers, up to 2^63 - 1: JSON holds no more.
 *  3. A reader refuses wrong wire types, text that is no UTF-8 or holds a NUL, numbers out of their
 *     range, and more than GRPC_ELEMENTS_MAX elements and members in all. It passes over numbers
 *     that the message does not have. Of a member that comes twice the last counts; messages and
 *     lists grow.
 *  4. A writer passes over members that the message does not have. */
#include <jansson.h>

#include "base/buffer.h"
#include "grpc/types.h"

#define GRPC_DEPTH_MAX 32
#define GRPC_ELEMENTS_MAX ((size_t)1 << 17)

/* ZKL_BAD_INPUT with the member's name, ZKL_LIMIT, ZKL_NO_MEMORY. */
zkl_status grpc_decode(json_t **out, const grpc_message *type, zkl_bytes message,
                       zkl_error *err) ZKL_MUST_USE;
/* Behind what is in `out`. ZKL_BAD_INPUT: a member is of another kind than the message has. */
zkl_status grpc_encode(zkl_buffer *out, const grpc_message *type, const json_t *json,
                       zkl_error *err) ZKL_MUST_USE;
