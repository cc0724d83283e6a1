/* Every receipt of a folder, one after the other: each has its own verdict, and none ends the
 * others.
 *
 * The files are read twice. First for their checkpoints: one receipt of each stands for all under
 * it, and its key entries add to what standings and evidence are judged by. Then, with the
 * standings at hand, each is verified whole. At the end the checkpoints are compared. */
#include <zkl/verify_folder.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zkl/lineage.h>

#include "base/file.h"
#include "service/service_internal.h"
#include "verify/history.h"

#define RECEIPT_BYTES_MAX ((size_t)1 << 30)
#define FILES_MAX 100000
#define FILE_ENDING ".zkl"
/* Checkpoints that are compared, and what the receipts that stand for them may take together. One
 * more says that there are too many (zkl_verify_history). */
#define CHECKPOINTS_MAX ZKL_HISTORY_STATES_MAX
#define CHECKPOINT_BYTES_MAX ((size_t)1 << 30)

typedef struct folder_check {
    zkl_verify_folder_result *out;
    const zkl_verify_folder_request *request;
    zkl_ledger *ledger;
    const zkl_env *env;
    zkl_verify_folder_line *lines;
    /* The receipts that stand for checkpoints, and what these are. */
    zkl_arena memory;
    zkl_named_bytes *receipts;
    zkl_checkpoint *checkpoints;
    size_t checkpoint_count, byte_count;
    /* More checkpoints than are compared. */
    bool has_too_many;
    /* The standings that were found right: their checkpoints are compared as well. */
    zkl_named_bytes *right;
    size_t right_count;
    /* One a standing of the request: what it says, and what came of it. */
    zkl_standing_result *said;
    zkl_verify_folder_standing *standings;
} folder_check;

/* ---- Which files. */

static int is_receipt_name(const struct dirent *entry)
{
    const size_t size = strlen(entry->d_name), ending = strlen(FILE_ENDING);
    return entry->d_type != DT_DIR && size > ending &&
           strcmp(entry->d_name + size - ending, FILE_ENDING) == 0;
}

/* By bytes, so that the order is the same everywhere. */
static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static zkl_status take_names(zkl_verify_folder_line **lines, zkl_verify_folder_result *out,
                             struct dirent **entries, size_t count, zkl_error *err)
{
    *lines = ZKL_ARENA_NEW(&out->memory, zkl_verify_folder_line, count);
    if (!*lines)
        return zkl_no_memory(err, count * sizeof **lines);
    for (size_t i = 0; i < count; i++) {
        (*lines)[i].file =
            zkl_arena_text(&out->memory, entries[i]->d_name, strlen(entries[i]->d_name));
        if (!(*lines)[i].file)
            return zkl_no_memory(err, strlen(entries[i]->d_name));
    }
    out->lines = *lines;
    out->count = count;
    return ZKL_OK;
}

static zkl_status list_files(zkl_verify_folder_line **lines, zkl_verify_folder_result *out,
                             const char *folder, zkl_error *err)
{
    struct dirent **entries = NULL;
    zkl_status status;
    const int found = scandir(folder, &entries, is_receipt_name, compare_names);
    if (found < 0)
        return zkl_fail(err, errno == ENOENT ? ZKL_NOT_FOUND : ZKL_IO, "folder '%s': %s", folder,
                        strerror(errno));
    if (!found)
        status = zkl_fail(err, ZKL_NOT_FOUND, "no file in '%s' ends in " FILE_ENDING, folder);
    else if (found > FILES_MAX)
        status = zkl_fail(err, ZKL_LIMIT, "'%s' has %d receipts, and %d are taken at once", folder,
                          found, FILES_MAX);
    else
        status = take_names(lines, out, entries, (size_t)found, err);
    for (int i = 0; i < found; i++)
        free(entries[i]);
    free(entries);
    return status;
}

/* ---- One file. */

/* A copy, since what it is of ends with the file. */
static const char *keep(folder_check *c, const char *text)
{
    return text ? zkl_arena_text(&c->out->memory, text, strlen(text)) : NULL;
}

static zkl_status hold_against_policy(zkl_verify_folder_line *line, folder_check *c,
                                      const zkl_verify_result *v, zkl_error *err)
{
    zkl_policy_answer answer = { 0 };
    if (!c->request->policy.size)
        return ZKL_OK;
    ZKL_TRY(
        zkl_verify_policy(&answer, v, c->request->policy, c->request->policy_name, c->env, err));
    zkl_arena_join(&c->out->memory, &answer.memory);
    line->misses_policy = !answer.is_met;
    line->missing = answer.all_missing;
    line->missing_count = answer.missing_count;
    return answer.is_met ? ZKL_OK
                         : zkl_fail(err, ZKL_REJECTED, "policy not met: %s", answer.missing);
}

/* Of the dataset's name, if one is among the standings. */
static zkl_status add_standing(zkl_verify_folder_line *line, folder_check *c, zkl_verify_result *v,
                               zkl_error *err)
{
    for (size_t i = 0; i < c->request->standing_count; i++) {
        if (!c->standings[i].name || strcmp(c->standings[i].name, v->name) != 0)
            continue;
        c->standings[i].receipt_count++;
        ZKL_TRY(zkl_verdict_add_standing(v, &c->said[i], err));
        if (v->standing->latest_version != v->version)
            line->newer_version = v->standing->latest_version;
    }
    return ZKL_OK;
}

static zkl_status take_verdict(zkl_verify_folder_line *line, folder_check *c, zkl_verify_result *v,
                               zkl_error *err)
{
    line->is_valid = true;
    line->kind = v->kind;
    line->name = keep(c, v->name);
    line->version = v->version;
    line->row_count = v->row_count;
    line->time = keep(c, v->time);
    line->origin = keep(c, v->origin);
    line->tree_size = v->tree_size;
    line->claim_count = v->claim_count;
    line->is_development = v->is_development;
    if (!line->name || !line->time || !line->origin)
        return zkl_no_memory(err, 0);
    ZKL_TRY(add_standing(line, c, v, err));
    line->is_revoked = v->revoked != NULL;
    if (v->revoked && !c->request->allow_revoked)
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_REVOKED,
                              "REVOKED by entry %llu: \"%.300s\"",
                              (unsigned long long)v->revoked->index, v->revoked->reason);
    return hold_against_policy(line, c, v, err);
}

static zkl_status verify_one(zkl_verify_folder_line *line, folder_check *c, zkl_bytes receipt,
                             zkl_error *err)
{
    zkl_verify_result verdict = { 0 };
    zkl_status status = c->request->trust.size
                            ? zkl_verify_receipt(&verdict, receipt, c->request->trust, c->env, err)
                            : zkl_verify_receipt_in(&verdict, c->ledger, receipt, c->env, err);
    if (status == ZKL_OK)
        status = take_verdict(line, c, &verdict, err);
    zkl_arena_clear(&verdict.memory);
    return status;
}

/* Of several entries: claims and rows are those of many datasets. */
static zkl_status verify_lineage(zkl_verify_folder_line *line, folder_check *c, zkl_bytes file,
                                 zkl_error *err)
{
    zkl_lineage_result result = { 0 };
    zkl_status status =
        zkl_verify_lineage(&result, c->ledger, file, c->request->trust, c->env, err);
    line->is_valid = status == ZKL_OK;
    if (status == ZKL_OK) {
        line->kind = "lineage";
        line->name = keep(c, result.lineage.nodes[0].name);
        line->origin = keep(c, result.origin);
        line->tree_size = result.tree_size;
        line->is_development = result.is_development;
        status = line->name && line->origin ? ZKL_OK : zkl_no_memory(err, 0);
    }
    zkl_arena_clear(&result.memory);
    line->misses_policy = status == ZKL_OK && c->request->policy.size > 0;
    return line->misses_policy ? zkl_fail(err, ZKL_REJECTED,
                                          "policy not met: it is a lineage receipt, of several "
                                          "entries")
                               : status;
}

static zkl_status read_file(zkl_buffer *out, const folder_check *c, const char *file,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    zkl_buffer_format(&path, "%s/%s", c->request->folder, file);
    zkl_buffer_put_u8(&path, 0);
    ZKL_TRY(zkl_buffer_status(&path, err));
    return zkl_file_read(out, (const char *)path.data, RECEIPT_BYTES_MAX, err);
}

static zkl_status verify_file(zkl_verify_folder_line *line, folder_check *c, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_TRY(read_file(&receipt, c, line->file, err));
    const zkl_bytes bytes = zkl_buffer_bytes(&receipt);
    return zkl_is_lineage(bytes) ? verify_lineage(line, c, bytes, err)
                                 : verify_one(line, c, bytes, err);
}

/* A check that fails is worse than what could not be checked. */
static void add_worst(zkl_verify_folder_result *out, zkl_status status)
{
    if (status == ZKL_REJECTED || out->worst == ZKL_OK)
        out->worst = status;
}

static void count(zkl_verify_folder_result *out, const zkl_verify_folder_line *line)
{
    if (line->status == ZKL_OK)
        out->accepted_count++;
    else if (line->misses_policy)
        out->missing_count++;
    else
        out->refused_count++;
    add_worst(out, line->status);
}

/* What is no matter of one file ends the whole. */
static bool ends_all(zkl_status status)
{
    return status == ZKL_NO_MEMORY || status == ZKL_CANCELLED;
}

static zkl_status verify_files(folder_check *c, zkl_error *err)
{
    for (size_t i = 0; i < c->out->count; i++) {
        zkl_verify_folder_line *line = &c->lines[i];
        zkl_error why = { 0 };
        ZKL_TRY(zkl_env_progress(c->env, "verifying", i, c->out->count, err));
        line->status = verify_file(line, c, &why);
        if (ends_all(line->status))
            return zkl_fail_as(err, line->status, &why);
        if (line->status != ZKL_OK) {
            line->check = why.check;
            line->error = keep(c, why.text);
            if (!line->error)
                return zkl_no_memory(err, strlen(why.text));
        }
        count(c->out, line);
    }
    return ZKL_OK;
}

/* ---- Checkpoints */

static bool is_known(const folder_check *c, const zkl_checkpoint *checkpoint)
{
    for (size_t i = 0; i < c->checkpoint_count; i++)
        if (c->checkpoints[i].size == checkpoint->size &&
            zkl_digest_equal(&c->checkpoints[i].root, &checkpoint->root))
            return true;
    return false;
}

/* A receipt that is the first under its checkpoint is kept. What is wrong with a file is told when
 * it is verified. */
static zkl_status look_at_file(folder_check *c, const char *file, const zkl_trust *trust,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_receipt_checkpoint found;
    zkl_error why = { 0 };
    zkl_status status = read_file(&receipt, c, file, &why);
    const zkl_bytes bytes = zkl_buffer_bytes(&receipt);
    if (status == ZKL_OK)
        status = service_check_is_verifiable(bytes, &why);
    if (status == ZKL_OK)
        status = zkl_receipt_verify_checkpoint(&found, &arena, bytes, trust, &why);
    if (ends_all(status))
        return zkl_fail_as(err, status, &why);
    if (status != ZKL_OK || is_known(c, &found.checkpoint))
        return ZKL_OK;
    if (c->checkpoint_count == CHECKPOINTS_MAX || c->byte_count > CHECKPOINT_BYTES_MAX) {
        c->has_too_many = true;
        return ZKL_OK;
    }
    const uint8_t *copy = zkl_arena_copy(&c->memory, bytes.data, bytes.size);
    if (!copy)
        return zkl_no_memory(err, bytes.size);
    c->checkpoints[c->checkpoint_count] =
        (zkl_checkpoint){ .size = found.checkpoint.size, .root = found.checkpoint.root };
    c->receipts[c->checkpoint_count++] = (zkl_named_bytes){ file, zkl_bytes_of(copy, bytes.size) };
    c->byte_count += bytes.size;
    return ZKL_OK;
}

static zkl_status look_at_files(folder_check *c, const zkl_trust *trust, zkl_error *err)
{
    const size_t most = c->out->count < CHECKPOINTS_MAX ? c->out->count : CHECKPOINTS_MAX;
    c->receipts = ZKL_ARENA_NEW(&c->memory, zkl_named_bytes, most);
    c->checkpoints = ZKL_ARENA_NEW(&c->memory, zkl_checkpoint, most);
    if (!c->receipts || !c->checkpoints)
        return zkl_no_memory(err, most * sizeof *c->checkpoints);
    for (size_t i = 0; i < c->out->count; i++) {
        ZKL_TRY(zkl_env_progress(c->env, "reading", i, c->out->count, err));
        ZKL_TRY(look_at_file(c, c->lines[i].file, trust, err));
    }
    return ZKL_OK;
}

/* Without evidence nothing was asked for that could be missing. */
static bool has_evidence(const zkl_verify_folder_request *request)
{
    return request->tiles || request->consistency_count || request->remember;
}

/* What is right stays right where it cannot be compared; a fork refuses the whole. */
static zkl_status compare_checkpoints(folder_check *c, zkl_error *err)
{
    const zkl_verify_folder_request *asked = c->request;
    const zkl_history_request request = { .receipts = c->receipts,
                                          .receipt_count = c->checkpoint_count,
                                          .trust = asked->trust,
                                          .standings = c->right,
                                          .standing_count = c->right_count,
                                          .tiles = asked->tiles,
                                          .consistency = asked->consistency,
                                          .consistency_count = asked->consistency_count,
                                          .remember = asked->remember,
                                          .memory_folder = asked->memory_folder };
    zkl_error why = { 0 };
    c->out->is_compared = c->checkpoint_count > 0;
    if (!c->out->is_compared)
        return ZKL_OK;
    c->out->history_status =
        c->has_too_many
            ? zkl_fail(&why, ZKL_LIMIT, "there are more checkpoints than are compared at once")
            : zkl_verify_history(&c->out->history, c->ledger, &request, c->env, &why);
    if (ends_all(c->out->history_status))
        return zkl_fail_as(err, c->out->history_status, &why);
    if (c->out->history_status == ZKL_OK) {
        zkl_arena_join(&c->out->memory, &c->out->history.memory);
        return ZKL_OK;
    }
    c->out->history_error = keep(c, why.text);
    if (!c->out->history_error)
        return zkl_no_memory(err, strlen(why.text));
    if (c->out->history_status != ZKL_LIMIT || has_evidence(asked))
        add_worst(c->out, c->out->history_status);
    return ZKL_OK;
}

/* ---- Standings */

static zkl_status refuse_twins(const folder_check *c, size_t count, zkl_error *err)
{
    const zkl_verify_folder_standing *const last = &c->standings[count];
    for (size_t i = 0; i < count; i++)
        if (c->standings[i].name && strcmp(c->standings[i].name, last->name) == 0)
            return zkl_fail(err, ZKL_USAGE, "'%s' and '%s' are both standings of '%s'",
                            c->standings[i].file, last->file, last->name);
    return ZKL_OK;
}

/* One that is refused is put to nothing, and told. */
static zkl_status verify_standing(folder_check *c, size_t i, zkl_error *err)
{
    const zkl_standing_request request = { .standing = c->request->standings[i],
                                           .trust = c->request->trust,
                                           .receipts = c->receipts,
                                           .receipt_count = c->checkpoint_count,
                                           .tiles = c->request->tiles };
    zkl_verify_folder_standing *line = &c->standings[i];
    zkl_error why = { 0 };
    line->file = keep(c, request.standing.name);
    if (!line->file)
        return zkl_no_memory(err, strlen(request.standing.name));
    line->status = zkl_verify_standing(&c->said[i], c->ledger, &request, c->env, &why);
    if (ends_all(line->status))
        return zkl_fail_as(err, line->status, &why);
    if (line->status != ZKL_OK) {
        line->error = keep(c, why.text);
        return line->error ? ZKL_OK : zkl_no_memory(err, strlen(why.text));
    }
    /* Its texts live with the result. */
    zkl_arena_join(&c->out->memory, &c->said[i].memory);
    line->name = c->said[i].name;
    line->word = c->said[i].word;
    c->right[c->right_count++] = request.standing;
    return refuse_twins(c, i, err);
}

static zkl_status verify_standings(folder_check *c, zkl_error *err)
{
    const size_t count = c->request->standing_count;
    c->said = ZKL_ARENA_NEW(&c->memory, zkl_standing_result, count);
    c->standings = ZKL_ARENA_NEW(&c->out->memory, zkl_verify_folder_standing, count);
    if (!c->said || !c->standings)
        return zkl_no_memory(err, count * sizeof *c->said);
    c->out->standings = c->standings;
    c->out->standing_count = count;
    c->right = ZKL_ARENA_NEW(&c->memory, zkl_named_bytes, count);
    if (!c->right)
        return zkl_no_memory(err, count * sizeof *c->right);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(verify_standing(c, i, err));
    return ZKL_OK;
}

/* Whoever gives one that is of none of the receipts gave the wrong one. */
static zkl_status end_standings(folder_check *c, zkl_error *err)
{
    for (size_t i = 0; i < c->request->standing_count; i++) {
        zkl_verify_folder_standing *line = &c->standings[i];
        if (line->status == ZKL_OK && !line->receipt_count) {
            line->status = ZKL_UNCHECKED;
            line->error = zkl_arena_format(&c->out->memory,
                                           "the standing is of '%s', and none of the receipts is",
                                           line->name);
            if (!line->error)
                return zkl_no_memory(err, 0);
        }
        add_worst(c->out, line->status);
    }
    return ZKL_OK;
}

/* ---- All of it */

static zkl_status verify_all(folder_check *c, const zkl_trust *trust, zkl_error *err)
{
    ZKL_TRY(list_files(&c->lines, c->out, c->request->folder, err));
    ZKL_TRY(look_at_files(c, trust, err));
    ZKL_TRY(verify_standings(c, err));
    ZKL_TRY(verify_files(c, err));
    ZKL_TRY(end_standings(c, err));
    return compare_checkpoints(c, err);
}

/* Trust and policy are read once before: a mistake in them is the caller's, and no receipt's. */
zkl_status zkl_verify_folder(zkl_verify_folder_result *out, zkl_ledger *ledger,
                             const zkl_verify_folder_request *request, const zkl_env *env,
                             zkl_error *err)
{
    folder_check check = { .out = out, .request = request, .ledger = ledger, .env = env };
    service_trusted trusted = { 0 };
    *out = (zkl_verify_folder_result){ 0 };
    if (request->remember && !request->trust.size)
        return zkl_fail(err, ZKL_USAGE,
                        "what is verified by a trust file is remembered; a ledger remembers by "
                        "itself");
    if (request->policy.size)
        ZKL_TRY(zkl_verify_policy_check_text(request->policy, request->policy_name, err));
    zkl_status status = service_trusted_take(&trusted, request->trust, ledger, env, err);
    if (status == ZKL_OK)
        status = verify_all(&check, trusted.trust, err);
    service_trusted_clear(&trusted);
    for (size_t i = 0; check.said && i < request->standing_count; i++)
        zkl_arena_clear(&check.said[i].memory);
    zkl_arena_clear(&check.memory);
    if (status == ZKL_OK)
        return ZKL_OK;
    zkl_arena_clear(&out->history.memory);
    zkl_arena_clear(&out->memory);
    *out = (zkl_verify_folder_result){ 0 };
    return status;
}
