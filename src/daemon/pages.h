#pragma once
/* Lists in parts: ?limit=N&cursor=C. A page says in "next" what to ask for after it; the last one
 * has none. What comes or goes between two pages is in none twice, and moves nothing else. */
#include "daemon/request.h"

#define DAEMON_PAGE_MAX 1000

/* {member: part of all, "next": cursor}. all: objects with "created" and the text `id`; taken. */
void daemon_send_page(daemon_request *q, const char *member, const char *id, json_t *all);
