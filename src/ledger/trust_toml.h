#pragma once
/* trust.toml: the trust of trust.h for people. docs/formats/trust.md */
#include "record/trust.h"

/* Strict: an unknown key is an error with line and column. Arrays come from arena.
 * source: what errors call the file, its path; NULL: it has no name. */
zkl_status zkl_trust_toml_parse(zkl_trust *out, zkl_arena *arena, zkl_bytes text,
                                const char *source, zkl_error *err) ZKL_MUST_USE;
/* One canonical text; parses to the same. */
zkl_status zkl_trust_toml_print(zkl_buffer *out, const zkl_trust *trust,
                                zkl_error *err) ZKL_MUST_USE;
