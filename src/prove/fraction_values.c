/* Blocks of many elements. The largest have hundreds of megabytes, each of which is touched first
 * when it is written, and wiped in the end.
 *
 * Pages of 4 KiB would be 65,000 faults for 256 MiB, a third of the argument's processor time.
 * Huge pages are asked for where the block has whole ones; a system without them gives small ones.
 *
 * zkl_free would wipe on one core, while the others wait. */
#include <sys/mman.h>

#include "prove/fraction_internal.h"

#define HUGE_PAGE_BYTES ((uintptr_t)1 << 21)
#define WIPE_VALUES ((size_t)1 << 15)

zkl_fr *zkl_values_new(size_t count)
{
    zkl_fr *const block = zkl_malloc(count, sizeof *block);
    const uintptr_t from = (uintptr_t)block, to = from + count * sizeof *block;
    const uintptr_t first = (from + HUGE_PAGE_BYTES - 1) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
    const uintptr_t end = to / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
    /* An advice: where it is not taken nothing changes. */
    if (block && first < end)
        (void)madvise((uint8_t *)block + (first - from), end - first, MADV_HUGEPAGE);
    return block;
}

typedef struct wiping {
    zkl_fr *block;
    size_t count;
} wiping;

static void wipe_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const wiping *job = context;
    const size_t begin = index * WIPE_VALUES, left = job->count - begin;
    zkl_wipe(job->block + begin, (left < WIPE_VALUES ? left : WIPE_VALUES) * sizeof *job->block);
}

void zkl_values_free(zkl_fr *block, size_t count, zkl_pool *pool)
{
    wiping job = { block, count };
    if (!block)
        return;
    zkl_pool_run(pool, (count + WIPE_VALUES - 1) / WIPE_VALUES, wipe_slice, &job);
    zkl_free_wiped(block);
}
