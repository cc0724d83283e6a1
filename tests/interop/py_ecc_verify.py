"""Groth16 over BLS12-381 by py_ecc: the proof of a folder holds, and no changed one does.

e(A, B) = e(alpha, beta) e(IC0 + x IC1, gamma) e(C, delta)
"""
import json
import sys

from py_ecc.fields import optimized_bls12_381_FQ as FQ
from py_ecc.fields import optimized_bls12_381_FQ2 as FQ2
from py_ecc.optimized_bls12_381 import (
    FQ12, add, b, b2, curve_order, final_exponentiate, is_inf, is_on_curve, multiply, neg, pairing)


def g1(point):
    x, y, z = point
    assert z == "1"
    out = (FQ(int(x)), FQ(int(y)), FQ(1))
    assert is_on_curve(out, b) and is_inf(multiply(out, curve_order))
    return out


def g2(point):
    x, y, z = point
    assert z == ["1", "0"]
    out = tuple(FQ2([int(c) for c in pair]) for pair in (x, y, z))
    assert is_on_curve(out, b2) and is_inf(multiply(out, curve_order))
    return out


def holds(key, proof, public):
    total = add(g1(key["IC"][0]), multiply(g1(key["IC"][1]), public))
    product = FQ12.one()
    for q, p in (
        (proof["b"], neg(proof["a"])),
        (g2(key["vk_beta_2"]), g1(key["vk_alpha_1"])),
        (g2(key["vk_gamma_2"]), total),
        (g2(key["vk_delta_2"]), proof["c"]),
    ):
        product *= pairing(q, p, final_exponentiate=False)
    return final_exponentiate(product) == FQ12.one()


def main(folder):
    def read(name):
        with open(f"{folder}/{name}.json", encoding="ascii") as file:
            return json.load(file)

    key, points, (public,) = read("verification_key"), read("proof"), read("public")
    public = int(public)
    proof = {"a": g1(points["pi_a"]), "b": g2(points["pi_b"]), "c": g1(points["pi_c"])}
    assert key["protocol"] == points["protocol"] == "groth16" and key["nPublic"] == 1
    assert 0 <= public < curve_order
    assert holds(key, proof, public), "py_ecc refuses our proof"
    changed = {
        "public input": (proof, (public + 1) % curve_order),
        "A": (proof | {"a": neg(proof["a"])}, public),
        "B": (proof | {"b": add(proof["b"], proof["b"])}, public),
        "C": (proof | {"c": proof["a"]}, public),
    }
    for name, (other, value) in changed.items():
        assert not holds(key, other, value), f"py_ecc takes a proof with another {name}"
    print("py_ecc agrees: the proof holds, changed ones do not")


main(sys.argv[1])
