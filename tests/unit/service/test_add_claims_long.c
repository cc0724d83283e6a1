/* A signer who owns the log may sign any entry `prove`, about real proofs: other words, other
 * statements, another notarisation. What a stranger verifies says no to each.
 *
 * Signatures and inclusion would hold, so the content alone is asked. */
#include "ledger/entry_export.h"
#include "record/ids.h"
#include "service_testing.h"

#define STATEMENTS_MAX 8
#define CLAIMS_MAX 4

/* Entries of one log: two versions, and claims added to them. */
typedef struct later_world {
    zkl_ledger *handle, *view;
    /* "unique(id)" and "sum(age)" of version 1, "range(id, 0, 9)" of it, then the first two of
     * version 2, which differs in one value; and how many rows of
     * version 3, which has a column more, have a text. */
    zkl_loaded_content both, range, other, texts;
} later_world;

static zkl_status add(zkl_ledger *ledger, const service_world *world, const char *reference,
                      const char *const *claims, size_t count, uint64_t *index, zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    const zkl_add_claims_request request = { .reference = reference,
                                             .files = &world->table,
                                             .file_count = 1,
                                             .claims = claims,
                                             .claim_count = count };
    const zkl_status status = zkl_add_claims(&result, ledger, &request, NULL, err);
    *index = result.index;
    zkl_arena_clear(&result.memory);
    return status;
}

static zkl_status make_world(zkl_test *t, later_world *w, const zkl_env *env, zkl_error *err)
{
    static const char rows[] = "id,age,city\n1,30,Bern\n2,40,Chur\n3,50,Bern\n4,61,Genf\n";
    static const char *const both[] = { "unique(id)", "sum(age)" };
    static const char *const range[] = { "range(id, 0, 9)" };
    service_world world;
    static const char *const texts[] = { "count(where city = Bern)", "count(where city = Chur)" };
    uint64_t first, second, third, fourth;
    ZKL_TRY(service_world_make(t, &world, env, err));
    ZKL_TRY(service_notarize(&world, true, env, err));
    ZKL_TRY(service_open_world(&w->handle, &world, env, err));
    ZKL_TRY(add(w->handle, &world, "people@1", both, 2, &first, err));
    ZKL_TRY(add(w->handle, &world, "people@1", range, 1, &second, err));
    ZKL_TRY(zkl_file_write(world.table, zkl_bytes_of(rows, sizeof rows - 1), 0644, err));
    ZKL_TRY(service_notarize(&world, true, env, err));
    ZKL_TRY(add(w->handle, &world, "people@2", both, 2, &third, err));
    ZKL_TRY(service_notarize(&world, false, env, err));
    ZKL_TRY(add(w->handle, &world, "people@3", texts, 2, &fourth, err));
    ZKL_TRY(zkl_ledger_view(&w->view, w->handle, env, err));
    ZKL_TRY(zkl_ledger_load_content(w->view, &w->both, &t->arena, first, err));
    ZKL_TRY(zkl_ledger_load_content(w->view, &w->range, &t->arena, second, err));
    ZKL_TRY(zkl_ledger_load_content(w->view, &w->texts, &t->arena, fourth, err));
    return zkl_ledger_load_content(w->view, &w->other, &t->arena, third, err);
}

/* One forgery: a copy of what is true, to be changed. */
typedef struct forgery {
    zkl_entry entry, notarised;
    const zkl_entry *parent; /* notarised, unless it is forged */
    zkl_entry_statement own[STATEMENTS_MAX], rest[STATEMENTS_MAX];
    zkl_entry_claim claims[CLAIMS_MAX]; /* of the first own statement */
    zkl_receipt_statement statements[STATEMENTS_MAX];
    zkl_content content;
} forgery;

static void forgery_begin(forgery *f, const zkl_loaded_content *from)
{
    *f = (forgery){ .entry = *from->content.entry,
                    .notarised = *from->content.notarised[0],
                    .content = from->content };
    ZKL_ASSERT(from->content.statement_count < STATEMENTS_MAX);
    memcpy(f->own, f->entry.data.statements, f->entry.data.statement_count * sizeof *f->own);
    memcpy(f->rest, f->notarised.data.statements,
           f->notarised.data.statement_count * sizeof *f->rest);
    ZKL_ASSERT(f->own[0].claim_count < CLAIMS_MAX);
    memcpy(f->claims, f->own[0].claims, f->own[0].claim_count * sizeof *f->claims);
    memcpy(f->statements, from->content.statements,
           from->content.statement_count * sizeof *f->statements);
    f->own[0].claims = f->claims;
    f->entry.data.statements = f->own;
    f->notarised.data.statements = f->rest;
    f->content.entry = &f->entry;
    f->parent = &f->notarised;
    f->content.notarised = &f->parent;
    f->content.statements = f->statements;
}

static zkl_status verify(zkl_test *t, const later_world *w, const forgery *f, zkl_error *err)
{
    zkl_verified verified;
    const zkl_content_pins pins = { zkl_ledger_own_id(w->view), zkl_ledger_powers_hash(w->view) };
    const zkl_env env = { .pool = t->pool };
    *err = (zkl_error){ 0 };
    return zkl_content_verify(&verified, &t->arena, &f->content, &pins, &env, err);
}

/* Every `was` in the text becomes `is`. */
static zkl_bytes replaced(zkl_test *t, zkl_bytes text, const char *was, const char *is)
{
    const char *rest = zkl_arena_text(&t->arena, (const char *)text.data, text.size), *done = "";
    for (const char *at; (at = strstr(rest, was)) != NULL; rest = at + strlen(was))
        done = zkl_arena_format(&t->arena, "%s%.*s%s", done, (int)(at - rest), rest, is);
    CHECK(t, *done); /* it stood there */
    return zkl_bytes_of_text(zkl_arena_format(&t->arena, "%s%s", done, rest));
}

static void say(zkl_test *t, forgery *f, size_t claim, const char *was, const char *is)
{
    f->claims[claim].text = replaced(t, f->claims[claim].text, was, is);
    f->claims[claim].json = replaced(t, f->claims[claim].json, was, is);
}

/* ---- Words that were not proven. */

static void another_column(zkl_test *t, forgery *f, const later_world *w)
{
    (void)w;
    say(t, f, 0, "id", "age");
}

static void another_sum(zkl_test *t, forgery *f, const later_world *w)
{
    (void)w;
    say(t, f, 1, "180", "181");
}

static void words_of_another_entry(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t;
    f->claims[0] = w->range.entry.data.statements[0].claims[0];
}

static void a_claim_left_out(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t, (void)w;
    f->own[0].claim_count--;
}

static void a_claim_twice(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t, (void)w;
    f->claims[2] = f->claims[1];
    f->own[0].claim_count++;
}

static void claims_in_another_order(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t, (void)w;
    const zkl_entry_claim first = f->claims[0];
    f->claims[0] = f->claims[1];
    f->claims[1] = first;
}

/* It follows from the manifest for another number of rows only. */
static void rows_that_are_not_there(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t, (void)w;
    f->claims[2] = (zkl_entry_claim){
        zkl_bytes_of_text("rows(5)"),
        zkl_bytes_of_text("{\"kind\":\"rows\",\"rows\":\"5\",\"text\":\"rows(5)\"}")
    };
    f->own[0].claim_count++;
}

/* ---- Parts of another entry. */

static void take_own(forgery *f, const zkl_loaded_content *from)
{
    f->own[0] = from->content.entry->data.statements[0];
    f->statements[0] = from->content.statements[0];
}

/* All of a proof that holds, but of the other version's commitments. */
static void a_statement_of_another_version(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t;
    take_own(f, &w->other);
}

static void the_words_of_this_on_that_proof(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t;
    const zkl_entry_statement said = f->own[0];
    take_own(f, &w->range);
    f->content.keys = w->range.content.keys;
    f->content.key_count = w->range.content.key_count;
    f->own[0].claims = said.claims;
    f->own[0].claim_count = said.claim_count;
}

static void a_proof_of_another_statement(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t;
    f->own[0].proof_sha256 = w->other.entry.data.statements[0].proof_sha256;
    f->statements[0].proof = w->other.content.statements[0].proof;
}

static void the_notarisation_of_another_version(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t;
    f->parent = w->other.content.notarised[0];
}

/* With its name, version and manifest put right. */
static void the_statements_of_another_notarisation(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t;
    const zkl_content *other = &w->other.content;
    const size_t own = f->entry.data.statement_count;
    f->notarised.data.statements = other->notarised[0]->data.statements;
    memcpy(f->statements + own, other->statements + own,
           f->notarised.data.statement_count * sizeof *f->statements);
}

static void another_versions_manifest(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t;
    f->content.manifests = w->other.content.manifests;
    f->entry.data.dataset = f->notarised.data.dataset = w->other.entry.data.dataset;
    f->entry.data.manifest_sha256 = f->notarised.data.manifest_sha256 =
        w->other.entry.data.manifest_sha256;
}

/* ---- Parts too few, too many, in other places. */

static void no_notarisation(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t, (void)w;
    f->content.notarised_count = 0;
    f->content.statement_count = f->entry.data.statement_count;
}

static void a_notarisation_without_cells(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t, (void)w;
    const size_t own = f->entry.data.statement_count;
    memmove(f->rest, f->rest + 1, sizeof *f->rest);
    f->notarised.data.statement_count--;
    f->content.statement_count--;
    memmove(f->statements + own, f->statements + own + 1, sizeof *f->statements);
}

static void statements_in_another_order(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t, (void)w;
    const zkl_receipt_statement first = f->statements[0];
    f->statements[0] = f->statements[1];
    f->statements[1] = first;
}

static void a_proof_called_a_notarisation(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t, (void)w;
    f->entry.kind = ZKL_ENTRY_NOTARISE;
    f->entry.parent_count = 0;
}

static void a_proof_that_rests_on_a_proof(zkl_test *t, forgery *f, const later_world *w)
{
    (void)t;
    f->parent = w->range.content.entry;
}

/* ---- Texts that do not have the code that was proven. */

static zkl_bytes opening_of(zkl_test *t, zkl_bytes json)
{
    const char *text = zkl_arena_text(&t->arena, (const char *)json.data, json.size),
               *at = strstr(text, "\"texts\":[");
    ZKL_ASSERT(at && strchr(at, ']'));
    return zkl_bytes_of(at, (size_t)(strchr(at, ']') - at));
}

static void another_text(zkl_test *t, forgery *f, const later_world *w)
{
    (void)w;
    say(t, f, 0, "Bern", "Chur");
}

/* With its own path, which is true. */
static void another_text_that_is_shown(zkl_test *t, forgery *f, const later_world *w)
{
    (void)w;
    const zkl_bytes own = opening_of(t, f->claims[0].json),
                    other = opening_of(t, f->claims[1].json);
    say(t, f, 0, "Bern", "Chur");
    f->claims[0].json = replaced(
        t, f->claims[0].json,
        (const char *)replaced(
            t, zkl_bytes_of(zkl_arena_text(&t->arena, (const char *)own.data, own.size), own.size),
            "Bern", "Chur")
            .data,
        zkl_arena_text(&t->arena, (const char *)other.data, other.size));
}

static void a_text_that_is_not_shown(zkl_test *t, forgery *f, const later_world *w)
{
    (void)w;
    const zkl_bytes shown = opening_of(t, f->claims[0].json);
    f->claims[0].json = replaced(
        t, f->claims[0].json,
        zkl_arena_format(&t->arena, "%.*s],", (int)shown.size, (const char *)shown.data), "");
}

static void texts_that_no_claim_names(zkl_test *t, forgery *f, const later_world *w)
{
    (void)w;
    const zkl_bytes shown = opening_of(t, f->claims[1].json);
    f->claims[0].json =
        replaced(t, f->claims[0].json, "\"texts\":[",
                 zkl_arena_format(&t->arena, "%.*s,", (int)shown.size, (const char *)shown.data));
}

typedef struct named_forgery {
    const char *name;
    void (*forge)(zkl_test *t, forgery *f, const later_world *w);
} named_forgery;

static const named_forgery text_forgeries[] = {
    { "another text", another_text },
    { "another text that is shown", another_text_that_is_shown },
    { "a text that is not shown", a_text_that_is_not_shown },
    { "texts that no claim names", texts_that_no_claim_names },
};

static const named_forgery forgeries[] = {
    { "another column", another_column },
    { "another sum", another_sum },
    { "words of another entry", words_of_another_entry },
    { "a claim left out", a_claim_left_out },
    { "a claim twice", a_claim_twice },
    { "claims in another order", claims_in_another_order },
    { "rows that are not there", rows_that_are_not_there },
    { "a statement of another version", a_statement_of_another_version },
    { "the words of this on that proof", the_words_of_this_on_that_proof },
    { "a proof of another statement", a_proof_of_another_statement },
    { "the notarisation of another version", the_notarisation_of_another_version },
    { "the statements of another notarisation", the_statements_of_another_notarisation },
    { "another version's manifest", another_versions_manifest },
    { "no notarisation", no_notarisation },
    { "a notarisation without cells", a_notarisation_without_cells },
    { "statements in another order", statements_in_another_order },
    { "a proof called a notarisation", a_proof_called_a_notarisation },
    { "a proof that rests on a proof", a_proof_that_rests_on_a_proof },
};

static void check_refused(zkl_test *t, const later_world *w, const zkl_loaded_content *of,
                          const named_forgery *forged)
{
    zkl_error err;
    forgery f;
    forgery_begin(&f, of);
    forged->forge(t, &f, w);
    if (verify(t, w, &f, &err) != ZKL_REJECTED)
        FAIL(t, "%s: %s: %s", forged->name, zkl_status_text(err.status), err.text);
}

static void test_add_claims__a_cheating_signer_is_refused(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    later_world w = { 0 };
    forgery f;
    REQUIRE_OK(t, &err, make_world(t, &w, &env, &err));
    CHECK_UINT_EQ(t, w.both.entry.data.statement_count, 1);
    forgery_begin(&f, &w.both);
    CHECK_STATUS(t, ZKL_OK, verify(t, &w, &f, &err)); /* unchanged it holds */
    forgery_begin(&f, &w.texts);
    CHECK_STATUS(t, ZKL_OK, verify(t, &w, &f, &err));
    for (size_t i = 0; i < ZKL_COUNT(forgeries); i++)
        check_refused(t, &w, &w.both, &forgeries[i]);
    for (size_t i = 0; i < ZKL_COUNT(text_forgeries); i++)
        check_refused(t, &w, &w.texts, &text_forgeries[i]);
    zkl_ledger_close(w.view);
    zkl_ledger_close(w.handle);
}

ZKL_TESTS(TEST(test_add_claims__a_cheating_signer_is_refused))
