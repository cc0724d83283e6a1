#pragma once
/* Readings: what they may say, their bytes, their words. One table (reading.c, `options`) has all
 * options: to add one, add a member to zkl_reading and a line there.
 *
 * A whole reading says every option that counts with its format, in one way:
 *  - format, and for CSV delimiter, quote, encoding, header, null_quoted and null_texts; nothing
 *    else;
 *  - a tab is "tab", a blank "space", no quote "none";
 *  - null texts rise in byte order, none twice, none empty.
 * In what is asked for, null_texts NULL says nothing of them, and an empty list says that there are
 * none. */
#include <zkl/reading.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "types/schema.h"

#define ZKL_READING_BYTES_MAX ((size_t)1 << 20)
#define ZKL_READING_NULL_TEXTS_MAX 256
#define ZKL_READING_NULL_TEXT_BYTES_MAX 1024

/* What a caller asks for, in the form above but perhaps not whole. ZKL_USAGE names the option that
 * cannot be meant: quotes and delimiters must not be what values are made of (letters, digits, '.',
 * '-', '+', blanks, line ends). Lives in arena. */
zkl_status zkl_reading_take(zkl_reading *out, zkl_arena *arena, const zkl_reading *asked,
                            zkl_error *err) ZKL_MUST_USE;
/* Is it whole, and does it keep the rules above? ZKL_BAD_INPUT says what does not. */
zkl_status zkl_reading_check(const zkl_reading *reading, zkl_error *err) ZKL_MUST_USE;
/* The usual of what is not said, once format and delimiter are known; what does not count with the
 * format is dropped. */
void zkl_reading_complete(zkl_reading *reading);
/* over's options where it says them, base's elsewhere, whole if base is. Both must outlive *out. */
void zkl_reading_merge(zkl_reading *out, const zkl_reading *base, const zkl_reading *over);
bool zkl_reading_equal(const zkl_reading *a, const zkl_reading *b);

/* The delimiter itself: "\t" for "tab"; and back, for what was found out. NULL stays NULL. */
const char *zkl_reading_delimiter(const zkl_reading *reading);
const char *zkl_reading_delimiter_word(const char *delimiter);
/* The quote itself: "" for "none". */
const char *zkl_reading_quote(const zkl_reading *reading);

/* docs/formats/manifest.md, "Reading". encode asserts that the reading is whole. */
void zkl_reading_encode(zkl_buffer *out, const zkl_reading *reading);
/* Copies into arena. ZKL_BAD_INPUT. */
zkl_status zkl_reading_parse(zkl_reading *out, zkl_arena *arena, zkl_bytes bytes,
                             zkl_error *err) ZKL_MUST_USE;

/* "CSV, delimiter ',', quote '\"', encoding utf-8, header, nulls: empty, 'NA'" */
void zkl_reading_words(zkl_buffer *out, const zkl_reading *reading);
/* What people seldom mean, a sentence each, in arena: by such options a file can be read as other
 * values than it shows.
 * schema: of the table; a first line that was taken for names though it may be data shows in its
 * names. NULL: not looked at. */
zkl_status zkl_reading_unusual(const char *const **out, size_t *count, zkl_arena *arena,
                               const zkl_reading *reading, const zkl_schema *schema,
                               zkl_error *err) ZKL_MUST_USE;
