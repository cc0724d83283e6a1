/* The entries of the log, as zkl_log_list gives them: all of a range, the oldest first. A
 * program that follows a log asks from the size that it saw last. */
#include "api/objects.h"
#include "api/results.h"

typedef struct log_request {
    uint64_t from, to, last;
} log_request;

static const api_field request_fields[] = {
    { "from", API_NUMBER, API_AT(log_request, from), .help = "first entry; else 0" },
    { "to", API_NUMBER, API_AT(log_request, to), .help = "before this entry; 0: to the end" },
    { "last", API_NUMBER, API_AT(log_request, last),
      .help = "of these only the last so many; 0: all" },
};
static const api_object request_object = API_OBJECT(log_request, request_fields);

/* ---- Result */

/* Entry 0 alone can name an old log. */
static bool goes_on(const void *record)
{
    return ((const zkl_log_line *)record)->succeeds != NULL;
}

static const api_field line_fields[] = {
    { "index", API_NUMBER, API_AT(zkl_log_line, index), .help = "its place in the log" },
    { "kind", API_TEXT, API_AT(zkl_log_line, kind), .help = "what it is: notarise, key, setup" },
    { "time", API_TEXT, API_AT(zkl_log_line, time), .help = "when, by its signer's word" },
    { "what", API_TEXT, API_AT(zkl_log_line, what),
      .help = "in words, such as 'penguins@1' or 'F22 (development)'" },
    { "receipt_id", API_DIGEST, API_AT(zkl_log_line, receipt_id), .help = "its leaf hash" },
    { "succeeds", API_POINTED, API_AT(zkl_log_line, succeeds), .when = goes_on, .of = &api_succeeds,
      .help = "of entry 0 of a log that goes on from another" },
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

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const log_request *asked = request;
    (void)env;
    ZKL_TRY(zkl_log_list(result, ledger, asked->from, asked->to, err));
    if (asked->last)
        api_keep_last(result, asked->last);
    return ZKL_OK;
}

/* Its cost grows with the range. */
const api_operation api_log = {
    .name = "log",
    .summary = "the entries of the log",
    .effect = API_READS,
    .request = &request_object,
    .result = &log_object,
    .memory_offset = offsetof(zkl_log_result, memory),
    .run = run,
};
