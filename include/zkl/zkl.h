#pragma once
/* Everything: zkl/ledger.h to begin with, then by subject. zkl/verify.h alone verifies receipts
 * without a ledger.
 *
 *     ledger.h   find, make, open and close a ledger; the rules that hold for every call
 *     dataset.h  notarise a table, show and list what was notarised
 *     policy.h   claims under a name, with places for columns and numbers
 *     verify.h   verify a receipt, with and without the data
 *     log.h      list and check the log
 *     segments.h  the audit log of a service: read it, and compare it with the ledger
 *     export.h   write receipts, tiles, proofs for other tools

 *     timestamp.h  when an entry existed, by a clock that is not the owner's
 *     witness.h  others who sign the log's checkpoints: to ask them, and to be one
 *     spool.h    tables that the owner keeps: list and drop them
 *     keys.h     rotate, back up and restore keys
 *     setup.h    powers of tau and circuit keys
 *     ceremony.h set-ups made by many
 *     transform.h  tables made of others, with proofs of how
 *     lineage.h  where a dataset comes from, and what was made of it
 *     watch.h    files of a folder, notarised as they are finished
 *     call.h     all of it by name, JSON in and out
 *     env.h      randomness, clock, progress and workers that a caller lends
 *
 * docs/ARCHITECTURE.md shows how the library is built, docs/SOUNDNESS.md what its proofs mean. */
#include <zkl/call.h>
#include <zkl/ceremony.h>
#include <zkl/dataset.h>
#include <zkl/export.h>
#include <zkl/keys.h>
#include <zkl/ledger.h>
#include <zkl/lineage.h>
#include <zkl/log.h>
#include <zkl/policy.h>
#include <zkl/report.h>
#include <zkl/revoke.h>
#include <zkl/segments.h>
#include <zkl/setup.h>
#include <zkl/sources.h>
#include <zkl/spool.h>
#include <zkl/timestamp.h>
#include <zkl/transform.h>
#include <zkl/verify.h>
#include <zkl/verify_folder.h>
#include <zkl/verify_policy.h>
#include <zkl/watch.h>
#include <zkl/witness.h>
