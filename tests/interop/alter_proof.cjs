// alter_proof.cjs IN OUT: copies the folder IN (a snarkjs proof) many times into folders of OUT, each with one thing changed,
// and prints for each its name and the exit status our verifier must end with: 1 checked and false, 3 malformed.
const fs = require("fs");
const [from, to] = process.argv.slice(2);
const names = { key: "verification_key.json", proof: "proof.json", input: "public.json" };
const read = name => JSON.parse(fs.readFileSync(`${from}/${name}`));

function write(name, change, status = 1) {
    const parts = { key: read(names.key), proof: read(names.proof), input: read(names.input) };
    change(parts);
    fs.mkdirSync(`${to}/${name}`, { recursive: true });
    for (const part in names)
        fs.writeFileSync(`${to}/${name}/${names[part]}`, JSON.stringify(parts[part]));
    console.log(name, status);
}

// p of BLS12-381; (x, p - y) is minus (x, y).
const p = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;
const r = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
const minus = text => String((p - BigInt(text)) % p);
const negate_1 = point => { point[1] = minus(point[1]); };
const negate_2 = point => { point[1] = point[1].map(minus); };

write("input_plus_one", s => { s.input[0] = String(BigInt(s.input[0]) + 1n); });
write("input_zero", s => { s.input[0] = "0"; });
write("input_plus_r", s => { s.input[0] = String(BigInt(s.input[0]) + r); }, 3);
write("a_negated", s => negate_1(s.proof.pi_a));
write("b_negated", s => negate_2(s.proof.pi_b));
write("c_negated", s => negate_1(s.proof.pi_c));
write("a_is_c", s => { s.proof.pi_a = s.proof.pi_c; });
write("c_is_a", s => { s.proof.pi_c = s.proof.pi_a; });
write("a_and_c_swapped", s => { [s.proof.pi_a, s.proof.pi_c] = [s.proof.pi_c, s.proof.pi_a]; });
write("b_is_beta", s => { s.proof.pi_b = s.key.vk_beta_2; });
write("a_is_alpha", s => { s.proof.pi_a = s.key.vk_alpha_1; });
for (const element of ["pi_a", "pi_c"])
    for (const i of [0, 1])
        write(`${element}_coordinate_${i}`, s => { s.proof[element][i] = String(BigInt(s.proof[element][i]) ^ 1n); }, 3);
for (const i of [0, 1])
    for (const k of [0, 1])
        write(`pi_b_coordinate_${i}${k}`, s => { s.proof.pi_b[i][k] = String(BigInt(s.proof.pi_b[i][k]) ^ 1n); }, 3);
write("key_alpha_negated", s => negate_1(s.key.vk_alpha_1), 3); // vk_alphabeta_12 no longer fits
write("key_delta_is_beta", s => { s.key.vk_delta_2 = s.key.vk_beta_2; });
write("key_ic_swapped", s => { s.key.IC.reverse(); });
