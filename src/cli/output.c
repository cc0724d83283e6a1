/* What a command prints: results, notes, warnings, progress, and values as text.
 *
 * Results go to standard output, everything else to standard error. Texts from files, receipts and
 * logs may hold escape sequences: what shows nothing or turns text around is printed as \xNN. */
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"
#include "text/counted.h"
#include "text/shown.h"

volatile int cli_interrupted;

/* Without memory a text is empty: output of a result must not fail half way. */
static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* What files, receipts and logs hold may hold escape sequences: they are shown, not sent to the
 * terminal. */
ZKL_PRINTF(2, 0)
static void print_shown(FILE *out, const char *format, va_list args)
{
    /* Formatted whole, then made harmless: an escape sequence may come together from two
     * arguments. */
    va_list again;
    va_copy(again, args);
    const int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    ZKL_AUTO_BLOCK char *text = size < 0 ? NULL : zkl_malloc((size_t)size + 1, 1);
    if (!text)
        return;
    vsnprintf(text, (size_t)size + 1, format, args);
    zkl_buffer_put_shown(&shown, zkl_bytes_of(text, (size_t)size), '\n');
    fwrite(shown.data, 1, shown.size, out);
}

/* On one line: newlines are shown too, so that a text cannot pretend to be a line of ours. */
const char *cli_text(cli_run *run, const char *text)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(text), 0);
    return or_empty(zkl_arena_text(&run->arena, (const char *)shown.data, shown.size));
}

/* Under --json standard output is one JSON object and nothing else. */
void cli_say(const cli_run *run, const char *format, ...)
{
    if (run->json || run->quiet)
        return;
    va_list args;
    va_start(args, format);
    print_shown(stdout, format, args);
    va_end(args);
}

/* Standard output is flushed first, so that both stand in order also where they end in one file. */
void cli_note(const cli_run *run, const char *format, ...)
{
    if (run->quiet)
        return;
    va_list args;
    fflush(stdout); /* in order also where both end in one file */
    va_start(args, format);
    print_shown(stderr, format, args);
    va_end(args);
}

/* Also with --quiet: a guard is off. */
void cli_warn(const char *format, ...)
{
    va_list args;
    fflush(stdout);
    va_start(args, format);
    print_shown(stderr, format, args);
    va_end(args);
}

/* Redrawn at most ten times a second: "  committing   41 %  412000 a second  1 s left". */
bool cli_progress_step(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    ZKL_ASSERT(stage);
    cli_run *run = opaque;
    if (cli_interrupted)
        return false;
    if (!run->terminal || run->quiet)
        return true;
    /* A new stage is drawn at once, else at most every 100 ms; the last step of a stage always. */
    int64_t now = zkl_env_now_ms(&run->env);
    bool new_stage = !run->drawn_stage || strcmp(run->drawn_stage, stage) != 0;
    if (new_stage)
        run->stage_ms = now;
    else if (now - run->drawn_ms < 100 && done != total)
        return true;
    run->drawn_stage = stage;
    run->drawn_ms = now;
    fprintf(stderr, "\r\033[K  %s", stage);
    /* Speed and rest are of this stage alone. The first half second says nothing about either. */
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

/* Before anything else is printed: the line is wiped. */
void cli_progress_end(cli_run *run)
{
    if (run->drawn_stage)
        fprintf(stderr, "\r\033[K");
    run->drawn_stage = NULL;
}

/* Endings of file names. */
bool cli_ends_with(const char *text, const char *ending)
{
    const size_t size = strlen(text), end = strlen(ending);
    return size >= end && strcmp(text + size - end, ending) == 0;
}

static const char *text_of(cli_run *run, const zkl_buffer *text)
{
    return or_empty(
        text->failed ? NULL : zkl_arena_text(&run->arena, (const char *)text->data, text->size));
}

/* Thousands with commas, whatever the locale. */
const char *cli_number(cli_run *run, uint64_t value)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_put_number(&text, value);
    return text_of(run, &text);
}

/* Powers of ten, as disks and networks count. */
const char *cli_size(cli_run *run, uint64_t bytes)
{
    if (bytes < 10000)
        return or_empty(zkl_arena_format(&run->arena, "%llu bytes", (unsigned long long)bytes));
    if (bytes < 10000000)
        return or_empty(zkl_arena_format(&run->arena, "%.1f kB", (double)bytes / 1e3));
    return or_empty(zkl_arena_format(&run->arena, "%.1f MB", (double)bytes / 1e6));
}

/* Slashes at the end are no part; "/" is its own. */
const char *cli_last_part(cli_run *run, const char *path)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start && path[start - 1] != '/')
        start--;
    return or_empty(zkl_arena_text(&run->arena, path + start, end - start));
}

/* For words that take an s: cli_counted knows the others. */
const char *cli_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

const char *cli_counted(cli_run *run, uint64_t count, const char *one)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_put_counted(&text, count, one);
    return text_of(run, &text);
}
