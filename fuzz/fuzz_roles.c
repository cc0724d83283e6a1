/* Files of roles, and texts of strangers as permissions and resources: whatever they say, what was
 * not asked of one's own organisation is denied, a decision names a rule that its role has, and no
 * role covers more than all. The first line, behind '#', is asked for. */
#include "daemon/roles.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const daemon_roles *roles, const daemon_identity *who, const char *permission,
                  const daemon_resource *resource)
{
    daemon_decision d;
    daemon_roles_decide(&d, roles, who, permission, resource);
    ZKL_ASSERT(d.allowed == (d.reason == DAEMON_ALLOWED));
    ZKL_ASSERT(!d.allowed || (d.rule && !d.rule->denies && d.role));
    ZKL_ASSERT(!d.allowed || strcmp(resource->organisation, who->org) == 0);
    ZKL_ASSERT(!d.allowed || daemon_pattern_fits(d.rule->permission, permission));
    ZKL_ASSERT(!d.rule || (d.rule >= d.role->rules && d.rule < d.role->rules + d.role->rule_count));
    /* what is known less is allowed no more */
    const daemon_resource less = { .organisation = resource->organisation };
    daemon_decision unknown;
    daemon_roles_decide(&unknown, roles, who, permission, &less);
    ZKL_ASSERT(!unknown.allowed || d.allowed);
}

/* The names are those of the list: the roles' own. */
static void check_role(const daemon_roles *roles, const char *name, const char *asked)
{
    const char *missing;
    daemon_identity who = { .id = "0123456789abcdef", .org = DAEMON_OWN_ORGANISATION };
    daemon_identity admin = who;
    const daemon_resource resources[] = {
        { DAEMON_OWN_ORGANISATION, asked, asked, asked },
        { DAEMON_OWN_ORGANISATION, NULL, "sales", who.id },
        { "acme", asked, NULL, who.id },
    };
    snprintf(who.role, sizeof who.role, "%s", name);
    snprintf(admin.role, sizeof admin.role, "admin");
    for (size_t i = 0; i < ZKL_COUNT(resources); i++) {
        check(roles, &who, asked, &resources[i]);
        check(roles, &who, "datasets:read", &resources[i]);
        check(roles, &who, "ledgers:create", &resources[i]);
    }
    ZKL_ASSERT(daemon_roles_cover(&missing, roles, &admin, &who));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char asked[64] = "";
    daemon_roles *roles = NULL;
    for (size_t i = 1; i < size && i < sizeof asked && data[0] == '#' && data[i] >= ' '; i++)
        asked[i - 1] = (char)data[i];
    if (daemon_roles_parse(&roles, zkl_bytes_of(data, size), NULL) != ZKL_OK)
        return 0;
    json_t *const list = daemon_roles_list(roles, DAEMON_OWN_ORGANISATION);
    for (size_t i = 0; i < json_array_size(list); i++)
        check_role(roles, json_string_value(json_object_get(json_array_get(list, i), "name")),
                   asked);
    json_decref(list);
    daemon_roles_free(roles);
    return 0;
}
