#pragma once
/* What a file is by its first bytes, and by its ending, where it is nothing that can be read: so
 * that people are told what they have and what to do with it. */
#include "base/memory.h"

#define ZKL_FILE_KIND_BYTES 512 /* how many first bytes are looked at */

/* ZKL_NOT_SUPPORTED, in words, when a file that is to be text begins like a file of a known
 * other format. */
zkl_status zkl_file_kind_check_text(const char *name, zkl_bytes beginning,
                                    zkl_error *err) ZKL_MUST_USE;
/* The same for a file that is to be Parquet: it must begin with Parquet's own magic. */
zkl_status zkl_file_kind_check_parquet(const char *name, zkl_bytes beginning,
                                       zkl_error *err) ZKL_MUST_USE;
/* What a file of that ending is, with what to do: "a spreadsheet (save the sheet as CSV)"; NULL:
 * nothing known. */
const char *zkl_file_kind_of_ending(const char *name);
