/* A thousand calls over one open ledger, in one process: memory, descriptors, threads and mappings
 * are afterwards what they were. Calls that succeed, that fail before and in the middle of their
 * work, and that write.
 *
 * What is counted is what malloc has handed out and not got back (mallinfo2), so a leak of some
 * bytes a call is seen; pages that the allocator keeps for later are not. The store's own caches
 * fill at first and stay: hence the calls before the first count. */
#include <dirent.h>
#include <malloc.h>
#include <stdio.h>

#include <zkl/call.h>

#include "unit/service/service_testing.h"

/* Passes over all calls, so that what is counted is counted behind the same call. The store's
 * caches fill during the first ones, and take some more in about every second; a leak takes some in
 * every pass. */
#define WARM_UP 10
#define PASSES 46
#define GROWN_MOST (PASSES * 7 / 8)
#define WRITES 5

typedef struct process_size {
    size_t bytes; /* handed out by malloc */
    size_t descriptors, threads, mappings;
} process_size;

static size_t count_entries(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    ZKL_ASSERT(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* Without the store's own files: it has more of them the more was written, up to its limit. */
static size_t count_descriptors(void)
{
    static const char folder[] = "/proc/self/fd";
    size_t count = 0;
    DIR *entries = opendir(folder);
    ZKL_ASSERT(entries);
    for (const struct dirent *e; (e = readdir(entries));) {
        char target[4096] = "";
        count += readlinkat(dirfd(entries), e->d_name, target, sizeof target - 1) > 0 &&
                 !strstr(target, "/store/");
    }
    closedir(entries);
    return count;
}

static size_t count_lines(const char *path)
{
    size_t count = 0;
    FILE *file = fopen(path, "r");
    ZKL_ASSERT(file);
    for (int c; (c = getc(file)) != EOF;)
        count += c == '\n';
    fclose(file);
    return count;
}

static process_size measure(void)
{
    const struct mallinfo2 info = mallinfo2();
    return (process_size){ .bytes = info.uordblks + info.hblkhd,
                           .descriptors = count_descriptors(),
                           .threads = count_entries("/proc/self/task"),
                           .mappings = count_lines("/proc/self/maps") };
}

typedef struct leak_call {
    const char *operation;
    const char *request; /* $T: the table, $F: a folder to write into */
    zkl_status want;
} leak_call;

/* Every kind of ending: an answer, a refusal of the request, of the data, of what is not there. */
static const leak_call calls[] = {
    { "show", "{\"reference\":\"people\"}", ZKL_OK },
    { "show", "{\"reference\":\"people@9\"}", ZKL_NOT_FOUND },
    { "datasets", "{}", ZKL_OK },
    { "log", "{}", ZKL_OK },
    { "status", "{}", ZKL_OK },
    { "status", "{\"full\":true}", ZKL_OK },
    { "diff", "{\"from\":\"people@1\",\"to\":\"people\"}", ZKL_OK },
    { "verify", "{\"reference\":\"people\"}", ZKL_OK },
    { "verify", "{\"receipt\":\"AAAA\"}", ZKL_BAD_INPUT },
    { "verify", "{\"reference\":\"people\",\"data\":[\"$T\"]}", ZKL_OK },
    { "export",
      "{\"reference\":\"people\",\"format\":\"receipt\",\"output\":\"$F/"
      "out.zkl\",\"force\":true}",
      ZKL_OK },
    { "keys-show", "{}", ZKL_OK },
    { "lineage", "{\"reference\":\"people\"}", ZKL_OK },
    { "spool_list", "{}", ZKL_OK },
    { "config", "{}", ZKL_OK },
    { "notarize", "{\"name\":\"people\",\"files\":[\"$T\"],\"dry_run\":true}", ZKL_OK },
    { "notarize", "{\"name\":\"people\",\"files\":[\"$T\"],\"if_changed\":true}", ZKL_OK },
    { "notarize", "{\"name\":\"people\",\"files\":[\"$F/none.csv\"]}", ZKL_NOT_FOUND },
    { "notarize", "{\"name\":\"people\",\"files\":[\"$T\"],\"claims\":[\"range(age, 0, 45)\"]}",
      ZKL_REJECTED },
    { "prove", "{\"reference\":\"people\",\"claims\":[\"sum(none)\"],\"data\":[\"$T\"]}",
      ZKL_NOT_FOUND },
    { "nothing", "{}", ZKL_NOT_FOUND },
    { "show", "{", ZKL_BAD_INPUT },
};

static void make_call(zkl_test *t, zkl_ledger *ledger, const service_world *world,
                      const leak_call *call, const zkl_env *env)
{
    ZKL_AUTO_CLEAR(zkl_buffer) request = { 0 };
    zkl_call_result out;
    zkl_error err = { 0 };
    for (const char *c = call->request; *c; c++)
        if (*c != '$')
            zkl_buffer_put_u8(&request, (uint8_t)*c);
        else
            zkl_buffer_put_text(&request, *++c == 'T' ? world->table : test_folder(t));
    const zkl_status status =
        zkl_call(&out, ledger, call->operation, zkl_buffer_bytes(&request), env, &err);
    if (status != call->want)
        fprintf(stderr, "%s %s: %d %s\n", call->operation, call->request, (int)status, err.text);
    CHECK(t, status == call->want);
    zkl_arena_clear(&out.memory);
}

static void check_system(zkl_test *t, const process_size *before, const process_size *after)
{
    CHECK_UINT_EQ(t, after->descriptors, before->descriptors);
    CHECK_UINT_EQ(t, after->threads, before->threads);
    CHECK(t, after->mappings <= before->mappings + 2); /* malloc may grow its heap once */
}

static void test_zkl_call__leaks_nothing(zkl_test *t)
{
    zkl_test source;
    zkl_error err = { 0 };
    service_world world;
    zkl_ledger *ledger = NULL;
    const zkl_env env = service_env(t, &source, 7);
    CHECK_STATUS(t, ZKL_OK, service_world_make(t, &world, &env, &err));
    CHECK_STATUS(t, ZKL_OK, zkl_ledger_open(&ledger, &world.options, &env, &err));
    const leak_call notarise = { "notarize", "{\"name\":\"people\",\"files\":[\"$T\"]}", ZKL_OK };
    make_call(t, ledger, &world, &notarise, &env);
    for (size_t i = 0; i < WARM_UP * ZKL_COUNT(calls); i++)
        make_call(t, ledger, &world, &calls[i % ZKL_COUNT(calls)], &env);
    const process_size before = measure();
    process_size after = before;
    size_t grown = 0;
    for (size_t pass = 0; pass < PASSES; pass++) {
        const size_t had = after.bytes;
        for (size_t i = 0; i < ZKL_COUNT(calls); i++)
            make_call(t, ledger, &world, &calls[i], &env);
        after = measure();
        grown += after.bytes > had;
    }
    if (grown > GROWN_MOST)
        fprintf(stderr, "bytes %zu -> %zu\n", before.bytes, after.bytes);
    CHECK_UINT_EQ(t, grown > GROWN_MOST ? grown : 0, 0);
    check_system(t, &before, &after);
    /* Writing fills the store's own tables until it writes them out, so its bytes are not
     * counted. */
    process_size written = { 0 };
    for (size_t i = 0; i <= WRITES; i++) {
        const leak_call call = {
            .operation = "notarize",
            .request = zkl_arena_format(&t->arena, "{\"name\":\"w%zu\",\"files\":[\"$T\"]}", i),
            .want = ZKL_OK,
        };
        make_call(t, ledger, &world, &call, &env);
        if (i == 0)
            written = measure(); /* from the first on the store is open for writing */
    }
    const process_size at_end = measure();
    check_system(t, &written, &at_end);
    zkl_ledger_close(ledger);
}

ZKL_TESTS(TEST(test_zkl_call__leaks_nothing))
