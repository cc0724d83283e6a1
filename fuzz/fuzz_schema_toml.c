/* Schema files, and with them the TOML reader. */
#include "table/schema_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_schema_rules rules;
    zkl_error err = { 0 };
    if (zkl_schema_rules_parse(&rules, &arena, zkl_bytes_of(data, size), &err) == ZKL_OK)
        for (size_t i = 0; i < rules.rule_count; i++)
            ZKL_ASSERT(rules.rules[i].name.data && !rules.rules[i].low == !rules.rules[i].high);
    return 0;
}
