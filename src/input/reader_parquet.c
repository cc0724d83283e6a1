/* Parquet: checked against its own checksums (parquet_check.h), then read by DuckDB, which is a
 * module of its own (module_duckdb.c) that source_load.c finds. */
#include "input/formats.h"
#include "input/parquet_check.h"

/* Before DuckDB opens the file: it reads what it can, and checks neither pages nor counts. */
static zkl_status check_parquet(uint64_t *row_count, const zkl_format_check *check, zkl_error *err)
{
    ZKL_ASSERT(check->path && check->name && check->wanted);
    return zkl_parquet_check(row_count, check->path, check->name, check->wanted, check->opaque,
                             err);
}

const zkl_format zkl_format_parquet = {
    .name = "parquet",
    .endings = { ".parquet", ".pq" },
    .reader = zkl_source_load,
    .check = check_parquet,
};
