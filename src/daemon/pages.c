/* In the order of time, then id. A cursor is the last element's place in it, with a check so that
 * what was not made here is refused, and not read as some other place. */
#include "daemon/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "hash/hash.h"
#include "text/lines.h"

#define CHECK_CHARS ((size_t)16)

typedef struct place {
    json_int_t created;
    const char *id;
} place;

static place place_of(const json_t *element, const char *id)
{
    const char *const text = json_string_value(json_object_get(element, id));
    return (place){ json_integer_value(json_object_get(element, "created")), text ? text : "" };
}

static int compare(place a, place b)
{
    return a.created < b.created ? -1 : a.created > b.created ? 1 : strcmp(a.id, b.id);
}

/* Of the list's name too: a cursor of one list is none of another. */
static void put_check(char out[static CHECK_CHARS + 1], const char *member, const char *text)
{
    zkl_digest hash;
    zkl_sha256_state state;
    zkl_sha256_init(&state);
    zkl_sha256_update(&state, member, strlen(member) + 1);
    zkl_sha256_update(&state, text, strlen(text));
    zkl_sha256_final(&state, &hash);
    zkl_hex_encode(out, hash.bytes, CHECK_CHARS / 2);
}

static json_t *put_cursor(const char *member, place at)
{
    char text[80], check[CHECK_CHARS + 1];
    snprintf(text, sizeof text, "%lld.%s", (long long)at.created, at.id);
    put_check(check, member, text);
    return json_sprintf("%s.%s", check, text);
}

static bool parse_cursor(place *out, const char *member, const char *cursor)
{
    char check[CHECK_CHARS + 1];
    uint64_t created;
    if (strlen(cursor) <= CHECK_CHARS || cursor[CHECK_CHARS] != '.')
        return false;
    const char *const text = cursor + CHECK_CHARS + 1, *const dot = strchr(text, '.');
    put_check(check, member, text);
    if (!dot || strncmp(check, cursor, CHECK_CHARS) != 0 ||
        !zkl_line_decimal(&created, zkl_bytes_of(text, (size_t)(dot - text))))
        return false;
    *out = (place){ (json_int_t)created, dot + 1 };
    return true;
}

typedef struct placed {
    place at;
    json_t *element;
} placed;

static int by_place(const void *a, const void *b)
{
    return compare(((const placed *)a)->at, ((const placed *)b)->at);
}

/* The first elements behind `after`, in order. NULL without memory. */
static json_t *cut(json_t *all, const char *id, const place *after, size_t limit, bool *has_more)
{
    const size_t count = json_array_size(all);
    ZKL_AUTO_BLOCK placed *order = zkl_malloc(count + 1, sizeof *order);
    json_t *const out = order ? json_array() : NULL;
    *has_more = false;
    if (!out)
        return NULL;
    for (size_t i = 0; i < count; i++)
        order[i] = (placed){ place_of(json_array_get(all, i), id), json_array_get(all, i) };
    qsort(order, count, sizeof *order, by_place);
    for (size_t i = 0; i < count && !*has_more; i++) {
        if (after && compare(order[i].at, *after) <= 0)
            continue;
        *has_more = json_array_size(out) == limit;
        if (!*has_more)
            json_array_append(out, order[i].element);
    }
    return out;
}

/* The query's numbers; false: it is broken. */
static bool read_query(uint64_t *limit, place *after, bool *has_after, daemon_request *q,
                       const char *member)
{
    json_t *const limits = daemon_query_all(q, "limit"), *const cursors =
                                                             daemon_query_all(q, "cursor");
    const char *const count = json_string_value(json_array_get(limits, 0));
    const char *const cursor = json_string_value(json_array_get(cursors, 0));
    char *const kept = cursor ? zkl_arena_text(&q->memory, cursor, strlen(cursor)) : NULL;
    *limit = DAEMON_PAGE_MAX;
    *has_after = cursor != NULL;
    const bool fits =
        limits && cursors && json_array_size(limits) < 2 && json_array_size(cursors) < 2 &&
        (!count || zkl_line_decimal(limit, zkl_bytes_of_text(count))) && *limit > 0 &&
        *limit <= DAEMON_PAGE_MAX && (!cursor || (kept && parse_cursor(after, member, kept)));
    json_decref(limits);
    json_decref(cursors);
    return fits;
}

void daemon_send_page(daemon_request *q, const char *member, const char *id, json_t *all)
{
    uint64_t limit;
    place after = { 0 };
    bool has_after, has_more;
    if (!read_query(&limit, &after, &has_after, q, member)) {
        json_decref(all);
        daemon_problem(q->exchange, ZKL_USAGE,
                       "'limit' is 1 to 1000, and 'cursor' what a page before said");
        return;
    }
    json_t *const part = cut(all, id, has_after ? &after : NULL, (size_t)limit, &has_more);
    json_t *const out = part ? json_pack("{s:O}", member, part) : NULL;
    if (has_more)
        json_object_set_new(
            out, "next",
            put_cursor(member, place_of(json_array_get(part, json_array_size(part) - 1), id)));
    json_decref(part);
    json_decref(all);
    daemon_json(q->exchange, 200, NULL, out);
}
