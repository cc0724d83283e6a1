/* Bytes of whole receipts changed, as they are and with the trailing hash repaired: under
 * `make soak` every one, otherwise each seventh. */
#include "unit/record/receipt_vectors.h"

static void test_receipt_verify__refuses_every_changed_byte(zkl_test *t)
{
    vector_change_bytes(t, "notarise.zkl", test_is_soak() ? 1 : 7);
    vector_change_bytes(t, "rotated.zkl", test_is_soak() ? 1 : 7);
}

ZKL_TESTS(TEST(test_receipt_verify__refuses_every_changed_byte))
