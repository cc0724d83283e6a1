/* Paths of roles: what there is, and which rule decides. */
#include "daemon/request.h"

#include <string.h>

static void list_roles(daemon_request *q)
{
    daemon_json(q->exchange, 200, NULL,
                json_pack("{s:o}", "roles", daemon_roles_list(q->daemon->roles, q->who.org)));
}

/* "dataset:NAME", "project:NAME", "organisation:NAME", "own". false: it is none of them. */
static bool take_resource(daemon_resource *out, const char *text, const char *own)
{
    const struct {
        const char *begins;
        const char **member;
    } named[] = { { "dataset:", &out->dataset },
                  { "project:", &out->ledger },
                  { "organisation:", &out->organisation } };
    if (strcmp(text, "own") == 0) {
        out->owner = own;
        return true;
    }
    for (size_t i = 0; i < ZKL_COUNT(named); i++) {
        const size_t size = strlen(named[i].begins);
        if (strncmp(text, named[i].begins, size) == 0 && text[size]) {
            *named[i].member = text + size;
            return true;
        }
    }
    return false;
}

static json_t *put_decision(const daemon_identity *who, const char *permission,
                            const daemon_decision *decision)
{
    json_t *const out = json_pack("{s:s, s:s, s:s, s:b, s:s, s:s?}", "key", who->id, "role",
                                  who->role, "permission", permission, "allowed", decision->allowed,
                                  "reason", daemon_reason_text(decision->reason), "rule",
                                  decision->rule ? decision->rule->text : NULL);
    if (out && decision->rule)
        json_object_set_new(out, "list", json_string(decision->rule->denies ? "deny" : "allow"));
    return out;
}

static void explain_to(daemon_request *q, const daemon_identity *who, const char *permission,
                       const json_t *resources)
{
    daemon_resource resource = { .organisation = who->org };
    daemon_decision decision;
    for (size_t i = 0; i < json_array_size(resources); i++)
        if (!take_resource(&resource, json_string_value(json_array_get(resources, i)), who->id)) {
            daemon_problem(q->exchange, ZKL_USAGE,
                           "a resource is dataset:NAME, project:NAME, organisation:NAME or own");
            return;
        }
    daemon_roles_decide(&decision, q->daemon->roles, who, permission, &resource);
    daemon_json(q->exchange, 200, NULL, put_decision(who, permission, &decision));
}

/* Whose rights are asked about: those of a key of the organisation, or the caller's. false: a
 * problem is answered. */
static bool find_asked(daemon_identity *out, daemon_request *q, const char *key)
{
    zkl_error err = { 0 };
    *out = q->who;
    if (key && strcmp(key, q->who.id) != 0) {
        const zkl_status status = daemon_access_get(out, q->daemon->access, q->who.org, key, &err);
        if (status != ZKL_OK) {
            daemon_problem(q->exchange, status, err.text);
            return false;
        }
    }
    return daemon_require(q, q->route->permission, out->id);
}

static void explain(daemon_request *q)
{
    json_t *const permissions = daemon_query_all(q, "permission");
    json_t *const resources = daemon_query_all(q, "resource");
    json_t *const keys = daemon_query_all(q, "key");
    daemon_identity who;
    if (json_array_size(permissions) != 1 || !resources || !keys || json_array_size(keys) > 1)
        daemon_problem(q->exchange, ZKL_USAGE,
                       "the query has one permission, maybe resources and a key");
    else if (find_asked(&who, q, json_string_value(json_array_get(keys, 0))))
        explain_to(q, &who, json_string_value(json_array_get(permissions, 0)), resources);
    json_decref(permissions);
    json_decref(resources);
    json_decref(keys);
}

const daemon_route daemon_role_routes[] = {
    { "GET",
      { "v1", "access", "roles" },
      "access:read",
      list_roles,
      "listRoles",
      "the roles that keys may have",
      200,
      .needs_no_ledger = true },
    { "GET",
      { "v1", "access", "explain" },
      "access:explain",
      explain,
      "explainAccess",
      "which rule allows or denies a permission",
      200,
      NULL,
      "permission resource* key",
      .is_own = true,
      .needs_no_ledger = true },
    { 0 },
};
