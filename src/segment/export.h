#pragma once
/* Events in formats that others read: a line each, without its newline. docs/service/audit.md says
 * what of ours becomes what of theirs. */
#include "segment/event.h"

/* API Activity (class 6003) of the Open Cybersecurity Schema Framework, version 1.3.0. segment:
 * number of the segment that the line is of. */
void zkl_event_put_ocsf(zkl_buffer *out, const zkl_event *event, uint64_t segment);
/* ArcSight's Common Event Format, version 0. */
void zkl_event_put_cef(zkl_buffer *out, const zkl_event *event, uint64_t segment);
