/* What became of many files, each a dataset of its own: `watch` and `notarize --each`.
 *
 * With --json every event is an object on a line of its own, as it happens, and the last line is
 * the object that every command ends with. */
#include "cli/commands.h"

static void put_json_line(const zkl_watch_event *event)
{
    json_t *object = json_object();
    if (object && api_write(object, &api_watch_event, event, NULL) == ZKL_OK) {
        json_dumpf(object, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
        putchar('\n');
    }
    json_decref(object);
}

/* A line at once: who reads it may be a pipe. */
void cli_say_file(void *opaque, const zkl_watch_event *event)
{
    cli_run *run = opaque;
    cli_progress_end(run);
    if (run->json)
        put_json_line(event);
    const char *path = cli_text(run, event->path);
    if (event->kind == ZKL_WATCH_FAILED)
        cli_warn("failed: %s: %s\n", path, cli_text(run, event->error));
    else if (event->kind == ZKL_WATCH_UNCHANGED)
        cli_say(run, "unchanged  %s  %s@%u\n", path, event->name, event->version);
    else
        cli_say(run, "notarised  %s  %s@%u, %s, entry %llu\n", path, event->name, event->version,
                cli_counted(run, event->row_count, "row"), (unsigned long long)event->index);
    fflush(stdout);
}

zkl_status cli_put_files(cli_run *run, zkl_status status, zkl_watch_result *r, zkl_error *err)
{
    cli_progress_end(run);
    cli_say(run, "%zu notarised, %zu unchanged, %zu known, %zu failed\n", r->notarised_count,
            r->unchanged_count, r->known_count, r->failed_count);
    r->event_count = 0; /* each was said on its own line */
    const zkl_status put = api_put_result(run->result, &api_watch, status, r, NULL);
    zkl_arena_clear(&r->memory);
    return status == ZKL_OK && put != ZKL_OK ? zkl_no_memory(err, 0) : status;
}
