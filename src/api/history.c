/* The member `history` of what verifies receipts. It says of every checkpoint where it comes from:
 * evidence is no more than what its own checkpoint is worth. */
#include "api/history.h"

#include "base/buffer.h"
#include "base/file.h"

/* Two signed notes and 63 lines; a larger file is none. */
#define CONSISTENCY_BYTES_MAX ((size_t)1 << 18)
#define STANDING_BYTES_MAX ((size_t)1 << 22)

/* As zkl_history_source_name; a test holds the two together. */
static const char *const sources[] = {
    [ZKL_HISTORY_RECEIPT] = "receipt",         [ZKL_HISTORY_TILES] = "tiles",
    [ZKL_HISTORY_CONSISTENCY] = "consistency", [ZKL_HISTORY_LEDGER] = "ledger",
    [ZKL_HISTORY_REMEMBERED] = "remembered",   [ZKL_HISTORY_STANDING] = "standing",
    [ZKL_HISTORY_SOURCE_COUNT] = NULL,
};

static const api_field checkpoint_fields[] = {
    { "name", API_TEXT, API_AT(zkl_history_checkpoint, name), .help = "the file it is of" },
    { "source", API_ENUM, API_AT(zkl_history_checkpoint, source), .names = sources,
      .help = "what that is" },
    { "size", API_NUMBER, API_AT(zkl_history_checkpoint, size), .help = "entries under it" },
    { "root", API_DIGEST, API_AT(zkl_history_checkpoint, root), .help = "of its tree" },
    { "signed", API_BOOL, API_AT(zkl_history_checkpoint, is_signed),
      .help = "by a log key that is trusted" },
    { "shown", API_BOOL, API_AT(zkl_history_checkpoint, is_shown),
      .help = "is it shown to be of one history with the others of which this is true" },
};
static const api_object checkpoint = API_OBJECT(zkl_history_checkpoint, checkpoint_fields);

static bool is_remembered(const void *record)
{
    return ((const zkl_history_result *)record)->is_remembered;
}

static const api_field fields[] = {
    { "one", API_BOOL, API_AT(zkl_history_result, is_one),
      .help = "is it shown that all receipts and standings are of one history; false: no fork was "
              "found, and nothing shows that there is none" },
    { "remembered", API_NUMBER, API_AT(zkl_history_result, remembered_count), .when = is_remembered,
      .help = "how many checkpoints of the log were remembered before" },
    { "not_comparable", API_NUMBER, API_AT(zkl_history_result, unshown_count),
      .when = is_remembered,
      .help = "how many of them nothing shows to be of one history with the receipts" },
    { "checkpoints", API_LIST, API_AT(zkl_history_result, checkpoints),
      API_COUNT(zkl_history_result, checkpoint_count), .of = &checkpoint,
      .help = "of the receipts in their order, then of the standings, then of what was given as "
              "evidence" },
};
const api_object api_history = API_OBJECT(zkl_history_result, fields);

/* ---- Files */

static zkl_status read_files(zkl_named_bytes **out, zkl_arena *arena, const char *const *paths,
                             size_t count, size_t most, zkl_error *err)
{
    zkl_named_bytes *files = ZKL_ARENA_NEW(arena, zkl_named_bytes, count);
    if (!files)
        return zkl_no_memory(err, count * sizeof *files);
    for (size_t i = 0; i < count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
        ZKL_TRY(zkl_file_read(&file, paths[i], most, err));
        files[i].name = paths[i];
        files[i].bytes = zkl_bytes_of(zkl_arena_copy(arena, file.data, file.size), file.size);
        if (!files[i].bytes.data)
            return zkl_no_memory(err, file.size);
    }
    *out = files;
    return ZKL_OK;
}

zkl_status api_receipts_read(zkl_named_bytes **out, zkl_arena *arena, const char *const *files,
                             size_t count, zkl_error *err)
{
    return read_files(out, arena, files, count, API_RECEIPT_BYTES_MAX, err);
}

zkl_status api_standings_read(zkl_named_bytes **out, zkl_arena *arena, const api_evidence *evidence,
                              zkl_error *err)
{
    return read_files(out, arena, evidence->standing_files, evidence->standing_count,
                      STANDING_BYTES_MAX, err);
}

zkl_status api_consistency_read(zkl_named_bytes **out, zkl_arena *arena,
                                const api_evidence *evidence, zkl_error *err)
{
    return read_files(out, arena, evidence->consistency_files, evidence->consistency_count,
                      CONSISTENCY_BYTES_MAX, err);
}

/* ---- The comparison */

bool api_evidence_is_given(const api_evidence *evidence)
{
    return evidence->tiles || evidence->consistency_count || evidence->remember ||
           evidence->standing_count;
}

/* That no fork was found says little where nothing could show one. */
zkl_status api_check_one_log(const zkl_history_result *history, const api_evidence *evidence,
                             zkl_error *err)
{
    if (!evidence->one_log)
        return ZKL_OK;
    if (history->unshown_count)
        return zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_HISTORY,
                              "it is not shown to be of one history with %llu of the %llu "
                              "checkpoints that were verified before",
                              (unsigned long long)history->unshown_count,
                              (unsigned long long)history->remembered_count);
    return history->is_one ? ZKL_OK
                           : zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_HISTORY,
                                            "it is not shown that all of this is of one history");
}

zkl_status api_history_run(zkl_history_result *out, zkl_ledger *ledger,
                           const zkl_history_request *receipts, const api_evidence *evidence,
                           const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_history_request request = *receipts;
    zkl_named_bytes *files;
    ZKL_TRY(api_consistency_read(&files, &arena, evidence, err));
    request.tiles = evidence->tiles;
    request.remember = evidence->remember;
    request.consistency = files;
    request.consistency_count = evidence->consistency_count;
    return zkl_verify_history(out, ledger, &request, env, err);
}
