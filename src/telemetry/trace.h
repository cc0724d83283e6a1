#pragma once
/* Spans: what took how long within one request, wherever it was done.
 *
 * Contexts travel as W3C Trace Context says (`traceparent`). Spans leave as OpenTelemetry's
 * protocol has them in JSON (OTLP 1.x): ids are hexadecimal there, and 64-bit numbers are texts.
 *
 * A span's texts are words of the program that live as long as it does, but for one id. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define TELEMETRY_TRACEPARENT_CHARS 56 /* with its NUL */
#define TELEMETRY_ATTRIBUTES_MAX 6

/* All zeros: there is none. */
typedef struct telemetry_context {
    uint8_t trace[16], span[8];
    bool is_sampled;
} telemetry_context;

bool telemetry_context_is(const telemetry_context *context);
/* Of the header's value. Versions above 00 are read as far as 00 goes. false: it is none. */
bool telemetry_traceparent_parse(telemetry_context *out, zkl_bytes text);
void telemetry_traceparent_put(char out[static TELEMETRY_TRACEPARENT_CHARS],
                               const telemetry_context *context);

typedef enum telemetry_span_kind {
    TELEMETRY_SPAN_INTERNAL = 1, /* the protocol's numbers */
    TELEMETRY_SPAN_SERVER = 2,
    TELEMETRY_SPAN_CLIENT = 3,
} telemetry_span_kind;

typedef struct telemetry_span {
    telemetry_context own;
    uint8_t parent[8]; /* zeros: none */
    const char *name;
    telemetry_span_kind kind;
    int64_t begun_ns, ended_ns; /* since 1970 */
    bool has_failed;
    struct {
        const char *key, *text; /* text NULL: the number */
        int64_t number;
    } attributes[TELEMETRY_ATTRIBUTES_MAX];
    size_t attribute_count;
    const char *id_key; /* NULL: it has no id */
    char id[25];
} telemetry_span;

void telemetry_span_text(telemetry_span *span, const char *key, const char *text);
void telemetry_span_number(telemetry_span *span, const char *key, int64_t number);

/* An ExportTraceServiceRequest. instance: of this process, drawn at its start. */
void telemetry_spans_put(zkl_buffer *out, const telemetry_span *spans, size_t count,
                         const char *service, const char *version, const char *instance);
