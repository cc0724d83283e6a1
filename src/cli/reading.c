/* How files are read: the options that say it, and what results say of it. */
#include <string.h>

#include "cli/commands.h"

#define FILES_SHOWN 10

/* What is not given stays unsaid, so that the library finds it out, or takes it from the version
 * before or from the manifest. */
zkl_status cli_reading(zkl_reading *out, cli_run *run, zkl_error *err)
{
    if (cli_has(run, "header") && cli_has(run, "no-header"))
        return zkl_fail(err, ZKL_USAGE, "--header and --no-header contradict each other");
    if (cli_has(run, "null-quoted") && cli_has(run, "no-null-quoted"))
        return zkl_fail(err, ZKL_USAGE, "--null-quoted and --no-null-quoted contradict each other");
    if (cli_has(run, "quote") && !*cli_value(run, "quote"))
        return zkl_fail(err, ZKL_USAGE, "--quote is given as nothing; no quote is 'none'");
    *out = (zkl_reading){ .format = cli_value(run, "format"),
                          .delimiter = cli_value(run, "delimiter"),
                          .quote = cli_value(run, "quote"),
                          .encoding = cli_value(run, "encoding"),
                          .header = cli_has(run, "no-header") ? ZKL_NO
                                    : cli_has(run, "header")  ? ZKL_YES
                                                              : ZKL_UNSAID,
                          .null_quoted = cli_has(run, "null-quoted")      ? ZKL_YES
                                         : cli_has(run, "no-null-quoted") ? ZKL_NO
                                                                          : ZKL_UNSAID };
    out->null_texts = cli_values(run, "null", &out->null_text_count);
    return ZKL_OK;
}

/* The same names as in CLI_READING_OPTIONS, and verify's two beside them. */
bool cli_says_reading(const cli_run *run)
{
    static const char *const names[] = { "format", "delimiter",   "quote",
                                         "null",   "encoding",    "no-header",
                                         "header", "null-quoted", "no-null-quoted" };
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        if (cli_has(run, names[i]))
            return true;
    return false;
}

/* Names are the owner's to hide; their number is not. */
static void say_files(cli_run *run, const zkl_read_info *info)
{
    if (!info->files) {
        cli_say(run, "  from %zu file%s, whose name%s not told\n", info->file_count,
                info->file_count == 1 ? "" : "s", info->file_count == 1 ? " is" : "s are");
        return;
    }
    for (size_t i = 0; i < info->file_count && i < FILES_SHOWN; i++) {
        cli_say(run, "  from %s",
                strcmp(info->files[i], "-") == 0 ? "standard input"
                                                 : cli_text(run, info->files[i]));
        if (info->file_rows)
            cli_say(run, ": %s row%s, %s", cli_number(run, info->file_rows[i]),
                    info->file_rows[i] == 1 ? "" : "s", cli_size(run, (size_t)info->file_bytes[i]));
        cli_say(run, "\n");
        if (i < info->digest_count)
            cli_say(run, "    %llu bytes, SHA-256 %s\n    ledger's hash %s\n",
                    (unsigned long long)info->digests[i].size,
                    cli_hex(run, &info->digests[i].sha256), cli_hex(run, &info->digests[i].hash));
    }
    if (info->file_count > FILES_SHOWN)
        cli_say(run, "  ... and %zu more files (--json names them)\n",
                info->file_count - FILES_SHOWN);
}

/* What a folder held and was not read must not be missed in silence. */
static void say_left_out(cli_run *run, const zkl_read_info *info)
{
    ZKL_ASSERT(info->left_out || info->left_out_count == 0);
    for (size_t i = 0; i < info->left_out_count && i < FILES_SHOWN; i++)
        cli_say(run, "  not read, as it is hidden or a mark beside the data: %s\n",
                cli_text(run, info->left_out[i]));
    if (info->left_out_count > FILES_SHOWN)
        cli_say(run, "  ... and %zu more such (--json names them)\n",
                info->left_out_count - FILES_SHOWN);
}

/* Before the claims: how a file was read decides what they are about. */
void cli_say_read_info(cli_run *run, const zkl_read_info *info)
{
    ZKL_ASSERT(info->words && (info->unusual || info->unusual_count == 0));
    cli_say(run, "\nRead as: %s\n", info->words);
    say_files(run, info);
    say_left_out(run, info);
    if (!info->unusual_count)
        return;
    cli_say(
        run,
        "\nUnusual ways of reading (a file read like this may say something else to others):\n");
    for (size_t i = 0; i < info->unusual_count; i++)
        cli_say(run, "  - %s\n", info->unusual[i]);
}

/* "train@1=train.csv": a name has no '='. Several files of one dataset stand one behind the
 * other. A name alone: its spool. */
zkl_status cli_with(const zkl_with_dataset **out, size_t *out_count, cli_run *run, zkl_error *err)
{
    size_t count;
    const char *const *texts = cli_values(run, "with", &count);
    zkl_with_dataset *with = ZKL_ARENA_NEW(&run->arena, zkl_with_dataset, count);
    const char **files = ZKL_ARENA_NEW(&run->arena, const char *, count);
    if (!with || !files)
        return zkl_no_memory(err, count * sizeof *with);
    *out = with;
    *out_count = 0;
    for (size_t i = 0; i < count; i++) {
        const char *mark = strchr(texts[i], '=');
        const size_t name_size = mark ? (size_t)(mark - texts[i]) : strlen(texts[i]);
        if (!name_size || (mark && !mark[1]))
            return zkl_fail(err, ZKL_USAGE,
                            "'%s': --with takes NAME=FILE or NAME@VERSION=FILE, or the name alone",
                            texts[i]);
        const char *name = zkl_arena_text(&run->arena, texts[i], name_size);
        if (!name)
            return zkl_no_memory(err, strlen(texts[i]));
        files[i] = mark ? mark + 1 : NULL;
        zkl_with_dataset *last = *out_count ? &with[*out_count - 1] : NULL;
        if (!last || !mark || !last->file_count || strcmp(last->reference, name) != 0) {
            last = &with[(*out_count)++];
            *last = (zkl_with_dataset){ .reference = name, .files = &files[i] };
        }
        last->file_count += mark != NULL;
    }
    return ZKL_OK;
}
