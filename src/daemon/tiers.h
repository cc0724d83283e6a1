#pragma once
/* Limits as settings: what each tier may use, what an address and all together may, who is kept
 * out.
 *
 *     [limits]
 *     blocked = ["192.0.2.0/24", "2001:db8::/32"]
 *     address = { requests_per_minute = 600 }
 *     global = { requests_per_minute = 100000 }
 *
 *     [tiers.free]
 *     requests_per_minute = 20
 *     organisation = { requests_per_minute = 200 }
 *
 * Four tiers are there without settings: free, standard, pro, and enterprise, which has no limits
 * until it is given some. */
#include "daemon/address.h"
#include "daemon/limits.h"
#include "daemon/queue.h"
#include "toml/toml.h"

#include "base/arena.h"

typedef struct daemon_tier {
    char name[16];
    unsigned priority; /* of its jobs; below DAEMON_QUEUE_LEVELS */
    /* Of each key, of all keys of a user, of all keys of an organisation. */
    daemon_allowance key, user, organisation;
} daemon_tier;

typedef struct daemon_limit_settings {
    daemon_tier *tiers;
    size_t tier_count;
    daemon_allowance address, global;
    daemon_range *blocked;
    size_t blocked_count;
    uint64_t proving_held_ms; /* of a long operation, until it is known what it took */
    size_t waiting_max;       /* jobs */
    uint32_t address_room;    /* places of addresses, and of keys, users and organisations */
} daemon_limit_settings;

/* `limits` and `tiers` of root, which may have neither; lives in memory. ZKL_BAD_INPUT with line
 * and column. */
zkl_status daemon_tiers_read(daemon_limit_settings *out, zkl_arena *memory,
                             const zkl_toml_node *root, zkl_error *err) ZKL_MUST_USE;
/* The tier of that name. "": enterprise. One that there is not: that of the lowest priority. */
const daemon_tier *daemon_tier_find(const daemon_limit_settings *settings, const char *name);
