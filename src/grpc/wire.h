#pragma once
/* The wire format of protobuf: varints, tags, and what stands behind them. A reader never reads
 * past its end, and remembers that something was broken. */
#include <stdbool.h>

#include "base/buffer.h"

typedef enum grpc_wire_type {
    GRPC_WIRE_VARINT = 0,
    GRPC_WIRE_8 = 1,
    GRPC_WIRE_BYTES = 2,
    GRPC_WIRE_4 = 5,
} grpc_wire_type;

typedef struct grpc_wire {
    zkl_bytes bytes;
    size_t at;
    bool is_broken;
} grpc_wire;

typedef struct grpc_tag {
    uint32_t number;
    grpc_wire_type type;
} grpc_tag;

/* false: the end, or it is broken: a number of 0 or above 2^29 - 1, a group, no such type. */
bool grpc_wire_tag(grpc_wire *wire, grpc_tag *out);
/* false: it is broken. A varint has at most ten bytes, and 64 bits. */
bool grpc_wire_varint(grpc_wire *wire, uint64_t *out);
bool grpc_wire_8(grpc_wire *wire, uint64_t *out);
bool grpc_wire_bytes(grpc_wire *wire, zkl_bytes *out);
bool grpc_wire_skip(grpc_wire *wire, grpc_wire_type type);

void grpc_put_varint(zkl_buffer *out, uint64_t value);
void grpc_put_tag(zkl_buffer *out, uint32_t number, grpc_wire_type type);
void grpc_put_bytes(zkl_buffer *out, uint32_t number, zkl_bytes value);
