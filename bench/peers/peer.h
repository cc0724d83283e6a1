#pragma once
/* What the programs in C share: the protocol, and the inputs' files.
 *
 * A peer is started with the folder of inputs, and is asked by lines on standard input:
 *
 *     g1 LOG       the sum of 2^LOG points of G1 times full scalars
 *     u16 LOG      2^(LOG - 16) sums of 2^16 points times 16-bit cells, over the same points
 *     g2 LOG       as g1
 *     ntt LOG      the values of a polynomial of 2^LOG coefficients on the roots of unity
 *     setup LOG    a Groth16 key of the circuit in the folder; LOG says nothing
 *     prove LOG    a proof by the last of these keys
 *     range COUNT  a proof that COUNT values have 32 bits
 *
 * It answers each by a line: milliseconds of the wall, of the processor (all threads), and the
 * result in hexadecimal, or "-" alone where it does not do that. Two threads. Reading the inputs is
 * not in the times.
 *
 * Files: points.g1, points.g2 (zcash's uncompressed form), scalars (32 bytes, big-endian), cells
 * (16 bits, little-endian), circuit (circuit_file.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "algebra/curve.h"
#include "base/env.h"

#define PEER_THREADS 2
#define PEER_LOG_MAX 20

typedef struct peer_instant {
    double wall_ms, cpu_ms;
} peer_instant;

static inline peer_instant peer_now(void)
{
    struct timespec now;
    struct rusage used;
    clock_gettime(CLOCK_MONOTONIC, &now);
    getrusage(RUSAGE_SELF, &used);
    const double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
                       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
    return (peer_instant){ (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6, cpu };
}

static inline void peer_stop(const char *what)
{
    fprintf(stderr, "peer: %s\n", what);
    exit(1);
}

static inline void peer_must(zkl_status status)
{
    if (status != ZKL_OK)
        peer_stop(zkl_status_text(status));
}

static inline FILE *peer_open(const char *folder, const char *name, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, mode);
    if (!file)
        peer_stop(path);
    return file;
}

/* The first `size` bytes of a file, in memory of their own. */
static inline uint8_t *peer_read(const char *folder, const char *name, size_t size)
{
    FILE *file = peer_open(folder, name, "rb");
    uint8_t *bytes = zkl_malloc(size, 1);
    if (!bytes || fread(bytes, 1, size, file) != size)
        peer_stop(name);
    fclose(file);
    return bytes;
}

static inline void peer_answer(peer_instant start, const uint8_t *result, size_t size)
{
    const peer_instant end = peer_now();
    printf("%.3f %.3f ", end.wall_ms - start.wall_ms, end.cpu_ms - start.cpu_ms);
    for (size_t i = 0; i < size; i++)
        printf("%02x", result[i]);
    printf("\n");
}

/* Calls run(context, job, size) for each line, until there are no more. */
static inline void peer_serve(void (*run)(void *, const char *, size_t), void *context)
{
    char job[16];
    size_t size;
    while (scanf("%15s %zu", job, &size) == 2) {
        run(context, job, size);
        fflush(stdout);
    }
}

static inline void peer_read_g1(zkl_g1_affine *out, const char *folder, size_t count)
{
    uint8_t *bytes = peer_read(folder, "points.g1", 96 * count);
    for (size_t i = 0; i < count; i++)
        if (blst_p1_deserialize(&out[i], bytes + 96 * i) != BLST_SUCCESS)
            peer_stop("points.g1");
    zkl_free(bytes);
}

static inline void peer_read_g2(zkl_g2_affine *out, const char *folder, size_t count)
{
    uint8_t *bytes = peer_read(folder, "points.g2", 192 * count);
    for (size_t i = 0; i < count; i++)
        if (blst_p2_deserialize(&out[i], bytes + 192 * i) != BLST_SUCCESS)
            peer_stop("points.g2");
    zkl_free(bytes);
}

static inline void peer_read_scalars(zkl_fr *out, const char *folder, size_t count)
{
    uint8_t *bytes = peer_read(folder, "scalars", 32 * count);
    for (size_t i = 0; i < count; i++)
        if (!zkl_fr_decode(&out[i], bytes + 32 * i))
            peer_stop("scalars");
    zkl_free(bytes);
}
