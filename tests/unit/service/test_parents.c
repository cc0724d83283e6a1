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

ZKL_TESTS(TEST(test_parents__each_is_spoken_of_and_shown),
          TEST(test_parents__a_statement_of_one_is_not_anothers),
          TEST(test_parents__the_log_takes_notarisations_alone))
