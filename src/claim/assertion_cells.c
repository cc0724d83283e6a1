/* "cells": well-formedness of a table. Every cell is below C, flags are 0 or 1, padding is zero,
 * and so is what stands under a null. No parameters. */
#include "claim/assertion.h"

static zkl_status check_cells(const zkl_assertion_facts *facts, zkl_error *err)
{
    if (facts->param_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: cells takes none, not %zu",
                        facts->param_count);
    return ZKL_OK;
}

static void compile_cells(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    (void)tag;
    zkl_shape_range(shape, assertion->tables[0], true);
}

const zkl_assertion_ops zkl_assertion_cells = {
    .is_wellformedness = true,
    .check = check_cells,
    .compile = compile_cells,
};
