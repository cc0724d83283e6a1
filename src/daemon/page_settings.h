#pragma once
/* `[page]` of the settings. */
#include "daemon/sessions.h"
#include "toml/toml.h"

/* [page.log_in]: logging in by OpenID Connect. */
typedef struct daemon_page_log_in {
    const char *issuer; /* of an [[issuer]]; NULL: there is none */
    const char *url;    /* of this service, as browsers know it: "https://host:8080" */
    const char *client_id;
    const char *client_secret_file; /* NULL: a client without one */
    const char *scope, *name;       /* name: on the button */
} daemon_page_log_in;

typedef struct daemon_page_settings {
    daemon_session_times times;
    const char **second_factor; /* roles whose keys need one; "*": all */
    size_t second_factor_count;
    daemon_page_log_in log_in;
} daemon_page_settings;

/* Texts are of memory; files below folder. ZKL_BAD_INPUT with line and column. */
zkl_status daemon_page_settings_take(daemon_page_settings *out, zkl_arena *memory,
                                     const char *folder, const zkl_toml_node *root,
                                     zkl_error *err) ZKL_MUST_USE;
bool daemon_page_needs_factor(const daemon_page_settings *settings, const char *role);
