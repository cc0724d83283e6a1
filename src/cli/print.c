/* Values and verdicts as text.
 *
 * The words of a verdict are the library's (verify/verdict.c): here is their order. What counts
 * most comes first, and what is not proven is never left out. */
#include <string.h>

#include "cli/commands.h"

#define COLUMNS_SHOWN 50 /* in a verdict */

/* Whole: a digest that is cut short could be imitated. */
const char *cli_hex(cli_run *run, const zkl_digest *digest)
{
    char *hex = zkl_arena_alloc(&run->arena, 65, 1);
    if (!hex)
        return "";
    zkl_hex_encode(hex, digest->bytes, sizeof digest->bytes);
    return hex;
}

/* Dictionary roots are for programs: people see the word. */
void cli_say_columns(cli_run *run, const zkl_column_info *columns, size_t count, size_t shown)
{
    ZKL_ASSERT(columns || count == 0);
    cli_say(run, "\nColumns:\n");
    for (size_t i = 0; i < count && i < shown; i++) {
        const char *type =
            strncmp(columns[i].type, "dictionary", 10) == 0 ? "dictionary" : columns[i].type;
        const char *name = cli_text(run, columns[i].name);
        if (columns[i].nullable)
            cli_say(run, "  %-24s %-16s nullable\n", name, type);
        else
            cli_say(run, "  %-24s %s\n", name, type);
    }
    if (count > shown)
        cli_say(run, "  ... and %zu more ('show' and --json have all)\n", count - shown);
}

/* Whose word counted. A trust file's path is the caller's, not the library's. */
static void say_trust(cli_run *run, const zkl_verify_result *r)
{
    const char *file = cli_value(run, "trust"), *log = cli_text(run, r->trust_log);
    switch (r->trust_source) {
    case ZKL_TRUST_FILE:
        cli_say(run, "  Trust: file %s (log '%s', key %s)\n", file ? cli_text(run, file) : "", log,
                cli_text(run, r->trust_key));
        return;
    case ZKL_TRUST_OWN_LEDGER:
        cli_say(run, "  Trust: your own ledger %s (log '%s')\n", cli_text(run, r->trust_folder),
                log);
        return;
    case ZKL_TRUST_NAMED_LEDGER:
        cli_say(run, "  Trust: the ledger %s, by --ledger (log '%s')\n",
                cli_text(run, r->trust_folder), log);
        return;
    case ZKL_TRUST_SOURCE_COUNT:
        return;
    }
}

static void say_claims(cli_run *run, const zkl_claim_verdict *claims, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *of = claims[i].dataset;
        cli_say(run, "  - %s%s%s\n", of ? cli_text(run, of) : "", of ? ": " : "",
                cli_text(run, claims[i].sentence));
    }
}

static const char *setup_words(bool is_development)
{
    return is_development ? "under a development set-up" : "under a pinned ceremony key";
}

/* Of a receipt that was verified: everything else has ended as an error. */
void cli_print_verdict(cli_run *run, const zkl_verify_result *r)
{
    ZKL_ASSERT(r->name && r->signer && r->not_proven); /* zkl_verify_result is whole */
    /* Whoever reads the first line alone must not take it for more than it is. */
    cli_say(run, "VALID%s  %s@%u  %s row%s, %zu column%s\n",
            r->is_development ? " (development set-up: does not bind the ledger's owner)" : "",
            r->name, r->version, cli_number(run, r->row_count), r->row_count == 1 ? "" : "s",
            r->column_count, r->column_count == 1 ? "" : "s");
    cli_say(run, "  dataset   %s\n", cli_hex(run, &r->dataset));
    cli_say(run, "  entry     %llu of %llu in log '%s', said to be of %s\n",
            (unsigned long long)r->index, (unsigned long long)r->tree_size,
            cli_text(run, r->origin), cli_text(run, r->time));
    cli_say(run, "  signer    %s\n", r->signer);
    cli_say(run, "  log key   %s\n", cli_text(run, r->log_key));
    for (size_t i = 0; i < r->witness_count; i++)
        cli_say(run, "  witness   %s\n", cli_text(run, r->witnesses[i]));
    /* Whose word counted stands before what is proven: a verdict is worth no more than that. */
    say_trust(run, r);
    cli_say_read_info(run, &r->read);
    cli_say_columns(run, r->columns, r->column_count, COLUMNS_SHOWN);
    if (r->data_checked)
        cli_say(run, "\nRecomputed from the data: content, rows, blocks and manifest are those of "
                     "the entry.\n");
    if (r->read_otherwise)
        cli_say(run,
                "They were read as you say, not as the manifest says (%s): the same table comes of "
                "it.\n",
                r->read_otherwise);
    cli_say(run, "\nProven, %s:\n", setup_words(r->is_development));
    say_claims(run, r->claims, r->claim_count);
    for (size_t i = 0; i < r->later_count; i++) {
        const zkl_later_verdict *later = &r->later[i];
        cli_say(run, "\nAdded by entry %llu, said to be of %s; proven, %s:\n",
                (unsigned long long)later->index, cli_text(run, later->time),
                setup_words(later->is_development));
        say_claims(run, later->claims, later->claim_count);
    }
    if (r->is_development)
        cli_say(run, "\nDevelopment set-up: made on one machine. It proves nothing against whoever "
                     "made it.\n");
    /* Never left out: a reader takes what is not said for granted. */
    cli_say(run, "\nNot proven:\n");
    for (size_t i = 0; i < r->not_proven_count; i++)
        cli_say(run, "  - %s\n", r->not_proven[i]);
}
