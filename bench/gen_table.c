/* gen_table ROWS [SEED]: the table of gen_table.h on standard output. */
#include <stdlib.h>

#include "gen_table.h"

int main(int argc, char **argv)
{
    char *end = NULL;
    const uint64_t rows = argc > 1 ? strtoull(argv[1], &end, 10) : 0;
    if (argc < 2 || argc > 3 || !rows || *end) {
        fprintf(stderr, "usage: gen_table ROWS [SEED]\n");
        return 2;
    }
    gen_table_write(stdout, rows, argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 7;
}
