#pragma once
/* Jobs on the disk: what was accepted is there before its caller hears so, and what became of it
 * before anybody is told.
 *
 *     jobs/ID/job.json      the request, its owner, and how it is to be answered
 *     jobs/ID/in, out       files that it reads and writes
 *     jobs/ID/marks         receipt ids of entries that it was about to record, a line each
 *     jobs/ID/started       it has begun, of an operation that leaves no marks
 *     jobs/ID/cancelled     its owner wants it no more
 *     jobs/ID/answer.json   it is over
 *
 * With encryption at rest job.json and answer.json are envelopes, and files lie so:
 *
 *     jobs/ID/kept/N/NAME   what it reads: envelopes, names of those in files/; or links
 *     jobs/ID/sealed/NAME   what it wrote: envelopes
 *     jobs/ID/in, out       links into the work folder, where both are in clear while it runs
 *
 * A job that was running when the service ended is run again when none of its marks is in the log.
 *
 * Threads: any; one job's calls in their order. All wait for the disk. */
#include <jansson.h>

#include <zkl/zkl.h>

struct daemon_at_rest;

typedef struct daemon_journal daemon_journal;

/* folder: made when it is missing. */
zkl_status daemon_journal_open(daemon_journal **out, const char *folder,
                               zkl_error *err) ZKL_MUST_USE;
void daemon_journal_free(daemon_journal *journal);
/* From now on, before any job: what it writes is encrypted, and what it reads must be. */
void daemon_journal_encrypt(daemon_journal *journal, const struct daemon_at_rest *at_rest);
bool daemon_journal_is_sealed(const daemon_journal *journal);

/* ---- journal_sealed.c; without encryption the three do nothing. */

/* `in` and `out` in the work folder, and the links that lead there. What it reads has its place and
 * its size in `in`, and no content yet. *bytes: of memory that it will take. */
zkl_status daemon_journal_prepare(uint64_t *bytes, const daemon_journal *journal, const char *id,
                                  zkl_error *err) ZKL_MUST_USE;
/* The content of what it reads. kept: of daemon_paths, NULL: nothing. */
zkl_status daemon_journal_unseal(const daemon_journal *journal, const char *id, const json_t *kept,
                                 zkl_error *err) ZKL_MUST_USE;
/* What it wrote, from `out` to `sealed`, durable. */
zkl_status daemon_journal_seal(const daemon_journal *journal, const char *id,
                               zkl_error *err) ZKL_MUST_USE;
/* The name of the folder with what it wrote: "out" or "sealed". */
const char *daemon_journal_results(const daemon_journal *journal);

/* jobs/ID[/name]; out: PATH_MAX bytes. */
zkl_status daemon_journal_path(char *out, const daemon_journal *journal, const char *id,
                               const char *name, zkl_error *err) ZKL_MUST_USE;
/* Its folder. */
zkl_status daemon_journal_make(const daemon_journal *journal, const char *id,
                               zkl_error *err) ZKL_MUST_USE;
/* job.json: from here on it is accepted. */
zkl_status daemon_journal_accept(const daemon_journal *journal, const char *id,
                                 const json_t *record, zkl_error *err) ZKL_MUST_USE;
zkl_status daemon_journal_mark(const daemon_journal *journal, const char *id,
                               const zkl_digest *receipt_ids, size_t count,
                               zkl_error *err) ZKL_MUST_USE;
/* An empty file `started` or `cancelled`. */
zkl_status daemon_journal_note(const daemon_journal *journal, const char *id, const char *name,
                               zkl_error *err) ZKL_MUST_USE;
/* true also where it cannot be told. */
bool daemon_journal_has(const daemon_journal *journal, const char *id, const char *name);
/* It is over: the answer is on the disk, and `in` goes. */
zkl_status daemon_journal_end(const daemon_journal *journal, const char *id, const json_t *answer,
                              zkl_error *err) ZKL_MUST_USE;
/* What it read goes, of one that is over. */
zkl_status daemon_journal_tidy(const daemon_journal *journal, const char *id,
                               zkl_error *err) ZKL_MUST_USE;
/* It is not accepted any more: the next start drops what is left of it. */
zkl_status daemon_journal_forget(const daemon_journal *journal, const char *id,
                                 zkl_error *err) ZKL_MUST_USE;
/* The folder and all in it. */
void daemon_journal_drop(const daemon_journal *journal, const char *id);
/* Only what it wrote so far: `out` is empty again, and its marks are gone. */
zkl_status daemon_journal_rewind(const daemon_journal *journal, const char *id,
                                 zkl_error *err) ZKL_MUST_USE;

/* The object in a file of it; NULL: there is none, or it is broken. */
json_t *daemon_journal_read(const daemon_journal *journal, const char *id, const char *name);
/* The receipt id that was marked as number `index`, if there is one. A failure is no answer: what
 * was marked may be recorded. */
zkl_status daemon_journal_marked(bool *is_there, zkl_digest *out, const daemon_journal *journal,
                                 const char *id, size_t index, zkl_error *err) ZKL_MUST_USE;
/* The records of all jobs, in the order in which they were accepted; folders without one are
 * removed, and those whose record cannot be read stay. What was accepted is not passed over because
 * the folder cannot be read: that is a failure. */
zkl_status daemon_journal_list(json_t **out, const daemon_journal *journal,
                               zkl_error *err) ZKL_MUST_USE;
/* [{"name", "size"}] of what is in `out`, folders with '/' between the parts. NULL: it cannot be
 * told now. */
json_t *daemon_journal_files(const daemon_journal *journal, const char *id);
