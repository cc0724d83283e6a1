/* Paths of ledgers. */
#include "daemon/submit.h"

#include "base/arena.h"

static void list_ledgers(daemon_request *q)
{
    daemon_json(q->exchange, 200, NULL,
                json_pack("{s:o}", "ledgers", daemon_ledgers_list(q->daemon->ledgers, q->who.org)));
}

static void show_ledger(daemon_request *q)
{
    char ledger[65], powers[65];
    zkl_ledger_info info;
    zkl_ledger_get_info(&info, q->ledger);
    zkl_hex_encode(ledger, info.ledger.bytes, sizeof info.ledger.bytes);
    zkl_hex_encode(powers, info.powers_hash.bytes, sizeof info.powers_hash.bytes);
    daemon_json(q->exchange, 200, NULL,
                json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", q->about->name, "organisation",
                          q->about->organisation, "origin", info.origin, "ledger", ledger,
                          "powers_hash", powers, "hash_algorithm", info.hash_algorithm));
}

/* How its key files are written (`keys` of the operation `init`). */
static json_t *keys_of(const zkl_daemon *d)
{
    return d->at_rest
               ? json_pack("{s:s}", "passphrase_file", daemon_at_rest_passphrase_file(d->at_rest))
               : json_pack("{s:b}", "in_clear", 1);
}

static void submit_init(daemon_request *q, const daemon_ledger *ledger)
{
    const char *const name =
        zkl_arena_format(&q->memory, "%s-%s", ledger->organisation, ledger->name);
    if (!name)
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
    else
        daemon_submit_json(q, &(daemon_job_request){ .operation = "init" },
                           json_pack("{s:s, s:s, s:o}", "folder", ledger->folder, "name", name,
                                     "keys", keys_of(q->daemon)),
                           false);
}

static void make_ledger(daemon_request *q, const char *organisation, const char *name)
{
    daemon_ledgers *const ledgers = q->daemon->ledgers;
    const bool was_there = daemon_ledgers_find(ledgers, organisation, name);
    const daemon_ledger *ledger = NULL;
    zkl_ledger *open;
    zkl_error err = { 0 };
    zkl_status status = daemon_ledgers_add(&ledger, ledgers, organisation, name, &err);
    if (status == ZKL_OK)
        status = daemon_ledgers_open(&open, ledgers, ledger, &err);
    if (status == ZKL_OK && was_there)
        daemon_problem(q->exchange, ZKL_CONFLICT, "the organisation has that ledger already");
    else if (status == ZKL_OK)
        daemon_json(q->exchange, 201, NULL,
                    json_pack("{s:s, s:s}", "name", name, "organisation", organisation));
    else if (status == ZKL_NOT_FOUND && ledger)
        submit_init(q, ledger);
    else
        daemon_problem(q->exchange, status, err.text);
}

static void finish_ledger(daemon_request *q)
{
    json_t *const request = daemon_body_json(q);
    const char *name = NULL, *organisation = q->who.org;
    zkl_error err = { 0 };
    if (daemon_members_are_known(request, "name organisation", &err) != ZKL_OK)
        daemon_problem(q->exchange, ZKL_USAGE, err.text);
    else if (json_unpack(request, "{s:s, s?s}", "name", &name, "organisation", &organisation) !=
                 0 ||
             !daemon_name_is_good(name) || !daemon_name_is_good(organisation))
        daemon_problem(q->exchange, ZKL_USAGE,
                       "a ledger has a name and maybe an organisation: letters, digits, '.', '_', "
                       "'-', at most 63");
    else
        make_ledger(q, organisation, name);
    json_decref(request);
}

static void post_ledger(daemon_request *q)
{
    daemon_read_json(q, finish_ledger);
}

const daemon_route daemon_ledger_routes[] = {
    { "GET",
      { "v1", "ledgers" },
      "ledgers:read",
      list_ledgers,
      "listLedgers",
      "the ledgers of the organisation",
      200,
      .needs_no_ledger = true },
    { "GET",
      { "v1", "ledgers", "{ledger}" },
      "ledgers:read",
      show_ledger,
      "showLedger",
      "a ledger",
      200 },
    { "POST",
      { "v1", "ledgers" },
      "ledgers:create",
      post_ledger,
      "makeLedger",
      "a ledger for an organisation",
      202,
      NULL,
      NULL,
      "application/json" },
    { 0 },
};
