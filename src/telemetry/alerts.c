/* Two small machines: of an alert, and of a group. */
#include "telemetry/alerts.h"

#include <string.h>

#include "base/arena.h"
#include "telemetry/alert_history.h"

typedef enum group_state { GROUP_IDLE, GROUP_WAITING, GROUP_TOLD } group_state;

static const bool group_moves[3][3] = {
    [GROUP_IDLE] = { [GROUP_WAITING] = true },
    [GROUP_WAITING] = { [GROUP_IDLE] = true, [GROUP_TOLD] = true },
    [GROUP_TOLD] = { [GROUP_IDLE] = true, [GROUP_TOLD] = true },
};
static const bool alert_moves[3][3] = {
    [TELEMETRY_INACTIVE] = { [TELEMETRY_PENDING] = true },
    [TELEMETRY_PENDING] = { [TELEMETRY_INACTIVE] = true, [TELEMETRY_FIRING] = true },
    [TELEMETRY_FIRING] = { [TELEMETRY_INACTIVE] = true },
};

typedef struct group {
    size_t receiver;
    telemetry_pair *by;
    size_t *members; /* alerts */
    bool *was_told;  /* of each member: as firing */
    size_t member_count;
    group_state state;
    uint64_t at_ms; /* WAITING: when it is to be told. TOLD: when it was */
} group;

struct telemetry_alerts {
    const telemetry_alert_settings *settings;
    zkl_arena memory;
    telemetry_alert_now *now;
    group *groups;
    size_t group_count;
    size_t *firing, *resolved; /* of the notification that is made */
    telemetry_alert_history history;
};

/* ---- Labels */

const char *telemetry_alert_label(const telemetry_alert *alert, const char *name)
{
    for (size_t i = 0; i < alert->label_count; i++)
        if (strcmp(alert->labels[i].name, name) == 0)
            return alert->labels[i].value;
    return NULL;
}

bool telemetry_alert_fits(const telemetry_alert *alert, const telemetry_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *const value = telemetry_alert_label(alert, pairs[i].name);
        if (!value || strcmp(value, pairs[i].value) != 0)
            return false;
    }
    return true;
}

static const char *label_or_none(const telemetry_alert *alert, const char *name)
{
    const char *const value = telemetry_alert_label(alert, name);
    return value ? value : "";
}

/* ---- Groups, which never change */

static bool is_for(const telemetry_alert *alert, size_t receiver)
{
    bool is_named = !alert->receivers;
    for (size_t i = 0; alert->receivers && i < alert->receiver_count; i++)
        is_named |= alert->receivers[i] == receiver;
    return is_named;
}

static bool is_in(const group *g, const telemetry_alert *alert)
{
    for (const telemetry_pair *p = g->by; p->name; p++)
        if (strcmp(p->value, label_or_none(alert, p->name)) != 0)
            return false;
    return true;
}

/* NULL without memory. */
static group *group_of(telemetry_alerts *a, size_t first, size_t receiver,
                       const telemetry_alert *alert)
{
    const telemetry_receiver *const r = &a->settings->receivers[receiver];
    for (size_t i = first; i < a->group_count; i++)
        if (is_in(&a->groups[i], alert))
            return &a->groups[i];
    group *const g = &a->groups[a->group_count];
    *g = (group){ .receiver = receiver };
    g->by = ZKL_ARENA_NEW(&a->memory, telemetry_pair, r->group_by_count + 1);
    g->members = ZKL_ARENA_NEW(&a->memory, size_t, a->settings->alert_count);
    g->was_told = ZKL_ARENA_NEW(&a->memory, bool, a->settings->alert_count);
    if (!g->by || !g->members || !g->was_told)
        return NULL;
    for (size_t i = 0; i < r->group_by_count; i++)
        g->by[i] = (telemetry_pair){ r->group_by[i], label_or_none(alert, r->group_by[i]) };
    a->group_count++;
    return g;
}

static bool make_groups(telemetry_alerts *a)
{
    const telemetry_alert_settings *const s = a->settings;
    a->groups = ZKL_ARENA_NEW(&a->memory, group, s->alert_count * s->receiver_count + 1);
    for (size_t r = 0; a->groups && r < s->receiver_count; r++) {
        const size_t first = a->group_count;
        for (size_t i = 0; i < s->alert_count; i++) {
            group *const g = is_for(&s->alerts[i], r) ? group_of(a, first, r, &s->alerts[i]) : NULL;
            if (g)
                g->members[g->member_count++] = i;
            else if (is_for(&s->alerts[i], r))
                return false;
        }
    }
    return a->groups;
}

zkl_status telemetry_alerts_new(telemetry_alerts **out, const telemetry_alert_settings *settings,
                                zkl_error *err)
{
    telemetry_alerts *const a = zkl_calloc(1, sizeof *a);
    if (!a)
        return zkl_no_memory(err, sizeof *a);
    a->settings = settings;
    a->now = ZKL_ARENA_NEW(&a->memory, telemetry_alert_now, settings->alert_count);
    a->firing = ZKL_ARENA_NEW(&a->memory, size_t, settings->alert_count);
    a->resolved = ZKL_ARENA_NEW(&a->memory, size_t, settings->alert_count);
    zkl_status status = a->now && a->firing && a->resolved && make_groups(a)
                            ? ZKL_OK
                            : zkl_no_memory(err, settings->alert_count * sizeof *a->now);
    if (status == ZKL_OK)
        status = telemetry_alert_history_init(&a->history, &a->memory, settings->alert_count, err);
    if (status != ZKL_OK) {
        telemetry_alerts_free(a);
        return status;
    }
    *out = a;
    return ZKL_OK;
}

void telemetry_alerts_free(telemetry_alerts *a)
{
    if (!a)
        return;
    zkl_arena_clear(&a->memory);
    zkl_free(a);
}

const telemetry_alert_now *telemetry_alerts_now(const telemetry_alerts *a, size_t alert)
{
    ZKL_ASSERT(alert < a->settings->alert_count);
    return &a->now[alert];
}

/* ---- An alert */

static void move_alert(telemetry_alert_now *n, telemetry_alert_state to, telemetry_moment now)
{
    ZKL_ASSERT(alert_moves[n->state][to]);
    if (to == TELEMETRY_FIRING)
        n->began_ms = now.wall_ms;
    if (n->state == TELEMETRY_FIRING)
        n->ended_ms = now.wall_ms;
    n->state = to;
    n->since_ms = now.steady_ms;
}

static void judge(telemetry_alert_now *n, const telemetry_alert *alert, double value,
                  telemetry_moment now)
{
    const bool holds = telemetry_rule_holds(&alert->rule, value);
    n->value = value;
    if (holds && n->state == TELEMETRY_INACTIVE)
        move_alert(n, TELEMETRY_PENDING, now);
    if (holds && n->state == TELEMETRY_PENDING && now.steady_ms - n->since_ms >= alert->for_ms)
        move_alert(n, TELEMETRY_FIRING, now);
    if (!holds && n->state != TELEMETRY_INACTIVE)
        move_alert(n, TELEMETRY_INACTIVE, now);
}

static bool is_silenced(const telemetry_alert *alert, const telemetry_silence *silences,
                        size_t count, int64_t wall_ms)
{
    for (size_t i = 0; i < count; i++) {
        ZKL_ASSERT(silences[i].pair_count); /* one without pairs would silence all */
        if (wall_ms >= silences[i].from_ms && wall_ms < silences[i].until_ms &&
            telemetry_alert_fits(alert, silences[i].pairs, silences[i].pair_count))
            return true;
    }
    return false;
}

static bool are_equal(const telemetry_alert *a, const telemetry_alert *b,
                      const telemetry_inhibition *by)
{
    for (size_t i = 0; i < by->equal_count; i++)
        if (strcmp(label_or_none(a, by->equal[i]), label_or_none(b, by->equal[i])) != 0)
            return false;
    return true;
}

/* Invariant 3. */
static bool is_inhibited(const telemetry_alerts *a, size_t target)
{
    const telemetry_alert_settings *const s = a->settings;
    const telemetry_alert *const t = &s->alerts[target];
    for (size_t i = 0; i < s->inhibition_count; i++) {
        const telemetry_inhibition *const by = &s->inhibitions[i];
        if (!telemetry_alert_fits(t, by->target, by->target_count))
            continue;
        for (size_t k = 0; k < s->alert_count; k++)
            if (k != target && a->now[k].state == TELEMETRY_FIRING &&
                telemetry_alert_fits(&s->alerts[k], by->source, by->source_count) &&
                are_equal(&s->alerts[k], t, by))
                return true;
    }
    return false;
}

/* ---- A group */

static void move_group(group *g, group_state to, uint64_t at_ms)
{
    ZKL_ASSERT(group_moves[g->state][to]);
    g->state = to;
    g->at_ms = at_ms;
}

/* What there is to be told; *is_news: not all of it was. */
static void gather(telemetry_alerts *a, const group *g, telemetry_notification *out, bool *is_news)
{
    *out =
        (telemetry_notification){ .receiver = g->receiver,
                                  .group = g->by,
                                  .group_count = a->settings->receivers[g->receiver].group_by_count,
                                  .firing = a->firing,
                                  .resolved = a->resolved };
    *is_news = false;
    for (size_t i = 0; i < g->member_count; i++) {
        const telemetry_alert_now *const n = &a->now[g->members[i]];
        const bool fires = n->state == TELEMETRY_FIRING;
        if (fires && !n->is_silenced && !n->is_inhibited) {
            a->firing[out->firing_count++] = g->members[i];
            *is_news |= !g->was_told[i];
        } else if (!fires && g->was_told[i]) {
            a->resolved[out->resolved_count++] = g->members[i];
            *is_news = true;
        }
    }
}

/* Invariant 2: one that fires unheard stays told. */
static void note_told(const telemetry_alerts *a, group *g)
{
    for (size_t i = 0; i < g->member_count; i++) {
        const telemetry_alert_now *const n = &a->now[g->members[i]];
        const bool fires = n->state == TELEMETRY_FIRING;
        g->was_told[i] = fires && (g->was_told[i] || (!n->is_silenced && !n->is_inhibited));
    }
}

static void tell(telemetry_alerts *a, group *g, telemetry_notification *what, uint64_t now_ms,
                 telemetry_notify *notify, void *context)
{
    bool is_told = false;
    note_told(a, g);
    for (size_t i = 0; i < g->member_count; i++)
        is_told |= g->was_told[i];
    move_group(g, is_told ? GROUP_TOLD : GROUP_IDLE, now_ms);
    if (a->settings->receivers[g->receiver].hides_resolved)
        what->resolved_count = 0;
    if (what->firing_count || what->resolved_count)
        notify(context, what);
}

static void step_group(telemetry_alerts *a, group *g, uint64_t now_ms, telemetry_notify *notify,
                       void *context)
{
    const telemetry_receiver *const r = &a->settings->receivers[g->receiver];
    telemetry_notification what;
    bool is_news;
    gather(a, g, &what, &is_news);
    if (g->state == GROUP_IDLE && what.firing_count)
        move_group(g, GROUP_WAITING, now_ms + r->group_wait_ms);
    const bool is_due =
        g->state == GROUP_WAITING
            ? now_ms >= g->at_ms
            : g->state == GROUP_TOLD && ((is_news && now_ms - g->at_ms >= r->group_interval_ms) ||
                                         (what.firing_count && now_ms - g->at_ms >= r->repeat_ms));
    if (is_due)
        tell(a, g, &what, now_ms, notify, context);
}

void telemetry_alerts_step(telemetry_alerts *a, telemetry_moment now, const double *values,
                           const telemetry_silence *silences, size_t silence_count,
                           telemetry_notify *notify, void *context)
{
    const telemetry_alert_settings *const s = a->settings;
    for (size_t i = 0; i < s->alert_count; i++)
        judge(&a->now[i], &s->alerts[i], values[i], now);
    for (size_t i = 0; i < s->alert_count; i++) {
        a->now[i].is_silenced = is_silenced(&s->alerts[i], silences, silence_count, now.wall_ms);
        a->now[i].is_inhibited = is_inhibited(a, i);
    }
    telemetry_alert_history_take(&a->history, now.wall_ms, a->now);
    for (size_t i = 0; i < a->group_count; i++)
        step_group(a, &a->groups[i], now.steady_ms, notify, context);
}

void telemetry_alerts_put_history(zkl_buffer *out, const telemetry_alerts *a, int64_t from_ms)
{
    telemetry_alert_history_put(out, &a->history, a->settings->alerts, from_ms);
}

/* ---- Other settings */

static bool are_same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* SIZE_MAX: it has none such. */
static size_t find_same(const telemetry_alerts *a, const telemetry_alert *alert)
{
    for (size_t i = 0; i < a->settings->alert_count; i++) {
        const telemetry_alert *const other = &a->settings->alerts[i];
        if (strcmp(other->name, alert->name) == 0 && are_same_text(other->text, alert->text) &&
            other->for_ms == alert->for_ms)
            return i;
    }
    return SIZE_MAX;
}

static const char *receiver_of(const telemetry_alerts *a, const group *g)
{
    return a->settings->receivers[g->receiver].name;
}

static bool have_same_labels(const group *g, const group *h)
{
    size_t i = 0;
    for (; g->by[i].name && h->by[i].name; i++)
        if (strcmp(g->by[i].name, h->by[i].name) != 0 ||
            strcmp(g->by[i].value, h->by[i].value) != 0)
            return false;
    return !g->by[i].name && !h->by[i].name;
}

/* NULL: it has none such. */
static group *find_group(telemetry_alerts *to, const telemetry_alerts *from, const group *g)
{
    for (size_t i = 0; i < to->group_count; i++)
        if (strcmp(receiver_of(to, &to->groups[i]), receiver_of(from, g)) == 0 &&
            have_same_labels(&to->groups[i], g))
            return &to->groups[i];
    return NULL;
}

/* false: the group does not have that alert. */
static bool mark_told(group *g, size_t alert)
{
    for (size_t i = 0; g && i < g->member_count; i++)
        if (g->members[i] == alert) {
            g->was_told[i] = true;
            return true;
        }
    return false;
}

static void carry_group(telemetry_alerts *to, telemetry_alerts *from, const group *g,
                        telemetry_notify *notify, void *context)
{
    const telemetry_receiver *const r = &from->settings->receivers[g->receiver];
    group *const h = find_group(to, from, g);
    telemetry_notification what = { .receiver = g->receiver,
                                    .group = g->by,
                                    .group_count = r->group_by_count,
                                    .firing = from->firing,
                                    .resolved = from->resolved };
    bool is_told = false;
    for (size_t i = 0; i < g->member_count; i++) {
        const telemetry_alert *const alert = &from->settings->alerts[g->members[i]];
        if (g->was_told[i] && mark_told(h, find_same(to, alert)))
            is_told = true;
        else if (g->was_told[i])
            from->resolved[what.resolved_count++] = g->members[i];
    }
    if (h && (is_told || g->state == GROUP_WAITING)) {
        h->state = g->state;
        h->at_ms = g->at_ms;
    }
    if (what.resolved_count && !r->hides_resolved)
        notify(context, &what);
}

zkl_status telemetry_alerts_carry(telemetry_alerts *to, telemetry_alerts *from,
                                  telemetry_notify *notify, void *context, zkl_error *err)
{
    const size_t count = to->settings->alert_count;
    size_t *const same = ZKL_ARENA_NEW(&to->memory, size_t, count + 1);
    if (!same)
        return zkl_no_memory(err, count * sizeof *same);
    for (size_t i = 0; i < count; i++) {
        same[i] = find_same(from, &to->settings->alerts[i]);
        if (same[i] != SIZE_MAX)
            to->now[i] = from->now[same[i]];
    }
    telemetry_alert_history_carry(&to->history, &from->history, same);
    for (size_t i = 0; i < from->group_count; i++)
        carry_group(to, from, &from->groups[i], notify, context);
    return ZKL_OK;
}
