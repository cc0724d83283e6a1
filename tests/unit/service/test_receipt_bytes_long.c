/* Bytes of two receipts just made, changed as they are and with the trailing hash repaired: under
 * `make soak` every one, otherwise each eleventh. */
#include "changed_bytes.h"

static void test_receipt_bytes__refuses_every_changed_byte(zkl_test *t)
{
    check_changed_bytes(t, true, test_is_soak() ? 1 : 11);
    check_changed_bytes(t, false, test_is_soak() ? 1 : 11);
}

ZKL_TESTS(TEST(test_receipt_bytes__refuses_every_changed_byte))
