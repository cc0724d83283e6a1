// Judges the log and the witnesses of zkp-ledgerd: witness_http_long.sh.
//
//	read URL LOGKEY SIZE         reads the whole log by tiles, checks checkpoint, entries, proofs
//	witness ADDRESS NAME LOGKEY  is a witness (transparency-dev/witness) until it is killed
//	ask URL WITNESSKEY KEYFILE   asks a witness with Go's client, for a log whose key KEYFILE gets
//	forks FOLDER ADDRESS WITNESSKEY ROUNDS SEED   asks, kills and asks again, with forked logs
package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	mathrand "math/rand"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"filippo.io/torchwood"
	f_note "github.com/transparency-dev/formats/note"
	client "github.com/transparency-dev/witness/client/http"
	"github.com/transparency-dev/witness/persistence/inmemory"
	"github.com/transparency-dev/witness/witness"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The service that runs, which must not outlive a failure.
var service *exec.Cmd

func fatal(format string, a ...any) {
	if service != nil {
		service.Process.Kill()
	}
	log.Fatalf(format, a...)
}

func check(err error, what string) {
	if err != nil {
		fatal("%s: %v", what, err)
	}
}

// ---- A log that anybody may read

func readLog(base, logKey, size string) {
	ctx := context.Background()
	verifier, err := note.NewVerifier(logKey)
	check(err, "the log's key")
	fetcher, err := torchwood.NewTileFetcher(base)
	check(err, base)
	signed, err := fetcher.ReadEndpoint(ctx, "checkpoint")
	check(err, "checkpoint")
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err, "the checkpoint's signature")
	checkpoint, err := torchwood.ParseCheckpoint(opened.Text)
	check(err, "checkpoint")
	if checkpoint.Origin != verifier.Name() || strconv.FormatInt(checkpoint.N, 10) != size {
		fatal("a checkpoint of %s with %d entries", checkpoint.Origin, checkpoint.N)
	}
	log_, err := torchwood.NewClient(fetcher)
	check(err, "client")
	next := int64(0)
	for i, entry := range log_.Entries(ctx, checkpoint.Tree, 0) {
		if i != next || len(entry) == 0 {
			fatal("entry %d in the place of %d", i, next)
		}
		next++
	}
	check(log_.Err(), "entries")
	if next != checkpoint.N {
		fatal("%d entries of %d", next, checkpoint.N)
	}
	for i := int64(0); i < checkpoint.N; i++ {
		entry, proof, err := log_.Entry(ctx, checkpoint.Tree, i)
		check(err, "entry")
		check(tlog.CheckRecord(proof, checkpoint.N, checkpoint.Hash, i, tlog.RecordHash(entry)), "inclusion")
	}
	if _, err := fetcher.ReadEndpoint(ctx, fmt.Sprintf("tile/0/000.p/%d", checkpoint.N+1)); err == nil {
		fatal("a tile of what is not there")
	}
}

// ---- A witness

func beWitness(address, name, logKey string) {
	verifier, err := note.NewVerifier(logKey)
	check(err, "the log's key")
	_, private, err := ed25519.GenerateKey(rand.Reader)
	check(err, "key")
	signer, err := torchwood.NewCosignatureSigner(name, private)
	check(err, "signer")
	w, err := witness.New(context.Background(), witness.Opts{
		Persistence: inmemory.New(),
		Signers:     []note.Signer{signer},
		VerifierForLog: func(_ context.Context, origin string) (note.Verifier, bool, error) {
			return verifier, origin == verifier.Name(), nil
		},
	})
	check(err, "witness")
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", witness.NewHTTPHandler(w).AddCheckpoint)
	listener, err := net.Listen("tcp", address)
	check(err, address)
	fmt.Println(signer.Verifier().String())
	check(http.Serve(listener, mux), "serve")
}

// ---- Logs of our own: histories of one key that are the same up to an entry

type testLog struct {
	origin string
	signer note.Signer
	vkey   string
}

type history struct {
	of     *testLog
	hashes []tlog.Hash
	size   int64
}

func newLog(origin string) *testLog {
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	check(err, "key")
	signer, err := note.NewSigner(skey)
	check(err, "signer")
	return &testLog{origin, signer, vkey}
}

func (h *history) reader() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			out[i] = h.hashes[at]
		}
		return out, nil
	})
}

func (h *history) grow(entry string) {
	hashes, err := tlog.StoredHashes(h.size, []byte(entry), h.reader())
	check(err, "hashes")
	h.hashes = append(h.hashes, hashes...)
	h.size++
}

func (h *history) root(size int64) tlog.Hash {
	root, err := tlog.TreeHash(size, h.reader())
	check(err, "root")
	return root
}

func (h *history) checkpoint(size int64) []byte {
	text := torchwood.Checkpoint{Origin: h.of.origin, Tree: tlog.Tree{N: size, Hash: h.root(size)}}.String()
	signed, err := note.Sign(&note.Note{Text: text}, h.of.signer)
	check(err, "sign")
	return signed
}

func (h *history) proof(old, size int64) [][]byte {
	if old == 0 || old >= size {
		return nil
	}
	tree, err := tlog.ProveTree(size, old, h.reader())
	check(err, "proof")
	out := make([][]byte, len(tree))
	for i := range tree {
		out[i] = tree[i][:]
	}
	return out
}

// What a witness's line says of a checkpoint; false: it is not true.
func isSigned(signed, lines []byte, witnessKey note.Verifier) bool {
	opened, err := note.Open(append(bytes.Clone(signed), lines...), note.VerifierList(witnessKey))
	return err == nil && len(opened.Sigs) == 1
}

func askWitness(base, witnessKey, keyFile string) {
	ctx := context.Background()
	verifier, err := f_note.NewVerifierForCosignatureV1(witnessKey)
	check(err, "the witness's key")
	at, err := url.Parse(base)
	check(err, base)
	w := client.NewWitness(at, http.DefaultClient)
	known, stranger := newLog("go.example/log"), newLog("go.example/other")
	check(os.WriteFile(keyFile+".new", []byte(known.vkey), 0o600), keyFile)
	check(os.Rename(keyFile+".new", keyFile), keyFile)
	for i := 0; ; i++ { // until the service that knows the key listens
		if response, err := http.Get(base + "/healthz"); err == nil {
			response.Body.Close()
			break
		} else if i > 1200 {
			fatal("%v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	h, fork, other := &history{of: known}, &history{of: known}, &history{of: stranger}
	for i := 0; i < 600; i++ {
		h.grow(fmt.Sprint("entry ", i))
		other.grow(fmt.Sprint("entry ", i))
		if i < 300 {
			fork.grow(fmt.Sprint("entry ", i))
		} else {
			fork.grow(fmt.Sprint("another ", i))
		}
	}
	want := func(what string, h *history, old, size int64, proof [][]byte, wantErr error, wantSize uint64) {
		signed := h.checkpoint(size)
		lines, got, err := w.Update(ctx, uint64(old), signed, proof)
		if !errors.Is(err, wantErr) || got != wantSize {
			fatal("%s: %v, size %d; not %v, %d", what, err, got, wantErr, wantSize)
		}
		if wantErr == nil && !isSigned(signed, lines, verifier) {
			fatal("%s: the line is not the witness's: %q", what, lines)
		}
	}
	want("unknown log", other, 0, 5, nil, witness.ErrUnknownLog, 0)
	want("a stranger's key", &history{&testLog{known.origin, strangerSigner(known.origin), ""}, h.hashes, h.size}, 0, 5, nil,
		witness.ErrNoValidSignature, 0)
	want("beyond", h, 6, 5, nil, witness.ErrOldSizeInvalid, 0)
	want("unknown size", h, 3, 5, h.proof(3, 5), witness.ErrCheckpointStale, 0)
	want("first", h, 0, 1, nil, nil, 0)
	last := int64(1)
	for _, size := range []int64{2, 3, 4, 7, 8, 255, 256, 257, 300} {
		want("back", h, last-1, size, h.proof(last-1, size), witness.ErrCheckpointStale, uint64(last))
		want("no proof", h, last, size, nil, witness.ErrInvalidProof, 0)
		want("another proof", h, last, size, append(h.proof(last, size), make([]byte, 32)), witness.ErrInvalidProof, 0)
		want("next", h, last, size, h.proof(last, size), nil, 0)
		want("again", h, size, size, nil, nil, 0)
		last = size
	}
	want("next", h, 300, 400, h.proof(300, 400), nil, 0)
	want("fork of that size", fork, 400, 400, nil, witness.ErrRootMismatch, 0)
	want("fork", fork, 400, 500, fork.proof(400, 500), witness.ErrInvalidProof, 0)
	want("fork's own proof", fork, 300, 500, fork.proof(300, 500), witness.ErrCheckpointStale, 400)
	want("end", h, 400, 600, h.proof(400, 600), nil, 0)
}

func strangerSigner(name string) note.Signer {
	skey, _, err := note.GenerateKey(rand.Reader, name)
	check(err, "key")
	signer, err := note.NewSigner(skey)
	check(err, "signer")
	return signer
}

// ---- Forks, while the witness is killed

type said struct {
	size int64
	root tlog.Hash
}

// One request on a connection of its own; what is signed is noted. The size that it names, or -1.
func submit(base string, h *history, old, size int64, key note.Verifier, mutex *sync.Mutex, signedBy map[string][]said) int64 {
	var body bytes.Buffer
	fmt.Fprintf(&body, "old %d\n", old)
	for _, p := range h.proof(old, size) {
		fmt.Fprintln(&body, base64.StdEncoding.EncodeToString(p))
	}
	signed := h.checkpoint(size)
	body.WriteString("\n")
	body.Write(signed)
	response, err := http.Post(base+"/add-checkpoint", "text/plain", &body)
	if err != nil {
		return -1
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return -1
	}
	if response.StatusCode == 200 && isSigned(signed, data, key) {
		mutex.Lock()
		signedBy[h.of.origin] = append(signedBy[h.of.origin], said{size, h.root(size)})
		mutex.Unlock()
	} else if response.StatusCode == 200 {
		fatal("200, and no line: %q", data)
	}
	if response.StatusCode == 409 && response.Header.Get("Content-Type") == "text/x.tlog.size" {
		n, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
		check(err, "size")
		return n
	}
	return -1
}

func isOver(c chan bool) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func largest(all []said) int64 {
	top := int64(0)
	for _, s := range all {
		top = max(top, s.size)
	}
	return top
}

func start(folder, address string) *exec.Cmd {
	command := exec.Command("zkp-ledgerd", folder)
	command.Stderr = os.Stderr
	check(command.Start(), "zkp-ledgerd")
	for i := 0; i < 1200; i++ {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return command
		}
		time.Sleep(20 * time.Millisecond)
	}
	fatal("zkp-ledgerd does not listen")
	return nil
}

func fightForks(folder, address, witnessKey string, rounds int, seed int64) {
	random := mathrand.New(mathrand.NewSource(seed))
	verifier, err := f_note.NewVerifierForCosignatureV1(witnessKey)
	check(err, "the witness's key")
	settings := fmt.Sprintf("addresses = [%q]\n[as_witness]\n", address)
	const logsARound = 4
	var forks [][2]*history
	for i := 0; i < rounds*logsARound; i++ {
		l := newLog(fmt.Sprintf("fork.example/%d", i))
		settings += fmt.Sprintf("[[as_witness.log]]\nkeys = [%q]\n", l.vkey)
		pair := [2]*history{{of: l}, {of: l}}
		common := random.Intn(4)
		for k := 0; k < 40; k++ {
			pair[0].grow(fmt.Sprint("a", k))
			if k < common {
				pair[1].grow(fmt.Sprint("a", k))
			} else {
				pair[1].grow(fmt.Sprint("b", k))
			}
		}
		forks = append(forks, pair)
	}
	check(os.WriteFile(folder+"/zkp-ledgerd.toml", []byte(settings), 0o600), folder)
	base := "http://" + address
	var mutex sync.Mutex
	signed := map[string][]said{}
	service = start(folder, address)
	kills := 0
	for round := 0; round < rounds; round++ {
		var wait sync.WaitGroup
		stop := make(chan bool)
		for i := 0; i < logsARound; i++ {
			for k := 0; k < 2; k++ { // both histories climb at once
				h := forks[round*logsARound+i][k]
				wait.Add(1)
				go func() {
					defer wait.Done()
					old := int64(0)
					for size := int64(1 + k); size < h.size; size += 2 {
						select {
						case <-stop:
							return
						default:
						}
						if n := submit(base, h, old, size, verifier, &mutex, signed); n >= 0 && n < size {
							submit(base, h, n, size, verifier, &mutex, signed)
							old = n
						} else {
							old = size
						}
					}
				}()
			}
		}
		climbed := make(chan bool)
		go func() { wait.Wait(); close(climbed) }()
		for target := 1 + random.Intn(12*logsARound); !isOver(climbed); time.Sleep(time.Millisecond) {
			mutex.Lock()
			got := 0
			for _, pair := range forks[round*logsARound : (round+1)*logsARound] {
				got += len(signed[pair[0].of.origin])
			}
			mutex.Unlock()
			if got >= target {
				break
			}
		}
		service.Process.Kill()
		service.Wait()
		kills++
		close(stop)
		wait.Wait()
		service = start(folder, address)
		for _, pair := range forks[round*logsARound : (round+1)*logsARound] { // nothing is forgotten
			n := submit(base, pair[0], pair[0].size-1, pair[0].size, verifier, &mutex, signed)
			if top := largest(signed[pair[0].of.origin]); n >= 0 && n < top {
				fatal("seed %d: %s: it signed %d entries and remembers %d", seed, pair[0].of.origin, top, n)
			}
		}
	}
	// All again, from where it stands: no size went back, and no history but one is signed.
	all := 0
	for _, pair := range forks {
		for _, h := range pair {
			n := submit(base, h, h.size-1, h.size, verifier, &mutex, signed)
			if n >= 0 {
				submit(base, h, n, h.size, verifier, &mutex, signed)
			}
		}
		origin := pair[0].of.origin
		for k := range pair {
			fits := true
			for _, s := range signed[origin] {
				fits = fits && pair[k].root(s.size) == s.root
			}
			if fits {
				break
			}
			if k == 1 {
				fatal("seed %d: %s: it signed both histories: %v", seed, origin, signed[origin])
			}
		}
		if len(signed[origin]) == 0 {
			fatal("seed %d: %s: nothing was signed", seed, origin)
		}
		if largest(signed[origin]) != pair[0].size {
			fatal("seed %d: %s: its end is not signed", seed, origin)
		}
		all += len(signed[origin])
	}
	service.Process.Kill()
	service.Wait()
	fmt.Printf("%d logs, %d kills, %d cosignatures\n", len(forks), kills, all)
}

func main() {
	log.SetFlags(0)
	a := os.Args[1:]
	switch {
	case len(a) == 4 && a[0] == "read":
		readLog(a[1], a[2], a[3])
	case len(a) == 4 && a[0] == "witness":
		beWitness(a[1], a[2], a[3])
	case len(a) == 4 && a[0] == "ask":
		askWitness(a[1], a[2], a[3])
	case len(a) == 6 && a[0] == "forks":
		rounds, err := strconv.Atoi(a[4])
		check(err, a[4])
		seed, err := strconv.ParseInt(a[5], 10, 64)
		check(err, a[5])
		fightForks(a[1], a[2], a[3], rounds, seed)
	default:
		fatal("read, witness, ask or forks")
	}
}
