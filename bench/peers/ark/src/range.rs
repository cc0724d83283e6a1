//! N values of 32 bits, in the plainest way that does not split them into bits: two limbs of 16
//! bits each, and for all limbs together the logarithmic derivative (Haböck, IACR ePrint 2022/1530):
//! sum over limbs of 1 / (alpha - limb) = sum over t < 2^16 of m_t / (alpha - t). A constraint a
//! limb, one an entry of the table, one for the sum; a value is the sum of its limbs, for nothing.
//!
//! alpha is a public input. Drawing it from a commitment to the limbs costs a prover more than
//! this, so this is less than the whole.
use ark_bls12_381::Fr;
use ark_ff::{batch_inversion, One};
use ark_relations::{
    lc,
    r1cs::{ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable},
};

const TABLE: usize = 1 << 16;

#[derive(Clone)]
pub struct Range {
    pub alpha: Fr,
    limbs: Vec<u16>,
    counts: Vec<u64>,
}

impl Range {
    pub fn of(count: usize, alpha: Fr) -> Self {
        let value = |i: usize| (i as u32).wrapping_mul(2654435761);
        let limbs: Vec<u16> = (0..count).flat_map(|i| [value(i) as u16, (value(i) >> 16) as u16]).collect();
        let mut counts = vec![0; TABLE];
        limbs.iter().for_each(|&limb| counts[limb as usize] += 1);
        Range { alpha, limbs, counts }
    }
}

impl ConstraintSynthesizer<Fr> for Range {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let alpha = cs.new_input_variable(|| Ok(self.alpha))?;
        let mut inverses: Vec<Fr> = (0..TABLE as u64).map(|t| self.alpha - Fr::from(t)).collect();
        batch_inversion(&mut inverses);
        let mut sum: Vec<(Fr, Variable)> = Vec::with_capacity(self.limbs.len() + TABLE);
        for &limb in &self.limbs {
            let cell = cs.new_witness_variable(|| Ok(Fr::from(limb)))?;
            let inverse = cs.new_witness_variable(|| Ok(inverses[limb as usize]))?;
            cs.enforce_constraint(lc!() + alpha - cell, lc!() + inverse, lc!() + Variable::One)?;
            sum.push((Fr::one(), inverse));
        }
        for (t, &count) in self.counts.iter().enumerate() {
            let count = Fr::from(count);
            let number = cs.new_witness_variable(|| Ok(count))?;
            let term = cs.new_witness_variable(|| Ok(count * inverses[t]))?;
            cs.enforce_constraint(lc!() + alpha - (Fr::from(t as u64), Variable::One), lc!() + term, lc!() + number)?;
            sum.push((-Fr::one(), term));
        }
        cs.enforce_constraint(LinearCombination(sum), lc!() + Variable::One, lc!())?;
        Ok(())
    }
}
