/* Texts of dictionary columns in claims. What a proof compares is a code, and the manifest has the
 * root of the dictionary alone: so a claim that names a text shows the dictionary's entry, in its
 * JSON under "texts":
 *
 *   {"code":2,"column":"city","entries":7,"opening":"base 64","text":"Berlin"}
 *
 * opening: the entry's salt and the path from its leaf to the root, leaf side first. A claim shows
 * the texts that it names, by column and code, each once and no other: its JSON is written again
 * from what it compiled to, and compared.
 *
 * What follows is that the text has this code. That it has no other one follows only if the owner
 * made the dictionary as he should. */
#include <string.h>

#include "claim/claim_kind.h"
#include "text/base64.h"
#include "text/json_text.h"
#include "text/utf8.h"

zkl_status zkl_claim_find_text(const zkl_claim_maker *m, zkl_claim_text *out, uint32_t column,
                               zkl_bytes text)
{
    const zkl_schema *schema = m->scope->datasets[0].schema;
    zkl_claim_text made = { .column = column, .text = text };
    ZKL_ASSERT(zkl_claim_schema_column(m->scope, column)->type.kind == ZKL_TYPE_DICTIONARY);
    if (!zkl_utf8_valid(text) || (text.size && memchr(text.data, 0, text.size)))
        return zkl_claim_fail_column(m, ZKL_NOT_SUPPORTED, column,
                                     "a text that is no UTF-8, or has a NUL in it");
    zkl_status status =
        m->scope->texts ? m->scope->texts->find(m->scope->texts, &made, m->err) : ZKL_NOT_FOUND;
    if (status == ZKL_NOT_FOUND) {
        ZKL_AUTO_CLEAR(zkl_buffer) what = { 0 };
        zkl_buffer_put_text(&what, "there is no code of ");
        zkl_claim_put_text(&what, zkl_bytes_of(text.data, text.size < 100 ? text.size : 100));
        zkl_buffer_put_text(&what, " to compare, for it has no such text");
        zkl_buffer_put_u8(&what, 0);
        ZKL_TRY(zkl_buffer_status(&what, m->err));
        return zkl_claim_fail_column(m, ZKL_NOT_FOUND, column, (const char *)what.data);
    }
    if (status == ZKL_OK && !zkl_dictionary_opens(&made.opening, schema->hash, text,
                                                  &schema->columns[column].type.root))
        status = zkl_claim_fail_column(m, ZKL_REJECTED, column,
                                       "what is shown of a text is no entry of its dictionary");
    if (status == ZKL_OK)
        *out = made;
    return status;
}

/* ---- JSON */

void zkl_claim_member_texts(zkl_claim_members *members, const zkl_claim_scope *scope,
                            const zkl_claim_text *const *texts, size_t count)
{
    if (!count)
        return;
    zkl_buffer *out = zkl_claim_member(members, "texts");
    for (size_t i = 0; i < count; i++) {
        const zkl_dictionary_opening *shown = &texts[i]->opening;
        ZKL_AUTO_CLEAR(zkl_buffer) opening = { 0 };
        zkl_buffer_put(&opening, shown->salt, 32);
        zkl_buffer_put(&opening, shown->path, shown->path_count * sizeof *shown->path);
        zkl_buffer_format(out, "%s\"code\":%u,\"column\":", i ? ",{" : "[{", shown->code);
        zkl_json_put_string(out, zkl_claim_schema_column(scope, texts[i]->column)->name);
        zkl_buffer_format(out, ",\"entries\":%u,\"opening\":\"", shown->entry_count);
        if (!opening.failed)
            zkl_buffer_put_base64(out, opening.data, opening.size);
        zkl_buffer_put_text(out, "\",\"text\":");
        zkl_json_put_string(out, texts[i]->text);
        zkl_buffer_put_u8(out, '}');
        members->values.failed = members->values.failed || opening.failed;
    }
    zkl_buffer_put_u8(out, ']');
}

/* The texts of one claim. */
typedef struct shown_texts {
    zkl_claim_texts methods; /* the first member: &methods is the whole */
    zkl_claim_text items[ZKL_CLAIM_TEXTS_MAX];
    size_t count;
} shown_texts;

static zkl_status find_shown(zkl_claim_texts *texts, zkl_claim_text *out, zkl_error *err)
{
    const shown_texts *shown = (const shown_texts *)texts;
    for (size_t i = 0; i < shown->count; i++)
        if (shown->items[i].column == out->column &&
            zkl_bytes_equal(shown->items[i].text, out->text)) {
            out->opening = shown->items[i].opening;
            return ZKL_OK;
        }
    return zkl_fail(err, ZKL_NOT_FOUND, "the claim does not show the text");
}

/* The schema's column of this name; false: none. */
static bool find_column(uint32_t *out, const zkl_schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->column_count; i++)
        if (zkl_bytes_equal_text(schema->columns[i].name, name)) {
            *out = (uint32_t)i;
            return true;
        }
    return false;
}

static zkl_status fail_text(zkl_error *err)
{
    return zkl_fail(err, ZKL_REJECTED, "a text that the claim shows is in no form of one");
}

/* Salt and path, in the arena. */
static zkl_status read_opening(zkl_dictionary_opening *out, zkl_arena *arena, const json_t *text,
                               zkl_error *err)
{
    const zkl_bytes encoded = zkl_bytes_of(json_string_value(text), json_string_length(text));
    const size_t most = 32 * (1 + ZKL_MERKLE_PATH_MAX), room = zkl_base64_decoded_size(encoded);
    size_t size = 0;
    if (room > most)
        return fail_text(err);
    uint8_t *bytes = zkl_arena_alloc(arena, room, 1);
    zkl_digest *path = ZKL_ARENA_NEW(arena, zkl_digest, ZKL_MERKLE_PATH_MAX);
    if (!bytes || !path)
        return zkl_no_memory(err, most);
    if (!zkl_base64_decode(bytes, &size, encoded) || size < 32 || size % 32)
        return fail_text(err);
    memcpy(path, bytes + 32, size - 32);
    out->salt = bytes;
    out->path = path;
    out->path_count = size / 32 - 1;
    return ZKL_OK;
}

static bool is_below(uint32_t *out, const json_t *number, uint32_t end)
{
    const json_int_t value = json_is_integer(number) ? json_integer_value(number) : -1;
    *out = (uint32_t)value;
    return value >= 0 && value < end;
}

/* Unknown members, and other orders, do not come back when the JSON is written again. */
static zkl_status read_text(zkl_claim_text *out, zkl_arena *arena, const zkl_schema *schema,
                            const json_t *member, zkl_error *err)
{
    const json_t *column = json_object_get(member, "column"),
                 *opening = json_object_get(member, "opening"),
                 *text = json_object_get(member, "text");
    if (!json_is_string(column) || !json_is_string(opening) || !json_is_string(text) ||
        !find_column(&out->column, schema, json_string_value(column)) ||
        !is_below(&out->opening.code, json_object_get(member, "code"),
                  ZKL_DICTIONARY_ENTRIES_MAX) ||
        !is_below(&out->opening.entry_count, json_object_get(member, "entries"),
                  ZKL_DICTIONARY_ENTRIES_MAX + 1))
        return fail_text(err);
    const char *copy = zkl_arena_text(arena, json_string_value(text), json_string_length(text));
    if (!copy)
        return zkl_no_memory(err, json_string_length(text));
    out->text = zkl_bytes_of(copy, json_string_length(text));
    return read_opening(&out->opening, arena, opening, err);
}

zkl_status zkl_claim_shown_texts(const zkl_claim_scope **out, zkl_arena *arena,
                                 const zkl_claim_scope *scope, zkl_bytes json, zkl_error *err)
{
    json_t *claim;
    ZKL_TRY(zkl_json_parse_canonical(&claim, json, "the claim", err));
    const json_t *list = json_object_get(claim, "texts");
    const size_t count = json_array_size(list);
    shown_texts *shown = list ? ZKL_ARENA_NEW(arena, shown_texts, 1) : NULL;
    zkl_claim_scope *made = list ? zkl_arena_copy(arena, scope, sizeof *scope) : NULL;
    zkl_status status = !list || (shown && made) ? ZKL_OK : zkl_no_memory(err, sizeof *shown);
    if (list && status == ZKL_OK && (!count || count > ZKL_CLAIM_TEXTS_MAX))
        status = zkl_fail(err, ZKL_REJECTED, "the claim shows %zu texts: from 1 to %d", count,
                          ZKL_CLAIM_TEXTS_MAX);
    for (size_t i = 0; i < count && status == ZKL_OK; i++)
        status = read_text(&shown->items[shown->count++], arena, scope->datasets[0].schema,
                           json_array_get(list, i), err);
    json_decref(claim);
    if (status != ZKL_OK)
        return status;
    *out = scope;
    if (list) {
        shown->methods.find = find_shown;
        made->texts = &shown->methods;
        *out = made;
    }
    return ZKL_OK;
}
