/* Notarise a CSV in a new ledger, prove one claim, and verify the receipt as an auditor would.
 *     cc notarize.c $(pkg-config --cflags --libs zkl) -o notarize
 *     ./notarize FOLDER people.csv 'range(age, 0, 120)' */
#include <stdio.h>

#include <zkl/zkl.h>

static size_t read_file(const char *path, uint8_t *out, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t got = file ? fread(out, 1, size, file) : 0;
    if (file)
        fclose(file);
    return got;
}

int main(int argc, char **argv)
{
    static uint8_t receipt[1 << 20];
    if (argc != 4)
        return 2;
    const char *files[] = { argv[2] }, *claims[] = { argv[3] };
    zkl_error err = { 0 };
    zkl_ledger *ledger = NULL;
    zkl_init_result made = { 0 };
    zkl_notarize_result done = { 0 };
    zkl_keys_result keys = { 0 };
    zkl_verify_result verdict = { 0 };
    zkl_init_request init = { .ledger = { .folder = argv[1] }, .name = "example" };
    zkl_notarize_request notarize = { .name = "people",
                                      .files = files,
                                      .file_count = 1,
                                      .claims = claims,
                                      .claim_count = 1,
                                      .receipt_path = "people.zkl" };
    zkl_status status =
        zkl_init(&made, &init, NULL, &err); /* NULL: system randomness and clock, one thread */
    if (status == ZKL_OK)
        status = zkl_ledger_open(&ledger, &init.ledger, NULL, &err);
    if (status == ZKL_OK)
        status = zkl_notarize(&done, ledger, &notarize, NULL, &err);
    if (status == ZKL_OK)
        status = zkl_keys_show(&keys, ledger, &err); /* keys.trust: what an auditor is given once */
    if (status == ZKL_OK) {
        size_t size = read_file("people.zkl", receipt, sizeof receipt);
        status = zkl_verify_receipt(&verdict, zkl_bytes_of(receipt, size),
                                    zkl_bytes_of_text(keys.trust), NULL, &err);
    }
    for (size_t i = 0; status == ZKL_OK && i < verdict.claim_count; i++)
        printf("proven: %s\n", verdict.claims[i].sentence);
    if (status != ZKL_OK)
        fprintf(stderr, "%s: %s\n", zkl_status_text(status), err.text);
    zkl_ledger_close(ledger);
    zkl_arena_clear(&made.memory);
    zkl_arena_clear(&done.memory);
    zkl_arena_clear(&keys.memory);
    zkl_arena_clear(&verdict.memory);
    return zkl_status_exit_code(status);
}
