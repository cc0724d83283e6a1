/* A step is checked by the plan that will be made of it, over columns alone: how many rows there
 * are is not known. A step's result has the columns of its plan, until an operation's are open. */
#include "service/pipeline_steps.h"

#include <string.h>

#include "record/ids.h"
#include "service/output.h"
#include "service/transform_ops.h"
#include "toml/toml.h"

void pipeline_steps_clear(pipeline_steps *steps)
{
    zkl_arena_clear(&steps->memory);
    *steps = (pipeline_steps){ 0 };
}

zkl_status pipeline_fail(zkl_error *err, zkl_status status, const pipeline_steps *steps,
                         size_t step)
{
    return zkl_wrap(err, status, "step %zu ('%.100s')", step + 1, steps->items[step].operation);
}

/* ---- Form. */

/* The texts of the tree end with it: each is copied. */
static zkl_status keep_text(const char **out, zkl_arena *memory, const zkl_toml_node *table,
                            const char *key, zkl_error *err)
{
    const char *text = NULL;
    ZKL_TRY(zkl_toml_get_text(&text, table, key, err));
    if (!text)
        return ZKL_OK;
    *out = zkl_arena_text(memory, text, strlen(text));
    return *out ? ZKL_OK : zkl_no_memory(err, strlen(text));
}

static zkl_status take_with(pipeline_step *out, zkl_arena *memory, const zkl_toml_node *table,
                            zkl_error *err)
{
    const zkl_toml_node *with = NULL;
    ZKL_TRY(zkl_toml_get_array(&with, table, "with", err));
    if (with && with->item_count > PIPELINE_WITH_MAX)
        return zkl_toml_fail(with, err, "a step takes %d further sources at most",
                             PIPELINE_WITH_MAX);
    for (size_t i = 0; with && i < with->item_count; i++) {
        const zkl_toml_node *item = &with->items[i];
        if (item->kind != ZKL_TOML_STRING || memchr(item->text.data, 0, item->text.size))
            return zkl_toml_fail(item, err, "a source is the name of a table");
        out->with[i] = zkl_arena_text(memory, (const char *)item->text.data, item->text.size);
        if (!out->with[i])
            return zkl_no_memory(err, item->text.size);
        out->with_count++;
    }
    return ZKL_OK;
}

static zkl_status take_step(pipeline_step *out, zkl_arena *memory, const zkl_toml_node *table,
                            zkl_error *err)
{
    static const char *const known[] = { "operation", "name", "file",    "source",
                                         "with",      "seed", "receipt", "check" };
    if (table->kind != ZKL_TOML_TABLE)
        return zkl_toml_fail(table, err, "a step is a table, with operation, name and file");
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    out->line = table->line;
    ZKL_TRY(keep_text(&out->operation, memory, table, "operation", err));
    ZKL_TRY(keep_text(&out->name, memory, table, "name", err));
    ZKL_TRY(keep_text(&out->output, memory, table, "file", err));
    ZKL_TRY(keep_text(&out->source, memory, table, "source", err));
    ZKL_TRY(keep_text(&out->seed, memory, table, "seed", err));
    ZKL_TRY(keep_text(&out->receipt, memory, table, "receipt", err));
    ZKL_TRY(zkl_toml_get_boolean(&out->is_made, table, "check", err));
    if (!out->operation || !out->name || !out->output)
        return zkl_toml_fail(table, err, "a step has an operation, a name and a file");
    return take_with(out, memory, table, err);
}

zkl_status pipeline_steps_parse(pipeline_steps *out, zkl_bytes text, zkl_error *err)
{
    static const char *const known[] = { "step" };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    const zkl_toml_node *steps = NULL;
    *out = (pipeline_steps){ 0 };
    ZKL_TRY(zkl_toml_parse(&toml, text, err));
    ZKL_TRY(zkl_toml_refuse_unknown(zkl_toml_root(toml), known, ZKL_COUNT(known), err));
    ZKL_TRY(zkl_toml_get_array(&steps, zkl_toml_root(toml), "step", err));
    if (!steps || !steps->item_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "there is no step: each is a table [[step]]");
    if (steps->item_count > PIPELINE_STEPS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu steps, at most %d", steps->item_count,
                        PIPELINE_STEPS_MAX);
    out->items = ZKL_ARENA_NEW(&out->memory, pipeline_step, steps->item_count);
    if (!out->items)
        return zkl_no_memory(err, steps->item_count * sizeof *out->items);
    for (; out->count < steps->item_count; out->count++)
        ZKL_TRY(take_step(&out->items[out->count], &out->memory, &steps->items[out->count], err));
    return ZKL_OK;
}

/* ---- Sense. */

/* What a table is called: "people" means a table that was given as "people@2" too. */
static bool is_called(const pipeline_table *table, const char *name)
{
    const size_t size = strcspn(table->name, "@");
    return strcmp(table->name, name) == 0 ||
           (strlen(name) == size && memcmp(table->name, name, size) == 0);
}

static zkl_status find_table(size_t *out, const pipeline_table *tables, size_t count,
                             const char *name, zkl_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (is_called(&tables[i], name)) {
            *out = i;
            return ZKL_OK;
        }
    return zkl_fail(err, ZKL_NOT_FOUND,
                    "there is no table '%s': neither was it given nor is it made by a step before",
                    name);
}

/* given: tables before the first step's. */
static zkl_status find_sources(pipeline_step *step, const pipeline_table *tables, size_t given,
                               size_t at, zkl_error *err)
{
    const size_t count = given + at;
    step->sources[0] = at ? count - 1 : 0;
    if (step->source)
        ZKL_TRY(find_table(&step->sources[0], tables, count, step->source, err));
    for (size_t i = 0; i < step->with_count; i++)
        ZKL_TRY(find_table(&step->sources[1 + i], tables, count, step->with[i], err));
    return ZKL_OK;
}

/* Its name is new among tables, its file among files. */
static zkl_status check_names(const pipeline_steps *steps, const pipeline_table *tables,
                              size_t count, size_t at, zkl_error *err)
{
    const pipeline_step *step = &steps->items[at];
    if (!zkl_dataset_name_valid(zkl_bytes_of_text(step->name)))
        return zkl_fail(err, ZKL_USAGE, "'%s' is no dataset name", step->name);
    for (size_t i = 0; i < count; i++)
        if (is_called(&tables[i], step->name))
            return zkl_fail(err, ZKL_USAGE, "there is a table '%s' already", step->name);
    for (size_t i = 0; i <= at; i++) {
        const pipeline_step *before = &steps->items[i];
        const bool is_twice = (i < at && service_output_is_same(before->output, step->output)) ||
                              service_output_is_same(before->receipt, step->output) ||
                              service_output_is_same(before->output, step->receipt) ||
                              (i < at && service_output_is_same(before->receipt, step->receipt));
        if (is_twice)
            return zkl_fail(err, ZKL_USAGE, "its file is one of step %zu", i + 1);
    }
    return ZKL_OK;
}

/* The columns of the result; NULL: not known. */
static zkl_status plan_step(const zkl_schema **out, zkl_arena *memory, const pipeline_step *step,
                            const pipeline_table *tables, zkl_error *err)
{
    static const char no_seed[65] =
        "0000000000000000000000000000000000000000000000000000000000000000";
    ZKL_AUTO_CLEAR(transform_plan) plan = { .seed = no_seed, .is_trial = true };
    transform_source sources[1 + PIPELINE_WITH_MAX];
    *out = NULL;
    plan.sources = sources;
    plan.source_count = 1 + step->with_count;
    for (size_t i = 0; i < plan.source_count; i++) {
        const pipeline_table *table = &tables[step->sources[i]];
        if (!table->schema)
            return transform_check_word(step->operation, plan.source_count, err);
        sources[i] = (transform_source){ table->name, table->schema, 1 };
    }
    ZKL_TRY(transform_plan_make(&plan, step->operation, err));
    if (plan.is_elsewhere && !step->is_made)
        return zkl_fail(err, ZKL_USAGE, "it makes no file, and none is said to be there");
    if (plan.is_open)
        return ZKL_OK;
    zkl_schema *schema = ZKL_ARENA_NEW(memory, zkl_schema, 1);
    if (!schema)
        return zkl_no_memory(err, sizeof *schema);
    *out = schema;
    return transform_plan_columns(schema, memory, &plan, err);
}

static zkl_status check_step(pipeline_steps *steps, pipeline_table *tables, size_t given, size_t at,
                             zkl_error *err)
{
    pipeline_step *step = &steps->items[at];
    pipeline_table *made = &tables[given + at];
    ZKL_TRY(find_sources(step, tables, given, at, err));
    ZKL_TRY(check_names(steps, tables, given + at, at, err));
    made->name = step->name;
    return plan_step(&made->schema, &steps->memory, step, tables, err);
}

zkl_status pipeline_steps_check(pipeline_steps *steps, pipeline_table *tables, size_t given,
                                zkl_error *err)
{
    ZKL_ASSERT(given > 0);
    for (size_t i = 0; i < steps->count; i++) {
        const zkl_status status = check_step(steps, tables, given, i, err);
        if (status != ZKL_OK)
            return pipeline_fail(err, status, steps, i);
    }
    return ZKL_OK;
}
