/* [[issuer]] and [[client]] read and checked: what is refused here cannot surprise later. */
#include "daemon/token_settings.h"

#include "base/arena.h"
#include "daemon/token_identity.h"

#define SECONDS_MAX ((int64_t)86400)
#define SKEW_MAX ((int64_t)300)
/* A token that is revoked is refused within it (docs/service/tokens.md). */
#define INTROSPECTION_CACHE_MAX ((int64_t)30)

typedef struct reading {
    zkl_arena *memory;
    const char *folder;
} reading;

bool daemon_is_safe_url(const char *url)
{
    static const char *const ours[] = { "http://127.0.0.1", "http://localhost", "http://[::1]" };
    for (const char *c = url; *c; c++)
        if (*c <= ' ' || *c > '~' || *c == '@' || *c == '\\' || *c == '#')
            return false;
    if (strncmp(url, "https://", 8) == 0)
        return url[8] && url[8] != '/' && url[8] != ':';
    for (size_t i = 0; i < ZKL_COUNT(ours); i++) {
        const size_t size = strlen(ours[i]);
        if (strncmp(url, ours[i], size) == 0 &&
            (url[size] == ':' || url[size] == '/' || !url[size]))
            return true;
    }
    return false;
}

/* ---- members */

static zkl_status take_text(const char **out, const reading *r, const zkl_toml_node *table,
                            const char *key, zkl_error *err)
{
    const char *text = NULL;
    ZKL_TRY(zkl_toml_get_text(&text, table, key, err));
    if (!text)
        return ZKL_OK;
    if (!*text)
        return zkl_toml_fail(zkl_toml_find(table, key), err, "'%s' is empty", key);
    *out = zkl_arena_text(r->memory, text, strlen(text));
    return *out ? ZKL_OK : zkl_no_memory(err, strlen(text));
}

static zkl_status take_path(const char **out, const reading *r, const zkl_toml_node *table,
                            const char *key, zkl_error *err)
{
    const char *text = NULL;
    ZKL_TRY(take_text(&text, r, table, key, err));
    if (!text)
        return ZKL_OK;
    *out = text[0] == '/' ? text : zkl_arena_format(r->memory, "%s/%s", r->folder, text);
    return *out ? ZKL_OK : zkl_no_memory(err, strlen(text));
}

static zkl_status take_url(const char **out, const reading *r, const zkl_toml_node *table,
                           const char *key, zkl_error *err)
{
    ZKL_TRY(take_text(out, r, table, key, err));
    return !*out || daemon_is_safe_url(*out)
               ? ZKL_OK
               : zkl_toml_fail(zkl_toml_find(table, key), err,
                               "'%s' is no https address, nor one of this machine", *out);
}

static zkl_status take_texts(daemon_texts *out, const reading *r, const zkl_toml_node *table,
                             const char *key, zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, table, key, err));
    if (!list)
        return ZKL_OK;
    if (!list->item_count || list->item_count > 64)
        return zkl_toml_fail(list, err, "'%s' has 1 to 64 texts", key);
    const char **const texts = ZKL_ARENA_NEW(r->memory, const char *, list->item_count);
    if (!texts)
        return zkl_no_memory(err, list->item_count * sizeof *texts);
    for (size_t i = 0; i < list->item_count; i++) {
        const zkl_toml_node *const item = &list->items[i];
        if (item->kind != ZKL_TOML_STRING || !item->text.size ||
            strlen((const char *)item->text.data) != item->text.size)
            return zkl_toml_fail(item, err, "'%s' has texts alone", key);
        texts[i] = zkl_arena_text(r->memory, (const char *)item->text.data, item->text.size);
        if (!texts[i])
            return zkl_no_memory(err, item->text.size);
    }
    *out = (daemon_texts){ texts, list->item_count };
    return ZKL_OK;
}

static zkl_status take_seconds(int64_t *out, const zkl_toml_node *table, const char *key,
                               int64_t most, zkl_error *err)
{
    ZKL_TRY(zkl_toml_get_integer(out, table, key, err));
    if (*out < 0 || *out > most)
        return zkl_toml_fail(zkl_toml_find(table, key), err, "'%s' is 0 to %lld seconds", key,
                             (long long)most);
    return ZKL_OK;
}

static zkl_status require(const char *value, const zkl_toml_node *table, const char *key,
                          zkl_error *err)
{
    return value ? ZKL_OK : zkl_toml_fail(table, err, "'%s' is missing", key);
}

static zkl_status take_role(const char **out, const reading *r, const zkl_toml_node *table,
                            zkl_error *err)
{
    daemon_identity nobody = { 0 };
    ZKL_TRY(take_text(out, r, table, "role", err));
    ZKL_TRY(require(*out, table, "role", err));
    return daemon_identity_set_role(&nobody, *out)
               ? ZKL_OK
               : zkl_toml_fail(zkl_toml_find(table, "role"), err, "there is no role '%s'", *out);
}

static zkl_status take_org(const char **out, const reading *r, const zkl_toml_node *table,
                           zkl_error *err)
{
    ZKL_TRY(take_text(out, r, table, "org", err));
    return !*out || daemon_name_is_good(*out)
               ? ZKL_OK
               : zkl_toml_fail(zkl_toml_find(table, "org"), err,
                               "'org' is 1 to 63 letters, digits, '.', '_' and '-'");
}

/* ---- an issuer */

static zkl_status take_role_row(daemon_role_row *out, const reading *r, const zkl_toml_node *table,
                                zkl_error *err)
{
    static const char *const known[] = { "value", "role", "acr", "amr" };
    if (table->kind != ZKL_TOML_TABLE)
        return zkl_toml_fail(table, err, "'role' is a list of tables");
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(take_text(&out->value, r, table, "value", err));
    ZKL_TRY(require(out->value, table, "value", err));
    ZKL_TRY(take_role(&out->role, r, table, err));
    ZKL_TRY(take_texts(&out->acr, r, table, "acr", err));
    return take_texts(&out->amr, r, table, "amr", err);
}

static zkl_status take_roles(daemon_issuer *out, const reading *r, const zkl_toml_node *table,
                             zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, table, "role", err));
    if (!list || !list->item_count || list->item_count > DAEMON_ROWS_MAX)
        return zkl_toml_fail(table, err, "an issuer has 1 to %d tables 'role'", DAEMON_ROWS_MAX);
    daemon_role_row *const rows = ZKL_ARENA_NEW(r->memory, daemon_role_row, list->item_count);
    if (!rows)
        return zkl_no_memory(err, list->item_count * sizeof *rows);
    for (size_t i = 0; i < list->item_count; i++)
        ZKL_TRY(take_role_row(&rows[i], r, &list->items[i], err));
    out->roles = rows;
    out->role_count = list->item_count;
    return ZKL_OK;
}

static zkl_status take_introspection(daemon_issuer *out, const reading *r,
                                     const zkl_toml_node *table, zkl_error *err)
{
    static const char *const words[] = { "none", "opaque", "all" };
    const char *word = "none";
    ZKL_TRY(zkl_toml_get_text(&word, table, "introspection", err));
    size_t i = 0;
    while (i < ZKL_COUNT(words) && strcmp(words[i], word) != 0)
        i++;
    if (i == ZKL_COUNT(words))
        return zkl_toml_fail(zkl_toml_find(table, "introspection"), err,
                             "'introspection' is none, opaque or all");
    out->introspection = (daemon_introspection)i;
    ZKL_TRY(take_url(&out->introspection_url, r, table, "introspection_url", err));
    ZKL_TRY(take_text(&out->client_id, r, table, "client_id", err));
    ZKL_TRY(take_path(&out->client_secret_file, r, table, "client_secret_file", err));
    if (out->introspection == DAEMON_INTROSPECT_NONE)
        return !out->introspection_url && !out->client_id && !out->client_secret_file
                   ? ZKL_OK
                   : zkl_toml_fail(table, err,
                                   "'introspection' is none, and its members are there");
    ZKL_TRY(require(out->client_id, table, "client_id", err));
    return require(out->client_secret_file, table, "client_secret_file", err);
}

static zkl_status take_times(daemon_issuer *out, const zkl_toml_node *table, zkl_error *err)
{
    out->skew_s = 60;
    out->refresh_s = 60;
    out->keys_max_age_s = 3600;
    out->introspection_cache_s = INTROSPECTION_CACHE_MAX;
    ZKL_TRY(take_seconds(&out->skew_s, table, "skew_s", SKEW_MAX, err));
    ZKL_TRY(take_seconds(&out->refresh_s, table, "refresh_s", SECONDS_MAX, err));
    ZKL_TRY(take_seconds(&out->keys_max_age_s, table, "keys_max_age_s", SECONDS_MAX, err));
    return take_seconds(&out->introspection_cache_s, table, "introspection_cache_s",
                        INTROSPECTION_CACHE_MAX, err);
}

static zkl_status take_sources(daemon_issuer *out, const reading *r, const zkl_toml_node *table,
                               zkl_error *err)
{
    bool discovers = false;
    ZKL_TRY(take_path(&out->keys_file, r, table, "jwks", err));
    ZKL_TRY(take_url(&out->keys_url, r, table, "jwks_url", err));
    ZKL_TRY(zkl_toml_get_boolean(&discovers, table, "discovery", err));
    if (!!out->keys_file + !!out->keys_url + discovers != 1)
        return zkl_toml_fail(table, err, "one of 'jwks', 'jwks_url' and 'discovery' is wanted");
    if (discovers && !daemon_is_safe_url(out->name))
        return zkl_toml_fail(table, err, "discovery needs an issuer that is an https address");
    if (!discovers && out->introspection && !out->introspection_url)
        return require(NULL, table, "introspection_url", err);
    return ZKL_OK;
}

static zkl_status take_issuer(daemon_issuer *out, const reading *r, const zkl_toml_node *table,
                              zkl_error *err)
{
    static const char *const known[] = {
        "issuer",
        "audiences",
        "jwks",
        "jwks_url",
        "discovery",
        "ca",
        "introspection",
        "introspection_url",
        "client_id",
        "client_secret_file",
        "introspection_cache_s",
        "role_claim",
        "role",
        "org",
        "skew_s",
        "refresh_s",
        "keys_max_age_s",
    };
    if (table->kind != ZKL_TOML_TABLE)
        return zkl_toml_fail(table, err, "'issuer' is a list of tables");
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(take_text(&out->name, r, table, "issuer", err));
    ZKL_TRY(require(out->name, table, "issuer", err));
    ZKL_TRY(take_texts(&out->audiences, r, table, "audiences", err));
    if (!out->audiences.count)
        return require(NULL, table, "audiences", err);
    ZKL_TRY(take_introspection(out, r, table, err));
    ZKL_TRY(take_sources(out, r, table, err));
    ZKL_TRY(take_path(&out->ca, r, table, "ca", err));
    out->role_claim = "roles";
    ZKL_TRY(take_text(&out->role_claim, r, table, "role_claim", err));
    ZKL_TRY(take_org(&out->org, r, table, err));
    ZKL_TRY(take_times(out, table, err));
    return take_roles(out, r, table, err);
}

/* An issuer stands once, and an opaque token, which names nobody, is shown to one of them alone. */
static zkl_status check_issuers(const daemon_token_settings *s, const zkl_toml_node *list,
                                zkl_error *err)
{
    size_t opaque = 0;
    for (size_t i = 0; i < s->issuer_count; i++) {
        opaque += s->issuers[i].introspection != DAEMON_INTROSPECT_NONE;
        for (size_t k = 0; k < i; k++)
            if (strcmp(s->issuers[i].name, s->issuers[k].name) == 0)
                return zkl_toml_fail(&list->items[i], err, "the issuer '%s' stands twice",
                                     s->issuers[i].name);
    }
    return opaque <= 1 ? ZKL_OK
                       : zkl_toml_fail(list, err, "one issuer alone may have 'introspection'");
}

static zkl_status take_issuers(daemon_token_settings *out, const reading *r,
                               const zkl_toml_node *root, zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, root, "issuer", err));
    if (!list)
        return ZKL_OK;
    if (list->item_count > DAEMON_ISSUERS_MAX)
        return zkl_toml_fail(list, err, "there are at most %d issuers", DAEMON_ISSUERS_MAX);
    daemon_issuer *const rows = ZKL_ARENA_NEW(r->memory, daemon_issuer, list->item_count);
    if (!rows)
        return zkl_no_memory(err, list->item_count * sizeof *rows);
    for (size_t i = 0; i < list->item_count; i++)
        ZKL_TRY(take_issuer(&rows[i], r, &list->items[i], err));
    out->issuers = rows;
    out->issuer_count = list->item_count;
    return check_issuers(out, list, err);
}

/* ---- clients */

static zkl_status take_client(daemon_client *out, const reading *r, const zkl_toml_node *table,
                              zkl_error *err)
{
    static const char *const known[] = { "san", "name", "role", "org" };
    if (table->kind != ZKL_TOML_TABLE)
        return zkl_toml_fail(table, err, "'client' is a list of tables");
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(take_text(&out->san, r, table, "san", err));
    ZKL_TRY(require(out->san, table, "san", err));
    if (strncmp(out->san, "uri:", 4) != 0 && strncmp(out->san, "dns:", 4) != 0 &&
        strncmp(out->san, "email:", 6) != 0)
        return zkl_toml_fail(zkl_toml_find(table, "san"), err,
                             "'san' begins with uri:, dns: or email:");
    out->name = out->san;
    ZKL_TRY(take_text(&out->name, r, table, "name", err));
    ZKL_TRY(take_role(&out->role, r, table, err));
    ZKL_TRY(take_org(&out->org, r, table, err));
    return require(out->org, table, "org", err);
}

static zkl_status take_clients(daemon_token_settings *out, const reading *r,
                               const zkl_toml_node *root, zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(take_path(&out->client_ca, r, root, "client_ca", err));
    ZKL_TRY(take_path(&out->client_crl, r, root, "client_crl", err));
    ZKL_TRY(zkl_toml_get_boolean(&out->client_may_lack, root, "client_may_lack", err));
    ZKL_TRY(zkl_toml_get_array(&list, root, "client", err));
    if (!out->client_ca && (list || out->client_may_lack || out->client_crl))
        return zkl_fail(err, ZKL_USAGE, "what is said of clients needs 'client_ca'");
    if (!list)
        return ZKL_OK;
    if (list->item_count > DAEMON_ROWS_MAX)
        return zkl_toml_fail(list, err, "there are at most %d clients", DAEMON_ROWS_MAX);
    daemon_client *const rows = ZKL_ARENA_NEW(r->memory, daemon_client, list->item_count);
    if (!rows)
        return zkl_no_memory(err, list->item_count * sizeof *rows);
    for (size_t i = 0; i < list->item_count; i++) {
        ZKL_TRY(take_client(&rows[i], r, &list->items[i], err));
        for (size_t k = 0; k < i; k++)
            if (strcmp(rows[i].san, rows[k].san) == 0)
                return zkl_toml_fail(&list->items[i], err, "the client '%s' stands twice",
                                     rows[i].san);
    }
    out->clients = rows;
    out->client_count = list->item_count;
    return ZKL_OK;
}

zkl_status daemon_token_settings_read(daemon_token_settings *out, zkl_arena *memory,
                                      const char *folder, const zkl_toml_node *root, zkl_error *err)
{
    const reading r = { memory, folder };
    daemon_token_settings s = { 0 };
    ZKL_TRY(take_issuers(&s, &r, root, err));
    ZKL_TRY(take_clients(&s, &r, root, err));
    *out = s;
    return ZKL_OK;
}

static zkl_status check_role(const char *role, const char *org, const daemon_roles *roles,
                             zkl_error *err)
{
    return daemon_roles_have(roles, role, org)
               ? ZKL_OK
               : zkl_fail(err, ZKL_USAGE, "there is no role '%s'%s%s%s", role,
                          org ? " for organisation '" : "", org ? org : "", org ? "'" : "");
}

zkl_status daemon_token_settings_check(const daemon_token_settings *settings,
                                       const daemon_roles *roles, zkl_error *err)
{
    for (size_t i = 0; i < settings->issuer_count; i++) {
        const daemon_issuer *const issuer = &settings->issuers[i];
        for (size_t k = 0; k < issuer->role_count; k++)
            ZKL_TRY(check_role(issuer->roles[k].role, issuer->org, roles, err));
    }
    for (size_t i = 0; i < settings->client_count; i++)
        ZKL_TRY(check_role(settings->clients[i].role, settings->clients[i].org, roles, err));
    return ZKL_OK;
}
