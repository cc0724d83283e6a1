/* A lineage as a tree of text. What is recorded and what is proven of a step stand in lines of
 * their own, and each says which it is; a claim counts as proven when it was verified. */
#include <string.h>

#include "cli/commands.h"

/* Where the walk is. */
typedef struct lineage_tree {
    cli_run *run;
    const zkl_lineage *lineage;
    bool *is_shown; /* of each node: its steps were printed */
    bool is_verified;
} lineage_tree;

/* "  " or "│ " for each node above. */
static const char *deeper(lineage_tree *t, const char *indent, bool is_last)
{
    const char *out = zkl_arena_format(&t->run->arena, "%s%s", indent, is_last ? "   " : "│  ");
    return out ? out : "";
}

static void say_node(lineage_tree *t, const zkl_lineage_node *node)
{
    cli_run *run = t->run;
    if (node->is_file)
        cli_say(run, "%s  file, sha256 %.16s..\n", cli_text(run, node->name),
                cli_hex(run, &node->id));
    else
        cli_say(run, "%s  %s, entry %llu\n", cli_text(run, node->name),
                node->row_count ? cli_counted(run, node->row_count, "row") : "dataset",
                (unsigned long long)node->index);
}

/* Whatever is the owner's word begins with "recorded", so that no word of his passes for ours. */
static void say_recorded(lineage_tree *t, const zkl_lineage_step *step, const char *indent)
{
    cli_run *run = t->run;
    if (!step->is_recorded)
        return;
    cli_say(run, "%srecorded, entry %llu%s%s\n", indent, (unsigned long long)step->index,
            step->operation ? ": " : "", step->operation ? cli_text(run, step->operation) : "");
    for (size_t i = 0; i < step->fact_count; i++)
        cli_say(run, "%srecorded: %s = %s\n", indent, cli_text(run, step->facts[i].name),
                cli_text(run, step->facts[i].value));
    if (step->unproven)
        cli_say(run, "%srecorded as not proven: %s\n", indent, cli_text(run, step->unproven));
}

static void say_step(lineage_tree *t, const zkl_lineage_step *step, const char *indent)
{
    cli_run *run = t->run;
    say_recorded(t, step, indent);
    for (size_t i = 0; i < step->claim_count; i++)
        cli_say(run, "%s%s of %s, entry %llu: %s\n", indent, t->is_verified ? "proven" : "claimed",
                cli_text(run, step->claims[i].about), (unsigned long long)step->claims[i].index,
                cli_text(run, step->claims[i].text));
    if (!step->claim_count)
        cli_say(run, "%snothing of it is proven\n", indent);
    else if (!step->has_proven_rows && step->has_proven_columns)
        cli_say(run, "%snot proven: what its rows have in columns that no claim names\n", indent);
    else if (!step->has_proven_rows)
        cli_say(run, "%snot proven: where its rows come from\n", indent);
    else if (!step->is_proven)
        cli_say(run, "%snot proven: what it has of sources that no claim names\n", indent);
}

static void walk(lineage_tree *t, size_t node, const char *indent);

/* The other end of a step, a branch of the tree each. */
static void say_ends(lineage_tree *t, const size_t *ends, size_t count, const char *indent)
{
    for (size_t i = 0; i < count; i++) {
        const bool is_last = i + 1 == count;
        cli_say(t->run, "%s%s", indent, is_last ? "└─ " : "├─ ");
        say_node(t, &t->lineage->nodes[ends[i]]);
        walk(t, ends[i], deeper(t, indent, is_last));
    }
}

static bool touches(const size_t *places, size_t count, size_t node)
{
    for (size_t i = 0; i < count; i++)
        if (places[i] == node)
            return true;
    return false;
}

/* Is it a step on from this node? */
static bool leads_on(const zkl_lineage *l, const zkl_lineage_step *step, size_t node)
{
    return l->is_descent ? touches(step->sources, step->source_count, node)
                         : touches(step->results, step->result_count, node);
}

/* A node that stands at several places has its steps at the first, so the walk ends. Each of its
 * steps is a block, its lines and its branches. */
static void walk(lineage_tree *t, size_t node, const char *indent)
{
    const zkl_lineage *l = t->lineage;
    const bool was_shown = t->is_shown[node];
    for (size_t i = 0; i < l->step_count; i++) {
        const zkl_lineage_step *step = &l->steps[i];
        if (!leads_on(l, step, node))
            continue;
        if (was_shown) {
            cli_say(t->run, "%s(its steps stand above)\n", indent);
            return;
        }
        t->is_shown[node] = true;
        say_step(t, step, indent);
        say_ends(t, l->is_descent ? step->results : step->sources,
                 l->is_descent ? step->result_count : step->source_count, indent);
    }
}

static void say_verdict(cli_run *run, const zkl_lineage_result *r)
{
    cli_say(run, "VALID%s  lineage of %s: %zu receipts of log '%s', %llu entries\n",
            r->is_development ? " (development set-up: does not bind the ledger's owner)" : "",
            cli_text(run, r->lineage.nodes[0].name), r->receipt_count, cli_text(run, r->origin),
            (unsigned long long)r->tree_size);
    cli_say(run, "  log key   %s\n  trust     %s '%s'\n\n", cli_text(run, r->log_key),
            zkl_trust_source_name(r->trust_source), cli_text(run, r->trust_log));
}

static void say_node_claims(cli_run *run, const zkl_lineage *l)
{
    bool any = false;
    for (size_t i = 0; i < l->node_count; i++)
        for (size_t k = 0; k < l->nodes[i].claim_count; k++) {
            if (!any)
                cli_say(run, "\nClaims of the datasets:\n");
            any = true;
            cli_say(run, "  - %s, entry %llu: %s\n", cli_text(run, l->nodes[i].name),
                    (unsigned long long)l->nodes[i].claims[k].index,
                    cli_text(run, l->nodes[i].claims[k].text));
        }
}

void cli_print_lineage(cli_run *run, const zkl_lineage_result *r)
{
    lineage_tree t = { .run = run, .lineage = &r->lineage, .is_verified = r->is_verified };
    t.is_shown = ZKL_ARENA_NEW(&run->arena, bool, r->lineage.node_count);
    if (!t.is_shown)
        return;
    if (r->is_verified)
        say_verdict(run, r);
    if (r->lineage.circle)
        cli_say(run,
                "CONTRADICTION: by what is recorded the steps go in a circle, and '%s' would be "
                "made of itself\n",
                cli_text(run, r->lineage.circle));
    if (r->lineage.proven_circle)
        cli_say(run,
                "The claims go in a circle, as of equal tables, which contradicts nothing: the "
                "rows of '%s' come from others, and theirs from it\n",
                cli_text(run, r->lineage.proven_circle));
    say_node(&t, &r->lineage.nodes[0]);
    walk(&t, 0, "");
    if (!r->lineage.step_count)
        cli_say(run, r->lineage.is_descent ? "Nothing that is logged was made of it.\n"
                                           : "Nothing that is logged says where it comes from.\n");
    say_node_claims(run, &r->lineage);
    if (!r->is_verified) {
        cli_say(run, "\nNot verified: this is what the log says ('--verify' checks it)\n");
        return;
    }
    cli_say(run, "\nNot proven:\n");
    for (size_t i = 0; i < r->not_proven_count; i++)
        cli_say(run, "  - %s\n", r->not_proven[i]);
}
