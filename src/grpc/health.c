/* By protobuf-c. */
#include "grpc/health.h"

#include <stdio.h>

#include <grpc/health/v1/health.pb-c.h>

bool grpc_health_asked(char *name, size_t size, zkl_bytes request)
{
    Grpc__Health__V1__HealthCheckRequest *const asked =
        grpc__health__v1__health_check_request__unpack(NULL, request.size, request.data);
    const bool fits = asked && snprintf(name, size, "%s", asked->service) < (int)size;
    grpc__health__v1__health_check_request__free_unpacked(asked, NULL);
    return fits;
}

void grpc_put_health(zkl_buffer *out, grpc_health health)
{
    Grpc__Health__V1__HealthCheckResponse answer = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    uint8_t bytes[16];
    answer.status = (Grpc__Health__V1__HealthCheckResponse__ServingStatus)health;
    ZKL_ASSERT(grpc__health__v1__health_check_response__get_packed_size(&answer) <= sizeof bytes);
    zkl_buffer_put(out, bytes, grpc__health__v1__health_check_response__pack(&answer, bytes));
}
