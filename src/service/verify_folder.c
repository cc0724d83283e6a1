/* Every receipt of a folder, one after the other: each has its own verdict, and none ends the
 * others. */
#include <zkl/verify_folder.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zkl/lineage.h>

#include "base/file.h"
#include "service/service_internal.h"

#define RECEIPT_BYTES_MAX ((size_t)1 << 30)
#define FILES_MAX 100000
#define FILE_ENDING ".zkl"

typedef struct folder_check {
    zkl_verify_folder_result *out;
    const zkl_verify_folder_request *request;
    zkl_ledger *ledger;
    const zkl_env *env;
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

static zkl_status take_verdict(zkl_verify_folder_line *line, folder_check *c,
                               const zkl_verify_result *v, zkl_error *err)
{
    zkl_policy_answer answer = { 0 };
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
    if (v->revoked)
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_REVOKED,
                              "REVOKED by entry %llu: \"%.300s\"",
                              (unsigned long long)v->revoked->index, v->revoked->reason);
    if (!c->request->policy.size)
        return ZKL_OK;
    ZKL_TRY(
        zkl_verify_policy(&answer, v, c->request->policy, c->request->policy_name, c->env, err));
    line->misses_policy = !answer.is_met;
    const zkl_status status =
        answer.is_met ? ZKL_OK : zkl_fail(err, ZKL_REJECTED, "policy not met: %s", answer.missing);
    zkl_arena_clear(&answer.memory);
    return status;
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

static zkl_status verify_file(zkl_verify_folder_line *line, folder_check *c, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    zkl_buffer_format(&path, "%s/%s", c->request->folder, line->file);
    zkl_buffer_put_u8(&path, 0);
    ZKL_TRY(zkl_buffer_status(&path, err));
    ZKL_TRY(zkl_file_read(&receipt, (const char *)path.data, RECEIPT_BYTES_MAX, err));
    const zkl_bytes bytes = zkl_buffer_bytes(&receipt);
    return zkl_is_lineage(bytes) ? verify_lineage(line, c, bytes, err)
                                 : verify_one(line, c, bytes, err);
}

/* A check that fails is worse than a file that could not be checked. */
static void count(zkl_verify_folder_result *out, const zkl_verify_folder_line *line)
{
    if (line->status == ZKL_OK)
        out->accepted_count++;
    else if (line->misses_policy)
        out->missing_count++;
    else
        out->refused_count++;
    if (line->status == ZKL_REJECTED || out->worst == ZKL_OK)
        out->worst = line->status;
}

/* What is no matter of one file ends the whole. */
static bool ends_all(zkl_status status)
{
    return status == ZKL_NO_MEMORY || status == ZKL_CANCELLED;
}

static zkl_status verify_files(folder_check *c, zkl_error *err)
{
    zkl_verify_folder_line *lines = NULL;
    ZKL_TRY(list_files(&lines, c->out, c->request->folder, err));
    for (size_t i = 0; i < c->out->count; i++) {
        zkl_error why = { 0 };
        ZKL_TRY(zkl_env_progress(c->env, "verifying", i, c->out->count, err));
        lines[i].status = verify_file(&lines[i], c, &why);
        if (ends_all(lines[i].status))
            return zkl_fail_as(err, lines[i].status, &why);
        if (lines[i].status != ZKL_OK) {
            lines[i].check = why.check;
            lines[i].error = keep(c, why.text);
            if (!lines[i].error)
                return zkl_no_memory(err, strlen(why.text));
        }
        count(c->out, &lines[i]);
    }
    return ZKL_OK;
}

/* The policy is read once before: a mistake in it is the caller's, and no receipt's. */
zkl_status zkl_verify_folder(zkl_verify_folder_result *out, zkl_ledger *ledger,
                             const zkl_verify_folder_request *request, const zkl_env *env,
                             zkl_error *err)
{
    folder_check check = { .out = out, .request = request, .ledger = ledger, .env = env };
    *out = (zkl_verify_folder_result){ 0 };
    if (!request->trust.size && !ledger)
        return zkl_fail(err, ZKL_UNCHECKED, "no trust file: nothing is trusted on first use");
    if (request->trust.size)
        ZKL_TRY(zkl_trust_check_text(request->trust, NULL, err));
    if (request->policy.size)
        ZKL_TRY(zkl_verify_policy_check_text(request->policy, request->policy_name, err));
    const zkl_status status = verify_files(&check, err);
    if (status == ZKL_OK)
        return ZKL_OK;
    zkl_arena_clear(&out->memory);
    *out = (zkl_verify_folder_result){ 0 };
    return status;
}
