/* Paths of datasets: what the ledger holds, uploads, receipts and their verification.
 *
 * Members that name files of this machine are never taken from a request: the only files that an
 * operation reads or writes here are the daemon's own, of uploads and results. */
#include "daemon/submit.h"

#include <stdio.h>
#include <string.h>

#include "daemon/admission.h"
#include "daemon/pages.h"
#include "daemon/upload.h"
#include "service/log_served.h"
#include "text/base64.h"

#define BYTES_TYPE "application/octet-stream"
#define TOML_TYPE "application/toml"
/* As many proofs as are verified in a second or two, whoever made them up; usual are some KiB. */
#define SHORT_RECEIPT_BYTES_MAX ((size_t)1 << 20)
#define TABLE_TYPES "text/csv application/vnd.apache.parquet application/x-ndjson application/json"

/* NULL: it is answered. */
static json_t *part_of_list(daemon_request *q)
{
    json_t *const request = json_object();
    const char *const after = daemon_query_text(q, "cursor");
    if (daemon_query_number(request, q, "limit")) {
        const json_t *const limit = json_object_get(request, "limit");
        const json_int_t most = limit ? json_integer_value(limit) : DAEMON_PAGE_MAX;
        if (after && after[0])
            json_object_set_new(request, "after", json_string(after));
        if (after && most >= 1 && most <= DAEMON_PAGE_MAX)
            return request;
        daemon_problem(q->exchange, ZKL_USAGE,
                       after ? "'limit' is 1 to 1000" : "the query is broken");
    }
    json_decref(request);
    return NULL;
}

static void list_datasets(daemon_request *q)
{
    json_t *const request = part_of_list(q);
    if (request)
        daemon_submit_json(q, &(daemon_job_request){ .operation = "datasets" }, request, true);
}

static void show_dataset(daemon_request *q)
{
    daemon_submit_json(q, &(daemon_job_request){ .operation = "show" },
                       json_pack("{s:s}", "reference", q->path.at[2]), true);
}

/* ---- a receipt: made by an operation when it is asked for first, or the log has moved */

/* Of whoever makes one that others may wait for. */
static void keep_receipt(http_exchange *x, zkl_bytes body)
{
    daemon_request *const q = http_own(x);
    daemon_receipts_made(q->daemon->receipts, q->own, body);
}

static void end_making(daemon_request *q)
{
    daemon_receipts_end(q->daemon->receipts, q->own);
}

/* making: NULL: nobody waits for it. */
static void make_receipt(daemon_request *q, daemon_receipt_making *making)
{
    q->own = making;
    q->let_go = end_making;
    char *const file = daemon_new_path(q, ".out");
    const daemon_job_request job = { .operation = "export",
                                     .result_file = file,
                                     .result_type = BYTES_TYPE,
                                     .on_result = keep_receipt };
    if (file)
        daemon_submit_json(
            q, &job, json_pack("{s:s, s:s}", "reference", q->path.at[2], "output", file), true);
}

static void send_receipt(http_exchange *x, const daemon_receipt *receipt)
{
    daemon_bytes_tagged(x, BYTES_TYPE, receipt->tag, receipt->bytes);
}

/* Who waits until another has made it. */
typedef struct receipt_waiter {
    daemon_receipt_waiter waiter; /* first: what is told */
    http_exchange *x;             /* kept */
    const daemon_receipt *made;   /* NULL: nothing came of it */
} receipt_waiter;

static void go_on(http_exchange *x, bool is_open, void *argument)
{
    receipt_waiter *const w = argument;
    is_open &= http_status(x) == 0; /* else it was refused meanwhile, by its body or its time */
    if (is_open && w->made)
        send_receipt(x, w->made);
    else if (is_open)
        make_receipt(http_own(x), NULL);
    if (w->made)
        daemon_receipt_drop(w->made);
    http_drop(x);
    zkl_free(w);
}

static void told(daemon_receipt_waiter *waiter, const daemon_receipt *made)
{
    receipt_waiter *const w = (receipt_waiter *)waiter;
    w->made = made;
    if (http_post(w->x, go_on, w, NULL) == ZKL_OK)
        return;
    if (made)
        daemon_receipt_drop(made);
    http_drop(w->x);
    zkl_free(w);
}

static void make_or_wait(daemon_request *q, uint64_t state)
{
    daemon_receipt_making *making = NULL;
    receipt_waiter *const w = zkl_calloc(1, sizeof *w);
    if (!w) {
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
        return;
    }
    *w = (receipt_waiter){ .waiter.told = told, .x = q->exchange };
    http_keep(q->exchange);
    if (daemon_receipts_wait(&making, q->daemon->receipts, q->ledger, state, q->path.at[2],
                             &w->waiter))
        return;
    http_drop(q->exchange);
    zkl_free(w);
    make_receipt(q, making);
}

static void get_receipt(daemon_request *q)
{
    const uint64_t state = service_log_state(q->ledger);
    const daemon_receipt *const kept =
        daemon_receipts_find(q->daemon->receipts, q->ledger, state, q->path.at[2]);
    if (!kept) {
        make_or_wait(q, state);
        return;
    }
    send_receipt(q->exchange, kept);
    daemon_receipt_drop(kept);
}

static void get_trust(daemon_request *q)
{
    static const daemon_job_request job = { .operation = "keys-show",
                                            .result_member = "trust",
                                            .result_type = TOML_TYPE };
    daemon_submit_json(q, &job, json_object(), true);
}

/* ---- uploads */

/* How the table is read, by the query. false: it is broken. */
static bool put_reading(json_t *request, daemon_request *q)
{
    json_t *const nulls = daemon_query_all(q, "null");
    json_t *const delimiters = daemon_query_all(q, "delimiter");
    json_t *const reading = json_object();
    const bool is_good = nulls && delimiters && json_array_size(delimiters) < 2;
    if (json_array_size(nulls))
        json_object_set(reading, "null", nulls);
    if (json_array_size(delimiters))
        json_object_set(reading, "delimiter", json_array_get(delimiters, 0));
    if (json_object_size(reading))
        json_object_set(request, "reading", reading);
    json_decref(reading);
    json_decref(nulls);
    json_decref(delimiters);
    return is_good;
}

/* Whether the rows are kept, by the query: "true" or "false". false: it is broken. */
static bool put_kept(json_t *request, daemon_request *q)
{
    json_t *const all = daemon_query_all(q, "keep_spool");
    const char *const text = json_string_value(json_array_get(all, 0));
    const bool is_true = text && strcmp(text, "true") == 0;
    const bool is_good =
        all && json_array_size(all) < 2 && (!text || is_true || strcmp(text, "false") == 0);
    if (is_true)
        json_object_set_new(request, "keep_spool", json_true());
    json_decref(all);
    return is_good;
}

static void notarize_upload(daemon_request *q, const daemon_file *file)
{
    json_t *const claims = daemon_query_all(q, "claim");
    json_t *const request = json_pack("{s:s, s:[s+], s:b}", "name", q->path.at[2], "files",
                                      "file:", file->id, "hide_file_names", 1);
    daemon_audit_act(q, ZKL_EVENT_DATASET_UPLOADED, ZKL_OK, NULL);
    if (!claims || !put_reading(request, q) || !put_kept(request, q)) {
        json_decref(claims);
        json_decref(request);
        (void)!daemon_files_remove(q->daemon->files, file->id, q->who.id,
                                   NULL); /* else it expires */
        daemon_problem(q->exchange, ZKL_USAGE, "the query is broken");
        return;
    }
    json_object_set_new(request, "claims", claims);
    const daemon_call call = { .row = api_find("notarize"), .upload = file, .request = request };
    daemon_call_begin(q, &call);
}

/* What the table is in; NULL: it says none that can be read. */
static const char *ending_of(const daemon_request *q)
{
    static const struct {
        const char *type, *ending;
    } types[] = { { "text/csv", ".csv" },
                  { "application/vnd.apache.parquet", ".parquet" },
                  { "application/x-ndjson", ".ndjson" },
                  { "application/json", ".json" } };
    const zkl_bytes type =
        q->type ? zkl_bytes_of_text(q->type) : http_find(q->exchange, "content-type");
    for (size_t i = 0; i < ZKL_COUNT(types); i++)
        if (zkl_bytes_begin_with(type, types[i].type))
            return types[i].ending;
    return NULL;
}

static void put_dataset(daemon_request *q)
{
    const char *const ending = ending_of(q);
    if (!ending) {
        daemon_problem_code(q->exchange, 415, "unsupported media type",
                            "a table is text/csv, application/vnd.apache.parquet, "
                            "application/x-ndjson or application/json");
        return;
    }
    char name[DAEMON_FILE_NAME_MAX + 1];
    snprintf(name, sizeof name, "table%s", ending);
    daemon_upload_begin(q, name, notarize_upload);
}

/* ---- verification */

static void finish_verify(daemon_request *q)
{
    ZKL_AUTO_CLEAR(zkl_buffer) request = { 0 };
    zkl_buffer_put_text(&request, "{\"receipt\": \"");
    zkl_buffer_put_base64(&request, q->body.data, q->body.size);
    zkl_buffer_put_text(&request, "\"}");
    if (request.failed) {
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the receipt");
        return;
    }
    const daemon_admission_request alone = { .operation = "verify",
                                             .request_bytes = request.size,
                                             .walks_not = true };
    const daemon_job_request job = { .operation = "verify",
                                     .request = zkl_buffer_bytes(&request),
                                     .memory_bytes = daemon_admission_estimate(&alone),
                                     .is_short = q->body.size <= SHORT_RECEIPT_BYTES_MAX };
    daemon_submit(q, &job, true);
}

static void post_verify(daemon_request *q)
{
    daemon_read_body(q, finish_verify);
}

const daemon_route daemon_dataset_routes[] = {
    { "GET",
      { "v1", "datasets" },
      "datasets:read",
      list_datasets,
      "listDatasets",
      "the datasets, by name",
      200,
      .query = "limit cursor",
      .gives = "datasets" },
    { "GET",
      { "v1", "datasets", "{name}" },
      "datasets:read",
      show_dataset,
      "showDataset",
      "a dataset",
      200,
      .gives = "show" },
    { "PUT",
      { "v1", "datasets", "{name}" },
      "datasets:create",
      put_dataset,
      "uploadDataset",
      "notarise a table",
      202,
      NULL,
      "claim* null* delimiter keep_spool",
      TABLE_TYPES },
    { "GET",
      { "v1", "datasets", "{name}", "receipt" },
      "datasets:read",
      get_receipt,
      "getReceipt",
      "its receipt",
      200,
      BYTES_TYPE },
    { "GET",
      { "v1", "trust" },
      "log:read",
      get_trust,
      "getTrust",
      "the trust file",
      200,
      TOML_TYPE },
    { "POST",
      { "v1", "verify" },
      "datasets:verify",
      post_verify,
      "verifyReceipt",
      "verify a receipt with this ledger's trust",
      200,
      NULL,
      NULL,
      BYTES_TYPE,
      .gives = "verify" },
    { 0 },
};
