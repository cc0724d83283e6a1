/* Proof statements: what parses is the one encoding of what it says; its structure is judged
 * without a fault, and a statement that passes compiles. */
#include "claim/shape.h"
#include "verify/direct.h"
#include "verify/statement.h"

static const zkl_proof_format toy = { .log_cells = 4, .mask_half = 4 };

static void judge(const zkl_statement *s, const zkl_proof_format *format)
{
    ZKL_AUTO_CLEAR(zkl_shape) shape = { 0 };
    zkl_fr alpha;
    zkl_fr_from_u64(&alpha, 5);
    if (zkl_statement_check(s, format, NULL, 0, NULL) != ZKL_OK)
        return;
    if (zkl_statement_is_direct(s)) {
        ZKL_ASSERT(s->mask_count == s->assertion_count && !s->circuit.size);
        return;
    }
    if (zkl_shape_compile(&shape, s, format, &ZKL_FR_ONE, &alpha, NULL) == ZKL_OK)
        ZKL_ASSERT(zkl_shape_tier(&shape) <= zkl_statement_tier(s->circuit));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_statement s;
    if (zkl_statement_parse(&s, &arena, zkl_bytes_of(data, size), NULL) != ZKL_OK)
        return 0;
    zkl_statement_encode(&again, &s);
    ZKL_ASSERT(again.size == size && memcmp(again.data, data, size) == 0);
    judge(&s, &toy);
    judge(&s, &zkl_proof_format_v1);
    return 0;
}
