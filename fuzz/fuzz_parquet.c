/* Footers and page headers of Parquet: what is taken lies within the bytes. The first byte
 * chooses. */
#include "input/parquet_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const zkl_bytes bytes = zkl_bytes_of(data + 1, size - 1);
    if (data[0] & 1) {
        zkl_parquet_page page;
        if (zkl_parquet_page_parse(&page, bytes))
            ZKL_ASSERT(page.header_bytes <= bytes.size && page.body_bytes <= INT32_MAX);
        return 0;
    }
    ZKL_AUTO_CLEAR(zkl_parquet_footer) footer = { 0 };
    if (zkl_parquet_footer_parse(&footer, bytes, NULL) == ZKL_OK)
        ZKL_ASSERT(footer.chunk_count <= bytes.size); /* each took a byte at least */
    return 0;
}
