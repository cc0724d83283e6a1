/* The names of G1 for the sources that are the same for both groups. */
#define JACOBIAN zkl_g1
#define COORDINATE blst_fp
#define GROUP(name) zkl_g1_##name
#define CURVE(name) blst_p1_##name
#define FIELD(name) blst_fp_##name
