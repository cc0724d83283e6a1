#pragma once
/* What a ledger's store has done since it was opened, for whoever watches a service. */
#include <zkl/zkl.h>

#include "setup/setup.h"
#include "storage/storage.h"

/* Can it be read? It may wait for a store that is being opened again. Any thread. */
zkl_status service_store_try(zkl_ledger *handle, zkl_error *err) ZKL_MUST_USE;
/* How circuit keys were found for it. Any thread. */
void service_key_counts(zkl_setup_key_counts *out, zkl_ledger *handle);
/* false: its store does not count. Any thread. */
bool service_store_counts(zkl_store_counts *out, zkl_ledger *handle);
