/* An audit log's files against its ledger: what is taken, and that nothing else is. */
#include "service_testing.h"

#include <stdio.h>

#include "segment/segment.h"
#include "service/segments.h"

#define DAY_MS INT64_C(86400000)
#define BEGIN_MS INT64_C(1700000000000)
#define CLOSED 3 /* segments of class access that are logged */

typedef struct world {
    zkl_test *t;
    service_world service;
    zkl_ledger *ledger;
    const char *folder;
    zkl_env env;
    service_segment access[CLOSED + 1]; /* the last one is open */
} world;

static const char *path_of(world *w, zkl_segment_class class, uint64_t number)
{
    char name[ZKL_SEGMENT_NAME_CHARS];
    zkl_segment_name(name, class, number);
    return service_path(w->t, w->folder, name);
}

/* count lines behind a segment, NULL: the first, as a file. */
static void write_segment(world *w, zkl_entry_segment *out, const zkl_entry_segment *before,
                          size_t count)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_segment s;
    zkl_error err = { 0 };
    const uint64_t number = before ? before->number + 1 : 0;
    const zkl_digest none = { { 0 } };
    zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, number, before ? &before->root : &none,
                      before ? before->ends_ms : 0);
    for (size_t i = 0; i < count; i++) {
        const zkl_event e = { .kind = i % 2 ? ZKL_EVENT_JOB_CREATED : ZKL_EVENT_ACCESS_GRANTED,
                              .time_ms = BEGIN_MS + (int64_t)number * 1000 + (int64_t)i,
                              .action = "showDataset",
                              .actor = i % 2 ? "b" : "a",
                              .org = "default",
                              .address = "192.0.2.7",
                              .request = "1",
                              .resource = "datasets/x",
                              .role = "viewer" };
        REQUIRE_OK(w->t, &err, zkl_segment_put(&s, &file, &e, &err));
    }
    zkl_segment_close(out, &s);
    REQUIRE_OK(w->t, &err,
               zkl_file_write(path_of(w, ZKL_SEGMENT_ACCESS, number), zkl_buffer_bytes(&file), 0600,
                              &err));
}

static zkl_status log_it(world *w, zkl_digest *receipt, const zkl_entry_segment *s,
                         const zkl_digest *parent)
{
    return service_segment_log(receipt, w->ledger, s, parent, &w->env, NULL);
}

/* One for all tests, which leave the files as they were: a ledger takes a second to make. */
static void make_world(world *w, zkl_test *t)
{
    static char folder[4096];
    zkl_error err = { 0 };
    *w = (world){ .t = t, .folder = folder, .env = { .wait_ms = 1000 } };
    REQUIRE_OK(t, &err, service_world_make(t, &w->service, &w->env, &err));
    REQUIRE_OK(t, &err, service_open_world(&w->ledger, &w->service, &w->env, &err));
    snprintf(folder, sizeof folder, "%s/audit", test_folder(t));
    REQUIRE_OK(t, &err, zkl_folder_make(w->folder, 0700, &err));
    for (size_t i = 0; i <= CLOSED; i++) {
        service_segment *const s = &w->access[i], *const before = i ? s - 1 : NULL;
        write_segment(w, &s->closed, before ? &before->closed : NULL, 4);
        if (i < CLOSED)
            REQUIRE(t, log_it(w, &s->receipt_id, &s->closed, before ? &before->receipt_id : NULL) ==
                           ZKL_OK);
    }
}

static world *get_world(zkl_test *t)
{
    static world shared;
    if (!shared.t)
        make_world(&shared, t);
    shared.t = t;
    return &shared;
}

static zkl_status verify(world *w, zkl_verify_segments_result *out, zkl_error *err)
{
    return zkl_verify_segments(out, w->ledger, w->folder, &w->env, err);
}

static void check_rejected(world *w, const char *what)
{
    zkl_verify_segments_result got = { 0 };
    zkl_error err = { 0 };
    CHECK_STATUS(w->t, ZKL_REJECTED, verify(w, &got, &err));
    if (!strstr(err.text, what))
        printf("# '%s' is not in '%s'\n", what, err.text);
    CHECK(w->t, strstr(err.text, what));
    zkl_arena_clear(&got.memory);
}

static void check_whole(world *w)
{
    zkl_verify_segments_result got = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(w->t, &err, verify(w, &got, &err));
    CHECK(w->t, got.segment_count == CLOSED && got.line_count == 4 * CLOSED);
    CHECK(w->t, got.open_count == 1 && got.open_line_count == 4 && !got.deletion_count);
    zkl_arena_clear(&got.memory);
}

/* A file as it is, and back. */
static void read_file(world *w, zkl_buffer *out, uint64_t number)
{
    zkl_error err = { 0 };
    REQUIRE_OK(w->t, &err,
               zkl_file_read(out, path_of(w, ZKL_SEGMENT_ACCESS, number), 1 << 20, &err));
}

static void write_file(world *w, zkl_bytes bytes, uint64_t number)
{
    FILE *const file = fopen(path_of(w, ZKL_SEGMENT_ACCESS, number), "w");
    REQUIRE(w->t, file && fwrite(bytes.data, 1, bytes.size, file) == bytes.size);
    REQUIRE(w->t, fclose(file) == 0);
}

/* ---- The ledger */

static void test_segments__are_entries_in_their_order(zkl_test *t)
{
    world *const w = get_world(t);
    const service_segment *const last = &w->access[CLOSED - 1];
    zkl_digest receipt;
    /* again: it is there */
    CHECK(t, log_it(w, &receipt, &last->closed, &w->access[CLOSED - 2].receipt_id) == ZKL_OK);
    CHECK(t, zkl_digest_equal(&receipt, &last->receipt_id));
    /* another history of one number */
    zkl_entry_segment s = last->closed;
    s.root.bytes[0] ^= 1;
    CHECK_STATUS(t, ZKL_CONFLICT, log_it(w, &receipt, &s, &w->access[CLOSED - 2].receipt_id));
    /* a gap, another one before, another class before, and none */
    s = w->access[CLOSED].closed;
    s.number++;
    CHECK_STATUS(t, ZKL_CONFLICT, log_it(w, &receipt, &s, &last->receipt_id));
    s = w->access[CLOSED].closed;
    CHECK_STATUS(t, ZKL_CONFLICT, log_it(w, &receipt, &s, &w->access[0].receipt_id));
    s.previous.bytes[0] ^= 1;
    CHECK_STATUS(t, ZKL_CONFLICT, log_it(w, &receipt, &s, &last->receipt_id));
    s = w->access[CLOSED].closed;
    s.of = ZKL_SEGMENT_USAGE;
    CHECK_STATUS(t, ZKL_CONFLICT, log_it(w, &receipt, &s, &last->receipt_id));
    CHECK_STATUS(t, ZKL_BAD_INPUT, log_it(w, &receipt, &w->access[CLOSED].closed, NULL));
    CHECK_STATUS(t, ZKL_CONFLICT,
                 log_it(w, &receipt, &w->access[CLOSED].closed, &(zkl_digest){ { 1 } }));
    /* the log holds, with its indexes */
    zkl_verify_chain_result chain;
    zkl_error err = { 0 };
    REQUIRE_OK(
        t, &err,
        zkl_verify_chain(&chain, w->ledger, &(zkl_verify_chain_request){ 0 }, &w->env, &err));
}

/* ---- The files */

static void test_verify_segments__takes_what_was_written(zkl_test *t)
{
    world *const w = get_world(t);
    zkl_verify_segments_result got = { 0 };
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    check_whole(w);
    /* one that is being written */
    read_file(w, &file, CLOSED);
    write_file(w, zkl_bytes_of(file.data, file.size - 5), CLOSED);
    REQUIRE_OK(t, &err, verify(w, &got, &err));
    CHECK(t, got.open_count == 1 && got.open_line_count == 3 && got.cut_bytes > 0);
    zkl_arena_clear(&got.memory);
    write_file(w, zkl_buffer_bytes(&file), CLOSED);
}

static void test_verify_segments__refuses_every_change(zkl_test *t)
{
    world *const w = get_world(t);
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_verify_segments_result got = { 0 };
    read_file(w, &file, 1);
    for (size_t i = 0; i < file.size; i += 37) {
        file.data[i] ^= 1;
        write_file(w, zkl_buffer_bytes(&file), 1);
        CHECK_STATUS(t, ZKL_REJECTED, verify(w, &got, NULL));
        zkl_arena_clear(&got.memory);
        file.data[i] ^= 1;
    }
    /* cut: in a line, at a line, to nothing */
    const uint8_t *const end = memchr(file.data, '\n', file.size);
    REQUIRE(t, end);
    const size_t line = (size_t)(end - file.data) + 1;
    write_file(w, zkl_bytes_of(file.data, file.size - 1), 1);
    check_rejected(w, "'access-00000001.ndjson': line 4 is cut off");
    write_file(w, zkl_bytes_of(file.data, line), 1);
    check_rejected(w, "it has 1 lines, and had 4");
    write_file(w, zkl_bytes_of(file.data, 0), 1);
    check_rejected(w, "it is empty");
    /* a line more, as nobody else could write it */
    zkl_buffer_put(&file, file.data, line);
    write_file(w, zkl_buffer_bytes(&file), 1);
    check_rejected(w, "line 5: it does not follow");
    write_file(w, zkl_bytes_of(file.data, file.size - line), 1);
    check_whole(w);
}

/* A whole segment that another history would have in that place: each line follows. */
static void test_verify_segments__refuses_another_history(zkl_test *t)
{
    world *const w = get_world(t);
    zkl_entry_segment other;
    write_segment(w, &other, &w->access[0].closed, 5);
    check_rejected(w, "it has 5 lines, and had 4");
    write_segment(w, &other, &w->access[0].closed, 4);
    check_whole(w);
}

static void test_verify_segments__refuses_what_is_missing_or_moved(zkl_test *t)
{
    world *const w = get_world(t);
    const char *one, *two, *open;
    one = path_of(w, ZKL_SEGMENT_ACCESS, 1);
    two = path_of(w, ZKL_SEGMENT_ACCESS, 2);
    open = path_of(w, ZKL_SEGMENT_ACCESS, CLOSED);
    const char *const aside = service_path(t, test_folder(t), "aside");
    REQUIRE(t, rename(one, aside) == 0);
    check_rejected(w, "'access-00000001.ndjson': it is missing");
    REQUIRE(t, rename(two, one) == 0 && rename(aside, two) == 0);
    check_rejected(w, "it does not follow");
    REQUIRE(t, rename(one, aside) == 0 && rename(two, one) == 0 && rename(aside, two) == 0);
    check_whole(w);
    /* behind what is logged there is no gap, and nothing that does not follow */
    REQUIRE(t, rename(open, path_of(w, ZKL_SEGMENT_ACCESS, CLOSED + 1)) == 0);
    check_rejected(w, "segment 3 before it is missing");
    REQUIRE(t, rename(path_of(w, ZKL_SEGMENT_ACCESS, CLOSED + 1), open) == 0);
    zkl_entry_segment other;
    zkl_entry_segment wrong = w->access[CLOSED - 1].closed;
    wrong.root.bytes[3] ^= 1;
    write_segment(w, &other, &wrong, 1);
    check_rejected(w, "it does not follow");
    write_segment(w, &other, &w->access[CLOSED - 1].closed, 4);
    /* what is no segment, and one of a class that the ledger has nothing of */
    const char *const more = service_path(t, w->folder, "notes.txt");
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_file_write(more, zkl_bytes_of_text("x"), 0600, &err));
    check_rejected(w, "is no segment");
    REQUIRE(t, unlink(more) == 0);
    const char *const debug = path_of(w, ZKL_SEGMENT_DEBUG, 0);
    REQUIRE_OK(t, &err, zkl_file_write(debug, zkl_bytes_of_text("x\n"), 0600, &err));
    check_rejected(w, "'debug-00000000.ndjson': line 1");
    REQUIRE(t, unlink(debug) == 0 && symlink(open, debug) == 0); /* no link is followed */
    zkl_verify_segments_result got = { 0 };
    CHECK(t, verify(w, &got, NULL) != ZKL_OK);
    zkl_arena_clear(&got.memory);
    REQUIRE(t, unlink(debug) == 0);
    check_whole(w);
}

static void test_verify_segments__says_which_rule_deleted(zkl_test *t)
{
    world *const w = get_world(t);
    zkl_digest receipt;
    zkl_verify_segments_result got = { 0 };
    zkl_error err = { 0 };
    zkl_entry_segment gone = w->access[0].closed;
    gone.deletion_days = 365;
    gone.deleted_ms = gone.ends_ms + 365 * DAY_MS - 1;
    CHECK_STATUS(t, ZKL_BAD_INPUT, log_it(w, &receipt, &gone, &w->access[0].receipt_id));
    gone.deleted_ms++;
    CHECK_STATUS(t, ZKL_CONFLICT, log_it(w, &receipt, &gone, &w->access[1].receipt_id));
    gone.count++;
    CHECK_STATUS(t, ZKL_CONFLICT, log_it(w, &receipt, &gone, &w->access[0].receipt_id));
    gone.count--;
    REQUIRE(t, log_it(w, &receipt, &gone, &w->access[0].receipt_id) == ZKL_OK);
    REQUIRE_OK(t, &err, verify(w, &got, &err)); /* the service was killed before it was removed */
    CHECK(t, got.left_count == 1 && got.segment_count == CLOSED - 1);
    zkl_arena_clear(&got.memory);
    REQUIRE(t, unlink(path_of(w, ZKL_SEGMENT_ACCESS, 0)) == 0);
    REQUIRE_OK(t, &err, verify(w, &got, &err));
    REQUIRE(t, got.deletion_count == 1 && !got.left_count);
    CHECK_TEXT_EQ(t, got.deletions[0].name, "access-00000000.ndjson");
    CHECK_TEXT_EQ(t, got.deletions[0].class_name, "access");
    CHECK_UINT_EQ(t, got.deletions[0].days, 365);
    CHECK_TEXT_EQ(t, got.deletions[0].time, "2024-11-13T22:13:20.003Z");
    zkl_arena_clear(&got.memory);
    /* nobody deletes one that was deleted as the one before */
    REQUIRE(t, unlink(path_of(w, ZKL_SEGMENT_ACCESS, 1)) == 0);
    check_rejected(w, "'access-00000001.ndjson': it is missing");
    zkl_ledger_close(w->ledger); /* the last test */
}

/* ---- Reading */

static zkl_status read_events(world *w, zkl_events_result *out, zkl_events_request request,
                              zkl_error *err)
{
    request.folder = w->folder;
    return zkl_events_read(out, &request, &w->env, err);
}

static size_t count_events(world *w, zkl_events_request request)
{
    zkl_events_result got = { 0 };
    zkl_error err = { 0 };
    CHECK_STATUS(w->t, ZKL_OK, read_events(w, &got, request, &err));
    const size_t count = got.event_count;
    zkl_arena_clear(&got.memory);
    return count;
}

static void test_events__are_found_by_what_they_are_of(zkl_test *t)
{
    world *const w = get_world(t);
    const size_t all = 4 * (CLOSED + 1);
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ 0 }), all);
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ .actor = "a" }), all / 2);
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ .actor = "c" }), 0);
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ .action = "showDataset" }), all);
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ .outcome = "blocked" }), 0);
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ .org = "other" }), 0);
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ .event = "JOB_CREATED" }), all / 2);
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ .class_name = "usage" }), 0);
    /* the second segment begins at 22:13:21 */
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ .since = "2023-11-14T22:13:21Z" }),
                  all - 4);
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ .until = "2023-11-14T22:13:21.001Z" }),
                  6);
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ .since = "2023-11-15" }), 0);
    CHECK_UINT_EQ(t, count_events(w, (zkl_events_request){ .until = "2023-11-14" }), all);
    static const zkl_events_request bad[] = {
        { .since = "yesterday" }, { .outcome = "good" },   { .class_name = "all" },
        { .event = "EVENT" },     { .after = "1-2-3" },    { .after = "1-0-0-0x" },
        { .limit = 10001 },       { .after = "01-0-0-0" },
    };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        zkl_events_result got = { 0 };
        CHECK_STATUS(t, ZKL_USAGE, read_events(w, &got, bad[i], NULL));
        zkl_arena_clear(&got.memory);
    }
}

/* In pages of any size nothing is left out, and nothing comes twice. */
static void test_events__come_in_pages(zkl_test *t)
{
    world *const w = get_world(t);
    for (uint64_t limit = 1; limit < 18; limit += 3) {
        uint64_t seen = 0;
        const char *after = NULL;
        do {
            zkl_events_result got = { 0 };
            zkl_error err = { 0 };
            REQUIRE_OK(
                t, &err,
                read_events(w, &got, (zkl_events_request){ .limit = limit, .after = after }, &err));
            REQUIRE(t, got.event_count && got.event_count <= limit);
            for (size_t i = 0; i < got.event_count; i++, seen++)
                CHECK(t, got.events[i].segment == seen / 4 && got.events[i].line == seen % 4);
            after = got.next ? zkl_arena_text(&t->arena, got.next, strlen(got.next)) : NULL;
            zkl_arena_clear(&got.memory);
        } while (after);
        CHECK_UINT_EQ(t, seen, 4 * (CLOSED + 1));
    }
}

ZKL_TESTS(TEST(test_segments__are_entries_in_their_order),
          TEST(test_verify_segments__takes_what_was_written),
          TEST(test_verify_segments__refuses_every_change),
          TEST(test_verify_segments__refuses_another_history),
          TEST(test_verify_segments__refuses_what_is_missing_or_moved),
          TEST(test_events__are_found_by_what_they_are_of), TEST(test_events__come_in_pages),
          TEST(test_verify_segments__says_which_rule_deleted))
