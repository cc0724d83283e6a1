/* A list a priority, each in the order of turns. */
#include "daemon/queue.h"

#include "base/memory.h"

static bool comes_first(const daemon_queue_item *a, const daemon_queue_item *b)
{
    return a->turn != b->turn ? a->turn < b->turn : a->number < b->number;
}

static void insert(daemon_queue *queue, daemon_queue_item *item)
{
    daemon_queue_item **at = &queue->levels[item->priority].first;
    while (*at && comes_first(*at, item))
        at = &(*at)->next;
    item->next = *at;
    *at = item;
    queue->count++;
}

void daemon_queue_remove(daemon_queue *queue, daemon_queue_item *item)
{
    daemon_queue_item **at = &queue->levels[item->priority].first;
    while (*at != item) {
        ZKL_ASSERT(*at); /* it is in the queue */
        at = &(*at)->next;
    }
    *at = item->next;
    item->next = NULL;
    queue->count--;
}

/* What waits of a group. */
typedef struct waiting {
    size_t count;
    uint64_t turn;               /* of its last; 0: none waits */
    daemon_queue_item *youngest; /* of its lowest priority */
} waiting;

static waiting find_waiting(const daemon_queue *queue, const void *group)
{
    waiting w = { 0 };
    for (size_t i = 0; i < DAEMON_QUEUE_LEVELS; i++)
        for (daemon_queue_item *at = queue->levels[i].first; at; at = at->next) {
            if (at->group != group)
                continue;
            w.count++;
            w.turn = at->turn > w.turn ? at->turn : w.turn;
            if (!w.youngest || (w.youngest->priority == i && w.youngest->number < at->number))
                w.youngest = at;
        }
    return w;
}

bool daemon_queue_put(daemon_queue *queue, daemon_queue_item *item, unsigned priority,
                      daemon_queue_item **shed)
{
    ZKL_ASSERT(priority < DAEMON_QUEUE_LEVELS);
    const waiting w = find_waiting(queue, item->group);
    *shed = NULL;
    if (w.count >= queue->most) {
        if (!w.youngest || w.youngest->priority >= priority)
            return false;
        *shed = w.youngest;
        daemon_queue_remove(queue, *shed);
    }
    item->priority = priority;
    item->turn = (w.turn ? w.turn : queue->turn) + 1;
    item->number = queue->came++;
    insert(queue, item);
    return true;
}

/* The first of all lists that was not asked yet. */
static daemon_queue_item **first_of(daemon_queue_item *at[DAEMON_QUEUE_LEVELS])
{
    daemon_queue_item **found = NULL;
    for (size_t i = 0; i < DAEMON_QUEUE_LEVELS; i++)
        if (at[i] && (!found || comes_first(at[i], *found)))
            found = &at[i];
    return found;
}

static daemon_queue_item **highest_of(daemon_queue_item *at[DAEMON_QUEUE_LEVELS])
{
    for (size_t i = DAEMON_QUEUE_LEVELS; i-- > 0;)
        if (at[i])
            return &at[i];
    return NULL;
}

daemon_queue_item *daemon_queue_take(daemon_queue *queue,
                                     bool (*may)(void *context, daemon_queue_item *item),
                                     void *context)
{
    const bool is_turn = (queue->taken + 1) % DAEMON_QUEUE_TURN == 0;
    daemon_queue_item *at[DAEMON_QUEUE_LEVELS];
    for (size_t i = 0; i < DAEMON_QUEUE_LEVELS; i++)
        at[i] = queue->levels[i].first;
    for (;;) {
        daemon_queue_item **const next = is_turn ? first_of(at) : highest_of(at);
        if (!next)
            return NULL;
        daemon_queue_item *const item = *next;
        if (may(context, item)) {
            daemon_queue_remove(queue, item);
            queue->taken++;
            queue->turn = item->turn > queue->turn ? item->turn : queue->turn;
            return item;
        }
        *next = item->next;
    }
}
