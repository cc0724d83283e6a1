/* audit: the whole log verified, told as a model, written as files, and logged when asked for.
 *
 *  1. A walker reads the store from its first entry on, with nothing that the handle has in memory.
 *     Model and walk are of that one state of the log.
 *  2. Structure, signatures, references and blobs are verified of every entry. Proofs are verified
 *     of those in the scope, unless the user's memory says that they were before.
 *  3. Files are written also of a log that does not hold, and only then the fault is returned. Such
 *     a log gets no entry. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "ledger/chain.h"
#include "record/ids.h"
#include "report/format.h"
#include "report/remembered.h"
#include "service/output.h"
#include "text/nearest.h"

static const struct {
    const char *name, *ending;
    const report_format *module;
} formats[ZKL_REPORT_FORMAT_COUNT] = {
#define FORMAT_ROW(constant, module, name, ending, about) { name, ending, &report_export_##module },
    ZKL_REPORT_FORMATS(FORMAT_ROW)
#undef FORMAT_ROW
};

const char *zkl_report_format_name(zkl_report_format format)
{
    return (unsigned)format < ZKL_REPORT_FORMAT_COUNT ? formats[format].name : "";
}

const char *zkl_report_format_ending(zkl_report_format format)
{
    return (unsigned)format < ZKL_REPORT_FORMAT_COUNT ? formats[format].ending : "";
}

bool zkl_report_format_find(zkl_report_format *out, const char *name)
{
    for (unsigned i = 0; i < ZKL_REPORT_FORMAT_COUNT; i++)
        if (strcmp(formats[i].name, name) == 0) {
            *out = (zkl_report_format)i;
            return true;
        }
    return false;
}

void zkl_report_formats_configured(zkl_report_format *out, size_t *count, const zkl_ledger *ledger)
{
    const zkl_config *config = zkl_ledger_config(ledger);
    *count = 0;
    for (size_t i = 0; i < config->format_count; i++)
        *count += zkl_report_format_find(&out[*count], config->formats[i]);
    if (!*count)
        out[(*count)++] = ZKL_REPORT_HTML;
}

/* ---- What is asked. */

static zkl_status fail_kind(const char *name, const zkl_nearest *nearest, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) known = { 0 };
    char hint[ZKL_NEAREST_HINT_BYTES];
    zkl_nearest_hint(hint, nearest);
    for (unsigned kind = 0; kind < ZKL_ENTRY_KIND_COUNT; kind++)
        zkl_buffer_format(&known, "%s%s", kind ? ", " : "",
                          zkl_entry_kind_name((zkl_entry_kind)kind));
    ZKL_TRY(zkl_buffer_status(&known, err));
    return zkl_fail(err, ZKL_USAGE, "'%.64s' is no kind of entries%s; there are %.*s", name, hint,
                    (int)known.size, (const char *)known.data);
}

/* By the word that people are shown: `revoke` is of versions too, whose kind is `withdraw`. */
static zkl_status read_kind(report_scope *out, const char *name, zkl_error *err)
{
    zkl_nearest nearest = zkl_nearest_to(zkl_bytes_of_text(name));
    bool found = false;
    for (unsigned kind = 0; kind < ZKL_ENTRY_KIND_COUNT; kind++) {
        const char *known = zkl_entry_kind_name((zkl_entry_kind)kind);
        zkl_nearest_try(&nearest, zkl_bytes_of_text(known));
        if (strcmp(known, name) == 0 || strcmp(report_kind_word(known), name) == 0)
            out->kinds[kind] = out->has_kinds = found = true;
    }
    return found ? ZKL_OK : fail_kind(name, &nearest, err);
}

static zkl_status read_scope(report_scope *out, const zkl_audit_request *request, zkl_error *err)
{
    *out = (report_scope){ .reference = request->reference,
                           .until_ms = INT64_MAX,
                           .since = request->since,
                           .until = request->until };
    if (request->reference)
        ZKL_TRY(zkl_dataset_ref_parse(&out->name, &out->version,
                                      zkl_bytes_of_text(request->reference), err));
    if (request->since)
        ZKL_TRY(service_time(&out->since_ms, request->since, false, err));
    if (request->until)
        ZKL_TRY(service_time(&out->until_ms, request->until, true, err));
    for (size_t i = 0; i < request->kind_count; i++)
        ZKL_TRY(read_kind(out, request->kinds[i], err));
    return ZKL_OK;
}

static zkl_status check_request(const zkl_audit_request *request, const zkl_ledger *handle,
                                zkl_error *err)
{
    struct stat st;
    const bool is_stdout = request->output && strcmp(request->output, "-") == 0;
    if (!request->format_count)
        return request->notarize ? zkl_fail(err, ZKL_USAGE,
                                            "nothing is written: what is to be "
                                            "logged?")
                                 : ZKL_OK;
    if (!request->output)
        return zkl_fail(err, ZKL_USAGE, "where to? an output is missing");
    for (size_t i = 0; i < request->format_count; i++) {
        if ((unsigned)request->formats[i] >= ZKL_REPORT_FORMAT_COUNT)
            return zkl_fail(err, ZKL_USAGE, "an unknown format of reports");
        for (size_t k = 0; k < i; k++)
            if (request->formats[i] == request->formats[k])
                return zkl_fail(err, ZKL_USAGE, "format '%s' is asked for twice",
                                zkl_report_format_name(request->formats[i]));
    }
    if (is_stdout && (request->format_count > 1 || request->notarize))
        return zkl_fail(err, ZKL_USAGE, "standard output takes one format, and is not logged");
    ZKL_TRY(service_output_apart(request->output, NULL, 0, zkl_ledger_folder(handle), err));
    if (request->format_count > 1 && stat(request->output, &st) == 0 && !S_ISDIR(st.st_mode))
        return zkl_fail(err, ZKL_USAGE, "'%s' is no folder: %zu formats are written into one",
                        request->output, request->format_count);
    return ZKL_OK;
}

/* ---- Walking. */

typedef struct audit {
    zkl_arena arena;
    const zkl_audit_request *request;
    zkl_ledger *ledger; /* the walker */
    const zkl_env *env;
    report_scope scope;
    report_remembered remembered;
    report_verdict *verdicts;
    uint64_t size;
    zkl_digest *leaves; /* of the entries that were walked */
    uint64_t leaf_count;
    report_model model;
    bool failed; /* no memory */
} audit;

static void audit_clear(audit *a)
{
    report_remembered_clear(&a->remembered);
    zkl_arena_clear(&a->model.memory);
    zkl_arena_clear(&a->arena);
}

static bool skips_proofs(void *context, uint64_t index, const zkl_entry *entry,
                         const zkl_digest *leaf)
{
    audit *a = context;
    ZKL_ASSERT(index < a->size);
    if (!report_scope_has(&a->scope, entry))
        return true;
    a->verdicts[index].was_remembered = report_remembered_has(&a->remembered, leaf);
    return a->verdicts[index].was_remembered;
}

static void judged(void *context, uint64_t index, const zkl_digest *leaf, const zkl_error *fault,
                   size_t proof_count)
{
    audit *a = context;
    ZKL_ASSERT(index < a->size);
    report_verdict *v = &a->verdicts[index];
    v->state = fault ? REPORT_BROKEN : REPORT_VERIFIED;
    v->leaf = *leaf;
    a->leaves[index] = *leaf;
    a->leaf_count = index + 1;
    if (fault) {
        v->fault = zkl_arena_text(&a->arena, fault->text, strlen(fault->text));
        a->failed = a->failed || !v->fault;
    } else if (proof_count)
        report_remembered_add(&a->remembered, leaf);
}

/* *fault: what the walk ended with; status OK: nothing. Any other failure is of this machine. */
static zkl_status walk(audit *a, zkl_error *fault, zkl_error *err)
{
    zkl_chain_report report = { 0 };
    const zkl_chain_judge judge = { a, skips_proofs, judged };
    const zkl_chain_options options = { .proofs = true, .judge = &judge };
    a->size = zkl_log_size(zkl_ledger_log(a->ledger));
    a->verdicts = ZKL_ARENA_NEW(&a->arena, report_verdict, (size_t)a->size);
    a->leaves = ZKL_ARENA_NEW(&a->arena, zkl_digest, (size_t)a->size);
    if (!a->verdicts || !a->leaves)
        return zkl_no_memory(err, (size_t)a->size * sizeof *a->verdicts);
    report_remembered_open(&a->remembered, a->request->cache, zkl_ledger_own_id(a->ledger),
                           zkl_ledger_powers_hash(a->ledger), a->request->fresh);
    const zkl_status status = zkl_ledger_verify_chain(a->ledger, &options, &report, fault);
    report_remembered_save(&a->remembered);
    zkl_ledger_use_leaves(a->ledger, a->leaves, a->leaf_count);
    if (status == ZKL_NO_MEMORY || a->failed)
        return zkl_no_memory(err, 0);
    if (status != ZKL_OK && status != ZKL_REJECTED)
        return zkl_fail_as(err, status, fault);
    /* The tree broke at an entry before it was judged: it is that one's fault. */
    report_verdict *bad = report.bad_index < a->size ? &a->verdicts[report.bad_index] : NULL;
    if (status != ZKL_OK && bad && bad->state == REPORT_UNCHECKED) {
        bad->state = REPORT_BROKEN;
        bad->fault = zkl_arena_text(&a->arena, fault->text, strlen(fault->text));
        if (!bad->fault)
            return zkl_no_memory(err, 0);
    }
    return ZKL_OK;
}

static zkl_status check_found(const audit *a, zkl_error *err)
{
    return a->scope.reference && !a->model.entry_count
               ? zkl_fail_hint(err, ZKL_NOT_FOUND, ZKL_HINT_LIST_LOG,
                               "no entry of the log is about '%s'%s", a->scope.reference,
                               a->scope.has_kinds || a->scope.since || a->scope.until
                                   ? ", of these kinds and that time"
                                   : "")
               : ZKL_OK;
}

/* ---- Writing. */

/* Is what lies there a report of this ledger in the same format? Each begins alike, and names the
 * ledger. */
static bool is_own_report(const char *path, zkl_bytes content, const zkl_digest *ledger)
{
    ZKL_AUTO_CLEAR(zkl_buffer) existing = { 0 };
    zkl_error none = { 0 };
    char hex[65];
    struct stat st;
    zkl_hex_encode(hex, ledger->bytes, 32);
    if (strcmp(path, "-") == 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
        zkl_file_read(&existing, path, (size_t)1 << 30, &none) != ZKL_OK)
        return false;
    return existing.size >= 8 && content.size >= 8 && memcmp(existing.data, content.data, 8) == 0 &&
           memmem(existing.data, existing.size, hex, 64) != NULL;
}

static zkl_status write_format(zkl_audit_file *out, audit *a, zkl_arena *memory,
                               zkl_report_format format, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    const zkl_audit_request *r = a->request;
    const char *path = r->format_count > 1 ? zkl_arena_format(memory, "%s/audit%s", r->output,
                                                              formats[format].ending)
                                           : zkl_arena_text(memory, r->output, strlen(r->output));
    if (!path)
        return zkl_no_memory(err, 0);
    ZKL_TRY(zkl_env_progress(a->env, "writing the report", format, ZKL_REPORT_FORMAT_COUNT, err));
    ZKL_TRY(formats[format].module->put(&content, &a->model, a->env, err));
    ZKL_TRY(zkl_buffer_status(&content, err));
    const zkl_bytes bytes = zkl_buffer_bytes(&content);
    const service_output output = { .path = path,
                                    .mode = 0644,
                                    .force =
                                        r->force || is_own_report(path, bytes, &a->model.ledger) };
    ZKL_TRY(service_output_write(&output, bytes, err));
    *out = (zkl_audit_file){ .format = format, .path = path, .byte_count = content.size };
    zkl_sha256(&out->sha256, content.data, content.size);
    return ZKL_OK;
}

static zkl_status write_files(zkl_audit_result *out, audit *a, zkl_error *err)
{
    const zkl_audit_request *r = a->request;
    zkl_audit_file *files = ZKL_ARENA_NEW(&out->memory, zkl_audit_file, r->format_count);
    if (!files)
        return zkl_no_memory(err, r->format_count * sizeof *files);
    out->files = files;
    if (r->format_count > 1)
        ZKL_TRY(zkl_folder_make(r->output, 0755, err));
    for (size_t i = 0; i < r->format_count; i++, out->file_count++)
        ZKL_TRY(write_format(&files[i], a, &out->memory, r->formats[i], err));
    return ZKL_OK;
}

/* ---- Logging. */

static zkl_bytes last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return zkl_bytes_of_text(slash ? slash + 1 : path);
}

static zkl_status log_files(zkl_audit_result *out, zkl_ledger *handle, const audit *a,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
    zkl_entry_file files[ZKL_REPORT_FORMAT_COUNT];
    for (size_t i = 0; i < out->file_count; i++)
        files[i] = (zkl_entry_file){ last_part(out->files[i].path), out->files[i].sha256 };
    const zkl_entry entry = { .kind = ZKL_ENTRY_REPORT,
                              .ledger = a->model.ledger,
                              .time_ms = zkl_env_now_ms(a->env),
                              .report = { .size = a->model.tree_size,
                                          .root = a->model.root,
                                          .files = files,
                                          .file_count = out->file_count } };
    ZKL_TRY(zkl_change_init(&change, handle, a->env, err));
    ZKL_TRY(zkl_change_add_entry(&change, &entry, 0, err));
    ZKL_TRY(zkl_change_place(&change, a->env, err));
    out->is_notarized = true;
    out->report_index = change.entries[0].index;
    out->receipt_id = change.entries[0].receipt_id;
    return ZKL_OK;
}

/* ---- All of it. */

static zkl_status tell_faults(zkl_audit_result *out, const report_model *m, zkl_error *err)
{
    zkl_audit_fault *faults = ZKL_ARENA_NEW(&out->memory, zkl_audit_fault, m->broken_count);
    if (!faults)
        return zkl_no_memory(err, m->broken_count * sizeof *faults);
    for (size_t i = 0; i < m->entry_count; i++)
        if (m->entries[i].state == REPORT_BROKEN)
            faults[out->fault_count++] = (zkl_audit_fault){ .index = m->entries[i].index,
                                                            .kind = m->entries[i].kind,
                                                            .what = m->entries[i].what,
                                                            .fault = m->entries[i].fault };
    out->faults = faults;
    return ZKL_OK;
}

static zkl_status tell(zkl_audit_result *out, audit *a, zkl_error *err)
{
    const report_model *m = &a->model;
    out->origin = m->origin;
    out->ledger = m->ledger;
    out->root = m->root;
    out->tree_size = m->tree_size;
    out->entry_count = m->entry_count;
    out->verified_count = m->verified_count;
    out->broken_count = m->broken_count;
    out->unchecked_count = m->unchecked_count;
    out->dataset_count = m->version_count;
    out->revoked_count = m->revoked_count;
    out->claim_count = m->claim_count;
    out->proof_count = m->proof_count;
    out->remembered_count = m->remembered_count;
    out->is_development = m->is_development;
    out->log_fault = m->log_fault;
    out->newest = zkl_arena_text(&a->model.memory, m->newest, strlen(m->newest));
    if (!out->newest)
        return zkl_no_memory(err, 0);
    ZKL_TRY(tell_faults(out, m, err));
    zkl_arena_join(&out->memory, &a->model.memory);
    return ZKL_OK;
}

static zkl_status audit_steps(zkl_audit_result *out, audit *a, zkl_ledger *handle, zkl_error *err)
{
    zkl_error fault = { 0 };
    ZKL_TRY(check_request(a->request, handle, err));
    ZKL_TRY(read_scope(&a->scope, a->request, err));
    ZKL_TRY(walk(a, &fault, err));
    a->model.pictures = a->request->pictures == ZKL_PICTURES_CONFIGURED
                            ? zkl_ledger_config(handle)->include_visualizations
                            : a->request->pictures == ZKL_PICTURES_YES;
    a->model.kinds = a->request->kinds;
    a->model.kind_count = a->request->kind_count;
    ZKL_TRY(report_model_fill(&a->model, a->ledger, &a->scope, a->verdicts,
                              fault.status == ZKL_OK ? NULL : fault.text, a->env, err));
    ZKL_TRY(check_found(a, err));
    if (a->request->format_count)
        ZKL_TRY(write_files(out, a, err));
    ZKL_TRY(tell(out, a, err));
    if (fault.status != ZKL_OK)
        return zkl_fail_as(err, ZKL_REJECTED, &fault);
    return a->request->notarize ? log_files(out, handle, a, err) : ZKL_OK;
}

zkl_status zkl_audit(zkl_audit_result *out, zkl_ledger *handle, const zkl_audit_request *request,
                     const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(audit) a = { .request = request };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL; /* borrows from it, and is closed first */
    *out = (zkl_audit_result){ 0 };
    ZKL_TRY(zkl_ledger_walker(&ledger, handle, env, err));
    a.ledger = ledger;
    a.env = zkl_ledger_env(ledger);
    const zkl_status status = audit_steps(out, &a, handle, err);
    if (status == ZKL_OK || (status == ZKL_REJECTED && out->origin))
        return status;
    zkl_arena_clear(&out->memory);
    *out = (zkl_audit_result){ 0 };
    return status;
}
