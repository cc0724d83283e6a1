#pragma once
/* Memory of a result: what a call hands out lives here until it is cleared. All zeros is valid and empty. */
#include <stdbool.h>

#include <zkl/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zkl_arena {
    struct zkl_arena_block *last;
    bool
        is_secret; /* what it holds stays out of core dumps, and out of swap space where that is permitted */
} zkl_arena;

/* Wipe and free everything in it; twice is fine. */
ZKL_API void zkl_arena_clear(zkl_arena *memory);

#ifdef __cplusplus
}
#endif
