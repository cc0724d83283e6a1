#pragma once
/* What the targets of iden3's formats share. */
#include "base/arena.h"
#include "base/buffer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef zkl_status fuzz_copier(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_error *err);

/* Reads and writes data. What came out must come out again. */
static inline void fuzz_iden3_copy(fuzz_copier *copy, const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) once = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) twice = { 0 };
    zkl_error err = { 0 };
    if (copy(&once, zkl_bytes_of(data, size), &arena, &err) != ZKL_OK) {
        ZKL_ASSERT(err.text[0] != 0);
        return;
    }
    ZKL_ASSERT(copy(&twice, zkl_buffer_bytes(&once), &arena, &err) == ZKL_OK);
    ZKL_ASSERT(once.size == twice.size && memcmp(once.data, twice.data, once.size) == 0);
}
