#pragma once
/* Threads for what waits for the disk, so that no event loop does: parts of uploads, jobs that are
 * kept, files that are sent. Tasks are begun in the order in which they were given; several run at
 * once. What needs an order of its own gives its next task when the one before is done. */
#include <zkl/zkl.h>

typedef struct daemon_disk daemon_disk;
typedef void daemon_disk_task(void *argument);

zkl_status daemon_disk_new(daemon_disk **out, size_t thread_count, zkl_error *err) ZKL_MUST_USE;
/* Ends when all that was given is done. NULL is fine. */
void daemon_disk_free(daemon_disk *disk);
/* Any thread. */
zkl_status daemon_disk_do(daemon_disk *disk, daemon_disk_task *task, void *argument,
                          zkl_error *err) ZKL_MUST_USE;
