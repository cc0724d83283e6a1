/* The queue of jobs: order, nobody for ever, and who has to leave when it is full. */
#include "daemon/queue.h"

#include "testing.h"

#define ITEMS 64

typedef struct thing {
    daemon_queue_item item;
    bool is_blocked;
} thing;

static bool may(void *context, daemon_queue_item *item)
{
    (void)context;
    return !((thing *)item)->is_blocked;
}

static thing *take(daemon_queue *queue)
{
    return (thing *)daemon_queue_take(queue, may, NULL);
}

static bool put(daemon_queue *queue, thing *one, unsigned priority)
{
    daemon_queue_item *shed;
    return daemon_queue_put(queue, &one->item, priority, &shed) && !shed;
}

/* The highest first, of these the oldest; each fourth time the oldest of all. */
static void test_queue__highest_first(zkl_test *t)
{
    static const unsigned priorities[] = { 0, 1, 3, 3, 0, 2, 3, 1 };
    static const size_t want[] = { 2, 3, 6, 0, 5, 1, 7, 4 };
    daemon_queue queue = { .most = ITEMS };
    thing things[ITEMS] = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(priorities); i++)
        CHECK(t, put(&queue, &things[i], priorities[i]));
    for (size_t i = 0; i < ZKL_COUNT(want); i++)
        CHECK(t, take(&queue) == &things[want[i]]);
    CHECK(t, !take(&queue) && queue.count == 0);
}

/* A queue that never empties of high ones: one with k older ones before it is taken within
 * (k + 1) * DAEMON_QUEUE_TURN takings. */
static void test_queue__nobody_waits_for_ever(zkl_test *t)
{
    for (size_t older = 0; older < 8; older++) {
        daemon_queue queue = { .most = ITEMS };
        thing low[8] = { 0 }, high[ITEMS] = { 0 };
        size_t takings = 0, next = 0;
        for (size_t i = 0; i <= older; i++)
            put(&queue, &low[i], 0);
        put(&queue, &high[next++], 7);
        for (bool found = false; !found; takings++) {
            put(&queue, &high[next++ % ITEMS], 7);
            thing *const got = take(&queue);
            REQUIRE(t, got && takings < 100);
            found = got == &low[older];
        }
        CHECK(t, takings <= (older + 1) * DAEMON_QUEUE_TURN);
    }
}

/* One that may not run is passed over and keeps its place. */
static void test_queue__passes_over_who_may_not(zkl_test *t)
{
    daemon_queue queue = { .most = ITEMS };
    thing things[6] = { 0 };
    for (size_t i = 0; i < 6; i++)
        put(&queue, &things[i], i % 2);
    things[1].is_blocked = things[3].is_blocked = true;
    CHECK(t, take(&queue) == &things[5]);
    CHECK(t, take(&queue) == &things[0]);
    things[1].is_blocked = false;
    CHECK(t, take(&queue) == &things[1]);
    things[2].is_blocked = things[4].is_blocked = true;
    CHECK(t, !take(&queue));
    CHECK_UINT_EQ(t, queue.count, 3);
    things[3].is_blocked = false;
    CHECK(t, take(&queue) == &things[3]);
    daemon_queue_remove(&queue, &things[4].item);
    things[2].is_blocked = things[4].is_blocked = false;
    CHECK(t, take(&queue) == &things[2] && !take(&queue));
}

/* Full: the youngest of the lowest leaves for a higher one, and nobody leaves for his like. Every
 * queue of three, and every newcomer. */
static void test_queue__sheds_the_lowest(zkl_test *t)
{
    for (unsigned world = 0; world < 4 * 4 * 4 * 4; world++) {
        const unsigned p[] = { world % 4, world / 4 % 4, world / 16 % 4 }, newcomer = world / 64;
        daemon_queue queue = { .most = 3 };
        thing things[4] = { 0 };
        daemon_queue_item *shed;
        size_t lowest = 0;
        for (size_t i = 0; i < 3; i++) {
            put(&queue, &things[i], p[i]);
            lowest = p[i] <= p[lowest] ? i : lowest;
        }
        const bool taken = daemon_queue_put(&queue, &things[3].item, newcomer, &shed);
        CHECK(t, taken == (newcomer > p[lowest]));
        CHECK(t, shed == (taken ? &things[lowest].item : NULL));
        CHECK_UINT_EQ(t, queue.count, 3);
        size_t left = 0;
        for (thing *one; (one = take(&queue)) != NULL; left++)
            CHECK(t, one != &things[taken ? lowest : 3]);
        CHECK_UINT_EQ(t, left, 3);
    }
}

/* Many of one group, then one of another: it is the second to run, and none of its own passes
 * it. */
static void test_queue__groups_take_turns(zkl_test *t)
{
    static const char groups[3];
    daemon_queue queue = { .most = ITEMS };
    thing things[ITEMS] = { 0 };
    for (size_t i = 0; i < 10; i++)
        things[i].item.group = &groups[0];
    things[10].item.group = things[11].item.group = &groups[1];
    things[12].item.group = &groups[2];
    for (size_t i = 0; i < 13; i++)
        CHECK(t, put(&queue, &things[i], 0));
    static const size_t want[] = { 0, 10, 12, 1, 11, 2, 3 };
    for (size_t i = 0; i < ZKL_COUNT(want); i++)
        CHECK(t, take(&queue) == &things[want[i]]);
    things[13].item.group = &groups[1]; /* comes anew: behind the turn that is on */
    CHECK(t, put(&queue, &things[13], 0));
    CHECK(t, take(&queue) == &things[4]);
    CHECK(t, take(&queue) == &things[13]);
    CHECK(t, take(&queue) == &things[5]);
}

/* Is it one of the next three that are taken? */
static bool is_soon(daemon_queue *queue, const thing *one)
{
    for (size_t i = 0; i < 3; i++)
        if (take(queue) == one)
            return true;
    return false;
}

/* Many of one group wait, and something passes them: of their own group or another, by priority or
 * since they may not run. Who comes then, of a third group, waits for two of them at most. */
static void test_queue__what_passes_holds_nobody_up(zkl_test *t)
{
    enum { MANY = 40, PASSES = 16 };
    static const char groups[2];
    for (unsigned world = 0; world < 4; world++) {
        const bool is_own = world & 1, is_blocked = world & 2;
        daemon_queue queue = { .most = ITEMS };
        thing things[ITEMS] = { 0 };
        for (size_t i = 0; i < MANY; i++) {
            things[i].item.group = &groups[0];
            things[i].is_blocked = is_blocked;
            CHECK(t, put(&queue, &things[i], 1));
        }
        for (size_t i = MANY; i < MANY + PASSES; i++) {
            things[i].item.group = is_own ? &groups[0] : &groups[1];
            CHECK(t, put(&queue, &things[i], is_blocked ? 1 : 2));
            const thing *const got = take(&queue);
            CHECK(t, got && (got == &things[i] || !is_blocked));
        }
        for (size_t i = 0; i < MANY; i++)
            things[i].is_blocked = false;
        while (queue.levels[2].first) /* each fourth time one of the many was taken in its place */
            CHECK(t, take(&queue) != NULL);
        CHECK(t, put(&queue, &things[ITEMS - 1], 1));
        CHECK(t, is_soon(&queue, &things[ITEMS - 1]));
    }
}

/* A group of which one may not run, for as long as others of it come and go: they take turns with
 * those of another group. */
static void test_queue__who_passes_his_own_takes_turns(zkl_test *t)
{
    enum { MANY = 20 };
    static const char groups[2];
    daemon_queue queue = { .most = ITEMS };
    thing things[MANY] = { 0 }, stuck = { .is_blocked = true }, flow = { 0 };
    stuck.item.group = flow.item.group = &groups[0];
    CHECK(t, put(&queue, &stuck, 0) && put(&queue, &flow, 0));
    for (size_t i = 0; i < MANY; i++) {
        things[i].item.group = &groups[1];
        CHECK(t, put(&queue, &things[i], 0));
    }
    size_t left = MANY, takings = 0;
    for (; left && takings < 10 * MANY; takings++) {
        thing *const got = take(&queue);
        if (got == &flow)
            CHECK(t, put(&queue, got, 0));
        else
            left--;
    }
    CHECK_UINT_EQ(t, left, 0);
    CHECK(t, takings <= 2 * MANY + 4);
}

/* A group that is full sheds its own, and keeps nobody else out. */
static void test_queue__a_full_group_is_full_alone(zkl_test *t)
{
    static const char groups[2];
    daemon_queue queue = { .most = 2 };
    thing things[6] = { 0 };
    daemon_queue_item *shed;
    for (size_t i = 0; i < 6; i++)
        things[i].item.group = &groups[i >= 3];
    CHECK(t, put(&queue, &things[0], 1) && put(&queue, &things[1], 2));
    CHECK(t, put(&queue, &things[3], 0) && put(&queue, &things[4], 0));
    CHECK(t, !daemon_queue_put(&queue, &things[2].item, 1, &shed) && !shed);
    CHECK(t, daemon_queue_put(&queue, &things[2].item, 2, &shed));
    CHECK(t, shed == &things[0].item);
    CHECK(t, !daemon_queue_put(&queue, &things[5].item, 0, &shed));
    CHECK_UINT_EQ(t, queue.count, 4);
}

/* Against a plain list, by seed: the same items, each once, the oldest of its priority first. */
static void test_queue__is_a_list_by_priority(zkl_test *t)
{
    daemon_queue queue = { .most = ITEMS };
    thing things[ITEMS] = { 0 };
    bool is_in[ITEMS] = { false };
    size_t count = 0;
    for (size_t i = 0; i < 20000; i++) {
        const size_t at = test_random_below(t, ITEMS);
        if (!is_in[at]) {
            things[at].is_blocked = test_random_below(t, 4) == 0;
            CHECK(t, put(&queue, &things[at], (unsigned)test_random_below(t, 8)));
            is_in[at] = true;
            count++;
        } else if (test_random_below(t, 3) == 0) {
            daemon_queue_remove(&queue, &things[at].item);
            is_in[at] = false;
            count--;
        } else {
            const thing *const got = take(&queue);
            for (size_t k = 0; got && k < ITEMS; k++)
                CHECK(t, !is_in[k] || things[k].is_blocked || &things[k] == got ||
                             things[k].item.priority != got->item.priority ||
                             things[k].item.number > got->item.number);
            if (got) {
                CHECK(t, is_in[got - things]);
                is_in[got - things] = false;
                count--;
            }
        }
        CHECK_UINT_EQ(t, queue.count, count);
    }
}

ZKL_TESTS(TEST(test_queue__highest_first), TEST(test_queue__nobody_waits_for_ever),
          TEST(test_queue__passes_over_who_may_not), TEST(test_queue__sheds_the_lowest),
          TEST(test_queue__groups_take_turns), TEST(test_queue__what_passes_holds_nobody_up),
          TEST(test_queue__who_passes_his_own_takes_turns),
          TEST(test_queue__a_full_group_is_full_alone), TEST(test_queue__is_a_list_by_priority))
