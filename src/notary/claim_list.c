/* The claims that somebody asks for: parsed before anything is read, compared with the header, and
 * gathered with what is wrong with them. No kind of claim has a name here. */
#include "notary/claim_list.h"

#include <stdio.h>
#include <string.h>

#include "text/nearest.h"
#include "toml/toml.h"

void zkl_claim_list_clear(zkl_claim_list *list)
{
    zkl_arena_clear(&list->memory);
    *list = (zkl_claim_list){ 0 };
}

/* Room for all that there may be, once: pieces of a plan borrow from the claims, so a list does not
 * move. Values that claims ask for are put in later, so all of it is secret. */
static zkl_status make_room(zkl_claim_list *list, zkl_error *err)
{
    if (list->findings)
        return ZKL_OK;
    list->memory.is_secret = true;
    list->claims = ZKL_ARENA_NEW(&list->memory, zkl_claim, ZKL_CLAIM_LIST_MAX);
    list->texts = ZKL_ARENA_NEW(&list->memory, const char *, ZKL_CLAIM_LIST_MAX);
    list->findings = ZKL_ARENA_NEW(&list->memory, zkl_claim_finding, ZKL_CLAIM_LIST_MAX);
    list->least_values = ZKL_ARENA_NEW(&list->memory, uint64_t, ZKL_CLAIM_LIST_MAX);
    return list->claims && list->texts && list->findings && list->least_values
               ? ZKL_OK
               : zkl_no_memory(err, ZKL_CLAIM_LIST_MAX * sizeof *list->claims);
}

/* ---- Texts. */

/* "; did you mean 'range'?" behind what is wrong with a claim whose first word is no kind of
 * claim. */
static void hint_word(zkl_error *why, const char *text)
{
    char hint[ZKL_NEAREST_HINT_BYTES];
    const char *start = text + strspn(text, " \t"), *name;
    const zkl_bytes word = zkl_bytes_of(start, strcspn(start, " \t("));
    zkl_nearest nearest = zkl_nearest_to(word);
    for (size_t i = 0; (name = zkl_claim_word(i)) != NULL; i++) {
        if (zkl_bytes_equal_text(word, name))
            return;
        zkl_nearest_try(&nearest, zkl_bytes_of_text(name));
    }
    zkl_fail(why, why->status, "%s%s", why->text, zkl_nearest_hint(hint, &nearest));
}

/* The last word of the text, which is shortened by it and the blanks before. Empty: there is
 * none. */
static zkl_bytes take_last_word(zkl_bytes *text)
{
    size_t start = text->size, end;
    while (start && text->data[start - 1] != ' ' && text->data[start - 1] != '\t')
        start--;
    const zkl_bytes word = { text->data + start, text->size - start };
    for (end = start; end && (text->data[end - 1] == ' ' || text->data[end - 1] == '\t'); end--)
        continue;
    text->size = end;
    return word;
}

/* "at least 10 values" at the end of a claim, "at least 1 value": the text is what stands before
 * it. No claim ends so: literals with blanks are quoted. *least: 0 when it is not there. */
static zkl_status read_least_values(uint64_t *least, zkl_bytes *text, zkl_error *err)
{
    zkl_bytes rest = *text;
    *least = 0;
    while (rest.size && (rest.data[rest.size - 1] == ' ' || rest.data[rest.size - 1] == '\t'))
        rest.size--;
    const zkl_bytes unit = take_last_word(&rest), number = take_last_word(&rest),
                    word = take_last_word(&rest), at = take_last_word(&rest);
    if (!(zkl_bytes_equal_text(unit, "values") || zkl_bytes_equal_text(unit, "value")) ||
        !zkl_bytes_equal_text(word, "least") || !zkl_bytes_equal_text(at, "at"))
        return ZKL_OK;
    for (size_t i = 0; i < number.size; i++) {
        const unsigned digit = (unsigned)number.data[i] - '0';
        if (digit > 9 || *least > (UINT64_MAX - digit) / 10)
            return zkl_fail(err, ZKL_USAGE, "'%.*s' is no number of values", (int)number.size,
                            (const char *)number.data);
        *least = 10 * *least + digit;
    }
    *text = rest;
    return *least ? ZKL_OK : zkl_fail(err, ZKL_USAGE, "at least 0 values says nothing");
}

/* A text that cannot be parsed stays in the list as a claim without columns, so that numbers are
 * those of the caller's order. It is refused by the next judgement. */
zkl_status zkl_claim_list_add(zkl_claim_list *list, const char *text, zkl_error *err)
{
    ZKL_TRY(make_room(list, err));
    if (list->count == ZKL_CLAIM_LIST_MAX)
        return zkl_fail(err, ZKL_LIMIT, "more than %d claims", ZKL_CLAIM_LIST_MAX);
    const char *copy = zkl_arena_text(&list->memory, text, strlen(text));
    if (!copy)
        return zkl_no_memory(err, strlen(text));
    zkl_error why = { 0 };
    const size_t number = list->count++;
    list->texts[number] = copy;
    zkl_bytes claim = zkl_bytes_of_text(copy);
    zkl_status status = read_least_values(&list->least_values[number], &claim, &why);
    if (status == ZKL_OK)
        status = zkl_claim_parse(&list->claims[number], &list->memory, claim, &why);
    if (status == ZKL_OK)
        return ZKL_OK;
    if (status == ZKL_USAGE)
        hint_word(&why, copy);
    const zkl_claim_finding finding = { .fault = ZKL_CLAIM_MAKES_NO_SENSE,
                                        .status = status,
                                        .reason = why.text };
    return zkl_claim_list_note(list, number, &finding, err);
}

/* A claim with a zero byte would be cut where C ends a text, so it is none. */
zkl_status zkl_claim_list_add_file(zkl_claim_list *list, const char *path, zkl_error *err)
{
    static const char *const known[] = { "claims" };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    const zkl_toml_node *claims = NULL;
    ZKL_TRY(zkl_toml_read(&toml, path, err));
    zkl_status status = zkl_toml_refuse_unknown(zkl_toml_root(toml), known, 1, err);
    if (status == ZKL_OK)
        status = zkl_toml_get_array(&claims, zkl_toml_root(toml), "claims", err);
    if (status == ZKL_OK && !claims)
        status = zkl_fail(err, ZKL_BAD_INPUT, "no array `claims`");
    for (size_t i = 0; status == ZKL_OK && i < claims->item_count; i++) {
        const zkl_toml_node *item = &claims->items[i];
        if (item->kind != ZKL_TOML_STRING || memchr(item->text.data, 0, item->text.size))
            status = zkl_toml_fail(item, err, "a claim is a string such as \"range(age, 0, 120)\"");
        else
            status = zkl_claim_list_add(list, (const char *)item->text.data, err);
    }
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", path);
}

static zkl_status add_text(void *list, const char *text, zkl_error *err)
{
    return zkl_claim_list_add(list, text, err);
}

zkl_status zkl_claim_list_add_policy(zkl_claim_list *list, const zkl_policy_choice *choice,
                                     zkl_error *err)
{
    zkl_policy_info policy;
    const size_t before = list->count;
    const zkl_policy_sink sink = { add_text, list };
    ZKL_ASSERT(!list->policy.name); /* one a list */
    ZKL_TRY(zkl_policy_read(&policy, &list->memory, choice->policy, err));
    ZKL_TRY(zkl_policy_fill(&policy, choice, &sink, err));
    list->policy = (zkl_policy_use){ .name = policy.name,
                                     .sha256 = policy.sha256,
                                     .claim_count = list->count - before };
    list->policy_at = before;
    return ZKL_OK;
}

zkl_status zkl_claim_list_ask(zkl_claim_list *list, const zkl_asked_claims *asked, zkl_error *err)
{
    for (size_t i = 0; i < asked->count; i++)
        ZKL_TRY(zkl_claim_list_add(list, asked->texts[i], err));
    if (asked->file)
        ZKL_TRY(zkl_claim_list_add_file(list, asked->file, err));
    if (asked->policy.policy)
        ZKL_TRY(zkl_claim_list_add_policy(list, &asked->policy, err));
    else if (asked->policy.setting_count)
        return zkl_fail(err, ZKL_USAGE, "there is no policy that '%s' could be a setting of",
                        asked->policy.settings[0]);
    return zkl_claim_list_judge(list, err);
}

/* ---- Columns. */

static bool is_among(zkl_bytes name, const zkl_bytes *names, size_t count)
{
    size_t at = 0;
    while (at < count && !zkl_bytes_equal(names[at], name))
        at++;
    return at < count;
}

/* Note the claim's columns that are not among the names, each with the one that was meant
 * perhaps: to compare with all of them takes its time, so it is done for these alone. */
static zkl_status check_claim_columns(zkl_claim_list *list, size_t number, const zkl_bytes *names,
                                      size_t count, zkl_error *err)
{
    for (size_t k = 0; k < list->claims[number].column_count; k++) {
        const zkl_bytes name = list->claims[number].columns[k].name;
        char hint[ZKL_NEAREST_HINT_BYTES];
        zkl_nearest nearest = zkl_nearest_to(name);
        zkl_error why = { 0 };
        if (list->claims[number].columns[k].dataset || is_among(name, names, count))
            continue; /* another dataset's, or there */
        for (size_t at = 0; at < count; at++)
            zkl_nearest_try(&nearest, names[at]);
        (void)zkl_fail(&why, ZKL_NOT_FOUND, "there is no column '%.*s'%s", /* noted */
                       (int)(name.size < 200 ? name.size : 200), (const char *)name.data,
                       zkl_nearest_hint(hint, &nearest));
        const zkl_claim_finding finding = { .fault = ZKL_CLAIM_MAKES_NO_SENSE,
                                            .status = ZKL_NOT_FOUND,
                                            .reason = why.text };
        ZKL_TRY(zkl_claim_list_note(list, number, &finding, err));
    }
    return ZKL_OK;
}

/* While rows are still to be read: a misspelt column ends a long reading before it begins. JSON has
 * no header, so its caller asks again with the schema. */
zkl_status zkl_claim_list_check_columns(void *opaque, const zkl_bytes *names, size_t count,
                                        zkl_error *err)
{
    zkl_claim_list *list = opaque;
    for (size_t i = 0; i < list->count; i++)
        ZKL_TRY(check_claim_columns(list, i, names, count, err));
    return zkl_claim_list_judge(list, err);
}

/* ---- Faults. */

/* Else it ends the whole, whatever the claims are. */
static bool is_of_the_claim(zkl_status status)
{
    return status == ZKL_REJECTED || status == ZKL_USAGE || status == ZKL_NOT_FOUND ||
           status == ZKL_NOT_SUPPORTED || status == ZKL_LIMIT;
}

/* The first fault stays, because later ones often follow from it. Rows add up: spans of one claim
 * are disjoint. */
zkl_status zkl_claim_list_note(zkl_claim_list *list, size_t number,
                               const zkl_claim_finding *finding, zkl_error *err)
{
    ZKL_ASSERT(number < list->count && finding->status != ZKL_OK);
    zkl_claim_finding *known = &list->findings[number];
    const char *reason = finding->reason;
    if (!is_of_the_claim(finding->status))
        return zkl_fail(err, finding->status, "'%s': %s", list->texts[number],
                        reason ? reason : "");
    if (known->status == ZKL_OK)
        *known = (zkl_claim_finding){ .fault = finding->fault, .status = finding->status };
    known->rows += finding->rows;
    if (!reason || known->reason)
        return ZKL_OK;
    known->hint = finding->hint;
    known->reason = zkl_arena_text(&list->memory, reason, strlen(reason));
    return known->reason ? ZKL_OK : zkl_no_memory(err, strlen(reason));
}

/* A mistake of the caller comes before a matter of the data, and that before one of the proof. */
static int weight_of(zkl_claim_fault fault)
{
    return fault == ZKL_CLAIM_MAKES_NO_SENSE ? 2 : fault != ZKL_CLAIM_HAS_NO_PROOF;
}

/* How many claims have a fault, and which is said: the first of the greatest weight. */
static size_t count_faults(size_t *said, const zkl_claim_list *list)
{
    size_t count = 0;
    *said = 0;
    for (size_t i = 0; i < list->count; i++) {
        const zkl_claim_finding *finding = &list->findings[i];
        if (finding->status == ZKL_OK)
            continue;
        if (count++ == 0 || weight_of(finding->fault) > weight_of(list->findings[*said].fault))
            *said = i;
    }
    return count;
}

/* One sentence of the fault that is said, and how many more there are. No value of the table is in
 * it: rows are counted, not shown. */
zkl_status zkl_claim_list_judge(zkl_claim_list *list, zkl_error *err)
{
    static const char *const verbs[] = { [ZKL_CLAIM_IS_FALSE] = " is false",
                                         [ZKL_CLAIM_IS_EMPTY] = " says nothing",
                                         [ZKL_CLAIM_MAKES_NO_SENSE] = "",
                                         [ZKL_CLAIM_HAS_NO_PROOF] = "" };
    size_t said;
    const size_t count = count_faults(&said, list);
    if (!count)
        return ZKL_OK;
    list->is_refused = true;
    const zkl_claim_finding *finding = &list->findings[said];
    const bool counts_rows = finding->rows && !finding->reason;
    char rows[64] = "", more[64] = "";
    if (counts_rows)
        snprintf(rows, sizeof rows, "%llu offending row%s", (unsigned long long)finding->rows,
                 finding->rows == 1 ? "" : "s");
    if (count > 1)
        snprintf(more, sizeof more, "; %zu more claim%s refused", count - 1,
                 count == 2 ? " is" : "s are");
    return zkl_fail_hint(err, finding->status, finding->hint, "'%s'%s: %s%s; nothing was recorded",
                         list->texts[said], verbs[finding->fault],
                         counts_rows ? rows : finding->reason, more);
}

/* By number: the schema file's claims come behind, so the policy's place is remembered. */
zkl_status zkl_claim_list_policy(zkl_policy_use *out, zkl_arena *memory, const zkl_claim_list *list,
                                 zkl_error *err)
{
    *out = list->policy;
    if (!list->policy.name)
        return ZKL_OK;
    ZKL_ASSERT(list->policy_at + list->policy.claim_count <= list->count);
    for (size_t i = 0; i < list->policy.claim_count; i++)
        out->refused_count += list->findings[list->policy_at + i].status != ZKL_OK;
    out->name = zkl_arena_text(memory, list->policy.name, strlen(list->policy.name));
    return out->name ? ZKL_OK : zkl_no_memory(err, strlen(list->policy.name));
}

/* Copies, since the result outlives the list. */
zkl_status zkl_claim_list_problems(const zkl_claim_problem **out, size_t *count, zkl_arena *memory,
                                   const zkl_claim_list *list, zkl_error *err)
{
    size_t said, at = 0;
    *count = count_faults(&said, list);
    zkl_claim_problem *problems = ZKL_ARENA_NEW(memory, zkl_claim_problem, *count);
    if (!problems)
        return zkl_no_memory(err, *count * sizeof *problems);
    for (size_t i = 0; i < list->count; i++) {
        const zkl_claim_finding *finding = &list->findings[i];
        const char *text = list->texts[i], *reason = finding->reason;
        if (finding->status == ZKL_OK)
            continue;
        problems[at] =
            (zkl_claim_problem){ .claim = zkl_arena_text(memory, text, strlen(text)),
                                 .fault = finding->fault,
                                 .row_count = finding->rows,
                                 .hint = finding->hint,
                                 .reason = reason ? zkl_arena_text(memory, reason, strlen(reason))
                                                  : NULL };
        if (!problems[at].claim || (reason && !problems[at].reason))
            return zkl_no_memory(err, strlen(text));
        at++;
    }
    ZKL_ASSERT(at == *count);
    *out = problems;
    return ZKL_OK;
}
