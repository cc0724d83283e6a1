#pragma once
/* Every kind of claim and of assertion, a line each. Whoever adds a kind adds its line here and
 * writes its modules; nothing else has a list of them. */

/* Claims: what people say. KIND(name), in the order in which errors list them. Module:
 * claim/claim_<name>.c, which defines zkl_claim_kind_<name> (`mean` lies beside `sum`, and
 * `mean_where` beside `sum_where`, which begin with their words; `same_rows` beside `split`;
 * `class_balance` beside `histogram`; `count_where`, which begins with the word of `count`, and
 * those behind it in claim_where.c; `variance` and those behind it in claim_moments.c). */
#define ZKL_CLAIM_KINDS(KIND)                                                                      \
    KIND(cells)                                                                                    \
    KIND(range)                                                                                    \
    KIND(sum)                                                                                      \
    KIND(mean)                                                                                     \
    KIND(sum_where)                                                                                \
    KIND(mean_where)                                                                               \
    KIND(linear)                                                                                   \
    KIND(not_null)                                                                                 \
    KIND(unique)                                                                                   \
    KIND(count)                                                                                    \
    KIND(histogram)                                                                                \
    KIND(class_balance)                                                                            \
    KIND(count_where)                                                                              \
    KIND(share)                                                                                    \
    KIND(null_rate)                                                                                \
    KIND(accuracy)                                                                                 \
    KIND(min)                                                                                      \
    KIND(max)                                                                                      \
    KIND(median)                                                                                   \
    KIND(quantile)                                                                                 \
    KIND(variance)                                                                                 \
    KIND(stddev)                                                                                   \
    KIND(mean_square)                                                                              \
    KIND(rmse)                                                                                     \
    KIND(covariance)                                                                               \
    KIND(correlation)                                                                              \
    KIND(split)                                                                                    \
    KIND(same_rows)                                                                                \
    KIND(same)                                                                                     \
    KIND(sorted)                                                                                   \
    KIND(balance)                                                                                  \
    KIND(subset)                                                                                   \
    KIND(disjoint)                                                                                 \
    KIND(distinct)                                                                                 \
    KIND(k_anonymous)                                                                              \
    KIND(l_diverse)                                                                                \
    KIND(drift)                                                                                    \
    KIND(parity)                                                                                   \
    KIND(equal_opportunity)                                                                        \
    KIND(four_fifths)                                                                              \
    KIND(auc)                                                                                      \
    KIND(joined)                                                                                   \
    KIND(filter)                                                                                   \
    KIND(slice)                                                                                    \
    KIND(pick)                                                                                     \
    KIND(sample)                                                                                   \
    KIND(grouped)                                                                                  \
    KIND(rows)

/* Assertions: what a statement proves. KIND(constant, name, sources): `name` stands in the bytes
 * of a statement. The first `sources` tables of such an assertion are datasets', the others its
 * auxiliary tables; ZKL_SOURCES_ALL: all are datasets'; ZKL_SOURCES_BY_PARAM: as many as its first
 * parameter says. Modules: claim/assertion_<name>.c (the verifier's half) and
 * prove/assertion_<name>.c (the prover's half); of `rows` they are called assertion_pick.c. */
#define ZKL_SOURCES_ALL 0
#define ZKL_SOURCES_BY_PARAM SIZE_MAX
#define ZKL_ASSERTION_KINDS(KIND)                                                                  \
    KIND(CELLS, cells, ZKL_SOURCES_ALL)                                                            \
    KIND(RANGE, range, 1)                                                                          \
    KIND(SUM, sum, 1)                                                                              \
    KIND(LINEAR, linear, ZKL_SOURCES_ALL)                                                          \
    KIND(UNIQUE, unique, 1)                                                                        \
    KIND(HISTOGRAM, histogram, 1)                                                                  \
    KIND(SPLIT, split, ZKL_SOURCES_ALL)                                                            \
    KIND(COUNT, count, 1)                                                                          \
    KIND(WHERE, where, 1)                                                                          \
    KIND(SAME, same, 2)                                                                            \
    KIND(SORTED, sorted, 1)                                                                        \
    KIND(BALANCE, balance, ZKL_SOURCES_BY_PARAM)                                                   \
    KIND(SUBSET, subset, 2)                                                                        \
    KIND(DISJOINT, disjoint, 2)                                                                    \
    KIND(GROUPS, groups, 1)                                                                        \
    KIND(DIVERSE, diverse, 1)                                                                      \
    KIND(FILTER, filter, 2)                                                                        \
    KIND(PICK, rows, 2)                                                                            \
    KIND(JOIN, join, 3)                                                                            \
    KIND(GROUP, group, 2)                                                                          \
    KIND(PRODUCT, product, 2)                                                                      \
    KIND(DRIFT, drift, 2)                                                                          \
    KIND(RATES, rates, 1)                                                                          \
    KIND(DISCLOSE, disclose, 1)
