/* Claims: what parses, compiles and is bound prints to a text that does the same. */
#include "claim/claim.h"

#include "record/ids.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the data decide: of a sum 2^48 and no nulls, of a sum of products 2^80, of all others
 * nothing but zeros. */
static zkl_status bind(zkl_compiled_claim *claim, zkl_arena *arena)
{
    const size_t count = zkl_claim_param_count(claim);
    zkl_scalar *params = ZKL_ARENA_NEW(arena, zkl_scalar, count), *at = params;
    if (!params)
        return ZKL_NO_MEMORY;
    for (size_t i = 0; i < claim->assertion_count; i++) {
        const zkl_claim_assertion *own = &claim->assertions[i];
        if (own->param_count)
            memcpy(at, own->params, own->param_count * sizeof *at);
        if (own->kind == ZKL_ASSERTION_SUM)
            at[0].bytes[25] = 1;
        if (own->kind == ZKL_ASSERTION_PRODUCT)
            at[0].bytes[21] = 1;
        at += own->param_count;
    }
    return zkl_claim_bind(claim, params, count, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const zkl_column columns[] = {
        { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_UINT32 }, false },
        { { (const uint8_t *)"age", 3 }, { .kind = ZKL_TYPE_UINT16 }, true },
        { { (const uint8_t *)"amount", 6 },
          { .kind = ZKL_TYPE_DECIMAL, .precision = 9, .scale = 2 },
          true },
        { { (const uint8_t *)"day", 3 }, { .kind = ZKL_TYPE_DATE }, false },
        { { (const uint8_t *)"score", 5 }, { .kind = ZKL_TYPE_FLOAT64 }, false },
        { { (const uint8_t *)"at", 2 }, { .kind = ZKL_TYPE_TIMESTAMP }, true },
        { { (const uint8_t *)"old", 3 }, { .kind = ZKL_TYPE_BOOL }, false },
        { { (const uint8_t *)"paid", 4 }, { .kind = ZKL_TYPE_BOOL }, false },
        { { (const uint8_t *)"sex", 3 }, { .kind = ZKL_TYPE_UINT16 }, false },
    };
    static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns,
                                       sizeof columns / sizeof columns[0] };
    static const zkl_column other_columns[] = {
        { { (const uint8_t *)"age", 3 }, { .kind = ZKL_TYPE_UINT16 }, true },
        { { (const uint8_t *)"y.z", 3 }, { .kind = ZKL_TYPE_UINT32 }, false },
    };
    static const zkl_schema other_schema = { ZKL_HASH_SHA3_256, other_columns,
                                             sizeof other_columns / sizeof other_columns[0] };
    /* a and b joined by id are the dataset; e has its columns, and d.e too */
    const zkl_column left[] = { columns[0], columns[1], columns[2] },
                     right[] = { columns[0], columns[3], columns[4], columns[5],
                                 columns[6], columns[7], columns[8] };
    const zkl_schema of_a = { ZKL_HASH_SHA3_256, left, sizeof left / sizeof left[0] },
                     of_b = { ZKL_HASH_SHA3_256, right, sizeof right / sizeof right[0] };
    const zkl_claim_dataset datasets[] = {
        { .schema = &schema, .row_count = 100000, .version = 1 },
        { .schema = &of_a, .row_count = 100000, .name = zkl_bytes_of_text("a"), .version = 1 },
        { .schema = &of_b, .row_count = 100000, .name = zkl_bytes_of_text("b"), .version = 1 },
        { .schema = &schema, .row_count = 100000, .name = zkl_bytes_of_text("e"), .version = 1 },
        { .schema = &schema, .row_count = 3, .name = zkl_bytes_of_text("d.e"), .version = 20 },
        { .schema = &schema, .row_count = 200000, .name = zkl_bytes_of_text("all"), .version = 1 },
        { .schema = &schema,
          .row_count = 100000,
          .name = zkl_bytes_of_text("test-a"),
          .version = 12 },
        { .schema = &other_schema,
          .row_count = 100000,
          .name = zkl_bytes_of_text("2024-x"),
          .version = 3 },
        { .schema = &other_schema,
          .row_count = 7,
          .name = zkl_bytes_of_text("paid"),
          .version = 1 },
    };
    const zkl_claim_scope scope = { datasets, sizeof datasets / sizeof datasets[0] };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) first = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) second = { 0 };
    zkl_claim read;
    zkl_compiled_claim claim;
    if (zkl_claim_parse(&read, &arena, zkl_bytes_of(data, size), NULL) != ZKL_OK ||
        zkl_claim_compile(&claim, &arena, &read, &scope, NULL) != ZKL_OK ||
        bind(&claim, &arena) != ZKL_OK)
        return 0;
    zkl_claim_print(&first, &claim.claim);
    ZKL_ASSERT(zkl_claim_parse(&read, &arena, zkl_buffer_bytes(&first), NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_claim_compile(&claim, &arena, &read, &scope, NULL) == ZKL_OK);
    ZKL_ASSERT(bind(&claim, &arena) == ZKL_OK);
    zkl_claim_print(&second, &claim.claim);
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&first), zkl_buffer_bytes(&second)));
    return 0;
}
