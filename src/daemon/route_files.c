/* Paths of files: those that callers have sent, and those that operations wrote for them.
 *
 * A file that was sent is its key's alone: no role sees another key's. What an operation wrote is
 * seen by whoever sees the operation. */
#include "daemon/request.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "daemon/pages.h"
#include "daemon/paths.h"
#include "daemon/send_file.h"
#include "daemon/upload.h"

/* ---- sent */

static void say_file(daemon_request *q, const daemon_file *file)
{
    char text[160];
    snprintf(text, sizeof text, "%s/files/%s", q->prefix, file->id);
    const http_header location = { zkl_bytes_of_text("location"), zkl_bytes_of_text(text) };
    daemon_json(q->exchange, 201, &location, daemon_file_put(file));
}

/* From the query, else from a header: an operation knows a format by a name's ending. */
static void post_file(daemon_request *q)
{
    if (!q->type &&
        zkl_bytes_begin_with(http_find(q->exchange, "content-type"), "multipart/form-data")) {
        daemon_problem_code(q->exchange, 415, "unsupported media type",
                            "a file's bytes are the body, without a form around them");
        return;
    }
    json_t *const names = daemon_query_all(q, "name");
    const zkl_bytes header = http_find(q->exchange, "x-file-name");
    const char *const asked = json_string_value(json_array_get(names, 0));
    char name[DAEMON_FILE_NAME_MAX + 2];
    if (asked)
        snprintf(name, sizeof name, "%s", asked);
    else
        snprintf(name, sizeof name, "%.*s", header.data ? (int)header.size : 4,
                 header.data ? (const char *)header.data : "file");
    if (names && json_array_size(names) < 2)
        daemon_upload_begin(q, name, say_file);
    else
        daemon_problem(q->exchange, ZKL_USAGE, "the query is broken, or has two names");
    json_decref(names);
}

static void list_files(daemon_request *q)
{
    daemon_send_page(q, "files", "file", daemon_files_list(q->daemon->files, q->who.id));
}

static void show_file(daemon_request *q)
{
    daemon_file file;
    zkl_error err = { 0 };
    const zkl_status status =
        daemon_files_find(&file, q->daemon->files, q->path.at[2], q->who.id, &err);
    if (status == ZKL_OK)
        daemon_json(q->exchange, 200, NULL, daemon_file_put(&file));
    else
        daemon_problem(q->exchange, status, err.text);
}

static void delete_file(daemon_request *q)
{
    zkl_error err = { 0 };
    const zkl_status status = daemon_files_remove(q->daemon->files, q->path.at[2], q->who.id, &err);
    if (status == ZKL_OK)
        daemon_nothing(q->exchange);
    else
        daemon_problem(q->exchange, status, err.text);
}

/* ---- written by operations */

/* Is there such an operation, and is it over? Else it is answered. */
static bool find_operation(daemon_request *q)
{
    bool is_over;
    const daemon_job_view view = daemon_view_of(q);
    if (!daemon_jobs_find(q->daemon->jobs, q->path.at[2], &view, &is_over))
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such operation");
    else if (!is_over)
        daemon_problem(q->exchange, ZKL_CONFLICT, "the operation is not over");
    else
        return true;
    return false;
}

static void list_results(daemon_request *q)
{
    if (!find_operation(q))
        return;
    json_t *const files = daemon_journal_files(q->daemon->journal, q->path.at[2]);
    if (files)
        daemon_json(q->exchange, 200, NULL, json_pack("{s:o}", "files", files));
    else
        daemon_problem(q->exchange, ZKL_IO, "the files cannot be listed now");
}

/* A file in a folder is asked for with %2F between the parts. */
static void get_result(daemon_request *q)
{
    char folder[PATH_MAX], object[ZKL_OBJECT_NAME_BYTES_MAX + 1];
    zkl_error err = { 0 };
    if (!find_operation(q))
        return;
    const daemon_journal *const journal = q->daemon->journal;
    const char *const name = q->path.at[4];
    int fd = -1;
    if (daemon_journal_path(folder, journal, q->path.at[2], daemon_journal_results(journal),
                            &err) == ZKL_OK)
        fd = daemon_paths_open_below(folder, name, &err);
    snprintf(object, sizeof object, "jobs/%s/%s", q->path.at[2], name);
    if (fd >= 0 && daemon_journal_is_sealed(journal))
        daemon_send_sealed(q, fd, name, object);
    else if (fd >= 0)
        daemon_send_file(q, fd, name);
    else if (err.status == ZKL_NOT_FOUND || err.status == ZKL_DENIED)
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such file");
    else
        daemon_problem(q->exchange, ZKL_IO, "the file cannot be read now");
}

const daemon_route daemon_file_routes[] = {
    { "POST",
      { "v1", "files" },
      "files:create",
      post_file,
      "sendFile",
      "a file for operations",
      201,
      NULL,
      "name",
      "application/octet-stream",
      .is_own = true,
      .needs_no_ledger = true },
    { "GET",
      { "v1", "files" },
      "files:read",
      list_files,
      "listFiles",
      "files of this key",
      200,
      NULL,
      "limit cursor",
      .is_own = true,
      .needs_no_ledger = true },
    { "GET",
      { "v1", "files", "{id}" },
      "files:read",
      show_file,
      "showFile",
      "a file's facts",
      200,
      .is_own = true,
      .needs_no_ledger = true },
    { "DELETE",
      { "v1", "files", "{id}" },
      "files:delete",
      delete_file,
      "removeFile",
      "remove it",
      204,
      .is_own = true,
      .needs_no_ledger = true },
    { "GET",
      { "v1", "operations", "{id}", "files" },
      "operations:read",
      list_results,
      "listResults",
      "files that it wrote",
      200,
      .is_own = true },
    { "GET",
      { "v1", "operations", "{id}", "files", "{name}" },
      "operations:read",
      get_result,
      "getResult",
      "one of them",
      200,
      "application/octet-stream",
      .is_own = true },
    { 0 },
};
