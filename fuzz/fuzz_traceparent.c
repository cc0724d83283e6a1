/* The header by which a stranger names his trace: what is read is written the same, in the version
 * that is written here. */
#include "telemetry/trace.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    telemetry_context context = { 0 }, again = { 0 };
    char text[TELEMETRY_TRACEPARENT_CHARS];
    if (!telemetry_traceparent_parse(&context, zkl_bytes_of(data, size))) {
        ZKL_ASSERT(!telemetry_context_is(&context));
        return 0;
    }
    telemetry_traceparent_put(text, &context);
    ZKL_ASSERT(memcmp(text + 2, data + 2, 51) == 0);
    ZKL_ASSERT(telemetry_traceparent_parse(&again, zkl_bytes_of_text(text)));
    ZKL_ASSERT(memcmp(&context, &again, sizeof context) == 0);
    return 0;
}
