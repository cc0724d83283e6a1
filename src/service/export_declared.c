/* Declared values, checked before the ledger is opened. */
#include "service/export_declared.h"

#include <string.h>

#include "text/utf8.h"
#include "toml/toml.h"

/* "license, url, creator", for whoever wrote another name. */
static zkl_status fail_unknown(const export_module *module, const char *name, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) known = { 0 };
    for (size_t i = 0; i < module->field_count; i++)
        zkl_buffer_format(&known, "%s%s", i ? ", " : "", module->fields[i]);
    zkl_buffer_put_u8(&known, 0);
    ZKL_TRY(zkl_buffer_status(&known, err));
    return module->field_count ? zkl_fail(err, ZKL_USAGE, "this format takes no '%.100s', only %s",
                                          name, (const char *)known.data)
                               : zkl_fail(err, ZKL_USAGE, "this format takes no declared values");
}

static bool is_printable(const char *value)
{
    for (const char *at = value; *at; at++)
        if (((uint8_t)*at < 0x20 && *at != '\n' && *at != '\t') || *at == 0x7f)
            return false;
    return zkl_utf8_valid(zkl_bytes_of_text(value));
}

static zkl_status check(const export_module *module, const zkl_fact *fact, zkl_error *err)
{
    bool is_known = false;
    for (size_t i = 0; i < module->field_count; i++)
        is_known = is_known || strcmp(module->fields[i], fact->name) == 0;
    if (!is_known)
        return fail_unknown(module, fact->name, err);
    if (strlen(fact->value) > EXPORT_DECLARED_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "'%s' has more than %d bytes", fact->name,
                        EXPORT_DECLARED_BYTES_MAX);
    if (!is_printable(fact->value))
        return zkl_fail(err, ZKL_USAGE, "'%s' is no text of UTF-8 without control characters",
                        fact->name);
    return ZKL_OK;
}

static bool has(const zkl_fact *facts, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(facts[i].name, name) == 0)
            return true;
    return false;
}

/* Of the file: one string a line, at the top. */
static zkl_status add_file(zkl_fact *facts, size_t *count, zkl_arena *arena,
                           const export_module *module, const zkl_toml_node *top, zkl_error *err)
{
    const size_t given = *count;
    for (size_t i = 0; i < top->item_count; i++) {
        const zkl_toml_node *item = &top->items[i];
        const char *value = NULL, *name = (const char *)item->key.data;
        ZKL_TRY(zkl_toml_get_text(&value, top, name, err));
        zkl_fact fact = { zkl_arena_text(arena, name, strlen(name)),
                          zkl_arena_text(arena, value, strlen(value)) };
        if (!fact.name || !fact.value)
            return zkl_no_memory(err, strlen(value));
        const zkl_status status = check(module, &fact, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status == ZKL_USAGE ? ZKL_BAD_INPUT : status, "line %u",
                            (unsigned)item->key_line);
        if (!has(facts, given, fact.name))
            facts[(*count)++] = fact;
    }
    return ZKL_OK;
}

static zkl_status read_file(zkl_fact *facts, size_t *count, zkl_arena *arena,
                            const export_module *module, const zkl_export_request *request,
                            zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    ZKL_TRY(zkl_toml_read(&toml, request->declared_file, err));
    const zkl_toml_node *top = zkl_toml_root(toml);
    if (top->item_count > EXPORT_DECLARED_MAX)
        return zkl_fail(err, ZKL_LIMIT, "'%.500s' has more than %d values", request->declared_file,
                        EXPORT_DECLARED_MAX);
    const zkl_status status = add_file(facts, count, arena, module, top, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%.500s'", request->declared_file);
}

zkl_status export_declared_gather(const zkl_fact **out, size_t *count, zkl_arena *arena,
                                  const export_module *module, const zkl_export_request *request,
                                  zkl_error *err)
{
    *count = 0;
    *out = NULL;
    if (request->declared_count > EXPORT_DECLARED_MAX)
        return zkl_fail(err, ZKL_LIMIT, "more than %d values are declared", EXPORT_DECLARED_MAX);
    if (!request->declared_count && !request->declared_file)
        return ZKL_OK;
    zkl_fact *facts =
        ZKL_ARENA_NEW(arena, zkl_fact, request->declared_count + (size_t)EXPORT_DECLARED_MAX);
    if (!facts)
        return zkl_no_memory(err, EXPORT_DECLARED_MAX * sizeof *facts);
    for (size_t i = 0; i < request->declared_count; i++) {
        ZKL_TRY(check(module, &request->declared[i], err));
        if (has(facts, *count, request->declared[i].name))
            return zkl_fail(err, ZKL_USAGE, "'%.100s' is declared twice",
                            request->declared[i].name);
        facts[(*count)++] = request->declared[i];
    }
    if (request->declared_file)
        ZKL_TRY(read_file(facts, count, arena, module, request, err));
    *out = facts;
    return ZKL_OK;
}
