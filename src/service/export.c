/* export: what leaves a ledger. Each format is a module (service/export_format.h); here is what
 * they have in common.
 *
 * Every file goes through service/output.h, which refuses to overwrite what it does not know. */
#include "base/arena.h"
#include "service/export_declared.h"
#include "service/output.h"

static const struct {
    const char *name;
    bool is_secret;
    const export_module *module;
} formats[ZKL_EXPORT_FORMAT_COUNT] = {
#define ZKL_EXPORT_ROW(constant, module, name, is_secret, about)                                   \
    { name, is_secret, &service_export_##module },
    ZKL_EXPORT_FORMATS(ZKL_EXPORT_ROW)
#undef ZKL_EXPORT_ROW
};

/* The names stand in configuration, options and --json: one table for all. */
const char *zkl_export_format_name(zkl_export_format format)
{
    return (unsigned)format < ZKL_EXPORT_FORMAT_COUNT ? formats[format].name : "";
}

const zkl_export_kind *zkl_export_kind_of(zkl_export_format format)
{
    return (unsigned)format < ZKL_EXPORT_FORMAT_COUNT ? &formats[format].module->kind : NULL;
}

bool zkl_export_is_secret(zkl_export_format format)
{
    return (unsigned)format < ZKL_EXPORT_FORMAT_COUNT && formats[format].is_secret;
}

void zkl_export_formats_configured(zkl_export_format *out, size_t *count, const zkl_ledger *ledger)
{
    const zkl_config *config = zkl_ledger_config(ledger);
    *count = 0; /* none stands twice, so *out has room */
    for (size_t i = 0; i < config->format_count; i++)
        for (size_t f = 0; f < ZKL_EXPORT_FORMAT_COUNT; f++)
            if (strcmp(config->formats[i], formats[f].name) == 0)
                out[(*count)++] = (zkl_export_format)f;
    if (!*count) /* those that are there are of reports */
        out[(*count)++] = ZKL_EXPORT_RECEIPT;
}

/* The file of one format. The data key is for its owner's eyes: nobody else may read such a
 * file. */
static zkl_status export_file(uint64_t *byte_count, const export_module *module,
                              const zkl_export_request *request, const export_source *source,
                              zkl_error *err)
{
    ZKL_ASSERT(!module->kind.is_folder);
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    ZKL_ASSERT(module->make_file);
    ZKL_TRY(module->make_file(&out, source, err));
    const service_output target = { .path = request->output,
                                    .mode = zkl_export_is_secret(request->format) ? 0600 : 0644,
                                    .force = request->force,
                                    .is_same = module->is_same,
                                    .find_lost = module->find_lost };
    ZKL_TRY(service_output_write(&target, zkl_buffer_bytes(&out), err));
    *byte_count = out.size;
    return ZKL_OK;
}

/* Before anything is opened or read. */
static zkl_status check_request(const export_module *module, const zkl_export_request *request,
                                zkl_error *err)
{
    if (request->chunks && !module->takes_chunks)
        return zkl_fail(err, ZKL_USAGE, "chunks are chosen of a data key alone");
    if ((request->from || request->to) && !module->takes_from)
        return zkl_fail(err, ZKL_USAGE, "checkpoints are said of a consistency file alone");
    if (request->file_count && !request->chunks)
        return zkl_fail(err, ZKL_USAGE, "data are read for a data key of chosen chunks alone");
    if (request->signing_key && !module->takes_signing_key)
        return zkl_fail(err, ZKL_USAGE, "this format is not signed by a key of yours");
    return ZKL_OK;
}

/* Nothing that is read is written over. */
static zkl_status check_apart(const zkl_export_request *request, zkl_error *err)
{
    const char *const read[] = { request->declared_file, request->signing_key, request->from };
    for (size_t i = 0; i < ZKL_COUNT(read); i++)
        if (read[i])
            ZKL_TRY(service_output_outside(request->output, &read[i], 1, NULL, err));
    /* A data key may be written over itself, which the writing finds out. */
    return zkl_export_is_secret(request->format)
               ? ZKL_OK
               : service_output_apart(request->output, NULL, 0, NULL, err);
}

/* Refusals, then the view, then the module of the format. */
zkl_status zkl_export(uint64_t *byte_count, zkl_ledger *handle, const zkl_export_request *request,
                      const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_dataset_version version;
    service_files files;
    const zkl_fact *declared;
    size_t declared_count;
    *byte_count = 0;
    if ((unsigned)request->format >= ZKL_EXPORT_FORMAT_COUNT)
        return zkl_fail(err, ZKL_USAGE, "no such format");
    const export_module *module = formats[request->format].module;
    /* A module makes a file or a folder, and not both (service/export_format.h). */
    ZKL_ASSERT(!module->make_file == module->kind.is_folder);
    ZKL_ASSERT(!module->make_folder != module->kind.is_folder);
    /* Refusals that need no ledger come first. */
    ZKL_TRY(check_request(module, request, err));
    ZKL_TRY(export_declared_gather(&declared, &declared_count, &arena, module, request, err));
    if (module->kind.is_folder)
        ZKL_TRY(service_check_folder_name(request->output, err));
    ZKL_TRY(service_expand_files(&files, &arena, request->files, request->file_count, err));
    ZKL_TRY(service_output_outside(request->output, files.names, files.count,
                                   zkl_ledger_folder(handle), err));
    ZKL_TRY(check_apart(request, err));
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    export_source source = { .handle = handle,
                             .ledger = ledger,
                             .request = request,
                             .env = env ? env : zkl_ledger_env(handle),
                             .declared = declared,
                             .declared_count = declared_count };
    if (!module->kind.is_of_log) {
        ZKL_TRY(service_find(&version, &arena, ledger, request->reference, err));
        source.version = &version;
    }
    return module->kind.is_folder
               ? module->make_folder(request->output, request->force, &source, err)
               : export_file(byte_count, module, request, &source, err);
}
