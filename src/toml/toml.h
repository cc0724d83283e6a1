#pragma once
/* TOML 1.0 files (schemas, trust files, configuration, policies) as a read-only tree.
 *
 * Every node knows its line and column (from 1). Messages of the helpers below begin "line L,
 * column C: "; a caller that knows the path adds it: zkl_wrap(err, status, "'%s'", path). */
#include "base/memory.h"

#define ZKL_TOML_BYTES_MAX ((size_t)4 << 20)
#define ZKL_TOML_DEPTH_MAX 64 /* tables and arrays inside each other */

typedef enum zkl_toml_kind {
    ZKL_TOML_TABLE,
    ZKL_TOML_ARRAY,
    ZKL_TOML_STRING,
    ZKL_TOML_INTEGER,
    ZKL_TOML_FLOAT,
    ZKL_TOML_BOOLEAN,
    ZKL_TOML_TIME, /* dates, times, date-times: text holds the ISO 8601 form */
} zkl_toml_kind;

typedef struct zkl_toml_node {
    zkl_toml_kind kind;
    uint32_t line, column;         /* where the value begins */
    zkl_bytes key;                 /* members of tables; UTF-8, ends in NUL after size bytes */
    uint32_t key_line, key_column; /* where the key stands */
    zkl_bytes
        text; /* strings and times; UTF-8 (a NUL may be inside), ends in NUL after size bytes */
    int64_t integer;
    double real;
    bool boolean;
    const struct zkl_toml_node *items; /* tables: members, by place in the text; arrays: elements */
    size_t item_count;
} zkl_toml_node;

typedef struct zkl_toml zkl_toml;

/* ZKL_BAD_INPUT with line and column for what is not TOML; ZKL_LIMIT beyond the limits above. text
 * is copied. */
zkl_status zkl_toml_parse(zkl_toml **out, zkl_bytes text, zkl_error *err) ZKL_MUST_USE;
/* The same from a file; messages name the path. */
zkl_status zkl_toml_read(zkl_toml **out, const char *path, zkl_error *err) ZKL_MUST_USE;
void zkl_toml_free(zkl_toml *toml);
ZKL_DEFINE_AUTO_FREE(zkl_toml)

/* The top table; lives as long as toml. */
const zkl_toml_node *zkl_toml_root(const zkl_toml *toml);

/* The member of that name, or NULL. table may be NULL (then NULL). */
const zkl_toml_node *zkl_toml_find(const zkl_toml_node *table, const char *key);

/* Members by name and kind. A missing key leaves *out as it is and is fine (so *out holds the
 * default); another kind is ZKL_BAD_INPUT with line and column. table may be NULL. Texts are
 * refused when they hold a NUL, so `text` may be used as a C string for as long as the tree
 * lives. */
zkl_status zkl_toml_get_text(const char **out, const zkl_toml_node *table, const char *key,
                             zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_toml_get_integer(int64_t *out, const zkl_toml_node *table, const char *key,
                                zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_toml_get_boolean(bool *out, const zkl_toml_node *table, const char *key,
                                zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_toml_get_table(const zkl_toml_node **out, const zkl_toml_node *table,
                              const char *key, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_toml_get_array(const zkl_toml_node **out, const zkl_toml_node *table,
                              const char *key, zkl_error *err) ZKL_MUST_USE;

/* ZKL_BAD_INPUT "line L, column C: unknown key 'x'; known: a, b" for the first member that is not
 * among known. */
zkl_status zkl_toml_refuse_unknown(const zkl_toml_node *table, const char *const *known,
                                   size_t known_count, zkl_error *err) ZKL_MUST_USE;
/* "line L, column C: <text>" as ZKL_BAD_INPUT. */
zkl_status zkl_toml_fail(const zkl_toml_node *node, zkl_error *err, const char *format, ...)
    ZKL_PRINTF(3, 4);
const char *zkl_toml_kind_text(zkl_toml_kind kind); /* "a table", "a string", ... */
