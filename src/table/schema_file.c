/* The schema file, which fixes what inference would find out:
 *
 *   key = ["id"]                        key columns
 *   [columns.age]
 *   type = "uint16"                     a type, or "string" or "dictionary"
 *   nullable = false
 *   nan = "null"                        or "refuse", which is the usual
 *   range = [0, 120]                    a claim; "*" leaves a side open
 *
 * Every key that is not known is refused, with its line: a misspelt one would silently fix
 * nothing. */
#include "table/schema_file.h"

#include <inttypes.h>

#include "base/file.h"
#include "toml/toml.h"
#include "types/value.h"

/* Texts of the file are short: what was asked for does not matter. */
static zkl_status no_arena(zkl_error *err)
{
    return zkl_no_memory(err, 64);
}

/* "dictionary" must fit into one; "string" is one where it fits and else hashed. All other words
 * are types. */
static zkl_status parse_type(zkl_schema_rule *rule, const zkl_toml_node *table, zkl_error *err)
{
    const char *text = NULL;
    ZKL_TRY(zkl_toml_get_text(&text, table, "type", err));
    if (!text)
        return ZKL_OK;
    rule->has_type = true;
    rule->is_dictionary = strcmp(text, "dictionary") == 0;
    rule->is_string = strcmp(text, "string") == 0;
    rule->type = (zkl_type){ .kind = ZKL_TYPE_STRING16 };
    if (rule->is_dictionary || rule->is_string)
        return ZKL_OK;
    if (zkl_type_parse(&rule->type, zkl_bytes_of_text(text)) &&
        rule->type.kind != ZKL_TYPE_DICTIONARY)
        return ZKL_OK;
    return zkl_toml_fail(zkl_toml_find(table, "type"), err,
                         "unknown type '%s'; known: bool, int16, int32, int64, uint16, uint32, "
                         "uint64, float32, float64, "
                         "decimal(p,s), date, time, timestamp, string, dictionary, string16, "
                         "string32, binary16, binary32",
                         text);
}

/* A bound as a claim's literal: integers, strings ("12.50", "2024-01-01", "*") and TOML's own
 * dates. */
static zkl_status parse_bound(const char **out, zkl_arena *arena, const zkl_toml_node *node,
                              const zkl_schema_rule *rule, zkl_error *err)
{
    zkl_code code;
    const char *reason;
    ZKL_ASSERT(node);
    if (node->kind == ZKL_TOML_INTEGER)
        *out = zkl_arena_format(arena, "%" PRId64, node->integer);
    else if (node->kind == ZKL_TOML_STRING || node->kind == ZKL_TOML_TIME)
        *out = zkl_arena_text(arena, (const char *)node->text.data, node->text.size);
    else
        return zkl_toml_fail(node, err, "a bound is %s, wanted an integer, a string or a date",
                             zkl_toml_kind_text(node->kind));
    if (!*out)
        return no_arena(err);
    if (strlen(*out) != node->text.size && node->kind != ZKL_TOML_INTEGER)
        return zkl_toml_fail(node, err, "a bound holds a NUL character");
    if (strcmp(*out, "*") != 0 && rule->has_type &&
        !zkl_value_parse(&code, &rule->type, zkl_bytes_of_text(*out), &reason))
        return zkl_toml_fail(node, err, "bound '%s': %s", *out, reason);
    return ZKL_OK;
}

/* Both bounds or none; they are checked against the type of the rule, so parse_type comes first. */
static zkl_status parse_range(zkl_schema_rule *rule, zkl_arena *arena, const zkl_toml_node *table,
                              zkl_error *err)
{
    const zkl_toml_node *range = NULL;
    ZKL_TRY(zkl_toml_get_array(&range, table, "range", err));
    if (!range)
        return ZKL_OK;
    if (range->item_count != 2)
        return zkl_toml_fail(range, err,
                             "'range' has %zu bounds, wanted 2; \"*\" leaves a side open",
                             range->item_count);
    ZKL_TRY(parse_bound(&rule->low, arena, &range->items[0], rule, err));
    return parse_bound(&rule->high, arena, &range->items[1], rule, err);
}

/* One table under "columns". Faults name the line of what is wrong. */
static zkl_status parse_rule(zkl_schema_rule *rule, zkl_arena *arena, const zkl_toml_node *table,
                             zkl_error *err)
{
    static const char *const known[] = { "type", "nullable", "nan", "range" };
    if (table->kind != ZKL_TOML_TABLE)
        return zkl_toml_fail(table, err, "column '%s' is %s, wanted a table",
                             (const char *)table->key.data, zkl_toml_kind_text(table->kind));
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    /* NaN in a column that is not nullable has no place to go, so that pair is refused below */
    *rule = (zkl_schema_rule){ .line = table->key_line, .nullable = -1 };
    rule->name = zkl_bytes_of(zkl_arena_text(arena, (const char *)table->key.data, table->key.size),
                              table->key.size);
    if (!rule->name.data)
        return no_arena(err);
    bool nullable = false;
    const char *nan = NULL;
    ZKL_TRY(parse_type(rule, table, err));
    ZKL_TRY(zkl_toml_get_boolean(&nullable, table, "nullable", err));
    if (zkl_toml_find(table, "nullable"))
        rule->nullable = nullable;
    ZKL_TRY(zkl_toml_get_text(&nan, table, "nan", err));
    if (nan && strcmp(nan, "null") != 0 && strcmp(nan, "refuse") != 0)
        return zkl_toml_fail(zkl_toml_find(table, "nan"), err,
                             "'nan' is '%s', wanted \"null\" or \"refuse\"", nan);
    rule->nan_is_null = nan && strcmp(nan, "null") == 0;
    if (rule->nan_is_null && rule->nullable == 0)
        return zkl_toml_fail(zkl_toml_find(table, "nan"), err,
                             "nan = \"null\" in a column that is not nullable");
    return parse_range(rule, arena, table, err);
}

/* Names in the order in which they are given, which is that of the key. Whether they are columns
 * is asked when there are some. */
static zkl_status parse_key(zkl_schema_rules *out, zkl_arena *arena, const zkl_toml_node *root,
                            zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, root, "key", err));
    if (!list)
        return ZKL_OK;
    const char **names = ZKL_ARENA_NEW(arena, const char *, list->item_count);
    if (!names)
        return no_arena(err);
    for (size_t i = 0; i < list->item_count; i++) {
        const zkl_toml_node *item = &list->items[i];
        if (item->kind != ZKL_TOML_STRING)
            return zkl_toml_fail(item, err, "a key column is %s, wanted a string",
                                 zkl_toml_kind_text(item->kind));
        names[i] = zkl_arena_text(arena, (const char *)item->text.data, item->text.size);
        if (!names[i])
            return no_arena(err);
    }
    out->key = names;
    out->key_count = list->item_count;
    return ZKL_OK;
}

/* All texts are copied into arena: the document goes. */
zkl_status zkl_schema_rules_parse(zkl_schema_rules *out, zkl_arena *arena, zkl_bytes text,
                                  zkl_error *err)
{
    static const char *const known[] = { "key", "columns" };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    ZKL_TRY(zkl_toml_parse(&toml, text, err));
    const zkl_toml_node *root = zkl_toml_root(toml), *columns = NULL;
    zkl_schema_rules rules = { 0 };
    ZKL_TRY(zkl_toml_refuse_unknown(root, known, ZKL_COUNT(known), err));
    ZKL_TRY(parse_key(&rules, arena, root, err));
    ZKL_TRY(zkl_toml_get_table(&columns, root, "columns", err));
    if (columns) {
        zkl_schema_rule *list = ZKL_ARENA_NEW(arena, zkl_schema_rule, columns->item_count);
        if (!list)
            return no_arena(err);
        for (size_t i = 0; i < columns->item_count; i++)
            ZKL_TRY(parse_rule(&list[i], arena, &columns->items[i], err));
        rules.rules = list;
        rules.rule_count = columns->item_count;
    }
    ZKL_ASSERT(!rules.rule_count || rules.rules);
    *out = rules;
    return ZKL_OK;
}

zkl_status zkl_schema_rules_read(zkl_schema_rules *out, zkl_arena *arena, const char *path,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_TRY(zkl_file_read(&text, path, ZKL_TOML_BYTES_MAX, err));
    const zkl_status status = zkl_schema_rules_parse(out, arena, zkl_buffer_bytes(&text), err);
    return status == ZKL_OK ? status : zkl_wrap(err, status, "'%s'", path);
}

/* [A-Za-z_][A-Za-z0-9_]* */
static bool is_plain(zkl_bytes name)
{
    for (size_t i = 0; i < name.size; i++) {
        const uint8_t c = name.data[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i && c >= '0' && c <= '9'))
            return false;
    }
    return name.size > 0;
}

/* What the parser of claims reads back as the same name. */
void zkl_name_quote(zkl_buffer *out, zkl_bytes name)
{
    if (is_plain(name)) {
        zkl_buffer_put(out, name.data, name.size);
        return;
    }
    zkl_buffer_put_u8(out, '"');
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '"' || name.data[i] == '\\')
            zkl_buffer_put_u8(out, '\\');
        zkl_buffer_put_u8(out, name.data[i]);
    }
    zkl_buffer_put_u8(out, '"');
}
