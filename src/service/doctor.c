/* doctor: what program, machine and ledger are like, one line a finding.
 *
 * It only reads, and every fault is a line: a ledger that cannot be opened is reported and ends
 * that part. Severity 0 is fine, 1 worth knowing, 2 a fault. */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "ledger/head.h"
#include "ledger/rotation.h"
#include "native/cell_sums.h"
#include "native/fr_lanes.h"
#include "native/g1_decode.h"
#include "native/keccak.h"
#include "native/marks.h"
#include "native/point_lanes.h"
#include "native/point_walk.h"
#include "native/sha256.h"
#include "service/scratch_folder.h"
#include "service/service_internal.h"
#include "input/source.h"
#include "vault/vault.h"

#define LINES_MAX 128
#define SPOOLS_SHOWN 32

/* The report under way. LINES_MAX is well above what there is to look at: a line that does not fit
 * would be lost, and its fault with it. */
typedef struct doctor {
    zkl_doctor_result *out;
    zkl_doctor_line *lines;
    const zkl_env *env;
} doctor;

/* One line of the report. Without memory it is left out: nothing of a report may fail it. */
static void find(doctor *d, int severity, const char *what, const char *format, ...)
    ZKL_PRINTF(4, 5);
static void find(doctor *d, int severity, const char *what, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *copy = zkl_arena_text(&d->out->memory, text, strlen(text));
    ZKL_ASSERT(severity >= 0 && severity <= 2 && what[0]);
    if (d->out->line_count == LINES_MAX || !copy)
        return;
    d->lines[d->out->line_count++] =
        (zkl_doctor_line){ .severity = severity, .what = what, .found = copy };
    d->out->fault_count += severity == 2;
}

/* A fault that an error tells, with its hint. */
static void find_error(doctor *d, const char *what, const zkl_error *why)
{
    ZKL_ASSERT(why->text[0]); /* a fault without words would be an empty line */
    const size_t before = d->out->line_count;
    find(d, 2, what, "%s", why->text);
    if (d->out->line_count > before)
        d->lines[before].hint = why->hint;
}

/* Which set of each kind runs: a set that gave wrong answers was left out, and is missing here. */
static void look_at_kernels(doctor *d)
{
    zkl_error why = { 0 };
    if (zkl_native_check(&why) != ZKL_OK) {
        find_error(d, "kernels", &why);
        return;
    }
    const zkl_fr_lanes *const fr = zkl_fr_lanes_best();
    const zkl_point_lanes *const g1 = zkl_g1_lanes_best(), *const g2 = zkl_g2_lanes_best();
    const zkl_g1_decode_lanes *const decoding = zkl_g1_decode_best();
    const zkl_point_walk *const walks = zkl_point_walk_best();
    find(d, 0, "kernels",
         "%s: Fr %s, G1 %s, G2 %s, SHA-3 %s, SHA-256 %s, cells %s, decoding %s, walks %s, CSV %s",
         zkl_native_path(), fr ? fr->name : "portable", g1 ? g1->name : "portable",
         g2 ? g2->name : "portable", zkl_keccak_best()->name, zkl_sha256_best()->name,
         zkl_cell_sums_best()->name, decoding ? decoding->name : "portable",
         walks ? walks->name : "portable", zkl_marks_best()->name);
}

/* What the process itself has: no ledger is needed. */
static void look_at_machine(doctor *d)
{
    find(d, 0, "version", "zkp-ledger %s", ZKL_VERSION);
    find(d, 0, "threads", "%zu", zkl_pool_threads(d->env ? d->env->pool : NULL));
    zkl_error why = { 0 };
    look_at_kernels(d);
    const zkl_source_ops *reader;
    if (zkl_source_load(&reader, &why) == ZKL_OK)
        find(d, 0, "table reader", "%s", reader->name);
    else
        find_error(d, "table reader", &why);
}

/* Without a ledger only the cache's folder: which powers count is the ledger's choice. */
static void look_at_setup(doctor *d, const zkl_ledger_options *options, zkl_ledger *ledger)
{
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
    zkl_error why = { 0 };
    if (zkl_setup_folder(&path, options->setup_cache, &why) != ZKL_OK) {
        find_error(d, "set-up cache", &why);
        return;
    }
    find(d, 0, "set-up cache", "%.*s", (int)path.size, (const char *)path.data);
    if (!ledger)
        return;
    /* Powers that are missing are a fault of the machine and not of the ledger: it reads and
     * verifies still. */
    if (zkl_setup_open(&setup, options->setup_cache, zkl_ledger_powers_hash(ledger), d->env,
                       &why) != ZKL_OK) {
        find_error(d, "powers of tau", &why);
        return;
    }
    if (zkl_setup_is_development(setup))
        find(d, 1, "powers of tau",
             "development: made on one machine, proves nothing against whoever made them");
    else
        find(d, 0, "powers of tau", "of a ceremony");
    if (!zkl_setup_has_all(setup))
        find(d, 2, "powers of tau", "what verifying needs only: no new circuit key can be made");
    for (unsigned tier = ZKL_SETUP_TIER_MIN; tier <= ZKL_SETUP_TIER_MAX; tier += 2)
        if (zkl_setup_has_key(setup, tier))
            find(d, 0, "circuit key", "F%u is made", tier);
}

/* From the file's head: nothing is decrypted. A key that others can read is a fault also under a
 * passphrase, which can be guessed then. */
static void look_at_key_file(doctor *d, const char *folder, const char *name)
{
    char path[4096];
    zkl_keyfile_info info;
    bool others = false;
    zkl_error why = { 0 };
    snprintf(path, sizeof path, "%s/keys/%s.key", folder, name);
    if (zkl_keyfile_load_info(&info, path, &others, &why) != ZKL_OK)
        find_error(d, "key file", &why);
    else if (others)
        find(d, 2, "key file", "%s can be read by others: chmod 600", path);
    else
        find(d, info.has_passphrase ? 0 : 1, "key file", "%s.key, %s", name,
             info.has_passphrase ? "under a passphrase" : "in the clear");
}

/* Is it the key that counts, and was its last rotation finished? */
static void look_at_rotation(doctor *d, const char *folder, zkl_key_role role, zkl_ledger *ledger)
{
    ZKL_ASSERT(role == ZKL_ROLE_SIGNER || role == ZKL_ROLE_LOG);
    zkl_rotation rotation;
    zkl_error why = { 0 };
    if (zkl_rotation_look(&rotation, folder, role, zkl_ledger_trust(ledger),
                          zkl_log_size(zkl_ledger_log(ledger)), &why) != ZKL_OK)
        return; /* the file itself is a fault already */
    if (rotation.state == ZKL_ROTATION_LOST)
        find_error(d, "key that counts", &rotation.lost);
    else if (rotation.state != ZKL_ROTATION_SETTLED)
        find(d, 1, "key that counts", "a rotation was cut off: the next writer %s it (%s)",
             rotation.state == ZKL_ROTATION_COMMITTED ? "finishes" : "undoes", rotation.next);
}

/* Only a secret that opens without a passphrase can be tried here, or with the one that was
 * given. */
static void look_at_owner(doctor *d, zkl_ledger *ledger)
{
    ZKL_AUTO_CLOSE(zkl_owner_secret) owner = NULL;
    zkl_error why = { 0 };
    if (service_owner_secret(&owner, ledger, &why) == ZKL_CONFLICT)
        find_error(d, "key that counts", &why);
}

/* Old keys sign nothing that counts now, but what they signed stays valid: they are as secret as
 * new ones. */
static void look_at_old_keys(doctor *d, const char *folder)
{
    char path[4096];
    struct stat st;
    snprintf(path, sizeof path, "%.3000s/keys", folder);
    DIR *entries = opendir(path);
    for (const struct dirent *e; entries && (e = readdir(entries));)
        if (strstr(e->d_name, ".key.") && fstatat(dirfd(entries), e->d_name, &st, 0) == 0 &&
            st.st_mode & (S_IRWXG | S_IRWXO))
            find(d, 1, "old key", "%s/%.255s can be read by others: chmod 600", path, e->d_name);
    if (entries)
        closedir(entries);
}

/* Only where the environment names one: a file that is given at each call is not looked for. */
static void look_at_passphrase_file(doctor *d)
{
    struct stat st;
    const char *path = getenv("ZKP_LEDGER_PASSPHRASE_FILE");
    if (path && stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & (S_IRWXG | S_IRWXO))
        find(d, 1, "passphrase file", "%s can be read by others: chmod 600", path);
}

/* Whoever can write the folder can take the store and `head` back to an older state together. */
static void look_at_folder(doctor *d, const char *folder)
{
    static const char *const parts[] = {
        "",        "/keys",    "/store",           "/zkp-ledger.toml", ("/" ZKL_HEAD_FILE),
        "/spools", "/sources", "/keys/signer.key", "/keys/log.key",    "/keys/owner.key"
    };
    for (size_t i = 0; i < ZKL_COUNT(parts); i++) {
        char path[4096];
        struct stat st;
        snprintf(path, sizeof path, "%.4000s%s", folder, parts[i]);
        if (stat(path, &st) != 0)
            continue;
        if (st.st_mode & (S_IWGRP | S_IWOTH))
            find(d, 1, "ledger folder", "%s can be written by others: chmod go-w", path);
        if (st.st_uid != geteuid())
            find(d, 1, "ledger folder", "%s belongs to another user (%u)", path,
                 (unsigned)st.st_uid);
    }
}

/* Beside the ledger, where results of transformations often go. Running ones are none. */
static void look_at_leftovers(doctor *d, const char *folder)
{
    const size_t count = scratch_folders_count(folder);
    if (count)
        find(d, 1, "left-over",
             "%zu folder%s of rows that a killed run left beside %s: the next "
             "one that makes a file there removes %s",
             count, count == 1 ? "" : "s", folder, count == 1 ? "it" : "them");
}

/* As every writer asks before it signs. */
static void look_at_head(doctor *d, zkl_ledger *ledger)
{
    zkl_error why = { 0 };
    if (zkl_ledger_check_head(ledger, &why) != ZKL_OK)
        find_error(d, "newest checkpoint", &why);
    else
        find(d, 0, "newest checkpoint", "the store holds all that was signed, as far as is known");
}

/* Of two copies of one folder, only the memory tells that the other one was written. */
static void look_at_memory(doctor *d, const char *state, zkl_ledger *ledger)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_remembered known;
    zkl_error why = { 0 };
    const zkl_digest *id = zkl_ledger_own_id(ledger);
    /* No folder to remember in is legal, and worth knowing: one guard less. */
    const zkl_status place = zkl_remember_check_place(state, &why);
    if (place == ZKL_NOT_FOUND) {
        find(d, 1, "memory", "%s: nothing shows when a copy of the ledger is written", why.text);
        return;
    }
    const zkl_status status =
        place == ZKL_OK ? zkl_remember_find(&known, &arena, state, id, &why) : place;
    if (status == ZKL_OK)
        find(d, 0, "memory", "this user's state folder remembers %llu entries",
             (unsigned long long)known.checkpoint.size);
    else if (status == ZKL_NOT_FOUND)
        find(d, 1, "memory", "this user's state folder does not know the ledger yet");
    else
        find(d, 2, "memory", "%s: nothing is signed until it can be used", why.text);
}

/* An orphan is a table that nobody can use and everybody forgets. */
static void look_at_spools(doctor *d, zkl_ledger *ledger)
{
    zkl_spools_result kept = { 0 };
    zkl_error why = { 0 };
    if (zkl_spools_list(&kept, ledger, &why) != ZKL_OK) {
        find_error(d, "spool", &why);
        return;
    }
    for (size_t i = 0; i < kept.count && i < SPOOLS_SHOWN; i++) {
        const zkl_spool_info *spool = &kept.spools[i];
        const unsigned long long bytes = spool->byte_count;
        if (spool->is_unfinished)
            find(d, 0, "spool",
                 "%s: a run that was cut off, %llu bytes, encrypted: the same 'notarize' goes on "
                 "from it, 'spool drop %s' removes it",
                 spool->name, bytes, spool->name);
        else if (!spool->name)
            find(d, 1, "spool", "spools/%s is no spool that can be read", spool->file);
        else
            find(d, spool->is_orphan, "spool", "%s@%u, %llu bytes, encrypted%s", spool->name,
                 spool->version, bytes,
                 spool->is_orphan ? "; orphan: its dataset is not in the log" : "");
    }
    if (kept.count > SPOOLS_SHOWN)
        find(d, 0, "spool", "and %zu more", kept.count - SPOOLS_SHOWN);
    if (kept.leftover_count)
        find(d, 1, "spool", "%zu half-written: the next writer sweeps what a killed process left",
             kept.leftover_count);
    zkl_arena_clear(&kept.memory);
}

/* As it counts, defaults included: a line that is not here is not looked at by the program. */
static void look_at_config(doctor *d, const zkl_config *config)
{
    find(d, 0, "ledger.name", "%s", config->name);
    find(d, 0, "hash_algorithm", "%s", zkl_hash_name(config->hash_algorithm));
    find(d, 0, "proof_system", "groth16 on bls12-381, security level 128");
    find(d, 0, "storage", "%s in '%s', %s, %s", config->backend, config->path,
         config->compression ? "LZ4" : "no compression",
         config->max_size_gb ? "with a size limit" : "no size limit");
    find(d, 0, "parallel_prove", config->parallel_prove ? "%u" : "%u (the cores it may use)",
         config->parallel_prove);
    find(d, 0, "cache_size_mb", "%u", config->cache_size_mb);
    ZKL_AUTO_CLEAR(zkl_buffer) formats = { 0 };
    for (size_t i = 0; i < config->format_count; i++)
        zkl_buffer_format(&formats, "%s%s", i ? ", " : "", config->formats[i]);
    find(d, 0, "export.formats", "%.*s", (int)formats.size, (const char *)formats.data);
    find(d, 0, "include_visualizations", "%s", config->include_visualizations ? "true" : "false");
}

/* The last entries against the tree, and the head against its checkpoint. The whole log is
 * verify-chain's work. */
static void look_at_log(doctor *d, zkl_ledger *ledger)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes note;
    zkl_checkpoint checkpoint;
    zkl_error why = { 0 };
    uint64_t size = zkl_log_size(zkl_ledger_log(ledger));
    if (zkl_log_check_tail(zkl_ledger_log(ledger), &why) != ZKL_OK)
        find_error(d, "log", &why);
    find(d, 0, "log", "%s, %llu entries", zkl_ledger_origin(ledger), (unsigned long long)size);
    if (zkl_log_checkpoint_latest(zkl_ledger_log(ledger), &note, &arena, &why) != ZKL_OK ||
        zkl_checkpoint_parse(&checkpoint, &arena, note, &why) != ZKL_OK)
        find_error(d, "checkpoint", &why);
    else if (checkpoint.size != size)
        find(d, 1, "checkpoint", "stands at %llu: the next writer signs the head",
             (unsigned long long)checkpoint.size);
    else
        find(d, 0, "checkpoint", "at the head");
}

/* Marks are digests; the others are empty. */
static bool is_no_content(const char *path)
{
    const char *const slash = strrchr(path, '/');
    const char *const name = slash ? slash + 1 : path;
    return strcmp(name, "marks") == 0 || strcmp(name, "started") == 0 ||
           strcmp(name, "cancelled") == 0;
}

/* Files of a service that this ledger lies in (docs/service/encryption.md). */
static void look_at_service(doctor *d, const char *folder)
{
    static const char *const names[] = { "keys.json", "secrets", "files", "jobs" };
    char settings[4096], paths[ZKL_COUNT(names)][4096];
    const char *list[ZKL_COUNT(names) + 1] = { NULL };
    zkl_vault_count count;
    zkl_error why = { 0 };
    snprintf(settings, sizeof settings, "%s/../zkp-ledgerd.toml", folder);
    if (access(settings, F_OK) != 0)
        return;
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        snprintf(paths[i], sizeof paths[i], "%s/../%s", folder, names[i]);
        list[i] = paths[i];
    }
    if (zkl_vault_survey(&count, NULL,
                         &(zkl_vault_walk){ .paths = list, .is_passed_over = is_no_content },
                         &why) != ZKL_OK) {
        find_error(d, "service", &why);
        return;
    }
    find(d, count.objects > 0 && count.clear == 0 ? 0 : 1, "service",
         "%llu of its files encrypted, %llu in clear", (unsigned long long)count.objects,
         (unsigned long long)count.clear);
}

/* What is and what is not, of a ledger. */
static void look_at_encryption(doctor *d, const char *folder)
{
    find(d, 0, "encrypted", "spools, kept and temporary; key files as they say below");
    find(d, 1, "not encrypted",
         "the store: entries, manifests with names of columns and files, receipts");
    look_at_service(d, folder);
}

/* Its folder is looked at before it is opened: modes may be why it cannot be. */
static void look_at_ledger(doctor *d, const zkl_ledger_options *options)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_error why = { 0 };
    if (!options->folder) {
        look_at_setup(d, options, NULL);
        return;
    }
    find(d, 0, "ledger", "%s", options->folder);
    look_at_folder(d, options->folder);
    look_at_leftovers(d, options->folder);
    look_at_encryption(d, options->folder);
    if (zkl_ledger_open(&ledger, options, d->env, &why) != ZKL_OK) {
        find_error(d, "ledger", &why);
        return;
    }
    /* From what is cheap and local to what needs the log and the user's memory. */
    look_at_config(d, zkl_ledger_config(ledger));
    look_at_key_file(d, options->folder, "signer");
    look_at_key_file(d, options->folder, "log");
    look_at_key_file(d, options->folder, "owner");
    look_at_rotation(d, options->folder, ZKL_ROLE_SIGNER, ledger);
    look_at_rotation(d, options->folder, ZKL_ROLE_LOG, ledger);
    look_at_owner(d, ledger);
    look_at_old_keys(d, options->folder);
    look_at_passphrase_file(d);
    look_at_log(d, ledger);
    look_at_spools(d, ledger);
    look_at_head(d, ledger);
    look_at_memory(d, options->state, ledger);
    look_at_setup(d, options, ledger);
}

/* Machine first: it is the same with every ledger, and with none. */
zkl_status zkl_doctor(zkl_doctor_result *out, const zkl_ledger_options *options, const zkl_env *env,
                      zkl_error *err)
{
    *out = (zkl_doctor_result){ 0 };
    doctor d = { out, ZKL_ARENA_NEW(&out->memory, zkl_doctor_line, LINES_MAX), env };
    if (!d.lines)
        return zkl_no_memory(err, LINES_MAX * sizeof *d.lines);
    out->lines = d.lines;
    look_at_machine(&d);
    look_at_ledger(&d, options);
    ZKL_ASSERT(out->line_count <= LINES_MAX && out->fault_count <= out->line_count);
    return ZKL_OK;
}
