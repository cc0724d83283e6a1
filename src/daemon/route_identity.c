/* Paths about whoever asks. */
#include "daemon/request.h"

static const char *credential_text(daemon_credential by)
{
    switch (by) {
    case DAEMON_BY_KEY:
        return "key";
    case DAEMON_BY_TOKEN:
        return "token";
    case DAEMON_BY_CERTIFICATE:
        return "certificate";
    }
    ZKL_UNREACHABLE("a credential");
}

static void show_me(daemon_request *q)
{
    const daemon_identity *const who = &q->who;
    json_t *const me = json_pack("{s:s, s:s, s:s, s:s}", "id", who->id, "name", who->name, "role",
                                 who->role, "by", credential_text(who->by));
    if (me && *who->org)
        json_object_set_new(me, "org", json_string(who->org));
    if (me && *who->tier)
        json_object_set_new(me, "tier", json_string(who->tier));
    if (me && who->until_ms)
        json_object_set_new(me, "until", json_integer(who->until_ms));
    daemon_json(q->exchange, 200, NULL, me);
}

static void show_issuers(daemon_request *q)
{
    daemon_json(q->exchange, 200, NULL, daemon_tokens_show(q->daemon->tokens));
}

const daemon_route daemon_identity_routes[] = {
    { "GET",
      { "v1", "me" },
      "access:explain",
      show_me,
      "showMe",
      "who you are here, by what, and until when",
      200,
      .is_own = true,
      .needs_no_ledger = true },
    { "GET",
      { "v1", "issuers" },
      "service:manage",
      show_issuers,
      "showIssuers",
      "issuers of tokens, and why the last one was refused",
      200,
      .needs_no_ledger = true },
    { 0 },
};
