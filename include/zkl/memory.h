#pragma once
/* Memory of a result: what a call hands out lives here until it is cleared. All zeros is valid and
 * empty.
 *
 * Every result that has pointers has such a member, so one call frees all of it. A call that fills
 * a result forgets what the result held: clear it before it is used again.
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

/* It may be moved by assignment, when the old place is not used any more: pointers into it stay
 * valid. Two copies of one must not both be cleared. */
typedef struct zkl_arena {
    /* The library's own. NULL: it holds nothing. */
    struct zkl_arena_block *last;
    /* What it holds stays out of core dumps, and out of swap space where that is permitted. */
    bool is_secret;
} zkl_arena;

/* Wipe and free everything in it. Every pointer into it is invalid then. Twice is fine, and so is
 * one that is all zeros.
 *
 * Cost: writes over what it holds, whether secret or not. Never fails. */
ZKL_API void zkl_arena_clear(zkl_arena *memory);

#ifdef __cplusplus
}
#endif
