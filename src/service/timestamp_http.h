#pragma once
/* One POST to a clock (RFC 3161, 3.4), by libcrypto's own client: plain http. What comes back is
 * signed, so the way there needs no secrecy. */
#include "base/buffer.h"

/* Is it the address of a clock that can be asked? ZKL_USAGE, ZKL_NOT_SUPPORTED. */
zkl_status service_http_check(const char *url, zkl_error *err) ZKL_MUST_USE;
/* Appends the answer's body. ZKL_USAGE: no address. ZKL_NOT_SUPPORTED: https. ZKL_IO: it could not
 * be asked, or its answer is no timestamp's. Waits half a minute at most. */
zkl_status service_http_stamp(zkl_buffer *reply, const char *url, zkl_bytes request,
                              zkl_error *err) ZKL_MUST_USE;
