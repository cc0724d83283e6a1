/* Several operations, one after the other: each is zkl_transform over tables that were given or
 * made before. All of them are checked before the first is run, as far as that goes without the
 * rows. What a step recorded stays when a later one fails. */
#include <string.h>

#include "base/file.h"
#include "service/claimed.h"
#include "service/output.h"
#include "service/pipeline_steps.h"
#include "service/spools.h"
#include "service/workbench.h"

#include <zkl/transform.h>

#define STEPS_BYTES_MAX ((size_t)1 << 20)

typedef struct pipeline {
    const zkl_pipeline_request *request;
    zkl_pipeline_result *out;
    zkl_ledger *handle;
    const zkl_env *env;
    zkl_arena memory;
    pipeline_steps steps;
    /* Versions of the tables that were given. */
    service_version *versions;
    size_t given;
    /* By place: those that were given, then the results. Both have as many. */
    pipeline_table *tables;
    zkl_with_dataset *data;
} pipeline;

static void pipeline_clear(pipeline *p)
{
    for (size_t i = 0; p->versions && i < p->given; i++)
        zkl_arena_clear(&p->versions[i].memory);
    pipeline_steps_clear(&p->steps);
    zkl_arena_clear(&p->memory);
}

/* ---- Before the first step. */

static zkl_status check_request(const zkl_pipeline_request *request, zkl_error *err)
{
    ZKL_TRY(service_check_leaf_blocks(request->leaf_blocks_max, err));
    if (!request->reference)
        return zkl_fail(err, ZKL_USAGE, "no source given");
    if (!request->steps_file)
        return zkl_fail(err, ZKL_USAGE, "no file of steps given");
    return ZKL_OK;
}

static zkl_status read_steps(pipeline *p, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const char *path = p->request->steps_file;
    ZKL_TRY(zkl_file_read(&text, path, STEPS_BYTES_MAX, err));
    const zkl_status status = pipeline_steps_parse(&p->steps, zkl_buffer_bytes(&text), err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", path);
}

static zkl_status make_room(pipeline *p, zkl_error *err)
{
    const size_t given = 1 + p->request->with_count, count = given + p->steps.count;
    p->versions = ZKL_ARENA_NEW(&p->memory, service_version, given);
    p->tables = ZKL_ARENA_NEW(&p->memory, pipeline_table, count);
    p->data = ZKL_ARENA_NEW(&p->memory, zkl_with_dataset, count);
    p->out->steps = ZKL_ARENA_NEW(&p->out->memory, zkl_transform_result, p->steps.count);
    if (!p->versions || !p->tables || !p->data || !p->out->steps)
        return zkl_no_memory(err, count * sizeof *p->tables);
    p->given = given;
    p->data[0] =
        (zkl_with_dataset){ p->request->reference, p->request->files, p->request->file_count };
    for (size_t i = 1; i < given; i++)
        p->data[i] = p->request->with[i - 1];
    return ZKL_OK;
}

/* A step that needs it is perhaps the last one. */
static zkl_status check_spool(const pipeline *p, size_t at, zkl_error *err)
{
    const service_spool_id id = { .folder = zkl_ledger_folder(p->handle),
                                  .ledger = *zkl_ledger_own_id(p->handle),
                                  .dataset = p->versions[at].found.dataset };
    const zkl_status status = p->data[at].file_count ? ZKL_OK : service_spool_check_kept(&id, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", p->data[at].reference);
}

/* Columns are those of the manifests. */
static zkl_status find_given(pipeline *p, zkl_error *err)
{
    ZKL_AUTO_CLEAR(service_desk) desk = { 0 };
    ZKL_TRY(service_desk_open(&desk, p->handle, true, p->env, err));
    for (size_t i = 0; i < p->given; i++) {
        service_version *version = &p->versions[i];
        ZKL_TRY(service_version_find(version, desk.ledger, p->data[i].reference, err));
        ZKL_TRY(check_spool(p, i, err));
        p->tables[i] = (pipeline_table){ p->data[i].reference, &version->manifest.schema };
    }
    return ZKL_OK;
}

/* No step replaces what is read. */
static zkl_status check_place(const pipeline *p, const pipeline_step *step, zkl_error *err)
{
    ZKL_TRY(workbench_check_place(step->output, step->is_made, p->request->force, err));
    if (step->is_made)
        return ZKL_OK;
    ZKL_TRY(service_output_has_place(step->output, err));
    for (size_t i = 0; i < p->given; i++)
        ZKL_TRY(service_output_apart(step->output, p->data[i].files, p->data[i].file_count,
                                     zkl_ledger_folder(p->handle), err));
    return ZKL_OK;
}

static zkl_status check_steps(pipeline *p, zkl_error *err)
{
    ZKL_TRY(find_given(p, err));
    ZKL_TRY(pipeline_steps_check(&p->steps, p->tables, p->given, err));
    for (size_t i = 0; i < p->steps.count; i++) {
        const zkl_status status = check_place(p, &p->steps.items[i], err);
        if (status != ZKL_OK)
            return pipeline_fail(err, status, &p->steps, i);
    }
    return ZKL_OK;
}

/* ---- The steps. */

/* What a step made is a table of those behind it. */
static zkl_status keep_result(pipeline *p, size_t at, zkl_error *err)
{
    const pipeline_step *step = &p->steps.items[at];
    const zkl_notarize_result *made = &p->out->steps[at].made;
    const char *reference = zkl_arena_format(&p->memory, "%s@%u", made->name, made->version);
    if (!reference)
        return zkl_no_memory(err, 0);
    p->data[p->given + at] = (zkl_with_dataset){ reference, &step->output, 1 };
    return ZKL_OK;
}

static zkl_status run_step(pipeline *p, size_t at, zkl_error *err)
{
    const pipeline_step *step = &p->steps.items[at];
    zkl_with_dataset with[PIPELINE_WITH_MAX];
    const zkl_with_dataset *source = &p->data[step->sources[0]];
    for (size_t i = 0; i < step->with_count; i++)
        with[i] = p->data[step->sources[1 + i]];
    zkl_transform_request request = { .reference = source->reference,
                                      .files = source->files,
                                      .file_count = source->file_count,
                                      .with = with,
                                      .with_count = step->with_count,
                                      .operation = step->operation,
                                      .seed = step->seed,
                                      .name = step->name,
                                      .output = step->output,
                                      .is_made = step->is_made,
                                      .receipt_path = step->receipt,
                                      .force = p->request->force,
                                      .leaf_blocks_max = p->request->leaf_blocks_max };
    if (step->sources[0] == 0)
        request.reading = p->request->reading;
    p->out->step_count = at + 1;
    ZKL_TRY(zkl_transform(&p->out->steps[at], p->handle, &request, p->env, err));
    return keep_result(p, at, err);
}

static zkl_status run_steps(pipeline *p, zkl_error *err)
{
    for (size_t i = 0; i < p->steps.count; i++) {
        const zkl_status status = run_step(p, i, err);
        if (status != ZKL_OK) {
            p->out->failed = i + 1;
            p->out->problems = p->out->steps[i].made;
            return pipeline_fail(err, status, &p->steps, i);
        }
    }
    return ZKL_OK;
}

static zkl_status pipeline_run(pipeline *p, zkl_error *err)
{
    ZKL_TRY(check_request(p->request, err));
    ZKL_TRY(read_steps(p, err));
    ZKL_TRY(make_room(p, err));
    ZKL_TRY(check_steps(p, err));
    p->out->planned = p->steps.count;
    p->out->is_dry_run = p->request->dry_run;
    return p->request->dry_run ? ZKL_OK : run_steps(p, err);
}

zkl_status zkl_transform_pipeline(zkl_pipeline_result *out, zkl_ledger *ledger,
                                  const zkl_pipeline_request *request, const zkl_env *env,
                                  zkl_error *err)
{
    *out = (zkl_pipeline_result){ 0 };
    ZKL_AUTO_CLEAR(pipeline)
    p = {
        .request = request, .out = out, .handle = ledger, .env = env ? env : zkl_ledger_env(ledger)
    };
    const zkl_status status = pipeline_run(&p, err);
    for (size_t i = 0; i < out->step_count; i++)
        zkl_arena_join(&out->memory, &out->steps[i].memory);
    return status;
}
