#pragma once
/* Folders of the service's own, emptied. */

/* Removes all that is below a folder that is open, which is closed. No link is followed; what is
 * deeper than DAEMON_FOLDER_DEPTH_MAX stays, and so does what cannot be removed: the next start
 * tries again. */
#define DAEMON_FOLDER_DEPTH_MAX 16
void daemon_empty_folder(int at);
