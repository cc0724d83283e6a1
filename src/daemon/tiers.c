/* The tiers that are there, and those of the settings over them. */
#include "daemon/tiers.h"

#include <string.h>

#define NONE DAEMON_NO_LIMIT
#define TIERS_MAX ((size_t)64)
#define BLOCKED_MAX ((size_t)10000)
#define ROOM 32768
#define ROOM_MAX 1000000

#define ALLOWED(requests, tokens, jobs)                                                            \
    {                                                                                              \
        {                                                                                          \
            [DAEMON_REQUESTS] = requests, [DAEMON_BYTES] = NONE, [DAEMON_PROVING_MS] = NONE,       \
            [DAEMON_TOKENS] = tokens, [DAEMON_JOBS] = jobs                                         \
        }                                                                                          \
    }
#define TIER(name, priority, requests, tokens, jobs)                                               \
    {                                                                                              \
        name, priority, ALLOWED(requests, tokens, jobs), ALLOWED(requests, tokens, jobs),          \
            ALLOWED(requests, tokens, jobs)                                                        \
    }

static const daemon_tier built_in[] = {
    TIER("free", 0, 20, 40000, 1),
    TIER("standard", 1, 100, 200000, 5),
    TIER("pro", 2, 500, 1000000, 20),
    TIER("enterprise", 3, NONE, NONE, NONE),
};

/* Members of an allowance, what one of their units is in ours, and the least of them. */
static const struct {
    const char *name;
    daemon_unit unit;
    uint64_t scale, least;
} members[] = {
    { "requests_per_minute", DAEMON_REQUESTS, 1, 0 },
    { "bytes_per_minute", DAEMON_BYTES, 1, 0 },
    { "proving_seconds_per_minute", DAEMON_PROVING_MS, 1000, 0 },
    { "tokens_per_minute", DAEMON_TOKENS, 1, 0 },
    { "jobs_at_once", DAEMON_JOBS, 1, 1 }, /* with none, a job would wait for ever */
};

static zkl_status get_whole(uint64_t *out, const zkl_toml_node *table, const char *key,
                            uint64_t least, uint64_t most, zkl_error *err)
{
    int64_t value = (int64_t)*out;
    ZKL_TRY(zkl_toml_get_integer(&value, table, key, err));
    if (value < 0 || (uint64_t)value < least || (uint64_t)value > most)
        return zkl_toml_fail(zkl_toml_find(table, key), err, "%s is not %llu to %llu", key,
                             (unsigned long long)least, (unsigned long long)most);
    *out = (uint64_t)value;
    return ZKL_OK;
}

/* Members that are not said stay. "none": no limit. */
static zkl_status take_members(daemon_allowance *out, const zkl_toml_node *table, zkl_error *err)
{
    for (size_t i = 0; i < ZKL_COUNT(members); i++) {
        const zkl_toml_node *const node = zkl_toml_find(table, members[i].name);
        uint64_t value = members[i].least;
        if (!node)
            continue;
        if (node->kind == ZKL_TOML_STRING && zkl_bytes_equal_text(node->text, "none")) {
            out->of[members[i].unit] = NONE;
            continue;
        }
        ZKL_TRY(get_whole(&value, table, members[i].name, members[i].least,
                          DAEMON_ALLOWED_MAX / members[i].scale, err));
        out->of[members[i].unit] = value * members[i].scale;
    }
    return ZKL_OK;
}

/* A table of an allowance alone, of its first so many members. */
static zkl_status take_allowance(daemon_allowance *out, const zkl_toml_node *parent,
                                 const char *key, size_t member_count, zkl_error *err)
{
    const char *known[ZKL_COUNT(members)];
    const zkl_toml_node *table = NULL;
    ZKL_TRY(zkl_toml_get_table(&table, parent, key, err));
    if (!table)
        return ZKL_OK;
    for (size_t i = 0; i < member_count; i++)
        known[i] = members[i].name;
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, member_count, err));
    return take_members(out, table, err);
}

static zkl_status take_tier(daemon_tier *tier, const zkl_toml_node *table, zkl_error *err)
{
    const char *known[ZKL_COUNT(members) + 3] = { "priority", "user", "organisation" };
    uint64_t priority = tier->priority;
    for (size_t i = 0; i < ZKL_COUNT(members); i++)
        known[3 + i] = members[i].name;
    if (table->kind != ZKL_TOML_TABLE)
        return zkl_toml_fail(table, err, "a tier is a table");
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(get_whole(&priority, table, "priority", 0, DAEMON_QUEUE_LEVELS - 1, err));
    tier->priority = (unsigned)priority;
    ZKL_TRY(take_members(&tier->key, table, err));
    tier->user = tier->organisation = tier->key;
    ZKL_TRY(take_allowance(&tier->user, table, "user", ZKL_COUNT(members), err));
    return take_allowance(&tier->organisation, table, "organisation", ZKL_COUNT(members), err);
}

/* One of that name; a new one has no limits, and the lowest priority. */
static zkl_status find_or_add(daemon_tier **out, daemon_limit_settings *s,
                              const zkl_toml_node *node, zkl_error *err)
{
    for (size_t i = 0; i < s->tier_count; i++)
        if (zkl_bytes_equal_text(node->key, s->tiers[i].name)) {
            *out = &s->tiers[i];
            return ZKL_OK;
        }
    daemon_tier tier = { .key = daemon_no_limits };
    if (!node->key.size || node->key.size >= sizeof tier.name ||
        memchr(node->key.data, 0, node->key.size))
        return zkl_toml_fail(node, err, "a tier's name has 1 to %zu bytes", sizeof tier.name - 1);
    memcpy(tier.name, node->key.data, node->key.size);
    s->tiers[s->tier_count] = tier;
    *out = &s->tiers[s->tier_count++];
    return ZKL_OK;
}

static zkl_status take_tiers(daemon_limit_settings *s, zkl_arena *memory, const zkl_toml_node *root,
                             zkl_error *err)
{
    const zkl_toml_node *table = NULL;
    ZKL_TRY(zkl_toml_get_table(&table, root, "tiers", err));
    const size_t more = table ? table->item_count : 0;
    if (more > TIERS_MAX)
        return zkl_toml_fail(table, err, "%zu tiers, at most %zu", more, TIERS_MAX);
    s->tiers = ZKL_ARENA_NEW(memory, daemon_tier, ZKL_COUNT(built_in) + more);
    if (!s->tiers)
        return zkl_no_memory(err, (ZKL_COUNT(built_in) + more) * sizeof *s->tiers);
    memcpy(s->tiers, built_in, sizeof built_in);
    s->tier_count = ZKL_COUNT(built_in);
    for (size_t i = 0; i < more; i++) {
        daemon_tier *tier = NULL;
        ZKL_TRY(find_or_add(&tier, s, &table->items[i], err));
        ZKL_TRY(take_tier(tier, &table->items[i], err));
    }
    return ZKL_OK;
}

static zkl_status take_blocked(daemon_limit_settings *s, zkl_arena *memory,
                               const zkl_toml_node *table, zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, table, "blocked", err));
    const size_t count = list ? list->item_count : 0;
    if (count > BLOCKED_MAX)
        return zkl_toml_fail(list, err, "%zu ranges are blocked, at most %zu", count, BLOCKED_MAX);
    s->blocked = ZKL_ARENA_NEW(memory, daemon_range, count ? count : 1);
    if (!s->blocked)
        return zkl_no_memory(err, count * sizeof *s->blocked);
    for (size_t i = 0; i < count; i++) {
        const zkl_toml_node *const item = &list->items[i];
        zkl_error why = { 0 };
        if (item->kind != ZKL_TOML_STRING || memchr(item->text.data, 0, item->text.size))
            return zkl_toml_fail(item, err, "a range of addresses is a text");
        if (daemon_range_parse(&s->blocked[i], (const char *)item->text.data, &why) != ZKL_OK)
            return zkl_toml_fail(item, err, "%s", why.text);
    }
    s->blocked_count = count;
    return ZKL_OK;
}

zkl_status daemon_tiers_read(daemon_limit_settings *out, zkl_arena *memory,
                             const zkl_toml_node *root, zkl_error *err)
{
    static const char *const known[] = { "blocked",          "address",
                                         "global",           "proving_seconds_held",
                                         "jobs_waiting_max", "places" };
    daemon_limit_settings s = { .address = daemon_no_limits, .global = daemon_no_limits };
    const zkl_toml_node *table = NULL;
    uint64_t held = 10, waiting = 1000, room = ROOM;
    ZKL_TRY(zkl_toml_get_table(&table, root, "limits", err));
    ZKL_TRY(take_tiers(&s, memory, root, err));
    if (table)
        ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(take_blocked(&s, memory, table, err));
    ZKL_TRY(take_allowance(&s.address, table, "address", 1, err)); /* requests alone */
    ZKL_TRY(take_allowance(&s.global, table, "global", ZKL_COUNT(members), err));
    ZKL_TRY(get_whole(&held, table, "proving_seconds_held", 0, 86400, err));
    ZKL_TRY(get_whole(&waiting, table, "jobs_waiting_max", 1, 100000, err));
    ZKL_TRY(get_whole(&room, table, "places", 1, ROOM_MAX, err));
    s.proving_held_ms = held * 1000;
    s.waiting_max = (size_t)waiting;
    s.address_room = (uint32_t)room;
    *out = s;
    return ZKL_OK;
}

const daemon_tier *daemon_tier_find(const daemon_limit_settings *settings, const char *name)
{
    const daemon_tier *lowest = &settings->tiers[0];
    for (size_t i = 0; i < settings->tier_count; i++) {
        const daemon_tier *const tier = &settings->tiers[i];
        if (strcmp(tier->name, name[0] ? name : "enterprise") == 0)
            return tier;
        if (tier->priority < lowest->priority)
            lowest = tier;
    }
    return lowest;
}
