/* Values as text, under each type (the first byte chooses): what is taken prints as a text that
 * gives the same code, and inference survives anything. */
#include "table/infer.h"
#include "types/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = { "bool",           "int16",        "int64",
                                         "uint16",         "uint64",       "float32",
                                         "float64",        "decimal(4,2)", "decimal(38,10)",
                                         "decimal(38,38)", "date",         "time",
                                         "timestamp" };
    zkl_type type;
    zkl_code code, back;
    zkl_column_facts facts = { 0 };
    const zkl_raw_type raw = { .kind = ZKL_RAW_TEXT };
    const char *reason = NULL;
    char text[ZKL_VALUE_TEXT_BYTES_MAX];
    if (size < 1)
        return 0;
    ZKL_ASSERT(zkl_type_parse(&type, zkl_bytes_of_text(types[data[0] % ZKL_COUNT(types)])));
    if (zkl_value_parse(&code, &type, zkl_bytes_of(data + 1, size - 1), &reason)) {
        const size_t length = zkl_value_format(text, &type, code);
        /* zones may move a timestamp out of the four-digit years that the text form has */
        const bool far =
            type.kind == ZKL_TYPE_TIMESTAMP && length && (text[0] == '-' || text[4] != '-');
        ZKL_ASSERT(far || (zkl_value_parse(&back, &type, zkl_bytes_of(text, length), &reason) &&
                           back == code));
    } else {
        ZKL_ASSERT(reason != NULL);
    }
    for (size_t at = 1; at <= size; at++) { /* values between line ends */
        size_t end = at;
        while (end < size && data[end] != '\n')
            end++;
        zkl_facts_add_text(&facts, ZKL_SHAPE_ALL, data + at, end - at);
        at = end;
    }
    const zkl_facts_decision decision = zkl_facts_decide(&facts, &raw, data[0] & 0x80);
    const zkl_type decided = decision.type;
    if (!decision.is_string && facts.value_count && decided.kind != ZKL_TYPE_BOOL)
        for (size_t at = 1; at <= size; at++) { /* what was inferred holds every value */
            size_t end = at;
            while (end < size && data[end] != '\n')
                end++;
            ZKL_ASSERT(
                zkl_value_parse(&code, &decided, zkl_bytes_of(data + at, end - at), &reason));
            at = end;
        }
    return 0;
}
