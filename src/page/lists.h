#pragma once
/* Lists that several pages have. */
#include "page/write.h"

/* The newest first, at most `count` of those that do more than read. Returns how many. */
size_t page_put_job_rows(const page *p, const json_t *operations, size_t count);
/* The newest first; those that have all words of `search`. Returns how many. */
size_t page_put_log_rows(const page *p, const json_t *entries, const char *search);
/* A field that asks for the same page again, with ?q=. */
void page_put_search(const page *p, const char *path, const char *label);
/* Has the text all words of the search, in whatever letters? */
bool page_is_found(const char *text, const char *search);
