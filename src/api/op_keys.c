/* Keys: which count, new ones, copies of them, and copies back into place.
 *
 * No key and no passphrase ever stands in a request or an answer. Key files are named by their
 * path, passphrases by the file that holds them (objects.c), and the ledger's own is given to
 * the open ledger (zkl_ledger_set_passphrase). */
#include "api/objects.h"
#include "api/requests.h"
#include "api/results.h"

/* ---- keys-show */

/* A key that still counts has no end, rather than one that is a very large number. */
static bool has_ended(const void *record)
{
    return ((const zkl_key_info *)record)->until != UINT64_MAX;
}

static zkl_status settle_end(void *record, zkl_arena *memory, zkl_error *err)
{
    zkl_key_info *const key = record;
    (void)memory;
    (void)err;
    if (!key->until) /* no key ends with the first entry, which names it */
        key->until = UINT64_MAX;
    return ZKL_OK;
}

static const api_field key_fields[] = {
    { "role", API_TEXT, API_AT(zkl_key_info, role), .help = "signer or log" },
    { "type", API_TEXT, API_AT(zkl_key_info, type), .help = "its signature scheme" },
    { "id", API_TEXT, API_AT(zkl_key_info, id), .help = "its id" },
    { "verifier_key", API_TEXT, API_AT(zkl_key_info, verifier_key), .nullable = true,
      .help = "of a log key, as C2SP writes it; else null" },
    { "from", API_NUMBER, API_AT(zkl_key_info, from), .help = "first entry that it counts for" },
    { "until", API_NUMBER, API_AT(zkl_key_info, until), .when = has_ended, .settle = settle_end,
      .help = "first entry that it no longer counts for" },
};
static const api_object key = API_OBJECT(zkl_key_info, key_fields);

static const api_field show_fields[] = {
    { "ledger", API_DIGEST, API_AT(zkl_keys_result, ledger), .help = "the ledger's id" },
    { "origin", API_TEXT, API_AT(zkl_keys_result, origin), .help = "the log's name" },
    { "keys", API_LIST, API_AT(zkl_keys_result, keys), API_COUNT(zkl_keys_result, key_count),
      .of = &key, .help = "its keys, earlier ones too" },
    { "passphrase", API_BOOL, API_AT(zkl_keys_result, has_passphrase),
      .help = "are the key files under a passphrase" },
    { "trust", API_TEXT, API_AT(zkl_keys_result, trust), .is_document = true,
      .help = "text of trust.toml, which a verifier needs" },
};
static const api_object show_object = API_OBJECT(zkl_keys_result, show_fields);

static zkl_status run_show(void *result, zkl_ledger *ledger, const void *request,
                           const zkl_env *env, zkl_error *err)
{
    (void)request;
    (void)env;
    return zkl_keys_show(result, ledger, err);
}

/* Public keys alone, so no passphrase is needed. */
const api_operation api_keys_show = {
    .name = "keys-show",
    .summary = "the keys that count, and the trust file",
    .permission = "signers:read",
    .effect = API_READS,
    .result = &show_object,
    .memory_offset = offsetof(zkl_keys_result, memory),
    .run = run_show,
};

/* ---- keys-rotate */

/* Absent is 0, the signer: the key that is rotated nearly always. */
static const char *const roles[] = { "signer", "log", NULL };

static const api_field rotate_request_fields[] = {
    { "role", API_ENUM, API_AT(api_rotate_request, role), .names = roles,
      .help = "which key; else the signer's" },
};
static const api_object rotate_request_object =
    API_OBJECT(api_rotate_request, rotate_request_fields);

static const api_field rotate_fields[] = {
    { "index", API_NUMBER, API_AT(api_rotate_result, index), .help = "entry of the rotation" },
};
static const api_object rotate_object = API_OBJECT(api_rotate_result, rotate_fields);

static zkl_status run_rotate(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const api_rotate_request *asked = request;
    return zkl_keys_rotate(&((api_rotate_result *)result)->index, ledger, roles[asked->role], env,
                           err);
}

/* Both keys sign: the old one says who follows it, the new one that it is there. An auditor
 * needs the new trust file afterwards, so the answer is the entry to look up. */
const api_operation api_keys_rotate = {
    .name = "keys-rotate",
    .summary = "a new key in place of one, logged under both signatures",
    .permission = "signers:manage",
    .effect = API_WRITES,
    .needs_keys = true,
    .request = &rotate_request_object,
    .result = &rotate_object,
    .memory_offset = offsetof(api_rotate_result, memory),
    .run = run_rotate,
};

/* ---- keys-backup */

typedef struct backup_request {
    const char *output;
    api_new_passphrase passphrase;
} backup_request;

static const api_field backup_request_fields[] = {
    { "output", API_TEXT, API_AT(backup_request, output), .required = true, .is_path = true,
      .path_use = API_PATH_WRITTEN, .help = "a new folder" },
    { "keys", API_STRUCT, API_AT(backup_request, passphrase), .of = &api_new_passphrase_object,
      .required = true, .help = "how the copies are kept" },
};
static const api_object backup_request_object = API_OBJECT(backup_request, backup_request_fields);

static const api_field output_fields[] = {
    { "output", API_TEXT, API_AT(api_output_result, output), .help = "where it was written" },
};
static const api_object output_object = API_OBJECT(api_output_result, output_fields);

/* Copies are under a passphrase of their own, or in the clear because the request says so. */
static zkl_status run_backup(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const backup_request *asked = request;
    ZKL_AUTO_CLEAR(api_passphrase) fresh = { 0 };
    const zkl_bytes *passphrase;
    ZKL_TRY(api_passphrase_choose(&passphrase, &fresh, &asked->passphrase, err));
    ((api_output_result *)result)->output = asked->output;
    return zkl_keys_backup(ledger, asked->output, passphrase, env, err);
}

/* It reads the ledger and writes beside it. The folder must be new: half a backup is never written
 * over another. */
const api_operation api_keys_backup = {
    .name = "keys-backup",
    .summary = "copies of all key files, under a passphrase of their own",
    .permission = "signers:manage",
    .effect = API_READS,
    .needs_keys = true,
    .request = &backup_request_object,
    .result = &output_object,
    .memory_offset = offsetof(api_output_result, memory),
    .run = run_backup,
};

/* ---- keys-restore */

typedef struct restore_request {
    const char *from, *passphrase_file, *fresh_file;
    bool in_clear;
} restore_request;

static const api_field restore_request_fields[] = {
    { "from", API_TEXT, API_AT(restore_request, from), .required = true, .is_path = true,
      .help = "the backup: a folder, or one key file" },
    { "passphrase_file", API_TEXT, API_AT(restore_request, passphrase_file), .is_path = true,
      .help = "its first line is the backup's passphrase" },
    { "new_passphrase_file", API_TEXT, API_AT(restore_request, fresh_file), .is_path = true,
      .help = "its first line is the passphrase of what is put back; else the backup's" },
    { "in_clear", API_BOOL, API_AT(restore_request, in_clear),
      .help = "put them back without a passphrase" },
};
static const api_object restore_request_object =
    API_OBJECT(restore_request, restore_request_fields);

static const api_field restore_fields[] = {
    { "restored", API_NUMBER, API_AT(api_restore_result, files.restored_count),
      .help = "how many key files were put back" },
    { "in_place", API_NUMBER, API_AT(api_restore_result, files.in_place_count),
      .help = "how many counted already, and stayed" },
};
static const api_object restore_object = API_OBJECT(api_restore_result, restore_fields);

/* The ledger's own passphrase counts for nothing here: its keys are what is missing. */
static zkl_status run_restore(void *result, zkl_ledger *ledger, const void *request,
                              const zkl_env *env, zkl_error *err)
{
    const restore_request *asked = request;
    ZKL_AUTO_CLEAR(api_passphrase) backup = { 0 };
    ZKL_AUTO_CLEAR(api_passphrase) fresh = { 0 };
    zkl_keys_restore_request restore = { .from = asked->from, .in_clear = asked->in_clear };
    if (asked->in_clear && asked->fresh_file)
        return zkl_fail(err, ZKL_USAGE, "'new_passphrase_file' and 'in_clear' exclude each other");
    if (asked->passphrase_file) {
        ZKL_TRY(api_passphrase_read(&backup, asked->passphrase_file, err));
        restore.passphrase = &backup.bytes;
    }
    if (asked->fresh_file) {
        ZKL_TRY(api_passphrase_read(&fresh, asked->fresh_file, err));
        restore.fresh = &fresh.bytes;
    }
    return zkl_keys_restore(&((api_restore_result *)result)->files, ledger, &restore, env, err);
}

/* It writes key files, and nothing to the log. Each is checked to be the key that counts now before
 * any is put back; one that counts already is never touched. */
const api_operation api_keys_restore = {
    .name = "keys-restore",
    .summary = "key files of a backup back into place",
    .permission = "signers:manage",
    .effect = API_WRITES,
    .needs_keys = true,
    .request = &restore_request_object,
    .result = &restore_object,
    .memory_offset = offsetof(api_restore_result, memory),
    .run = run_restore,
};

/* ---- keys-make */

typedef struct make_request {
    const char *output, *name;
    unsigned role;
    api_new_passphrase passphrase;
} make_request;

static const api_field make_request_fields[] = {
    { "output", API_TEXT, API_AT(make_request, output), .required = true, .is_path = true,
      .path_use = API_PATH_WRITTEN, .help = "a file that is not there" },
    { "role", API_ENUM, API_AT(make_request, role), .names = roles,
      .help = "which kind of key; else a signer's" },
    { "name", API_TEXT, API_AT(make_request, name),
      .help = "its name; of a log key the log's origin" },
    { "keys", API_STRUCT, API_AT(make_request, passphrase), .of = &api_new_passphrase_object,
      .required = true, .help = "how it is kept" },
};
static const api_object make_request_object = API_OBJECT(make_request, make_request_fields);

/* For signers and logs outside any ledger, so without one. */
static zkl_status run_make(void *result, zkl_ledger *ledger, const void *request,
                           const zkl_env *env, zkl_error *err)
{
    const make_request *asked = request;
    ZKL_AUTO_CLEAR(api_passphrase) fresh = { 0 };
    const zkl_bytes *passphrase;
    (void)ledger;
    ZKL_TRY(api_passphrase_choose(&passphrase, &fresh, &asked->passphrase, err));
    ((api_output_result *)result)->output = asked->output;
    return zkl_keys_make(asked->output, roles[asked->role], asked->name ? asked->name : "",
                         passphrase, env, err);
}

/* The name of a log key is the log's origin, which verifiers see; a signer's may be empty. */
const api_operation api_keys_make = {
    .name = "keys-make",
    .summary = "a key file by itself, outside any ledger",
    .permission = "signers:manage",
    .effect = API_WITHOUT_LEDGER,
    .needs_keys = true,
    .request = &make_request_object,
    .result = &output_object,
    .memory_offset = offsetof(api_output_result, memory),
    .run = run_make,
};
