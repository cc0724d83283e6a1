/* What can be said before anything is made: which claims of the version before are gone, whether
 * the data are the same, and what a notarisation would take. Nothing here writes to the ledger. */
#include <stdio.h>
#include <string.h>

#include "record/ids.h"
#include "service/notarize_internal.h"

/* ---- Claims as texts that can be compared. */

typedef struct claim_texts {
    const char **items;
    size_t count;
} claim_texts;

/* Canonical texts of the claims asked for, as they are bound. The cells claims of every dataset
 * are not among them. */
static zkl_status own_texts(claim_texts *out, zkl_arena *memory, const zkl_proof_plan *plan,
                            zkl_error *err)
{
    /* A claim that was cut into spans has a text for each. Texts of results need bound claims, so
     * the plan was checked before. */
    const size_t most = zkl_proof_plan_piece_count(plan);
    out->count = 0;
    out->items = ZKL_ARENA_NEW(memory, const char *, most);
    if (!out->items)
        return zkl_no_memory(err, most * sizeof *out->items);
    for (size_t i = 0; i < plan->count; i++)
        for (size_t k = 0; k < plan->statements[i].pieces.count; k++) {
            const zkl_claim_piece *piece = plan->statements[i].pieces.items[k];
            ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
            if (!piece->asked_text)
                continue;
            zkl_claim_print(&text, &piece->claim.claim);
            out->items[out->count] = service_text(memory, zkl_buffer_bytes(&text));
            if (text.failed || !out->items[out->count++])
                return zkl_no_memory(err, text.size);
        }
    return ZKL_OK;
}

/* The same of the version before, as its entries have them: texts of an entry are canonical.
 * is_made: without those that name other datasets. */
static zkl_status previous_texts(claim_texts *out, zkl_arena *memory, const service_texts *had,
                                 bool is_made, zkl_error *err)
{
    out->count = 0;
    out->items = ZKL_ARENA_NEW(memory, const char *, had->count);
    if (!out->items)
        return zkl_no_memory(err, had->count * sizeof *out->items);
    for (size_t i = 0; i < had->count; i++) {
        zkl_claim read;
        ZKL_TRY(zkl_claim_parse(&read, memory, had->items[i], err));
        if (zkl_claim_is_wellformedness(&read) || (is_made && read.other_count))
            continue;
        out->items[out->count] = service_text(memory, had->items[i]);
        if (!out->items[out->count++])
            return zkl_no_memory(err, had->items[i].size);
    }
    return ZKL_OK;
}

/* Lists are short: a claim list has at most 1,024 texts. */
static bool is_among(const char *text, const claim_texts *texts, size_t count)
{
    ZKL_ASSERT(count <= texts->count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(texts->items[i], text) == 0)
            return true;
    return false;
}

/* ---- Claims that are gone. */

/* The claim without what the data decide: its rows, and a result that is disclosed. */
static zkl_status strip(const char **out, zkl_arena *memory, const char *text, zkl_error *err)
{
    zkl_claim claim;
    ZKL_AUTO_CLEAR(zkl_buffer) bare = { 0 };
    ZKL_TRY(zkl_claim_parse(&claim, memory, zkl_bytes_of_text(text), err));
    zkl_claim_print_bare(&bare, &claim);
    *out = bare.failed ? NULL : service_text(memory, zkl_buffer_bytes(&bare));
    return *out ? ZKL_OK : zkl_no_memory(err, bare.size);
}

/* Texts to their bare forms, in the same order. */
static zkl_status strip_all(claim_texts *out, zkl_arena *memory, const claim_texts *texts,
                            zkl_error *err)
{
    out->count = texts->count;
    out->items = ZKL_ARENA_NEW(memory, const char *, texts->count);
    if (!out->items)
        return zkl_no_memory(err, texts->count * sizeof *out->items);
    for (size_t i = 0; i < texts->count; i++)
        ZKL_TRY(strip(&out->items[i], memory, texts->items[i], err));
    return ZKL_OK;
}

/* A sentence to the caller's notice, before the entry is signed. words: NULL is no memory. */
static zkl_status note(zkl_ledger *ledger, const char *words, zkl_error *err)
{
    const zkl_notice *notice = zkl_ledger_notice(ledger);
    if (!words)
        return zkl_no_memory(err, 0);
    if (notice->say)
        notice->say(notice->opaque, words);
    return ZKL_OK;
}

/* A claim may be left out by mistake. */
static zkl_status note_dropped(zkl_ledger *ledger, const zkl_notarize_result *out, const char *text,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    return note(ledger,
                zkl_arena_format(&arena, "%s@%u claimed '%s', and this version does not", out->name,
                                 out->previous_version, text),
                err);
}

/* Whoever makes a table of others may think that its name is new. */
static zkl_status note_version(zkl_ledger *ledger, const zkl_notarize_result *out, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    return note(ledger,
                zkl_arena_format(&arena, "'%s' exists: this is its version %u", out->name,
                                 out->previous_version + 1),
                err);
}

/* A claim is dropped when no claim of this version has its bare text. Those with one bare text
 * are named once. */
zkl_status notarize_show_dropped(zkl_notarize_result *out, const service_desk *desk,
                                 const previous_version *previous, const zkl_proof_plan *plan,
                                 bool is_made, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { .is_secret = true };
    claim_texts own, had, own_bare, had_bare;
    if (!previous->version)
        return ZKL_OK;
    ZKL_ASSERT(out->previous_version == previous->version);
    if (is_made)
        ZKL_TRY(note_version(desk->ledger, out, err));
    ZKL_TRY(own_texts(&own, &arena, plan, err));
    ZKL_TRY(previous_texts(&had, &arena, &previous->claims, is_made, err));
    ZKL_TRY(strip_all(&own_bare, &arena, &own, err));
    ZKL_TRY(strip_all(&had_bare, &arena, &had, err));
    const char **dropped = ZKL_ARENA_NEW(&out->memory, const char *, had.count);
    if (!dropped)
        return zkl_no_memory(err, had.count * sizeof *dropped);
    size_t count = 0;
    for (size_t i = 0; i < had.count; i++) {
        if (is_among(had_bare.items[i], &own_bare, own_bare.count) ||
            is_among(had_bare.items[i], &had_bare, i))
            continue;
        dropped[count] = zkl_arena_text(&out->memory, had.items[i], strlen(had.items[i]));
        if (!dropped[count++])
            return zkl_no_memory(err, strlen(had.items[i]));
        ZKL_TRY(note_dropped(desk->ledger, out, had.items[i], err));
    }
    out->dropped_claims = dropped;
    out->dropped_claim_count = count;
    return ZKL_OK;
}

/* ---- Data that are the same. */

/* The same texts, as sets: a claim that was cut into other spans is another one. */
static zkl_status has_same_claims(bool *out, const previous_version *previous,
                                  const zkl_proof_plan *plan, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { .is_secret = true };
    claim_texts own, had;
    ZKL_TRY(own_texts(&own, &arena, plan, err));
    ZKL_TRY(previous_texts(&had, &arena, &previous->claims, false, err));
    *out = true;
    for (size_t i = 0; i < own.count; i++)
        *out = *out && is_among(own.items[i], &had, had.count);
    for (size_t i = 0; i < had.count; i++)
        *out = *out && is_among(had.items[i], &own, own.count);
    return ZKL_OK;
}

/* The content commitment is of the files' bytes, under the owner's secret; commitments and row
 * roots are of the table. What the manifest says of the reading counts too: it is bound, so
 * another way of reading is another version. */
static bool has_same_table(const previous_version *previous, const zkl_table_facts *facts,
                           const zkl_notarize_request *request, const zkl_notarize_result *out)
{
    const zkl_manifest *m = &previous->manifest;
    return previous->version && out->same_schema && facts->row_count == m->row_count &&
           facts->chunk_count == m->chunk_count &&
           out->unchanged_chunk_count == facts->chunk_count &&
           zkl_digest_equal(&facts->content, &m->content) &&
           zkl_reading_equal(&m->reading, zkl_table_reading(facts->table)) &&
           request->public_digest == (m->file_count > 0) &&
           request->hide_file_names == (m->read_files == NULL);
}

zkl_status notarize_find_unchanged(bool *unchanged, const zkl_notarize_result *out,
                                   const zkl_notarize_request *request,
                                   const previous_version *previous, const zkl_proof_plan *plan,
                                   zkl_error *err)
{
    *unchanged = false;
    return has_same_table(previous, plan->facts, request, out)
               ? has_same_claims(unchanged, previous, plan, err)
               : ZKL_OK;
}

/* The version that would be recorded, and everything that is known of it without commitments. */
zkl_status notarize_foresee(zkl_notarize_result *out, const previous_version *previous,
                            const zkl_proof_plan *plan, zkl_error *err)
{
    /* Another writer may make this version before the caller does. */
    out->is_dry_run = true;
    out->version = previous->version + 1;
    return service_foresee(out, plan, plan->facts->chunk_count * plan->facts->block_count,
                           service_receipt_rest(plan->facts), err);
}
