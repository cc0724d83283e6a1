#pragma once
/* Memory that jobs will need, and whether one may start. Nothing here measures: what an operation
 * takes is estimated before it runs, from its name, its request and the size of what it reads, by
 * the peaks of bench/RESULTS.md, and rather too much than too little.
 *
 *  1. Jobs that run together need no more than the limit together.
 *  2. One that needs more than the limit alone is refused when it comes, and does not wait.
 *  3. Jobs start in the order of their queue: a small one does not overtake a large one that waits
 *     for room, which so gets it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <zkl/status.h>

typedef struct daemon_admission {
    uint64_t memory_max; /* bytes */
    uint64_t taken;      /* of jobs that run */
} daemon_admission;

/* What is known of a job before it runs. */
typedef struct daemon_admission_request {
    const char *operation;  /* a row's name */
    uint64_t request_bytes; /* of its JSON */
    uint64_t input_bytes;   /* of the table it reads; 0: not known */
    uint64_t leaf_blocks;   /* of a proof, as the request asks for; 0: as usual */
    bool walks_not;         /* it reads what came with the request alone, and no log */
} daemon_admission_request;

/* Bytes. Of a name that no row has, those of the largest. */
uint64_t daemon_admission_estimate(const daemon_admission_request *request);
/* The at-th name that has an estimate of its own; NULL behind the last. */
const char *daemon_admission_name(size_t at);

/* The same of a request: its tables are members "files" and "data", whose sizes the disk tells; a
 * receipt that came with it is verified without a walk. request NULL: nothing is known of it but
 * its size. */
uint64_t daemon_admission_of(const char *operation, const json_t *request, size_t request_bytes);

/* Half of the memory that this process may use, by its control group too; 1 GiB at least. */
uint64_t daemon_admission_default(void);

/* ZKL_LIMIT: it needs more than there ever is. */
zkl_status daemon_admission_check(const daemon_admission *admission, uint64_t bytes,
                                  zkl_error *err) ZKL_MUST_USE;
/* May it start beside those that run? It was checked. */
bool daemon_admission_fits(const daemon_admission *admission, uint64_t bytes);
void daemon_admission_take(daemon_admission *admission, uint64_t bytes); /* it fits */
void daemon_admission_give(daemon_admission *admission, uint64_t bytes); /* what was taken */
