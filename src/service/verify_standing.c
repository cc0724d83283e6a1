/* Standings: verified, compared with a log's entries, and put into verdicts. */
#include <string.h>

#include "hash/domains.h"
#include "log/tiles.h"
#include "service/service_internal.h"
#include "verify/log_keys.h"
#include "verify/standing.h"

/* ---- Compared with the log */

typedef struct comparison {
    zkl_standing_check check;
    const zkl_standing *standing;
    uint64_t index; /* of the next entry */
    /* Of tiles: what their own checkpoint says, and the tree so far. */
    uint64_t head_size;
    zkl_digest head_root;
    zkl_merkle_peaks tree;
} comparison;

/* Behind the standing's checkpoint, where the log may have gone on: does the entry add a version of
 * the dataset, or take one back? Then the standing is not told as what holds now. Whether
 * the log signed for these entries is looked at last, so that no more is said of them. */
static zkl_status check_later(const comparison *c, zkl_bytes envelope, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry = { 0 };
    zkl_dsse dsse;
    const zkl_status status = zkl_entry_open(&entry, &dsse, &arena, envelope, NULL);
    if (status == ZKL_NO_MEMORY)
        return zkl_no_memory(err, envelope.size);
    const zkl_entry_data *data = status == ZKL_OK ? zkl_entry_as_data(&entry) : NULL;
    const bool changes = entry.kind == ZKL_ENTRY_NOTARISE || entry.kind == ZKL_ENTRY_WITHDRAW;
    if (status == ZKL_OK && !(data && changes && zkl_bytes_equal(data->name, c->standing->name)))
        return ZKL_OK;
    return zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_STANDING,
                          "entry %llu %s '%.*s', and stands behind the %llu entries that the "
                          "standing speaks of: a newer standing is needed",
                          (unsigned long long)c->index,
                          status == ZKL_OK ? "is about" : "cannot be read, may be about",
                          (int)c->standing->name.size, (const char *)c->standing->name.data,
                          (unsigned long long)c->standing->checkpoint.size);
}

/* Or entries behind the standing's checkpoint could be left out, or exchanged. */
static zkl_status check_head(const comparison *c, zkl_error *err)
{
    zkl_digest root;
    zkl_merkle_peaks_root(&root, &c->tree);
    return zkl_digest_equal(&root, &c->head_root)
               ? ZKL_OK
               : zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_STANDING,
                                "the tiles' entries are not those of their own checkpoint's tree "
                                "(%llu entries)",
                                (unsigned long long)c->head_size);
}

static zkl_status visit(comparison *c, zkl_bytes entry, zkl_error *err)
{
    if (c->index < c->standing->checkpoint.size)
        ZKL_TRY(zkl_standing_check_entry(&c->check, entry, err));
    else
        ZKL_TRY(check_later(c, entry, err));
    c->index++;
    return c->index == c->standing->checkpoint.size ? zkl_standing_check_end(&c->check, err)
                                                    : ZKL_OK;
}

static zkl_status visit_tile(void *context, zkl_bytes entry, zkl_error *err)
{
    comparison *c = context;
    zkl_digest leaf;
    zkl_rfc6962_leaf(&leaf, entry);
    zkl_merkle_peaks_push(&c->tree, &leaf);
    ZKL_TRY(visit(c, entry, err));
    return c->index == c->head_size ? check_head(c, err) : ZKL_OK;
}

static zkl_status visit_log(void *context, uint64_t index, zkl_bytes entry, bool *stop,
                            zkl_error *err)
{
    (void)index;
    (void)stop;
    return visit(context, entry, err);
}

/* Both checkpoints are signed: two trees of one size are a fork, which says of neither what is
 * missing in it. */
static zkl_status check_no_fork(const zkl_standing *standing, const zkl_checkpoint *other,
                                const char *name, zkl_error *err)
{
    if (other->size != standing->checkpoint.size ||
        zkl_digest_equal(&other->root, &standing->checkpoint.root))
        return ZKL_OK;
    return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_STANDING,
                          "the log is forked: its checkpoint and that of '%.200s' (%llu entries) "
                          "are of two histories, and both are signed",
                          name, (unsigned long long)other->size);
}

/* All entries under the tiles' own checkpoint, which the log signed; and up to the standing's,
 * where that is the larger one. */
static zkl_status compare_tiles(comparison *c, const char *tiles, const zkl_trust *const *trusts,
                                size_t trust_count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const uint64_t size = c->standing->checkpoint.size;
    const zkl_verifier_key *key;
    zkl_checkpoint head;
    ZKL_TRY(zkl_tiles_checkpoint(&head, &arena, tiles, err));
    if (!head.size)
        return zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_STANDING, "the tiles' tree is empty");
    const zkl_status status = zkl_log_keys_verify(&key, &head, trusts, trust_count, err);
    if (status != ZKL_OK)
        return zkl_wrap_check(err, zkl_wrap(err, status, "the tiles"), ZKL_CHECK_STANDING);
    ZKL_TRY(check_no_fork(c->standing, &head, tiles, err));
    const zkl_tiles folder = { .folder = tiles, .size = head.size > size ? head.size : size };
    c->head_size = head.size;
    c->head_root = head.root;
    c->tree = (zkl_merkle_peaks){ .algorithm = ZKL_HASH_SHA_256, .node_prefix = ZKL_RFC6962_NODE };
    ZKL_TRY(zkl_tiles_entries(&folder, visit_tile, c, err));
    return c->index < head.size ? check_head(c, err) : ZKL_OK; /* there were no more */
}

/* The entries of its tree, and those behind it, from tiles or from the ledger. *is_checked stays
 * false where neither is given. */
static zkl_status compare(bool *is_checked, const zkl_standing *standing, const char *tiles,
                          zkl_ledger *ledger, const zkl_trust *const *trusts, size_t trust_count,
                          zkl_error *err)
{
    comparison c = { .standing = standing };
    uint64_t size = standing->checkpoint.size;
    *is_checked = false;
    if (!tiles && !ledger)
        return ZKL_OK;
    zkl_standing_check_begin(&c.check, standing);
    if (tiles) {
        ZKL_TRY(compare_tiles(&c, tiles, trusts, trust_count, err));
    } else {
        const uint64_t head = zkl_log_size(zkl_ledger_log(ledger));
        size = head > size ? head : size;
        ZKL_TRY(zkl_log_scan(zkl_ledger_log(ledger), 0, size, visit_log, &c, err));
    }
    if (c.index < standing->checkpoint.size) /* there were no more */
        ZKL_TRY(zkl_standing_check_end(&c.check, err));
    *is_checked = true;
    return ZKL_OK;
}

/* ---- What it says */

static zkl_status fill_line(zkl_standing_line *out, zkl_arena *memory, const zkl_standing_entry *e,
                            zkl_error *err)
{
    const char **texts = ZKL_ARENA_NEW(memory, const char *, e->claim_count);
    char time[ZKL_TIME_CHARS + 1];
    bool failed = !texts;
    zkl_time_format(time, e->time_ms);
    for (size_t i = 0; i < e->claim_count && !failed; i++) {
        texts[i] = service_text(memory, e->claims[i]);
        failed = !texts[i];
    }
    *out = (zkl_standing_line){ .index = e->index,
                                .receipt_id = e->receipt,
                                .kind = zkl_entry_kind_name(e->kind),
                                .version = e->version,
                                .time = zkl_arena_text(memory, time, strlen(time)),
                                .claim_texts = texts,
                                .claim_count = e->claim_count };
    if (e->reason.size) {
        out->reason = service_text(memory, e->reason);
        failed = failed || !out->reason;
    }
    return failed || !out->time ? zkl_no_memory(err, 0) : ZKL_OK;
}

static zkl_status fill(zkl_standing_result *out, const zkl_verified_standing *v, zkl_error *err)
{
    const zkl_standing *s = &v->standing;
    char time[ZKL_TIME_CHARS + 1], signer[65];
    zkl_standing_line *lines = ZKL_ARENA_NEW(&out->memory, zkl_standing_line, s->entry_count);
    if (!lines)
        return zkl_no_memory(err, s->entry_count * sizeof *lines);
    zkl_time_format(time, s->time_ms);
    zkl_hex_encode(signer, v->signer.bytes, sizeof v->signer.bytes);
    out->ledger = s->ledger;
    out->name = service_text(&out->memory, s->name);
    out->word.size = s->checkpoint.size;
    out->word.latest_version = v->latest_version;
    out->word.time = zkl_arena_text(&out->memory, time, strlen(time));
    out->word.signer = zkl_arena_text(&out->memory, signer, strlen(signer));
    for (size_t i = 0; i < s->entry_count; i++) {
        ZKL_TRY(fill_line(&lines[i], &out->memory, &s->entries[i], err));
        if (s->entries[i].kind == ZKL_ENTRY_NOTARISE && s->entries[i].version == v->latest_version)
            out->word.latest_index = s->entries[i].index;
    }
    out->lines = lines;
    out->line_count = s->entry_count;
    return out->name && out->word.time && out->word.signer ? ZKL_OK : zkl_no_memory(err, 0);
}

zkl_status service_check_log_keys(const zkl_named_bytes *receipts, size_t which, uint64_t size,
                                  const zkl_trust *const *trusts, size_t trust_count,
                                  zkl_error *err)
{
    size_t by;
    const zkl_trusted_log_key *key = zkl_log_keys_ended(&by, 1 + which, size, trusts, trust_count);
    char text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    if (!key)
        return ZKL_OK;
    zkl_verifier_key_encode(text, &key->key);
    zkl_fail_check(
        err, ZKL_UNCHECKED, ZKL_CHECK_CHECKPOINT,
        "its checkpoint of %llu entries rests on the log key %s, which had ended before: "
        "'%.200s' shows its end",
        (unsigned long long)size, text, by ? receipts[by - 1].name : "what is trusted");
    return zkl_wrap(err, ZKL_UNCHECKED, "'%s'", receipts[which].name);
}

/* What the receipts beside it say: their checkpoints, and the caller's trust with what their key
 * entries add to it. */
typedef struct beside {
    const zkl_trust **trusts; /* the caller's, then that of each receipt */
    zkl_checkpoint *checkpoints;
} beside;

static zkl_status read_receipts(beside *out, zkl_arena *arena, const zkl_trust *trust,
                                const zkl_standing_request *request, zkl_error *err)
{
    const size_t count = request->receipt_count;
    out->trusts = ZKL_ARENA_NEW(arena, const zkl_trust *, 1 + count);
    out->checkpoints = ZKL_ARENA_NEW(arena, zkl_checkpoint, count);
    if (!out->trusts || !out->checkpoints)
        return zkl_no_memory(err, count * sizeof *out->checkpoints);
    out->trusts[0] = trust;
    for (size_t i = 0; i < count; i++) {
        zkl_receipt_checkpoint found;
        const zkl_status status =
            zkl_receipt_verify_checkpoint(&found, arena, request->receipts[i].bytes, trust, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "'%s'", request->receipts[i].name);
        out->trusts[1 + i] = found.trust;
        out->checkpoints[i] = found.checkpoint;
    }
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(service_check_log_keys(request->receipts, i, out->checkpoints[i].size, out->trusts,
                                       1 + count, err));
    return ZKL_OK;
}

static zkl_status check_no_forks(const zkl_standing *standing, const beside *receipts,
                                 const zkl_standing_request *request, zkl_error *err)
{
    for (size_t i = 0; i < request->receipt_count; i++)
        ZKL_TRY(check_no_fork(standing, &receipts->checkpoints[i], request->receipts[i].name, err));
    return ZKL_OK;
}

static zkl_status verify(zkl_standing_result *out, const zkl_trust *trust, zkl_ledger *ledger,
                         const zkl_standing_request *request, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_verified_standing verified;
    beside receipts = { 0 };
    ZKL_TRY(read_receipts(&receipts, &arena, trust, request, err));
    zkl_status status = zkl_standing_verify(&verified, &arena, request->standing.bytes,
                                            receipts.trusts, 1 + request->receipt_count, err);
    if (status == ZKL_OK)
        status = check_no_forks(&verified.standing, &receipts, request, err);
    if (status == ZKL_OK)
        status = compare(&out->word.is_checked, &verified.standing, request->tiles, ledger,
                         receipts.trusts, 1 + request->receipt_count, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "'%s'", request->standing.name);
    return fill(out, &verified, err);
}

zkl_status service_check_is_standing(const zkl_named_bytes *file, zkl_error *err)
{
    const service_file_kind kind = service_file_kind_of(file->bytes);
    return zkl_standing_has_magic(file->bytes)
               ? ZKL_OK
               : zkl_fail_hint(err, ZKL_BAD_INPUT, service_file_hint(kind),
                               "'%s' is no standing: it is %s", file->name,
                               service_file_words(kind));
}

zkl_status zkl_verify_standing(zkl_standing_result *out, zkl_ledger *handle,
                               const zkl_standing_request *request, const zkl_env *env,
                               zkl_error *err)
{
    service_trusted trusted = { 0 };
    *out = (zkl_standing_result){ 0 };
    ZKL_TRY(service_check_is_standing(&request->standing, err));
    zkl_status status = service_trusted_take(&trusted, request->trust, handle, env, err);
    if (status == ZKL_OK)
        status = verify(out, trusted.trust, trusted.ledger, request, err);
    service_trusted_clear(&trusted);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_standing_result){ 0 };
    }
    return status;
}

/* ---- Put into a verdict */

static const zkl_standing_line *find_line(const zkl_standing_result *s, uint64_t index)
{
    for (size_t i = 0; i < s->line_count; i++)
        if (s->lines[i].index == index)
            return &s->lines[i];
    return NULL;
}

static zkl_status check_belongs(const zkl_verify_result *v, const zkl_standing_result *s,
                                zkl_error *err)
{
    if (!zkl_digest_equal(&v->ledger, &s->ledger) || strcmp(v->name, s->name) != 0)
        return zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_STANDING,
                              "the standing is of '%.200s', the receipt of '%.200s'%s", s->name,
                              v->name,
                              zkl_digest_equal(&v->ledger, &s->ledger) ? "" : " of another log");
    if (v->index >= s->word.size)
        return zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_STANDING,
                              "the standing speaks of the log's first %llu entries, the receipt is "
                              "of entry %llu: a newer standing is needed",
                              (unsigned long long)s->word.size, (unsigned long long)v->index);
    const zkl_standing_line *line = find_line(s, v->index);
    if (!line || line->version != v->version || strcmp(line->kind, v->kind) != 0 ||
        !zkl_digest_equal(&line->receipt_id, &v->receipt_id))
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_STANDING,
                              "standing and receipt contradict each other, and both are signed: of "
                              "entry %llu they say different things. The standing is false, or the "
                              "log is forked",
                              (unsigned long long)v->index);
    return ZKL_OK;
}

/* That it is the latest is answered; what is open instead stands in its place. */
static zkl_status replace_latest(zkl_verify_result *v, bool is_checked, zkl_error *err)
{
    const zkl_unproven what = is_checked ? ZKL_UNPROVEN_LATER : ZKL_UNPROVEN_STANDING;
    const char **texts =
        zkl_arena_copy(&v->memory, v->not_proven, v->not_proven_count * sizeof *texts);
    const char **names =
        zkl_arena_copy(&v->memory, v->not_proven_names, v->not_proven_count * sizeof *names);
    zkl_hint *hints =
        zkl_arena_copy(&v->memory, v->not_proven_hints, v->not_proven_count * sizeof *hints);
    if (!texts || !names || !hints)
        return zkl_no_memory(err, v->not_proven_count * sizeof *texts);
    for (size_t i = 0; i < v->not_proven_count; i++) {
        if (strcmp(names[i], zkl_unproven_name(ZKL_UNPROVEN_LATEST)) != 0)
            continue;
        texts[i] = zkl_unproven_text(&v->memory, what, NULL);
        names[i] = zkl_unproven_name(what);
        hints[i] = zkl_unproven_hint(what);
        if (!texts[i])
            return zkl_no_memory(err, 0);
    }
    v->not_proven = texts;
    v->not_proven_names = names;
    v->not_proven_hints = hints;
    return ZKL_OK;
}

static zkl_status add_revocation(zkl_verify_result *v, const zkl_standing_result *s, zkl_error *err)
{
    for (size_t i = 0; i < s->line_count && !v->revoked; i++) {
        const zkl_standing_line *line = &s->lines[i];
        if (!line->reason || line->version != v->version)
            continue;
        zkl_revocation *revoked = ZKL_ARENA_NEW(&v->memory, zkl_revocation, 1);
        if (!revoked)
            return zkl_no_memory(err, sizeof *revoked);
        *revoked = (zkl_revocation){
            .index = line->index,
            .time = zkl_arena_text(&v->memory, line->time, strlen(line->time)),
            .reason = zkl_arena_text(&v->memory, line->reason, strlen(line->reason)),
        };
        if (!revoked->time || !revoked->reason)
            return zkl_no_memory(err, 0);
        v->revoked = revoked;
    }
    return ZKL_OK;
}

zkl_status zkl_verdict_add_standing(zkl_verify_result *v, const zkl_standing_result *s,
                                    zkl_error *err)
{
    ZKL_ASSERT(v->name && v->not_proven && s->name); /* both were verified */
    ZKL_TRY(check_belongs(v, s, err));
    zkl_standing_word *word = zkl_arena_copy(&v->memory, &s->word, sizeof s->word);
    if (!word)
        return zkl_no_memory(err, sizeof *word);
    word->time = zkl_arena_text(&v->memory, s->word.time, strlen(s->word.time));
    word->signer = zkl_arena_text(&v->memory, s->word.signer, strlen(s->word.signer));
    if (!word->time || !word->signer)
        return zkl_no_memory(err, 0);
    ZKL_TRY(add_revocation(v, s, err));
    ZKL_TRY(replace_latest(v, s->word.is_checked, err));
    v->standing = word;
    return ZKL_OK;
}
