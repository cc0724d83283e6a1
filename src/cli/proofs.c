/* What notarising and adding claims print alike: proofs, plans, claims that do not hold. */
#include <string.h>

#include "cli/commands.h"

/* "F18, F22": each circuit once. */
static void say_circuits(cli_run *run, const zkl_notarize_result *r)
{
    for (size_t i = 0; i < r->statement_count; i++) {
        bool said = false;
        for (size_t k = 0; k < i; k++)
            said = said || strcmp(r->statements[k].circuit, r->statements[i].circuit) == 0;
        if (!said)
            cli_say(run, "%s%s", i ? ", " : "", r->statements[i].circuit);
    }
}

/* Over a ceremony: which keys are none of its. */
static void say_development(cli_run *run, const zkl_notarize_result *r)
{
    const size_t count = r->development_circuit_count;
    if (!count)
        return;
    cli_say(run, "Development, though the powers are of a ceremony: the key%s of ",
            cli_plural(count));
    for (size_t i = 0; i < count; i++)
        cli_say(run, "%s%s", i ? ", " : "", r->development_circuits[i]);
    cli_say(run, " %s made on one machine\n", count == 1 ? "was" : "were");
}

void cli_say_claims(cli_run *run, const char *title, const zkl_notarize_result *r)
{
    cli_say(run, "%s (entry %llu%s):\n", title, (unsigned long long)r->index,
            r->is_development ? ", under a development set-up" : "");
    for (size_t i = 0; i < r->claim_count; i++)
        cli_say(run, "  - %s\n", cli_text(run, r->claims[i]));
    say_development(run, r);
}

void cli_say_planned(cli_run *run, const zkl_notarize_result *r)
{
    cli_say(run, "\nTrue, and would be proven:\n");
    for (size_t i = 0; i < r->claim_count; i++)
        cli_say(run, "  - %s\n", cli_text(run, r->claims[i]));
    cli_say(run, "\nCost: about %.1f seconds on two cores, for %s (", r->estimated_seconds,
            cli_counted(run, r->statement_count, "proof"));
    say_circuits(run, r);
    cli_say(run,
            ");\n  the key of a circuit that is used for the first time takes some seconds more.\n"
            "  A receipt of about %s\n",
            cli_size(run, r->estimated_receipt_bytes));
}

void cli_say_proofs(cli_run *run, const zkl_notarize_result *r, const char *receipt)
{
    cli_say(run, "\nProven%s:\n", r->is_development ? ", under a development set-up" : "");
    for (size_t i = 0; i < r->claim_count; i++)
        cli_say(run, "  - %s\n", cli_text(run, r->claims[i]));
    say_development(run, r);
    cli_say(run, "\n");
    for (size_t i = 0; i < r->statement_count; i++) {
        cli_say(run, "  proof %zu: %s, %zu bytes", i + 1, r->statements[i].circuit,
                r->statements[i].proof_bytes);
        if (r->statements[i].auxiliary_bytes)
            cli_say(run, ", and %s of auxiliary commitments",
                    cli_size(run, r->statements[i].auxiliary_bytes));
        cli_say(run, "\n");
    }
    for (size_t i = 0; i < r->added_count; i++)
        cli_say(run, "  %zu of the claims stand in entry %llu: entry %llu has no room for more\n",
                r->added[i].claim_count, (unsigned long long)r->added[i].index,
                (unsigned long long)(i ? r->added[i - 1].index : r->index));
    const zkl_stage_times *t = &r->times;
    cli_say(run,
            "  seconds: read %.2f, hash %.2f, commit %.2f, set-up %.2f, argument %.2f, opening "
            "%.2f, Groth16 %.2f, own check %.2f, total %.2f\n",
            t->read, t->hash, t->commit, t->setup, t->argument, t->opening, t->groth16, t->check,
            t->total);
    if (receipt)
        cli_say(run, "  receipt: %s, %s\n", receipt, cli_size(run, r->receipt_bytes));
    if (r->timestamp)
        cli_say(run, "  timestamp: existed at %s, says the clock\n", r->timestamp);
}

/* Rows are counted, never listed: their values are the owner's. */
static void note_claim(cli_run *run, const zkl_claim_problem *p)
{
    static const char *const words[] = { [ZKL_CLAIM_IS_FALSE] = "false",
                                         [ZKL_CLAIM_IS_EMPTY] = "says nothing",
                                         [ZKL_CLAIM_MAKES_NO_SENSE] = "makes no sense",
                                         [ZKL_CLAIM_HAS_NO_PROOF] = "no proof" };
    ZKL_ASSERT((size_t)p->fault < ZKL_COUNT(words));
    cli_note(run, "  %s: %s:", words[p->fault], cli_text(run, p->claim));
    if (p->reason)
        cli_note(run, " %s", cli_hinted(run, p->reason, p->hint));
    if (p->row_count > 1 || !p->reason)
        cli_note(run, "%s %s offending row%s", p->reason ? ":" : "", cli_number(run, p->row_count),
                 p->row_count == 1 ? "" : "s");
    cli_note(run, "\n");
}

void cli_fill_policy(zkl_policy_choice *out, cli_run *run)
{
    out->policy = cli_value(run, "policy");
    out->settings = cli_values(run, "set", &out->setting_count);
}

/* The hash says which text of that name it was; neither is recorded. */
void cli_say_policy(cli_run *run, const zkl_notarize_result *r)
{
    const zkl_policy_use *p = &r->policy;
    if (!p->name)
        return;
    cli_say(run, "\npolicy %s: %zu of %zu claim%s %s\n  sha256 %s\n", cli_text(run, p->name),
            p->claim_count - p->refused_count, p->claim_count, cli_plural(p->claim_count),
            r->is_dry_run ? (p->claim_count == 1 ? "holds" : "hold") : "proven",
            cli_hex(run, &p->sha256));
}

void cli_note_claim_problems(cli_run *run, const zkl_notarize_result *r)
{
    const zkl_policy_use *p = &r->policy;
    if (p->name && p->refused_count)
        cli_note(run, "  policy %s: %zu of %zu claim%s refused\n", cli_text(run, p->name),
                 p->refused_count, p->claim_count, cli_plural(p->claim_count));
    for (size_t i = 0; i < r->claim_problem_count; i++)
        note_claim(run, &r->claim_problems[i]);
}
