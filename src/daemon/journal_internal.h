#pragma once
/* What the files of the journal share. */
#include <dirent.h>

#include "daemon/at_rest.h"
#include "daemon/journal.h"

struct daemon_journal {
    char *folder;
    const daemon_at_rest *at_rest; /* NULL: nothing is encrypted */
};

/* The folder and all in it, or all in it. No link is followed. */
void journal_remove_folder(const char *path, bool itself);
/* The same of a job's part of the work folder. */
void journal_remove_work(const daemon_journal *journal, const char *id);
/* The next name; NULL at the end, and after a failure, which *status says. */
struct dirent *journal_next(DIR *dir, const char *path, zkl_status *status, zkl_error *err);
/* Bytes of content in an envelope; false: it is none. */
bool journal_content_bytes(uint64_t *out, int at, const char *name);
