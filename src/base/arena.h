#pragma once
/* Arena: many small allocations, freed together. Not for secrets that must be wiped early: clearing
 * (zkl_arena_clear, zkl/memory.h) wipes everything it held. All zeros is a valid, empty arena. */
#include <zkl/memory.h>

#include "base/memory.h"

/* count * size bytes, zeroed, aligned to 64; NULL without memory. count or size 0 gives a valid
 * pointer. */
void *zkl_arena_alloc(zkl_arena *arena, size_t count, size_t size);

/* Copies; NULL without memory. The text version ends in NUL. */
void *zkl_arena_copy(zkl_arena *arena, const void *data, size_t size);
char *zkl_arena_text(zkl_arena *arena, const char *text, size_t size);
char *zkl_arena_format(zkl_arena *arena, const char *format, ...) ZKL_PRINTF(2, 3);

/* What `from` holds becomes what `into` holds, behind it; pointers stay valid, and from is
 * empty. */
void zkl_arena_join(zkl_arena *into, zkl_arena *from);
#define ZKL_ARENA_NEW(arena, type, count) ((type *)zkl_arena_alloc((arena), (count), sizeof(type)))
