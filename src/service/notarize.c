/* Notarising a table, in the order of docs/ARCHITECTURE.md, "Notarising, step by step".
 *
 *  1. Nothing is recorded before the one batch at the end; until then a failure leaves the ledger as it was.
 *  2. False claims are refused before any curve work.
 *  3. What is recorded was verified first, by the code a stranger runs. */
#include <stdlib.h>
#include <string.h>

#include "service/notarize_internal.h"
#include "hash/domains.h"
#include "service/output.h"

/* What the request says by itself. No file is opened. */
static zkl_status check_request(notarisation *n, zkl_error *err)
{
    const zkl_notarize_request *request = n->request;
    size_t most = request->leaf_blocks_max;
    if (!request->name || !zkl_dataset_name_valid(zkl_bytes_of_text(request->name)))
        return zkl_fail(err, ZKL_USAGE,
                        "'%s' is no dataset name: letters, digits, '.', '_' and '-', beginning "
                        "with a letter or digit",
                        request->name ? request->name : "");
    if (most && most != 4 && most != 16 && most != 64 && most != 256 && most != 1024)
        return zkl_fail(err, ZKL_USAGE, "leaf blocks are 4, 16, 64, 256 or 1024, not %zu", most);
    if (!n->handle && !request->dry_run)
        return zkl_fail(err, ZKL_USAGE, "no ledger given: without one there is a dry run only");
    if (!request->file_count)
        return zkl_fail(err, ZKL_USAGE, "no file given");
    if (request->hide_file_names && request->public_digest)
        return zkl_fail(err, ZKL_USAGE,
                        "public digests name the files: they cannot hide their names");
    zkl_reading ignored;
    return zkl_reading_take(&ignored, &n->arena, &request->reading, err);
}

/* The receipt may overwrite nothing that is read. */
static zkl_status check_output_apart(notarisation *n, zkl_error *err)
{
    const zkl_notarize_request *request = n->request;
    const char *const texts[] = { request->claims_file, request->schema_file };
    if (!request->receipt_path)
        return ZKL_OK;
    ZKL_TRY(service_output_apart(request->receipt_path, n->files.names, n->files.count,
                                 n->handle ? zkl_ledger_folder(n->handle) : NULL, err));
    return service_output_apart(request->receipt_path, texts, ZKL_COUNT(texts), NULL, err);
}

/* Asked before the proving begins, which may take an hour. */
static zkl_status check_output_free(const notarisation *n, zkl_error *err)
{
    const zkl_notarize_request *request = n->request;
    return !request->receipt_path
               ? ZKL_OK
               : service_output_for_receipt(request->receipt_path, request->name,
                                            zkl_ledger_own_id(n->ledger), request->force, err);
}

/* Copied into the result: the reader's array is wiped. */
static zkl_status show_row_problems(notarisation *n, const zkl_bad_rows *problems, zkl_error *err)
{
    const zkl_bad_row *bad = problems->rows;
    const size_t count = problems->count;
    zkl_row_problem *shown = ZKL_ARENA_NEW(&n->out->memory, zkl_row_problem, count);
    if (!shown)
        return zkl_no_memory(err, count * sizeof *shown);
    for (size_t i = 0; i < count; i++)
        shown[i] = (zkl_row_problem){
            .file = zkl_arena_text(&n->out->memory, bad[i].file, strlen(bad[i].file)),
            .column = zkl_arena_text(&n->out->memory, bad[i].column, strlen(bad[i].column)),
            .value = zkl_arena_text(&n->out->memory, bad[i].value, strlen(bad[i].value)),
            .reason = zkl_arena_text(&n->out->memory, bad[i].reason, strlen(bad[i].reason)),
            .row = bad[i].row,
            .line = bad[i].line
        };
    for (size_t i = 0; i < count; i++)
        if (!shown[i].file || !shown[i].column || !shown[i].value || !shown[i].reason)
            return zkl_no_memory(err, sizeof bad[i]);
    n->out->row_problems = shown;
    n->out->row_problem_count = count;
    n->out->row_problem_total = problems->total;
    return ZKL_OK;
}

/* What is read lies encrypted in an unlinked file: in the ledger, where there is room for it, or where a dry run may write. */
static const char *spool_folder(const notarisation *n)
{
    const char *temporary = getenv("TMPDIR");
    if (!n->request->dry_run)
        return zkl_ledger_folder(n->handle);
    return temporary && *temporary ? temporary : "/tmp";
}

/* Bad rows are told even when the status says more: they are what a person can mend. */
static zkl_status read_table(notarisation *n, zkl_error *err)
{
    const zkl_notarize_request *request = n->request;
    zkl_config config;
    zkl_config_default(&config, "none");
    if (n->ledger)
        config = *zkl_ledger_config(n->ledger);
    zkl_bad_rows bad;
    double start = service_seconds();
    const zkl_read_options options = { .files = n->files.names,
                                       .file_count = n->files.count,
                                       .schema_file = request->schema_file,
                                       .previous =
                                           n->previous.version ? &n->previous.columns : NULL,
                                       .check_columns = notarize_check_columns,
                                       .check_opaque = n,
                                       .columns = request->columns,
                                       .column_count = request->column_count,
                                       .keep_types = request->keep_types,
                                       .reading = request->reading,
                                       .spool_folder = spool_folder(n),
                                       .hash = config.hash_algorithm,
                                       .owner_secret = n->owner };
    zkl_status status = zkl_table_read(&n->table, &options, &bad, n->env, err);
    if (bad.count) {
        zkl_status shown = show_row_problems(n, &bad, err);
        zkl_wipe(&bad, sizeof bad);
        return status != ZKL_OK ? status : shown;
    }
    n->out->times.read = service_seconds() - start;
    return status;
}

/* From here on everything follows from the schema: columns that have cells are numbered, and block
 * b of column c is block first_block[c] + b of its chunk. */
static zkl_status know_table(notarisation *n, zkl_error *err)
{
    n->schema = zkl_table_schema(n->table);
    n->rows = zkl_table_rows(n->table);
    n->chunks = (size_t)zkl_table_chunks(n->table);
    n->numbered_count = zkl_schema_numbered_count(n->schema);
    n->numbered = ZKL_ARENA_NEW(&n->arena, zkl_numbered_column, n->numbered_count);
    n->first_block = ZKL_ARENA_NEW(&n->arena, size_t, n->numbered_count);
    if (!n->numbered || !n->first_block)
        return zkl_no_memory(err, n->numbered_count * sizeof *n->numbered);
    n->block_count = zkl_schema_number(n->numbered, n->schema);
    for (size_t c = 1; c < n->numbered_count; c++)
        n->first_block[c] = n->first_block[c - 1] + n->numbered[c - 1].limb_count;
    ZKL_ASSERT(!n->numbered_count || n->first_block[n->numbered_count - 1] +
                                             n->numbered[n->numbered_count - 1].limb_count ==
                                         n->block_count);
    zkl_schema_hash(&n->schema_hash, n->schema);
    n->chunk_owner = (zkl_chunk_owner){ .owner_secret = n->owner,
                                        .seed = n->seed.bytes,
                                        .schema_hash = n->schema_hash,
                                        .powers_hash = n->powers_hash };
    /* content commitment: H(0x04, salt, hash of the file); the plain hash would confirm a guess */
    uint8_t salt[32];
    const uint8_t prefix = ZKL_H_CONTENT;
    const zkl_digest *file = zkl_table_content_hash(n->table);
    zkl_owner_secret_content_salt(salt, n->owner, file);
    const zkl_bytes parts[] = { zkl_bytes_of(&prefix, 1), zkl_bytes_of(salt, 32),
                                zkl_bytes_of(file, 32) };
    zkl_hash_parts(&n->content, n->schema->hash, parts, 3);
    zkl_wipe(salt, sizeof salt);
    return ZKL_OK;
}

/* To the result, which also a dry run and an unchanged version fill. */
static zkl_status tell_table(notarisation *n, zkl_error *err)
{
    zkl_notarize_result *out = n->out;
    zkl_column_info *columns;
    ZKL_TRY(service_columns(&out->columns, &out->memory, n->schema, err));
    columns = (zkl_column_info *)(uintptr_t)out->columns; /* made just now, by us */
    out->column_count = n->schema->column_count;
    for (size_t i = 0; i < out->column_count; i++) {
        const char *note = zkl_table_column_note(n->table, i);
        columns[i].note = note ? zkl_arena_text(&out->memory, note, strlen(note)) : "";
        if (!columns[i].note)
            return zkl_no_memory(err, 0);
    }
    out->name = zkl_arena_text(&out->memory, n->request->name, strlen(n->request->name));
    out->row_count = n->rows;
    out->chunk_count = n->chunks;
    out->blocks_per_chunk = n->block_count;
    return out->name ? ZKL_OK : zkl_no_memory(err, 0);
}

/* A dry run takes no lock, and without a ledger it draws the secret that salts what it forgets. */
static zkl_status open_ledger(notarisation *n, zkl_error *err)
{
    const bool dry = n->request->dry_run;
    if (dry && !n->handle)
        return zkl_owner_secret_make(&n->owner, n->env, err);
    /* The lock is held for this moment, and again when the change is placed. */
    if (!dry)
        ZKL_TRY(zkl_change_init(&n->change, n->handle, n->env, err));
    ZKL_TRY(service_open(&n->ledger, n->handle, ZKL_LEDGER_READ, n->env, err));
    n->powers_hash = *zkl_ledger_powers_hash(n->ledger);
    if (!dry)
        ZKL_TRY(check_output_free(n, err));
    return service_owner_secret(&n->owner, n->ledger, err);
}

/* Everything that makes nothing: what is read, what is claimed, and whether it is true. */
static zkl_status read_and_check(notarisation *n, zkl_error *err)
{
    ZKL_TRY(check_request(n, err));
    ZKL_TRY(
        service_expand_files(&n->files, &n->arena, n->request->files, n->request->file_count, err));
    ZKL_TRY(check_output_apart(n, err));
    ZKL_TRY(notarize_parse_claims(n, err));
    ZKL_TRY(open_ledger(n, err));
    ZKL_TRY(notarize_find_previous(n, err));
    ZKL_TRY(zkl_env_progress(n->env, "reading", 0, 0, err));
    ZKL_TRY(read_table(n, err));
    ZKL_TRY(know_table(n, err));
    ZKL_TRY(tell_table(n, err));
    ZKL_TRY(notarize_tell_changes(n, err));
    ZKL_TRY(notarize_add_schema_claims(n, err));
    ZKL_TRY(notarize_plan(n, err));
    ZKL_TRY(zkl_env_progress(n->env, "checking the claims", 0, 0, err));
    ZKL_TRY(notarize_check_claims(n, err));
    return notarize_tell_dropped(n, err);
}

static zkl_status notarize_steps(notarisation *n, zkl_error *err)
{
    /* Three ends: a dry run, nothing new, or an entry. */
    bool unchanged = false;
    ZKL_TRY(read_and_check(n, err));
    if (n->request->dry_run)
        return notarize_foresee(n, err);
    const double start = service_seconds();
    ZKL_TRY(zkl_ledger_setup(n->ledger, &n->setup, err));
    n->out->times.setup = service_seconds() - start;
    ZKL_TRY(notarize_commit(n, err));
    notarize_count_unchanged(n);
    if (n->request->if_changed)
        ZKL_TRY(notarize_find_unchanged(n, &unchanged, err));
    return unchanged ? ZKL_OK : notarize_record(n, err);
}

zkl_status zkl_notarize(zkl_notarize_result *out, zkl_ledger *ledger,
                        const zkl_notarize_request *request, const zkl_env *env, zkl_error *err)
{
    notarisation n = { .request = request,
                       .out = out,
                       .handle = ledger,
                       .env = env || !ledger ? service_lent(env) : zkl_ledger_env(ledger) };
    *out = (zkl_notarize_result){ 0 };
    double start = service_seconds();
    n.arena.is_secret = true; /* chunk keys, data keys, strings of the version before */
    const zkl_status status = notarize_steps(&n, err);
    out->times.total = service_seconds() - start;
    zkl_table_free(n.table);
    zkl_change_clear(&n.change);
    zkl_ledger_close(n.ledger);
    zkl_owner_secret_close(n.owner);
    zkl_arena_clear(&n.arena); /* wipes chunk keys too */
    return status;
}
