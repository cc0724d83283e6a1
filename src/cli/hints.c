/* The command line's words for hints: what to type about an error, behind the fact that the library
 * states. This is the one table of them, and the only place that has to change when a command or an
 * option gets another name.
 *
 * Words begin with what separates them from the fact: "; ", ": ", ". " or " (". "{}" stands for the
 * error's hint_value. */
#include <string.h>

#include "text/shown.h"
#include "cli/cli.h"

static const char *const words[ZKL_HINT_COUNT] = {
    [ZKL_HINT_NONE] = "",
    [ZKL_HINT_MAKE_LEDGER] = " (`zkp-ledger init` makes one)",
    [ZKL_HINT_MAKE_OR_NAME_LEDGER] = ": make one with 'zkp-ledger init', or name one with --ledger",
    [ZKL_HINT_GIVE_DATA_KEY] = ": --data-key FILE.zklkey, from the owner's 'zkp-ledger export NAME "
                               "--format data-key'",
    [ZKL_HINT_GIVE_DATA] = "; give the data with --data FILE (of another dataset with --with "
                           "NAME=FILE), or keep a spool next time: 'notarize --keep-spool'",
    [ZKL_HINT_PUBLISH_DIGESTS] = ": notarise a version with --public-digest; whoever has a file "
                                 "can then confirm that it is this one",
    [ZKL_HINT_GIVE_SIGNING_KEY] = ": --signing-key FILE ('openssl ecparam -name prime256v1 -genkey "
                                  "-noout' makes one)",
    [ZKL_HINT_GIVE_CHUNKS_ALONE] = ": give --data a file of these rows alone, in their order",
    [ZKL_HINT_CHECK_WITH_DATA] = " with --data",
    [ZKL_HINT_DATA_CHECKS_DIGESTS] = ": --data checks that too",
    [ZKL_HINT_MOVE_POWERS] = ": where the ledger is, 'zkp-ledger setup export powers.zklpowers' "
                             "writes them; here, 'zkp-ledger setup import powers.zklpowers' takes "
                             "them in",
    [ZKL_HINT_GIVE_AS_TRUST] = ": it goes with --trust",
    [ZKL_HINT_GIVE_AS_DATA_KEY] = ": it is secret, and goes with --data-key",
    [ZKL_HINT_GIVE_AS_RECEIPT] = ": 'verify RECEIPT' takes it without an option",
    [ZKL_HINT_GIVE_AS_DATA] = ": data go with --data",
    [ZKL_HINT_IMPORT_SETUP] = ", for 'setup import'",
    [ZKL_HINT_VERIFY_CHAIN] = " (`zkp-ledger verify-chain`)",
    [ZKL_HINT_ASK_CLOCK_YOURSELF] =
        ": 'zkp-ledger timestamp request NAME -o x.tsq', 'curl -H Content-Type:application/"
        "timestamp-query --data-binary @x.tsq URL -o x.tsr', 'zkp-ledger timestamp attach NAME "
        "x.tsr'",
    [ZKL_HINT_EXPORT_LINEAGE] = ": without -o all are recorded, and 'zkp-ledger export NAME "
                                "--format lineage' then writes one file of all",
    [ZKL_HINT_STAMP_LATER] = ". Later: 'zkp-ledger timestamp fetch NAME URL', and 'zkp-ledger "
                             "export NAME' for the receipt with it",
    [ZKL_HINT_NAME_WITNESS] = ": name its key with --witness NAME+HASH+KEY",
    [ZKL_HINT_ASK_DOCTOR] = "; 'zkp-ledger doctor' says what is there",
    [ZKL_HINT_FORCE_OR_OTHER_FOLDER] = " (another folder, or --force)",
    [ZKL_HINT_FORCE_OR_OTHER_NAME] = " (another name, or --force)",
    [ZKL_HINT_SAY_IT_IS_MADE] = "; --check takes the file",
    [ZKL_HINT_PREFER_ONE_SIDE] =
        "; decide them in one of the tables, or write 'prefer first' or 'prefer second' behind the "
        "key",
    [ZKL_HINT_RESTORE_SECRET] = ". Bring the right one back: `zkp-ledger keys restore`",
    [ZKL_HINT_RESTORE_UNDER_PASSPHRASE] = " (--new-passphrase-file)",
    [ZKL_HINT_LIST_LOG] = ": 'zkp-ledger log' lists what there is",
    [ZKL_HINT_SAY_WHAT_TO_TRUST] =
        ". Say what to trust: --trust trust.toml, or that ledger by its name: --ledger '{}'",
    [ZKL_HINT_COMPRESS_WITH_SMALL_WINDOW] = "; compress it without --long or --ultra",
    [ZKL_HINT_SAY_BYTE_ORDER] = "; say --encoding utf-16le or utf-16be",
    [ZKL_HINT_SAY_UTF_16] = "; say --encoding utf-16",
    [ZKL_HINT_WRITE_UTF_8] = "; write it in UTF-8",
    [ZKL_HINT_LEAVE_ENCODING_OUT] = "; leave --encoding {} out",
    [ZKL_HINT_SAY_ENCODING] =
        "; if the text is in another encoding, say --encoding windows-1252, or what it is",
    [ZKL_HINT_SAY_FORMAT] = "; say --format csv, parquet, ndjson or json",
    [ZKL_HINT_SAY_PARQUET] = "; say --format parquet",
    [ZKL_HINT_SAY_DELIMITER] = "; say --delimiter",
    [ZKL_HINT_SAY_BLANKS_SEPARATE] = ": say --delimiter space, or --delimiter ',' for one column",
    [ZKL_HINT_WRITE_ONE_SIGN] =
        ": write one sign between fields; or say --delimiter ',' for one column",
    [ZKL_HINT_REMOVE_TITLE] = "; remove what stands before the header, or say --delimiter",
    [ZKL_HINT_SAY_NO_HEADER] = "; if the first line is data, say --no-header",
    [ZKL_HINT_NAME_COLUMNS] = "; give it one, or name the others with --columns",
    [ZKL_HINT_LEAVE_COLUMN_OUT] = "; leave it out with --columns",
    [ZKL_HINT_WRITE_ZSTD_OR_SNAPPY] =
        "; write it with zstd or Snappy, or leave the column out with --columns",
    [ZKL_HINT_WRITE_PLAIN] = "; write it with PLAIN, or leave the column out with --columns",
    [ZKL_HINT_PERMIT_EMPTY] = "; --allow-empty permits it",
    [ZKL_HINT_SAY_NULL_TEXTS] = "; what means null is said with --null",
    [ZKL_HINT_NOTARISE_LIKE] = "; notarise it with --like, so that both have one schema",
    [ZKL_HINT_GIVE_ONE_TYPE] =
        "; notarise both with a schema file (--schema) that gives the column one type, or one with "
        "--like the other when all their columns are the same",
    [ZKL_HINT_TAKE_FINGERPRINTS] =
        "; notarise both with a schema file (--schema) that gives the column type = \"string16\", "
        "compared by fingerprint, or one with --like the other when all their columns are the same",
    [ZKL_HINT_MAKE_BUCKETS_OR_KEY] =
        "; 'zkp-ledger transform' makes such a column of it: --op 'bucket COLUMN by EDGES as NAME' "
        "of values in order, --op 'key COLUMN as NAME' of any",
    [ZKL_HINT_MAKE_KEY] = "; 'zkp-ledger transform --op 'key COLUMNS as NAME'' makes one number of "
                          "columns, and a number of a null",
    [ZKL_HINT_GIVE_MAPPING] = ": --mapping NAME=FILE makes the mapping, --with NAME=FILE takes one "
                              "that is there",
    [ZKL_HINT_MAKE_DECIMAL] = "; a schema file (--schema) does that of CSV and JSON; a Parquet "
                              "file is written with DECIMAL "
                              "columns, or 'transform --op \"sql SELECT CAST(c AS DECIMAL(9,2)) "
                              "..\"' makes them, recorded "
                              "and not proven",
    [ZKL_HINT_TAKE_SHORT_FINGERPRINT] =
        "; notarise it with a schema (--schema) that says string16 or binary16",
    [ZKL_HINT_READ_AS_BOOL] =
        "; a schema file (--schema) with type = \"bool\" reads 0 and 1 as such",
    [ZKL_HINT_READ_AS_BOOL_OR_SHARE] =
        "; a schema file (--schema) with type = \"bool\" reads 0 and 1 as such; of several classes "
        "write share(where label = 1 and prediction = 1 or label = 2 and prediction = 2)",
    [ZKL_HINT_SET_PLACE] = ": --set {}=VALUE",
    [ZKL_HINT_REPLACE_SIGNER] = "; --replace puts a new one in its place",
    [ZKL_HINT_GIVE_AS_STANDING] = ": it goes with --standing, beside a receipt",
    [ZKL_HINT_GIVE_AS_CONSISTENCY] = ": it goes with --consistency, beside receipts",
    [ZKL_HINT_COMPARE_WITH_TILES] = "; --tiles FOLDER compares it with the log's entries",
    [ZKL_HINT_LOOK_UP_FILE] = "; where its ledger is, 'log --file' says whether an entry names it",
    [ZKL_HINT_VERIFY_SETUP] = ", for 'setup verify'",
    [ZKL_HINT_SHOW_ONE_HISTORY] =
        ". Ask the log's owner for the proof from {} entries ('export --format consistency' with "
        "--from and --to), for another --consistency; or for --tiles",
    [ZKL_HINT_ALLOW_REVOKED] = " (--allow-revoked verifies it all the same)",
    [ZKL_HINT_RESTORE_KEY] = ". Bring the key that counts back: `zkp-ledger keys restore`",
};

void cli_put_hint(zkl_buffer *out, zkl_hint hint, const char *value)
{
    if ((unsigned)hint >= ZKL_HINT_COUNT || !words[hint])
        return;
    const char *rest = words[hint], *gap = strstr(rest, "{}");
    for (; gap; gap = strstr(rest, "{}")) {
        zkl_buffer_put(out, rest, (size_t)(gap - rest));
        zkl_buffer_put_shown(out, zkl_bytes_of_text(value), 0);
        rest = gap + 2;
    }
    zkl_buffer_put_text(out, rest);
}

void cli_put_error(zkl_buffer *out, const zkl_error *err)
{
    zkl_buffer_put_shown(out, zkl_bytes_of_text(err->text), 0);
    cli_put_hint(out, err->hint, err->hint_value);
}

const char *cli_hinted(cli_run *run, const char *text, zkl_hint hint)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(text), 0);
    cli_put_hint(&shown, hint, "");
    const char *copy = zkl_arena_text(&run->arena, (const char *)shown.data, shown.size);
    return copy ? copy : "";
}
