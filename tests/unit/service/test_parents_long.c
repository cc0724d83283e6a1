/* A proof that rests on several notarisations, signed by whoever writes the ledger: real datasets,
 * real proofs, parents that do not fit. */
#include "ledger/change.h"
#include "ledger/entry_export.h"
#include "service_testing.h"

typedef struct parents_world {
    service_world world;
    zkl_env env;
    zkl_test source;
    zkl_ledger *ledger, *view;
    zkl_loaded_content people, others;
    /* A `prove` entry about people that says again what its notarisation says in one statement. */
    zkl_entry entry;
    zkl_digest parents[2];
    const zkl_entry *notarised[2];
    zkl_bytes manifests[2];
    zkl_receipt_statement statements[16];
    zkl_receipt_key keys[8];
    zkl_content content;
} parents_world;

/* "people" with its claim, and two of its columns as "others". */
static zkl_status notarise_both(parents_world *w, zkl_error *err)
{
    static const char *const claims[] = { "range(id, 0, 100)" };
    static const char *const columns[] = { "id" };
    zkl_notarize_result result = { 0 };
    zkl_notarize_request request = service_request(&w->world, true);
    zkl_status status = zkl_notarize(&result, w->ledger, &request, &w->env, err);
    zkl_arena_clear(&result.memory);
    ZKL_TRY(status);
    request.name = "others";
    request.claims = claims;
    request.columns = columns;
    request.column_count = 1;
    status = zkl_notarize(&result, w->ledger, &request, &w->env, err);
    zkl_arena_clear(&result.memory);
    return status;
}

static void put_key(parents_world *w, zkl_bytes circuit, const zkl_content *from)
{
    for (size_t i = 0; i < w->content.key_count; i++)
        if (zkl_bytes_equal(w->keys[i].circuit, circuit))
            return;
    for (size_t i = 0; i < from->key_count; i++)
        if (zkl_bytes_equal(from->keys[i].circuit, circuit))
            w->keys[w->content.key_count++] = from->keys[i];
}

/* All statements of a content, and the keys that they are the first to use. */
static void put_statements(parents_world *w, const zkl_content *from)
{
    for (size_t i = 0; i < from->statement_count; i++) {
        w->statements[w->content.statement_count++] = from->statements[i];
        put_key(w, zkl_bytes_of_text(from->entry->data.statements[i].circuit), from);
    }
}

static zkl_status make_world(zkl_test *t, parents_world *w, zkl_error *err)
{
    zkl_dataset_version people, others;
    w->env = service_env(t, &w->source, 77);
    ZKL_TRY(service_world_make(t, &w->world, &w->env, err));
    ZKL_TRY(service_open_world(&w->ledger, &w->world, &w->env, err));
    ZKL_TRY(notarise_both(w, err));
    ZKL_TRY(zkl_ledger_view(&w->view, w->ledger, &w->env, err));
    ZKL_TRY(zkl_ledger_find(w->view, &people, &t->arena, zkl_bytes_of_text("people"), 0, err));
    ZKL_TRY(zkl_ledger_find(w->view, &others, &t->arena, zkl_bytes_of_text("others"), 0, err));
    ZKL_TRY(zkl_ledger_load_content(w->view, &w->people, &t->arena, people.index, err));
    ZKL_TRY(zkl_ledger_load_content(w->view, &w->others, &t->arena, others.index, err));
    const zkl_entry *notarised = w->people.content.entry;
    const size_t last = notarised->data.statement_count - 1;
    w->parents[0] = w->people.leaf;
    w->parents[1] = w->others.leaf;
    w->entry = *notarised;
    w->entry.kind = ZKL_ENTRY_PROVE;
    w->entry.parents = w->parents;
    w->entry.parent_count = 1;
    w->entry.data.statements = &notarised->data.statements[last];
    w->entry.data.statement_count = 1;
    w->notarised[0] = notarised;
    w->notarised[1] = w->others.content.entry;
    w->manifests[0] = w->people.content.manifests[0];
    w->manifests[1] = w->others.content.manifests[0];
    w->content = (zkl_content){ .entry = &w->entry,
                                .notarised = w->notarised,
                                .notarised_count = 1,
                                .manifests = w->manifests,
                                .manifest_count = 1,
                                .powers = w->people.content.powers,
                                .keys = w->keys,
                                .statements = w->statements };
    w->statements[w->content.statement_count++] = w->people.content.statements[last];
    put_key(w, zkl_bytes_of_text(notarised->data.statements[last].circuit), &w->people.content);
    put_statements(w, &w->people.content);
    return ZKL_OK;
}

static zkl_status judge(zkl_test *t, const parents_world *w, zkl_error *err)
{
    zkl_verified verified;
    const zkl_content_pins pins = { zkl_ledger_own_id(w->ledger),
                                    zkl_ledger_powers_hash(w->ledger) };
    *err = (zkl_error){ 0 };
    return zkl_content_verify(&verified, &t->arena, &w->content, &pins, &w->env, err);
}

#define REFUSED(check_, text_)                                                                     \
    do {                                                                                           \
        CHECK_STATUS(t, ZKL_REJECTED, judge(t, &w, &err));                                         \
        CHECK(t, err.check == (check_));                                                           \
        if (!strstr(err.text, text_))                                                              \
            FAIL(t, "says '%s', not '%s'", err.text, text_);                                       \
    } while (0)

static void test_parents__each_is_spoken_of_and_shown(zkl_test *t)
{
    static parents_world w;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    REQUIRE_OK(t, &err, judge(t, &w, &err));

    w.entry.parent_count = 2;
    REFUSED(ZKL_CHECK_ENTRY, "the proof has 2 parents, and 1 are here");
    w.content.notarised_count = 2;
    REFUSED(ZKL_CHECK_MANIFEST, "there are 1 manifests, where 2 belong");
    w.content.manifest_count = 2;
    REFUSED(ZKL_CHECK_PROOF, "statements are here");
    put_statements(&w, &w.others.content);
    REFUSED(ZKL_CHECK_PROOF, "no claim of the entry speaks of parent 1");

    /* the first parent is the entry's own */
    w.notarised[0] = w.others.content.entry;
    w.notarised[1] = w.people.content.entry;
    REFUSED(ZKL_CHECK_ENTRY, "the notarisation that this proof is about is not here");
    /* one dataset under two names would be two */
    w.notarised[0] = w.notarised[1] = w.people.content.entry;
    w.manifests[1] = w.manifests[0];
    REFUSED(ZKL_CHECK_MANIFEST, "manifest 1 is that of manifest 0");
    w.notarised[1] = w.others.content.entry;
    REFUSED(ZKL_CHECK_MANIFEST, "the manifest is not the one that the entry names");
    /* a proof is no notarisation */
    w.manifests[1] = w.others.content.manifests[0];
    w.notarised[1] = &w.entry;
    REFUSED(ZKL_CHECK_ENTRY, "parent 1 is no notarisation");
    zkl_ledger_close(w.view);
    zkl_ledger_close(w.ledger);
}

/* A notarisation's statement speaks of its own table, whatever other manifests are there. */
static void test_parents__a_statement_of_one_is_not_anothers(zkl_test *t)
{
    static parents_world w;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    put_statements(&w, &w.others.content);
    w.entry.parent_count = w.content.notarised_count = w.content.manifest_count = 2;
    zkl_entry swapped[2] = { *w.people.content.entry, *w.others.content.entry };
    const zkl_entry_statement *const first = swapped[0].data.statements;
    const size_t count = swapped[0].data.statement_count;
    REQUIRE(t, count == swapped[1].data.statement_count);
    swapped[0].data.statements = swapped[1].data.statements;
    swapped[1].data.statements = first;
    w.notarised[0] = &swapped[0];
    w.notarised[1] = &swapped[1];
    for (size_t i = 0; i < count; i++) {
        const zkl_receipt_statement one = w.statements[1 + i];
        w.statements[1 + i] = w.statements[1 + count + i];
        w.statements[1 + count + i] = one;
    }
    REFUSED(ZKL_CHECK_PROOF, "statement 1");
    zkl_ledger_close(w.view);
    zkl_ledger_close(w.ledger);
}

/* The log takes no proof whose further parents are not notarisations before it. */
static void test_parents__the_log_takes_notarisations_alone(zkl_test *t)
{
    static parents_world w;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    w.entry.parent_count = 2;
    for (int i = 0; i < 2; i++) {
        ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
        REQUIRE_OK(t, &err, zkl_change_init(&change, w.ledger, &w.env, &err));
        w.parents[1] = i ? w.parents[0] : (zkl_digest){ { 1 } };
        const zkl_status added = zkl_change_add_entry(&change, &w.entry, 0, &err);
        if (i) {
            CHECK_STATUS(t, ZKL_BAD_INPUT, added);
            continue;
        }
        REQUIRE_OK(t, &err, added);
        CHECK_STATUS(t, ZKL_CONFLICT, zkl_change_place(&change, &w.env, &err));
        if (!strstr(err.text, "parent 1 is not in the log"))
            FAIL(t, "says '%s'", err.text);
    }
    zkl_ledger_close(w.view);
    zkl_ledger_close(w.ledger);
}

/* ---- A true proof over three tables, and a writer who changes it. */

typedef struct split_world {
    service_world world;
    zkl_env env;
    zkl_test source;
    zkl_ledger *ledger, *view;
    zkl_loaded_content loaded;
} split_world;

static zkl_status notarise_rows(zkl_test *t, split_world *w, const char *name, const char *rows,
                                zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    const char *path = zkl_arena_format(&t->arena, "%s.%s.csv", w->world.table, name);
    const zkl_notarize_request request = { .name = name,
                                           .files = &path,
                                           .file_count = 1,
                                           .like = strcmp(name, "whole") ? "whole" : NULL };
    ZKL_TRY(zkl_file_write(path, zkl_bytes_of_text(rows), 0644, err));
    const zkl_status status = zkl_notarize(&result, w->ledger, &request, &w->env, err);
    zkl_arena_clear(&result.memory);
    return status;
}

static const char *path_of(zkl_test *t, const split_world *w, const char *name)
{
    return zkl_arena_format(&t->arena, "%s.%s.csv", w->world.table, name);
}

static zkl_status make_split(zkl_test *t, split_world *w, zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    w->env = service_env(t, &w->source, 78);
    ZKL_TRY(service_world_make(t, &w->world, &w->env, err));
    ZKL_TRY(service_open_world(&w->ledger, &w->world, &w->env, err));
    ZKL_TRY(notarise_rows(t, w, "whole", "id,v\n1,5\n2,6\n3,7\n", err));
    ZKL_TRY(notarise_rows(t, w, "left", "id,v\n3,7\n1,5\n", err));
    ZKL_TRY(notarise_rows(t, w, "right", "id,v\n2,6\n", err));
    const char *whole = path_of(t, w, "whole"), *left = path_of(t, w, "left"),
               *right = path_of(t, w, "right"), *claim = "split(left, right)";
    const zkl_with_dataset with[] = { { "left", &left, 1 }, { "right@1", &right, 1 } };
    const zkl_add_claims_request request = { .reference = "whole",
                                             .files = &whole,
                                             .file_count = 1,
                                             .claims = &claim,
                                             .claim_count = 1,
                                             .with = with,
                                             .with_count = 2 };
    const zkl_status status = zkl_add_claims(&result, w->ledger, &request, &w->env, err);
    const uint64_t index = result.index;
    zkl_arena_clear(&result.memory);
    ZKL_TRY(status);
    ZKL_TRY(zkl_ledger_view(&w->view, w->ledger, &w->env, err));
    return zkl_ledger_load_content(w->view, &w->loaded, &t->arena, index, err);
}

static zkl_status judge_split(zkl_test *t, const split_world *w, const zkl_content *content,
                              zkl_error *err)
{
    zkl_verified verified;
    const zkl_content_pins pins = { zkl_ledger_own_id(w->ledger),
                                    zkl_ledger_powers_hash(w->ledger) };
    *err = (zkl_error){ 0 };
    return zkl_content_verify(&verified, &t->arena, content, &pins, &w->env, err);
}

/* Other words for the same proof: other parts, parts in another order, fewer. */
static void check_words(zkl_test *t, const split_world *w, const char *text, const char *names,
                        const char *error)
{
    zkl_error err;
    zkl_entry entry = *w->loaded.content.entry;
    zkl_content content = w->loaded.content;
    const char *json = zkl_arena_format(
        &t->arena, "{\"datasets\":[%s],\"kind\":\"split\",\"text\":\"%s\"}", names, text);
    const zkl_entry_claim claim = { zkl_bytes_of_text(text), zkl_bytes_of_text(json) };
    zkl_entry_statement statement = entry.data.statements[0];
    statement.claims = &claim;
    entry.data.statements = &statement;
    content.entry = &entry;
    CHECK_STATUS(t, error ? ZKL_REJECTED : ZKL_OK, judge_split(t, w, &content, &err));
    if (error && !strstr(err.text, error))
        FAIL(t, "%s: says '%s', not '%s'", text, err.text, error);
}

static void test_parents__a_split_says_what_is_proven(zkl_test *t)
{
    static split_world w;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_split(t, &w, &err));
    const zkl_content *true_one = &w.loaded.content;
    REQUIRE(t, true_one->notarised_count == 3 && true_one->entry->data.statement_count == 1);
    check_words(t, &w, "split(left@1, right@1)", "\"left@1\",\"right@1\"", NULL);
    check_words(t, &w, "split(right@1, left@1)", "\"right@1\",\"left@1\"", "is not the one");
    check_words(t, &w, "split(left@1)", "\"left@1\"", "claim 0");
    check_words(t, &w, "split(left@2, right@1)", "\"left@2\",\"right@1\"", "not at hand");
    check_words(t, &w, "split(left, right)", "\"left\",\"right\"", "words are not those");
    check_words(t, &w, "split(left@1, right@1)", "\"right@1\",\"left@1\"", "words are not those");

    /* parents in another order have other names in the same places */
    zkl_content content = *true_one;
    const zkl_entry *swapped[3] = { true_one->notarised[0], true_one->notarised[2],
                                    true_one->notarised[1] };
    content.notarised = swapped;
    CHECK_STATUS(t, ZKL_REJECTED, judge_split(t, &w, &content, &err));
    const zkl_bytes manifests[3] = { true_one->manifests[0], true_one->manifests[2],
                                     true_one->manifests[1] };
    content.manifests = manifests;
    CHECK_STATUS(t, ZKL_REJECTED, judge_split(t, &w, &content, &err));
    /* a part without its own proofs */
    content = *true_one;
    zkl_entry fewer = *true_one->entry;
    fewer.parent_count = 2;
    content.entry = &fewer;
    content.notarised_count = content.manifest_count = 2;
    CHECK_STATUS(t, ZKL_REJECTED, judge_split(t, &w, &content, &err));
    /* the same proof in the words of another dataset */
    zkl_entry renamed = *true_one->notarised[1];
    const zkl_entry *parents[3] = { true_one->notarised[0], &renamed, true_one->notarised[2] };
    renamed.data.name = zkl_bytes_of_text("right");
    content = *true_one;
    content.notarised = parents;
    CHECK_STATUS(t, ZKL_REJECTED, judge_split(t, &w, &content, &err));
    zkl_ledger_close(w.view);
    zkl_ledger_close(w.ledger);
}

ZKL_TESTS(TEST(test_parents__each_is_spoken_of_and_shown),
          TEST(test_parents__a_statement_of_one_is_not_anothers),
          TEST(test_parents__the_log_takes_notarisations_alone),
          TEST(test_parents__a_split_says_what_is_proven))
