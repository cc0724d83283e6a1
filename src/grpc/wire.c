/* Bytes in and out; nothing here knows of messages. */
#include "grpc/wire.h"

#define NUMBER_MAX ((uint64_t)(1 << 29) - 1)

static bool broken(grpc_wire *wire)
{
    wire->is_broken = true;
    return false;
}

bool grpc_wire_varint(grpc_wire *wire, uint64_t *out)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70 && wire->at < wire->bytes.size; shift += 7) {
        const uint8_t byte = wire->bytes.data[wire->at++];
        if (shift == 63 && byte > 1)
            return broken(wire);
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *out = value;
            return true;
        }
    }
    return broken(wire);
}

bool grpc_wire_tag(grpc_wire *wire, grpc_tag *out)
{
    uint64_t value;
    if (wire->is_broken || wire->at == wire->bytes.size || !grpc_wire_varint(wire, &value))
        return false;
    const unsigned type = value & 7;
    const bool is_known = type <= GRPC_WIRE_BYTES || type == GRPC_WIRE_4;
    if (value >> 3 == 0 || value >> 3 > NUMBER_MAX || !is_known)
        return broken(wire);
    *out = (grpc_tag){ (uint32_t)(value >> 3), (grpc_wire_type)type };
    return true;
}

static bool take(grpc_wire *wire, uint64_t size, zkl_bytes *out)
{
    if (size > wire->bytes.size - wire->at)
        return broken(wire);
    *out = zkl_bytes_of(wire->bytes.data + wire->at, (size_t)size);
    wire->at += (size_t)size;
    return true;
}

bool grpc_wire_8(grpc_wire *wire, uint64_t *out)
{
    zkl_bytes bytes;
    if (!take(wire, 8, &bytes))
        return false;
    *out = zkl_le64_get(bytes.data);
    return true;
}

bool grpc_wire_bytes(grpc_wire *wire, zkl_bytes *out)
{
    uint64_t size;
    return grpc_wire_varint(wire, &size) && take(wire, size, out);
}

bool grpc_wire_skip(grpc_wire *wire, grpc_wire_type type)
{
    uint64_t number;
    zkl_bytes bytes;
    switch (type) {
    case GRPC_WIRE_VARINT:
        return grpc_wire_varint(wire, &number);
    case GRPC_WIRE_8:
        return take(wire, 8, &bytes);
    case GRPC_WIRE_BYTES:
        return grpc_wire_bytes(wire, &bytes);
    case GRPC_WIRE_4:
        return take(wire, 4, &bytes);
    }
    ZKL_UNREACHABLE("a type of a tag");
}

void grpc_put_varint(zkl_buffer *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        zkl_buffer_put_u8(out, (uint8_t)(value | 0x80));
    zkl_buffer_put_u8(out, (uint8_t)value);
}

void grpc_put_tag(zkl_buffer *out, uint32_t number, grpc_wire_type type)
{
    grpc_put_varint(out, (uint64_t)number << 3 | (uint64_t)type);
}

void grpc_put_bytes(zkl_buffer *out, uint32_t number, zkl_bytes value)
{
    grpc_put_tag(out, number, GRPC_WIRE_BYTES);
    grpc_put_varint(out, value.size);
    zkl_buffer_put(out, value.data, value.size);
}
