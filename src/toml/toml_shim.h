#pragma once
/* Between toml.c and the one C++ file: toml++ parses, and every value is told to toml.c in
 * order. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zkl_toml_value {
    int kind; /* zkl_toml_kind */
    uint32_t line, column, key_line, key_column;
    const char *key, *text;
    size_t key_size, text_size;
    int64_t integer;
    double real;
    bool boolean;
    size_t item_count;
} zkl_toml_value;

typedef struct zkl_toml_fault {
    uint32_t line, column; /* 0: no place */
    bool no_memory;
    char text[256];
} zkl_toml_fault;

/* Called with parent NULL for the root, then for each item of a container with what the call for
 * the container returned, index counting from 0. NULL: no memory, stop. */
typedef void *zkl_toml_make(void *context, void *parent, size_t index, const zkl_toml_value *value);

/* The caller bounds the dots of a key first: toml++ frees nested tables by recursion. */
bool zkl_toml_shim_parse(const char *text, size_t size, zkl_toml_make *make, void *context,
                         zkl_toml_fault *fault);

#ifdef __cplusplus
}
#endif
