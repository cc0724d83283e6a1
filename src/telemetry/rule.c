/* Rules: read, written, judged. */
#include "telemetry/rule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const way_texts[] = {
    [TELEMETRY_SUM] = "sum",   [TELEMETRY_MAX] = "max",           [TELEMETRY_MIN] = "min",
    [TELEMETRY_RATE] = "rate", [TELEMETRY_INCREASE] = "increase", [TELEMETRY_QUANTILE] = "quantile",
};
/* Longer ones first: "<=" begins as "<" does. */
static const struct {
    const char *text;
    telemetry_comparison comparison;
} comparisons[] = { { ">=", TELEMETRY_AT_LEAST }, { "<=", TELEMETRY_AT_MOST },
                    { "==", TELEMETRY_EQUAL },    { "!=", TELEMETRY_UNEQUAL },
                    { ">", TELEMETRY_ABOVE },     { "<", TELEMETRY_BELOW } };

/* ---- Reading */

typedef struct parser {
    const telemetry_registry *registry;
    zkl_bytes text;
    size_t at;
    zkl_error *err;
} parser;

static zkl_status fail(const parser *p, const char *what)
{
    return zkl_fail(p->err, ZKL_BAD_INPUT, "character %zu: %s", p->at + 1, what);
}

static void skip_blanks(parser *p)
{
    while (p->at < p->text.size && p->text.data[p->at] == ' ')
        p->at++;
}

static bool take(parser *p, const char *token)
{
    const size_t size = strlen(token);
    skip_blanks(p);
    if (p->text.size - p->at < size || memcmp(p->text.data + p->at, token, size) != 0)
        return false;
    p->at += size;
    return true;
}

static bool is_word(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static zkl_bytes take_word(parser *p)
{
    skip_blanks(p);
    const size_t begin = p->at;
    while (p->at < p->text.size && is_word(p->text.data[p->at]))
        p->at++;
    return zkl_bytes_of(p->text.data + begin, p->at - begin);
}

static bool is_digit(const parser *p)
{
    return p->at < p->text.size && p->text.data[p->at] >= '0' && p->text.data[p->at] <= '9';
}

static size_t count_digits(const parser *p, size_t at)
{
    size_t count = 0;
    while (at + count < p->text.size && p->text.data[at + count] >= '0' &&
           p->text.data[at + count] <= '9')
        count++;
    return count;
}

static uint8_t char_at(const parser *p, size_t at)
{
    return at < p->text.size ? p->text.data[at] : 0;
}

/* A number as JSON has it, of at most 30 characters, and finite. */
static zkl_status take_number(parser *p, double *out, bool may_be_negative)
{
    char digits[31];
    skip_blanks(p);
    size_t at = p->at + (may_be_negative && char_at(p, p->at) == '-');
    size_t count = count_digits(p, at);
    bool is_good = count > 0;
    at += count;
    if (char_at(p, at) == '.') {
        count = count_digits(p, at + 1);
        is_good &= count > 0;
        at += 1 + count;
    }
    if (char_at(p, at) == 'e') {
        at += (size_t)1 + (char_at(p, at + 1) == '-' || char_at(p, at + 1) == '+');
        count = count_digits(p, at);
        is_good &= count > 0;
        at += count;
    }
    if (!is_good || at - p->at >= sizeof digits)
        return fail(p, "a number of at most 30 characters is wanted");
    memcpy(digits, p->text.data + p->at, at - p->at);
    digits[at - p->at] = '\0';
    *out = strtod(digits, NULL);
    if (!isfinite(*out))
        return fail(p, "the number is too large");
    p->at = at;
    return ZKL_OK;
}

static zkl_status take_window(parser *p, uint64_t *out)
{
    uint64_t number = 0;
    skip_blanks(p);
    const size_t begin = p->at;
    while (is_digit(p) && number <= TELEMETRY_WINDOW_MS_MAX)
        number = number * 10 + (uint64_t)(p->text.data[p->at++] - '0');
    const char unit = p->at < p->text.size ? (char)p->text.data[p->at] : ' ';
    const uint64_t ms = unit == 's' ? 1000 : unit == 'm' ? 60000 : unit == 'h' ? 3600000 : 0;
    if (p->at == begin || !ms || !number || number > TELEMETRY_WINDOW_MS_MAX / ms) {
        p->at = begin;
        return fail(p, "a window is 1s to 24h");
    }
    p->at++;
    *out = number * ms;
    return ZKL_OK;
}

/* "name", "name_count" of a histogram. */
static zkl_status take_metric(parser *p, telemetry_term *out)
{
    static const char *const endings[] = {
        [TELEMETRY_ITS_COUNT] = "_count", [TELEMETRY_ITS_SUM] = "_sum"
    };
    const size_t begin = p->at;
    const zkl_bytes word = take_word(p);
    out->part = TELEMETRY_ITSELF;
    out->metric = telemetry_find(p->registry, word);
    for (size_t i = TELEMETRY_ITS_COUNT; i <= TELEMETRY_ITS_SUM; i++) {
        const size_t size = strlen(endings[i]);
        if (out->metric != SIZE_MAX || word.size <= size ||
            memcmp(word.data + word.size - size, endings[i], size) != 0)
            continue;
        const size_t found = telemetry_find(p->registry, zkl_bytes_of(word.data, word.size - size));
        if (found == SIZE_MAX || telemetry_row(p->registry, found)->kind != TELEMETRY_HISTOGRAM)
            continue;
        out->metric = found;
        out->part = i == TELEMETRY_ITS_COUNT ? TELEMETRY_ITS_COUNT : TELEMETRY_ITS_SUM;
    }
    if (out->metric != SIZE_MAX)
        return ZKL_OK;
    p->at = begin;
    skip_blanks(p);
    return fail(p, "there is no metric of that name");
}

/* What stands between quotes: a value has a backslash or a quote only behind a backslash. */
static zkl_status take_value(parser *p, const telemetry_label *label, size_t *out)
{
    char text[256];
    size_t size = 0;
    if (!take(p, "\""))
        return fail(p, "a value in quotes is wanted");
    const size_t begin = p->at;
    while (p->at < p->text.size && p->text.data[p->at] != '"' && size < sizeof text - 1) {
        if (p->text.data[p->at] == '\\')
            p->at++;
        if (p->at < p->text.size)
            text[size++] = (char)p->text.data[p->at++];
    }
    text[size] = '\0';
    for (size_t i = 0; i < label->count; i++)
        if (strcmp(label->values[i], text) == 0 && strlen(text) == size && take(p, "\"")) {
            *out = i;
            return ZKL_OK;
        }
    p->at = begin;
    return fail(p, "the label never has that value");
}

static zkl_status take_matcher(parser *p, telemetry_term *out)
{
    const telemetry_metric *const r = telemetry_row(p->registry, out->metric);
    skip_blanks(p);
    const size_t begin = p->at;
    const zkl_bytes name = take_word(p);
    size_t label = 0;
    while (label < TELEMETRY_LABELS_MAX && r->labels[label] &&
           !zkl_bytes_equal_text(name, r->labels[label]->name))
        label++;
    p->at = label < TELEMETRY_LABELS_MAX && r->labels[label] ? p->at : begin;
    if (p->at == begin)
        return fail(p, "the metric has no such label");
    if (out->matcher_count == ZKL_COUNT(out->matchers))
        return fail(p, "too many labels");
    out->matchers[out->matcher_count].label = label;
    out->matchers[out->matcher_count].is_not = take(p, "!=");
    if (!out->matchers[out->matcher_count].is_not && !take(p, "="))
        return fail(p, "'=' or '!=' is wanted");
    return take_value(p, r->labels[label], &out->matchers[out->matcher_count++].value);
}

static zkl_status take_selector(parser *p, telemetry_term *out)
{
    ZKL_TRY(take_metric(p, out));
    if (!take(p, "{"))
        return ZKL_OK;
    do
        ZKL_TRY(take_matcher(p, out));
    while (take(p, ","));
    return take(p, "}") ? ZKL_OK : fail(p, "'}' is wanted");
}

static zkl_status check_kind(const parser *p, const telemetry_term *term)
{
    const telemetry_kind kind = telemetry_row(p->registry, term->metric)->kind;
    const bool is_itself = term->part == TELEMETRY_ITSELF;
    if (term->way == TELEMETRY_QUANTILE)
        return kind == TELEMETRY_HISTOGRAM && is_itself ? ZKL_OK
                                                        : fail(p, "a quantile is of a histogram");
    if (term->way == TELEMETRY_RATE || term->way == TELEMETRY_INCREASE)
        return kind == TELEMETRY_COUNTER || (kind == TELEMETRY_HISTOGRAM && !is_itself)
                   ? ZKL_OK
                   : fail(p, "a rate is of a counter, or of a histogram's _count or _sum");
    return kind == TELEMETRY_GAUGE ? ZKL_OK
                                   : fail(p, "what counts up is compared by its rate or increase");
}

/* "rate(" and the like; a metric's own name may begin so too. */
static bool take_way(parser *p, telemetry_way *out)
{
    const size_t begin = p->at;
    const zkl_bytes word = take_word(p);
    for (size_t i = 0; i < ZKL_COUNT(way_texts); i++)
        if (zkl_bytes_equal_text(word, way_texts[i]) && take(p, "(")) {
            *out = (telemetry_way)i;
            return true;
        }
    p->at = begin;
    return false;
}

static zkl_status take_term(parser *p, telemetry_term *out)
{
    *out = (telemetry_term){ .way = TELEMETRY_SUM };
    if (!take_way(p, &out->way)) {
        ZKL_TRY(take_selector(p, out));
        return check_kind(p, out);
    }
    if (out->way == TELEMETRY_QUANTILE) {
        ZKL_TRY(take_number(p, &out->quantile, false));
        if (out->quantile > 1)
            return fail(p, "a quantile is 0 to 1");
        if (!take(p, ","))
            return fail(p, "',' is wanted");
    }
    ZKL_TRY(take_selector(p, out));
    if (out->way >= TELEMETRY_RATE) {
        if (!take(p, ","))
            return fail(p, "',' and a window are wanted");
        ZKL_TRY(take_window(p, &out->window_ms));
    }
    return take(p, ")") ? check_kind(p, out) : fail(p, "')' is wanted");
}

zkl_status telemetry_rule_parse(telemetry_rule *out, const telemetry_registry *registry,
                                zkl_bytes text, zkl_error *err)
{
    parser p = { .registry = registry, .text = text, .err = err };
    telemetry_rule rule = { .term_count = 1 };
    if (text.size > TELEMETRY_RULE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a rule has at most %d bytes", TELEMETRY_RULE_BYTES_MAX);
    ZKL_TRY(take_term(&p, &rule.terms[0]));
    if (take(&p, "/")) {
        ZKL_TRY(take_term(&p, &rule.terms[1]));
        rule.term_count = 2;
    }
    size_t i = 0;
    while (i < ZKL_COUNT(comparisons) && !take(&p, comparisons[i].text))
        i++;
    if (i == ZKL_COUNT(comparisons))
        return fail(&p, "a comparison is wanted");
    rule.comparison = comparisons[i].comparison;
    ZKL_TRY(take_number(&p, &rule.threshold, true));
    skip_blanks(&p);
    if (p.at != text.size)
        return fail(&p, "the rule is over here");
    *out = rule;
    return ZKL_OK;
}

/* ---- Writing */

static const char *part_text(const telemetry_term *term)
{
    return term->part == TELEMETRY_ITS_COUNT ? "_count"
           : term->part == TELEMETRY_ITS_SUM ? "_sum"
           : term->way == TELEMETRY_QUANTILE ? "_bucket" /* of Prometheus */
                                             : "";
}

static void put_selector(zkl_buffer *out, const telemetry_term *term,
                         const telemetry_registry *registry, const char *ending)
{
    const telemetry_metric *const r = telemetry_row(registry, term->metric);
    zkl_buffer_format(out, "%s%s", r->name, ending);
    for (size_t i = 0; i < term->matcher_count; i++) {
        const telemetry_label *const label = r->labels[term->matchers[i].label];
        zkl_buffer_format(out, "%s%s%s\"", i ? ", " : "{", label->name,
                          term->matchers[i].is_not ? "!=" : "=");
        for (const char *c = label->values[term->matchers[i].value]; *c; c++) {
            if (*c == '"' || *c == '\\')
                zkl_buffer_put_u8(out, '\\');
            zkl_buffer_put_u8(out, (uint8_t)*c);
        }
        zkl_buffer_put_text(out, "\"");
    }
    if (term->matcher_count)
        zkl_buffer_put_text(out, "}");
}

static void put_term(zkl_buffer *out, const telemetry_term *term,
                     const telemetry_registry *registry)
{
    zkl_buffer_format(out, "%s(", way_texts[term->way]);
    if (term->way == TELEMETRY_QUANTILE)
        zkl_buffer_format(out, "%.17g, ", term->quantile);
    put_selector(out, term, registry, term->part == TELEMETRY_ITSELF ? "" : part_text(term));
    if (term->window_ms)
        zkl_buffer_format(out, ", %llus", (unsigned long long)term->window_ms / 1000);
    zkl_buffer_put_text(out, ")");
}

static void put_prometheus_term(zkl_buffer *out, const telemetry_term *term,
                                const telemetry_registry *registry)
{
    if (term->way == TELEMETRY_QUANTILE)
        zkl_buffer_format(out, "histogram_quantile(%.15g, sum by (instance, le) (rate(",
                          term->quantile);
    else if (term->window_ms)
        zkl_buffer_format(out, "sum by (instance) (%s(", way_texts[term->way]);
    else
        zkl_buffer_format(out, "%s by (instance) (", way_texts[term->way]);
    put_selector(out, term, registry, part_text(term));
    if (term->window_ms)
        zkl_buffer_format(out, "[%llus]))", (unsigned long long)term->window_ms / 1000);
    if (term->way == TELEMETRY_QUANTILE || !term->window_ms)
        zkl_buffer_put_text(out, ")");
}

static void put_rule(zkl_buffer *out, const telemetry_rule *rule,
                     const telemetry_registry *registry, int digits,
                     void (*put)(zkl_buffer *out, const telemetry_term *term,
                                 const telemetry_registry *registry))
{
    for (size_t i = 0; i < rule->term_count; i++) {
        zkl_buffer_put_text(out, i ? " / " : "");
        put(out, &rule->terms[i], registry);
    }
    for (size_t i = 0; i < ZKL_COUNT(comparisons); i++)
        if (comparisons[i].comparison == rule->comparison)
            zkl_buffer_format(out, " %s ", comparisons[i].text);
    zkl_buffer_format(out, "%.*g", digits, rule->threshold);
}

void telemetry_rule_put(zkl_buffer *out, const telemetry_rule *rule,
                        const telemetry_registry *registry)
{
    put_rule(out, rule, registry, 17, put_term);
}

void telemetry_rule_put_prometheus(zkl_buffer *out, const telemetry_rule *rule,
                                   const telemetry_registry *registry)
{
    put_rule(out, rule, registry, 15, put_prometheus_term);
}

/* ---- Judging */

static bool fits(const telemetry_term *term, const telemetry_registry *registry, size_t series)
{
    for (size_t i = 0; i < term->matcher_count; i++) {
        const size_t value =
            telemetry_series_value(registry, term->metric, series, term->matchers[i].label);
        if ((value == term->matchers[i].value) == term->matchers[i].is_not)
            return false;
    }
    return true;
}

/* What of a series counts: one cell, or all buckets of a histogram. */
static size_t cells_of(const telemetry_term *term, const telemetry_registry *registry,
                       size_t series, size_t *first)
{
    const size_t cells = telemetry_cells(registry, term->metric);
    *first = telemetry_cell_of(registry, term->metric, series);
    if (term->part == TELEMETRY_ITS_SUM)
        *first += cells - 1;
    return term->part == TELEMETRY_ITS_COUNT ? cells - 1 : 1;
}

static double now_of(const telemetry_term *term, const telemetry_series_set *set)
{
    const telemetry_registry *const t = set->registry;
    double out = NAN;
    for (size_t s = 0; set->count && s < telemetry_series_count(t, term->metric); s++) {
        if (!fits(term, t, s))
            continue;
        const double value =
            telemetry_series_at(set, telemetry_cell_of(t, term->metric, s), set->count - 1);
        if (isnan(out))
            out = value;
        else
            out = term->way == TELEMETRY_MAX   ? fmax(out, value)
                  : term->way == TELEMETRY_MIN ? fmin(out, value)
                                               : out + value;
    }
    return out;
}

/* The first point of the window; set->count: there are no two. */
static size_t window_of(const telemetry_term *term, const telemetry_series_set *set)
{
    if (set->count < 2)
        return set->count;
    const size_t from = telemetry_series_from(set, telemetry_series_time(set, set->count - 1) -
                                                       (int64_t)term->window_ms);
    return from + 1 < set->count ? from : set->count;
}

static double rise_of(const telemetry_term *term, const telemetry_series_set *set)
{
    const telemetry_registry *const t = set->registry;
    const size_t from = window_of(term, set);
    double out = 0;
    if (from == set->count)
        return NAN;
    for (size_t s = 0; s < telemetry_series_count(t, term->metric); s++) {
        size_t first;
        if (!fits(term, t, s))
            continue;
        const size_t count = cells_of(term, t, s, &first);
        for (size_t i = 0; i < count; i++)
            out += telemetry_series_rise(set, first + i, from, set->count - 1);
    }
    if (term->way == TELEMETRY_INCREASE)
        return out;
    const int64_t ms =
        telemetry_series_time(set, set->count - 1) - telemetry_series_time(set, from);
    return ms > 0 ? out * 1000 / (double)ms : NAN;
}

/* As Prometheus does: evenly within a bucket, the first one from 0, and the highest bound for what
 * is above all. */
static double quantile_of(const telemetry_term *term, const telemetry_series_set *set)
{
    const telemetry_registry *const t = set->registry;
    const telemetry_metric *const r = telemetry_row(t, term->metric);
    const size_t from = window_of(term, set), buckets = r->bound_count + 1;
    const double scale = r->scale == 0.0 ? 1 : r->scale;
    double below = 0, all = 0;
    if (from == set->count)
        return NAN;
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < buckets; i++) {
            double rise = 0;
            for (size_t s = 0; s < telemetry_series_count(t, term->metric); s++)
                if (fits(term, t, s))
                    rise += telemetry_series_rise(set, telemetry_cell_of(t, term->metric, s) + i,
                                                  from, set->count - 1);
            if (pass == 0) {
                all += rise;
                continue;
            }
            const double rank = term->quantile * all;
            if (all > 0 && below + rise >= rank && rise > 0) {
                if (i == r->bound_count)
                    return (double)r->bounds[i - 1] * scale;
                const double low = i ? (double)r->bounds[i - 1] : 0;
                return (low + ((double)r->bounds[i] - low) * (rank - below) / rise) * scale;
            }
            below += rise;
        }
    return NAN;
}

static double term_value(const telemetry_term *term, const telemetry_series_set *set)
{
    switch (term->way) {
    case TELEMETRY_SUM:
    case TELEMETRY_MAX:
    case TELEMETRY_MIN:
        return now_of(term, set);
    case TELEMETRY_RATE:
    case TELEMETRY_INCREASE:
        return rise_of(term, set);
    case TELEMETRY_QUANTILE:
        return quantile_of(term, set);
    }
    ZKL_UNREACHABLE("a way");
}

double telemetry_rule_value(const telemetry_rule *rule, const telemetry_series_set *set)
{
    const double first = term_value(&rule->terms[0], set);
    if (rule->term_count == 1)
        return first;
    const double second = term_value(&rule->terms[1], set);
    return second == 0.0 ? NAN : first / second;
}

bool telemetry_rule_holds(const telemetry_rule *rule, double value)
{
    if (isnan(value))
        return false;
    switch (rule->comparison) {
    case TELEMETRY_ABOVE:
        return value > rule->threshold;
    case TELEMETRY_AT_LEAST:
        return value >= rule->threshold;
    case TELEMETRY_BELOW:
        return value < rule->threshold;
    case TELEMETRY_AT_MOST:
        return value <= rule->threshold;
    case TELEMETRY_EQUAL:
        return value == rule->threshold;
    case TELEMETRY_UNEQUAL:
        return value != rule->threshold;
    }
    ZKL_UNREACHABLE("a comparison");
}
