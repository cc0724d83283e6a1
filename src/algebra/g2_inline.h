/* The names of G2 for the sources that are the same for both groups. */
#define JACOBIAN zkl_g2
#define COORDINATE blst_fp2
#define GROUP(name) zkl_g2_##name
#define CURVE(name) blst_p2_##name
#define FIELD(name) blst_fp2_##name
