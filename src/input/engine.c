/* The way to the engine. */
#include "input/engine.h"

#include "input/source.h"

zkl_status zkl_engine_load(const zkl_engine_ops **out, zkl_error *err)
{
    const zkl_source_module_info *info;
    ZKL_TRY(zkl_source_load_module(&info, err));
    *out = info->engine;
    return ZKL_OK;
}
