#pragma once
/* How much who may ask for: requests, bytes, proving time and tokens a minute, jobs at once.
 *
 * Each limit is a bucket of GCRA, in whole numbers: what was used is a debt that shrinks evenly,
 * the whole allowance in a minute, and a use is taken when the debt stays within the allowance. So
 * the allowance may be used at once, and within any t seconds at most 1 + t/60 allowances are.
 *
 * What a use costs may be known only at its end. Then it is held first and settled later: what is
 * held counts in full and does not shrink, what was really used becomes debt. A use that is refused
 * moves nothing, in no bucket.
 *
 *     daemon_hold hold;
 *     const daemon_cost cost = { DAEMON_PROVING_MS, 10000 };
 *     if (!daemon_limits_hold(limits, &hold, &party, cost, now, &verdict))
 *         return refuse(&verdict);
 *     ... work ...
 *     daemon_limits_settle(limits, &hold, milliseconds, now);
 *
 * 1. Memory is bounded: a table of addresses and one of everybody else, made at the start. A bucket
 *    that is full again is forgotten when its place is needed.
 * 2. Who finds no place shares one bucket with all others who find none, and so waits longer. Who
 *    used that one may use a place of its own later: within any time at most twice its allowance.
 * 3. The clock is passed in, milliseconds that only go forward; one that goes back stands still.
 *
 * Any thread. */
#include <zkl/zkl.h>

#include "base/bytes.h"

typedef enum daemon_unit {
    DAEMON_REQUESTS,
    DAEMON_BYTES, /* of requests */
    DAEMON_PROVING_MS,
    DAEMON_TOKENS,
    DAEMON_JOBS, /* at once: held alone, never a debt */
    DAEMON_UNITS
} daemon_unit;
const char *daemon_unit_text(daemon_unit unit);

typedef enum daemon_scope {
    DAEMON_KEY,
    DAEMON_USER,
    DAEMON_ORGANISATION,
    DAEMON_ADDRESS,
    DAEMON_GLOBAL,
    DAEMON_SCOPES
} daemon_scope;
const char *daemon_scope_text(daemon_scope scope);

/* What one may use a minute, and of jobs at once: at most DAEMON_ALLOWED_MAX, or
 * DAEMON_NO_LIMIT. */
typedef struct daemon_allowance {
    uint64_t of[DAEMON_UNITS];
} daemon_allowance;
#define DAEMON_ALLOWED_MAX ((uint64_t)1 << 40) /* check: 2**40 * 60000 < 2**62 */
#define DAEMON_NO_LIMIT UINT64_MAX
extern const daemon_allowance daemon_no_limits;

/* On whose account a use goes. Allowances outlive the limits; NULL: that scope does not count. */
typedef struct daemon_party {
    uint64_t id[DAEMON_SCOPES]; /* daemon_limits_name */
    const daemon_allowance *allowed[DAEMON_SCOPES];
} daemon_party;

typedef struct daemon_cost {
    daemon_unit unit;
    uint64_t amount;
} daemon_cost;

/* Of the limit that refused, the one that takes longest to give; else of the one with least
 * left. */
typedef struct daemon_verdict {
    bool is_limited; /* false: no limit counts here, and nothing below is said */
    daemon_scope scope;
    daemon_unit unit;
    uint64_t allowed, left;
    /* Until as much as was asked for is there, if nothing else is used; UINT64_MAX: it is more than
     * the allowance. 0: taken. */
    uint64_t retry_ms;
    uint64_t reset_ms; /* until all of it is there */
} daemon_verdict;

/* What is held, until it is settled: once. All zeros: nothing. */
typedef struct daemon_hold {
    daemon_cost cost;
    uint32_t places[DAEMON_SCOPES]; /* of buckets, from 1 */
} daemon_hold;

typedef struct daemon_limits daemon_limits;

/* Room for so many addresses, and for so many keys, users and organisations together (each at least
 * 1). */
zkl_status daemon_limits_new(daemon_limits **out, uint32_t address_room, uint32_t other_room,
                             zkl_error *err) ZKL_MUST_USE;
void daemon_limits_free(daemon_limits *limits);
/* The id of a key, user, organisation or address. Whoever chooses the text cannot make it that of
 * another. */
uint64_t daemon_limits_name(const daemon_limits *limits, daemon_scope scope, zkl_bytes text);

/* false: refused, and nothing is held. What is settled later has an amount of at least 1: a hold of
 * 0 asks only, and nothing is counted for it. */
bool daemon_limits_hold(daemon_limits *limits, daemon_hold *out, const daemon_party *party,
                        daemon_cost cost, uint64_t now_ms, daemon_verdict *verdict) ZKL_MUST_USE;
/* used may be more than was held: the rest is a debt all the same. Of jobs it says nothing. */
void daemon_limits_settle(daemon_limits *limits, daemon_hold *hold, uint64_t used, uint64_t now_ms);
/* Both at once, for what is known beforehand. */
bool daemon_limits_take(daemon_limits *limits, const daemon_party *party, daemon_cost cost,
                        uint64_t now_ms, daemon_verdict *verdict) ZKL_MUST_USE;

typedef struct daemon_limits_counts {
    uint64_t taken, refused[DAEMON_SCOPES];
    uint64_t addresses, others; /* places in use */
    uint64_t crowded;           /* uses that found no place of their own */
} daemon_limits_counts;
void daemon_limits_count(daemon_limits *limits, daemon_limits_counts *out);
