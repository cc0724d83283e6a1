#pragma once
/* Messages of grpc.health.v1. */
#include "base/buffer.h"

/* The service that a HealthCheckRequest names; "": all. name: as many bytes as size. false: it is
 * no such message, or its name is longer. */
bool grpc_health_asked(char *name, size_t size, zkl_bytes request);
/* A HealthCheckResponse. */
typedef enum grpc_health {
    GRPC_SERVING = 1,
    GRPC_NOT_SERVING = 2,
    GRPC_SERVICE_UNKNOWN = 3
} grpc_health;
void grpc_put_health(zkl_buffer *out, grpc_health health);
