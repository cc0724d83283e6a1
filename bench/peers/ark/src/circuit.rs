//! The circuit of bench/peers/circuit_file.h as arkworks takes it.
use ark_bls12_381::Fr;
use ark_ff::PrimeField;
use ark_relations::{
    lc,
    r1cs::{
        ConstraintMatrices, ConstraintSynthesizer, ConstraintSystem, ConstraintSystemRef, LinearCombination, SynthesisError,
        Variable,
    },
};

type Row = Vec<(usize, Fr)>;

#[derive(Clone)]
pub struct Circuit {
    public_count: usize,
    rows: [Vec<Row>; 3],
    pub wires: Vec<Fr>,
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, size: usize) -> &[u8] {
        let (head, tail) = self.0.split_at(size);
        self.0 = tail;
        head
    }
    fn number(&mut self) -> usize {
        u32::from_le_bytes(self.take(4).try_into().unwrap()) as usize
    }
    fn element(&mut self) -> Fr {
        Fr::from_be_bytes_mod_order(self.take(32))
    }
    fn row(&mut self) -> Row {
        (0..self.number()).map(|_| (self.number(), self.element())).collect()
    }
}

pub fn read(bytes: &[u8]) -> Circuit {
    let mut r = Reader(bytes);
    let (wire_count, public_count, rows) = (r.number(), r.number(), r.number());
    let rows = [0, 1, 2].map(|_| (0..rows).map(|_| r.row()).collect());
    Circuit { public_count, rows, wires: (0..wire_count).map(|_| r.element()).collect() }
}

impl Circuit {
    /// Wires are one, public ones, private ones, as in arkworks.
    fn combination(&self, row: &Row) -> LinearCombination<Fr> {
        row.iter().fold(lc!(), |sum, &(wire, coefficient)| {
            let variable = match wire {
                0 => Variable::One,
                w if w <= self.public_count => Variable::Instance(w),
                w => Variable::Witness(w - self.public_count - 1),
            };
            sum + (coefficient, variable)
        })
    }
}

impl ConstraintSynthesizer<Fr> for Circuit {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let (public, private) = self.wires[1..].split_at(self.public_count);
        for &value in public {
            cs.new_input_variable(|| Ok(value))?;
        }
        for &value in private {
            cs.new_witness_variable(|| Ok(value))?;
        }
        let [a, b, c] = &self.rows;
        for ((a, b), c) in a.iter().zip(b).zip(c) {
            cs.enforce_constraint(self.combination(a), self.combination(b), self.combination(c))?;
        }
        Ok(())
    }
}

pub fn matrices(circuit: Circuit) -> ConstraintMatrices<Fr> {
    let cs = ConstraintSystem::new_ref();
    circuit.generate_constraints(cs.clone()).unwrap();
    cs.finalize();
    assert!(cs.is_satisfied().unwrap());
    cs.to_matrices().unwrap()
}
