#include "text/html.h"

#include "text/shown.h"
#include "text/xml_text.h"

static void put_shown(zkl_buffer *out, const char *text, uint8_t keep)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(text), keep);
    zkl_xml_put(out, zkl_buffer_bytes(&shown));
    out->failed = out->failed || shown.failed;
}

void zkl_html_put(zkl_buffer *out, const char *text)
{
    put_shown(out, text, 0);
}

void zkl_html_put_lines(zkl_buffer *out, const char *text)
{
    put_shown(out, text, '\n');
}

void zkl_html_put_name(zkl_buffer *out, const char *text)
{
    zkl_buffer_put_text(out, "<bdi>");
    zkl_html_put(out, text);
    zkl_buffer_put_text(out, "</bdi>");
}
