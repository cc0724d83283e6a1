#pragma once
/* What the files of verify-chain share. */
#include "ledger/chain.h"
#include "ledger/chain_known.h"
#include "ledger/ledger_internal.h"

/* ---- chain_store.c: each index has as many keys as the entries that were walked, latest versions
 * are the latest, and the record of keys is the one that the entries made. ZKL_REJECTED. known: of
 * entries that were verified before, the keys of the indexes are those of then (size 0: none).
 * indexes (may be NULL): the hash of all of them now. */
zkl_status zkl_chain_check_store(zkl_ledger *ledger, const zkl_trust *trust,
                                 const zkl_index_counts *counts, const zkl_chain_report *report,
                                 const zkl_chain_known *known, zkl_digest *indexes,
                                 zkl_error *err) ZKL_MUST_USE;
