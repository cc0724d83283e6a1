#pragma once
/* What readers and writers of rows share: field.c, field_request.c, field_answer.c. */
#include "api/field.h"

/* Where a row's value lies in its record, and how many elements its list has. */
const void *api_field_value(const api_field *field, const void *record);
size_t api_field_count(const api_field *field, const void *record);

/* The value as JSON. NULL without memory. */
json_t *api_field_write(const api_field *field, const void *record);
/* The object that a dotted name's last part stands in, made on the way; *last is that part. NULL
 * without memory. */
json_t *api_field_parent(json_t *out, const char *name, const char **last);
/* The member of that dotted name; NULL: there is none. */
const json_t *api_field_find(const json_t *json, const char *name);

/* What stays the same while one object is read. */
typedef struct api_reading {
    zkl_arena *memory;
    const api_object *object;
    void *record;
} api_reading;

/* One value of a kind that requests have. ZKL_USAGE: it is of another type. */
zkl_status api_field_read(const api_reading *r, const api_field *field, const json_t *value,
                          zkl_error *err) ZKL_MUST_USE;
