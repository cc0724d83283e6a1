/* Templates: whatever parses leaves a configuration that is one. */
#include "service/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    service_template template;
    zkl_config config;
    zkl_config_default(&config, "ledger");
    if (service_template_parse(&template, &config, &arena, zkl_bytes_of(data, size), NULL) !=
        ZKL_OK)
        return 0;
    ZKL_ASSERT(strcmp(config.name, "ledger") == 0);
    ZKL_ASSERT(template.policy_count <= SERVICE_TEMPLATE_POLICIES_MAX);
    zkl_config_print(&text, &config);
    ZKL_ASSERT(zkl_config_parse(&config, zkl_buffer_bytes(&text), "printed", NULL) == ZKL_OK);
    return 0;
}
