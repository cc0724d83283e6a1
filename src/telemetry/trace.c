/* The header and the protocol, as texts. */
#include "telemetry/trace.h"

#include <string.h>

#include "base/memory.h"
#include "text/json_writer.h"

static bool is_zero(const uint8_t *bytes, size_t size)
{
    uint8_t all = 0;
    for (size_t i = 0; i < size; i++)
        all |= bytes[i];
    return !all;
}

bool telemetry_context_is(const telemetry_context *context)
{
    return !is_zero(context->trace, sizeof context->trace);
}

/* ---- traceparent: 00-TRACE-SPAN-FLAGS, lower-case hexadecimal */

/* zkl_hex_decode takes lower case alone. */
static bool take_hex(uint8_t *out, size_t size, zkl_bytes text, size_t at)
{
    return zkl_hex_decode(out, size, (const char *)text.data + at, 2 * size);
}

bool telemetry_traceparent_parse(telemetry_context *out, zkl_bytes text)
{
    const size_t size = TELEMETRY_TRACEPARENT_CHARS - 1;
    telemetry_context context;
    uint8_t version, flags;
    if (text.size < size || !take_hex(&version, 1, text, 0) || version == 0xff)
        return false;
    if (version == 0 ? text.size != size : text.size > size && text.data[size] != '-')
        return false;
    if (text.data[2] != '-' || text.data[35] != '-' || text.data[52] != '-' ||
        !take_hex(context.trace, 16, text, 3) || !take_hex(context.span, 8, text, 36) ||
        !take_hex(&flags, 1, text, 53))
        return false;
    if (is_zero(context.trace, 16) || is_zero(context.span, 8))
        return false;
    context.is_sampled = flags & 1;
    *out = context;
    return true;
}

void telemetry_traceparent_put(char out[static TELEMETRY_TRACEPARENT_CHARS],
                               const telemetry_context *context)
{
    memcpy(out, "00-", 3);
    zkl_hex_encode(out + 3, context->trace, 16);
    out[35] = '-';
    zkl_hex_encode(out + 36, context->span, 8);
    out[52] = '-';
    memcpy(out + 53, context->is_sampled ? "01" : "00", 3);
}

/* ---- Spans */

void telemetry_span_text(telemetry_span *span, const char *key, const char *text)
{
    ZKL_ASSERT(span->attribute_count < TELEMETRY_ATTRIBUTES_MAX && text);
    span->attributes[span->attribute_count].key = key;
    span->attributes[span->attribute_count++].text = text;
}

void telemetry_span_number(telemetry_span *span, const char *key, int64_t number)
{
    ZKL_ASSERT(span->attribute_count < TELEMETRY_ATTRIBUTES_MAX);
    span->attributes[span->attribute_count].key = key;
    span->attributes[span->attribute_count].text = NULL;
    span->attributes[span->attribute_count++].number = number;
}

static void put_attribute(zkl_json_writer *w, const char *key, const char *text, int64_t number)
{
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "key", key);
    zkl_json_open(w, "value", '{');
    if (text)
        zkl_json_text(w, "stringValue", text);
    else
        zkl_json_format(w, "intValue", "%lld", (long long)number);
    zkl_json_close(w);
    zkl_json_close(w);
}

static void put_id(zkl_json_writer *w, const char *key, const uint8_t *bytes, size_t size)
{
    char hex[33];
    zkl_hex_encode(hex, bytes, size);
    zkl_json_text(w, key, hex);
}

static void put_span(zkl_json_writer *w, const telemetry_span *s)
{
    zkl_json_open(w, NULL, '{');
    put_id(w, "traceId", s->own.trace, 16);
    put_id(w, "spanId", s->own.span, 8);
    if (!is_zero(s->parent, 8))
        put_id(w, "parentSpanId", s->parent, 8);
    zkl_json_text(w, "name", s->name);
    zkl_json_number(w, "kind", (uint64_t)s->kind);
    zkl_json_format(w, "startTimeUnixNano", "%lld", (long long)s->begun_ns);
    zkl_json_format(w, "endTimeUnixNano", "%lld", (long long)s->ended_ns);
    zkl_json_open(w, "attributes", '[');
    for (size_t i = 0; i < s->attribute_count; i++)
        put_attribute(w, s->attributes[i].key, s->attributes[i].text, s->attributes[i].number);
    if (s->id_key)
        put_attribute(w, s->id_key, s->id, 0);
    zkl_json_close(w);
    zkl_json_open(w, "status", '{');
    if (s->has_failed)
        zkl_json_number(w, "code", 2); /* STATUS_CODE_ERROR */
    zkl_json_close(w);
    zkl_json_close(w);
}

void telemetry_spans_put(zkl_buffer *out, const telemetry_span *spans, size_t count,
                         const char *service, const char *version, const char *instance)
{
    zkl_json_writer w = zkl_json_writer_of(out);
    w.is_flat = true;
    zkl_json_open(&w, NULL, '{');
    zkl_json_open(&w, "resourceSpans", '[');
    zkl_json_open(&w, NULL, '{');
    zkl_json_open(&w, "resource", '{');
    zkl_json_open(&w, "attributes", '[');
    put_attribute(&w, "service.name", service, 0);
    put_attribute(&w, "service.version", version, 0);
    put_attribute(&w, "service.instance.id", instance, 0);
    zkl_json_close(&w);
    zkl_json_close(&w);
    zkl_json_open(&w, "scopeSpans", '[');
    zkl_json_open(&w, NULL, '{');
    zkl_json_open(&w, "scope", '{');
    zkl_json_text(&w, "name", service);
    zkl_json_text(&w, "version", version);
    zkl_json_close(&w);
    zkl_json_open(&w, "spans", '[');
    for (size_t i = 0; i < count; i++)
        put_span(&w, &spans[i]);
    for (size_t i = 0; i < 6; i++)
        zkl_json_close(&w);
}
