/* Paths of tiles: what is read is written as the same path. */
#include "log/tiles.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zkl_tile_name name;
    char again[ZKL_TILE_PATH_CHARS_MAX];
    const zkl_bytes path = zkl_bytes_of(data, size);
    if (!zkl_tile_path_parse(&name, path))
        return 0;
    zkl_tile_path(again, name.level, name.index, name.width);
    ZKL_ASSERT(zkl_bytes_equal_text(path, again));
    return 0;
}
