/* A workbench: what every operation on data does before and after its own query. */
#include "service/workbench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "service/output.h"
#include "service/provenance.h"
#include "service/sources.h"
#include "table/table_text.h"

/* What a failure leaves, and a folder that is empty now. */
static void remove_file(workbench_file *file)
{
    if (!file->folder.path)
        return;
    if (file->path && !file->folder.is_held)
        (void)unlink(file->path); /* gone already, when it was kept */
    scratch_folder_clear(&file->folder);
}

void workbench_clear(workbench *bench)
{
    for (size_t i = 0; i < bench->file_count; i++)
        remove_file(&bench->files[i]);
    if (bench->engine)
        bench->ops->close(bench->engine);
    service_claimed_list_clear(&bench->list);
    service_desk_clear(&bench->desk);
    *bench = (workbench){ 0 };
}

zkl_status workbench_seed(char out[static 65], const char *given, const zkl_env *env,
                          zkl_error *err)
{
    uint8_t bytes[32];
    if (!given)
        ZKL_TRY(zkl_env_random(env, bytes, sizeof bytes, err));
    else if (!zkl_hex_decode(bytes, sizeof bytes, given, strlen(given)))
        return zkl_fail(err, ZKL_USAGE, "the seed is not 64 lower-case hex digits");
    zkl_hex_encode(out, bytes, sizeof bytes);
    zkl_wipe(bytes, sizeof bytes); /* that of tokens is secret */
    return ZKL_OK;
}

/* ---- Sources. */

static zkl_status find_source(workbench *bench, size_t at, const workbench_source *source,
                              zkl_error *err)
{
    service_claimed *c = &bench->list.items[at];
    if (!source->reference)
        return zkl_fail(err, ZKL_USAGE, "of every source its name is needed");
    c->request = (zkl_verify_data_request){ .reference = source->reference,
                                            .files = source->files,
                                            .file_count = source->file_count };
    if (source->reading)
        c->request.reading = *source->reading;
    service_claimed_begin(c, bench->handle, bench->env);
    ZKL_TRY(service_version_find(&c->version, bench->desk.ledger, source->reference, err));
    /* Deriving is how people get from what was revoked to what is right, so it is only said. */
    ZKL_TRY(service_warn_revoked(&c->version.about, source->reference, bench->desk.ledger, err));
    return zkl_ledger_setup(bench->desk.ledger, &c->data.setup, err);
}

static zkl_status read_source(workbench *bench, size_t at, zkl_error *err)
{
    service_claimed *c = &bench->list.items[at];
    const zkl_dataset_version *found = &c->version.found;
    ZKL_TRY(service_claimed_read(c, &bench->desk, err));
    const char *reference = zkl_arena_format(&bench->list.memory, "%.*s@%u", (int)found->name.size,
                                             (const char *)found->name.data, found->version);
    if (!reference)
        return zkl_no_memory(err, found->name.size);
    bench->sources[at] =
        (transform_source){ reference, &c->version.manifest.schema, c->version.manifest.row_count };
    return ZKL_OK;
}

zkl_status workbench_open(workbench *out, zkl_ledger *handle, const workbench_source *sources,
                          size_t count, const zkl_env *env, zkl_error *err)
{
    *out = (workbench){ .handle = handle, .env = env };
    out->list.items = ZKL_ARENA_NEW(&out->list.memory, service_claimed, count);
    out->sources = ZKL_ARENA_NEW(&out->list.memory, transform_source, count);
    if (!out->list.items || !out->sources)
        return zkl_no_memory(err, count * sizeof *out->list.items);
    out->list.count = count;
    ZKL_TRY(service_desk_open(&out->desk, handle, false, env, err));
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(find_source(out, i, &sources[i], err));
    ZKL_TRY(service_claimed_check_different(&out->list, err));
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(read_source(out, i, err));
    return ZKL_OK;
}

/* ---- Files. */

zkl_status workbench_check_place(const char *output, bool is_made, bool force, zkl_error *err)
{
    struct stat st;
    const bool is_there = stat(output, &st) == 0;
    if (strcmp(output, "-") == 0)
        return zkl_fail(err, ZKL_USAGE, "the result goes to a file, not to standard output");
    if (is_made && !is_there)
        return zkl_fail_errno(err, "open", output);
    if (!is_made && is_there && !force)
        return zkl_fail_hint(err, ZKL_CONFLICT, ZKL_HINT_FORCE_OR_OTHER_NAME,
                             "'%s' is there already", output);
    return ZKL_OK;
}

zkl_status workbench_check_receipt(const char *receipt_path, const char *const *outputs,
                                   size_t output_count, const char *const *files, size_t file_count,
                                   zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    service_files expanded;
    if (!receipt_path)
        return ZKL_OK;
    ZKL_TRY(service_expand_files(&expanded, &arena, files, file_count, err));
    for (size_t i = 0; i < output_count; i++)
        if (service_output_is_same(receipt_path, outputs[i]))
            return zkl_fail(err, ZKL_USAGE, "'%s' would be both the result and its receipt",
                            receipt_path);
    return service_check_receipt_apart(receipt_path, &expanded, outputs, output_count, NULL, err);
}

/* In a folder of its own beside its place, under its own name, which the manifest will have.
 * Readable by the owner alone: it is the data. */
static zkl_status begin_file(workbench *bench, workbench_file *file, zkl_error *err)
{
    const char *slash = strrchr(file->output, '/'), *name = slash ? slash + 1 : file->output;
    scratch_folders_sweep(file->output, zkl_ledger_notice(bench->handle));
    ZKL_TRY(scratch_folder_make(&file->folder, &bench->list.memory, file->output, err));
    file->path = zkl_arena_format(&bench->list.memory, "%s/%s", file->folder.path, name);
    if (!file->path)
        return zkl_no_memory(err, strlen(file->output));
    return zkl_file_write(file->path, (zkl_bytes){ 0 }, 0600, err);
}

/* A result takes no source's place, nor one in the ledger, whatever is forced. */
static zkl_status check_apart(const workbench *bench, const char *output, zkl_error *err)
{
    ZKL_TRY(service_output_has_place(output, err));
    for (size_t i = 0; i < bench->list.count; i++)
        ZKL_TRY(service_output_apart(output, bench->list.items[i].data.files,
                                     bench->list.items[i].data.file_count,
                                     zkl_ledger_folder(bench->handle), err));
    return ZKL_OK;
}

zkl_status workbench_add_files(workbench *bench, const char *const *outputs, size_t count,
                               bool is_made, bool force, zkl_error *err)
{
    ZKL_ASSERT(!bench->file_count);
    bench->files = ZKL_ARENA_NEW(&bench->list.memory, workbench_file, count);
    if (!bench->files)
        return zkl_no_memory(err, count * sizeof *bench->files);
    bench->file_count = count;
    for (size_t i = 0; i < count; i++) {
        const zkl_file_seen seen = force ? zkl_file_look(outputs[i]) : (zkl_file_seen){ 0 };
        if (!is_made)
            ZKL_TRY(check_apart(bench, outputs[i], err));
        bench->files[i] =
            (workbench_file){ .output = outputs[i], .path = outputs[i], .seen = seen };
        if (!is_made)
            ZKL_TRY(begin_file(bench, &bench->files[i], err));
    }
    return ZKL_OK;
}

void workbench_name_outputs(const workbench *bench, zkl_error *err)
{
    for (size_t i = 0; err && i < bench->file_count; i++) {
        const workbench_file *file = &bench->files[i];
        const zkl_error was = *err;
        const char *at = file->folder.path && file->path ? strstr(was.text, file->path) : NULL;
        if (at)
            snprintf(err->text, sizeof err->text, "%.*s%s%s", (int)(at - was.text), was.text,
                     file->output, at + strlen(file->path));
    }
}

zkl_status workbench_hold(workbench *bench, size_t file, zkl_error *err)
{
    scratch_folder *folder = &bench->files[file].folder;
    return folder->path ? scratch_folder_hold(folder, &bench->list.memory, err) : ZKL_OK;
}

/* It is recorded. What came to its place meanwhile stays there, and the rows where they are. */
static zkl_status place_file(workbench_file *f, zkl_error *err)
{
    if (f->folder.path)
        ZKL_TRY(zkl_file_put_over(f->path, f->output, &f->seen, err));
    f->path = f->output;
    f->folder.is_held = false;
    scratch_folder_clear(&f->folder); /* empty now */
    return ZKL_OK;
}

/* Where the file lies from now on, for `status`. The version is recorded whatever comes of this: a
 * failure costs that alone. */
static void note_place(const workbench *bench, const workbench_file *f,
                       const zkl_notarize_result *made)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error why = { 0 };
    struct stat st;
    service_source_file file;
    const char *const path = service_path_from_root(&arena, f->output);
    if (!path || strlen(path) > SERVICE_SOURCES_PATH_BYTES_MAX || stat(path, &st) != 0)
        return;
    file.path = zkl_bytes_of_text(path);
    service_stamp_of(&file.stamp, &st);
    const service_sources sources = { .ledger = *zkl_ledger_own_id(bench->handle),
                                      .dataset = made->dataset,
                                      .name = zkl_bytes_of_text(made->name),
                                      .version = made->version,
                                      .time_ms = zkl_env_now_ms(bench->env),
                                      .arguments = &file.path,
                                      .argument_count = 1,
                                      .files = &file,
                                      .file_count = 1 };
    if (service_sources_save(zkl_ledger_folder(bench->handle), &sources, &why) != ZKL_OK)
        zkl_notice_warn(zkl_ledger_notice(bench->handle), why.text);
}

zkl_status workbench_end(workbench *bench, size_t file, const zkl_notarize_result *made,
                         zkl_status status, zkl_error *err)
{
    workbench_file *f = &bench->files[file];
    if (!zkl_digest_is_zero(&made->receipt_id)) {
        const zkl_status placed = place_file(f, status == ZKL_OK ? err : NULL);
        if (placed == ZKL_OK && made->name)
            note_place(bench, f, made);
        status = status == ZKL_OK ? placed : status;
    }
    return status != ZKL_OK && f->folder.is_held
               ? zkl_wrap(err, status, "the rows stay in the folder '%s'", f->folder.path)
               : status;
}

/* ---- The engine. */

static zkl_status put_row(void *opaque, const zkl_bytes *values, zkl_error *err)
{
    const workbench *bench = opaque;
    return bench->ops->append(bench->engine, values, err);
}

/* Source number `at` as table "s<at>". */
static zkl_status fill_source(workbench *bench, size_t at, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_table *table = bench->list.items[at].data.table;
    const zkl_schema *schema = zkl_table_schema(table);
    zkl_engine_column *columns = ZKL_ARENA_NEW(&arena, zkl_engine_column, schema->column_count);
    char(*types)[TRANSFORM_SQL_TYPE_BYTES] =
        zkl_arena_alloc(&arena, schema->column_count, sizeof *types);
    char name[24];
    if (!columns || !types)
        return zkl_no_memory(err, schema->column_count * sizeof *columns);
    for (size_t i = 0; i < schema->column_count; i++) {
        const zkl_type *type = &schema->columns[i].type;
        columns[i] = (zkl_engine_column){
            .name = service_text(&arena, schema->columns[i].name),
            .type = transform_sql_type(types[i], type),
            .is_binary = type->kind == ZKL_TYPE_BINARY16 || type->kind == ZKL_TYPE_BINARY32,
        };
        if (!columns[i].name)
            return zkl_no_memory(err, 0);
    }
    snprintf(name, sizeof name, "s%zu", at);
    ZKL_TRY(bench->ops->create(bench->engine, name, columns, schema->column_count, err));
    ZKL_TRY(zkl_table_each_row(table, put_row, bench, bench->env, err));
    return bench->ops->finish(bench->engine, err);
}

/* A view without the number of the row, under the dataset's name: for queries of people. */
static zkl_status name_source(workbench *bench, size_t at, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    zkl_buffer_put_text(&sql, "CREATE VIEW ");
    zkl_engine_put_name(&sql, bench->list.items[at].version.found.name);
    zkl_buffer_format(&sql, " AS SELECT * EXCLUDE (zkl_row) FROM s%zu ORDER BY zkl_row", at);
    zkl_buffer_put_u8(&sql, 0);
    ZKL_TRY(zkl_buffer_status(&sql, err));
    return bench->ops->run(bench->engine, (const char *)sql.data, err);
}

static zkl_status open_engine(workbench *bench, const char *const *outputs, size_t count,
                              zkl_error *err)
{
    const zkl_engine_options options = { .outputs = outputs, .output_count = count };
    ZKL_TRY(zkl_engine_load(&bench->ops, err));
    return bench->ops->open(&bench->engine, &options, err);
}

/* Names of tables and columns here begin so. A query that is somebody's meets the rows' numbers
 * alone. */
static zkl_status check_names(const workbench *bench, size_t at, bool with_names, zkl_error *err)
{
    static const char own[] = "zkl_", number[] = "zkl_row";
    const zkl_schema *schema = bench->sources[at].schema;
    for (size_t i = 0; i < schema->column_count; i++) {
        const zkl_bytes name = schema->columns[i].name;
        const char *const text = (const char *)name.data;
        const bool taken =
            with_names
                ? name.size == strlen(number) && strncasecmp(text, number, strlen(number)) == 0
                : name.size >= strlen(own) && strncasecmp(text, own, strlen(own)) == 0;
        if (taken)
            return zkl_fail(err, ZKL_NOT_SUPPORTED,
                            "'%s' has a column '%.*s': names that begin with 'zkl_' are those of "
                            "operations",
                            bench->sources[at].reference, (int)(name.size < 200 ? name.size : 200),
                            text);
    }
    return ZKL_OK;
}

zkl_status workbench_fill(workbench *bench, bool with_names, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    for (size_t i = 0; i < bench->list.count; i++)
        ZKL_TRY(check_names(bench, i, with_names, err));
    const char **outputs = ZKL_ARENA_NEW(&arena, const char *, bench->file_count);
    if (!outputs)
        return zkl_no_memory(err, bench->file_count * sizeof *outputs);
    for (size_t i = 0; i < bench->file_count; i++) {
        char *place = realpath(bench->files[i].path, NULL); /* it is there, and empty */
        if (!place)
            return zkl_fail_errno(err, "open", bench->files[i].path);
        outputs[i] = zkl_arena_text(&arena, place, strlen(place));
        bench->files[i].path = zkl_arena_text(&bench->list.memory, place, strlen(place));
        free(place);
        if (!outputs[i] || !bench->files[i].path)
            return zkl_no_memory(err, 0);
    }
    ZKL_TRY(open_engine(bench, outputs, bench->file_count, err));
    for (size_t i = 0; i < bench->list.count; i++) {
        ZKL_TRY(fill_source(bench, i, err));
        if (with_names)
            ZKL_TRY(name_source(bench, i, err));
    }
    return zkl_env_progress(bench->env, "transforming", 0, 0, err);
}

/* ---- Of parts, one column. */

typedef struct part_column {
    workbench *bench;
    size_t column;
    char part[24];
} part_column;

static zkl_status put_part_value(void *opaque, const zkl_bytes *values, zkl_error *err)
{
    const part_column *p = opaque;
    const zkl_bytes row[] = { zkl_bytes_of_text(p->part), values[p->column] };
    return p->bench->ops->append(p->bench->engine, row, err);
}

zkl_status workbench_put_strata(workbench *bench, const workbench_made *parts, size_t count,
                                size_t column, zkl_error *err)
{
    static const zkl_engine_column columns[] = { { .name = "zkl_part", .type = "BIGINT" },
                                                 { .name = "zkl_value", .type = "VARCHAR" } };
    part_column p = { .bench = bench, .column = column };
    ZKL_ASSERT(!bench->engine);
    ZKL_TRY(open_engine(bench, NULL, 0, err));
    ZKL_TRY(bench->ops->create(bench->engine, "zkl_strata", columns, ZKL_COUNT(columns), err));
    for (size_t i = 0; i < count; i++) {
        snprintf(p.part, sizeof p.part, "%zu", i);
        ZKL_TRY(zkl_table_each_row(parts[i].facts->table, put_part_value, &p, bench->env, err));
    }
    return bench->ops->finish(bench->engine, err);
}

zkl_status workbench_put_picks(workbench *bench, const uint64_t *picks, size_t count,
                               zkl_error *err)
{
    const zkl_engine_column column = { .name = "zkl_pick", .type = "BIGINT" };
    ZKL_TRY(bench->ops->create(bench->engine, "picks", &column, 1, err));
    for (size_t i = 0; i < count; i++) {
        char text[24];
        snprintf(text, sizeof text, "%llu", (unsigned long long)picks[i]);
        const zkl_bytes value = zkl_bytes_of_text(text);
        ZKL_TRY(bench->ops->append(bench->engine, &value, err));
    }
    return bench->ops->finish(bench->engine, err);
}

zkl_status workbench_put_tokens(workbench *bench, const drawn_tokens *tokens, zkl_error *err)
{
    static const char *const names[TRANSFORM_TOKENS_MAX] = {
        "zkl_t0", "zkl_t1", "zkl_t2", "zkl_t3", "zkl_t4", "zkl_t5", "zkl_t6", "zkl_t7"
    };
    zkl_engine_column columns[TRANSFORM_TOKENS_MAX];
    zkl_bytes values[TRANSFORM_TOKENS_MAX];
    char texts[TRANSFORM_TOKENS_MAX][24];
    ZKL_ASSERT(tokens->column_count <= TRANSFORM_TOKENS_MAX);
    for (size_t i = 0; i < tokens->column_count; i++)
        columns[i] = (zkl_engine_column){ .name = names[i], .type = "BIGINT" };
    ZKL_TRY(bench->ops->create(bench->engine, "zkl_tokens", columns, tokens->column_count, err));
    for (uint64_t row = 0; row < tokens->row_count; row++) {
        const uint64_t *token = &tokens->values[row * tokens->column_count];
        for (size_t i = 0; i < tokens->column_count; i++) {
            snprintf(texts[i], sizeof texts[i], "%llu", (unsigned long long)token[i]);
            values[i] = token[i] ? zkl_bytes_of_text(texts[i]) : (zkl_bytes){ 0 };
        }
        ZKL_TRY(bench->ops->append(bench->engine, values, err));
    }
    return bench->ops->finish(bench->engine, err);
}

zkl_status workbench_put_parts(workbench *bench, const uint8_t *part_of, uint64_t row_count,
                               zkl_error *err)
{
    const zkl_engine_column column = { .name = "zkl_part", .type = "BIGINT" };
    ZKL_TRY(bench->ops->create(bench->engine, "zkl_parts", &column, 1, err));
    for (uint64_t row = 0; row < row_count; row++) {
        char text[4];
        snprintf(text, sizeof text, "%u", part_of[row]);
        const zkl_bytes value = zkl_bytes_of_text(text);
        ZKL_TRY(bench->ops->append(bench->engine, &value, err));
    }
    return bench->ops->finish(bench->engine, err);
}

/* ---- Before anything is recorded. */

static zkl_status add_source(zkl_proof_plan *plan, const service_claimed *source, zkl_error *err)
{
    const zkl_dataset_version *found = &source->version.found;
    return zkl_proof_plan_add_table(plan, &source->facts, found->name, found->version, err);
}

/* Has the entry that will prove these claims room for them? Its digests are not known, and have one
 * length. */
static zkl_status check_room(zkl_proof_plan *plan, zkl_error *err)
{
    zkl_digest parents[ZKL_ENTRY_PARENTS_MAX] = { 0 };
    ZKL_ASSERT(plan->tables.count <= ZKL_COUNT(parents));
    zkl_entry entry = { .kind = ZKL_ENTRY_PROVE,
                        .parents = parents,
                        .data.name = plan->datasets[0].name,
                        .data.version = plan->datasets[0].version };
    ZKL_TRY(zkl_proof_plan_seat(plan, err));
    for (size_t i = 0; i < plan->tables.count; i++)
        if (i == 0 || zkl_proof_plan_uses(plan, i))
            zkl_be64_put(parents[entry.parent_count++].bytes, i);
    return plan->count ? service_check_room(&entry, plan, err) : ZKL_OK;
}

static zkl_status check_planned(const workbench *bench, zkl_notarize_result *out,
                                zkl_proof_plan *plan, const zkl_asked_claims *asked, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_claim_list) claims = { 0 };
    zkl_status status = zkl_claim_list_ask(&claims, asked, err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_add_claims(plan, &claims, err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_check(plan, &claims, false, bench->env->pool, err);
    if (status == ZKL_OK)
        status = check_room(plan, err);
    if (claims.is_refused) {
        const zkl_status shown = zkl_claim_list_problems(
            &out->claim_problems, &out->claim_problem_count, &out->memory, &claims, err);
        status = shown == ZKL_OK ? status : shown;
    }
    return status;
}

zkl_status workbench_check_claims(workbench *bench, zkl_notarize_result *out,
                                  const workbench_made *made, const char *const *texts,
                                  size_t count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    const zkl_asked_claims asked = { .texts = texts, .count = count };
    if (!count)
        return ZKL_OK;
    ZKL_TRY(zkl_proof_plan_init(&plan, made->facts, zkl_bytes_of_text(made->name), made->version,
                                made->leaf_blocks_max, err));
    for (size_t i = 0; i < bench->list.count; i++)
        ZKL_TRY(add_source(&plan, &bench->list.items[i], err));
    return check_planned(bench, out, &plan, &asked, err);
}

zkl_status workbench_check_back(workbench *bench, zkl_notarize_result *out,
                                const workbench_made *made, size_t source, const char *claim,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    const service_claimed *about = &bench->list.items[source];
    const zkl_dataset_version *found = &about->version.found;
    const zkl_asked_claims asked = { .texts = &claim, .count = 1 };
    ZKL_ASSERT(source < bench->list.count);
    ZKL_TRY(zkl_proof_plan_init(&plan, &about->facts, found->name, found->version,
                                made->leaf_blocks_max, err));
    ZKL_TRY(zkl_proof_plan_add_table(&plan, made->facts, zkl_bytes_of_text(made->name),
                                     made->version, err));
    return check_planned(bench, out, &plan, &asked, err);
}

zkl_status workbench_check_parts(workbench *bench, zkl_notarize_result *out,
                                 const workbench_made *about, const workbench_made *parts,
                                 size_t count, const char *claim, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    const service_claimed *source = &bench->list.items[0];
    const zkl_asked_claims asked = { .texts = &claim, .count = 1 };
    ZKL_ASSERT(count);
    ZKL_TRY(about ? zkl_proof_plan_init(&plan, about->facts, zkl_bytes_of_text(about->name),
                                        about->version, about->leaf_blocks_max, err)
                  : zkl_proof_plan_init(&plan, &source->facts, source->version.found.name,
                                        source->version.found.version, parts[0].leaf_blocks_max,
                                        err));
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(zkl_proof_plan_add_table(&plan, parts[i].facts, zkl_bytes_of_text(parts[i].name),
                                         parts[i].version, err));
    return check_planned(bench, out, &plan, &asked, err);
}

zkl_status workbench_check_pair(workbench *bench, zkl_notarize_result *out, size_t source,
                                size_t other, const char *claim, size_t leaf_blocks_max,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    const service_claimed *about = &bench->list.items[source];
    const zkl_dataset_version *found = &about->version.found;
    const zkl_asked_claims asked = { .texts = &claim, .count = 1 };
    ZKL_ASSERT(source < bench->list.count && other < bench->list.count);
    ZKL_TRY(zkl_proof_plan_init(&plan, &about->facts, found->name, found->version, leaf_blocks_max,
                                err));
    if (other != source)
        ZKL_TRY(add_source(&plan, &bench->list.items[other], err));
    return check_planned(bench, out, &plan, &asked, err);
}

/* ---- After it was. */

zkl_status workbench_record(const workbench *bench, const zkl_notarize_result *made,
                            const workbench_words *words, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry_fact facts[2];
    uint64_t index;
    const size_t count = bench->list.count;
    const char **sources = ZKL_ARENA_NEW(&arena, const char *, count);
    const char *reference = zkl_arena_format(&arena, "%s@%u", made->name, made->version);
    if (!sources || !reference)
        return zkl_no_memory(err, count * sizeof *sources);
    for (size_t i = 0; i < count; i++)
        sources[i] = bench->sources[i].reference;
    service_provenance p = { .reference = reference,
                             .sources = sources,
                             .source_count = count,
                             .said = { .operation = zkl_bytes_of_text(words->operation),
                                       .facts = facts } };
    if (words->unproven)
        p.said.unproven = zkl_bytes_of_text(words->unproven);
    if (words->is_made)
        facts[p.said.fact_count++] =
            (zkl_entry_fact){ zkl_bytes_of_text("made"), zkl_bytes_of_text("elsewhere") };
    if (words->seed)
        facts[p.said.fact_count++] =
            (zkl_entry_fact){ zkl_bytes_of_text("seed"), zkl_bytes_of_text(words->seed) };
    return service_provenance_record(&index, bench->handle, &p, bench->env, err);
}
