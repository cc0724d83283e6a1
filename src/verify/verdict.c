#include "verify/verdict.h"

#include <string.h>

/* A verdict is a list of codes. These are their names for programs and their sentences for people;
 * what a person can do about one is a hint, whose words belong to the caller. */
static const struct {
    const char *name, *text;
    zkl_hint hint;
} unproven[ZKL_UNPROVEN_COUNT] = {
    [ZKL_UNPROVEN_FILE] = { "file",
                            "that the committed rows are those of a given file: whoever holds file "
                            "and data key checks that",
                            ZKL_HINT_CHECK_WITH_DATA },
    [ZKL_UNPROVEN_DIGESTS] = { "digests", "that the public digests are those of the files",
                               ZKL_HINT_DATA_CHECKS_DIGESTS },
    [ZKL_UNPROVEN_TRUTH] = { "truth",
                             "that the data are true, or complete: only what is said "
                             "above of the committed rows",
                             ZKL_HINT_NONE },
    [ZKL_UNPROVEN_ANY_VALUE] = { "any value", "", ZKL_HINT_NONE /* by column, below */ },
    [ZKL_UNPROVEN_TIME] = { "time", "when it was made: the time is the signer's word",
                            ZKL_HINT_NONE },
    [ZKL_UNPROVEN_EARLIER] = { "earlier",
                               "how long before the time by that clock it was made: the entry's "
                               "own time is the signer's word",
                               ZKL_HINT_NONE },
    [ZKL_UNPROVEN_CLOCK] = { "clock",
                             "what timestamps of unknown clocks say: they were not checked, and "
                             "count for nothing",
                             ZKL_HINT_NONE },
    [ZKL_UNPROVEN_COSIGNERS] = { "cosigners",
                                 "what further lines under the checkpoint say: their keys are not "
                                 "in the trust, so they were not checked",
                                 ZKL_HINT_NONE },
    [ZKL_UNPROVEN_ALGORITHM] = { "algorithm",
                                 "what witnesses with ML-DSA-44 keys say: the libcrypto of this "
                                 "machine cannot check their lines, and they count for nothing",
                                 ZKL_HINT_NONE },
    [ZKL_UNPROVEN_LATEST] = { "latest",
                              "that this is the latest version: a later one may replace "
                              "it, and no receipt can say that there is none",
                              ZKL_HINT_NONE },
    [ZKL_UNPROVEN_WITNESSED] = { "witnessed",
                                 "that the log shows everybody the same entries: no "
                                 "witness that is trusted signed the checkpoint",
                                 ZKL_HINT_NONE },
    [ZKL_UNPROVEN_OWNER] = { "owner",
                             "anything against whoever made the set-up, which is usually "
                             "the ledger's owner: it is a development set-up, made on "
                             "one machine",
                             ZKL_HINT_NONE },
    [ZKL_UNPROVEN_RECORDED] = { "recorded",
                                "what is only recorded of how it was made: it is the "
                                "owner's word",
                                ZKL_HINT_NONE },
    [ZKL_UNPROVEN_STEPS] = { "steps",
                             "that these are all steps: the log may hold others, which were left "
                             "out of the file",
                             ZKL_HINT_NONE },
    [ZKL_UNPROVEN_STANDING] = { "standing",
                                "that the standing leaves no later version and no revocation out: "
                                "it is its signer's word, up to its checkpoint",
                                ZKL_HINT_COMPARE_WITH_TILES },
    [ZKL_UNPROVEN_LATER] = { "later entries", "what was logged behind the standing's checkpoint",
                             ZKL_HINT_NONE },
    [ZKL_UNPROVEN_OTHER_ROWS] = { "other rows",
                                  "what rows there are besides those of the chunks that were "
                                  "recomputed, and whether the data given are all of the dataset",
                                  ZKL_HINT_NONE },
};

const char *zkl_unproven_name(zkl_unproven what)
{
    return (unsigned)what < ZKL_UNPROVEN_COUNT ? unproven[what].name : "";
}

zkl_hint zkl_unproven_hint(zkl_unproven what)
{
    return (unsigned)what < ZKL_UNPROVEN_COUNT ? unproven[what].hint : ZKL_HINT_NONE;
}

const char *zkl_unproven_text(zkl_arena *arena, zkl_unproven what, const char *column)
{
    ZKL_ASSERT((unsigned)what < ZKL_UNPROVEN_COUNT);
    ZKL_ASSERT(!column == (what != ZKL_UNPROVEN_ANY_VALUE));
    if (what == ZKL_UNPROVEN_ANY_VALUE)
        return zkl_arena_format(arena, "that %s has any value: nulls are passed over", column);
    return zkl_arena_text(arena, unproven[what].text, strlen(unproven[what].text));
}
