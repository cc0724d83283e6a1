#pragma once
/* The web page: what whoever is logged in sees of the API, and does with it.
 *
 *  1. A page is answers of the API's own paths, one after the other: each is served as if it had
 *     been asked for by itself, with its permission, its limits of scope and its events of the
 *     audit log. What they answer is what src/page writes.
 *  2. Who asks is told by a cookie, on these paths alone: on those of the API it means nothing.
 *  3. What changes something comes as a form that one of our pages made: it has a token that only
 *     the session knows, and its browser says that the page was ours.
 *
 * GET:  enter -> serve -> step -> answer -> step -> ... -> page
 * POST: enter -> serve -> the form -> step -> answer -> another page, by 303 */
#include "daemon/request.h"
#include "page/form.h"
#include "page/multipart.h"
#include "page/page.h"

/* What a step asks for besides its path. */
typedef enum daemon_page_ask {
    DAEMON_PAGE_PLAIN,
    DAEMON_PAGE_LOG_SIZE, /* the log's first entry, with how many there are */
    DAEMON_PAGE_LOG_LAST, /* the last ones, or those before ?before=, by the answer before */
    DAEMON_PAGE_SAME,     /* what the page's own query says */
} daemon_page_ask;

typedef struct daemon_page_step {
    /* "{name}" stands for that part of the page's own path. */
    const char *method, *at[5];
    const char *query;
    daemon_page_ask ask;
} daemon_page_step;

/* Of a row in the table of paths. */
typedef struct daemon_page {
    const char *at; /* in the navigation */
    daemon_page_step steps[PAGE_ANSWERS_MAX];
    /* NULL: what the only step answers is sent as it is, unless that is a problem. */
    page_put *put;
    /* Of forms: the body of the last step; NULL without memory. No function: it has none, or is
     * the file that came with the form. */
    page_request *body;
    /* Of forms: where to go when the step is done, below the base; "{id}" as in a step, "{new}":
     * the id in the answer. NULL: `put` shows it. */
    const char *to;
    /* Of the form's file, which becomes the step's body; NULL: it takes none. */
    const char *file;
    /* The file is a table, which goes to the disk as it comes (page_form.c). */
    bool is_upload;
    /* So it does, by the first step, and may be missing: then the second step is the first. It goes
     * when the operation of the second step is accepted, before that reads it. */
    bool sends_table;
    /* `put` shows failures too. */
    bool shows_failure;
    /* Of what is sent as it is: the ending of a file's name; "": as the query's format says. */
    const char *download;
} daemon_page;

/* A page's row asks for no permission of its own: its steps do. */
#define DAEMON_OF_PAGE "of the paths behind it"

typedef struct daemon_page_work {
    const daemon_page *page;
    const daemon_route *route;
    daemon_parts path;    /* of the page */
    const char *own_path; /* as it was asked for, with its query */
    daemon_session session;
    char csrf[33];
    page_view view;
    size_t step;
    json_t *form;
    bool is_answered; /* the step, or the page */
    int problem;      /* it is one: its code; the answer is in view.answers[step] */
    page_multipart multipart;
    char field[64]; /* of the form, that comes */
    zkl_buffer value;
    bool has_file, is_file, lacks_file; /* lacks_file: none was chosen, which is fine */
    void (*inner_take)(daemon_request *q, zkl_bytes part);
    void (*inner_finish)(daemon_request *q);
} daemon_page_work;

/* ---- page_serve.c */

/* Is that a path of pages, and not of the API? */
bool daemon_page_is(const daemon_request *q);
/* Calls `then` when a session asks; otherwise leads to where one logs in. */
void daemon_page_enter(daemon_request *q, void (*then)(daemon_request *q));
/* What rows of pages serve. */
void daemon_page_serve(daemon_request *q);
/* The form is there: its step. */
void daemon_page_act(daemon_request *q);
/* Has the form the session's token, and came from our page? Else it is answered. */
bool daemon_page_is_ours(daemon_request *q, const json_t *form);
/* Makes ready for a step's path; false: it is answered. */
bool daemon_page_prepare(daemon_request *q);
/* Frees what the request's memory does not hold. NULL is fine. */
void daemon_page_clear(daemon_page_work *work);
/* The work of q, made when there is none; NULL without memory: answered. */
daemon_page_work *daemon_page_work_of(daemon_request *q);
/* The table that a form of q sent in front of its operation; false: none. */
bool daemon_page_sent_table(daemon_file *out, const daemon_request *q);
/* HTML as an answer, with what protects it. */
void daemon_page_send(daemon_request *q, int code, const zkl_buffer *html);
/* The first value of that name in the query; "": none, or it is broken. q's memory. */
const char *daemon_page_query(daemon_request *q, const char *name);
/* 303. */
void daemon_page_go(daemon_request *q, const char *where);
/* The same, with where to go afterwards. */
#define DAEMON_PAGE_NEXT_MAX 600 /* bytes; a longer one is left out */
void daemon_page_go_with_next(daemon_request *q, const char *where, const char *next);

/* ---- page_form.c */

/* Reads the form, and then calls daemon_page_act, or the table's part of it. */
void daemon_page_read_form(daemon_request *q);

/* ---- page_log_in.c */

extern const daemon_route daemon_log_in_routes[];
/* What logging in by a provider shares (page_oidc.c). */
extern const daemon_route daemon_oidc_routes[];
bool daemon_page_begin_form(daemon_request *q);
void daemon_page_send_log_in(daemon_request *q, int code, const char *fault, const char *next);
/* A value "": it goes. same_site: "Strict" or "Lax"; Lax ones last for ten minutes. */
void daemon_page_set_cookie(http_exchange *x, const char *name, const char *value,
                            const char *same_site);
/* data NULL: there is none. */
zkl_bytes daemon_page_find_cookie(const http_exchange *x, const char *name);
/* The path of ours that the text is; else "/". q's memory. */
const char *daemon_page_our_path(daemon_request *q, const char *text);
const char *daemon_page_asked_next(daemon_request *q);
/* Somebody whom a provider named is logged in from here on. */
zkl_status daemon_page_begin_session(daemon_request *q, const daemon_identity *who,
                                     zkl_error *err) ZKL_MUST_USE;
/* The session that the request's cookie names; false: none. */
bool daemon_page_session(daemon_session *out, char csrf[static 33], daemon_request *q);
