/* The store of a handle that is kept open. */
#include "service/store_counts.h"

#include "ledger/ledger.h"

zkl_status service_store_try(zkl_ledger *handle, zkl_error *err)
{
    return zkl_ledger_store_try(handle, err);
}

bool service_store_counts(zkl_store_counts *out, zkl_ledger *handle)
{
    return zkl_ledger_store_count(handle, out);
}

void service_key_counts(zkl_setup_key_counts *out, zkl_ledger *handle)
{
    zkl_ledger_count_keys(handle, out);
}
