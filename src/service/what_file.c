/* What a file is that is no receipt: by its first bytes, for people who took the wrong one. */
#include <string.h>

#include "service/service_internal.h"
#include "text/utf8.h"

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
static const char *what_text_is(zkl_bytes text)
{
    /* Blanks before JSON or a note change nothing. */
    size_t at = 0;
    while (at < text.size && strchr(" \t\r\n", text.data[at]) && text.data[at])
        at++;
    if (at == text.size)
        return "blank text";
    if (text.data[at] == '{' || text.data[at] == '[') {
        if (holds(text, "\"payloadType\""))
            return "a signed entry alone (DSSE), without proofs and inclusion";
        return "JSON";
    }
    if (holds(text, "first_log_key"))
        return "a trust file: it goes with --trust";
    if (begins(text, "c2sp.org/tlog-proof"))
        return "a proof of inclusion (tlog-proof), without the entry's proofs";
    if (begins(text, "-----BEGIN"))
        return "a PEM file";
    if (holds(text, "\n\xe2\x80\x94 "))
        return "a signed note, as a checkpoint is";
    return holds(text, ",") || holds(text, "\t") || holds(text, ";")
               ? "text, perhaps CSV: data go with --data"
               : "text";
}

const char *service_what_is(zkl_bytes bytes)
{
    /* Magic bytes, the project's own first. */
    static const struct {
        const char *start, *what;
    } known[] = {
        { "zkl/dkey", "a data key: it is secret, and goes with --data-key" },
        { "zkl/rcpt", "a receipt: 'verify RECEIPT' takes it without an option" },
        { "zkl/mfst", "a manifest alone" },
        { "zkl/trst", "a trust record in bytes" },
        { "zkl/trec", "a ledger's own trust record" },
        { "zkl/powr", "powers of tau, for 'setup import'" },
        { "zkl/dict", "a dictionary's entries" },
        { "zkl-key\n", "a secret key file" },
        { "PAR1", "a Parquet file: data go with --data" },
        { "\x1f\x8b", "gzip-compressed: data go with --data" },
        { "\x28\xb5\x2f\xfd", "zstd-compressed: data go with --data" },
        { "PK\x03\x04", "a zip archive" },
        { "ptau", "powers of tau, for 'setup import'" },
        { "zkey", "a circuit's key, for 'setup import'" },
        { "%PDF", "a PDF" },
        { "SQLite format 3", "an SQLite database" },
    };
    /* Only the beginning is looked at: a table may have gigabytes. */
    if (!bytes.size)
        return "empty";
    for (size_t i = 0; i < ZKL_COUNT(known); i++)
        if (begins(bytes, known[i].start))
            return known[i].what;
    /* the start is enough, but it must not be cut within a character */
    zkl_bytes head = zkl_bytes_of(bytes.data, bytes.size < 65536 ? bytes.size : 65536);
    for (int i = 0; i < 4 && head.size < bytes.size && !zkl_utf8_valid(head); i++)
        head.size--;
    if (zkl_utf8_valid(head) && !memchr(head.data, 0, head.size))
        return what_text_is(head);
    return "of an unknown kind";
}
