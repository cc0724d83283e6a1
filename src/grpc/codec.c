/* One walk over the wire, one over the members: both go down by recursion, as deep as the
 * descriptors of the messages are, and no deeper than GRPC_DEPTH_MAX. */
#include "grpc/codec.h"

#include <math.h>
#include <string.h>

#include "grpc/wire.h"
#include "text/base64.h"
#include "text/utf8.h"

/* ---- in */

typedef struct decoding {
    size_t left; /* elements and members that may still come */
    zkl_error *err;
} decoding;

static zkl_status bad(const decoding *d, const grpc_member *member, const char *what)
{
    return zkl_fail(d->err, ZKL_BAD_INPUT, "'%s' %s", member->name, what);
}

static grpc_wire_type wire_type_of(grpc_kind kind)
{
    static const grpc_wire_type types[] = {
        [GRPC_BOOL] = GRPC_WIRE_VARINT,   [GRPC_INT] = GRPC_WIRE_VARINT,
        [GRPC_UINT32] = GRPC_WIRE_VARINT, [GRPC_UINT64] = GRPC_WIRE_VARINT,
        [GRPC_DOUBLE] = GRPC_WIRE_8,      [GRPC_TEXT] = GRPC_WIRE_BYTES,
        [GRPC_BYTES] = GRPC_WIRE_BYTES,   [GRPC_MESSAGE] = GRPC_WIRE_BYTES,
        [GRPC_OTHER] = GRPC_WIRE_BYTES,
    };
    return types[kind];
}

/* Takes value. */
static zkl_status add(const decoding *d, json_t *object, const grpc_member *member, json_t *value)
{
    json_t *list = member->is_repeated ? json_object_get(object, member->name) : NULL;
    if (member->is_repeated && !list) {
        json_object_set_new(object, member->name, json_array());
        list = json_object_get(object, member->name);
    }
    const int failed = member->is_repeated ? json_array_append_new(list, value)
                                           : json_object_set_new(object, member->name, value);
    return failed ? zkl_no_memory(d->err, 0) : ZKL_OK;
}

static zkl_status take_varint(decoding *d, json_t *object, const grpc_member *member,
                              grpc_wire *wire)
{
    uint64_t value;
    if (!grpc_wire_varint(wire, &value))
        return bad(d, member, "is cut off, or no number");
    if (member->kind == GRPC_BOOL)
        return add(d, object, member, json_boolean(value != 0));
    if (member->kind == GRPC_UINT32 && value > UINT32_MAX)
        return bad(d, member, "is more than 32 bits");
    if (member->kind == GRPC_UINT64 && value > INT64_MAX)
        return bad(d, member, "is more than 2^63 - 1");
    return add(d, object, member, json_integer((json_int_t)value));
}

static zkl_status take_double(decoding *d, json_t *object, const grpc_member *member,
                              grpc_wire *wire)
{
    uint64_t bits;
    double value;
    if (!grpc_wire_8(wire, &bits))
        return bad(d, member, "is cut off");
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value))
        return bad(d, member, "is no number");
    return add(d, object, member, json_real(value));
}

static zkl_status count_one(decoding *d)
{
    if (d->left == 0)
        return zkl_fail(d->err, ZKL_LIMIT, "the message has more than %zu members",
                        GRPC_ELEMENTS_MAX);
    d->left--;
    return ZKL_OK;
}

/* Numbers of a list, one behind the other. */
static zkl_status take_packed(decoding *d, json_t *object, const grpc_member *member,
                              zkl_bytes bytes)
{
    grpc_wire wire = { .bytes = bytes };
    while (wire.at < bytes.size) {
        ZKL_TRY(count_one(d));
        ZKL_TRY(member->kind == GRPC_DOUBLE ? take_double(d, object, member, &wire)
                                            : take_varint(d, object, member, &wire));
    }
    return ZKL_OK;
}

static zkl_status take_base64(decoding *d, json_t *object, const grpc_member *member,
                              zkl_bytes bytes)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_buffer_put_base64(&text, bytes.data, bytes.size);
    if (text.failed)
        return zkl_no_memory(d->err, bytes.size);
    return add(d, object, member, json_stringn((const char *)text.data, text.size));
}

static zkl_status take_message(decoding *d, json_t *object, const grpc_message *type,
                               zkl_bytes bytes, unsigned depth);

/* A message that comes again goes into what is there. */
static zkl_status take_inner(decoding *d, json_t *object, const grpc_member *member,
                             zkl_bytes bytes, unsigned depth)
{
    json_t *inner = member->is_repeated ? NULL : json_object_get(object, member->name);
    if (!inner) {
        inner = json_object();
        ZKL_TRY(add(d, object, member, inner)); /* which owns it now */
    }
    return take_message(d, inner, member->of, bytes, depth + 1);
}

static zkl_status take_bytes(decoding *d, json_t *object, const grpc_member *member,
                             grpc_wire *wire, unsigned depth)
{
    zkl_bytes bytes;
    if (!grpc_wire_bytes(wire, &bytes))
        return bad(d, member, "is cut off");
    if (wire_type_of(member->kind) != GRPC_WIRE_BYTES)
        return take_packed(d, object, member, bytes);
    if (member->kind == GRPC_MESSAGE)
        return take_inner(d, object, member, bytes, depth);
    if (member->kind == GRPC_BYTES)
        return take_base64(d, object, member, bytes);
    if (member->kind == GRPC_OTHER)
        return ZKL_OK;
    if (!zkl_utf8_valid(bytes) || (bytes.size && memchr(bytes.data, 0, bytes.size)))
        return bad(d, member, "is no text in UTF-8");
    return add(d, object, member, json_stringn((const char *)bytes.data, bytes.size));
}

static zkl_status take_message(decoding *d, json_t *object, const grpc_message *type,
                               zkl_bytes bytes, unsigned depth)
{
    grpc_wire wire = { .bytes = bytes };
    grpc_tag tag;
    if (depth > GRPC_DEPTH_MAX)
        return zkl_fail(d->err, ZKL_LIMIT, "messages stand more than %d deep", GRPC_DEPTH_MAX);
    while (grpc_wire_tag(&wire, &tag)) {
        const grpc_member *const member = grpc_member_numbered(type, tag.number);
        ZKL_TRY(count_one(d));
        if (!member) {
            if (!grpc_wire_skip(&wire, tag.type))
                break;
            continue;
        }
        const grpc_wire_type own = wire_type_of(member->kind);
        const bool is_packed = member->is_repeated && tag.type == GRPC_WIRE_BYTES;
        if (tag.type != own && !is_packed)
            return bad(d, member, "is of another type");
        ZKL_TRY(tag.type == GRPC_WIRE_BYTES ? take_bytes(d, object, member, &wire, depth)
                : own == GRPC_WIRE_8        ? take_double(d, object, member, &wire)
                                            : take_varint(d, object, member, &wire));
    }
    return wire.is_broken
               ? zkl_fail(d->err, ZKL_BAD_INPUT, "the message '%s' is cut off, or none", type->name)
               : ZKL_OK;
}

zkl_status grpc_decode(json_t **out, const grpc_message *type, zkl_bytes message, zkl_error *err)
{
    decoding d = { GRPC_ELEMENTS_MAX, err };
    json_t *const object = json_object();
    if (!object)
        return zkl_no_memory(err, 0);
    const zkl_status status = take_message(&d, object, type, message, 0);
    if (status == ZKL_OK)
        *out = object;
    else
        json_decref(object);
    return status;
}

/* ---- out */

static zkl_status put_other(const grpc_member *member, zkl_error *err)
{
    return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is of another kind", member->name);
}

static zkl_status put_base64(zkl_buffer *out, const grpc_member *member, const json_t *value,
                             zkl_error *err)
{
    const zkl_bytes text = zkl_bytes_of(json_string_value(value), json_string_length(value));
    size_t size = 0;
    ZKL_AUTO_BLOCK uint8_t *bytes = zkl_malloc(zkl_base64_decoded_size(text) + 1, 1);
    if (!bytes)
        return zkl_no_memory(err, text.size);
    if (!zkl_base64_decode(bytes, &size, text))
        return put_other(member, err);
    grpc_put_bytes(out, member->number, zkl_bytes_of(bytes, size));
    return ZKL_OK;
}

static zkl_status put_number(zkl_buffer *out, const grpc_member *member, const json_t *value,
                             zkl_error *err)
{
    const json_int_t number = json_integer_value(value);
    const bool fits = json_is_integer(value) && (member->kind == GRPC_INT || number >= 0) &&
                      (member->kind != GRPC_UINT32 || number <= UINT32_MAX);
    if (!fits)
        return put_other(member, err);
    grpc_put_tag(out, member->number, GRPC_WIRE_VARINT);
    grpc_put_varint(out, (uint64_t)number);
    return ZKL_OK;
}

static zkl_status put_message(zkl_buffer *out, const grpc_message *type, const json_t *json,
                              unsigned depth, zkl_error *err);

/* Its size stands in front of it, so it is written apart. */
static zkl_status put_inner(zkl_buffer *out, const grpc_member *member, const json_t *value,
                            unsigned depth, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) inner = { 0 };
    ZKL_TRY(put_message(&inner, member->of, value, depth + 1, err));
    grpc_put_bytes(out, member->number, zkl_buffer_bytes(&inner));
    return ZKL_OK;
}

static zkl_status put_value(zkl_buffer *out, const grpc_member *member, const json_t *value,
                            unsigned depth, zkl_error *err)
{
    const double real = json_number_value(value);
    uint64_t bits;
    switch (member->kind) {
    case GRPC_BOOL:
        if (!json_is_boolean(value))
            return put_other(member, err);
        grpc_put_tag(out, member->number, GRPC_WIRE_VARINT);
        grpc_put_varint(out, json_is_true(value));
        return ZKL_OK;
    case GRPC_INT:
    case GRPC_UINT32:
    case GRPC_UINT64:
        return put_number(out, member, value, err);
    case GRPC_DOUBLE:
        if (!json_is_number(value))
            return put_other(member, err);
        memcpy(&bits, &real, sizeof bits);
        grpc_put_tag(out, member->number, GRPC_WIRE_8);
        uint8_t bytes[sizeof bits];
        zkl_le64_put(bytes, bits);
        zkl_buffer_put(out, bytes, sizeof bytes);
        return ZKL_OK;
    case GRPC_TEXT:
        if (!json_is_string(value))
            return put_other(member, err);
        grpc_put_bytes(out, member->number,
                       zkl_bytes_of(json_string_value(value), json_string_length(value)));
        return ZKL_OK;
    case GRPC_BYTES:
        return json_is_string(value) ? put_base64(out, member, value, err) : put_other(member, err);
    case GRPC_MESSAGE:
        return put_inner(out, member, value, depth, err);
    case GRPC_OTHER:
        return ZKL_OK;
    }
    ZKL_UNREACHABLE("a kind of the descriptors");
}

/* Lists of numbers are packed in other writers; readers take both forms. */
static zkl_status put_list(zkl_buffer *out, const grpc_member *member, const json_t *list,
                           unsigned depth, zkl_error *err)
{
    size_t at;
    json_t *element;
    if (!json_is_array(list))
        return put_other(member, err);
    json_array_foreach((json_t *)(uintptr_t)list, at, element)
        ZKL_TRY(put_value(out, member, element, depth, err));
    return ZKL_OK;
}

static zkl_status put_message(zkl_buffer *out, const grpc_message *type, const json_t *json,
                              unsigned depth, zkl_error *err)
{
    if (!json_is_object(json))
        return zkl_fail(err, ZKL_BAD_INPUT, "there is no object for '%s'", type->name);
    if (depth > GRPC_DEPTH_MAX)
        return zkl_fail(err, ZKL_LIMIT, "messages stand more than %d deep", GRPC_DEPTH_MAX);
    for (size_t i = 0; i < type->count; i++) {
        const grpc_member *const member = &type->members[i];
        const json_t *const value = json_object_get(json, member->name);
        if (!value || json_is_null(value))
            continue;
        ZKL_TRY(member->is_repeated ? put_list(out, member, value, depth, err)
                                    : put_value(out, member, value, depth, err));
    }
    return zkl_buffer_status(out, err);
}

zkl_status grpc_encode(zkl_buffer *out, const grpc_message *type, const json_t *json,
                       zkl_error *err)
{
    return put_message(out, type, json, 0, err);
}
