/* Deadlines and caps of the HTTP server as settings. */
#include "daemon/http_settings.h"

typedef struct member {
    const char *name;
    uint32_t *value;
    int64_t scale, least, most; /* of ours in one; in the file */
} member;

zkl_status daemon_http_read(http_limits *out, const zkl_toml_node *root, zkl_error *err)
{
    http_limits l = { 0 };
    const member members[] = {
        { "handshake_seconds", &l.handshake_ms, 1000, 1, 600 },
        { "head_seconds", &l.head_ms, 1000, 1, 600 },
        { "body_seconds", &l.body_ms, 1000, 1, 3600 },
        { "body_bytes_per_second_min", &l.body_rate_min, 1, 1, 1 << 30 },
        { "body_window_seconds", &l.body_window_ms, 1000, 1, 3600 },
        { "idle_seconds", &l.idle_ms, 1000, 1, 86400 },
        { "drain_seconds", &l.drain_ms, 1000, 1, 3600 },
        { "connections_max", &l.connections_max, 1, 1, 1000000 },
        { "connections_per_address_max", &l.connections_per_address_max, 1, 1, 1000000 },
        { "streams_max", &l.streams_max, 1, 1, 10000 },
        { "streams_all_max", &l.streams_all_max, 1, 1, 10000000 },
        { "unsent_mb_max", &l.unsent_mb_max, 1, 1, 1000000 },
        { "head_bytes_max", &l.head_bytes_max, 1, 1024, 1 << 20 },
    };
    const char *known[ZKL_COUNT(members)];
    const zkl_toml_node *table = NULL;
    ZKL_TRY(zkl_toml_get_table(&table, root, "http", err));
    for (size_t i = 0; i < ZKL_COUNT(members); i++)
        known[i] = members[i].name;
    if (table)
        ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    for (size_t i = 0; i < ZKL_COUNT(members); i++) {
        const member *const m = &members[i];
        int64_t value = 0;
        if (!zkl_toml_find(table, m->name))
            continue;
        ZKL_TRY(zkl_toml_get_integer(&value, table, m->name, err));
        if (value < m->least || value > m->most)
            return zkl_toml_fail(zkl_toml_find(table, m->name), err, "%s is not %lld to %lld",
                                 m->name, (long long)m->least, (long long)m->most);
        *m->value = (uint32_t)(value * m->scale);
    }
    *out = l;
    return ZKL_OK;
}
