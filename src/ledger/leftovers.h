#pragma once
/* What a process left behind that was killed: half-written files `*.PID.part` (some hold keys),
 * and folders `LEDGER.new-PID` of an `init` that was cut off.
 *
 * Swept only when the process is gone and the caller owns them; what cannot be removed stays, it
 * is only a left-over. */
#include <stddef.h>

/* The `.part` files of the ledger's folder, of its keys, spools and sources. With the writer's
 * lock. */
void zkl_leftovers_sweep(const char *folder);
/* Those of one folder; how many there were. */
size_t zkl_leftovers_sweep_parts(const char *folder);
/* The folders beside `folder` that an `init` of it left. */
void zkl_leftovers_sweep_new(const char *folder);
