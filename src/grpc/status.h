#pragma once
/* What a call of gRPC ends with: a code, words, details; and the time that its caller gives it. */
#include <jansson.h>

#include <zkl/status.h>

#include "base/buffer.h"

typedef enum grpc_code {
    GRPC_OK = 0,
    GRPC_CANCELLED = 1,
    GRPC_UNKNOWN = 2,
    GRPC_INVALID_ARGUMENT = 3,
    GRPC_DEADLINE_EXCEEDED = 4,
    GRPC_NOT_FOUND = 5,
    GRPC_PERMISSION_DENIED = 7,
    GRPC_RESOURCE_EXHAUSTED = 8,
    GRPC_FAILED_PRECONDITION = 9,
    GRPC_ABORTED = 10,
    GRPC_UNIMPLEMENTED = 12,
    GRPC_INTERNAL = 13,
    GRPC_UNAVAILABLE = 14,
    GRPC_UNAUTHENTICATED = 16,
} grpc_code;

grpc_code grpc_code_of_status(zkl_status status);
/* Of an answer of HTTP, of which nothing else is known; GRPC_OK of 200 to 299. */
grpc_code grpc_code_of_http(int code);
/* The status of that text (zkl_status_text); ZKL_STATUS_COUNT: none has it. */
zkl_status grpc_status_named(const char *text);

/* grpc-message: printable ASCII but for '%', all else as %XX. */
void grpc_put_words(zkl_buffer *out, const char *text);
/* grpc-timeout: "100m". Milliseconds, rounded up. false: it is none. */
bool grpc_timeout_parse(uint64_t *ms, zkl_bytes text);

typedef struct grpc_outcome {
    grpc_code code;
    const char *words;
    /* "bad input"; ErrorInfo's reason is BAD_INPUT. NULL: no ErrorInfo. */
    const char *status;
    /* A further detail: of that type, "zkl.v1.ShowFailure". NULL: none. */
    const char *type;
    zkl_bytes value;
} grpc_outcome;

/* A google.rpc.Status, in base64 without '=': grpc-status-details-bin. Nothing without memory. */
void grpc_put_details(zkl_buffer *out, const grpc_outcome *outcome);
