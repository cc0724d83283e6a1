/* A message is gathered whole, so its size meets the limit before memory is taken for it. */
#include "grpc/frame.h"

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static zkl_bytes cut(zkl_bytes *part, size_t size)
{
    const zkl_bytes out = zkl_bytes_of(part->data, size);
    *part = zkl_bytes_of(part->data + size, part->size - size);
    return out;
}

/* Five bytes of head; MORE: not there yet. */
static grpc_frame_is take_head(grpc_frames *f, zkl_bytes *part)
{
    const zkl_bytes taken = cut(part, smaller(part->size, sizeof f->head - f->head_size));
    if (taken.size)
        memcpy(f->head + f->head_size, taken.data, taken.size);
    f->head_size += taken.size;
    if (f->head_size && f->head[0] != 0)
        return GRPC_FRAME_COMPRESSED;
    if (f->head_size < sizeof f->head)
        return GRPC_FRAME_MORE;
    f->left = zkl_be32_get(f->head + 1);
    f->message.size = 0;
    return f->left > f->size_max ? GRPC_FRAME_TOO_LARGE : GRPC_FRAME_WHOLE;
}

grpc_frame_is grpc_frames_next(grpc_frames *f, zkl_bytes *part)
{
    if (f->head_size < sizeof f->head) {
        const grpc_frame_is is = take_head(f, part);
        if (is != GRPC_FRAME_WHOLE)
            return is;
    }
    const zkl_bytes taken = cut(part, smaller(part->size, f->left));
    zkl_buffer_put(&f->message, taken.data, taken.size);
    f->left -= (uint32_t)taken.size;
    if (f->message.failed)
        return GRPC_FRAME_NO_MEMORY;
    if (f->left)
        return GRPC_FRAME_MORE;
    f->head_size = 0;
    return GRPC_FRAME_WHOLE;
}

bool grpc_frames_are_whole(const grpc_frames *f)
{
    return f->head_size == 0;
}

void grpc_frames_clear(grpc_frames *f)
{
    zkl_buffer_clear(&f->message);
    f->head_size = 0;
}

void grpc_put_frame(zkl_buffer *out, const void *message, size_t size)
{
    ZKL_ASSERT(size <= UINT32_MAX);
    zkl_buffer_put_u8(out, 0);
    zkl_buffer_put_field(out, message, size);
}
