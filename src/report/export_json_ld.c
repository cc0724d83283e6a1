#include "report/format.h"
static zkl_status put_file(zkl_buffer *out, const report_model *model, const zkl_env *env,
                           zkl_error *err)
{
    (void)out;
    (void)model;
    (void)env;
    return zkl_fail(err, ZKL_NOT_SUPPORTED, "this build has no such format yet");
}
const report_format report_export_json_ld = { put_file };
