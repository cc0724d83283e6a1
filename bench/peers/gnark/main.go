// gnark-crypto asked as bench/peers/peer.h says: sums of points and transforms.
package main

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/consensys/gnark-crypto/ecc"
	bls "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr/fft"
)

const threads = 2

var config = ecc.MultiExpConfig{NbTasks: threads}

type inputs struct {
	points  []bls.G1Affine
	points2 []bls.G2Affine
	scalars []fr.Element
	cells   []fr.Element
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func read(folder, name string, size int) []byte {
	bytes, err := os.ReadFile(filepath.Join(folder, name))
	must(err)
	return bytes[:size]
}

func load(folder string, count int) inputs {
	in := inputs{
		make([]bls.G1Affine, count), make([]bls.G2Affine, 1<<16), make([]fr.Element, count), make([]fr.Element, count),
	}
	g1 := read(folder, "points.g1", 96*count)
	g2 := read(folder, "points.g2", 192<<16)
	scalars := read(folder, "scalars", 32*count)
	cells := read(folder, "cells", 2*count)
	for i := range in.points {
		in.points[i].X.SetBytes(g1[96*i : 96*i+48])
		in.points[i].Y.SetBytes(g1[96*i+48 : 96*i+96])
		in.scalars[i].SetBytes(scalars[32*i : 32*i+32])
		in.cells[i].SetUint64(uint64(binary.LittleEndian.Uint16(cells[2*i:])))
	}
	for i := range in.points2 {
		at := g2[192*i:]
		in.points2[i].X.A1.SetBytes(at[:48])
		in.points2[i].X.A0.SetBytes(at[48:96])
		in.points2[i].Y.A1.SetBytes(at[96:144])
		in.points2[i].Y.A0.SetBytes(at[144:192])
	}
	return in
}

func cpuMs() float64 {
	var used syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e6
}

// run prints the answer: times of work, and what result makes of it afterwards.
func run(work func(), result func() []byte) {
	runtime.GC() // not in the times
	start, cpu := time.Now(), cpuMs()
	work()
	wall := float64(time.Since(start).Nanoseconds()) / 1e6
	fmt.Printf("%.3f %.3f %s\n", wall, cpuMs()-cpu, hex.EncodeToString(result()))
}

func (in *inputs) answer(job string, size int) {
	count := 1 << size
	switch job {
	case "g1":
		var sum bls.G1Affine
		run(func() { _, err := sum.MultiExp(in.points[:count], in.scalars[:count], config); must(err) },
			func() []byte { b := sum.Bytes(); return b[:] })
	case "g2":
		var sum bls.G2Affine
		run(func() { _, err := sum.MultiExp(in.points2[:count], in.scalars[:count], config); must(err) },
			func() []byte { b := sum.Bytes(); return b[:] })
	case "u16":
		sums := make([]bls.G1Affine, count>>16)
		run(func() {
			for k := range sums {
				_, err := sums[k].MultiExp(in.points[:1<<16], in.cells[k<<16:(k+1)<<16], config)
				must(err)
			}
		}, func() []byte {
			var out []byte
			for k := range sums {
				b := sums[k].Bytes()
				out = append(out, b[:]...)
			}
			return out
		})
	case "ntt":
		values := make([]fr.Element, count)
		copy(values, in.scalars)
		domain := fft.NewDomain(uint64(count))
		run(func() { domain.FFT(values, fft.DIF, fft.WithNbTasks(threads)) },
			func() []byte {
				var sum, square fr.Element
				for i := range values {
					square.Square(&values[i])
					sum.Add(&sum, &square)
				}
				b := sum.Bytes()
				return b[:]
			})
	default:
		fmt.Println("-")
	}
}

func main() {
	runtime.GOMAXPROCS(threads)
	log := 20
	if len(os.Args) > 2 {
		var err error
		log, err = strconv.Atoi(os.Args[2])
		must(err)
	}
	in := load(os.Args[1], 1<<log)
	var job string
	var size int
	for {
		if n, _ := fmt.Scan(&job, &size); n != 2 {
			return
		}
		in.answer(job, size)
	}
}
