/* Alerts, receivers and inhibition out of the settings. */
#include "daemon/alert_settings.h"

#include <string.h>

#include "base/arena.h"
#include "daemon/client.h"
#include "daemon/metrics.h"
#include "daemon/roles.h"

#define LABELS_MAX 16
#define SECONDS_MAX (7 * 24 * 3600)
#define GROUP_WAIT_S 30
#define GROUP_INTERVAL_S 300
#define REPEAT_S 14400

typedef struct taking {
    daemon_alert_settings *out;
    zkl_arena *memory;
    const char *folder;
    const telemetry_registry *registry; /* names and labels alone */
    uint32_t step_s;
    telemetry_alert *alerts;
    telemetry_receiver *receivers;
    daemon_receiver *by;
    telemetry_inhibition *inhibitions;
    zkl_error *err;
} taking;

/* ---- Texts */

static zkl_status keep(const char **out, taking *k, const char *text)
{
    *out = zkl_arena_text(k->memory, text, strlen(text));
    return *out ? ZKL_OK : zkl_no_memory(k->err, strlen(text));
}

static zkl_status keep_path(const char **out, taking *k, const char *path)
{
    if (!path)
        return ZKL_OK;
    *out = path[0] == '/' ? zkl_arena_text(k->memory, path, strlen(path))
                          : zkl_arena_format(k->memory, "%s/%s", k->folder, path);
    return *out ? ZKL_OK : zkl_no_memory(k->err, strlen(path));
}

/* One line: it stands in mails, syslog and headers. */
static bool is_line(const zkl_toml_node *node)
{
    bool is_good = node->kind == ZKL_TOML_STRING && node->text.size && node->text.size <= 500;
    for (size_t i = 0; is_good && i < node->text.size; i++)
        is_good = node->text.data[i] >= ' ' && node->text.data[i] != 0x7f;
    return is_good;
}

static zkl_status take_line(const char **out, taking *k, const zkl_toml_node *table,
                            const char *key)
{
    const zkl_toml_node *const node = zkl_toml_find(table, key);
    if (!node)
        return ZKL_OK;
    if (!is_line(node))
        return zkl_toml_fail(node, k->err, "'%s' is one line of at most 500 bytes", key);
    return keep(out, k, (const char *)node->text.data);
}

static zkl_status take_lines(const char ***out, size_t *count, taking *k,
                             const zkl_toml_node *table, const char *key)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, table, key, k->err));
    *count = list ? list->item_count : 0;
    if (*count > LABELS_MAX)
        return zkl_toml_fail(list, k->err, "'%s' has at most %d", key, LABELS_MAX);
    *out = ZKL_ARENA_NEW(k->memory, const char *, *count + 1);
    if (!*out)
        return zkl_no_memory(k->err, *count * sizeof **out);
    for (size_t i = 0; i < *count; i++) {
        if (!is_line(&list->items[i]))
            return zkl_toml_fail(&list->items[i], k->err, "'%s' is a list of texts", key);
        ZKL_TRY(keep(&(*out)[i], k, (const char *)list->items[i].text.data));
    }
    return ZKL_OK;
}

static bool is_label_name(zkl_bytes name)
{
    bool is_good = name.size && name.size <= 63;
    for (size_t i = 0; is_good && i < name.size; i++) {
        const uint8_t c = name.data[i];
        is_good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                  (i && c >= '0' && c <= '9');
    }
    return is_good;
}

/* A table of texts. first: how many of *out the caller fills. */
static zkl_status take_pairs(telemetry_pair **out, size_t *count, taking *k,
                             const zkl_toml_node *table, const char *key, size_t first)
{
    const zkl_toml_node *pairs = NULL;
    ZKL_TRY(zkl_toml_get_table(&pairs, table, key, k->err));
    const size_t more = pairs ? pairs->item_count : 0;
    if (more > LABELS_MAX)
        return zkl_toml_fail(pairs, k->err, "'%s' has at most %d", key, LABELS_MAX);
    *out = ZKL_ARENA_NEW(k->memory, telemetry_pair, first + more + 1);
    if (!*out)
        return zkl_no_memory(k->err, more * sizeof **out);
    for (size_t i = 0; i < more; i++) {
        const zkl_toml_node *const item = &pairs->items[i];
        if (!is_line(item) || !is_label_name(item->key))
            return zkl_toml_fail(item, k->err, "a label is a name and one line");
        ZKL_TRY(keep(&(*out)[first + i].name, k, (const char *)item->key.data));
        ZKL_TRY(keep(&(*out)[first + i].value, k, (const char *)item->text.data));
    }
    *count = first + more;
    return ZKL_OK;
}

static zkl_status take_seconds(uint64_t *out_ms, taking *k, const zkl_toml_node *table,
                               const char *key, int64_t usual, int64_t least)
{
    int64_t seconds = usual;
    ZKL_TRY(zkl_toml_get_integer(&seconds, table, key, k->err));
    if (seconds < least || seconds > SECONDS_MAX)
        return zkl_toml_fail(zkl_toml_find(table, key), k->err, "'%s' is %d to %d seconds", key,
                             (int)least, SECONDS_MAX);
    *out_ms = (uint64_t)seconds * 1000;
    return ZKL_OK;
}

/* ---- Receivers */

static zkl_status take_webhook(daemon_receiver *out, taking *k, const zkl_toml_node *row)
{
    static const char *const known[] = { "name",       "webhook", "secret_file",
                                         "plain_http", "ca",      "group_by",
                                         "group_wait", "repeat",  "group_interval",
                                         "resolved" };
    const char *secret = NULL, *ca = NULL;
    zkl_error why = { 0 };
    ZKL_TRY(zkl_toml_refuse_unknown(row, known, ZKL_COUNT(known), k->err));
    ZKL_TRY(zkl_toml_get_boolean(&out->allows_plain, row, "plain_http", k->err));
    ZKL_TRY(zkl_toml_get_text(&secret, row, "secret_file", k->err));
    ZKL_TRY(zkl_toml_get_text(&ca, row, "ca", k->err));
    ZKL_TRY(keep_path(&out->secret_file, k, secret));
    ZKL_TRY(keep_path(&out->ca, k, ca));
    if (daemon_client_check_url(out->url, out->allows_plain, &why) != ZKL_OK)
        return zkl_toml_fail(zkl_toml_find(row, "webhook"), k->err, "%s", why.text);
    return ZKL_OK;
}

static zkl_status take_smtp(daemon_receiver *out, taking *k, const zkl_toml_node *row)
{
    static const char *const known[] = {
        "name", "smtp",     "from",       "to",     "user",           "password_file", "plain_smtp",
        "ca",   "group_by", "group_wait", "repeat", "group_interval", "resolved"
    };
    const char *password = NULL, *ca = NULL;
    daemon_client_place place;
    ZKL_TRY(zkl_toml_refuse_unknown(row, known, ZKL_COUNT(known), k->err));
    ZKL_TRY(zkl_toml_get_boolean(&out->allows_plain, row, "plain_smtp", k->err));
    ZKL_TRY(take_line(&out->from, k, row, "from"));
    ZKL_TRY(take_lines(&out->to, &out->to_count, k, row, "to"));
    ZKL_TRY(take_line(&out->user, k, row, "user"));
    ZKL_TRY(zkl_toml_get_text(&password, row, "password_file", k->err));
    ZKL_TRY(zkl_toml_get_text(&ca, row, "ca", k->err));
    ZKL_TRY(keep_path(&out->password_file, k, password));
    ZKL_TRY(keep_path(&out->ca, k, ca));
    if (daemon_client_find_place(&place, out->url, NULL) != ZKL_OK ||
        (strcmp(place.scheme, "smtp") != 0 && strcmp(place.scheme, "smtps") != 0))
        return zkl_toml_fail(zkl_toml_find(row, "smtp"), k->err,
                             "'smtp' is smtp://HOST:PORT or smtps://HOST:PORT");
    if (out->allows_plain && !(place.is_here && strcmp(place.scheme, "smtp") == 0))
        return zkl_toml_fail(row, k->err, "plain_smtp is for a server on this machine");
    if (!out->from || !out->to_count || !out->user != !out->password_file)
        return zkl_toml_fail(row, k->err,
                             "'smtp' wants 'from' and 'to', and 'user' and 'password_file' both "
                             "or neither");
    return ZKL_OK;
}

static zkl_status take_syslog(daemon_receiver *out, taking *k, const zkl_toml_node *row)
{
    static const char *const known[] = { "name",   "syslog",         "group_by", "group_wait",
                                         "repeat", "group_interval", "resolved" };
    ZKL_TRY(zkl_toml_refuse_unknown(row, known, ZKL_COUNT(known), k->err));
    const bool is_net = strncmp(out->url, "udp:", 4) == 0 || strncmp(out->url, "tcp:", 4) == 0;
    const char *const port = is_net ? strrchr(out->url + 4, ':') : NULL;
    if (port && port > out->url + 4 && port[1] &&
        strspn(port + 1, "0123456789") == strlen(port + 1))
        return ZKL_OK;
    if (strncmp(out->url, "unix:/", 6) == 0 && strlen(out->url) < 100)
        return ZKL_OK;
    return zkl_toml_fail(zkl_toml_find(row, "syslog"), k->err,
                         "'syslog' is unix:/PATH, udp:HOST:PORT or tcp:HOST:PORT");
}

static zkl_status take_receiver(taking *k, size_t at, const zkl_toml_node *row)
{
    static const struct {
        const char *key;
        zkl_status (*take)(daemon_receiver *out, taking *k, const zkl_toml_node *row);
    } ways[] = { [DAEMON_TO_WEBHOOK] = { "webhook", take_webhook },
                 [DAEMON_TO_SMTP] = { "smtp", take_smtp },
                 [DAEMON_TO_SYSLOG] = { "syslog", take_syslog } };
    /* of all ways together */
    static const char *const known[] = {
        "name",       "webhook",    "smtp",           "syslog", "secret_file", "ca",
        "plain_http", "plain_smtp", "from",           "to",     "user",        "password_file",
        "group_by",   "group_wait", "group_interval", "repeat", "resolved"
    };
    telemetry_receiver *const r = &k->receivers[at];
    daemon_receiver *const by = &k->by[at];
    bool resolved = true;
    size_t way = ZKL_COUNT(ways);
    *r = (telemetry_receiver){ 0 };
    *by = (daemon_receiver){ 0 };
    if (row->kind != ZKL_TOML_TABLE)
        return zkl_toml_fail(row, k->err, "a receiver is a table: [[receiver]]");
    for (size_t i = 0; i < ZKL_COUNT(ways) && way == ZKL_COUNT(ways); i++)
        way = zkl_toml_find(row, ways[i].key) ? i : way;
    if (way == ZKL_COUNT(ways)) /* it may be misspelt */
        ZKL_TRY(zkl_toml_refuse_unknown(row, known, ZKL_COUNT(known), k->err));
    ZKL_TRY(take_line(&r->name, k, row, "name"));
    if (way == ZKL_COUNT(ways) || !r->name || !daemon_name_is_good(r->name))
        return zkl_toml_fail(row, k->err,
                             "a receiver has a name, and 'webhook', 'smtp' or 'syslog'");
    for (size_t i = 0; i < at; i++)
        if (strcmp(k->receivers[i].name, r->name) == 0)
            return zkl_toml_fail(row, k->err, "the receiver '%s' is named twice", r->name);
    by->by = (daemon_receiver_by)way;
    ZKL_TRY(take_line(&by->url, k, row, ways[way].key));
    ZKL_TRY(ways[way].take(by, k, row));
    const char **group_by = NULL;
    ZKL_TRY(take_lines(&group_by, &r->group_by_count, k, row, "group_by"));
    r->group_by = group_by;
    ZKL_TRY(take_seconds(&r->group_wait_ms, k, row, "group_wait", GROUP_WAIT_S, 0));
    ZKL_TRY(take_seconds(&r->group_interval_ms, k, row, "group_interval", GROUP_INTERVAL_S, 1));
    ZKL_TRY(take_seconds(&r->repeat_ms, k, row, "repeat", REPEAT_S, 1));
    ZKL_TRY(zkl_toml_get_boolean(&resolved, row, "resolved", k->err));
    r->hides_resolved = !resolved;
    return ZKL_OK;
}

/* ---- Alerts */

static bool is_severity(const char *text)
{
    return strcmp(text, "critical") == 0 || strcmp(text, "warning") == 0 ||
           strcmp(text, "info") == 0;
}

static zkl_status take_named_receivers(telemetry_alert *out, taking *k, const zkl_toml_node *row)
{
    const char **names = NULL;
    size_t count;
    if (!zkl_toml_find(row, "receivers"))
        return ZKL_OK;
    ZKL_TRY(take_lines(&names, &count, k, row, "receivers"));
    size_t *const list = ZKL_ARENA_NEW(k->memory, size_t, count + 1);
    if (!list)
        return zkl_no_memory(k->err, count * sizeof *list);
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < k->out->alerts.receiver_count && strcmp(k->receivers[at].name, names[i]) != 0)
            at++;
        if (at == k->out->alerts.receiver_count)
            return zkl_toml_fail(row, k->err, "there is no receiver '%s'", names[i]);
        list[i] = at;
    }
    out->receivers = list;
    out->receiver_count = count;
    return ZKL_OK;
}

static zkl_status take_rule(telemetry_alert *out, taking *k, const zkl_toml_node *row)
{
    zkl_error why = { 0 };
    const zkl_toml_node *const when = zkl_toml_find(row, "when");
    ZKL_TRY(take_line(&out->text, k, row, "when"));
    if (!out->text)
        return zkl_toml_fail(row, k->err, "an alert has 'name' and 'when'");
    if (telemetry_rule_parse(&out->rule, k->registry, zkl_bytes_of_text(out->text), &why) != ZKL_OK)
        return zkl_toml_fail(when, k->err, "'when', %s", why.text);
    /* Two points are wanted; and more than there are would be judged by less, and nobody told. */
    for (size_t i = 0; i < out->rule.term_count; i++) {
        const uint64_t window_ms = out->rule.terms[i].window_ms,
                       step_ms = (uint64_t)k->step_s * 1000;
        if (window_ms && (window_ms < 2 * step_ms || window_ms > (TELEMETRY_POINTS - 1) * step_ms))
            return zkl_toml_fail(when, k->err, "a window is 2 to %d times metrics_step_seconds",
                                 TELEMETRY_POINTS - 1);
    }
    return ZKL_OK;
}

static zkl_status take_alert(telemetry_alert *out, taking *k, const zkl_toml_node *row)
{
    static const char *const known[] = { "name",    "when",   "for",      "severity",
                                         "summary", "labels", "receivers" };
    const char *severity = "warning";
    telemetry_pair *labels = NULL;
    *out = (telemetry_alert){ .summary = "" };
    if (row->kind != ZKL_TOML_TABLE)
        return zkl_toml_fail(row, k->err, "an alert is a table: [[alert]]");
    ZKL_TRY(zkl_toml_refuse_unknown(row, known, ZKL_COUNT(known), k->err));
    ZKL_TRY(take_line(&out->name, k, row, "name"));
    if (!out->name || !daemon_name_is_good(out->name))
        return zkl_toml_fail(row, k->err, "an alert has 'name' and 'when'");
    ZKL_TRY(take_line(&severity, k, row, "severity"));
    if (!is_severity(severity))
        return zkl_toml_fail(zkl_toml_find(row, "severity"), k->err,
                             "severity is \"critical\", \"warning\" or \"info\"");
    ZKL_TRY(take_line(&out->summary, k, row, "summary"));
    ZKL_TRY(take_rule(out, k, row));
    ZKL_TRY(take_seconds(&out->for_ms, k, row, "for", 0, 0));
    ZKL_TRY(take_pairs(&labels, &out->label_count, k, row, "labels", 2));
    labels[0] = (telemetry_pair){ "alertname", out->name };
    labels[1] = (telemetry_pair){ "severity", severity };
    for (size_t i = 2; i < out->label_count; i++)
        if (strcmp(labels[i].name, "alertname") == 0 || strcmp(labels[i].name, "severity") == 0)
            return zkl_toml_fail(row, k->err, "the label '%s' is said by the alert itself",
                                 labels[i].name);
    out->labels = labels;
    return take_named_receivers(out, k, row);
}

static bool has_alert(const taking *k, const char *name)
{
    for (size_t i = 0; i < k->out->alerts.alert_count; i++)
        if (strcmp(k->alerts[i].name, name) == 0)
            return true;
    return false;
}

static zkl_status add_shipped(taking *k)
{
    for (size_t i = 0; i < daemon_shipped_alert_count; i++) {
        const daemon_shipped_alert *const s = &daemon_shipped_alerts[i];
        if (has_alert(k, s->name)) /* the settings have one of that name */
            continue;
        telemetry_pair *const labels = ZKL_ARENA_NEW(k->memory, telemetry_pair, 2);
        if (!labels)
            return zkl_no_memory(k->err, 2 * sizeof *labels);
        labels[0] = (telemetry_pair){ "alertname", s->name };
        labels[1] = (telemetry_pair){ "severity", s->severity };
        telemetry_alert *const alert = &k->alerts[k->out->alerts.alert_count++];
        *alert = (telemetry_alert){ .name = s->name,
                                    .summary = s->summary,
                                    .text = s->when,
                                    .for_ms = (uint64_t)s->for_s * 1000,
                                    .labels = labels,
                                    .label_count = 2 };
        const zkl_status status =
            telemetry_rule_parse(&alert->rule, k->registry, zkl_bytes_of_text(s->when), k->err);
        ZKL_ASSERT(status == ZKL_OK); /* a table of our own */
    }
    return ZKL_OK;
}

/* ---- All of it */

static zkl_status take_receivers(taking *k, const zkl_toml_node *root)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, root, "receiver", k->err));
    const size_t count = list ? list->item_count : 0;
    if (count > DAEMON_RECEIVERS_MAX)
        return zkl_toml_fail(list, k->err, "%zu receivers, at most %d", count,
                             DAEMON_RECEIVERS_MAX);
    k->receivers = ZKL_ARENA_NEW(k->memory, telemetry_receiver, count + 1);
    k->by = ZKL_ARENA_NEW(k->memory, daemon_receiver, count + 1);
    if (!k->receivers || !k->by)
        return zkl_no_memory(k->err, count * sizeof *k->by);
    k->out->alerts.receivers = k->receivers;
    k->out->receivers = k->by;
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(take_receiver(k, i, &list->items[i]));
        k->out->alerts.receiver_count++;
    }
    return ZKL_OK;
}

static zkl_status take_alerts(taking *k, const zkl_toml_node *root)
{
    const zkl_toml_node *list = NULL;
    bool has_shipped = true;
    ZKL_TRY(zkl_toml_get_array(&list, root, "alert", k->err));
    ZKL_TRY(zkl_toml_get_boolean(&has_shipped, root, "shipped_alerts", k->err));
    const size_t count = list ? list->item_count : 0;
    if (count > DAEMON_ALERTS_MAX)
        return zkl_toml_fail(list, k->err, "%zu alerts, at most %d", count, DAEMON_ALERTS_MAX);
    k->alerts = ZKL_ARENA_NEW(k->memory, telemetry_alert, count + daemon_shipped_alert_count);
    if (!k->alerts)
        return zkl_no_memory(k->err, count * sizeof *k->alerts);
    k->out->alerts.alerts = k->alerts;
    for (size_t i = 0; i < count; i++) {
        telemetry_alert alert;
        ZKL_TRY(take_alert(&alert, k, &list->items[i]));
        if (has_alert(k, alert.name))
            return zkl_toml_fail(&list->items[i], k->err, "the alert '%s' is named twice",
                                 alert.name);
        k->alerts[k->out->alerts.alert_count++] = alert;
    }
    return has_shipped ? add_shipped(k) : ZKL_OK;
}

static zkl_status take_inhibitions(taking *k, const zkl_toml_node *root)
{
    static const char *const known[] = { "source", "target", "equal" };
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, root, "inhibit", k->err));
    const size_t count = list ? list->item_count : 0;
    if (count > DAEMON_ALERTS_MAX)
        return zkl_toml_fail(list, k->err, "%zu inhibitions, at most %d", count, DAEMON_ALERTS_MAX);
    k->inhibitions = ZKL_ARENA_NEW(k->memory, telemetry_inhibition, count + 1);
    if (!k->inhibitions)
        return zkl_no_memory(k->err, count * sizeof *k->inhibitions);
    for (size_t i = 0; i < count; i++) {
        const zkl_toml_node *const row = &list->items[i];
        telemetry_inhibition *const out = &k->inhibitions[i];
        telemetry_pair *source = NULL, *target = NULL;
        const char **equal = NULL;
        *out = (telemetry_inhibition){ 0 };
        if (row->kind != ZKL_TOML_TABLE)
            return zkl_toml_fail(row, k->err, "an inhibition is a table: [[inhibit]]");
        ZKL_TRY(zkl_toml_refuse_unknown(row, known, ZKL_COUNT(known), k->err));
        ZKL_TRY(take_pairs(&source, &out->source_count, k, row, "source", 0));
        ZKL_TRY(take_pairs(&target, &out->target_count, k, row, "target", 0));
        ZKL_TRY(take_lines(&equal, &out->equal_count, k, row, "equal"));
        if (!out->source_count || !out->target_count)
            return zkl_toml_fail(row, k->err, "an inhibition has 'source' and 'target'");
        out->source = source;
        out->target = target;
        out->equal = equal;
    }
    k->out->alerts.inhibitions = k->inhibitions;
    k->out->alerts.inhibition_count = count;
    return ZKL_OK;
}

zkl_status daemon_alert_settings_take(daemon_alert_settings *out, zkl_arena *memory,
                                      const char *folder, const zkl_toml_node *root,
                                      uint32_t step_s, zkl_error *err)
{
    daemon_metrics *metrics = NULL; /* what there is to be compared */
    *out = (daemon_alert_settings){ 0 };
    ZKL_TRY(daemon_metrics_new(&metrics, err));
    taking k = { .out = out,
                 .memory = memory,
                 .folder = folder,
                 .registry = daemon_metrics_registry(metrics),
                 .step_s = step_s,
                 .err = err };
    zkl_status status = take_receivers(&k, root);
    if (status == ZKL_OK)
        status = take_alerts(&k, root);
    if (status == ZKL_OK)
        status = take_inhibitions(&k, root);
    daemon_metrics_free(metrics);
    return status;
}
