/* Paths of limits: what whoever asks may use, and what is left of it. */
#include "daemon/request.h"

/* Of one unit: what is left of the tightest limit. NULL: none counts. */
static json_t *put_unit(daemon_request *q, daemon_unit unit)
{
    daemon_hold none;
    daemon_verdict v;
    /* a hold of nothing says how things stand; it is refused where more was used than may be */
    const bool may = daemon_limits_hold(q->daemon->limits, &none, &q->party,
                                        (daemon_cost){ unit, 0 }, daemon_clock_ms(), &v);
    if (!v.is_limited)
        return NULL;
    const uint64_t reset_s = v.reset_ms / 1000 + (v.reset_ms % 1000 != 0);
    const uint64_t scale = unit == DAEMON_PROVING_MS ? 1000 : 1;
    return json_pack("{s:s, s:I, s:I, s:I, s:b}", "scope", daemon_scope_text(v.scope), "allowed",
                     (json_int_t)(v.allowed / scale), "left", (json_int_t)(v.left / scale), "reset",
                     (json_int_t)reset_s, "overdrawn", !may);
}

static void show_limits(daemon_request *q)
{
    json_t *const limits = json_object();
    for (size_t u = 0; u < DAEMON_UNITS; u++) {
        json_t *const one = put_unit(q, (daemon_unit)u);
        if (one)
            json_object_set_new(limits, daemon_unit_text((daemon_unit)u), one);
    }
    daemon_json(q->exchange, 200, NULL,
                json_pack("{s:s, s:i, s:o}", "tier", q->tier->name, "priority",
                          (int)q->tier->priority, "limits", limits));
}

const daemon_route daemon_limit_routes[] = {
    { "GET",
      { "v1", "limits" },
      "access:explain",
      show_limits,
      "showLimits",
      "the tier of this key, its limits and what is left of them",
      200,
      .is_own = true,
      .needs_no_ledger = true },
    { 0 },
};
