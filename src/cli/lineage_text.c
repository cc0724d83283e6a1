/* A lineage as a tree of text. What is recorded and what is proven of a step stand in lines of
 * their own, and each says which it is; a claim counts as proven when it was verified. */
#include <string.h>

#include "cli/commands.h"

#define DEPTH_MAX 64       /* of steps one behind the other; what is deeper is cut, and said so */
#define BRANCH_BYTES_MAX 5 /* "│  " */

/* Where the walk is. */
typedef struct lineage_tree {
    cli_run *run;
    const zkl_lineage *lineage;
    bool *is_shown;     /* of each node: its steps were printed */
    size_t *first_step; /* of each node: its first; SIZE_MAX: it has none */
    bool is_verified;
    size_t depth;
    char indent[DEPTH_MAX * BRANCH_BYTES_MAX + 1]; /* of each line */
} lineage_tree;

static void say_node(lineage_tree *t, const zkl_lineage_node *node)
{
    cli_run *run = t->run;
    if (node->is_file)
        cli_say(run, "%s  file, sha256 %.16s..\n", cli_text(run, node->name),
                cli_hex(run, &node->id));
    else
        cli_say(run, "%s  %s, entry %llu%s\n", cli_text(run, node->name),
                node->row_count ? cli_counted(run, node->row_count, "row") : "dataset",
                (unsigned long long)node->index,
                node->revoked ? zkl_arena_format(&run->arena, ", REVOKED by entry %llu",
                                                 (unsigned long long)node->revoked->index)
                              : "");
}

/* Whatever is the owner's word begins with "recorded", so that no word of his passes for ours. */
static void say_recorded(lineage_tree *t, const zkl_lineage_step *step)
{
    const char *indent = t->indent;
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

/* Besides the one that names columns: of the step, or of a result alone, as `linear` is of what
 * `add` added. */
static bool has_other_claims(const zkl_lineage *l, const zkl_lineage_step *step)
{
    bool any = step->claim_count > 1;
    for (size_t i = 0; i < step->result_count; i++)
        any = any || l->nodes[step->results[i]].claim_count;
    return any;
}

static void say_step(lineage_tree *t, const zkl_lineage_step *step)
{
    const char *indent = t->indent;
    cli_run *run = t->run;
    say_recorded(t, step);
    for (size_t i = 0; i < step->claim_count; i++)
        cli_say(run, "%s%s of %s, entry %llu: %s\n", indent, t->is_verified ? "proven" : "claimed",
                cli_text(run, step->claims[i].about), (unsigned long long)step->claims[i].index,
                cli_text(run, step->claims[i].text));
    if (step->columns)
        cli_say(run,
                has_other_claims(t->lineage, step)
                    ? "%sthat is of columns %s; of others only what other claims say\n"
                    : "%sthat is of columns %s; of others no claim here says it\n",
                indent, cli_text(run, step->columns));
    if (!step->claim_count)
        cli_say(run, "%snothing of it is proven\n", indent);
    else if (!step->has_proven_rows && step->has_proven_columns)
        cli_say(run,
                "%snot proven: what its rows have in other columns, beyond what other claims say\n",
                indent);
    else if (!step->has_proven_rows)
        cli_say(run, "%snot proven: where its rows come from\n", indent);
    else if (!step->is_proven)
        cli_say(run, "%snot proven: what it has of its sources, beyond what these claims say\n",
                indent);
}

static void walk(lineage_tree *t, size_t node);

/* The other end of a step, a branch of the tree each. is_last: no step of the same node
 * that has any follows. */
static void say_ends(lineage_tree *t, const size_t *ends, size_t count, bool is_last)
{
    for (size_t i = 0; i < count; i++) {
        const bool closes = is_last && i + 1 == count;
        const size_t size = strlen(t->indent);
        cli_say(t->run, "%s%s", t->indent, closes ? "└─ " : "├─ ");
        say_node(t, &t->lineage->nodes[ends[i]]);
        ZKL_ASSERT(size + BRANCH_BYTES_MAX < sizeof t->indent); /* walk */
        strcpy(t->indent + size, closes ? "   " : "│  ");
        t->depth++;
        walk(t, ends[i]);
        t->depth--;
        t->indent[size] = 0;
    }
}

static bool touches(const size_t *places, size_t count, size_t node)
{
    for (size_t i = 0; i < count; i++)
        if (places[i] == node)
            return true;
    return false;
}

/* The node's next step on, from `at` on; SIZE_MAX: there is none. */
static size_t next_step(const zkl_lineage *l, size_t node, size_t at)
{
    for (; at < l->step_count; at++)
        if (l->is_descent ? touches(l->steps[at].sources, l->steps[at].source_count, node)
                          : touches(l->steps[at].results, l->steps[at].result_count, node))
            return at;
    return SIZE_MAX;
}

/* SIZE_MAX: no step of the node has another end. */
static size_t last_with_ends(const zkl_lineage *l, size_t node, size_t first)
{
    size_t last = SIZE_MAX;
    for (size_t at = first; at != SIZE_MAX; at = next_step(l, node, at + 1))
        if (l->is_descent ? l->steps[at].result_count : l->steps[at].source_count)
            last = at;
    return last;
}

/* A node that stands at several places has its steps at the first, so the walk ends. Each of its
 * steps is a block, its lines and its branches. */
static void walk(lineage_tree *t, size_t node)
{
    const zkl_lineage *l = t->lineage;
    const size_t first = t->first_step[node];
    if (first == SIZE_MAX)
        return;
    if (t->is_shown[node] || t->depth == DEPTH_MAX) {
        cli_say(t->run,
                t->is_shown[node] ? "%s(its steps stand above)\n"
                                  : "%s(cut: its steps are too deep; --json has all)\n",
                t->indent);
        return;
    }
    t->is_shown[node] = true;
    const size_t last = last_with_ends(l, node, first);
    for (size_t at = first; at != SIZE_MAX; at = next_step(l, node, at + 1)) {
        const zkl_lineage_step *step = &l->steps[at];
        say_step(t, step);
        say_ends(t, l->is_descent ? step->results : step->sources,
                 l->is_descent ? step->result_count : step->source_count, at == last);
    }
}

static void say_tree(lineage_tree *t)
{
    const size_t count = t->lineage->node_count;
    t->is_shown = ZKL_ARENA_NEW(&t->run->arena, bool, count);
    t->first_step = ZKL_ARENA_NEW(&t->run->arena, size_t, count);
    if (!t->is_shown || !t->first_step)
        return;
    for (size_t i = 0; i < count; i++)
        t->first_step[i] = next_step(t->lineage, i, 0);
    say_node(t, &t->lineage->nodes[0]);
    walk(t, 0);
}

static void say_verdict(cli_run *run, const zkl_lineage_result *r)
{
    cli_say(run, "VALID%s%s  lineage of %s: %zu receipts of log '%s', %llu entries\n",
            zkl_lineage_check_revoked(&r->lineage, NULL) == ZKL_OK ? "" : " BUT REVOKED",
            r->is_development ? " (development set-up: does not bind the ledger's owner)" : "",
            cli_text(run, r->lineage.nodes[0].name), r->receipt_count, cli_text(run, r->origin),
            (unsigned long long)r->tree_size);
    cli_say(run, "  log key   %s\n", cli_text(run, r->log_key));
    if (r->trust_folder || r->trust_source == ZKL_TRUST_FILE)
        cli_say_trust(run, r->trust_source, r->trust_folder, r->trust_log, r->trust_key);
    else
        cli_say(run, "  Trust: the service's own ledger (log '%s')\n", cli_text(run, r->trust_log));
    cli_say(run, "\n");
}

/* Of each version of the dataset that is in the lineage. */
static void say_standings(cli_run *run, const zkl_lineage_result *r)
{
    for (size_t i = 0; i < r->standing_count; i++) {
        const zkl_lineage_standing *const s = &r->standings[i];
        const size_t size = strlen(s->name);
        cli_say_standing_of(run, &s->word);
        for (size_t k = 0; k < r->lineage.node_count; k++) {
            const zkl_lineage_node *const node = &r->lineage.nodes[k];
            if (!node->is_file && strncmp(node->name, s->name, size) == 0 &&
                node->name[size] == '@')
                cli_say(run, "  - %s was %s\n", cli_text(run, node->name),
                        node->revoked ? "revoked" : "not revoked");
        }
        cli_say(run, "  - the newest version is %s@%u, entry %llu\n", cli_text(run, s->name),
                s->word.latest_version, (unsigned long long)s->word.latest_index);
    }
}

static void say_node_claims(cli_run *run, const zkl_lineage *l)
{
    bool any = false;
    for (size_t i = 0; i < l->node_count; i++)
        for (size_t k = 0; k < l->nodes[i].claim_count; k++) {
            if (!any)
                cli_say(run, "\nClaims of the datasets:\n");
            any = true;
            const zkl_lineage_claim *claim = &l->nodes[i].claims[k];
            cli_say(run, "  - %s, entry %llu: %s\n", cli_text(run, l->nodes[i].name),
                    (unsigned long long)claim->index, cli_text(run, claim->text));
            if (claim->outside)
                cli_say(run, "    that entry names %s, which is no part of this\n",
                        cli_text(run, claim->outside));
        }
}

void cli_print_lineage(cli_run *run, const zkl_lineage_result *r)
{
    lineage_tree t = { .run = run, .lineage = &r->lineage, .is_verified = r->is_verified };
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
    say_tree(&t);
    if (!r->lineage.step_count)
        cli_say(run, r->lineage.is_descent ? "Nothing that is logged was made of it.\n"
                                           : "Nothing that is logged says where it comes from.\n");
    say_node_claims(run, &r->lineage);
    if (!r->is_verified) {
        cli_say(run, "\nNot verified: this is what the log says%s\n",
                r->lineage.nodes[0].is_file ? "" : " ('--verify' checks it)");
        return;
    }
    say_standings(run, r);
    cli_say(run, "\nNot proven:\n");
    for (size_t i = 0; i < r->not_proven_count; i++)
        cli_say(run, "  - %s\n", r->not_proven[i]);
}
