#pragma once
/* grpc.reflection.v1 and v1alpha, whose messages are the same on the wire. */
#include "base/buffer.h"
#include "grpc/types.h"

/* A ServerReflectionRequest in, a ServerReflectionResponse out. ZKL_BAD_INPUT: it is none. */
zkl_status grpc_reflect(zkl_buffer *out, const grpc_types *types, zkl_bytes request,
                        zkl_error *err) ZKL_MUST_USE;
