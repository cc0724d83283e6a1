#pragma once
/* A dataset version as Croissant 1.1 has it, for whoever writes JSON-LD: the export of that name,
 * and reports. */
#include "text/json_writer.h"

#include <zkl/dataset.h>
#include <zkl/verify.h>

typedef struct export_croissant {
    /* Before the ids of record sets and fields, which are unique in a document: "" where it has one
     * dataset. */
    const char *prefix;
    /* Of each file; NULL: "file-0" and so on. */
    const char *const *file_ids;
    const char *name, *description, *time;
    uint32_t version;
    const zkl_digest *dataset;
    uint64_t row_count;
    const char *read, *format;  /* how the files were read, in words; "csv" */
    const zkl_file_info *files; /* with public digests: Croissant names files by SHA-256 */
    size_t file_count;
    const zkl_column_info *columns;
    size_t column_count;
} export_croissant;

/* "@context" to "dateCreated" into an open object. */
void export_put_croissant_head(zkl_json_writer *w, const export_croissant *c);
/* "distribution" and "recordSet". */
void export_put_croissant_files(zkl_json_writer *w, const export_croissant *c);
