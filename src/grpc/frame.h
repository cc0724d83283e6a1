#pragma once
/* The frames of gRPC: a byte that says whether the message is compressed, its size in four bytes,
 * big-endian, then the message. */
#include "base/buffer.h"

#define GRPC_FRAME_HEAD_BYTES ((size_t)5)

/* Takes messages out of a body whose parts begin and end anywhere. */
typedef struct grpc_frames {
    uint32_t size_max; /* of a message */
    uint8_t head[GRPC_FRAME_HEAD_BYTES];
    size_t head_size; /* so far */
    uint32_t left;    /* of the message that is coming */
    zkl_buffer message;
} grpc_frames;

typedef enum grpc_frame_is {
    GRPC_FRAME_MORE,       /* the next one is not whole yet */
    GRPC_FRAME_WHOLE,      /* `message` is one, until the next call */
    GRPC_FRAME_COMPRESSED, /* or a first byte that stands for nothing */
    GRPC_FRAME_TOO_LARGE,
    GRPC_FRAME_NO_MEMORY,
} grpc_frame_is;

/* Takes what it needs from the beginning of *part; called until it says MORE or refuses. Nothing
 * is read behind a refusal. */
grpc_frame_is grpc_frames_next(grpc_frames *frames, zkl_bytes *part);
/* Does nothing of a message wait for its end? */
bool grpc_frames_are_whole(const grpc_frames *frames);
void grpc_frames_clear(grpc_frames *frames);

/* size is below 2^32 (asserted). */
void grpc_put_frame(zkl_buffer *out, const void *message, size_t size);
