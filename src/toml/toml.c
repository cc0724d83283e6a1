/* TOML documents as a tree of nodes with line and column.
 *
 * toml++ parses, in toml_shim.cpp, which turns its exceptions into faults; what it found is copied
 * into an arena here, node by node, and its own tree is gone when zkl_toml_parse returns.
 * Everything an outsider can make large is bounded first: bytes, dots of a key, depth. */
#include "toml/toml.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/file.h"
#include "text/nearest.h"
#include "toml/toml_shim.h"

struct zkl_toml {
    zkl_arena arena;
    zkl_toml_node root;
};

/* toml++ frees nested tables by recursion, and dotted keys nest without its own limit: the dots of
 * one key are counted here first. Strings and comments are stepped over; what is not TOML is
 * refused later. */
#define KEY_DOTS_MAX 15 /* 60 nested values of 16 tables each are about 1,000 levels */

/* From the opening quote to behind the closing one. Basic strings ("") have escapes, literal ones
 * ('') have none; three quotes begin a string of several lines. */
static const uint8_t *skip_string(const uint8_t *at, const uint8_t *end)
{
    ZKL_ASSERT(at < end && (*at == '"' || *at == '\''));
    const uint8_t quote = *at;
    const bool basic = quote == '"';
    const bool lines = end - at >= 3 && at[1] == quote && at[2] == quote;
    if (!lines) {
        for (at++; at < end && *at != quote && *at != '\n'; at++)
            if (basic && *at == '\\' && at + 1 < end)
                at++;
        return at < end ? at + 1 : end;
    }
    for (at += 3; at < end; at++) {
        if (basic && *at == '\\') {
            at++;
        } else if (end - at >= 3 && at[0] == quote && at[1] == quote && at[2] == quote) {
            at += 3;
            while (at < end && *at == quote) /* the text may end in one or two quotes of its own */
                at++;
            return at;
        }
    }
    return end;
}

/* Dots since the last byte that can begin a key. Dots of numbers count too, which costs nothing: no
 * number has two. */
static bool key_dots_fit(zkl_bytes text)
{
    const uint8_t *at = text.data;
    const uint8_t *const end = text.size ? text.data + text.size : text.data;
    unsigned dots = 0;
    while (at < end) {
        if (*at == '"' || *at == '\'') {
            at = skip_string(at, end);
            continue;
        }
        if (*at == '#') {
            while (at < end && *at != '\n')
                at++;
            continue;
        }
        if (*at == '.' && ++dots > KEY_DOTS_MAX)
            return false;
        if (*at == '\n' || *at == '=' || *at == ',' || *at == '[' || *at == '{')
            dots = 0;
        at++;
    }
    return true;
}

/* With a NUL behind it, so that a text without one inside is a C string. data is NULL without
 * memory. */
static zkl_bytes copy_text(zkl_arena *arena, const char *text, size_t size)
{
    return zkl_bytes_of(zkl_arena_text(arena, text ? text : "", size), size);
}

/* Called by the shim for each value, parents first; NULL stops it and means that there is no
 * memory. index: the place among the parent's items, which were made with it. */
static void *make_node(void *context, void *parent, size_t index, const zkl_toml_value *value)
{
    zkl_toml *toml = context;
    zkl_toml_node *container = parent;
    zkl_toml_node *node = &toml->root;
    if (container) {
        /* items are const for readers; this is the one writer */
        zkl_toml_node *items = (zkl_toml_node *)(uintptr_t)container->items;
        ZKL_ASSERT(index < container->item_count);
        node = &items[index];
    }
    ZKL_ASSERT(value->kind >= ZKL_TOML_TABLE && value->kind <= ZKL_TOML_TIME);
    node->kind = (zkl_toml_kind)value->kind;
    node->line = value->line;
    node->column = value->column;
    node->key_line = value->key_line ? value->key_line : value->line;
    node->key_column = value->key_line ? value->key_column : value->column;
    node->integer = value->integer;
    node->real = value->real;
    node->boolean = value->boolean;
    node->key = copy_text(&toml->arena, value->key, value->key_size);
    node->text = copy_text(&toml->arena, value->text, value->text_size);
    node->item_count = value->item_count;
    node->items = ZKL_ARENA_NEW(&toml->arena, zkl_toml_node, value->item_count);
    return node->key.data && node->text.data && node->items ? node : NULL;
}

/* Texts are there, also empty ones, and only what can hold items has some. */
static void node_invariant(const zkl_toml_node *node)
{
    ZKL_ASSERT(node->key.data && node->text.data && node->items);
    ZKL_ASSERT(!node->item_count || node->kind == ZKL_TOML_TABLE || node->kind == ZKL_TOML_ARRAY);
}

/* Recursion to ZKL_TOML_DEPTH_MAX + 1 at most: a deeper node ends it. */
static bool depth_fits(const zkl_toml_node *node, unsigned depth)
{
    if (depth > ZKL_TOML_DEPTH_MAX)
        return false;
    node_invariant(node);
    for (size_t i = 0; i < node->item_count; i++)
        if (!depth_fits(&node->items[i], depth + 1))
            return false;
    return true;
}

/* fault.line 0: the parser could not say where. */
zkl_status zkl_toml_parse(zkl_toml **out, zkl_bytes text, zkl_error *err)
{
    if (text.size > ZKL_TOML_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the file has %zu bytes, at most %zu", text.size,
                        ZKL_TOML_BYTES_MAX);
    if (!key_dots_fit(text))
        return zkl_fail(err, ZKL_LIMIT, "a key has more than %d dots", KEY_DOTS_MAX);
    ZKL_AUTO_FREE(zkl_toml) toml = zkl_calloc(1, sizeof *toml);
    if (!toml)
        return zkl_no_memory(err, sizeof *toml);
    zkl_toml_fault fault;
    if (!zkl_toml_shim_parse((const char *)text.data, text.size, make_node, toml, &fault)) {
        if (fault.no_memory)
            return zkl_no_memory(err, text.size);
        if (fault.line == 0)
            return zkl_fail(err, ZKL_BAD_INPUT, "%s", fault.text);
        return zkl_fail(err, ZKL_BAD_INPUT, "line %u, column %u: %s", fault.line, fault.column,
                        fault.text);
    }
    if (!depth_fits(&toml->root, 0))
        return zkl_fail(err, ZKL_LIMIT, "tables and arrays stand more than %d deep in each other",
                        ZKL_TOML_DEPTH_MAX);
    ZKL_ASSERT(toml->root.kind == ZKL_TOML_TABLE);
    *out = toml;
    toml = NULL;
    return ZKL_OK;
}

/* The path is put in front of line and column. */
zkl_status zkl_toml_read(zkl_toml **out, const char *path, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_TRY(zkl_file_read(&text, path, ZKL_TOML_BYTES_MAX, err));
    const zkl_status status = zkl_toml_parse(out, zkl_buffer_bytes(&text), err);
    return status == ZKL_OK ? status : zkl_wrap(err, status, "'%s'", path);
}

void zkl_toml_free(zkl_toml *toml)
{
    if (toml)
        zkl_arena_clear(&toml->arena);
    zkl_free(toml);
}

const zkl_toml_node *zkl_toml_root(const zkl_toml *toml)
{
    node_invariant(&toml->root);
    return &toml->root;
}

/* Linear: tables of a configuration have a handful of members. The parser has refused repeated
 * keys. */
const zkl_toml_node *zkl_toml_find(const zkl_toml_node *table, const char *key)
{
    if (!table || table->kind != ZKL_TOML_TABLE)
        return NULL;
    for (size_t i = 0; i < table->item_count; i++)
        if (zkl_bytes_equal_text(table->items[i].key, key))
            return &table->items[i];
    return NULL;
}

/* In the order of zkl_toml_kind. */
const char *zkl_toml_kind_text(zkl_toml_kind kind)
{
    static const char *const texts[] = { "a table", "an array",      "a string",      "an integer",
                                         "a float", "true or false", "a date or time" };
    return (size_t)kind < ZKL_COUNT(texts) ? texts[kind] : "a value";
}

/* Where the value begins, which is what an editor jumps to. */
zkl_status zkl_toml_fail(const zkl_toml_node *node, zkl_error *err, const char *format, ...)
{
    char text[ZKL_ERROR_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments); /* cut when too long, as all messages */
    va_end(arguments);
    return zkl_fail(err, ZKL_BAD_INPUT, "line %u, column %u: %s", node->line, node->column, text);
}

/* *out: the member, or NULL when it is missing. */
static zkl_status find_kind(const zkl_toml_node **out, const zkl_toml_node *table, const char *key,
                            zkl_toml_kind kind, zkl_error *err)
{
    *out = zkl_toml_find(table, key);
    if (!*out || (*out)->kind == kind)
        return ZKL_OK;
    return zkl_toml_fail(*out, err, "'%s' is %s, wanted %s", key, zkl_toml_kind_text((*out)->kind),
                         zkl_toml_kind_text(kind));
}

/* A missing member leaves *out alone in all of these: callers put the default there. */
zkl_status zkl_toml_get_text(const char **out, const zkl_toml_node *table, const char *key,
                             zkl_error *err)
{
    const zkl_toml_node *node;
    ZKL_TRY(find_kind(&node, table, key, ZKL_TOML_STRING, err));
    ZKL_ASSERT(!node || node->kind == ZKL_TOML_STRING);
    if (node && memchr(node->text.data, 0, node->text.size))
        return zkl_toml_fail(node, err, "'%s' holds a NUL character", key);
    if (node)
        *out = (const char *)node->text.data;
    return ZKL_OK;
}

/* Any int64_t: ranges are the caller's. */
zkl_status zkl_toml_get_integer(int64_t *out, const zkl_toml_node *table, const char *key,
                                zkl_error *err)
{
    const zkl_toml_node *node;
    ZKL_TRY(find_kind(&node, table, key, ZKL_TOML_INTEGER, err));
    if (node)
        *out = node->integer;
    return ZKL_OK;
}

/* true or false; 0 and 1 are integers. */
zkl_status zkl_toml_get_boolean(bool *out, const zkl_toml_node *table, const char *key,
                                zkl_error *err)
{
    const zkl_toml_node *node;
    ZKL_TRY(find_kind(&node, table, key, ZKL_TOML_BOOLEAN, err));
    if (node)
        *out = node->boolean;
    return ZKL_OK;
}

/* An inline table is one, too. */
zkl_status zkl_toml_get_table(const zkl_toml_node **out, const zkl_toml_node *table,
                              const char *key, zkl_error *err)
{
    const zkl_toml_node *node;
    ZKL_TRY(find_kind(&node, table, key, ZKL_TOML_TABLE, err));
    if (node)
        *out = node;
    return ZKL_OK;
}

/* Elements may be of different kinds; who reads them checks each. */
zkl_status zkl_toml_get_array(const zkl_toml_node **out, const zkl_toml_node *table,
                              const char *key, zkl_error *err)
{
    const zkl_toml_node *node;
    ZKL_TRY(find_kind(&node, table, key, ZKL_TOML_ARRAY, err));
    if (node)
        *out = node;
    return ZKL_OK;
}

/* Keys compare as bytes: TOML has no other equality. */
static bool is_known(zkl_bytes key, const char *const *known, size_t known_count)
{
    for (size_t i = 0; i < known_count; i++)
        if (zkl_bytes_equal_text(key, known[i]))
            return true;
    return false;
}

/* A key that is misspelt must not be passed over: it would silently mean the default. The list of
 * known keys is cut when it is too long, as all messages are. */
zkl_status zkl_toml_refuse_unknown(const zkl_toml_node *table, const char *const *known,
                                   size_t known_count, zkl_error *err)
{
    ZKL_ASSERT(known || known_count == 0);
    for (size_t i = 0; table && i < table->item_count; i++) {
        const zkl_toml_node *node = &table->items[i];
        if (is_known(node->key, known, known_count))
            continue;
        char list[512] = "", hint[ZKL_NEAREST_HINT_BYTES];
        zkl_nearest nearest = zkl_nearest_to(node->key);
        for (size_t k = 0, at = 0; k < known_count && at < sizeof list; k++) {
            at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", k ? ", " : "", known[k]);
            zkl_nearest_try(&nearest, zkl_bytes_of_text(known[k]));
        }
        return zkl_fail(err, ZKL_BAD_INPUT, "line %u, column %u: unknown key '%s'%s; known: %s",
                        node->key_line, node->key_column, (const char *)node->key.data,
                        zkl_nearest_hint(hint, &nearest), list);
    }
    return ZKL_OK;
}
