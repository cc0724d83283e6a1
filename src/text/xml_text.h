#pragma once
/* Text inside XML and HTML. */
#include "base/buffer.h"

/* The text where content or a quoted attribute's value stands: of the five characters that would
 * mean something there each is written as an entity, all others as they are. */
void zkl_xml_put(zkl_buffer *out, zkl_bytes text);
