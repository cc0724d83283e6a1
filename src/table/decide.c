/* The final types of the columns.
 *
 *   a schema is given (a manifest's):  its types, exactly; columns and order must be its own
 *   else, for each column:             what the schema file says
 *                                      > what the version before had, where values fit (inherit.c)
 *                                      > what the values are (infer.c) */
#include <stdio.h>

#include "base/bytes.h"
#include "table/table_internal.h"

/* What the schema file says about a column; NULL: nothing. Names are compared by bytes: "Age" is
 * not "age". */
static const zkl_schema_rule *rule_of(const zkl_schema_rules *rules, zkl_bytes name)
{
    for (size_t i = 0; i < rules->rule_count; i++)
        if (zkl_bytes_equal(rules->rules[i].name, name))
            return &rules->rules[i];
    return NULL;
}

static bool has_column(const zkl_table *table, zkl_bytes name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (zkl_bytes_equal(table->columns[i].name, name))
            return true;
    return false;
}

/* A rule without a column is most often a misspelt name, and would be passed over. Its line is
 * said. */
zkl_status zkl_rules_check(const zkl_table *table, const zkl_schema_rules *rules,
                           const char *schema_file, zkl_error *err)
{
    ZKL_ASSERT(schema_file || (!rules->rule_count && !rules->key_count));
    for (size_t i = 0; i < rules->rule_count; i++) {
        const zkl_schema_rule *rule = &rules->rules[i];
        if (!has_column(table, rule->name))
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s': line %u: there is no column '%.*s'",
                            schema_file, rule->line, zkl_name_shown(rule->name),
                            (const char *)rule->name.data);
    }
    for (size_t i = 0; i < rules->key_count; i++)
        if (!has_column(table, zkl_bytes_of_text(rules->key[i])))
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s': there is no key column '%s'", schema_file,
                            rules->key[i]);
    return ZKL_OK;
}

/* What the rule says overrides what the values say, each of type, NaN and nullability by itself. */
static void take_rule(zkl_table_column *column, const zkl_schema_rule *rule)
{
    ZKL_ASSERT(!(rule->is_dictionary && rule->is_string));
    if (rule->has_type) {
        column->type = rule->type;
        column->wants_dictionary = rule->is_dictionary || rule->is_string;
        column->must_be_dictionary = rule->is_dictionary;
        column->type_is_given = true;
        snprintf(column->note, sizeof column->note, "given by the schema");
    }
    /* NaN can become null only where null is allowed, so saying the first says the second */
    column->nan_is_null = rule->nan_is_null;
    column->nullable_is_given = rule->nullable >= 0 || rule->nan_is_null;
    if (rule->nullable >= 0)
        column->nullable = rule->nullable;
    else if (rule->nan_is_null)
        column->nullable = true;
}

/* A column is nullable when some value is null, unless the schema file says so or otherwise; a
 * null in one that may have none is a bad value, which convert.c finds. */
void zkl_types_decide(zkl_table *table, const zkl_schema_rules *rules, bool keep_types)
{
    for (size_t i = 0; i < table->column_count; i++) {
        zkl_table_column *column = &table->columns[i];
        const zkl_schema_rule *rule = rule_of(rules, column->name);
        const zkl_facts_decision decision =
            zkl_facts_decide(&column->facts, &column->raw, keep_types);
        column->type = decision.type;
        column->wants_dictionary = decision.is_string;
        memcpy(column->note, decision.note, sizeof column->note);
        column->nullable = column->facts.null_count > 0;
        if (rule)
            take_rule(column, rule);
    }
}

/* Recomputing needs the very columns: another order would be another table. NaN becomes null
 * where the column is nullable, which is what the notarisation did whenever NaN was let in. */
zkl_status zkl_types_take(zkl_table *table, const zkl_schema *schema, zkl_error *err)
{
    for (size_t i = 0; i < schema->column_count || i < table->column_count; i++)
        if (i >= schema->column_count || i >= table->column_count ||
            !zkl_bytes_equal(schema->columns[i].name, table->columns[i].name)) {
            const zkl_bytes name =
                i < schema->column_count ? schema->columns[i].name : table->columns[i].name;
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "'%s': column %zu is not '%.*s': these are not the dataset's columns",
                            table->inputs.list[0].name, i + 1, zkl_name_shown(name),
                            (const char *)name.data);
        }
    for (size_t i = 0; i < table->column_count; i++) {
        zkl_table_column *column = &table->columns[i];
        column->type = schema->columns[i].type;
        column->nullable = column->nan_is_null = schema->columns[i].nullable;
        column->wants_dictionary = column->must_be_dictionary =
            column->type.kind == ZKL_TYPE_DICTIONARY;
        snprintf(column->note, sizeof column->note, "the dataset's");
    }
    return ZKL_OK;
}

/* range = [0, 120] under [columns.age] is the claim range(age, 0, 120): text, which goes the way
 * of claims that people write. */
zkl_status zkl_rules_claims(zkl_table *table, const zkl_schema_rules *rules, zkl_error *err)
{
    table->key = rules->key;
    table->key_count = rules->key_count;
    table->claims = ZKL_ARENA_NEW(&table->arena, const char *, rules->rule_count);
    if (!table->claims)
        return zkl_no_memory(err, rules->rule_count * sizeof *table->claims);
    for (size_t i = 0; i < rules->rule_count; i++) {
        const zkl_schema_rule *rule = &rules->rules[i];
        ZKL_ASSERT(!rule->low == !rule->high);
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        if (!rule->low)
            continue;
        zkl_buffer_put_text(&text, "range(");
        zkl_name_quote(&text, rule->name);
        zkl_buffer_format(&text, ", %s, %s)", rule->low, rule->high);
        ZKL_TRY(zkl_buffer_status(&text, err));
        table->claims[table->claim_count] =
            zkl_arena_text(&table->arena, (const char *)text.data, text.size);
        if (!table->claims[table->claim_count++])
            return zkl_no_memory(err, text.size);
    }
    return ZKL_OK;
}
