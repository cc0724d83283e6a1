/* CSV: records tile the text, fields lie in it, and a text given in pieces is split as the whole
 * one is. */
#include <string.h>

#include "input/csv_split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FIELDS 4

static void check_fields(const zkl_csv_field *fields, size_t count, const uint8_t *text,
                         size_t size)
{
    for (size_t i = 0; i < count && i < FIELDS; i++)
        ZKL_ASSERT(fields[i].data >= text && fields[i].data + fields[i].size <= text + size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *whole = zkl_malloc(size + 1, 1);
    if (!whole)
        return 0;
    if (size)
        memcpy(whole, data, size);
    const zkl_csv_guess guess = zkl_csv_guess_delimiter("\"", (zkl_csv_text){ whole, size, true });
    ZKL_ASSERT(size == 0 || memcmp(whole, data, size) == 0);
    zkl_csv_splitter splitter = { .delimiter = guess.delimiter, .quote = "\"", .skip_empty = true };
    for (size_t at = 0;;) {
        zkl_csv_record record, early;
        zkl_csv_field fields[FIELDS];
        zkl_csv_splitter before = splitter;
        /* a prefix gives the same record, or asks for more */
        const size_t half = (size - at) / 2;
        const zkl_csv_result part =
            zkl_csv_next(&early, NULL, 0, &before, (zkl_csv_text){ whole + at, half, false });
        const zkl_csv_result result = zkl_csv_next(&record, fields, FIELDS, &splitter,
                                                   (zkl_csv_text){ whole + at, size - at, true });
        ZKL_ASSERT(result != ZKL_CSV_MORE);
        ZKL_ASSERT(part != ZKL_CSV_RECORD ||
                   (result == ZKL_CSV_RECORD && early.size == record.size &&
                    early.field_count == record.field_count && early.lines == record.lines));
        ZKL_ASSERT(part != ZKL_CSV_BAD || result == ZKL_CSV_BAD);
        if (result != ZKL_CSV_RECORD)
            break;
        ZKL_ASSERT(record.size > 0 && record.size <= size - at && record.field_count > 0);
        check_fields(fields, record.field_count, whole + at, record.size);
        at += record.size;
    }
    zkl_free(whole);
    return 0;
}
