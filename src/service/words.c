/* How many values stand behind a claim, in words (words.h). */
#include "service/words.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "text/counted.h"

const char *service_values_words(zkl_arena *memory, const zkl_values_behind *values)
{
    ZKL_AUTO_CLEAR(zkl_buffer) number = { 0 };
    if (!values->can_be_empty)
        return "";
    if (!values->least)
        return " (may be empty)";
    zkl_put_counted(&number, values->least, "value");
    return number.failed
               ? NULL
               : zkl_arena_format(memory, " (%.*s%s)", (int)number.size, (const char *)number.data,
                                  values->is_exact ? "" : " or more");
}

const char *service_sentence_with_values(zkl_arena *memory, const char *sentence,
                                         const zkl_values_behind *values)
{
    const char *const words = service_values_words(memory, values);
    return words ? zkl_arena_format(memory, "%s%s", sentence, words) : NULL;
}

const char *service_claim_sentence(zkl_arena *memory, const zkl_claim_verdict *claim)
{
    return service_sentence_with_values(
        memory, claim->sentence,
        &(zkl_values_behind){ claim->can_be_empty, claim->least_values, claim->values_are_exact });
}
