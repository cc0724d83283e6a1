/* Provenance entries: what they say is read back, and what says nothing or two things is
 * refused. */
#include "testing.h"

#include <string.h>

#include "record/entry.h"

/* An entry with everything, and what it borrows. */
typedef struct provenance_world {
    zkl_digest parents[3];
    zkl_entry_fact facts[2];
    zkl_entry_file made[2], used[2];
    zkl_entry_provenance said;
    zkl_entry entry;
} provenance_world;

static zkl_bytes text(const char *of)
{
    return zkl_bytes_of_text(of);
}

static void world_init(provenance_world *w)
{
    *w = (provenance_world){
        .parents = { { { 1 } }, { { 2 } }, { { 3 } } },
        .facts = { { text("commit"), text("3f2a") }, { text("sëed \"x\""), text("") } },
        .made = { { text("model.pkl"), { { 4 } } }, { text("model.pkl"), { { 5 } } } },
        .used = { { text("train.py"), { { 6 } } }, { text("env.lock"), { { 7 } } } },
    };
    w->said = (zkl_entry_provenance){ .operation = text("fit\n"),
                                      .unproven = text("all of it"),
                                      .facts = w->facts,
                                      .fact_count = 2,
                                      .made = w->made,
                                      .made_count = 2,
                                      .used = w->used,
                                      .used_count = 2 };
    w->entry = (zkl_entry){ .kind = ZKL_ENTRY_PROVENANCE,
                            .ledger = { { 9 } },
                            .time_ms = 1,
                            .parents = w->parents,
                            .parent_count = 3,
                            .data = { .name = text("train"),
                                      .version = 2,
                                      .manifest_sha256 = { { 10 } },
                                      .dataset = { { 11 } },
                                      .provenance = &w->said } };
}

/* "name=value,..." and so on, in one text that is easily compared. */
static const char *said_text(zkl_test *t, const zkl_entry_provenance *p)
{
    zkl_buffer out = { 0 };
    zkl_buffer_format(&out, "%.*s|%.*s|", (int)p->operation.size, (const char *)p->operation.data,
                      (int)p->unproven.size, (const char *)p->unproven.data);
    for (size_t i = 0; i < p->fact_count; i++)
        zkl_buffer_format(&out, "%.*s=%.*s,", (int)p->facts[i].name.size,
                          (const char *)p->facts[i].name.data, (int)p->facts[i].value.size,
                          (const char *)p->facts[i].value.data);
    for (size_t i = 0; i < p->made_count; i++)
        zkl_buffer_format(&out, "+%.*s:%u,", (int)p->made[i].name.size,
                          (const char *)p->made[i].name.data, p->made[i].sha256.bytes[0]);
    for (size_t i = 0; i < p->used_count; i++)
        zkl_buffer_format(&out, "-%.*s:%u,", (int)p->used[i].name.size,
                          (const char *)p->used[i].name.data, p->used[i].sha256.bytes[0]);
    CHECK(t, !out.failed);
    const char *made = zkl_arena_text(&t->arena, (const char *)out.data, out.size);
    zkl_buffer_clear(&out);
    CHECK(t, made != NULL);
    return made ? made : "";
}

static void test_provenance__is_read_as_it_was_written(zkl_test *t)
{
    provenance_world w;
    zkl_buffer payload = { 0 }, again = { 0 };
    zkl_error err = { 0 };
    zkl_entry got;
    world_init(&w);
    REQUIRE_OK(t, &err, zkl_entry_encode(&payload, &w.entry, &err));
    REQUIRE_OK(t, &err, zkl_entry_parse(&got, &t->arena, zkl_buffer_bytes(&payload), &err));
    REQUIRE(t, got.kind == ZKL_ENTRY_PROVENANCE && got.parent_count == 3);
    REQUIRE(t, zkl_entry_as_data(&got) && got.data.provenance);
    CHECK_TEXT_EQ(t, said_text(t, got.data.provenance),
                  "fit\n|all of it|commit=3f2a,s\xc3\xab"
                  "ed \"x\"=,+model.pkl:4,+model.pkl:5,-train.py:6,-env.lock:7,");
    CHECK(t, zkl_bytes_equal_text(got.data.name, "train") && got.data.version == 2);
    REQUIRE_OK(t, &err, zkl_entry_encode(&again, &got, &err));
    CHECK(t, zkl_bytes_equal(zkl_buffer_bytes(&payload), zkl_buffer_bytes(&again)));
    zkl_buffer_clear(&payload);
    zkl_buffer_clear(&again);
}

static void refuse(zkl_test *t, const provenance_world *w, zkl_status status, const char *words)
{
    zkl_buffer out = { 0 };
    zkl_error err = { 0 };
    CHECK_STATUS(t, status, zkl_entry_encode(&out, &w->entry, &err));
    if (!strstr(err.text, words))
        FAIL(t, "'%s' is not said, but '%s'", words, err.text);
    CHECK_UINT_EQ(t, out.size, 0);
}

#define REFUSED(status, words, ...)                                                                \
    do {                                                                                           \
        provenance_world w;                                                                        \
        world_init(&w);                                                                            \
        __VA_ARGS__;                                                                               \
        refuse(t, &w, status, words);                                                              \
    } while (0)

static void test_provenance__says_something_and_nothing_twice(zkl_test *t)
{
    static const zkl_entry_statement statement = { .t0 = { { 1 } } };
    static const uint8_t bad[] = { 0xff }, cut[] = { 'a', 0, 'b' };
    char *long_text = zkl_arena_alloc(&t->arena, ZKL_ENTRY_TEXT_BYTES_MAX + 1, 1);
    REQUIRE(t, long_text != NULL);
    memset(long_text, 'x', ZKL_ENTRY_TEXT_BYTES_MAX + 1);
    const zkl_bytes too_long = zkl_bytes_of(long_text, ZKL_ENTRY_TEXT_BYTES_MAX + 1);

    REFUSED(ZKL_BAD_INPUT, "says nothing", w.said = (zkl_entry_provenance){ 0 };
            w.entry.parent_count = 1);
    REFUSED(ZKL_BAD_INPUT, "says nothing", w.entry.data.provenance = NULL);
    /* What is not proven of nothing is nothing. */
    REFUSED(ZKL_BAD_INPUT, "says nothing",
            w.said = (zkl_entry_provenance){ .unproven = text("all") };
            w.entry.parent_count = 1);
    REFUSED(ZKL_BAD_INPUT, "0 parents", w.entry.parent_count = 0);
    REFUSED(ZKL_BAD_INPUT, "parent 2 is parent 0 again", w.parents[2] = w.parents[0]);
    REFUSED(ZKL_BAD_INPUT, "no statements", w.entry.data.statements = &statement;
            w.entry.data.statement_count = 1);
    REFUSED(ZKL_BAD_INPUT, "'commit' stands twice", w.facts[1].name = text("commit"));
    REFUSED(ZKL_BAD_INPUT, "fact 0", w.facts[0].name = text(""));
    REFUSED(ZKL_BAD_INPUT, "fact 1", w.facts[1].value = zkl_bytes_of(bad, 1));
    REFUSED(ZKL_BAD_INPUT, "fact 1", w.facts[1].value = zkl_bytes_of(cut, 3));
    REFUSED(ZKL_BAD_INPUT, "fact 0", w.facts[0].value = too_long);
    REFUSED(ZKL_BAD_INPUT, "is no text", w.said.operation = zkl_bytes_of(bad, 1));
    REFUSED(ZKL_BAD_INPUT, "is no text", w.said.unproven = too_long);
    REFUSED(ZKL_BAD_INPUT, "file 0 made has a bad name", w.made[0].name = text(""));
    REFUSED(ZKL_BAD_INPUT, "file 1 used has a bad name", w.used[1].name = text("/home/me/env"));
    REFUSED(ZKL_BAD_INPUT, "file 1 used has a bad name", w.used[1].name = zkl_bytes_of(cut, 3));
    REFUSED(ZKL_BAD_INPUT, "file 1 made is file 0 again", w.made[1].sha256 = w.made[0].sha256);
    REFUSED(ZKL_BAD_INPUT, "both used and made", w.used[1].sha256 = w.made[0].sha256);
    REFUSED(ZKL_LIMIT, "65 facts", w.said.fact_count = 65);
    REFUSED(ZKL_LIMIT, "65 files made", w.said.made_count = 65);
    REFUSED(ZKL_LIMIT, "65 files used", w.said.used_count = 65);
    REFUSED(ZKL_BAD_INPUT, "NAME@VERSION", w.entry.data.version = 0);
}

/* The smallest that each part alone can make. */
static void test_provenance__any_part_is_enough(zkl_test *t)
{
    for (int part = 0; part < 5; part++) {
        provenance_world w;
        zkl_buffer out = { 0 };
        zkl_error err = { 0 };
        world_init(&w);
        const zkl_entry_provenance all = w.said;
        w.said = (zkl_entry_provenance){ 0 };
        w.entry.parent_count = part == 0 ? 2 : 1;
        w.said.operation = part == 1 ? all.operation : w.said.operation;
        w.said.facts = all.facts;
        w.said.fact_count = part == 2;
        w.said.made = all.made;
        w.said.made_count = part == 3;
        w.said.used = all.used;
        w.said.used_count = part == 4;
        CHECK_STATUS(t, ZKL_OK, zkl_entry_encode(&out, &w.entry, &err));
        zkl_buffer_clear(&out);
    }
}

/* Members that are missing, of another form, or not known are refused, as everywhere. */
static void test_provenance__refuses_other_forms(zkl_test *t)
{
    static const char *const changes[][2] = {
        { "\"operation\":\"fit\\n\",", "" },
        { "\"operation\":\"fit\\n\"", "\"operation\":1" },
        { "\"unproven\":\"all of it\",", "" },
        { "\"facts\":[", "\"facts\":[1," },
        { "\"facts\":[{", "\"facts\":[{\"a\":1," },
        { "\"made\":[{\"name\":\"model.pkl\",", "\"made\":[{" },
        { "\"made\":[{\"name\"", "\"made\":[{\"bytes\":1,\"name\"" },
        { "\"sha256\":\"04", "\"sha256\":\"0A" },
        { "\"used\":[", "\"used\":[null," },
        { "\"time\":", "\"statements\":[],\"time\":" },
        { "provenance:v1", "prove:v1" },
    };
    provenance_world w;
    zkl_buffer payload = { 0 };
    zkl_error err = { 0 };
    world_init(&w);
    REQUIRE_OK(t, &err, zkl_entry_encode(&payload, &w.entry, &err));
    zkl_buffer_put_u8(&payload, 0);
    REQUIRE(t, !payload.failed);
    const char *whole = (const char *)payload.data;
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        zkl_entry e;
        const char *at = strstr(whole, changes[i][0]);
        REQUIRE(t, at != NULL);
        const char *changed = zkl_arena_format(&t->arena, "%.*s%s%s", (int)(at - whole), whole,
                                               changes[i][1], at + strlen(changes[i][0]));
        REQUIRE(t, changed != NULL);
        if (zkl_entry_parse(&e, &t->arena, zkl_bytes_of_text(changed), NULL) != ZKL_BAD_INPUT)
            FAIL(t, "'%s' for '%s' is not refused", changes[i][1], changes[i][0]);
    }
    for (size_t size = 0; size < payload.size - 1; size++) {
        zkl_entry e;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_entry_parse(&e, &t->arena, zkl_bytes_of(whole, size), NULL));
    }
    zkl_buffer_clear(&payload);
}

ZKL_TESTS(TEST(test_provenance__is_read_as_it_was_written),
          TEST(test_provenance__says_something_and_nothing_twice),
          TEST(test_provenance__any_part_is_enough), TEST(test_provenance__refuses_other_forms))
