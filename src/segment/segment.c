/* Segments: the chain from line to line, and the root over all of them. */
#include "segment/segment.h"

#include <stdio.h>
#include <string.h>

/* What stands before the first line: nobody can pass off the lines of one segment as those of
 * another. It is no line: it has other members. */
static void hash_head(zkl_digest *out, const zkl_segment *s)
{
    char text[192], hex[2 * sizeof s->previous.bytes + 1];
    zkl_hex_encode(hex, s->previous.bytes, sizeof s->previous.bytes);
    snprintf(text, sizeof text, "{\"class\":\"%s\",\"number\":%llu,\"previous\":\"%s\"}",
             zkl_segment_class_name(s->of), (unsigned long long)s->number, hex);
    zkl_rfc6962_leaf(out, zkl_bytes_of_text(text));
}

void zkl_segment_begin(zkl_segment *segment, zkl_segment_class class, uint64_t number,
                       const zkl_digest *previous, int64_t not_before_ms)
{
    ZKL_ASSERT(number <= ZKL_SEGMENT_NUMBER_MAX);
    *segment = (zkl_segment){
        .of = class, .number = number, .previous = *previous, .ends_ms = not_before_ms
    };
    segment->tree.algorithm = ZKL_HASH_SHA_256;
    segment->tree.node_prefix = ZKL_RFC6962_NODE;
    zkl_hasher_init(&segment->file, ZKL_HASH_SHA_256);
    hash_head(&segment->tip, segment);
}

/* The line is the next one: it counts. */
static void add_line(zkl_segment *s, zkl_bytes line, int64_t time_ms)
{
    zkl_rfc6962_leaf(&s->tip, line);
    zkl_merkle_peaks_push(&s->tree, &s->tip);
    zkl_hasher_update(&s->file, line.data, line.size);
    zkl_hasher_update(&s->file, "\n", 1);
    if (!s->count)
        s->begins_ms = time_ms;
    s->ends_ms = time_ms;
    s->count++;
    s->bytes += line.size + 1;
}

zkl_status zkl_segment_put(zkl_segment *segment, zkl_buffer *out, const zkl_event *event,
                           zkl_error *err)
{
    const size_t begin = out->size;
    zkl_event e = *event;
    if (zkl_event_class(e.kind) != segment->of)
        return zkl_fail(err, ZKL_BAD_INPUT, "event: of class %s, in a segment of class %s",
                        zkl_segment_class_name(zkl_event_class(e.kind)),
                        zkl_segment_class_name(segment->of));
    if (e.time_ms < segment->ends_ms)
        e.time_ms = segment->ends_ms;
    e.line = segment->count;
    e.previous = segment->tip;
    ZKL_TRY(zkl_event_encode(out, &e, err));
    const size_t size = out->size - begin;
    zkl_buffer_put_u8(out, '\n');
    ZKL_TRY(zkl_buffer_status(out, err));
    add_line(segment, zkl_bytes_of(out->data + begin, size), e.time_ms);
    return ZKL_OK;
}

static zkl_status check_next(const zkl_segment *s, const zkl_event *e, zkl_error *err)
{
    if (zkl_event_class(e->kind) != s->of)
        return zkl_fail(err, ZKL_REJECTED, "an event of class %s",
                        zkl_segment_class_name(zkl_event_class(e->kind)));
    if (e->line != s->count || !zkl_digest_equal(&e->previous, &s->tip))
        return zkl_fail(err, ZKL_REJECTED, "it does not follow from what stands before it");
    if (e->time_ms < s->ends_ms)
        return zkl_fail(err, ZKL_REJECTED, "its time is before that of the line before");
    return ZKL_OK;
}

zkl_status zkl_segment_take(zkl_segment *segment, zkl_bytes line, zkl_event *event, json_t **own,
                            zkl_error *err)
{
    zkl_event e;
    json_t *object = NULL;
    zkl_status status = zkl_event_parse(&e, &object, line, err);
    if (status == ZKL_OK)
        status = check_next(segment, &e, err);
    else if (status == ZKL_BAD_INPUT)
        status = ZKL_REJECTED;
    if (status == ZKL_OK)
        add_line(segment, line, e.time_ms);
    if (status == ZKL_OK && event) {
        *event = e;
        *own = object;
        return ZKL_OK;
    }
    json_decref(object);
    return status;
}

zkl_status zkl_segment_take_file(zkl_segment *segment, zkl_bytes file, size_t *rest, zkl_error *err)
{
    size_t at = 0;
    for (const uint8_t *end; at < file.size; at += (size_t)(end - (file.data + at)) + 1) {
        end = memchr(file.data + at, '\n', file.size - at);
        if (!end)
            break;
        const zkl_bytes line = zkl_bytes_of(file.data + at, (size_t)(end - (file.data + at)));
        const zkl_status status = zkl_segment_take(segment, line, NULL, NULL, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "line %llu", (unsigned long long)segment->count + 1);
    }
    if (rest)
        *rest = file.size - at;
    else if (at < file.size)
        return zkl_fail(err, ZKL_REJECTED, "line %llu is cut off",
                        (unsigned long long)segment->count + 1);
    return ZKL_OK;
}

void zkl_segment_close(zkl_entry_segment *out, const zkl_segment *segment)
{
    zkl_hasher file = segment->file; /* the segment can go on */
    ZKL_ASSERT(segment->count > 0);
    *out = (zkl_entry_segment){ .of = segment->of,
                                .number = segment->number,
                                .count = segment->count,
                                .begins_ms = segment->begins_ms,
                                .ends_ms = segment->ends_ms,
                                .previous = segment->previous };
    zkl_merkle_peaks_root(&out->root, &segment->tree);
    zkl_hasher_final(&file, &out->sha256);
}
