/* .zklpowers: any bytes are refused with a text, or are the bytes that would be written. */
#include "base/buffer.h"
#include "setup/powers_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    const zkl_env env = { 0 };
    zkl_srs srs;
    zkl_error err = { 0 };
    if (zkl_powers_file_parse(&srs, &arena, zkl_bytes_of(data, size), &env, &err) != ZKL_OK) {
        ZKL_ASSERT(err.text[0] != 0);
        return 0;
    }
    ZKL_ASSERT(zkl_powers_file_encode(&again, &srs, NULL) == ZKL_OK);
    ZKL_ASSERT(again.size == size && memcmp(again.data, data, size) == 0);
    return 0;
}
