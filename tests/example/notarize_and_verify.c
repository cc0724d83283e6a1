/* notarize_and_verify FILE: the library in 40 lines. Makes a ledger, notarises a table with one claim, and verifies the
 * receipt as a stranger would: with nothing but its bytes and the trust file. Links libzkl alone. */
#include <stdio.h>
#include <stdlib.h>
#include <zkl/zkl.h>

static void must(zkl_status status, const zkl_error *err)
{
    if (status == ZKL_OK)
        return;
    fprintf(stderr, "%s: %s\n", zkl_status_text(status), err->text);
    exit(zkl_status_exit_code(status));
}

int main(int argc, char **argv)
{
    zkl_error err = { 0 };
    zkl_init_result ledger = { 0 };
    zkl_notarize_result made = { 0 };
    zkl_keys_result keys = { 0 };
    zkl_verify_result verdict = { 0 };
    static uint8_t receipt[1 << 20];
    if (argc != 2)
        return 2;
    zkl_env env = { .pool = NULL };
    must(zkl_pool_new(&env.pool, 0, &err), &err);
    const zkl_where where = { .folder = "example-ledger" };
    must(zkl_init(&ledger, &(zkl_init_request){ .where = where, .name = "example" }, &env, &err),
         &err);
    const char *files[] = { argv[1] }, *claims[] = { "range(year, 2000, 2030)" },
               *nulls[] = { "NA" };
    must(zkl_notarize(&made,
                      &(zkl_notarize_request){ .where = where,
                                               .name = "table",
                                               .files = files,
                                               .file_count = 1,
                                               .claims = claims,
                                               .claim_count = 1,
                                               .null_texts = nulls,
                                               .null_text_count = 1,
                                               .receipt_path = "example.zkl" },
                      &env, &err),
         &err);
    must(zkl_keys_show(&keys, &where, &err), &err);
    FILE *file = fopen("example.zkl", "rb");
    const size_t size = file ? fread(receipt, 1, sizeof receipt, file) : 0;
    must(zkl_verify_receipt(&verdict, zkl_bytes_of(receipt, size), zkl_bytes_of_text(keys.trust),
                            &env, &err),
         &err);
    for (size_t i = 0; i < verdict.claim_count; i++)
        printf("proven: %s\n", verdict.claims[i].sentence);
    return file && fclose(file) == 0 ? 0 : 7;
}
