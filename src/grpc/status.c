/* Codes by tables; the details by protobuf-c. */
#include "grpc/status.h"

#include <ctype.h>
#include <stdlib.h>

#include <google/rpc/status.pb-c.h>

#include "text/base64.h"

#define DOMAIN "zkp-ledger"
#define REASON_BYTES 64

/* UNCHECKED says neither valid nor false, as UNKNOWN does. */
grpc_code grpc_code_of_status(zkl_status status)
{
    static const grpc_code codes[ZKL_STATUS_COUNT] = {
        [ZKL_OK] = GRPC_OK,
        [ZKL_REJECTED] = GRPC_FAILED_PRECONDITION,
        [ZKL_USAGE] = GRPC_INVALID_ARGUMENT,
        [ZKL_BAD_INPUT] = GRPC_INVALID_ARGUMENT,
        [ZKL_NOT_FOUND] = GRPC_NOT_FOUND,
        [ZKL_CONFLICT] = GRPC_ABORTED,
        [ZKL_LIMIT] = GRPC_RESOURCE_EXHAUSTED,
        [ZKL_NO_MEMORY] = GRPC_UNAVAILABLE,
        [ZKL_IO] = GRPC_INTERNAL,
        [ZKL_NOT_SUPPORTED] = GRPC_UNIMPLEMENTED,
        [ZKL_UNCHECKED] = GRPC_UNKNOWN,
        [ZKL_DENIED] = GRPC_PERMISSION_DENIED,
        [ZKL_CANCELLED] = GRPC_CANCELLED,
    };
    ZKL_ASSERT((unsigned)status < ZKL_STATUS_COUNT);
    return codes[status];
}

grpc_code grpc_code_of_http(int code)
{
    static const struct {
        int http;
        grpc_code code;
    } codes[] = {
        { 400, GRPC_INVALID_ARGUMENT },
        { 401, GRPC_UNAUTHENTICATED },
        { 403, GRPC_PERMISSION_DENIED },
        { 404, GRPC_NOT_FOUND },
        { 405, GRPC_UNIMPLEMENTED },
        { 408, GRPC_DEADLINE_EXCEEDED },
        { 409, GRPC_ABORTED },
        { 412, GRPC_FAILED_PRECONDITION },
        { 413, GRPC_RESOURCE_EXHAUSTED },
        { 415, GRPC_INVALID_ARGUMENT },
        { 422, GRPC_FAILED_PRECONDITION },
        { 424, GRPC_UNKNOWN },
        { 429, GRPC_RESOURCE_EXHAUSTED },
        { 499, GRPC_CANCELLED },
        { 501, GRPC_UNIMPLEMENTED },
        { 503, GRPC_UNAVAILABLE },
        { 504, GRPC_DEADLINE_EXCEEDED },
    };
    if (code >= 200 && code <= 299)
        return GRPC_OK;
    for (size_t i = 0; i < ZKL_COUNT(codes); i++)
        if (codes[i].http == code)
            return codes[i].code;
    return code >= 500 ? GRPC_INTERNAL : GRPC_UNKNOWN;
}

zkl_status grpc_status_named(const char *text)
{
    for (zkl_status s = ZKL_OK; s < ZKL_STATUS_COUNT; s++)
        if (strcmp(zkl_status_text(s), text) == 0)
            return s;
    return ZKL_STATUS_COUNT;
}

void grpc_put_words(zkl_buffer *out, const char *text)
{
    for (; *text; text++) {
        const uint8_t byte = (uint8_t)*text;
        if (byte >= ' ' && byte < 0x7f && byte != '%')
            zkl_buffer_put_u8(out, byte);
        else
            zkl_buffer_format(out, "%%%02X", byte);
    }
}

bool grpc_timeout_parse(uint64_t *ms, zkl_bytes text)
{
    static const struct {
        char unit;
        uint64_t ns;
    } units[] = { { 'H', 3600000000000 }, { 'M', 60000000000 }, { 'S', 1000000000 },
                  { 'm', 1000000 },       { 'u', 1000 },        { 'n', 1 } };
    uint64_t value = 0; /* below 10^8: no product with a unit comes near 2^64 */
    if (text.size < 2 || text.size > 9)
        return false;
    for (size_t i = 0; i + 1 < text.size; i++) {
        if (!zkl_is_digit(text.data[i]))
            return false;
        value = value * 10 + (text.data[i] - '0');
    }
    for (size_t i = 0; i < ZKL_COUNT(units); i++)
        if (text.data[text.size - 1] == (uint8_t)units[i].unit) {
            const bool is_small = units[i].ns < 1000000;
            *ms = is_small ? (value * units[i].ns + 999999) / 1000000
                           : value * (units[i].ns / 1000000);
            return true;
        }
    return false;
}

/* "bad input" is BAD_INPUT. */
static void put_reason(char out[static REASON_BYTES], const char *status)
{
    size_t size = 0;
    for (; status[size] && size + 1 < REASON_BYTES; size++)
        out[size] = isalnum((unsigned char)status[size]) ? (char)toupper(status[size]) : '_';
    out[size] = 0;
}

/* A type's name behind what every Any has in front of it. */
static void put_url(zkl_buffer *out, const char *type)
{
    zkl_buffer_put_text(out, "type.googleapis.com/");
    zkl_buffer_put_text(out, type);
    zkl_buffer_put_u8(out, 0);
}

static void pack_info(zkl_buffer *out, const char *status)
{
    char reason[REASON_BYTES], domain[] = DOMAIN, key[] = "status", *value = strdup(status);
    Google__Rpc__ErrorInfo__MetadataEntry entry, *entries[] = { &entry };
    Google__Rpc__ErrorInfo info;
    uint8_t bytes[1024];
    google__rpc__error_info__metadata_entry__init(&entry);
    google__rpc__error_info__init(&info);
    put_reason(reason, status);
    entry.key = key;
    entry.value = value;
    info.reason = reason;
    info.domain = domain;
    info.n_metadata = 1;
    info.metadata = entries;
    if (value && google__rpc__error_info__get_packed_size(&info) <= sizeof bytes)
        zkl_buffer_put(out, bytes, google__rpc__error_info__pack(&info, bytes));
    free(value);
}

void grpc_put_details(zkl_buffer *out, const grpc_outcome *o)
{
    ZKL_AUTO_CLEAR(zkl_buffer) info = { 0 }, info_url = { 0 }, url = { 0 };
    Google__Protobuf__Any of_status, more, *details[2];
    Google__Rpc__Status status;
    char *const words = strdup(o->words);
    google__protobuf__any__init(&of_status);
    google__protobuf__any__init(&more);
    google__rpc__status__init(&status);
    status.code = (int32_t)o->code;
    status.message = words;
    status.details = details;
    if (o->status) {
        pack_info(&info, o->status);
        put_url(&info_url, "google.rpc.ErrorInfo");
        of_status.type_url = (char *)info_url.data;
        of_status.value = (ProtobufCBinaryData){ info.size, info.data };
        details[status.n_details++] = &of_status;
    }
    if (o->type) {
        put_url(&url, o->type);
        more.type_url = (char *)url.data;
        more.value = (ProtobufCBinaryData){ o->value.size, (uint8_t *)(uintptr_t)o->value.data };
        details[status.n_details++] = &more;
    }
    const size_t size = google__rpc__status__get_packed_size(&status);
    ZKL_AUTO_BLOCK uint8_t *bytes = zkl_malloc(size + 1, 1);
    if (bytes && words && !info.failed && !info_url.failed && !url.failed) {
        zkl_buffer_put_base64(out, bytes, google__rpc__status__pack(&status, bytes));
        while (out->size && out->data[out->size - 1] == '=')
            out->size--;
    }
    free(words);
}
