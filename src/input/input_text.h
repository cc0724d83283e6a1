#pragma once
/* The text of an input file: decompressed, decoded to UTF-8, and checked to its last byte.
 *
 * Encodings: "utf-8"; "utf-16" (its byte order mark says which; without one, where the zero
 *            bytes of the first characters stand), "utf-16le", "utf-16be"; "latin-1" (ISO
 *            8859-1); "windows-1252". A byte order mark is not part of the text. */
#include "input/input_bytes.h"

typedef struct zkl_input_text zkl_input_text;

/* Whether an encoding of that name is known; NULL is UTF-8. */
bool zkl_encoding_is_known(const char *encoding);
#define ZKL_ENCODINGS_KNOWN "utf-8, utf-16, utf-16le, utf-16be, latin-1, windows-1252"

/* path, name and encoding (one that is known) are borrowed until the close. The name's ending
 * says how it is compressed. has_choice: people may say another encoding, and are told which. */
zkl_status zkl_input_text_open(zkl_input_text **out, const char *path, const char *name,
                               const char *encoding, bool has_choice, zkl_error *err) ZKL_MUST_USE;
/* The next text: whole characters, valid UTF-8; *got = 0 at the end.
 *
 * Errors: those of zkl_input_bytes_read; ZKL_BAD_INPUT with the line of what is not text in that
 *         encoding.
 * Limits: size >= ZKL_INPUT_TEXT_BYTES_MIN (asserted). */
zkl_status zkl_input_text_read(zkl_input_text *text, uint8_t *out, size_t size, size_t *got,
                               zkl_error *err) ZKL_MUST_USE;
void zkl_input_text_close(zkl_input_text *text); /* NULL is fine */

#define ZKL_INPUT_TEXT_BYTES_MIN 64
