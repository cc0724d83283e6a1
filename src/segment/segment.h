#pragma once
/* A segment of an audit log: lines of one class, each bound to the one before (event.h), and a
 * root over all of them. It is a value: whoever writes copies it, and goes back to the copy when
 * the disk fails. docs/formats/segment.md
 *
 *     zkl_segment s;
 *     zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, number, &root_before, ends_before);
 *     ZKL_TRY(zkl_segment_put(&s, &bytes, &event, err));
 *     zkl_segment_close(&closed, &s);
 *
 *  1. What a line says as `previous` is the hash of the line before; of the first line that of a
 *     text with class, number and the root of the segment before. So no line and no segment can be
 *     changed, moved, left out or put in between without a change of every root behind it.
 *  2. Times never go back: what comes later than it should gets the time of the line before.
 *  3. The hash of a line is its leaf in a tree as RFC 6962 has it, whose root is the segment's. */
#include "hash/hash.h"
#include "hash/merkle.h"
#include "hash/domains.h"
#include "segment/event.h"

/* A segment that would be larger is closed before. */
#define ZKL_SEGMENT_BYTES_MAX ((uint64_t)16 << 20)

typedef struct zkl_segment {
    zkl_segment_class of;
    uint64_t number;
    zkl_digest previous; /* root of the segment before */
    zkl_digest tip;      /* what the next line says as `previous` */
    uint64_t count, bytes;
    int64_t begins_ms, ends_ms; /* without lines: ends_ms is the earliest time of the first */
    zkl_merkle_peaks tree;
    zkl_hasher file; /* SHA-256 of its bytes */
} zkl_segment;

/* previous: zeros of number 0. not_before_ms: the last time of the segment before. */
void zkl_segment_begin(zkl_segment *segment, zkl_segment_class class, uint64_t number,
                       const zkl_digest *previous, int64_t not_before_ms);
/* One line more, appended to out with its newline; its time is not before that of the line before.
 * ZKL_BAD_INPUT: the event cannot stand in a line, or is of another class. After a failure nothing
 * is changed, but for want of memory (out->failed). */
zkl_status zkl_segment_put(zkl_segment *segment, zkl_buffer *out, const zkl_event *event,
                           zkl_error *err) ZKL_MUST_USE;
/* The next line, without its newline, as somebody has written it. ZKL_REJECTED: it is not the next
 * one. event, own: as of zkl_event_parse; NULL: not wanted. */
zkl_status zkl_segment_take(zkl_segment *segment, zkl_bytes line, zkl_event *event, json_t **own,
                            zkl_error *err) ZKL_MUST_USE;
/* All whole lines of a file. *rest: bytes behind the last newline, a line that was cut off; NULL:
 * there is to be none. ZKL_REJECTED, with the line's number from 1 on. */
zkl_status zkl_segment_take_file(zkl_segment *segment, zkl_bytes file, size_t *rest,
                                 zkl_error *err) ZKL_MUST_USE;
/* What its entry says. It has lines (asserted). */
void zkl_segment_close(zkl_entry_segment *out, const zkl_segment *segment);
