#pragma once
/* Disclosures: from what is shown, and a manifest, to the statements of disclosed rows, and whether
 * they hold. Prover and verifier make the statements by the same function: a disclosure says
 * nothing of them. */
#include "record/disclosure.h"
#include "record/manifest.h"
#include "verify/direct.h"

/* What a disclosure is of: a dataset version whose receipt was verified, or that its owner has. All
 * borrowed. */
typedef struct zkl_disclosed_dataset {
    const zkl_digest *ledger;
    const zkl_digest *dataset; /* id of the manifest */
    const zkl_manifest *manifest;
    const zkl_srs_verifier *powers;
    const zkl_g1_affine *points; /* the manifest's blocks, decoded; NULL: not yet */
} zkl_disclosed_dataset;

/* The rows are numbers of the dataset, those of the challenge where there is one; the columns are
 * its own, and their blocks fit a statement; every cell is of its column's type, a null only where
 * there may be one, a dictionary's entry under its root. ZKL_REJECTED names what is not. */
zkl_status zkl_disclosure_check(const zkl_disclosure *disclosure, const zkl_disclosed_dataset *of,
                                zkl_error *err) ZKL_MUST_USE;

/* How many of the rows from `first` on stand in one statement: those of one chunk, at most
 * ZKL_DIRECT_ROWS_MAX. */
size_t zkl_disclosure_part(const zkl_disclosure *disclosure, size_t first);
/* The statement of `count` of the rows from `first` on, a part, but for its masks. The disclosure
 * passed its check. In arena; blocks are copied. */
zkl_status zkl_disclosure_statement(zkl_statement *out, zkl_arena *arena,
                                    const zkl_disclosure *disclosure,
                                    const zkl_disclosed_dataset *of, size_t first, size_t count,
                                    zkl_error *err) ZKL_MUST_USE;

/* The check, then every statement and its openings. env: for its pool, may be NULL. ZKL_REJECTED or
 * ZKL_BAD_INPUT with what fails. */
zkl_status zkl_disclosure_verify(const zkl_disclosure *disclosure, const zkl_disclosed_dataset *of,
                                 const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
