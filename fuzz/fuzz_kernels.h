#pragma once
/* Inputs of kernels, from a fuzzer's bytes. The wide kernels are built without sanitizers in the
 * fuzz build, so arrays end where memory does: what reads or writes behind one, crashes. */
#include <string.h>
#include <sys/mman.h>

#include "algebra/fr.h"
#include "base/memory.h"

#define FENCED_BYTES ((size_t)1 << 19)

/* Bytes that never end: behind the fuzzer's come those of Knuth's MMIX generator, which they
 * seed. */
typedef struct source {
    const uint8_t *data;
    size_t left;
    uint64_t state;
} source;

static inline uint8_t take_byte(source *s)
{
    s->state = s->state * 6364136223846793005u + 1442695040888963407u;
    if (s->left == 0)
        return (uint8_t)(s->state >> 56);
    s->left--;
    s->state ^= *s->data;
    return *s->data++;
}

static inline void take_bytes(source *s, void *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)out)[i] = take_byte(s);
}

/* size bytes of fence `k` that end where its pages do. */
static inline void *fenced(size_t k, size_t size)
{
    static uint8_t *fences[64];
    ZKL_ASSERT(k < ZKL_COUNT(fences) && size <= FENCED_BYTES);
    if (!fences[k]) {
        fences[k] = mmap(NULL, FENCED_BYTES + 4096, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ZKL_ASSERT(fences[k] != MAP_FAILED);
        ZKL_ASSERT(mprotect(fences[k] + FENCED_BYTES, 4096, PROT_NONE) == 0);
    }
    return fences[k] + FENCED_BYTES - size;
}

/* An element of the scalar field, as words below r: an edge, or any. */
static inline zkl_fr take_element(source *s)
{
    static const zkl_fr edges[] = {
        { { 0 } },
        { { 1 } },
        { { 0xffffffff00000000, 0x53bda402fffe5bfe, 0x3339d80809a1d805, 0x73eda753299d7d48 } },
        { { UINT64_MAX, UINT64_MAX, UINT64_MAX, 0x73eda753299d7d47 } },
    };
    const uint8_t kind = take_byte(s);
    zkl_fr out = kind < 5 ? ZKL_FR_ONE : edges[kind % ZKL_COUNT(edges)];
    if (kind < 64)
        return out;
    take_bytes(s, &out, sizeof out);
    out.l[3] = out.l[3] % 0x73eda753299d7d48; /* so below r */
    return out;
}

/* count elements behind fence k. */
static inline zkl_fr *take_elements(source *s, size_t k, size_t count)
{
    zkl_fr *out = fenced(k, count * sizeof *out);
    for (size_t i = 0; i < count; i++)
        out[i] = take_element(s);
    return out;
}

static inline void must_equal(const void *got, const void *want, size_t size)
{
    ZKL_ASSERT(memcmp(got, want, size) == 0);
}
