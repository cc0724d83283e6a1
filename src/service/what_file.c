/* What a file is that was given for something else: by its first bytes, for people who took the
 * wrong one. */
#include <string.h>

#include "record/consistency.h"
#include "service/service_internal.h"
#include "text/utf8.h"
#include "verify/standing.h"

/* What each is called behind "it is", and what it is given for. */
static const struct {
    const char *words;
    zkl_hint hint;
} kinds[SERVICE_FILE_KIND_COUNT] = {
    [SERVICE_FILE_UNKNOWN] = { "of an unknown kind", ZKL_HINT_NONE },
    [SERVICE_FILE_EMPTY] = { "empty", ZKL_HINT_NONE },
    [SERVICE_FILE_BLANK] = { "blank text", ZKL_HINT_NONE },
    [SERVICE_FILE_TEXT] = { "text", ZKL_HINT_NONE },
    [SERVICE_FILE_CSV] = { "text, perhaps CSV", ZKL_HINT_GIVE_AS_DATA },
    [SERVICE_FILE_JSON] = { "JSON", ZKL_HINT_NONE },
    [SERVICE_FILE_DSSE] = { "a signed entry alone (DSSE), without proofs and inclusion",
                            ZKL_HINT_NONE },
    [SERVICE_FILE_STANDING] = { "a standing", ZKL_HINT_GIVE_AS_STANDING },
    [SERVICE_FILE_CONSISTENCY] = { "a consistency file", ZKL_HINT_GIVE_AS_CONSISTENCY },
    [SERVICE_FILE_TRUST] = { "a trust file", ZKL_HINT_GIVE_AS_TRUST },
    [SERVICE_FILE_TLOG_PROOF] = { "a proof of inclusion (tlog-proof), without the entry's proofs",
                                  ZKL_HINT_NONE },
    [SERVICE_FILE_PEM] = { "a PEM file", ZKL_HINT_NONE },
    [SERVICE_FILE_NOTE] = { "a signed note, as a checkpoint is", ZKL_HINT_NONE },
    [SERVICE_FILE_DATA_KEY] = { "a data key", ZKL_HINT_GIVE_AS_DATA_KEY },
    [SERVICE_FILE_RECEIPT] = { "a receipt", ZKL_HINT_GIVE_AS_RECEIPT },
    [SERVICE_FILE_DISCLOSURE] = { "a disclosure of rows", ZKL_HINT_NONE },
    [SERVICE_FILE_LINEAGE] = { "a lineage receipt", ZKL_HINT_NONE },
    [SERVICE_FILE_MANIFEST] = { "a manifest alone", ZKL_HINT_NONE },
    [SERVICE_FILE_TRUST_BYTES] = { "a trust record in bytes", ZKL_HINT_NONE },
    [SERVICE_FILE_TRUST_RECORD] = { "a ledger's own trust record", ZKL_HINT_NONE },
    [SERVICE_FILE_POWERS] = { "powers of tau", ZKL_HINT_IMPORT_SETUP },
    [SERVICE_FILE_DICTIONARY] = { "a dictionary's entries", ZKL_HINT_NONE },
    [SERVICE_FILE_KEY] = { "a secret key file", ZKL_HINT_NONE },
    [SERVICE_FILE_PARQUET] = { "a Parquet file", ZKL_HINT_GIVE_AS_DATA },
    [SERVICE_FILE_GZIP] = { "gzip-compressed", ZKL_HINT_GIVE_AS_DATA },
    [SERVICE_FILE_ZSTD] = { "zstd-compressed", ZKL_HINT_GIVE_AS_DATA },
    [SERVICE_FILE_ZIP] = { "a zip archive", ZKL_HINT_NONE },
    [SERVICE_FILE_ZKEY] = { "a circuit's key", ZKL_HINT_IMPORT_SETUP },
    [SERVICE_FILE_PDF] = { "a PDF", ZKL_HINT_LOOK_UP_FILE },
    [SERVICE_FILE_HTML] = { "an HTML page", ZKL_HINT_LOOK_UP_FILE },
    [SERVICE_FILE_REPORT] = { "an audit report", ZKL_HINT_LOOK_UP_FILE },
    [SERVICE_FILE_CEREMONY] = { "a file of a ceremony", ZKL_HINT_VERIFY_SETUP },
    [SERVICE_FILE_SQLITE] = { "an SQLite database", ZKL_HINT_NONE },
};

/* Magic bytes are compared whole: a file that is shorter has none. */
static bool begins(zkl_bytes bytes, const char *start)
{
    const size_t size = strlen(start);
    return bytes.size >= size && memcmp(bytes.data, start, size) == 0;
}

/* Anywhere in the beginning that was read. */
static bool holds(zkl_bytes bytes, const char *word)
{
    return memmem(bytes.data, bytes.size, word, strlen(word)) != NULL;
}

/* The order matters: a trust file is TOML and holds commas, an envelope is JSON. */
static service_file_kind kind_of_text(zkl_bytes text)
{
    /* Blanks before JSON or a note change nothing. */
    size_t at = 0;
    while (at < text.size && strchr(" \t\r\n", text.data[at]) && text.data[at])
        at++;
    if (at == text.size)
        return SERVICE_FILE_BLANK;
    if (begins(text, "{\"payload\":") && zkl_standing_has_magic(text))
        return SERVICE_FILE_STANDING;
    if (zkl_consistency_has_magic(text))
        return SERVICE_FILE_CONSISTENCY;
    if (holds(text, "\"zkp-ledger-audit\"") || begins(text, "# Audit of "))
        return SERVICE_FILE_REPORT;
    if (begins(text, "<!DOCTYPE html") || begins(text, "<!doctype html") || begins(text, "<html"))
        return SERVICE_FILE_HTML;
    if (text.data[at] == '{' || text.data[at] == '[')
        return holds(text, "\"payloadType\"") ? SERVICE_FILE_DSSE : SERVICE_FILE_JSON;
    if (holds(text, "first_log_key"))
        return SERVICE_FILE_TRUST;
    if (begins(text, "c2sp.org/tlog-proof"))
        return SERVICE_FILE_TLOG_PROOF;
    if (begins(text, "-----BEGIN"))
        return SERVICE_FILE_PEM;
    if (holds(text, "\n\xe2\x80\x94 ")) /* a signature line: an em dash begins it */
        return SERVICE_FILE_NOTE;
    return holds(text, ",") || holds(text, "\t") || holds(text, ";") ? SERVICE_FILE_CSV
                                                                     : SERVICE_FILE_TEXT;
}

/* A guess for a sentence, never a decision: what reads a file checks it by its own format. */
service_file_kind service_file_kind_of(zkl_bytes bytes)
{
    /* Magic bytes, the project's own first. */
    static const struct {
        const char *start;
        service_file_kind kind;
    } known[] = {
        { "zkl/dkey", SERVICE_FILE_DATA_KEY },
        { "zkl/rcpt", SERVICE_FILE_RECEIPT },
        { "zkl/dscl", SERVICE_FILE_DISCLOSURE },
        { "zkl/lnge", SERVICE_FILE_LINEAGE },
        { "zkl/mfst", SERVICE_FILE_MANIFEST },
        { "zkl/trst", SERVICE_FILE_TRUST_BYTES },
        { "zkl/trec", SERVICE_FILE_TRUST_RECORD },
        { "zkl/powr", SERVICE_FILE_POWERS },
        { "zkl/dict", SERVICE_FILE_DICTIONARY },
        { "zkl-key\n", SERVICE_FILE_KEY },
        { "PAR1", SERVICE_FILE_PARQUET },
        { "\x1f\x8b", SERVICE_FILE_GZIP },
        { "\x28\xb5\x2f\xfd", SERVICE_FILE_ZSTD },
        { "PK\x03\x04", SERVICE_FILE_ZIP },
        { "ptau", SERVICE_FILE_POWERS },
        { "zkey", SERVICE_FILE_ZKEY },
        { "%PDF", SERVICE_FILE_PDF },
        { "SQLite format 3", SERVICE_FILE_SQLITE },
        { "zkp-ledger ceremony\n", SERVICE_FILE_CEREMONY },
        { "zkl/cere", SERVICE_FILE_CEREMONY },
    };
    /* Only the beginning is looked at: a table may have gigabytes. */
    if (!bytes.size)
        return SERVICE_FILE_EMPTY;
    for (size_t i = 0; i < ZKL_COUNT(known); i++)
        if (begins(bytes, known[i].start))
            return known[i].kind;
    /* The start is enough, but it must not be cut within a character. */
    zkl_bytes head = zkl_bytes_of(bytes.data, bytes.size < 65536 ? bytes.size : 65536);
    for (int i = 0; i < 4 && head.size < bytes.size && !zkl_utf8_valid(head); i++)
        head.size--;
    if (zkl_utf8_valid(head) && !memchr(head.data, 0, head.size))
        return kind_of_text(head);
    return SERVICE_FILE_UNKNOWN;
}

/* Behind "it is". */
const char *service_file_words(service_file_kind kind)
{
    ZKL_ASSERT((unsigned)kind < SERVICE_FILE_KIND_COUNT);
    return kinds[kind].words;
}

zkl_hint service_file_hint(service_file_kind kind)
{
    ZKL_ASSERT((unsigned)kind < SERVICE_FILE_KIND_COUNT);
    return kinds[kind].hint;
}
