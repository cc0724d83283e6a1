/* Rules from TOML, and the one decision over them. */
#include "daemon/roles.h"

#include <string.h>

#include "base/arena.h"
#include "toml/toml.h"

struct daemon_roles {
    zkl_arena memory;
    daemon_role *all;
    size_t count;
    daemon_roles *before; /* NULL: none */
};

typedef struct permission {
    const char *text;
    bool of_service;
} permission;

static const permission permissions[] = {
#define PERMISSION(text, of_service, about) { text, of_service },
    DAEMON_PERMISSIONS(PERMISSION)
#undef PERMISSION
};

/* The requirement's four, with what is the ledger's besides. `service` is for programs that check
 * what others sent: one that writes is given `developer`, or a role of its own. */
static const char built_in[] =
    "[roles.admin]\n"
    "description = 'everything of the organisation'\n"
    "allow = ['*']\n"
    "[roles.developer]\n"
    "description = 'notarises and proves; sees what it began itself'\n"
    "allow = ['jobs:* in own', 'checkpoints:read', 'cluster:read', 'completions:create',\n"
    "         'datasets:*', 'log:*', 'ledgers:read', 'operations:* in own', 'files:* in own',\n"
    "         'folders:read', 'access:explain in own', 'sessions:* in own',\n"
    "         'api:read']\n"
    "[roles.viewer]\n"
    "description = 'reads and verifies'\n"
    "allow = ['jobs:read', 'cluster:read', 'usage:read',\n"
    "         'datasets:read', 'datasets:verify', 'log:read', 'ledgers:read',\n"
    "         'operations:* in own', 'files:* in own', 'access:explain in own', 'sessions:* in "
    "own',\n"
    "         'api:read']\n"
    "[roles.service]\n"
    "description = 'for programs that verify'\n"
    "allow = ['completions:create', 'datasets:verify', 'log:read',\n"
    "         'operations:* in own', 'files:* in own', 'access:explain in own', 'sessions:* in "
    "own',\n"
    "         'api:read']\n";

static const char *const reason_texts[] = {
    [DAEMON_ALLOWED] = "a rule allows it",
    [DAEMON_DENIED] = "a rule denies it",
    [DAEMON_NOT_SAID] = "no rule allows it",
    [DAEMON_NARROWED] = "the key's scopes leave it out",
    [DAEMON_NO_ROLE] = "there is no such role",
    [DAEMON_NO_PERMISSION] = "there is no such permission",
    [DAEMON_FOREIGN] = "it is another organisation's",
    [DAEMON_OF_THE_SERVICE] = "it is for the organisation that runs the service",
};

const char *daemon_reason_text(daemon_reason reason)
{
    ZKL_ASSERT((size_t)reason < ZKL_COUNT(reason_texts));
    return reason_texts[reason];
}

/* ---- texts */

bool daemon_pattern_fits(const char *pattern, const char *text)
{
    const char *star = NULL, *again = NULL; /* the newest '*', and where its run ended last */
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            again = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++again;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

bool daemon_permission_is_pattern(const char *pattern)
{
    for (size_t i = 0; i < ZKL_COUNT(permissions); i++)
        if (daemon_pattern_fits(pattern, permissions[i].text))
            return true;
    return false;
}

bool daemon_name_is_good(const char *name)
{
    static const char good[] = "_.-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const size_t size = strlen(name);
    return size && size < DAEMON_NAME_BYTES && strspn(name, good) == size &&
           !strchr("_.-", name[0]);
}

/* ---- parsing */

/* "PERMISSION" or "PERMISSION in SCOPE". */
static zkl_status take_rule(daemon_rule *out, zkl_arena *memory, const zkl_toml_node *item,
                            zkl_error *err)
{
    static const struct {
        const char *begins;
        daemon_rule_scope scope;
    } named[] = { { "dataset:", DAEMON_IN_DATASET }, { "project:", DAEMON_IN_PROJECT } };
    const char *const text = (const char *)item->text.data;
    if (item->kind != ZKL_TOML_STRING || strlen(text) != item->text.size)
        return zkl_toml_fail(item, err, "a rule is a text");
    const char *const in = strstr(text, " in "), *const scope = in ? in + 4 : "organisation";
    out->text = zkl_arena_text(memory, text, item->text.size);
    out->permission = zkl_arena_text(memory, text, in ? (size_t)(in - text) : item->text.size);
    if (!out->text || !out->permission)
        return zkl_no_memory(err, item->text.size);
    if (!daemon_permission_is_pattern(out->permission))
        return zkl_toml_fail(item, err, "'%s' fits no permission", out->permission);
    if (strcmp(scope, "organisation") == 0)
        return ZKL_OK; /* the scope of all zeros */
    if (strcmp(scope, "own") == 0) {
        out->scope = DAEMON_IN_OWN;
        return ZKL_OK;
    }
    for (size_t i = 0; i < ZKL_COUNT(named); i++) {
        const size_t size = strlen(named[i].begins);
        if (strncmp(scope, named[i].begins, size) != 0 || !scope[size])
            continue;
        out->scope = named[i].scope;
        out->pattern = zkl_arena_text(memory, scope + size, strlen(scope + size));
        return out->pattern ? ZKL_OK : zkl_no_memory(err, item->text.size);
    }
    return zkl_toml_fail(
        item, err, "'%s' is no scope: organisation, own, dataset:PATTERN, project:PATTERN", scope);
}

/* Those of `deny` stand before those of `allow`. */
static zkl_status take_rules(daemon_role *role, zkl_arena *memory, const zkl_toml_node *table,
                             zkl_error *err)
{
    const zkl_toml_node *deny = NULL, *allow = NULL;
    ZKL_TRY(zkl_toml_get_array(&deny, table, "deny", err));
    ZKL_TRY(zkl_toml_get_array(&allow, table, "allow", err));
    const size_t deny_count = deny ? deny->item_count : 0;
    const size_t count = deny_count + (allow ? allow->item_count : 0);
    if (count > DAEMON_RULES_MAX)
        return zkl_toml_fail(table, err, "a role has at most %d rules", DAEMON_RULES_MAX);
    daemon_rule *const rules = ZKL_ARENA_NEW(memory, daemon_rule, count);
    if (!rules)
        return zkl_no_memory(err, count * sizeof *rules);
    for (size_t i = 0; i < count; i++) {
        rules[i].denies = i < deny_count;
        ZKL_TRY(take_rule(&rules[i], memory,
                          i < deny_count ? &deny->items[i] : &allow->items[i - deny_count], err));
    }
    role->rules = rules;
    role->rule_count = count;
    return ZKL_OK;
}

static zkl_status take_text(const char **out, zkl_arena *memory, const zkl_toml_node *table,
                            const char *key, zkl_error *err)
{
    ZKL_TRY(zkl_toml_get_text(out, table, key, err));
    if (!*out)
        return ZKL_OK;
    *out = zkl_arena_text(memory, *out, strlen(*out));
    return *out ? ZKL_OK : zkl_no_memory(err, 0);
}

static const daemon_role *find_name(const daemon_roles *roles, const char *name)
{
    for (size_t i = 0; i < roles->count; i++)
        if (strcmp(roles->all[i].name, name) == 0)
            return &roles->all[i];
    return NULL;
}

static zkl_status take_role(daemon_roles *roles, const zkl_toml_node *table, bool is_built_in,
                            zkl_error *err)
{
    static const char *const known[] = { "description", "organisation", "allow", "deny" };
    const char *const name = (const char *)table->key.data;
    daemon_role role = { .description = "", .is_built_in = is_built_in };
    if (table->kind != ZKL_TOML_TABLE)
        return zkl_toml_fail(table, err, "a role is a table");
    if (strlen(name) != table->key.size || !daemon_name_is_good(name))
        return zkl_toml_fail(table, err, "'%s' is no name of a role", name);
    if (find_name(roles, name)) /* TOML has no key twice */
        return zkl_toml_fail(table, err, "role '%s' is built in", name);
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    role.name = zkl_arena_text(&roles->memory, name, table->key.size);
    if (!role.name)
        return zkl_no_memory(err, table->key.size);
    ZKL_TRY(take_text(&role.description, &roles->memory, table, "description", err));
    ZKL_TRY(take_text(&role.organisation, &roles->memory, table, "organisation", err));
    if (role.organisation && !daemon_name_is_good(role.organisation))
        return zkl_toml_fail(table, err, "'%s' is no name of an organisation", role.organisation);
    ZKL_TRY(take_rules(&role, &roles->memory, table, err));
    roles->all[roles->count++] = role;
    return ZKL_OK;
}

static zkl_status take_file(daemon_roles *roles, zkl_bytes text, bool is_built_in, zkl_error *err)
{
    static const char *const known[] = { "roles" };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    const zkl_toml_node *table = NULL;
    ZKL_TRY(zkl_toml_parse(&toml, text, err));
    ZKL_TRY(zkl_toml_refuse_unknown(zkl_toml_root(toml), known, ZKL_COUNT(known), err));
    ZKL_TRY(zkl_toml_get_table(&table, zkl_toml_root(toml), "roles", err));
    const size_t count = table ? table->item_count : 0;
    if (count > DAEMON_ROLES_MAX)
        return zkl_toml_fail(table, err, "there are at most %d roles", DAEMON_ROLES_MAX);
    daemon_role *const all = ZKL_ARENA_NEW(&roles->memory, daemon_role, roles->count + count);
    if (!all)
        return zkl_no_memory(err, count * sizeof *all);
    for (size_t i = 0; i < roles->count; i++)
        all[i] = roles->all[i];
    roles->all = all;
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(take_role(roles, &table->items[i], is_built_in, err));
    return ZKL_OK;
}

zkl_status daemon_roles_parse(daemon_roles **out, zkl_bytes text, zkl_error *err)
{
    daemon_roles *const roles = zkl_calloc(1, sizeof *roles);
    if (!roles)
        return zkl_no_memory(err, sizeof *roles);
    zkl_status status = take_file(roles, zkl_bytes_of_text(built_in), true, err);
    if (status == ZKL_OK)
        status = take_file(roles, text, false, err);
    if (status == ZKL_OK) {
        *out = roles;
        return ZKL_OK;
    }
    daemon_roles_free(roles);
    return status;
}

void daemon_roles_free(daemon_roles *roles)
{
    while (roles) {
        daemon_roles *const before = roles->before;
        zkl_arena_clear(&roles->memory);
        zkl_free(roles);
        roles = before;
    }
}

void daemon_roles_keep(daemon_roles *roles, daemon_roles *before)
{
    ZKL_ASSERT(!roles->before);
    roles->before = before;
}

const daemon_role *daemon_roles_find(const daemon_roles *roles, const char *name,
                                     const char *organisation)
{
    const daemon_role *const role = find_name(roles, name);
    const bool is_seen =
        role && (!role->organisation || strcmp(role->organisation, organisation) == 0);
    return is_seen ? role : NULL;
}

bool daemon_roles_have(const daemon_roles *roles, const char *name, const char *organisation)
{
    return organisation ? daemon_roles_find(roles, name, organisation) != NULL
                        : find_name(roles, name) != NULL;
}

static json_t *put_rules(const daemon_role *role, bool denies)
{
    json_t *const out = json_array();
    for (size_t i = 0; out && i < role->rule_count; i++)
        if (role->rules[i].denies == denies)
            json_array_append_new(out, json_string(role->rules[i].text));
    return out;
}

json_t *daemon_roles_list(const daemon_roles *roles, const char *organisation)
{
    json_t *const all = json_array();
    for (size_t i = 0; all && i < roles->count; i++) {
        const daemon_role *const role = daemon_roles_find(roles, roles->all[i].name, organisation);
        if (role)
            json_array_append_new(all, json_pack("{s:s, s:s, s:b, s:o, s:o}", "name", role->name,
                                                 "description", role->description, "built_in",
                                                 role->is_built_in, "allow", put_rules(role, false),
                                                 "deny", put_rules(role, true)));
    }
    return all;
}

/* ---- deciding */

/* A pattern or a name beside what is asked for. Rule 3 of the header: what is not known fits a rule
 * that denies. */
static bool fits_scope(const daemon_rule *rule, const daemon_identity *who,
                       const daemon_resource *resource)
{
    const char *named = NULL;
    switch (rule->scope) {
    case DAEMON_IN_ORGANISATION:
        return true;
    case DAEMON_IN_OWN:
        return resource->owner ? strcmp(resource->owner, who->id) == 0 : rule->denies;
    case DAEMON_IN_DATASET:
        named = resource->dataset;
        break;
    case DAEMON_IN_PROJECT:
        named = resource->ledger;
        break;
    }
    return named ? daemon_pattern_fits(rule->pattern, named) : rule->denies;
}

/* The first rule that denies, else the first that allows; NULL: none says anything. */
static const daemon_rule *find_rule(const daemon_role *role, const daemon_identity *who,
                                    const char *text, const daemon_resource *resource)
{
    for (size_t i = 0; i < role->rule_count; i++) { /* those that deny stand first */
        const daemon_rule *const rule = &role->rules[i];
        if (daemon_pattern_fits(rule->permission, text) && fits_scope(rule, who, resource))
            return rule;
    }
    return NULL;
}

static const permission *find_permission(const char *text)
{
    for (size_t i = 0; text && i < ZKL_COUNT(permissions); i++)
        if (strcmp(permissions[i].text, text) == 0)
            return &permissions[i];
    return NULL;
}

/* scopes: patterns with spaces between them; none: all that the role allows. */
static bool is_in_scopes(const char *scopes, const char *text)
{
    char pattern[DAEMON_SCOPES_BYTES];
    const char *at = scopes + strspn(scopes, " ");
    if (!*at)
        return true;
    for (; *at; at += strspn(at, " ")) {
        const size_t size = strcspn(at, " ");
        ZKL_ASSERT(size < sizeof pattern); /* an identity holds no longer ones */
        memcpy(pattern, at, size);
        pattern[size] = 0;
        if (daemon_pattern_fits(pattern, text))
            return true;
        at += size;
    }
    return false;
}

void daemon_roles_decide(daemon_decision *out, const daemon_roles *roles,
                         const daemon_identity *who, const char *text,
                         const daemon_resource *resource)
{
    const permission *const known = find_permission(text);
    const daemon_role *const role = daemon_roles_find(roles, who->role, who->org);
    *out = (daemon_decision){ .role = role };
    if (!known) {
        out->reason = DAEMON_NO_PERMISSION;
    } else if (!resource->organisation || strcmp(resource->organisation, who->org) != 0) {
        out->reason = DAEMON_FOREIGN;
    } else if (!role) {
        out->reason = DAEMON_NO_ROLE;
    } else if (known->of_service && strcmp(who->org, DAEMON_OWN_ORGANISATION) != 0) {
        out->reason = DAEMON_OF_THE_SERVICE;
    } else {
        out->rule = find_rule(role, who, text, resource);
        if (!out->rule)
            out->reason = DAEMON_NOT_SAID;
        else if (out->rule->denies)
            out->reason = DAEMON_DENIED;
        else if (!is_in_scopes(who->scopes, text))
            out->reason = DAEMON_NARROWED;
    }
    out->allowed = out->reason == DAEMON_ALLOWED && out->rule;
}

/* Whatever it is asked for. */
static bool may_anywhere(const daemon_role *role, const daemon_identity *who, const permission *p)
{
    bool allows = false;
    for (size_t i = 0; i < role->rule_count; i++)
        allows |= !role->rules[i].denies && daemon_pattern_fits(role->rules[i].permission, p->text);
    return allows && is_in_scopes(who->scopes, p->text) &&
           (!p->of_service || strcmp(who->org, DAEMON_OWN_ORGANISATION) == 0);
}

bool daemon_roles_cover(const char **missing, const daemon_roles *roles,
                        const daemon_identity *giver, const daemon_identity *key)
{
    const daemon_resource all = { .organisation = giver->org };
    const daemon_role *const role = daemon_roles_find(roles, key->role, key->org);
    for (size_t i = 0; role && i < ZKL_COUNT(permissions); i++) {
        daemon_decision decision;
        if (!may_anywhere(role, key, &permissions[i]))
            continue;
        daemon_roles_decide(&decision, roles, giver, permissions[i].text, &all);
        *missing = permissions[i].text;
        if (!decision.allowed)
            return false;
    }
    *missing = NULL;
    return true;
}
