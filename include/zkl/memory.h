#pragma once
/* Memory of a result: what a call hands out lives here until it is cleared. All zeros is valid and
 * empty.
 *
 *     zkl_show_result shown = { 0 };
 *     if (zkl_show(&shown, ledger, "penguins", &err) == ZKL_OK)
 *         puts(shown.name);
 *     zkl_arena_clear(&shown.memory);
 *
 * Threads: one at a time for each arena. */
#include <stdbool.h>

#include <zkl/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zkl_arena {
    struct zkl_arena_block *last;
    /* What it holds stays out of core dumps, and out of swap space where that is permitted. */
    bool is_secret;
} zkl_arena;

/* Wipe and free everything in it. Every pointer into it is invalid then. Twice is fine. */
ZKL_API void zkl_arena_clear(zkl_arena *memory);

#ifdef __cplusplus
}
#endif
