#pragma once
/* What waits for a thread: the highest priority first, groups in turn, nobody for ever.
 *
 * 1. Of those that may run, the first of the highest priority is taken. Each DAEMON_QUEUE_TURN-th
 *    time it is the one of the firsts of all priorities that came first. So one that has k others
 *    before it is taken after at most (k + 1) * DAEMON_QUEUE_TURN takings in which it may run.
 * 2. The first of a priority is the one of the lowest turn, of equals the one that came first. Each
 *    priority has turns of its own. An item's turn is one behind the last of its group that waits,
 *    and behind the turn that was reached. Whichever of a group is taken uses the group's first
 *    turn: that is reached then, and those of it that wait are behind it. So a thousand items of
 *    one group let another group's wait for two of them at most, whatever passes them.
 * 3. A group of which as many wait as may takes a newcomer only in the place of one of its own of
 *    lower priority: the youngest of its lowest is shed. Else the newcomer is refused. How many
 *    wait of other groups changes nothing for one.
 *
 * A value of its caller's, who locks. Items are the caller's memory. All zeros but `most` is
 * valid. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DAEMON_QUEUE_LEVELS 8 /* priorities, 0 the lowest */
#define DAEMON_QUEUE_TURN 4

typedef struct daemon_queue_item {
    struct daemon_queue_item *next;
    const void *group; /* set by its owner */
    unsigned priority;
    uint64_t turn, number; /* number: in the order in which they came */
} daemon_queue_item;

typedef struct daemon_queue {
    size_t most; /* of one group */
    size_t count;
    uint64_t came, taken;
    struct daemon_queue_level {
        daemon_queue_item *first; /* in the order of rule 2 */
        uint64_t turn;            /* that was reached */
    } levels[DAEMON_QUEUE_LEVELS];
} daemon_queue;

/* false: its group is full, and nothing of it is of lower priority. shed: what had to leave for it;
 * NULL: nothing. */
bool daemon_queue_put(daemon_queue *queue, daemon_queue_item *item, unsigned priority,
                      daemon_queue_item **shed);
/* may: whether that one may run now, asked of each in the order of rule 1 until one may; it may act
 * on its yes. NULL: nothing may. */
daemon_queue_item *daemon_queue_take(daemon_queue *queue,
                                     bool (*may)(void *context, daemon_queue_item *item),
                                     void *context);
/* For one that is in it. */
void daemon_queue_remove(daemon_queue *queue, daemon_queue_item *item);
