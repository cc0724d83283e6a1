#pragma once
/* Text from outside, made fit for a terminal. */
#include "base/buffer.h"

/* Length in bytes of what stands at `at`: a code point, or one byte that is not UTF-8. *hidden: it
 * shows nothing, changes how others show, or passes for a space (Unicode 15: general categories Cc,
 * Cf, Zs, Zl and Zp but U+0020, and Default_Ignorable_Code_Point), or is no UTF-8. Letters that
 * look like others are not hidden. */
size_t zkl_shown_step(bool *hidden, zkl_bytes text, size_t at);
bool zkl_has_hidden(zkl_bytes text);
/* The text with each hidden byte as \xNN. keep: one control character that stays, '\n' say; 0:
 * none. */
void zkl_buffer_put_shown(zkl_buffer *out, zkl_bytes text, uint8_t keep);
