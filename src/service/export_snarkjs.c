/* Each proof in the form of snarkjs, a folder a statement: verification_key.json, proof.json,
 * public.json. docs/formats/iden3.md */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "service/export_format.h"
#include "setup/iden3_json.h"
#include "verify/reduce.h"

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
    const zkl_proven_statement given = { statement, proof_blob };
    const zkl_arithmetic arithmetic = { zkl_group_g1(), &zkl_proof_format_v1, NULL };
    const zkl_known_tables none = { 0 };
    ZKL_TRY(zkl_verify_reduce(&reduced, &parsed, &given, &arithmetic, &none, err));
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
static zkl_status make_folder(const char *output, bool force, const export_source *source,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    if (!force)
        ZKL_TRY(check_empty(output, err));
    ZKL_TRY(zkl_ledger_entry_with(source->ledger, &entry, &arena, source->version->index,
                                  ZKL_FIELDS_DATA, err));
    ZKL_TRY(zkl_folder_make(output, 0755, err));
    for (size_t i = 0; i < entry.data.statement_count; i++) {
        const char *part =
            zkl_arena_format(&arena, "%zu-%s", i + 1, entry.data.statements[i].circuit);
        if (!part)
            return zkl_no_memory(err, 0);
        ZKL_TRY(export_statement(source->ledger, &entry.data.statements[i], output, part, err));
    }
    return ZKL_OK;
}

const export_module service_export_snarkjs = {
    .kind = { .ending = ".snarkjs", .is_folder = true },
    .make_folder = make_folder,
};
