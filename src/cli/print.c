/* Values and verdicts as text.
 *
 * The words of a verdict are the library's (verify/verdict.c): here is their order. What counts
 * most comes first, and what is not proven is never left out. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/commands.h"
#include "service/words.h"
#include "text/shown.h"

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

void cli_say_trust(cli_run *run, zkl_trust_source source, const char *folder, const char *log,
                   const char *key)
{
    switch (source) {
    case ZKL_TRUST_FILE: {
        const char *file = cli_value(run, "trust");
        cli_say(run, "  Trust: file %s (log '%s', key %s)\n", file ? cli_text(run, file) : "",
                cli_text(run, log), cli_text(run, key));
        return;
    }
    case ZKL_TRUST_OWN_LEDGER:
        cli_say(run, "  Trust: your own ledger %s (log '%s')\n", cli_text(run, folder),
                cli_text(run, log));
        return;
    case ZKL_TRUST_NAMED_LEDGER:
        cli_say(run, "  Trust: the ledger %s, by --ledger (log '%s')\n", cli_text(run, folder),
                cli_text(run, log));
        return;
    case ZKL_TRUST_SOURCE_COUNT:
        return;
    }
}

const char *cli_values_behind(cli_run *run, const zkl_values_behind *values)
{
    const char *const text = service_values_words(&run->arena, values);
    return text ? text : "";
}

/* A claim that only says how many values stand behind others is told with those. */
static void say_claims(cli_run *run, const zkl_claim_verdict *claims, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *of = claims[i].dataset;
        if (claims[i].is_behind_another)
            continue;
        const zkl_values_behind values = { claims[i].can_be_empty, claims[i].least_values,
                                           claims[i].values_are_exact };
        cli_say(run, "  - %s%s%s%s\n", of ? cli_text(run, of) : "", of ? ": " : "",
                cli_text(run, claims[i].sentence), cli_values_behind(run, &values));
    }
}

static const char *setup_words(bool is_development)
{
    return is_development ? "under a development set-up" : "under a pinned ceremony key";
}

/* A string stands in quotes. Quotes and backslashes of its own get a backslash, what hides is \xNN:
 * so no string looks like a null, like bytes or like another string. */
static const char *string_text(cli_run *run, const char *text)
{
    const zkl_bytes bytes = zkl_bytes_of_text(text);
    char *out = zkl_arena_alloc(&run->arena, 4 * bytes.size + 3, 1);
    size_t size = 0, step;
    if (!out)
        return "";
    out[size++] = '"';
    for (size_t at = 0; at < bytes.size; at += step) {
        bool hidden;
        step = zkl_shown_step(&hidden, bytes, at);
        for (size_t i = at; i < at + step; i++) {
            const uint8_t byte = bytes.data[i];
            if (hidden)
                size += (size_t)snprintf(out + size, 5, "\\x%02x", byte);
            else if (byte == '"' || byte == '\\')
                out[size++] = '\\';
            if (!hidden)
                out[size++] = (char)byte;
        }
    }
    out[size] = '"';
    return out;
}

static const char *cell_text(cli_run *run, const zkl_disclosed_cell *cell)
{
    if (cell->hex) {
        const char *hex = zkl_arena_format(&run->arena, "x'%s'", cell->hex);
        return hex ? hex : "";
    }
    if (!cell->text)
        return "null";
    return cell->is_string ? string_text(run, cell->text) : cell->text;
}

/* Rows that were shown, a line each. */
static void say_disclosed(cli_run *run, const zkl_disclosed *d)
{
    if (!d)
        return;
    cli_say(run, "\nShown, %s of %s:\n", cli_counted(run, d->row_count, "row"),
            cli_counted(run, d->column_count, "column"));
    cli_say(run, "  row");
    for (size_t j = 0; j < d->column_count; j++)
        cli_say(run, "  %s", cli_text(run, d->columns[j]));
    cli_say(run, "\n");
    for (size_t i = 0; i < d->row_count; i++) {
        cli_say(run, "  %llu", (unsigned long long)d->rows[i].row);
        for (size_t j = 0; j < d->column_count; j++)
            cli_say(run, "  %s", cell_text(run, &d->rows[i].cells[j]));
        cli_say(run, "\n");
    }
    if (d->challenge)
        cli_say(run,
                "The rows were drawn by the challenge %s. That says something only if you chose "
                "it, after the dataset was logged.\n",
                d->challenge);
    else
        cli_say(run, "The owner chose these rows: they say nothing of the others.\n");
}

static const char *run_text(cli_run *run, const char *what, uint64_t first, uint64_t last)
{
    const char *text =
        first == last ? zkl_arena_format(&run->arena, "%s %llu", what, (unsigned long long)first)
                      : zkl_arena_format(&run->arena, "%ss %llu..%llu", what,
                                         (unsigned long long)first, (unsigned long long)last);
    return text ? text : "";
}

/* Of the data what was recomputed, and no more. */
static void say_compared(cli_run *run, const zkl_verify_result *r)
{
    if (r->data_checked)
        cli_say(run, "\nRecomputed from the data: content, rows, blocks and manifest are those of "
                     "the entry.\n");
    if (!r->compared_count)
        return;
    const uint64_t others = r->chunk_count - r->compared_chunk_count;
    cli_say(run, "\nRecomputed from the data: rows and blocks are those of the entry in\n");
    for (size_t i = 0; i < r->compared_count; i++) {
        const zkl_chunk_run *at = &r->compared[i];
        cli_say(run, "  %s, %s\n", run_text(run, "chunk", at->first_chunk, at->last_chunk),
                run_text(run, "row", at->first_row, at->last_row));
    }
    if (others)
        cli_say(run, "The other %s not checked. ", others == 1 ? "chunk was" : "chunks were");
    cli_say(run, "The data key says nothing of the file that was notarised.\n");
}

/* Of a ceremony: whom the trust relies on. What they did with their secrets nobody can check. */
static void say_parties(cli_run *run, const zkl_verify_result *r)
{
    if (!r->party_count)
        return;
    cli_say(run, "\nThe set-up was made in a ceremony, %s\n", cli_hex(run, &r->ceremony));
    for (size_t i = 0; i < r->party_count; i++) {
        const zkl_trusted_contributor *const p = &r->parties[i];
        cli_say(run, "  - %s contributed to the %s%s%s\n", cli_text(run, p->name),
                p->to_powers ? "powers" : "", p->to_powers && p->to_keys ? " and the " : "",
                p->to_keys ? "keys" : "");
    }
    cli_say(run, "It binds the ledger's owner if one of those who contributed to the powers, and "
                 "one of those who\ncontributed to the keys, destroyed the secret. The trust names "
                 "them: 'zkp-ledger setup verify' checks\nthat they did contribute.\n");
}

void cli_say_revoked(cli_run *run, const zkl_revocation *revoked)
{
    if (revoked)
        cli_say(run, "  REVOKED     by entry %llu, said to be of %s: \"%s\"\n",
                (unsigned long long)revoked->index, cli_text(run, revoked->time),
                cli_text(run, revoked->reason));
}

/* "12 days ago", by this machine's clock. "": of a time that cannot be compared with it. */
static const char *ago(char out[static 32], const cli_run *run, const char *time)
{
    struct tm t = { 0 };
    out[0] = 0;
    if (sscanf(time, "%d-%d-%dT%d:%d:%d", &t.tm_year, &t.tm_mon, &t.tm_mday, &t.tm_hour, &t.tm_min,
               &t.tm_sec) != 6)
        return out;
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    const int64_t hours = (zkl_env_now_ms(&run->env) / 1000 - (int64_t)timegm(&t)) / 3600;
    if (hours < -24)
        snprintf(out, 32, ", still to come");
    else if (hours < 1)
        snprintf(out, 32, ", less than an hour ago");
    else if (hours < 48)
        snprintf(out, 32, ", %lld hour%s ago", (long long)hours, hours == 1 ? "" : "s");
    else
        snprintf(out, 32, ", %lld days ago", (long long)(hours / 24));
    return out;
}

void cli_say_standing_of(cli_run *run, const zkl_standing_word *s)
{
    char age[32];
    cli_say(run, "\n%s, of the log's first %s, said to be of %s%s, by signer %.16s:\n",
            s->is_checked ? "Standing, compared with the log's entries"
                          : "Standing, by its signer's word",
            cli_counted(run, s->size, "entry"), cli_text(run, s->time), ago(age, run, s->time),
            s->signer);
}

/* Which version is the newest, and by whose word that is so. */
static void say_standing(cli_run *run, const zkl_verify_result *r)
{
    const zkl_standing_word *s = r->standing;
    if (!s)
        return;
    cli_say_standing_of(run, s);
    if (s->latest_version == r->version)
        cli_say(run, "  - %s@%u is the newest version\n", r->name, r->version);
    else
        cli_say(run, "  - there is a newer version: %s@%u, entry %llu\n", r->name,
                s->latest_version, (unsigned long long)s->latest_index);
    cli_say(run, "  - %s@%u was %s\n", r->name, r->version, r->revoked ? "revoked" : "not revoked");
}

/* A clock's time is of the entry; how long before that it was made nobody but its signer says. */
static void say_timestamps(cli_run *run, const zkl_verify_result *r)
{
    for (size_t i = 0; i < r->timestamp_count; i++) {
        const zkl_timestamped *stamp = &r->timestamps[i];
        cli_say(run, "  clock     existed at %s", stamp->time);
        if (stamp->accuracy_ms)
            cli_say(run, " (within %s ms)", cli_number(run, stamp->accuracy_ms));
        cli_say(run, ", by the clock of '%s'\n", cli_text(run, stamp->clock));
    }
}

/* Whoever reads the first line alone must not take it for more than it is. */
static void say_reservations(cli_run *run, const zkl_verify_result *r,
                             const zkl_policy_answer *answer)
{
    cli_say(run, "VALID%s%s%s", r->revoked ? " BUT REVOKED" : "",
            answer->missing ? ", BUT THE POLICY IS NOT MET" : "",
            r->is_development ? " (development set-up: does not bind the ledger's owner)" : "");
}

/* One line: the answer to what was asked of this receipt. */
static void say_policy(cli_run *run, const api_verify_result *result)
{
    const zkl_policy_answer *answer = &result->answer;
    const char *about = *answer->about ? cli_text(run, answer->about) : "";
    cli_say(run, "  %s the policy %s%s%s%s", answer->is_met ? "Meets" : "Does NOT meet",
            cli_text(run, result->policy_path), *about ? " (" : "", about, *about ? ")" : "");
    if (answer->missing)
        cli_say(run, ": %s", cli_text(run, answer->missing));
    if (answer->missing_count > 1)
        cli_say(run, "; %zu more (--json has all)", answer->missing_count - 1);
    cli_say(run, "\n");
}

/* Of a receipt that was verified: everything else has ended as an error. */
void cli_print_verdict(cli_run *run, const api_verify_result *result)
{
    const zkl_verify_result *r = &result->verdict;
    ZKL_ASSERT(r->name && r->signer && r->not_proven); /* zkl_verify_result is whole */
    say_reservations(run, r, &result->answer);
    cli_say(run, "  %s@%u  %s row%s, %zu column%s", r->name, r->version,
            cli_number(run, r->row_count), r->row_count == 1 ? "" : "s", r->column_count,
            r->column_count == 1 ? "" : "s");
    if (r->compared_count)
        cli_say(run, "; data: %llu of %llu chunks", (unsigned long long)r->compared_chunk_count,
                (unsigned long long)r->chunk_count);
    cli_say(run, "\n");
    cli_say_revoked(run, r->revoked);
    cli_say(run, "  dataset   %s\n", cli_hex(run, &r->dataset));
    cli_say(run, "  entry     %llu of %llu in log '%s', said to be of %s\n",
            (unsigned long long)r->index, (unsigned long long)r->tree_size,
            cli_text(run, r->origin), cli_text(run, r->time));
    cli_say(run, "  signer    %s\n", r->signer);
    cli_say(run, "  log key   %s\n", cli_text(run, r->log_key));
    for (size_t i = 0; i < r->witness_count; i++)
        cli_say(run, "  witness   %s, said to be of %s\n", cli_text(run, r->cosigned[i].witness),
                r->cosigned[i].time[0] ? r->cosigned[i].time : "no time");
    say_timestamps(run, r);
    /* Whose word counted stands before what is proven: a verdict is worth no more than that. */
    cli_say_trust(run, r->trust_source, r->trust_folder, r->trust_log, r->trust_key);
    if (result->answer.asked_count)
        say_policy(run, result);
    cli_say_read_info(run, &r->read);
    cli_say_columns(run, r->columns, r->column_count, COLUMNS_SHOWN);
    say_compared(run, r);
    if (r->read_otherwise)
        cli_say(run,
                "They were read as you say, not as the manifest says (%s): the same %s of it.\n",
                r->read_otherwise, r->data_checked ? "table comes" : "rows come");
    cli_say(run, "\nProven, %s:\n", setup_words(r->is_development));
    say_claims(run, r->claims, r->claim_count);
    for (size_t i = 0; i < r->later_count; i++) {
        const zkl_later_verdict *later = &r->later[i];
        cli_say(run, "\nAdded by entry %llu, said to be of %s; proven, %s:\n",
                (unsigned long long)later->index, cli_text(run, later->time),
                setup_words(later->is_development));
        say_claims(run, later->claims, later->claim_count);
    }
    say_disclosed(run, r->disclosed);
    say_parties(run, r);
    say_standing(run, r);
    if (r->is_development)
        cli_say(run, "\nDevelopment set-up: made on one machine. It proves nothing against whoever "
                     "made it.\n");
    /* Never left out: a reader takes what is not said for granted. */
    cli_say(run, "\nNot proven:\n");
    for (size_t i = 0; i < r->not_proven_count; i++)
        cli_say(run, "  - %s\n", r->not_proven[i]);
}

/* Each checkpoint on a line; those that nothing ties to the others are marked. */
static void say_checkpoints(cli_run *run, const zkl_history_result *h)
{
    for (size_t i = 0; i < h->checkpoint_count; i++) {
        const zkl_history_checkpoint *c = &h->checkpoints[i];
        if (c->source == ZKL_HISTORY_REMEMBERED)
            continue; /* there may be many: they are counted */
        cli_say(run, "  %s  %s: %s%s%s\n", c->is_shown || h->is_one ? "-" : "?",
                zkl_history_source_name(c->source), cli_text(run, c->name),
                c->is_signed ? "" : " (its signature is by no key that is known)",
                zkl_arena_format(&run->arena, ", %s", cli_counted(run, c->size, "entry")));
    }
}

/* What was verified before, and what that says. */
static void say_remembered(cli_run *run, const zkl_history_result *h)
{
    uint64_t newest = 0;
    for (size_t i = 0; i < h->checkpoint_count; i++)
        if (h->checkpoints[i].source == ZKL_HISTORY_REMEMBERED && h->checkpoints[i].size > newest)
            newest = h->checkpoints[i].size;
    if (!h->is_remembered)
        return;
    cli_say(run, "\nRemembered: ");
    if (!h->remembered_count)
        cli_say(run, "the first checkpoint of log '%s'\n", cli_text(run, h->origin));
    else if (!h->unshown_count)
        cli_say(
            run, "it is of one history with all that was verified before (%s, the newest of %s)\n",
            cli_counted(run, h->remembered_count, "checkpoint"), cli_counted(run, newest, "entry"));
    else
        cli_say(run,
                "not shown to be of one history with %llu of the %s that were verified before (the "
                "newest of %s). No fork was found; --tiles or --consistency shows whether there is "
                "one\n",
                (unsigned long long)h->unshown_count,
                cli_counted(run, h->remembered_count, "checkpoint"),
                cli_counted(run, newest, "entry"));
}

static bool has_standings(const zkl_history_result *h)
{
    for (size_t i = 0; i < h->checkpoint_count; i++)
        if (h->checkpoints[i].source == ZKL_HISTORY_STANDING)
            return true;
    return false;
}

void cli_print_history(cli_run *run, const zkl_history_result *h, bool lists)
{
    ZKL_ASSERT(h->checkpoint_count > 0 && h->origin);
    const bool is_alone = h->checkpoint_count - h->remembered_count == 1;
    if (!is_alone && h->is_one)
        cli_say(run, "\nOne history of log '%s': the smaller trees are beginnings of the larger\n",
                cli_text(run, h->origin));
    else if (!is_alone)
        cli_say(run,
                "\nNot shown: that the receipts %sare of one history of log '%s'. No fork was "
                "found, and nothing shows that there is none: give --tiles, or a file of 'export "
                "--format consistency' with --consistency\n",
                has_standings(h) ? "and standings " : "", cli_text(run, h->origin));
    if (!is_alone && lists)
        say_checkpoints(run, h);
    say_remembered(run, h);
}
