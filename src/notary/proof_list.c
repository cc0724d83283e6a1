/* Proofs of a plan, one after the other, what an entry says of them, and their own check before
 * anything is recorded.
 *
 * The own check is no courtesy. A wrong proof in the log could never be taken out again, and the
 * words that a caller reads come from the verifier, so that they say what was proven and not what
 * was asked. */
#include "notary/proof_list.h"

#include <stdio.h>

void zkl_proof_list_clear(zkl_proof_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        zkl_buffer_clear(&list->items[i].statement);
        zkl_buffer_clear(&list->items[i].proof);
        zkl_buffer_clear(&list->items[i].compact);
    }
    zkl_arena_clear(&list->memory);
    *list = (zkl_proof_list){ 0 };
}

/* The proof's secrets derive from the owner secret, fresh randomness and the statement. */
static zkl_status make_proof(zkl_made_proof *out, const zkl_statement_inputs *inputs,
                             const zkl_notary *notary, zkl_error *err)
{
    zkl_prove_result proved = { 0 };
    const zkl_prover prover = { zkl_setup_srs(notary->setup), zkl_setup_keys(notary->setup),
                                notary->owner };
    const zkl_prove_request request = { notary->ledger, inputs->assertions, inputs->assertion_count,
                                        inputs->sources, inputs->source_count };
    const zkl_status status = zkl_prove(&proved, &request, &prover, notary->env, err);
    if (status == ZKL_OK) {
        *out = (zkl_made_proof){ .statement = proved.statement,
                                 .proof = proved.proof,
                                 .commit_s = proved.commit_s,
                                 .argument_s = proved.argument_s,
                                 .opening_s = proved.opening_s,
                                 .groth16_s = proved.groth16_s };
        proved.statement = proved.proof = (zkl_buffer){ 0 }; /* taken over */
    }
    zkl_prove_result_clear(&proved);
    return status;
}

/* What a statement is to prove: the datasets, and its claims as an entry will have them. */
static zkl_status proof_name(zkl_buffer *out, const zkl_planned_statement *planned,
                             const zkl_committed_table *committed, size_t table_count,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry_statement says;
    ZKL_TRY(zkl_entry_statement_foresee(&says, &arena, planned, err));
    for (size_t i = 0; i < table_count; i++)
        zkl_buffer_put(out, committed[i].dataset.bytes, 32);
    zkl_buffer_put_field(out, says.circuit, strlen(says.circuit));
    for (size_t i = 0; i < says.claim_count; i++) {
        zkl_buffer_put_field(out, says.claims[i].text.data, says.claims[i].text.size);
        zkl_buffer_put_field(out, says.claims[i].json.data, says.claims[i].json.size);
    }
    return zkl_buffer_status(out, err);
}

/* *out.is_resumed: it was kept. */
static zkl_status resume_proof(zkl_made_proof *out, const zkl_proof_store *store, zkl_bytes of,
                               zkl_error *err)
{
    zkl_bytes statement, proof;
    if (!store->find || !store->find(store->opaque, of, &statement, &proof))
        return ZKL_OK;
    zkl_buffer_put(&out->statement, statement.data, statement.size);
    zkl_buffer_put(&out->proof, proof.data, proof.size);
    ZKL_TRY(zkl_buffer_status(&out->statement, err));
    ZKL_TRY(zkl_buffer_status(&out->proof, err));
    out->is_resumed = true;
    return ZKL_OK;
}

/* Cells are loaded, proven and wiped. */
static zkl_status prove_statement(zkl_made_proof *out, const zkl_claimed_tables *tables,
                                  const zkl_planned_statement *planned, const zkl_notary *notary,
                                  zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_statement_inputs) inputs = { 0 };
    ZKL_TRY(zkl_statement_inputs_load(&inputs, tables, &planned->pieces,
                                      notary->env ? notary->env->pool : NULL, err));
    return make_proof(out, &inputs, notary, err);
}

/* One statement after the other. */
zkl_status zkl_proof_list_make(zkl_proof_list *out, const zkl_proof_plan *plan,
                               const zkl_committed_table *committed, const zkl_notary *notary,
                               const zkl_proof_store *store, zkl_error *err)
{
    const zkl_env *env = notary->env;
    ZKL_ASSERT(notary->ledger && notary->setup && !out->items);
    out->items = ZKL_ARENA_NEW(&out->memory, zkl_made_proof, plan->count);
    if (!out->items)
        return zkl_no_memory(err, plan->count * sizeof *out->items);
    out->count = plan->count;
    zkl_claimed_table *list = ZKL_ARENA_NEW(&out->memory, zkl_claimed_table, plan->tables.count);
    if (!list)
        return zkl_no_memory(err, plan->tables.count * sizeof *list);
    for (size_t i = 0; i < plan->tables.count; i++)
        list[i] = (zkl_claimed_table){ plan->tables.items[i].facts, &committed[i] };
    const zkl_claimed_tables tables = { list, plan->tables.count };
    for (size_t i = 0; i < plan->count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) name = { 0 };
        zkl_made_proof *made = &out->items[i];
        ZKL_TRY(zkl_env_progress(env, "proving", i, plan->count, err));
        if (store) {
            ZKL_TRY(proof_name(&name, &plan->statements[i], committed, plan->tables.count, err));
            ZKL_TRY(resume_proof(made, store, zkl_buffer_bytes(&name), err));
        }
        if (!made->is_resumed)
            ZKL_TRY(prove_statement(made, &tables, &plan->statements[i], notary, err));
        if (store && store->put && !made->is_resumed)
            store->put(store->opaque, zkl_buffer_bytes(&name), zkl_buffer_bytes(&made->statement),
                       zkl_buffer_bytes(&made->proof));
        /* Blocks of the table itself stand in the manifest: a receipt has them once. */
        ZKL_TRY(zkl_statement_strip(&made->compact, zkl_buffer_bytes(&made->statement), err));
    }
    return ZKL_OK;
}

void zkl_proof_list_add_times(zkl_stage_times *times, const zkl_proof_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        times->commit += list->items[i].commit_s;
        times->argument += list->items[i].argument_s;
        times->opening += list->items[i].opening_s;
        times->groth16 += list->items[i].groth16_s;
    }
}

/* ---- What an entry says. */

/* Text and JSON are printed anew from what was compiled, so that two ways to write a claim are
 * logged alike. */
static zkl_status print_claim(zkl_entry_claim *out, zkl_arena *memory, const zkl_claim_piece *piece,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) json = { 0 };
    ZKL_ASSERT(piece->claim.is_bound);
    zkl_claim_print(&text, &piece->claim.claim);
    zkl_claim_json(&json, &piece->claim);
    out->text = zkl_bytes_of(zkl_arena_copy(memory, text.data, text.size), text.size);
    out->json = zkl_bytes_of(zkl_arena_copy(memory, json.data, json.size), json.size);
    return text.failed || json.failed || !out->text.data || !out->json.data
               ? zkl_no_memory(err, text.size + json.size)
               : ZKL_OK;
}

zkl_status zkl_entry_statement_foresee(zkl_entry_statement *out, zkl_arena *memory,
                                       const zkl_planned_statement *planned, zkl_error *err)
{
    const zkl_pieces *pieces = &planned->pieces;
    zkl_entry_claim *claims = ZKL_ARENA_NEW(memory, zkl_entry_claim, pieces->count);
    if (!claims)
        return zkl_no_memory(err, pieces->count * sizeof *claims);
    for (size_t i = 0; i < pieces->count; i++)
        ZKL_TRY(print_claim(&claims[i], memory, pieces->items[i], err));
    *out = (zkl_entry_statement){ .claims = claims, .claim_count = pieces->count };
    snprintf(out->circuit, sizeof out->circuit, "F%u", planned->tier);
    return ZKL_OK;
}

/* t0 is the challenge that names the statement: a hash of all of it. */
zkl_status zkl_entry_statement_of(zkl_entry_statement *out, zkl_arena *memory,
                                  const zkl_planned_statement *planned, zkl_bytes statement,
                                  zkl_error *err)
{
    zkl_fr t0;
    ZKL_TRY(zkl_entry_statement_foresee(out, memory, planned, err));
    zkl_statement_t0(&t0, statement);
    zkl_fr_encode(out->t0.bytes, &t0);
    return ZKL_OK;
}

/* ---- Own check. */

/* The own statements, and behind them those of the notarisations, as a receipt has them. */
typedef struct draft_parts {
    zkl_receipt_statement *statements;
    size_t statement_count;
    zkl_receipt_key *keys;
    size_t key_count;
    const zkl_entry **notarised;
    zkl_bytes *manifests;
} draft_parts;

/* Keys stand in the order of their first use, none twice. */
static void put_key(draft_parts *parts, zkl_receipt_key key)
{
    for (size_t i = 0; i < parts->key_count; i++)
        if (zkl_bytes_equal(parts->keys[i].key, key.key))
            return;
    parts->keys[parts->key_count++] = key;
}

/* The key of a tier that the plan uses. */
static zkl_receipt_key key_of(const zkl_circuit_keys *circuits, unsigned tier)
{
    size_t at = 0;
    while (at < circuits->count && circuits->keys[at].tier != tier)
        at++;
    ZKL_ASSERT(at < circuits->count);
    const zkl_circuit_key *key = &circuits->keys[at];
    return (zkl_receipt_key){ zkl_bytes_of_text(key->id.name),
                              zkl_bytes_of(key->bytes, sizeof key->bytes) };
}

static zkl_status draft_parts_alloc(draft_parts *out, zkl_arena *memory, const zkl_draft *draft,
                                    zkl_error *err)
{
    size_t statements = draft->proofs->count, keys = draft->circuits->count;
    for (size_t i = 0; i < draft->notarised_count; i++) {
        statements += draft->notarised[i]->statement_count;
        keys += draft->notarised[i]->key_count;
    }
    *out = (draft_parts){ .statements = ZKL_ARENA_NEW(memory, zkl_receipt_statement, statements),
                          .keys = ZKL_ARENA_NEW(memory, zkl_receipt_key, keys),
                          .notarised =
                              ZKL_ARENA_NEW(memory, const zkl_entry *, draft->notarised_count),
                          .manifests = ZKL_ARENA_NEW(memory, zkl_bytes, draft->notarised_count) };
    return out->statements && out->keys && out->notarised && out->manifests
               ? ZKL_OK
               : zkl_no_memory(err, statements * sizeof *out->statements);
}

/* A notarisation's keys are in the order of its own statements, which stand behind. */
static zkl_status draft_parts_take(draft_parts *out, zkl_arena *memory, const zkl_draft *draft,
                                   zkl_error *err)
{
    const zkl_proof_list *proofs = draft->proofs;
    ZKL_TRY(draft_parts_alloc(out, memory, draft, err));
    for (size_t i = 0; i < proofs->count; i++) {
        out->statements[out->statement_count++] =
            (zkl_receipt_statement){ zkl_buffer_bytes(&proofs->items[i].compact),
                                     zkl_buffer_bytes(&proofs->items[i].proof) };
        put_key(out, key_of(draft->circuits, draft->plan->statements[i].tier));
    }
    ZKL_ASSERT(out->key_count == draft->circuits->count);
    for (size_t n = 0; n < draft->notarised_count; n++) {
        const zkl_content *rest = draft->notarised[n];
        for (size_t i = 0; i < rest->statement_count; i++)
            out->statements[out->statement_count++] = rest->statements[i];
        for (size_t i = 0; i < rest->key_count; i++)
            put_key(out, rest->keys[i]);
        out->notarised[n] = rest->entry;
        out->manifests[n] = rest->manifests[0];
    }
    return ZKL_OK;
}

zkl_status zkl_draft_check(zkl_verified *out, zkl_arena *memory, const zkl_draft *draft,
                           const zkl_notary *notary, zkl_error *err)
{
    draft_parts parts;
    ZKL_TRY(draft_parts_take(&parts, memory, draft, err));
    const bool rests = draft->notarised_count > 0;
    const zkl_content content = { .entry = draft->entry,
                                  .notarised = parts.notarised,
                                  .notarised_count = draft->notarised_count,
                                  .manifests = rests ? parts.manifests : &draft->manifest,
                                  .manifest_count = rests ? draft->notarised_count : 1,
                                  .powers = draft->powers,
                                  .keys = parts.keys,
                                  .key_count = parts.key_count,
                                  .statements = parts.statements,
                                  .statement_count = parts.statement_count };
    /* As a receipt would hold it: statements without the table's blocks, keys by first use. Log and
     * signatures come when it is placed. */
    const zkl_content_pins pins = { notary->ledger, &notary->powers_hash };
    const zkl_status status = zkl_content_verify(out, memory, &content, &pins, notary->env, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "own check before recording");
}
