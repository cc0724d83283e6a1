#pragma once
/* Calls of gRPC (docs/service/grpc.md). A call is a request of HTTP in another coat: grpc.c makes
 * of its method and message the request that does the same (POST /v1/call/show), which is let in,
 * limited, audited and served as if it had come so; grpc_answer.c makes of that one's answer
 * messages and a status. Health and reflection are served by grpc_own.c. */
#include "daemon/request.h"
#include "grpc/frame.h"
#include "grpc/status.h"
#include "grpc/types.h"

#define DAEMON_GRPC_PART_BYTES_MAX                                                                 \
    (((uint32_t)4 << 20) + 4096) /* of a message with a file's part */

/* The request that does what a method says. */
typedef struct daemon_grpc_way {
    const char *service, *name; /* "zkl.v1.Files", "Upload" */
    const char *method;
    /* "{id}" stands for the message's member of that name. */
    const char *path;
    /* Members that the query has, with blanks between; "claims=claim": under another name. */
    const char *query;
    /* The body is what the messages have as `data`; else the message. */
    bool takes_parts;
} daemon_grpc_way;

typedef enum daemon_grpc_answer {
    DAEMON_GRPC_TEXT,     /* whole, in `text` */
    DAEMON_GRPC_EVENTS,   /* text/event-stream: a message an event */
    DAEMON_GRPC_CHUNKS,   /* of bytes: messages with a part each */
    DAEMON_GRPC_MESSAGES, /* they are messages already */
} daemon_grpc_answer;

/* The exchange's coat, from its head to its end. */
typedef struct daemon_grpc {
    zkl_daemon *daemon;
    zkl_arena memory;
    const grpc_method *method; /* NULL: not known yet, or none */
    daemon_grpc_way way;
    uint64_t deadline_ms; /* of daemon_clock_ms; 0: none */
    grpc_frames frames;
    size_t message_count;
    bool is_routed;          /* its request is being served: the rest is its body */
    size_t asked;            /* of reflection: of q->body, read so far */
    bool is_held, has_ended; /* its reader is slow; there are no more questions */
    /* the answer */
    daemon_grpc_answer kind;
    bool has_head;      /* it was sent */
    bool lacks_message; /* there was no memory for one: the call does not end well */
    http_header metadata[12];
    size_t metadata_count;
    uint64_t size, sent; /* of what is answered: as was said, and as came */
    zkl_buffer text;
    json_t *last; /* event */
    /* of a watch of health: what was told last, a grpc_health, and how long it is told */
    int told;
    uint64_t watched_until_ms;
} daemon_grpc;

/* NULL: no gRPC. */
daemon_grpc *daemon_grpc_of(const http_exchange *x);

/* ---- grpc_answer.c */

extern const http_coat daemon_grpc_coat;
/* The head of an answer that is not refused; once. */
void daemon_grpc_send_head(http_exchange *x);
/* false: its reader is slow. One that is not whole, for want of memory, is left out, and the call's
 * end says so. */
bool daemon_grpc_send_message(http_exchange *x, const zkl_buffer *message);
/* The call's end. */
void daemon_grpc_end(http_exchange *x, const grpc_outcome *outcome);

/* ---- grpc_own.c */

/* Nobody needs a key. */
bool daemon_grpc_is_health(const grpc_method *method);
void daemon_grpc_serve_health(daemon_request *q);
/* Is it a watch that goes on? Then it is told what has changed. Called when its alarm comes. */
bool daemon_grpc_look(http_exchange *x);
/* Whoever may read the document of the interface may ask. */
bool daemon_grpc_is_reflection(const grpc_method *method);
void daemon_grpc_serve_reflection(daemon_request *q);
