/* Paths of the web page's sessions. */
#include "daemon/page.h"

#include "base/env.h"

static void list_sessions(daemon_request *q)
{
    const bool sees_all = daemon_may(q, q->route->permission, NULL);
    json_t *const all =
        daemon_sessions_list(q->daemon->sessions, q->who.org, sees_all ? NULL : q->who.id,
                             zkl_env_now_ms(&q->daemon->env));
    size_t i;
    json_t *one;
    json_array_foreach(all, i,
                       one) if (q->page && strcmp(json_string_value(json_object_get(one, "id")),
                                                  q->page->session.id) == 0)
        json_object_set_new(one, "this", json_true());
    daemon_json(q->exchange, 200, NULL, json_pack("{s:o}", "sessions", all));
}

static void delete_session(daemon_request *q)
{
    char owner[17];
    daemon_sessions_owner(owner, q->daemon->sessions, q->who.org, q->path.at[2]);
    if (!owner[0]) {
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such session");
        return;
    }
    if (!daemon_require(q, q->route->permission, owner))
        return;
    (void)daemon_sessions_end(q->daemon->sessions, q->who.org, q->path.at[2]); /* or it has ended */
    daemon_audit_act(q, ZKL_EVENT_SESSION_ENDED, ZKL_OK, NULL);
    daemon_nothing(q->exchange);
}

const daemon_route daemon_session_routes[] = {
    { "GET",
      { "v1", "sessions" },
      "sessions:read",
      list_sessions,
      "listSessions",
      "who is logged in to the web page: of this key, or of all that it may see",
      200,
      .is_own = true,
      .needs_no_ledger = true },
    { "DELETE",
      { "v1", "sessions", "{id}" },
      "sessions:delete",
      delete_session,
      "endSession",
      "end it",
      204,
      .is_own = true,
      .needs_no_ledger = true },
    { 0 },
};
