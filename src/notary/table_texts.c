/* What is made of a dictionary is kept: a claim is compiled more than once, and a path costs as
 * many hashes as there are entries. */
#include "notary/table_texts.h"

#include <string.h>

typedef struct kept_opening {
    uint32_t column;
    zkl_dictionary_opening opening;
    struct kept_opening *next;
} kept_opening;

typedef struct table_texts {
    zkl_claim_texts methods; /* the first member: &methods is the whole */
    zkl_arena *memory;
    const zkl_table_facts *facts;
    kept_opening *kept;
} table_texts;

/* *out: among `count` when it is not there. */
static uint32_t find_code(const zkl_bytes *entries, size_t count, zkl_bytes text)
{
    size_t code = 0;
    while (code < count && !zkl_bytes_equal(entries[code], text))
        code++;
    return (uint32_t)code;
}

static zkl_status open_entry(zkl_dictionary_opening *out, const table_texts *t, uint32_t column,
                             uint32_t code, zkl_error *err)
{
    const zkl_table *table = t->facts->table;
    uint8_t key[32];
    zkl_dictionary_source whole = { .hash = t->facts->schema->hash, .key = key };
    whole.entry_count = zkl_table_facts_dictionary(t->facts, column, &whole.entries);
    zkl_owner_secret_dictionary_key(key, t->facts->owner, zkl_table_dictionary_seed(table, column));
    const zkl_status status = zkl_dictionary_open(out, t->memory, &whole, code, err);
    zkl_wipe(key, sizeof key);
    return status;
}

static zkl_status find(zkl_claim_texts *texts, zkl_claim_text *out, zkl_error *err)
{
    table_texts *t = (table_texts *)texts;
    const zkl_bytes *entries;
    const size_t count = zkl_table_facts_dictionary(t->facts, out->column, &entries);
    const uint32_t code = find_code(entries, count, out->text);
    if (code == count)
        return zkl_fail(err, ZKL_NOT_FOUND, "the dictionary has no such text");
    kept_opening *kept = t->kept;
    while (kept && (kept->column != out->column || kept->opening.code != code))
        kept = kept->next;
    if (!kept) {
        kept = ZKL_ARENA_NEW(t->memory, kept_opening, 1);
        if (!kept)
            return zkl_no_memory(err, sizeof *kept);
        kept->column = out->column;
        ZKL_TRY(open_entry(&kept->opening, t, out->column, code, err));
        kept->next = t->kept;
        t->kept = kept;
    }
    out->opening = kept->opening;
    return ZKL_OK;
}

static zkl_status list(zkl_claim_texts *texts, uint32_t column, const zkl_bytes **out,
                       size_t *count, zkl_error *err)
{
    const table_texts *t = (const table_texts *)texts;
    const zkl_bytes *entries;
    const size_t all = zkl_table_facts_dictionary(t->facts, column, &entries);
    zkl_bytes *found = ZKL_ARENA_NEW(t->memory, zkl_bytes, all);
    ZKL_AUTO_BLOCK uint8_t *present = zkl_calloc(ZKL_DICTIONARY_ENTRIES_MAX / 8, 1);
    if (!found || !present)
        return zkl_no_memory(err, all * sizeof *found);
    ZKL_TRY(zkl_table_facts_find_codes(present, t->facts, column, err));
    size_t found_count = 0;
    for (size_t code = 0; code < all; code++)
        if (zkl_dictionary_present(present, code))
            found[found_count++] = entries[code];
    *out = found;
    *count = found_count;
    return ZKL_OK;
}

zkl_claim_texts *zkl_table_texts_new(zkl_arena *memory, const zkl_table_facts *facts)
{
    table_texts *made = ZKL_ARENA_NEW(memory, table_texts, 1);
    if (!made)
        return NULL;
    *made = (table_texts){ .methods = { find, list }, .memory = memory, .facts = facts };
    return &made->methods;
}
