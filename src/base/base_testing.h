#pragma once
/* Seams for tests of this folder and of all above it. Only tests include it. */
#include <stdint.h>

/* The Nth allocation from now (1 = the next), and all after it, return NULL; 0 switches this off.
 * Returns how many were made since the last call. Of the whole process, so a test that uses it runs
 * alone in its process. Compiled into every build, since the program that is tested is the one that
 * ships; costs one relaxed atomic load an allocation. */
uint64_t zkl_malloc_fail_after(uint64_t nth);
