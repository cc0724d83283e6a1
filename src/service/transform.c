/* transform: a table made of others, notarised, with proofs of how.
 *
 *  1. The sources are read and compared with what was notarised.
 *  2. The engine makes the result from their values, or it is there already.
 *  3. The result is read as it will be notarised, and the claims that say what was done are checked
 *     over both: when one is false, nothing is recorded.
 *  4. It is notarised, and recorded of what it was made and how. Then the claims are proven as
 *     `prove` proves any.
 * What the engine did is not trusted: the proofs are of source and result. */
#include <string.h>

#include "service/mapping.h"
#include "service/output.h"
#include "service/provenance.h"
#include "service/workbench.h"

#include <zkl/transform.h>

/* One transformation under way. */
typedef struct transformation {
    const zkl_transform_request *request;
    zkl_transform_result *out;
    workbench bench;
    transform_plan plan;
    drawn_tokens tokens;
    char seed[65];     /* of tokens secret */
    const char *words; /* the operation, as it is recorded */
} transformation;

static void transformation_clear(transformation *t)
{
    transform_plan_clear(&t->plan);
    drawn_tokens_clear(&t->tokens);
    workbench_clear(&t->bench);
    zkl_wipe(t->seed, sizeof t->seed);
}

static zkl_status check_request(const zkl_transform_request *request, zkl_error *err)
{
    ZKL_TRY(service_check_leaf_blocks(request->leaf_blocks_max, err));
    if (!request->reference)
        return zkl_fail(err, ZKL_USAGE, "no source given");
    if (!request->operation)
        return zkl_fail(err, ZKL_USAGE, "no operation given");
    if (!request->name || !request->output)
        return zkl_fail(err, ZKL_USAGE, "the result needs a name and a file");
    ZKL_TRY(workbench_check_receipt(request->receipt_path, &request->output, 1, request->files,
                                    request->file_count, err));
    return workbench_check_place(request->output, request->is_made, request->force, err);
}

static zkl_status open_bench(transformation *t, zkl_ledger *handle, const zkl_env *env,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_transform_request *request = t->request;
    const size_t count = 1 + request->with_count;
    workbench_source *sources = ZKL_ARENA_NEW(&arena, workbench_source, count);
    if (!sources)
        return zkl_no_memory(err, count * sizeof *sources);
    sources[0] = (workbench_source){ request->reference, request->files, request->file_count,
                                     &request->reading };
    for (size_t i = 1; i < count; i++)
        sources[i] = (workbench_source){ request->with[i - 1].reference, request->with[i - 1].files,
                                         request->with[i - 1].file_count, NULL };
    return workbench_open(&t->bench, handle, sources, count, env, err);
}

/* Tokens, and the claims about how many there are. */
static zkl_status draw_tokens(transformation *t, zkl_error *err)
{
    const tokens_request request = { .table = t->bench.list.items[0].data.table,
                                     .columns = t->plan.token_columns,
                                     .column_count = t->plan.token_count,
                                     .row_count = t->plan.sources[0].row_count,
                                     .seed = t->seed };
    if (!t->plan.token_count)
        return ZKL_OK;
    ZKL_TRY(tokens_make(&t->tokens, &request, t->bench.env, err));
    return transform_plan_add_distinct(&t->plan, t->tokens.distinct, err);
}

/* Can the operation take every row? */
static zkl_status check_fit(transformation *t, zkl_error *err)
{
    uint64_t rows = 0;
    if (t->plan.misfits)
        ZKL_TRY(t->bench.ops->number(t->bench.engine, &rows, t->plan.misfits, err));
    if (rows && t->plan.misfit_kind == TRANSFORM_MISFIT_KEYS)
        return zkl_fail(err, ZKL_REJECTED, "%llu key%s null, or there twice in one table",
                        (unsigned long long)rows, rows == 1 ? " is" : "s are");
    if (rows && t->plan.misfit_kind == TRANSFORM_MISFIT_NUMBERS)
        return zkl_fail(err, ZKL_REJECTED, "'%s' has no number for the combination of %llu row%s",
                        t->plan.sources[1].reference, (unsigned long long)rows,
                        rows == 1 ? "" : "s");
    if (rows && t->plan.misfit_kind == TRANSFORM_MISFIT_TIES)
        return zkl_fail(err, ZKL_REJECTED,
                        "%llu rows have a value that another row has too, so they have no rank",
                        (unsigned long long)rows);
    return rows ? zkl_fail(err, ZKL_REJECTED, "a value of %llu row%s does not fit its new type",
                           (unsigned long long)rows, rows == 1 ? "" : "s")
                : ZKL_OK;
}

/* What the owner has to decide; the first of them are named, which is for him alone. */
static zkl_status check_conflicts(transformation *t, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) names = { 0 };
    uint64_t rows = 0;
    if (!t->plan.conflicts)
        return ZKL_OK;
    ZKL_TRY(t->bench.ops->number(t->bench.engine, &rows, t->plan.conflicts, err));
    if (!rows)
        return ZKL_OK;
    ZKL_TRY(t->bench.ops->text(t->bench.engine, &names, t->plan.conflict_names, err));
    ZKL_TRY(zkl_buffer_status(&names, err));
    return zkl_fail_hint(err, ZKL_CONFLICT, ZKL_HINT_PREFER_ONE_SIDE,
                         "%llu row%s changed on both sides: %.*s", (unsigned long long)rows,
                         rows == 1 ? " was" : "s were", (int)names.size,
                         names.size ? (const char *)names.data : "");
}

/* The file, by the plan's query, or made elsewhere. */
static zkl_status make_result(transformation *t, zkl_error *err)
{
    workbench *bench = &t->bench;
    if (t->plan.is_elsewhere && !t->request->is_made)
        return zkl_fail_hint(err, ZKL_USAGE, ZKL_HINT_SAY_IT_IS_MADE,
                             "'custom' describes what was done elsewhere, and makes no result");
    if (t->request->receipt_path && !t->request->dry_run)
        ZKL_TRY(service_output_for_receipt(t->request->receipt_path, bench->desk.ledger,
                                           zkl_bytes_of_text(t->request->name), t->request->force,
                                           err));
    ZKL_TRY(workbench_add_files(bench, &t->request->output, 1, t->request->is_made,
                                t->request->force, err));
    if (t->request->is_made)
        return ZKL_OK;
    ZKL_TRY(workbench_fill(bench, t->plan.needs_names, err));
    ZKL_TRY(check_fit(t, err));
    ZKL_TRY(check_conflicts(t, err));
    if (t->plan.token_count)
        ZKL_TRY(workbench_put_tokens(bench, &t->tokens, err));
    if (t->plan.pick_count)
        ZKL_TRY(workbench_put_picks(bench, t->plan.picks, t->plan.pick_count, err));
    return bench->ops->write(bench->engine, t->plan.sql, bench->files[0].path, err);
}

/* "subset(a, b, once@1)": claim number `at` about a source. */
static const char *back_claim(transformation *t, size_t at, uint32_t version, zkl_error *err)
{
    const transform_back *back = &t->plan.backs[at];
    if (back->is_of_sources)
        return back->before;
    const char *out = zkl_arena_format(&t->bench.list.memory, "%s%s@%u%s", back->before,
                                       t->request->name, version, back->after);
    if (!out)
        (void)zkl_no_memory(err, 0); /* the caller says it */
    return out;
}

/* Columns have the types that the operation names: values that do not fit gave one another. */
static zkl_status check_types(const transformation *t, const zkl_schema *schema, zkl_error *err)
{
    for (size_t i = 0; i < t->plan.type_count; i++) {
        const zkl_types_source *want = &t->plan.types[i];
        char is[ZKL_TYPE_TEXT_BYTES_MAX] = "not there";
        size_t at = 0;
        while (want->type && at < schema->column_count &&
               !zkl_bytes_equal_text(schema->columns[at].name, want->as))
            at++;
        if (want->type && at < schema->column_count)
            (void)zkl_type_text(is, &schema->columns[at].type);
        if (want->type && strcmp(is, want->type) != 0)
            return zkl_fail(err, ZKL_REJECTED, "column '%.200s' is %s, not %s", want->as, is,
                            want->type);
    }
    return ZKL_OK;
}

/* The result has the operation's columns, and no others: of those no claim would speak. */
static zkl_status check_columns(const transformation *t, const zkl_schema *schema, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_schema want;
    if (t->plan.is_open)
        return ZKL_OK;
    ZKL_TRY(transform_plan_columns(&want, &arena, &t->plan, err));
    for (size_t i = 0; i < schema->column_count; i++) {
        const zkl_bytes name = schema->columns[i].name;
        size_t at = 0;
        while (at < want.column_count && !zkl_bytes_equal(want.columns[at].name, name))
            at++;
        if (at == want.column_count)
            return zkl_fail(err, ZKL_REJECTED,
                            "the result has a column '%.*s', which the operation does not give it",
                            (int)(name.size < 200 ? name.size : 200), (const char *)name.data);
    }
    return schema->column_count == want.column_count
               ? ZKL_OK
               : zkl_fail(err, ZKL_REJECTED, "the result has %zu columns, the operation's has %zu",
                          schema->column_count, want.column_count);
}

static zkl_status check_claims(void *opaque, zkl_notarize_result *out, const zkl_table_facts *facts,
                               uint32_t version, zkl_error *err)
{
    transformation *t = opaque;
    const workbench_made made = { facts, t->request->name, version, t->request->leaf_blocks_max };
    ZKL_TRY(check_columns(t, facts->schema, err));
    ZKL_TRY(check_types(t, facts->schema, err));
    ZKL_TRY(
        workbench_check_claims(&t->bench, out, &made, t->plan.claims, t->plan.claim_count, err));
    for (size_t i = 0; i < t->plan.back_count; i++) {
        const char *claim = back_claim(t, i, version, err);
        if (!claim)
            return ZKL_NO_MEMORY;
        const transform_back *back = &t->plan.backs[i];
        ZKL_TRY(back->is_of_sources
                    ? workbench_check_pair(&t->bench, out, back->source, back->other, claim,
                                           t->request->leaf_blocks_max, err)
                    : workbench_check_back(&t->bench, out, &made, back->source, claim, err));
    }
    return ZKL_OK;
}

/* The file has no other rows. */
static zkl_status hold_result(void *opaque, zkl_error *err)
{
    transformation *t = opaque;
    return workbench_hold(&t->bench, 0, err);
}

static zkl_status notarize_result_file(transformation *t, zkl_error *err)
{
    const notarize_check check = {
        .run = check_claims, .is_placed_next = hold_result, .is_made = true, .opaque = t
    };
    const zkl_notarize_request request = { .name = t->request->name,
                                           .files = &t->bench.files[0].path,
                                           .file_count = 1,
                                           .claims = t->plan.own_claims,
                                           .claim_count = t->plan.own_count,
                                           .dry_run = t->request->dry_run,
                                           .types_from = t->plan.types,
                                           .types_from_count = t->plan.type_count,
                                           .leaf_blocks_max = t->request->leaf_blocks_max };
    return notarize_checked(&t->out->made, t->bench.handle, &request, &check, t->bench.env, err);
}

/* ---- Proving. */

static const char *result_reference(transformation *t, zkl_error *err)
{
    const char *reference =
        zkl_arena_format(&t->bench.list.memory, "%s@%u", t->out->made.name, t->out->made.version);
    if (!reference)
        (void)zkl_no_memory(err, 0); /* the caller says it */
    return reference;
}

/* The claims about the result, with all sources at hand. */
static zkl_status prove_result(transformation *t, const char *file, zkl_error *err)
{
    const size_t count = t->bench.list.count;
    zkl_with_dataset *with = ZKL_ARENA_NEW(&t->bench.list.memory, zkl_with_dataset, count);
    const char *reference = result_reference(t, err);
    if (!with || !reference)
        return zkl_no_memory(err, count * sizeof *with);
    for (size_t i = 0; i < count; i++)
        with[i] =
            (zkl_with_dataset){ t->bench.sources[i].reference, t->bench.list.items[i].request.files,
                                t->bench.list.items[i].request.file_count };
    const zkl_add_claims_request request = { .reference = reference,
                                             .files = &file,
                                             .file_count = 1,
                                             .claims = t->plan.claims,
                                             .claim_count = t->plan.claim_count,
                                             .with = with,
                                             .with_count = count,
                                             .receipt_path = t->request->receipt_path,
                                             .force = t->request->force,
                                             .leaf_blocks_max = t->request->leaf_blocks_max };
    t->out->is_proven = true;
    return zkl_add_claims(&t->out->proven, t->bench.handle, &request, t->bench.env, err);
}

/* Claim number `at` about a source, with the result, or another source, at hand. */
static zkl_status prove_back(transformation *t, size_t at, const char *file, zkl_error *err)
{
    const size_t about = t->plan.backs[at].source;
    const service_claimed *source = &t->bench.list.items[about];
    const char *reference = result_reference(t, err),
               *claim = back_claim(t, at, t->out->made.version, err);
    if (!reference || !claim)
        return ZKL_NO_MEMORY;
    zkl_with_dataset with = { reference, &file, 1 };
    const size_t other = t->plan.backs[at].other;
    const bool is_alone = t->plan.backs[at].is_of_sources && other == about;
    if (t->plan.backs[at].is_of_sources && !is_alone) {
        with = (zkl_with_dataset){ t->bench.sources[other].reference,
                                   t->bench.list.items[other].request.files,
                                   t->bench.list.items[other].request.file_count };
    }
    const zkl_add_claims_request request = { .reference = t->bench.sources[about].reference,
                                             .files = source->request.files,
                                             .file_count = source->request.file_count,
                                             .reading = source->request.reading,
                                             .claims = &claim,
                                             .claim_count = 1,
                                             .with = &with,
                                             .with_count = !is_alone,
                                             .leaf_blocks_max = t->request->leaf_blocks_max };
    zkl_notarize_result *made = &t->out->backs[t->out->back_count];
    t->out->back_count++;
    ZKL_TRY(zkl_add_claims(made, t->bench.handle, &request, t->bench.env, err));
    if (made->is_unchanged) { /* proven before, as of a mapping that is used again */
        zkl_arena_clear(&made->memory);
        t->out->back_count--;
    }
    return ZKL_OK;
}

static zkl_status prove_backs(transformation *t, const char *file, zkl_error *err)
{
    const size_t count = t->plan.back_count;
    if (!count)
        return ZKL_OK;
    t->out->backs = ZKL_ARENA_NEW(&t->out->memory, zkl_notarize_result, count);
    if (!t->out->backs)
        return zkl_no_memory(err, count * sizeof *t->out->backs);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(prove_back(t, i, file, err));
    return ZKL_OK;
}

static zkl_status show_operation(transformation *t, zkl_error *err)
{
    zkl_arena *memory = &t->out->memory;
    t->out->operation =
        t->plan.uses_seed ? zkl_arena_format(memory, "%s, seed %s", t->request->operation, t->seed)
                          : zkl_arena_format(memory, "%s", t->request->operation);
    t->out->output = zkl_arena_format(memory, "%s", t->request->output);
    t->out->recorded = t->plan.recorded; /* a text of the program */
    return t->out->operation && t->out->output ? ZKL_OK : zkl_no_memory(err, 0);
}

static zkl_status notarize_and_keep(transformation *t, zkl_error *err)
{
    const zkl_status status = notarize_result_file(t, err);
    return t->request->dry_run ? status : workbench_end(&t->bench, 0, &t->out->made, status, err);
}

static zkl_status prove_made(transformation *t, zkl_error *err)
{
    const workbench_words words = { .operation = t->words,
                                    .unproven = t->plan.recorded,
                                    .seed = t->plan.uses_seed ? t->seed : NULL,
                                    .is_made = t->request->is_made };
    ZKL_TRY(workbench_record(&t->bench, &t->out->made, &words, err));
    if (t->plan.claim_count)
        ZKL_TRY(prove_result(t, t->request->output, err));
    return prove_backs(t, t->request->output, err);
}

static zkl_status record(transformation *t, zkl_error *err)
{
    zkl_status status = notarize_and_keep(t, err);
    if (status == ZKL_OK && !t->request->dry_run)
        status = prove_made(t, err);
    const zkl_notarize_result *made = &t->out->made;
    return status == ZKL_OK || zkl_digest_is_zero(&made->receipt_id)
               ? status
               : zkl_wrap(err, status, "'%s@%u' is recorded, and stays", made->name, made->version);
}

static zkl_status transform_steps(transformation *t, zkl_ledger *handle, const zkl_env *env,
                                  zkl_error *err)
{
    ZKL_TRY(check_request(t->request, err));
    ZKL_TRY(workbench_seed(t->seed, t->request->seed, env, err));
    ZKL_TRY(open_bench(t, handle, env, err));
    t->plan.sources = t->bench.sources;
    t->plan.source_count = t->bench.list.count;
    t->plan.seed = t->seed;
    ZKL_TRY(service_provenance_words(&t->words, &t->bench.list.memory, t->request->operation, err));
    ZKL_TRY(transform_plan_make(&t->plan, t->request->operation, err));
    if (t->request->is_made && t->plan.claims_seed && !t->request->seed)
        return zkl_fail(err, ZKL_USAGE, "the seed by which the file was made is needed");
    /* One that was drawn here has nothing to do with such a file. */
    t->plan.uses_seed = t->plan.uses_seed && (!t->request->is_made || t->request->seed);
    if (t->plan.recorded_unseeded && !t->plan.uses_seed)
        t->plan.recorded = t->plan.recorded_unseeded;
    ZKL_TRY(show_operation(t, err));
    ZKL_TRY(draw_tokens(t, err));
    ZKL_TRY(make_result(t, err));
    return record(t, err);
}

zkl_status zkl_transform(zkl_transform_result *out, zkl_ledger *ledger,
                         const zkl_transform_request *request, const zkl_env *env, zkl_error *err)
{
    *out = (zkl_transform_result){ 0 };
    if (request->mapping_name)
        return transform_with_mapping(out, ledger, request, env, err);
    ZKL_AUTO_CLEAR(transformation) t = { .request = request, .out = out };
    const zkl_status status = transform_steps(&t, ledger, env ? env : zkl_ledger_env(ledger), err);
    if (status != ZKL_OK)
        workbench_name_outputs(&t.bench, err);
    zkl_arena_join(&out->memory, &out->made.memory);
    zkl_arena_join(&out->memory, &out->proven.memory);
    for (size_t i = 0; i < out->back_count; i++)
        zkl_arena_join(&out->memory, &out->backs[i].memory);
    return status;
}
