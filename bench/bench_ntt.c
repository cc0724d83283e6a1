/* Number theoretic transforms and the cross polynomial of an opening. */
#include "algebra/poly.h"
#include "bench_timing.h"

static void must(zkl_status status)
{
    if (status != ZKL_OK) {
        fprintf(stderr, "bench: %s\n", zkl_status_text(status));
        exit(1);
    }
}

typedef struct transforms {
    zkl_pool *pool;
    zkl_ntt *ntt;
    zkl_fr *values, *other, *out;
    unsigned log_n;
} transforms;

static void run_forward(void *context)
{
    const transforms *tf = context;
    zkl_ntt_forward(tf->ntt, tf->values, tf->log_n, tf->pool);
}

static void run_inverse(void *context)
{
    const transforms *tf = context;
    zkl_ntt_inverse(tf->ntt, tf->values, tf->log_n, tf->pool);
}

static void run_cross(void *context)
{
    const transforms *tf = context;
    must(zkl_poly_cross(tf->out, &(zkl_coefficients){ tf->values, 65544 },
                        &(zkl_coefficients){ tf->other, 65536 }, tf->ntt, tf->pool, NULL));
}

int main(void)
{
    enum { LOG_MAX = 20 };
    transforms tf = { 0 };
    zkl_pool *pool;
    must(zkl_pool_new(&pool, 2, NULL));
    must(zkl_ntt_new(&tf.ntt, LOG_MAX, NULL));
    const size_t n = (size_t)1 << LOG_MAX;
    tf.values = zkl_malloc(n, sizeof *tf.values);
    tf.other = zkl_malloc(n, sizeof *tf.other);
    tf.out = zkl_malloc(n, sizeof *tf.out);
    if (!tf.values || !tf.other || !tf.out)
        must(ZKL_NO_MEMORY);
    zkl_fr step;
    zkl_fr_from_u64(&step, 0x9e3779b97f4a7c15u);
    tf.values[0] = tf.other[0] = step;
    for (size_t i = 1; i < n; i++) {
        zkl_fr_mul(&tf.values[i], &tf.values[i - 1], &step);
        zkl_fr_add(&tf.other[i], &tf.other[i - 1], &tf.values[i]);
    }
    for (tf.log_n = 16; tf.log_n <= LOG_MAX; tf.log_n += tf.log_n < 18 ? 1 : 2) {
        const size_t size = (size_t)1 << tf.log_n;
        tf.pool = NULL;
        bench_print("ntt_forward", size, "1 thread", run_forward, &tf, 15);
        tf.pool = pool;
        bench_print("ntt_forward", size, "2 threads", run_forward, &tf, 15);
        bench_print("ntt_inverse", size, "2 threads", run_inverse, &tf, 15);
    }
    bench_print("poly_cross", 65544, "2 threads", run_cross, &tf, 7);
    zkl_ntt_free(tf.ntt);
    zkl_free(tf.values);
    zkl_free(tf.other);
    zkl_free(tf.out);
    zkl_pool_free(pool);
    return 0;
}
