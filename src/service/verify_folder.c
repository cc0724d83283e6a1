/* Every receipt of a folder: each has its own verdict, and none ends the others.
 *
 * The files are read twice. First for their checkpoints, those of lineage receipts too: one receipt
 * stands for all under its checkpoint whose key entries say the same, and these add to what
 * standings and evidence are judged by. Then, with the standings at hand, each is verified whole: a
 * file that has changed in between is refused. At the end the checkpoints are compared.
 *
 * By a trust file some receipts at a time are verified together (verify_together.h). One that is
 * not found valid there is verified by itself, so that its verdict is that of a receipt alone. */
#include <zkl/verify_folder.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zkl/lineage.h>

#include "base/file.h"
#include "hash/hash.h"
#include "record/lineage_file.h"
#include "service/lineage.h"
#include "service/verify_together.h"
#include "service/words.h"
#include "verify/history.h"

#define FILES_MAX 100000
#define FILE_ENDING ".zkl"
#define PROGRESS_STAGE "verifying"
#define PASSED_NAMES_MAX 1000
/* Checkpoints that are compared, and what the receipts that stand for them may take together. One
 * more says that there are too many (zkl_verify_history). */
#define CHECKPOINTS_MAX ZKL_HISTORY_STATES_MAX
#define CHECKPOINT_BYTES_MAX ((size_t)1 << 30)
/* Receipts that are verified together; they end with the file that brings their bytes to so many.
 * What is kept of a receipt meanwhile is some times its size. */
#define TOGETHER_MAX 64
#define TOGETHER_BYTES ((size_t)4 << 20)

/* What was read of a file when its checkpoint was looked for. */
typedef struct folder_file {
    bool is_read;
    zkl_digest digest;
    size_t *stands_for; /* the checkpoints that its receipts stand for */
    size_t stands_for_count;
} folder_file;

typedef struct folder_check {
    zkl_verify_folder_result *out;
    const zkl_verify_folder_request *request;
    zkl_ledger *ledger;
    const zkl_trust *trust;
    const zkl_env *env;
    zkl_verify_folder_line *lines;
    folder_file *files; /* one a line */
    /* The receipts that stand for checkpoints, and by what each is known (known_by). */
    zkl_arena memory;
    zkl_named_bytes *receipts;
    zkl_digest *known;
    size_t checkpoint_count, byte_count;
    /* More checkpoints than are compared. */
    bool has_too_many;
    size_t told; /* of the files that are done, as progress */
    /* The standings that were found right: their checkpoints are compared as well. */
    zkl_named_bytes *right;
    size_t right_count;
    /* One a standing of the request: what it says, and what came of it. */
    zkl_standing_result *said;
    zkl_verify_folder_standing *standings;
    /* The last line that each was put to. */
    const zkl_verify_folder_line **put_to;
} folder_check;

/* ---- Which files. */

static bool is_receipt_name(const struct dirent *entry)
{
    const size_t size = strlen(entry->d_name), ending = strlen(FILE_ENDING);
    return entry->d_type != DT_DIR && size > ending &&
           strcmp(entry->d_name + size - ending, FILE_ENDING) == 0;
}

static int is_of_the_folder(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* By bytes, so that the order is the same everywhere. */
static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Receipts get a line each. Of the rest the first are named. */
static zkl_status take_names(zkl_verify_folder_line *lines, zkl_verify_folder_result *out,
                             struct dirent **entries, size_t count, zkl_error *err)
{
    const char **passed = ZKL_ARENA_NEW(&out->memory, const char *, PASSED_NAMES_MAX);
    if (!passed)
        return zkl_no_memory(err, PASSED_NAMES_MAX * sizeof *passed);
    out->passed = passed;
    for (size_t i = 0; i < count; i++) {
        const bool is_receipt = is_receipt_name(entries[i]);
        if (!is_receipt && out->passed_count++ >= PASSED_NAMES_MAX)
            continue;
        const char *name = zkl_arena_format(&out->memory, "%s%s", entries[i]->d_name,
                                            entries[i]->d_type == DT_DIR ? "/" : "");
        if (!name)
            return zkl_no_memory(err, strlen(entries[i]->d_name));
        if (is_receipt)
            lines[out->count++].file = name;
        else
            passed[out->passed_name_count++] = name;
    }
    return ZKL_OK;
}

static zkl_status take_entries(zkl_verify_folder_line **lines, zkl_verify_folder_result *out,
                               const char *folder, struct dirent **entries, size_t count,
                               zkl_error *err)
{
    size_t receipt_count = 0;
    for (size_t i = 0; i < count; i++)
        receipt_count += is_receipt_name(entries[i]);
    if (!receipt_count)
        return zkl_fail(err, ZKL_NOT_FOUND, "no file in '%s' ends in " FILE_ENDING, folder);
    if (receipt_count > FILES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "'%s' has %zu receipts, and %d are taken at once", folder,
                        receipt_count, FILES_MAX);
    *lines = ZKL_ARENA_NEW(&out->memory, zkl_verify_folder_line, receipt_count);
    if (!*lines)
        return zkl_no_memory(err, receipt_count * sizeof **lines);
    out->lines = *lines;
    return take_names(*lines, out, entries, count, err);
}

static zkl_status list_files(zkl_verify_folder_line **lines, zkl_verify_folder_result *out,
                             const char *folder, zkl_error *err)
{
    struct dirent **entries = NULL;
    const int found = scandir(folder, &entries, is_of_the_folder, compare_names);
    if (found < 0)
        return zkl_fail(err, errno == ENOENT ? ZKL_NOT_FOUND : ZKL_IO, "folder '%s': %s", folder,
                        strerror(errno));
    const zkl_status status = take_entries(lines, out, folder, entries, (size_t)found, err);
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
static zkl_status add_standing(folder_check *c, const zkl_verify_folder_line *line,
                               zkl_verify_result *v, zkl_error *err)
{
    for (size_t i = 0; i < c->request->standing_count; i++) {
        if (!c->standings[i].name || strcmp(c->standings[i].name, v->name) != 0)
            continue;
        c->standings[i].receipt_count += c->put_to[i] != line;
        c->put_to[i] = line;
        ZKL_TRY(zkl_verdict_add_standing(v, &c->said[i], err));
    }
    return ZKL_OK;
}

static void note_newer(zkl_verify_folder_line *line, const zkl_verify_result *v)
{
    if (v->standing && v->standing->latest_version != v->version)
        line->newer_version = v->standing->latest_version;
}

/* Besides that cells are well formed, as reports count them, and as a verdict says them. */
static zkl_status keep_claims(zkl_verify_folder_line *line, folder_check *c,
                              const zkl_verify_result *v, zkl_error *err)
{
    const char **const all = ZKL_ARENA_NEW(&c->out->memory, const char *, v->claim_count);
    if (v->claim_count && !all)
        return zkl_no_memory(err, v->claim_count * sizeof *all);
    for (size_t i = 0; i < v->claim_count; i++) {
        const zkl_claim_verdict *const claim = &v->claims[i];
        if (claim->is_wellformedness)
            continue;
        const char *const text = service_claim_sentence(&c->out->memory, claim);
        if (!text)
            return zkl_no_memory(err, strlen(claim->sentence));
        all[line->claim_count++] = text;
    }
    line->sentences = all;
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
    line->is_development = v->is_development;
    ZKL_TRY(keep_claims(line, c, v, err));
    if (!line->name || !line->time || !line->origin)
        return zkl_no_memory(err, 0);
    ZKL_TRY(add_standing(c, line, v, err));
    note_newer(line, v);
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

/* Whatever it is made of may have been taken back: each of its entries gets the standing of its
 * dataset. */
static zkl_status add_standings_to_lineage(zkl_verify_folder_line *line, folder_check *c,
                                           zkl_lineage_result *lineage, zkl_bytes file,
                                           zkl_error *err)
{
    zkl_lineage_file head;
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_TRY(zkl_lineage_file_parse(&head, &arena, file, err));
    for (size_t i = 0; i < c->request->standing_count; i++) {
        bool is_of_it = false;
        if (!c->standings[i].name)
            continue;
        const zkl_status status =
            zkl_lineage_add_standing(&is_of_it, lineage, file, &c->said[i], err);
        c->standings[i].receipt_count += is_of_it || status != ZKL_OK;
        ZKL_TRY(status);
        if (is_of_it && c->said[i].word.latest_version != head.version &&
            zkl_bytes_equal(head.name, zkl_bytes_of_text(c->standings[i].name)))
            line->newer_version = c->said[i].word.latest_version;
    }
    return ZKL_OK;
}

static zkl_status take_lineage(zkl_verify_folder_line *line, folder_check *c,
                               zkl_lineage_result *result, zkl_bytes file, zkl_error *err)
{
    line->is_valid = true;
    line->kind = "lineage";
    line->name = keep(c, result->lineage.nodes[0].name);
    line->origin = keep(c, result->origin);
    line->tree_size = result->tree_size;
    line->is_development = result->is_development;
    if (!line->name || !line->origin)
        return zkl_no_memory(err, 0);
    ZKL_TRY(add_standings_to_lineage(line, c, result, file, err));
    line->is_revoked = service_lineage_revoked(&result->lineage) != NULL;
    return c->request->allow_revoked ? ZKL_OK : zkl_lineage_check_revoked(&result->lineage, err);
}

/* Of several entries: claims and rows are those of many datasets. */
static zkl_status verify_lineage(zkl_verify_folder_line *line, folder_check *c, zkl_bytes file,
                                 zkl_error *err)
{
    zkl_lineage_result result = { 0 };
    zkl_status status =
        zkl_verify_lineage(&result, c->ledger, file, c->request->trust, c->env, err);
    if (status == ZKL_OK)
        status = take_lineage(line, c, &result, file, err);
    zkl_arena_clear(&result.memory);
    ZKL_TRY(status);
    line->misses_policy = c->request->policy.size > 0;
    return line->misses_policy ? zkl_fail(err, ZKL_REJECTED,
                                          "policy not met: it is a lineage receipt, of several "
                                          "entries")
                               : ZKL_OK;
}

static zkl_status read_file(zkl_buffer *out, const folder_check *c, const char *file,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    const char *const folder = c->request->folder;
    const bool ends = folder[0] && folder[strlen(folder) - 1] == '/';
    zkl_buffer_format(&path, ends ? "%s%s" : "%s/%s", folder, file);
    zkl_buffer_put_u8(&path, 0);
    ZKL_TRY(zkl_buffer_status(&path, err));
    return zkl_file_read_regular(out, (const char *)path.data, ZKL_RECEIPT_BYTES_MAX, err);
}

/* What is verified is what was compared. */
static zkl_status check_unchanged(const folder_file *before, const char *name, zkl_bytes bytes,
                                  zkl_error *err)
{
    zkl_digest now;
    zkl_sha256(&now, bytes.data, bytes.size);
    return before->is_read && zkl_digest_equal(&before->digest, &now)
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT, "'%.200s' has changed while the folder was verified",
                          name);
}

/* A file in memory, and what came of it among others. */
typedef struct open_file {
    zkl_buffer bytes;
    zkl_status status; /* of reading it */
    zkl_error why;
    service_joint_receipt joint;
} open_file;

static void open_files_clear(open_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        service_joint_receipt_clear(&files[i].joint);
        zkl_buffer_clear(&files[i].bytes);
    }
}

static void open_one(open_file *out, const folder_check *c, size_t at)
{
    *out = (open_file){ 0 };
    out->status = read_file(&out->bytes, c, c->lines[at].file, &out->why);
    if (out->status == ZKL_OK)
        out->status = check_unchanged(&c->files[at], c->lines[at].file,
                                      zkl_buffer_bytes(&out->bytes), &out->why);
}

/* As many files as go together, from number `first` on. */
static size_t open_files(open_file *out, const folder_check *c, size_t first)
{
    size_t count = 0, bytes = 0;
    const size_t left = c->out->count - first;
    while (count < left && count < TOGETHER_MAX && (!count || bytes < TOGETHER_BYTES)) {
        open_one(&out[count], c, first + count);
        bytes += out[count++].bytes.size;
    }
    return count;
}

/* A ledger's word is asked for each receipt anew, and lineage receipts are many in one: neither is
 * among them. */
static zkl_status verify_together(open_file *files, size_t first, size_t count, folder_check *c,
                                  zkl_error *err)
{
    if (!c->request->trust.size)
        return ZKL_OK;
    ZKL_AUTO_BLOCK service_joint_receipt *each = zkl_calloc(count, sizeof *each);
    ZKL_AUTO_BLOCK size_t *places = zkl_calloc(count, sizeof *places);
    size_t taken = 0;
    if (!each || !places)
        return zkl_no_memory(err, count * sizeof *each);
    for (size_t i = 0; i < count; i++) {
        const zkl_bytes bytes = zkl_buffer_bytes(&files[i].bytes);
        if (files[i].status != ZKL_OK || zkl_is_lineage(bytes))
            continue;
        places[taken] = i;
        each[taken++].receipt = bytes;
    }
    const service_joint_progress progress = { c->env, PROGRESS_STAGE, first, c->out->count };
    if (taken)
        ZKL_TRY(service_verify_together(each, taken, c->trust, c->env ? c->env->pool : NULL,
                                        &progress, err));
    c->told = first + taken;
    for (size_t i = 0; i < taken; i++)
        files[places[i]].joint = each[i];
    return ZKL_OK;
}

/* As verify_one, of what was verified among others. */
static zkl_status take_verified(zkl_verify_folder_line *line, folder_check *c,
                                const zkl_verified *verified, zkl_error *err)
{
    zkl_verify_result verdict = { 0 };
    zkl_status status = service_verdict(&verdict, verified, c->trust, NULL, false, err);
    if (status == ZKL_OK)
        status = take_verdict(line, c, &verdict, err);
    zkl_arena_clear(&verdict.memory);
    return status;
}

static zkl_status verify_file(zkl_verify_folder_line *line, folder_check *c, const open_file *file,
                              zkl_error *err)
{
    if (file->status != ZKL_OK)
        return zkl_fail_as(err, file->status, &file->why);
    const zkl_bytes bytes = zkl_buffer_bytes(&file->bytes);
    if (zkl_is_lineage(bytes))
        return verify_lineage(line, c, bytes, err);
    return file->joint.is_valid ? take_verified(line, c, &file->joint.verified, err)
                                : verify_one(line, c, bytes, err);
}

/* A check that fails is worse than what could not be checked. */
static void add_worst(zkl_verify_folder_result *out, zkl_status status)
{
    if (status == ZKL_REJECTED || out->worst == ZKL_OK)
        out->worst = status;
}

static void count_line(zkl_verify_folder_result *out, const zkl_verify_folder_line *line)
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

/* Of receipts that were verified together it was told as they were: it does not go back. */
static zkl_status tell_progress(folder_check *c, size_t done, zkl_error *err)
{
    c->told = done > c->told ? done : c->told;
    return zkl_env_progress(c->env, PROGRESS_STAGE, c->told, c->out->count, err);
}

static zkl_status judge_files(folder_check *c, const open_file *files, size_t first, size_t count,
                              zkl_error *err)
{
    for (size_t i = 0; i < count; i++) {
        zkl_verify_folder_line *line = &c->lines[first + i];
        zkl_error why = { 0 };
        ZKL_TRY(tell_progress(c, first + i, err));
        line->status = verify_file(line, c, &files[i], &why);
        if (ends_all(line->status))
            return zkl_fail_as(err, line->status, &why);
        if (line->status != ZKL_OK) {
            line->check = why.check;
            line->error = keep(c, why.text);
            if (!line->error)
                return zkl_no_memory(err, strlen(why.text));
        }
        count_line(c->out, line);
    }
    return ZKL_OK;
}

static zkl_status verify_files(folder_check *c, zkl_error *err)
{
    ZKL_AUTO_BLOCK open_file *files = zkl_malloc(TOGETHER_MAX, sizeof *files);
    if (!files)
        return zkl_no_memory(err, TOGETHER_MAX * sizeof *files);
    for (size_t first = 0, count; first < c->out->count; first += count) {
        ZKL_TRY(tell_progress(c, first, err));
        count = open_files(files, c, first);
        zkl_status status = verify_together(files, first, count, c, err);
        if (status == ZKL_OK)
            status = judge_files(c, files, first, count, err);
        open_files_clear(files, count);
        ZKL_TRY(status);
    }
    return ZKL_OK;
}

/* ---- Checkpoints */

/* Two receipts are known by one digest where their checkpoints and all that is trusted with their
 * key entries are the same: then one of them says all that both say. */
static zkl_status known_by(zkl_digest *out, const zkl_receipt_checkpoint *found, zkl_bytes receipt,
                           zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    zkl_error why = { 0 };
    zkl_buffer_put_u64(&b, found->checkpoint.size);
    zkl_buffer_put(&b, found->checkpoint.root.bytes, sizeof found->checkpoint.root.bytes);
    const zkl_status status = zkl_trust_encode(&b, found->trust, &why);
    if (status == ZKL_NO_MEMORY)
        return zkl_fail_as(err, status, &why);
    if (status != ZKL_OK) /* no trust file would say so: it stands for itself alone */
        zkl_buffer_put(&b, receipt.data, receipt.size);
    ZKL_TRY(zkl_buffer_status(&b, err));
    zkl_sha256(out, b.data, b.size);
    return ZKL_OK;
}

/* Its place among the checkpoints; behind their end when it is new. */
static size_t find_known(const folder_check *c, const zkl_digest *digest)
{
    size_t i = 0;
    while (i < c->checkpoint_count && !zkl_digest_equal(&c->known[i], digest))
        i++;
    return i;
}

/* One that says something new is kept. What is wrong with it is told when its file is verified. */
static zkl_status look_at_receipt(folder_check *c, size_t at, zkl_bytes bytes,
                                  const zkl_trust *trust, zkl_error *err)
{
    folder_file *const file = &c->files[at];
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_receipt_checkpoint found;
    zkl_digest digest;
    zkl_error why = { 0 };
    zkl_status status = service_check_is_verifiable(bytes, &why);
    if (status == ZKL_OK)
        status = zkl_receipt_verify_checkpoint(&found, &arena, bytes, trust, &why);
    if (ends_all(status))
        return zkl_fail_as(err, status, &why);
    if (status != ZKL_OK)
        return ZKL_OK;
    ZKL_TRY(known_by(&digest, &found, bytes, err));
    const size_t place = find_known(c, &digest);
    if (place < c->checkpoint_count) {
        file->stands_for[file->stands_for_count++] = place;
        return ZKL_OK;
    }
    if (c->checkpoint_count == CHECKPOINTS_MAX || c->byte_count > CHECKPOINT_BYTES_MAX) {
        c->has_too_many = true;
        return ZKL_OK;
    }
    const uint8_t *copy = zkl_arena_copy(&c->memory, bytes.data, bytes.size);
    if (!copy)
        return zkl_no_memory(err, bytes.size);
    c->known[c->checkpoint_count] = digest;
    c->receipts[c->checkpoint_count++] =
        (zkl_named_bytes){ c->lines[at].file, zkl_bytes_of(copy, bytes.size) };
    file->stands_for[file->stands_for_count++] = place;
    c->byte_count += bytes.size;
    return ZKL_OK;
}

static zkl_status make_room(folder_check *c, size_t at, size_t count, zkl_error *err)
{
    c->files[at].stands_for = ZKL_ARENA_NEW(&c->memory, size_t, count);
    return c->files[at].stands_for ? ZKL_OK : zkl_no_memory(err, count * sizeof(size_t));
}

/* Each receipt in it is one that could be handed over alone. */
static zkl_status look_at_lineage(folder_check *c, size_t at, zkl_bytes bytes,
                                  const zkl_trust *trust, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_lineage_file file;
    zkl_error why = { 0 };
    const zkl_status status = zkl_lineage_file_parse(&file, &arena, bytes, &why);
    if (ends_all(status))
        return zkl_fail_as(err, status, &why);
    if (status != ZKL_OK)
        return ZKL_OK;
    ZKL_TRY(make_room(c, at, file.receipt_count, err));
    for (size_t i = 0; i < file.receipt_count; i++)
        ZKL_TRY(look_at_receipt(c, at, file.receipts[i], trust, err));
    return ZKL_OK;
}

static zkl_status look_at_file(folder_check *c, size_t at, const zkl_trust *trust, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    const char *name = c->lines[at].file;
    zkl_error why = { 0 };
    const zkl_status status = read_file(&file, c, name, &why);
    const zkl_bytes bytes = zkl_buffer_bytes(&file);
    if (ends_all(status))
        return zkl_fail_as(err, status, &why);
    if (status != ZKL_OK)
        return ZKL_OK;
    c->files[at].is_read = true;
    zkl_sha256(&c->files[at].digest, bytes.data, bytes.size);
    if (zkl_is_lineage(bytes))
        return look_at_lineage(c, at, bytes, trust, err);
    ZKL_TRY(make_room(c, at, 1, err));
    return look_at_receipt(c, at, bytes, trust, err);
}

static zkl_status look_at_files(folder_check *c, const zkl_trust *trust, zkl_error *err)
{
    c->files = ZKL_ARENA_NEW(&c->memory, folder_file, c->out->count);
    c->receipts = ZKL_ARENA_NEW(&c->memory, zkl_named_bytes, CHECKPOINTS_MAX);
    c->known = ZKL_ARENA_NEW(&c->memory, zkl_digest, CHECKPOINTS_MAX);
    if (!c->files || !c->receipts || !c->known)
        return zkl_no_memory(err, c->out->count * sizeof *c->files);
    for (size_t i = 0; i < c->out->count; i++) {
        ZKL_TRY(zkl_env_progress(c->env, "reading", i, c->out->count, err));
        ZKL_TRY(look_at_file(c, i, trust, err));
    }
    return ZKL_OK;
}

/* Without evidence nothing was asked for that could be missing. */
static bool has_evidence(const zkl_verify_folder_request *request)
{
    return request->tiles || request->consistency_count || request->remember;
}

static zkl_status fail_too_many(zkl_error *err)
{
    return zkl_fail(err, ZKL_LIMIT, "there are more checkpoints than are compared at once");
}

/* Those that no file stands for which was found right. */
static zkl_status find_rejected(bool **out, folder_check *c, zkl_error *err)
{
    bool *const is_rejected = ZKL_ARENA_NEW(&c->memory, bool, c->checkpoint_count);
    if (!is_rejected)
        return zkl_no_memory(err, c->checkpoint_count);
    for (size_t i = 0; i < c->checkpoint_count; i++)
        is_rejected[i] = true;
    for (size_t i = 0; i < c->out->count; i++)
        for (size_t j = 0; c->lines[i].status == ZKL_OK && j < c->files[i].stands_for_count; j++)
            is_rejected[c->files[i].stands_for[j]] = false;
    *out = is_rejected;
    return ZKL_OK;
}

/* What is right stays right where it cannot be compared; a fork refuses the whole. */
static zkl_status compare_checkpoints(folder_check *c, zkl_error *err)
{
    const zkl_verify_folder_request *asked = c->request;
    bool *is_rejected = NULL;
    ZKL_TRY(find_rejected(&is_rejected, c, err));
    const zkl_history_request request = { .receipts = c->receipts,
                                          .receipt_count = c->checkpoint_count,
                                          .trust = asked->trust,
                                          .standings = c->right,
                                          .standing_count = c->right_count,
                                          .tiles = asked->tiles,
                                          .consistency = asked->consistency,
                                          .consistency_count = asked->consistency_count,
                                          .remember = asked->remember,
                                          .memory_folder = asked->memory_folder,
                                          .is_rejected = is_rejected };
    zkl_error why = { 0 };
    c->out->is_compared = c->checkpoint_count > 0;
    if (!c->out->is_compared && !has_evidence(asked))
        return ZKL_OK;
    if (!c->out->is_compared)
        c->out->history_status =
            zkl_fail(&why, ZKL_UNCHECKED,
                     "no checkpoint of a receipt counts: evidence was compared with nothing");
    else if (c->has_too_many)
        c->out->history_status = fail_too_many(&why);
    else
        c->out->history_status =
            zkl_verify_history(&c->out->history, c->ledger, &request, c->env, &why);
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

/* One that is refused is put to nothing, and told. So is each where a receipt was passed over: its
 * key entries might say that the signer has ended. */
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
    line->status = c->has_too_many
                       ? fail_too_many(&why)
                       : zkl_verify_standing(&c->said[i], c->ledger, &request, c->env, &why);
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
    c->put_to = ZKL_ARENA_NEW(&c->memory, const zkl_verify_folder_line *, count);
    c->right = ZKL_ARENA_NEW(&c->memory, zkl_named_bytes, count);
    if (!c->said || !c->standings || !c->put_to || !c->right)
        return zkl_no_memory(err, count * sizeof *c->said);
    c->out->standings = c->standings;
    c->out->standing_count = count;
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
    check.trust = trusted.trust;
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
