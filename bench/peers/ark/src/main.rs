//! arkworks asked as bench/peers/peer.h says: sums of points, transforms, Groth16 of our circuit,
//! and a range check of its own.
mod circuit;
mod range;

use ark_bls12_381::{Bls12_381, Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{BigInteger, PrimeField, UniformRand};
use ark_groth16::{r1cs_to_qap::LibsnarkReduction, Groth16, Proof, ProvingKey};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_relations::r1cs::ConstraintMatrices;
use ark_serialize::CanonicalSerialize;
use ark_snark::SNARK;
use ark_std::rand::{rngs::StdRng, SeedableRng};
use std::{fs, io::BufRead, time::Instant};

struct Peer {
    points: Vec<G1Affine>,
    points2: Vec<G2Affine>,
    scalars: Vec<Fr>,
    cells: Vec<Fr>,
    circuit: circuit::Circuit,
    key: Option<(ProvingKey<Bls12_381>, ConstraintMatrices<Fr>)>,
    rng: StdRng,
}

fn cpu_ms() -> f64 {
    let mut used: libc::rusage = unsafe { std::mem::zeroed() };
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut used) };
    let ms = |t: libc::timeval| t.tv_sec as f64 * 1e3 + t.tv_usec as f64 / 1e3;
    ms(used.ru_utime) + ms(used.ru_stime)
}

/// Prints the answer: times of `work`, and what `result` makes of it afterwards.
fn run<T>(work: impl FnOnce() -> T, result: impl FnOnce(&T) -> Vec<u8>) -> T {
    let (start, cpu) = (Instant::now(), cpu_ms());
    let out = work();
    let (wall, used) = (start.elapsed().as_secs_f64() * 1e3, cpu_ms() - cpu);
    let hex: String = result(&out).iter().map(|b| format!("{b:02x}")).collect();
    println!("{wall:.3} {used:.3} {hex}");
    out
}

fn compressed<T: CanonicalSerialize>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    value.serialize_compressed(&mut out).unwrap();
    out
}

fn big_endian(value: &Fr) -> Vec<u8> {
    value.into_bigint().to_bytes_be()
}

impl Peer {
    fn load(folder: &str, count: usize) -> Self {
        let read = |name: &str| fs::read(format!("{folder}/{name}")).unwrap();
        let (g1, g2, scalars, cells) = (read("points.g1"), read("points.g2"), read("scalars"), read("cells"));
        let fq = |b: &[u8]| Fq::from_be_bytes_mod_order(b);
        let fq2 = |b: &[u8]| Fq2::new(fq(&b[48..96]), fq(&b[..48]));
        Peer {
            points: g1.chunks(96).take(count).map(|b| G1Affine::new_unchecked(fq(&b[..48]), fq(&b[48..]))).collect(),
            points2: g2.chunks(192).map(|b| G2Affine::new_unchecked(fq2(&b[..96]), fq2(&b[96..]))).collect(),
            scalars: scalars.chunks(32).take(count).map(Fr::from_be_bytes_mod_order).collect(),
            cells: cells.chunks(2).take(count).map(|b| Fr::from(u16::from_le_bytes([b[0], b[1]]))).collect(),
            circuit: circuit::read(&read("circuit")),
            key: None,
            rng: StdRng::seed_from_u64(1),
        }
    }

    /// In the order of our verification key: alpha, beta, gamma, delta, IC.
    fn key_bytes(key: &ProvingKey<Bls12_381>) -> Vec<u8> {
        let mut out = [compressed(&key.vk.alpha_g1), compressed(&key.vk.beta_g2)].concat();
        out.extend([compressed(&key.vk.gamma_g2), compressed(&key.vk.delta_g2)].concat());
        key.vk.gamma_abc_g1.iter().for_each(|point| out.extend(compressed(point)));
        out
    }

    fn make_key(&mut self) {
        let (circuit, rng) = (self.circuit.clone(), &mut self.rng);
        let key = run(
            || Groth16::<Bls12_381>::generate_random_parameters_with_reduction(circuit, rng).unwrap(),
            Self::key_bytes,
        );
        let matrices = circuit::matrices(self.circuit.clone());
        self.key = Some((key, matrices));
    }

    fn prove(&mut self) {
        let (key, matrices) = self.key.as_ref().unwrap();
        let (r, s) = (Fr::rand(&mut self.rng), Fr::rand(&mut self.rng));
        let wires = &self.circuit.wires;
        let proof: Proof<Bls12_381> = run(
            || {
                Groth16::<Bls12_381, LibsnarkReduction>::create_proof_with_reduction_and_matrices(
                    key,
                    r,
                    s,
                    matrices,
                    matrices.num_instance_variables,
                    matrices.num_constraints,
                    wires,
                )
                .unwrap()
            },
            |proof| [compressed(&proof.a), compressed(&proof.b), compressed(&proof.c)].concat(),
        );
        assert!(Groth16::<Bls12_381>::verify(&key.vk, &wires[1..2], &proof).unwrap());
    }

    /// The key is made before, and its time is no part of the answer.
    fn range(&mut self, count: usize) {
        let circuit = range::Range::of(count, Fr::rand(&mut self.rng));
        let key = Groth16::<Bls12_381>::generate_random_parameters_with_reduction(circuit.clone(), &mut self.rng).unwrap();
        let alpha = circuit.alpha;
        let rng = &mut self.rng;
        let proof = run(
            || Groth16::<Bls12_381>::prove(&key, circuit, rng).unwrap(),
            |proof: &Proof<Bls12_381>| compressed(&proof.a),
        );
        assert!(Groth16::<Bls12_381>::verify(&key.vk, &[alpha], &proof).unwrap());
    }

    fn answer(&mut self, job: &str, size: usize) {
        let count = 1usize << size.min(20);
        match job {
            "g1" => {
                let (points, scalars) = (&self.points[..count], &self.scalars[..count]);
                let _ = run(|| G1Projective::msm(points, scalars).unwrap().into_affine(), compressed);
            }
            "g2" => {
                let (points, scalars) = (&self.points2[..count], &self.scalars[..count]);
                let _ = run(|| G2Projective::msm(points, scalars).unwrap().into_affine(), compressed);
            }
            "u16" => {
                let points = &self.points[..1 << 16];
                let blocks = self.cells[..count].chunks(1 << 16);
                let sums = || -> Vec<_> { blocks.map(|b| G1Projective::msm(points, b).unwrap().into_affine()).collect() };
                run(sums, |sums| sums.iter().flat_map(compressed).collect());
            }
            "ntt" => {
                let mut values = self.scalars[..count].to_vec();
                let domain = Radix2EvaluationDomain::<Fr>::new(count).unwrap();
                run(
                    || {
                        domain.fft_in_place(&mut values);
                        values.iter().map(|x| x * x).sum::<Fr>() // a hundredth of the time
                    },
                    big_endian,
                );
            }
            "setup" => self.make_key(),
            "prove" => self.prove(),
            "range" => self.range(size),
            "input" => {
                run(|| self.circuit.wires[1], big_endian);
            }
            _ => println!("-"),
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let log: usize = arguments.get(2).map_or(20, |text| text.parse().unwrap());
    let mut peer = Peer::load(&arguments[1], 1 << log);
    debug_assert!(peer.points[0].is_on_curve() && !peer.points[0].is_zero());
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let (job, size) = line.split_once(' ').unwrap();
        peer.answer(job, size.parse().unwrap());
    }
}
