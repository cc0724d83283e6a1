/* What claims cost beside a range proof, which is the measure of all of them.
 *
 *     bench_claims [ROWS [ROUNDS [TEXT]]]       default 1000000 3
 *
 * With TEXT only cases whose name has it are measured, and those that they are compared with.
 *
 * Seeded tables (gen_claims.h) are notarised without claims. Then each claim is added to its
 * dataset by zkl_add_claims, as `zkp-ledger prove` does it, and its receipt is verified. What
 * cannot be proven or does not verify ends the program with a failure.
 *
 * Beside wall time stands what the processors spent from the loading of a statement's cells to its
 * proof, on all threads: other work on the machine disturbs it less.
 *
 * The claims are gone through ROUNDS times, the range proof with them, and the least time of each
 * stage counts: so a disturbance of the machine meets all of them alike. Each is proven in a
 * process of its own, over a copy of the ledger in which nothing is proven yet; peak memory is that
 * process's.
 *
 * The second part is half as many rows with one thread, beside figures that were published of
 * another system. */
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zkl/zkl.h>

#include "base/env.h"
#include "bench_receipt.h"
#include "gen_claims.h"

#define CLAIMS_MAX 10
#define WITH_MAX 2
#define ROUNDS_MAX 20
#define PROOF_BYTES_WANTED 1024
#define VERIFY_MS_WANTED 20.0

/* ---- The datasets */

typedef struct dataset {
    const char *name;
    void (*write)(FILE *out, uint64_t rows);
    /* TOML; NULL: types are found out. */
    const char *schema;
    /* Has the schema of this one. */
    const char *like;
} dataset;

static const char table_schema[] = "[columns]\n"
                                   "id = { type = \"uint32\" }\n"
                                   "age = { type = \"uint16\" }\n"
                                   "amount = { type = \"decimal(10,2)\" }\n"
                                   "category = { type = \"dictionary\" }\n"
                                   "score = { type = \"float64\" }\n";
static const char orders_schema[] = "[columns]\n"
                                    "order = { type = \"uint32\" }\n"
                                    "customer = { type = \"uint32\" }\n"
                                    "amount = { type = \"decimal(10,2)\" }\n";
static const char customers_schema[] = "[columns]\n"
                                       "customer = { type = \"uint32\" }\n"
                                       "region = { type = \"uint16\" }\n"
                                       "since = { type = \"uint16\" }\n";
static const char full_schema[] = "[columns]\n"
                                  "order = { type = \"uint32\" }\n"
                                  "customer = { type = \"uint32\" }\n"
                                  "amount = { type = \"decimal(10,2)\" }\n"
                                  "region = { type = \"uint16\" }\n"
                                  "since = { type = \"uint16\" }\n";

/* One that another is like stands before it. */
static const dataset datasets[] = {
    { "table", gen_whole_write, table_schema, NULL },
    { "train", gen_train_write, NULL, "table" },
    { "test", gen_test_write, NULL, "table" },
    { "adults", gen_adults_write, NULL, "table" },
    { "people", gen_people_write, NULL, NULL },
    { "orders", gen_orders_write, orders_schema, NULL },
    { "customers", gen_customers_write, customers_schema, NULL },
    { "full", gen_full_write, full_schema, NULL },
    { "scored", gen_scored_write, NULL, NULL },
};

/* ---- The claims */

typedef struct bench_case {
    const char *label, *dataset;
    /* As many as are not NULL, in one statement; and the other datasets that they speak of. */
    const char *claims[CLAIMS_MAX], *with[WITH_MAX];
    /* Number of the case that the time is compared with, and how many times it was wanted to be at
     * most. 0: the range proof. */
    size_t beside;
    double wanted;
    /* Seconds published of another system; 0: none. */
    double published;
} bench_case;

enum { CASE_RANGE, CASE_COUNT, CASE_SUM };

static const bench_case cases[] = {
    [CASE_RANGE] = { "range of 16 bits", "table", { "range(age, 0, 120)" }, .wanted = 1 },
    [CASE_COUNT] = { "count, 1 comparison", "table", { "count(where age >= 65)" }, .wanted = 4 },
    [CASE_SUM] = { "sum of 34 bits", "table", { "sum(amount) >= 1" }, .wanted = 4 },
    { "count, 3 of 16 bits",
      "people",
      { "count(where band >= 2 and region < 12 and plan != 3)" },
      .wanted = 4 },
    { "count, 3 of 16, 34, 32 bits",
      "table",
      { "count(where age >= 40 and amount < 50000 and id > 1000)" },
      .wanted = 4 },
    { "count of a text", "table", { "count(where category = \"music\")" }, .wanted = 4 },
    { "sum of 34 bits, with a predicate", "table", { "sum(amount where age >= 65)" }, .wanted = 4 },
    { "median of 16 bits", "table", { "median(age)" }, .wanted = 4 },
    { "class_balance, 12 texts", "table", { "class_balance(category)" }, .wanted = 4 },
    { "auc", "scored", { "auc(label, score, rank)" }, .wanted = 4 },
    { "bucket, 4 edges",
      "scored",
      { "share(where (age < 18 and level = 0) or (age >= 18 and age < 30 and level = 1) or "
        "(age >= 30 and age < 45 and level = 2) or (age >= 45 and age < 65 and level = 3) or "
        "(age >= 65 and level = 4)) = 1" },
      .wanted = 4 },
    { "variance of 16 bits", "table", { "variance(age)" }, .wanted = 4 },
    { "variance of 34 bits", "table", { "variance(amount)" }, .wanted = 4 },
    { "histogram, 32 bins of 16", "table", { "histogram(age, 20, 80, bins=30)" }, .wanted = 4 },
    { "histogram, 32 bins of 34",
      "table",
      { "histogram(amount, 0, 96000, bins=30)" },
      .wanted = 4 },
    { "unique of 32 bits", "table", { "unique(id)" }, .wanted = 4 },
    { "split 80/20, 5 columns",
      "table",
      { "split(train, test)" },
      { "train", "test" },
      .wanted = 4 },
    { "disjoint 20/80 on a key", "test", { "disjoint(id, train)" }, { "train" }, .wanted = 4 },
    { "subset of a tenth",
      "orders",
      { "subset(customer, customers)" },
      { "customers" },
      .wanted = 4 },
    { "k_anonymous, 4 columns",
      "people",
      { "k_anonymous(band, sex, region, plan, 5)" },
      .wanted = 4 },
    { "parity of 16 groups", "people", { "parity(hired, region) <= 0.15" }, .wanted = 4 },
    { "joined with a tenth",
      "full",
      { "joined(orders, customers, on customer)" },
      { "orders", "customers" },
      .wanted = 8 },
    { "ten ranges",
      "table",
      { "range(age, 0, 120)", "range(age, 1, 120)", "range(age, 2, 120)", "range(age, 3, 120)",
        "range(age, 4, 120)", "range(age, 5, 120)", "range(age, 6, 120)", "range(age, 7, 120)",
        "range(age, 8, 120)", "range(age, 9, 120)" },
      .beside = CASE_RANGE,
      .wanted = 3 },
    { "ten sums",
      "table",
      { "sum(amount) >= 1", "sum(amount) >= 2", "sum(amount) >= 3", "sum(amount) >= 4",
        "sum(amount) >= 5", "sum(amount) >= 6", "sum(amount) >= 7", "sum(amount) >= 8",
        "sum(amount) >= 9", "sum(amount) >= 10" },
      .beside = CASE_SUM,
      .wanted = 3 },
    { "ten counts, 1 comparison",
      "table",
      { "count(where age >= 20)", "count(where age >= 25)", "count(where age >= 30)",
        "count(where age >= 35)", "count(where age >= 40)", "count(where age >= 45)",
        "count(where age >= 50)", "count(where age >= 55)", "count(where age >= 60)",
        "count(where age >= 65)" },
      .beside = CASE_COUNT,
      .wanted = 3 },
};

/* Figures of TruthTable, at half a million rows with one thread; its proofs hide nothing. */
static const bench_case cases_alone[] = {
    { "range of 16 bits", "table", { "range(age, 0, 120)" }, .wanted = 1 },
    { "aggregate: sum(amount)", "table", { "sum(amount)" }, .wanted = 4, .published = 1.3 },
    { "filter on age",
      "adults",
      { "filter(table, where age >= 65)" },
      { "table" },
      .wanted = 4,
      .published = 10.8 },
    { "joined with a tenth",
      "full",
      { "joined(orders, customers, on customer)" },
      { "orders", "customers" },
      .wanted = 8,
      .published = 42.7 },
};

/* One part of the bench: its folder has the tables, and in `made` ledger and state. */
typedef struct bench_part {
    const char *folder;
    uint64_t rows;
    size_t threads, rounds;
    const bench_case *cases;
    size_t case_count;
    /* NULL: all cases. */
    const char *only;
} bench_part;

/* What others are compared with is measured in any case. */
static bool is_measured(const bench_part *part, size_t at)
{
    bool wanted = !part->only || strstr(part->cases[at].label, part->only);
    for (size_t i = 0; i < part->case_count; i++)
        wanted = wanted || part->cases[i].beside == at;
    return wanted;
}

/* ---- Ledgers */

#define PATH_BYTES 256

/* The path in a part's folder. */
static const char *path_in(char out[static PATH_BYTES], const char *folder, const char *name,
                           const char *end)
{
    const int size = snprintf(out, PATH_BYTES, "%s/%s%s", folder, name, end);
    if (size < 0 || size >= PATH_BYTES)
        exit(1);
    return out;
}

/* In a folder of the bench's own, whose name is plain. */
static void shell(const char *folder, const char *commands)
{
    char command[2 * PATH_BYTES];
    const int size = snprintf(command, sizeof command, "cd '%s' && %s", folder, commands);
    if (size < 0 || (size_t)size >= sizeof command || system(command) != 0) {
        fprintf(stderr, "%s: failed\n", command);
        exit(1);
    }
}

static void write_dataset(const dataset *d, const char *folder, uint64_t rows)
{
    char path[PATH_BYTES];
    zkl_error err = { 0 };
    FILE *out = fopen(path_in(path, folder, d->name, ".csv"), "wb");
    if (!out)
        exit(1);
    d->write(out, rows);
    if (ferror(out) || fclose(out) != 0)
        exit(1);
    if (d->schema && zkl_file_write(path_in(path, folder, d->name, ".toml"),
                                    zkl_bytes_of_text(d->schema), 0644, &err) != ZKL_OK)
        bench_stop("schema", &err);
}

static void notarize_dataset(zkl_ledger *ledger, const dataset *d, const char *folder,
                             const zkl_env *env)
{
    char csv[PATH_BYTES], toml[PATH_BYTES];
    zkl_error err = { 0 };
    zkl_notarize_result result = { 0 };
    const char *const file = path_in(csv, folder, d->name, ".csv");
    const zkl_notarize_request request = {
        .name = d->name,
        .files = &file,
        .file_count = 1,
        .like = d->like,
        .schema_file = d->schema ? path_in(toml, folder, d->name, ".toml") : NULL,
    };
    if (zkl_notarize(&result, ledger, &request, env, &err) != ZKL_OK)
        bench_stop(d->name, &err);
    zkl_arena_clear(&result.memory);
}

/* The ledger in this folder, which remembers its checkpoints beside it: a copy of both is as good
 * as they are. */
static zkl_ledger *open_ledger(const char *folder, const zkl_env *env, bool is_new)
{
    char path[PATH_BYTES], state[PATH_BYTES];
    zkl_error err = { 0 };
    zkl_ledger *ledger = NULL;
    zkl_init_result made = { 0 };
    const zkl_init_request init = { .ledger = { .folder = path_in(path, folder, "ledger", ""),
                                                .state = path_in(state, folder, "state", "") },
                                    .name = "bench" };
    if (is_new && zkl_init(&made, &init, env, &err) != ZKL_OK)
        bench_stop("init", &err);
    if (zkl_ledger_open(&ledger, &init.ledger, env, &err) != ZKL_OK)
        bench_stop("open", &err);
    zkl_arena_clear(&made.memory);
    return ledger;
}

static void run_notarizations(const bench_part *part)
{
    char made[PATH_BYTES];
    zkl_error err = { 0 };
    zkl_pool *pool = NULL;
    if (zkl_pool_new(&pool, 0, &err) != ZKL_OK)
        bench_stop("pool", &err);
    const zkl_env env = { .pool = pool };
    path_in(made, part->folder, "made", "");
    shell(part->folder, "mkdir -p made/state && chmod 700 made/state");
    zkl_ledger *ledger = open_ledger(made, &env, true);
    for (size_t i = 0; i < ZKL_COUNT(datasets); i++) {
        write_dataset(&datasets[i], part->folder, part->rows);
        notarize_dataset(ledger, &datasets[i], part->folder, &env);
    }
    zkl_ledger_close(ledger);
    zkl_pool_free(pool);
}

/* ---- One measurement */

/* Seconds, but of verification. */
typedef struct measured {
    /* read: of all tables, compared with what was notarised. check: plan and check of the claims,
     * before and in the proof; and to record it. */
    double read, check, commit, argument, opening, groth16;
    /* Of processors, from the first statement's loading to the last one's proof. */
    double processor;
    /* Milliseconds: the claims' statements alone; the receipt with its notarisations. */
    double statement_ms, receipt_ms;
    double peak_mib;
    size_t statement_count, proof_bytes, auxiliary_bytes;
    char circuit[12];
} measured;

static double proof_seconds(const measured *m)
{
    return m->commit + m->argument + m->opening + m->groth16;
}

static size_t claim_count_of(const bench_case *c)
{
    size_t count = 0;
    while (count < CLAIMS_MAX && c->claims[count])
        count++;
    return count;
}

/* What the progress of an operation tells: when proving began, and how far it came. */
typedef struct proving {
    double begin, end;
} proving;

static bool note_step(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    proving *p = opaque;
    if (strcmp(stage, "proving") == 0 && done == 0)
        p->begin = bench_processor_s();
    if (strcmp(stage, "groth16") == 0 && done == total)
        p->end = bench_processor_s();
    return true;
}

static void measure_proof(measured *out, zkl_ledger *ledger, const bench_part *part,
                          const bench_case *c, const char *receipt, const zkl_env *env)
{
    char paths[1 + WITH_MAX][PATH_BYTES];
    const char *files[1 + WITH_MAX];
    zkl_with_dataset with[WITH_MAX];
    zkl_error err = { 0 };
    zkl_notarize_result done = { 0 };
    proving steps = { 0 };
    const zkl_env told = { .pool = env->pool, .progress = { note_step, &steps } };
    zkl_add_claims_request request = { .reference = c->dataset,
                                       .files = files,
                                       .file_count = 1,
                                       .claims = c->claims,
                                       .claim_count = claim_count_of(c),
                                       .with = with,
                                       .receipt_path = receipt };
    files[0] = path_in(paths[0], part->folder, c->dataset, ".csv");
    for (; request.with_count < WITH_MAX && c->with[request.with_count]; request.with_count++) {
        const size_t i = request.with_count;
        files[1 + i] = path_in(paths[1 + i], part->folder, c->with[i], ".csv");
        with[i] = (zkl_with_dataset){ c->with[i], &files[1 + i], 1 };
    }
    if (zkl_add_claims(&done, ledger, &request, &told, &err) != ZKL_OK)
        bench_stop(c->claims[0], &err);
    const zkl_stage_times *t = &done.times;
    *out = (measured){ .read = t->read,
                       .commit = t->commit,
                       .argument = t->argument,
                       .opening = t->opening,
                       .groth16 = t->groth16,
                       .processor = steps.end - steps.begin,
                       .statement_count = done.statement_count };
    out->check = t->total - t->read - t->setup - t->check - proof_seconds(out);
    for (size_t i = 0; i < done.statement_count; i++) {
        const zkl_statement_info *s = &done.statements[i];
        out->proof_bytes = s->proof_bytes > out->proof_bytes ? s->proof_bytes : out->proof_bytes;
        out->auxiliary_bytes += s->auxiliary_bytes;
        memcpy(out->circuit, s->circuit, sizeof out->circuit);
    }
    if (done.is_unchanged || !done.statement_count || out->processor <= 0 ||
        done.claim_count < request.claim_count) {
        fprintf(stderr, "%s: not everything was proven\n", c->claims[0]);
        exit(1);
    }
    zkl_arena_clear(&done.memory);
}

static void measure_verification(measured *out, const char *path, zkl_ledger *ledger,
                                 const bench_case *c, const zkl_env *env)
{
    zkl_error err = { 0 };
    zkl_keys_result keys = { 0 };
    bench_receipt receipt;
    bench_receipt_open(&receipt, path);
    if (zkl_keys_show(&keys, ledger, &err) != ZKL_OK)
        bench_stop("keys", &err);
    out->receipt_ms = bench_receipt_verify_ms(&receipt, keys.trust, claim_count_of(c), env);
    for (size_t i = 0; i < out->statement_count; i++)
        out->statement_ms += bench_statement_verify_ms(&receipt, i, env->pool);
    zkl_arena_clear(&keys.memory);
    bench_receipt_clear(&receipt);
}

static void run_case(measured *out, const bench_part *part, const bench_case *c)
{
    char work[PATH_BYTES], receipt[PATH_BYTES];
    zkl_error err = { 0 };
    zkl_pool *pool = NULL;
    struct rusage usage;
    if (zkl_pool_new(&pool, part->threads, &err) != ZKL_OK)
        bench_stop("pool", &err);
    const zkl_env env = { .pool = pool };
    shell(part->folder, "rm -rf work work.zkl && cp -rp made work");
    path_in(work, part->folder, "work", "");
    path_in(receipt, part->folder, "work", ".zkl");
    zkl_ledger *ledger = open_ledger(work, &env, false);
    measure_proof(out, ledger, part, c, receipt, &env);
    getrusage(RUSAGE_SELF, &usage);
    out->peak_mib = (double)usage.ru_maxrss / 1024.0;
    measure_verification(out, receipt, ledger, c, &env);
    zkl_ledger_close(ledger);
    zkl_pool_free(pool);
}

/* ---- The rounds */

/* Run in a process of its own, and what it measured comes through a pipe: a process that failed
 * sends nothing. c NULL: the tables are made. */
static void run_apart(measured *out, const bench_part *part, const bench_case *c)
{
    int ends[2], status = 0;
    measured got = { 0 };
    fflush(stdout);
    if (pipe(ends) != 0)
        exit(1);
    const pid_t child = fork();
    if (child == 0) {
        if (c)
            run_case(&got, part, c);
        else
            run_notarizations(part);
        exit(write(ends[1], &got, sizeof got) == sizeof got ? 0 : 1);
    }
    close(ends[1]);
    const bool is_whole = child > 0 && read(ends[0], &got, sizeof got) == sizeof got;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0 || !is_whole) {
        fprintf(stderr, "%s: failed\n", c ? c->label : "tables");
        exit(1);
    }
    close(ends[0]);
    *out = got;
}

static void keep_least(double *least, double value)
{
    *least = *least < value ? *least : value;
}

/* Stage by stage: what disturbs one stage of a round leaves the others. */
static void keep_least_of(measured *least, const measured *m)
{
    keep_least(&least->read, m->read);
    keep_least(&least->check, m->check);
    keep_least(&least->commit, m->commit);
    keep_least(&least->argument, m->argument);
    keep_least(&least->opening, m->opening);
    keep_least(&least->groth16, m->groth16);
    keep_least(&least->processor, m->processor);
    keep_least(&least->statement_ms, m->statement_ms);
    keep_least(&least->receipt_ms, m->receipt_ms);
    keep_least(&least->peak_mib, m->peak_mib);
}

static void measure_part(measured *least, const bench_part *part)
{
    measured m;
    run_apart(&m, part, NULL);
    for (size_t round = 0; round < part->rounds; round++)
        for (size_t i = 0; i < part->case_count; i++) {
            if (!is_measured(part, i))
                continue;
            fprintf(stderr, "\rround %zu of %zu: %-30s", round + 1, part->rounds,
                    part->cases[i].label);
            run_apart(&m, part, &part->cases[i]);
            if (round == 0)
                least[i] = m;
            else
                keep_least_of(&least[i], &m);
        }
    fprintf(stderr, "\r%60s\r", "");
}

/* ---- What is printed */

/* '*' behind what falls short. */
static char mark(double value, double wanted)
{
    return value > wanted ? '*' : ' ';
}

static void print_case(const bench_part *part, const measured *least, size_t at)
{
    const bench_case *c = &part->cases[at];
    const measured *m = &least[at], *other = &least[c->beside];
    const double proof = proof_seconds(m), ratio = proof / proof_seconds(other),
                 spent = m->processor / other->processor;
    printf("%-28s %4s %zu %7.2f %7.2f %7.2f %7.2f  %6.2f %5.2f%c  %6.2f %5.2f%c %4.0f  %5zu%c%7zu "
           "%6.1f%c%8.1f  %6.2f %6.2f %6.0f",
           c->label, m->circuit, m->statement_count, m->commit, m->argument, m->opening, m->groth16,
           proof, ratio, mark(ratio, c->wanted), m->processor, spent, mark(spent, c->wanted),
           c->wanted, m->proof_bytes, mark((double)m->proof_bytes, PROOF_BYTES_WANTED - 1),
           m->auxiliary_bytes, m->statement_ms, mark(m->statement_ms, VERIFY_MS_WANTED),
           m->receipt_ms, m->check, m->read, m->peak_mib);
    if (c->published > 0)
        printf("  %5.1f published, here %.2f%c", c->published, proof, mark(proof, c->published));
    if (c->beside)
        printf("  ratio to '%s'", part->cases[c->beside].label);
    printf("\n");
}

static void print_part(const bench_part *part, const measured *least)
{
    printf("\n%llu rows, %zu thread%s; seconds, the least of %zu rounds stage by stage; wanted: "
           "times the range proof\n",
           (unsigned long long)part->rows, part->threads, part->threads == 1 ? "" : "s",
           part->rounds);
    printf("%-28s %4s %s %7s %7s %7s %7s  %6s %5s   %6s %5s  %4s  %5s %7s %6s %8s  %6s %6s %6s\n",
           "claim", "", "n", "commit", "argum.", "opening", "Groth16", "proof", "ratio", "cpu",
           "ratio", "want", "bytes", "aux.", "verify", "receipt", "check", "read", "MiB");
    for (size_t i = 0; i < part->case_count; i++)
        if (is_measured(part, i))
            print_case(part, least, i);
}

static void run_part(const bench_part *part)
{
    measured least[ZKL_COUNT(cases) + ZKL_COUNT(cases_alone)];
    if (mkdir(part->folder, 0700) != 0)
        exit(1);
    measure_part(least, part);
    print_part(part, least);
}

static void run_both(const char *folder, uint64_t rows, size_t rounds, const char *only)
{
    char both[PATH_BYTES], alone[PATH_BYTES];
    const bench_part part = { .folder = path_in(both, folder, "all", ""),
                              .rows = rows,
                              .threads = zkl_cores_allowed(),
                              .rounds = rounds,
                              .cases = cases,
                              .case_count = ZKL_COUNT(cases),
                              .only = only };
    const bench_part part_alone = { .folder = path_in(alone, folder, "half", ""),
                                    .rows = rows / 2,
                                    .threads = 1,
                                    .rounds = rounds,
                                    .cases = cases_alone,
                                    .case_count = ZKL_COUNT(cases_alone),
                                    .only = only };
    run_part(&part);
    run_part(&part_alone);
    printf(
        "\nn: statements. commit: auxiliary tables and their commitments. proof: commit, argument, "
        "opening and Groth16.\n"
        "bytes: of the largest proof; aux.: of the auxiliary commitments. verify, receipt: "
        "milliseconds, best of %d: the claims' statements; the receipt with its notarisations.\n"
        "check: plan and checks of the claims; read: all tables, compared with what was "
        "notarised. *: not as wanted (proof bytes below %d, verify %.0f ms).\n",
        BENCH_VERIFY_RUNS, PROOF_BYTES_WANTED, VERIFY_MS_WANTED);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/zkl-bench-XXXXXX", command[128];
    const uint64_t rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    const size_t rounds = argc > 2 ? (size_t)strtoull(argv[2], NULL, 10) : 3;
    int status = 1;
    if (argc > 4 || rows < 2000 || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: bench_claims [ROWS [ROUNDS [TEXT]]], at least 2000 rows\n");
        return 2;
    }
    if (!mkdtemp(folder))
        return 1;
    /* In a process of its own, so that the folder goes whatever happens. */
    const pid_t child = fork();
    if (child == 0) {
        run_both(folder, rows, rounds, argc > 3 ? argv[3] : NULL);
        exit(0);
    }
    const bool is_done = child > 0 && waitpid(child, &status, 0) == child && status == 0;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0 || !is_done;
}
