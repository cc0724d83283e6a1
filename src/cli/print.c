#include "cli/commands.h"

json_t *cli_json_digest(const zkl_digest *digest)
{
    char hex[65];
    zkl_hex_encode(hex, digest->bytes, sizeof digest->bytes);
    return json_string(hex);
}

const char *cli_hex(cli_run *run, const zkl_digest *digest)
{
    char *hex = zkl_arena_alloc(&run->arena, 65, 1);
    if (!hex)
        return "";
    zkl_hex_encode(hex, digest->bytes, sizeof digest->bytes);
    return hex;
}

void cli_set(cli_run *run, const char *key, json_t *value)
{
    json_object_set_new(run->result, key, value);
}

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
        json_array_append_new(not_proven, json_string(r->not_proven[i]));
    for (size_t i = 0; i < r->witness_count; i++)
        json_array_append_new(witnesses, json_string(r->witnesses[i]));
    cli_set(run, "claims", claims);
    cli_set(run, "not_proven", not_proven);
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
    cli_say(run, "VALID  %s@%u  %s rows, %zu columns\n", r->name, r->version,
            cli_number(run, r->row_count), r->column_count);
    cli_say(run, "  dataset   %s\n", cli_hex(run, &r->dataset));
    cli_say(run, "  entry     %llu of %llu in log '%s', said to be of %s\n",
            (unsigned long long)r->index, (unsigned long long)r->tree_size,
            cli_text(run, r->origin), cli_text(run, r->time));
    cli_say(run, "  signer    %s\n", r->signer);
    cli_say(run, "  log key   %s\n", cli_text(run, r->log_key));
    for (size_t i = 0; i < r->witness_count; i++)
        cli_say(run, "  witness   %s\n", cli_text(run, r->witnesses[i]));
    cli_say_read_info(run, &r->read);
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
    cli_say(run, "\nNot proven:\n");
    for (size_t i = 0; i < r->not_proven_count; i++)
        cli_say(run, "  - %s\n", r->not_proven[i]);
}
