#pragma once
/* A request's body into a file of daemon_files: written and hashed on the disk's threads while the
 * next part comes in. Its sender is held up when the disk is slower. */
#include "daemon/request.h"

/* Called in place of daemon_read_body. whole: on the loop, when the file is on the disk. Whatever
 * fails before is answered, and the file is gone. q->own and q->let_go are the upload's until
 * then. */
void daemon_upload_begin(daemon_request *q, const char *name,
                         void (*whole)(daemon_request *q, const daemon_file *file));
