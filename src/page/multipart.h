#pragma once
/* multipart/form-data (RFC 7578) as browsers send it, part by part as it comes in.
 *
 *  1. Where the input is split says nothing: the calls, put together, are the same.
 *  2. Memory is bounded: a part's head has at most PAGE_PART_HEAD_MAX bytes, its content is passed
 *     on and not kept.
 *  3. What is not as a browser sends it is refused: text in front of the first part, a part without
 *     a name, one that is no form's. */
#include "base/bytes.h"

#define PAGE_BOUNDARY_MAX 70
#define PAGE_PART_HEAD_MAX 2048
#define PAGE_PARTS_MAX 32

typedef struct page_part {
    char name[64], file_name[256]; /* is_file: the second counts, and may be "" */
    bool is_file;
} page_part;

/* false: no more is wanted, and page_multipart_feed says so. */
typedef struct page_part_handler {
    bool (*begin)(void *context, const page_part *part);
    bool (*data)(void *context, zkl_bytes data);
    bool (*end)(void *context);
} page_part_handler;

typedef enum page_multipart_state {
    PAGE_PART_DATA,   /* of a part, or in front of the first */
    PAGE_PART_BEHIND, /* of a boundary: a line's end, or "--" */
    PAGE_PART_HEAD,
    PAGE_PART_OVER,   /* behind the last */
    PAGE_PART_BROKEN, /* or not wanted */
} page_multipart_state;

/* All its own. */
typedef struct page_multipart {
    char delimiter[PAGE_BOUNDARY_MAX + 5]; /* CR LF, two dashes, the boundary */
    size_t delimiter_size, matched, part_count, head_size;
    char head[PAGE_PART_HEAD_MAX + 1];
    uint8_t behind;
    page_multipart_state state;
    const page_part_handler *handler;
    void *context;
} page_multipart;

/* type: of the content-type header. false: it is no form, or has no boundary that is one. */
bool page_multipart_begin(page_multipart *m, zkl_bytes type, const page_part_handler *handler,
                          void *context);
/* false: it is broken, or a handler wanted no more. */
bool page_multipart_feed(page_multipart *m, zkl_bytes input);
/* Was the end there? What is behind it is not looked at. */
bool page_multipart_is_whole(const page_multipart *m);
