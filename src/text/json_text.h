#pragma once
/* JSON in canonical bytes: members in byte order of their names, no white space, strings with the
 * shortest escapes (\" \\ \b \f \n \r \t \u00xx for other control characters; everything else as
 * UTF-8), integers only. */
#include <jansson.h>

#include "base/arena.h"
#include "base/buffer.h"

#define ZKL_JSON_MEMBERS_MAX 32 /* of one object */

void zkl_json_put_string(zkl_buffer *out, zkl_bytes text);
/* false when value holds a real number or an object with too many members. Depth is limited by the
 * parser (2048). */
bool zkl_json_put(zkl_buffer *out, const json_t *value);
/* Parse bytes that are canonical; anything else is ZKL_BAD_INPUT, `object` naming what it is. Free
 * with json_decref. */
zkl_status zkl_json_parse_canonical(json_t **out, zkl_bytes bytes, const char *object,
                                    zkl_error *err) ZKL_MUST_USE;
