/* The log as static files, with the log key that signed their checkpoint. docs/formats/log.md
 *
 * Right after a rotation of the log key that is the old one still: it signs the checkpoint of the
 * rotation's own entry. */
#include "base/arena.h"
#include "ledger/cosigned.h"
#include "log/tiles.h"
#include "service/export_format.h"

static zkl_status make_folder(const char *output, bool force, const export_source *source,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_log *log = zkl_ledger_log(source->ledger);
    zkl_checkpoint latest;
    zkl_bytes note;
    ZKL_TRY(zkl_log_checkpoint_within(log, &note, &arena, err));
    ZKL_TRY(zkl_checkpoint_parse(&latest, &arena, note, err));
    const zkl_trusted_log_key *key =
        latest.size ? zkl_trust_log_key_at(zkl_ledger_trust(source->ledger), latest.size - 1)
                    : NULL;
    if (!key)
        return zkl_fail(err, ZKL_NOT_FOUND, "no log key counts at the newest checkpoint");
    zkl_cosigned_checkpoint cosigned = { 0 };
    zkl_error why = { 0 };
    const zkl_status status = zkl_cosigned_at(&cosigned, source->ledger, &arena, latest.size, &why);
    if (status != ZKL_OK && status != ZKL_NOT_FOUND)
        return zkl_fail_as(err, status, &why);
    return zkl_tiles_export(log, output, &key->key, cosigned.note, force, err);
}

const export_module service_export_tlog_tiles = {
    .kind = { .ending = "", .is_folder = true, .is_of_log = true },
    .make_folder = make_folder,
};
