/* Every byte of two receipts just made, changed as it is and with the trailing hash repaired. */
#include "changed_bytes.h"

static void test_receipt_bytes__refuses_every_changed_byte(zkl_test *t)
{
    check_changed_bytes(t, true, 1);
    check_changed_bytes(t, false, 1);
}

ZKL_TESTS(TEST(test_receipt_bytes__refuses_every_changed_byte))
