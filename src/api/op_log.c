/* The entries of the log, as zkl_log_list gives them: all of a range, the oldest first. A
 * program that follows a log asks from the size that it saw last. */
#include "api/objects.h"
#include "api/requests.h"
#include "api/results.h"
#include "service/log_list.h"
#include "service/provenance.h"

static const api_field request_fields[] = {
    { "from", API_NUMBER, API_AT(api_log_request, from), .help = "first entry; else 0" },
    { "to", API_NUMBER, API_AT(api_log_request, to), .help = "before this entry; 0: to the end" },
    { "last", API_NUMBER, API_AT(api_log_request, last),
      .help = "of these only the last so many; 0: all" },
    { "file", API_TEXT, API_AT(api_log_request, file), .is_path = true,
      .help = "of these only those that name a file of this content; none: 'not found'" },
};
static const api_object request_object = API_OBJECT(api_log_request, request_fields);

/* ---- Result */

/* Entry 0 alone can name an old log. */
static bool goes_on(const void *record)
{
    return ((const zkl_log_line *)record)->succeeds != NULL;
}

static bool names_files(const void *record)
{
    return ((const zkl_log_line *)record)->file_count > 0;
}

static const api_field file_fields[] = {
    { "name", API_TEXT, API_AT(zkl_log_file, name), .help = "without a folder" },
    { "sha256", API_DIGEST, API_AT(zkl_log_file, sha256), .help = "of its bytes" },
};
static const api_object file = API_OBJECT(zkl_log_file, file_fields);

static const api_field line_fields[] = {
    { "index", API_NUMBER, API_AT(zkl_log_line, index), .help = "its place in the log" },
    { "kind", API_TEXT, API_AT(zkl_log_line, kind), .help = "what it is: notarise, key, setup" },
    { "time", API_TEXT, API_AT(zkl_log_line, time), .help = "when, by its signer's word" },
    { "what", API_TEXT, API_AT(zkl_log_line, what),
      .help = "in words, such as 'penguins@1' or 'F22 (development)'" },
    { "receipt_id", API_DIGEST, API_AT(zkl_log_line, receipt_id), .help = "its leaf hash" },
    { "succeeds", API_POINTED, API_AT(zkl_log_line, succeeds), .when = goes_on, .of = &api_succeeds,
      .help = "of entry 0 of a log that goes on from another" },
    { "files", API_LIST, API_AT(zkl_log_line, files), API_COUNT(zkl_log_line, file_count),
      .of = &file, .when = names_files,
      .help = "that it names: of a report, of a step, published ones of a notarisation" },
};
static const api_object line = API_OBJECT(zkl_log_line, line_fields);

static const api_field log_fields[] = {
    { "origin", API_TEXT, API_AT(zkl_log_result, origin), .help = "the log's name" },
    { "size", API_NUMBER, API_AT(zkl_log_result, tree_size), .help = "how many entries it has" },
    { "root", API_DIGEST, API_AT(zkl_log_result, root), .help = "root of its tree" },
    { "entries", API_LIST, API_AT(zkl_log_result, lines), API_COUNT(zkl_log_result, line_count),
      .of = &line, .help = "those asked for, the oldest first" },
};
static const api_object log_object = API_OBJECT(zkl_log_result, log_fields);

/* The lines stay where they are: only what is shown of them changes. */
void api_keep_last(zkl_log_result *log, uint64_t count)
{
    ZKL_ASSERT(log->lines || log->line_count == 0);
    if (log->line_count <= count)
        return;
    log->lines += log->line_count - (size_t)count;
    log->line_count = (size_t)count;
}

static bool names(const zkl_log_line *entry, const zkl_digest *sha256)
{
    for (size_t i = 0; i < entry->file_count; i++)
        if (zkl_digest_equal(&entry->files[i].sha256, sha256))
            return true;
    return false;
}

zkl_status api_keep_file(zkl_log_result *log, const char *path, const zkl_env *env, zkl_error *err)
{
    zkl_digest sha256;
    size_t count = 0;
    ZKL_TRY(service_hash_file(&sha256, path, env, err));
    zkl_log_line *const kept = ZKL_ARENA_NEW(&log->memory, zkl_log_line, log->line_count);
    if (!kept)
        return zkl_no_memory(err, log->line_count * sizeof *kept);
    for (size_t i = 0; i < log->line_count; i++)
        if (names(&log->lines[i], &sha256))
            kept[count++] = log->lines[i];
    log->lines = kept;
    log->line_count = count;
    return count ? ZKL_OK
                 : zkl_fail(err, ZKL_NOT_FOUND, "no entry names a file with the content of '%s'",
                            path);
}

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const api_log_request *asked = request;
    /* Which entries name a file is seen when they are read: then all of them are. */
    const service_log_range range = { asked->from, asked->to, asked->file ? 0 : asked->last };
    ZKL_TRY(service_log_list(result, ledger, &range, err));
    if (asked->file)
        ZKL_TRY(api_keep_file(result, asked->file, env, err));
    if (asked->last)
        api_keep_last(result, asked->last);
    return ZKL_OK;
}

/* Its cost grows with the range. */
const api_operation api_log = {
    .name = "log",
    .summary = "the entries of the log",
    .permission = "log:read",
    .effect = API_READS,
    .request = &request_object,
    .result = &log_object,
    .memory_offset = offsetof(zkl_log_result, memory),
    .run = run,
};
