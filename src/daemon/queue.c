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

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* What waits of a group. */
typedef struct waiting {
    size_t count;
    uint64_t turn;               /* the last of that priority; 0: none waits */
    daemon_queue_item *youngest; /* of its lowest priority */
} waiting;

static waiting find_waiting(const daemon_queue *queue, const void *group, unsigned priority)
{
    waiting w = { 0 };
    for (size_t i = 0; i < DAEMON_QUEUE_LEVELS; i++)
        for (daemon_queue_item *at = queue->levels[i].first; at; at = at->next) {
            if (at->group != group)
                continue;
            w.count++;
            if (i == priority)
                w.turn = later(w.turn, at->turn);
            if (!w.youngest || (w.youngest->priority == i && w.youngest->number < at->number))
                w.youngest = at;
        }
    return w;
}

bool daemon_queue_put(daemon_queue *queue, daemon_queue_item *item, unsigned priority,
                      daemon_queue_item **shed)
{
    ZKL_ASSERT(priority < DAEMON_QUEUE_LEVELS);
    const waiting w = find_waiting(queue, item->group, priority);
    *shed = NULL;
    if (w.count >= queue->most) {
        if (!w.youngest || w.youngest->priority >= priority)
            return false;
        *shed = w.youngest;
        daemon_queue_remove(queue, *shed);
    }
    item->priority = priority;
    item->turn = later(w.turn, queue->levels[priority].turn) + 1;
    item->number = queue->came++;
    insert(queue, item);
    return true;
}

/* Of those of all lists that are asked next, the one that came first. */
static daemon_queue_item **first_of(daemon_queue_item *at[DAEMON_QUEUE_LEVELS])
{
    daemon_queue_item **found = NULL;
    for (size_t i = 0; i < DAEMON_QUEUE_LEVELS; i++)
        if (at[i] && (!found || at[i]->number < (*found)->number))
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

/* Those of a group that wait are behind the turn that was reached by it, in their order. */
static void set_back(struct daemon_queue_level *level, const void *group)
{
    daemon_queue_item *moved = NULL, **end = &moved;
    uint64_t turn = level->turn;
    for (daemon_queue_item **at = &level->first; *at;) {
        daemon_queue_item *const item = *at;
        if (item->group == group && item->turn > turn)
            break; /* and so are those behind it */
        if (item->group != group) {
            at = &item->next;
            continue;
        }
        item->turn = ++turn;
        *at = item->next;
        item->next = NULL;
        *end = item;
        end = &item->next;
    }
    for (daemon_queue_item **at = &level->first; moved; at = &(*at)->next)
        if (!*at || comes_first(moved, *at)) {
            daemon_queue_item *const item = moved;
            moved = item->next;
            item->next = *at;
            *at = item;
        }
}

/* Its group uses its first turn, whichever of it that is. */
static void take_out(daemon_queue *queue, daemon_queue_item *item)
{
    struct daemon_queue_level *const level = &queue->levels[item->priority];
    const daemon_queue_item *first = level->first;
    while (first->group != item->group)
        first = first->next;
    level->turn = later(level->turn, first->turn);
    daemon_queue_remove(queue, item);
    set_back(level, item->group);
    queue->taken++;
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
            take_out(queue, item);
            return item;
        }
        *next = item->next;
    }
}
