#pragma once
/* What a verdict says in words, from codes: the one place of these sentences. */
#include "base/arena.h"

/* What a verified receipt does not say. */
typedef enum zkl_unproven {
    ZKL_UNPROVEN_FILE,      /* that the rows are those of a given file; recomputed with --data */
    ZKL_UNPROVEN_DIGESTS,   /* that public digests are those of the files; recomputed with --data */
    ZKL_UNPROVEN_TRUTH,     /* that the data are true, or complete */
    ZKL_UNPROVEN_ANY_VALUE, /* that a column that is claimed about has any value; one for each */
    ZKL_UNPROVEN_TIME,      /* when it was made */
    ZKL_UNPROVEN_EARLIER,   /* the same, with a timestamp: how long before that */
    ZKL_UNPROVEN_CLOCK,     /* what a timestamp by an unknown clock says */
    ZKL_UNPROVEN_COSIGNERS, /* what lines of unknown keys under the checkpoint say */
    ZKL_UNPROVEN_ALGORITHM, /* what lines of witnesses say whose algorithm libcrypto lacks */
    ZKL_UNPROVEN_LATEST,    /* that there is no later version */
    ZKL_UNPROVEN_WITNESSED, /* that the log shows everybody the same */
    ZKL_UNPROVEN_OWNER,     /* anything against the maker of a development set-up */
    ZKL_UNPROVEN_RECORDED,  /* what is recorded of a lineage's steps */
    ZKL_UNPROVEN_STEPS,     /* that a lineage receipt has all steps */
    ZKL_UNPROVEN_STANDING,  /* that a standing leaves nothing out; in the place of LATEST */
    ZKL_UNPROVEN_LATER,     /* what was logged behind a standing that was compared with the log */
    ZKL_UNPROVEN_OTHER_ROWS, /* anything of rows outside the chunks that were recomputed */
    ZKL_UNPROVEN_COUNT
} zkl_unproven;
const char *zkl_unproven_name(zkl_unproven what); /* stable, for programs: "latest" */
zkl_hint zkl_unproven_hint(zkl_unproven what);    /* how to check it; NONE: in no way from here */
/* One sentence, in arena; NULL without memory. column: what ANY_VALUE is about, else NULL. */
const char *zkl_unproven_text(zkl_arena *arena, zkl_unproven what, const char *column);

typedef struct zkl_not_proven {
    zkl_unproven what;
    const char *text;
} zkl_not_proven;
