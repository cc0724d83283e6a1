#pragma once
/* Parts of the main job by themselves, counted and priced as its stages are. */
#include "base/env.h"
#include "floor/primitives.h"

double floor_ms(const stage_totals *totals, const primitives *p);
void parts_run(const primitives *p, zkl_pool *pool);
