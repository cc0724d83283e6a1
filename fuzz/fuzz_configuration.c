/* Configurations: what parses prints to a text that parses, and is listed whole. */
#include "ledger/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_config_setting *settings;
    size_t count = 0;
    zkl_config config;
    if (zkl_config_parse(&config, zkl_bytes_of(data, size), "input", NULL) != ZKL_OK)
        return 0;
    zkl_config_print(&text, &config);
    ZKL_ASSERT(zkl_config_parse(&config, zkl_buffer_bytes(&text), "printed", NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_config_settings(&settings, &count, &arena, zkl_bytes_of(data, size), "input",
                                   NULL) == ZKL_OK);
    ZKL_ASSERT(count == 13);
    return 0;
}
