/* Files of steps: what parses has steps with operation, name and file, and what is checked against
 * a table has sources that stand before it. */
#include "service/pipeline_steps.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const zkl_column columns[] = {
        { { (const uint8_t *)"a", 1 }, { .kind = ZKL_TYPE_INT32 }, true }
    };
    static const zkl_schema schema = { .columns = columns, .column_count = 1 };
    pipeline_table tables[1 + PIPELINE_STEPS_MAX] = { { "people@1", &schema } };
    pipeline_steps steps = { 0 };
    if (pipeline_steps_parse(&steps, zkl_bytes_of(data, size), NULL) == ZKL_OK) {
        ZKL_ASSERT(steps.count > 0 && steps.count <= PIPELINE_STEPS_MAX);
        for (size_t i = 0; i < steps.count; i++)
            ZKL_ASSERT(steps.items[i].operation && steps.items[i].name && steps.items[i].output);
        if (pipeline_steps_check(&steps, tables, 1, NULL) == ZKL_OK)
            for (size_t i = 0; i < steps.count; i++)
                for (size_t k = 0; k <= steps.items[i].with_count; k++)
                    ZKL_ASSERT(steps.items[i].sources[k] <= i);
    }
    pipeline_steps_clear(&steps);
    return 0;
}
