/* Lineage receipts, from a ledger to a stranger: what is true is accepted; receipts that were taken
 * from elsewhere, exchanged, changed or doubled are refused, and so is what an owner signs that
 * cannot be. */
#include "ledger/change.h"
#include "ledger/entry_export.h"
#include "ledger/ledger_internal.h"
#include "record/lineage_file.h"
#include "service/provenance.h"
#include "service/service_internal.h"
#include "service_testing.h"

static const char *const tables[] = {
    "id,age\n1,30\n2,40\n3,50\n", /* people */
    "id,age\n2,40\n3,50\n",       /* some: of people */
    "id,age\n7,1\n",              /* others: nobody's */
};
static const char *const names[] = { "people", "some", "others" };

typedef struct lineage_world {
    zkl_test *t;
    service_world ledger;
    zkl_ledger *handle;
    zkl_env env;
    zkl_test random;
    zkl_bytes trust;
    const char *model;
    zkl_bytes file; /* of "some" */
} lineage_world;

static zkl_status notarize(lineage_world *w, size_t which, zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    const char *path = service_path(w->t, test_folder(w->t), names[which]);
    const zkl_types_source types = { .reference = "people" };
    ZKL_TRY(zkl_file_write(path, zkl_bytes_of_text(tables[which]), 0644, err));
    const zkl_notarize_request request = { .name = names[which],
                                           .files = &path,
                                           .file_count = 1,
                                           .reading = { .format = "csv" },
                                           .types_from = &types,
                                           .types_from_count = which > 0 };
    const zkl_status status = zkl_notarize(&result, w->handle, &request, &w->env, err);
    zkl_arena_clear(&result.memory);
    return status;
}

static zkl_status link_it(lineage_world *w, zkl_link_request request, zkl_error *err)
{
    zkl_link_result result = { 0 };
    const zkl_status status = zkl_link(&result, w->handle, &request, &w->env, err);
    zkl_arena_clear(&result.memory);
    return status;
}

static zkl_status export_lineage(lineage_world *w, zkl_bytes *file, const char *reference,
                                 zkl_export_format format, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    uint64_t size;
    const zkl_export_request request = { .reference = reference,
                                         .format = format,
                                         .output = service_path(w->t, test_folder(w->t), "x.zkl"),
                                         .force = true };
    ZKL_TRY(zkl_export(&size, w->handle, &request, &w->env, err));
    ZKL_TRY(zkl_file_read(&bytes, request.output, (size_t)1 << 26, err));
    *file = zkl_bytes_of(zkl_arena_copy(&w->t->arena, bytes.data, bytes.size), bytes.size);
    return ZKL_OK;
}

/* people <- some, with a claim over both; a model of some. */
static zkl_status make_world(zkl_test *t, lineage_world *w, zkl_error *err)
{
    static const char *const people = "people";
    zkl_keys_result keys = { 0 };
    *w = (lineage_world){ .t = t };
    w->env = service_env(t, &w->random, 91);
    ZKL_TRY(service_world_make(t, &w->ledger, &w->env, err));
    ZKL_TRY(service_open_world(&w->handle, &w->ledger, &w->env, err));
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        ZKL_TRY(notarize(w, i, err));
    w->model = service_path(t, test_folder(t), "model.bin");
    ZKL_TRY(zkl_file_write(w->model, zkl_bytes_of_text("weights"), 0644, err));
    ZKL_TRY(link_it(
        w,
        (zkl_link_request){
            .reference = "some", .operation = "took two", .sources = &people, .source_count = 1 },
        err));
    ZKL_TRY(link_it(
        w, (zkl_link_request){ .reference = "some", .made = &w->model, .made_count = 1 }, err));
    ZKL_TRY(service_keys(&keys, &w->ledger, err));
    w->trust = zkl_bytes_of_text(zkl_arena_text(&t->arena, keys.trust, strlen(keys.trust)));
    zkl_arena_clear(&keys.memory);
    return export_lineage(w, &w->file, "some", ZKL_EXPORT_LINEAGE, err);
}

static zkl_status verify(lineage_world *w, zkl_lineage_result *out, zkl_bytes file, zkl_error *err)
{
    *err = (zkl_error){ 0 };
    return zkl_verify_lineage(out, NULL, file, w->trust, NULL, err);
}

static void refuse(lineage_world *w, int line, zkl_bytes file, const char *words)
{
    zkl_lineage_result result;
    zkl_error err;
    zkl_test *t = w->t;
    const zkl_status status = verify(w, &result, file, &err);
    if (status == ZKL_OK || !strstr(err.text, words))
        FAIL(t, "line %d: '%s' is not said, but '%s'", line, words, err.text);
    CHECK(t, !result.is_verified && !result.lineage.node_count);
    zkl_arena_clear(&result.memory);
}

/* ---- Parts of a file. */

static zkl_lineage_file parse(lineage_world *w, zkl_bytes file)
{
    zkl_lineage_file f = { 0 };
    zkl_error err = { 0 };
    if (zkl_lineage_file_parse(&f, &w->t->arena, file, &err) != ZKL_OK)
        FAIL(w->t, "%s", err.text);
    return f;
}

static zkl_bytes build(lineage_world *w, const char *name, uint32_t version,
                       const zkl_bytes *receipts, size_t count)
{
    zkl_buffer out = { 0 };
    const zkl_lineage_file f = { zkl_bytes_of_text(name), version, receipts, count };
    if (zkl_lineage_file_encode(&out, &f, NULL) != ZKL_OK)
        FAIL(w->t, "no file");
    const zkl_bytes made = zkl_bytes_of(zkl_arena_copy(&w->t->arena, out.data, out.size), out.size);
    zkl_buffer_clear(&out);
    return made;
}

static void test_lineage__a_stranger_sees_what_the_log_says(zkl_test *t)
{
    lineage_world w;
    zkl_lineage_result r = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    REQUIRE_OK(t, &err, verify(&w, &r, w.file, &err));
    REQUIRE(t, r.is_verified && r.lineage.node_count == 2 && r.lineage.step_count == 1);
    CHECK_TEXT_EQ(t, r.lineage.nodes[0].name, "some@1");
    CHECK_TEXT_EQ(t, r.lineage.nodes[1].name, "people@1");
    CHECK_UINT_EQ(t, r.lineage.nodes[0].row_count, 2);
    CHECK_UINT_EQ(t, r.lineage.nodes[1].row_count, 3);
    CHECK_TEXT_EQ(t, r.lineage.steps[0].operation, "took two");
    CHECK(t, r.lineage.steps[0].is_recorded && !r.lineage.steps[0].has_proven_rows);
    CHECK(t, r.is_development && r.trust_source == ZKL_TRUST_FILE && r.receipt_count == 3);
    CHECK_TEXT_EQ(t, r.not_proven_names[0], "recorded");
    CHECK_TEXT_EQ(t, r.not_proven_names[1], "steps");
    zkl_arena_clear(&r.memory);
    /* The ledger's own: the same, and nothing was left out. */
    const zkl_lineage_request own = { .reference = "some", .verify = true };
    REQUIRE_OK(t, &err, zkl_lineage_of(&r, w.handle, &own, NULL, &err));
    CHECK(t, r.is_verified && r.lineage.node_count == 2 && r.lineage.step_count == 1);
    CHECK_TEXT_EQ(t, r.not_proven_names[0], "recorded");
    CHECK_TEXT_EQ(t, r.not_proven_names[1], "file");
    zkl_arena_clear(&r.memory);
    const zkl_lineage_request down = { .reference = "people", .descent = true };
    REQUIRE_OK(t, &err, zkl_lineage_of(&r, w.handle, &down, NULL, &err));
    CHECK(t, !r.is_verified && r.lineage.node_count == 3 && r.lineage.step_count == 2);
    CHECK(t, r.lineage.nodes[2].is_file);
    zkl_arena_clear(&r.memory);
    CHECK_STATUS(t, ZKL_USAGE,
                 zkl_lineage_of(&r, w.handle,
                                &(zkl_lineage_request){
                                    .reference = "people", .descent = true, .verify = true },
                                NULL, &err));
    zkl_ledger_close(w.handle);
}

/* Nothing of it passes for another lineage, and no part of another one passes in it. */
static void test_lineage__refuses_other_parts(zkl_test *t)
{
    lineage_world w;
    zkl_error err = { 0 };
    zkl_bytes others, later;
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    REQUIRE_OK(t, &err, export_lineage(&w, &others, "others", ZKL_EXPORT_LINEAGE, &err));
    const zkl_lineage_file f = parse(&w, w.file);
    REQUIRE(t, f.receipt_count == 3);
    zkl_bytes parts[8];
    /* Other names. */
    refuse(&w, __LINE__, build(&w, "nobody", 1, f.receipts, 3), "check 'lineage'");
    refuse(&w, __LINE__, build(&w, "some", 2, f.receipts, 3), "check 'lineage'");
    refuse(&w, __LINE__, build(&w, "others", 1, f.receipts, 3), "check 'lineage'");
    refuse(&w, __LINE__, build(&w, "people", 1, f.receipts, 3), "of no part of the lineage");
    /* One twice, two exchanged, a stranger among them. */
    memcpy(parts, f.receipts, 3 * sizeof *parts);
    parts[1] = parts[0];
    refuse(&w, __LINE__, build(&w, "some", 1, parts, 3), "not behind the one before it");
    parts[0] = f.receipts[1];
    parts[1] = f.receipts[0];
    refuse(&w, __LINE__, build(&w, "some", 1, parts, 3), "not behind the one before it");
    memcpy(parts, f.receipts, 2 * sizeof *parts);
    parts[2] = parse(&w, others).receipts[0];
    parts[3] = f.receipts[2];
    refuse(&w, __LINE__, build(&w, "some", 1, parts, 4), "of no part of the lineage");
    /* Under another checkpoint. */
    REQUIRE_OK(t, &err, notarize(&w, 2, &err));
    REQUIRE_OK(t, &err, export_lineage(&w, &later, "some", ZKL_EXPORT_LINEAGE, &err));
    memcpy(parts, f.receipts, 3 * sizeof *parts);
    parts[2] = parse(&w, later).receipts[2];
    refuse(&w, __LINE__, build(&w, "some", 1, parts, 3), "under another checkpoint");
    /* What is no receipt, or shows rows. */
    parts[2] = w.file;
    refuse(&w, __LINE__, build(&w, "some", 1, parts, 3), "it is no receipt");
    refuse(&w, __LINE__, f.receipts[0], "this is no lineage receipt: it is a receipt");
    zkl_ledger_close(w.handle);
}

/* Leaving out is possible, and then the graph has less; it never says more. */
static void test_lineage__may_have_less(zkl_test *t)
{
    lineage_world w;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    const zkl_lineage_file f = parse(&w, w.file);
    /* In the order of the log: people, some, how it was made. What was made of it is another's. */
    zkl_lineage_result r = { 0 };
    REQUIRE_OK(t, &err, verify(&w, &r, build(&w, "some", 1, f.receipts + 1, 1), &err));
    CHECK(t, r.lineage.node_count == 1 && !r.lineage.step_count);
    zkl_arena_clear(&r.memory);
    /* Its source stands in the receipt of the step, and needs none of its own. */
    REQUIRE_OK(t, &err, verify(&w, &r, build(&w, "some", 1, f.receipts + 2, 1), &err));
    CHECK(t, r.lineage.node_count == 2 && r.lineage.step_count == 1);
    CHECK_UINT_EQ(t, r.lineage.nodes[1].row_count, 3);
    zkl_arena_clear(&r.memory);
    zkl_ledger_close(w.handle);
}

static zkl_status verify_bytes(void *opaque, zkl_bytes bytes, zkl_error *err)
{
    lineage_world *w = opaque;
    zkl_lineage_result r;
    const zkl_status status = verify(w, &r, bytes, err);
    zkl_arena_clear(&r.memory);
    return status;
}

/* Of the container every byte; of the receipts in it a sample, since each has its own test. */
static void test_lineage__no_byte_can_be_another(zkl_test *t)
{
    lineage_world w;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    uint8_t *copy = zkl_arena_copy(&t->arena, w.file.data, w.file.size);
    REQUIRE(t, copy != NULL);
    const size_t stride = w.file.size / 400 + 1;
    for (size_t i = 0; i < w.file.size; i += i < 64 || i + 40 > w.file.size ? 1 : stride) {
        copy[i] ^= 1;
        if (verify_bytes(&w, zkl_bytes_of(copy, w.file.size), &err) == ZKL_OK)
            FAIL(t, "byte %zu can be another", i);
        copy[i] ^= 1;
    }
    for (size_t size = 0; size < w.file.size; size += size < 64 ? 1 : stride)
        CHECK(t, verify_bytes(&w, zkl_bytes_of(copy, size), &err) != ZKL_OK);
    CHECK_STATUS(t, ZKL_OK, verify_bytes(&w, zkl_bytes_of(copy, w.file.size), &err));
    zkl_ledger_close(w.handle);
}

/* What the command line refuses, an owner may sign by other means: it is told, and does not keep
 * the rest from being verified. */
static void test_lineage__tells_of_a_circle_that_is_signed(zkl_test *t)
{
    static const char *const some = "some", *const people = "people", *const absent = "absent";
    lineage_world w;
    zkl_error err = { 0 };
    zkl_bytes file;
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    const zkl_link_request back = { .reference = "people", .sources = &some, .source_count = 1 };
    CHECK_STATUS(t, ZKL_CONFLICT, link_it(&w, back, &err));
    CHECK(t, strstr(err.text, "in a circle") != NULL);
    CHECK_STATUS(
        t, ZKL_CONFLICT,
        link_it(&w, (zkl_link_request){ .reference = "people", .used = &w.model, .used_count = 1 },
                &err));
    CHECK_STATUS(
        t, ZKL_USAGE,
        link_it(&w,
                (zkl_link_request){ .reference = "people", .sources = &people, .source_count = 1 },
                &err));
    CHECK_STATUS(
        t, ZKL_NOT_FOUND,
        link_it(&w,
                (zkl_link_request){ .reference = "people", .sources = &absent, .source_count = 1 },
                &err));
    CHECK_STATUS(t, ZKL_USAGE, link_it(&w, (zkl_link_request){ .reference = "people" }, &err));
    const service_provenance p = { .reference = "people", .sources = &some, .source_count = 1 };
    uint64_t index;
    REQUIRE_OK(t, &err, service_provenance_record(&index, w.handle, &p, &w.env, &err));
    zkl_lineage_result r = { 0 };
    const zkl_lineage_request own = { .reference = "some", .verify = true };
    REQUIRE_OK(t, &err, zkl_lineage_of(&r, w.handle, &own, NULL, &err));
    CHECK(t, r.is_verified && r.lineage.step_count == 2 && r.lineage.circle != NULL);
    zkl_arena_clear(&r.memory);
    REQUIRE_OK(t, &err, export_lineage(&w, &file, "some", ZKL_EXPORT_LINEAGE, &err));
    REQUIRE_OK(t, &err, verify(&w, &r, file, &err));
    CHECK(t, r.is_verified && r.lineage.node_count == 2 && r.lineage.circle != NULL);
    zkl_arena_clear(&r.memory);
    REQUIRE_OK(t, &err, verify(&w, &r, w.file, &err));
    CHECK(t, !r.lineage.circle);
    zkl_arena_clear(&r.memory);
    zkl_ledger_close(w.handle);
}

/* The store forgets that there is a version of this name: the writer would refuse a second one. */
static zkl_status forget(lineage_world *w, const char *name, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
    const zkl_store_key keys[] = { zkl_store_key_name(zkl_bytes_of_text(name), 1),
                                   zkl_store_key_of(ZKL_STORE_PREFIX_LAST, name, strlen(name)) };
    ZKL_TRY(zkl_ledger_writer(&writer, w->handle, &w->env, err));
    for (size_t i = 0; i < ZKL_COUNT(keys); i++)
        ZKL_TRY(zkl_batch_delete(&batch, zkl_store_key_bytes(&keys[i]), err));
    return zkl_store_commit(writer->store, &batch, true, err);
}

/* The notarisation of one dataset again, signed by the owner under the name of another one. */
static zkl_status notarise_again(lineage_world *w, const char *of, const char *name, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) view = NULL;
    zkl_dataset_version version;
    zkl_entry entry;
    ZKL_TRY(zkl_ledger_view(&view, w->handle, &w->env, err));
    ZKL_TRY(zkl_ledger_find(view, &version, &arena, zkl_bytes_of_text(of), 1, err));
    ZKL_TRY(zkl_ledger_entry_with(view, &entry, &arena, version.index, ZKL_FIELDS_DATA, err));
    entry.data.name = zkl_bytes_of_text(name);
    ZKL_TRY(zkl_change_init(&change, w->handle, &w->env, err));
    ZKL_TRY(zkl_change_add_entry(&change, &entry, 0, err));
    return zkl_change_place(&change, &w->env, err);
}

/* Two tables under one name: each claim is bound to its own, but people read names. */
static void test_lineage__refuses_two_tables_of_one_name(zkl_test *t)
{
    static const char *const people = "people";
    lineage_world w;
    zkl_error err = { 0 };
    zkl_bytes file;
    zkl_lineage_result r = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, notarise_again(&w, "others", "people", &err));
    /* Of the second one nothing is in the lineage yet. */
    REQUIRE_OK(t, &err, forget(&w, "people", &err));
    REQUIRE_OK(t, &err, notarise_again(&w, "others", "people", &err));
    REQUIRE_OK(t, &err, export_lineage(&w, &file, "some", ZKL_EXPORT_LINEAGE, &err));
    REQUIRE_OK(t, &err, verify(&w, &r, file, &err));
    zkl_arena_clear(&r.memory);
    const service_provenance p = { .reference = "some", .sources = &people, .source_count = 1 };
    uint64_t index;
    REQUIRE_OK(t, &err, service_provenance_record(&index, w.handle, &p, &w.env, &err));
    REQUIRE_OK(t, &err, export_lineage(&w, &file, "some", ZKL_EXPORT_LINEAGE, &err));
    refuse(&w, __LINE__, file, "both notarise 'people@1'");
    CHECK_STATUS(t, ZKL_REJECTED, verify_bytes(&w, file, &err));
    CHECK(t, err.check == ZKL_CHECK_LINEAGE);
    /* Each alone is a lineage, of one table. */
    const zkl_lineage_file f = parse(&w, file);
    REQUIRE(t, f.receipt_count == 5);
    const zkl_bytes with_one[] = { f.receipts[1], f.receipts[2] },
                    with_other[] = { f.receipts[1], f.receipts[4] };
    REQUIRE_OK(t, &err, verify_bytes(&w, build(&w, "some", 1, with_one, 2), &err));
    REQUIRE_OK(t, &err, verify_bytes(&w, build(&w, "some", 1, with_other, 2), &err));
    /* The second one's notarisation stands in the receipt of the step: that is enough. */
    const zkl_bytes with_both[] = { f.receipts[2], f.receipts[4] };
    refuse(&w, __LINE__, build(&w, "some", 1, with_both, 2), "both notarise 'people@1'");
    zkl_ledger_close(w.handle);
}

/* A branch is the same data and the same proofs under another name, and versions follow under
 * it. */
static void test_branch__begins_a_line_of_its_own(zkl_test *t)
{
    lineage_world w;
    zkl_error err = { 0 };
    zkl_link_result made = { 0 };
    zkl_verify_result verdict = { 0 };
    zkl_lineage_result r = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    const zkl_branch_request request = { "people@1", "line" };
    REQUIRE_OK(t, &err, zkl_branch(&made, w.handle, &request, &w.env, &err));
    CHECK(t, made.version == 1 && strcmp(made.name, "line") == 0);
    zkl_arena_clear(&made.memory);
    REQUIRE_OK(t, &err, zkl_verify_own(&verdict, w.handle, "line", NULL, &err));
    CHECK(t, verdict.row_count == 3 && strcmp(verdict.name, "line") == 0);
    zkl_arena_clear(&verdict.memory);
    const zkl_lineage_request of = { .reference = "line", .verify = true };
    REQUIRE_OK(t, &err, zkl_lineage_of(&r, w.handle, &of, NULL, &err));
    REQUIRE(t, r.lineage.node_count == 2 && r.lineage.step_count == 1);
    CHECK_TEXT_EQ(t, r.lineage.nodes[1].name, "people@1");
    CHECK_TEXT_EQ(t, r.lineage.steps[0].operation, "branch of people@1");
    CHECK(t, zkl_digest_equal(&r.lineage.nodes[0].id, &r.lineage.nodes[1].id));
    zkl_arena_clear(&r.memory);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_branch(&made, w.handle, &request, &w.env, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 zkl_branch(&made, w.handle, &(zkl_branch_request){ "absent", "x" }, &w.env, &err));
    CHECK_STATUS(
        t, ZKL_USAGE,
        zkl_branch(&made, w.handle, &(zkl_branch_request){ "people", "a b" }, &w.env, &err));
    /* The whole log still stands. */
    zkl_verify_chain_result chain;
    CHECK_STATUS(t, ZKL_OK,
                 zkl_verify_chain(&chain, w.handle, &(zkl_verify_chain_request){ .proofs = true },
                                  NULL, &err));
    zkl_ledger_close(w.handle);
}

/* Somebody else's link, at the moment between another one's check and its place in the log. */
typedef struct meanwhile {
    lineage_world *w;
    zkl_link_request request;
    zkl_status status;
    int times;
} meanwhile;

static bool link_meanwhile(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    meanwhile *m = opaque;
    zkl_error err;
    (void)done, (void)total;
    if (strcmp(stage, "recording") == 0 && !m->times++)
        m->status = link_it(m->w, m->request, &err);
    return true;
}

/* Each of two links is without a circle as long as the other one is not there. The one that comes
 * second looks again, and is refused; one that has nothing to do with it is not in its way. */
static void test_link__looks_again_when_others_came_first(zkl_test *t)
{
    static const char *const some = "some", *const others = "others";
    lineage_world w;
    zkl_error err;
    zkl_link_result result;
    REQUIRE_OK(t, &err, make_world(t, &w, &err)); /* some is made of people */
    meanwhile m = { .w = &w, .request = { .reference = "others", .operation = "looked at it" } };
    zkl_env env = w.env;
    env.progress = (zkl_progress){ link_meanwhile, &m };
    const zkl_link_request harmless = { .reference = "people", .operation = "typed in" };
    REQUIRE_OK(t, &err, zkl_link(&result, w.handle, &harmless, &env, &err));
    CHECK_STATUS(t, ZKL_OK, m.status);
    CHECK_UINT_EQ(t, m.times, 2); /* it looked again */
    zkl_arena_clear(&result.memory);
    m = (meanwhile){ .w = &w,
                     .request = { .reference = "others", .sources = &some, .source_count = 1 } };
    const zkl_link_request closing = { .reference = "people",
                                       .sources = &others,
                                       .source_count = 1 };
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_link(&result, w.handle, &closing, &env, &err));
    CHECK(t, strstr(err.text, "in a circle") != NULL);
    CHECK_STATUS(t, ZKL_OK, m.status);
    CHECK_UINT_EQ(t, m.times, 1); /* found before it came to record again */
    zkl_ledger_close(w.handle);
}

ZKL_TESTS(TEST(test_link__looks_again_when_others_came_first),
          TEST(test_lineage__a_stranger_sees_what_the_log_says),
          TEST(test_lineage__refuses_other_parts), TEST(test_lineage__may_have_less),
          TEST(test_lineage__no_byte_can_be_another),
          TEST(test_lineage__tells_of_a_circle_that_is_signed),
          TEST(test_lineage__refuses_two_tables_of_one_name),
          TEST(test_branch__begins_a_line_of_its_own))
