#pragma once
/* What a process left behind that was killed: half-written files `*.PID.part` (some hold keys),
 * and folders `LEDGER.new-PID` of an `init` that was cut off.
 *
 * Swept only when the process is gone and the caller owns them; what cannot be removed stays, it
 * is only a left-over. */

/* The `.part` files of the ledger's folder and of its keys. With the writer's lock. */
void zkl_leftovers_sweep(const char *folder);
/* The folders beside `folder` that an `init` of it left. */
void zkl_leftovers_sweep_new(const char *folder);
