/* What is known of a lineage's versions beyond its receipts: that one was taken back. One rule for
 * all who ask: a lineage is as good as the worst version in it. */
#include <string.h>

#include "hash/domains.h"
#include "record/lineage_file.h"
#include "record/receipt.h"
#include "service/lineage.h"
#include "verify/verdict.h"

/* ---- Standings */

typedef struct put_standing {
    zkl_lineage_result *lineage;
    zkl_lineage_node *nodes; /* of the lineage, to be marked */
    const zkl_standing_result *standing;
    bool is_put;
} put_standing;

static zkl_status mark(put_standing *p, const zkl_verify_result *v, zkl_error *err)
{
    const char *const of = zkl_arena_format(&p->lineage->memory, "%s@%u", v->name, v->version);
    if (!of)
        return zkl_no_memory(err, strlen(v->name));
    for (size_t i = 0; i < p->lineage->lineage.node_count; i++)
        if (!p->nodes[i].is_file && strcmp(p->nodes[i].name, of) == 0)
            p->nodes[i].revoked = v->revoked;
    return ZKL_OK;
}

/* Of an entry that was verified, as much of a verdict as standings ask for. */
static zkl_status put_to_entry(put_standing *p, const zkl_logged_entry *logged, zkl_error *err)
{
    static const char *const none[] = { NULL };
    static const zkl_hint no_hints[1];
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    ZKL_TRY(zkl_entry_open(&entry, &dsse, &arena, logged->envelope, err));
    const zkl_entry_data *const data = zkl_entry_as_data(&entry);
    if (!data || !zkl_bytes_equal(data->name, zkl_bytes_of_text(p->standing->name)))
        return ZKL_OK;
    zkl_verify_result v = { .name = p->standing->name,
                            .version = data->version,
                            .kind = zkl_entry_kind_name(entry.kind),
                            .ledger = entry.ledger,
                            .index = logged->index,
                            .not_proven = none,
                            .not_proven_names = none,
                            .not_proven_hints = no_hints };
    zkl_rfc6962_leaf(&v.receipt_id, logged->envelope);
    zkl_status status = zkl_verdict_add_standing(&v, p->standing, err);
    zkl_arena_join(&p->lineage->memory, &v.memory);
    if (status == ZKL_OK && v.revoked)
        status = mark(p, &v, err);
    p->is_put = true;
    return status;
}

/* They were verified, and parse in one way. */
static zkl_status put_to_entries(put_standing *p, zkl_bytes bytes, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_lineage_file file;
    zkl_receipt receipt;
    ZKL_TRY(zkl_lineage_file_parse(&file, &arena, bytes, err));
    for (size_t i = 0; i < file.receipt_count; i++) {
        ZKL_TRY(zkl_receipt_parse(&receipt, &arena, file.receipts[i], err));
        ZKL_TRY(put_to_entry(p, &receipt.entry, err));
        for (size_t j = 0; j < receipt.other_count; j++)
            ZKL_TRY(put_to_entry(p, &receipt.others[j], err));
    }
    return ZKL_OK;
}

/* Of the dataset that was asked for it is answered whether it is the latest. */
static zkl_status replace_latest(zkl_lineage_result *r, const zkl_standing_result *s,
                                 zkl_error *err)
{
    const size_t count = r->not_proven_count, size = strlen(s->name);
    const char *const asked = r->lineage.nodes[0].name;
    const zkl_unproven what = s->word.is_checked ? ZKL_UNPROVEN_LATER : ZKL_UNPROVEN_STANDING;
    if (strncmp(asked, s->name, size) != 0 || asked[size] != '@')
        return ZKL_OK;
    const char **const texts = zkl_arena_copy(&r->memory, r->not_proven, count * sizeof *texts);
    const char **const names =
        zkl_arena_copy(&r->memory, r->not_proven_names, count * sizeof *names);
    if (!texts || !names)
        return zkl_no_memory(err, count * sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], zkl_unproven_name(ZKL_UNPROVEN_LATEST)) != 0)
            continue;
        texts[i] = zkl_unproven_text(&r->memory, what, NULL);
        names[i] = zkl_unproven_name(what);
        if (!texts[i])
            return zkl_no_memory(err, 0);
    }
    r->not_proven = texts;
    r->not_proven_names = names;
    return ZKL_OK;
}

static zkl_status keep_word(zkl_lineage_result *r, const zkl_standing_result *s, zkl_error *err)
{
    zkl_lineage_standing *const all =
        ZKL_ARENA_NEW(&r->memory, zkl_lineage_standing, r->standing_count + 1);
    if (!all)
        return zkl_no_memory(err, (r->standing_count + 1) * sizeof *all);
    if (r->standing_count)
        memcpy(all, r->standings, r->standing_count * sizeof *all);
    zkl_lineage_standing *const last = &all[r->standing_count];
    *last = (zkl_lineage_standing){ .name = zkl_arena_text(&r->memory, s->name, strlen(s->name)),
                                    .word = s->word };
    last->word.time = zkl_arena_text(&r->memory, s->word.time, strlen(s->word.time));
    last->word.signer = zkl_arena_text(&r->memory, s->word.signer, strlen(s->word.signer));
    if (!last->name || !last->word.time || !last->word.signer)
        return zkl_no_memory(err, 0);
    r->standings = all;
    r->standing_count++;
    return ZKL_OK;
}

zkl_status zkl_lineage_add_standing(bool *is_of_it, zkl_lineage_result *lineage, zkl_bytes file,
                                    const zkl_standing_result *standing, zkl_error *err)
{
    const size_t size = lineage->lineage.node_count * sizeof *lineage->lineage.nodes;
    put_standing p = { .lineage = lineage, .standing = standing };
    *is_of_it = false;
    ZKL_ASSERT(lineage->is_verified && lineage->lineage.node_count && standing->name);
    for (size_t i = 0; i < lineage->standing_count; i++)
        if (strcmp(lineage->standings[i].name, standing->name) == 0)
            return zkl_fail(err, ZKL_USAGE, "two standings are of '%s'", standing->name);
    p.nodes = zkl_arena_copy(&lineage->memory, lineage->lineage.nodes, size);
    if (!p.nodes)
        return zkl_no_memory(err, size);
    ZKL_TRY(put_to_entries(&p, file, err));
    if (!p.is_put)
        return ZKL_OK;
    lineage->lineage.nodes = p.nodes;
    *is_of_it = true;
    ZKL_TRY(replace_latest(lineage, standing, err));
    return keep_word(lineage, standing, err);
}

zkl_status service_lineage_receipts(zkl_named_bytes **out, size_t *count, zkl_arena *arena,
                                    const zkl_named_bytes *file, zkl_error *err)
{
    zkl_lineage_file lineage;
    ZKL_TRY(zkl_lineage_file_parse(&lineage, arena, file->bytes, err));
    zkl_named_bytes *const receipts = ZKL_ARENA_NEW(arena, zkl_named_bytes, lineage.receipt_count);
    if (!receipts)
        return zkl_no_memory(err, lineage.receipt_count * sizeof *receipts);
    for (size_t i = 0; i < lineage.receipt_count; i++)
        receipts[i] = (zkl_named_bytes){ file->name, lineage.receipts[i] };
    *out = receipts;
    *count = lineage.receipt_count;
    return ZKL_OK;
}

/* ---- The rule */

const zkl_lineage_node *service_lineage_revoked(const zkl_lineage *lineage)
{
    for (size_t i = 0; i < lineage->node_count; i++)
        if (lineage->nodes[i].revoked)
            return &lineage->nodes[i];
    return NULL;
}

zkl_status zkl_lineage_check_revoked(const zkl_lineage *lineage, zkl_error *err)
{
    const zkl_lineage_node *const node = service_lineage_revoked(lineage);
    if (!node)
        return ZKL_OK;
    const bool is_source = node != lineage->nodes;
    return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_REVOKED,
                          "REVOKED: %s%s%s%s was taken back by entry %llu, said to be of %s: "
                          "\"%.400s\"",
                          node->name, is_source ? ", in the lineage of " : "",
                          is_source ? lineage->nodes[0].name : "", is_source ? "," : "",
                          (unsigned long long)node->revoked->index, node->revoked->time,
                          node->revoked->reason);
}
