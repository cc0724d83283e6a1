#include "text/xml_text.h"

/* NULL: the character stands for itself. */
static const char *entity_of(uint8_t c)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void zkl_xml_put(zkl_buffer *out, zkl_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        const char *entity = entity_of(text.data[i]);
        if (entity)
            zkl_buffer_put_text(out, entity);
        else
            zkl_buffer_put_u8(out, text.data[i]);
    }
}
