/* The list of formats, and which of them a file has. The first bytes of a file are judged by its
 * reader (file_kind.h). */
#include "input/formats.h"

#include <strings.h>

#include "input/file_kind.h"
#include "input/input_bytes.h"

/* In the order in which people are told of them. */
static const zkl_format *const formats[] = {
    &zkl_format_csv,
    &zkl_format_parquet,
    &zkl_format_ndjson,
    &zkl_format_json,
};

const zkl_format *zkl_format_at(size_t i)
{
    return i < ZKL_COUNT(formats) ? formats[i] : NULL;
}

static bool ends_with(const char *text, size_t size, const char *ending)
{
    const size_t length = strlen(ending);
    return size >= length && strncasecmp(text + size - length, ending, length) == 0;
}

/* By the ending before that of a compression: "a.csv.gz" is CSV. No ending of the list ends in
 * another one, so the order of formats does not matter. NULL: it is none of them. */
static const zkl_format *format_of_name(const char *name)
{
    size_t size;
    (void)zkl_compression_of_name(name, &size); /* only its length is wanted */
    for (size_t i = 0; i < ZKL_COUNT(formats); i++)
        for (size_t k = 0; k < ZKL_FORMAT_ENDINGS_MAX && formats[i]->endings[k]; k++)
            if (ends_with(name, size, formats[i]->endings[k]))
                return formats[i];
    return NULL;
}

/* What was said counts for all files, whatever they are called. Else every ending must say the
 * same: rows of two formats in one table would be read by two sets of rules, and a manifest has
 * one. */
zkl_status zkl_format_find(const zkl_format **out, const char *said, const char *const *names,
                           size_t count, zkl_error *err)
{
    *out = NULL;
    if (count == 0)
        return zkl_fail(err, ZKL_USAGE, "no file to read");
    for (size_t i = 0; said && i < ZKL_COUNT(formats) && !*out; i++)
        if (strcmp(said, formats[i]->name) == 0)
            *out = formats[i];
    ZKL_ASSERT(!said || *out); /* zkl_reading_take refused every other word */
    for (size_t i = 0; !said && i < count; i++) {
        const char *kind = zkl_file_kind_of_ending(names[i]);
        if (kind)
            return zkl_fail(err, ZKL_NOT_SUPPORTED, "'%s' is by its name %s", names[i], kind);
        const zkl_format *format = format_of_name(names[i]);
        if (!format)
            return zkl_fail_hint(err, ZKL_USAGE, ZKL_HINT_SAY_FORMAT,
                                 "cannot tell the format of '%s' by its ending", names[i]);
        if (i && format != *out)
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s' and '%s' have different formats", names[0],
                            names[i]);
        *out = format;
    }
    return ZKL_OK;
}
