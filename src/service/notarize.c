/* Notarising a table, in the order of docs/ARCHITECTURE.md, "Notarising, step by step".
 *
 *  1. Nothing is recorded before the one batch at the end; until then a failure leaves the ledger
 * as it was.
 *  2. False claims are refused before any curve work.
 *  3. What is recorded was verified first, by the code a stranger runs. */
#include <stdlib.h>
#include <string.h>

#include "service/memory.h"
#include "service/notarize_internal.h"
#include "service/output.h"
#include "service/timestamp_http.h"
#include "service/sources.h"
#include "service/spools.h"

/* ---- The request. */

/* What the request says by itself. No file is opened. */
static zkl_status check_request(const zkl_notarize_request *request, bool has_ledger,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    if (!request->name || !zkl_dataset_name_valid(zkl_bytes_of_text(request->name)))
        return zkl_fail(err, ZKL_USAGE,
                        "'%s' is no dataset name: letters, digits, '.', '_' and '-', beginning "
                        "with a letter or digit",
                        request->name ? request->name : "");
    ZKL_TRY(service_check_leaf_blocks(request->leaf_blocks_max, err));
    ZKL_TRY(service_memory_check(request->memory_bytes, err));
    if (!has_ledger && !request->dry_run)
        return zkl_fail(err, ZKL_USAGE, "no ledger given: without one there is a dry run only");
    if (!request->file_count)
        return zkl_fail(err, ZKL_USAGE, "no file given");
    if (request->hide_file_names && request->public_digest)
        return zkl_fail(err, ZKL_USAGE,
                        "public digests name the files: they cannot hide their names");
    if (request->keep_spool && request->no_keep_spool)
        return zkl_fail(err, ZKL_USAGE, "the spool is either kept or not");
    if (request->timestamp_url)
        ZKL_TRY(service_http_check(request->timestamp_url, err));
    /* The reading is taken again by the table; here its words are checked. */
    zkl_reading ignored;
    return zkl_reading_take(&ignored, &arena, &request->reading, err);
}

/* Asked before the proving begins, which may take an hour. */
static zkl_status check_output_free(const zkl_notarize_request *request, const service_desk *desk,
                                    zkl_error *err)
{
    return !request->receipt_path || request->dry_run
               ? ZKL_OK
               : service_output_for_receipt(request->receipt_path, desk->ledger,
                                            zkl_bytes_of_text(request->name), request->force, err);
}

/* The version before keeps its seed, so that chunks keep their keys. A first version draws one,
 * unless a run of it was cut off. Chunk keys hang on the rows besides. */
static zkl_status choose_seed(zkl_digest *out, const zkl_notarize_request *request,
                              const previous_version *previous, const zkl_digest *unfinished,
                              const zkl_env *env, zkl_error *err)
{
    const uint8_t *seed = previous->version ? previous->manifest.seed.bytes
                          : request->seed   ? request->seed
                          : unfinished      ? unfinished->bytes
                                            : NULL;
    if (!seed)
        return zkl_env_random(env, out->bytes, sizeof out->bytes, err);
    memcpy(out->bytes, seed, sizeof out->bytes);
    return ZKL_OK;
}

/* ---- The table. */

/* Copied into the result: the reader's array is wiped. */
static zkl_status show_row_problems(zkl_notarize_result *out, const zkl_bad_rows *problems,
                                    zkl_error *err)
{
    const zkl_bad_row *bad = problems->rows;
    const size_t count = problems->count;
    zkl_row_problem *shown = ZKL_ARENA_NEW(&out->memory, zkl_row_problem, count);
    if (!shown)
        return zkl_no_memory(err, count * sizeof *shown);
    for (size_t i = 0; i < count; i++)
        shown[i] = (zkl_row_problem){
            .file = zkl_arena_text(&out->memory, bad[i].file, strlen(bad[i].file)),
            .column = zkl_arena_text(&out->memory, bad[i].column, strlen(bad[i].column)),
            .value = zkl_arena_text(&out->memory, bad[i].value, strlen(bad[i].value)),
            .reason = zkl_arena_text(&out->memory, bad[i].reason, strlen(bad[i].reason)),
            .row = bad[i].row,
            .line = bad[i].line
        };
    for (size_t i = 0; i < count; i++)
        if (!shown[i].file || !shown[i].column || !shown[i].value || !shown[i].reason)
            return zkl_no_memory(err, sizeof bad[i]);
    out->row_problems = shown;
    out->row_problem_count = count;
    out->row_problem_total = problems->total;
    return ZKL_OK;
}

/* What is read lies encrypted in an unlinked file: in the ledger, where there is room for it, or
 * where a dry run may write. */
static const char *spool_folder(const service_desk *desk, bool dry_run)
{
    const char *temporary = getenv("TMPDIR");
    if (!dry_run)
        return zkl_ledger_folder(desk->handle);
    return temporary && *temporary ? temporary : "/tmp";
}

/* Bad rows are told even when the status says more: they are what a person can mend. */
static zkl_status read_table(zkl_table **table, zkl_notarize_result *out,
                             const zkl_read_options *options, const zkl_env *env, zkl_error *err)
{
    zkl_bad_rows bad;
    const double start = zkl_seconds();
    ZKL_TRY(zkl_env_progress(env, "reading", 0, 0, err));
    const zkl_status status = zkl_table_read(table, options, &bad, env, err);
    if (bad.count) {
        const zkl_status shown = show_row_problems(out, &bad, err);
        zkl_wipe(&bad, sizeof bad);
        return status != ZKL_OK ? status : shown;
    }
    out->times.read = zkl_seconds() - start;
    return status;
}

/* The ranges of a schema file come behind the caller's claims, once the types are decided. */
static zkl_status add_schema_claims(zkl_claim_list *claims, const zkl_table *table, zkl_error *err)
{
    const char *const *texts;
    const zkl_schema *schema = zkl_table_schema(table);
    const size_t count = zkl_table_claims(table, &texts);
    ZKL_AUTO_BLOCK zkl_bytes *names = zkl_calloc(schema->column_count, sizeof *names);
    if (!names)
        return zkl_no_memory(err, schema->column_count * sizeof *names);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(zkl_claim_list_add(claims, texts[i], err));
    /* All claims against all columns: of JSON, whose columns nobody could name before, for the
     * first time. */
    for (size_t i = 0; i < schema->column_count; i++)
        names[i] = schema->columns[i].name;
    return zkl_claim_list_check_columns(claims, names, schema->column_count, err);
}

/* ---- Results. */

/* To the result, which also a dry run and an unchanged version fill. */
static zkl_status show_table(zkl_notarize_result *out, const zkl_table_facts *facts,
                             const char *name, zkl_error *err)
{
    zkl_column_info *columns;
    ZKL_TRY(service_columns(&out->columns, &out->memory, facts->schema, err));
    columns = (zkl_column_info *)(uintptr_t)out->columns; /* made just now, by us */
    out->column_count = facts->schema->column_count;
    for (size_t i = 0; i < out->column_count; i++) {
        /* How its type was found is known to the reading alone, not to the schema. */
        const char *note = zkl_table_column_note(facts->table, i);
        columns[i].note = note ? zkl_arena_text(&out->memory, note, strlen(note)) : "";
        if (!columns[i].note)
            return zkl_no_memory(err, 0);
    }
    out->name = zkl_arena_text(&out->memory, name, strlen(name));
    out->row_count = facts->row_count;
    out->chunk_count = facts->chunk_count;
    out->blocks_per_chunk = facts->block_count;
    return out->name ? ZKL_OK : zkl_no_memory(err, 0);
}

/* What only the reading itself knows: rows and bytes of each file, and what was left out. */
static zkl_status show_files(zkl_notarize_result *result, const zkl_table *table,
                             const service_files *expanded, zkl_error *err)
{
    zkl_read_info *out = &result->read;
    const zkl_file_digest *files;
    const size_t count = zkl_table_files(table, &files);
    uint64_t *rows = ZKL_ARENA_NEW(&result->memory, uint64_t, count);
    uint64_t *bytes = ZKL_ARENA_NEW(&result->memory, uint64_t, count);
    const char **left_out = ZKL_ARENA_NEW(&result->memory, const char *, expanded->left_out_count);
    if (!rows || !bytes || !left_out)
        return zkl_no_memory(err, count * sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        rows[i] = files[i].row_count;
        bytes[i] = files[i].size;
    }
    for (size_t i = 0; i < expanded->left_out_count; i++) {
        left_out[i] = service_text(&result->memory, zkl_bytes_of_text(expanded->left_out[i]));
        if (!left_out[i])
            return zkl_no_memory(err, strlen(expanded->left_out[i]));
    }
    out->file_rows = rows;
    out->file_bytes = bytes;
    out->left_out = left_out;
    out->left_out_count = expanded->left_out_count;
    return ZKL_OK;
}

/* How the table was read, as its manifest says it. */
static zkl_status show_read(zkl_notarize_result *out, const zkl_table_facts *facts,
                            const service_files *files, const zkl_manifest_terms *terms,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    /* As far as a manifest says it: a dry run has no other. */
    zkl_manifest m = { .schema = *facts->schema, .reading = *zkl_table_reading(facts->table) };
    ZKL_TRY(zkl_manifest_name_files(&m, &arena, facts->table, terms, err));
    ZKL_TRY(service_read_info(&out->read, &out->memory, &m, err));
    return show_files(out, facts->table, files, err);
}

/* Nothing is recorded, and the result is the version before. The receipt is written all the same,
 * of the entry that is there. */
static zkl_status show_unchanged(zkl_notarize_result *out, const zkl_notarize_request *request,
                                 zkl_ledger *ledger, const previous_version *previous,
                                 zkl_error *err)
{
    out->is_unchanged = true;
    out->version = previous->version;
    out->index = previous->index;
    out->dataset = previous->dataset;
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(ledger), &out->receipt_id, previous->index, err));
    const service_receipt_place place = { request->receipt_path, request->force };
    return service_write_receipt(out, &place, ledger, previous->index, err);
}

/* Another writer may make this version first, and then this one is refused anyhow. With a fit,
 * claims for which there is no room leave the plan. */
static zkl_status make_room(const zkl_notarize_request *request, const previous_version *previous,
                            zkl_proof_plan *plan, const zkl_manifest_terms *terms,
                            notarize_parts *parts, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_manifest m = { 0 };
    ZKL_TRY(zkl_manifest_name_files(&m, &arena, plan->facts->table, terms, err));
    const zkl_entry entry = { .kind = ZKL_ENTRY_NOTARISE,
                              .data.name = zkl_bytes_of_text(request->name),
                              .data.version = previous->version + 1,
                              .data.files = m.files,
                              .data.file_count = m.file_count,
                              .data.file_hash = plan->facts->schema->hash };
    if (!parts || !notarize_takes_parts(request, parts))
        return service_check_room(&entry, plan, err);
    if (request->dry_run)
        return ZKL_OK;
    ZKL_TRY(service_fit_claims(&parts->fit, &entry, plan, parts->claims, err));
    return notarize_check_parts(request, &parts->fit, err);
}

/* ---- The owner's spool: written before the entry is, placed behind it. */

static zkl_status write_spool(service_spool_part *out, const zkl_notarize_request *request,
                              const dataset_record *record, const zkl_digest *dataset,
                              uint32_t version, zkl_error *err)
{
    const service_desk *desk = record->proofs.desk;
    const service_spool_id id = { .folder = zkl_ledger_folder(desk->handle),
                                  .ledger = *zkl_ledger_own_id(desk->ledger),
                                  .dataset = *dataset,
                                  .name = zkl_bytes_of_text(request->name),
                                  .version = version };
    if (!record->keeps_spool)
        return ZKL_OK;
    return service_spool_write(out, &id, record->proofs.plan->facts->table, desk->owner,
                               record->proofs.notary->env, err);
}

/* What is recorded stays, also where this fails. */
static zkl_status place_spool(zkl_notarize_result *out, service_spool_part *part, zkl_error *err)
{
    ZKL_TRY(service_spool_place(part, err));
    out->spool_bytes = part->byte_count;
    return ZKL_OK;
}

/* ---- The owner's note of where the files lie. */

/* All of them as they were read. Of standard input, and of paths given in two ways (some from the
 * root on, whose names the content's hash has otherwise), nothing can be noted: *out.files NULL. */
static zkl_status note_files(service_sources *out, zkl_arena *arena, const zkl_table *table,
                             const zkl_notarize_request *request, zkl_error *err)
{
    const zkl_input *inputs;
    const size_t count = zkl_table_inputs(table, &inputs);
    zkl_bytes *arguments = ZKL_ARENA_NEW(arena, zkl_bytes, request->file_count);
    service_source_file *files = ZKL_ARENA_NEW(arena, service_source_file, count);
    if (!arguments || !files)
        return zkl_no_memory(err, count * sizeof *files);
    const bool from_root = request->files[0][0] == '/';
    for (size_t i = 0; i < request->file_count; i++) {
        const char *path = service_path_from_root(arena, request->files[i]);
        if (strcmp(request->files[i], "-") == 0 || (request->files[i][0] == '/') != from_root)
            return ZKL_OK;
        if (!path)
            return zkl_fail(err, ZKL_IO, "the current folder has no path");
        arguments[i] = zkl_bytes_of_text(path);
    }
    for (size_t i = 0; i < count; i++) {
        const char *path = service_path_from_root(arena, inputs[i].name);
        if (!path)
            return zkl_fail(err, ZKL_IO, "the current folder has no path");
        files[i] =
            (service_source_file){ .path = zkl_bytes_of_text(path),
                                   .stamp = { .size = inputs[i].size,
                                              .inode = inputs[i].inode,
                                              .modified_s = inputs[i].modified_s,
                                              .changed_s = inputs[i].changed_s,
                                              .modified_ns = (uint32_t)inputs[i].modified_ns,
                                              .changed_ns = (uint32_t)inputs[i].changed_ns } };
        if (files[i].path.size > SERVICE_SOURCES_PATH_BYTES_MAX)
            return zkl_fail(err, ZKL_LIMIT, "a path has more than %d bytes",
                            SERVICE_SOURCES_PATH_BYTES_MAX);
    }
    out->arguments = arguments;
    out->argument_count = request->file_count;
    out->files = files;
    out->file_count = count;
    return ZKL_OK;
}

/* The version is recorded whatever comes of this: a failure is a notice. Files of a run's own,
 * which go when it ends, are not noted. */
static void keep_sources(const zkl_notarize_result *result, const zkl_notarize_request *request,
                         const dataset_record *record)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error why = { 0 };
    const service_desk *desk = record->proofs.desk;
    service_sources sources = { .ledger = *zkl_ledger_own_id(desk->ledger),
                                .dataset = result->dataset,
                                .name = zkl_bytes_of_text(request->name),
                                .version = result->version,
                                .time_ms = zkl_env_now_ms(record->proofs.notary->env) };
    if (record->check && record->check->is_made)
        return;
    zkl_status status =
        note_files(&sources, &arena, record->proofs.plan->facts->table, request, &why);
    if (status == ZKL_OK && sources.files)
        status = service_sources_save(zkl_ledger_folder(desk->handle), &sources, &why);
    const zkl_notice *notice = zkl_ledger_notice(desk->ledger);
    const char *words =
        status == ZKL_OK
            ? NULL
            : zkl_arena_format(&arena, "'status' will not know where the files lie: %s", why.text);
    if (words && notice->say)
        notice->say(notice->opaque, words);
}

/* ---- The steps. */

/* From the plan on, with the ledger's keys: commitments, keys of circuits, manifest, proofs,
 * record. Ends before the proofs when nothing is new and the request says so. */
static zkl_status commit_and_record(zkl_notarize_result *out, dataset_record *record,
                                    zkl_proof_plan *plan, const service_files *files,
                                    zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_commitments) commitments = { 0 };
    ZKL_AUTO_CLEAR(zkl_table_manifest) manifest = { 0 };
    ZKL_AUTO_CLEAR(zkl_proof_list) proofs = { 0 };
    ZKL_AUTO_CLEAR(service_spool_part) spool = { 0 };
    zkl_circuit_keys circuits;
    const zkl_notarize_request *request = record->request;
    const zkl_notary *notary = record->proofs.notary;
    const previous_version *previous = record->previous;
    const zkl_table_facts *facts = plan->facts;
    const zkl_known_chunks before = { &previous->manifest, &previous->data_key };
    const zkl_known_chunks *known = previous->version && out->same_schema ? &before : NULL;
    /* circuits: filled in below, before the manifest is made. */
    const zkl_manifest_terms terms = { .circuits = &circuits,
                                       .hide_file_names = request->hide_file_names,
                                       .public_digest = request->public_digest };

    zkl_chunk_store chunk_store = { 0 };
    zkl_proof_store proof_store = { 0 };
    if (record->unfinished) {
        ZKL_TRY(notarize_resume_begin(record, record->unfinished, err));
        chunk_store = service_unfinished_chunks(record->unfinished);
        proof_store = service_unfinished_proofs(record->unfinished);
    }
    /* Chunks of the version before are of use under one schema only: their keys depend on it. */
    const zkl_status status =
        zkl_commitments_make(&commitments, facts, notary, known, &chunk_store, err);
    out->times.hash += commitments.hash_s;
    out->times.commit += commitments.commit_s;
    ZKL_TRY(status);
    out->resumed_chunk_count = commitments.resumed_count;
    ZKL_TRY(notarize_resume_say(record->proofs.desk, out->resumed_chunk_count, facts->chunk_count,
                                "chunks", err));
    out->unchanged_chunk_count = known ? zkl_commitments_count_known(&commitments, known) : 0;
    if (request->if_changed) {
        bool unchanged;
        ZKL_TRY(notarize_find_unchanged(&unchanged, out, request, previous, plan, err));
        if (unchanged) {
            ZKL_TRY(show_unchanged(out, request, record->proofs.desk->ledger, previous, err));
            ZKL_TRY(
                write_spool(&spool, request, record, &previous->dataset, previous->version, err));
            ZKL_TRY(place_spool(out, &spool, err));
            keep_sources(out, request, record);
            return show_read(out, facts, files, &terms, err);
        }
        ZKL_TRY(make_room(request, previous, plan, &terms, record->parts, err));
    }
    /* A key that is missing takes seconds; one that is made stays in the cache whatever follows. */
    const double start = zkl_seconds();
    ZKL_TRY(zkl_circuit_keys_find(&circuits, plan, notary->setup, notary->env, err));
    out->times.setup += zkl_seconds() - start;
    ZKL_TRY(zkl_table_manifest_make(&manifest, facts, &commitments, notary, &terms, err));
    ZKL_TRY(show_read(out, facts, files, &terms, err));
    out->dataset = manifest.table.dataset;
    ZKL_TRY(write_spool(&spool, request, record, &out->dataset, previous->version + 1, err));
    ZKL_TRY(zkl_proof_list_make(&proofs, plan, &manifest.table, notary, &proof_store, err));
    zkl_proof_list_add_times(&out->times, &proofs);
    for (size_t i = 0; i < proofs.count; i++)
        out->resumed_proof_count += proofs.items[i].is_resumed;
    ZKL_TRY(notarize_resume_say(record->proofs.desk, out->resumed_proof_count, proofs.count,
                                "proofs", err));
    record->manifest = &manifest;
    record->proofs.circuits = &circuits;
    record->proofs.manifest = zkl_buffer_bytes(&manifest.bytes);
    record->proofs.proofs = &proofs;
    const zkl_status recorded = notarize_record(out, record, err);
    if (recorded != ZKL_OK && zkl_digest_is_zero(&out->receipt_id))
        return recorded;
    /* Also of an entry whose receipt could not be written. */
    keep_sources(out, request, record);
    const zkl_status placed = place_spool(out, &spool, recorded == ZKL_OK ? err : NULL);
    if (recorded != ZKL_OK)
        return recorded;
    return placed == ZKL_OK
               ? ZKL_OK
               : zkl_wrap(err, placed, "the entry is recorded, its spool could not be kept");
}

/* Three ends: a dry run, nothing new, or an entry. Up to the plan's check nothing is made: what is
 * read, what is claimed, and whether it is true. */
static zkl_status notarize_steps(zkl_notarize_result *out, zkl_claim_list *claims,
                                 zkl_ledger *handle, const zkl_notarize_request *request,
                                 const notarize_check *check, notarize_parts *parts,
                                 const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(service_desk) desk = { 0 };
    ZKL_AUTO_CLEAR(previous_version) previous = { 0 };
    ZKL_AUTO_CLEAR(previous_version) like = { 0 };
    ZKL_AUTO_CLOSE(service_unfinished) unfinished = NULL;
    ZKL_AUTO_FREE(zkl_table) table = NULL;
    ZKL_AUTO_CLEAR(zkl_table_facts) facts = { 0 };
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    service_files files;
    zkl_digest seed;
    zkl_config config;
    /* What the request says, before the ledger is opened. */
    ZKL_TRY(check_request(request, handle != NULL, err));
    ZKL_TRY(service_expand_files(&files, &arena, request->files, request->file_count, err));
    const char *const texts[] = { request->claims_file, request->schema_file,
                                  zkl_policy_is_path(request->policy.policy)
                                      ? request->policy.policy
                                      : NULL };
    ZKL_TRY(service_check_receipt_apart(request->receipt_path, &files, texts, ZKL_COUNT(texts),
                                        handle, err));
    const zkl_asked_claims asked = { request->claims, request->claim_count, request->claims_file,
                                     request->policy };
    ZKL_TRY(zkl_claim_list_ask(claims, &asked, err));
    /* What this version inherits. */
    ZKL_TRY(service_desk_open(&desk, handle, request->dry_run, env, err));
    ZKL_TRY(check_output_free(request, &desk, err));
    ZKL_TRY(previous_version_find(&previous, &desk, request->name, err));
    ZKL_TRY(like_version_find(&like, &desk, request, &previous, err));
    const previous_version *inherited = like.version ? &like : &previous;
    ZKL_TRY(notarize_resume_open(&unfinished, request, &desk, err));
    ZKL_TRY(choose_seed(&seed, request, &previous, service_unfinished_seed(unfinished), env, err));
    zkl_config_default(&config, "none");
    if (desk.ledger)
        config = *zkl_ledger_config(desk.ledger);
    zkl_read_options options = { .files = files.names,
                                 .file_count = files.count,
                                 .schema_file = request->schema_file,
                                 .previous = inherited->version ? &inherited->columns : NULL,
                                 .check_columns = zkl_claim_list_check_columns,
                                 .check_opaque = claims,
                                 .columns = request->columns,
                                 .column_count = request->column_count,
                                 .keep_types = request->keep_types,
                                 .float_decimals = request->float_decimals,
                                 .reading = request->reading,
                                 .spool_folder = spool_folder(&desk, request->dry_run),
                                 .memory_bytes = service_memory_reader(request->memory_bytes),
                                 .hash = config.hash_algorithm,
                                 .owner_secret = desk.owner };
    options.remembered_count = service_unfinished_dictionaries(unfinished, &options.remembered);
    /* The table, and what follows from it. */
    ZKL_TRY(read_table(&table, out, &options, env, err));
    ZKL_TRY(zkl_table_facts_take(&facts, table, desk.owner, err));
    ZKL_TRY(show_table(out, &facts, request->name, err));
    if (check && check->is_read)
        ZKL_TRY(check->is_read(check->opaque, &facts, err));
    ZKL_TRY(notarize_check_like(&facts, &like, request, err));
    ZKL_TRY(notarize_show_changes(out, &previous, &facts, err));
    ZKL_TRY(add_schema_claims(claims, table, err));
    /* What is to be proven, and whether it is true. */
    ZKL_TRY(zkl_proof_plan_init(&plan, &facts, (zkl_bytes){ 0 }, 0, request->leaf_blocks_max, err));
    ZKL_TRY(service_memory_cap_plan(&plan, request->memory_bytes, request->leaf_blocks_max, err));
    ZKL_TRY(zkl_proof_plan_add_cells(&plan, err));
    ZKL_TRY(zkl_proof_plan_add_claims(&plan, claims, err));
    ZKL_TRY(zkl_proof_plan_add_counts(&plan, claims, !request->no_count, err));
    ZKL_TRY(service_memory_check_plan(&plan, request->memory_bytes, err));
    ZKL_TRY(zkl_env_progress(env, "checking the claims", 0, 0, err));
    ZKL_TRY(zkl_proof_plan_check(&plan, claims, request->allow_empty, env->pool, err));
    if (check && check->run)
        ZKL_TRY(check->run(check->opaque, out, &facts, previous.version + 1, err));
    ZKL_TRY(notarize_show_dropped(out, &desk, &previous, &plan, check && check->is_made, err));
    const zkl_manifest_terms terms = { .hide_file_names = request->hide_file_names,
                                       .public_digest = request->public_digest };
    if (request->dry_run || !request->if_changed) /* what is unchanged needs no room */
        ZKL_TRY(make_room(request, &previous, &plan, &terms, parts, err));
    if (request->dry_run) {
        ZKL_TRY(show_read(out, &facts, &files, &terms, err));
        return notarize_foresee(out, &previous, &plan, err);
    }
    zkl_notary notary = { .ledger = zkl_ledger_own_id(desk.ledger),
                          .owner = desk.owner,
                          .seed = seed.bytes,
                          .powers_hash = *zkl_ledger_powers_hash(desk.ledger),
                          .env = env };
    ZKL_TRY(service_memory_chunks(&notary.chunks_at_once, request->memory_bytes, &facts,
                                  zkl_pool_threads(env->pool), err));
    const double start = zkl_seconds();
    ZKL_TRY(zkl_ledger_setup(desk.ledger, &notary.setup, err));
    out->times.setup = zkl_seconds() - start;
    dataset_record record = {
        .request = request,
        .proofs = { .desk = &desk,
                    .notary = &notary,
                    .plan = &plan,
                    .timestamp_url = request->timestamp_url },
        .previous = &previous,
        .inherited = inherited,
        .check = check,
        .parts = parts,
        .keeps_spool = notarize_keeps_spool(request, facts.row_count),
    };
    record.unfinished = record.keeps_spool ? unfinished : NULL;
    const zkl_status status = commit_and_record(out, &record, &plan, &files, err);
    /* What was cut off is of use to the next run, but not what the own check refused, nor to
     * anybody when the version is in the log, also without having been taken from there. */
    const bool is_refused = record.unfinished && (status == ZKL_REJECTED || status == ZKL_CONFLICT);
    const bool is_over = status == ZKL_OK || is_refused || !zkl_digest_is_zero(&out->receipt_id);
    const zkl_status ended =
        is_over && unfinished
            ? notarize_resume_end(&desk, unfinished, status == ZKL_OK ? err : NULL)
            : ZKL_OK;
    return status == ZKL_OK ? ended : status;
}

/* claims: all that are asked for, in the end. */
static zkl_status notarize_listed(zkl_notarize_result *out, zkl_claim_list *claims,
                                  zkl_ledger *ledger, const zkl_notarize_request *request,
                                  const notarize_check *check, notarize_parts *parts,
                                  const zkl_env *env, zkl_error *err)
{
    *out = (zkl_notarize_result){ 0 };
    zkl_status status = notarize_steps(out, claims, ledger, request, check, parts, env, err);
    if (claims->is_refused) {
        const zkl_status shown = zkl_claim_list_problems(
            &out->claim_problems, &out->claim_problem_count, &out->memory, claims, err);
        status = shown == ZKL_OK ? status : shown;
    }
    const zkl_status named = zkl_claim_list_policy(&out->policy, &out->memory, claims, NULL);
    return status == ZKL_OK && named != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

zkl_status notarize_checked(zkl_notarize_result *out, zkl_ledger *ledger,
                            const zkl_notarize_request *request, const notarize_check *check,
                            const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_claim_list) claims = { 0 };
    const double start = zkl_seconds();
    env = env || !ledger ? service_lent(env) : zkl_ledger_env(ledger);
    const zkl_status status = notarize_listed(out, &claims, ledger, request, check, NULL, env, err);
    out->times.total = zkl_seconds() - start;
    return status;
}

zkl_status zkl_notarize(zkl_notarize_result *out, zkl_ledger *ledger,
                        const zkl_notarize_request *request, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_claim_list) claims = { 0 };
    notarize_parts parts = { .claims = &claims };
    const double start = zkl_seconds();
    env = env || !ledger ? service_lent(env) : zkl_ledger_env(ledger);
    zkl_status status = notarize_listed(out, &claims, ledger, request, NULL, &parts, env, err);
    if (status == ZKL_OK && parts.fit.left)
        status = notarize_prove_left(out, &parts, ledger, request, env, err);
    out->times.total = zkl_seconds() - start;
    return status;
}
