#pragma once
/* Pieces of URLs: percent-encoding (RFC 3986, section 2.1), and the members of queries and forms
 * (application/x-www-form-urlencoded). */
#include "base/buffer.h"

/* What is unreserved there (letters, digits, "-._~") and what is in `besides` stands for itself. */
void zkl_url_put(zkl_buffer *out, zkl_bytes text, const char *besides);
/* Undone, into out, which has room for in.size bytes and may be in.data. is_member: '+' is a blank.
 * false: a '%' stands without two hexadecimal digits. */
bool zkl_url_take(uint8_t *out, size_t *size, zkl_bytes in, bool is_member);
/* The next "name=value" of rest, between '&', as it stands there; value is empty where there is no
 * '='. false: there is none. */
bool zkl_url_next(zkl_bytes *name, zkl_bytes *value, zkl_bytes *rest);
/* Is it this machine, whatever a name server says? host: as libcurl has it, which writes numbers in
 * their usual form: "127.0.0.1", "[::1]", "localhost". "127.evil.example" is a name. */
bool zkl_url_host_is_here(const char *host);
