/* What can be said before anything is made: which claims of the version before are gone, whether
 * the data are the same, and what a notarisation would take. Nothing here writes to the ledger. */
#include <stdio.h>
#include <string.h>

#include "record/ids.h"
#include "service/notarize_internal.h"

/* ---- Claims as texts that can be compared. */

/* Canonical texts of the claims asked for, as they are bound. The cells claims of every dataset
 * are not among them. */
static zkl_status own_texts(const char ***out, size_t *count, notarisation *n, zkl_error *err)
{
    size_t most = 0;
    for (size_t i = 0; i < n->plan_count; i++)
        most += n->plans[i].piece_count;
    *count = 0;
    *out = ZKL_ARENA_NEW(&n->arena, const char *, most);
    if (!*out)
        return zkl_no_memory(err, most * sizeof **out);
    for (size_t i = 0; i < n->plan_count; i++)
        for (size_t k = 0; k < n->plans[i].piece_count; k++) {
            const claim_piece *piece = n->plans[i].pieces[k];
            ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
            if (!piece->asked_text)
                continue;
            zkl_claim_print(&text, &piece->claim.claim);
            (*out)[*count] = zkl_arena_text(&n->arena, (const char *)text.data, text.size);
            if (text.failed || !(*out)[(*count)++])
                return zkl_no_memory(err, text.size);
        }
    return ZKL_OK;
}

/* The same of the version before, as its entry has them: texts of an entry are canonical. */
static zkl_status previous_texts(const char ***out, size_t *count, notarisation *n, zkl_error *err)
{
    const zkl_entry *entry = &n->previous.entry;
    size_t most = 0;
    for (size_t i = 0; i < entry->data.statement_count; i++)
        most += entry->data.statements[i].claim_count;
    *count = 0;
    *out = ZKL_ARENA_NEW(&n->arena, const char *, most);
    if (!*out)
        return zkl_no_memory(err, most * sizeof **out);
    for (size_t i = 0; i < entry->data.statement_count; i++)
        for (size_t k = 0; k < entry->data.statements[i].claim_count; k++) {
            zkl_claim read;
            const zkl_bytes text = entry->data.statements[i].claims[k].text;
            ZKL_TRY(zkl_claim_parse(&read, &n->arena, text, err));
            if (zkl_claim_is_wellformedness(&read))
                continue;
            (*out)[*count] = zkl_arena_text(&n->arena, (const char *)text.data, text.size);
            if (!(*out)[(*count)++])
                return zkl_no_memory(err, text.size);
        }
    return ZKL_OK;
}

/* Lists are short: a claim list has at most 1,024 texts. */
static bool is_among(const char *text, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(texts[i], text) == 0)
            return true;
    return false;
}

/* ---- Claims that are gone. */

/* The claim without what the data decide: its rows, and a result that is disclosed. */
static zkl_status strip(const char **out, notarisation *n, const char *text, zkl_error *err)
{
    zkl_claim claim;
    ZKL_AUTO_CLEAR(zkl_buffer) bare = { 0 };
    ZKL_TRY(zkl_claim_parse(&claim, &n->arena, zkl_bytes_of_text(text), err));
    zkl_claim_print_bare(&bare, &claim);
    *out = bare.failed ? NULL : zkl_arena_text(&n->arena, (const char *)bare.data, bare.size);
    return *out ? ZKL_OK : zkl_no_memory(err, bare.size);
}

/* Texts to their bare forms, in the same order. */
static zkl_status strip_all(const char ***out, notarisation *n, const char *const *texts,
                            size_t count, zkl_error *err)
{
    *out = ZKL_ARENA_NEW(&n->arena, const char *, count);
    if (!*out)
        return zkl_no_memory(err, count * sizeof **out);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(strip(&(*out)[i], n, texts[i], err));
    return ZKL_OK;
}

/* A sentence to the caller's notice: a claim that is left out by mistake is seen before the
 * entry is signed. */
static zkl_status note_dropped(notarisation *n, const char *text, zkl_error *err)
{
    const zkl_notice *notice = zkl_ledger_notice(n->ledger);
    const char *words = zkl_arena_format(&n->arena, "%s@%u claimed '%s', and this version does not",
                                         n->request->name, n->previous.version, text);
    if (!words)
        return zkl_no_memory(err, strlen(text));
    if (notice->say)
        notice->say(notice->opaque, words);
    return ZKL_OK;
}

/* A claim is dropped when no claim of this version has its bare text. Those with one bare text
 * are named once. */
zkl_status notarize_tell_dropped(notarisation *n, zkl_error *err)
{
    const char **own, **had, **own_bare, **had_bare;
    size_t own_count, had_count, count = 0;
    if (!n->previous.version)
        return ZKL_OK;
    ZKL_TRY(own_texts(&own, &own_count, n, err));
    ZKL_TRY(previous_texts(&had, &had_count, n, err));
    ZKL_TRY(strip_all(&own_bare, n, own, own_count, err));
    ZKL_TRY(strip_all(&had_bare, n, had, had_count, err));
    const char **dropped = ZKL_ARENA_NEW(&n->out->memory, const char *, had_count);
    if (!dropped)
        return zkl_no_memory(err, had_count * sizeof *dropped);
    for (size_t i = 0; i < had_count; i++) {
        if (is_among(had_bare[i], own_bare, own_count) || is_among(had_bare[i], had_bare, i))
            continue;
        dropped[count] = zkl_arena_text(&n->out->memory, had[i], strlen(had[i]));
        if (!dropped[count++])
            return zkl_no_memory(err, strlen(had[i]));
        ZKL_TRY(note_dropped(n, had[i], err));
    }
    n->out->dropped_claims = dropped;
    n->out->dropped_claim_count = count;
    return ZKL_OK;
}

/* ---- Data that are the same. */

/* The same texts, as sets: a claim that was cut into other spans is another one. */
static zkl_status has_same_claims(bool *out, notarisation *n, zkl_error *err)
{
    const char **own, **had;
    size_t own_count, had_count;
    ZKL_TRY(own_texts(&own, &own_count, n, err));
    ZKL_TRY(previous_texts(&had, &had_count, n, err));
    *out = true;
    for (size_t i = 0; i < own_count; i++)
        *out = *out && is_among(own[i], had, had_count);
    for (size_t i = 0; i < had_count; i++)
        *out = *out && is_among(had[i], own, own_count);
    return ZKL_OK;
}

/* The content commitment is of the files' bytes, under the owner's secret; commitments and row
 * roots are of the table. What the manifest says of the reading counts too: it is bound, so
 * another way of reading is another version. */
static bool has_same_table(const notarisation *n)
{
    const zkl_manifest *m = &n->previous.manifest;
    return n->previous.version && n->out->same_schema && n->rows == m->row_count &&
           n->chunks == m->chunk_count && n->out->unchanged_chunk_count == n->chunks &&
           zkl_digest_equal(&n->content, &m->content) &&
           zkl_reading_equal(&m->reading, zkl_table_reading(n->table)) &&
           n->request->public_digest == (m->file_count > 0) &&
           n->request->hide_file_names == (m->read_files == NULL);
}

/* The receipt is written all the same, of the entry that is there. */
zkl_status notarize_find_unchanged(notarisation *n, bool *unchanged, zkl_error *err)
{
    *unchanged = false;
    if (has_same_table(n))
        ZKL_TRY(has_same_claims(unchanged, n, err));
    if (!*unchanged)
        return ZKL_OK;
    n->out->is_unchanged = true;
    n->out->version = n->previous.version;
    n->out->index = n->previous.index;
    n->out->dataset = n->previous.dataset;
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(n->ledger), &n->out->receipt_id, n->previous.index, err));
    ZKL_TRY(notarize_write_receipt(n, n->previous.index, err));
    return notarize_tell_read(n, err);
}

/* ---- What it would cost: bench/RESULTS.md, two cores. */

#define BLOCK_SECONDS 0.010      /* read, hashed and committed */
#define LEAF_BLOCK_SECONDS 0.006 /* the argument */
#define STATEMENT_SECONDS 0.6    /* opening, Groth16, own check */
#define RECEIPT_BYTES 4900
#define BLOCK_BYTES 48
#define CHUNK_BYTES 32
#define CIRCUIT_BYTES 440
#define STATEMENT_BYTES 1300

/* Sums over the plan. A circuit is counted once however many statements use it. */
static void estimate(notarisation *n)
{
    const size_t blocks = n->chunks * n->block_count;
    size_t leaf_blocks = 0, circuits = 0;
    for (size_t i = 0; i < n->plan_count; i++) {
        bool is_new = true;
        for (size_t k = 0; k < i; k++)
            is_new = is_new && n->plans[k].tier != n->plans[i].tier;
        circuits += is_new;
        leaf_blocks += n->plans[i].leaf_blocks;
    }
    n->out->estimated_seconds = BLOCK_SECONDS * (double)blocks +
                                LEAF_BLOCK_SECONDS * (double)leaf_blocks +
                                STATEMENT_SECONDS * (double)n->plan_count;
    n->out->estimated_receipt_bytes = RECEIPT_BYTES + BLOCK_BYTES * blocks +
                                      CHUNK_BYTES * n->chunks + CIRCUIT_BYTES * circuits +
                                      STATEMENT_BYTES * n->plan_count;
}

/* Each piece in words, with its statement's circuit. Claims are bound: disclosed results are
 * among the words. */
static zkl_status say_claims(notarisation *n, zkl_error *err)
{
    size_t most = 0;
    for (size_t i = 0; i < n->plan_count; i++)
        most += n->plans[i].piece_count;
    const char **words = ZKL_ARENA_NEW(&n->out->memory, const char *, most);
    zkl_statement_info *infos = ZKL_ARENA_NEW(&n->out->memory, zkl_statement_info, n->plan_count);
    if (!words || !infos)
        return zkl_no_memory(err, most * sizeof *words);
    n->out->claims = words;
    n->out->statements = infos;
    n->out->statement_count = n->plan_count;
    for (size_t i = 0; i < n->plan_count; i++) {
        snprintf(infos[i].circuit, sizeof infos[i].circuit, "F%u", n->plans[i].tier);
        infos[i].claim_count = n->plans[i].piece_count;
        for (size_t k = 0; k < n->plans[i].piece_count; k++) {
            ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
            zkl_claim_sentence(&text, &n->plans[i].pieces[k]->claim);
            words[n->out->claim_count] =
                zkl_arena_text(&n->out->memory, (const char *)text.data, text.size);
            if (text.failed || !words[n->out->claim_count++])
                return zkl_no_memory(err, text.size);
        }
    }
    return ZKL_OK;
}

/* The version that would be recorded, and everything that is known of it without commitments. */
zkl_status notarize_foresee(notarisation *n, zkl_error *err)
{
    n->out->is_dry_run = true;
    n->out->version = n->previous.version + 1;
    estimate(n);
    ZKL_TRY(notarize_tell_read(n, err));
    return say_claims(n, err);
}
