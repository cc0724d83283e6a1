#pragma once
/* Memory: checked sizes, allocation with a place to inject failures, self-cleaning locals,
 * wiping. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zkl/bytes.h>
#include <zkl/status.h>

/* A mistake in our own code, also in release builds. */
#define ZKL_ASSERT(condition)                                                                      \
    ((condition) ? (void)0 : zkl_assert_failed(#condition, __FILE__, __LINE__))
#ifdef NDEBUG
#define ZKL_DEBUG_ASSERT(condition) ((void)0)
#else
#define ZKL_DEBUG_ASSERT(condition) ZKL_ASSERT(condition)
#endif
/* A place that our own code never comes to: a case that a caller has ruled out. */
#define ZKL_UNREACHABLE(why) zkl_assert_failed(why, __FILE__, __LINE__)
/* A false condition we defend against though it cannot happen. */
#define ZKL_NEVER(condition) (condition)

_Noreturn void zkl_assert_failed(const char *condition, const char *file, int line);

#define ZKL_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define ZKL_TRY(call)                                                                              \
    do {                                                                                           \
        zkl_status zkl_try_status = (call);                                                        \
        if (zkl_try_status != ZKL_OK)                                                              \
            return zkl_try_status;                                                                 \
    } while (0)

/* false on overflow; *out is then unchanged. */
static inline bool zkl_size_mul(size_t *out, size_t a, size_t b)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product))
        return false;
    *out = product;
    return true;
}

static inline bool zkl_size_add(size_t *out, size_t a, size_t b)
{
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return false;
    *out = sum;
    return true;
}

/* Every allocation of the library goes through these. NULL when there is no memory (or count * size
 * overflows); zkl_calloc zeroes. zkl_free wipes the whole block; zkl_free(NULL) is fine. Blocks are
 * aligned to 64 bytes. */
void *zkl_malloc(size_t count, size_t size);
void *zkl_calloc(size_t count, size_t size);
void *zkl_realloc(void *block, size_t old_size, size_t size);
void zkl_free(void *block);
/* The same of a block that its owner has wiped, as far as it was written, or that is public. */
void zkl_free_wiped(void *block);

/* A large table that is mostly empty: zeroed pages of its own, of which those that nobody writes
 * take no memory. NULL when there is none (or count * size overflows). Aligned to 64 bytes; only
 * _free frees it, and NULL is fine. */
void *zkl_sparse_new(size_t count, size_t size);
void zkl_sparse_free(void *block);

/* Memory for secrets that live as long as an operation: zeroed pages of their own, kept out of core
 * dumps, and out of swap space as far as the system permits (blocks up to 1 MiB, within
 * RLIMIT_MEMLOCK; that it does not permit it is no failure). NULL when there is no memory. Aligned
 * to 64 bytes. _free wipes; NULL is fine. Cost: system calls, so not for what is made often. */
void *zkl_secret_new(size_t size);
void zkl_secret_free(void *secret);

zkl_status zkl_no_memory(zkl_error *err, size_t size); /* ZKL_NO_MEMORY with a text */

/* Overwrite a secret; never optimised away. */
void zkl_wipe(void *secret, size_t size);

/* Constant-time comparison of equal-length secrets. */
bool zkl_equal_ct(const void *a, const void *b, size_t size);

/* Locals that clean themselves: ZKL_AUTO_CLEAR(zkl_buffer) b = {0}; calls zkl_buffer_clear(&b).
 * A type takes part with ZKL_DEFINE_AUTO_FREE(type) etc. after its destructor's declaration. */
#define ZKL_AUTO_CLEAR(type) __attribute__((cleanup(type##_clear))) type
#define ZKL_AUTO_FREE(type) __attribute__((cleanup(type##_auto_free))) type *
#define ZKL_AUTO_CLOSE(type) __attribute__((cleanup(type##_auto_close))) type *
#define ZKL_DEFINE_AUTO_FREE(type)                                                                 \
    static inline void type##_auto_free(type **object)                                             \
    {                                                                                              \
        type##_free(*object);                                                                      \
    }
#define ZKL_DEFINE_AUTO_CLOSE(type)                                                                \
    static inline void type##_auto_close(type **object)                                            \
    {                                                                                              \
        type##_close(*object);                                                                     \
    }

/* A self-freeing plain block: ZKL_AUTO_BLOCK uint8_t *p = zkl_malloc(n, 1); */
static inline void zkl_block_auto_free(void *pointer_to_block)
{
    zkl_free(*(void **)pointer_to_block);
}
#define ZKL_AUTO_BLOCK __attribute__((cleanup(zkl_block_auto_free)))
