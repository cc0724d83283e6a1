#pragma once
/* The main thread's stack. The system maps more of it as calls get deeper, and where an address
 * space is at its limit it answers that by SIGSEGV: the one lack of memory that no call reports.
 * Other threads have all of their stacks from the start.
 *
 * Included by each program's main alone. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

/* A notarisation, the deepest of the operations, uses 324 kB. */
#define ZKL_MAIN_STACK_BYTES ((size_t)1 << 20)

/* Map as much of the stack as the program will use. Before other threads run. Cost: 0.1 ms.
 * False: there is no memory for it, and the program would not get far. Never inline, or calls would
 * go on below its frame. */
static __attribute__((noinline)) bool zkl_main_stack_fill(void)
{
    const size_t size = ZKL_MAIN_STACK_BYTES, page = 4096;
    void *const trial = mmap(NULL, 2 * size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (trial == MAP_FAILED)
        return false;
    munmap(trial, 2 * size);
    volatile char stack[ZKL_MAIN_STACK_BYTES];
    for (size_t at = size; at >= page; at -= page)
        stack[at - page] = 0;
    return stack[0] == 0;
}
