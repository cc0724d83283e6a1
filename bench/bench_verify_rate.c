/* How many receipts a second the library verifies, on so many threads: what a service of the same
 * cores could reach. bench_verify_rate RECEIPT TRUST [SECONDS [THREADS]] */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "bench_receipt.h"

#define TRUST_BYTES_MAX ((size_t)1 << 20)
#define THREADS_MAX 64

typedef struct work {
    zkl_bytes receipt, trust;
    double end_ms;
    atomic_ulong count;
} work;

static void *verify_until(void *context)
{
    work *const w = context;
    while (bench_now_ms() < w->end_ms) {
        zkl_error err = { 0 };
        zkl_verify_result verdict = { 0 };
        if (zkl_verify_receipt(&verdict, w->receipt, w->trust, NULL, &err) != ZKL_OK)
            bench_stop("verify", &err);
        zkl_arena_clear(&verdict.memory);
        atomic_fetch_add(&w->count, 1);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "bench_verify_rate RECEIPT TRUST [SECONDS [THREADS]]\n");
        return 2;
    }
    zkl_error err = { 0 };
    zkl_buffer receipt = { 0 }, trust = { 0 };
    const double seconds = argc > 3 ? strtod(argv[3], NULL) : 4;
    const unsigned long threads = argc > 4 ? strtoul(argv[4], NULL, 10) : 2;
    pthread_t all[THREADS_MAX];
    if (zkl_file_read(&receipt, argv[1], ZKL_RECEIPT_BYTES_MAX, &err) != ZKL_OK ||
        zkl_file_read(&trust, argv[2], TRUST_BYTES_MAX, &err) != ZKL_OK)
        bench_stop("read", &err);
    work w = { .receipt = zkl_buffer_bytes(&receipt), .trust = zkl_buffer_bytes(&trust) };
    const double start = bench_now_ms();
    w.end_ms = start + seconds * 1e3;
    for (unsigned long i = 0; i < threads && i < THREADS_MAX; i++)
        if (pthread_create(&all[i], NULL, verify_until, &w) != 0)
            return 1;
    for (unsigned long i = 0; i < threads && i < THREADS_MAX; i++)
        pthread_join(all[i], NULL);
    printf("%.1f\n", (double)atomic_load(&w.count) * 1e3 / (bench_now_ms() - start));
    zkl_buffer_clear(&receipt);
    zkl_buffer_clear(&trust);
    return 0;
}
