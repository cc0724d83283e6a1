#pragma once
/* A registry and its series, of a test's own rows. */
#include "telemetry/series.h"
#include "testing.h"

typedef struct world {
    telemetry_registry *registry;
    telemetry_series_set set;
} world;

static inline bool world_make(zkl_test *t, world *w, const telemetry_metric *rows, size_t count,
                              size_t rings_max)
{
    zkl_error err = { 0 };
    if (telemetry_new(&w->registry, rows, count, &err) == ZKL_OK &&
        telemetry_series_init(&w->set, w->registry, rings_max, &err) == ZKL_OK)
        return true;
    FAIL(t, "%s", err.text);
    return false;
}

static inline void world_clear(world *w)
{
    telemetry_series_clear(&w->set);
    telemetry_free(w->registry);
}
