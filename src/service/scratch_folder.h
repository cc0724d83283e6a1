#pragma once
/* A folder of a run's own beside a file that it makes: ".NAME-XXXXXX", for its owner alone. A file
 * in it is locked for as long as the run lives, so that a folder that a kill by force left is told
 * from one in use, whatever became of the process's number. */
#include "base/arena.h"
#include "base/env.h"

typedef struct scratch_folder {
    const char *path; /* NULL: there is none */
    const char *lock;
    int fd_plus_1;
    bool is_held;
} scratch_folder;

/* Makes it beside the file `place`, which need not be there. */
zkl_status scratch_folder_make(scratch_folder *out, zkl_arena *arena, const char *place,
                               zkl_error *err) ZKL_MUST_USE;
/* Its rows are about to be recorded: until is_held is false again clearing it leaves it where it
 * is. No run sweeps it. */
zkl_status scratch_folder_hold(scratch_folder *folder, zkl_arena *arena,
                               zkl_error *err) ZKL_MUST_USE;
/* Removes it; what else is in it has to be gone. Twice is fine. */
void scratch_folder_clear(scratch_folder *folder);

/* Folders beside `place` whose run is gone, and that this user's runs made: removed, with the files
 * in them, and said through the notice. What cannot be removed stays; so do rows that were about
 * to be recorded, which is said. */
void scratch_folders_sweep(const char *place, const zkl_notice *notice);
/* The same found and counted alone. */
size_t scratch_folders_count(const char *place);
