/* What a long log costs: an append, the last entry, a dataset, and the whole of it verified, from
 * its first entry and behind what was verified before.
 *
 *     bench_log FOLDER [ENTRIES...]            1,000, 30,000 and 1,000,000 usually
 *
 * A log that lies in FOLDER already is gone on with. 0 measures it as it is, but for verify-chain.
 *
 * The log grows by facts of 1 KB about one dataset, as bench_append writes them: signed each by the
 * ledger's key, indexed as all are, and put into the store in groups, without the checks of a
 * writer. That verify-chain takes them shows that they are what a writer would have put there. Then
 * some are appended as a service does, one after the other, and measured. "other" is a dataset that
 * nothing else is about. Processor times are of all threads. */
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench_timing.h"
#include "ledger/chain.h"
#include "ledger/ledger_internal.h"
#include "keys/sign_record.h"
#include "unit/ledger/facts_fixture.h"

#include <zkl/dataset.h>
#include <zkl/log.h>

#define GROUP 2000
#define APPENDS 50
#define SHOWN_MAX 100000 /* of more entries about one dataset all are not held in memory here */

typedef struct bench {
    zkl_env env;
    char folder[4096], state[4096];
    facts_subject subject;
    double start_ms, start_used;
} bench;

static void fail(const char *what, const zkl_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err->text);
    exit(1);
}

static double used_ms(int whose)
{
    struct rusage u;
    getrusage(whose, &u);
    return 1e3 * (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static void begin(bench *b)
{
    b->start_ms = bench_now_ms();
    b->start_used = used_ms(RUSAGE_SELF);
}

static void end(bench *b, uint64_t entries, const char *what, unsigned times)
{
    printf("%9llu entries  %-24s %10.3f ms of the processor  %10.3f ms\n",
           (unsigned long long)entries, what, (used_ms(RUSAGE_SELF) - b->start_used) / times,
           (bench_now_ms() - b->start_ms) / times);
    fflush(stdout);
}

static zkl_ledger *open_ledger(bench *b, const zkl_sequencer *sequencer)
{
    const zkl_ledger_options options = { .folder = b->folder,
                                         .state = b->state,
                                         .sequencer = sequencer };
    zkl_ledger *ledger = NULL;
    zkl_error err = { 0 };
    if (zkl_ledger_open(&ledger, &options, &b->env, &err) != ZKL_OK)
        fail("open the ledger", &err);
    return ledger;
}

/* One entry as a writer would place it, into the writer's batch. */
static zkl_status put_entry(zkl_ledger *writer, const zkl_entry *entry, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    const zkl_signer *const signers[] = { zkl_ledger_signer(writer) };
    zkl_digest leaf;
    uint64_t index;
    ZKL_TRY(zkl_entry_sign(&envelope, entry, signers, ZKL_COUNT(signers), err));
    zkl_rfc6962_leaf(&leaf, zkl_buffer_bytes(&envelope));
    ZKL_TRY(zkl_log_append_to_batch(&writer->log, &writer->batch, zkl_buffer_bytes(&envelope),
                                    &index, err));
    return zkl_ledger_put_indexes(&writer->batch, entry, index, &leaf, err);
}

static zkl_status put_group(bench *b, zkl_ledger *ledger, uint64_t count, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
    ZKL_TRY(zkl_ledger_writer(&writer, ledger, &b->env, err));
    const uint64_t size = zkl_log_size(&writer->log);
    for (uint64_t i = 0; i < count; i++) {
        facts_entry e;
        facts_fill(&e, ledger, &b->subject, size + i, 0, &b->env);
        ZKL_TRY(put_entry(writer, &e.entry, err));
    }
    return zkl_ledger_commit(writer, err);
}

static uint64_t size_of(bench *b)
{
    zkl_error err = { 0 };
    zkl_log_result log = { 0 };
    zkl_ledger *const ledger = open_ledger(b, NULL);
    if (zkl_log_list(&log, ledger, UINT64_MAX - 1, 0, &err) != ZKL_OK)
        fail("the log", &err);
    const uint64_t size = log.tree_size;
    zkl_arena_clear(&log.memory);
    zkl_ledger_close(ledger);
    return size;
}

static void grow(bench *b, uint64_t size)
{
    zkl_error err = { 0 };
    zkl_ledger *const ledger = open_ledger(b, NULL);
    for (uint64_t have = size_of(b); have < size;) {
        const uint64_t more = size - have < GROUP ? size - have : GROUP;
        if (put_group(b, ledger, more, &err) != ZKL_OK)
            fail("entries", &err);
        have += more;
    }
    zkl_ledger_close(ledger);
}

static void measure_appends(bench *b, uint64_t size)
{
    static const zkl_sequencer kept = { .cache_bytes = (size_t)512 << 20 };
    zkl_error err = { 0 };
    zkl_ledger *const ledger = open_ledger(b, &kept);
    const double own = used_ms(RUSAGE_THREAD);
    begin(b);
    for (uint64_t i = 0; i < APPENDS; i++)
        if (facts_append(NULL, ledger, &b->subject, UINT64_MAX - size, i, &b->env, &err) != ZKL_OK)
            fail("append", &err);
    /* The store merges its tables meanwhile, by threads of its own. */
    const double alone = (used_ms(RUSAGE_THREAD) - own) / APPENDS;
    end(b, size, "append", APPENDS);
    printf("%9llu entries  %-24s %10.3f ms of the processor\n", (unsigned long long)size,
           "append, its thread alone", alone);
    zkl_ledger_close(ledger);
}

static void measure_reading(bench *b, uint64_t size, const char *name, const char *what)
{
    zkl_error err = { 0 };
    zkl_show_result shown = { 0 };
    begin(b);
    zkl_ledger *const ledger = open_ledger(b, NULL);
    if (zkl_show(&shown, ledger, name, &err) != ZKL_OK)
        fail(name, &err);
    zkl_arena_clear(&shown.memory);
    zkl_ledger_close(ledger);
    end(b, size, what, 1);
}

static void measure_last(bench *b, uint64_t size)
{
    zkl_error err = { 0 };
    zkl_log_result log = { 0 };
    begin(b);
    zkl_ledger *const ledger = open_ledger(b, NULL);
    if (zkl_log_list(&log, ledger, size - 1, 0, &err) != ZKL_OK || !log.line_count)
        fail("the last entry", &err);
    zkl_arena_clear(&log.memory);
    zkl_ledger_close(ledger);
    end(b, size, "log --last 1", 1);
}

static void measure_chain(bench *b, uint64_t size, bool fresh, const char *what)
{
    zkl_error err = { 0 };
    zkl_verify_chain_result result;
    const zkl_verify_chain_request request = { .remember = true, .fresh = fresh };
    zkl_ledger *const ledger = open_ledger(b, NULL);
    begin(b);
    if (zkl_verify_chain(&result, ledger, &request, &b->env, &err) != ZKL_OK || !result.remembered)
        fail("verify-chain", &err);
    zkl_ledger_close(ledger);
    end(b, size, what, 1);
}

static void measure(bench *b, uint64_t asked)
{
    begin(b);
    if (asked)
        grow(b, asked);
    const uint64_t size = size_of(b);
    end(b, size, asked ? "put there" : "found", 1);
    measure_last(b, size);
    measure_reading(b, size, "other", "show other");
    measure_appends(b, size);
    if (asked) {
        measure_chain(b, size, true, "verify-chain");
        measure_appends(b, size);
        measure_chain(b, size, false, "verify-chain --remember");
    }
    if (size <= SHOWN_MAX)
        measure_reading(b, size, "d", "show, all about it");
}

/* What the facts are about, of a log that is there. */
static zkl_status find_subject(zkl_test *t, bench *b, zkl_ledger *handle, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) view = NULL;
    zkl_dataset_version found;
    zkl_entry entry;
    ZKL_TRY(zkl_ledger_view(&view, handle, &b->env, err));
    ZKL_TRY(zkl_ledger_find(view, &found, &t->arena, zkl_bytes_of_text("d"), 1, err));
    ZKL_TRY(zkl_ledger_entry_with(view, &entry, &t->arena, found.index, ZKL_FIELDS_DATA, err));
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(view), &b->subject.leaf, found.index, err));
    b->subject.about = (zkl_entry_data){ .name = entry.data.name,
                                         .version = 1,
                                         .manifest_sha256 = entry.data.manifest_sha256,
                                         .dataset = entry.data.dataset };
    return ZKL_OK;
}

static zkl_status make_or_find(zkl_test *t, bench *b, zkl_error *err)
{
    facts_subject other;
    const bool is_there = access(b->folder, F_OK) == 0;
    if (!is_there)
        ZKL_TRY(facts_make_folder(b->folder, b->state, &b->env, err));
    zkl_ledger *const ledger = open_ledger(b, NULL);
    zkl_status status = is_there ? find_subject(t, b, ledger, err)
                                 : facts_notarise_as(t, &b->subject, ledger, "d", 1, &b->env, err);
    if (status == ZKL_OK && !is_there)
        status = facts_notarise_as(t, &other, ledger, "other", 2, &b->env, err);
    zkl_ledger_close(ledger);
    return status;
}

int main(int argc, char **argv)
{
    static const char *const usual[] = { "1000", "30000", "1000000" };
    bench b = { 0 };
    zkl_test t = { 0 };
    zkl_error err = { 0 };
    if (argc < 2) {
        fprintf(stderr, "bench_log FOLDER [ENTRIES...]\n");
        return 2;
    }
    const char *const *sizes = argc > 2 ? (const char *const *)argv + 2 : usual;
    const int count = argc > 2 ? argc - 2 : (int)ZKL_COUNT(usual);
    snprintf(b.folder, sizeof b.folder, "%s/log", argv[1]);
    snprintf(b.state, sizeof b.state, "%s/state", argv[1]);
    if (zkl_pool_new(&b.env.pool, 0, &err) != ZKL_OK)
        fail("workers", &err);
    if (make_or_find(&t, &b, &err) != ZKL_OK)
        fail("a ledger", &err);
    for (int i = 0; i < count; i++)
        measure(&b, strtoull(sizes[i], NULL, 10));
    zkl_pool_free(b.env.pool);
    zkl_arena_clear(&t.arena);
    return 0;
}
