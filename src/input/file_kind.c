/* What people give by mistake, by name: a spreadsheet, an archive, a page of an error. Each has
 * its first bytes, its endings, and what to do with it.
 *
 * A false alarm would refuse a sound table, so a magic of letters alone counts only where bytes
 * follow that no text has. */
#include "input/file_kind.h"

#include <strings.h>

/* What it is, and what to do: "it holds <this>". */
#define SPREADSHEET "a spreadsheet; save the sheet as CSV"
#define ARCHIVE "an archive; unpack it"
#define ARROW "Arrow IPC (Feather); write it as Parquet"
#define ORC "ORC; write it as Parquet"
#define AVRO "Avro; write it as Parquet"
#define DATABASE "an SQLite database; export the table as CSV"
#define HDF5 "HDF5; write the table as Parquet"
#define PICKLE "a Python pickle; write the table as Parquet"
#define NUMPY "a NumPy array; write it as Parquet or CSV"
#define COMPRESSED(kind) kind "; decompress it, or use gzip (.gz) or zstd (.zst)"
#define STATISTICS "a data file of a statistics program; write it as Parquet or CSV"

/* Bytes at a place that no other kind of file has there. */
typedef struct magic {
    size_t at;
    const char *bytes;
    size_t size;
    const char *what;
} magic;

/* First bytes, some of them not at the beginning. A literal's own NUL is not part of them. */
#define MAGIC(at, bytes, what)                                                                     \
    {                                                                                              \
        at, bytes, sizeof bytes - 1, what                                                          \
    }
/* Walked from its beginning; the first that fits names the file. */
static const magic magics[] = {
    MAGIC(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", SPREADSHEET " (or another old Office file)"),
    MAGIC(0, "ARROW1\0\0", ARROW),
    MAGIC(0, "FEA1\0", ARROW),
    MAGIC(0, "\xff\xff\xff\xff", ARROW),
    MAGIC(0, "Obj\x01", AVRO),
    MAGIC(0, "SQLite format 3\0", DATABASE),
    MAGIC(0, "\x89HDF\r\n\x1a\n", HDF5),
    MAGIC(0, "\x80\x02", PICKLE),
    MAGIC(0, "\x80\x03", PICKLE),
    MAGIC(0, "\x80\x04", PICKLE),
    MAGIC(0, "\x80\x05", PICKLE),
    MAGIC(0, "\x93NUMPY", NUMPY),
    MAGIC(0, "\x1f\x8b", "gzip data; compressed once, under a name that ends in .gz, it is read"),
    MAGIC(0, "\x28\xb5\x2f\xfd",
          "zstd data; compressed once, under a name that ends in .zst, it is read"),
    MAGIC(4, "1AY&SY", COMPRESSED("bzip2")),
    MAGIC(0,
          "\xfd"
          "7zXZ\0",
          COMPRESSED("xz")),
    MAGIC(0, "\x04\x22\x4d\x18", COMPRESSED("lz4")),
    MAGIC(0, "\x1f\x9d", COMPRESSED("compress (.Z)")),
    MAGIC(0, "\xff\x06\0\0sNaPpY", COMPRESSED("Snappy")),
    MAGIC(0, "7z\xbc\xaf\x27\x1c", ARCHIVE),
    MAGIC(0, "Rar!\x1a\x07", ARCHIVE),
    MAGIC(0, "%PDF-", "a PDF; a table in it must be written as CSV"),
    MAGIC(0, "<!DOCTYPE html", "a web page, perhaps an error page in place of the file"),
    MAGIC(0, "<html", "a web page, perhaps an error page in place of the file"),
    MAGIC(0, "<?xml", "XML; write the table as CSV"),
    MAGIC(0, "<stata_dta>", STATISTICS),
    MAGIC(0, "$FL2", STATISTICS),
    MAGIC(0, "version https://git-lfs",
          "a pointer of Git LFS, not the file; get it with 'git lfs pull'"),
};

/* Tags of HTML and XML are written in any case. */
static bool has_magic(zkl_bytes beginning, const magic *m)
{
    return beginning.size >= m->at + m->size &&
           (memcmp(beginning.data + m->at, m->bytes, m->size) == 0 ||
            (m->bytes[0] == '<' &&
             strncasecmp((const char *)beginning.data + m->at, m->bytes, m->size) == 0));
}

/* Bytes that are compared as they are. */
static bool begins(zkl_bytes beginning, const char *bytes, size_t size)
{
    return beginning.size >= size && memcmp(beginning.data, bytes, size) == 0;
}

/* Control characters below the tab, which no text of a table holds. */
static bool is_binary(zkl_bytes beginning)
{
    for (size_t i = 0; i < beginning.size; i++)
        if (beginning.data[i] < 0x09)
            return true;
    return false;
}

/* Containers first, which say by what lies in them what they are; then this program's own files;
 * then the list. */
static const char *kind_of(zkl_bytes beginning)
{
    ZKL_ASSERT(beginning.size == 0 || beginning.data);
    /* a spreadsheet of today is a ZIP archive with certain names in it */
    if (begins(beginning, "PK\x03\x04", 4)) {
        const bool is_office = memmem(beginning.data, beginning.size, "[Content_Types].xml", 19) ||
                               memmem(beginning.data, beginning.size, "xl/", 3) ||
                               memmem(beginning.data, beginning.size, "opendocument", 12);
        return is_office ? SPREADSHEET : ARCHIVE;
    }
    if (begins(beginning, "ORC", 3) && is_binary(beginning))
        return ORC;
    /* what this program writes itself, and people pass by mistake */
    static const magic own[] = {
        MAGIC(0, "zkl/rcpt", "a receipt, not the table it speaks of"),
        MAGIC(0, "zkl/dkey", "a data key, which is secret, not a table"),
        MAGIC(0, "zkl/powr", "powers of tau, not a table"),
    };
    for (size_t i = 0; i < ZKL_COUNT(own); i++)
        if (has_magic(beginning, &own[i]) && is_binary(beginning))
            return own[i].what;
    /* tar has its magic behind the first file's name and numbers */
    static const magic tar = MAGIC(257, "ustar", ARCHIVE);
    if (has_magic(beginning, &tar) && is_binary(beginning))
        return tar.what;
    for (size_t i = 0; i < ZKL_COUNT(magics); i++)
        if (has_magic(beginning, &magics[i]))
            return magics[i].what;
    return NULL;
}

/* For CSV and JSON. Parquet is named apart from the list, since it can be read. */
zkl_status zkl_file_kind_check_text(const char *name, zkl_bytes beginning, zkl_error *err)
{
    if (begins(beginning, "PAR1", 4) && is_binary(beginning))
        return zkl_fail_hint(err, ZKL_NOT_SUPPORTED, ZKL_HINT_SAY_PARQUET, "'%s' holds Parquet",
                             name);
    const char *kind = kind_of(beginning);
    return kind ? zkl_fail(err, ZKL_NOT_SUPPORTED, "'%s' holds %s", name, kind) : ZKL_OK;
}

/* "PARE" is the magic of files with an encrypted footer. */
zkl_status zkl_file_kind_check_parquet(const char *name, zkl_bytes beginning, zkl_error *err)
{
    if (begins(beginning, "PAR1", 4))
        return ZKL_OK;
    if (begins(beginning, "PARE", 4))
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "'%s' is encrypted Parquet, which is not read; write it without encryption",
                        name);
    const char *kind = kind_of(beginning);
    return kind ? zkl_fail(err, ZKL_NOT_SUPPORTED, "'%s' is no Parquet file: it holds %s", name,
                           kind)
                : zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no Parquet file", name);
}

/* ".gz" and ".zst" are not here: what is compressed says its format by the ending before. */
const char *zkl_file_kind_of_ending(const char *name)
{
    static const struct {
        const char *ending, *what;
    } endings[] = {
        /* in any case; the first that fits */
        { ".xlsx", SPREADSHEET },
        { ".xlsm", SPREADSHEET },
        { ".xls", SPREADSHEET },
        { ".ods", SPREADSHEET },
        { ".feather", ARROW },
        { ".arrow", ARROW },
        { ".ipc", ARROW },
        { ".orc", ORC },
        { ".avro", AVRO },
        { ".sqlite", DATABASE },
        { ".sqlite3", DATABASE },
        { ".db", DATABASE },
        { ".zip", ARCHIVE },
        { ".tar", ARCHIVE },
        { ".tgz", ARCHIVE },
        { ".tar.gz", ARCHIVE },
        { ".tar.zst", ARCHIVE },
        { ".7z", ARCHIVE },
        { ".rar", ARCHIVE },
        { ".h5", HDF5 },
        { ".hdf5", HDF5 },
        { ".pkl", PICKLE },
        { ".pickle", PICKLE },
        { ".npy", NUMPY },
        { ".npz", NUMPY },
        { ".bz2", COMPRESSED("bzip2") },
        { ".xz", COMPRESSED("xz") },
        { ".lz4", COMPRESSED("lz4") },
        { ".br", COMPRESSED("Brotli") },
        { ".sz", COMPRESSED("Snappy") },
        { ".snappy", COMPRESSED("Snappy") },
        { ".z", COMPRESSED("compress (.Z)") },
        { ".parquet.gz", "a compressed Parquet file; Parquet compresses within, decompress it" },
        { ".parquet.zst", "a compressed Parquet file; Parquet compresses within, decompress it" },
        { ".dta", STATISTICS },
        { ".sav", STATISTICS },
        { ".sas7bdat", STATISTICS },
        { ".rds", STATISTICS },
        { ".pdf", "a PDF; a table in it must be written as CSV" },
        { ".xml", "XML; write the table as CSV" },
    };
    const size_t size = strlen(name);
    for (size_t i = 0; i < ZKL_COUNT(endings); i++) {
        const size_t length = strlen(endings[i].ending);
        if (size > length && strcasecmp(name + size - length, endings[i].ending) == 0)
            return endings[i].what;
    }
    return NULL;
}
