/* Functions that begin and end a stage, and the pool, whose tasks are in the stage of who runs
 * them. __wrap_f is called for f, and __real_f is f (ld's --wrap). */
#include "base/env.h"
#include "floor/count.h"
#include "notary/circuit_keys.h"
#include "notary/proof_list.h"
#include "notary/proof_plan.h"
#include "notary/table_chunks.h"
#include "notary/table_facts.h"
#include "prove/chunk_commit.h"
#include "prove/groth16_prove.h"
#include "prove/prove_internal.h"
#include "setup/setup.h"
#include "table/table.h"
#include <zkl/verify.h>

/* Defines __wrap_name, which runs the function in a stage. */
#define IN_STAGE(name, which, parameters, arguments)                                               \
    zkl_status __real_##name parameters;                                                           \
    zkl_status __wrap_##name parameters;                                                           \
    zkl_status __wrap_##name parameters                                                            \
    {                                                                                              \
        const stage before = stage_enter(which);                                                   \
        const zkl_status status = __real_##name arguments;                                         \
        (void)stage_enter(before);                                                                 \
        return status;                                                                             \
    }

IN_STAGE(zkl_table_read, STAGE_READ,
         (zkl_table * *out, const zkl_read_options *options, zkl_bad_rows *bad, const zkl_env *env,
          zkl_error *err),
         (out, options, bad, env, err))
IN_STAGE(zkl_table_convert, STAGE_CONVERT,
         (zkl_table * table, zkl_bad_rows *bad, const zkl_env *env, zkl_error *err),
         (table, bad, env, err))
IN_STAGE(zkl_chunk_rows_of_table, STAGE_HASH,
         (zkl_chunk_rows * out, zkl_buffer *bytes, size_t *starts, const zkl_table *table,
          uint64_t chunk, zkl_error *err),
         (out, bytes, starts, table, chunk, err))
IN_STAGE(zkl_chunk_reader_key, STAGE_HASH,
         (uint8_t * out, zkl_chunk_reader *reader, zkl_bytes row_bytes,
          const zkl_chunk_owner *owner, zkl_error *err),
         (out, reader, row_bytes, owner, err))
IN_STAGE(zkl_chunk_row_root, STAGE_HASH,
         (zkl_digest * out, zkl_hash_algorithm hash, const uint8_t *key, const zkl_chunk_rows *rows,
          zkl_pool *pool, zkl_error *err),
         (out, hash, key, rows, pool, err))
IN_STAGE(zkl_table_facts_take, STAGE_HASH,
         (zkl_table_facts * out, const zkl_table *table, const zkl_owner_secret *owner,
          zkl_error *err),
         (out, table, owner, err))
IN_STAGE(zkl_chunk_reader_commit, STAGE_COMMIT,
         (uint8_t(*out)[ZKL_POINT_BYTES], zkl_chunk_reader *reader, const uint8_t *key,
          const zkl_srs *srs, zkl_pool *pool, zkl_error *err),
         (out, reader, key, srs, pool, err))
IN_STAGE(zkl_proof_plan_check, STAGE_PLAN,
         (zkl_proof_plan * plan, zkl_claim_list *claims, bool allow_empty, zkl_pool *pool,
          zkl_error *err),
         (plan, claims, allow_empty, pool, err))
IN_STAGE(zkl_circuit_keys_find, STAGE_LOAD,
         (zkl_circuit_keys * out, const zkl_proof_plan *plan, zkl_setup *setup, const zkl_env *env,
          zkl_error *err),
         (out, plan, setup, env, err))
IN_STAGE(zkl_prove, STAGE_AUXILIARY,
         (zkl_prove_result * out, const zkl_prove_request *request, const zkl_prover *prover,
          const zkl_env *env, zkl_error *err),
         (out, request, prover, env, err))
IN_STAGE(zkl_argument_prove, STAGE_ARGUMENT,
         (zkl_argument * out, zkl_arena *arena, const zkl_committed_statement *committed,
          const zkl_committer *committer, const zkl_env *env, zkl_error *err),
         (out, arena, committed, committer, env, err))
IN_STAGE(zkl_opening_prove, STAGE_OPENING,
         (zkl_proof_blob * blob, const zkl_opening *opening, const zkl_committer *committer,
          zkl_pool *pool, zkl_error *err),
         (blob, opening, committer, pool, err))
IN_STAGE(zkl_groth16_prove, STAGE_GROTH16,
         (zkl_groth16_proof * out, const zkl_groth16_key *key, const zkl_fr *wires,
          const zkl_groth16_blinding *blinding, zkl_pool *pool, zkl_error *err),
         (out, key, wires, blinding, pool, err))
IN_STAGE(zkl_draft_check, STAGE_CHECK,
         (zkl_verified * out, zkl_arena *memory, const zkl_draft *draft, const zkl_notary *notary,
          zkl_error *err),
         (out, memory, draft, notary, err))
IN_STAGE(zkl_verify_receipt, STAGE_VERIFY,
         (zkl_verify_result * out, zkl_bytes receipt, zkl_bytes trust, const zkl_env *env,
          zkl_error *err),
         (out, receipt, trust, env, err))
IN_STAGE(zkl_setup_make, STAGE_POWERS,
         (zkl_digest * hash, const char *folder, const zkl_env *env, zkl_error *err),
         (hash, folder, env, err))

/* ---- the pool */

typedef struct staged_run {
    zkl_pool_task *task;
    zkl_pool_attempt *attempt;
    void *context;
    stage stage;
} staged_run;

static void run_task(void *context, size_t index, size_t worker)
{
    const staged_run *run = context;
    const stage before = stage_enter(run->stage);
    run->task(run->context, index, worker);
    (void)stage_enter(before);
}

static zkl_status run_attempt(void *context, size_t index, size_t worker, zkl_error *err)
{
    const staged_run *run = context;
    const stage before = stage_enter(run->stage);
    const zkl_status status = run->attempt(run->context, index, worker, err);
    (void)stage_enter(before);
    return status;
}

void __real_zkl_pool_run(zkl_pool *pool, size_t count, zkl_pool_task *task, void *context);
void __wrap_zkl_pool_run(zkl_pool *pool, size_t count, zkl_pool_task *task, void *context);
void __wrap_zkl_pool_run(zkl_pool *pool, size_t count, zkl_pool_task *task, void *context)
{
    staged_run run = { .task = task, .context = context, .stage = stage_now() };
    __real_zkl_pool_run(pool, count, run_task, &run);
}

zkl_status __real_zkl_pool_try(zkl_pool *pool, size_t count, zkl_pool_attempt *attempt,
                               void *context, zkl_error *err);
zkl_status __wrap_zkl_pool_try(zkl_pool *pool, size_t count, zkl_pool_attempt *attempt,
                               void *context, zkl_error *err);
zkl_status __wrap_zkl_pool_try(zkl_pool *pool, size_t count, zkl_pool_attempt *attempt,
                               void *context, zkl_error *err)
{
    staged_run run = { .attempt = attempt, .context = context, .stage = stage_now() };
    return __real_zkl_pool_try(pool, count, run_attempt, &run, err);
}
