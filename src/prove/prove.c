/* From assertions to a statement and its proof blob (docs/proof-system.md sections 5 and 9).
 *
 * 1. Lay out the statement: tables in order of first use, each assertion's sources and then its
 *    auxiliary tables.
 * 2. Check that every assertion is true of the cells: before any curve work.
 * 3. Gather cells, blinders and commitments of the sources; fill the auxiliary tables.
 * 4. Draw the proof's secrets, which depend on the statement up to its points, and make the points:
 *    multiplicities, mask, auxiliary blocks. They fix t0.
 * 5. Argue (prove_argument.c), then wrap: Groth16 shows that the argument was accepted, and hides
 *    its messages.
 *
 * What differs between production and tests (powers of tau, keys, the source of secrets) is a
 * zkl_prove_world; what they share is here once. Every secret of a proof lies in its plan, whose
 * clearing wipes it. */
#include "prove/prove.h"

#include "hash/domains.h"
#include "hash/hash.h"
#include "claim/assertion.h"
#include "prove/assertion.h"
#include "prove/prove_internal.h"

#define ZKL_MEASURED_SOURCES_MAX 64 /* of an assertion whose parameters the data decide */

void zkl_prove_result_clear(zkl_prove_result *result)
{
    zkl_buffer_clear(&result->statement);
    zkl_buffer_clear(&result->proof);
    *result = (zkl_prove_result){ 0 };
}

/* ---- the statement, as far as it is known before any commitment */

/* Where a table of the statement comes from: a source, or (source NULL) auxiliary table `which`
 * of an assertion. */
typedef struct planned_table {
    const zkl_source_table *source;
    size_t assertion, which;
} planned_table;

/* One statement under way, with all its secrets. Arrays come from arena, which wipes. */
typedef struct prove_plan {
    zkl_arena arena;
    const zkl_proof_format *format;
    zkl_statement statement;
    zkl_statement_table *tables;
    planned_table *origins;
    zkl_assertion_data *assertions;
    size_t assertion_count;
    /* For t0 = 0, alpha = 1: counts and leaves only, which no challenge changes. */
    zkl_shape shape;

    /* Of every block of the statement, in its order. */
    const uint16_t **cells;
    zkl_fr *blinders;
    /* What of the cells was made here: auxiliary_count blocks. */
    uint16_t *auxiliary_cells;
    size_t auxiliary_count;
    /* Blocks, multiplicities, mask: the statement points into them. */
    uint8_t (*points)[ZKL_POINT_BYTES];
    /* Multiplicities: C of them; and u. */
    uint32_t *counts;
    zkl_fr null_sum;
    zkl_fr *mask, count_blinder, salt;
    zkl_groth16_blinding blinding;
} prove_plan;

static void prove_plan_clear(prove_plan *plan)
{
    zkl_shape_clear(&plan->shape);
    if (plan->auxiliary_cells)
        zkl_wipe(plan->auxiliary_cells, plan->auxiliary_count * sizeof(uint16_t)
                                            << plan->format->log_cells);
    zkl_free(plan->auxiliary_cells);
    zkl_arena_clear(&plan->arena); /* wipes */
    zkl_wipe(plan, sizeof *plan);
    *plan = (prove_plan){ 0 };
}

/* What claim/ wants of an assertion. tables: room for its source_count pointers. */
static zkl_assertion_facts facts_of(const zkl_assertion_data *assertion,
                                    const zkl_statement_table **tables)
{
    for (size_t i = 0; i < assertion->source_count; i++)
        tables[i] = &assertion->sources[i]->table;
    return (zkl_assertion_facts){ assertion->format, assertion->params, assertion->param_count,
                                  tables, assertion->source_count };
}

/* Tables sound enough to be read: what is computed from them later fits. */
static zkl_status check_sources(const prove_plan *plan, const zkl_prove_request *request,
                                zkl_error *err)
{
    for (size_t i = 0; i < request->source_count; i++) {
        const zkl_statement_table *table = &request->sources[i].table;
        const size_t blocks = zkl_statement_table_blocks(table, plan->format);
        if (!table->row_count || !blocks || blocks > ZKL_STATEMENT_BLOCKS_MAX)
            return zkl_fail(err, ZKL_LIMIT, "a table of %zu blocks, 1 to %d fit a proof", blocks,
                            ZKL_STATEMENT_BLOCKS_MAX);
        for (size_t j = 0; j < table->column_count; j++)
            if (table->columns[j].limb_count > ZKL_TABLE_LIMBS_MAX)
                return zkl_fail(err, ZKL_LIMIT, "a column of %u limbs",
                                table->columns[j].limb_count);
    }
    return ZKL_OK;
}

/* The request's assertions with their sources looked up and their parameters checked. */
static zkl_status read_request(prove_plan *plan, const zkl_prove_request *request, zkl_error *err)
{
    const size_t assertion_count = request->assertion_count;
    plan->assertion_count = assertion_count;
    plan->assertions = ZKL_ARENA_NEW(&plan->arena, zkl_assertion_data, assertion_count);
    const zkl_statement_table **tables =
        ZKL_ARENA_NEW(&plan->arena, const zkl_statement_table *, ZKL_STATEMENT_TABLES_MAX);
    if (!plan->assertions || !tables)
        return zkl_no_memory(err, assertion_count * sizeof *plan->assertions);
    uint64_t drawn = 0;
    ZKL_TRY(check_sources(plan, request, err));
    if (!assertion_count || assertion_count > ZKL_STATEMENT_ASSERTIONS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu claims, 1 to %d fit a proof", assertion_count,
                        ZKL_STATEMENT_ASSERTIONS_MAX);
    for (size_t i = 0; i < assertion_count; i++) {
        const zkl_assertion_request *assertion = &request->assertions[i];
        ZKL_ASSERT(assertion->source_count > 0 &&
                   assertion->source_count <= ZKL_STATEMENT_TABLES_MAX);
        const zkl_source_table **own =
            ZKL_ARENA_NEW(&plan->arena, const zkl_source_table *, assertion->source_count);
        if (!own)
            return zkl_no_memory(err, assertion->source_count * sizeof *own);
        for (size_t j = 0; j < assertion->source_count; j++) {
            ZKL_ASSERT(assertion->sources[j] < request->source_count);
            own[j] = &request->sources[assertion->sources[j]];
        }
        plan->assertions[i] = (zkl_assertion_data){ assertion->kind,          assertion->params,
                                                    assertion->param_count,   own,
                                                    assertion->source_count,  plan->format,
                                                    assertion->is_second_half };
        const zkl_assertion_facts facts = facts_of(&plan->assertions[i], tables);
        zkl_status status = zkl_assertion_check(assertion->kind, &facts, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "claim %zu (%s)", i,
                            zkl_assertion_kind_name(assertion->kind));
        if (!zkl_assertion_add_draws(&drawn, assertion->kind, &facts))
            return zkl_fail(err, ZKL_LIMIT, "the samples of one proof have at most %llu rows",
                            (unsigned long long)ZKL_ASSERTION_DRAWS_MAX);
    }
    return ZKL_OK;
}

/* Auxiliary tables have no dataset: zeros for its id and hashes, and their columns no place in a
 * schema. */
static zkl_status plan_auxiliary(prove_plan *plan, zkl_statement_table *out,
                                 const zkl_auxiliary *auxiliary, zkl_error *err)
{
    zkl_statement_column *columns =
        ZKL_ARENA_NEW(&plan->arena, zkl_statement_column, auxiliary->column_count);
    if (!columns)
        return zkl_no_memory(err, sizeof *columns);
    for (size_t i = 0; i < auxiliary->column_count; i++) {
        const char *role = zkl_arena_format(&plan->arena, "%s", auxiliary->columns[i].role);
        if (!role)
            return zkl_no_memory(err, ZKL_AUXILIARY_ROLE_BYTES);
        columns[i] = (zkl_statement_column){ zkl_bytes_of_text(role), ZKL_COLUMN_AUXILIARY,
                                             auxiliary->columns[i].limb_count };
    }
    *out = (zkl_statement_table){ .row_count = auxiliary->row_count,
                                  .columns = columns,
                                  .column_count = auxiliary->column_count };
    return ZKL_OK;
}

/* Tables in order of first use: each assertion's sources, then its auxiliary tables. */
static zkl_status plan_tables(prove_plan *plan, zkl_error *err)
{
    const size_t assertion_count = plan->assertion_count;
    zkl_statement *s = &plan->statement;
    zkl_arena *arena = &plan->arena;
    size_t most = assertion_count * ZKL_ASSERTION_AUXILIARY_MAX; /* tables, at most */
    for (size_t i = 0; i < assertion_count; i++)
        most += plan->assertions[i].source_count;
    const zkl_statement_table **facts_tables =
        ZKL_ARENA_NEW(arena, const zkl_statement_table *, most);
    zkl_assertion *assertions = ZKL_ARENA_NEW(arena, zkl_assertion, assertion_count);
    plan->tables = ZKL_ARENA_NEW(arena, zkl_statement_table, most);
    plan->origins = ZKL_ARENA_NEW(arena, planned_table, most);
    if (!facts_tables || !assertions || !plan->tables || !plan->origins)
        return zkl_no_memory(err, most * sizeof *plan->tables);
    for (size_t i = 0; i < assertion_count; i++) {
        const zkl_assertion_data *assertion = &plan->assertions[i];
        zkl_auxiliary auxiliary[ZKL_ASSERTION_AUXILIARY_MAX];
        const zkl_assertion_facts facts = facts_of(assertion, facts_tables);
        /* which auxiliary tables it has follows from its kind and parameters: verifiers compute
         * the same */
        const size_t auxiliary_count = zkl_assertion_auxiliary(auxiliary, assertion->kind, &facts);
        uint32_t *at = ZKL_ARENA_NEW(arena, uint32_t, assertion->source_count + auxiliary_count);
        if (!at)
            return zkl_no_memory(err, assertion->source_count * sizeof *at);
        for (size_t j = 0; j < assertion->source_count;
             j++) { /* known already, or the next table */
            size_t k = 0;
            while (k < s->table_count && plan->origins[k].source != assertion->sources[j])
                k++;
            at[j] = (uint32_t)k;
            if (k == s->table_count) {
                plan->origins[k].source = assertion->sources[j];
                plan->tables[s->table_count++] = assertion->sources[j]->table;
            }
        }
        for (size_t j = 0; j < auxiliary_count; j++) {
            at[assertion->source_count + j] = (uint32_t)s->table_count;
            plan->origins[s->table_count] = (planned_table){ NULL, i, j };
            ZKL_TRY(plan_auxiliary(plan, &plan->tables[s->table_count++], &auxiliary[j], err));
        }
        assertions[i] = (zkl_assertion){ assertion->kind, assertion->params, assertion->param_count,
                                         at, assertion->source_count + auxiliary_count };
    }
    ZKL_ASSERT(s->table_count <= most);
    s->assertions = assertions;
    s->assertion_count = assertion_count;
    s->tables = plan->tables;
    s->block_count = 0;
    for (size_t i = 0; i < s->table_count; i++)
        if (!zkl_size_add(&s->block_count, s->block_count,
                          zkl_statement_table_blocks(&s->tables[i], plan->format)) ||
            s->block_count > ZKL_STATEMENT_BLOCKS_MAX)
            return zkl_fail(err, ZKL_LIMIT, "the claims' tables have more than %d blocks",
                            ZKL_STATEMENT_BLOCKS_MAX);
    return ZKL_OK;
}

static zkl_status plan_statement(prove_plan *plan, const zkl_proof_format *format,
                                 const zkl_prove_request *request, zkl_error *err)
{
    plan->format = format;
    ZKL_TRY(read_request(plan, request, err));
    ZKL_TRY(plan_tables(plan, err));
    return zkl_shape_count(&plan->shape, &plan->statement, format, err);
}

zkl_status zkl_prove_leaf_blocks(size_t *leaf_block_count, const zkl_assertion_request *assertions,
                                 size_t assertion_count, const zkl_source_table *sources,
                                 size_t source_count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(prove_plan) plan = { 0 };
    const zkl_prove_request request = { NULL, assertions, assertion_count, sources, source_count };
    zkl_status status = plan_statement(&plan, &zkl_proof_format_v1, &request, err);
    if (status == ZKL_OK || zkl_shape_leaf_blocks(&plan.shape) > ZKL_LEAF_BLOCKS_MAX) {
        *leaf_block_count =
            zkl_shape_leaf_blocks(&plan.shape); /* too many is an answer, not a failure */
        return ZKL_OK;
    }
    return status;
}

/* bad_rows: NULL, or the offending rows of each assertion. Every one is counted, the first false
 * one is the error. */
static zkl_status check_truth(uint64_t *bad_rows, const prove_plan *plan, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    for (size_t i = 0; i < plan->assertion_count; i++) {
        const zkl_assertion_data *assertion = &plan->assertions[i];
        ZKL_ASSERT(!assertion->is_second_half || i > 0);
        const zkl_assertion_prover *prover = zkl_assertion_prover_of(assertion->kind);
        const bool besides = assertion->is_second_half && prover->bad_rows_besides;
        ZKL_ASSERT(!besides || assertion[-1].kind == assertion->kind);
        uint64_t bad = 0;
        if (besides)
            bad = prover->bad_rows_besides(assertion, assertion - 1);
        else
            ZKL_TRY(prover->bad_rows(&bad, assertion, err));
        if (bad_rows)
            bad_rows[i] = bad;
        if (bad && status == ZKL_OK)
            status = zkl_fail(err, ZKL_REJECTED, "claim %zu (%s) is false: %llu offending %s%s", i,
                              zkl_assertion_kind_name(assertion->kind), (unsigned long long)bad,
                              prover->offender, bad == 1 ? "" : "s");
    }
    return status;
}

zkl_status zkl_prove_check(uint64_t *bad_rows, const zkl_assertion_request *assertions,
                           size_t assertion_count, const zkl_source_table *sources,
                           size_t source_count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(prove_plan) plan = { .format = &zkl_proof_format_v1 };
    const zkl_prove_request request = { NULL, assertions, assertion_count, sources, source_count };
    ZKL_TRY(read_request(&plan, &request, err));
    return check_truth(bad_rows, &plan, err);
}

/* own: room for the sources. */
static zkl_assertion_data measured(const zkl_assertion_request *request,
                                   const zkl_source_table *own[static ZKL_MEASURED_SOURCES_MAX],
                                   const zkl_source_table *sources, size_t source_count)
{
    ZKL_ASSERT(request->source_count <= ZKL_MEASURED_SOURCES_MAX);
    for (size_t i = 0; i < request->source_count; i++) {
        ZKL_ASSERT(request->sources[i] < source_count);
        own[i] = &sources[request->sources[i]];
    }
    return (zkl_assertion_data){ .kind = request->kind,
                                 .params = request->params,
                                 .param_count = request->param_count,
                                 .sources = own,
                                 .source_count = request->source_count,
                                 .format = &zkl_proof_format_v1 };
}

zkl_status zkl_prove_measure(zkl_scalar *params, const zkl_assertion_request *request,
                             const zkl_source_table *sources, size_t source_count, zkl_error *err)
{
    const zkl_assertion_prover *prover = zkl_assertion_prover_of(request->kind);
    const zkl_source_table *own[ZKL_MEASURED_SOURCES_MAX];
    const zkl_assertion_data data = measured(request, own, sources, source_count);
    return prover->measure ? prover->measure(params, &data, err) : ZKL_OK;
}

zkl_status zkl_prove_is_true_unrounded(bool *out, const zkl_assertion_request *request,
                                       const zkl_source_table *sources, size_t source_count,
                                       zkl_error *err)
{
    const zkl_assertion_prover *prover = zkl_assertion_prover_of(request->kind);
    const zkl_source_table *own[ZKL_MEASURED_SOURCES_MAX];
    *out = false;
    if (!prover->is_true_unrounded)
        return ZKL_OK;
    const zkl_assertion_data data = measured(request, own, sources, source_count);
    return prover->is_true_unrounded(out, &data, err);
}

/* ---- cells, secrets, commitments */

/* Sources bring cells, blinders and commitments; auxiliary tables get their cells here, and the
 * rest with the secrets. */
static zkl_status gather_blocks(prove_plan *plan, zkl_error *err)
{
    const zkl_statement *s = &plan->statement;
    const size_t cells = (size_t)1 << plan->format->log_cells;
    ZKL_ASSERT(plan->auxiliary_count == 0 && s->block_count <= ZKL_STATEMENT_BLOCKS_MAX);
    for (size_t i = 0; i < s->table_count; i++)
        if (!plan->origins[i].source)
            plan->auxiliary_count += zkl_statement_table_blocks(&s->tables[i], plan->format);
    uint16_t **made = ZKL_ARENA_NEW(&plan->arena, uint16_t *, plan->auxiliary_count);
    plan->cells = ZKL_ARENA_NEW(&plan->arena, const uint16_t *, s->block_count);
    plan->blinders = ZKL_ARENA_NEW(&plan->arena, zkl_fr, s->block_count);
    plan->points = zkl_arena_alloc(&plan->arena, s->block_count + 2, sizeof *plan->points);
    plan->mask = ZKL_ARENA_NEW(&plan->arena, zkl_fr, 2 * (size_t)plan->format->mask_half);
    plan->counts = ZKL_ARENA_NEW(&plan->arena, uint32_t, cells);
    plan->auxiliary_cells = zkl_calloc(plan->auxiliary_count * cells, sizeof(uint16_t));
    if (!made || !plan->cells || !plan->blinders || !plan->points || !plan->mask || !plan->counts ||
        !plan->auxiliary_cells)
        return zkl_no_memory(err, plan->auxiliary_count * cells * sizeof(uint16_t));

    /* block counts through the statement, next through what is made here */
    size_t block = 0, next = 0;
    for (size_t i = 0; i < s->table_count; i++) {
        const planned_table *origin = &plan->origins[i];
        const size_t blocks = zkl_statement_table_blocks(&s->tables[i], plan->format);
        if (origin->source) {
            memcpy(plan->cells + block, origin->source->cells, blocks * sizeof *plan->cells);
            memcpy(plan->blinders + block, origin->source->blinders,
                   blocks * sizeof *plan->blinders);
            memcpy(plan->points + block, origin->source->commitments,
                   blocks * sizeof *plan->points);
        } else {
            for (size_t b = 0; b < blocks; b++)
                plan->cells[block + b] = made[next + b] =
                    plan->auxiliary_cells + (next + b) * cells;
            const zkl_assertion_data *owner = &plan->assertions[origin->assertion];
            ZKL_TRY(zkl_assertion_prover_of(owner->kind)
                        ->fill_auxiliary(made + next, origin->which, owner, err));
            next += blocks;
        }
        block += blocks;
    }
    ZKL_ASSERT(block == s->block_count && next == plan->auxiliary_count);
    return ZKL_OK;
}

/* The statement's lists of points are three parts of one array. */
static void point_at_points(prove_plan *plan)
{
    zkl_statement *s = &plan->statement;
    ZKL_ASSERT(plan->points);
    const uint8_t(*points)[ZKL_POINT_BYTES] = (const uint8_t(*)[ZKL_POINT_BYTES])plan->points;
    s->blocks = points;
    s->multiplicities = points + s->block_count;
    s->multiplicity_count = plan->shape.has_table;
    s->masks = points + s->block_count + 1;
    s->mask_count = 1;
}

/* In the order of the counter: mask, multiplicities' blinder, auxiliary blinders in block order,
 * salt, Groth16's r, s. */
static void draw_secrets(prove_plan *plan, const zkl_prove_world *world)
{
    const zkl_statement *s = &plan->statement;
    for (size_t i = 0; i < 2 * (size_t)plan->format->mask_half; i++)
        world->secret(world->opaque, &plan->mask[i]);
    if (plan->shape.has_table)
        world->secret(world->opaque, &plan->count_blinder);
    for (size_t i = 0, block = 0; i < s->table_count; i++)
        for (size_t k = zkl_statement_table_blocks(&s->tables[i], plan->format); k--; block++)
            if (!plan->origins[i].source)
                world->secret(world->opaque, &plan->blinders[block]);
    world->secret(world->opaque, &plan->salt);
    world->secret(world->opaque, &plan->blinding.r);
    world->secret(world->opaque, &plan->blinding.s);
}

/* Points of auxiliary blocks, multiplicities and mask. */
static zkl_status commit_points(prove_plan *plan, const zkl_committer *committer, zkl_pool *pool,
                                zkl_error *err)
{
    const zkl_statement *s = &plan->statement;
    size_t block = 0;
    for (size_t i = 0; i < s->table_count; i++) {
        const size_t count = zkl_statement_table_blocks(&s->tables[i], plan->format);
        const zkl_blinded_blocks blocks = { plan->cells + block, plan->blinders + block, count };
        if (!plan->origins[i].source)
            ZKL_TRY(committer->blocks(committer, plan->points + block, &blocks, pool, err));
        block += count;
    }
    ZKL_ASSERT(block == s->block_count); /* behind the blocks: multiplicities, then the mask */
    if (s->multiplicity_count)
        ZKL_TRY(committer->counts(committer, plan->points[block], plan->counts,
                                  &plan->count_blinder, pool, err));
    return committer->mask(committer, plan->points[block + 1], plan->mask, pool, err);
}

/* All of the statement but its points: circuit, keys, powers, tables, and what secrets derive
 * from. */
static zkl_status state_head(zkl_buffer *head, prove_plan *plan, const zkl_prove_world *world,
                             zkl_error *err)
{
    zkl_statement *s = &plan->statement;
    const unsigned n = zkl_shape_tier(&plan->shape);
    ZKL_ASSERT(n > plan->format->log_cells);
    char *circuit = zkl_arena_format(&plan->arena, "F%u", n);
    if (!circuit)
        return zkl_no_memory(err, 8);
    s->circuit = zkl_bytes_of_text(circuit);
    s->powers_hash = world->powers_hash;
    ZKL_TRY(world->key_hash(world->opaque, &s->key_hash, n, err));
    ZKL_TRY(gather_blocks(plan, err));
    point_at_points(plan);
    /* the verifier's own checklist, on what is about to be proven */
    ZKL_TRY(zkl_statement_check(s, plan->format, NULL, 0, err));
    zkl_statement_encode_head(head, s);
    return zkl_buffer_status(head, err);
}

/* The statement whole, and t0. */
static zkl_status make_statement(zkl_buffer *out, zkl_fr *t0, prove_plan *plan,
                                 const zkl_prove_world *world, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) head = { 0 };
    /* Secrets derive from the head; points from secrets; t0 from all of it. Nothing here may
     * change its order. */
    ZKL_TRY(state_head(&head, plan, world, err));
    ZKL_TRY(zkl_env_progress(env, "commit", 0, 3, err));
    ZKL_TRY(world->seed(world->opaque, zkl_buffer_bytes(&head), err));
    draw_secrets(plan, world);
    ZKL_TRY(zkl_leaf_multiplicities(plan->counts, &plan->null_sum, &plan->shape, plan->cells,
                                    env->pool, err));
    ZKL_TRY(commit_points(plan, &world->committer, env->pool, err));
    zkl_statement_encode(out, &plan->statement);
    ZKL_TRY(zkl_buffer_status(out, err));
    zkl_statement_t0(t0, zkl_buffer_bytes(out));
    return ZKL_OK;
}

static zkl_status prove_plan_run(zkl_prove_result *out, prove_plan *plan,
                                 const zkl_prove_world *world, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_argument) argument = { 0 };
    zkl_committed_statement committed = { .statement = &plan->statement };
    const double start = zkl_prove_seconds();
    ZKL_TRY(make_statement(&out->statement, &committed.t0, plan, world, env, err));
    out->commit_s = zkl_prove_seconds() - start;
    committed.cells = plan->cells;
    committed.blinders = plan->blinders;
    committed.multiplicities = plan->statement.multiplicity_count ? plan->counts : NULL;
    committed.count_blinder = plan->count_blinder;
    committed.null_sum = plan->null_sum;
    committed.mask = plan->mask;
    committed.salt = plan->salt;

    ZKL_TRY(zkl_env_progress(env, "argument", 1, 3, err));
    zkl_status status =
        zkl_argument_prove(&argument, &plan->arena, &committed, &world->committer, env, err);
    zkl_wipe(&committed, sizeof committed);
    ZKL_TRY(status);
    out->argument_s = argument.argument_s;
    out->opening_s = argument.opening_s;

    ZKL_TRY(zkl_env_progress(env, "groth16", 2, 3, err));
    const double wrap = zkl_prove_seconds();
    ZKL_TRY(world->wrap(world->opaque, argument.blob.groth16, &argument, &plan->blinding, env->pool,
                        err));
    zkl_proof_blob_encode(&out->proof, &argument.blob);
    ZKL_TRY(zkl_buffer_status(&out->proof, err));
    out->groth16_s = zkl_prove_seconds() - wrap;
    out->auxiliary_count = plan->auxiliary_count;
    return zkl_env_progress(env, "groth16", 3, 3, err);
}

zkl_status zkl_prove_in(zkl_prove_result *out, const zkl_prove_world *world,
                        const zkl_prove_request *request, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(prove_plan) plan = { 0 };
    ZKL_AUTO_CLEAR(zkl_prove_result) result = { 0 };
    ZKL_ASSERT(request->ledger);
    plan.statement.ledger = *request->ledger;
    ZKL_TRY(plan_statement(&plan, world->committer.format, request, err));
    ZKL_TRY(check_truth(NULL, &plan, err));
    ZKL_TRY(prove_plan_run(&result, &plan, world, env, err));
    *out = result;
    result = (zkl_prove_result){ 0 };
    return ZKL_OK;
}

/* ---- production */

typedef struct real_world {
    const zkl_prover *prover;
    const zkl_env *env;
    /* Of the statement's tier, once find_key was asked. */
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    /* Of this proof's secrets: secret number i is PRF(prf_key, "proof", i). */
    zkl_digest prf_key;
    uint32_t counter;
} real_world;

/* The circuit and key of the statement's tier; its hash goes into the statement. */
static zkl_status find_key(void *opaque, zkl_digest *out, unsigned n, zkl_error *err)
{
    real_world *real = opaque;
    const zkl_groth16_key_source *keys = &real->prover->keys;
    ZKL_TRY(keys->get(keys->opaque, n, real->env, &real->circuit, &real->key, err));
    zkl_groth16_vk_hash(out, &real->key->vk);
    return ZKL_OK;
}

/* SHA3-256(32 fresh random bytes, owner secret, the statement up to its points): a snapshot
 * restored repeats nothing for another statement. */
static zkl_status seed_secrets(void *opaque, zkl_bytes head, zkl_error *err)
{
    real_world *real = opaque;
    uint8_t fresh[32];
    ZKL_TRY(zkl_env_random(real->env, fresh, sizeof fresh, err));
    const zkl_bytes parts[3] = { zkl_bytes_of(fresh, sizeof fresh),
                                 zkl_owner_secret_bytes(real->prover->owner_secret), head };
    zkl_hash_parts(&real->prf_key, ZKL_HASH_SHA3_256, parts, ZKL_COUNT(parts));
    zkl_wipe(fresh, sizeof fresh);
    return ZKL_OK;
}

/* PRF(prf_key, "proof", counter): uniform, and never the same twice for one statement. */
static void draw_secret(void *opaque, zkl_fr *out)
{
    real_world *real = opaque;
    uint8_t counter[4];
    ZKL_ASSERT(real->counter < UINT32_MAX); /* it never comes round to a secret in use */
    zkl_be32_put(counter, real->counter++);
    zkl_fr_prf(out, zkl_bytes_of(real->prf_key.bytes, 32), ZKL_PRF_PROOF,
               zkl_bytes_of(counter, sizeof counter));
}

/* The circuit is evaluated in the clear first: a witness that breaks a constraint would give a
 * proof that no verifier accepts, and the constraint says more than that. */
static zkl_status wrap_groth16(void *opaque, uint8_t out[static ZKL_GROTH16_PROOF_BYTES],
                               const zkl_argument *argument, const zkl_groth16_blinding *blinding,
                               zkl_pool *pool, zkl_error *err)
{
    const real_world *real = opaque;
    ZKL_ASSERT(real->circuit && real->key);
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(real->circuit);
    const size_t bytes = r1cs->wire_count * sizeof(zkl_fr);
    zkl_fr *wires = zkl_malloc(r1cs->wire_count, sizeof *wires);
    zkl_groth16_proof proof;
    uint32_t bad;
    if (!wires)
        return zkl_no_memory(err, bytes);
    zkl_status status = zkl_circuit_fraction_satisfy(real->circuit, wires, argument->inputs,
                                                     &argument->witness, &bad)
                            ? zkl_groth16_prove(&proof, real->key, wires, blinding, pool, err)
                            : zkl_fail(err, ZKL_REJECTED,
                                       "the claims are not true of the cells: constraint %u", bad);
    zkl_wipe(wires, bytes);
    zkl_free(wires);
    if (status == ZKL_OK)
        zkl_groth16_proof_encode(out, &proof);
    return status;
}

/* The world of one proof. The caller wipes real. */
static zkl_prove_world world_of(real_world *real, const zkl_prover *prover, const zkl_env *env)
{
    ZKL_ASSERT(prover->srs->power_count >=
               ((size_t)1 << zkl_proof_format_v1.log_cells) + zkl_proof_format_v1.mask_half);
    *real = (real_world){ .prover = prover, .env = env };
    zkl_prove_world world = {
        .committer = zkl_committer_of_srs(prover->srs, &zkl_proof_format_v1),
        .opaque = real,
        .key_hash = find_key,
        .seed = seed_secrets,
        .secret = draw_secret,
        .wrap = wrap_groth16,
    };
    zkl_srs_hash(&world.powers_hash, &prover->srs->verifier);
    return world;
}

zkl_status zkl_prove(zkl_prove_result *out, const zkl_prove_request *request,
                     const zkl_prover *prover, const zkl_env *env, zkl_error *err)
{
    real_world real;
    const zkl_prove_world world = world_of(&real, prover, env);
    const zkl_status status = zkl_prove_in(out, &world, request, env, err);
    zkl_wipe(&real, sizeof real);
    return status;
}

zkl_status zkl_prove_direct(zkl_prove_result *out, const zkl_disclosure_request *request,
                            const zkl_prover *prover, const zkl_env *env, zkl_error *err)
{
    real_world real;
    const zkl_prove_world world = world_of(&real, prover, env);
    const zkl_status status = zkl_prove_direct_in(out, &world, request, env, err);
    zkl_wipe(&real, sizeof real);
    return status;
}
