#pragma once
/* Seeded tables of which the claims of bench_claims.c are true, as CSV. The same rows give the same
 * bytes on every machine.
 *
 *     table      that of gen_table.h
 *     train      four of five of its rows
 *     test       the fifth ones
 *     adults     its rows with an age of at least 65
 *     people     band, sex, region, plan: 1,024 groups; hired: as often in each region
 *     customers  a tenth as many rows: customer, region, since
 *     orders     order, customer, amount
 *     full       orders, each with region and since of its customer
 *     scored     in order of a score that no two rows share: label, score, rank; and age with the
 *                bucket that it lies in, of edges at 18, 30, 45 and 65 */
#include "gen_table.h"

#define GEN_SEED 1
#define GEN_ADULT 65

static inline void gen_train_write(FILE *out, uint64_t rows)
{
    uint64_t state = GEN_SEED;
    fputs(GEN_TABLE_HEADER, out);
    for (uint64_t id = 1; id <= rows; id++) {
        const gen_row row = gen_table_draw(&state, id);
        if (id % 5)
            gen_table_put(out, &row);
    }
}

static inline void gen_test_write(FILE *out, uint64_t rows)
{
    uint64_t state = GEN_SEED;
    fputs(GEN_TABLE_HEADER, out);
    for (uint64_t id = 1; id <= rows; id++) {
        const gen_row row = gen_table_draw(&state, id);
        if (id % 5 == 0)
            gen_table_put(out, &row);
    }
}

static inline void gen_adults_write(FILE *out, uint64_t rows)
{
    uint64_t state = GEN_SEED;
    fputs(GEN_TABLE_HEADER, out);
    for (uint64_t id = 1; id <= rows; id++) {
        const gen_row row = gen_table_draw(&state, id);
        if (row.age >= GEN_ADULT)
            gen_table_put(out, &row);
    }
}

static inline void gen_whole_write(FILE *out, uint64_t rows)
{
    gen_table_write(out, rows, GEN_SEED);
}

static inline void gen_people_write(FILE *out, uint64_t rows)
{
    uint64_t state = GEN_SEED;
    fputs("band,sex,region,plan,hired\n", out);
    for (uint64_t i = 0; i < rows; i++) {
        const uint64_t a = gen_next(&state);
        fprintf(out, "%u,%u,%u,%u,%s\n", (unsigned)(a % 8), (unsigned)(a >> 8 & 1),
                (unsigned)(a >> 16 & 15), (unsigned)(a >> 24 & 3), a >> 32 & 1 ? "true" : "false");
    }
}

static inline uint64_t gen_customer_count(uint64_t rows)
{
    return rows / 10;
}

/* region and since of a customer: follow from the number. */
static inline void gen_customer_put(FILE *out, uint64_t customer)
{
    uint64_t state = customer;
    const uint64_t a = gen_next(&state);
    fprintf(out, "%u,%u\n", (unsigned)(a % 50), (unsigned)(1990 + (a >> 8) % 35));
}

static inline void gen_customers_write(FILE *out, uint64_t rows)
{
    fputs("customer,region,since\n", out);
    for (uint64_t i = 1; i <= gen_customer_count(rows); i++) {
        fprintf(out, "%llu,", (unsigned long long)i);
        gen_customer_put(out, i);
    }
}

/* is_full: each with its customer's columns. */
static inline void gen_orders(FILE *out, uint64_t rows, int is_full)
{
    uint64_t state = GEN_SEED;
    fputs(is_full ? "order,customer,amount,region,since\n" : "order,customer,amount\n", out);
    for (uint64_t order = 1; order <= rows; order++) {
        const uint64_t a = gen_next(&state), customer = 1 + a % gen_customer_count(rows);
        fprintf(out, "%llu,%llu,", (unsigned long long)order, (unsigned long long)customer);
        gen_put_cents(out, (long long)((a >> 32) % 10000000));
        if (is_full) {
            fputc(',', out);
            gen_customer_put(out, customer);
        } else {
            fputc('\n', out);
        }
    }
}

static inline void gen_orders_write(FILE *out, uint64_t rows)
{
    gen_orders(out, rows, 0);
}

static inline void gen_full_write(FILE *out, uint64_t rows)
{
    gen_orders(out, rows, 1);
}

static inline void gen_scored_write(FILE *out, uint64_t rows)
{
    uint64_t state = GEN_SEED, score = 0;
    fputs("label,score,rank,age,level\n", out);
    for (uint64_t rank = 1; rank <= rows; rank++) {
        const uint64_t a = gen_next(&state);
        const unsigned age = (unsigned)((a >> 32) % 100);
        score += 1 + a % 1000;
        fprintf(out, "%s,%llu,%llu,%u,%u\n", (a >> 16) % rows < rank ? "true" : "false",
                (unsigned long long)score, (unsigned long long)rank, age,
                (unsigned)((age >= 18) + (age >= 30) + (age >= 45) + (age >= 65)));
    }
}
