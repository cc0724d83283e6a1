/* Circles of a lineage.
 *
 *  1. Nodes and steps are the points of a graph, whose lines lead from sources to steps and from
 *     steps to results. What lies on circles with one another is one component (Tarjan): a step is
 *     on a circle when a node is in its component.
 *  2. Claims alone go in a circle when tables are equal: each is proven of the other, and nothing
 *     contradicts that. A circle contradicts itself when a step of it is recorded without its rows
 *     being proven, or when it is recorded as a whole. */
#include "verify/lineage_circle.h"

#include "base/arena.h"

/* Points: nodes first, then steps. */
typedef struct circle_search {
    zkl_arena memory;
    const zkl_lineage *lineage;
    size_t point_count;
    /* Steps by the nodes that they take: those of node n from first[n] on, first[n + 1] not among
     * them. */
    size_t *users, *first;
    size_t *order;     /* when a point was met, from 1 on; 0: not yet */
    size_t *low;       /* the first that is met again from there */
    size_t *next;      /* of its lines */
    size_t *component; /* from 1 on; 0: still open */
    size_t *path, *open;
    size_t path_count, open_count, met_count, component_count;
} circle_search;

static void circle_search_clear(circle_search *s)
{
    zkl_arena_clear(&s->memory);
}

static zkl_status make_room(circle_search *s, const zkl_lineage *l, zkl_error *err)
{
    size_t **const of_points[] = {
        &s->order, &s->low, &s->next, &s->component, &s->path, &s->open
    };
    size_t lines = 0;
    for (size_t i = 0; i < l->step_count; i++)
        lines += l->steps[i].source_count;
    s->lineage = l;
    s->point_count = l->node_count + l->step_count;
    s->users = ZKL_ARENA_NEW(&s->memory, size_t, lines);
    s->first = ZKL_ARENA_NEW(&s->memory, size_t, l->node_count + 2);
    bool failed = !s->users || !s->first;
    for (size_t i = 0; i < ZKL_COUNT(of_points); i++) {
        *of_points[i] = ZKL_ARENA_NEW(&s->memory, size_t, s->point_count);
        failed = failed || !*of_points[i];
    }
    return failed ? zkl_no_memory(err, (lines + s->point_count) * sizeof *s->users) : ZKL_OK;
}

static bool counts(const zkl_lineage_step *step, bool recorded_alone)
{
    return step->is_recorded || !recorded_alone;
}

static void sort_users(circle_search *s, bool recorded_alone)
{
    const zkl_lineage *l = s->lineage;
    for (size_t i = 0; i < l->step_count; i++)
        for (size_t k = 0; counts(&l->steps[i], recorded_alone) && k < l->steps[i].source_count;
             k++)
            s->first[l->steps[i].sources[k] + 2]++;
    for (size_t n = 0; n < l->node_count; n++)
        s->first[n + 2] += s->first[n + 1];
    for (size_t i = 0; i < l->step_count; i++)
        for (size_t k = 0; counts(&l->steps[i], recorded_alone) && k < l->steps[i].source_count;
             k++)
            s->users[s->first[l->steps[i].sources[k] + 1]++] = l->node_count + i;
}

/* SIZE_MAX: there are no more. */
static size_t next_from(circle_search *s, size_t point)
{
    const zkl_lineage *l = s->lineage;
    const size_t at = s->next[point]++;
    if (point < l->node_count)
        return s->first[point] + at < s->first[point + 1] ? s->users[s->first[point] + at]
                                                          : SIZE_MAX;
    const zkl_lineage_step *step = &l->steps[point - l->node_count];
    return at < step->result_count ? step->results[at] : SIZE_MAX;
}

static void meet(circle_search *s, size_t point)
{
    s->order[point] = s->low[point] = ++s->met_count;
    s->path[s->path_count++] = point;
    s->open[s->open_count++] = point;
}

static void lower(circle_search *s, size_t point, size_t low)
{
    if (low < s->low[point])
        s->low[point] = low;
}

/* All that was met from there is known. */
static void leave(circle_search *s, size_t point)
{
    s->path_count--;
    if (s->path_count)
        lower(s, s->path[s->path_count - 1], s->low[point]);
    if (s->low[point] != s->order[point])
        return;
    s->component_count++;
    do
        s->component[s->open[--s->open_count]] = s->component_count;
    while (s->open[s->open_count] != point);
}

static void find_components(circle_search *s)
{
    for (size_t start = 0; start < s->point_count; start++) {
        if (!s->order[start])
            meet(s, start);
        while (s->path_count) {
            const size_t point = s->path[s->path_count - 1], to = next_from(s, point);
            if (to == SIZE_MAX)
                leave(s, point);
            else if (!s->order[to])
                meet(s, to);
            else if (!s->component[to])
                lower(s, point, s->order[to]);
        }
    }
}

/* A node on a circle through the step; NULL: there is none. */
static const char *circle_through(const circle_search *s, size_t step)
{
    const zkl_lineage *l = s->lineage;
    const size_t own = s->component[l->node_count + step];
    for (size_t k = 0; k < l->steps[step].result_count; k++)
        if (s->component[l->steps[step].results[k]] == own)
            return l->nodes[l->steps[step].results[k]].name;
    return NULL;
}

static zkl_status search(circle_search *s, const zkl_lineage *l, bool recorded_alone,
                         zkl_error *err)
{
    ZKL_TRY(make_room(s, l, err));
    sort_users(s, recorded_alone);
    find_components(s);
    return ZKL_OK;
}

zkl_status zkl_lineage_find_circles(zkl_lineage *lineage, zkl_lineage_step *steps, zkl_error *err)
{
    ZKL_AUTO_CLEAR(circle_search) all = { 0 };
    ZKL_AUTO_CLEAR(circle_search) recorded = { 0 };
    ZKL_ASSERT(steps == lineage->steps);
    ZKL_TRY(search(&all, lineage, false, err));
    ZKL_TRY(search(&recorded, lineage, true, err));
    for (size_t i = 0; i < lineage->step_count; i++) {
        zkl_lineage_step *step = &steps[i];
        step->circle = circle_through(&all, i);
        if (!step->circle)
            continue;
        const char *of_records = step->is_recorded ? circle_through(&recorded, i) : NULL;
        if (step->is_recorded && !step->has_proven_rows && !of_records)
            of_records = step->circle;
        if (!lineage->circle)
            lineage->circle = of_records;
        if (!lineage->proven_circle)
            lineage->proven_circle = step->circle;
    }
    if (lineage->circle)
        lineage->proven_circle = NULL;
    return ZKL_OK;
}
