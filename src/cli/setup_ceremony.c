/* setup new, invite, contribute, take, beacon, next, finish, verify: a ceremony on the command
 * line. Each step ends with what comes next. */
#include "cli/setup_ceremony.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/trust.h"
#include "base/file.h"
#include "service/party_key.h"

#define ENTROPY_BYTES_MAX ((size_t)1 << 20)
#define TYPED_BYTES_MAX 1024
#define KEY_DEFAULT "party.key"

static void say_contributions(cli_run *run, const zkl_ceremony_result *r)
{
    for (size_t i = 0; i < r->contribution_count; i++) {
        const zkl_ceremony_contribution *const c = &r->contributions[i];
        cli_say(run, "  %2zu  %-6s  %s  %s%s%s\n", i + 1, c->is_to_powers ? "powers" : "keys",
                c->time, c->is_beacon ? "beacon: " : "", c->name,
                c->key || c->is_beacon ? "" : " (not signed: a name that anybody can write)");
        if (c->key)
            cli_say(run, "      key %s\n", c->key);
        if (c->round)
            cli_say(run, "      round %llu of drand's quicknet\n", (unsigned long long)c->round);
        if (c->value)
            cli_say(run, "      value %s, SHA-256 2^%u times\n", c->value, c->log_iterations);
    }
}

/* How it stands; the result is cleared. */
static zkl_status end_step(cli_run *run, const api_operation *operation, zkl_ceremony_result *r,
                           zkl_status status, zkl_error *err)
{
    cli_progress_end(run);
    if (status == ZKL_OK)
        status = api_put_result(run->result, operation, ZKL_OK, r, err);
    zkl_arena_clear(&r->memory);
    return status;
}

static void say_head(cli_run *run, const zkl_ceremony_result *r)
{
    size_t beacons = 0;
    for (size_t i = 0; i < r->contribution_count; i++)
        beacons += r->contributions[i].is_beacon;
    cli_say(run, "Ceremony '%s'  %s\n  round %u of 2: %s, %s%s%s\n", r->name,
            cli_hex(run, &r->ceremony), r->round,
            r->round == 1 ? "powers of tau" : "keys of the circuits",
            cli_counted(run, r->contribution_count - beacons, "contribution"), beacons ? ", " : "",
            beacons ? cli_counted(run, beacons, "beacon") : "");
}

static zkl_status need_folder(const char **out, cli_run *run, const char *action, zkl_error *err)
{
    if (run->argument_count < 2)
        return zkl_fail(err, ZKL_USAGE, "which ceremony? 'zkp-ledger setup %s DIR'", action);
    *out = run->arguments[1];
    return ZKL_OK;
}

/* ---- the coordinator */

/* "F22" is tier 22: the table of options has let only known circuits through. */
static zkl_status fill_tiers(unsigned tiers[static 5], size_t *count, cli_run *run, zkl_error *err)
{
    size_t given;
    const char *const *names = cli_values(run, "circuit", &given);
    *count = 0;
    for (unsigned tier = 18; tier <= 26; tier += 2) {
        bool wanted = given == 0;
        for (size_t i = 0; i < given; i++)
            wanted = wanted || strtoul(names[i] + 1, NULL, 10) == tier;
        if (wanted)
            tiers[(*count)++] = tier;
    }
    if (cli_has(run, "powers-only")) {
        if (given)
            return zkl_fail(err, ZKL_USAGE, "--powers-only and --circuit exclude each other");
        *count = 0;
    }
    return ZKL_OK;
}

static zkl_status run_new(cli_run *run, zkl_error *err)
{
    zkl_ceremony_result r = { 0 };
    unsigned tiers[5];
    uint64_t power = 0;
    zkl_setup_new_request request = { .tiers = tiers };
    ZKL_TRY(need_folder(&request.folder, run, "new", err));
    ZKL_TRY(fill_tiers(tiers, &request.tier_count, run, err));
    ZKL_TRY(cli_value_u64(run, "power", &power, err));
    if (power > 64 || (power && request.tier_count))
        return zkl_fail(err, ZKL_USAGE, "--power goes with --powers-only: circuits need 2^16");
    request.power = (unsigned)power;
    const char *const name = cli_value(run, "name");
    request.name = name ? name : cli_last_part(run, request.folder);
    const zkl_status status = zkl_setup_new(&r, &request, &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK) {
        say_head(run, &r);
        cli_note(run, "Next: zkp-ledger setup invite %s\n", request.folder);
    }
    return end_step(run, &api_setup_new, &r, status, err);
}

static zkl_status run_invite(cli_run *run, zkl_error *err)
{
    zkl_ceremony_result r = { 0 };
    const char *folder = NULL, *const output = cli_value(run, "output"),
               *const iden3 = cli_value(run, "iden3");
    ZKL_TRY(need_folder(&folder, run, "invite", err));
    if (output)
        ZKL_TRY(cli_check_output(run, output, err));
    const zkl_status status = zkl_setup_invite(&r, folder, output, iden3, &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK) {
        cli_say(run, "Wrote %s, %s\n", r.output, cli_size(run, r.byte_count));
        if (iden3)
            cli_note(run,
                     "Send it to somebody who contributes with snarkjs ('%s contribute'), and take "
                     "in what comes back:\nzkp-ledger setup take %s FILE...\n",
                     r.round == 1 ? "powersoftau" : "zkey", folder);
        else
            cli_note(run,
                     "Send it to the next party. It says what to do: zkp-ledger setup contribute "
                     "FILE --name NAME\nThen take in what comes back: zkp-ledger setup take %s "
                     "FILE\n",
                     folder);
    }
    return end_step(run, &api_setup_invite, &r, status, err);
}

static zkl_status run_take(cli_run *run, zkl_error *err)
{
    zkl_ceremony_result r = { 0 };
    const char *folder = NULL;
    ZKL_TRY(need_folder(&folder, run, "take", err));
    if (run->argument_count < 3)
        return zkl_fail(err, ZKL_USAGE, "take what? 'zkp-ledger setup take %s FILE'", folder);
    const zkl_status status =
        zkl_setup_take(&r, folder, run->arguments + 2, run->argument_count - 2, &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK) {
        const zkl_ceremony_contribution *const last = &r.contributions[r.contribution_count - 1];
        cli_say(run, "Checked and taken in: contribution %zu, to the %s, of %s\n",
                r.contribution_count, last->is_to_powers ? "powers" : "keys", last->name);
        cli_say(run, last->key ? "  key %s\n" : "%s  (not signed)\n", last->key ? last->key : "");
        cli_note(run,
                 "Next: another party ('setup invite %s'), or end the round: 'setup beacon %s "
                 "VALUE --round N', then\n'setup %s %s'\n",
                 folder, folder, r.round == 1 ? "next" : "finish", folder);
    }
    return end_step(run, &api_setup_take, &r, status, err);
}

static zkl_status run_beacon(cli_run *run, zkl_error *err)
{
    zkl_ceremony_result r = { 0 };
    uint64_t iterations = 0;
    zkl_setup_beacon_request request = { .source = cli_value(run, "source"),
                                         .time = cli_value(run, "time") };
    ZKL_TRY(need_folder(&request.folder, run, "beacon", err));
    if (run->argument_count < 3)
        return zkl_fail(err, ZKL_USAGE,
                        "which value? 'zkp-ledger setup beacon %s RANDOMNESS --round N', as "
                        "drand's quicknet publishes it",
                        request.folder);
    request.value = run->arguments[2];
    ZKL_TRY(cli_value_u64(run, "round", &request.round, err));
    ZKL_TRY(cli_value_u64(run, "iterations", &iterations, err));
    if (iterations > 64)
        return zkl_fail(err, ZKL_USAGE, "--iterations: SHA-256 2 to this times, 10 to 30");
    request.log_iterations = (unsigned)iterations;
    const zkl_status status = zkl_setup_beacon(&r, &request, &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK) {
        cli_say(run, "The round has its beacon: nobody contributes behind it.\n");
        cli_note(run, "Next: zkp-ledger setup %s %s\n", r.round == 1 ? "next" : "finish",
                 request.folder);
    }
    return end_step(run, &api_setup_beacon, &r, status, err);
}

static zkl_status run_next(cli_run *run, zkl_error *err)
{
    zkl_ceremony_result r = { 0 };
    const char *folder = NULL;
    ZKL_TRY(need_folder(&folder, run, "next", err));
    const zkl_status status = zkl_setup_next(&r, folder, &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK) {
        cli_say(run, "The powers of tau are final  %s\n", cli_hex(run, &r.powers_hash));
        if (r.circuit_count)
            cli_note(run,
                     "Round 2: each party contributes to all keys at once. Next: zkp-ledger setup "
                     "invite %s\n",
                     folder);
        else
            cli_note(run, "Next: zkp-ledger setup finish %s\n", folder);
    }
    return end_step(run, &api_setup_next, &r, status, err);
}

/* What was checked, and what it is good for. */
static void say_checked(cli_run *run, const zkl_ceremony_result *r)
{
    say_head(run, r);
    cli_say(run, "  transcript  %s\n  powers      %s\n", cli_hex(run, &r->transcript),
            cli_hex(run, &r->powers_hash));
    for (size_t i = 0; r->round == 2 && i < r->circuit_count; i++)
        cli_say(run, "  %-10s  %s\n", r->circuits[i].circuit,
                cli_hex(run, &r->circuits[i].key_hash));
    say_contributions(run, r);
    if (r->is_development)
        cli_say(run,
                "Development so far: fewer than two parties, by their keys, contributed to the "
                "%s.\n",
                r->circuit_count ? "powers, or to the keys" : "powers");
    cli_say(run, "Whoever trusts one party of each round to have destroyed its secret can rely on "
                 "it. The keys above signed;\nask the parties whether they are theirs.\n");
}

static zkl_status run_finish(cli_run *run, zkl_error *err)
{
    zkl_ceremony_result r = { 0 };
    const char *folder = NULL, *const output = cli_value(run, "output");
    ZKL_TRY(need_folder(&folder, run, "finish", err));
    if (output)
        ZKL_TRY(cli_check_output(run, output, err));
    const zkl_status status =
        zkl_setup_finish(&r, folder, output, cli_value(run, "iden3"), &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK) {
        say_checked(run, &r);
        cli_say(run, "Wrote %s, %s\n", r.output, cli_size(run, r.byte_count));
        if (!r.is_finished)
            cli_note(run, "No beacon ends the round of the keys: whoever verifies it is told that "
                          "others may still contribute\n");
        cli_note(run,
                 "Publish it: 'zkp-ledger setup verify %s' checks it. For a ledger: zkp-ledger "
                 "init --powers %s\n",
                 r.output, r.output);
    }
    return end_step(run, &api_setup_finish, &r, status, err);
}

/* ---- everybody */

/* Of a valid one that is not finished. */
static const char *what_is_open(const zkl_ceremony_result *r)
{
    return r->round == 1 ? "the powers are not closed, and others may contribute to them"
                         : "no beacon ends the round of the keys, and others may contribute to "
                           "them";
}

/* What the trust file names, no more. */
static void say_compared(cli_run *run, const zkl_ceremony_result *r)
{
    char parties[40];
    snprintf(parties, sizeof parties, "%zu parties", r->compared_party_count);
    cli_say(run, "The trust file '%s' is of this ceremony: its powers, %s and %s\n",
            cli_text(run, cli_value(run, "compare")),
            r->compared_party_count == 1 ? "1 party" : parties,
            cli_counted(run, r->compared_circuit_count, "circuit"));
    if (r->is_compared_development)
        cli_say(run,
                "By it proofs are of a development set-up: a verifier asks for srs_made = "
                "\"ceremony\", pinned circuits,\nand parties that contributed to the powers and "
                "to the keys.\n");
}

static zkl_status run_verify(cli_run *run, zkl_error *err)
{
    zkl_ceremony_result r = { 0 };
    if (run->argument_count < 2)
        return zkl_fail(err, ZKL_USAGE, "which file? 'zkp-ledger setup verify FILE.zklceremony'");
    ZKL_AUTO_CLEAR(zkl_buffer) read = { 0 };
    zkl_bytes trust;
    ZKL_TRY(api_trust_take(&trust, &read, NULL, cli_value(run, "compare"), err));
    const zkl_status status = zkl_setup_verify(&r, run->arguments[1], trust, &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK) {
        run->verified = true;
        cli_say(run, r.is_finished ? "VALID\n" : "Valid so far, not finished: %s\n",
                what_is_open(&r));
        say_checked(run, &r);
        if (trust.size)
            say_compared(run, &r);
        if (cli_has(run, "trust"))
            cli_say(run, "\n%s", r.trust);
    }
    return end_step(run, &api_setup_verify, &r, status, err);
}

/* What a person types, or a file's bytes. On a terminal a person is asked; nothing is fine. */
static zkl_status read_entropy(zkl_buffer *out, cli_run *run, zkl_error *err)
{
    const char *const path = cli_value(run, "entropy-file");
    char typed[TYPED_BYTES_MAX];
    if (path)
        return zkl_file_read(out, path, ENTROPY_BYTES_MAX, err);
    if (run->json || run->quiet || !isatty(STDIN_FILENO))
        return ZKL_OK;
    fprintf(stderr, "Type something random, if you like, and Enter (it is mixed into the system's "
                    "randomness): ");
    fflush(stderr);
    setvbuf(stdin, NULL, _IONBF, 0); /* no copy stays in a buffer */
    if (fgets(typed, sizeof typed, stdin))
        zkl_buffer_put_text(out, typed);
    zkl_wipe(typed, sizeof typed);
    return zkl_buffer_status(out, err);
}

/* Of a key file that is there, or of the one that is made. */
static zkl_status read_passphrase(api_passphrase *out, const zkl_bytes **chosen, cli_run *run,
                                  const char *key, zkl_error *err)
{
    const char *path = cli_value(run, "passphrase-file");
    const bool is_new = access(key, F_OK) != 0;
    *chosen = NULL;
    if (cli_has(run, "no-passphrase") || service_party_key_is_clear(key))
        return ZKL_OK;
    if (!path)
        path = getenv("ZKP_LEDGER_PASSPHRASE_FILE");
    const zkl_status status = cli_passphrase_read(out, path, is_new, err);
    if (status == ZKL_DENIED && !path && !isatty(STDIN_FILENO))
        return zkl_fail(err, status,
                        "the party's key needs a passphrase and there is no terminal to ask on: "
                        "use --passphrase-file, or --no-passphrase to keep it in the clear");
    ZKL_TRY(status);
    *chosen = &out->bytes;
    return ZKL_OK;
}

static zkl_status run_contribute(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLEAR(api_passphrase) passphrase = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) typed = { 0 };
    zkl_ceremony_result r = { 0 };
    const char *const key = cli_value(run, "key");
    zkl_setup_contribute_request request = { .output = cli_value(run, "output"),
                                             .name = cli_value(run, "name"),
                                             .key = key ? key : KEY_DEFAULT };
    if (run->argument_count < 2)
        return zkl_fail(err, ZKL_USAGE, "to which file? 'zkp-ledger setup contribute FILE'");
    request.file = run->arguments[1];
    if (!request.name)
        return zkl_fail(err, ZKL_USAGE, "under which name? --name 'YOUR NAME'");
    if (request.output)
        ZKL_TRY(cli_check_output(run, request.output, err));
    const bool is_new = access(request.key, F_OK) != 0;
    ZKL_TRY(read_passphrase(&passphrase, &request.passphrase, run, request.key, err));
    ZKL_TRY(read_entropy(&typed, run, err));
    request.entropy = zkl_buffer_bytes(&typed);
    const zkl_status status = zkl_setup_contribute(&r, &request, &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK) {
        const zkl_ceremony_contribution *const own = &r.contributions[r.contribution_count - 1];
        if (is_new)
            cli_say(run, "Made your key in %s: keep it for the second round\n", request.key);
        cli_say(run,
                "Contributed to the %s of '%s' as %s; the secret is wiped\n  your key    %s\n  "
                "transcript  %s\nWrote %s, %s\n",
                own->is_to_powers ? "powers" : "keys", r.name, own->name, own->key,
                cli_hex(run, &r.transcript), r.output, cli_size(run, r.byte_count));
        cli_note(run, "Send that file back. Note key and transcript: the finished ceremony must "
                      "name them.\n");
    }
    return end_step(run, &api_setup_contribute, &r, status, err);
}

cli_ceremony_action *cli_find_ceremony_action(const char *name)
{
    static const struct {
        const char *name;
        cli_ceremony_action *run;
    } actions[] = {
        { "new", run_new },       { "invite", run_invite }, { "contribute", run_contribute },
        { "take", run_take },     { "beacon", run_beacon }, { "next", run_next },
        { "finish", run_finish }, { "verify", run_verify }
    };
    for (size_t i = 0; i < ZKL_COUNT(actions); i++)
        if (strcmp(name, actions[i].name) == 0)
            return actions[i].run;
    return NULL;
}
