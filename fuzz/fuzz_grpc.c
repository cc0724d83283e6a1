/* A body of gRPC: frames, and each message as a request of the service and as a question of
 * reflection and health. What is taken is written again, and read once more it is the same. */
#include "grpc/codec.h"
#include "grpc/frame.h"
#include "grpc/health.h"
#include "grpc/reflection.h"
#include "grpc/served.h"
#include "grpc/status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_type(const grpc_message *type, zkl_bytes message)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    json_t *json = NULL, *again = NULL;
    if (grpc_decode(&json, type, message, NULL) != ZKL_OK)
        return;
    ZKL_ASSERT(grpc_encode(&out, type, json, NULL) == ZKL_OK);
    ZKL_ASSERT(grpc_decode(&again, type, zkl_buffer_bytes(&out), NULL) == ZKL_OK);
    ZKL_ASSERT(json_equal(json, again));
    json_decref(json);
    json_decref(again);
}

static void try_message(const grpc_types *types, zkl_bytes message)
{
    char name[64];
    const grpc_method *m;
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    for (size_t i = 0; (m = grpc_types_method_at(types, i)) != NULL; i += 3) {
        try_type(m->takes, message);
        try_type(m->gives, message);
    }
    (void)!grpc_reflect(&out, types, message, NULL);
    (void)grpc_health_asked(name, sizeof name, message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static grpc_types *types;
    grpc_frames frames = { .size_max = 4096 };
    zkl_bytes part = zkl_bytes_of(data, size);
    uint64_t ms;
    const zkl_bytes set = zkl_bytes_of(grpc_served_set, grpc_served_set_size);
    if (!types)
        ZKL_ASSERT(grpc_types_new(&types, set, NULL) == ZKL_OK);
    try_message(types, part);
    if (grpc_timeout_parse(&ms, part))
        ZKL_ASSERT(size >= 2 && size <= 9);
    while (grpc_frames_next(&frames, &part) == GRPC_FRAME_WHOLE)
        try_message(types, zkl_buffer_bytes(&frames.message));
    grpc_frames_clear(&frames);
    return 0;
}
