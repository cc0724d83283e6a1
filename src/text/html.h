#pragma once
/* Text inside HTML, of reports and of the service's page. Whatever comes from a ledger, a file or a
 * stranger goes through here. */
#include "base/buffer.h"

/* The text where content or a quoted attribute's value stands. Line ends and hidden characters,
 * which could turn text around, are told by their bytes (text/shown.h); what means something to
 * HTML is escaped. */
void zkl_html_put(zkl_buffer *out, const char *text);
/* The same of a text that is lines, as a signed note. Words of others could begin lines of their
 * own in it. */
void zkl_html_put_lines(zkl_buffer *out, const char *text);
/* The same in its own direction: a right-to-left name moves nothing beside it. Content alone. */
void zkl_html_put_name(zkl_buffer *out, const char *text);
