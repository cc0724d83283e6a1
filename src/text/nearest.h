#pragma once
/* "Did you mean ...?": of some names the one nearest to a word, by the number of letters to insert,
 * leave out, replace or swap with their neighbour. Letters that differ in case alone count half. */
#include <stddef.h>

#include <zkl/bytes.h>

#define ZKL_NEAREST_BYTES_MAX 64 /* longer words and names are nobody's typing mistake */

typedef struct zkl_nearest {
    zkl_bytes word;
    /* The nearest name so far, borrowed; size 0: none is near enough. */
    zkl_bytes found;
    /* Twice the number of changes. */
    unsigned distance;
} zkl_nearest;

/* A name is near when at most a third of the word's letters change, and one in a short word. */
zkl_nearest zkl_nearest_to(zkl_bytes word);
void zkl_nearest_try(zkl_nearest *nearest, zkl_bytes name);

/* "; did you mean 'amount'?", or "" when nothing is near. */
#define ZKL_NEAREST_HINT_BYTES (ZKL_NEAREST_BYTES_MAX + 24)
const char *zkl_nearest_hint(char out[static ZKL_NEAREST_HINT_BYTES], const zkl_nearest *nearest);
