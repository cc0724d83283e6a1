#pragma once
/* A place to make tables of others: sources of the ledger, read and compared with what was
 * notarised, as tables of the SQL engine; and files that are the result, which are there only
 * once they are recorded. */
#include "base/file.h"
#include "input/engine.h"
#include "service/claimed.h"
#include "service/notarize_internal.h"
#include "service/scratch_folder.h"
#include "service/tokens.h"
#include "service/transform_ops.h"

/* A file that is made. */
typedef struct workbench_file {
    const char *output;    /* where it will be */
    const char *path;      /* where it is: in a folder of its own beside that, until it is kept */
    scratch_folder folder; /* none: it was made elsewhere */
    zkl_file_seen seen;    /* what may be replaced at `output` */
} workbench_file;

typedef struct workbench {
    zkl_ledger *handle;
    const zkl_env *env;
    service_desk desk;
    service_claimed_list list;
    transform_source *sources; /* as many as the list has */
    workbench_file *files;
    size_t file_count;
    const zkl_engine_ops *ops;
    zkl_engine *engine; /* NULL until workbench_fill */
} workbench;

/* What is done where: a source, its files and how they are read. Without files: its spool. */
typedef struct workbench_source {
    const char *reference;
    const char *const *files;
    size_t file_count;
    const zkl_reading *reading; /* NULL: as the manifest says */
} workbench_source;

/* Opens a desk, finds and reads the sources. Clear it whatever the status. */
zkl_status workbench_open(workbench *out, zkl_ledger *handle, const workbench_source *sources,
                          size_t count, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* Wipes what was read; removes files that were not kept. */
void workbench_clear(workbench *bench);

/* May a file be made there? ZKL_CONFLICT: one is there already. With is_made it must be there. */
zkl_status workbench_check_place(const char *output, bool is_made, bool force,
                                 zkl_error *err) ZKL_MUST_USE;
/* Has the receipt a place (NULL: there is none), and is it none of the outputs and inputs? What is
 * recorded stays, so it is asked before. */
zkl_status workbench_check_receipt(const char *receipt_path, const char *const *outputs,
                                   size_t output_count, const char *const *files, size_t file_count,
                                   zkl_error *err) ZKL_MUST_USE;
/* Files that will be made, empty; with is_made those that are there. Without force nothing that
 * stands at their place then is replaced, with it what stands there now. Once. */
zkl_status workbench_add_files(workbench *bench, const char *const *outputs, size_t count,
                               bool is_made, bool force, zkl_error *err) ZKL_MUST_USE;
/* The sources as tables "s0", "s1", ..; with names, views without the rows' numbers under the
 * datasets' names too. Only the files of the bench can be written from then on. */
zkl_status workbench_fill(workbench *bench, bool with_names, zkl_error *err) ZKL_MUST_USE;
/* A table "picks" with one column, zkl_pick, of these numbers; its rows are few. */
zkl_status workbench_put_picks(workbench *bench, const uint64_t *picks, size_t count,
                               zkl_error *err) ZKL_MUST_USE;
/* A table "zkl_tokens", row by row of the first source; 0 is a null. */
zkl_status workbench_put_tokens(workbench *bench, const drawn_tokens *tokens,
                                zkl_error *err) ZKL_MUST_USE;
/* A table "zkl_parts": of each row of the first source its part, zkl_part. */
zkl_status workbench_put_parts(workbench *bench, const uint8_t *part_of, uint64_t row_count,
                               zkl_error *err) ZKL_MUST_USE;
/* A failure speaks of files where the user asked for them, not of where they are in the making. */
void workbench_name_outputs(const workbench *bench, zkl_error *err);
/* The file is about to be recorded, and may be all that is left of its dataset: whatever becomes of
 * the run, it stays. */
zkl_status workbench_hold(workbench *bench, size_t file, zkl_error *err) ZKL_MUST_USE;
/* Its notarisation ended so, which is returned: a file that was recorded gets its place. One that
 * was held and may be recorded stays where it is, and err says where. */
zkl_status workbench_end(workbench *bench, size_t file, const zkl_notarize_result *made,
                         zkl_status status, zkl_error *err) ZKL_MUST_USE;

/* A table that is about to be recorded. */
typedef struct workbench_made {
    const zkl_table_facts *facts;
    const char *name;
    uint32_t version;
    size_t leaf_blocks_max;
} workbench_made;
/* Without workbench_fill: a table "zkl_strata" of the parts' rows, with zkl_part, its number, and
 * zkl_value, that column's as text. */
zkl_status workbench_put_strata(workbench *bench, const workbench_made *parts, size_t count,
                                size_t column, zkl_error *err) ZKL_MUST_USE;
/* Claims about it, over it and the sources, checked on the values: problems go to out. ZKL_OK: all
 * hold. */
zkl_status workbench_check_claims(workbench *bench, zkl_notarize_result *out,
                                  const workbench_made *made, const char *const *claims,
                                  size_t claim_count, zkl_error *err) ZKL_MUST_USE;
/* The same of one claim about a source, over it and that table. */
zkl_status workbench_check_back(workbench *bench, zkl_notarize_result *out,
                                const workbench_made *made, size_t source, const char *claim,
                                zkl_error *err) ZKL_MUST_USE;

/* What is recorded of a result. Texts; NULL: not said. */
typedef struct workbench_words {
    const char *operation, *unproven, *seed;
    bool is_made; /* elsewhere */
} workbench_words;
/* That it was made of the sources, in these words: an entry `provenance`. */
zkl_status workbench_record(const workbench *bench, const zkl_notarize_result *made,
                            const workbench_words *words, zkl_error *err) ZKL_MUST_USE;

/* A claim about `about`, or with NULL about the first source, that names these tables, of which
 * none is recorded. */
zkl_status workbench_check_parts(workbench *bench, zkl_notarize_result *out,
                                 const workbench_made *about, const workbench_made *parts,
                                 size_t count, const char *claim, zkl_error *err) ZKL_MUST_USE;
/* The same of a claim about one source that names another, or, other being source, none. */
zkl_status workbench_check_pair(workbench *bench, zkl_notarize_result *out, size_t source,
                                size_t other, const char *claim, size_t leaf_blocks_max,
                                zkl_error *err) ZKL_MUST_USE;

/* 64 lower-case hex digits into out: those given, or drawn (given NULL). */
zkl_status workbench_seed(char out[static 65], const char *given, const zkl_env *env,
                          zkl_error *err) ZKL_MUST_USE;
