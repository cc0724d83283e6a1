#pragma once
/* Where the signs of a text stand: a bit a byte, so that who splits it looks at fields and not at
 * bytes.
 *
 * The portable set is the meaning; the others are only faster. */
#include <stddef.h>
#include <stdint.h>

#define ZKL_MARKS_BLOCK 64 /* bytes of text behind one word of marks */
#define ZKL_MARKS_SIGNS 4

typedef struct zkl_marks_set {
    const char *name;      /* "portable", "avx2", "avx512", "neon" */
    uint32_t cpu_features; /* what it needs, ZKL_CPU_* */
    /* Bit i of word w: text[64 w + i] is one of the signs, which may be alike. The text is whole
     * blocks. */
    void (*find)(uint64_t *marks, const uint8_t *text, size_t block_count,
                 const uint8_t signs[static ZKL_MARKS_SIGNS]);
} zkl_marks_set;

/* The fastest set that this CPU runs and that has passed its known answer; chosen at the first
 * call. */
const zkl_marks_set *zkl_marks_best(void);
/* The set of that name; NULL when there is none, or this CPU cannot run it, or it fails. */
const zkl_marks_set *zkl_marks_find(const char *name);
