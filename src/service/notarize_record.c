/* From commitments to a logged entry: set-ups, manifest, proofs, entry, own check, one batch, checkpoint. */
#include <stdio.h>
#include <string.h>

#include "hash/merkle.h"
#include "base/file.h"
#include "ledger/entry_export.h"
#include "service/notarize_internal.h"

typedef struct recording {
    notarisation *n;
    service_circuit_key circuits[8]; /* of each tier used, ascending */
    size_t circuit_count;
    zkl_manifest manifest;
    zkl_buffer manifest_bytes,
        *compact; /* compact: a statement without source blocks, for the own check */
    zkl_entry entry;
    zkl_digest receipt_id;
    uint64_t index;
} recording;

/* ---- Set-ups: the key of every tier used, and a logged entry that names it. */

/* Before the manifest, which names the keys. Ascending, so that the manifest's list is sorted. */
static zkl_status prepare_setups(recording *r, zkl_error *err)
{
    double start = service_seconds();
    for (unsigned tier = ZKL_SETUP_TIER_MIN; tier <= ZKL_SETUP_TIER_MAX; tier += 2) {
        bool used = false;
        for (size_t i = 0; i < r->n->plan_count; i++)
            used = used || r->n->plans[i].tier == tier;
        if (!used)
            continue;
        ZKL_ASSERT(r->circuit_count < ZKL_COUNT(r->circuits));
        service_circuit_key *key = &r->circuits[r->circuit_count++];
        ZKL_TRY(service_circuit_key_find(key, r->n->setup, tier, err));
        ZKL_TRY(service_circuit_key_log(key, &r->n->change, r->n->ledger, err));
    }
    r->n->out->times.setup += service_seconds() - start;
    return ZKL_OK;
}

/* ---- Manifest. */

/* What only the reading itself knows: rows and bytes of each file, and what was left out. */
static zkl_status tell_files(notarisation *n, zkl_error *err)
{
    zkl_read_info *out = &n->out->read;
    const zkl_file_digest *files;
    const size_t count = zkl_table_files(n->table, &files);
    uint64_t *rows = ZKL_ARENA_NEW(&n->out->memory, uint64_t, count);
    uint64_t *bytes = ZKL_ARENA_NEW(&n->out->memory, uint64_t, count);
    const char **left_out = ZKL_ARENA_NEW(&n->out->memory, const char *, n->files.left_out_count);
    if (!rows || !bytes || !left_out)
        return zkl_no_memory(err, count * sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        rows[i] = files[i].row_count;
        bytes[i] = files[i].size;
    }
    for (size_t i = 0; i < n->files.left_out_count; i++) {
        left_out[i] = service_text(&n->out->memory, zkl_bytes_of_text(n->files.left_out[i]));
        if (!left_out[i])
            return zkl_no_memory(err, strlen(n->files.left_out[i]));
    }
    out->file_rows = rows;
    out->file_bytes = bytes;
    out->left_out = left_out;
    out->left_out_count = n->files.left_out_count;
    return ZKL_OK;
}

/* The files that were read: their names, unless they are hidden, and their digests when asked for. */
static zkl_status name_files(zkl_manifest *m, notarisation *n, zkl_error *err)
{
    const zkl_file_digest *files;
    const size_t count = zkl_table_files(n->table, &files);
    zkl_bytes *names = ZKL_ARENA_NEW(&n->arena, zkl_bytes, count);
    zkl_public_file *digests = ZKL_ARENA_NEW(&n->arena, zkl_public_file, count);
    if (!names || !digests)
        return zkl_no_memory(err, count * sizeof *digests);
    for (size_t i = 0; i < count; i++) {
        names[i] = zkl_bytes_of_text(files[i].name);
        digests[i] = (zkl_public_file){ names[i], files[i].size, files[i].hash, files[i].sha256 };
    }
    m->read_file_count = count;
    m->read_files = n->request->hide_file_names ? NULL : names;
    m->files = digests;
    m->file_count = n->request->public_digest ? count : 0;
    return ZKL_OK;
}

zkl_status notarize_tell_read(notarisation *n, zkl_error *err)
{
    zkl_manifest m = { .schema = *n->schema, .reading = *zkl_table_reading(n->table) };
    ZKL_TRY(name_files(&m, n, err));
    ZKL_TRY(service_read_info(&n->out->read, &n->out->memory, &m, err));
    return tell_files(n, err);
}

static zkl_status make_manifest(recording *r, zkl_error *err)
{
    notarisation *n = r->n;
    zkl_manifest *m = &r->manifest;
    zkl_digest *seeds = ZKL_ARENA_NEW(&n->arena, zkl_digest, n->schema->column_count);
    zkl_circuit_id *circuits = ZKL_ARENA_NEW(&n->arena, zkl_circuit_id, r->circuit_count);
    if (!seeds || !circuits)
        return zkl_no_memory(err, n->schema->column_count * sizeof *seeds);
    for (size_t i = 0; i < n->schema->column_count; i++)
        seeds[i] = *zkl_table_dictionary_seed(n->table, i);
    for (size_t i = 0; i < r->circuit_count; i++)
        circuits[i] = r->circuits[i].id;
    *m = (zkl_manifest){ .schema = *n->schema,
                         .schema_hash = n->schema_hash,
                         .dictionary_seeds = seeds,
                         .seed = n->seed,
                         .row_count = n->rows,
                         .content = n->content,
                         .powers_hash = *zkl_ledger_powers_hash(n->ledger),
                         .circuits = circuits,
                         .circuit_count = r->circuit_count,
                         .reading = *zkl_table_reading(n->table),
                         .chunk_count = n->chunks,
                         .blocks_per_chunk = n->block_count,
                         .row_roots = n->row_roots,
                         .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])n->points };
    /* The table's root covers schema, row roots and blocks; the dataset's id is the hash of the
     * whole manifest. */
    ZKL_TRY(name_files(m, n, err));
    zkl_manifest_table_root(&m->table_root, m);
    n->table_root = m->table_root;
    ZKL_TRY(zkl_manifest_encode(&r->manifest_bytes, m, err));
    ZKL_TRY(notarize_tell_read(n, err));
    n->manifest = zkl_buffer_bytes(&r->manifest_bytes);
    zkl_dataset_id(&n->dataset, n->manifest);
    return ZKL_OK;
}

/* ---- Proofs. */

/* Cells are in memory only while their proof is made. */
static zkl_status prove_plan(recording *r, statement_plan *plan, zkl_buffer *compact,
                             zkl_error *err)
{
    notarisation *n = r->n;
    plan_inputs inputs = { 0 };
    zkl_prove_result proved = { 0 };
    const zkl_prover prover = { zkl_setup_srs(n->setup), zkl_setup_keys(n->setup), n->owner };
    zkl_status status = plan_inputs_load(&inputs, n, plan, true, err);
    const zkl_prove_request request = { zkl_ledger_own_id(n->ledger), inputs.assertions,
                                        inputs.assertion_count, inputs.sources,
                                        inputs.source_count };
    if (status == ZKL_OK)
        status = zkl_prove(&proved, &request, &prover, n->env, err);
    plan_inputs_clear(&inputs);
    if (status == ZKL_OK) {
        zkl_stage_times *t = &n->out->times;
        t->commit += proved.commit_s;
        t->argument += proved.argument_s;
        t->opening += proved.opening_s;
        t->groth16 += proved.groth16_s;
        plan->argument = proved.argument_s;
        plan->opening = proved.opening_s;
        plan->groth16 = proved.groth16_s;
        plan->statement = proved.statement;
        plan->proof = proved.proof;
        proved.statement = proved.proof = (zkl_buffer){ 0 };
        status = zkl_statement_strip(compact, zkl_buffer_bytes(&plan->statement), err);
    }
    zkl_prove_result_clear(&proved);
    return status;
}

/* One after the other: each uses all workers, and memory is that of one. */
static zkl_status prove_plans(recording *r, zkl_error *err)
{
    notarisation *n = r->n;
    r->compact = ZKL_ARENA_NEW(&n->arena, zkl_buffer, n->plan_count);
    if (!r->compact)
        return zkl_no_memory(err, n->plan_count * sizeof *r->compact);
    for (size_t i = 0; i < n->plan_count; i++) {
        ZKL_TRY(zkl_env_progress(n->env, "proving", i, n->plan_count, err));
        ZKL_TRY(prove_plan(r, &n->plans[i], &r->compact[i], err));
    }
    return ZKL_OK;
}

/* ---- Entry. */

/* Text and JSON are printed anew from what was compiled, so that two ways to write a claim are
 * logged alike. */
static zkl_status print_claims(zkl_entry_statement *out, notarisation *n,
                               const statement_plan *plan, zkl_error *err)
{
    zkl_entry_claim *claims = ZKL_ARENA_NEW(&n->arena, zkl_entry_claim, plan->piece_count);
    if (!claims)
        return zkl_no_memory(err, plan->piece_count * sizeof *claims);
    for (size_t i = 0; i < plan->piece_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) json = { 0 };
        zkl_claim_print(&text, &plan->pieces[i]->claim.claim);
        zkl_claim_json(&json, &plan->pieces[i]->claim);
        claims[i].text = zkl_bytes_of(zkl_arena_copy(&n->arena, text.data, text.size), text.size);
        claims[i].json = zkl_bytes_of(zkl_arena_copy(&n->arena, json.data, json.size), json.size);
        if (text.failed || json.failed || !claims[i].text.data || !claims[i].json.data)
            return zkl_no_memory(err, text.size + json.size);
    }
    out->claims = claims;
    out->claim_count = plan->piece_count;
    return ZKL_OK;
}

/* Statement and proof as blobs, and what they are. */
static zkl_status add_statement(zkl_entry_statement *out, zkl_statement_info *info, recording *r,
                                const statement_plan *plan, zkl_error *err)
{
    notarisation *n = r->n;
    zkl_bytes statement = zkl_buffer_bytes(&plan->statement),
              proof = zkl_buffer_bytes(&plan->proof);
    zkl_fr t0;
    ZKL_TRY(zkl_change_add_blob(&n->change, &out->statement_sha256, statement, err));
    ZKL_TRY(zkl_change_add_blob(&n->change, &out->proof_sha256, proof, err));
    ZKL_TRY(service_statement_info(info, statement, proof, err));
    info->argument = plan->argument;
    info->opening = plan->opening;
    info->groth16 = plan->groth16;
    snprintf(out->circuit, sizeof out->circuit, "%.*s", ZKL_CIRCUIT_NAME_BYTES_MAX, info->circuit);
    zkl_statement_t0(&t0, statement);
    zkl_fr_encode(out->t0.bytes, &t0);
    return print_claims(out, n, plan, err);
}

/* Gathered only: nothing is in the log before it is placed. */
static zkl_status add_entry(recording *r, zkl_error *err)
{
    notarisation *n = r->n;
    zkl_bytes name = zkl_bytes_of_text(n->request->name);
    uint32_t versions;
    zkl_entry_statement *statements = ZKL_ARENA_NEW(&n->arena, zkl_entry_statement, n->plan_count);
    zkl_statement_info *infos = ZKL_ARENA_NEW(&n->out->memory, zkl_statement_info, n->plan_count);
    if (!statements || !infos)
        return zkl_no_memory(err, n->plan_count * sizeof *statements);
    for (size_t i = 0; i < n->plan_count; i++)
        ZKL_TRY(add_statement(&statements[i], &infos[i], r, &n->plans[i], err));
    ZKL_TRY(zkl_ledger_version_count(n->ledger, &versions, name, err));
    r->entry = (zkl_entry){ .kind = ZKL_ENTRY_NOTARISE,
                            .ledger = *zkl_ledger_own_id(n->ledger),
                            .time_ms = zkl_env_now_ms(n->env),
                            .data.name = name,
                            .data.version = versions + 1,
                            .data.dataset = n->dataset,
                            .data.files = r->manifest.files,
                            .data.file_count = r->manifest.file_count,
                            .data.file_hash = n->schema->hash,
                            .data.statements = statements,
                            .data.statement_count = n->plan_count };
    ZKL_TRY(zkl_change_add_blob(&n->change, &r->entry.data.manifest_sha256, n->manifest, err));
    n->out->statements = infos;
    n->out->statement_count = n->plan_count;
    n->out->version = versions + 1;
    return zkl_change_add_entry(&n->change, &r->entry, 0, err);
}

/* ---- Own check: what is about to be recorded, as a stranger will see it. */

/* In the order of their first use, as a receipt has them. */
static size_t keys_by_first_use(zkl_receipt_key *keys, const recording *r)
{
    size_t count = 0;
    bool taken[ZKL_COUNT(r->circuits)] = { false };
    for (size_t i = 0; i < r->n->plan_count; i++)
        for (size_t c = 0; c < r->circuit_count; c++)
            if (!taken[c] && r->circuits[c].tier == r->n->plans[i].tier) {
                taken[c] = true;
                keys[count++] =
                    (zkl_receipt_key){ zkl_bytes_of_text(r->circuits[c].id.name),
                                       zkl_bytes_of(r->circuits[c].bytes, ZKL_GROTH16_VK_BYTES) };
            }
    return count;
}

/* The verifier's code on the very bytes that will be logged. The claims' words come from there, so
 * that they say what was proven. */
static zkl_status check_own(recording *r, zkl_error *err)
{
    notarisation *n = r->n;
    double start = service_seconds();
    zkl_receipt_key keys[8];
    zkl_receipt_statement *statements =
        ZKL_ARENA_NEW(&n->arena, zkl_receipt_statement, n->plan_count);
    zkl_verified verified;
    if (!statements)
        return zkl_no_memory(err, n->plan_count * sizeof *statements);
    size_t key_count = keys_by_first_use(keys, r);
    for (size_t i = 0; i < n->plan_count; i++)
        statements[i] = (zkl_receipt_statement){ zkl_buffer_bytes(&r->compact[i]),
                                                 zkl_buffer_bytes(&n->plans[i].proof) };
    const zkl_content content = { .entry = &r->entry,
                                  .manifests = &n->manifest,
                                  .manifest_count = 1,
                                  .powers = zkl_ledger_powers(n->ledger),
                                  .keys = keys,
                                  .key_count = key_count,
                                  .statements = statements,
                                  .statement_count = n->plan_count };
    zkl_status status =
        zkl_content_verify(&verified, &n->arena, &content, zkl_ledger_own_id(n->ledger),
                           zkl_ledger_powers_hash(n->ledger), n->env, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "own check before recording");
    const char **words = ZKL_ARENA_NEW(&n->out->memory, const char *, verified.claim_count);
    if (!words)
        return zkl_no_memory(err, verified.claim_count * sizeof *words);
    for (size_t i = 0; i < verified.claim_count; i++) {
        words[i] = zkl_arena_text(&n->out->memory, verified.claims[i].sentence,
                                  strlen(verified.claims[i].sentence));
        if (!words[i])
            return zkl_no_memory(err, 0);
    }
    n->out->claims = words;
    n->out->claim_count = verified.claim_count;
    for (size_t i = 0; i < r->circuit_count; i++)
        n->out->is_development = n->out->is_development || !r->circuits[i].is_ceremony;
    n->out->times.check += service_seconds() - start;
    return ZKL_OK;
}

/* ---- The data key, which the ledger keeps for its owner. */

/* Chunk keys, dictionary keys and the content salt, under the owner's secret. Without it nobody
 * recomputes this version, and later versions cannot take chunks over. */
static zkl_status add_data_key(recording *r, zkl_error *err)
{
    notarisation *n = r->n;
    ZKL_AUTO_CLEAR(zkl_buffer) plain = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) wrapped = { 0 };
    zkl_datakey_chunk *chunks = ZKL_ARENA_NEW(&n->arena, zkl_datakey_chunk, n->chunks);
    zkl_datakey_dictionary *dictionaries =
        ZKL_ARENA_NEW(&n->arena, zkl_datakey_dictionary, n->schema->column_count);
    if (!chunks || !dictionaries)
        return zkl_no_memory(err, n->chunks * sizeof *chunks);
    zkl_datakey key = { .dataset = n->dataset,
                        .has_content_salt = true,
                        .chunks = chunks,
                        .chunk_count = n->chunks,
                        .dictionaries = dictionaries };
    for (size_t i = 0; i < n->chunks; i++) {
        chunks[i].chunk = i;
        memcpy(chunks[i].key, n->chunk_keys[i], ZKL_CHUNK_KEY_BYTES);
    }
    for (uint32_t i = 0; i < n->schema->column_count; i++) {
        if (n->schema->columns[i].type.kind != ZKL_TYPE_DICTIONARY)
            continue;
        ZKL_TRY(notarize_dictionary_key(&dictionaries[key.dictionary_count++], n, i, err));
    }
    zkl_owner_secret_content_salt(key.content_salt, n->owner, zkl_table_content_hash(n->table));
    zkl_status status = zkl_datakey_encode(&plain, &key, err);
    zkl_wipe(key.content_salt, sizeof key.content_salt);
    ZKL_TRY(status);
    ZKL_TRY(service_private_wrap(&wrapped, SERVICE_DATA_KEY, zkl_buffer_bytes(&plain), n->owner,
                                 &n->dataset, n->env, err));
    return zkl_change_add_private(&n->change, &n->dataset, zkl_buffer_bytes(&wrapped), err);
}

/* Built from the store, as an export is: the entry is there by now. */
zkl_status notarize_write_receipt(notarisation *n, uint64_t index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    if (!n->request->receipt_path)
        return ZKL_OK;
    ZKL_TRY(zkl_ledger_catch_up(n->ledger, err)); /* what was just placed */
    ZKL_TRY(zkl_receipt_build(&receipt, n->ledger, index, err));
    n->out->receipt_bytes = receipt.size;
    return zkl_file_write(n->request->receipt_path, zkl_buffer_bytes(&receipt), 0644, err);
}

/* The one step that holds the writer's lock. The notarisation is the last entry of its change. */
static zkl_status place(recording *r, zkl_error *err)
{
    zkl_change *change = &r->n->change;
    ZKL_ASSERT(change->entry_count);
    ZKL_TRY(zkl_change_place(change, r->n->env, err));
    r->index = change->entries[change->entry_count - 1].index;
    r->receipt_id = change->entries[change->entry_count - 1].receipt_id;
    return ZKL_OK;
}

/* The order matters: keys before the manifest that names them, the manifest before statements that
 * bind it, proofs before the entry, the own check before all of it is placed. After that there is no
 * way back. */
static zkl_status record_steps(recording *r, zkl_error *err)
{
    ZKL_TRY(prepare_setups(r, err));
    ZKL_TRY(make_manifest(r, err));
    ZKL_TRY(prove_plans(r, err));
    ZKL_TRY(add_entry(r, err));
    ZKL_TRY(check_own(r, err));
    ZKL_TRY(add_data_key(r, err));
    ZKL_TRY(notarize_keep_dictionaries(r->n, err));
    ZKL_TRY(zkl_env_progress(r->n->env, "recording", 0, 0, err));
    ZKL_TRY(place(r, err));
    zkl_status status = notarize_write_receipt(r->n, r->index, err);
    return status == ZKL_OK ? ZKL_OK
                            : zkl_wrap(err, status,
                                       "the entry is recorded, its receipt could not be written "
                                       "('zkp-ledger export' does)");
}

zkl_status notarize_record(notarisation *n, zkl_error *err)
{
    recording r = { .n = n };
    zkl_status status = record_steps(&r, err);
    n->out->dataset = n->dataset;
    n->out->index = r.index;
    n->out->receipt_id = r.receipt_id;
    for (size_t i = 0; i < n->plan_count; i++) {
        zkl_buffer_clear(&n->plans[i].statement);
        zkl_buffer_clear(&n->plans[i].proof);
        if (r.compact)
            zkl_buffer_clear(&r.compact[i]);
    }
    zkl_buffer_clear(&r.manifest_bytes);
    return status;
}
