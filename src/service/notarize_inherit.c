/* What a later version takes over from the one before it: the seed, so that unchanged chunks keep
 * their commitments; types, nullability and dictionaries, so that chunks stay unchanged; and those
 * commitments.
 *
 * The entries of dictionaries are values of the table. The ledger keeps them for its owner, wrapped
 * like data keys. Without them, or without the data key, a version is notarised all the same:
 * dictionaries are made anew, chunks committed anew. */
#include <string.h>

#include "service/notarize_internal.h"
#include "types/dictionary.h"

/* ---- Finding it. */

/* The entries of column number `column`'s dictionary, when the ledger keeps them. */
static zkl_status find_dictionary(previous_version *p, zkl_previous_dictionary *out, size_t column,
                                  const service_desk *desk, zkl_error *err)
{
    zkl_kept_dictionary kept = { 0 };
    out->seed = p->manifest.dictionary_seeds[column];
    ZKL_TRY(service_kept_dictionary(&kept, &p->memory, desk->ledger, desk->owner,
                                    &p->manifest.schema.columns[column].type.root, err));
    p->kept[column] = kept.entries != NULL;
    out->entries = kept.entries;
    out->entry_count = kept.entry_count;
    return ZKL_OK;
}

/* Columns without a dictionary have zeros, so that both lists are by column. */
static zkl_status find_dictionaries(previous_version *p, const service_desk *desk, zkl_error *err)
{
    /* kept: what need not be written again with the next version. */
    const zkl_schema *schema = &p->manifest.schema;
    zkl_previous_dictionary *dictionaries =
        ZKL_ARENA_NEW(&p->memory, zkl_previous_dictionary, schema->column_count);
    p->kept = ZKL_ARENA_NEW(&p->memory, bool, schema->column_count);
    if (!dictionaries || !p->kept)
        return zkl_no_memory(err, schema->column_count * sizeof *dictionaries);
    for (size_t i = 0; i < schema->column_count; i++)
        if (schema->columns[i].type.kind == ZKL_TYPE_DICTIONARY)
            ZKL_TRY(find_dictionary(p, &dictionaries[i], i, desk, err));
    p->columns = (zkl_previous){ .schema = schema, .dictionaries = dictionaries };
    return ZKL_OK;
}

/* Without it every chunk is committed anew. */
static zkl_status find_data_key(previous_version *p, const service_desk *desk, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) plain = { 0 };
    bool found;
    ZKL_TRY(service_private_find(&plain, &found, SERVICE_DATA_KEY, desk->ledger, desk->owner,
                                 &p->dataset, err));
    return found ? zkl_datakey_parse(&p->data_key, &p->memory, zkl_buffer_bytes(&plain), err)
                 : ZKL_OK;
}

void previous_version_clear(previous_version *previous)
{
    zkl_arena_clear(&previous->memory);
    *previous = (previous_version){ 0 };
}

/* Schema and seed are public, in the manifest. The rest is what the ledger keeps for its owner. */
static zkl_status load_version(previous_version *out, const service_desk *desk,
                               const zkl_dataset_version *found, zkl_error *err)
{
    service_entries about;
    zkl_bytes bytes;
    ZKL_TRY(zkl_ledger_entry_with(desk->ledger, &out->entry, &out->memory, found->index,
                                  ZKL_FIELDS_DATA, err));
    ZKL_TRY(service_entries_about(&about, &out->memory, desk->ledger, found, err));
    for (size_t i = 0; i < about.count; i++)
        ZKL_TRY(service_texts_add(&out->claims, &out->memory, &about.items[i].entry, err));
    ZKL_TRY(service_manifest(&out->manifest, &bytes, &out->memory, desk->ledger, &out->entry, err));
    out->version = found->version;
    out->index = found->index;
    out->dataset = found->dataset;
    ZKL_TRY(find_dictionaries(out, desk, err));
    return find_data_key(out, desk, err);
}

zkl_status previous_version_find(previous_version *out, const service_desk *desk, const char *name,
                                 zkl_error *err)
{
    zkl_dataset_version last;
    zkl_error none = { 0 };
    out->memory.is_secret = true; /* data keys, and strings of the table */
    if (!desk->ledger)
        return ZKL_OK;
    const zkl_status status =
        zkl_ledger_find(desk->ledger, &last, &out->memory, zkl_bytes_of_text(name), 0, &none);
    if (status == ZKL_NOT_FOUND)
        return ZKL_OK;
    return status == ZKL_OK ? load_version(out, desk, &last, err) : zkl_fail_as(err, status, &none);
}

/* Columns of several datasets as if they were one version's. */
typedef struct merged_columns {
    zkl_column *columns;
    zkl_previous_dictionary *dictionaries;
    bool *kept;
    size_t count, capacity;
} merged_columns;

static bool has_name(const merged_columns *m, zkl_bytes name)
{
    size_t i = 0;
    while (i < m->count && !zkl_bytes_equal(m->columns[i].name, name))
        i++;
    return i < m->count;
}

static zkl_status grow(merged_columns *m, zkl_arena *arena, size_t more, zkl_error *err)
{
    merged_columns larger = { ZKL_ARENA_NEW(arena, zkl_column, m->count + more),
                              ZKL_ARENA_NEW(arena, zkl_previous_dictionary, m->count + more),
                              ZKL_ARENA_NEW(arena, bool, m->count + more), m->count,
                              m->count + more };
    if (!larger.columns || !larger.dictionaries || !larger.kept)
        return zkl_no_memory(err, larger.capacity * sizeof *larger.columns);
    if (m->count) {
        memcpy(larger.columns, m->columns, m->count * sizeof *m->columns);
        memcpy(larger.dictionaries, m->dictionaries, m->count * sizeof *m->dictionaries);
        memcpy(larger.kept, m->kept, m->count * sizeof *m->kept);
    }
    *m = larger;
    return ZKL_OK;
}

/* The columns of the version that was loaded last which the source means. Those whose name is there
 * already are passed over. */
static zkl_status merge_columns(merged_columns *m, previous_version *loaded,
                                const zkl_types_source *source, zkl_error *err)
{
    const zkl_schema *schema = &loaded->manifest.schema;
    bool found = false;
    ZKL_TRY(grow(m, &loaded->memory, schema->column_count, err));
    for (size_t i = 0; i < schema->column_count; i++) {
        if (source->column && !zkl_bytes_equal_text(schema->columns[i].name, source->column))
            continue;
        zkl_column column = schema->columns[i];
        found = true;
        if (source->column && source->as)
            column.name = zkl_bytes_of_text(source->as);
        if (has_name(m, column.name))
            continue;
        if (source->type && !zkl_type_parse(&column.type, zkl_bytes_of_text(source->type)))
            return zkl_fail(err, ZKL_USAGE, "'%s' is no type", source->type);
        column.nullable = column.nullable && !source->is_filled;
        m->columns[m->count] = column;
        m->dictionaries[m->count] =
            source->type ? (zkl_previous_dictionary){ 0 } : loaded->columns.dictionaries[i];
        m->kept[m->count++] = !source->type && loaded->kept[i];
    }
    return found ? ZKL_OK
                 : zkl_fail(err, ZKL_NOT_FOUND, "'%s' has no column '%s'", source->reference,
                            source->column ? source->column : "");
}

/* *out looks like a version whose columns are those of all sources. */
static zkl_status find_types(previous_version *out, const service_desk *desk,
                             const zkl_notarize_request *request, zkl_error *err)
{
    merged_columns merged = { 0 };
    for (size_t i = 0; i < request->types_from_count; i++) {
        const zkl_types_source *source = &request->types_from[i];
        zkl_dataset_version found, notarised;
        ZKL_TRY(service_find(&found, &out->memory, desk->ledger, source->reference, err));
        ZKL_TRY(zkl_ledger_find(desk->ledger, &notarised, &out->memory, found.name, found.version,
                                err));
        ZKL_TRY(load_version(out, desk, &notarised, err));
        ZKL_TRY(merge_columns(&merged, out, source, err));
    }
    out->manifest.schema.columns = merged.columns;
    out->manifest.schema.column_count = merged.count;
    out->columns = (zkl_previous){ &out->manifest.schema, merged.dictionaries };
    out->kept = merged.kept;
    return ZKL_OK;
}

zkl_status like_version_find(previous_version *out, const service_desk *desk,
                             const zkl_notarize_request *request, const previous_version *previous,
                             zkl_error *err)
{
    zkl_dataset_version found, notarised;
    out->memory.is_secret = true;
    if (!request->like && !request->types_from_count)
        return ZKL_OK;
    if (!desk->ledger)
        return zkl_fail(err, ZKL_USAGE, "no ledger given, and '%s' is one of its datasets",
                        request->like ? request->like : request->types_from[0].reference);
    if (request->types_from_count)
        return request->like ? zkl_fail(err, ZKL_USAGE,
                                        "types are those of one dataset, or of "
                                        "columns of several: not both")
                             : find_types(out, desk, request, err);
    if (previous->version)
        return zkl_fail(err, ZKL_USAGE,
                        "'%s' has versions already, whose types a new one keeps: it cannot be like "
                        "'%s'",
                        request->name, request->like);
    ZKL_TRY(service_find(&found, &out->memory, desk->ledger, request->like, err));
    ZKL_TRY(
        zkl_ledger_find(desk->ledger, &notarised, &out->memory, found.name, found.version, err));
    return load_version(out, desk, &notarised, err);
}

/* How a column is not as there, by types: values stay where the table is. */
static zkl_status fail_unlike(const zkl_column *have, const zkl_column *there, const char *like,
                              zkl_error *err)
{
    char is[ZKL_TYPE_TEXT_BYTES_MAX], was[ZKL_TYPE_TEXT_BYTES_MAX];
    const int size = (int)(have->name.size < 200 ? have->name.size : 200);
    const char *name = (const char *)have->name.data;
    if (!there)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "the table does not have the schema of '%s', which has no column '%.*s'",
                        like, size, name);
    if (have->type.kind == ZKL_TYPE_DICTIONARY && there->type.kind == ZKL_TYPE_DICTIONARY &&
        !zkl_type_equal(&have->type, &there->type))
        return zkl_fail(
            err, ZKL_BAD_INPUT,
            "the table does not have the schema of '%s': column '%.*s' holds texts that "
            "its dictionary lacks",
            like, size, name);
    (void)zkl_type_text(is, &have->type);
    (void)zkl_type_text(was, &there->type);
    return zkl_fail(err, ZKL_BAD_INPUT,
                    "the table does not have the schema of '%s': column '%.*s' is %.40s%s, not "
                    "%.40s%s",
                    like, size, name, is, have->nullable ? " nullable" : "", was,
                    there->nullable ? " nullable" : "");
}

zkl_status notarize_check_like(const zkl_table_facts *facts, const previous_version *like,
                               const zkl_notarize_request *request, zkl_error *err)
{
    const zkl_schema *have = facts->schema, *want = &like->manifest.schema;
    if (!request->like || zkl_digest_equal(&facts->schema_hash, &like->manifest.schema_hash))
        return ZKL_OK;
    for (size_t i = 0; i < have->column_count; i++) {
        const zkl_column *there = zkl_table_column_previous(facts->table, i);
        if (!there || !zkl_type_equal(&there->type, &have->columns[i].type) ||
            there->nullable != have->columns[i].nullable)
            return fail_unlike(&have->columns[i], there, request->like, err);
    }
    if (have->column_count != want->column_count)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "the table does not have the schema of '%s': it has %zu column%s, not %zu",
                        request->like, have->column_count, have->column_count == 1 ? "" : "s",
                        want->column_count);
    return zkl_fail(
        err, ZKL_BAD_INPUT,
        "the table does not have the schema of '%s': its columns stand in another order",
        request->like);
}

/* ---- What changed. */

static zkl_status type_text(const char **out, zkl_arena *memory, const zkl_type *type,
                            zkl_error *err)
{
    char text[ZKL_TYPE_TEXT_BYTES_MAX];
    *out = zkl_arena_text(memory, text, zkl_type_text(text, type));
    return *out ? ZKL_OK : zkl_no_memory(err, sizeof text);
}

/* from or to may be NULL. */
static zkl_status add_change(zkl_notarize_result *out, const zkl_column *from, const zkl_column *to,
                             const char *reason, zkl_error *err)
{
    zkl_column_change *changes = (zkl_column_change *)(uintptr_t)out->changes; /* made below */
    zkl_column_change *change = &changes[out->change_count];
    *change = (zkl_column_change){ .name = service_text(&out->memory, (to ? to : from)->name),
                                   .reason = zkl_arena_text(&out->memory, reason, strlen(reason)),
                                   .from_nullable = from && from->nullable,
                                   .to_nullable = to && to->nullable };
    if (!change->name || !change->reason)
        return zkl_no_memory(err, strlen(reason));
    if (from)
        ZKL_TRY(type_text(&change->from, &out->memory, &from->type, err));
    if (to)
        ZKL_TRY(type_text(&change->to, &out->memory, &to->type, err));
    out->change_count++;
    return ZKL_OK;
}

static const zkl_column *find_named(const zkl_schema *schema, zkl_bytes name)
{
    for (size_t i = 0; i < schema->column_count; i++)
        if (zkl_bytes_equal(schema->columns[i].name, name))
            return &schema->columns[i];
    return NULL;
}

/* Why the column is not as before: as its reading tells it. Types that come from another dataset
 * (types_from) need no reason of the values. */
static const char *change_reason(const zkl_table_facts *facts, size_t column)
{
    const char *reason = zkl_table_column_change(facts->table, column);
    return *reason ? reason : "its type is taken from another dataset";
}

/* Columns that are new or otherwise, in this table's order, then those that are gone. */
static zkl_status show_column_changes(zkl_notarize_result *out, const zkl_schema *had,
                                      const zkl_table_facts *facts, zkl_error *err)
{
    ZKL_AUTO_BLOCK bool *found = zkl_calloc(had->column_count, sizeof *found);
    const size_t most = had->column_count + facts->schema->column_count;
    out->changes = ZKL_ARENA_NEW(&out->memory, zkl_column_change, most);
    if (!out->changes || !found)
        return zkl_no_memory(err, most * sizeof *out->changes);
    for (size_t i = 0; i < facts->schema->column_count; i++) {
        const zkl_column *column = &facts->schema->columns[i];
        const zkl_column *before = find_named(had, column->name);
        /* By name: a column that was renamed is gone under one name and new under the other. */
        if (!before) {
            ZKL_TRY(add_change(out, NULL, column, "a new column", err));
            continue;
        }
        found[before - had->columns] = true;
        if (!zkl_type_equal(&before->type, &column->type) || before->nullable != column->nullable)
            ZKL_TRY(add_change(out, before, column, change_reason(facts, i), err));
    }
    for (size_t i = 0; i < had->column_count; i++)
        if (!found[i])
            ZKL_TRY(add_change(out, &had->columns[i], NULL, "not there any more", err));
    return ZKL_OK;
}

zkl_status notarize_show_changes(zkl_notarize_result *out, const previous_version *previous,
                                 const zkl_table_facts *facts, zkl_error *err)
{
    const zkl_manifest *had = &previous->manifest;
    if (!previous->version)
        return ZKL_OK;
    /* Another reading may give the same table, so it is said apart from the columns. */
    out->previous_version = previous->version;
    if (!zkl_reading_equal(&had->reading, zkl_table_reading(facts->table))) {
        out->previous_reading = service_reading_words(&out->memory, &had->reading);
        if (!out->previous_reading)
            return zkl_no_memory(err, 0);
    }
    out->same_schema = zkl_digest_equal(&facts->schema_hash, &had->schema_hash);
    return show_column_changes(out, &had->schema, facts, err);
}

/* ---- For the version after this one. */

/* One that was inherited and is kept already is not written again. One that was lost is. */
zkl_status notarize_keep_dictionaries(service_desk *desk, const zkl_table_facts *facts,
                                      const previous_version *inherited, const zkl_env *env,
                                      zkl_error *err)
{
    for (size_t i = 0; i < facts->schema->column_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) plain = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) wrapped = { 0 };
        const zkl_bytes *entries;
        const zkl_column *column = &facts->schema->columns[i];
        const zkl_column *before = zkl_table_facts_inherited_dictionary(facts, i);
        if (column->type.kind != ZKL_TYPE_DICTIONARY)
            continue;
        if (before && inherited->kept[before - inherited->manifest.schema.columns])
            continue;
        const size_t count = zkl_table_dictionary(facts->table, i, &entries);
        zkl_dictionary_encode(&plain, entries, count);
        ZKL_TRY(zkl_buffer_status(&plain, err));
        ZKL_TRY(service_private_wrap(&wrapped, SERVICE_DICTIONARY, zkl_buffer_bytes(&plain),
                                     desk->owner, &column->type.root, env, err));
        ZKL_TRY(zkl_change_add_private(&desk->change, &column->type.root,
                                       zkl_buffer_bytes(&wrapped), err));
    }
    return ZKL_OK;
}
