#pragma once
/* The schema file: TOML that fixes what inference would find out (docs/formats/schema.md). */
#include "base/arena.h"
#include "types/schema.h"

typedef struct zkl_schema_rule {
    zkl_bytes name;
    uint32_t line; /* of its table */
    bool has_type;
    bool is_string;     /* "string": dictionary or string16, by the count of distinct values */
    bool is_dictionary; /* "dictionary": must fit */
    zkl_type type;
    int8_t nullable; /* 1, 0; -1: not said */
    bool nan_is_null;
    const char *low, *high; /* range: literals or "*"; NULL: none */
} zkl_schema_rule;

typedef struct zkl_schema_rules {
    const zkl_schema_rule *rules;
    size_t rule_count;
    const char *const *key; /* names of the key columns */
    size_t key_count;
} zkl_schema_rules;

zkl_status zkl_schema_rules_parse(zkl_schema_rules *out, zkl_arena *arena, zkl_bytes text,
                                  zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_schema_rules_read(zkl_schema_rules *out, zkl_arena *arena, const char *path,
                                 zkl_error *err) ZKL_MUST_USE;

/* A column name as claims write it: plain when it is [A-Za-z_][A-Za-z0-9_]*, else in double
 * quotes with \" and \\. */
void zkl_name_quote(zkl_buffer *out, zkl_bytes name);
