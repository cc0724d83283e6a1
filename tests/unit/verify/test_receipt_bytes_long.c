/* Every byte of a whole receipt changed, as it is and with the trailing hash repaired. */
#include "unit/record/receipt_vectors.h"

static void test_receipt_verify__refuses_every_changed_byte(zkl_test *t)
{
    vector_change_bytes(t, "notarise.zkl", 1);
    vector_change_bytes(t, "rotated.zkl", 1);
}

ZKL_TESTS(TEST(test_receipt_verify__refuses_every_changed_byte))
