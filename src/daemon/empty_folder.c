/* Removal from the bottom up. */
#include "daemon/empty_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void empty(int at, unsigned depth)
{
    DIR *const dir = fdopendir(at);
    if (!dir) {
        close(at);
        return;
    }
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        const int inner =
            depth < DAEMON_FOLDER_DEPTH_MAX
                ? openat(dirfd(dir), d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                : -1;
        if (inner >= 0)
            empty(inner, depth + 1);
        (void)unlinkat(dirfd(dir), d->d_name, inner >= 0 ? AT_REMOVEDIR : 0); /* as the header
                                                                               * says */
    }
    closedir(dir);
}

void daemon_empty_folder(int at)
{
    empty(at, 0);
}
