#pragma once
/* One JSON object of plain values, RFC 8259: numbers stay text, so that no digit is lost. */
#include "base/buffer.h"

#define ZKL_JSON_DEPTH_MAX 64

typedef enum zkl_json_kind {
    ZKL_JSON_NULL,
    ZKL_JSON_BOOL,
    ZKL_JSON_NUMBER,
    ZKL_JSON_STRING,
    ZKL_JSON_NESTED
} zkl_json_kind;

typedef struct zkl_json_member {
    zkl_bytes key;
    zkl_json_kind kind;
    zkl_bytes value; /* strings: unescaped; else the text as it stands */
} zkl_json_member;

typedef struct zkl_json_object {
    zkl_json_member *members;
    size_t member_count, member_capacity;
    uint8_t *text; /* unescaped texts */
    size_t text_size, text_capacity;
    size_t fault_at; /* bytes of the text before what was refused */
} zkl_json_object;

void zkl_json_object_clear(zkl_json_object *object);
/* Reuses what object holds; members point into it and into text. ZKL_BAD_INPUT with a short reason.
 * Repeated keys are left to the caller. */
zkl_status zkl_json_object_parse(zkl_json_object *object, zkl_bytes text,
                                 zkl_error *err) ZKL_MUST_USE;
