#pragma once
/* What a notarisation has done so far, kept beside the spools so that a run that was killed goes on
 * from there (docs/formats/unfinished.md): the seeds that it drew, the commitments of finished
 * chunks, and finished proofs.
 *
 * It saves work and is believed in nothing: chunk keys are made anew of the rows, so blinders and
 * salts cannot serve other rows than they were made for, and every proof is checked by the verifier
 * before it is recorded. What cannot be read, or is of another table, program or owner, is none. */
#include "notary/commitments.h"
#include "notary/proof_list.h"

typedef struct service_unfinished service_unfinished;

/* Whose run it is. All borrowed, for as long as the run is open. */
typedef struct service_unfinished_of {
    const char *folder; /* of the ledger */
    zkl_digest ledger;
    zkl_bytes name;
    const zkl_owner_secret *owner;
} service_unfinished_of;

/* What lies there of this name. Another process that is at it has the file: *out is then NULL, and
 * so it is without any when the folder cannot be read: the run is then one that cannot go on. */
zkl_status service_unfinished_open(service_unfinished **out, const service_unfinished_of *of,
                                   zkl_error *err) ZKL_MUST_USE;
void service_unfinished_close(service_unfinished *run); /* wipes; NULL is fine */
ZKL_DEFINE_AUTO_CLOSE(service_unfinished)

/* The seed of the table that it drew; NULL: nothing lies there. */
const zkl_digest *service_unfinished_seed(const service_unfinished *run);
/* The dictionaries that it made. */
size_t service_unfinished_dictionaries(const service_unfinished *run,
                                       const zkl_remembered_dictionary **out);

/* What a run is bound to. All of it has to be the same, or it starts again. */
typedef struct service_unfinished_terms {
    const zkl_table_facts *facts; /* the files' hash, schema, rows */
    zkl_digest powers_hash, seed;
    uint32_t version;
} service_unfinished_terms;

/* From here on the run is kept: a new file in place of the old one, with what of the old one is of
 * the same terms. *is_same false: nothing is, though something lay there. */
zkl_status service_unfinished_begin(bool *is_same, service_unfinished *run,
                                    const service_unfinished_terms *terms, const zkl_env *env,
                                    zkl_error *err) ZKL_MUST_USE;
/* Where finished chunks and proofs come from and go to, behind _begin. A file that cannot be
 * written is given up: the run goes on, and service_unfinished_fault says why. */
zkl_chunk_store service_unfinished_chunks(service_unfinished *run);
zkl_proof_store service_unfinished_proofs(service_unfinished *run);
/* NULL: there is none. */
const char *service_unfinished_fault(const service_unfinished *run);
/* The run is over, or of no use: nothing lies there any more. What cannot be removed stays, and is
 * found to be of no use by the next one. */
void service_unfinished_drop(service_unfinished *run);

/* ---- What lies there, for lists. */

#define SERVICE_UNFINISHED_ENDING ".zklrun"
/* The head of an open file: name (with a NUL) and time. ZKL_BAD_INPUT and the like: it is none. */
zkl_status service_unfinished_look(char name[static ZKL_DATASET_NAME_BYTES_MAX + 1],
                                   int64_t *time_ms, int fd, const char *path,
                                   zkl_error *err) ZKL_MUST_USE;
