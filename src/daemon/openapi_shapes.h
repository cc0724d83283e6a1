#pragma once
/* What the OpenAPI document says of a path's query, body and answer, where no row of src/api does.
 *
 * Schemas are JSON with single quotes. Where a member is one of what this service has, as a role,
 * its schema names that list by "x-one-of", which openapi.c puts in place. */

typedef struct daemon_query_shape {
    const char *id, *name; /* id NULL: of every path without a row of its own */
    const char *schema;
    int is_required;
} daemon_query_shape;

typedef struct daemon_shape {
    const char *id;     /* of daemon_route */
    const char *body;   /* NULL: of any form, or none */
    const char *answer; /* NULL: as the route's row says; of any form where it says nothing */
    const char *types;  /* media types of the answer, with blanks between; NULL: the row's */
} daemon_shape;

/* What an answer says of where to go on: its operation's `to` takes `member` from `expression`. */
typedef struct daemon_link_shape {
    const char *from; /* id of a route; NULL: all that answer 202 with an operation */
    const char *to, *member, *expression;
} daemon_link_shape;

/* Each ended by a row of zeros. */
extern const daemon_query_shape daemon_query_shapes[];
extern const daemon_shape daemon_shapes[];
extern const daemon_link_shape daemon_link_shapes[];
