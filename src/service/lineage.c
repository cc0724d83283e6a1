/* Lineage of a ledger's datasets.
 *
 * The log is read from its first entry to its last, and no index is asked: what an index hides, a
 * lineage would lack. A first pass keeps of each entry what links it with others, and finds what
 * belongs to the lineage; those entries are then read whole. */
#include "service/lineage.h"

#include <stdlib.h>
#include <string.h>

#include <zkl/lineage.h>

#include "ledger/entry_export.h"
#include "record/lineage_file.h"
#include "service/provenance.h"

typedef struct log_scan {
    zkl_arena memory;
    zkl_ledger *ledger;
    const zkl_env *env;
    zkl_lineage_entry *items;
    size_t count;
    zkl_error *err;
} log_scan;

static void log_scan_clear(log_scan *s)
{
    zkl_arena_clear(&s->memory);
}

/* ---- The first pass. */

/* Does what it says reach beyond its own dataset? */
static bool is_linking(const zkl_entry *e)
{
    return e->kind == ZKL_ENTRY_PROVENANCE || (e->kind == ZKL_ENTRY_PROVE && e->parent_count > 1);
}

/* Whose it is, without what it says. */
static zkl_status copy_outline(zkl_entry *out, log_scan *s, const zkl_entry *e)
{
    *out = (zkl_entry){ .kind = e->kind,
                        .ledger = e->ledger,
                        .time_ms = e->time_ms,
                        .parents = zkl_arena_copy(&s->memory, e->parents,
                                                  e->parent_count * sizeof *e->parents),
                        .parent_count = e->parent_count,
                        .data = { .version = e->data.version,
                                  .manifest_sha256 = e->data.manifest_sha256,
                                  .dataset = e->data.dataset } };
    const char *name = service_text(&s->memory, e->data.name);
    if (!name || (e->parent_count && !out->parents))
        return zkl_no_memory(s->err, e->data.name.size);
    out->data.name = zkl_bytes_of(name, e->data.name.size);
    return ZKL_OK;
}

static zkl_status scan_entry(log_scan *s, uint64_t index)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    zkl_lineage_entry *item = &s->items[s->count];
    ZKL_TRY(zkl_ledger_entry(s->ledger, &entry, &dsse, &arena, index, s->err));
    if (!zkl_entry_as_data(&entry) || zkl_entry_facts_of(entry.kind)->is_no_part)
        return ZKL_OK;
    zkl_entry *kept = ZKL_ARENA_NEW(&s->memory, zkl_entry, 1);
    if (!kept)
        return zkl_no_memory(s->err, sizeof *kept);
    if (is_linking(&entry))
        ZKL_TRY(zkl_ledger_entry(s->ledger, kept, &dsse, &s->memory, index, s->err));
    else
        ZKL_TRY(copy_outline(kept, s, &entry));
    *item = (zkl_lineage_entry){ .index = index, .entry = kept };
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(s->ledger), &item->leaf, index, s->err));
    s->count++;
    return ZKL_OK;
}

/* Room for one more: of an entry that is not recorded yet. */
static zkl_status scan(log_scan *s)
{
    const uint64_t size = zkl_log_size(zkl_ledger_log(s->ledger));
    s->items = ZKL_ARENA_NEW(&s->memory, zkl_lineage_entry, (size_t)size + 1);
    if (!s->items)
        return zkl_no_memory(s->err, (size_t)size * sizeof *s->items);
    for (uint64_t i = 0; i < size; i++) {
        if (i % 64 == 0)
            ZKL_TRY(zkl_env_progress(s->env, "reading the log", i, size, s->err));
        ZKL_TRY(scan_entry(s, i));
    }
    return ZKL_OK;
}

/* ---- The second. */

/* The place of the notarisation that the entry is about or is; its place among the items. */
static const zkl_digest *notarised_leaf(const zkl_lineage_entry *e)
{
    ZKL_ASSERT(e->entry->kind == ZKL_ENTRY_NOTARISE || e->entry->parent_count);
    return e->entry->kind == ZKL_ENTRY_NOTARISE ? &e->leaf : &e->entry->parents[0];
}

/* Leaves of the lineage's datasets. */
typedef struct leaf_list {
    zkl_digest *items;
    size_t count;
} leaf_list;

static zkl_status list_leaves(leaf_list *out, log_scan *s, const zkl_lineage *lineage)
{
    out->items = ZKL_ARENA_NEW(&s->memory, zkl_digest, lineage->node_count);
    if (!out->items)
        return zkl_no_memory(s->err, lineage->node_count * sizeof *out->items);
    for (size_t i = 0; i < lineage->node_count; i++)
        if (!lineage->nodes[i].is_file)
            ZKL_TRY(zkl_log_leaf(zkl_ledger_log(s->ledger), &out->items[out->count++],
                                 lineage->nodes[i].index, s->err));
    return ZKL_OK;
}

static bool is_listed(const leaf_list *list, const zkl_digest *leaf)
{
    for (size_t i = 0; i < list->count; i++)
        if (zkl_digest_equal(&list->items[i], leaf))
            return true;
    return false;
}

static zkl_status read_whole(log_scan *s, zkl_lineage_entry *item)
{
    zkl_entry *whole = ZKL_ARENA_NEW(&s->memory, zkl_entry, 1);
    zkl_dsse dsse;
    zkl_manifest manifest;
    zkl_bytes bytes;
    if (!whole)
        return zkl_no_memory(s->err, sizeof *whole);
    ZKL_TRY(zkl_ledger_entry(s->ledger, whole, &dsse, &s->memory, item->index, s->err));
    item->entry = whole;
    if (whole->kind == ZKL_ENTRY_NOTARISE) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        ZKL_TRY(service_manifest(&manifest, &bytes, &arena, s->ledger, whole, s->err));
        item->row_count = manifest.row_count;
        item->column_count = manifest.schema.column_count;
    }
    return ZKL_OK;
}

/* Does one of the steps rest on the entry? */
static bool is_at_step(const zkl_lineage *lineage, uint64_t index)
{
    for (size_t i = 0; i < lineage->step_count; i++) {
        const zkl_lineage_step *step = &lineage->steps[i];
        if (step->index == index)
            return true;
        for (size_t k = 0; k < step->claim_count; k++)
            if (step->claims[k].index == index)
                return true;
    }
    return false;
}

/* Does it name a dataset that is no part of the lineage, and not at a step of it? */
static bool names_others(const zkl_lineage_entry *e, const leaf_list *leaves,
                         const zkl_lineage *lineage)
{
    for (size_t i = 0; i < e->entry->parent_count; i++)
        if (!is_listed(leaves, &e->entry->parents[i]))
            return !is_at_step(lineage, e->index);
    return false;
}

/* An entry about a dataset of the lineage says something of it: it notarises it, is one of its
 * steps, or claims something of it. In a receipt, which strangers get, it claims that of no others
 * than those that are here too: whatever else was made of a source is none of their business. */
static bool belongs(const zkl_lineage_entry *e, const leaf_list *leaves, const zkl_lineage *lineage,
                    bool is_receipt)
{
    if (!is_listed(leaves, notarised_leaf(e)))
        return false;
    if (e->entry->kind == ZKL_ENTRY_PROVENANCE)
        return is_at_step(lineage, e->index);
    return !is_receipt || !names_others(e, leaves, lineage);
}

/* Entries that belong to the lineage, whole; of the others the notarisations' outlines, which
 * claims may name. indexes: of the first sort; *count of them. */
static zkl_status read_part(log_scan *s, const leaf_list *leaves, const zkl_lineage *lineage,
                            bool is_receipt, uint64_t *indexes, size_t *count)
{
    size_t kept = 0;
    *count = 0;
    for (size_t i = 0; i < s->count; i++) {
        zkl_lineage_entry *item = &s->items[i];
        const bool is_part = belongs(item, leaves, lineage, is_receipt);
        if (is_part) {
            ZKL_TRY(read_whole(s, item));
            indexes[(*count)++] = item->index;
        }
        if (is_part || item->entry->kind == ZKL_ENTRY_NOTARISE)
            s->items[kept++] = *item;
    }
    s->count = kept;
    return ZKL_OK;
}

/* The lineage, and the entries that say it. */
typedef struct found_lineage {
    zkl_lineage lineage;
    uint64_t *indexes;
    size_t index_count;
} found_lineage;

static zkl_status find_lineage(found_lineage *out, zkl_arena *memory, log_scan *s,
                               const zkl_lineage_target *target, bool is_receipt)
{
    leaf_list leaves = { 0 };
    zkl_lineage outline;
    *out = (found_lineage){ 0 };
    ZKL_TRY(scan(s));
    ZKL_TRY(zkl_lineage_make(&outline, &s->memory, s->items, s->count, target, s->err));
    ZKL_TRY(list_leaves(&leaves, s, &outline));
    out->indexes = ZKL_ARENA_NEW(&s->memory, uint64_t, s->count);
    if (!out->indexes)
        return zkl_no_memory(s->err, s->count * sizeof *out->indexes);
    ZKL_TRY(read_part(s, &leaves, &outline, is_receipt, out->indexes, &out->index_count));
    return zkl_lineage_make(&out->lineage, memory, s->items, s->count, target, s->err);
}

/* The step that the entry says; NULL: it is no part of this lineage. */
static const zkl_lineage_step *find_step(const zkl_lineage *lineage, uint64_t index)
{
    for (size_t i = 0; i < lineage->step_count; i++)
        if (lineage->steps[i].index == index)
            return &lineage->steps[i];
    return NULL;
}

/* Without the step a source comes from no result of it: a claim that tells both ways, as `same`,
 * would else follow the record and turn around. */
static zkl_status check_not_turned(log_scan *s, const zkl_lineage *made,
                                   const zkl_lineage_step *step)
{
    for (size_t i = 0; i < step->source_count; i++) {
        const zkl_lineage_node *source = &made->nodes[step->sources[i]];
        zkl_lineage before;
        zkl_lineage_target target = { 0 };
        if (source->is_file)
            continue;
        ZKL_TRY(zkl_dataset_ref_parse(&target.name, &target.version,
                                      zkl_bytes_of_text(source->name), s->err));
        ZKL_TRY(zkl_lineage_make(&before, &s->memory, s->items, s->count, &target, s->err));
        for (size_t k = 0; k < before.node_count; k++)
            for (size_t r = 0; r < step->result_count; r++)
                if (strcmp(before.nodes[k].name, made->nodes[step->results[r]].name) == 0 &&
                    before.nodes[k].is_file == made->nodes[step->results[r]].is_file)
                    return zkl_fail(s->err, ZKL_CONFLICT,
                                    "not recorded: '%s' comes from '%s' already: the steps would "
                                    "go in a circle",
                                    source->name, before.nodes[k].name);
    }
    return ZKL_OK;
}

zkl_status service_lineage_check_new(zkl_ledger *ledger, const zkl_entry *entry, const zkl_env *env,
                                     zkl_error *err)
{
    ZKL_AUTO_CLEAR(log_scan) s = { .ledger = ledger, .env = env, .err = err };
    const uint64_t own = zkl_log_size(zkl_ledger_log(ledger));
    zkl_lineage made;
    bool is_checked = false; /* it is one step, whichever lineage has it */
    ZKL_TRY(scan(&s));
    for (size_t i = 0; i < entry->parent_count; i++) {
        uint64_t index;
        zkl_entry parent;
        ZKL_TRY(zkl_ledger_index_of(ledger, &index, &entry->parents[i], err));
        ZKL_TRY(zkl_ledger_entry_with(ledger, &parent, &s.memory, index, ZKL_FIELDS_DATA, err));
        const zkl_lineage_target target = { parent.data.name, parent.data.version, false };
        /* Where it will stand, at the earliest; nothing looks for its own leaf. */
        s.items[s.count++] = (zkl_lineage_entry){ .index = own, .entry = entry };
        ZKL_TRY(zkl_lineage_make(&made, &s.memory, s.items, s.count, &target, err));
        s.count--;
        const zkl_lineage_step *step = find_step(&made, own);
        /* Circles that are there without it are none of its business. */
        if (step && step->circle)
            return zkl_fail(err, ZKL_CONFLICT,
                            "not recorded: the steps would go in a circle, '%s' would be made of "
                            "itself",
                            step->circle);
        if (step && !is_checked)
            ZKL_TRY(check_not_turned(&s, &made, step));
        is_checked = is_checked || step;
    }
    return ZKL_OK;
}

/* ---- Receipts. */

/* All under one checkpoint, that of the last entry: the best one of an earlier entry may be
 * another. The indexes rise, as items of a scan do. */
static zkl_status build_file(zkl_buffer *out, log_scan *s, const zkl_dataset_version *version,
                             const found_lineage *found)
{
    zkl_receipt_head head;
    ZKL_ASSERT(found->index_count); /* its own notarisation at least */
    ZKL_TRY(zkl_receipt_head_find(&head, s->ledger, &s->memory,
                                  found->indexes[found->index_count - 1], s->err));
    zkl_bytes *receipts = ZKL_ARENA_NEW(&s->memory, zkl_bytes, found->index_count);
    if (!receipts)
        return zkl_no_memory(s->err, found->index_count * sizeof *receipts);
    for (size_t i = 0; i < found->index_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
        ZKL_TRY(zkl_env_progress(s->env, "gathering receipts", i, found->index_count, s->err));
        ZKL_TRY(zkl_receipt_build_under(&receipt, s->ledger, found->indexes[i], &head, s->err));
        void *copy = zkl_arena_copy(&s->memory, receipt.data, receipt.size);
        if (!copy)
            return zkl_no_memory(s->err, receipt.size);
        receipts[i] = zkl_bytes_of(copy, receipt.size);
    }
    const zkl_lineage_file file = { version->name, version->version, receipts, found->index_count };
    return zkl_lineage_file_encode(out, &file, s->err);
}

zkl_status service_lineage_file(zkl_buffer *out, zkl_ledger *ledger,
                                const zkl_dataset_version *version, const zkl_env *env,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(log_scan) s = { .ledger = ledger, .env = env, .err = err };
    found_lineage found;
    const zkl_lineage_target target = { .name = version->name, .version = version->version };
    ZKL_TRY(find_lineage(&found, &s.memory, &s, &target, true));
    return build_file(out, &s, version, &found);
}

/* ---- Verdicts. */

static zkl_status copy_not_proven(zkl_lineage_result *out, const zkl_verified_lineage *v,
                                  bool is_complete, zkl_error *err)
{
    const char **texts = ZKL_ARENA_NEW(&out->memory, const char *, v->not_proven_count);
    const char **names = ZKL_ARENA_NEW(&out->memory, const char *, v->not_proven_count);
    if (!texts || !names)
        return zkl_no_memory(err, v->not_proven_count * sizeof *texts);
    for (size_t i = 0; i < v->not_proven_count; i++) {
        const zkl_not_proven *n = &v->not_proven[i];
        if (is_complete && n->what == ZKL_UNPROVEN_STEPS)
            continue;
        texts[out->not_proven_count] = n->text; /* in the same memory */
        names[out->not_proven_count++] = zkl_unproven_name(n->what);
    }
    out->not_proven = texts;
    out->not_proven_names = names;
    return ZKL_OK;
}

/* is_complete: the ledger's own, in which nothing is left out. */
static zkl_status tell(zkl_lineage_result *out, const zkl_verified_lineage *v,
                       const zkl_trust *trust, zkl_ledger *ledger, bool is_complete, zkl_error *err)
{
    zkl_verify_result of = { 0 };
    const zkl_status status = service_verdict(&of, &v->last, trust, ledger, false, err);
    zkl_arena_join(&out->memory, &of.memory);
    ZKL_TRY(status);
    out->lineage = v->lineage;
    out->is_verified = true;
    out->receipt_count = v->receipt_count;
    out->origin = of.origin;
    out->log_key = of.log_key;
    out->ledger = of.ledger;
    out->root = v->last.root;
    out->tree_size = of.tree_size;
    out->is_development = v->is_development;
    out->trust_source = of.trust_source;
    out->trust_folder = of.trust_folder;
    out->trust_log = of.trust_log;
    out->trust_key = of.trust_key;
    return copy_not_proven(out, v, is_complete, err);
}

/* What the ledger knows of the versions: their names are NAME@VERSION. */
static zkl_status mark_revoked(zkl_lineage_result *out, zkl_ledger *ledger, zkl_error *err)
{
    const size_t count = out->lineage.node_count;
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_lineage_node *const nodes = ZKL_ARENA_NEW(&out->memory, zkl_lineage_node, count);
    if (!nodes)
        return zkl_no_memory(err, count * sizeof *nodes);
    for (size_t i = 0; i < count; i++) {
        nodes[i] = out->lineage.nodes[i];
        const char *const at = nodes[i].is_file ? NULL : strrchr(nodes[i].name, '@');
        if (!at)
            continue;
        const char *const name =
            zkl_arena_text(&arena, nodes[i].name, (size_t)(at - nodes[i].name));
        if (!name)
            return zkl_no_memory(err, strlen(nodes[i].name));
        ZKL_TRY(service_revocation_of(&nodes[i].revoked, &out->memory, ledger, name,
                                      (uint32_t)strtoul(at + 1, NULL, 10), err));
    }
    out->lineage.nodes = nodes;
    return ZKL_OK;
}

/* By a parsed trust. ledger: whose it is; NULL: a file's. */
static zkl_status verify_with(zkl_lineage_result *out, zkl_bytes file, const zkl_trust *trust,
                              zkl_ledger *ledger, bool is_complete, const zkl_env *env,
                              zkl_error *err)
{
    zkl_verified_lineage v;
    ZKL_TRY(zkl_lineage_verify(&v, &out->memory, file, trust, env, err));
    if (ledger)
        ZKL_TRY(service_check_is_of_log(ledger, &v.last, err));
    ZKL_TRY(tell(out, &v, trust, ledger, is_complete, err));
    return ledger ? mark_revoked(out, ledger, err) : ZKL_OK;
}

static zkl_status verify_own(zkl_lineage_result *out, log_scan *s,
                             const zkl_dataset_version *version, const found_lineage *found)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    ZKL_TRY(build_file(&file, s, version, found));
    ZKL_TRY(zkl_env_progress(s->env, "verifying", 0, 0, s->err));
    void *kept = zkl_arena_copy(&out->memory, file.data, file.size); /* the verdict borrows */
    if (!kept)
        return zkl_no_memory(s->err, file.size);
    return verify_with(out, zkl_bytes_of(kept, file.size), zkl_ledger_trust(s->ledger), s->ledger,
                       true, s->env, s->err);
}

static zkl_status lineage_steps(zkl_lineage_result *out, zkl_ledger *handle,
                                const zkl_lineage_request *request, const zkl_env *env,
                                zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLEAR(log_scan) s = { .env = env, .err = err };
    zkl_dataset_version version = { 0 };
    zkl_lineage_target target = { .is_descent = request->descent };
    zkl_digest sha256;
    found_lineage found;
    if (!request->reference == !request->file)
        return zkl_fail(err, ZKL_USAGE, "either a dataset is given, or a file");
    if (request->verify && request->descent)
        return zkl_fail(err, ZKL_USAGE, "what was made of a dataset is shown, and not verified");
    if (request->verify && request->file)
        return zkl_fail(err, ZKL_USAGE,
                        "where a file comes from is shown: verified is the lineage of a dataset, "
                        "with the files in it");
    if (request->reference && strchr(request->reference, '#'))
        return zkl_fail(err, ZKL_USAGE, "'%.200s': a lineage is of a dataset version",
                        request->reference);
    ZKL_TRY(request->verify ? service_open_trusted(&ledger, handle, env, err)
                            : service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    s.ledger = ledger;
    if (request->file) {
        ZKL_TRY(service_hash_file(&sha256, request->file, env, err));
        target.file = &sha256;
    } else {
        ZKL_TRY(service_find(&version, &s.memory, ledger, request->reference, err));
        target.name = version.name;
        target.version = version.version;
    }
    ZKL_TRY(find_lineage(&found, &out->memory, &s, &target, false));
    if (request->verify)
        return verify_own(out, &s, &version, &found);
    out->lineage = found.lineage;
    return mark_revoked(out, ledger, err);
}

static zkl_status dropped(zkl_lineage_result *out, zkl_status status)
{
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_lineage_result){ 0 };
    }
    return status;
}

zkl_status zkl_lineage_of(zkl_lineage_result *out, zkl_ledger *ledger,
                          const zkl_lineage_request *request, const zkl_env *env, zkl_error *err)
{
    *out = (zkl_lineage_result){ 0 };
    return dropped(out,
                   lineage_steps(out, ledger, request, env ? env : zkl_ledger_env(ledger), err));
}

bool zkl_is_lineage(zkl_bytes bytes)
{
    return zkl_lineage_file_has_magic(bytes);
}

static zkl_status check_is_lineage(zkl_bytes bytes, zkl_error *err)
{
    if (zkl_lineage_file_has_magic(bytes))
        return ZKL_OK;
    const service_file_kind kind = service_file_kind_of(bytes);
    return zkl_fail_check(err, ZKL_BAD_INPUT, ZKL_CHECK_FORM,
                          "this is no lineage receipt: it is %s", service_file_words(kind));
}

/* For whoever verified the log himself. */
static zkl_status lineage_of_target(zkl_lineage_result *out, zkl_ledger *ledger,
                                    const zkl_lineage_target *target, bool verified,
                                    const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(log_scan) s = { .ledger = ledger, .env = env, .err = err };
    found_lineage found;
    *out = (zkl_lineage_result){ .is_verified = verified };
    const zkl_status status = find_lineage(&found, &out->memory, &s, target, false);
    out->lineage = found.lineage;
    return dropped(out, status);
}

zkl_status service_lineage_whole(zkl_lineage_result *out, zkl_ledger *ledger, bool verified,
                                 const zkl_env *env, zkl_error *err)
{
    const zkl_lineage_target all = { .is_whole = true };
    return lineage_of_target(out, ledger, &all, verified, env, err);
}

zkl_status service_lineage_version(zkl_lineage_result *out, zkl_ledger *ledger,
                                   const zkl_dataset_version *version, bool verified,
                                   const zkl_env *env, zkl_error *err)
{
    const zkl_lineage_target target = { .name = version->name, .version = version->version };
    return lineage_of_target(out, ledger, &target, verified, env, err);
}

static zkl_status verify_file(zkl_lineage_result *out, zkl_ledger *handle, zkl_bytes file,
                              zkl_bytes trust_text, const zkl_env *env, zkl_error *err)
{
    service_trusted trusted = { 0 };
    ZKL_TRY(check_is_lineage(file, err));
    zkl_status status = service_trusted_take(&trusted, trust_text, handle, env, err);
    if (status == ZKL_OK)
        status = verify_with(out, file, trusted.trust, trusted.ledger, false,
                             env || !trusted.ledger ? env : zkl_ledger_env(trusted.ledger), err);
    service_trusted_clear(&trusted);
    return status;
}

zkl_status zkl_verify_lineage(zkl_lineage_result *out, zkl_ledger *ledger, zkl_bytes file,
                              zkl_bytes trust, const zkl_env *env, zkl_error *err)
{
    *out = (zkl_lineage_result){ 0 };
    return dropped(out, verify_file(out, ledger, file, trust, env, err));
}
