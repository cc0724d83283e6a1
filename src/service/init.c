/* init: a new ledger from a name, a hash and a set of powers of tau.
 *
 * Everything that can be refused is refused before something is made (zkl_init_check), because a
 * person may have been asked for a passphrase in between. The folder itself appears whole or not at
 * all (ledger/ledger_init.c). */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "service/ceremony.h"
#include "service/service_internal.h"
#include "service/template.h"

#define LEDGER_NAME_BYTES 128

/* The name of the folder that holds the ledger. Other characters become '-': the name is part of
 * the log's origin, which signed notes hold. 100 bytes leave room for the random suffix within
 * LEDGER_NAME_BYTES. */
static void default_name(char out[static LEDGER_NAME_BYTES], const char *folder)
{
    char parent[PATH_MAX], real[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", folder);
    char *slash = strrchr(parent, '/');
    snprintf(slash ? slash : parent, 2, "%s", slash == parent ? "/" : slash ? "" : ".");
    const char *base = realpath(parent[0] ? parent : "/", real) ? strrchr(real, '/') + 1 : "";
    size_t size = 0;
    for (; *base && size < 100; base++) {
        bool plain = (*base >= 'a' && *base <= 'z') || (*base >= 'A' && *base <= 'Z') ||
                     (*base >= '0' && *base <= '9') || *base == '.' || *base == '_' || *base == '-';
        out[size++] = plain ? *base : '-';
    }
    ZKL_ASSERT(size < LEDGER_NAME_BYTES);
    out[size] = 0;
    if (!size)
        snprintf(out, LEDGER_NAME_BYTES, "ledger");
}

/* Powers of another making: a hash of the cache's, else a file that is imported. */
static zkl_status named_powers(zkl_digest *hash, const char *cache, const char *named,
                               const zkl_env *env, zkl_error *err)
{
    if (zkl_hex_decode(hash->bytes, 32, named, strlen(named)))
        return ZKL_OK;
    const zkl_setup_import_request request = { .file = named, .setup_cache = cache };
    zkl_setup_import_result imported;
    ZKL_TRY(zkl_setup_import(&imported, NULL, &request, env, err));
    *hash = imported.powers_hash;
    zkl_arena_clear(&imported.memory);
    return ZKL_OK;
}

/* Those asked for; else the user's: one set for all ledgers of this user, made with the first. */
static zkl_status find_powers(zkl_setup **setup, const char *cache, const char *named,
                              const zkl_env *env, zkl_error *err)
{
    zkl_digest hash;
    if (named)
        ZKL_TRY(named_powers(&hash, cache, named, env, err));
    else
        ZKL_TRY(zkl_setup_current(&hash, cache, env, err));
    ZKL_TRY(zkl_setup_open(setup, cache, &hash, env, err));
    if (!zkl_setup_has_all(*setup))
        return zkl_fail(err, ZKL_NOT_FOUND,
                        "of those powers the set-up cache has what verifying needs only: a ledger "
                        "needs the whole .ptau");
    return ZKL_OK;
}

/* old: a ledger's folder, the folder that holds its .zkp-ledger, or a file that remembers a
 * checkpoint: a copy of `head`, from somebody who has only that. */
static zkl_status find_old(zkl_remembered *out, zkl_arena *arena, const char *old,
                           const char *state, const zkl_env *env, zkl_error *err)
{
    struct stat st;
    if (stat(old, &st) != 0)
        return zkl_fail_errno(err, "look at", old);
    if (!S_ISDIR(st.st_mode))
        return zkl_remembered_load(out, arena, old, err);
    const char *config = zkl_arena_format(arena, "%s/" ZKL_CONFIG_FILE, old);
    const char *inside = zkl_arena_format(arena, "%s/.zkp-ledger", old);
    if (!config || !inside)
        return zkl_no_memory(err, strlen(old));
    const bool is_parent = stat(config, &st) != 0 && stat(inside, &st) == 0;
    const zkl_ledger_opening how = { .folder = is_parent ? inside : old, .state = state };
    return zkl_ledger_newest_checkpoint(out, arena, &how, env, err);
}

/* A copied `head` names first key and signing key, but shows no rotation between them: then a
 * person must compare. */
static void tell_old(zkl_succeeds *out, const zkl_remembered *old, const char *from,
                     const zkl_notice *notice)
{
    ZKL_ASSERT(old->note.size);
    char key[ZKL_VERIFIER_KEY_CHARS_MAX + 1], text[ZKL_ERROR_TEXT_BYTES];
    zkl_verifier_key_encode(key, &old->log_key);
    service_succeeds(out, &(zkl_entry_succeeds){ .key = zkl_bytes_of_text(key),
                                                 .origin = old->checkpoint.origin,
                                                 .size = old->checkpoint.size,
                                                 .root = old->checkpoint.root });
    struct stat st;
    if (notice->say && !zkl_verifier_key_equal(&old->log_key, &old->first_log_key) &&
        stat(from, &st) == 0 && !S_ISDIR(st.st_mode)) {
        snprintf(text, sizeof text,
                 "'%.200s' says that the old log's key was rotated to the one that signed its "
                 "checkpoint; nothing in it shows that: compare the key",
                 from);
        notice->say(notice->opaque, text);
    }
}

/* Opened as every later command opens it: a ledger that cannot be opened was not made. */
static zkl_status fill_result(zkl_init_result *out, const zkl_ledger_options *options,
                              const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    const char *folder = options->folder;
    ZKL_TRY(zkl_ledger_open(&ledger, options, env, err));
    const char *origin = zkl_ledger_origin(ledger);
    out->ledger = *zkl_ledger_own_id(ledger);
    out->powers_hash = *zkl_ledger_powers_hash(ledger);
    out->folder = zkl_arena_text(&out->memory, folder, strlen(folder));
    out->origin = zkl_arena_text(&out->memory, origin, strlen(origin));
    return out->folder && out->origin ? ZKL_OK : zkl_no_memory(err, strlen(folder));
}

/* The policies by the paths that --policy takes. */
static zkl_status tell_template(zkl_init_result *out, const service_template *template,
                                zkl_error *err)
{
    zkl_arena *memory = &out->memory;
    if (!template->name)
        return ZKL_OK;
    const char **policies = ZKL_ARENA_NEW(memory, const char *, template->policy_count);
    const char **next = ZKL_ARENA_NEW(memory, const char *, template->next_count);
    out->template_name = zkl_arena_text(memory, template->name, strlen(template->name));
    if (!policies || !next || !out->template_name)
        return zkl_no_memory(err, 0);
    for (size_t i = 0; i < template->policy_count; i++) {
        policies[i] = zkl_arena_format(memory, "%s/%s/%s", out->folder, template->files[i].folder,
                                       template->files[i].name);
        if (!policies[i])
            return zkl_no_memory(err, 0);
    }
    for (size_t i = 0; i < template->next_count; i++) {
        next[i] = zkl_arena_text(memory, template->next[i], strlen(template->next[i]));
        if (!next[i])
            return zkl_no_memory(err, 0);
    }
    out->policies = policies;
    out->policy_count = template->policy_count;
    out->next = next;
    out->next_count = template->next_count;
    return ZKL_OK;
}

/* Defaults first, then the template, then what is asked. Nothing is read but the folder's name and
 * the template, so this can be told before anybody is asked for a passphrase. */
static zkl_status fill_options(zkl_ledger_init_options *options, service_template *template,
                               zkl_arena *arena, const zkl_init_request *request, zkl_error *err)
{
    char name[LEDGER_NAME_BYTES];
    *options = (zkl_ledger_init_options){ .folder = request->ledger.folder,
                                          .passphrase = request->ledger.passphrase,
                                          .state = request->ledger.state,
                                          .notice = request->ledger.notice };
    default_name(name, request->ledger.folder);
    if (request->name && strlen(request->name) >= sizeof name)
        return zkl_fail(err, ZKL_LIMIT, "a ledger's name has at most %zu bytes", sizeof name - 1);
    if (request->name)
        snprintf(name, sizeof name, "%s", request->name);
    zkl_config_default(&options->config, name);
    *template = (service_template){ 0 };
    if (request->template_name)
        ZKL_TRY(
            service_template_read(template, &options->config, arena, request->template_name, err));
    options->files = template->files;
    options->file_count = template->policy_count;
    if (request->hash_algorithm && !zkl_hash_parse(&options->config.hash_algorithm,
                                                   zkl_bytes_of_text(request->hash_algorithm)))
        return zkl_fail(err, ZKL_USAGE, "unknown hash '%s': sha3-256 or blake3",
                        request->hash_algorithm);
    if (request->backend && strcmp(request->backend, "rocksdb") != 0)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "unknown store '%s': rocksdb", request->backend);
    return ZKL_OK;
}

/* A folder that is there may be empty. What cannot be looked into counts as something: nothing is
 * made over it. */
static bool has_something(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return true; /* a file, or what cannot be looked into */
    bool found = false;
    for (struct dirent *e; !found && (e = readdir(dir));)
        found = strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(dir);
    return found;
}

/* Empty or not there, below a folder that can be written. Looked at again when it is made. */
static zkl_status check_place(const char *folder, zkl_error *err)
{
    char parent[PATH_MAX];
    struct stat st;
    if (snprintf(parent, sizeof parent, "%s", folder) >= (int)sizeof parent)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", folder);
    if (lstat(folder, &st) == 0 && has_something(folder))
        return zkl_fail_hint(err, ZKL_CONFLICT, ZKL_HINT_ASK_DOCTOR,
                             "'%s' exists and is not empty: a ledger is made once", folder);
    char *slash = strrchr(parent, '/');
    if (slash)
        slash[slash == parent] = 0;
    const char *above = slash ? parent : ".";
    if (stat(above, &st) != 0 && errno == ENOENT)
        return zkl_fail(err, ZKL_NOT_FOUND,
                        "there is no folder '%s': make it first, the ledger goes into it", above);
    if (stat(above, &st) != 0)
        return zkl_fail_errno(err, "look into", above);
    return access(above, W_OK) == 0 ? ZKL_OK : zkl_fail_errno(err, "write into", above);
}

/* Told before a passphrase is asked for. What begins as it should is checked whole when it is
 * read. */
static zkl_status check_is_ptau(const char *powers, zkl_error *err)
{
    zkl_digest hash;
    uint8_t head[4096];
    size_t got;
    if (zkl_hex_decode(hash.bytes, 32, powers, strlen(powers)))
        return ZKL_OK;
    ZKL_TRY(zkl_file_peek(head, sizeof head, &got, powers, err));
    const size_t magic = strlen(ZKL_JOINT_MAGIC);
    if ((got >= 4 && memcmp(head, "ptau", 4) == 0) ||
        (got >= magic && memcmp(head, ZKL_JOINT_MAGIC, magic) == 0))
        return ZKL_OK;
    const service_file_kind kind = service_file_kind_of(zkl_bytes_of(head, got));
    return zkl_fail_hint(err, ZKL_BAD_INPUT, service_file_hint(kind),
                         "'%s' is no prepared .ptau file and no ceremony: it is %s", powers,
                         service_file_words(kind));
}

/* Only a key that counts as a ceremony's is pinned, and only as it lies in the cache, from where it
 * is logged: its makers are judged apart from those of the powers. A proof under another key is
 * development. */
static zkl_status find_pinned(zkl_ledger_ceremony *room, zkl_setup *setup,
                              const zkl_summary *summary, const zkl_env *env, zkl_error *err)
{
    for (size_t i = 0; i < summary->tier_count; i++) {
        zkl_circuit_key key;
        if (!zkl_setup_has_key(setup, summary->tiers[i]))
            continue;
        ZKL_TRY(zkl_circuit_key_find(&key, setup, summary->tiers[i], env, err));
        if (key.is_ceremony && zkl_digest_equal(&key.id.key_hash, &summary->key_hashes[i]))
            room->circuits[room->circuit_count++] = key.id;
    }
    return ZKL_OK;
}

/* The parties and keys of a ceremony that was imported whole; *out NULL: of none. Where the set-up
 * is a development one all the same, nobody of it is named. */
static zkl_status find_ceremony(zkl_ledger_ceremony *room, const zkl_ledger_ceremony **out,
                                zkl_arena *arena, const char *cache, zkl_setup *setup,
                                const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) folder = { 0 };
    zkl_summary summary;
    zkl_digest powers;
    bool found;
    *out = NULL;
    if (zkl_setup_is_development(setup))
        return ZKL_OK;
    ZKL_TRY(zkl_setup_folder(&folder, cache, err));
    zkl_buffer_put_u8(&folder, 0);
    ZKL_TRY(zkl_buffer_status(&folder, err));
    zkl_srs_hash(&powers, &zkl_setup_srs(setup)->verifier);
    ZKL_TRY(zkl_summary_read(&summary, &found, arena, (const char *)folder.data, &powers, err));
    if (!found)
        return ZKL_OK;
    *room = (zkl_ledger_ceremony){
        .transcript = summary.transcript,
        .parties = ZKL_ARENA_NEW(arena, zkl_trusted_party, summary.party_count),
        .circuits = ZKL_ARENA_NEW(arena, zkl_circuit_id, summary.tier_count),
    };
    if (!room->parties || !room->circuits)
        return zkl_no_memory(err, summary.party_count * sizeof *room->parties);
    for (size_t i = 0; i < summary.party_count; i++) {
        const zkl_summary_party *const p = &summary.parties[i];
        if (!p->to_powers && !p->to_keys)
            continue;
        zkl_trusted_party *const to = &room->parties[room->party_count++];
        *to =
            (zkl_trusted_party){ .key = p->key, .to_powers = p->to_powers, .to_keys = p->to_keys };
        memcpy(to->name, p->name, sizeof to->name);
    }
    ZKL_TRY(find_pinned(room, setup, &summary, env, err));
    *out = room;
    return ZKL_OK;
}

/* The keys that the ledger's own trust pins are named by its log: one change, right behind entry
 * 0. */
static zkl_status log_pinned(const zkl_ledger_options *options, const zkl_ledger_ceremony *pinned,
                             const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_setup_result done;
    unsigned tiers[ZKL_TRANSCRIPT_TIERS_MAX];
    ZKL_ASSERT(pinned->circuit_count <= ZKL_TRANSCRIPT_TIERS_MAX);
    for (size_t i = 0; i < pinned->circuit_count; i++)
        tiers[i] = (unsigned)strtoul(pinned->circuits[i].name + 1, NULL, 10);
    ZKL_TRY(zkl_ledger_open(&ledger, options, env, err));
    ZKL_TRY(zkl_setup_run(&done, ledger, tiers, pinned->circuit_count, env, err));
    zkl_arena_clear(&done.memory);
    return ZKL_OK;
}

/* Cheap checks only, in the order in which zkl_init would fail: what they let through can still
 * fail when it is read whole. */
zkl_status zkl_init_check(const zkl_init_request *request, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_ledger_init_options options;
    service_template template;
    zkl_digest hash;
    const char *powers = request->powers;
    ZKL_TRY(zkl_native_check(err));
    ZKL_TRY(fill_options(&options, &template, &arena, request, err));
    ZKL_TRY(check_place(request->ledger.folder, err));
    if (powers && !zkl_hex_decode(hash.bytes, 32, powers, strlen(powers)) &&
        access(powers, R_OK) != 0)
        return zkl_fail_errno(err, "read", powers);
    if (powers)
        ZKL_TRY(check_is_ptau(powers, err));
    if (request->succeeds && access(request->succeeds, R_OK) != 0)
        return zkl_fail_errno(err, "read", request->succeeds);
    return ZKL_OK;
}

/* Old log, powers, ledger, and the ledger opened: in the order of what can still be refused. */
zkl_status zkl_init(zkl_init_result *out, const zkl_init_request *request, const zkl_env *env,
                    zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_remembered old;
    zkl_ledger_init_options options;
    service_template template;
    *out = (zkl_init_result){ 0 };
    env = service_lent(env);
    ZKL_TRY(fill_options(&options, &template, &arena, request, err));
    if (request->succeeds) {
        ZKL_TRY(find_old(&old, &arena, request->succeeds, request->ledger.state, env, err));
        options.succeeds = &old;
    }
    /* Powers first: making them takes longest, and without them there is nothing to make a ledger
     * with. The ledger keeps the part that verifying needs; the rest stays in the cache. */
    ZKL_TRY(find_powers(&setup, request->ledger.setup_cache, request->powers, env, err));
    ZKL_ASSERT(zkl_setup_has_all(setup)); /* find_powers refuses others */
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    zkl_srs_verifier_encode(powers, &zkl_setup_srs(setup)->verifier);
    options.powers = zkl_bytes_of(powers, sizeof powers);
    options.powers_of_ceremony = !zkl_setup_is_development(setup);
    zkl_ledger_ceremony ceremony;
    ZKL_TRY(find_ceremony(&ceremony, &options.ceremony, &arena, request->ledger.setup_cache, setup,
                          env, err));
    /* From here on there is a ledger: what fails later is said, and the ledger stays. */
    ZKL_TRY(zkl_ledger_init(&options, env, err));
    zkl_status status = ZKL_OK;
    if (options.ceremony && options.ceremony->circuit_count)
        status = log_pinned(&request->ledger, options.ceremony, env, err);
    if (status == ZKL_OK)
        status = fill_result(out, &request->ledger, env, err);
    if (status == ZKL_OK)
        status = tell_template(out, &template, err);
    out->powers_development = zkl_setup_is_development(setup);
    if (request->succeeds)
        tell_old(&out->succeeds, &old, request->succeeds, &request->ledger.notice);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}
