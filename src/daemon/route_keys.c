/* Paths of API keys: those of the caller's organisation. */
#include "daemon/pages.h"
#include "daemon/request.h"
#include "daemon/send_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/env.h"

#define HOUR_MS 3600000
#define DAY_MS (24 * (int64_t)HOUR_MS)
#define OVERLAP_HOURS_MAX 720
#define DAYS_MAX 36500
#define EDITS_MAX 10       /* tries of one: each that fails is another one that did not */
#define SCOPES_MAX 12      /* permissions are short: so many fit into DAEMON_SCOPES_BYTES */
#define PREFIX_CHARS_MIN 8 /* as many as are kept of a key */

static void list_keys(daemon_request *q)
{
    json_t *const all = daemon_access_list(q->daemon->access, q->who.org, NULL);
    size_t i;
    json_t *one;
    json_array_foreach(all, i, one)
    {
        const char *const id = json_string_value(json_object_get(one, "id"));
        json_object_set_new(one, "second_factor",
                            json_boolean(id && daemon_factors_has(q->daemon->factors, id)));
    }
    daemon_send_page(q, "keys", "id", all);
}

/* A key that was found somewhere is known by how it begins. */
static void list_leaked(daemon_request *q)
{
    json_t *const prefixes = daemon_query_all(q, "prefix");
    const char *const prefix = json_string_value(json_array_get(prefixes, 0));
    if (json_array_size(prefixes) != 1 || !prefix || strlen(prefix) < PREFIX_CHARS_MIN)
        daemon_problem(q->exchange, ZKL_USAGE, "the query has one prefix, of 8 characters or more");
    else
        daemon_json(
            q->exchange, 200, NULL,
            json_pack("{s:o}", "keys", daemon_access_list(q->daemon->access, q->who.org, prefix)));
    json_decref(prefixes);
}

/* ---- making */

/* One of the settings, or of those that are there without. */
static bool is_tier(const daemon_request *q, const char *name)
{
    return strcmp(daemon_tier_find(daemon_limits_now(q->daemon), name)->name, name) == 0;
}

/* Patterns with a space between them, of permissions that there are; none: all of its role. */
static zkl_status take_scopes(daemon_identity *key, const json_t *scopes, zkl_error *err)
{
    size_t size = 0;
    if (!json_is_array(scopes) || json_array_size(scopes) > SCOPES_MAX)
        return zkl_fail(err, ZKL_USAGE,
                        "'scopes' is a list of at most %d permissions, such as datasets:read",
                        SCOPES_MAX);
    key->scopes[0] = 0;
    for (size_t i = 0; i < json_array_size(scopes); i++) {
        const char *const text = json_string_value(json_array_get(scopes, i));
        if (!text || strchr(text, ' ') || !daemon_permission_is_pattern(text))
            return zkl_fail(err, ZKL_USAGE, "'scopes': '%s' fits no permission",
                            text ? text : "what is no text");
        size += (size_t)snprintf(key->scopes + size, sizeof key->scopes - size, "%s%s",
                                 size ? " " : "", text);
        if (size >= sizeof key->scopes)
            return zkl_fail(err, ZKL_USAGE, "'scopes' has more than %zu bytes",
                            sizeof key->scopes - 1);
    }
    return ZKL_OK;
}

/* A text that is there and fits, of one line: it stands in logs and lists. */
static zkl_status take_text(char *out, size_t room, const json_t *request, const char *member,
                            zkl_error *err)
{
    const char *const text = json_string_value(json_object_get(request, member));
    if (!text || !*text || strlen(text) >= room)
        return zkl_fail(err, ZKL_USAGE, "'%s' is wanted: a text of 1 to %zu bytes", member,
                        room - 1);
    for (const char *c = text; *c; c++)
        if ((uint8_t)*c < ' ')
            return zkl_fail(err, ZKL_USAGE, "'%s' has a control character", member);
    memcpy(out, text, strlen(text) + 1);
    return ZKL_OK;
}

static zkl_status take_days(int64_t *out, const json_t *days, zkl_error *err)
{
    *out = json_integer_value(days);
    if (!json_is_integer(days) || *out < 0 || *out > DAYS_MAX)
        return zkl_fail(err, ZKL_USAGE, "'days' is a whole number, 0 to %d", DAYS_MAX);
    return ZKL_OK;
}

/* Members that a key has, into one that has others already. days: as it was where nothing is said.
 */
static zkl_status take_members(daemon_identity *key, int64_t *days, const daemon_request *q,
                               const json_t *request, zkl_error *err)
{
    const daemon_identity was = *key;
    if (json_object_get(request, "name"))
        ZKL_TRY(take_text(key->name, sizeof key->name, request, "name", err));
    if (json_object_get(request, "role"))
        ZKL_TRY(take_text(key->role, sizeof key->role, request, "role", err));
    if (json_object_get(request, "days"))
        ZKL_TRY(take_days(days, json_object_get(request, "days"), err));
    if (json_object_get(request, "tier"))
        ZKL_TRY(take_text(key->tier, sizeof key->tier, request, "tier", err));
    if (json_object_get(request, "organisation"))
        ZKL_TRY(take_text(key->org, sizeof key->org, request, "organisation", err));
    if (json_object_get(request, "scopes"))
        ZKL_TRY(take_scopes(key, json_object_get(request, "scopes"), err));
    if (!daemon_name_is_good(key->org))
        return zkl_fail(err, ZKL_USAGE,
                        "'organisation' has letters, digits, '.', '_' and '-', 1 to 63");
    if (strcmp(key->tier, was.tier) != 0 && !is_tier(q, key->tier))
        return zkl_fail(err, ZKL_USAGE, "there is no tier '%s'", key->tier);
    if (!daemon_roles_find(q->daemon->roles, key->role, key->org))
        return zkl_fail(err, ZKL_USAGE, "there is no role '%s' (GET /v1/access/roles)", key->role);
    return ZKL_OK;
}

/* A new one: what the request does not say is as the maker's own. */
static zkl_status take_key(daemon_identity *out, int64_t *days, const daemon_request *q,
                           const json_t *request, zkl_error *err)
{
    const json_t *const scopes = json_object_get(request, "scopes");
    *out = (daemon_identity){ 0 };
    snprintf(out->org, sizeof out->org, "%s", q->who.org);
    snprintf(out->tier, sizeof out->tier, "%s", q->who.tier);
    ZKL_TRY(daemon_members_are_known(request, "name role days scopes tier organisation", err));
    ZKL_TRY(take_text(out->name, sizeof out->name, request, "name", err));
    ZKL_TRY(take_text(out->role, sizeof out->role, request, "role", err));
    if (scopes && !json_array_size(scopes)) /* it would be narrowed to nothing */
        return zkl_fail(err, ZKL_USAGE, "'scopes' is a list of permissions, such as datasets:read");
    return take_members(out, days, q, request, err);
}

/* No key is given that may more than the one that asks for it. */
static bool require_cover(daemon_request *q, const daemon_identity *key)
{
    const char *missing;
    char text[128];
    if (daemon_roles_cover(&missing, q->daemon->roles, &q->who, key))
        return true;
    snprintf(text, sizeof text, "that key may '%s', and yours may not in all its organisation",
             missing);
    daemon_problem(q->exchange, ZKL_DENIED, text);
    return false;
}

/* A tier is what an organisation pays for: whoever runs the service says it. */
static bool may_give(daemon_request *q, const daemon_identity *key)
{
    const bool is_foreign = strcmp(key->org, q->who.org) != 0;
    if ((is_foreign || strcmp(key->tier, q->who.tier) != 0) &&
        !daemon_require(q, "organisations:manage", NULL))
        return false;
    return require_cover(q, key);
}

static void audit_key(daemon_request *q, zkl_event_kind kind, zkl_status status, const char *id)
{
    char resource[sizeof "keys/" + sizeof((daemon_identity *)0)->id] = "keys";
    if (*id)
        snprintf(resource, sizeof resource, "keys/%s", id);
    daemon_audit_act(q, kind, status, resource);
}

static void send_secret(daemon_request *q, int code, const char *id, const zkl_buffer *secret)
{
    daemon_json(
        q->exchange, code, NULL,
        json_pack("{s:s, s:s%}", "id", id, "key", (const char *)secret->data, secret->size));
}

static void finish_key(daemon_request *q)
{
    ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
    json_t *const request = daemon_body_json(q);
    const zkl_env *const env = &q->daemon->env;
    daemon_identity key;
    int64_t days = 0;
    zkl_error err = { 0 };
    const zkl_status taken = take_key(&key, &days, q, request, &err);
    json_decref(request);
    if (taken != ZKL_OK) {
        daemon_problem(q->exchange, taken, err.text);
        return;
    }
    if (!may_give(q, &key))
        return;
    const int64_t expires_ms = days ? zkl_env_now_ms(env) + days * DAY_MS : 0;
    const zkl_status status =
        daemon_access_add(&secret, q->daemon->access, &key, expires_ms, env, &err);
    audit_key(q, ZKL_EVENT_KEY_CREATED, status, key.id);
    if (status == ZKL_OK)
        send_secret(q, 201, key.id, &secret);
    else
        daemon_problem(q->exchange, status, err.text);
}

static void post_key(daemon_request *q)
{
    daemon_read_json(q, finish_key);
}

/* ---- one key */

/* A key of the organisation, by the path. false: a problem is answered. */
static bool find_key(daemon_identity *out, daemon_request *q)
{
    zkl_error err = { 0 };
    const zkl_status status =
        daemon_access_get(out, q->daemon->access, q->who.org, q->path.at[2], &err);
    if (status != ZKL_OK)
        daemon_problem(q->exchange, status, err.text);
    return status == ZKL_OK && daemon_require(q, q->route->permission, out->id);
}

/* The same whatever it was used for since: that is no change of it. tag: of what is left then. */
static json_t *shown_key(char tag[static DAEMON_TAG_CHARS], daemon_request *q, const char *id)
{
    json_t *const shown = daemon_access_show(q->daemon->access, q->who.org, id);
    json_t *const facts = json_copy(shown);
    json_object_set_new(shown, "second_factor",
                        json_boolean(daemon_factors_has(q->daemon->factors, id)));
    json_object_del(facts, "used");
    char *const text = facts ? json_dumps(facts, JSON_COMPACT) : NULL;
    daemon_tag_of(tag, zkl_bytes_of_text(text ? text : ""));
    json_decref(facts);
    free(text);
    return shown;
}

static void send_key(daemon_request *q, const char *id)
{
    char tag[DAEMON_TAG_CHARS];
    json_t *const shown = shown_key(tag, q, id);
    if (shown)
        daemon_json_tagged(q->exchange, tag, shown);
    else
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such key");
}

/* Is it as the caller knows it (If-Match)? Else it is answered. */
static bool require_match(daemon_request *q, const char *id)
{
    const zkl_bytes match = http_find(q->exchange, "if-match");
    char tag[DAEMON_TAG_CHARS];
    if (!match.data)
        return true;
    json_decref(shown_key(tag, q, id));
    if (daemon_tag_matches(match, tag, true))
        return true;
    daemon_problem_code(q->exchange, 412, "precondition failed",
                        "the key is not as it was when it was read");
    return false;
}

static void show_key(daemon_request *q)
{
    daemon_identity key;
    if (find_key(&key, q))
        send_key(q, key.id);
}

/* What it becomes, and when it ends; days -1: as before. An empty list of scopes: all of its role.
 */
static zkl_status take_edit(daemon_identity *key, int64_t *days, const daemon_request *q,
                            const json_t *request, zkl_error *err)
{
    *days = -1;
    ZKL_TRY(daemon_members_are_known(request, "name role days scopes tier", err));
    if (!json_object_size(request))
        return zkl_fail(err, ZKL_USAGE, "the request changes nothing");
    return take_members(key, days, q, request, err);
}

/* Neither a key that may more than the caller's is touched, nor one becomes such. false: it is
 * answered; true: another change came between, and it may be tried again. */
static bool is_overtaken(daemon_request *q, const json_t *request)
{
    const zkl_env *const env = &q->daemon->env;
    daemon_identity key;
    int64_t days = -1;
    zkl_error err = { 0 };
    if (!find_key(&key, q) || !require_cover(q, &key) || !require_match(q, key.id))
        return false;
    zkl_status status = take_edit(&key, &days, q, request, &err);
    if (status != ZKL_OK) {
        daemon_problem(q->exchange, status, err.text);
        return false;
    }
    if (!(json_object_get(request, "tier") ? may_give(q, &key) : require_cover(q, &key)))
        return false;
    const int64_t expires_ms = days > 0 ? zkl_env_now_ms(env) + days * DAY_MS : days;
    status = daemon_access_edit(q->daemon->access, &key, expires_ms, &err);
    if (status == ZKL_CONFLICT)
        return true;
    audit_key(q, ZKL_EVENT_KEY_CHANGED, status, key.id);
    if (status == ZKL_OK)
        send_key(q, key.id);
    else
        daemon_problem(q->exchange, status, err.text);
    return false;
}

static void finish_edit(daemon_request *q)
{
    json_t *const request = daemon_body_json(q);
    bool again = true;
    for (size_t i = 0; i < EDITS_MAX && again; i++)
        again = is_overtaken(q, request);
    json_decref(request);
    if (again)
        daemon_problem(q->exchange, ZKL_CONFLICT, "the key is being changed all the time");
}

static void edit_key(daemon_request *q)
{
    daemon_read_json(q, finish_edit);
}

static void finish_rotation(daemon_request *q)
{
    ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
    json_t *const request = daemon_body_json(q);
    const zkl_env *const env = &q->daemon->env;
    json_int_t hours = 0;
    daemon_identity key;
    zkl_error err = { 0 };
    zkl_status asked = daemon_members_are_known(request, "overlap_hours", &err);
    if (asked == ZKL_OK && (json_unpack(request, "{s:I}", "overlap_hours", &hours) != 0 ||
                            hours < 0 || hours > OVERLAP_HOURS_MAX))
        asked = zkl_fail(&err, ZKL_USAGE,
                         "'overlap_hours', for which the old secret still counts, is wanted: 0 to "
                         "%d",
                         OVERLAP_HOURS_MAX);
    json_decref(request);
    if (asked != ZKL_OK) {
        daemon_problem(q->exchange, asked, err.text);
        return;
    }
    if (!find_key(&key, q) || (strcmp(key.id, q->who.id) != 0 && !require_cover(q, &key)))
        return;
    const int64_t until_ms = zkl_env_now_ms(env) + hours * HOUR_MS;
    const zkl_status status =
        daemon_access_rotate(&secret, q->daemon->access, &key, until_ms, env, &err);
    audit_key(q, ZKL_EVENT_KEY_ROTATED, status, key.id);
    if (status == ZKL_OK)
        send_secret(q, 201, key.id, &secret);
    else
        daemon_problem(q->exchange, status, err.text);
}

static void rotate_key(daemon_request *q)
{
    daemon_read_json(q, finish_rotation);
}

static void delete_key(daemon_request *q)
{
    daemon_identity key;
    zkl_error err = { 0 };
    if (!find_key(&key, q) || !require_match(q, key.id))
        return;
    const zkl_status status = daemon_access_remove(q->daemon->access, &key, &err);
    audit_key(q, ZKL_EVENT_KEY_REMOVED, status, key.id);
    if (status == ZKL_OK) /* its id does not come again: what stays, stays unused */
        (void)!daemon_factors_forget(q->daemon->factors, key.id, NULL);
    if (status != ZKL_OK)
        daemon_problem(q->exchange, status, err.text);
    else
        daemon_nothing(q->exchange);
}

/* Whoever lost his authenticator gets another: by somebody who may give him another secret. */
static void delete_factor(daemon_request *q)
{
    daemon_identity key;
    zkl_error err = { 0 };
    zkl_status status = daemon_access_get(&key, q->daemon->access, q->who.org, q->path.at[2], &err);
    if (status == ZKL_OK && !require_cover(q, &key))
        return;
    if (status == ZKL_OK)
        status = daemon_factors_forget(q->daemon->factors, key.id, &err);
    audit_key(q, ZKL_EVENT_FACTOR_REMOVED, status, key.id);
    if (status == ZKL_OK)
        daemon_nothing(q->exchange);
    else
        daemon_problem(q->exchange, status, err.text);
}

const daemon_route daemon_key_routes[] = {
    { "GET",
      { "v1", "keys" },
      "keys:read",
      list_keys,
      "listKeys",
      "the API keys of the organisation",
      200,
      NULL,
      "limit cursor",
      .needs_no_ledger = true },
    { "GET",
      { "v1", "keys", "leaked" },
      "keys:read",
      list_leaked,
      "listLeakedKeys",
      "the keys that begin with what was found",
      200,
      NULL,
      "prefix",
      .needs_no_ledger = true },
    { "POST",
      { "v1", "keys" },
      "keys:create",
      post_key,
      "makeKey",
      "a new one; its secret is shown once",
      201,
      NULL,
      NULL,
      "application/json",
      .needs_no_ledger = true },
    { "GET",
      { "v1", "keys", "{id}" },
      "keys:read",
      show_key,
      "showKey",
      "one of them",
      200,
      .is_own = true,
      .needs_no_ledger = true },
    { "PATCH",
      { "v1", "keys", "{id}" },
      "keys:create",
      edit_key,
      "editKey",
      "another name, role, tier, end or other scopes; its secret stays",
      200,
      NULL,
      NULL,
      "application/json",
      .needs_no_ledger = true },
    { "POST",
      { "v1", "keys", "{id}", "rotate" },
      "keys:rotate",
      rotate_key,
      "rotateKey",
      "a new secret; the old one ends after the overlap",
      201,
      NULL,
      NULL,
      "application/json",
      .is_own = true,
      .needs_no_ledger = true },
    { "DELETE",
      { "v1", "keys", "{id}" },
      "keys:delete",
      delete_key,
      "removeKey",
      "end it",
      204,
      .is_own = true,
      .needs_no_ledger = true },
    { "DELETE",
      { "v1", "keys", "{id}", "second-factor" },
      "keys:rotate",
      delete_factor,
      "removeSecondFactor",
      "its authenticator counts no more: another is set up when somebody logs in with it",
      204,
      .needs_no_ledger = true },
    { 0 },
};
