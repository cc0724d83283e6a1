/* Values and verdicts, as JSON and as text. */
#include <string.h>

#include "cli/commands.h"

#define COLUMNS_SHOWN 50 /* in a verdict */

json_t *cli_json_digest(const zkl_digest *digest)
{
    char hex[65];
    zkl_hex_encode(hex, digest->bytes, sizeof digest->bytes);
    return json_string(hex);
}

json_t *cli_json_succeeds(const zkl_succeeds *succeeds)
{
    return json_pack("{s:s, s:I, s:o, s:s}", "origin", succeeds->origin, "size",
                     (json_int_t)succeeds->size, "root", cli_json_digest(&succeeds->root), "key",
                     succeeds->key);
}

/* 64 characters in the run's arena. */
const char *cli_hex(cli_run *run, const zkl_digest *digest)
{
    char *hex = zkl_arena_alloc(&run->arena, 65, 1);
    if (!hex)
        return "";
    zkl_hex_encode(hex, digest->bytes, sizeof digest->bytes);
    return hex;
}

/* Without memory `value` is NULL and the member is left out. */
void cli_set(cli_run *run, const char *key, json_t *value)
{
    ZKL_ASSERT(run->result);
    json_object_set_new(run->result, key, value);
}

/* The type whole, with a dictionary's root. For people the word is enough (cli_say_columns). */
json_t *cli_json_columns(const zkl_column_info *columns, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "name", columns[i].name, "type",
                                              columns[i].type, "nullable", columns[i].nullable));
    return list;
}

/* Dictionary roots are for programs: people see the word. */
void cli_say_columns(cli_run *run, const zkl_column_info *columns, size_t count, size_t shown)
{
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

/* A trust file's path is the caller's own word: the library gets its text only. */
static json_t *trust_json(cli_run *run, const zkl_verify_result *r)
{
    const char *path = r->trust_folder ? r->trust_folder : cli_value(run, "trust");
    return json_pack("{s:s, s:o, s:o, s:o}", "source", zkl_trust_source_name(r->trust_source),
                     "path", path ? cli_json_text(path) : json_null(), "log",
                     cli_json_text(r->trust_log), "key", cli_json_text(r->trust_key));
}

static const char *not_proven_text(cli_run *run, const zkl_verify_result *r, size_t at)
{
    const zkl_hint hint = r->not_proven_hints[at];
    return hint ? cli_hinted(run, r->not_proven[at], hint) : r->not_proven[at];
}

/* The same facts as the text below, under names that are stable: docs/cli.md. */
static void set_verdict(cli_run *run, const zkl_verify_result *r)
{
    cli_set(run, "dataset",
            json_pack("{s:s, s:i, s:o, s:I, s:I, s:I}", "name", r->name, "version", (int)r->version,
                      "id", cli_json_digest(&r->dataset), "rows", (json_int_t)r->row_count,
                      "columns", (json_int_t)r->column_count, "blocks",
                      (json_int_t)r->block_count));
    cli_set(run, "entry",
            json_pack("{s:s, s:I, s:o, s:s, s:s}", "kind", r->kind, "index", (json_int_t)r->index,
                      "receipt_id", cli_json_digest(&r->receipt_id), "time", r->time, "signer",
                      r->signer));
    cli_set(run, "log",
            json_pack("{s:s, s:o, s:I, s:s}", "origin", r->origin, "ledger",
                      cli_json_digest(&r->ledger), "size", (json_int_t)r->tree_size, "key",
                      r->log_key));
    /* With each claim the statement that proves it, so that a program can find the proof. */
    json_t *claims = json_array(), *not_proven = json_array(), *witnesses = json_array();
    for (size_t i = 0; i < r->claim_count; i++) {
        const zkl_claim_verdict *c = &r->claims[i];
        json_array_append_new(claims,
                              json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "text", c->text,
                                        "sentence", c->sentence, "circuit", c->circuit, "statement",
                                        c->statement_id, "wellformedness", c->is_wellformedness,
                                        "by_manifest", c->by_manifest));
    }
    for (size_t i = 0; i < r->not_proven_count; i++)
        json_array_append_new(not_proven, json_string(not_proven_text(run, r, i)));
    json_t *names = json_array();
    for (size_t i = 0; i < r->not_proven_count; i++)
        json_array_append_new(names, json_string(r->not_proven_names[i]));
    for (size_t i = 0; i < r->witness_count; i++)
        json_array_append_new(witnesses, json_string(r->witnesses[i]));
    cli_set(run, "claims", claims);
    cli_set(run, "not_proven", not_proven);
    cli_set(run, "not_proven_names", names);
    cli_set(run, "trust", trust_json(run, r));
    cli_set(run, "columns", cli_json_columns(r->columns, r->column_count));
    cli_set(run, "witnesses", witnesses);
    cli_set(run, "setup", json_string(r->is_development ? "development" : "ceremony"));
    cli_set(run, "data_checked", json_boolean(r->data_checked));
    cli_set_read_info(run, &r->read);
    cli_set(run, "read_otherwise",
            r->read_otherwise ? json_string(r->read_otherwise) : json_null());
}

void cli_print_verdict(cli_run *run, const zkl_verify_result *r)
{
    set_verdict(run, r);
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
    cli_say(run, "\nProven, %s:\n",
            r->is_development ? "under a development set-up" : "under a pinned ceremony key");
    for (size_t i = 0; i < r->claim_count; i++)
        cli_say(run, "  - %s\n", cli_text(run, r->claims[i].sentence));
    if (r->is_development)
        cli_say(run, "\nDevelopment set-up: made on one machine. It proves nothing against whoever "
                     "made it.\n");
    /* Never left out: a reader takes what is not said for granted. */
    cli_say(run, "\nNot proven:\n");
    for (size_t i = 0; i < r->not_proven_count; i++)
        cli_say(run, "  - %s\n", not_proven_text(run, r, i));
}
