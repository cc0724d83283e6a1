#pragma once
/* What the toy proofs of tests/vectors/proof_model*.json are about: numbers and assertions. */
#include "toy.h"

/* A hex number "0x.." of any length. */
TOY_UNUSED zkl_fr number(zkl_test *t, const json_t *value)
{
    zkl_fr out = ZKL_FR_ZERO;
    const char *hex = json_string_value(value);
    if (!hex || strncmp(hex, "0x", 2) != 0) {
        FAIL(t, "not a hex number");
        return out;
    }
    for (hex += 2; *hex; hex++) {
        const int digit = *hex <= '9' ? *hex - '0' : *hex - 'a' + 10;
        out = toy_add(toy_mul(out, toy_int(16)), toy_int(digit));
    }
    return out;
}

/* stated: the statement, which says where each table begins. */
TOY_UNUSED toy_assertion read_assertion(zkl_test *t, const json_t *assertion, const json_t *tables,
                                        const zkl_statement *stated)
{
    toy_assertion out = { 0 };
    const char *kind = json_string_value(json_object_get(assertion, "kind"));
    const json_t *params = json_object_get(assertion, "params"),
                 *at = json_object_get(assertion, "tables");
    CHECK(t, zkl_assertion_kind_parse(&out.kind, zkl_bytes_of_text(kind)));
    out.param_count = json_array_size(params);
    for (size_t i = 0; i < out.param_count; i++)
        out.params[i] = number(t, json_array_get(params, i));
    out.table_count = json_array_size(at);
    for (size_t i = 0; i < out.table_count; i++) {
        const size_t number = (size_t)json_integer_value(json_array_get(at, i));
        const json_t *table = json_array_get(tables, number),
                     *columns = json_object_get(table, "columns");
        ZKL_ASSERT(number < stated->table_count);
        out.tables[i].first_row = stated->tables[number].first_row;
        out.tables[i].rows = (uint64_t)json_integer_value(json_object_get(table, "rows"));
        out.tables[i].column_count = json_array_size(columns);
        for (size_t j = 0; j < json_array_size(columns); j++) {
            const json_t *column = json_array_get(columns, j),
                         *values = json_object_get(column, "values");
            /* values that are left out are 0 */
            uint64_t *cells = ZKL_ARENA_NEW(&t->arena, uint64_t, out.tables[i].rows);
            ZKL_ASSERT(json_array_size(values) <= out.tables[i].rows);
            for (size_t k = 0; k < json_array_size(values); k++)
                cells[k] = (uint64_t)json_integer_value(json_array_get(values, k));
            out.tables[i].columns[j] =
                (toy_column){ json_string_value(json_object_get(column, "role")),
                              (unsigned)json_integer_value(json_object_get(column, "limbs")),
                              cells };
        }
    }
    return out;
}
