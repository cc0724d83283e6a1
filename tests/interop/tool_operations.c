/* Print zkl_operations: what operations_long.sh and tools/operations_doc.py read. With a name: call
 * that operation without a ledger, its request from standard input, and print the answer. */
#include <stdio.h>
#include <string.h>

#include <zkl/call.h>

int main(int argc, char **argv)
{
    static char request[1 << 16];
    zkl_call_result out;
    zkl_status status;
    if (argc < 2) {
        status = zkl_operations(&out, NULL);
    } else {
        const size_t size = fread(request, 1, sizeof request, stdin);
        zkl_ledger *ledger = NULL;
        zkl_error err = { 0 };
        const zkl_ledger_options options = { .folder = argc > 2 ? argv[2] : NULL };
        if (argc > 2 && zkl_ledger_open(&ledger, &options, NULL, &err) != ZKL_OK) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        status = zkl_call(&out, ledger, argv[1], (zkl_bytes){ (const uint8_t *)request, size },
                          NULL, NULL);
        zkl_ledger_close(ledger);
    }
    if (out.json)
        printf("%s\n", out.json);
    zkl_arena_clear(&out.memory);
    return zkl_status_exit_code(status);
}
