/* Allocation, with one place that tests make fail, and wiping.
 *
 * 1. Every block is aligned to BLOCK_ALIGNMENT and rounded up to it, so vector loads may read the
 *    last line whole.
 * 2. Every block is wiped when it is freed, and a block that grows is copied and wiped: no secret
 *    stays in free memory because somebody forgot it.
 * 3. NULL means no memory, never a size of 0: such a block has a unit. */
#include "base/memory.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base_testing.h"

#define BLOCK_ALIGNMENT 64

/* The one mutable global of the library: a fault injector for tests, off unless a test arms it. */
static _Atomic uint64_t calls_made;
static _Atomic uint64_t calls_until_failure; /* 0: never */

void zkl_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "zkl: internal error: %s:%d: %s\n", file, line, condition);
    abort();
}

uint64_t zkl_malloc_fail_after(uint64_t nth)
{
    uint64_t calls = atomic_exchange(&calls_made, 0);
    atomic_store(&calls_until_failure, nth);
    return calls;
}

/* Counts in any order between threads; tests that need the Nth exactly run without a pool. */
static bool call_fails(void)
{
    uint64_t made = atomic_fetch_add_explicit(&calls_made, 1, memory_order_relaxed) + 1;
    uint64_t nth = atomic_load_explicit(&calls_until_failure, memory_order_relaxed);
    return nth && made >= nth;
}

/* SIZE_MAX / 2 keeps the rounding below from wrapping, and no such block exists. */
void *zkl_malloc(size_t count, size_t size)
{
    size_t bytes;
    if (!zkl_size_mul(&bytes, count, size) || bytes > SIZE_MAX / 2 || call_fails())
        return NULL;
    bytes = (bytes + BLOCK_ALIGNMENT) / BLOCK_ALIGNMENT * BLOCK_ALIGNMENT;
    return aligned_alloc(BLOCK_ALIGNMENT, bytes);
}

void *zkl_calloc(size_t count, size_t size)
{
    void *block = zkl_malloc(count, size);
    if (block)
        memset(block, 0, count * size);
    return block;
}

/* Always a new block: realloc(3) may move and leave the old bytes behind unwiped. */
void *zkl_realloc(void *block, size_t old_size, size_t size)
{
    ZKL_ASSERT(block || old_size == 0);
    void *grown = zkl_malloc(size, 1);
    if (!grown)
        return NULL;
    if (block)
        memcpy(grown, block, old_size < size ? old_size : size);
    if (block)
        zkl_wipe(block, old_size); /* what grew may have held secrets */
    zkl_free(block);
    return grown;
}

/* Wiped whole: most blocks of a prover hold secrets, and none of them can be forgotten here. Costs
 * about 0.1 s a gigabyte freed. */
void zkl_free(void *block)
{
    if (block)
        zkl_wipe(block, malloc_usable_size(block));
    free(block);
}

void zkl_free_wiped(void *block)
{
    free(block);
}

/* Blocks that are pages of their own: how many bytes stands in front, in a unit that keeps the
 * alignment. */
#define PAGES_HEAD_BYTES BLOCK_ALIGNMENT

static void *pages_new(size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes;
    if (!zkl_size_add(&bytes, size, PAGES_HEAD_BYTES + page - 1) || call_fails())
        return NULL;
    bytes = bytes / page * page;
    uint8_t *const pages =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return NULL;
    ZKL_ASSERT(bytes >= size + PAGES_HEAD_BYTES);
    memcpy(pages, &bytes, sizeof bytes);
    return pages + PAGES_HEAD_BYTES;
}

/* Their first byte, and how many they are. */
static uint8_t *pages_of(void *block, size_t *bytes)
{
    ZKL_ASSERT((uintptr_t)block % PAGES_HEAD_BYTES == 0);
    uint8_t *const pages = (uint8_t *)block - PAGES_HEAD_BYTES;
    memcpy(bytes, pages, sizeof *bytes);
    ZKL_ASSERT(*bytes >= PAGES_HEAD_BYTES); /* else something wrote before the block */
    return pages;
}

void *zkl_sparse_new(size_t count, size_t size)
{
    size_t bytes;
    return zkl_size_mul(&bytes, count, size) ? pages_new(bytes) : NULL;
}

void zkl_sparse_free(void *block)
{
    size_t bytes;
    if (!block)
        return;
    uint8_t *const pages = pages_of(block, &bytes);
    munmap(pages, bytes); /* the system hands them out zeroed */
}

/* Locked memory is scarce (RLIMIT_MEMLOCK is often 8 MiB), so one block takes at most this much. */
#define SECRET_LOCKED_BYTES_MAX ((size_t)1 << 20)

void *zkl_secret_new(size_t size)
{
    size_t bytes;
    void *const secret = pages_new(size);
    if (!secret)
        return NULL;
    uint8_t *const pages = pages_of(secret, &bytes);
    /* Both are precautions: where they are not permitted the work goes on. */
    (void)madvise(pages, bytes, MADV_DONTDUMP);
    if (bytes <= SECRET_LOCKED_BYTES_MAX)
        (void)mlock(pages, bytes);
    return secret;
}

void zkl_secret_free(void *secret)
{
    size_t bytes;
    if (!secret)
        return;
    uint8_t *const pages = pages_of(secret, &bytes);
    zkl_wipe(pages, bytes);
    munmap(pages, bytes);
}

zkl_status zkl_no_memory(zkl_error *err, size_t size)
{
    return zkl_fail(err, ZKL_NO_MEMORY, "no memory for %zu bytes", size);
}

/* explicit_bzero, because a compiler drops a memset of what is never read again. */
void zkl_wipe(void *secret, size_t size)
{
    ZKL_ASSERT(secret || size == 0);
    if (size)
        explicit_bzero(secret, size);
}

/* No early exit, and volatile, so that no compiler makes one: time depends on size alone. */
bool zkl_equal_ct(const void *a, const void *b, size_t size)
{
    ZKL_ASSERT((a && b) || size == 0);
    const volatile uint8_t *x = a, *y = b;
    uint8_t difference = 0;
    for (size_t i = 0; i < size; i++)
        difference |= (uint8_t)(x[i] ^ y[i]);
    return difference == 0;
}
