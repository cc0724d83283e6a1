/* Arena: a list of blocks, filled from the front, freed together.
 *
 * 1. `last` is the newest block, the only one that is filled. What an older block has left stays
 *    unused: at most one allocation's size a block.
 * 2. Every allocation begins at a multiple of ARENA_ALIGNMENT within its block, and blocks are
 *    aligned so too.
 * 3. Bytes [0, used) of a block were handed out. Nothing behind them was written, so wiping [0,
 *    used) wipes all that was held. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct zkl_arena_block zkl_arena_block;

/* A cache line, and the widest vector register: arrays from an arena may be loaded by any native
 * set. */
#define ARENA_ALIGNMENT 64
/* Blocks grow from the first size to the last: most arenas of a service hold a few texts. */
#define ARENA_BLOCK_BYTES_FIRST 2048
#define ARENA_BLOCK_BYTES 65536

struct zkl_arena_block {
    zkl_arena_block *before;
    size_t used, size;
    bool is_secret;
    _Alignas(ARENA_ALIGNMENT) uint8_t data[];
};

/* Invariants 2 and 3 of one block. */
static void block_invariant(const zkl_arena_block *block)
{
    ZKL_ASSERT((uintptr_t)block->data % ARENA_ALIGNMENT == 0);
    ZKL_ASSERT(block->used % ARENA_ALIGNMENT == 0 && block->used <= block->size);
}

void *zkl_arena_alloc(zkl_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (!zkl_size_mul(&bytes, count, size) || !zkl_size_add(&bytes, bytes, ARENA_ALIGNMENT))
        return NULL;
    /* Rounded up; one unit at least, so that two empty allocations have distinct addresses. */
    bytes = bytes / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    zkl_arena_block *block = arena->last;
    if (!block || block->size - block->used < bytes) {
        size_t capacity = !block                                ? ARENA_BLOCK_BYTES_FIRST
                          : block->size < ARENA_BLOCK_BYTES / 4 ? 4 * block->size
                                                                : ARENA_BLOCK_BYTES;
        size_t whole;
        if (bytes > capacity) /* a block of its own size, which then has no room left */
            capacity = bytes;
        if (!zkl_size_add(&whole, sizeof *block, capacity))
            return NULL;
        block = arena->is_secret ? zkl_secret_new(whole) : zkl_malloc(1, whole);
        if (!block)
            return NULL;
        *block = (zkl_arena_block){ .before = arena->last,
                                    .size = capacity,
                                    .is_secret = arena->is_secret };
        arena->last = block;
    }
    ZKL_ASSERT(bytes <= block->size - block->used);
    void *out = block->data + block->used;
    block->used += bytes;
    block_invariant(block);
    return memset(out, 0, bytes);
}

/* Newest first; each block is taken off before it is freed, so clearing twice is fine. */
void zkl_arena_clear(zkl_arena *arena)
{
    while (arena->last) {
        zkl_arena_block *block = arena->last;
        block_invariant(block);
        arena->last = block->before;
        zkl_wipe(block->data, block->used); /* nothing was written behind that */
        if (block->is_secret)
            zkl_secret_free(block);
        else
            zkl_free_wiped(block);
    }
}

/* A block knows itself whether it is secret. into's newest block stays the one that is filled. */
void zkl_arena_join(zkl_arena *into, zkl_arena *from)
{
    zkl_arena_block *oldest = from->last;
    if (!oldest)
        return;
    if (!into->last) {
        into->last = from->last;
        from->last = NULL;
        return;
    }
    while (oldest->before)
        oldest = oldest->before;
    oldest->before = into->last->before;
    into->last->before = from->last;
    from->last = NULL;
}

void *zkl_arena_copy(zkl_arena *arena, const void *data, size_t size)
{
    ZKL_ASSERT(data || size == 0);
    void *out = zkl_arena_alloc(arena, size, 1);
    if (out && size)
        memcpy(out, data, size);
    return out;
}

char *zkl_arena_text(zkl_arena *arena, const char *text, size_t size)
{
    ZKL_ASSERT(text || size == 0);
    size_t with_nul;
    char *out = zkl_size_add(&with_nul, size, 1) ? zkl_arena_alloc(arena, with_nul, 1) : NULL;
    if (out && size)
        memcpy(out, text, size);
    return out;
}

/* Two passes, as the length is not known before: one that counts, one that writes. */
char *zkl_arena_format(zkl_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *out = size < 0 ? NULL : zkl_arena_alloc(arena, (size_t)size + 1, 1);
    if (out) {
        va_start(args, format);
        vsnprintf(out, (size_t)size + 1, format, args);
        va_end(args);
    }
    return out;
}
