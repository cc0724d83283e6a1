#pragma once
/* Runs of numbers as people write them: "5,17,100-110". */
#include <stdbool.h>
#include <stdint.h>

/* Both ends included; a number by itself is a run of one. */
typedef struct zkl_number_run {
    uint64_t first, last;
} zkl_number_run;

/* The run at *at, which moves behind it and the comma that follows, or becomes NULL at the text's
 * end. False: no run stands there, it falls, or a number of it has no room in 64 bits. Order
 * between runs is for the caller to judge.
 *
 *     for (const char *at = text; at;)
 *         if (!zkl_number_run_next(&run, &at))
 *             return ...;
 */
bool zkl_number_run_next(zkl_number_run *out, const char **at);
