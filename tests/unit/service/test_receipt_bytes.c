/* A sample of the bytes of a receipt just made; test_receipt_bytes_long.c changes all of them. */
#include "changed_bytes.h"

static void test_receipt_bytes__refuses_a_sample_of_changed_bytes(zkl_test *t)
{
    check_changed_bytes(t, true, 23);
}

ZKL_TESTS(TEST(test_receipt_bytes__refuses_a_sample_of_changed_bytes))
