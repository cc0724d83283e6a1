/* Claims that are added to a dataset version notarised before: the second order of the steps of
 * notary.h. No format knows of it but the entry `prove`.
 *
 *  1. The files, or without any the owner's spool, are the notarised ones: what the manifest says
 *     of them is recomputed, but for the commitments. A proof on commitments of other cells fails
 *     its own check.
 *  2. Commitments, chunk keys and row roots are those of the notarisation. The new statements speak
 *     of the same blocks, so one receipt holds both.
 *  3. What is proven already is not proven again.
 *  4. Until the change is placed a failure leaves the ledger as it was. */
#include <string.h>

#include "ledger/entry_export.h"
#include "notary/search.h"
#include "service/memory.h"
#include "service/output.h"
#include "service/timestamp_http.h"
#include "service/proving.h"
#include "service/claimed.h"

/* ---- Before the data are read. */

static zkl_status check_request(const zkl_add_claims_request *request, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_reading ignored;
    ZKL_TRY(service_check_leaf_blocks(request->leaf_blocks_max, err));
    ZKL_TRY(service_memory_check(request->memory_bytes, err));
    if (!request->reference)
        return zkl_fail(err, ZKL_USAGE, "no dataset given");
    const bool has_claims = request->claim_count || request->claims_file || request->policy.policy;
    if (request->search_count && has_claims)
        return zkl_fail(err, ZKL_USAGE, "a search claims nothing: claims and searches are apart");
    if (request->search_count && request->receipt_path)
        return zkl_fail(err, ZKL_USAGE, "a search has no receipt");
    if (request->timestamp_url)
        ZKL_TRY(service_http_check(request->timestamp_url, err));
    if (!request->search_count && !has_claims)
        return zkl_fail(err, ZKL_USAGE, "no claim given");
    if (request->with_count >= ZKL_ENTRY_PARENTS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "claims may speak of at most %d other datasets",
                        ZKL_ENTRY_PARENTS_MAX - 1);
    for (size_t i = 0; i < request->with_count; i++)
        if (!request->with[i].reference)
            return zkl_fail(err, ZKL_USAGE, "of another dataset its name is needed");
    return zkl_reading_take(&ignored, &arena, &request->reading, err);
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
                                 const service_receipt_place *place, zkl_ledger *ledger,
                                 zkl_error *err)
{
    ZKL_ASSERT(holder || !place->path); /* entries_that_count */
    if (!holder)
        return ZKL_OK;
    out->index = holder->index;
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(ledger), &out->receipt_id, holder->index, err));
    return service_write_receipt(out, place, ledger, holder->index, err);
}

/* The receipt holds the notarisations too, whose statements are there to be measured, and the added
 * entry, with a signature and a path. */
#define ENTRY_BYTES 1500

static zkl_status foresee(zkl_notarize_result *out, const zkl_proof_plan *plan,
                          const service_claimed_list *list, zkl_error *err)
{
    size_t rest = ENTRY_BYTES;
    for (size_t n = 0; n < list->count; n++) {
        const zkl_content *c = &list->items[n].version.loaded.content;
        if (n > 0 && !zkl_proof_plan_uses(plan, n))
            continue;
        rest += service_receipt_rest(&list->items[n].facts);
        for (size_t i = 0; i < c->statement_count; i++)
            rest += c->statements[i].compact.size + c->statements[i].proof.size;
        for (size_t i = 0; n == 0 && i < c->key_count; i++)
            rest += c->keys[i].circuit.size + c->keys[i].key.size;
    }
    return service_foresee(out, plan, 0, rest, err);
}

/* ---- The steps. */

static zkl_status show_version(zkl_notarize_result *out, const service_version *version,
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

/* The entry but for its statements, and what it rests on: every dataset that its claims speak
 * of. */
static zkl_status begin_entry(zkl_entry *out, service_proofs *record, zkl_arena *arena,
                              const service_claimed_list *list, zkl_error *err)
{
    const zkl_entry_data *data = &list->items[0].version.loaded.entry.data;
    const zkl_content **contents = ZKL_ARENA_NEW(arena, const zkl_content *, list->count);
    zkl_digest *parents = ZKL_ARENA_NEW(arena, zkl_digest, list->count);
    if (!contents || !parents)
        return zkl_no_memory(err, list->count * sizeof *parents);
    *out = (zkl_entry){ .kind = ZKL_ENTRY_PROVE,
                        .parents = parents,
                        .data.name = data->name,
                        .data.version = data->version,
                        .data.dataset = data->dataset,
                        .data.manifest_sha256 = data->manifest_sha256 };
    for (size_t i = 0; i < list->count; i++) {
        const zkl_loaded_content *loaded = &list->items[i].version.loaded;
        if (i > 0 && !zkl_proof_plan_uses(record->plan, i))
            continue;
        contents[out->parent_count] = &loaded->content;
        parents[out->parent_count++] = loaded->leaf;
    }
    record->notarised = contents;
    record->notarised_count = out->parent_count;
    return ZKL_OK;
}

/* Points and keys of each table, as they were made; nothing is committed. */
static zkl_status take_commitments(zkl_committed_table **out, zkl_arena *arena,
                                   service_claimed_list *list, zkl_error *err)
{
    *out = ZKL_ARENA_NEW(arena, zkl_committed_table, list->count);
    if (!*out)
        return zkl_no_memory(err, list->count * sizeof **out);
    for (size_t i = 0; i < list->count; i++) {
        service_claimed *c = &list->items[i];
        ZKL_TRY(zkl_commitments_of_manifest(&c->commitments, &c->facts, &c->version.manifest,
                                            &c->data.data_key, err));
        (*out)[i] = (zkl_committed_table){ &c->commitments, c->version.found.dataset,
                                           c->version.manifest.table_root };
    }
    return ZKL_OK;
}

/* From a checked plan to a logged entry. */
static zkl_status prove_and_record(zkl_notarize_result *out, const zkl_add_claims_request *request,
                                   zkl_entry *entry, service_proofs *record,
                                   service_claimed_list *list, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_proof_list) proofs = { 0 };
    zkl_circuit_keys circuits;
    zkl_committed_table *tables;
    const double start = zkl_seconds();
    ZKL_TRY(take_commitments(&tables, &arena, list, err));
    ZKL_TRY(zkl_circuit_keys_find(&circuits, record->plan, record->notary->setup,
                                  record->notary->env, err));
    out->times.setup += zkl_seconds() - start;
    ZKL_TRY(zkl_proof_list_make(&proofs, record->plan, tables, record->notary, NULL, err));
    zkl_proof_list_add_times(&out->times, &proofs);
    record->circuits = &circuits;
    record->proofs = &proofs;
    ZKL_TRY(service_proofs_gather(out, entry, &arena, record, err));
    const service_receipt_place place = { request->receipt_path, request->force };
    return service_proofs_place(out, record, &place, err);
}

/* The tables, and what is to be proven of them. Every dataset that is at hand is spoken of. */
/* A plan of all tables, without claims. */
static zkl_status start_plan(zkl_proof_plan *plan, const service_claimed_list *list,
                             const zkl_add_claims_request *request, zkl_error *err)
{
    const zkl_dataset_version *own = &list->items[0].version.found;
    ZKL_TRY(zkl_proof_plan_init(plan, &list->items[0].facts, own->name, own->version,
                                request->leaf_blocks_max, err));
    ZKL_TRY(service_memory_cap_plan(plan, request->memory_bytes, request->leaf_blocks_max, err));
    for (size_t i = 1; i < list->count; i++) {
        const zkl_dataset_version *found = &list->items[i].version.found;
        ZKL_TRY(zkl_proof_plan_add_table(plan, &list->items[i].facts, found->name, found->version,
                                         err));
    }
    return ZKL_OK;
}

static zkl_status make_plan(zkl_proof_plan *plan, zkl_claim_list *claims,
                            service_claimed_list *list, const zkl_add_claims_request *request,
                            const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(start_plan(plan, list, request, err));
    ZKL_TRY(zkl_proof_plan_add_claims(plan, claims, err));
    ZKL_TRY(zkl_proof_plan_add_counts(plan, claims, !request->no_count, err));
    ZKL_TRY(zkl_env_progress(env, "checking the claims", 0, 0, err));
    ZKL_TRY(zkl_proof_plan_check(plan, claims, request->allow_empty, env->pool, err));
    for (size_t i = 1; i < list->count; i++)
        if (!zkl_proof_plan_uses(plan, i))
            return zkl_fail(err, ZKL_USAGE, "no claim speaks of '%s'",
                            request->with[i - 1].reference);
    return ZKL_OK;
}

/* The tables are read and are the notarised ones. Three ends: a dry run, nothing new, or an
 * entry. */
static zkl_status plan_and_prove(zkl_notarize_result *out, service_fit *fit,
                                 const zkl_add_claims_request *request, zkl_claim_list *claims,
                                 service_desk *desk, service_claimed_list *list, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    const service_entry *holder = NULL;
    const service_claimed *own = &list->items[0];
    const service_entries *about = &own->version.about;
    zkl_entry entry;
    ZKL_TRY(make_plan(&plan, claims, list, request, own->data.env, err));
    ZKL_TRY(find_receipt(&holder, &plan, claims, about, err));
    const service_entries counted = entries_that_count(about, holder, request->receipt_path);
    ZKL_TRY(drop_proven(out, &plan, claims, &counted, err));
    ZKL_TRY(zkl_proof_plan_seat(&plan, err));
    ZKL_TRY(service_memory_check_plan(&plan, request->memory_bytes, err));
    out->is_dry_run = request->dry_run;
    out->is_unchanged = plan.count == 0;
    zkl_notary notary = { .ledger = zkl_ledger_own_id(desk->ledger),
                          .owner = desk->owner,
                          .seed = own->version.manifest.seed.bytes,
                          .powers_hash = own->version.manifest.powers_hash,
                          .setup = own->data.setup,
                          .env = own->data.env };
    service_proofs record = { .desk = desk,
                              .notary = &notary,
                              .plan = &plan,
                              .timestamp_url = request->timestamp_url,
                              .manifest = own->version.loaded.content.manifests[0] };
    ZKL_TRY(begin_entry(&entry, &record, &arena, list, err));
    if (request->dry_run)
        return foresee(out, &plan, list, err);
    if (plan.count)
        ZKL_TRY(service_fit_claims(fit, &entry, &plan, claims, err));
    if (fit->left && request->receipt_path)
        return zkl_fail_hint(err, ZKL_LIMIT, ZKL_HINT_EXPORT_LINEAGE,
                             "a receipt holds a notarisation and one entry of claims, here %zu, "
                             "and %zu are to be proven",
                             fit->kept, fit->kept + fit->left);
    if (out->is_unchanged)
        return show_unchanged(out, holder,
                              &(service_receipt_place){ request->receipt_path, request->force },
                              desk->ledger, err);
    return prove_and_record(out, request, &entry, &record, list, err);
}

/* ---- A search: results for the owner, and no claim. */

/* An open claim is not cut, so it is one piece, and bound by the plan's check. */
static const zkl_compiled_claim *find_piece(const zkl_proof_plan *plan, size_t number)
{
    for (size_t i = 0; i < plan->count; i++)
        for (size_t k = 0; k < plan->statements[i].pieces.count; k++)
            if (plan->statements[i].pieces.items[k]->asked == number)
                return &plan->statements[i].pieces.items[k]->claim;
    return NULL;
}

/* The claim whole: one that was measured may have been cut into pieces, or follow from the
 * manifest. */
static zkl_status show_found(zkl_found *out, zkl_notarize_result *result, const zkl_search *search,
                             const zkl_claim_list *claims, zkl_proof_plan *plan, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 }, words = { 0 };
    zkl_compiled_claim whole;
    out->form = service_text(&result->memory, zkl_bytes_of_text(search->form));
    if (search->claim == ZKL_SEARCH_NONE) {
        out->words = search->reason;
        return out->form ? ZKL_OK : zkl_no_memory(err, strlen(search->form));
    }
    const zkl_claim *claim = &claims->claims[search->claim];
    const zkl_compiled_claim *found = claim->is_open ? find_piece(plan, search->claim) : &whole;
    if (!claim->is_open)
        ZKL_TRY(zkl_claim_compile(&whole, &plan->memory, claim, plan->scope, err));
    ZKL_ASSERT(found && found->is_bound); /* the plan was checked */
    zkl_claim_print(&text, &found->claim);
    zkl_claim_sentence(&words, found);
    ZKL_TRY(zkl_buffer_status(&text, err));
    ZKL_TRY(zkl_buffer_status(&words, err));
    out->claim = service_text(&result->memory, zkl_buffer_bytes(&text));
    out->words = service_text(&result->memory, zkl_buffer_bytes(&words));
    return out->form && out->claim && out->words ? ZKL_OK : zkl_no_memory(err, text.size);
}

/* What is found is checked as claims are: a dry run of them, but for what it would cost. */
static zkl_status search_and_show(zkl_notarize_result *out, const zkl_add_claims_request *request,
                                  zkl_search_list *searches, zkl_claim_list *claims,
                                  service_claimed_list *list, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_proof_plan) probed = { 0 }, plan = { 0 };
    const zkl_env *env = list->items[0].data.env;
    zkl_found *found = ZKL_ARENA_NEW(&out->memory, zkl_found, searches->count);
    if (!found)
        return zkl_no_memory(err, searches->count * sizeof *found);
    ZKL_TRY(zkl_env_progress(env, "searching", 0, 0, err));
    ZKL_TRY(start_plan(&probed, list, request, err));
    ZKL_TRY(zkl_search_list_measure(searches, claims, &probed, env->pool, err));
    ZKL_TRY(make_plan(&plan, claims, list, request, env, err));
    for (size_t i = 0; i < searches->count; i++)
        ZKL_TRY(show_found(&found[i], out, &searches->items[i], claims, &plan, err));
    out->is_dry_run = true;
    out->found = found;
    out->found_count = searches->count;
    return ZKL_OK;
}

static zkl_status check_output_free(const zkl_add_claims_request *request, const service_desk *desk,
                                    const service_version *version, zkl_error *err)
{
    const char *path = request->receipt_path;
    return !path || request->dry_run
               ? ZKL_OK
               : service_output_for_receipt(path, desk->ledger, version->found.name, request->force,
                                            err);
}

/* What is asked of each dataset: the request's own first, then those besides. */
static zkl_status list_claimed(service_claimed_list *out, const zkl_add_claims_request *request,
                               zkl_ledger *handle, const zkl_env *env, zkl_error *err)
{
    out->items = ZKL_ARENA_NEW(&out->memory, service_claimed, 1 + request->with_count);
    if (!out->items)
        return zkl_no_memory(err, (1 + request->with_count) * sizeof *out->items);
    out->count = 1 + request->with_count;
    for (size_t i = 0; i < out->count; i++) {
        service_claimed *c = &out->items[i];
        const zkl_with_dataset *with = i ? &request->with[i - 1] : NULL;
        c->request = with ? (zkl_verify_data_request){ .reference = with->reference,
                                                       .files = with->files,
                                                       .file_count = with->file_count }
                          : (zkl_verify_data_request){ .reference = request->reference,
                                                       .files = request->files,
                                                       .file_count = request->file_count,
                                                       .reading = request->reading,
                                                       .data_key = request->data_key };
        service_claimed_begin(c, handle, env);
    }
    return ZKL_OK;
}

/* Nothing that is read is overwritten. */
static zkl_status check_apart(service_claimed_list *list, const zkl_add_claims_request *request,
                              zkl_ledger *handle, zkl_error *err)
{
    const char *const texts[] = { request->claims_file, zkl_policy_is_path(request->policy.policy)
                                                            ? request->policy.policy
                                                            : NULL };
    for (size_t i = 0; i < list->count; i++) {
        service_files files;
        const zkl_verify_data_request *of = &list->items[i].request;
        ZKL_TRY(service_expand_files(&files, &list->memory, of->files, of->file_count, err));
        ZKL_TRY(service_check_receipt_apart(request->receipt_path, &files, texts, ZKL_COUNT(texts),
                                            handle, err));
    }
    return ZKL_OK;
}

static zkl_status add_claims_steps(zkl_notarize_result *out, service_fit *fit,
                                   zkl_claim_list *claims, zkl_ledger *handle,
                                   const zkl_add_claims_request *request, const zkl_env *env,
                                   zkl_error *err)
{
    ZKL_AUTO_CLEAR(service_desk) desk = { 0 };
    ZKL_AUTO_CLEAR(service_claimed_list) list = { 0 };
    ZKL_AUTO_CLEAR(zkl_search_list) searches = { 0 };
    const bool is_search = request->search_count > 0;
    /* What the request says, before the ledger is opened. */
    ZKL_TRY(check_request(request, err));
    ZKL_TRY(list_claimed(&list, request, handle, env, err));
    ZKL_TRY(check_apart(&list, request, handle, err));
    const zkl_asked_claims asked = { request->claims, request->claim_count, request->claims_file,
                                     request->policy };
    ZKL_TRY(zkl_claim_list_ask(claims, &asked, err));
    ZKL_TRY(zkl_search_list_read(&searches, request->searches, request->search_count, err));
    /* What the ledger has. */
    ZKL_TRY(service_desk_open(&desk, handle, request->dry_run || is_search, env, err));
    for (size_t i = 0; i < list.count; i++)
        ZKL_TRY(service_version_find(&list.items[i].version, desk.ledger,
                                     list.items[i].request.reference, err));
    ZKL_TRY(service_claimed_check_different(&list, err));
    const service_version *own = &list.items[0].version;
    if (!is_search)
        ZKL_TRY(service_check_not_revoked(&own->about, request->reference, err));
    ZKL_TRY(check_output_free(request, &desk, own, err));
    ZKL_TRY(show_version(out, own, err));
    ZKL_TRY(check_columns(is_search ? &searches.probes : claims, &own->manifest.schema, err));
    double start = zkl_seconds();
    for (size_t i = 0; i < list.count; i++)
        ZKL_TRY(zkl_ledger_setup(desk.ledger, &list.items[i].data.setup, err));
    out->times.setup = zkl_seconds() - start;
    start = zkl_seconds();
    for (size_t i = 0; i < list.count; i++)
        ZKL_TRY(service_claimed_read(&list.items[i], &desk, err));
    out->times.read = zkl_seconds() - start;
    return is_search ? search_and_show(out, request, &searches, claims, &list, err)
                     : plan_and_prove(out, fit, request, claims, &desk, &list, err);
}

/* One entry at most. fit->left: claims for which it had no room. */
static zkl_status add_entry(zkl_notarize_result *out, service_fit *fit, zkl_ledger *ledger,
                            const zkl_add_claims_request *request, const zkl_env *env,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_claim_list) claims = { 0 };
    *out = (zkl_notarize_result){ 0 };
    *fit = (service_fit){ 0 };
    zkl_status status = add_claims_steps(out, fit, &claims, ledger, request, env, err);
    if (claims.is_refused) {
        const zkl_status shown = zkl_claim_list_problems(
            &out->claim_problems, &out->claim_problem_count, &out->memory, &claims, err);
        status = shown == ZKL_OK ? status : shown;
    }
    const zkl_status named = zkl_claim_list_policy(&out->policy, &out->memory, &claims, NULL);
    return status == ZKL_OK && named != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

/* All claims were found to be true by the first entry's plan. What is proven is not proven again,
 * so the same request goes on where the entry before had no more room. */
static zkl_status add_left(zkl_notarize_result *out, service_fit *fit, zkl_ledger *ledger,
                           const zkl_add_claims_request *request, const zkl_env *env,
                           zkl_error *err)
{
    zkl_notarize_result more = { 0 };
    const size_t before = fit->left;
    zkl_status status = add_entry(&more, fit, ledger, request, env, err);
    if (status == ZKL_OK && ZKL_NEVER(fit->left >= before))
        status = zkl_fail(err, ZKL_CONFLICT, "claims that were recorded are not there");
    if (status == ZKL_OK && !more.is_unchanged) /* another writer may have added them */
        status = service_take_added(out, &more, err);
    zkl_arena_clear(&more.memory);
    return status == ZKL_OK ? ZKL_OK
                            : zkl_wrap(err, status,
                                       "entry %llu holds the first of the claims, and the same "
                                       "command adds the others",
                                       (unsigned long long)out->index);
}

zkl_status zkl_add_claims(zkl_notarize_result *out, zkl_ledger *ledger,
                          const zkl_add_claims_request *request, const zkl_env *env, zkl_error *err)
{
    service_fit fit;
    const double start = zkl_seconds();
    env = env ? env : zkl_ledger_env(ledger);
    zkl_status status = add_entry(out, &fit, ledger, request, env, err);
    while (status == ZKL_OK && fit.left)
        status = add_left(out, &fit, ledger, request, env, err);
    out->times.total = zkl_seconds() - start;
    return status;
}
