/* export: what leaves a ledger, one case a format.
 *
 * Every file goes through service/output.h, which refuses to overwrite what it does not know.
 * Folders are written file by file and refused unless they are empty. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "ledger/entry_export.h"
#include "log/tiles.h"
#include "setup/iden3_json.h"
#include "verify/reduce.h"
#include "service/output.h"
#include "service/service_internal.h"

static const char *const names[ZKL_EXPORT_FORMAT_COUNT] = {
    [ZKL_EXPORT_RECEIPT] = "receipt",       [ZKL_EXPORT_TLOG_TILES] = "tlog-tiles",
    [ZKL_EXPORT_TLOG_PROOF] = "tlog-proof", [ZKL_EXPORT_DSSE] = "dsse",
    [ZKL_EXPORT_SNARKJS] = "snarkjs",       [ZKL_EXPORT_DATA_KEY] = "data-key",
};

/* The names stand in configuration, options and --json: one table for all. */
const char *zkl_export_format_name(zkl_export_format format)
{
    return (unsigned)format < ZKL_EXPORT_FORMAT_COUNT ? names[format] : "";
}

void zkl_export_formats_configured(zkl_export_format *out, size_t *count, const zkl_ledger *ledger)
{
    const zkl_config *config = zkl_ledger_config(ledger);
    ZKL_ASSERT(config->format_count <= ZKL_EXPORT_FORMAT_COUNT); /* the room of *out */
    *count = 0;
    for (size_t i = 0; i < config->format_count; i++)
        for (size_t f = 0; f < ZKL_EXPORT_FORMAT_COUNT; f++)
            if (strcmp(config->formats[i], names[f]) == 0)
                out[(*count)++] = (zkl_export_format)f;
}

/* ---- tlog-tiles: the log as static files, with the log key that signed their checkpoint. Right after a rotation of the log key
 * that is the old one still: it signs the checkpoint of the rotation's own entry. */

static zkl_status export_tiles(zkl_ledger *ledger, const char *output, bool force, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_log *log = zkl_ledger_log(ledger);
    zkl_checkpoint latest;
    zkl_bytes note;
    ZKL_TRY(zkl_log_checkpoint_latest(log, &note, &arena, err));
    ZKL_TRY(zkl_checkpoint_parse(&latest, &arena, note, err));
    const zkl_trusted_log_key *key =
        latest.size ? zkl_trust_log_key_at(zkl_ledger_trust(ledger), latest.size - 1) : NULL;
    if (!key)
        return zkl_fail(err, ZKL_NOT_FOUND, "no log key counts at the newest checkpoint");
    return zkl_tiles_export(log, output, &key->key, force, err);
}

/* ---- snarkjs: one folder per statement. */

/* The proof in the form of other tools: the key that the set-up entry names, the proof, and its one
 * public input. The input is what the verifier reduces statement and proof to, so it is recomputed
 * here, not stored. */
static zkl_status export_statement(zkl_ledger *ledger, const zkl_entry_statement *s,
                                   const char *folder, const char *part, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes statement, proof_blob, key_bytes;
    zkl_statement parsed;
    zkl_groth16_vk vk;
    zkl_groth16_proof proof;
    zkl_reduced_proof reduced;
    zkl_entry setup;
    uint64_t index;
    zkl_circuit_id id = { 0 };
    ZKL_TRY(zkl_ledger_blob(ledger, &statement, &arena, &s->statement_sha256, err));
    ZKL_TRY(zkl_ledger_blob(ledger, &proof_blob, &arena, &s->proof_sha256, err));
    ZKL_TRY(zkl_statement_parse(&parsed, &arena, statement, err));
    memcpy(id.name, s->circuit, sizeof id.name);
    id.key_hash = parsed.key_hash;
    ZKL_TRY(zkl_ledger_setup_index(ledger, &index, &id, err));
    ZKL_TRY(zkl_ledger_entry_with(ledger, &setup, &arena, index, ZKL_FIELDS_SETUP, err));
    ZKL_TRY(zkl_ledger_blob(ledger, &key_bytes, &arena, &setup.setup.key_sha256, err));
    ZKL_TRY(zkl_groth16_vk_decode(&vk, key_bytes, err));
    ZKL_TRY(zkl_verify_reduce(&reduced, &parsed, statement, proof_blob, zkl_group_g1(),
                              &zkl_proof_format_v1, NULL, 0, NULL, err));
    ZKL_TRY(zkl_groth16_proof_decode(&proof, zkl_bytes_of(reduced.groth16, sizeof reduced.groth16),
                                     err));
    return zkl_snarkjs_export(folder, part, &vk, &proof, &reduced.public_input, err);
}

/* A folder of an earlier export may hold statements that this version has not: files of two
 * versions must not mix. */
static zkl_status check_empty(const char *folder, zkl_error *err)
{
    DIR *dir = opendir(folder);
    if (!dir) /* there is none, or making it will say why not */
        return ZKL_OK;
    bool empty = true;
    for (struct dirent *e; empty && (e = readdir(dir));)
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    closedir(dir);
    return empty
               ? ZKL_OK
               : zkl_fail_hint(err, ZKL_CONFLICT, ZKL_HINT_FORCE_OR_OTHER_NAME,
                               "the folder '%s' is not empty: nothing is written into it", folder);
}

/* Folders are numbered as the statements are: "1-F22", "2-F18". */
static zkl_status export_snarkjs(zkl_ledger *ledger, uint64_t index, const char *output, bool force,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    if (!force)
        ZKL_TRY(check_empty(output, err));
    ZKL_TRY(zkl_ledger_entry_with(ledger, &entry, &arena, index, ZKL_FIELDS_DATA, err));
    ZKL_TRY(zkl_folder_make(output, 0755, err));
    for (size_t i = 0; i < entry.data.statement_count; i++) {
        const char *part =
            zkl_arena_format(&arena, "%zu-%s", i + 1, entry.data.statements[i].circuit);
        if (!part)
            return zkl_no_memory(err, 0);
        ZKL_TRY(export_statement(ledger, &entry.data.statements[i], output, part, err));
    }
    return ZKL_OK;
}

/* ---- The data key, for the owner alone. */

/* Decrypted under the owner secret, and written with mode 0600. Neither stays in memory: buffers
 * wipe themselves. */
static zkl_status export_data_key(zkl_buffer *out, zkl_ledger *ledger, const zkl_digest *dataset,
                                  zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes wrapped;
    ZKL_AUTO_CLOSE(zkl_owner_secret) owner = NULL;
    ZKL_TRY(zkl_ledger_private(ledger, &wrapped, &arena, dataset, err));
    ZKL_TRY(service_owner_secret(&owner, ledger, err));
    return service_private_unwrap(out, SERVICE_DATA_KEY, wrapped, owner, dataset, err);
}

/* The formats that are one file. */
static zkl_status export_bytes(zkl_buffer *out, zkl_ledger *ledger,
                               const zkl_export_request *request, const zkl_dataset_version *found,
                               zkl_error *err)
{
    switch (request->format) {
    case ZKL_EXPORT_RECEIPT:
        return zkl_receipt_build(out, ledger, found->index, err);
    case ZKL_EXPORT_TLOG_PROOF:
        return zkl_export_tlog_proof(out, ledger, found->index, err);
    case ZKL_EXPORT_DSSE:
        return zkl_export_dsse(out, ledger, found->index, err);
    case ZKL_EXPORT_DATA_KEY:
        return export_data_key(out, ledger, &found->dataset, err);
    case ZKL_EXPORT_TLOG_TILES:
    case ZKL_EXPORT_SNARKJS:
    case ZKL_EXPORT_FORMAT_COUNT:
        break;
    }
    return zkl_fail(err, ZKL_USAGE, "no such format");
}

/* Formats that have a newer state of the same thing: a receipt grows a checkpoint, a proof another
 * tree size. Such a file is replaced without being asked. The data key, the entry and everything
 * else never change. */
zkl_status zkl_export(uint64_t *byte_count, zkl_ledger *handle, const zkl_export_request *request,
                      const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_dataset_version found;
    static bool (*const is_same[ZKL_EXPORT_FORMAT_COUNT])(
        zkl_bytes, zkl_bytes) = { [ZKL_EXPORT_RECEIPT] = service_same_receipt,
                                  [ZKL_EXPORT_TLOG_PROOF] = service_same_tlog_proof };
    /* Refusals that need no ledger come first. */
    *byte_count = 0;
    if (request->format == ZKL_EXPORT_TLOG_TILES || request->format == ZKL_EXPORT_SNARKJS)
        ZKL_TRY(service_check_folder_name(request->output, err));
    ZKL_TRY(service_output_apart(request->output, NULL, 0, zkl_ledger_folder(handle), err));
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    if (request->format == ZKL_EXPORT_TLOG_TILES)
        return export_tiles(ledger, request->output, request->force, err);
    ZKL_TRY(service_find(&found, &arena, ledger, request->reference, err));
    if (request->format == ZKL_EXPORT_SNARKJS)
        return export_snarkjs(ledger, found.index, request->output, request->force, err);
    ZKL_TRY(export_bytes(&out, ledger, request, &found, err));
    /* The data key is for its owner's eyes: nobody else may read the file. */
    const service_output target = { .path = request->output,
                                    .mode = request->format == ZKL_EXPORT_DATA_KEY ? 0600 : 0644,
                                    .force = request->force,
                                    .is_same = is_same[request->format] };
    *byte_count = out.size;
    return service_output_write(&target, zkl_buffer_bytes(&out), err);
}
