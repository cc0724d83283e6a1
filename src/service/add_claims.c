/* Claims that are added to a dataset version notarised before: the second order of the steps of
 * notary.h. No format knows of it but the entry `prove`.
 *
 *  1. The files are the notarised ones: what the manifest says of them is recomputed, but for the
 *     commitments. A proof on commitments of other cells fails its own check.
 *  2. Commitments, chunk keys and row roots are those of the notarisation. The new statements speak
 *     of the same blocks, so one receipt holds both.
 *  3. What is proven already is not proven again.
 *  4. Until the change is placed a failure leaves the ledger as it was. */
#include <string.h>

#include "ledger/entry_export.h"
#include "service/output.h"
#include "service/proving.h"
#include "service/recheck.h"

/* The version that claims are added to. */
typedef struct notarised_version {
    zkl_arena memory;
    zkl_dataset_version found;
    /* As a receipt of it has it. */
    zkl_loaded_content loaded;
    zkl_manifest manifest;
    /* All entries about it. */
    service_entries about;
} notarised_version;

static void notarised_version_clear(notarised_version *version)
{
    zkl_arena_clear(&version->memory);
}

/* ---- Before the data are read. */

static zkl_status check_request(const zkl_add_claims_request *request, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_reading ignored;
    ZKL_TRY(service_check_leaf_blocks(request->leaf_blocks_max, err));
    if (!request->reference)
        return zkl_fail(err, ZKL_USAGE, "no dataset given");
    if (!request->file_count)
        return zkl_fail(err, ZKL_USAGE, "no file given");
    if (!request->claim_count && !request->claims_file)
        return zkl_fail(err, ZKL_USAGE, "no claim given");
    return zkl_reading_take(&ignored, &arena, &request->reading, err);
}

/* A reference to an entry of later claims means the version that they are about. */
static zkl_status find_version(notarised_version *out, zkl_ledger *ledger, const char *reference,
                               zkl_error *err)
{
    zkl_dataset_version asked;
    ZKL_TRY(service_find(&asked, &out->memory, ledger, reference, err));
    ZKL_TRY(
        service_find_version(&out->found, &out->memory, ledger, asked.name, asked.version, err));
    ZKL_TRY(zkl_ledger_load_content(ledger, &out->loaded, &out->memory, out->found.index, err));
    ZKL_TRY(service_entries_about(&out->about, &out->memory, ledger, &out->found, err));
    return zkl_manifest_parse(&out->manifest, &out->memory, out->loaded.content.manifests[0], err);
}

/* Columns are known before the first row is read. */
static zkl_status check_columns(zkl_claim_list *claims, const zkl_schema *schema, zkl_error *err)
{
    ZKL_AUTO_BLOCK zkl_bytes *names = zkl_calloc(schema->column_count, sizeof *names);
    if (!names)
        return zkl_no_memory(err, schema->column_count * sizeof *names);
    for (size_t i = 0; i < schema->column_count; i++)
        names[i] = schema->columns[i].name;
    return zkl_claim_list_check_columns(claims, names, schema->column_count, err);
}

/* ---- What is proven already. */

static bool are_all(const bool *flags, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!flags[i])
            return false;
    return true;
}

/* The first entry whose receipt holds every claim: its own, and those of the notarisation, which
 * is the first of the entries. NULL when there is none. */
static zkl_status find_receipt(const service_entry **out, const zkl_proof_plan *plan,
                               const zkl_claim_list *claims, const service_entries *about,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_BLOCK bool *is_proven = zkl_calloc(claims->count, sizeof *is_proven);
    if (!is_proven)
        return zkl_no_memory(err, claims->count);
    *out = NULL;
    for (size_t i = 0; i < about->count && !*out; i++) {
        service_texts texts = { 0 };
        ZKL_TRY(service_texts_add(&texts, &arena, &about->items[0].entry, err));
        if (i > 0)
            ZKL_TRY(service_texts_add(&texts, &arena, &about->items[i].entry, err));
        ZKL_TRY(zkl_proof_plan_find_proven(is_proven, plan, claims, texts.items, texts.count, err));
        if (are_all(is_proven, claims->count))
            *out = &about->items[i];
    }
    return ZKL_OK;
}

/* The entries whose claims need no further proof. A receipt holds one entry and its notarisation,
 * and whoever asks for one wants all of the claims in it: those of other entries count when one of
 * them holds everything, and are proven again otherwise. */
static service_entries entries_that_count(const service_entries *about, const service_entry *holder,
                                          const char *receipt_path)
{
    const bool is_apart = receipt_path && !holder;
    return (service_entries){ about->items, is_apart ? 1 : about->count };
}

/* Take them out of the plan, and name them as they were asked for. */
static zkl_status drop_proven(zkl_notarize_result *out, zkl_proof_plan *plan,
                              const zkl_claim_list *claims, const service_entries *about,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    service_texts proven = { 0 };
    ZKL_AUTO_BLOCK bool *is_proven = zkl_calloc(claims->count, sizeof *is_proven);
    const char **texts = ZKL_ARENA_NEW(&out->memory, const char *, claims->count);
    if (!is_proven || !texts)
        return zkl_no_memory(err, claims->count * sizeof *texts);
    for (size_t i = 0; i < about->count; i++)
        ZKL_TRY(service_texts_add(&proven, &arena, &about->items[i].entry, err));
    ZKL_TRY(zkl_proof_plan_find_proven(is_proven, plan, claims, proven.items, proven.count, err));
    out->proven_before = texts;
    for (size_t i = 0; i < claims->count; i++) {
        if (!is_proven[i])
            continue;
        texts[out->proven_before_count] =
            service_text(&out->memory, zkl_bytes_of_text(claims->texts[i]));
        if (!texts[out->proven_before_count++])
            return zkl_no_memory(err, strlen(claims->texts[i]));
    }
    return zkl_proof_plan_drop(plan, is_proven, err);
}

/* Nothing is recorded. The receipt is written all the same, of the entry that holds it all. */
static zkl_status show_unchanged(zkl_notarize_result *out, const service_entry *holder,
                                 const char *receipt_path, zkl_ledger *ledger, zkl_error *err)
{
    ZKL_ASSERT(holder || !receipt_path); /* entries_that_count */
    if (!holder)
        return ZKL_OK;
    out->index = holder->index;
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(ledger), &out->receipt_id, holder->index, err));
    return service_write_receipt(out, receipt_path, ledger, holder->index, err);
}

/* The receipt holds the notarisation too, whose statements are there to be measured, and the added
 * entry, with a signature and a path. */
#define ENTRY_BYTES 1500

static zkl_status foresee(zkl_notarize_result *out, const zkl_proof_plan *plan,
                          const notarised_version *version, zkl_error *err)
{
    const zkl_content *c = &version->loaded.content;
    size_t rest = service_receipt_rest(plan->facts) + ENTRY_BYTES;
    for (size_t i = 0; i < c->statement_count; i++)
        rest += c->statements[i].compact.size + c->statements[i].proof.size;
    for (size_t i = 0; i < c->key_count; i++)
        rest += c->keys[i].circuit.size + c->keys[i].key.size;
    return service_foresee(out, plan, 0, rest, err);
}

/* ---- The steps. */

static zkl_status show_version(zkl_notarize_result *out, const notarised_version *version,
                               zkl_error *err)
{
    const zkl_manifest *m = &version->manifest;
    out->name = service_text(&out->memory, version->found.name);
    out->version = version->found.version;
    out->dataset = version->found.dataset;
    out->row_count = m->row_count;
    out->chunk_count = m->chunk_count;
    out->blocks_per_chunk = m->blocks_per_chunk;
    out->column_count = m->schema.column_count;
    if (!out->name)
        return zkl_no_memory(err, version->found.name.size);
    ZKL_TRY(service_read_info(&out->read, &out->memory, m, err));
    return service_columns(&out->columns, &out->memory, &m->schema, err);
}

/* The content commitment of the facts is made with the owner secret, that of the manifest was
 * checked with the data key: a key that was given may be another owner's. */
static zkl_status check_owner(const zkl_table_facts *facts, const zkl_manifest *manifest,
                              zkl_error *err)
{
    return zkl_digest_equal(&facts->content, &manifest->content)
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT,
                          "the dataset was notarised under another owner secret");
}

/* What the entry says but for its statements. */
static zkl_entry new_entry(const notarised_version *version)
{
    const zkl_entry_data *data = &version->loaded.entry.data;
    return (zkl_entry){ .kind = ZKL_ENTRY_PROVE,
                        .parents = &version->loaded.leaf,
                        .parent_count = 1,
                        .data.name = data->name,
                        .data.version = data->version,
                        .data.dataset = data->dataset,
                        .data.manifest_sha256 = data->manifest_sha256 };
}

/* From a checked plan to an entry. */
static zkl_status prove_and_record(zkl_notarize_result *out, const zkl_add_claims_request *request,
                                   service_proofs *record, const notarised_version *version,
                                   const zkl_commitments *commitments, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_proof_list) proofs = { 0 };
    zkl_circuit_keys circuits;
    const zkl_committed_table table = { commitments, version->found.dataset,
                                        version->manifest.table_root };
    const double start = zkl_seconds();
    ZKL_TRY(zkl_circuit_keys_find(&circuits, record->plan, record->notary->setup,
                                  record->notary->env, err));
    out->times.setup += zkl_seconds() - start;
    ZKL_TRY(zkl_proof_list_make(&proofs, record->plan, &table, record->notary, err));
    zkl_proof_list_add_times(&out->times, &proofs);
    record->circuits = &circuits;
    record->proofs = &proofs;
    zkl_entry entry = new_entry(version);
    ZKL_TRY(service_proofs_gather(out, &entry, &arena, record, err));
    return service_proofs_place(out, record, request->receipt_path, err);
}

/* The table is read and is the notarised one. Three ends: a dry run, nothing new, or an entry. */
static zkl_status plan_and_prove(zkl_notarize_result *out, const zkl_add_claims_request *request,
                                 zkl_claim_list *claims, service_desk *desk, const recheck *data,
                                 const notarised_version *version, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_table_facts) facts = { 0 };
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    ZKL_AUTO_CLEAR(zkl_commitments) commitments = { 0 };
    const service_entry *holder = NULL;
    const zkl_env *env = data->env;
    const zkl_manifest *manifest = &version->manifest;
    ZKL_TRY(zkl_table_facts_take(&facts, data->table, desk->owner, err));
    ZKL_TRY(check_owner(&facts, manifest, err));
    ZKL_TRY(zkl_proof_plan_init(&plan, &facts, request->leaf_blocks_max, err));
    ZKL_TRY(zkl_proof_plan_add_claims(&plan, claims, err));
    ZKL_TRY(zkl_env_progress(env, "checking the claims", 0, 0, err));
    ZKL_TRY(zkl_proof_plan_check(&plan, claims, request->allow_empty, env->pool, err));
    ZKL_TRY(find_receipt(&holder, &plan, claims, &version->about, err));
    const service_entries counted =
        entries_that_count(&version->about, holder, request->receipt_path);
    ZKL_TRY(drop_proven(out, &plan, claims, &counted, err));
    ZKL_TRY(zkl_proof_plan_seat(&plan, err));
    out->is_dry_run = request->dry_run;
    out->is_unchanged = plan.count == 0;
    const zkl_entry entry = new_entry(version);
    if (plan.count)
        ZKL_TRY(service_check_room(&entry, &plan, err));
    if (request->dry_run)
        return foresee(out, &plan, version, err);
    if (out->is_unchanged)
        return show_unchanged(out, holder, request->receipt_path, desk->ledger, err);
    ZKL_TRY(zkl_commitments_of_manifest(&commitments, &facts, manifest, &data->data_key, err));
    zkl_notary notary = { .ledger = zkl_ledger_own_id(desk->ledger),
                          .owner = desk->owner,
                          .seed = manifest->seed.bytes,
                          .powers_hash = manifest->powers_hash,
                          .setup = data->setup,
                          .env = env };
    service_proofs record = { .desk = desk,
                              .notary = &notary,
                              .plan = &plan,
                              .manifest = version->loaded.content.manifests[0],
                              .notarised = &version->loaded.content };
    return prove_and_record(out, request, &record, version, &commitments, err);
}

static zkl_status check_output_free(const zkl_add_claims_request *request, const service_desk *desk,
                                    const notarised_version *version, zkl_error *err)
{
    const char *path = request->receipt_path;
    return !path || request->dry_run
               ? ZKL_OK
               : service_output_for_receipt(path, version->found.name,
                                            zkl_ledger_own_id(desk->ledger), request->force, err);
}

static zkl_status add_claims_steps(zkl_notarize_result *out, zkl_claim_list *claims,
                                   zkl_ledger *handle, const zkl_add_claims_request *request,
                                   const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(service_desk) desk = { 0 };
    ZKL_AUTO_CLEAR(notarised_version) version = { 0 };
    const zkl_verify_data_request data_request = { .files = request->files,
                                                   .file_count = request->file_count,
                                                   .reading = request->reading,
                                                   .data_key = request->data_key };
    ZKL_AUTO_CLEAR(recheck)
    data = { .handle = handle,
             .request = &data_request,
             .env = env,
             .arena = { .is_secret = true },
             .rows_alone = true };
    service_files files;
    /* What the request says, before the ledger is opened. */
    ZKL_TRY(check_request(request, err));
    ZKL_TRY(service_expand_files(&files, &data.arena, request->files, request->file_count, err));
    ZKL_TRY(service_check_receipt_apart(request->receipt_path, &files, &request->claims_file, 1,
                                        handle, err));
    ZKL_TRY(zkl_claim_list_ask(claims, request->claims, request->claim_count, request->claims_file,
                               err));
    /* What the ledger has. */
    ZKL_TRY(service_desk_open(&desk, handle, request->dry_run, env, err));
    ZKL_TRY(find_version(&version, desk.ledger, request->reference, err));
    ZKL_TRY(check_output_free(request, &desk, &version, err));
    ZKL_TRY(show_version(out, &version, err));
    ZKL_TRY(check_columns(claims, &version.manifest.schema, err));
    double start = zkl_seconds();
    ZKL_TRY(zkl_ledger_setup(desk.ledger, &data.setup, err));
    out->times.setup = zkl_seconds() - start;
    /* The data, which must be what was notarised. */
    data.manifest = &version.manifest;
    data.dataset = version.found.dataset;
    data.owner = desk.owner;
    data.ledger = desk.ledger;
    start = zkl_seconds();
    const zkl_status status = recheck_data(&data, err);
    data.ledger = NULL; /* the desk closes it */
    ZKL_TRY(status);
    out->times.read = zkl_seconds() - start;
    return plan_and_prove(out, request, claims, &desk, &data, &version, err);
}

zkl_status zkl_add_claims(zkl_notarize_result *out, zkl_ledger *ledger,
                          const zkl_add_claims_request *request, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_claim_list) claims = { 0 };
    const double start = zkl_seconds();
    *out = (zkl_notarize_result){ 0 };
    env = env ? env : zkl_ledger_env(ledger);
    zkl_status status = add_claims_steps(out, &claims, ledger, request, env, err);
    if (claims.is_refused) {
        const zkl_status shown = zkl_claim_list_problems(
            &out->claim_problems, &out->claim_problem_count, &out->memory, &claims, err);
        status = shown == ZKL_OK ? status : shown;
    }
    out->times.total = zkl_seconds() - start;
    return status;
}
