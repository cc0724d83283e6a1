/* Durable appends of facts of 1 KB: each writer gathers a change with one entry, signed, and waits
 * until it is synced and under a signed checkpoint.
 *
 *     bench_append FOLDER [SECONDS [WRITERS...]]        1, 256 and 4,000 writers usually
 *
 * The entry is a `provenance`, as `zkp-ledger link` writes it of a training run: 16 facts of 64
 * bytes, with the notarisation it is about as its parent. FOLDER lies on the disk that is
 * measured. "kept" is a ledger that its service keeps open (zkl/ledger.h, zkl_sequencer), "opened"
 * one whose store is opened anew each time, as by commands: with up to OPENED_WRITERS_MAX writers,
 * since each of them opens it to begin. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>

#include "bench_timing.h"
#include "ledger/ledger_internal.h"
#include "unit/ledger/facts_fixture.h"

#define WRITERS_MAX 10000
#define OPENED_WRITERS_MAX 16
#define SAMPLES_MAX 4096 /* of one writer */
#define STACK_BYTES ((size_t)512 << 10)

typedef struct bench {
    zkl_ledger *ledger;
    const zkl_env *env;
    facts_subject subject;
    atomic_bool ends;
    atomic_size_t failures;
} bench;

typedef struct writer {
    pthread_t thread;
    bench *bench;
    uint64_t number, count;
    double *samples;
    size_t sample_count;
} writer;

static void fail(const char *what, const zkl_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err->text);
    exit(1);
}

static void *write_facts(void *context)
{
    writer *w = context;
    while (!atomic_load(&w->bench->ends)) {
        zkl_error err = { 0 };
        const double start = bench_now_ms();
        if (facts_append(NULL, w->bench->ledger, &w->bench->subject, w->number, w->count,
                         w->bench->env, &err) != ZKL_OK) {
            if (!atomic_fetch_add(&w->bench->failures, 1))
                fprintf(stderr, "%s\n", err.text);
            break;
        }
        if (w->sample_count < SAMPLES_MAX)
            w->samples[w->sample_count++] = bench_now_ms() - start;
        w->count++;
    }
    return NULL;
}

/* A ledger with one notarisation. */
static void make(zkl_test *t, bench *b, const char *folder, const zkl_sequencer *sequencer)
{
    zkl_error err = { 0 };
    const zkl_ledger_options options = { .folder = folder, .sequencer = sequencer };
    if (facts_make_folder(folder, NULL, b->env, &err) != ZKL_OK ||
        zkl_ledger_open(&b->ledger, &options, b->env, &err) != ZKL_OK ||
        facts_notarise(t, &b->subject, b->ledger, b->env, &err) != ZKL_OK)
        fail("a ledger", &err);
}

static uint64_t checkpoints(bench *b)
{
    ZKL_AUTO_CLOSE(zkl_ledger) view = NULL;
    uint64_t count = 0;
    zkl_error err = { 0 };
    if (zkl_ledger_view(&view, b->ledger, NULL, &err) != ZKL_OK ||
        zkl_log_checkpoint_count(zkl_ledger_log(view), &count, &err) != ZKL_OK)
        fail("the checkpoints", &err);
    return count;
}

/* Of the processor, of all threads. */
static double used_us(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return 1e6 * (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void measure(bench *b, const char *what, size_t count, double seconds)
{
    writer *writers = zkl_calloc(count, sizeof *writers);
    double *samples = zkl_calloc(count, SAMPLES_MAX * sizeof *samples), *all = samples;
    pthread_attr_t small;
    uint64_t written = 0;
    size_t sampled = 0;
    if (!writers || !samples || pthread_attr_init(&small) != 0 ||
        pthread_attr_setstacksize(&small, STACK_BYTES) != 0)
        exit(1);
    atomic_store(&b->ends, false);
    const uint64_t batches = checkpoints(b);
    const double used = used_us();
    const double start = bench_now_ms();
    for (size_t i = 0; i < count; i++) {
        writers[i] = (writer){ .bench = b, .number = i, .samples = samples + i * SAMPLES_MAX };
        if (pthread_create(&writers[i].thread, &small, write_facts, &writers[i]) != 0) {
            fprintf(stderr, "no thread %zu\n", i);
            exit(1);
        }
    }
    const struct timespec pause = { .tv_sec = (time_t)seconds,
                                    .tv_nsec = (long)(1e9 * (seconds - (double)(long)seconds)) };
    nanosleep(&pause, NULL);
    atomic_store(&b->ends, true);
    for (size_t i = 0; i < count; i++) {
        pthread_join(writers[i].thread, NULL);
        memmove(all + sampled, writers[i].samples, writers[i].sample_count * sizeof *all);
        sampled += writers[i].sample_count;
        written += writers[i].count;
    }
    const double ms = bench_now_ms() - start;
    qsort(all, sampled, sizeof *all, bench_compare);
    printf("append %-7s %5zu writers %8.0f entries/s  p50 %8.2f ms  p99 %8.2f ms  "
           "%5.0f us of processor an entry, %llu entries in %llu batches\n",
           what, count, 1e3 * (double)written / ms, sampled ? all[sampled / 2] : 0,
           sampled ? all[sampled * 99 / 100] : 0,
           written ? (used_us() - used) / (double)written : 0, (unsigned long long)written,
           (unsigned long long)(checkpoints(b) - batches));
    fflush(stdout);
    zkl_free(writers);
    zkl_free(samples);
    pthread_attr_destroy(&small);
    if (atomic_load(&b->failures))
        exit(1);
}

int main(int argc, char **argv)
{
    static const char *const usual[] = { "1", "256", "4000" };
    static const zkl_sequencer kept = { .cache_bytes = (size_t)512 << 20 };
    if (argc < 2) {
        fprintf(stderr, "bench_append FOLDER [SECONDS [WRITERS...]]\n");
        return 2;
    }
    const double seconds = argc > 2 ? strtod(argv[2], NULL) : 5;
    const char *const *counts = argc > 3 ? (const char *const *)argv + 3 : usual;
    const int count = argc > 3 ? argc - 3 : (int)ZKL_COUNT(usual);
    zkl_test t = { 0 };
    char path[4096];
    for (int kept_open = 1; kept_open >= 0; kept_open--) {
        zkl_env env = { 0 };
        bench b = { .env = &env };
        snprintf(path, sizeof path, "%s/%s", argv[1], kept_open ? "kept" : "opened");
        make(&t, &b, path, kept_open ? &kept : NULL);
        for (int i = 0; i < count; i++) {
            const size_t writers = strtoul(counts[i], NULL, 10);
            if (writers >= 1 && writers <= (kept_open ? WRITERS_MAX : OPENED_WRITERS_MAX))
                measure(&b, kept_open ? "kept" : "opened", writers, seconds);
        }
        zkl_ledger_close(b.ledger);
    }
    zkl_arena_clear(&t.arena);
    return 0;
}
