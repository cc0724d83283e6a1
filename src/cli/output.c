#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"

volatile int cli_interrupted;

void cli_say(const cli_run *run, const char *format, ...)
{
    if (run->json || run->quiet)
        return;
    va_list args;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
}

void cli_note(const cli_run *run, const char *format, ...)
{
    if (run->quiet)
        return;
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
}

/* Redrawn at most ten times a second: "  committing   41 %  412000 a second  1 s left". */
bool cli_progress_step(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    cli_run *run = opaque;
    if (cli_interrupted)
        return false;
    if (!run->terminal || run->quiet)
        return true;
    int64_t now = zkl_env_now_ms(&run->env);
    bool new_stage = !run->drawn_stage || strcmp(run->drawn_stage, stage) != 0;
    if (new_stage)
        run->stage_ms = now;
    else if (now - run->drawn_ms < 100 && done != total)
        return true;
    run->drawn_stage = stage;
    run->drawn_ms = now;
    fprintf(stderr, "\r\033[K  %s", stage);
    double seconds = (double)(now - run->stage_ms) / 1000.0;
    if (total)
        fprintf(stderr, "  %3.0f %%", 100.0 * (double)done / (double)total);
    if (done && seconds > 0.5)
        fprintf(stderr, "  %.0f a second", (double)done / seconds);
    if (done && total && done < total && seconds > 0.5)
        fprintf(stderr, "  %.0f s left", seconds * (double)(total - done) / (double)done);
    fflush(stderr);
    return true;
}

void cli_progress_end(cli_run *run)
{
    if (run->drawn_stage)
        fprintf(stderr, "\r\033[K");
    run->drawn_stage = NULL;
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

const char *cli_number(cli_run *run, uint64_t value)
{
    char digits[32], out[48];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value), at = 0;
    for (int i = 0; i < size; i++) {
        if (i && (size - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    return or_empty(zkl_arena_text(&run->arena, out, (size_t)at));
}

const char *cli_size(cli_run *run, uint64_t bytes)
{
    if (bytes < 10000)
        return or_empty(zkl_arena_format(&run->arena, "%llu bytes", (unsigned long long)bytes));
    if (bytes < 10000000)
        return or_empty(zkl_arena_format(&run->arena, "%.1f kB", (double)bytes / 1e3));
    return or_empty(zkl_arena_format(&run->arena, "%.1f MB", (double)bytes / 1e6));
}

const char *cli_time(cli_run *run, int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm utc;
    char text[40];
    if (!gmtime_r(&seconds, &utc) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc))
        return "";
    return or_empty(zkl_arena_text(&run->arena, text, strlen(text)));
}
