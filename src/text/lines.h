#pragma once
/* Reading the line formats: notes, checkpoints, proofs. */
#include "base/memory.h"

/* Cut the next line off *rest, without its newline. false when *rest holds no newline. */
bool zkl_line_next(zkl_bytes *line, zkl_bytes *rest);
bool zkl_line_equal(zkl_bytes line, const char *text);
/* Cut prefix off the front; false when it is not there. */
bool zkl_line_skip(zkl_bytes *line, const char *prefix);
/* Decimal digits without leading zeros, below 2^63. */
bool zkl_line_decimal(uint64_t *out, zkl_bytes line);
/* 32 bytes in base 64. */
bool zkl_line_digest(zkl_digest *out, zkl_bytes line);
/* Valid UTF-8 (no surrogates, no overlong forms) with no ASCII control characters, newline
 * apart. */
bool zkl_text_valid(zkl_bytes text);
/* The same, and no Unicode white space (so no newline either). */
bool zkl_text_without_space(zkl_bytes text);
