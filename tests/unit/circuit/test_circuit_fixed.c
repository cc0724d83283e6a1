/* The constraint systems are formats: keys, ceremonies and receipts are of these and of no others.
 * A change makes every key that somebody keeps useless, so it is meant, or it is a fault: then the
 * circuits have new names, and these hashes are written anew. */
#include "circuit/circuit.h"
#include "testing.h"

static void test_circuit_fixed__systems_are_what_keys_were_made_for(zkl_test *t)
{
    static const struct {
        unsigned tier;
        uint32_t constraints;
        const char *hash;
    } fixed[] = {
        { 18, 30712, "eb081ab55a9ad65b9f056ab43b7d8c1fc20e901f791d10a8e38386421fb802dc" },
        { 20, 37120, "5ac66397c855bd58f4753a08cb53a64c90668105bbf09d474b1f6f7d624feba5" },
        { 22, 43838, "64dd7c0dc9df4b553ed45de4f20a3dc38034b00356a7d5673145a8adddbe8c3e" },
        { 24, 51466, "9fdef8f3d4dbddab9767db941d076ba52392d40a7246329609e94c0a05235906" },
        { 26, 59404, "7d4b5acaac18753e553e3fd31fff0749f8ce0c0795ea84630018ff96aca71a63" },
    };
    for (size_t i = 0; i < ZKL_COUNT(fixed); i++) {
        ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
        zkl_error err = { 0 };
        zkl_digest digest;
        char hex[65];
        REQUIRE_OK(t, &err,
                   zkl_circuit_fraction_new(&circuit, fixed[i].tier, &zkl_proof_format_v1, &err));
        zkl_r1cs_hash(&digest, zkl_circuit_r1cs(circuit));
        zkl_hex_encode(hex, digest.bytes, sizeof digest.bytes);
        CHECK_UINT_EQ(t, zkl_circuit_r1cs(circuit)->constraint_count, fixed[i].constraints);
        CHECK_TEXT_EQ(t, hex, fixed[i].hash);
    }
}

ZKL_TESTS(TEST(test_circuit_fixed__systems_are_what_keys_were_made_for))
