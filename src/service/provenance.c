/* Entries `provenance`, and the two operations that write nothing else: link and branch. */
#include "service/provenance.h"

#include <string.h>

#include <zkl/lineage.h>

#include "input/inputs.h"
#include "record/ids.h"
#include "service/lineage.h"
#include "text/utf8.h"

/* ---- The entry. */

/* A version, and its notarisation's leaf. */
typedef struct found_version {
    zkl_dataset_version version;
    zkl_digest leaf;
} found_version;

static zkl_status find(found_version *out, zkl_arena *arena, zkl_ledger *ledger,
                       const char *reference, zkl_error *err)
{
    if (strchr(reference, '#'))
        return zkl_fail(err, ZKL_USAGE, "'%.200s': a dataset version is meant here, and no entry",
                        reference);
    ZKL_TRY(service_find(&out->version, arena, ledger, reference, err));
    return zkl_log_leaf(zkl_ledger_log(ledger), &out->leaf, out->version.index, err);
}

static zkl_status find_sources(zkl_digest *parents, zkl_arena *arena, zkl_ledger *ledger,
                               const service_provenance *p, zkl_error *err)
{
    for (size_t i = 0; i < p->source_count; i++) {
        found_version source;
        ZKL_TRY(find(&source, arena, ledger, p->sources[i], err));
        for (size_t k = 0; k <= i; k++)
            if (zkl_digest_equal(&parents[k], &source.leaf))
                return zkl_fail(err, ZKL_USAGE, "'%.200s' is %s", p->sources[i],
                                k ? "named twice" : "the dataset itself");
        parents[1 + i] = source.leaf;
    }
    return ZKL_OK;
}

zkl_status service_provenance_entry(zkl_entry *out, zkl_arena *arena, zkl_ledger *ledger,
                                    const service_provenance *p, zkl_error *err)
{
    found_version own;
    zkl_entry notarised;
    if (p->source_count >= ZKL_ENTRY_PARENTS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu sources, at most %d", p->source_count,
                        ZKL_ENTRY_PARENTS_MAX - 1);
    zkl_digest *parents = ZKL_ARENA_NEW(arena, zkl_digest, 1 + p->source_count);
    if (!parents)
        return zkl_no_memory(err, (1 + p->source_count) * sizeof *parents);
    ZKL_TRY(find(&own, arena, ledger, p->reference, err));
    ZKL_TRY(
        zkl_ledger_entry_with(ledger, &notarised, arena, own.version.index, ZKL_FIELDS_DATA, err));
    parents[0] = own.leaf;
    ZKL_TRY(find_sources(parents, arena, ledger, p, err));
    *out = (zkl_entry){ .kind = ZKL_ENTRY_PROVENANCE,
                        .ledger = *zkl_ledger_own_id(ledger),
                        .parents = parents,
                        .parent_count = 1 + p->source_count,
                        .data = { .name = notarised.data.name,
                                  .version = notarised.data.version,
                                  .manifest_sha256 = notarised.data.manifest_sha256,
                                  .dataset = notarised.data.dataset,
                                  .provenance = &p->said } };
    return ZKL_OK;
}

#define WORDS_KEPT 3900 /* of an operation that is too long */

zkl_status service_provenance_words(const char **out, zkl_arena *arena, const char *operation,
                                    zkl_error *err)
{
    const zkl_bytes whole = zkl_bytes_of_text(operation);
    size_t size = whole.size;
    char hex[65] = "";
    zkl_digest sha256;
    if (!zkl_utf8_valid(whole))
        return zkl_fail(err, ZKL_USAGE, "the operation is no UTF-8");
    if (size > ZKL_ENTRY_TEXT_BYTES_MAX) {
        zkl_sha256(&sha256, whole.data, whole.size);
        zkl_hex_encode(hex, sha256.bytes, sizeof sha256.bytes);
        size = WORDS_KEPT;
        while ((whole.data[size] & 0xc0) == 0x80)
            size--; /* between two characters */
    }
    *out = zkl_arena_format(arena, "%.*s%s%s%s", (int)size, operation, hex[0] ? ".. (sha256 " : "",
                            hex, hex[0] ? ")" : "");
    return *out ? ZKL_OK : zkl_no_memory(err, size);
}

static zkl_status place(zkl_change *change, zkl_entry *entry, const zkl_env *env, zkl_error *err)
{
    entry->time_ms = zkl_env_now_ms(env);
    ZKL_TRY(zkl_change_add_entry(change, entry, 0, err));
    ZKL_TRY(zkl_env_progress(env, "recording", 0, 0, err));
    return zkl_change_place(change, env, err);
}

zkl_status service_provenance_record(uint64_t *index, zkl_ledger *handle,
                                     const service_provenance *p, const zkl_env *env,
                                     zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_entry entry;
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    ZKL_TRY(service_provenance_entry(&entry, &arena, ledger, p, err));
    ZKL_TRY(zkl_change_init(&change, handle, env, err));
    ZKL_TRY(place(&change, &entry, env, err));
    *index = change.entries[0].index;
    return ZKL_OK;
}

/* ---- link */

/* Its last component, as it is recorded. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_text(const char *text)
{
    const zkl_bytes bytes = zkl_bytes_of_text(text);
    return bytes.size <= ZKL_ENTRY_TEXT_BYTES_MAX && zkl_utf8_valid(bytes);
}

zkl_status service_hash_file(zkl_digest *out, const char *path, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_inputs) inputs = { 0 };
    const zkl_inputs_request request = { .names = &path,
                                         .count = 1,
                                         .spool_folder = ".",
                                         .stream_memory_bytes = 1 << 20,
                                         .hash = ZKL_HASH_SHA3_256,
                                         .takes_empty = true };
    if (strcmp(path, "-") == 0)
        return zkl_fail(err, ZKL_USAGE, "a file is recorded by its name, and '-' is none");
    ZKL_TRY(zkl_inputs_open(&inputs, &arena, &request, env, err));
    *out = inputs.digests[0].sha256;
    return ZKL_OK;
}

static zkl_status hash_files(const zkl_entry_file **out, zkl_arena *arena, const char *const *paths,
                             size_t count, const zkl_env *env, zkl_error *err)
{
    zkl_entry_file *files = ZKL_ARENA_NEW(arena, zkl_entry_file, count);
    if (!files)
        return zkl_no_memory(err, count * sizeof *files);
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(zkl_env_progress(env, "hashing files", i, count, err));
        if (!is_text(base_name(paths[i])))
            return zkl_fail(err, ZKL_USAGE, "the name of file %zu is not UTF-8", i + 1);
        ZKL_TRY(service_hash_file(&files[i].sha256, paths[i], env, err));
        files[i].name = zkl_bytes_of_text(base_name(paths[i]));
    }
    *out = files;
    return ZKL_OK;
}

static zkl_status take_facts(const zkl_entry_fact **out, zkl_arena *arena, const zkl_fact *facts,
                             size_t count, zkl_error *err)
{
    zkl_entry_fact *made = ZKL_ARENA_NEW(arena, zkl_entry_fact, count);
    if (!made)
        return zkl_no_memory(err, count * sizeof *made);
    for (size_t i = 0; i < count; i++) {
        if (!facts[i].name || !facts[i].name[0] || !facts[i].value)
            return zkl_fail(err, ZKL_USAGE, "a fact has a name and a value");
        if (!is_text(facts[i].name) || !is_text(facts[i].value))
            return zkl_fail(err, ZKL_USAGE, "fact %zu is not UTF-8 of at most %d bytes", i + 1,
                            ZKL_ENTRY_TEXT_BYTES_MAX);
        for (size_t k = 0; k < i; k++)
            if (strcmp(facts[i].name, facts[k].name) == 0)
                return zkl_fail(err, ZKL_USAGE, "the fact '%.200s' is given twice", facts[i].name);
        made[i] =
            (zkl_entry_fact){ zkl_bytes_of_text(facts[i].name), zkl_bytes_of_text(facts[i].value) };
    }
    *out = made;
    return ZKL_OK;
}

static zkl_status take_request(service_provenance *out, zkl_arena *arena, const zkl_link_request *r,
                               const zkl_env *env, zkl_error *err)
{
    if (!r->reference)
        return zkl_fail(err, ZKL_USAGE, "no dataset given");
    if (!r->operation && !r->source_count && !r->used_count && !r->made_count && !r->fact_count)
        return zkl_fail(err, ZKL_USAGE, "nothing is said of '%.200s'", r->reference);
    *out = (service_provenance){ .reference = r->reference,
                                 .sources = r->sources,
                                 .source_count = r->source_count,
                                 .said = { .fact_count = r->fact_count,
                                           .used_count = r->used_count,
                                           .made_count = r->made_count } };
    if (r->operation) {
        const char *words;
        ZKL_TRY(service_provenance_words(&words, arena, r->operation, err));
        out->said.operation = zkl_bytes_of_text(words);
    }
    ZKL_TRY(take_facts(&out->said.facts, arena, r->facts, r->fact_count, err));
    ZKL_TRY(hash_files(&out->said.used, arena, r->used, r->used_count, env, err));
    return hash_files(&out->said.made, arena, r->made, r->made_count, env, err);
}

static zkl_status show(zkl_link_result *out, const zkl_entry *entry, const zkl_change *change,
                       size_t at, zkl_error *err)
{
    out->name = service_text(&out->memory, entry->data.name);
    out->version = entry->data.version;
    out->index = change->entries[at].index;
    out->receipt_id = change->entries[at].receipt_id;
    return out->name ? ZKL_OK : zkl_no_memory(err, entry->data.name.size);
}

/* Whether the steps go in a circle is a matter of all of the log: the entry is placed behind what
 * was looked at, and when others came first, *is_late, the new log is looked at. */
static zkl_status link_once(zkl_link_result *out, zkl_ledger *handle, service_provenance *p,
                            bool *is_late, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_entry entry;
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    ZKL_TRY(service_provenance_entry(&entry, &arena, ledger, p, err));
    ZKL_TRY(service_lineage_check_new(ledger, &entry, env, err));
    ZKL_TRY(zkl_change_init(&change, handle, env, err));
    change.seen_size = zkl_log_size(zkl_ledger_log(ledger));
    const zkl_status status = place(&change, &entry, env, err);
    *is_late = change.is_late;
    return status == ZKL_OK ? show(out, &entry, &change, 0, err) : status;
}

#define LINK_TRIES 16

static zkl_status link_steps(zkl_link_result *out, zkl_ledger *handle,
                             const zkl_link_request *request, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    service_provenance p;
    bool is_late = true;
    zkl_status status = ZKL_OK;
    ZKL_TRY(take_request(&p, &arena, request, env, err));
    for (int i = 0; i < LINK_TRIES && is_late; i++) {
        is_late = false;
        status = link_once(out, handle, &p, &is_late, env, err);
    }
    return status;
}

zkl_status zkl_link(zkl_link_result *out, zkl_ledger *ledger, const zkl_link_request *request,
                    const zkl_env *env, zkl_error *err)
{
    *out = (zkl_link_result){ 0 };
    const zkl_status status =
        link_steps(out, ledger, request, env ? env : zkl_ledger_env(ledger), err);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}

/* ---- branch */

/* The notarisation again, under the new name. Manifest, statements and proofs are those of the
 * first: none of them knows a name. */
static void make_branch(zkl_entry *out, const zkl_entry *notarised, const char *name,
                        const zkl_env *env)
{
    *out = *notarised;
    out->data.name = zkl_bytes_of_text(name);
    out->data.version = 1;
    out->time_ms = zkl_env_now_ms(env);
}

static zkl_status check_name(zkl_ledger *ledger, const char *name, zkl_error *err)
{
    uint32_t count;
    ZKL_TRY(zkl_ledger_version_count(ledger, &count, zkl_bytes_of_text(name), err));
    return !count ? ZKL_OK : zkl_fail(err, ZKL_CONFLICT, "there is a dataset '%s' already", name);
}

static zkl_status branch_steps(zkl_link_result *out, zkl_ledger *handle,
                               const zkl_branch_request *request, const zkl_env *env,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    found_version from;
    zkl_entry notarised, entry;
    zkl_digest parents[2];
    if (!request->reference || !request->name)
        return zkl_fail(err, ZKL_USAGE, "a branch takes a dataset and a name");
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    ZKL_TRY(check_name(ledger, request->name, err));
    ZKL_TRY(find(&from, &arena, ledger, request->reference, err));
    ZKL_TRY(zkl_ledger_entry_with(ledger, &notarised, &arena, from.version.index, ZKL_FIELDS_DATA,
                                  err));
    const char *words =
        zkl_arena_format(&arena, "branch of %s", zkl_entry_words(&arena, &notarised));
    if (!words)
        return zkl_no_memory(err, 0);
    make_branch(&entry, &notarised, request->name, env);
    ZKL_TRY(zkl_change_init(&change, handle, env, err));
    ZKL_TRY(zkl_change_add_entry(&change, &entry, 0, err));
    zkl_rfc6962_leaf(&parents[0], change.entries[0].envelope);
    parents[1] = from.leaf;
    const zkl_entry_provenance said = { .operation = zkl_bytes_of_text(words) };
    zkl_entry step = entry;
    step.kind = ZKL_ENTRY_PROVENANCE;
    step.parents = parents;
    step.parent_count = 2;
    step.data = (zkl_entry_data){ .name = entry.data.name,
                                  .version = entry.data.version,
                                  .manifest_sha256 = entry.data.manifest_sha256,
                                  .dataset = entry.data.dataset,
                                  .provenance = &said };
    ZKL_TRY(place(&change, &step, env, err));
    return show(out, &entry, &change, 0, err);
}

zkl_status zkl_branch(zkl_link_result *out, zkl_ledger *ledger, const zkl_branch_request *request,
                      const zkl_env *env, zkl_error *err)
{
    *out = (zkl_link_result){ 0 };
    const zkl_status status =
        branch_steps(out, ledger, request, env ? env : zkl_ledger_env(ledger), err);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}
