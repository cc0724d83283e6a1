#include "service/split_draw.h"

#include <string.h>

#include "base/buffer.h"
#include "record/sample.h"

#define NO_PART 0xff

/* ceil(rows sum / weights): where a share ends. weights are at most 10^6, rows below 2^40. */
static uint64_t end_of_share(uint64_t rows, uint64_t sum, uint64_t weights)
{
    return (rows * sum + weights - 1) / weights;
}

static void share_out(uint64_t *sizes, const zkl_split_request *request, uint64_t rows)
{
    uint64_t weights = 0, sum = 0, begin = 0;
    for (size_t i = 0; i < request->part_count; i++)
        weights += request->parts[i].weight;
    for (size_t i = 0; i < request->part_count; i++) {
        sum += request->parts[i].weight;
        const uint64_t end = end_of_share(rows, sum, weights);
        sizes[i] = end - begin;
        begin = end;
    }
    ZKL_ASSERT(begin == rows);
}

static size_t largest(const uint64_t *sizes, size_t count)
{
    size_t out = 0;
    for (size_t i = 1; i < count; i++)
        if (sizes[i] > sizes[out])
            out = i;
    return out;
}

/* Draws that were made go on where they were: *j. */
static void draw_part(uint8_t *part_of, uint64_t *j, const zkl_fr *seed, uint64_t rows,
                      uint64_t size, uint8_t part)
{
    for (uint64_t left = size; left > 0; ++*j) {
        const uint64_t row = zkl_sample_number(seed, *j, rows);
        if (part_of[row] != NO_PART)
            continue;
        part_of[row] = part;
        left--;
    }
}

zkl_status split_draw(split_drawn *out, zkl_arena *arena, const zkl_split_request *request,
                      uint64_t row_count, const char *seed, zkl_error *err)
{
    uint8_t bytes[32];
    uint64_t j = 0;
    zkl_fr reduced;
    const size_t count = request->part_count;
    uint64_t *sizes = ZKL_ARENA_NEW(arena, uint64_t, count);
    uint8_t *part_of = ZKL_ARENA_NEW(arena, uint8_t, (size_t)row_count);
    if (!sizes || !part_of)
        return zkl_no_memory(err, (size_t)row_count);
    ZKL_ASSERT(row_count > 0 && count >= 2 && count < NO_PART);
    ZKL_ASSERT(zkl_hex_decode(bytes, sizeof bytes, seed, strlen(seed)));
    zkl_fr_reduce(&reduced, bytes, sizeof bytes);
    share_out(sizes, request, row_count);
    memset(part_of, NO_PART, (size_t)row_count);
    const size_t rest = largest(sizes, count);
    for (size_t i = 0; i < count; i++)
        if (i != rest)
            draw_part(part_of, &j, &reduced, row_count, sizes[i], (uint8_t)i);
    for (uint64_t row = 0; row < row_count; row++)
        if (part_of[row] == NO_PART)
            part_of[row] = (uint8_t)rest;
    *out = (split_drawn){ part_of, sizes, rest == 0 };
    return ZKL_OK;
}
