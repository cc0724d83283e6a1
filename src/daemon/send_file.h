#pragma once
/* A file as an answer: whole or one range of it (RFC 9110, 14), with an entity tag, read by the
 * disk's threads at the pace of its reader. */
#include "daemon/request.h"

/* What a Range header asks for. first, last: inclusive. */
typedef enum daemon_file_range_is {
    DAEMON_RANGE_NONE, /* no header, or none that is understood: the whole */
    DAEMON_RANGE_ONE,
    DAEMON_RANGE_BAD /* none of its bytes is there: 416 */
} daemon_file_range_is;
daemon_file_range_is daemon_file_range_parse(uint64_t *first, uint64_t *last, zkl_bytes header,
                                             uint64_t size);

/* Does the list of an If-None-Match or If-Match header hold the tag, or "*"? strong: a weak one
 * does not count. */
bool daemon_tag_matches(zkl_bytes header, const char *tag, bool strong);

/* fd: of a regular file, taken. name: what it is called; its ending says the media type. Answers
 * GET and HEAD. */
void daemon_send_file(daemon_request *q, int fd, const char *name);
/* The same of an envelope of the kind "result". object: its name; copied. What cannot be opened is
 * answered. */
void daemon_send_sealed(daemon_request *q, int fd, const char *name, const char *object);
