/* What a policy asks of a verdict, and whether the verdict has it.
 *
 * A requirement is a row of `requirements`: its key in the file, and a check that says in words
 * what is missing. Requirements are checked in the order of the table, claims last, and all that
 * are not met are told. What cannot be told from the verdict is not met. */
#include <zkl/verify_policy.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claim/implied.h"
#include "hash/hash.h"
#include "notary/claim_list.h"
#include "record/entry.h"
#include "toml/toml.h"

#define TEXTS_MAX 1024
#define MISSING_BYTES_MAX 1024 /* what is longer is cut */
#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

typedef struct policy_check {
    zkl_policy_answer *out;
    /* NULL: the file alone is read. */
    const zkl_verify_result *verdict;
    const zkl_env *env;
    zkl_arena *memory;
    zkl_error *err;
    /* What is missing so far. */
    const char **missing;
    size_t count, room;
} policy_check;

/* One more text, in the answer's memory. */
static zkl_status append(policy_check *c, const char *text)
{
    if (c->count == c->room) {
        const size_t room = c->room ? 2 * c->room : 8;
        const char **grown = ZKL_ARENA_NEW(&c->out->memory, const char *, room);
        if (!grown)
            return zkl_no_memory(c->err, room * sizeof *grown);
        if (c->count)
            memcpy(grown, c->missing, c->count * sizeof *grown);
        c->missing = grown;
        c->room = room;
    }
    c->missing[c->count] = zkl_arena_text(&c->out->memory, text, strlen(text));
    return c->missing[c->count++] ? ZKL_OK : zkl_no_memory(c->err, strlen(text));
}

/* Not met: the words of what is missing. Returns ZKL_OK, since the question is answered. */
static zkl_status miss(policy_check *c, const char *format, ...) ZKL_PRINTF(2, 3);
static zkl_status miss(policy_check *c, const char *format, ...)
{
    char text[MISSING_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return append(c, text);
}

/* ---- Values of the file. */

static zkl_status fail_kind(const zkl_toml_node *node, const char *wanted, zkl_error *err)
{
    return zkl_toml_fail(node, err, "`%.*s` is %s", (int)node->key.size,
                         (const char *)node->key.data, wanted);
}

/* A list of texts without NUL, none empty. */
static zkl_status check_texts(const zkl_toml_node *node, const char *wanted, zkl_error *err)
{
    if (node->kind != ZKL_TOML_ARRAY || !node->item_count || node->item_count > TEXTS_MAX)
        return fail_kind(node, wanted, err);
    for (size_t i = 0; i < node->item_count; i++)
        if (node->items[i].kind != ZKL_TOML_STRING || !node->items[i].text.size ||
            memchr(node->items[i].text.data, 0, node->items[i].text.size))
            return fail_kind(node, wanted, err);
    return ZKL_OK;
}

static const char *text_of(const zkl_toml_node *node)
{
    return (const char *)node->text.data;
}

/* false would ask for the opposite, which nobody wants by leaving a word out. */
static zkl_status check_true(const zkl_toml_node *node, zkl_error *err)
{
    return node->kind == ZKL_TOML_BOOLEAN && node->boolean
               ? ZKL_OK
               : fail_kind(node, "true, or is left out", err);
}

/* ---- The dataset. */

static zkl_status ask_name(policy_check *c, const zkl_toml_node *node)
{
    ZKL_TRY(check_texts(node, "a list of names such as [\"patients\"]", c->err));
    if (!c->verdict)
        return ZKL_OK;
    for (size_t i = 0; i < node->item_count; i++)
        if (strcmp(text_of(&node->items[i]), c->verdict->name) == 0)
            return ZKL_OK;
    return miss(c, "the dataset is '%s', and not one that `names` has", c->verdict->name);
}

static zkl_status ask_rows(policy_check *c, const zkl_toml_node *node)
{
    if (node->kind != ZKL_TOML_INTEGER || node->integer < 1)
        return fail_kind(node, "a number of rows", c->err);
    return !c->verdict || c->verdict->row_count >= (uint64_t)node->integer
               ? ZKL_OK
               : miss(c, "it has %llu rows, and %llu are asked for",
                      (unsigned long long)c->verdict->row_count, (unsigned long long)node->integer);
}

static zkl_status ask_columns(policy_check *c, const zkl_toml_node *node)
{
    ZKL_TRY(check_texts(node, "a list of columns such as [\"age\"]", c->err));
    if (!c->verdict)
        return ZKL_OK;
    for (size_t i = 0; i < node->item_count; i++) {
        size_t k = 0;
        while (k < c->verdict->column_count &&
               strcmp(c->verdict->columns[k].name, text_of(&node->items[i])) != 0)
            k++;
        if (k == c->verdict->column_count)
            ZKL_TRY(miss(c, "there is no column '%s'", text_of(&node->items[i])));
    }
    return ZKL_OK;
}

static zkl_status ask_data(policy_check *c, const zkl_toml_node *node)
{
    ZKL_TRY(check_true(node, c->err));
    return !c->verdict || c->verdict->data_checked ? ZKL_OK
                                                   : miss(c, "it was not recomputed from the data");
}

/* ---- By whom, and under what. */

static zkl_status ask_signers(policy_check *c, const zkl_toml_node *node)
{
    ZKL_TRY(
        check_texts(node, "a list of key digests, as a verdict has them behind 'signer'", c->err));
    if (!c->verdict)
        return ZKL_OK;
    for (size_t i = 0; i < node->item_count; i++)
        if (strcmp(text_of(&node->items[i]), c->verdict->signer) == 0)
            return ZKL_OK;
    return miss(c, "it was signed by %s, and not by one of `signers`", c->verdict->signer);
}

static zkl_status ask_witnesses(policy_check *c, const zkl_toml_node *node)
{
    if (node->kind != ZKL_TOML_INTEGER || node->integer < 1)
        return fail_kind(node, "a number of witnesses", c->err);
    return !c->verdict || c->verdict->witness_count >= (uint64_t)node->integer
               ? ZKL_OK
               : miss(c,
                      "%zu witness%s of the trust file signed the checkpoint, and %lld are asked "
                      "for",
                      c->verdict->witness_count, c->verdict->witness_count == 1 ? "" : "es",
                      (long long)node->integer);
}

static bool is_any_development(const zkl_verify_result *v)
{
    bool any = v->is_development;
    for (size_t i = 0; i < v->later_count; i++)
        any |= v->later[i].is_development;
    return any;
}

static zkl_status ask_setup(policy_check *c, const zkl_toml_node *node)
{
    if (node->kind != ZKL_TOML_STRING || strcmp(text_of(node), "ceremony") != 0)
        return fail_kind(node, "\"ceremony\", or is left out", c->err);
    return c->verdict && is_any_development(c->verdict)
               ? miss(c, "it is proven under a development set-up, and not under a ceremony's")
               : ZKL_OK;
}

static bool is_among(const char *name, const zkl_toml_node *list)
{
    for (size_t i = 0; i < list->item_count; i++)
        if (strcmp(name, text_of(&list->items[i])) == 0)
            return true;
    return false;
}

/* Powers and keys are two secrets: each needs somebody. */
static zkl_status ask_parties(policy_check *c, const zkl_toml_node *node)
{
    bool to_powers = false, to_keys = false;
    ZKL_TRY(check_texts(node, "a list of parties, as the trust file names them", c->err));
    for (size_t i = 0; c->verdict && i < c->verdict->party_count; i++) {
        const zkl_trusted_contributor *party = &c->verdict->parties[i];
        to_powers |= party->to_powers && is_among(party->name, node);
        to_keys |= party->to_keys && is_among(party->name, node);
    }
    if (c->verdict && is_any_development(c->verdict)) /* claims that were added later count too */
        return miss(c, "it is proven under a development set-up, which nobody of `parties` made");
    if (!c->verdict || (to_powers && to_keys))
        return ZKL_OK;
    return miss(c, "nobody of `parties` contributed to the %s of its set-up",
                to_powers ? "keys" : "powers");
}

/* ---- When. */

/* "30 days", "12 hours": milliseconds. */
static bool read_age(int64_t *out, const char *text)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    const unsigned long count = strtoul(text, &end, 10);
    if (count > 100000)
        return false;
    if (strcmp(end, " days") == 0 || strcmp(end, " day") == 0)
        *out = (int64_t)count * DAY_MS;
    else if (strcmp(end, " hours") == 0 || strcmp(end, " hour") == 0)
        *out = (int64_t)count * (DAY_MS / 24);
    else
        return false;
    return true;
}

static zkl_status check_age(const zkl_toml_node *node, zkl_error *err)
{
    int64_t ignored;
    return node->kind == ZKL_TOML_STRING && read_age(&ignored, text_of(node))
               ? ZKL_OK
               : fail_kind(node, "a time such as \"30 days\" or \"12 hours\"", err);
}

/* Is the time no longer ago than the member says? Words: "it", "the standing". */
static zkl_status ask_fresh(policy_check *c, const zkl_toml_node *node, const char *what,
                            const char *time)
{
    int64_t most = 0, then = 0;
    const bool known =
        read_age(&most, text_of(node)) && zkl_time_parse(&then, zkl_bytes_of_text(time));
    ZKL_ASSERT(known); /* check_age, and the time is of something that was verified */
    const int64_t now = zkl_env_now_ms(c->env);
    if (then - now > DAY_MS)
        return miss(c, "%s is said to be of %s, which is still to come", what, time);
    if (now - then <= most)
        return ZKL_OK;
    return miss(c, "%s is said to be of %s, and `%.*s` is %s", what, time, (int)node->key.size,
                (const char *)node->key.data, text_of(node));
}

/* By the entry's time: the signer's word, as long as nothing better is asked for. */
static zkl_status ask_age(policy_check *c, const zkl_toml_node *node)
{
    ZKL_TRY(check_age(node, c->err));
    return c->verdict ? ask_fresh(c, node, "it", c->verdict->time) : ZKL_OK;
}

/* A clock that the trust file names stamped the entry. */
static zkl_status ask_clocks(policy_check *c, const zkl_toml_node *node)
{
    ZKL_TRY(check_texts(node, "a list of clocks, as the trust file names them", c->err));
    if (!c->verdict)
        return ZKL_OK;
    for (size_t i = 0; i < c->verdict->timestamp_count; i++)
        for (size_t k = 0; k < node->item_count; k++)
            if (strcmp(c->verdict->timestamps[i].clock, text_of(&node->items[k])) == 0)
                return ZKL_OK;
    return miss(c, "no clock of `clocks` stamped it");
}

/* A timestamp bounds when an entry was made from one side alone: it was there by then. */
static zkl_status ask_existed_by(policy_check *c, const zkl_toml_node *node)
{
    int64_t most, then;
    if (node->kind != ZKL_TOML_STRING || !zkl_time_parse(&most, node->text))
        return fail_kind(node, "a time such as \"2026-06-01T00:00:00.000Z\"", c->err);
    for (size_t i = 0; c->verdict && i < c->verdict->timestamp_count; i++) {
        const zkl_timestamped *stamp = &c->verdict->timestamps[i];
        if (zkl_time_parse(&then, zkl_bytes_of_text(stamp->time)) && then <= most &&
            (uint64_t)(most - then) >= stamp->accuracy_ms)
            return ZKL_OK;
    }
    return c->verdict
               ? miss(c, "no clock that is trusted says that it existed by %s", text_of(node))
               : ZKL_OK;
}

/* ---- What came later. */

/* An old standing says nothing of what came since. */
static zkl_status ask_standing_age(policy_check *c, const zkl_toml_node *node)
{
    ZKL_TRY(check_age(node, c->err));
    if (!c->verdict)
        return ZKL_OK;
    return c->verdict->standing ? ask_fresh(c, node, "the standing", c->verdict->standing->time)
                                : miss(c, "there is no standing");
}

static zkl_status ask_latest(policy_check *c, const zkl_toml_node *node)
{
    ZKL_TRY(check_true(node, c->err));
    const zkl_standing_word *standing = c->verdict ? c->verdict->standing : NULL;
    if (!c->verdict || (standing && standing->latest_version == c->verdict->version))
        return ZKL_OK;
    return standing ? miss(c, "version %u is the newest", standing->latest_version)
                    : miss(c, "no standing says which version is the newest");
}

/* A ledger that is trusted knows it; elsewhere a standing has to say it. */
static zkl_status ask_not_revoked(policy_check *c, const zkl_toml_node *node)
{
    ZKL_TRY(check_true(node, c->err));
    if (c->verdict && c->verdict->revoked)
        return miss(c, "it was revoked");
    return !c->verdict || c->verdict->standing || c->verdict->trust_source != ZKL_TRUST_FILE
               ? ZKL_OK
               : miss(c, "no standing says whether it was revoked");
}

/* ---- Claims. */

static zkl_status ask_no_empty(policy_check *c, const zkl_toml_node *node)
{
    ZKL_TRY(check_true(node, c->err));
    const zkl_verify_result *v = c->verdict;
    for (size_t part = 0; v && part <= v->later_count; part++) {
        const zkl_claim_verdict *claims = part ? v->later[part - 1].claims : v->claims;
        const size_t count = part ? v->later[part - 1].claim_count : v->claim_count;
        for (size_t i = 0; i < count; i++)
            if (claims[i].can_be_empty && !claims[i].least_values)
                ZKL_TRY(
                    miss(c, "%s may be empty: nothing says that it has a value", claims[i].text));
    }
    return ZKL_OK;
}

/* The dataset's own claims, and those that were added to it later. */
static zkl_status gather_claims(zkl_proven_claims *out, policy_check *c)
{
    const zkl_verify_result *v = c->verdict;
    size_t most = v->claim_count;
    for (size_t i = 0; i < v->later_count; i++)
        most += v->later[i].claim_count;
    zkl_proven_claim *items = ZKL_ARENA_NEW(c->memory, zkl_proven_claim, most);
    zkl_schema *schema = ZKL_ARENA_NEW(c->memory, zkl_schema, 1);
    if (!items || !schema)
        return zkl_no_memory(c->err, most * sizeof *items);
    ZKL_TRY(zkl_schema_parse(schema, c->memory, v->schema, c->err));
    *out = (zkl_proven_claims){ .items = items, .schema = schema, .row_count = v->row_count };
    for (size_t part = 0; part <= v->later_count; part++) {
        const zkl_claim_verdict *claims = part ? v->later[part - 1].claims : v->claims;
        const size_t count = part ? v->later[part - 1].claim_count : v->claim_count;
        for (size_t i = 0; i < count; i++)
            if (!claims[i].dataset)
                items[out->count++] =
                    (zkl_proven_claim){ zkl_bytes_of_text(claims[i].text), claims[i].least_values };
    }
    return ZKL_OK;
}

/* What is no claim at all is a mistake of the file; what makes no sense of this dataset is not
 * met. */
static zkl_status ask_claim(policy_check *c, const zkl_proven_claims *proven,
                            const zkl_claim_list *list, size_t i)
{
    zkl_error why = { 0 };
    bool is_proven;
    const zkl_status status =
        zkl_claim_is_implied(&is_proven, &list->claims[i], list->least_values[i], proven, &why);
    if (status == ZKL_NO_MEMORY)
        return zkl_fail_as(c->err, status, &why);
    if (status != ZKL_OK)
        return miss(c, "nothing can say '%s' of it: %s", list->texts[i], why.text);
    return is_proven ? ZKL_OK : miss(c, "no claim says '%s'", list->texts[i]);
}

static zkl_status ask_claims(policy_check *c, const zkl_toml_node *node)
{
    ZKL_AUTO_CLEAR(zkl_claim_list) list = { 0 };
    zkl_proven_claims proven;
    ZKL_TRY(check_texts(node, "a list of claims such as [\"range(age, 0, 120)\"]", c->err));
    for (size_t i = 0; i < node->item_count; i++) {
        ZKL_TRY(zkl_claim_list_add(&list, text_of(&node->items[i]), c->err));
        const zkl_claim_finding *finding = &list.findings[list.count - 1];
        if (finding->status != ZKL_OK)
            return zkl_toml_fail(&node->items[i], c->err, "'%s' is no claim: %s",
                                 text_of(&node->items[i]), finding->reason ? finding->reason : "");
    }
    if (!c->verdict)
        return ZKL_OK;
    ZKL_TRY(gather_claims(&proven, c));
    for (size_t i = 0; i < list.count; i++)
        ZKL_TRY(ask_claim(c, &proven, &list, i));
    return ZKL_OK;
}

/* ---- The file. */

/* In the order in which they are asked. */
static const struct {
    const char *key;
    zkl_status (*ask)(policy_check *c, const zkl_toml_node *node);
} requirements[] = {
    { "names", ask_name },
    { "rows_at_least", ask_rows },
    { "columns", ask_columns },
    { "signers", ask_signers },
    { "setup", ask_setup },
    { "parties", ask_parties },
    { "witnesses", ask_witnesses },
    { "clocks", ask_clocks },
    { "existed_by", ask_existed_by },
    { "max_age", ask_age },
    { "standing_max_age", ask_standing_age },
    { "latest", ask_latest },
    { "not_revoked", ask_not_revoked },
    { "data_checked", ask_data },
    { "no_empty_claims", ask_no_empty },
    { "claims", ask_claims },
};

static zkl_status check_members(const zkl_toml_node *root, zkl_error *err)
{
    const char *known[ZKL_COUNT(requirements) + 2] = { "version", "about" };
    int64_t version = 0;
    for (size_t i = 0; i < ZKL_COUNT(requirements); i++)
        known[2 + i] = requirements[i].key;
    ZKL_TRY(zkl_toml_refuse_unknown(root, known, ZKL_COUNT(known), err));
    ZKL_TRY(zkl_toml_get_integer(&version, root, "version", err));
    if (!zkl_toml_find(root, "version"))
        return zkl_fail(err, ZKL_BAD_INPUT, "no `version`, which is 1");
    return version == 1 ? ZKL_OK
                        : zkl_toml_fail(zkl_toml_find(root, "version"), err, "version is 1");
}

/* Every member is read, also behind one that is not met: a mistake in the file is told whatever the
 * receipt is. */
static zkl_status ask_all(policy_check *c, const zkl_toml_node *root)
{
    const char *about = "";
    ZKL_TRY(check_members(root, c->err));
    ZKL_TRY(zkl_toml_get_text(&about, root, "about", c->err));
    c->out->about = zkl_arena_text(&c->out->memory, about, strlen(about));
    if (!c->out->about)
        return zkl_no_memory(c->err, strlen(about));
    for (size_t i = 0; i < ZKL_COUNT(requirements); i++) {
        const zkl_toml_node *node = zkl_toml_find(root, requirements[i].key);
        c->out->asked_count += node ? 1 : 0;
        if (node)
            ZKL_TRY(requirements[i].ask(c, node));
    }
    if (!c->out->asked_count)
        return zkl_fail(c->err, ZKL_BAD_INPUT, "it asks for nothing");
    c->out->all_missing = c->missing;
    c->out->missing_count = c->count;
    c->out->missing = c->count ? c->missing[0] : NULL;
    c->out->is_met = !c->count;
    return ZKL_OK;
}

/* verdict: NULL where the file alone is read. */
static zkl_status hold_against(zkl_policy_answer *out, const zkl_verify_result *verdict,
                               zkl_bytes policy, const char *name, const zkl_env *env,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    policy_check check = {
        .out = out, .verdict = verdict, .env = env, .memory = &memory, .err = err
    };
    *out = (zkl_policy_answer){ 0 };
    zkl_sha256(&out->sha256, policy.data, policy.size);
    zkl_status status = zkl_toml_parse(&toml, policy, err);
    if (status == ZKL_OK)
        status = ask_all(&check, zkl_toml_root(toml));
    if (status == ZKL_OK)
        return ZKL_OK;
    zkl_arena_clear(&out->memory);
    *out = (zkl_policy_answer){ 0 };
    return name ? zkl_wrap(err, status, "policy '%s'", name) : status;
}

zkl_status zkl_verify_policy(zkl_policy_answer *out, const zkl_verify_result *verdict,
                             zkl_bytes policy, const char *name, const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(verdict->name && verdict->schema.data); /* of a receipt that was verified */
    return hold_against(out, verdict, policy, name, env, err);
}

zkl_status zkl_verify_policy_check_text(zkl_bytes policy, const char *name, zkl_error *err)
{
    zkl_policy_answer none;
    const zkl_status status = hold_against(&none, NULL, policy, name, NULL, err);
    zkl_arena_clear(&none.memory);
    return status;
}
